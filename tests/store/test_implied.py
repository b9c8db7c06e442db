"""What files need not say is in the graph as if it had been typed."""

from __future__ import annotations

from pathlib import Path

import mini
import pytest

from payergraph import terms
from payergraph.policies.library import policies
from payergraph.store.graph import LocalGraph, shipped

# --- shapes ------------------------------------------------------------------------------------------------------


def test_every_criterion_is_a_shape_in_the_graph_of_its_document() -> None:
    rows = shipped().rows("""
        SELECT ?criterion (EXISTS { GRAPH ?graph { ?criterion a sh:NodeShape } } AS ?shape) {
          ?kind rdfs:subClassOf pg:Criterion .
          GRAPH ?graph { ?criterion a ?kind }
        }""")
    assert len(rows) > 1000
    assert [row["criterion"] for row in rows if row["shape"].value != "true"] == []


# --- sets of one -------------------------------------------------------------------------------------------------


def asking(target: Path, facts: str = "", **values: str) -> LocalGraph:
    """A graph with a policy that asks, in a criterion each, that something is not taken together with the drug."""
    kind = "pg:NoConcurrentTherapyCriterion"
    criteria = (f"c:{name} a {kind} ; pg:excludedGroups {value} ; @@ ." for name, value in values.items())
    rules = (f"rheumatoid-arthritis c:{name}" for name in values)
    return mini.graph(target, mini.policy(*rules, more="\n".join([*criteria, facts])))


def sets(graph: LocalGraph) -> dict[str, list[str]]:
    """What each criterion names: it, its labels and its members, as its document has them."""
    rows = graph.rows("""
        SELECT ?criterion ?named ?fact {
          GRAPH id:source\\/test {
            ?criterion pg:excludedGroups ?named .
            OPTIONAL { ?named a pg:ConceptSet ; pg:member|skos:prefLabel ?fact }
          }
        } ORDER BY ?criterion DESC(isLITERAL(?fact)) ?fact""")
    found: dict[str, list[str]] = {}
    for row in rows:
        of = found.setdefault(row["criterion"].value.rsplit("/", 1)[-1], [terms.local(row["named"].value)])
        of += [terms.local(row["fact"].value)] if "fact" in row else []
    return found


def test_a_concept_in_the_place_of_a_set_is_the_only_member_of_one(tmp_path: Path) -> None:
    graph = asking(tmp_path, one="drug:methotrexate", two="drug:methotrexate")
    made = ["set/test/methotrexate", "methotrexate", "drug/methotrexate"]
    assert sets(graph) == {"one": made, "two": made}
    [row] = graph.rows("SELECT ?source { id:set\\/test\\/methotrexate pg:source ?source }")
    assert terms.local(row["source"].value) == "source/test"


def test_a_group_of_the_document_is_taken_like_a_concept(tmp_path: Path) -> None:
    group = 'group:mine a pg:TherapyGroup ; skos:prefLabel "mine"@en ; pg:member drug:methotrexate .'
    assert sets(asking(tmp_path, group, one="group:mine")) == {"one": ["set/test/mine", "mine", "group/test/mine"]}


def test_a_set_of_one_that_is_typed_keeps_its_words(tmp_path: Path) -> None:
    typed = 'set:drug a pg:ConceptSet ; skos:prefLabel "the drug itself"@en ; pg:member drug:anakinra .'
    assert sets(asking(tmp_path, typed, one="set:drug")) == {
        "one": ["set/test/drug", "the drug itself", "drug/anakinra"]
    }


def test_members_that_would_share_a_name_have_their_kind_before_it(tmp_path: Path) -> None:
    brand = 'product:methotrexate a pg:Product ; skos:prefLabel "Brand"@en ; skos:broader drug:methotrexate .'
    assert sets(asking(tmp_path, brand, one="drug:methotrexate", two="product:methotrexate")) == {
        "one": ["set/test/drug-methotrexate", "methotrexate", "drug/methotrexate"],
        "two": ["set/test/product-methotrexate", "Brand", "product/methotrexate"],
    }


def test_nothing_is_added_to_a_set_that_is_typed(tmp_path: Path) -> None:
    typed = 'set:anakinra a pg:ConceptSet ; skos:prefLabel "other"@en ; pg:member drug:methotrexate .'
    assert sets(asking(tmp_path, typed, one="drug:anakinra", two="set:anakinra")) == {
        "one": ["set/test/drug-anakinra", "anakinra", "drug/anakinra"],
        "two": ["set/test/anakinra", "other", "drug/methotrexate"],
    }


def test_where_both_names_are_taken_the_criterion_is_never_met(tmp_path: Path) -> None:
    typed = " ".join(
        f'set:{name} a pg:ConceptSet ; skos:prefLabel "{name}"@en ; pg:member drug:methotrexate .'
        for name in ("anakinra", "drug-anakinra")
    )
    graph = asking(tmp_path, typed, one="drug:anakinra")
    assert sets(graph) == {"one": ["drug/anakinra"]}
    case = {"indication": "rheumatoid-arthritis", "therapiesComplete": True}
    assert [item.outcome.value for item in mini.answers(graph, case)] == ["unknown"]


@pytest.mark.parametrize("value", ["drug:nowhere", "c:one", '"methotrexate"'])
def test_what_is_neither_concept_nor_group_stays_as_it_is(tmp_path: Path, value: str) -> None:
    [(named, *facts)] = sets(asking(tmp_path, one=value)).values()
    assert not named.startswith("set/") and not facts


# --- what the drug is asked for ----------------------------------------------------------------------------------


