"""What files need not say is in the graph as if it had been typed."""

from __future__ import annotations

from pathlib import Path

import mini
import pytest

from payergraph import terms
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


@pytest.mark.parametrize("value", ["drug:nowhere", "plan:cigna-employer-group", "c:one", '"methotrexate"'])
def test_what_is_neither_concept_nor_group_stays_as_it_is(tmp_path: Path, value: str) -> None:
    [(named, *facts)] = sets(asking(tmp_path, one=value)).values()
    assert not named.startswith("set/") and not facts
