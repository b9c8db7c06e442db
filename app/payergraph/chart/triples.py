"""The triples of a case in the making."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import ROUND_FLOOR, Context, Decimal
from typing import TypeAlias

import pyoxigraph as ox

from .. import terms
from ..store.names import Names
from ..terms import pg
from ..wording import numeral
from .dates import UNBOUNDED, Age, Span
from .doses import Basis, Form, Rate
from .record import ChartEntry
from .rows import begun, rows, unlisted_line
from .unheard import complete

Value: TypeAlias = str | bool | int | Decimal

# A pyoxigraph decimal has 18 digits after the point. Rounding down can never lift a value over a bound.
_PRECISE = Context(prec=40, rounding=ROUND_FLOOR)
_SMALLEST = Decimal("1e-18")


class Facts:
    """The triples of one case in the making, and what several parts of it need to know of the whole."""

    def __init__(self, case: ox.NamedNode, drug: str, entry: ChartEntry, names: Names) -> None:
        request = entry.one("requestDate", date)
        assert request is not None
        self.case, self.drug, self.entry, self.names, self.request = case, drug, entry, names, request
        therapies = entry.many("therapies", ChartEntry)
        self.rows = rows(therapies, request, names)
        if entry.one("therapiesComplete", bool):
            unlisted_line(therapies)
        self.begun = begun(self.rows, drug, complete=complete(entry, "therapies", names))
        self.triples: list[ox.Triple] = []
        self._parts: Counter[str] = Counter()
        self._doses: Counter[str] = Counter()

    def say(self, subject: ox.NamedNode, name: str, value: Value | None) -> None:
        """State a fact; what is not recorded is not stated. Text is an IRI or the name of a term."""
        if value is not None:
            self.triples.append(_triple(subject, name, value))

    def part(self, name: str) -> ox.NamedNode:
        """The node of the next part of this name, with the link that leads to it."""
        node = part(self.case, name, self._parts[name])
        self._parts[name] += 1
        self.say(self.case, name, node.value)
        return node

    def dated(self, node: ox.NamedNode, item: ChartEntry) -> None:
        """How long ago something was; without a date, anything."""
        self.aged(node, item.one("date", Span))

    def aged(self, node: ox.NamedNode, when: Span | None) -> None:
        """How long ago a day was, or one of several; without one, anything."""
        age = Age.of(when, self.request)
        self.say(node, "monthsAgoSurely", age.months_surely)
        self.say(node, "monthsAgoPossibly", age.months_possibly)
        self.say(node, "daysAgoSurely", age.days_surely)
        self.say(node, "daysAgoPossibly", age.days_possibly)

    def dosed(
        self, of: ox.NamedNode, unit: str, form: Form, basis: Basis, rate: Rate, kind: str = "MaintenanceDose"
    ) -> None:
        """State a dose or a quantity, in each unit into which its unit converts."""
        for one, factor in self.names.converting(unit).items():
            number = self._doses[of.value]
            self._doses[of.value] += 1
            node = ox.NamedNode(f"{of.value}/dose/{number}")
            self.say(of, "doseFact", node.value)
            self.say(node, "inUnit", one)
            self.say(node, "doseForm", form.value)
            self.say(node, "doseBasis", basis.value)
            self.say(node, "doseKind", kind)
            self.say(node, "amountSurely", rate.amount[0])
            self.say(node, "amountPossibly", rate.amount[1])
            self.say(node, "overSurely", rate.over[1] * factor)
            self.say(node, "overPossibly", rate.over[0] * factor)

    def days_ago(self, day: date) -> int:
        """The days from a day to the request."""
        return min((self.request - day).days, UNBOUNDED)


def part(case: ox.NamedNode, name: str, number: int) -> ox.NamedNode:
    """The node of a part, the parts of a name counted from 0."""
    return ox.NamedNode(f"{case.value}/{name}/{number}")


def _triple(subject: ox.NamedNode, name: str, value: Value) -> ox.Triple:
    """One fact; text is an IRI or the name of a term."""
    term: ox.NamedNode | ox.Literal
    if isinstance(value, str):
        term = ox.NamedNode(value) if ":" in value else pg(value)
    elif isinstance(value, Decimal):
        term = ox.Literal(numeral(value), datatype=ox.NamedNode(terms.XSD + "decimal"))
    else:
        term = ox.Literal(value)
    return ox.Triple(subject, pg(name), term)


def truth(value: bool | None) -> str:
    """A yes or no as a term; None is open."""
    return "Maybe" if value is None else "Yes" if value else "No"


def divided(number: Decimal, by: Decimal) -> Decimal:
    """A quotient, rounded down to what a decimal of the graph holds."""
    return _PRECISE.divide(number, by).quantize(_SMALLEST, context=_PRECISE)
