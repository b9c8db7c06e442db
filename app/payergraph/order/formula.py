"""What is asked of a complete chart, with every parameter put in: formulas over the rows of its relations.

In a complete chart every list is whole and every field is recorded, so a criterion is met or it is not. A formula says
when; z3 (``smt``) and OWL (``owl``) each have their own way to write it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from ..meaning.nodes import Field, Number, Relation
from ..meaning.relations import MEASUREMENTS, PLACE


@dataclass(frozen=True)
class Concepts:
    """Concepts that a set covers.

    Attributes:
        sure: those that it covers.
        open: those of which it covers a part: a chart that names one of them is not complete.
    """

    sure: frozenset[str]
    open: frozenset[str] = frozenset()


# --- of a row --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Is:
    """The concept or the value of the row is one of some; of a field with several values, one of them is."""

    field: Field
    concepts: Concepts


@dataclass(frozen=True)
class Yes:
    """A flag or a truth holds."""

    field: Field


@dataclass(frozen=True)
class Compared:
    """A number stands in a relation to a bound: ``field * times <sign> bound * per``."""

    field: Number
    sign: str
    bound: Decimal
    times: Decimal = Decimal(1)
    per: Number | None = None


@dataclass(frozen=True)
class Beside:
    """While the therapy of the row was taken, another one was for which a condition holds."""

    other: Formula


# --- of the chart ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Exists:
    """There is a row for which a condition holds."""

    relation: Relation
    where: Formula


@dataclass(frozen=True)
class AtLeast:
    """At least so many of some parts hold."""

    least: int
    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Rows:
    """At least so many rows fulfil a condition; with ``by``, rows of so many ingredients or other things."""

    least: int
    relation: Relation
    where: Formula
    by: Field | None = None


# --- of both -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class And:
    """All parts hold."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Or:
    """One of the parts holds."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Not:
    """The part does not hold."""

    part: Formula


Formula: TypeAlias = "Is | Yes | Compared | Beside | Exists | AtLeast | Rows | And | Or | Not"
TRUE, FALSE = And(()), Or(())


_HOLDS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    ">=": Decimal.__ge__,
    ">": Decimal.__gt__,
    "<=": Decimal.__le__,
    "<": Decimal.__lt__,
}


def holds(left: Decimal, sign: str, right: Decimal) -> bool:
    """Whether a number stands so to another."""
    return _HOLDS[sign](left, right)


def both(parts: Iterable[Formula]) -> Formula:
    """All of them, without what decides nothing."""
    found = [part for part in dict.fromkeys(parts) if part != TRUE]
    return FALSE if FALSE in found else found[0] if len(found) == 1 else And(tuple(found))


def either(parts: Iterable[Formula]) -> Formula:
    """One of them, without what decides nothing."""
    found = [part for part in dict.fromkeys(parts) if part != FALSE]
    return TRUE if TRUE in found else found[0] if len(found) == 1 else Or(tuple(found))


def contrary(part: Formula) -> Formula:
    """What holds where the part does not."""
    match part:
        case Not(inner):
            return inner
        case And(parts):
            return either(map(contrary, parts))
        case Or(parts):
            return both(map(contrary, parts))
    return Not(part)


def atoms(formula: Formula, relation: Relation | None = None) -> Iterator[tuple[Relation | None, Formula]]:
    """What a formula asks of rows, each with the relation of its row."""
    match formula:
        case And(parts) | Or(parts) | AtLeast(_, parts):
            for part in parts:
                yield from atoms(part, relation)
        case Not(part):
            yield from atoms(part, relation)
        case Exists(of, where) | Rows(_, of, where):
            yield of, formula
            yield from atoms(where, of)
        case Beside(other):
            yield relation, formula
            yield from atoms(other, relation)
        case _:
            yield relation, formula


def rows_needed(formula: Formula, holds: bool = True) -> Mapping[str, int]:
    """How many rows of each relation suffice to make a formula true, or false, in some chart, if any chart does.

    A formula asks that rows are there, or that none is: what makes it true stays so when all other rows are left out.
    """
    match formula:
        case Not(part):
            return rows_needed(part, not holds)
        case And(parts) | Or(parts):
            needed = [rows_needed(part, holds) for part in parts]
            return _sum(needed) if isinstance(formula, And) == holds else most(needed)
        case AtLeast(least, parts):
            times = least if holds else max(0, len(parts) - least + 1)
            each = most(rows_needed(part, holds) for part in parts)
            return Counter({name: number * times for name, number in each.items()})
        case Exists(relation, where):
            return Counter({relation.name: 1}) + Counter(_beside(where)) if holds else Counter()
        case Rows(least, relation, where):
            row = Counter({relation.name: 1}) + Counter(_beside(where))
            return Counter({name: number * least for name, number in row.items()}) if holds else Counter()
    return Counter()


def _beside(where: Formula) -> Counter[str]:
    """A therapy taken beside another is one more row; a value that is the third from the latest has two after it."""
    found = [atom for _, atom in atoms(where)]
    later = [
        int(one.bound) - 1 for one in found if isinstance(one, Compared) and one.field == PLACE and one.sign == ">="
    ]
    return Counter({"therapy": sum(isinstance(one, Beside) for one in found), MEASUREMENTS.name: max(later, default=0)})


def _sum(parts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return total


def most(parts: Iterable[Mapping[str, int]]) -> Counter[str]:
    """Of each relation, the most rows that one of some needs."""
    found: Counter[str] = Counter()
    for part in parts:
        found |= Counter(part)
    return found


def swapped(formula: Formula, swap: Callable[[Formula], Formula | None]) -> Formula:
    """A formula with others in the place of some of its parts, without what decides nothing then.

    Args:
        swap: what stands in the place of a part; None where it stays.
    """
    other = swap(formula)
    if other is not None:
        return other
    match formula:
        case And(parts):
            return both(swapped(part, swap) for part in parts)
        case Or(parts):
            return either(swapped(part, swap) for part in parts)
        case Not(part):
            return contrary(swapped(part, swap))
        case AtLeast(least, parts):
            return AtLeast(least, tuple(swapped(part, swap) for part in parts))
    return formula
