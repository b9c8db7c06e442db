"""``payergraph appeal`` as a user meets it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
import vobject
from command import run

NORTH_CAROLINA = ("--payer", "Cigna", "--state", "NC", "--funding", "insured", "--today", "2026-11-30")
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
