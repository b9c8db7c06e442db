"""Uses as sets with exceptions: any autoinflammatory disease other than CAPS."""

from __future__ import annotations

from pathlib import Path

import mini
import pytest

from payergraph.comparison.compare import compare
from payergraph.comparison.covered import coverage, entry
from payergraph.policies.library import policies
from payergraph.sparql.questions import ask
from payergraph.store.graph import LocalGraph
from payergraph.store.names import names
from payergraph.terms import thing

CONCEPTS = """
condition:tumor a pg:Condition ; skos:prefLabel "tumor"@en .
condition:solid-tumor a pg:Condition ; skos:prefLabel "solid tumor"@en ; skos:broader condition:tumor .
condition:sarcoma a pg:Condition ; skos:prefLabel "sarcoma"@en ; skos:broader condition:solid-tumor .
condition:soft-tissue-sarcoma a pg:Condition ; skos:prefLabel "STS"@en ; skos:broader condition:sarcoma .
condition:bone-sarcoma a pg:Condition ; skos:prefLabel "bone sarcoma"@en ; skos:broader condition:sarcoma .
condition:glioma a pg:Condition ; skos:prefLabel "glioma"@en ; skos:broader condition:solid-tumor .
condition:lymphoma a pg:Condition ; skos:prefLabel "lymphoma"@en ; skos:broader condition:tumor .
"""
SOLID = """
set:solid a pg:ConceptSet ; skos:prefLabel "any solid tumor but bone sarcoma"@en ;
    pg:member condition:solid-tumor ; pg:except condition:bone-sarcoma .
c:adult a pg:AgeCriterion ; pg:minimumAge 18 ; @@ ."""
#: What is in the set, may be in it, and is not.
IN, MAYBE, OUT = ("soft-tissue-sarcoma", "glioma"), ("sarcoma", "solid-tumor", "tumor"), ("bone-sarcoma", "lymphoma")


def condition(slug: str) -> str:
    return thing("condition", slug).value


def of(target: Path, *rules: str, more: str = "", excludes: tuple[str, ...] = ()) -> LocalGraph:
    return mini.graph(target, mini.policy(*rules, more=SOLID + more, excludes=excludes), concepts=CONCEPTS)


def outcomes(graph: LocalGraph, use: str, age: int = 40, **case: object) -> list[str]:
    return [item.outcome.value for item in mini.answers(graph, {"indication": use, "age": age, **case})]


@pytest.fixture(scope="module")
def solid(tmp_path_factory: pytest.TempPathFactory) -> LocalGraph:
    return of(tmp_path_factory.mktemp("solid"), "set:solid c:adult")


@pytest.mark.parametrize("use", IN)
def test_a_rule_for_a_set_covers_what_it_surely_holds(solid: LocalGraph, use: str) -> None:
    assert (outcomes(solid, use), outcomes(solid, use, 17)) == (["met"], ["not-met"])


@pytest.mark.parametrize("use", MAYBE)
def test_what_may_be_the_exception_is_never_met(solid: LocalGraph, use: str) -> None:
    assert (outcomes(solid, use), outcomes(solid, use, 17)) == (["not-documented"], ["not-met"])
    [item] = mini.answers(solid, {"indication": use, "age": 40})
    assert item.missing == ("test/use-0",) and item.root is not None
    assert item.root.children[0].text == "Asked for any solid tumor but bone sarcoma"


@pytest.mark.parametrize("use", OUT)
def test_an_exception_and_what_no_member_holds_are_not_listed(solid: LocalGraph, use: str) -> None:
    assert outcomes(solid, use) == ["not-listed"]


def test_a_diagnosis_is_the_indication_that_is_told_and_not_the_set(solid: LocalGraph) -> None:
    case = {"age": 40, "diagnoses": [{"condition": "glioma"}, {"condition": "bone-sarcoma"}]}
    found = mini.answers(solid, case)
    assert [(names(solid).slug(item.indication), item.outcome.value) for item in found] == [("glioma", "met")]
    told = mini.answers(solid, {"indication": "sarcoma", **case})
    # The diagnosis says which sarcoma it is: the exception.
    assert [(names(solid).slug(item.indication), item.outcome.value) for item in told] == [("sarcoma", "not-listed")]


def test_the_nearest_of_what_rules_name_applies(tmp_path: Path) -> None:
    two = ' set:two a pg:ConceptSet ; skos:prefLabel "two"@en ; pg:member condition:sarcoma , condition:lymphoma .'
    graph = of(tmp_path, "set:solid", "set:two", "glioma", more=two)
    [policy], uses = policies(graph).all, policies(graph).uses

    def rules(use: str) -> list[str]:
        return [rule.id for _, group in uses.rules_for(policy, condition(use), "initial") for rule in group]

    assert {use: rules(use) for use in ("glioma", "soft-tissue-sarcoma", "bone-sarcoma", "lymphoma", "sarcoma")} == {
        "glioma": ["test/2"],
        "soft-tissue-sarcoma": ["test/1"],
        "bone-sarcoma": ["test/1"],
        "lymphoma": ["test/1"],
        "sarcoma": ["test/1"],
    }
    assert rules("tumor") == ["test/0", "test/1", "test/2"]


