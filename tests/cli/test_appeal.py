"""``payergraph appeal`` as a user meets it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
import vobject
from command import run

NORTH_CAROLINA = ("--payer", "Cigna", "--state", "NC", "--funding", "insured", "--today", "2026-11-30")
FEE_FOR_SERVICE = ("--line-of-business", "medicaid-fee-for-service", "--today", "2026-12-01")
DENIED = (*NORTH_CAROLINA, "--denied", "2026-10-30")


def test_the_founding_question_has_steps_days_and_sources() -> None:
    done = run("appeal", *DENIED, "--drug", "Ilaris")
    said = " ".join(done.stdout.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert said.startswith("Denied on 30 October 2026 (Cigna, North Carolina, state-regulated); today is 30 November")
    assert "➜ 5 Appeal to the plan: next Ask by 28 April 2027, in 149 days: " in said
    assert "· 7 External review in North Carolina: later" in said
    assert "Sources 1 " in said and "North Carolina external review (Smart NC), Item 1, Filing" in said


def test_what_was_upheld_counts_for_external_review() -> None:
    done = run("appeal", *DENIED, "--asked", "internal-appeal=2026-11-01", "--decided", "internal-appeal=2026-11-20")
    said = " ".join(done.stdout.split())
    assert "✗ 5 Appeal to the plan: denied" in said and "➜ 7 External review in North Carolina: next" in said
    assert "by 20 March 2027, in 110 days: 120 days from" in said


def test_the_json_has_every_day_and_its_place(tmp_path: Path) -> None:
    assert run("appeal", *DENIED, "--format", "json", "-o", tmp_path / "a.json").stdout == ""
    found = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    [ladder] = found["ladders"]
    appeal = next(step for step in ladder["steps"] if step["stage"] == "internal-appeal")
    assert ladder["next"] == appeal["step"] and appeal["stands"] == "due" and appeal["due"] == "2027-04-28"
    for one in appeal["fileBy"]:
        assert one["due"] and one["source"].startswith("https://w3id.org/payergraph/id/source/") and one["locator"]


def test_another_library_reads_the_calendar(tmp_path: Path) -> None:
    file = tmp_path / "appeal.ics"
    assert run("appeal", *DENIED, "--format", "ics", "-o", file).returncode == 0
    text = file.read_bytes().decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    events = vobject.readOne(text).vevent_list
    days = [event.dtstart.value for event in events]
    assert days and days == sorted(days) and date(2027, 4, 28) in days
    assert len({event.uid.value for event in events}) == len(events)
    for event in events:
        [alarm] = event.valarm_list
        assert alarm.trigger.value == timedelta(days=-7) and alarm.action.value == "DISPLAY"
        assert event.dtend.value - event.dtstart.value == timedelta(days=1)
    assert "safest day" in events[0].summary.value and "safest day" not in events[-1].summary.value
    again = tmp_path / "again.ics"
    run("appeal", *DENIED, "--format", "ics", "-o", again)
    assert again.read_bytes() == file.read_bytes()


def test_a_calendar_without_a_day_says_so() -> None:
    done = run("appeal", *NORTH_CAROLINA, "--format", "ics")
    assert done.returncode == 0 and "BEGIN:VEVENT" not in done.stdout
    assert (
        done.stderr == "payergraph: the calendar is empty: no day follows from what is known; say when it was denied\n"
    )


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--denied", "2026-01-15"), "the last day has passed, and no day is known for another step; "),
        (
            ("--denied", "2026-01-15", "--asked", "hearing=2026-02-02", "--decided", "hearing=2026-03-02"),
            "no last day is known for the steps that are left; ",
        ),
    ],
)
def test_an_empty_calendar_after_a_denial_says_why(words: tuple[str, ...], why: str) -> None:
    done = run("appeal", *FEE_FOR_SERVICE, *words, "--format", "ics")
    assert done.returncode == 0 and "BEGIN:VEVENT" not in done.stdout
    assert done.stderr == f"payergraph: the calendar is empty: {why}--format table has the steps\n"


def test_the_ladders_whose_last_day_has_passed_are_told_beside_the_safest_day() -> None:
    said = " ".join(run("appeal", "--state", "NC", "--denied", "2026-09-15", "--today", "2026-12-01").stdout.split())
    assert (
        "The safest day for the next step is 14 December 2026, in 13 days. On some of these ladders the last day has "
        "passed already: Medicaid managed care, Medicare Advantage (14 November 2026, 17 days ago); "
        "Medicare Part D (19 November 2026, 12 days ago)."
    ) in said
    late = " ".join(run("appeal", "--state", "NC", "--denied", "2024-09-15", "--today", "2026-12-01").stdout.split())
    assert "The safest day" not in late and "On all of these ladders the last day has passed already: " in late
    one = run("appeal", *NORTH_CAROLINA, "--denied", "2024-09-15").stdout
    assert "of these ladders" not in one and "the last day has passed" in one


def test_an_external_review_has_not_passed_while_a_second_appeal_is_pending() -> None:
    plan = ("--funding", "self-funded", "--denied", "2026-06-01", "--today", "2026-11-15")
    asked = ("--decided", "internal-appeal=2026-07-10", "--asked", "second-internal-appeal=2026-11-05")
    said = " ".join(run("appeal", *plan, *asked).stdout.split())
    assert "➜ 5 Federal external review: next Ask by 10 November 2026, 5 days ago: " in said
    assert (
        "That day has passed. A source may count from a later denial, for this is not decided yet: second appeal to "
        "the plan."
    ) in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--state", "XX"), "--state: 'XX' is no state in the graph"),
        (("--payer", "cigan"), "--payer: 'cigan' is no payer in the graph; the nearest is cigna"),
        (("--payer", "cigna", "--plan", "molina-marketplace"), "--plan: Molina Marketplace plans is a plan of Molina"),
        (
            ("--denied", "2026-12-01", "--today", "2026-11-30"),
            "--denied: 2026-12-01 is in the future; today is 2026-11",
        ),
        (("--denied", "yesterday"), "--denied: 'yesterday' is no day; expected a date, or text like 2026-10-30"),
        (("--denied", "1999-03-01", "--state", "NC", "--funding", "insured"), "--denied: the graph has no ladder for"),
        (("--asked", "internal-appeal"), "--asked 'internal-appeal' has no day; expected STAGE=DATE"),
        (("--decided", "trial=2026-11-01"), "--decided: 'trial' is no stage; expected one of council-review, court, "),
        (
            ("--line-of-business", "workers-compensation", "--denied", "2026-11-01", "--today", "2026-12-01"),
            "--line-of-business: the graph has no ladder for workers' compensation",
        ),
        (
            (*FEE_FOR_SERVICE, "--denied", "2026-11-01", "--asked", "internal-appeal=2026-11-10"),
            "--asked internal-appeal: no ladder that can be meant has this step; the steps are first-decision, hearing",
        ),
        (("--drug", "Kinret"), "--drug: 'Kinret' is no drug or product in the graph; the nearest is kineret"),
        ((*DENIED, "-o", "/"), "--output / cannot be written"),
    ],
)
def test_bad_input_is_one_sentence(words: tuple[str, ...], said: str) -> None:
    done = run("appeal", *words)
    lines = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "") and said in lines[0] and lines[0].startswith("payergraph: ")


def test_a_fault_is_a_line_each() -> None:
    done = run("appeal", "--state", "XX", "--funding", "both", "--line-of-business", "dental")
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 3
    assert all(line.startswith("payergraph: --") for line in done.stderr.splitlines())
