"""Counts, negations and conditions in a policy: what a case is told, in every form, and how payers are compared."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import mini
import pyshacl
import pytest
import rdflib
from rdflib.namespace import SH
from rich.console import Console

from payergraph import terms
from payergraph.chart.case import parse_case
from payergraph.comparison.compare import compare
from payergraph.comparison.measures import measures
from payergraph.policies.library import policies
from payergraph.policies.words import verbalize
from payergraph.present import render, terminal
from payergraph.present.export import bundle
from payergraph.sparql.questions import ask
from payergraph.store.graph import LocalGraph
from payergraph.store.names import names
from payergraph.verdict.answers import Determination
from payergraph.verdict.determination import determine
from payergraph.verdict.report import report

_LEAVES = """
c:gout a pg:DiagnosisCriterion ; pg:conditions set:gout ; @@ .
set:gout a pg:ConceptSet ; skos:prefLabel "gout"@en ; pg:member condition:gout .
c:adult a pg:AgeCriterion ; pg:minimumAge 18 ; @@ .
c:low-dose a pg:DoseCriterion ; pg:atMostDose 18.0 ; pg:dosePeriodDays 1 ;
    pg:doseUnit <https://w3id.org/payergraph/id/unit/mg> ; @@ .
c:high-dose a pg:DoseCriterion ; pg:atMostDose 100.0 ; pg:dosePeriodDays 1 ;
    pg:doseUnit <https://w3id.org/payergraph/id/unit/mg> ; @@ .
