"""Rows of therapies joined to courses, and what each course shows as a trial of a drug.

A change of dose, a new brand or a monthly fill splits one course over rows. Rows of one ingredient for the use under
review are one course where the next begins at most ``PERMISSIBLE_GAP`` days after the other ended. Its outcome is that
of its last row that has one. A criterion may ask for less than the whole course: the products of its own list, a dose,
no samples, a manner. So each course gives several trials, one for each such part, whose length is the time of that
part. How a course went is known of a part in some manner where the row has the manner that tells it.

What the dates or the use leave open gives two readings: the rows that surely are one course, and those that may be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Literal

from .. import terms
from .dates import UNBOUNDED, Age, Length, months_between
from .doses import Dose, Form, Rate, lowest

#: The days from the end of one row to the start of the next that leave them one course, at most: the permissible gap
#: of pharmacoepidemiology.
PERMISSIBLE_GAP = 30

#: The first line of therapy, and a line that nothing bounds.
FIRST_LINE, ANY_LINE = 1, 99

#: Of a course with more products than this, the parts with one product and the whole are made, and no others. What
#: another part might show, the whole may: with any outcome of its rows.
_MANY_PRODUCTS = 8

#: Of a course whose rows tell so many different manners, not every choice of rows is looked at.
_MANY_MANNERS = 8

UNKNOWN = terms.PG + "UnknownOutcome"
#: Outcomes from the one that length and dose bind to the one that nothing binds.
_DEMANDING = [UNKNOWN] + [terms.PG + name for name in ("Failure", "Response", "Intolerance", "Contraindication")]

#: The earliest start or end of what has no date.
NEVER = date.min
_OPEN = date.max  # the end of what is still taken, where rows are put in order


@dataclass(frozen=True)
class Row:
    """A therapy as the record has it, in numbers.

    Attributes:
        number: its place in the list of the case; what another row names as taken together with it follows the list.
        told_by: the place in the list of the row that tells it, itself or that other.
        start, end: the first and the last day on which it can have begun and ended; of what is still taken, the end is
            the day of the request.
        months: the months that the record gives in words.
        dose, line: None where it is not recorded.
        beside: what was taken together with it for all that time.
        manners: in which it was taken, as far as the record tells, with all that are broader.
        taken, ongoing, tolerated: three-valued; None where the record does not tell.
        planned: whether it is to be started together with the drug asked for, and so is no trial.
    """

    number: int
    told_by: int
    product: str
    ingredient: str
    outcome: str
    start: tuple[date, date]
    end: tuple[date, date]
    length: Length
    age: Age
    months: Decimal | None
    dose: Dose | None
    line: int | None
    beside: tuple[str, ...]
    manners: frozenset[str]
    taken: bool | None
    ongoing: bool | None
    tolerated: bool | None
    sample: bool
    planned: bool = False

    @property
    def dated(self) -> bool:
        """Whether the record gives a start or an end."""
        return self.end[0] > NEVER

    @cached_property
    def rates(self) -> dict[Form, Rate]:
        """What its dose is, as far as the record tells."""
        return self.dose.rates() if self.dose else {}

    def rate(self, scale: str, form: Form) -> Rate | None:
        """What its dose is on a scale; None where the record does not tell."""
        return self.rates.get(form) if self.dose and self.dose.scale == scale else None

    def surely_after(self, other: Row) -> bool:
        """Whether it ended later, or, where both ended on one day or are still taken, began later."""
        mine, its = ((_OPEN, _OPEN) if row.ongoing else row.end for row in (self, other))
        return mine[0] > its[1] or (mine == its and mine[0] == mine[1] and self.start[0] > other.start[1])


@dataclass(frozen=True)
class Trial:
    """A course or a part of it, by the rows that count.

    Attributes:
        course: the number of the first row that may be of its course.
        rows: the numbers of the rows whose time counts.
        products: theirs.
        also: products whose rows tell the outcome, too, though their time does not count, as that at a lower dose.
        others: products of the course that the trial leaves out.
        outcomes: how it went; several where the record leaves open which row was the last, the most demanding first.
        doses: the lowest dose of its rows, in each dimension that they tell, with a unit of it.
        lines: the line of therapy at least and at most; the rows of one that is not one line may be of any of them.
        manners: those that all its rows have, and the row that tells the outcome.
    """

    course: int
    rows: tuple[int, ...]
    products: tuple[str, ...]
    also: tuple[str, ...]
    others: tuple[str, ...]
    outcomes: tuple[str, ...]
    length: Length
    doses: tuple[tuple[str, Form, Rate], ...]
    lines: tuple[int, int]
    manners: tuple[str, ...]
    taken: bool | None
    ongoing: bool | None
    tolerated: bool | None
    sample: bool
    days_surely: int
    days_possibly: int

    @property
    def mixed(self) -> bool:
        """Whether its course has several products, or it several outcomes: more is asked of it then."""
        return len(self.products) + len(self.also) + len(self.others) + len(self.outcomes) > 2


def trials(rows: Iterable[Row], suits: Callable[[Row], bool | None]) -> tuple[list[Trial], list[Trial]]:
    """The trials that the rows surely show, and those that they may show; each where it is the same stands in both.

    Args:
        suits: whether a row was for the use under review; None where it may have been.
    """
    by_drug: defaultdict[str, list[Row]] = defaultdict(list)
    surely: list[Trial] = []
    possibly: list[Trial] = []
    for row in rows:
        use = suits(row)
        if use is not False and row.taken is False:  # ruled out and never taken: no course
            alone = _trial(row.number, [row], [row], [row.outcome], (), row.manners)
            possibly.append(alone)
            surely += [alone] if use else []
        elif use is not False:
            by_drug[row.ingredient].append(row)
    for of_drug in by_drug.values():
        courses = _joined([row for row in of_drug if suits(row)], _at_worst)
        course_of = {row.number: course for course in courses for row in course}
        for wide in _joined(of_drug, _at_best):
            for course in _courses(wide, course_of):
                if course[0].number in course_of:
                    perhaps = [row for row in wide if course_of.get(row.number) is not course]
                    surely += _surely(wide[0].number, course, perhaps)
            possibly += _possibly(wide, course_of)
    return list(dict.fromkeys(surely)), list(dict.fromkeys(possibly))


def _courses(rows: Iterable[Row], course_of: Mapping[int, list[Row]]) -> list[list[Row]]:
    """The courses to which some rows surely belong; a row that only may be for the use stands alone."""
    found = (course_of.get(row.number, [row]) for row in rows)
    return list({course[0].number: course for course in found}.values())


def _surely(number: int, course: list[Row], perhaps: list[Row]) -> Iterator[Trial]:
    """The trials of a course; ``perhaps`` are rows of which the record leaves open whether they belong to it."""
    for part, others in _by_product(course):
        last = _last(part)
        after = [row for row in perhaps if row.outcome != UNKNOWN and not any(one.surely_after(row) for one in last)]
        telling = (*last, *after) if last else ()
        for manners in _manners((*part, *telling)):
            outcomes = {row.outcome if manners <= row.manners else UNKNOWN for row in telling} or {UNKNOWN}
            for cut in _cuts([row for row in part if manners <= row.manners], surely=True):
                yield _trial(number, cut, part, outcomes, others, manners)


def _possibly(wide: list[Row], course_of: Mapping[int, list[Row]]) -> Iterator[Trial]:
    """The trials of all rows that may be one course, for each row that may be the last with an outcome."""
    for part, others in _by_product(wide):
        inside = {row.number for row in part}
        ways: list[tuple[str, list[Row]]] = []
        for course in _courses(part, course_of):
            last = _last([row for row in course if row.number in inside])
            for one in last:
                ways.append((one.outcome, [r for r in part if r.outcome == UNKNOWN or not r.surely_after(one)]))
            if not last:
                ways.append((UNKNOWN, [row for row in part if row.outcome == UNKNOWN]))
        if not others and len({row.product for row in part}) > _MANY_PRODUCTS:
            ways += [(outcome, part) for outcome in sorted({row.outcome for row in part})]
        for outcome, members in ways:
            manners = frozenset.intersection(*(row.manners for row in members)) if members else frozenset()
            for cut in _cuts(members, surely=False):  # what is not on record of a manner may be so
                yield _trial(wide[0].number, cut, part, [outcome], others, manners)


def _last(rows: Iterable[Row]) -> list[Row]:
    """The rows with an outcome of which no other is surely the later; several where the record leaves that open."""
    told = [row for row in rows if row.outcome != UNKNOWN]
    return [row for row in told if not any(other.surely_after(row) for other in told)]


def _by_product(course: list[Row]) -> Iterator[tuple[list[Row], tuple[str, ...]]]:
    """The parts of a course with some of its products, and the products left out; each list names its own."""
    products = sorted({row.product for row in course})
    sizes = range(1, len(products) + 1) if len(products) <= _MANY_PRODUCTS else (1, len(products))
    for size in sizes:
        for some in combinations(products, size):
            part = [row for row in course if row.product in some]
            yield part, tuple(product for product in products if product not in some)


def _manners(rows: Sequence[Row]) -> list[frozenset[str]]:
    """What some rows have in common of the manners in which they were taken, for each choice of rows.

    Of more rows that differ than ``_MANY_MANNERS`` for each row and for all: what others have in common stays open.
    """
    told = {row.manners for row in rows}
    found = {frozenset.intersection(*told)}
    for manners in told:
        found |= {manners} | ({manners & one for one in found} if len(told) <= _MANY_MANNERS else set())
    return sorted(found, key=sorted)


def _cuts(rows: list[Row], *, surely: bool) -> Iterator[list[Row]]:
    """The whole, and the parts of it at a dose or more, in one line, without samples, at the maximally tolerated dose.

    Args:
        surely: whether what is not recorded of a row leaves it out.
    """
    seen: set[tuple[int, ...]] = set()
    told = dict.fromkeys((row.dose.scale, form) for row in rows if row.dose for form in row.rates)
    for kind in _kinds(rows, surely):
        for scale, form in told or [("", Form.SINGLE)]:
            doses = {row.number: _dose(row.rate(scale, form), surely) for row in kind}
            for least in sorted(set(doses.values())):
                cut = [row for row in kind if doses[row.number] >= least]
                key = tuple(row.number for row in cut)
                if key not in seen:
                    seen.add(key)
                    yield cut


def _kinds(rows: list[Row], surely: bool) -> Iterator[list[Row]]:
    lines = {row.line for row in rows}
    parts = [rows]
    if len(lines) > 1:
        parts += [
            [row for row in rows if row.line == line or (row.line is None and not surely)] for line in lines if line
        ]
    for part in parts:
        dispensed = [row for row in part if not row.sample]
        yield part
        yield dispensed
        for some in (part, dispensed):
            yield [row for row in some if (row.tolerated is True if surely else row.tolerated is not False)]


def _dose(rate: Rate | None, surely: bool) -> Fraction:
    """The end of a dose that counts; one that is not recorded surely is none, and possibly any."""
    if rate is None:
        return Fraction(-1 if surely else _ANYTHING)
    return rate.low if surely else rate.high


_ANYTHING = 10**30


def _doses(rows: Sequence[Row]) -> Iterator[tuple[str, Form, Rate]]:
    """The lowest doses of some rows, on each scale with a unit of it."""
    for scale, unit in {row.dose.scale: row.dose.unit for row in rows if row.dose}.items():
        on_it = (row.rates if row.dose and row.dose.scale == scale else {} for row in rows)
        for form, rate in lowest(on_it).items():
            yield unit, form, rate


def _trial(
    course: int,
    rows: Sequence[Row],
    part: Iterable[Row],
    outcomes: Iterable[str],
    others: tuple[str, ...],
    manners: frozenset[str],
) -> Trial:
    products = {row.product for row in rows}
    return Trial(
        course=course,
        rows=tuple(row.number for row in rows),
        products=tuple(sorted(products)),
        also=tuple(sorted({row.product for row in part} - products)),
        others=others,
        outcomes=tuple(sorted(set(outcomes), key=_DEMANDING.index)),
        length=rows[0].length if len(rows) == 1 else _length(tuple(rows)),
        doses=tuple(_doses(rows)),
        lines=(min(row.line or FIRST_LINE for row in rows), max(row.line or ANY_LINE for row in rows)),
        manners=tuple(sorted(manners)),
        taken=_some(row.taken for row in rows),
        ongoing=_some(row.ongoing for row in rows),
        tolerated=_every(row.tolerated for row in rows),
        sample=any(row.sample for row in rows),
        days_surely=min(row.age.days_surely for row in rows),
        days_possibly=min(row.age.days_possibly for row in rows),
    )


def _some(values: Iterable[bool | None]) -> bool | None:
    found = set(values)
    return True if True in found else None if None in found else False


def _every(values: Iterable[bool | None]) -> bool | None:
    found = set(values)
    return False if False in found else None if None in found else True


# --- time ------------------------------------------------------------------------------------------


def _at_worst(row: Row) -> tuple[date, date]:
    """Two rows surely are one course where neither begins more than the gap after the other's end, at the worst."""
    return row.start[1], row.end[0]


