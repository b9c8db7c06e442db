"""A row of a relation as the triples that lead to it, and the two readings of what is asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from . import nodes as n


class Reading(Enum):
    """The two readings of a meaning, named as the constraint components are."""

    ESTABLISHED = "Established"
    POSSIBLE = "Possible"

    @property
    def other(self) -> Reading:
        """The reading that ``not`` needs."""
        return POSSIBLY if self is SURELY else SURELY


SURELY, POSSIBLY = Reading.ESTABLISHED, Reading.POSSIBLE
_CONTRARY = {">=": "<", ">": "<=", "<=": ">", "<": ">="}


@dataclass
class Row:
    """The row that conditions are asked of; one without a relation is the chart.

    Attributes:
        number: of its quantifier; empty for the first.
        member: the variable of the member of a set that is in question.
        known: the variables of what is known outside, by the property that led there.
        fields: the variables of the fields that conditions ask for, by property.
        units: the variables of the factors to the base unit, by the parameter that names the unit.
        unitless: the units that are meant where a parameter names none; empty where none is.
    """

    relation: n.Relation | None = None
    number: str = ""
    member: str = ""
    known: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    unitless: dict[str, str] = field(default_factory=dict)

    @property
    def variable(self) -> str:
        """The variable of the row; of a bare one, of its value."""
        assert self.relation is not None
        return f"?{self.relation.name}{self.number}"

    def of(self, name: str) -> str:
        """The variable of a field, by its property."""
        assert self.relation is not None
        return self.variable if self.relation.bare else self.fields.setdefault(name, f"?{name}{self.number}")

    def pattern(self, reading: Reading) -> list[str]:
        """The triples that lead from the case to the row, its fields, and the units of what they are compared to."""
        relation = self.relation
        assert relation is not None
        link = relation.possible if reading is POSSIBLY and relation.possible else relation.name
        lines = [f"$this pg:{link} {self.variable} ."]
        if relation.through:
            between = f"?{relation.through}{self.number}"
            lines = [f"$this pg:{relation.through} {between} . {between} pg:{link} {self.variable} ."]
        if self.fields:
            lines += _listed(self.variable, [f"pg:{name} {variable}" for name, variable in self.fields.items()])
        for unit, factor in self.units.items():
            if otherwise := self.unitless[unit]:
                named = f"?base{unit[0].upper()}{unit[1:]}{self.number}"  # told apart from the parameter
                lines += [f"{named} pg:toBase {factor} .", f"FILTER ({named} = COALESCE(${unit}, <{otherwise}>))"]
            else:
                lines.append(f"${unit} pg:toBase {factor} .")
        return lines


def _listed(subject: str, pairs: Sequence[str]) -> list[str]:
    """Predicates and objects of one subject, in lines that can be read."""
    lines, line = [], subject
    for number, pair in enumerate(pairs, start=1):
        line += f" {pair} {';' if number < len(pairs) else '.'}"
        if number == len(pairs) or len(line) + len(pairs[number]) > 100:
            lines.append(line)
            line = " "
    return lines
