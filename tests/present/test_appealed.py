"""What can be done after a denial, in words."""

from __future__ import annotations

from pathlib import Path

import mini

from payergraph.ladders.answer import appeal_of
from payergraph.present.appealed import differing, when_over
from payergraph.store.graph import shipped


def test_times_that_differ_are_told_once_each_and_one_time_is_no_difference() -> None:
    [found] = appeal_of(shipped(), {"state": "NC", "funding": "insured", "denied": "2026-10-30", "today": "2026-11-30"})
    review = next(step for step in found.steps if step.step.stage == "external-review")
    assert differing(review.file_by) == ("120 days", "4 months")
    assert differing(review.decide_by) == ()
    assert differing(one for one in review.file_by if one.fact.text == "120 days") == ()


def test_a_safest_day_that_has_passed_is_told_with_the_latest_of_another_source(tmp_path: Path) -> None:
    filing = "state:NC internal-appeal-filing-deadline pg:value {} ; pg:unit unit:day"
    of = mini.laws(tmp_path, filing.format(60), filing.format(180))
    asked = {"state": "NC", "funding": "insured", "denied": "2026-06-30"}
    assert when_over(appeal_of(of, asked | {"today": "2026-08-29"})) == ""
    said = when_over(appeal_of(of, asked | {"today": "2026-08-30"}))
    assert said.startswith("That day has passed; by another source there is time until 27 December 2026, in 119 days.")
    assert when_over(appeal_of(of, asked | {"today": "2027-01-01"})) == ""  # no step is left on this day
