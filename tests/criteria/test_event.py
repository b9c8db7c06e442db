"""How often something happened: events listed one by one, numbers in a period, and what neither tells."""

from __future__ import annotations

from typing import Any

import pytest
from evaluator import MET, NOT_DOCUMENTED, NOT_MET
from judges import read_error, says, sentence

BURST = "steroid burst"


def two_bursts(*events: dict[str, Any], complete: bool = False, **params: Any) -> str:
    """Two bursts of systemic corticosteroids of at least three days in the twelve months before 2026-10-01."""
    asked = {"eventKinds": "bursts", "minimumEvents": 2, "minimumEventDays": 3, "withinMonths": 12, **params}
    case = {"events": [{"event": BURST, **event} for event in events], "eventsComplete": complete}
    return says("EventCriterion", case, **{name: value for name, value in asked.items() if value is not None})


SPRING, SUMMER = {"date": "2026-03-01", "days": 5}, {"date": "2026-07-01", "days": 3}


def test_two_bursts_of_at_least_three_days_in_twelve_months() -> None:
    assert two_bursts(SPRING, SUMMER) == MET
    assert two_bursts(SPRING) == two_bursts() == NOT_DOCUMENTED
    assert two_bursts(SPRING, complete=True) == two_bursts(complete=True) == NOT_MET


@pytest.mark.parametrize(
    ("day", "value"),
    [
        ("2025-10-01", MET),  # the day itself
        ("2025-10-02", MET),
        ("2025-09-30", NOT_MET),
        ("2025-10", MET),  # wherever in it
        ("2025", NOT_DOCUMENTED),
        (None, NOT_DOCUMENTED),
    ],
)
def test_an_event_counts_from_the_first_day_of_the_period_on(day: str | None, value: str) -> None:
    early = {"days": 5} | ({"date": day} if day else {})
    assert two_bursts(SPRING, early, complete=True) == value


@pytest.mark.parametrize(("lasted", "value"), [("2.9", NOT_MET), (3, MET), ("3.1", MET), (None, NOT_DOCUMENTED)])
def test_each_event_must_have_lasted_long_enough(lasted: Any, value: str) -> None:
    second = {"date": "2026-07-01"} | ({"days": lasted} if lasted else {})
    assert two_bursts(SPRING, second, complete=True) == value
    assert two_bursts(SPRING, second, complete=True, minimumEventDays=None) == MET


def test_days_count_back_like_months() -> None:
    for day, value in (("2026-07-03", MET), ("2026-07-02", NOT_MET)):
        late = {"date": day, "days": 5}
        assert (
            two_bursts({"date": "2026-09-01", "days": 5}, late, complete=True, withinMonths=None, withinDays=90)
            == value
        )


def test_two_rows_of_the_same_day_are_two_events() -> None:
    assert two_bursts(SPRING, SPRING) == MET


# --- numbers in a period -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "days", "value"),
    [
        (2, 365, MET),
        ("1.99", 365, NOT_MET),
        (2, 366, NOT_MET),
        (2, 364, MET),
        (1, 90, MET),
    ],
)
def test_a_number_in_a_period_is_measured_by_its_rate(count: Any, days: int, value: str) -> None:
    rate = {"count": count, "perDays": days, "days": 5}
    assert two_bursts(rate, perDays=365) == value


def test_without_a_period_a_number_answers_nothing_and_rules_out_nothing() -> None:
    rate = {"count": 9, "perDays": 365, "days": 5}
    assert two_bursts(rate) == two_bursts(rate, complete=True) == NOT_DOCUMENTED


def test_a_number_of_events_whose_length_is_not_known_may_be_of_shorter_ones() -> None:
    assert two_bursts({"count": 2, "perDays": 365}, perDays=365, complete=True) == NOT_DOCUMENTED
    assert two_bursts({"count": 1, "perDays": 365}, perDays=365) == NOT_MET
    assert two_bursts({"count": 2, "perDays": 365, "days": 2}, perDays=365) == NOT_MET


def test_a_number_is_of_the_day_of_the_request_unless_it_is_dated() -> None:
    rate = {"count": 2, "perDays": 365, "days": 5}
    assert two_bursts({**rate, "date": "2025-10-01"}, perDays=365) == MET
    assert two_bursts({**rate, "date": "2025-09-30"}, perDays=365) == NOT_DOCUMENTED
    assert two_bursts({**rate, "date": "2025-09-30"}, perDays=365, complete=True) == NOT_MET
    assert two_bursts({**rate, "count": 1, "date": "2025-09-30"}, perDays=365) == NOT_DOCUMENTED


