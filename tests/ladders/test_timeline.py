"""Ladders on the calendar, over statements written for the test beside the ladders that ship."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import mini
import pytest

from payergraph.errors import AppealError
from payergraph.ladders.answer import Appeal, appeal_of
from payergraph.ladders.timeline import StepDates
from payergraph.store.graph import LocalGraph


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> LocalGraph:
    """The ladders, of which nobody says anything."""
    return mini.laws(tmp_path_factory.mktemp("empty"))


def days(value: int, event: str = "", unit: str = "day", more: str = "") -> str:
    counted = f" ; pg:countedFrom clock-event:{event}" if event else ""
    return f"pg:value {value} ; pg:unit unit:{unit}{counted}{f' ; {more}' if more else ''}"


def ask(of: LocalGraph, **said: Any) -> Appeal:
    whole = {"state": "NC", "funding": "insured", "today": "2026-11-30", "denied": "2026-10-30", **said}
    return appeal_of(of, {key: value for key, value in whole.items() if value is not None})


def step(found: Appeal, stage: str) -> StepDates:
    [timeline] = found.timelines
    return next(one for one in timeline.steps if one.step.stage == stage)


def dues(found: Appeal, stage: str) -> list[str]:
    return [str(one.due) for one in step(found, stage).file_by]


INTERNAL = "state:NC internal-appeal-filing-deadline "
EXTERNAL = "program:nc-external-review external-review-filing-deadline "


def test_the_earliest_day_is_the_safe_one_and_stands_first(tmp_path: Path) -> None:
    of = mini.laws(tmp_path, INTERNAL + days(180), INTERNAL + days(60), INTERNAL + days(4, unit="month"))
    found = ask(of)
    assert dues(found, "internal-appeal") == ["2026-12-29", "2027-02-28", "2027-04-28"]
    assert step(found, "internal-appeal").stands == "due" and found.due
    assert (found.due.due, found.due.fact.text) == (date(2026, 12, 29), "60 days")


def test_receipt_counts_from_the_notice_where_it_is_not_known(tmp_path: Path) -> None:
    of = mini.laws(tmp_path, INTERNAL + days(60, "notice-receipt"))
    assert dues(ask(of), "internal-appeal") == ["2026-12-29"]
    assert (
        "Counts from receipt; counted here from the notice's date." in step(ask(of), "internal-appeal").file_by[0].notes
    )
    assert dues(ask(of, received="2026-11-04"), "internal-appeal") == ["2027-01-03"]


def test_presumed_receipt_is_told_and_never_moved_from_a_weekend(tmp_path: Path) -> None:
    presumed = "line-of-business:medicare-part-d notice-receipt-presumption " + days(5, "notice-date")
    deadline = "line-of-business:medicare-part-d internal-appeal-filing-deadline " + days(60, "notice-receipt")
    of = mini.laws(tmp_path, presumed, deadline)
    # 9 November 2026 and 5 days are a Saturday: 60 days from there are 13 January 2027.
    found = ask(of, funding=None, state=None, line_of_business="medicare-part-d", denied="2026-11-09")
    one = step(found, "internal-appeal").file_by[0]
    assert str(one.due) == "2027-01-08"
    assert "Receipt is presumed 5 days after the date of the notice: then the last day is 2027-01-13." in one.notes


def test_a_last_day_is_moved_only_by_its_own_source(tmp_path: Path) -> None:
    rule = "program:nc-external-review last-day-rule pg:value day-rule:next-working-day"
    missing = "program:nc-external-review missing-day-rule pg:value day-rule:first-of-next-month"
    asked = {"decided": {"internal-appeal": "2026-10-30"}, "denied": "2026-06-01"}
    plain = mini.laws(tmp_path / "a", EXTERNAL + days(4, unit="month"))
    moved = mini.laws(tmp_path / "b", EXTERNAL + days(4, unit="month"), rule)
    first = mini.laws(tmp_path / "c", EXTERNAL + days(4, unit="month"), rule, missing)
    other = mini.laws(
        tmp_path / "d", EXTERNAL + days(4, unit="month"), rule.replace("program:nc-external-review", "state:NC")
    )
    assert dues(ask(plain, **asked), "external-review") == ["2027-02-28"]  # a Sunday
    assert dues(ask(moved, **asked), "external-review") == ["2027-03-01"]
    assert dues(ask(first, **asked), "external-review") == ["2027-03-01"]
    assert dues(ask(other, **asked), "external-review") == ["2027-02-28"]
    assert any("no working day" in note for note in step(ask(moved, **asked), "external-review").file_by[0].notes)


def test_what_holds_under_a_condition_never_hides_what_holds_without(tmp_path: Path) -> None:
    of = mini.laws(
        tmp_path,
        INTERNAL + days(30, more='pg:scopeInWords "providers in their own name"'),
        INTERNAL + days(180),
        INTERNAL + days(10, more="pg:scope request-kind:payment"),
    )
    found = ask(of)
    assert dues(found, "internal-appeal") == ["2026-11-09", "2026-11-29", "2027-04-28"]
    assert found.due and str(found.due.due) == "2027-04-28"
    assert step(found, "internal-appeal").stands == "due"  # what is over was for others


def test_expedited_times_hold_for_urgent_requests_alone(tmp_path: Path) -> None:
    decision = "state:NC internal-appeal-decision-time "
    of = mini.laws(
        tmp_path,
        decision + days(72, unit="hour", more="pg:scope request-kind:expedited"),
        decision + days(30, more="pg:scope request-kind:standard"),
    )
    asked = {"asked": {"internal-appeal": "2026-11-02"}}
    [slow] = step(ask(of, **asked), "internal-appeal").decide_by
    [fast] = step(ask(of, urgent=True, **asked), "internal-appeal").decide_by
    assert (str(slow.due), str(fast.due)) == ("2026-12-02", "2026-11-05")
    assert step(ask(of, **asked), "internal-appeal").stands == "waiting"
    assert step(ask(of, urgent=True, **asked), "internal-appeal").stands == "late"


def test_a_step_goes_from_later_over_due_to_passed(tmp_path: Path) -> None:
    of = mini.laws(tmp_path, INTERNAL + days(60), EXTERNAL + days(120, "notice-date"))
    assert step(ask(of), "external-review").stands == "later"
    upheld = ask(of, decided={"internal-appeal": "2026-11-20"})
    assert step(upheld, "internal-appeal").stands == "denied"
    assert (step(upheld, "external-review").stands, dues(upheld, "external-review")) == ("due", ["2027-03-20"])
    assert step(ask(of, denied="2026-09-30"), "internal-appeal").stands == "passed"
    assert step(ask(of, denied="2026-10-01"), "internal-appeal").stands == "due"  # the last day itself counts


def test_a_step_has_not_passed_while_one_that_it_follows_is_not_decided(tmp_path: Path) -> None:
    of = mini.laws(tmp_path, EXTERNAL + days(30, "notice-date"))
    upheld = {"denied": "2026-06-01", "decided": {"internal-appeal": "2026-07-10"}}
    assert step(ask(of, **upheld), "external-review").stands == "passed"
    pending = step(ask(of, **upheld, asked={"second-internal-appeal": "2026-11-05"}), "external-review")
    assert (pending.stands, str(pending.file_by[0].due)) == ("due", "2026-08-09")
    assert pending.pending and pending.pending.stage == "second-internal-appeal"
    assert pending.file_by[0].notes[-1] == (
        "The second appeal to the plan is not decided yet; a source may count from the final denial."
    )
    both = {"asked": {"second-internal-appeal": "2026-08-05"}, "denied": "2026-06-01"}
    after = {"decided": {"internal-appeal": "2026-07-10", "second-internal-appeal": "2026-09-01"}}
    final = step(ask(of, **both, **after), "external-review")
    assert (final.stands, str(final.file_by[0].due), final.pending) == ("passed", "2026-10-01", None)


def test_a_request_waits_for_its_decision_before_a_denial(tmp_path: Path) -> None:
    graph = mini.laws(tmp_path, INTERNAL + days(60))
    asked = {"denied": None, "asked": {"first-decision": "2026-11-02"}}
    waiting = ask(graph, **asked, today="2026-11-10")
    assert step(waiting, "first-decision").stands == "waiting" and waiting.due is None
    # A request comes before its denial, and is no decision that is still to come.
    denied = ask(graph, asked={"first-decision": "2026-10-20"}, today="2027-12-01")
    assert step(denied, "first-decision").stands == "denied"
    assert step(denied, "internal-appeal").pending is None


def test_a_time_holds_for_the_days_that_its_source_says(tmp_path: Path) -> None:
    of = mini.laws(
        tmp_path,
        INTERNAL + days(60, more='pg:appliesUntil "2025-12-31"^^xsd:date'),
        INTERNAL + days(90, more='pg:appliesFrom "2026-01-01"^^xsd:date'),
    )
    assert dues(ask(of), "internal-appeal") == ["2027-01-28"]
    assert dues(ask(of, denied="2025-12-31"), "internal-appeal") == ["2026-03-01"]


def test_what_is_said_for_another_line_or_state_does_not_hold(tmp_path: Path) -> None:
    of = mini.laws(
        tmp_path,
        INTERNAL + days(10, more="pg:scope line-of-business:medicaid-managed-care"),
        "payer:cigna internal-appeal-filing-deadline " + days(20, more="pg:scope state:CA"),
        "payer:cigna internal-appeal-filing-deadline " + days(180, more="pg:scope state:NC"),
    )
    assert dues(ask(of, payer="cigna"), "internal-appeal") == ["2027-04-28"]
    assert dues(ask(of), "internal-appeal") == []


def test_the_law_of_a_state_holds_for_other_lines_only_where_it_names_them(tmp_path: Path) -> None:
    medicaid = " ; pg:scope line-of-business:medicaid-managed-care"
    of = mini.laws(tmp_path, INTERNAL + days(180), INTERNAL + days(60) + medicaid)
    assert dues(ask(of), "internal-appeal") == ["2027-04-28"]
    assert dues(ask(of, funding="self-funded"), "internal-appeal") == []
    other = ask(of, funding=None, line_of_business="medicaid-managed-care")
    assert dues(other, "internal-appeal") == ["2026-12-29"]


def test_a_time_without_a_known_event_is_told_and_not_worked_out(tmp_path: Path) -> None:
    of = mini.laws(tmp_path, "state:NC internal-appeal-decision-time " + days(45, "reviewer-receipt"))
    [one] = step(ask(of, asked={"internal-appeal": "2026-11-02"}), "internal-appeal").decide_by
    assert (one.due, one.counted) == (None, "receipt by the reviewer")


@pytest.mark.parametrize(
    ("said", "question", "ladders"),
    [
        ({"funding": None}, "Which kind of plan is it: ", None),
        ({"funding": None, "line_of_business": "employer-group"}, "Does the employer pay for the plan itself", 2),
        ({"state": "CA"}, "Which regulator oversees the plan: California Department of Insurance or", 2),
        ({"state": "CA", "regulator": "DMHC"}, "", 1),
        ({"state": None}, "In which state is the plan?", None),
        ({"state": None, "regulator": "DMHC"}, "", 1),
        ({"state": "OR"}, "", 1),
        ({"funding": "self-funded", "state": "OR"}, "", 1),
        ({"funding": None, "line_of_business": "Medicaid"}, "Which kind of plan is it: Medicaid fee-for-service or", 2),
    ],
)
def test_where_several_ladders_can_be_meant_one_question_decides(
    empty: LocalGraph, said: dict[str, Any], question: str, ladders: int | None
) -> None:
    found = ask(empty, **said)
    assert found.question.startswith(question) and bool(found.question) == bool(question)
    assert ladders is None or len(found) == ladders


def test_a_state_without_a_ladder_has_the_federal_rule_and_says_what_is_not_known(empty: LocalGraph) -> None:
    found = ask(empty, state="OR")
    assert [one.ladder.label for one in found] == ["insured plans in other states"]
    assert "The graph does not have the external review of Oregon" in found.unknown[0]


def test_all_faults_are_told_at_once(empty: LocalGraph) -> None:
    with pytest.raises(AppealError) as raised:
        ask(
            empty,
            payer="Cigna",
            plan="molina-marketplace",
            state="XX",
            funding="both",
            denied="2027-10-30",
            asked={"intrnal-appeal": "2026-11-01", "hearing": "soon"},
        )
    assert [fault.partition(":")[0] for fault in raised.value.faults] == [
        *("state", "plan", "funding", "asked", "asked hearing", "denied"),
    ]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"received": "2026-10-29"}, "received: 2026-10-29 is before the date of the notice, 2026-10-30"),
        ({"denied": None, "received": "2026-10-29"}, "received: the date on the notice is missing"),
        (
            {"denied": None, "asked": {"internal-appeal": "2026-11-01"}},
            "denied: the date on the notice of the denial is",
        ),
        ({"asked": {"internal-appeal": "2026-10-01"}}, "asked internal-appeal: 2026-10-01 is before the denial"),
        ({"decided": {"first-decision": "2026-10-31"}}, "decided first-decision: its day is that of the denial"),
        (
            {"asked": {"internal-appeal": "2026-11-09"}, "decided": {"internal-appeal": "2026-11-01"}},
            "decided internal-appeal: 2026-11-01 is before 2026-11-09",
        ),
        ({"regulator": "DMHC"}, "regulator: California Department of Managed Health Care does not tell ladders apart"),
        ({"line_of_business": "medicare-part-d"}, "funding: no plan is both Medicare Part D and state-regulated"),
        (
            {"plan": "cigna-hmo-california"},
            "state: Cigna HMO plans in California is a plan in California, not in North",
        ),
        ({"denied": "30/10/2026"}, "denied: '30/10/2026' is no day; expected a date, or text like 2026-10-30"),
        (
            {"denied": "1900-01-01"},
            "denied: the graph has no ladder for state-regulated in North Carolina over a denial on 1900-01-01; those "
            "it has begin later",
        ),
        (
            {"state": None, "funding": None, "line_of_business": "workers-compensation"},
            "line_of_business: the graph has no ladder for workers' compensation",
        ),
        (
            {"asked": {"hearing": "2026-11-10"}},
            "asked hearing: no ladder that can be meant has this step; the steps are first-decision, exception, ",
        ),
    ],
)
def test_what_contradicts_itself_is_one_sentence(empty: LocalGraph, said: dict[str, Any], fault: str) -> None:
    with pytest.raises(AppealError) as raised:
        ask(empty, **said)
    assert len(raised.value.faults) == 1 and raised.value.faults[0].startswith(fault), raised.value.faults


def test_a_moment_is_the_day_that_it_is_where_it_was_told(tmp_path: Path) -> None:
    of = mini.laws(tmp_path, INTERNAL + days(60))
    late = datetime.fromisoformat("2026-10-30T23:30:00-05:00")  # already the 31st in Greenwich
    assert dues(ask(of, denied=late), "internal-appeal") == ["2026-12-29"]
    assert dues(ask(of, denied="2026-10-30T23:30:00-05:00"), "internal-appeal") == ["2026-12-29"]
