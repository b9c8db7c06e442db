"""Lengths of approval: what each is called, and which of two is the longer, where that can be told.

A length is given in its own unit. Months are no fixed number of days, and a cycle or a dose is no time at all: 90 days
are neither more nor less than three months, and nothing here makes one of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from ..chart.dates import months_after

_MINUTES_A_DAY = Decimal(1440)
#: More months than this are told apart by their number alone.
_MOST_MONTHS = 1200


@dataclass(frozen=True)
class Amount:
    """A number of a unit.

    Attributes:
        dimension: what the unit measures.
        unit: the unit; empty where it converts into the base unit of its dimension.
        base: the number in the base unit (months of ``calendar``, minutes of ``time``), or in the unit.
    """

    dimension: str
    unit: str
    base: Decimal

    def is_longer(self, other: Amount) -> bool | None:
        """Whether it is more; None where that depends on the dates, or the two do not compare."""
        if (self.dimension, self.unit) == (other.dimension, other.unit):
            return self.base > other.base
        mine, its = self._days, other._days
        if mine is None or its is None:
            return None
        return True if mine[0] > its[1] else False if mine[1] <= its[0] else None

    @property
    def _days(self) -> tuple[Decimal, Decimal] | None:
        """The days that it lasts at least and at most; None of what is no time."""
        if self.dimension == "time":
            return self.base / _MINUTES_A_DAY, self.base / _MINUTES_A_DAY
        if self.dimension == "calendar" and self.base == int(self.base) and 0 < self.base <= _MOST_MONTHS:
            return _days_of(int(self.base))
        return None


@dataclass(frozen=True)
class Length:
    """The longest that an approval lasts.

    Attributes:
        words: ``up to 6 months``, ``the lesser of 6 months or 3 cycles``.
        amounts: those of which the least holds; none where the graph's description of it is faulty.
        where: for whom it holds, in words; empty where for all.
    """

    iri: str
    words: str
    amounts: frozenset[Amount]
    where: str = ""

    @property
    def told(self) -> str:
        """The words, and for whom it holds."""
        return f"{self.words} ({self.where})" if self.where else self.words

    @property
    def asks(self) -> tuple[frozenset[Amount], str]:
        """What two lengths have alike that let an approval last as long, whether a document says "up to" or not."""
        return self.amounts, self.where

    @property
    def months(self) -> int | None:
        """The months, of a length that is a whole number of them and nothing else; a year is twelve."""
        [one, *others] = self.amounts or [Amount("", "", Decimal(0))]
        whole = one.dimension == "calendar" and one.base == int(one.base)
        return int(one.base) if whole and not others else None

    def is_longer(self, other: Length) -> bool | None:
        """Whether it lasts longer than another; None where that depends on the dates, or the two are no times.

        Lengths that are alike are not longer.
        """
        # The least of some is more than the least of others where each of the one is more than one of the other.
        found = {_every(mine.is_longer(its) for mine in self.amounts) for its in other.amounts}
        return True if True in found else None if None in found or not found else False


def _every(values: Iterable[bool | None]) -> bool | None:
    found = set(values)
    return False if False in found else None if None in found or not found else True


def in_words(lengths: Iterable[Length]) -> str:
    """Several lengths in one line."""
    return "; ".join(length.told for length in lengths)


def months_of(lengths: Sequence[Length]) -> int | None:
    """The months, of one length for all that is a whole number of them."""
    return lengths[0].months if len(lengths) == 1 and not lengths[0].where else None


def of_months(months: Decimal) -> Length:
    """A length of so many months, to lay beside others."""
    return Length("", "", frozenset({Amount("calendar", "", months)}))


@lru_cache(maxsize=256)
def _days_of(months: int) -> tuple[Decimal, Decimal]:
    """The days of so many calendar months at least and at most, from whatever day they are counted."""
    starts = (date(2000, 1, 1) + timedelta(day) for day in range(1461))
    found = {(months_after(start, months) - start).days for start in starts}
    return Decimal(min(found)), Decimal(max(found))