def test_events_that_are_listed_beat_a_number_that_falls_short() -> None:
    low = {"count": 1, "perDays": 365}
    assert two_bursts(SPRING, SUMMER, low, perDays=365) == MET
    assert two_bursts(SPRING, {"date": "2026-07-01"}, low, perDays=365) == NOT_DOCUMENTED
    assert two_bursts(SPRING, low, perDays=365) == NOT_MET


def four_a_month(*events: dict[str, Any], complete: bool = False, kinds: str = "headache-days", **params: Any) -> str:
    """Four days with headache a month."""
    case = {"events": [{"event": "headache-day", **event} for event in events], "eventsComplete": complete}
    return says("EventCriterion", case, **{"eventKinds": kinds, "minimumEvents": 4, "perDays": 30, **params})


@pytest.mark.parametrize(
    ("count", "days", "value"),
    [(4, 30, MET), ("3.99", 30, NOT_MET), (5, 30, MET), (12, 90, MET), (12, 91, NOT_MET), (0, 30, NOT_MET)],
)
def test_four_headache_days_a_month(count: Any, days: int, value: str) -> None:
    assert four_a_month({"count": count, "perDays": days}) == value


def test_headache_days_that_are_listed_are_those_of_the_last_month() -> None:
    month = [{"date": f"2026-09-{day}"} for day in ("10", "15", "20", "25")]
    assert four_a_month(*month) == four_a_month(*month[1:], {"date": "2026-09-01"}) == MET
    assert four_a_month(*month[1:], {"date": "2026-08-31"}, complete=True) == NOT_MET
    assert four_a_month(*month[1:]) == NOT_DOCUMENTED


def test_what_is_narrower_counts_and_what_is_broader_only_rules_out() -> None:
    migraines, headaches = {"event": "migraine-day"}, {"event": "headache-day"}
    often, seldom = {"count": 8, "perDays": 30}, {"count": 3, "perDays": 30}
    assert four_a_month({**migraines, **often}) == MET
    assert four_a_month({**migraines, **seldom}) == NOT_DOCUMENTED  # there may be other headaches
    assert four_a_month({**headaches, **often}, kinds="migraine-days") == NOT_DOCUMENTED
    assert four_a_month({**headaches, **seldom}, kinds="migraine-days") == NOT_MET


def test_before_the_drug_was_begun() -> None:
    often = {"count": 8, "perDays": 30}
    assert four_a_month({**often, "phase": "baseline"}, beforeTreatment=True) == MET
    assert four_a_month({**often, "count": 3, "phase": "baseline"}, beforeTreatment=True) == NOT_MET
    assert four_a_month({**often, "phase": "on-therapy"}, beforeTreatment=True) == NOT_DOCUMENTED
    assert four_a_month({**often, "phase": "on-therapy"}, beforeTreatment=True, complete=True) == NOT_MET
    assert four_a_month(often, beforeTreatment=True, complete=True) == NOT_DOCUMENTED
    assert four_a_month({**often, "phase": "on-therapy"}) == MET


def an_emergency(*events: dict[str, Any], complete: bool = False, **params: Any) -> str:
    """An emergency visit or a hospital admission in the last year."""
    asked = {"eventKinds": "emergency-or-admission", "minimumEvents": 1, "withinDays": 365, **params}
    return says("EventCriterion", {"events": list(events), "eventsComplete": complete}, **asked)


def test_an_emergency_visit_or_admission() -> None:
    assert an_emergency({"event": "ED visit", "date": "2026-01-05"}) == MET
    assert an_emergency({"event": "hospitalization", "date": "2026-01"}) == MET
    assert an_emergency({"event": BURST, "date": "2026-01-05"}) == NOT_DOCUMENTED
    assert an_emergency({"event": BURST, "date": "2026-01-05"}, complete=True) == NOT_MET
    assert an_emergency({"event": "ED visit", "date": "2025-09-30"}, complete=True) == NOT_MET


def test_a_number_of_one_kind_says_nothing_of_another() -> None:
    none = {"count": 0, "perDays": 365}
    assert an_emergency({"event": "ED visit", **none}, perDays=365) == NOT_DOCUMENTED
    both = [{"event": kind, **none} for kind in ("ED visit", "hospital-admission")]
    assert an_emergency(*both, perDays=365) == NOT_DOCUMENTED
    assert an_emergency(*both, perDays=365, complete=True) == NOT_MET


# --- what may be written, and what is said ------------------------------------------------------------


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