def ruled(target: Path, rules: dict[str, str], facts: str) -> LocalGraph:
    """A graph with a policy of rules, each with its own facts, and criteria; ``@@`` is a place in the document."""
    of = "<https://w3id.org/payergraph/id/policy/test> pg:coverageRule"
    told = "pg:completeness pg:Complete ; pg:section <https://w3id.org/payergraph/id/section/test/one>"
    text = [
        f'{of} r:{name} . r:{name} a pg:CoverageRule ; {told} ; pg:locator "{name}" ; {more} .'
        for name, more in rules.items()
    ]
    adult = "c:adult a pg:AgeCriterion ; pg:minimumAge 18 ; @@ ."
    return mini.graph(target, mini.policy(more="\n".join([*text, adult, facts])))


def parts(graph: LocalGraph) -> dict[str, list[str]]:
    """What each root asks, part by part; of a use its name and place, too."""
    roots = [root for rule in policies(graph)["test"].rules for root in (rule.initial, rule.continuation) if root]
    return {
        terms.slug(root.id): [
            f"{terms.slug(part.id)}, {part.locator}: {part.summary}" if part.kind == "UseCriterion" else part.summary
            for part in root.children
        ]
        for root in roots
    }


def uses(graph: LocalGraph) -> list[str]:
    rows = graph.rows("SELECT ?use { GRAPH id:source\\/test { ?use a pg:UseCriterion } }")
    return [terms.local(row["use"].value).rsplit("/", 1)[-1] for row in rows]


ADULT = "Age 18 years or older"
DIRA = "deficiency of interleukin-1 receptor antagonist"
ROOT = "c:root a pg:AllOf ; sh:and ( c:adult ) ; @@ ."
AGAIN = "c:again a pg:AllOf ; sh:and ( c:adult ) ; @@ ."
ASKED = "c:asked a pg:UseCriterion ; pg:use condition:caps ; @@ ."


def test_a_tree_asks_first_for_the_use_of_its_rule(tmp_path: Path) -> None:
    rule = "pg:indication condition:dira ; pg:initialCriteria c:root ; pg:continuationCriteria c:again"
    graph = ruled(tmp_path, {"one": rule}, ROOT + AGAIN)
    assert parts(graph) == {
        "root": [f"one-use, one: Asked for {DIRA}", ADULT],
        "again": [f"one-use-continued, one: Asked for {DIRA}", ADULT],
    }
    assert [item.outcome.value for item in mini.answers(graph, {"indication": "dira", "age": 30})] == ["met"]


def test_a_renewal_that_repeats_the_first_request_asks_once(tmp_path: Path) -> None:
    rule = "pg:indication condition:dira ; pg:initialCriteria c:root ; pg:continuationCriteria c:again"
    again = "c:again a pg:AllOf ; sh:and ( c:root ) ; @@ ."
    assert parts(ruled(tmp_path, {"one": rule}, ROOT + again)) == {
        "root": [f"one-use, one: Asked for {DIRA}", ADULT],
        "again": ["All of the following"],
    }


@pytest.mark.parametrize(
    "root",
    {
        "the use is typed": f"c:root a pg:AllOf ; sh:and ( c:adult c:asked ) ; @@ . {ASKED}",
        "it is typed further in": f"{ROOT.replace('adult', 'any')} c:any a pg:AnyOf ; sh:or ( c:asked ) ; @@ . {ASKED}",
        "nothing is asked": "c:root a pg:AllOf ; sh:and () ; @@ .",
        "it has no list": "c:root a pg:AllOf ; @@ .",
        "it has two lists": "c:root a pg:AllOf ; sh:and ( c:adult ) , ( c:adult c:adult ) ; @@ .",
        "it asks one of several": "c:root a pg:AnyOf ; sh:or ( c:adult ) ; @@ .",
        "it is a leaf": "c:root a pg:AgeCriterion ; pg:minimumAge 18 ; @@ .",
        "the name is taken": f"{ROOT} c:one-use a pg:AgeCriterion ; pg:minimumAge 18 ; @@ .",
    }.items(),
    ids=lambda item: item[0],
)
def test_a_tree_stays_as_it_is_where(tmp_path: Path, root: tuple[str, str]) -> None:
    graph = ruled(tmp_path, {"one": "pg:indication condition:dira ; pg:initialCriteria c:root"}, root[1])
    assert uses(graph) == (["asked"] if ASKED in root[1] else [])


def test_a_rule_for_two_uses_asks_for_none(tmp_path: Path) -> None:
    rule = "pg:indication condition:dira , condition:caps ; pg:initialCriteria c:root"
    assert not uses(ruled(tmp_path, {"one": rule}, ROOT))


def test_rules_that_share_a_tree_type_what_it_is_asked_for(tmp_path: Path) -> None:
    rules = {name: f"pg:indication condition:{name} ; pg:initialCriteria c:root" for name in ("dira", "caps")}
    assert parts(ruled(tmp_path, rules, ROOT)) == {"root": [ADULT]}


def test_a_broken_list_or_one_that_comes_back_to_itself_ends(tmp_path: Path) -> None:
    rule = "pg:indication condition:dira ; pg:initialCriteria c:root"
    circle = "c:root a pg:AllOf ; sh:and c:cell ; @@ . c:cell rdf:first c:root ; rdf:rest c:cell ."
    graph = ruled(tmp_path, {"one": rule}, circle)
    assert [item.outcome.value for item in mini.answers(graph, {"indication": "dira"})] == ["unknown"]
