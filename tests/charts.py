"""Formulas of ``payergraph.order`` on a chart that is read from a case, in plain Python: a second reading beside z3."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from payergraph import terms
from payergraph.meaning import nodes as n
from payergraph.meaning import relations as r
from payergraph.order import formula as f
from payergraph.order.background import Background
from payergraph.order.domains import DoseNumber

_SIGNS = {
    ">=": Decimal.__ge__,
    ">": Decimal.__gt__,
    "<=": Decimal.__le__,
    "<": Decimal.__lt__,
}


#: What says of a row that it names all that there is in a field.
_CLOSED_BY = {r.STATUSES: r.STATUSES_COMPLETE, r.METHODS: r.METHODS_COMPLETE, r.CONFIRMER: r.CONFIRMER_KNOWN}


class Incomplete(Exception):  # noqa: N818 - no fault
    """The chart leaves open what is asked of it."""


class Chart:
    """The triples of a case."""

    def __init__(self, case: str, triples: Iterable[ox.Triple], background: Background) -> None:
        self._case, self.background = case, background
        self._facts: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
        for triple in triples:
            name = triple.predicate.value.removeprefix(terms.PG)
            self._facts[triple.subject.value, name].append(triple.object)

    def rows(self, relation: n.Relation) -> Iterator[Row]:
        """The rows of a relation."""
        for start in self._facts[self._case, relation.through] if relation.through else [ox.NamedNode(self._case)]:
            for node in self._facts[start.value, relation.name]:
                yield Row(self, relation, node)

    def values(self, node: str, name: str) -> list[Any]:
        """What is said of a thing."""
        return self._facts[node, name]

    def holds(self, formula: f.Formula, row: Row | None = None) -> bool:
        """Whether a formula holds of the chart, or of a row.

        Raises:
            Incomplete: the chart leaves it open.
        """
        match formula:
            case f.And(parts):
                return self._fold(parts, row, False)
            case f.Or(parts):
                return self._fold(parts, row, True)
            case f.Not(part):
                return not self.holds(part, row)
            case f.AtLeast(least, parts):
                return sum(self.holds(part, row) for part in parts) >= least
            case f.Exists(relation, where):
                return any(self.holds(where, one) for one in self.rows(relation))
            case f.Rows(least, relation, where, by):
                fits = [one for one in self.rows(relation) if self.holds(where, one)]
                return len({one.by(by) for one in fits} if by else fits) >= least
            case f.Beside():
                raise Incomplete
        assert row is not None
        return row.holds(formula)

    def _fold(self, parts: Iterable[f.Formula], row: Row | None, deciding: bool) -> bool:
        """Whether one part is as decides, or all are not; what is open matters where none decides."""
        is_open = False
        for part in parts:
            try:
                if self.holds(part, row) is deciding:
                    return deciding
            except Incomplete:
                is_open = True
        if is_open:
            raise Incomplete
        return not deciding


class Row:
    """A row of a relation."""

    def __init__(self, chart: Chart, relation: n.Relation, node: Any) -> None:
        self._chart, self._relation, self._node = chart, relation, node

    def _values(self, name: str) -> list[Any]:
        return [self._node] if self._relation.bare else self._chart.values(self._node.value, name)

    def _says(self, flag: n.Flag) -> bool:
        return any(value.value == "true" for value in self._values(flag.name))

    def by(self, field: n.Field) -> Any:
        """What rows are counted by."""
        if field == r.TRIAL_LINE:
            first, last = (self._number(name) for name in r.TRIAL_LINE.ends)
            if first != last:
                raise Incomplete
            return first
        assert field == r.INGREDIENT
        return self._chart.background.ingredient(self._values("product")[0].value)

    def holds(self, atom: f.Formula) -> bool:
        """Whether what is asked of the row holds."""
        match atom:
            case f.Is(field, concepts):
                found = [value.value for value in self._values(field.name)]
                if self._values("mixed") and self._values("mixed")[0].value == "true":
                    raise Incomplete
                if field == r.TAKEN_FOR and not found:
                    raise Incomplete
                if any(value in concepts.sure for value in found):
                    return True
                if field == r.MANNER:
                    raise Incomplete
                if any(value in concepts.open or terms.local(value).startswith("Unknown") for value in found):
                    raise Incomplete
                if field in _CLOSED_BY and not self._says(_CLOSED_BY[field]):
                    raise Incomplete
                return False
            case f.Yes(field):
                value = next(iter(self._values(field.name)), None)
                if value is None or value == ox.NamedNode(terms.PG + "Maybe"):
                    raise Incomplete
                return value.value in ("true", terms.PG + "Yes")
            case f.Compared():
                return self._compared(atom)
        raise TypeError(atom)

    def _dosed(self, atom: f.Compared, field: DoseNumber) -> bool:
        """Whether one of the facts of the dose, in the unit and the form that are asked, stands so."""
        kind = {"dose.loading": "LoadingDose", "quantity": "DispensedQuantity"}
        wanted = {
            "inUnit": field.unit,
            "doseForm": terms.PG + {"single": "SingleDose", "day": "DoseByDay", "month": "DoseByMonth"}[field.form],
            "doseBasis": terms.PG + field.basis,
            "doseKind": terms.PG + kind.get(field.reads.removesuffix(".value"), "MaintenanceDose"),
        }
        for fact in self._values("doseFact"):
            told = {name: self._chart.values(fact.value, name)[0].value for name in wanted}
            if told == wanted:
                return self._rate(fact.value, atom)
        raise Incomplete

    def _rate(self, fact: str, atom: f.Compared) -> bool:
        low, high, over, most = (
            Decimal(self._chart.values(fact, name)[0].value)
            for name in ("amountSurely", "amountPossibly", "overPossibly", "overSurely")
        )
        if low != high or over != most:
            raise Incomplete
        return _SIGNS[atom.sign](low * atom.times, atom.bound * over)

    def _compared(self, atom: f.Compared) -> bool:
        if isinstance(atom.field, DoseNumber):
            return self._dosed(atom, atom.field)
        ends = [self._number(name) for name in atom.field.ends]
        per = self._number(atom.per.name) if atom.per else Decimal(1)
        found = {_SIGNS[atom.sign](end * atom.times, atom.bound * per) for end in ends}
        if len(found) > 1:
            raise Incomplete
        return found.pop()

    def _number(self, name: str) -> Decimal:
        values = self._values(name)
        if not values:
            raise Incomplete
        return Decimal(values[0].value)
