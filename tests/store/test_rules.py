"""What follows from the facts at load: each rule on both sides of its bounds, and on the graph that ships."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox
import pytest

from payergraph import terms
from payergraph.locate import folder
from payergraph.store.graph import shipped
from payergraph.store.rules import RULES, derive
from payergraph.terms import local, pg

_PREFIXES = """@prefix pg: <https://w3id.org/payergraph/ontology#> .
@prefix id: <https://w3id.org/payergraph/id/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""

CONCEPTS = """
id:a a pg:Condition .
id:b a pg:Condition ; skos:broader id:a .
id:c a pg:Condition ; skos:broader id:b .
id:b2 a pg:Condition ; skos:broader id:b .
id:d a pg:Condition ; skos:broader id:a .
id:class a pg:DrugClass .
id:drug a pg:Drug ; skos:broader id:class .
id:brand a pg:Product ; skos:broader id:drug .
id:other a pg:Product ; skos:broader id:drug .
id:alone a pg:Drug ; skos:broader id:class .
id:line a pg:LineOfBusiness .
id:part a pg:LineOfBusiness ; skos:broader id:line .
id:other-line a pg:LineOfBusiness .
id:sole a pg:Product ; pg:soleProductOf id:alone .
id:pen a pg:Product ; skos:broader id:sole .
<https://example.org/elsewhere> a pg:Condition .
"""
DOCUMENT = """
id:some a pg:ConceptSet ; pg:openEnded true ; pg:exampleOf id:drug ; pg:member id:brand .
id:closed a pg:ConceptSet ; pg:openEnded false ; pg:exampleOf id:drug ; pg:member id:brand .
id:whatever a pg:ConceptSet ; pg:openEnded true ; pg:member id:group .
id:diseases a pg:ConceptSet ; pg:openEnded true ; pg:member id:b .
id:set a pg:ConceptSet ; pg:member id:b , id:group , id:stranger .
id:group a pg:TherapyGroup ; pg:member id:drug , id:alone ; pg:except id:other , id:sole .
id:unused a pg:TherapyGroup ; pg:member id:a .
id:empty-set a pg:ConceptSet .
id:root sh:and ( id:first id:inner ) .
id:inner sh:or ( id:second [ sh:not id:third ] ) .
id:ring sh:or id:cell .
id:cell rdf:first id:again ; rdf:rest id:cell .
id:placed pg:locator "here" .
id:rule pg:indication id:uses .
id:uses a pg:ConceptSet ; pg:member id:b , id:d ; pg:except id:c .
id:policy a pg:CoveragePolicy ; pg:drugClass id:class ; pg:coverageRule id:any , id:own .
id:any a pg:CoverageRule .
id:own a pg:CoverageRule ; pg:product id:brand .
id:branded a pg:CoveragePolicy ; pg:product id:brand .
id:both a pg:CoveragePolicy ; pg:drug id:alone ; pg:product id:brand .
id:plans a pg:ConceptSet ; pg:member id:here .
id:here a pg:Plan ; pg:payer id:payer ; pg:state id:CA ; pg:lineOfBusiness id:part .
id:anywhere a pg:Plan ; pg:payer id:payer ; pg:lineOfBusiness id:line .
id:there a pg:Plan ; pg:payer id:payer ; pg:state id:TX .
id:public a pg:Plan ; pg:payer id:payer ; pg:lineOfBusiness id:other-line .
id:elsewhere a pg:Plan ; pg:payer id:other-payer .
"""


@pytest.fixture(scope="module")
def derived() -> dict[str, set[tuple[str, str]]]:
    """What follows from a small graph: pairs of subject and object, by property."""
    store = ox.Store()
    for text, name in ((CONCEPTS, terms.CONCEPTS), (DOCUMENT, terms.ID + "source/document")):
        store.bulk_load((_PREFIXES + text).encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(name))
    derive(store)
    return pairs(store)


