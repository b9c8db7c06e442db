"""The therapies of a case in numbers: the rows that ``courses`` joins, and when the drug asked for was begun.

What contradicts itself is an error.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from .. import terms
from ..store.names import Names
from . import doses
from .courses import NEVER, UNKNOWN, Row
from .dates import UNBOUNDED, Age, Length, Span
from .record import ChartEntry

#: What a phase tells of whether it was before the drug asked for was begun.
_TELLS = {terms.PG + "BaselinePhase": True, terms.PG + "OnTherapyPhase": False}


#: Outcomes that those have in common that were taken together; one alone may not be tolerated, or be ruled out.
_SHARED = frozenset(terms.PG + name for name in ("Failure", "Response"))


def rows(therapies: Sequence[ChartEntry], request: date, names: Names) -> list[Row]:
    """The therapies of a case, in their order, and after them what was taken together with one and is not listed.

    Raises:
        CaseError: a therapy contradicts itself.
    """
    listed = [_row(number, item, request, names) for number, item in enumerate(therapies)]
    found = list(listed)
    for number, product in beside(therapies, names):
        row = listed[number]
        others = tuple(one for one in (row.product, *row.beside) if one != product)
        outcome = row.outcome if row.outcome in _SHARED else UNKNOWN
        found.append(
            replace(
                row,
                number=len(found),
                product=product,
                ingredient=names.ingredient(product) or product,
                outcome=outcome,
                dose=None,
                tolerated=None,
                beside=others,
                manners=frozenset(),
            )
        )
    return found


def beside(therapies: Sequence[ChartEntry], names: Names) -> Iterator[tuple[int, str]]:
    """What each therapy names as taken together with it, with its place, unless the list has it for the same time."""

    def of(product: str) -> str:
        return names.ingredient(product) or product

    def is_it(item: ChartEntry, product: str, other: ChartEntry) -> bool:
        """Whether another therapy of the list is what was taken together with one."""
        own, its = item.one("product", str), other.one("product", str)
        assert own is not None and its is not None
        if of(its) != of(product):
            return False
        times = [[entry.one(key, Span) for key in ("start", "end")] for entry in (item, other)]
        return times[0] == times[1] or of(own) in map(of, other.many("together", str))

    for number, item in enumerate(therapies):
        for product in sorted(item.many("together", str)):  # in RDF they have no order
            if not any(is_it(item, product, other) for other in therapies):
                yield number, product


def begun(rows: Iterable[Row], drug: str, *, complete: bool) -> tuple[date, date] | None:
    """The first and the last day on which a drug can have been begun; None where it was not.

    A list that does not name it and is not complete leaves any day open.
    """
    taken = [row for row in rows if row.ingredient == drug and row.taken is not False]
    sure = [row.start[1] for row in taken if row.taken]
    if not taken and complete:
        return None
    first = min((row.start[0] for row in taken), default=NEVER)
    return first, min(sure, default=date.max)


def before(when: Span | None, phase: str | None, begun: tuple[date, date] | None) -> bool | None:
    """Whether something is from before the drug asked for was begun, the day on which it was begun included.

    Where the dates leave it open, its phase tells.

    Args:
        phase: the IRI; None where none is recorded.
    """
    if begun is None:
        return True
    first, last = begun
    if when is not None and when.last <= first:
        return True
    if when is not None and when.first > last:
        return False
    return _TELLS.get(phase) if phase else None


def unlisted_line(therapies: Sequence[ChartEntry]) -> None:
    """Refuse a list that is said to be complete and names a later line of therapy without those before it.

    Raises:
        CaseError: it does.
    """
    lines: defaultdict[str | None, dict[int, ChartEntry]] = defaultdict(dict)
    for item in therapies:
        line = item.one("line", int)
        if line is not None:
            lines[item.one("for", str)][line] = item
    for of_use in lines.values():
        last = max(of_use)
        missing = [str(line) for line in range(1, last) if line not in of_use]
        if missing:
            problem = (
                f"but therapiesComplete is true and no therapy of line {missing[0]} is listed; correct one of them"
            )
            raise of_use[last].error("line", problem)


def _row(number: int, item: ChartEntry, request: date, names: Names) -> Row:
    product, stated = item.one("product", str), item.one("outcome", str)
    assert product is not None
    start, end, months = item.one("start", Span), item.one("end", Span), item.one("durationMonths", Decimal)
    ruled_out, planned = stated == terms.PG + "Contraindication", bool(item.one("planned", bool))
    for key in ("start", "end", "durationMonths", "outcome"):
        if planned and key in item.values:
            raise item.error("planned", f"but it has a field {key}; leave out the one that is wrong")
    # What is listed without outcome and dates may turn out to be a contraindication, which was never taken.
    taken = False if planned else True if start or end or months else None if stated is None else not ruled_out
    length = Length(0, 0, 0, 0) if taken is False else _length(item, request)
    last = end or (Span(request, request, "") if start else None)
    return Row(
        number=number,
        told_by=number,
        product=product,
        ingredient=names.ingredient(product) or product,
        outcome=stated or UNKNOWN,
        start=_began(start, end, length, request),
        end=_ended(start, last, request),
        length=length,
        age=Age.of(last, request),
        months=months,
        dose=doses.taken(item, names),
        line=item.one("line", int),
        beside=tuple(item.many("together", str)),
        taken=taken,
        ongoing=False if end or planned else True if start else False if ruled_out else None,
        manners=_manners(item, names),
        tolerated=item.one("maximallyTolerated", bool),
        sample=bool(item.one("sample", bool)),
        planned=planned,
    )


def _manners(item: ChartEntry, names: Names) -> frozenset[str]:
    """The manners in which it was taken, and what is broader, which a medium and a high dose may have in common."""
    told = item.many("manner", str)
    every = names.of_kinds(("TherapyManner",)) if told else ()
    return frozenset(one for one in every if any(names.subsumes(one, manner) for manner in told))


def _ended(start: Span | None, last: Span | None, request: date) -> tuple[date, date]:
    """The first and the last day on which a therapy can have ended."""
    if last is None:
        return NEVER, request
    return (max(last.first, start.first) if start else last.first), last.last


def _began(start: Span | None, end: Span | None, length: Length, request: date) -> tuple[date, date]:
    """The first and the last day on which a therapy can have begun: by its start, else by its end and its length."""
    if start:
        last = end or Span(request, request, "")
        return start.first, min(start.last, _ended(start, last, request)[1])
    if end and length.days_possibly < UNBOUNDED:
        return end.first - timedelta(length.days_possibly), end.last - timedelta(length.days_surely)
    return NEVER, end.last if end else request


def _length(item: ChartEntry, request: date) -> Length:
    """By the dates; what these leave open, by the months that the case gives."""
    start, end, months = item.one("start", Span), item.one("end", Span), item.one("durationMonths", Decimal)
    if start and end and end.last < start.first:
        raise item.error("end", f"which is before the start {start.text}; correct the one that is wrong")
    finish = end or Span(request, request, str(request))
    length = Length.between(start, finish) if start else Length()
    if months is None:
        return length
    if start and length.contradicts(months):
        low, high = length.months_surely, length.months_possibly
        between = f"{start.text} and {'the request on ' * (end is None)}{finish.text}"
        lasted = f"{low}" if low == high else f"{low} to {high}"
        problem = f"which contradicts the {lasted} months between {between}; correct the one that is wrong"
        raise item.error("durationMonths", problem)
    return length.lasting(months)