c:methotrexate a pg:PriorTherapyCriterion ; pg:therapyGroups set:methotrexate ; @@ .
set:methotrexate a pg:ConceptSet ; skos:prefLabel "methotrexate"@en ; pg:member drug:methotrexate .
c:rash a pg:FindingCriterion ; pg:findings set:rash ; @@ .
set:rash a pg:ConceptSet ; skos:prefLabel "rash"@en ; pg:member finding:urticaria-like-rash .
c:pain a pg:FindingCriterion ; pg:findings set:pain ; @@ .
set:pain a pg:ConceptSet ; skos:prefLabel "pain"@en ; pg:member finding:musculoskeletal-symptoms .
c:cold a pg:FindingCriterion ; pg:findings set:cold ; @@ .
set:cold a pg:ConceptSet ; skos:prefLabel "cold"@en ; pg:member finding:cold-triggered-episodes .
"""
_TREES = {
    "no-gout": "c:part a pg:NoneOf ; pg:parts ( c:gout ) ; @@ .",
    "gout": "c:part a pg:AnyOf ; sh:or ( c:gout ) ; @@ .",
    "neither": "c:part a pg:NoneOf ; pg:parts ( c:gout c:methotrexate ) ; @@ .",
    "dose-by-age": """c:part a pg:IfThen ;
        pg:premise c:adult ; pg:consequence c:high-dose ; pg:otherwise c:low-dose ; @@ .""",
    "dose-of-adults": "c:part a pg:IfThen ; pg:premise c:adult ; pg:consequence c:high-dose ; @@ .",
    "two-of-three": """c:part a pg:AtLeastOf ; pg:minimumParts 2 ;
        pg:parts ( c:rash c:pain c:cold ) ; @@ .""",
    "three-of-three": """c:part a pg:AtLeastOf ; pg:minimumParts 3 ;
        pg:parts ( c:rash c:pain c:cold ) ; @@ .""",
    "untried": "c:part a pg:NoneOf ; pg:parts ( c:methotrexate ) ; @@ .",
    "tried": "c:part a pg:AnyOf ; sh:or ( c:methotrexate ) ; @@ .",
    "no-gout-of-a-kind": """c:part a pg:NoneOf ; pg:parts ( c:gout ) ; @@ .
        c:gout pg:notComputed "That it was proven by crystals." .""",
}
_FINDINGS = ("urticaria-like-rash", "musculoskeletal-symptoms", "cold-triggered-episodes")
_TAKEN = {"therapies": [{"product": "methotrexate", "start": "2024-01-01", "end": "2025-01-01", "outcome": "failure"}]}


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> LocalGraph:
    texts = [
        mini.policy("rheumatoid-arthritis c:part", more=_LEAVES + tree, slug=name) for name, tree in _TREES.items()
    ]
    return mini.graph(tmp_path_factory.mktemp("tree"), *texts)


def said(of: LocalGraph, policy: str, case: dict[str, Any]) -> Determination:
    [found] = mini.answers(of, {"indication": "rheumatoid-arthritis", **case}, policy=policy)
    return found


def short(found: tuple[str, ...]) -> list[str]:
    return [name.partition("/")[2] for name in found]


# --- none of --------------------------------------------------------------------------------------

_ARTHRITIS = [{"condition": "rheumatoid-arthritis"}]
_GOUT: dict[str, Any] = {"diagnoses": [*_ARTHRITIS, {"condition": "gout"}]}
_NO_GOUT: dict[str, Any] = {"diagnoses": _ARTHRITIS, "diagnosesComplete": True}


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        (_GOUT, "not-met"),
        ({**_GOUT, "diagnosesComplete": True}, "not-met"),
        (_NO_GOUT, "met"),
        ({"diagnoses": _ARTHRITIS}, "not-documented"),
        ({}, "not-documented"),
    ],
)
def test_what_has_to_be_absent_is_not_met_where_it_is_on_record_and_met_where_the_list_is_complete(
    case: dict[str, Any], outcome: str, of: LocalGraph
) -> None:
    assert said(of, "no-gout", case).outcome == outcome


def test_what_is_on_record_decides_and_cannot_be_undone(of: LocalGraph) -> None:
    found = said(of, "no-gout", _GOUT)
    assert short(found.deciding) == ["gout"] and found.missing == ()
    [way] = found.ways
    assert (way.open, short(way.fixed), short(tuple(way.negated))) == ((), ["gout"], ["gout"])
    assert render.ways_sentences(found) == ["Not: Diagnosis of gout (cannot change)"]
    [way] = said(of, "untried", _TAKEN).ways
    assert short(way.fixed) == ["methotrexate"]


def test_what_is_missing_is_that_it_is_absent(of: LocalGraph) -> None:
    found = said(of, "neither", {})
    assert short(found.missing) == short(found.deciding) == ["gout", "methotrexate"]
    assert [line.partition(" [")[0] for line in render.missing_sentences(found)] == [
        "Not: Diagnosis of gout",
        f"Not: {policies(of).criterion(f'{terms.ID}criterion/neither/methotrexate').summary}",
    ]
    # What is ruled out is neither missing nor on a way.
    found = said(of, "neither", _NO_GOUT)
    assert short(found.missing) == ["methotrexate"]
    assert [short(way.criteria) for way in found.ways] == [["methotrexate"]]


def test_nobody_is_denied_for_what_is_met_but_for_a_part_that_is_not_computed(of: LocalGraph) -> None:
    found = said(of, "no-gout-of-a-kind", _GOUT)
    assert (found.outcome, short(found.deciding)) == ("not-documented", ["gout"])
    assert said(of, "no-gout-of-a-kind", _NO_GOUT).outcome == "met"


# --- if, then ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "dose", "by_age", "of_adults"),
    [
        (18, 100, "met", "met"),
        (18, 101, "not-met", "not-met"),
        (17, 100, "not-met", "met"),
        (17, 18, "met", "met"),
        (None, 18, "met", "met"),
        (None, 100, "not-documented", "met"),
        (None, 101, "not-documented", "not-documented"),
        (18, None, "not-documented", "not-documented"),
        (17, None, "not-documented", "met"),
    ],
)
def test_what_is_asked_depends_on_the_condition(
    age: int | None, dose: int | None, by_age: str, of_adults: str, of: LocalGraph
) -> None:
    case: dict[str, Any] = {"age": age} if age else {}
    case |= {"dose": {"mgPerDay": dose}} if dose else {}
    assert said(of, "dose-by-age", case).outcome == by_age
    assert said(of, "dose-of-adults", case).outcome == of_adults


def test_of_a_condition_that_is_open_both_ways_lead_on(of: LocalGraph) -> None:
    found = said(of, "dose-by-age", {"dose": {"mgPerDay": 100}})
    assert short(found.missing) == short(found.deciding) == ["adult"]
    assert render.missing_sentences(found)[0].startswith("Whether or not: ")
    ways = [(short(way.open), short(way.fixed), short(tuple(way.negated))) for way in found.ways]
    assert ways == [(["adult"], [], []), (["low-dose"], [], [])]


def test_on_record_an_age_is_no_way_out_of_its_condition_without_what_else_would_be_asked(of: LocalGraph) -> None:
    found = said(of, "dose-by-age", {"age": 18, "dose": {"mgPerDay": 101}})
    assert short(found.deciding) == ["adult", "high-dose"]
    assert [(short(way.open), short(way.fixed)) for way in found.ways] == [
        (["high-dose"], []),
        (["low-dose"], ["adult"]),
    ]


# --- at least -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("present", list(product([True, False, None], repeat=3)))
def test_two_of_three_for_every_mix(present: tuple[bool | None, ...], of: LocalGraph) -> None:
    findings = [
        {"finding": name, "present": there} for name, there in zip(_FINDINGS, present, strict=True) if there is not None
    ]
    found = said(of, "two-of-three", {"findings": findings})
    met, open_ = present.count(True), present.count(None)
    assert found.outcome == ("met" if met >= 2 else "not-met" if met + open_ < 2 else "not-documented")
    assert len(found.missing) == (open_ if met < 2 else 0)
    if met < 2:
        assert {len(way.criteria) for way in found.ways} == {2 - met}


# --- in every form --------------------------------------------------------------------------------------


def test_json_markdown_and_terminal_tell_what_is_negated_and_what_depends(of: LocalGraph) -> None:
    def told(policy: str, more: dict[str, Any]) -> tuple[dict[str, Any], str, str]:
        whole = {"drug": "anakinra", "requestDate": "2026-10-01", "indication": "rheumatoid-arthritis", **more}
        case = parse_case(json.dumps(whole), of)
        found = determine(case, of, policy=policy)
        console = Console(width=200)
        with console.capture() as capture:
            console.print(terminal.to_terminal(case, found, names(of)))
        return (
            render.to_json(case, found, "v")["determinations"][0],
            render.to_markdown(case, found, names(of)),
            (capture.get()),
        )

    as_json, *texts = told("no-gout", _GOUT)
    assert as_json["waysToMet"] == as_json["waysNegated"] == [["no-gout/gout"]]
    part = as_json["criteria"]["children"][1]
    assert (part["kind"], part["status"], part["children"][0]["status"]) == ("NoneOf", "not-met", "met")
    for text in texts:
        assert "None of the following" in text and "Not: Diagnosis of gout (cannot change)" in text
    as_json, *texts = told("dose-by-age", {"age": 18})
    roles = [child["role"] for child in as_json["criteria"]["children"][1]["children"]]
    assert roles == ["if", "then", "otherwise"]
    for text in texts:
        assert "If: " in text and "Then: " in text and "Otherwise: " in text
    as_json, *texts = told("two-of-three", {})
    assert "waysNegated" not in as_json and all("At least 2 of the following" in text for text in texts)


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("no-gout", "Not: Diagnosis of gout"),
        ("gout", "Diagnosis of gout"),
        ("neither", "None of: Diagnosis of gout; {methotrexate}"),
        ("dose-of-adults", "If {adult}, then {high-dose}"),
        ("dose-by-age", "If {adult}, then {high-dose}; otherwise {low-dose}"),
        ("two-of-three", "At least 2 of: {rash}; {pain}; {cold}"),
    ],
)
def test_in_one_sentence_and_in_a_comparison_a_requirement_keeps_its_negation(
    policy: str, words: str, of: LocalGraph
) -> None:
    read = policies(of)
    parts = {name: read.criterion(f"{terms.ID}criterion/{policy}/{name}") for name in
             ("gout", "methotrexate", "adult", "high-dose", "low-dose", "rash", "pain", "cold", "part")}  # fmt: skip
    summaries = {name: one.summary for name, one in parts.items() if one is not None}
    assert parts["part"] is not None
    text = verbalize(parts["part"])
    assert text == words.format(**summaries)
    drug, use = f"{terms.ID}drug/anakinra", f"{terms.ID}condition/rheumatoid-arthritis"
    found = compare(of, drug, use)
    place = next(at for at, column in enumerate(found.columns) if column.policy.id == policy)
    assert text in {line.cells[place].text for line in found.lines}
    assert text in found.to_csv() and text in found.to_markdown()


def test_a_criterion_and_its_negation_are_told_apart(of: LocalGraph) -> None:
    read = policies(of)

    def signature(policy: str) -> object:
        return read.signature(read.criterion(f"{terms.ID}criterion/{policy}/part"))  # type: ignore[arg-type]

    assert signature("no-gout") != signature("gout")
    assert signature("two-of-three") != signature("three-of-three")
    assert len({signature(policy) for policy in _TREES if policy != "no-gout-of-a-kind"}) == len(_TREES) - 1


def test_what_must_not_be_had_is_no_step_and_no_disease_that_is_covered(of: LocalGraph) -> None:
    found = {item.policy.id: item for item in measures(of).rules}
    assert found["tried"].fewest_therapies == 1 and found["untried"].fewest_therapies == 0
    read = policies(of)
    [rule] = read["no-gout"].rules
    assert read.diseases.named(rule) == {f"{terms.ID}condition/rheumatoid-arthritis"}


@pytest.mark.parametrize(
    ("question", "policy", "column", "text"),
    [
        ("diagnoses_asked", "no-gout", "alternatives", "none of: nowhere"),
        ("diagnoses_asked", "gout", "alternatives", "nowhere"),
        ("payers_compared", "two-of-three", "alternatives", "some of: nowhere"),
        ("age_limits", "dose-by-age", "bound", "if: minimum age"),
    ],
)
def test_a_question_tells_how_a_criterion_stands_in_its_tree(
    question: str, policy: str, column: str, text: str, of: LocalGraph
) -> None:
    given = {"indication": "rheumatoid-arthritis"}
    rows = [row for row in ask(question, of, **given).records() if row["policy"] == policy]
    assert text in {row[column] for row in rows}


# --- for other engines ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "case"),
    [
        ("no-gout", _GOUT),
        ("no-gout", _NO_GOUT),
        ("no-gout", {}),
        ("dose-by-age", {"age": 17, "dose": {"mgPerDay": 18}}),
        ("dose-by-age", {"age": 18, "dose": {"mgPerDay": 101}}),
        ("dose-by-age", {"dose": {"mgPerDay": 100}}),
        ("two-of-three", {"findings": [{"finding": name, "present": True} for name in _FINDINGS[:2]]}),
        ("two-of-three", {"findings": [{"finding": name, "present": False} for name in _FINDINGS[:2]]}),
        ("two-of-three", {}),
    ],
)
def test_the_bundle_and_the_report_say_the_same(policy: str, case: dict[str, Any], of: LocalGraph) -> None:
    whole = {"drug": "anakinra", "requestDate": "2026-10-01", "indication": "rheumatoid-arthritis", **case}
    known = parse_case(json.dumps(whole), of)
    answers = determine(known, of, policy=policy)
    [found] = answers
    chart = bundle.chart(known, known.indication or "", of) + bundle.concepts(of)
    conforms = []
    for bound in bundle.BOUNDS:
        shapes = rdflib.Graph().parse(data=bundle.bound(of, bound)).parse(data=bundle.policy(of, policies(of)[policy]))
        conforms.append(pyshacl.validate(rdflib.Graph().parse(data=chart), shacl_graph=shapes)[0])
    assert conforms == {"met": [True, True], "not-documented": [False, True], "not-met": [False, False]}[found.outcome]
    written = report(known, of, answers)
    assert [bool(value) for value in written.objects(None, SH.conforms)] == [found.outcome == "met"]


def test_the_report_names_what_is_met_and_has_to_be_not_met(of: LocalGraph) -> None:
    whole = {"drug": "anakinra", "requestDate": "2026-10-01", "indication": "rheumatoid-arthritis", **_GOUT}
    known = parse_case(json.dumps(whole), of)
    written = report(known, of, determine(known, of, policy="no-gout"))
    shapes = {str(shape) for one in written.objects(None, SH.detail) for shape in written.objects(one, SH.sourceShape)}
    assert f"{terms.ID}criterion/no-gout/gout#not" in shapes and f"{terms.ID}criterion/no-gout/gout" not in shapes


def test_faulty_parts_of_the_bundle_do_not_conform(tmp_path: Path) -> None:
    faulty = "c:part a pg:NoneOf ; pg:parts () ; @@ ."
    of = mini.graph(tmp_path, mini.policy("rheumatoid-arthritis c:part", more=faulty, slug="faulty"))
    whole = {"drug": "anakinra", "requestDate": "2026-10-01", "indication": "rheumatoid-arthritis"}
    known = parse_case(json.dumps(whole), of)
    shapes = rdflib.Graph().parse(data=bundle.bound(of, "established"))
    shapes.parse(data=bundle.policy(of, policies(of)["faulty"]))
    data = rdflib.Graph().parse(data=bundle.chart(known, known.indication or "", of) + bundle.concepts(of))
    assert not pyshacl.validate(data, shacl_graph=shapes)[0]
