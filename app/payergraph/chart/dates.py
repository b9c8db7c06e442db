"""Dates of a case as numbers: spans of days for partial dates, completed calendar months and whole weeks.

Months are counted as the design lays down: n months after a day is the same day n months on, or the last day of a
shorter month. What a partial date leaves open becomes two bounds, what is sure and what is possible.
"""

from __future__ import annotations

import re
from calendar import month_name, monthrange
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import ceil, floor

#: Stands for a number of months, weeks or days that nothing bounds.
UNBOUNDED = 99999

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True)
class Span:
    """The days on which something can have happened, both included; ``text`` is how the record puts it."""

    first: date
    last: date
    text: str

    @classmethod
    def parse(cls, text: str) -> Span:
        """A day, a month or a year: ``2019-06-03``, ``2019-06``, ``2019``.

        Raises:
            ValueError: it is none of these, or no such day exists.
        """
        match = _ISO.fullmatch(text)
        if match is None:
            raise ValueError(text)
        year, month, day = (None if part is None else int(part) for part in match.groups())
        assert year is not None
        if month is None:
            return cls(date(year, 1, 1), date(year, 12, 31), text)
        if day is None:
            return cls(date(year, month, 1), date(year, month, monthrange(year, month)[1]), text)
        return cls(date(year, month, day), date(year, month, day), text)

    def until(self, day: date) -> Span:
        """The part of the span that is not after a day; the span begins on the day or before it."""
        return replace(self, last=min(self.last, day))


_YEAR_FIRST = re.compile(r"(\d{4})[-/. ]?(\d{1,2})(?:[-/. ]?(\d{1,2})(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?)?", re.ASCII)
_YEAR_LAST = re.compile(r"(?:(\d{1,2})[-/. ])?(\d{1,2})[-/. ](\d{4})", re.ASCII)
_NAMED = re.compile(r"(?:(\d{1,2})[ -])?([a-z]{3,9})\.?[ -](?:(\d{1,2}),? )?(\d{4})", re.ASCII)
_MONTHS = [name.casefold() for name in month_name]


def readings(text: str) -> tuple[str, ...]:
    """What a date in another notation says, as the record writes it: as exact as it was, and all that it may say.

    Two where day and month could each be the other, none where the text is no date.

    >>> readings("01/2024"), readings("03/15/2024"), readings("March 2024"), readings("early 2024")
    (('2024-01',), ('2024-03-15',), ('2024-03',), ())
    >>> readings("03/04/2024")
    ('2024-03-04', '2024-04-03')
    """
    found: list[tuple[str, ...]] = []
    if match := _YEAR_FIRST.fullmatch(text):
        # Six digits could as well be a day, a month and two digits of a year.
        found = [] if len(text) == 6 and text.isdigit() else [tuple(part for part in match.groups() if part)]
    elif match := _YEAR_LAST.fullmatch(text):
        first, second, year = match.groups()
        found = [(year, first, second), (year, second, first)] if first else [(year, second)]
    elif match := _NAMED.fullmatch(text.casefold()):
        before, name, after, year = match.groups()
        months = [str(number) for number, full in enumerate(_MONTHS) if full and name in (full, full[:3])]
        if name == "sept":
            months = ["9"]
        day = before or after
        if not (before and after):
            found = [(year, month, day) if day else (year, month) for month in months]
    written = dict.fromkeys("-".join(part.zfill(2) for part in parts) for parts in found)
    return tuple(one for one in written if _is_date(one))


def _is_date(text: str) -> bool:
    try:
        Span.parse(text)
    except ValueError:
        return False
    return True


def months_between(start: date, end: date) -> int:
    """The largest n with ``start`` + n calendar months (clamped to the month's end) not after ``end``.

    >>> months_between(date(2026, 1, 31), date(2026, 4, 30)), months_between(date(2026, 1, 31), date(2026, 4, 29))
    (3, 2)
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if end.day >= min(start.day, monthrange(end.year, end.month)[1]) else months - 1


def months_after(start: date, months: int) -> date:
    """The day so many calendar months after a day, clamped to the month's end.

    >>> months_after(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def months_before(event: date, request: date) -> int:
    """The least n for which ``event`` is not before ``request`` - n calendar months (clamped to the month's end).

    >>> months_before(date(2026, 2, 28), date(2026, 5, 31)), months_before(date(2026, 2, 27), date(2026, 5, 31))
    (3, 4)
    """
    months = (request.year - event.year) * 12 + request.month - event.month
    return months if event.day >= min(request.day, monthrange(event.year, event.month)[1]) else months + 1


@dataclass(frozen=True)
class Age:
    """How long before the request an event lies: at most (``surely``) and at least (``possibly``)."""

    months_surely: int
    months_possibly: int
    days_surely: int
    days_possibly: int

    @classmethod
    def of(cls, event: Span | None, request: date) -> Age:
        """The age of an event; of an undated one, anything."""
        if event is None:
            return cls(UNBOUNDED, 0, UNBOUNDED, 0)
        return cls(
            months_before(event.first, request),
            months_before(event.last, request),
            (request - event.first).days,
            (request - event.last).days,
        )


@dataclass(frozen=True)
class Length:
    """How long a therapy lasted, in completed calendar months and days: at least and at most."""

    months_surely: int = 0
    months_possibly: int = UNBOUNDED
    days_surely: int = 0
    days_possibly: int = UNBOUNDED

    @property
    def weeks_surely(self) -> int:
        """The whole weeks that it lasted at least."""
        return self.days_surely // 7

    @property
    def weeks_possibly(self) -> int:
        """The whole weeks that it lasted at most."""
        return self.days_possibly // 7

    @classmethod
    def between(cls, start: Span, end: Span) -> Length:
        """From start to end, which may lie open within their spans."""
        latest = min(start.last, end.first)
        return cls(
            months_between(latest, end.first),
            months_between(start.first, end.last),
            (end.first - latest).days,
            (end.last - start.first).days,
        )

    def lasting(self, months: Decimal) -> Length:
        """The same, narrowed to a number of months as far as it leaves room; a month has 28 to 31 days."""

        def within(number: int, low: int, high: int) -> int:
            return min(max(number, low), high)

        return Length(
            within(floor(months), self.months_surely, self.months_possibly),
            within(floor(months), self.months_surely, self.months_possibly),
            within(7 * floor(4 * months), self.days_surely, self.days_possibly),
            within(7 * ceil(31 * months / 7), self.days_surely, self.days_possibly),
        )

    def contradicts(self, months: Decimal) -> bool:
        """Whether a number of months lies more than about one month outside."""
        a_month, slack = Decimal("30.4375"), Decimal("1.1")
        return not self.days_surely / a_month - slack <= months <= self.days_possibly / a_month + slack