def _at_best(row: Row) -> tuple[date, date]:
    """Two rows may be one course where neither begins more than the gap after the other's end, at the best."""
    return row.start[0], row.end[1]


def _joined(rows: Iterable[Row], reach: Callable[[Row], tuple[date, date]]) -> list[list[Row]]:
    """The rows by courses, each in the order of the record, the courses by their first row."""
    courses: list[list[Row]] = []
    until: list[date] = []  # of each course, the latest end
    wide_open = []  # rows whose latest start lies more than the gap after their earliest end
    for row in sorted(rows, key=lambda one: (reach(one)[0], one.number)):
        start, end = reach(row)
        if start > _gap_after(end):
            wide_open.append(row)
        elif courses and start <= _gap_after(until[-1]):
            courses[-1].append(row)
            until[-1] = max(until[-1], end)
        else:
            courses.append([row])
            until.append(end)
    for row in wide_open:
        near, far = [row], []
        for course in courses:
            if any(_adjoin(reach(row), reach(one)) for one in course):
                near += course
            else:
                far.append(course)
        courses = [*far, near]
    ordered = [sorted(course, key=lambda one: one.number) for course in courses]
    return sorted(ordered, key=lambda course: course[0].number)


def _adjoin(one: tuple[date, date], other: tuple[date, date]) -> bool:
    return one[0] <= _gap_after(other[1]) and other[0] <= _gap_after(one[1])


