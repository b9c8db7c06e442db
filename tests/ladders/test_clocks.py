"""Days that a time ends on, worked out by hand beside a calendar."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payergraph.ladders.clocks import UNITS, after, is_working_day, next_working_day


@pytest.mark.parametrize(
    ("start", "amount", "unit", "ends"),
    [
        ("2026-10-30", "4", "month", "2027-02-28"),  # no 30th of February
        ("2027-10-30", "4", "month", "2028-02-29"),  # a leap year has one day more
        ("2026-10-31", "1", "month", "2026-11-30"),
        ("2026-12-31", "2", "month", "2027-02-28"),
        ("2026-10-28", "4", "month", "2027-02-28"),
        ("2028-02-29", "12", "month", "2029-02-28"),
        ("2028-02-29", "4", "year", "2032-02-29"),
        ("2026-10-30", "180", "day", "2027-04-28"),
        ("2027-10-30", "180", "day", "2028-04-27"),  # over the 29th of February
        ("2026-12-30", "5", "day", "2027-01-04"),
        ("2026-11-25", "72", "hour", "2026-11-28"),
        ("2026-11-25", "24", "hour", "2026-11-26"),
        ("2026-11-25", "36", "hour", "2026-11-27"),
        ("2026-11-25", "2", "week", "2026-12-09"),
        ("2026-11-25", "1", "business-day", "2026-11-27"),  # Thanksgiving lies between
        ("2026-11-25", "3", "business-day", "2026-12-01"),  # and a weekend
        ("2026-11-28", "1", "business-day", "2026-11-30"),  # from a Saturday
        ("2026-07-01", "2", "business-day", "2026-07-06"),  # Independence Day on a Saturday is kept on Friday
        ("2026-12-24", "5", "business-day", "2027-01-04"),  # Christmas and New Year
    ],
)
def test_a_time_ends_on_this_day(start: str, amount: str, unit: str, ends: str) -> None:
    assert after(date.fromisoformat(start), Decimal(amount), unit) == date.fromisoformat(ends)


def test_a_missing_day_is_the_first_of_the_next_month_only_where_a_source_says_so() -> None:
    start = date(2026, 10, 30)
    assert after(start, Decimal(4), "month") == date(2027, 2, 28)
    assert after(start, Decimal(4), "month", missing_day_first_of_next=True) == date(2027, 3, 1)
    assert after(date(2026, 10, 28), Decimal(4), "month", missing_day_first_of_next=True) == date(2027, 2, 28)
    assert after(date(2026, 8, 31), Decimal(6), "month", missing_day_first_of_next=True) == date(2027, 3, 1)


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        ("2026-11-28", "2026-11-30"),  # Saturday
        ("2026-11-29", "2026-11-30"),  # Sunday
        ("2026-11-26", "2026-11-27"),  # Thanksgiving
        ("2027-01-16", "2027-01-19"),  # a Saturday before Martin Luther King Day
        ("2026-11-30", "2026-11-30"),
    ],
)
def test_a_last_day_moves_to_the_next_working_day(day: str, moved: str) -> None:
    assert next_working_day(date.fromisoformat(day)) == date.fromisoformat(moved)


DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@given(DAYS, st.integers(0, 400), st.sampled_from(UNITS))
def test_a_longer_time_never_ends_earlier_and_a_later_start_never_sooner(start: date, amount: int, unit: str) -> None:
    ends = after(start, Decimal(amount), unit)
    assert start <= ends <= after(start, Decimal(amount + 1), unit)
    assert ends <= after(start + timedelta(days=1), Decimal(amount), unit)


@given(DAYS, st.integers(1, 60))
def test_business_days_are_counted_one_by_one(start: date, amount: int) -> None:
    day, left = start, amount
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day)
    assert after(start, Decimal(amount), "business-day") == day


def test_what_no_calendar_has_raises() -> None:
    with pytest.raises(ValueError, match="fortnight"):
        after(date(2026, 1, 1), Decimal(1), "fortnight")
    with pytest.raises(ValueError, match="day"):
        after(date(9999, 12, 1), Decimal(90), "day")
