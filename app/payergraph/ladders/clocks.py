"""Days that a time ends on: calendar and business days, weeks, months, and what sources say of last days.

Business days are those of the federal government: no Saturday, no Sunday, no federal holiday (the library holidays).
Nothing is moved that no source moves.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from functools import cache
from typing import TYPE_CHECKING

from ..extras import needed

if TYPE_CHECKING:
    from holidays import HolidayBase

_CALENDAR_DAYS = {"hour": Decimal(1) / 24, "day": Decimal(1), "week": Decimal(7)}
_MONTHS = {"month": 1, "year": 12}
#: The units in which a time can be counted.
UNITS = (*_CALENDAR_DAYS, *_MONTHS, "business-day")


@cache
def federal_holidays() -> HolidayBase:
    """The holidays of the federal government.

    Raises:
        MissingExtra: holidays is not installed.
    """
    found: HolidayBase = needed("holidays").country_holidays("US")
    return found


def is_working_day(day: date) -> bool:
    """Whether a day is no Saturday, no Sunday and no federal holiday."""
    return federal_holidays().is_working_day(day)


def next_working_day(day: date) -> date:
    """The day, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def after(start: date, amount: Decimal, unit: str, *, missing_day_first_of_next: bool = False) -> date:
    """The last day of a time that is counted from a day, which itself does not count.

    Hours end on the day in which the last of them falls, as late as the event was. A month without a day of that number
    ends on its last day, or, where a source says so, on the first day of the month after it.

    Raises:
        ValueError: nothing is counted in this unit, or no calendar has such a day.

    >>> after(date(2026, 10, 30), Decimal(4), "month"), after(date(2028, 2, 29), Decimal(1), "year")
    (datetime.date(2027, 2, 28), datetime.date(2029, 2, 28))
    >>> after(date(2026, 10, 30), Decimal(4), "month", missing_day_first_of_next=True)
    datetime.date(2027, 3, 1)
    >>> after(date(2026, 11, 25), Decimal(3), "business-day"), after(date(2026, 11, 25), Decimal(72), "hour")
    (datetime.date(2026, 12, 1), datetime.date(2026, 11, 28))
    """
    try:
        if unit in _CALENDAR_DAYS:
            days = (amount * _CALENDAR_DAYS[unit]).to_integral_value(ROUND_CEILING)
            return start + timedelta(days=int(days))
        if unit in _MONTHS:
            return _months_on(start, int(amount * _MONTHS[unit]), missing_day_first_of_next)
        if unit == "business-day":
            return federal_holidays().get_nth_working_day(start, int(amount))
    except OverflowError:
        raise ValueError(f"{start} and {amount} {unit}s") from None
    raise ValueError(unit)


def _months_on(start: date, months: int, first_of_next: bool) -> date:
    ended: date = start + needed("dateutil.relativedelta").relativedelta(months=months)
    return ended + timedelta(days=1) if first_of_next and ended.day < start.day else ended
