"""What was measured: labs, other values and those that follow from height and weight, and how each changed.

A value has its place among the others of the same observable: whether a later one is recorded, whether it is the
baseline, whether it is the last from before the drug asked for. These are told here, once, of all values together.

The weight and the height of a case are of the day of the request. They give a body weight and a body mass index,
unless the chart records one that may be of that day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import permutations

import pyoxigraph as ox

from .. import terms
from ..store.names import Names
from .dates import Age, Span
from .record import ChartEntry
from .rows import before
from .triples import Facts, divided, part, truth

BODY_WEIGHT, BMI = (terms.ID + f"observable/{name}" for name in ("body-weight", "bmi"))
_KILOGRAM, _KG_PER_M2 = (terms.ID + f"unit/{name}" for name in ("kg", "kg-per-m2"))

#: The dimension of what has no unit that anybody writes.
_SCORE = "score"
#: A multiple of a limit, and a change in percent, that nothing bounds.
_ANY = Decimal(9_999_999)
#: A value in base units, and a rank, that nothing bounds; a decimal of the graph has 38 digits, 18 after the point.
_ANY_VALUE = Decimal(10) ** 20
_ANY_RANK = 9_999_999
#: Of so many changes of one observable each is told; the others of more, as where no value has a date, as one.
_MOST_CHANGES = 1_000
#: Of more values of one observable, the place of each, counted from the latest, is left open.
_MOST_PLACES = 100
#: How many values of one observable a case may have.
_MOST_VALUES = 1_000

#: The phases in their order; a value of a later one is later, where no date says the contrary.
_PHASES = {terms.PG + name: place for place, name in enumerate(("BaselinePhase", "OnTherapyPhase", "CurrentPhase"))}
_BASELINE, _, _CURRENT = _PHASES.values()


@dataclass(frozen=True)
class _Value:
    """One value of an observable.

    Attributes:
        node: what stands for it.
        place: where it stands in the case.
        number: in the base unit of its dimension; None of a grade.
        grade, rank: of a grade, and its place in the order of the scale, if it has one.
        upper, lower: the multiples of the limits of normal; None where the limit is not recorded.
        when: None where no date is recorded.
        phase: the place of its phase in their order; None where none is recorded.
        before: whether it is from before the drug asked for was begun, that day included; None where that is open.
    """

    node: ox.NamedNode
    place: ChartEntry
    observable: str
    number: Decimal | None
    grade: str | None
    rank: int | None
    upper: Decimal | None
    lower: Decimal | None
    when: Span | None
    phase: int | None
    before: bool | None
    on: tuple[str, ...]

    @property
    def first(self) -> date:
        """The first day that it can be of."""
        return self.when.first if self.when else date.min

    @property
    def last(self) -> date:
        """The last day that it can be of."""
        return self.when.last if self.when else date.max


def _later(one: _Value, than: _Value) -> bool:
    """Whether a value surely is later: by its date; where the dates leave it open, by its phase."""
    if one.phase is None or than.phase is None or one.last < than.first:
        return one.first > than.last
    return one.first > than.last or one.phase > than.phase


@dataclass(frozen=True)
class _Change:
    """Two values of which the second is or may be later.

    Attributes:
        baseline, last_before: whether the first is the baseline, or the last from before the drug; None: open.
        superseded: whether a value surely later than the second is recorded.
        adjoining: whether none surely lies between the two.
    """

    start: _Value
    end: _Value
    baseline: bool | None
    last_before: bool | None
    superseded: bool
    adjoining: bool


class _Among:
    """Some values, asked whether one of them is surely later than another: as quick as one value, however many."""

    def __init__(self, values: Iterable[_Value]) -> None:
        values = list(values)
        self._first = max((value.first for value in values), default=date.min)
        # Of phases after the one of each place, the last day that a value can be of.
        self._last = [
            max((v.last for v in values if v.phase is not None and v.phase > place), default=date.min)
            for place in _PHASES.values()
        ]

    def later(self, than: _Value) -> bool:
        """Whether one of them is, as ``_later`` tells."""
        by_phase = than.phase is not None and self._last[than.phase] >= than.first and self._last[than.phase] > date.min
        return self._first > than.last or by_phase


def write(to: Facts) -> None:
    """State every value and every change.

    Raises:
        CaseError: a value has no unit in which its observable is measured, or is none of its grades; or they are too
            many.
    """
    found: defaultdict[str, list[_Value]] = defaultdict(list)
    for value in _values(to):
        found[value.observable].append(value)
    for observable, values in found.items():
        if len(values) > _MOST_VALUES:
            problem = f"is one of more than {_MOST_VALUES:,} values of {to.names.slug(observable)}; give the latest"
            raise values[-1].place.place.error(problem)
        _of_one_observable(to, observable, values)


# --- reading ----------------------------------------------------------------------------------------------


def _values(to: Facts) -> Iterator[_Value]:
    recorded = list(_recorded(to))
    yield from recorded
    today = Span(to.request, to.request, "")
    told = {
        value.observable
        for value in recorded
        if value.first <= to.request <= value.last and (value.when or value.phase != _BASELINE)
    }
    weight, height = to.entry.one("weightKg", Decimal), to.entry.one("heightCm", Decimal)
    if weight is not None and BODY_WEIGHT not in told:
        yield _derived(to, "weightKg", BODY_WEIGHT, weight, _KILOGRAM, today)
    if weight is not None and height is not None and BMI not in told:
        yield _derived(to, "heightCm", BMI, divided(weight * 10_000, height * height), _KG_PER_M2, today)


def _recorded(to: Facts) -> Iterator[_Value]:
    for item in to.entry.many("labs", ChartEntry):
        node = to.part("labResult")
        to.say(to.case, "measurement", node.value)
        yield _read(to, node, item, "test")
    for item in to.entry.many("measurements", ChartEntry):
        yield _read(to, to.part("measurement"), item, "of")


def _read(to: Facts, node: ox.NamedNode, item: ChartEntry, key: str) -> _Value:
    observable, when = item.one(key, str), item.one("date", Span)
    value = item.values["value"]
    assert observable is not None
    upper, lower = item.one("upperLimit", Decimal), item.one("lowerLimit", Decimal)
    number, grade, rank = None, None, None
    if isinstance(value, Decimal):
        number = value * _factor(to, item, observable)
    else:
        grade, rank = value, _rank(to, item, observable, value)
    phase = item.one("phase", str)
    place = None if phase is None else _PHASES[phase]
    return _Value(
        node=node,
        place=item,
        observable=observable,
        number=number,
        grade=grade,
        rank=rank,
        upper=None if upper is None or number is None else divided(value, upper),
        lower=None if lower is None or number is None else divided(value, lower),
        when=when,
        phase=place,
        before=before(when, phase, to.begun),
        on=tuple(item.many("on", str)),
    )


def factor(names: Names, observable: str, unit: str | None) -> Decimal | None:
    """The factor to the base unit of a number of an observable; None where no number in this unit is a value of it.

    Args:
        unit: None where none is told, as of a score.
    """
    if names.grades(observable):
        return None
    usual = names.usual_units(observable)
    dimensions = {names.dimension(one) for one in usual}
    if unit is None:
        return Decimal(1) if dimensions == {_SCORE} else None
    return None if usual and names.dimension(unit) not in dimensions else names.to_base(unit)


def _factor(to: Facts, item: ChartEntry, observable: str) -> Decimal:
    """The factor to the base unit.

    Raises:
        CaseError: the observable has another unit, is no number, or its unit is not told.
    """
    unit, names = item.one("unit", str), to.names
    found = factor(names, observable, unit)
    if found is not None:
        return found
    if grades := names.grades(observable):
        problem = f"not a grade of {names.slug(observable)}; expected {', '.join(map(names.label, grades))}"
        raise item.error("value", problem)
    expected = ", ".join(map(names.slug, names.usual_units(observable))) or "a unit that converts, such as mg-per-l"
    if unit is None:
        raise item.place.key("unit").error(f"is missing; expected {expected}")
    raise item.error("unit", f"which is no unit of {names.slug(observable)}; expected {expected}")


def _rank(to: Facts, item: ChartEntry, observable: str, grade: str) -> int | None:
    of, rank = to.names.graded(grade)
    if of != observable:
        grades = ", ".join(map(to.names.label, to.names.grades(observable)))
        raise item.error("value", f"which is no value of {to.names.slug(observable)}; expected {grades or 'a number'}")
    return rank


def _derived(to: Facts, key: str, observable: str, value: Decimal, unit: str, when: Span) -> _Value:
    """A value that follows from fields of the case itself; what is told of the request is told of now."""
    node = part(to.case, key, 0)
    to.say(to.case, "measurement", node.value)
    factor = to.names.to_base(unit)
    return _Value(
        node=node,
        place=to.entry,
        observable=observable,
        number=None if factor is None else value * factor,
        grade=None,
        rank=None,
        upper=None,
        lower=None,
        when=when,
        phase=_CURRENT,
        before=before(when, None, to.begun),
        on=(),
    )


# --- writing ----------------------------------------------------------------------------------------------


def _of_one_observable(to: Facts, observable: str, values: Sequence[_Value]) -> None:
    all_of_it, surely_before = _Among(values), _Among(value for value in values if value.before)
    marked = any(value.phase == _BASELINE for value in values)
    last_before = {v.node: False if surely_before.later(v) else v.before for v in values}
    baseline = {v.node: v.phase == _BASELINE if marked else last_before[v.node] for v in values}
    superseded = {v.node: all_of_it.later(v) for v in values}
    for value in values:
        _say_value(to, value)
        _say_place(to, value, values)
        to.say(value.node, "superseded", superseded[value.node])
        to.say(value.node, "lastBefore", truth(last_before[value.node]))
        to.say(value.node, "baseline", truth(baseline[value.node]))
    preceding = {v.node: _Among(other for other in values if _later(v, other)) for v in values}
    changes = [
        _Change(start, end, baseline[start.node], last_before[start.node], superseded[end.node], adjoining)
        for start, end in permutations([v for v in values if v.number is not None], 2)
        if not _later(start, end)
        and (
            (adjoining := not preceding[end.node].later(start))
            or baseline[start.node] is not False
            or last_before[start.node] is not False
        )
    ]
    changes.sort(key=lambda change: (change.superseded, not change.adjoining))
    for change in changes[:_MOST_CHANGES]:
        _say_change(to, observable, change)
    if changes[_MOST_CHANGES:]:
        _say_others(to, observable, changes[_MOST_CHANGES:])


def _say_value(to: Facts, value: _Value) -> None:
    node, number = value.node, value.number
    to.say(node, "observable", value.observable)
    to.say(node, "resultSurely", -_ANY_VALUE if number is None else number)
    to.say(node, "resultPossibly", _ANY_VALUE if number is None else number)
    # A value below zero has no multiple of a limit; what is not recorded of another may be any from zero.
    least = Decimal(0) if number is not None and number >= 0 else -_ANY
    for name, times in (("timesUpper", value.upper), ("timesLower", value.lower)):
        to.say(node, f"{name}Surely", least if times is None else times)
        to.say(node, f"{name}Possibly", _ANY if times is None else times)
    to.say(node, "graded", "Maybe" if value.grade is None else "Yes")
    to.say(node, "resultGrade", value.grade or value.observable)
    to.say(node, "rankSurely", -_ANY_RANK if value.rank is None else value.rank)
    to.say(node, "rankPossibly", _ANY_RANK if value.rank is None else value.rank)
    to.say(node, "pretreatment", truth(value.before))
    for therapy in value.on:
        to.say(node, "measuredOn", therapy)
    _say_when(to, node, value.when)


def _say_place(to: Facts, value: _Value, values: Sequence[_Value]) -> None:
    """Which one it is, counted from the latest: 1 for the latest."""
    first, last = 1, len(values)
    if last <= _MOST_PLACES:
        others = [other for other in values if other is not value]
        first += sum(_later(other, value) for other in others)
        last -= sum(_later(value, other) for other in others)
    to.say(value.node, "placeSurely", first)
    to.say(value.node, "placePossibly", last)


def _say_when(to: Facts, node: ox.NamedNode, when: Span | None) -> None:
    age = Age.of(when, to.request)
    to.say(node, "monthsAgoSurely", age.months_surely)
    to.say(node, "monthsAgoPossibly", age.months_possibly)
    to.say(node, "daysAgoSurely", age.days_surely)
    to.say(node, "daysAgoPossibly", age.days_possibly)


def _say_change(to: Facts, observable: str, change: _Change) -> None:
    """A change, and in percent of the first value where that is above zero: of nothing, nothing has a share."""
    start, end = change.start, change.end
    assert start.number is not None and end.number is not None
    rise = end.number - start.number
    low, high = -_ANY, _ANY
    if start.number > 0:
        low = max(-_ANY, min(_ANY, divided(rise * 100, start.number)))
        high = min(_ANY, max(-_ANY, -divided(-rise * 100, start.number)))
    node = to.part("change")
    to.say(node, "observable", observable)
    to.say(node, "between", start.node.value)
    to.say(node, "between", end.node.value)
    to.say(node, "inOrder", truth(True if _later(end, start) else None))
    to.say(node, "superseded", change.superseded)
    to.say(node, "fromBaseline", truth(change.baseline))
    to.say(node, "fromLastBefore", truth(change.last_before))
    to.say(node, "adjoining", change.adjoining)
    to.say(node, "changeSurely", rise)
    to.say(node, "changePossibly", rise)
    to.say(node, "percentChangeSurely", low)
    to.say(node, "percentChangePossibly", high)
    _say_when(to, node, end.when)


def _say_others(to: Facts, observable: str, changes: Sequence[_Change]) -> None:
    """One change that may be anything, for those of many that are not told one by one."""
    node = to.part("change")
    to.say(node, "observable", observable)
    to.say(node, "between", changes[0].start.node.value)
    to.say(node, "between", changes[0].end.node.value)
    for name in ("inOrder", "fromBaseline", "fromLastBefore"):
        to.say(node, name, truth(None))
    to.say(node, "superseded", all(change.superseded for change in changes))
    to.say(node, "adjoining", any(change.adjoining for change in changes))
    to.say(node, "changeSurely", -_ANY_VALUE)
    to.say(node, "changePossibly", _ANY_VALUE)
    to.say(node, "percentChangeSurely", -_ANY)
    to.say(node, "percentChangePossibly", _ANY)
    _say_when(to, node, None)
