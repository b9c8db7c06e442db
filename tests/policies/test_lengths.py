"""Lengths of approval: what real documents print, told in its own unit, and never made into another one."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import mini
import pytest

from payergraph import terms
from payergraph.comparison.compare import compare
from payergraph.comparison.glance import glance
from payergraph.comparison.model import INITIAL, RENEWAL
from payergraph.policies.lengths import Amount, Length, months_of, of_months
from payergraph.policies.library import policies
from payergraph.present import render, sentences
from payergraph.sparql.questions import ask
from payergraph.store.graph import LocalGraph

_UNITS = (
    "@prefix unit: <https://w3id.org/payergraph/id/unit/> . @prefix l: <https://w3id.org/payergraph/id/length/{}/> ."
)
#: What documents on other drugs print, as a file says it, and in words.
PRINTED = {
    "months": ("pg:initialMonths 6", "", "up to 6 months"),
    "a-month": ("pg:initialMonths 1", "", "up to 1 month"),
    "year": ("pg:initialLength l:a", "l:a pg:value 1 ; pg:unit unit:year", "1 year"),
    "days": ("pg:initialLength l:a", "l:a pg:value 90 ; pg:unit unit:day", "90 days"),
    "weeks": (
        "pg:initialLength l:a",
        "l:a pg:value 12 ; pg:unit unit:week ; pg:comparator pg:AtMost",
        "up to 12 weeks",
    ),
    "doses": ("pg:initialLength l:a", "l:a pg:value 4 ; pg:unit unit:dose", "4 doses"),
    "a-dose": ("pg:initialLength l:a", "l:a pg:value 1 ; pg:unit unit:dose", "1 dose"),
    "cycles": ("pg:initialLength l:a", "l:a pg:value 3 ; pg:unit unit:cycle", "3 cycles"),
    "once": ("pg:initialLength l:a", "l:a pg:value 1 ; pg:unit unit:dose-per-lifetime", "1 dose per lifetime"),
    "pregnancy": ("pg:initialLength l:a", "l:a pg:value 1 ; pg:unit unit:pregnancy", "the pregnancy"),
    "plan-year": ("pg:initialLength l:a", "l:a pg:value 1 ; pg:unit unit:plan-year", "the plan year"),
    "two-years": ("pg:initialLength l:a", "l:a pg:value 2 ; pg:unit unit:plan-year", "2 plan years"),
    "for-ever": ("pg:initialLength l:a", "l:a pg:value 1 ; pg:unit unit:indefinite-period", "an indefinite period"),
    "lesser": (
        "pg:initialLength l:a",
        "l:a pg:lesserOf l:b , l:c . l:b pg:value 12 ; pg:unit unit:month ."
        "l:c pg:value 1 ; pg:unit unit:requested-duration",
        "the lesser of 12 months or the duration asked for",
    ),
    "course": (
        "pg:initialLength l:a",
        "l:a pg:lesserOf l:b , l:c . l:b pg:value 3 ; pg:unit unit:cycle . l:c pg:value 6 ; pg:unit unit:month",
        "the lesser of 6 months or 3 cycles",
    ),
    "least": (
        "pg:initialLength l:a",
        "l:a pg:lesserOf l:b , l:c , l:d . l:b pg:value 3 ; pg:unit unit:cycle . l:c pg:value 6 ; pg:unit unit:month ."
        "l:d pg:value 1 ; pg:unit unit:course-of-treatment",
        "the least of 6 months, 3 cycles or the course of treatment",
    ),
    "adjuvant": (
        "pg:initialLength l:a , l:b",
        "l:a pg:value 12 ; pg:unit unit:month . l:b pg:value 3 ; pg:unit unit:year ; pg:comparator pg:AtMost ; "
        'pg:scopeInWords "adjuvant treatment"',
        "12 months; up to 3 years (adjuvant treatment)",
    ),
}


def typed(lengths: str) -> str:
    """Each length as one."""
    return " . ".join(text.strip().replace(" ", " a pg:ApprovalLength ; ", 1) for text in lengths.split(" ."))


def policy(slug: str, rule: str, lengths: str) -> str:
    more = _UNITS.format(slug) + f" r:0 {rule} . {f'{typed(lengths)} .' if lengths else ''}"
    return mini.policy("rheumatoid-arthritis", more=more, slug=slug)


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> LocalGraph:
    texts = [policy(slug, rule, lengths) for slug, (rule, lengths, _) in PRINTED.items()]
    return mini.graph(tmp_path_factory.mktemp("lengths"), *texts, mini.policy("rheumatoid-arthritis", slug="none"))


def lengths(of: LocalGraph, slug: str) -> tuple[Length, ...]:
    [rule] = policies(of)[slug].rules
    return rule.initial_lengths


@pytest.mark.parametrize("slug", PRINTED)
def test_what_documents_print_is_told_in_its_own_unit(slug: str, of: LocalGraph) -> None:
    assert "; ".join(length.told for length in lengths(of, slug)) == PRINTED[slug][2]


def test_a_number_of_months_is_a_length_of_its_document_and_nothing_else(of: LocalGraph) -> None:
    rows = of.rows("SELECT ?rule { ?rule pg:initialMonths|pg:continuationMonths ?any }")
    assert not rows
    [row] = of.rows(
        "SELECT ?length ?source { id:rule\\/months\\/0 pg:initialLength ?length . ?length pg:source ?source }"
    )
    assert [terms.local(row[name].value) for name in ("length", "source")] == [
        "length/months/at-most-6-months",
        "source/months",
    ]


def test_only_a_whole_number_of_months_for_all_is_one(of: LocalGraph) -> None:
    found = {slug: months_of(lengths(of, slug)) for slug in PRINTED}
    assert {slug: months for slug, months in found.items() if months} == {"months": 6, "a-month": 1, "year": 12}


def of_days(days: int) -> Length:
    return Length("", "", frozenset({Amount("time", "", Decimal(1440 * days))}))


@pytest.mark.parametrize(
    ("one", "other", "longer"),
    [
        ("months", "a-month", True),
        ("a-month", "months", False),
        ("year", "months", True),
        ("days", "weeks", True),
        ("weeks", "days", False),
        ("weeks", "months", False),
        ("months", "weeks", True),
        ("cycles", "months", None),
        ("doses", "a-dose", True),
        ("a-dose", "doses", False),
        ("doses", "cycles", None),
        ("pregnancy", "year", None),
        ("lesser", "year", False),
        ("lesser", "months", None),
        ("course", "year", False),
        ("year", "course", True),
        ("once", "a-dose", None),
    ],
)
def test_the_longer_is_told_only_where_it_surely_is(one: str, other: str, longer: bool | None, of: LocalGraph) -> None:
    assert lengths(of, one)[0].is_longer(lengths(of, other)[0]) is longer


@pytest.mark.parametrize(
    ("days", "months", "longer"),
    [
        (88, 3, False),
        (89, 3, False),
        (90, 3, None),
        (92, 3, None),
        (93, 3, True),
        (365, 12, False),
        (366, 12, None),
        (367, 12, True),
    ],
)
def test_ninety_days_are_not_three_months(days: int, months: int, longer: bool | None) -> None:
    """Three months have 89 to 92 days, a year 365 or 366."""
    assert of_days(days).is_longer(of_months(Decimal(months))) is longer


def test_a_comparison_tells_each_in_its_unit_and_takes_none_for_another(of: LocalGraph) -> None:
    found = compare(of, f"{terms.ID}drug/anakinra", f"{terms.ID}condition/rheumatoid-arthritis")
    [line] = [line for line in found.lines if line.dimension == INITIAL]
    ids = [column.policy.id for column in found.columns]
    cells, groups = dict(zip(ids, line.cells, strict=True)), dict(zip(ids, line.groups, strict=True))
    assert (cells["days"].text, cells["none"].state) == ("90 days", "not stated")
    assert cells["adjuvant"].text == "12 months. Up to 3 years (adjuvant treatment)"
    assert len({groups[slug] for slug in ids}) == len(ids)
    assert not [line for line in found.lines if line.dimension == RENEWAL]
    at_a_glance = {item.column.policy.id: item.records()[0][INITIAL] for item in glance(of, found)}
    assert at_a_glance == {slug: words for slug, (_, _, words) in PRINTED.items()} | {"none": ""}


def test_up_to_a_length_lets_an_approval_last_as_long(tmp_path: Path) -> None:
    texts = [policy("one", "pg:initialMonths 12", ""), policy("two", *PRINTED["year"][:2])]
    found = compare(
        mini.graph(tmp_path, *texts), f"{terms.ID}drug/anakinra", f"{terms.ID}condition/rheumatoid-arthritis"
    )
    [line] = [line for line in found.lines if line.dimension == INITIAL]
    assert {cell.text for cell in line.cells} == {"Up to 12 months", "1 year"} and not line.differs


def test_questions_tell_each_in_its_unit(of: LocalGraph) -> None:
    told = {row["length"] for row in ask("approval_lengths", of).records() if row["approval"] == "initial"}
    assert {"90 days", "12 weeks", "1 dose per lifetime", "the lesser of 6 months or 3 cycles", "not stated"} <= told
    rows = {row["stated"]: row for row in ask("durations", of, drug="anakinra").records()}
    days, lesser = rows["rule/days/0"], rows["rule/lesser/0"]
    assert (days["value"], days["unit"]) == ("90", "day")
    assert (lesser["value"], lesser["unit"]) == (PRINTED["lesser"][2], "")
    [row] = [row for row in ask("covered_indications", of).records() if row["policy"] == "adjuvant"]
    assert row["initialLength"] == "12 months; up to 3 years"


@pytest.mark.parametrize(
    ("slug", "asked", "said"),
    [
        ("months", 12, "Asked for: 12 months, more than is approved at once"),
        ("months", 6, "Asked for: 6 months"),
        ("days", 3, "Asked for: 3 months"),
        ("cycles", 12, "Asked for: 12 months"),
        ("lesser", 13, "Asked for: 13 months, more than is approved at once"),
        ("none", 12, "Asked for: 12 months"),
    ],
)
def test_how_long_is_asked_for_stands_beside_it(slug: str, asked: int, said: str, of: LocalGraph) -> None:
    case = {"indication": "rheumatoid-arthritis", "requestedMonths": asked}
    [found] = mini.answers(of, case, policy=slug)
    assert sentences.approval_sentences(found)[-1] == said


@pytest.mark.parametrize(
    "lengths",
    ["l:a pg:value 3", "l:a pg:unit unit:week", "l:a pg:lesserOf l:a", 'l:a pg:value "three" ; pg:unit unit:week',
     "l:a pg:lesserOf l:b , l:c . l:b pg:value 3 ; pg:unit unit:cycle . l:c pg:unit unit:week"],
)  # fmt: skip
def test_a_length_that_says_none_is_told_as_faulty(lengths: str, tmp_path: Path) -> None:
    of = mini.graph(tmp_path, policy("test", "pg:initialLength l:a", lengths))
    [found] = mini.answers(of, {"indication": "rheumatoid-arthritis"})
    told = "First approval: a length whose description in the graph is faulty"
    assert sentences.approval_sentences(found) == [told]
    assert json.dumps(told.partition(": ")[2]) in json.dumps(render._determination_json(found, "v"))


def test_plans_whose_approvals_differ_are_told_apart(tmp_path: Path) -> None:
    rules = [f"rheumatoid-arthritis  cigna-{plan}" for plan in ("employer-group", "individual-and-family")]
    more = "r:0 pg:initialMonths 6 . r:1 pg:initialMonths 12 . c:any a pg:AgeCriterion ; pg:minimumAge 1 ; @@ ."
    texts = mini.policy(*(rule.replace("  ", " c:any ") for rule in rules), more=more)
    [found] = mini.answers(mini.graph(tmp_path, texts), {"indication": "rheumatoid-arthritis"})
    assert sentences.approval_sentences(found) == [
        "First approval: up to 6 months, on cigna-employer-group",
        "First approval: up to 12 months, on cigna-individual-and-family",
    ]
