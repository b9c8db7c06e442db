"""How often something happened: what may be written, and what is said. ``tests/spec/event.yaml`` has the values."""

from __future__ import annotations

import pytest
from judges import read_error, sentence


@pytest.mark.parametrize(("given", "missing"), [("count", "perDays"), ("perDays", "count")])
def test_a_number_has_its_period(given: str, missing: str) -> None:
    told = read_error({"events": [{"event": "migraine-day", given: 4}]})
    assert f"events[0] has {given} without {missing}" in told


def test_a_sentence_tells_number_length_period_and_rate() -> None:
    assert sentence(
        "EventCriterion",
        {"eventKinds": "it", "minimumEvents": 2, "minimumEventDays": 3, "withinMonths": 12, "perDays": 365},
        ["burst"],
    ) == (
        "At least two events of burst within 12 months before the request, each of at least 3 days, "
        "or so many in 365 days as counted"
    )
    assert sentence("EventCriterion", {"eventKinds": "it", "minimumEvents": 1}, ["visit", "admission"]) == (
        "At least one event of visit or admission"
    )


@pytest.mark.parametrize(("days", "often"), [(7, "a week"), (30, "a month"), (28, "in 28 days"), (365, "a year")])
def test_a_sentence_tells_how_often_and_what_is_enough_instead(days: int, often: str) -> None:
    asked = {"eventKinds": "it", "minimumEvents": 6, "perDays": days, "sufficientEvents": "it"}
    assert sentence("EventCriterion", asked, ["flare"]) == f"At least six events of flare {often}, or one of flare"
