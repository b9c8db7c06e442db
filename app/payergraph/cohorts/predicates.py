"""What is asked of the columns of a table: small expressions that are told apart, folded and written in Ibis.

A predicate is true or false, never null: what a null is, each says itself. ``True`` and ``False`` stand for what every
row fulfils, and none.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

_SIGNS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt, "==": operator.eq}


@dataclass(frozen=True)
class OneOf:
    """The code in a column is one of some; ``null``: no code is, too."""

    column: str
    codes: frozenset[int]
    null: bool = False


@dataclass(frozen=True)
class Compared:
    """The number in a column stands in a relation to another; no number does not."""

    column: str
    sign: str
    bound: float


@dataclass(frozen=True)
class Yes:
    """A column holds true; nothing is no."""

    column: str


@dataclass(frozen=True)
class There:
    """A column holds something."""

    column: str


@dataclass(frozen=True)
class SameNumber:
    """Two columns hold the same number."""

    first: str
    second: str


@dataclass(frozen=True)
class Enough:
    """So many of some parts are true, each number that stands in a column counted with them."""

    least: int
    parts: tuple[Predicate, ...]
    counts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Both:
    """All parts are true."""

    parts: frozenset[Predicate]


@dataclass(frozen=True)
class Either:
    """A part is true."""

    parts: frozenset[Predicate]


@dataclass(frozen=True)
class Contrary:
    """The part is false."""

    part: Predicate


Predicate: TypeAlias = "bool | OneOf | Compared | Yes | There | SameNumber | Enough | Both | Either | Contrary"


def both(parts: Iterable[Predicate]) -> Predicate:
    """All of them."""
    return _joined(parts, Both, True)


def either(parts: Iterable[Predicate]) -> Predicate:
    """One of them."""
    return _joined(parts, Either, False)


def _joined(parts: Iterable[Predicate], kind: type[Both | Either], neutral: bool) -> Predicate:
    found: set[Predicate] = set()
    for part in parts:
        if part is (not neutral):
            return not neutral
        if part is not neutral:
            found |= part.parts if isinstance(part, Both | Either) and type(part) is kind else {part}
    if any(contrary(part) in found for part in found):
        return not neutral
    return next(iter(found)) if len(found) == 1 else kind(frozenset(found)) if found else neutral


def contrary(part: Predicate) -> Predicate:
    """What is true where it is false."""
    if isinstance(part, bool):
        return not part
    return part.part if isinstance(part, Contrary) else Contrary(part)


def enough(least: int, parts: Iterable[Predicate], counts: Iterable[str] = ()) -> Predicate:
    """So many of them."""
    parts, counts = tuple(parts), tuple(counts)
    least -= sum(part is True for part in parts)
    parts = tuple(part for part in parts if not isinstance(part, bool))
    if least <= 0:
        return True
    if not counts and least > len(parts):
        return False
    if not counts and least == len(parts):
        return both(parts)
    return either(parts) if not counts and least == 1 else Enough(least, parts, counts)


@dataclass(frozen=True)
class Mark:
    """Where it stands of a code whether it is one of some: a bit of a number in a column beside it."""

    column: str
    bit: int


#: Lists of codes that stand as marks, each with its place.
Marks: TypeAlias = "Mapping[OneOf, Mark]"


def in_ibis(predicate: Predicate, table: Any, marks: Marks) -> Any:
    """The predicate as a boolean Ibis expression over the columns of a table, or a Python truth value."""
    match predicate:
        case bool():
            return predicate
        case OneOf(_, _, null) if (mark := marks.get(predicate)) is not None:
            return ((table[mark.column] & mark.bit) != 0).fill_null(null)
        case OneOf(column, codes, null):
            return table[column].isin(sorted(codes)).fill_null(null)
        case Compared(column, sign, bound):
            return _sure(_SIGNS[sign](table[column], bound))
        case Yes(column):
            return _sure(table[column])
        case There(column):
            return table[column].notnull()
        case SameNumber(first, second):
            return _sure(table[first] == table[second])
        case Enough(least, parts, counts):
            one, *more = [
                *(in_ibis(part, table, marks).cast("int32") for part in parts),
                *(table[name].fill_null(0).cast("int32") for name in counts),
            ]
            for another in more:
                one = one + another
            return one >= least
        case Contrary(part):
            return ~in_ibis(part, table, marks)
    return _folded(predicate, table, marks)


def _folded(predicate: Both | Either, table: Any, marks: Marks) -> Any:
    fold = operator.and_ if isinstance(predicate, Both) else operator.or_
    # A set has no order, and the text of a query should have one.
    first, *rest = (in_ibis(part, table, marks) for part in sorted(predicate.parts, key=repr))
    for part in rest:
        first = fold(first, part)
    return first


def _sure(found: Any) -> Any:
    return found.fill_null(False)


def lists(predicate: Predicate) -> Iterator[OneOf]:
    """The lists of codes of which it asks."""
    match predicate:
        case OneOf():
            yield predicate
        case Enough(parts=parts) | Both(parts) | Either(parts):
            for part in parts:
                yield from lists(part)
        case Contrary(part):
            yield from lists(part)