def pairs(store: ox.Store) -> dict[str, set[tuple[str, str]]]:
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(terms.DERIVED)):
        assert isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
        found[local(quad.predicate.value)].add((local(quad.subject.value), local(quad.object.value)))
    return found


def of(text: str) -> set[tuple[str, str]]:
    """``"a: b c"`` as pairs."""
    return {(line.split(":")[0].strip(), to) for line in text.split(";") for to in line.split(":")[1].split()}


def test_a_concept_is_itself_and_all_that_is_broader(derived: dict[str, set[tuple[str, str]]]) -> None:
    concepts = {pair for pair in derived["subsumedBy"] if "uses" not in pair}
    assert concepts == of(
        "a: a; b: b a; b2: b2 b a; c: c b a; d: d a; class: class; drug: drug class; brand: brand drug class;"
        "other: other drug class; alone: alone sole class; sole: sole alone class; pen: pen sole alone class;"
        "line: line; part: part line; other-line: other-line"
    )


def test_each_product_has_its_drug(derived: dict[str, set[tuple[str, str]]]) -> None:
    assert derived["ingredient"] == of("drug: drug; brand: drug; other: drug; alone: alone; sole: alone; pen: alone")


def test_a_policy_speaks_of_the_drugs_of_its_class_or_product_and_a_rule_of_those_of_its_policy(
    derived: dict[str, set[tuple[str, str]]],
) -> None:
    # A policy that names a drug names its drugs: a product of another adds none, and lint faults it.
    assert derived["drug"] == of("policy: drug alone; any: drug alone; own: drug; branded: drug")


def test_a_member_covers_what_is_narrower_and_a_group_what_its_members_cover(
    derived: dict[str, set[tuple[str, str]]],
) -> None:
    # The drug of an excepted product is only possible; a group that is a member of nothing covers nothing.
    covers = {pair for pair in derived["covers"] if pair[0] != "here"}
    may = {pair for pair in derived["mayCover"] if pair[0] not in ("uses", "here")}
    assert covers == of(
        "a: a b b2 c d; b: b b2 c; d: d; drug: drug brand other; alone: alone sole pen; group: brand;brand: brand"
    )
    assert may == of(
        "b: a; d: a; drug: class; alone: class; group: drug class; stranger: stranger;"
        "brand: drug class; some: drug other class; whatever: drug class"
    )


def test_a_set_of_uses_holds_what_is_surely_in_it_and_may_hold_what_is_broader_or_holds_an_exception(
    derived: dict[str, set[tuple[str, str]]],
) -> None:
    # The set has the members b, but c of it, and d.
    assert {pair for pair in derived["subsumedBy"] if "uses" in pair} == of("b2: uses; d: uses; uses: uses a")
    assert {pair for pair in derived["mayCover"] if pair[0] == "uses"} == of("uses: a b")


def test_a_plan_may_be_one_that_nothing_tells_apart(derived: dict[str, set[tuple[str, str]]]) -> None:
    assert {pair for pair in derived["covers"] if pair[0] == "here"} == of("here: here")
    assert {pair for pair in derived["mayCover"] if pair[0] == "here"} == of("here: anywhere")


def test_a_list_of_therapies_that_is_left_open_may_hold_others_of_its_class(
    derived: dict[str, set[tuple[str, str]]],
) -> None:
    assert derived["unlisted"] == of("some: some; whatever: whatever")


def test_parts_are_the_things_of_a_list_of_lists_only(derived: dict[str, set[tuple[str, str]]]) -> None:
    assert derived["part"] == of("root: first inner; inner: second; ring: again")


def test_what_stands_in_a_document_has_it_as_its_source(derived: dict[str, set[tuple[str, str]]]) -> None:
    found = {subject for subject, document in derived["source"] if document == "source/document"}
    sets, policies = (
        {"set", "group", "unused", "empty-set", "uses", "plans", "some", "closed", "whatever", "diseases"},
        {"policy", "any", "own", "branded", "both"},
    )
    assert found == {"placed", *sets, *policies} and len(derived["source"]) == len(found)


