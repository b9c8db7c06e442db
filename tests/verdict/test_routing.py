"""Requests that a document sends to the criteria of the other stage: judged, told, compared, and the same elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import evaluator
import mini
import pyshacl
import pytest
import rdflib
from command import unescaped
from rdflib.namespace import SH
from rich.console import Console
from strategies import concepts
from test_laws import plain

from payergraph import terms
from payergraph.chart.case import parse_case
from payergraph.comparison.compare import compare
from payergraph.policies.library import policies
from payergraph.present import render, sentences, terminal
from payergraph.present.export import bundle
from payergraph.present.notebook import of_determination
from payergraph.sparql.questions import ask
from payergraph.store.graph import LocalGraph
from payergraph.store.names import names
from payergraph.verdict.answers import Determination
from payergraph.verdict.determination import determine
from payergraph.verdict.report import report

_CRITERIA = """
r:0 pg:continuationCriteria c:renewal ; pg:initialMonths 6 ; pg:continuationMonths 12 ; pg:{route} .
c:renewal a pg:AllOf ; sh:and ( c:response ) ; @@ .
c:response a pg:ResponseCriterion ; pg:positiveResponse true ; @@ .
c:adult a pg:AgeCriterion ; pg:minimumAge 18 ; @@ .
c:not-yet a pg:NoneOf ; pg:parts ( c:three-months ) ;
    pg:section <https://w3id.org/payergraph/id/section/{slug}/one> ; pg:locator "the note" .
