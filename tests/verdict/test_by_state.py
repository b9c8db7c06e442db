"""Parameters that differ by state or plan: in Connecticut or Kentucky a trial of a month, elsewhere of three."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mini
import pytest

from payergraph.choice import Request
from payergraph.comparison.compare import compare
from payergraph.policies.library import policies
from payergraph.policies.words import verbalize
from payergraph.store.graph import LocalGraph
from payergraph.terms import thing
from payergraph.verdict.asked import asked
from payergraph.verdict.report import report

BY_STATE = """
c:trial a pg:IfThen ; pg:premise c:where ; pg:consequence c:short ; pg:otherwise c:long ; @@ .
c:where a pg:PlanCriterion ; pg:states set:states ; @@ .
set:states a pg:ConceptSet ; skos:prefLabel "three states"@en ; pg:member state:CT , state:KY , state:MS .
c:short a pg:PriorTherapyCriterion ; pg:therapyGroups drug:methotrexate ; pg:minimumMonths 1 ; @@ .
c:long a pg:PriorTherapyCriterion ; pg:therapyGroups drug:methotrexate ; pg:minimumMonths 3 ; @@ .
"""
BY_LINE = BY_STATE.replace("pg:states set:states", "pg:linesOfBusiness line-of-business:employer-group").replace(
    "\nc:trial", "@prefix line-of-business: <https://w3id.org/payergraph/id/line-of-business/> .\nc:trial", 1
)
BY_PLAN = BY_STATE.replace("pg:states set:states", "pg:plans plan:cigna-employer-group")
RA = {"indication": "rheumatoid-arthritis", "therapiesComplete": True}


def tried(months: int) -> dict[str, Any]:
    return {**RA, "therapies": [{"product": "methotrexate", "durationMonths": months, "outcome": "failure"}]}


def outcomes(graph: LocalGraph, case: dict[str, Any], **options: Any) -> list[str]:
    return [item.outcome.value for item in mini.answers(graph, case, **options)]


@pytest.fixture(scope="module")
def by_state(tmp_path_factory: pytest.TempPathFactory) -> LocalGraph:
    return mini.graph(tmp_path_factory.mktemp("state"), mini.policy("rheumatoid-arthritis c:trial", more=BY_STATE))


@pytest.mark.parametrize(
    ("months", "state", "outcome"),
    [
        (0, "KY", "not-met"),
        (1, "KY", "met"),
        (1, "CT", "met"),
        (1, "CA", "not-met"),
        (2, "CA", "not-met"),
        (3, "CA", "met"),
        (0, None, "not-documented"),
        (1, None, "not-documented"),
        (2, None, "not-documented"),
        (3, None, "met"),
    ],
)
def test_the_state_decides_how_long_a_trial_has_to_be(
    by_state: LocalGraph, months: int, state: str | None, outcome: str
) -> None:
    case = tried(months) | ({"state": state} if state else {})
    assert outcomes(by_state, case) == [outcome]


def test_where_the_state_decides_it_is_what_is_missing(by_state: LocalGraph) -> None:
    [item] = mini.answers(by_state, tried(1))
    assert item.missing == ("test/where",) and item.deciding == ("test/where",)
    assert item.root is not None
    where = next(leaf for leaf in item.root.criterion.leaves if leaf.id == "test/where")
    assert where.summary == "State of the request: Connecticut, Kentucky or Mississippi" and not where.changeable
    assert "state" in asked(tried(1) | {"drug": "anakinra"}, by_state)
    assert asked(tried(1) | {"drug": "anakinra"}, by_state).named["state"] == tuple(
        thing("state", name).value for name in ("CT", "KY", "MS")
    )


def test_the_whole_stands_under_what_it_asks_for_in_a_comparison(by_state: LocalGraph) -> None:
    found = compare(by_state, thing("drug", "anakinra").value, thing("condition", "rheumatoid-arthritis").value)
    texts = {line.dimension: line.cells[0].text for line in found.lines}
    assert texts["prior therapy"].startswith("If State of the request") and texts["plan"] == "See prior therapy"
    root = policies(by_state)["test"].rules[0].criteria(Request.INITIAL)
    assert root is not None and "otherwise" in verbalize(root)


@pytest.mark.parametrize(
    ("turtle", "plan", "outcome"),
    [
        (BY_LINE, "cigna-employer-group", "met"),
        (BY_LINE, "cigna-self-funded", "met"),
        (BY_LINE, "cigna-medicare-advantage", "not-met"),
        (BY_LINE, "cigna-commercial", "not-documented"),
        (BY_PLAN, "cigna-employer-group", "met"),
        (BY_PLAN, "cigna-medicare-advantage", "not-met"),
        (BY_PLAN, "cigna-commercial", "not-documented"),
    ],
)
def test_a_plan_of_the_case_or_of_the_call_decides(tmp_path: Path, turtle: str, plan: str, outcome: str) -> None:
    graph = mini.graph(tmp_path, mini.policy("rheumatoid-arthritis c:trial", more=turtle))
    assert outcomes(graph, tried(1) | {"plan": plan}) == [outcome]
    assert outcomes(graph, tried(1), plan=thing("plan", plan).value) == [outcome]
    assert outcomes(graph, tried(1)) == ["not-documented"]


def test_the_report_is_of_the_plan_of_the_call(tmp_path: Path) -> None:
    import rdflib

    from payergraph.chart.case import parse_case

    graph = mini.graph(tmp_path, mini.policy("rheumatoid-arthritis c:trial", more=BY_PLAN))
    case = parse_case({"drug": "anakinra", "requestDate": "2026-10-01", **tried(1)}, graph)
    plan = thing("plan", "cigna-employer-group").value
    conforms = rdflib.URIRef("http://www.w3.org/ns/shacl#conforms")
    found = mini.answers(graph, tried(1), plan=plan)
    assert (None, conforms, rdflib.Literal(True)) in report(case.on_plan(plan), graph, found)


def test_a_rule_for_a_plan_is_chosen_by_the_plan_as_before(tmp_path: Path) -> None:
    rules = ("rheumatoid-arthritis c:short cigna-employer-group", "rheumatoid-arthritis c:long cigna-commercial")
    graph = mini.graph(tmp_path, mini.policy(*rules, more=BY_STATE))
    assert outcomes(graph, tried(1) | {"plan": "cigna-employer-group"}) == ["met"]
    assert outcomes(graph, tried(1) | {"plan": "cigna-commercial"}) == ["not-met"]
    assert outcomes(graph, tried(1) | {"plan": "cigna-medicare-advantage"}) == ["unknown"]
    assert outcomes(graph, tried(1)) == ["met", "not-met"]
