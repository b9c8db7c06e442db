"""A model of a chart as a case that a person may read, check and change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import z3

from ..chart.fields import FIELDS
from ..meaning import relations as r
from ..wording import numeral
from .calendar import moved, request_day
from .domains import DAYS_AGO, FOR_USE, DoseNumber, field_of_case, path_of
from .smt import Chart, Row, Therapy

#: Fields of rows that a case does not say, for they follow from others.
_FOLLOW = (r.TAKEN, r.ONGOING, FOR_USE)
#: A limit of normal where only multiples of it matter.
_LIMIT = Decimal(10)


class Writer:
    """Writes one model.

    Args:
        elsewhere: a condition that is not the use, for what was given for another disease.
    """

    def __init__(self, chart: Chart, model: z3.ModelRef, elsewhere: str) -> None:
        self._chart, self._model, self._elsewhere = chart, model, elsewhere
        self._names = chart.background.names
        self.request = request_day((months, self._int(days)) for months, days in chart.back.items())

    def case(self, request: str) -> dict[str, Any]:
        """The case in the words of the format; every list is said to be complete."""
        drug = self._names.slug(self._chart.drug)
        found: dict[str, Any] = {"drug": drug, "indication": "", "request": request}
        found["requestDate"] = self.request.isoformat()
        for product, asked_for in self._chart.products.items():
            if self._true(asked_for):
                found["product"] = self._names.slug(product)
        for row in self._chart.there(self._model):
            for path, value in self._said(row):
                _put(found, row.name, path, value)
        lists = {key: [*value.values()] if isinstance(value, dict) else value for key, value in found.items()}
        lists = {key: _entry(key, value) for key, value in lists.items()}
        return lists | {field.key: True for field in FIELDS if field.key.endswith("Complete")}

    def _said(self, row: Row) -> Iterator[tuple[str, Any]]:
        planned = isinstance(row, Therapy) and self._true(row.flag(r.PLANNED))
        for path, values in row.values.items():
            if not (planned and path == path_of(r.OUTCOME)):
                yield from ((path, self._word(path, value)) for value, is_it in values.items() if self._true(is_it))
        for field, holds in row.flags.items():
            if field not in _FOLLOW and field_of_case(path_of(field)) is not None:
                yield path_of(field), self._true(holds)
        if isinstance(row, Therapy):
            yield from self._taken(row)
        else:
            yield from self._numbers(row)

    def _word(self, path: str, value: str) -> str:
        field = field_of_case(path)
        assert field is not None
        words = {term: word for word, term in field.choices.items()}
        return words.get(value) or self._names.slug(value)

    # --- numbers ---------------------------------------------------------------------------------------

    def _numbers(self, row: Row) -> Iterator[tuple[str, Any]]:
        for field, variable in row.numbers.items():
            if field == DAYS_AGO:
                yield self._dated(row), self._day(variable).isoformat()
            elif isinstance(field, DoseNumber):
                yield from self._dose(field, variable, row.periods.get(field, 1))
            elif field not in _OF_A_UNIT:
                yield path_of(field), self._number(variable)
        if any(field in row.numbers for field in _OF_A_UNIT):
            yield from self._measured(row)

    def _dose(self, field: DoseNumber, variable: z3.ArithRef, period: int) -> Iterator[tuple[str, Any]]:
        """A dose or a quantity, over a period for which one is asked."""
        head = path_of(field).removesuffix(".value")
        yield f"{head}.value", _plain(self._decimal(variable) * period)
        yield f"{head}.unit", self._names.slug(field.unit)
        if field.form == "day":
            yield f"{head}.perDays", period
        elif field.form == "month":
            yield f"{head}.per", "month"
        if field.basis != "WholePatient":
            yield f"{head}.{'perKg' if field.basis == 'PerKilogram' else 'perM2'}", True

    def _measured(self, row: Row) -> Iterator[tuple[str, Any]]:
        """A result with its unit and its limits."""
        numbers = {field: self._decimal(variable) for field, variable in row.numbers.items() if field in _OF_A_UNIT}
        head = path_of(next(iter(numbers))).split(".")[0]
        of = "labs.test" if head == "labs" else "measurements.of"
        [observable] = [value for value, is_it in row.values[of].items() if self._true(is_it)]
        unit = next(iter(self._names.usual_units(observable)), "")
        factor = self._names.to_base(unit) or Decimal(1) if unit else Decimal(1)
        result = next((value / factor for one, value in numbers.items() if one in _RESULTS), None)
        limits = {one: value for one, value in numbers.items() if one not in _RESULTS}
        if result is None:
            result = max(limits.values()) * _LIMIT
        yield f"{head}.value", _plain(result)
        if unit:
            yield f"{head}.unit", self._names.slug(unit)
        for one, times in limits.items():
            if times > 0 and result > 0:
                yield f"{head}.{'lowerLimit' if one == r.TIMES_LOWER_LIMIT else 'upperLimit'}", _plain(result / times)

    def _dated(self, row: Row) -> str:
        """Where the day of a row stands."""
        if row.list == r.DIAGNOSES.name:
            return "diagnoses.since"
        head = next(iter(row.values)).split(".")[0]
        return f"{head}.{'to' if head == 'coverage' else 'date'}"

    def _taken(self, row: Therapy) -> Iterator[tuple[str, Any]]:
        """When a therapy was taken, and for what."""
        if self._true(row.flag(r.TAKEN)):
            start, end = self._span(row)
            yield "therapies.start", start.isoformat()
            if not self._true(row.flag(r.ONGOING)):
                yield "therapies.end", end.isoformat()
        if not self._true(row.for_use) and path_of(r.TAKEN_FOR) not in row.values:
            yield "therapies.for", self._elsewhere
        for field, variable in row.numbers.items():
            if isinstance(field, DoseNumber):
                yield from self._dose(field, variable, row.periods.get(field, 1))
            elif field not in (DAYS_AGO, r.TRIAL_DAYS, r.TRIAL_MONTHS):
                yield path_of(field), self._number(variable)

    def _span(self, row: Therapy) -> tuple[date, date]:
        """Its first and its last day: of so many days, and so many completed months where these are asked for."""
        end = self._day(row.ended)
        start = end - timedelta(self._int(row.days))
        months = row.numbers.get(r.TRIAL_MONTHS)
        if months is not None and row.months_asked:
            wanted = self._int(months)
            reached = [one for one in row.months_asked if one <= wanted]
            missed = [one for one in row.months_asked if one > wanted]
            if reached and moved(start, max(reached)) > end:
                start = moved(end, -max(reached))
            if missed and moved(start, min(missed)) <= end:
                start += timedelta(1)
        return start, end

    # --- the model -------------------------------------------------------------------------------------

    def _true(self, of: z3.BoolRef) -> bool:
        return bool(z3.is_true(self._model.eval(of, model_completion=True)))

    def _int(self, of: z3.ArithRef) -> int:
        return int(self._model.eval(of, model_completion=True).as_long())

    def _decimal(self, of: z3.ArithRef) -> Decimal:
        value = self._model.eval(of, model_completion=True)
        if z3.is_int_value(value):
            return Decimal(value.as_long())
        fraction = (value if z3.is_rational_value(value) else value.approx(20)).as_fraction()
        return Decimal(fraction.numerator) / Decimal(fraction.denominator)

    def _number(self, of: z3.ArithRef) -> Any:
        return _plain(self._decimal(of))

    def _day(self, days_ago: z3.ArithRef) -> date:
        return self.request - timedelta(self._int(days_ago))


_RESULTS = (r.MEASURED,)
_OF_A_UNIT = (*_RESULTS, r.TIMES_UPPER_LIMIT, r.TIMES_LOWER_LIMIT)


def _plain(value: Decimal) -> int | str:
    """A number as a case has it."""
    return int(value) if value == value.to_integral_value() else numeral(round(value, 6))


def _put(case: dict[str, Any], row: str, path: str, value: Any) -> None:
    """Put a value where it belongs: into its row of a list, or beside the rows."""
    head, _, key = path.partition(".")
    field = field_of_case(path)
    many = field is not None and field.many
    if key:
        entry = case.setdefault(head, {}).setdefault(row, {})
        *inside, key = key.split(".")
        for one in inside:
            entry = entry.setdefault(one, {})
        if many:
            entry.setdefault(key, []).append(value)
        else:
            entry[key] = value
    elif many:
        case.setdefault(head, []).append(value)
    else:
        case[head] = value


def _entry(key: str, value: Any) -> Any:
    """A list of rows; of what a case has once, its one row, whose lists are joined."""
    field = field_of_case(key)
    if field is None or field.type != "entry" or field.many:
        return value
    joined: dict[str, Any] = {}
    for row in value:
        for inner, item in row.items():
            joined[inner] = [*joined.get(inner, []), *item] if isinstance(item, list) else item
    return joined
