"""How many days some calendar months have: bounds for what a chart may hold, and dates that fit numbers of them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

#: A plain day of request.
USUAL = date(2026, 6, 15)
#: Four years have every length that some months can have.
_FIRST = date(2025, 1, 1)
_DAYS = tuple(_FIRST + timedelta(days) for days in range(1461))


def moved(day: date, months: int) -> date:
    """So many calendar months later, or earlier; of a shorter month the last day."""
    whole = day.year * 12 + day.month - 1 + months
    year, month = divmod(whole, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@cache
def days_of_months(months: int) -> tuple[int, int]:
    """The least and the most days after which so many months are completed."""
    found = [(moved(day, months) - day).days for day in _DAYS]
    return min(found), max(found)


@cache
def days_before(months: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """For each request day, how many days back so many months go: each combination that there is, once."""
    return tuple(dict.fromkeys(tuple((day - moved(day, -one)).days for one in months) for day in _DAYS))


def request_day(back: Iterable[tuple[int, int]]) -> date:
    """A day of request from which each number of months goes back so many days; a plain one, if any fits.

    Raises:
        LookupError: there is no such day.
    """
    wanted = list(back)
    plain = [USUAL, *(day for day in _DAYS if day.day in (1, 15))]
    for day in (*plain, *_DAYS):
        if all((day - moved(day, -months)).days == days for months, days in wanted):
            return day
    raise LookupError(f"no day of request has {wanted}")