def test_an_exclusion_of_a_set_has_exceptions_too(tmp_path: Path) -> None:
    graph = of(tmp_path, "tumor", excludes=("set:solid",))
    for use in IN:
        assert outcomes(graph, use) == ["excluded"]
    for use in MAYBE:
        [item] = mini.answers(graph, {"indication": use})
        assert item.outcome == "not-documented" and item.reason is not None
        assert "any solid tumor but bone sarcoma" in item.reason.text
    for use in OUT:
        assert outcomes(graph, use) == ["met"]


def test_a_rule_for_a_set_of_parts_is_the_exception_from_an_exclusion(tmp_path: Path) -> None:
    two = ' set:two a pg:ConceptSet ; skos:prefLabel "two"@en ; pg:member condition:sarcoma , condition:lymphoma ; '
    graph = of(tmp_path, "set:two", more=two + "pg:except condition:bone-sarcoma .", excludes=("solid-tumor",))
    found = {
        use: outcomes(graph, use) for use in ("soft-tissue-sarcoma", "lymphoma", "glioma", "bone-sarcoma", "sarcoma")
    }
    assert found == {
        "soft-tissue-sarcoma": ["met"],
        "lymphoma": ["met"],
        "glioma": ["excluded"],
        "bone-sarcoma": ["excluded"],
        "sarcoma": ["not-documented"],
    }


def test_comparisons_charts_and_questions_know_a_set_by_what_it_names(solid: LocalGraph) -> None:
    drug = thing("drug", "anakinra").value
    [policy] = policies(solid).all
    [chart] = coverage(solid)
    assert [(names(solid).slug(row.indication), row.cells[0].states) for row in chart.rows] == [
        ("solid-tumor", ("narrower covered",))
    ]
    states = {use: entry(solid, policy, condition(use)).state for use in ("glioma", "bone-sarcoma", "sarcoma")}
    assert states == {"glioma": "covered", "bone-sarcoma": "not listed", "sarcoma": "narrower covered"}
    found = {use: compare(solid, drug, condition(use)).columns[0].rule for use in ("glioma", "bone-sarcoma")}
    assert found["glioma"] is policy.rules[0] and found["bone-sarcoma"] is None
    listed = {use: len(ask("age_limits", solid, indication=use).rows) for use in (*IN, *MAYBE, *OUT)}
    assert listed == {use: int(use in (*IN, *MAYBE)) for use in listed}
    diseases = policies(solid).diseases
    assert {names(solid).slug(one) for one in diseases.covered(policy.rules[0])} == {*IN}


def test_criteria_that_differ_by_an_exception_are_not_the_same(tmp_path: Path) -> None:
    other = ' set:all a pg:ConceptSet ; skos:prefLabel "all"@en ; pg:member condition:solid-tumor .'
    graph = of(tmp_path, "set:solid", "set:all", more=other)
    first, second = (rule.initial for rule in policies(graph).all[0].rules)
    assert first is not None and second is not None
    assert policies(graph).signature(first) != policies(graph).signature(second)


def test_the_use_of_a_rule_for_a_set_is_made_at_load(tmp_path: Path) -> None:
    text = mini.policy("set:solid c:adult", more=SOLID).replace("c:use-0 c:adult", "c:adult")
    text = text[: text.index("c:use-0 a pg:UseCriterion")] + text[text.index("set:solid a") :]
    graph = mini.graph(tmp_path, text, concepts=CONCEPTS)
    [leaf, _] = policies(graph).all[0].rules[0].initial.leaves  # type: ignore[union-attr]
    assert (leaf.id, leaf.summary) == ("test/0-use", "Asked for any solid tumor but bone sarcoma")
    assert (outcomes(graph, "glioma"), outcomes(graph, "sarcoma")) == (["met"], ["not-documented"])


@pytest.mark.parametrize("wrong", ["pg:except condition:nothing .", "pg:member condition:nothing ."])
def test_an_exclusion_that_names_nothing_may_hold_every_use(tmp_path: Path, wrong: str) -> None:
    graph = of(tmp_path, "tumor", excludes=("set:solid",), more=f" set:solid {wrong}")
    assert outcomes(graph, "lymphoma") == ["not-documented"]


def test_exceptions_where_nothing_judges_them_make_a_criterion_unreadable(tmp_path: Path) -> None:
    more = " c:tumor a pg:DiagnosisCriterion ; pg:conditions set:solid ; @@ ."
    graph = of(tmp_path, "glioma c:tumor", more=more)
    assert outcomes(graph, "glioma", diagnoses=[{"condition": "bone-sarcoma"}, {"condition": "glioma"}]) == ["unknown"]
