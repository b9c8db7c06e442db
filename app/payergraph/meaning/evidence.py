"""Which rows of a chart speak for a meaning, could, or speak against it: SELECT texts, made of its quantifiers.

The patterns are those of the validators (``sparql``), so what is shown is what decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from . import nodes as n
from .expressions import filters, indented
from .sparql import Reading, Row, Writer


class Effect(Enum):
    """What a row does for a criterion."""

    FOR = "for"
    """It is what is asked, or one of it."""
    COULD = "could"
    """It could be, with what is not recorded of it."""
    AGAINST = "against"
    """It is about what is asked, and falls short."""


@dataclass(frozen=True)
class Witness:
    """What the rows of one quantifier do.

    Attributes:
        selects: for each effect a query for the rows that have it, unless an earlier one has found them; each finds
            ``?row``, the row or the value of a bare one, and ``?of``, the member of a set that it is a row of;
            ``$this`` and parameters stand there as in a validator.
        counts: whether the members that have such rows are counted.
    """

    selects: tuple[tuple[Effect, str], ...]
    counts: bool = False


_CONTRARY = {Effect.FOR: Effect.AGAINST, Effect.AGAINST: Effect.FOR, Effect.COULD: Effect.COULD}
_KEYS = (n.In, n.OfMember, n.Under, n.Same)


def witnesses(meaning: n.Node, booleans: frozenset[str]) -> tuple[Witness, ...]:
    """The queries for the rows that decide a meaning.

    Args:
        booleans: as in ``sparql.violation``.
    """
    return tuple(dict.fromkeys(_of(meaning, _Around(booleans))))


@dataclass(frozen=True)
class _Around:
    """What a quantifier stands in: the parameters that bring it in, and the set whose member is in question."""

    booleans: frozenset[str]
    given: tuple[str, ...] = ()
    chosen: tuple[n.Chosen, ...] = ()
    set: str = ""


def _of(node: n.Node, around: _Around) -> Iterator[Witness]:
    match node:
        case n.All(parts) | n.Any(parts):
            for part in parts:
                yield from _of(part, around)
        case n.Not(part):
            for witness in _of(part, around):
                yield replace(witness, selects=tuple((_CONTRARY[effect], text) for effect, text in witness.selects))
        case n.Given(parameter, part):
            yield from _of(part, replace(around, given=(*around.given, parameter)))
        case n.Chosen(part=part):
            yield from _of(part, replace(around, chosen=(*around.chosen, node)))
        case n.Conceivable(meaning):
            yield from _of(meaning, around)
        case n.Declared(by, meaning):
            yield from _of(meaning, around)
            yield _attested(by.iri if isinstance(by, n.Fixed) else by)
        case n.Each(of, meaning):
            yield from _of(meaning, replace(around, set=of))
        case n.Several(of, meaning):
            for witness in _of(meaning, replace(around, set=of)):
                yield replace(witness, counts=True)
        case n.Attested(of):
            yield _attested(of)
        case n.EachOf() | n.Nonempty() | n.Unsettled():
            pass  # whether one entry of a case rules out another; whether anything was asked; nothing
        case _:
            yield _rows(node, around)


def _rows(node: n.Node, around: _Around) -> Witness:
    match node:
        case n.Some(relation, where, closed_by):
            if isinstance(closed_by, n.Relation):  # whatever is there is about it
                return _three(relation, where, (), around)
            return _three(relation, where, _keys(where), around)
        case n.Present(relation, where):
            return _three(relation, where, _keys(where), around)
        case n.Recorded(relation, where, so):
            whole = (*where, *((n.CURRENT, so) if so else ()))
            return _three(relation, whole, None, around)
        case n.Latest(relation, _, so, where):
            return _three(relation, (*node.candidates, so, *where), node.candidates, around)
        case n.Stated(relation, where):
            against = (n.Not(n.All(where)),)
            return Witness(
                (
                    (Effect.FOR, _pattern(relation, where, Reading.ESTABLISHED, around)),
                    (Effect.AGAINST, _pattern(relation, against, Reading.ESTABLISHED, around)),
                )
            )
        case n.Counted(relation, of, where):
            counted = _three(relation, (of, *where), (of,), around)
            return replace(counted, counts=True)
    raise TypeError(f"{type(node).__name__} has no rows")


def _keys(where: tuple[n.Node, ...]) -> tuple[n.Node, ...]:
    """The conditions that say what a row is about."""
    return tuple(condition for condition in where if isinstance(condition, _KEYS))


def _three(
    relation: n.Relation, where: tuple[n.Node, ...], about: tuple[n.Node, ...] | None, around: _Around
) -> Witness:
    """The rows that surely fulfil the conditions, possibly do, or are about the same thing alone."""
    found = [
        (Effect.FOR, _pattern(relation, where, Reading.ESTABLISHED, around)),
        (Effect.COULD, _pattern(relation, where, Reading.POSSIBLE, around)),
    ]
    if about is not None:
        found.append((Effect.AGAINST, _pattern(relation, about, Reading.POSSIBLE, around)))
    return Witness(tuple(found))


def _pattern(relation: n.Relation, where: tuple[n.Node, ...], reading: Reading, around: _Around) -> str:
    writer = Writer(around.booleans)
    row = writer.row(relation, Row(member="?of"))
    lines = writer.where(where, reading, row)
    member = [f"${around.set} pg:member ?of ."] if around.set else []
    given = [line for name in around.given for line in filters(writer.is_given(name))]
    given += [line for one in around.chosen for line in filters(writer.is_chosen(one))]
    last = f"{row.variable} pg:{relation.rows} ?row ." if relation.rows else f"BIND ({row.variable} AS ?row)"
    return _text((*given, *member, *row.pattern(reading), *lines, last))


def _attested(by: str) -> Witness:
    if ":" in by:
        lines = (f"BIND (<{by}> AS ?row)", "$this pg:attests ?row .")
    else:
        lines = ("$this pg:attests ?row .", f"FILTER (?row = COALESCE(${by}, pg:No))")
    return Witness(((Effect.FOR, _text(lines)),))


def _text(lines: tuple[str, ...]) -> str:
    return "\n".join(["SELECT DISTINCT $this ?row ?of WHERE {", *indented(lines), "}"])