def test_deriving_twice_adds_nothing() -> None:
    copy = ox.Store()
    copy.bulk_extend(shipped().store)
    before = len(copy)
    derive(copy)
    assert len(copy) == before


def test_every_rule_is_run_and_adds_what_it_is_called_after(derived: dict[str, set[tuple[str, str]]]) -> None:
    assert {path.stem for path in (folder("ontology") / "rules").iterdir()} == set(RULES)
    adds_to_another = {"drug-of-rule", "uses", "plans"}
    assert {name.replace("B", "-b").replace("C", "-c") for name in derived} == set(RULES) - adds_to_another


# --- the graph that ships -----------------------------------------------------------------------------


def stated(name: str) -> set[tuple[str, str]]:
    """The pairs of a property that the files state."""
    return {
        (local(quad.subject.value), local(quad.object.value))
        for quad in shipped().store.quads_for_pattern(None, ox.NamedNode(name), None)
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
    }


def sets_of_uses() -> set[str]:
    """The sets that rules and exclusions name as their use, or parts of rules as theirs."""
    return {of for name in ("indication", "uses") for _, of in stated(pg(name).value) if of.startswith("set/")}


def test_the_hierarchy_that_ships_is_closed_and_says_no_more_than_the_files() -> None:
    closed = pairs(shipped().store)["subsumedBy"]
    sole = stated(pg("soleProductOf").value)
    steps = stated(terms.SKOS + "broader") | sole | {(drug, product) for product, drug in sole}
    above: defaultdict[str, set[str]] = defaultdict(set)
    for narrow, broad in closed:
        above[narrow].add(broad)
    assert steps <= closed and all((narrow, narrow) in closed for narrow in above)
    sets = sets_of_uses()
    for narrow, broads in above.items():
        if narrow in sets:
            continue
        reached, todo = {narrow}, [narrow]
        while todo:
            here = todo.pop()
            more = {broad for one, broad in steps if one == here} - reached
            reached |= more
            todo += more
        assert broads - sets == reached, narrow


def test_what_is_covered_is_never_only_possible_and_what_is_excepted_is_neither() -> None:
    found = pairs(shipped().store)
    covers, may = found["covers"], found["mayCover"]
    assert covers and may and not covers & may
    below = {(broad, narrow) for narrow, broad in found["subsumedBy"]}
    excepted = {
        (group, narrow) for group, gone in stated(pg("except").value) for broad, narrow in below if broad == gone
    }
    assert excepted and not excepted & (covers | may)
    members = {member for _, member in stated(pg("member").value)}
    left_open = {some for some, _ in found["unlisted"]}
    assert left_open and {subject for subject, _ in covers | may} <= members | left_open | sets_of_uses()


def test_every_part_of_a_list_that_ships_is_a_part_and_every_fact_has_a_source() -> None:
    store, found = shipped().store, pairs(shipped().store)
    lists = (*(ox.NamedNode(terms.SH + name) for name in ("and", "or")), pg("parts"))
    heads = [quad for name in lists for quad in store.quads_for_pattern(None, name, None)]
    parts = {pair for role in ("premise", "consequence", "otherwise") for pair in stated(pg(role).value)}
    for head in heads:
        cell = head.object
        while cell != ox.NamedNode(terms.RDF + "nil"):
            [first], [rest] = (
                [quad.object for quad in store.quads_for_pattern(cell, ox.NamedNode(terms.RDF + name), None)]  # type: ignore[arg-type]
                for name in ("first", "rest")
            )
            parts |= {(local(head.subject.value), local(first.value))} if isinstance(first, ox.NamedNode) else set()
            cell = rest
    assert found["part"] == parts
    placed = {quad.subject.value for quad in store.quads_for_pattern(None, pg("locator"), None)}
    assert {local(iri) for iri in placed} <= {subject for subject, _ in found["source"]}
