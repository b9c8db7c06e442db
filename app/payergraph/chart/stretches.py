"""How long the drug asked for has been taken, back from the request: a stretch for each gap that is allowed for.

A document says after how long a gap a patient starts anew; rows with no longer gap between them, nor before the
request, are one stretch. So each stretch has the longest gap in it, and a criterion asks for one that is short enough.
Its length is from the first day of the first row to the last day of the last. Where some rows are samples, there are
the stretches of the others as well.

What the dates or the use leave open gives two readings, as in ``courses``: at the worst each row begins late and ends
early, at the best it begins early and ends late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .courses import NEVER, Row
from .dates import UNBOUNDED, months_between


@dataclass(frozen=True)
class Stretch:
    """Some rows of the drug asked for, up to the request.

    Attributes:
        rows: their numbers.
        gap: the longest time without the drug, in days.
        months, days: how long it lasted, completed calendar months and days.
        sample: whether one of its rows was a sample supply.
    """

    rows: tuple[int, ...]
    gap: int
    months: int
    days: int
    sample: bool


def stretches(
    rows: Iterable[Row], request: date, suits: Callable[[Row], bool | None]
) -> tuple[list[Stretch], list[Stretch]]:
    """The stretches that the rows surely show, and those that they may show beside them.

    Args:
        rows: those of the drug asked for.
        suits: whether a row was for the use under review; None where it may have been.
    """
    possible = [row for row in rows if row.taken is not False and suits(row) is not False]
    sure = [row for row in possible if row.taken and row.dated and suits(row)]
    surely = _of_all_and_without_samples(sure, request, lambda row: (row.start[1], row.end[0]), "surely")
    possibly = _of_all_and_without_samples(possible, request, lambda row: (row.start[0], row.end[1]), "possibly")
    return surely, [one for one in possibly if one not in surely]


def _of_all_and_without_samples(
    rows: Sequence[Row],
    request: date,
    reach: Callable[[Row], tuple[date, date]],
    bound: Literal["surely", "possibly"],
) -> list[Stretch]:
    dispensed = [row for row in rows if not row.sample]
    return list(dict.fromkeys(one for some in (rows, dispensed) for one in _back(some, request, reach, bound)))


def _back(
    rows: Iterable[Row],
    request: date,
    reach: Callable[[Row], tuple[date, date]],
    bound: Literal["surely", "possibly"],
) -> Iterator[Stretch]:
    """For each gap the longest stretch, back from the request."""
    ordered = sorted(rows, key=reach)
    until: list[date] = []  # the latest end up to each row
    for row in ordered:
        until.append(max([reach(row)[1], *until[-1:]]))
    gap, found = max(0, (request - until[-1]).days) if ordered else 0, dict[int, Stretch]()
    for place in range(len(ordered) - 1, -1, -1):
        part = ordered[place:]
        last = max(reach(row)[1] for row in part)
        numbers = tuple(sorted(row.number for row in part))
        months, days = _lasted(part, reach(ordered[place])[0], last, bound)
        found[gap] = Stretch(numbers, gap, months, days, any(row.sample for row in part))
        if place:
            gap = max(gap, (reach(ordered[place])[0] - until[place - 1]).days)
    yield from found.values()


def _lasted(rows: Sequence[Row], first: date, last: date, bound: Literal["surely", "possibly"]) -> tuple[int, int]:
    """The completed months and the days of a stretch; at least those of each of its rows."""
    months = [getattr(row.length, f"months_{bound}") for row in rows]
    days = [getattr(row.length, f"days_{bound}") for row in rows]
    if len(rows) > 1 and first == NEVER:
        return UNBOUNDED, UNBOUNDED
    if len(rows) > 1 and first < last:
        months.append(months_between(first, last))
        days.append((last - first).days)
    return max(months), max(days)
