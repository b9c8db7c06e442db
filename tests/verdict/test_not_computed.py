"""What the judgement of a case leaves out is said beside every answer that rests on it, in every format."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
import rdflib
from command import unescaped
from judges import WHEALS
from rich.console import Console
from strategies import WRITTEN, all_of, any_of

from payergraph.chart.case import Case, parse_case
from payergraph.criteria import Status
from payergraph.policies.editions import editions
from payergraph.policies.library import policies
from payergraph.policies.model import Criterion
from payergraph.present import render, terminal
from payergraph.store.graph import shipped
from payergraph.store.names import names
from payergraph.verdict.answers import Answers, Determination
from payergraph.verdict.determination import determine
from payergraph.verdict.fold import fold
from payergraph.verdict.report import report
from payergraph.verdict.ways import met_as_far_as_computed

PG, SH = rdflib.Namespace("https://w3id.org/payergraph/ontology#"), rdflib.Namespace("http://www.w3.org/ns/shacl#")
RAISED = "That the dose was raised as the guideline has it."
TRIED = "Failure of second-generation H1 antihistamine, up-dosed, after at least 2 weeks"
CSU = "carefirst-caremark-dupixent/chronic-spontaneous-urticaria-tried"


def answered(policy: str, written: Mapping[str, Any]) -> tuple[Case, Determination]:
    case = parse_case(json.dumps(written), shipped(), format="json", name="case")
    [found] = determine(case, shipped(), policy=policy)
    return case, found


def leaf(found: Determination, name: str) -> Criterion:
    assert found.root is not None
    return next(one for one in found.root.criterion.leaves if one.id.endswith(name))


# --- which answers rest on what is not computed ---------------------------------------------------


FIRST, SECOND, THIRD = (WRITTEN[name].criterion() for name in list(WRITTEN)[:3])
DOUBTED = replace(FIRST, not_computed="That it is early.")
MET, NOT_MET, UNKNOWN = Status.MET, Status.NOT_MET, Status.NOT_DOCUMENTED


@pytest.mark.parametrize(
    ("root", "states", "left_out"),
    [
        (all_of(DOUBTED, SECOND), (MET, MET), True),
        (all_of(FIRST, SECOND), (MET, MET), False),
        (any_of(DOUBTED, SECOND), (MET, MET), False),
        (any_of(DOUBTED, SECOND), (MET, UNKNOWN), True),
        (any_of(DOUBTED, SECOND), (NOT_MET, MET), False),
        (any_of(DOUBTED, SECOND), (UNKNOWN, MET), False),
        (all_of(DOUBTED, SECOND), (MET, NOT_MET), False),
        (all_of(DOUBTED, SECOND), (MET, UNKNOWN), False),
    ],
)
def test_met_says_what_it_leaves_out_exactly_where_it_rests_on_it(
    root: Criterion, states: tuple[Status, Status], left_out: bool
) -> None:
    found = fold(root, dict(zip((DOUBTED.id, SECOND.id), states, strict=True)))
    assert met_as_far_as_computed(found) == ((DOUBTED.id,) if left_out else ())


def test_what_is_not_computed_never_changes_the_outcome() -> None:
    _, found = answered("carefirst-caremark-dupixent", WHEALS)
    assert found.outcome == "met" and found.not_computed == (CSU,)
    assert leaf(found, CSU).not_computed == RAISED
    _, without = answered("carefirst-caremark-dupixent", WHEALS | {"therapies": [], "therapiesComplete": True})
    assert without.outcome == "not-met" and without.not_computed == ()


# --- where it is said -----------------------------------------------------------------------------


def test_the_json_says_it_at_the_outcome_and_at_the_leaf() -> None:
    case, found = answered("carefirst-caremark-dupixent", WHEALS)
    [item] = render.to_json(case, Answers([found]), "x")["determinations"]
    assert item["outcome"] == "met" and item["notComputed"] == [CSU]
    parts = {part["id"]: part for part in item["criteria"]["children"]}
    said = parts[CSU]
    assert (said["notComputed"], said["reading"]) == (RAISED, "Symptomatic despite it is read as its failure.")
    assert parts["carefirst-caremark-dupixent/csu-age"]["notComputed"] is None


def test_the_table_and_markdown_say_it_at_the_outcome_and_at_the_leaf() -> None:
    case, found = answered("carefirst-caremark-dupixent", WHEALS)
    out = io.StringIO()
    Console(file=out, width=400).print(terminal.to_terminal(case, Answers([found]), names(shipped())))
    for text in (out.getvalue(), unescaped(render.to_markdown(case, Answers([found]), names(shipped())))):
        assert "met, as far as computed" in text.lower()
        assert "Not computed:\n" in text and f"- {RAISED} ({TRIED}) [CSU, 2]" in text
        lines = [line.strip("│├└─ ") for line in text.splitlines()]
        assert any("✓ met" in one and TRIED in one and two == f"Not computed: {RAISED}"
                   for one, two in pairwise(lines))  # fmt: skip
        assert "Read as: Symptomatic despite it is read as its failure." in lines
        assert "Undated, retelling, criteria seen whole." in lines


def test_the_validation_report_says_it_of_the_criterion_and_of_itself() -> None:
    case, found = answered("carefirst-caremark-dupixent", WHEALS)
    graph = report(case, shipped(), Answers([found]))
    [node] = graph.subjects(rdflib.RDF.type, SH.ValidationReport)
    assert graph.value(node, SH.conforms) == rdflib.Literal(True)
    assert list(graph.objects(node, PG.notComputed)) == [rdflib.Literal(RAISED)]
    tried = rdflib.URIRef(leaf(found, CSU).iri)
    assert graph.value(tried, PG.notComputed) == rdflib.Literal(RAISED)
    assert graph.value(tried, PG.reading) == rdflib.Literal("Symptomatic despite it is read as its failure.")


# --- left open, or plain in the source -------------------------------------------------------------


def test_what_the_source_leaves_open_and_what_no_field_says_are_told_apart() -> None:
    written = {"drug": "canakinumab", "indication": "caps", "requestDate": "2026-10-01"}
    case, found = answered("healthpartners-ilaris-commercial", written)
    assert leaf(found, "/usual-site").summary.startswith("Plain in the source, but no field of a case says it: ")
    assert leaf(found, "/other-site").summary.startswith("Left open by the source: ")
    todo = [render.to_json(case, Answers([found]), "x")["determinations"][0]["criteria"]]
    plain = {}
    while todo:
        node = todo.pop()
        plain[node["id"].rpartition("/")[2]] = node["plainInSource"]
        todo += node["children"]
    assert (plain["usual-site"], plain["other-site"], plain["keeps-to-treatment-plan"]) == (True, False, None)


# --- editions -------------------------------------------------------------------------------------


def test_a_policy_says_what_is_known_of_its_date() -> None:
    known = policies(shipped())
    assert known["cigna-ip0243"].dated == "effective 1 June 2024"
    assert known["molina-kineret"].dated == "undated"
    assert known["western-health-advantage-kineret-2019"].dated == "undated, last reviewed 22 January 2019"


def test_editions_are_called_the_latest_known_and_the_undated_are_counted() -> None:
    known = policies(shipped())
    cigna, molina, label = known["cigna-ip0243"], known["molina-kineret"], known.labels[0]
    day = cigna.effective
    assert day is not None
    assert editions([cigna], day) == "the latest editions known on 1 June 2024"
    assert editions([cigna, molina, cigna, label], day) == "the latest editions known on 1 June 2024 (1 of 2 undated)"