def _gap_after(day: date) -> date:
    return day + timedelta(PERMISSIBLE_GAP)


def _length(rows: Sequence[Row]) -> Length:
    """How long some rows of a course lasted together, with the gaps that leave them one course.

    Stretches with more between them are added.
    """
    surely = [
        _stretch(rows, min(row.start[1] for row in rows), max(row.end[0] for row in rows), "surely")
        for rows in _joined(rows, _at_worst)
    ]
    months_surely, days_surely = (sum(numbers) for numbers in zip(*surely, strict=True))
    if any(row.length.days_possibly >= UNBOUNDED for row in rows):
        return Length(months_surely, UNBOUNDED, days_surely, UNBOUNDED)
    dated, undated = ([row for row in rows if row.dated is told] for told in (True, False))
    extents = [
        (rows, min(row.start[0] for row in rows), max(row.end[1] for row in rows)) for rows in _joined(dated, _at_best)
    ]
    possibly = [_stretch(rows, first, last, "possibly") for rows, first, last in extents]
    # Rows without dates may follow the others, each after the gap: thirty days, or about a month.
    gaps = len(undated) - (not dated)
    told = sum((row.months or Decimal(0) for row in undated), Decimal(0))
    # What several lengths leave over after their completed months, almost a month each, may make further ones.
    left_over = sum(_leaves_over(first, last) for _, first, last in extents) + (told != int(told))
    months = sum(months for months, _ in possibly) + int(told) + gaps + max(0, left_over - 1)
    days = sum(days for _, days in possibly) + sum(row.length.days_possibly for row in undated) + PERMISSIBLE_GAP * gaps
    return Length(months_surely, max(months_surely, months), days_surely, max(days_surely, days))


def _leaves_over(first: date, last: date) -> bool:
    """Whether some days follow the last completed month."""
    return first < last and months_between(first, last) == months_between(first, last - timedelta(1))


def _stretch(rows: Sequence[Row], first: date, last: date, bound: Literal["surely", "possibly"]) -> tuple[int, int]:
    """The completed months and the days of rows without a longer gap; at least those of each of them."""
    months = [getattr(row.length, f"months_{bound}") for row in rows]
    days = [getattr(row.length, f"days_{bound}") for row in rows]
    if len(rows) > 1 and first < last:
        months.append(months_between(first, last))
        days.append((last - first).days)
    return max(months), max(days)