c:three-months a pg:TimeOnDrugCriterion ; pg:minimumMonths 3 ; pg:longestGapDays 30 ; @@ .
"""
#: What the rule of each policy says of routing.
_ROUTES = {
    "back": "initialCriteriaWhen c:not-yet",
    "ahead": "continuationCriteriaWhen c:three-months",
    "both": "initialCriteriaWhen c:not-yet ; pg:continuationCriteriaWhen c:three-months",
    "plain": 'reading "Nothing is sent elsewhere."',
}


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> LocalGraph:
    texts = [
        mini.policy("rheumatoid-arthritis c:adult", more=_CRITERIA.format(route=route, slug=slug), slug=slug)
        for slug, route in _ROUTES.items()
    ]
    return mini.graph(tmp_path_factory.mktemp("routing"), *texts)


def case(*since: str, request: str = "continuation", **more: Any) -> dict[str, Any]:
    """A case that asks to go on, with a row of Kineret for each start: ``2026-01-01``, or ``2026-01-01/2026-02-01``."""
    rows = [{"product": "Kineret", **dict(zip(("start", "end"), days.split("/"), strict=False))} for days in since]
    whole = {"drug": "anakinra", "requestDate": "2026-10-01", "indication": "rheumatoid-arthritis", "request": request}
    return whole | ({"therapies": rows} if rows else {}) | more


def said(of: LocalGraph, policy: str, facts: dict[str, Any]) -> Determination:
    [found] = determine(parse_case(json.dumps(facts), of), of, policy=policy)
    return found


TWO_MONTHS, THREE_MONTHS = "2026-07-02", "2026-07-01"
RESPONDS = {"response": {"positive": True}}
AGAINST = {"response": {"positive": False}}


@pytest.mark.parametrize(
    ("facts", "by", "outcome"),
    [
        (case(TWO_MONTHS, age=40), "initial", "met"),
        (case(TWO_MONTHS, age=40, **AGAINST), "initial", "met"),
        (case(TWO_MONTHS, age=12, **RESPONDS), "initial", "not-met"),
        (case(TWO_MONTHS, **RESPONDS), "initial", "not-documented"),
        (case(THREE_MONTHS, age=40), "continuation", "not-documented"),
        (case(THREE_MONTHS, **RESPONDS), "continuation", "met"),
        (case(THREE_MONTHS, age=40, **AGAINST), "continuation", "not-met"),
        # Begun anew after a gap of 31 days, and the same course after one of 30.
        (case("2025-01-01/2026-08-01", "2026-09-01", age=40), "initial", "met"),
        (case("2025-01-01/2026-08-02", "2026-09-01", age=40, **AGAINST), "continuation", "not-met"),
        # Nothing tells for how long.
        (case(age=40, therapies=[{"product": "Kineret"}]), None, "not-documented"),
        (case(age=40, therapies=[{"product": "Kineret"}], **RESPONDS), None, "met"),
        # Kleene's logic keeps open what would fail either way.
        (case(age=12, therapies=[{"product": "Kineret"}], **AGAINST), None, "not-documented"),
        (case(age=40), None, "not-documented"),
    ],
)
def test_a_request_to_go_on_too_early_is_judged_by_the_initial_criteria(
    facts: dict[str, Any], by: str | None, outcome: str, of: LocalGraph
) -> None:
    found = said(of, "back", facts)
    assert found.routed is not None
    assert (found.routed.by, found.outcome) == (by, outcome)
    first = said(of, "back", {**facts, "request": "initial"})
    assert first.routed is None
    if by == "initial":
        assert first.outcome == outcome


@pytest.mark.parametrize(
    ("start", "by", "outcome"), [("2026-07-01", "continuation", "met"), ("2026-07-02", "initial", "not-met")]
)
def test_a_first_request_of_someone_established_is_judged_by_the_continuation_criteria(
    start: str, by: str, outcome: str, of: LocalGraph
) -> None:
    for policy in ("ahead", "both"):
        found = said(of, policy, case(start, request="initial", age=12, **RESPONDS))
        assert found.routed is not None
        assert (found.routed.by, found.outcome) == (by, outcome)


def test_the_tree_stands_in_the_graph_with_the_place_of_what_sends_on(of: LocalGraph) -> None:
    [rule] = policies(of)["back"].rules
    root = rule.continuation
    assert root is not None and rule.initial_when is not None and rule.continuation_when is None
    assert (root.id, root.kind, root.locator) == ("back/0-routed", "IfThen", "the note")
    assert [part.id for part in root.children] == ["back/not-yet", "back/root-0", "back/renewal"]
    assert rule.initial_when is root.children[0] and rule.initial is root.children[1]
    [plain_rule] = policies(of)["plain"].rules
    assert plain_rule.continuation is not None and plain_rule.continuation.id == "plain/renewal"


# --- what is told ---------------------------------------------------------------------------------


def texts(of: LocalGraph, policy: str, facts: dict[str, Any]) -> list[str]:
    """What terminal, Markdown and a notebook say."""
    known = parse_case(json.dumps(facts), of)
    found = determine(known, of, policy=policy)
    console = Console(width=300)
    with console.capture() as capture:
        console.print(terminal.to_terminal(known, found, names(of)))
    return [capture.get(), unescaped(render.to_markdown(known, found, names(of))), str(of_determination(found[0]))]


_PREMISE = "Not: On the requested drug for at least 3 months, with no gap of more than 30 days up to the request"
_ASKED = f"{_PREMISE} [the note]"


@pytest.mark.parametrize(
    ("facts", "routing", "approvals"),
    [
        (
            case(TWO_MONTHS, requestedMonths=12),
            f"Judged by the initial criteria, for this holds: {_ASKED}. Against it: Kineret, since 2026-07-02",
            ["First approval: up to 6 months", "Asked for: 12 months, more than is approved at once"],
        ),
        (
            case(THREE_MONTHS, requestedMonths=12),
            f"Judged by the continuation criteria; for the initial criteria this would have to hold: {_ASKED}. "
            "On record: Kineret, since 2026-07-01",
            ["Renewed approval: up to 12 months", "Asked for: 12 months"],
        ),
        (
            case(therapies=[{"product": "Kineret"}], requestedMonths=9),
            "By the initial criteria or by the continuation criteria: that hangs on what is not documented: "
            f"{_ASKED}. Could be it: Kineret (not recorded: dates, outcome)",
            ["First approval: up to 6 months", "Renewed approval: up to 12 months", "Asked for: 9 months"],
        ),
    ],
)
def test_every_form_tells_by_what_a_request_is_judged_why_and_for_how_long_is_approved(
    facts: dict[str, Any], routing: str, approvals: list[str], of: LocalGraph
) -> None:
    found = said(of, "back", facts)
    assert sentences.routing_sentence(found) == routing
    assert sentences.approval_sentences(found) == approvals
    for text in texts(of, "back", facts):
        assert all(line in text for line in (routing, *approvals))
    known = parse_case(json.dumps(facts), of)
    [told] = render.to_json(known, determine(known, of, policy="back"), "v")["determinations"]
    assert found.routed is not None
    assert (told["routed"]["judgedBy"], told["routed"]["words"]) == (found.routed.by, routing)
    assert [one["length"] for one in told["approvals"]] == [line.partition(": ")[2] for line in approvals[:-1]]
    assert told["requestedMonths"] == str(facts["requestedMonths"])


def test_a_request_that_nothing_routes_is_told_no_word_of_it(of: LocalGraph) -> None:
    found = said(of, "plain", case(TWO_MONTHS))
    assert found.routed is None and sentences.routing_sentence(found) == ""
    assert sentences.approval_sentences(found) == ["Renewed approval: up to 12 months"]
    known = parse_case(json.dumps(case(TWO_MONTHS)), of)
    assert "routed" not in render.to_json(known, determine(known, of, policy="plain"), "v")["determinations"][0]


def test_what_blocks_stands_among_the_criteria_by_which_it_is_judged(of: LocalGraph) -> None:
    found = said(of, "back", case(TWO_MONTHS, age=12))
    assert [terms.local(name).partition("/")[2] for name in found.blocking] == ["adult"]
    assert {name.partition("/")[2] for name in found.deciding} == {"adult", "three-months"}
    # Nor is anything missing of the others, though a way to met leads through them.
    found = said(of, "back", case(TWO_MONTHS))
    assert [name.partition("/")[2] for name in found.missing] == ["adult"] and len(found.ways) == 2


def test_a_comparison_of_renewals_tells_it_apart_from_what_is_asked(of: LocalGraph) -> None:
    found = compare(of, f"{terms.ID}drug/anakinra", f"{terms.ID}condition/rheumatoid-arthritis", request="continuation")
    ids = [column.policy.id for column in found.columns]
    lines = {line.dimension: dict(zip(ids, line.cells, strict=True)) for line in found.lines}
    told = f"By the criteria of a first request where this holds: {_PREMISE}"
    assert lines["time on the drug"]["back"].text == told
    assert lines["time on the drug"]["plain"].state == "not required"
    assert {lines["response"][policy].text for policy in ("back", "plain")} == {"Positive response to the drug"}


def test_renewal_criteria_are_those_of_the_tree(of: LocalGraph) -> None:
    rows = [row for row in ask("renewal_criteria", of, drug="anakinra").records() if row["policy"] == "back"]
    asked = {row["criterion"].rpartition("/")[2]: row["asked"] for row in rows}
    assert asked["adult"] == "again" and asked["response"] == asked["three-months"] == "anew"


# --- elsewhere --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        case(TWO_MONTHS, age=40),
        case(TWO_MONTHS, age=12, **RESPONDS),
        case(THREE_MONTHS, age=12, **RESPONDS),
        case(THREE_MONTHS, age=40, **AGAINST),
        case(age=40, therapies=[{"product": "Kineret"}]),
    ],
)
def test_pyshacl_and_the_evaluator_say_the_same(facts: dict[str, Any], of: LocalGraph) -> None:
    known = parse_case(json.dumps(facts), of)
    answers = determine(known, of, policy="back")
    [found] = answers
    assert found.root is not None
    leaves = {leaf.id: leaf for leaf in found.root.criterion.leaves}
    asked = {"minimumMonths": 3, "longestGapDays": 30}
    params = {"three-months": asked, "adult": {"minimumAge": 18}, "response": {"positiveResponse": True}}
    params |= {name: {"use": "condition/rheumatoid-arthritis"} for name in ("use-0", "0-use-continued")}
    states = {
        name: evaluator.evaluate(leaf.kind, params[name.partition("/")[2]], facts, concepts())
        for name, leaf in leaves.items()
    }
    assert evaluator.fold(plain(found.root.criterion), states) == found.outcome
    chart = bundle.chart(known, known.indication or "", of) + bundle.concepts(of)
    conforms = []
    for bound in bundle.BOUNDS:
        shapes = rdflib.Graph().parse(data=bundle.bound(of, bound)).parse(data=bundle.policy(of, policies(of)["back"]))
        shapes.remove((rdflib.URIRef(f"{terms.ID}criterion/back/root-0"), SH.targetClass, None))  # a first request's
        conforms.append(pyshacl.validate(rdflib.Graph().parse(data=chart), shacl_graph=shapes)[0])
    assert conforms == {"met": [True, True], "not-documented": [False, True], "not-met": [False, False]}[found.outcome]
    written = report(known, of, answers)
    assert [bool(value) for value in written.objects(None, SH.conforms)] == [found.outcome == "met"]


# --- what leads nowhere -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        "pg:initialCriteriaWhen c:adult , c:response ; pg:continuationCriteria c:renewal",
        "pg:initialCriteriaWhen c:nowhere ; pg:continuationCriteria c:renewal",
        "pg:continuationCriteriaWhen c:adult",
        'pg:initialCriteriaWhen "text" ; pg:continuationCriteria c:renewal',
    ],
)
def test_a_rule_that_sends_requests_nowhere_decides_none(rule: str, tmp_path: Path) -> None:
    facts = _CRITERIA.partition("\n\n")[0].partition("c:renewal a")
    more = f"r:0 {rule} . c:renewal a{facts[2]}".replace("{slug}", "test")
    of = mini.graph(tmp_path, mini.policy("rheumatoid-arthritis c:adult", more=more))
    request = "initial" if "continuationCriteriaWhen" in rule else "continuation"
    [found] = mini.answers(of, case(TWO_MONTHS, request=request, age=40, **AGAINST))
    assert found.outcome == "unknown" and (found.routed is None or found.routed.by is None)
