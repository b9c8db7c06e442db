"""What a page shows of a thing, and the search over all things."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib

from payergraph import terms
from payergraph.browse.described import Described, describe, pointing_query, turtle
from payergraph.browse.things import Things, things
from payergraph.comparison import computed
from payergraph.policies.library import policies
from payergraph.store.graph import LocalGraph, load, shipped


@pytest.fixture(scope="module")
def graph() -> LocalGraph:
    return shipped()


@pytest.fixture(scope="module")
def known(graph: LocalGraph) -> Things:
    return things(graph)


def described(graph: LocalGraph, name: str) -> Described:
    thing = things(graph).get(name)
    assert thing is not None
    return describe(graph, thing)


def values(item: Described, name: str) -> list[str]:
    return [value.text for fact in item.facts if fact.name == name for value in fact.values]


def is_of_a_file(quad: ox.Quad) -> bool:
    return isinstance(quad.graph_name, ox.NamedNode) and not quad.graph_name.value.startswith(terms.COMPUTED)


def test_every_thing_of_the_files_is_known_and_has_a_label_and_a_kind(graph: LocalGraph, known: Things) -> None:
    # Another test may have added what is worked out on demand: only what the files say is a thing.
    typed = {
        quad.subject.value
        for quad in graph.store.quads_for_pattern(None, ox.NamedNode(terms.RDF + "type"), None)
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(terms.ID) and is_of_a_file(quad)
    }
    assert typed == set(known.all)
    assert all(item.label.strip() and item.kind.strip() for item in known.all.values())


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("policy/cigna-ip0243", "Cigna IP0243, Anakinra"),
        ("source/molina-kineret", "Coverage Guideline: Kineret (anakinra)"),
        ("rule/cigna-ip0243/caps", "Cigna IP0243, Anakinra: cryopyrin-associated periodic syndromes"),
        ("exclusion/cigna-ip0243/osteoarthritis", "Cigna IP0243, Anakinra: osteoarthritis not covered"),
        ("statement/cigna-ip0243/initial-duration", "A first approval lasts up to 12 months."),
        ("criterion/cigna-ip0243/ra-prescriber", "Prescribed by or in consultation with a specialist in rheumatology"),
        (
            "criterion/cigna-ip0243/caps-initial",
            "Cigna IP0243, Anakinra: cryopyrin-associated periodic syndromes, first request",
        ),
    ],
)
def test_what_has_no_label_of_its_own_is_called_by_a_sentence(known: Things, name: str, label: str) -> None:
    found = known.get(name)
    assert found is not None and found.label == label


def test_every_page_is_without_iris_and_blank_nodes(graph: LocalGraph, known: Things) -> None:
    for thing in list(known.all.values())[::7]:
        item = describe(graph, thing)
        texts = [thing.label, item.definition]
        texts += [
            text for fact in (*item.facts, *item.pointing) for text in (fact.name, *(v.text for v in fact.values))
        ]
        texts += [text for source in item.sources for said in source.statements for text in (said.text, said.locator)]
        assert not [text for text in texts if terms.ID in text or terms.PG in text or text.startswith("_:")], thing.id
        assert item.classes or thing.kinds


def test_statements_are_grouped_by_document(graph: LocalGraph) -> None:
    item = described(graph, "payer/cigna")
    rows = graph.rows("SELECT ?s { ?s pg:about id:payer\\/cigna }")
    assert sum(len(source.statements) for source in item.sources) == len(rows)
    assert {source.authority for source in item.sources} == {"primary", "secondary"}
    assert all(said.text and said.locator for source in item.sources for said in source.statements)


def test_what_a_primary_document_retells_stands_apart_as_secondary(graph: LocalGraph) -> None:
    sources = described(graph, "program/nc-external-review").sources
    wiki = "type2.wiki"
    of = {
        source.authority: source
        for source in sources
        if source.document.thing.endswith("north-carolina-external-review")
    }
    assert set(of) == {"primary", "secondary"}
    assert any(wiki in said.text for said in of["secondary"].statements)
    assert not any(wiki in said.text for said in of["primary"].statements)


def test_parts_of_a_criterion_stand_in_the_order_of_the_document(graph: LocalGraph) -> None:
    item = described(graph, "criterion/cigna-ip0243/caps-initial")
    root = policies(graph).criterion(item.thing.iri)
    assert root is not None and item.criterion is root
    [part] = [fact for fact in item.facts if fact.name == "part"]
    assert [value.thing for value in part.values] == [child.iri for child in root.children]


def test_what_points_at_a_thing_is_listed_by_property_and_sort(graph: LocalGraph) -> None:
    item = described(graph, "drug/anakinra")
    listed = {(fact.name, fact.of): len(fact.values) for fact in item.pointing}
    assert listed["drug", "policy"] == len(policies(graph).of_drug(item.thing.iri))
    assert ("about", "statement") not in listed
    assert item.thing.iri not in [value.thing for fact in item.facts for value in fact.values]
    rows = graph.rows(pointing_query(item.thing))
    assert {value.thing for fact in item.pointing for value in fact.values} <= {row["thing"].value for row in rows}


def test_values_read_as_people_write_them(graph: LocalGraph) -> None:
    policy = described(graph, "policy/cigna-ip0243")
    assert values(policy, "effective date") == ["1 June 2024"] and values(policy, "indications complete") == ["yes"]
    assert "M06.9 (ICD-10-CM)" in values(described(graph, "condition/rheumatoid-arthritis"), "code")


def test_turtle_says_what_the_files_say_and_no_more(graph: LocalGraph, known: Things) -> None:
    for name in ("policy/cigna-ip0243", "criterion/cigna-ip0243/caps-initial", "drug/anakinra"):
        thing = known.get(name)
        assert thing is not None
        read = rdflib.Graph().parse(data=turtle(graph, thing), format="turtle")
        node = rdflib.URIRef(thing.iri)
        derived = {terms.PG + word for word in ("subsumedBy", "covers", "mayCover", "unlisted", "part", "source")}
        stated = {
            (quad.predicate.value, quad.object.value)
            for quad in graph.store.quads_for_pattern(ox.NamedNode(thing.iri), None, None)
            if is_of_a_file(quad) and not isinstance(quad.object, ox.BlankNode | ox.Triple)
        }
        assert {(str(p), str(o)) for p, o in read.predicate_objects(node) if not isinstance(o, rdflib.BNode)} == stated
        assert not {str(p) for p in read.predicates(node)} & (derived - {p for p, _ in stated})
    members = read.parse(
        data=turtle(graph, known.all[terms.ID + "criterion/cigna-ip0243/caps-initial"]), format="turtle"
    )
    assert len(list(members.items(next(members.objects(None, rdflib.SH["and"]))))) == 4  # type: ignore[arg-type]


@pytest.mark.slow
def test_what_is_worked_out_on_demand_is_no_thing_and_points_at_nothing() -> None:
    graph = load()
    before = describe(graph, things(graph).all[terms.ID + "drug/anakinra"]).pointing
    computed.add(graph)
    assert Things(graph).all == things(graph).all
    assert describe(graph, things(graph).all[terms.ID + "drug/anakinra"]).pointing == before


# --- search ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Kineret", "product/kineret"),
        ("KINERET®", "product/kineret"),
        ("M06.9", "condition/rheumatoid-arthritis"),
        ("m069", "condition/rheumatoid-arthritis"),
        ("stills disease", "condition/stills-disease"),
        ("L04AC03", "drug/anakinra"),
        ("cigna", "payer/cigna"),
        ("molina health", "payer/molina"),
        ("cigna-ip0243", "policy/cigna-ip0243"),
        ("interleukin-1 receptor antagonist", "drug-class/il-1-receptor-antagonist"),
        ("Tyenne", "product/tyenne"),
        ("tocilizumab-aazg", "product/tyenne"),
        ("J3262", "drug/tocilizumab"),
        ("1988-5", "lab/crp"),
        ("0024-5919-02", "product/dupixent"),
        ("00024-5919-02", "product/dupixent"),
        ("00024591902", "product/dupixent"),
        ("atopic eczema", "condition/atopic-dermatitis"),
        ("eczema", "condition/atopic-dermatitis"),
    ],
)
def test_labels_synonyms_brands_and_codes_are_found(known: Things, text: str, first: str) -> None:
    assert first in [item.id for item in known.search(text)[:2]]


def test_all_words_must_stand_somewhere(known: Things) -> None:
    found = known.search("anakinra osteoarthritis")
    assert found and all("anakinra" in item.label.casefold() or item.names for item in found[:3])
    assert known.search("anakinra zzzz") == []


def test_what_belongs_to_one_document_comes_after_policies_and_documents(known: Things) -> None:
    found = [item.id.partition("/")[0] for item in known.search("Dupixent Cigna")]
    assert found[:2] == ["policy", "source"] and "length" in found


@pytest.mark.parametrize(
    ("text", "wider"),
    [
        ("J45.50", ["condition/severe-persistent-asthma"]),
        ("j4599", ["condition/asthma"]),
        ("Z99.99", []),
        ("asthma", []),
        ("J4", []),
    ],
)
def test_a_code_that_nothing_has_means_something_narrower_than_its_beginning(
    known: Things, text: str, wider: list[str]
) -> None:
    assert [item.id for item in known.wider(text)] == wider


def test_a_search_is_narrowed_to_a_kind(known: Things) -> None:
    found = known.search("cigna", "coverage policy")
    assert found and all("coverage policy" in item.kinds for item in found)
    assert len(known.search("", "payer")) == known.kinds()["payer"]


def test_the_nearest_names_are_offered(known: Things) -> None:
    assert known.nearest("polcy/cigna-ip024")[0].id == "policy/cigna-ip0243"
    assert known.nearest("payer/cign")[0].id == "payer/cigna"
