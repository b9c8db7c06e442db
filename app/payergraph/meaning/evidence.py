"""Which facts of a chart speak for a meaning, could, or speak against it: SELECT texts, made of its quantifiers.

The patterns are those of the validators (``sparql``), so what is shown is what decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from . import nodes as n
from .expressions import filters, indented
from .relations import ATTESTATIONS
from .rows import Reading, Row
from .sparql import Writer, counted_as


class Effect(Enum):
    """What a recorded fact does for a criterion."""

    FOR = "for"
    """It is what is asked, or one of it."""
    COULD = "could"
    """It could be, with what is not recorded of it."""
    AGAINST = "against"
    """It is about what is asked, and falls short."""


@dataclass(frozen=True)
class Counts:
    """What is counted, by the names of parameters.

    Attributes:
        of: the set whose members count; empty where the rows themselves do.
        at_least: how many; one where it is absent.
        every: what asks for all of them instead; empty where nothing does.
        by: what chooses what is counted; empty where nothing does.
    """

    of: str
    at_least: str
    every: str = ""
    by: str = ""


@dataclass(frozen=True)
class Witness:
    """What the rows of one quantifier do.

    Attributes:
        relation: whose rows these are.
        selects: for each effect a query for the rows that have it, unless an earlier one has found them; each finds
            ``?fact``, the row or the value of a bare one, and ``?of``, what it counts for: the member of a set, or an
            ingredient. ``$this`` and parameters stand there as in a validator.
        given: the parameters that bring it in.
        complete: what it does for the criterion that no row is missing; None where that is not asked.
        decisive: whether a row that is found decides without that.
        counts: what is counted, where something is.
    """

    relation: n.Relation
    selects: tuple[tuple[Effect, str], ...]
    given: tuple[str, ...] = ()
    complete: Effect | None = None
    decisive: bool = False
    counts: Counts | None = None


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
    """What a quantifier stands in.

    Attributes:
        booleans: as in ``sparql.violation``.
        given: the parameters that bring it in.
        set: the set whose member is in question.
        each: the relation of bare values of which one is in question.
        counted: it itself, where it counts.
    """

    booleans: frozenset[str]
    given: tuple[str, ...] = ()
    chosen: tuple[n.Chosen, ...] = ()
    set: str = ""
    each: n.Relation | None = None
    counted: n.Counted | None = None


def _of(node: n.Node, around: _Around) -> Iterator[Witness]:  # noqa: C901, PLR0912 - a case a node
    match node:
        case n.All(parts) | n.Any(parts):
            for part in parts:
                yield from _of(part, around)
        case n.Not(part):
            for witness in _of(part, around):
                turned = tuple((_CONTRARY[effect], text) for effect, text in witness.selects)
                complete = witness.complete and _CONTRARY[witness.complete]
                yield replace(witness, selects=turned, complete=complete)
        case n.Given(parameter, part):
            yield from _of(part, replace(around, given=(*around.given, parameter)))
        case n.Chosen(part=part):
            yield from _of(part, replace(around, chosen=(*around.chosen, node)))
        case n.Conceivable(meaning):
            yield from _of(meaning, around)
        case n.Declared(by, meaning):
            yield from _of(meaning, around)
            yield _attested(by.iri if isinstance(by, n.Fixed) else by, around)
        case n.Each(of, meaning):
            yield from _of(meaning, replace(around, set=of))
        case n.Several(of, meaning, at_least):
            for witness in _of(meaning, replace(around, set=of)):
                yield replace(witness, counts=Counts(of, at_least))
        case n.CountedRows(relation, where, at_least, or_else):
            rows = _three(relation, where, _keys(where), around)
            yield replace(rows, counts=Counts("", at_least))
            yield from _of(or_else, around)
        case n.Attested(of):
            yield _attested(of, around)
        case n.EachOf(relation, meaning):
            yield from _of(meaning, replace(around, each=relation))
        case n.Nonempty() | n.Unsettled():
            pass  # whether anything was asked; nothing
        case _:
            yield _rows(node, around)


def _rows(node: n.Node, around: _Around) -> Witness:
    match node:
        case n.Some(relation, where, closed_by):
            # Whatever is there is about it, where any row of a relation closes it.
            about = () if isinstance(closed_by, n.Relation) else _keys(where)
            return replace(_three(relation, where, about, around), decisive=closed_by is not None)
        case n.Present(relation, where):
            # A row of one member says nothing of the others.
            return replace(_three(relation, where, _keys(where), around), decisive=not around.set)
        case n.Recorded(relation, where, so):
            whole = (*where, *((n.CURRENT, so) if so else ()))
            return replace(_three(relation, whole, None, around), complete=None)
        case n.Latest(relation, _, so, where):
            found = _three(relation, (*node.candidates, so, *where), node.candidates, around)
            return replace(found, decisive=True)
        case n.Stated(relation, where):
            falls_short = (n.Not(n.All(where)),)
            selects = (
                (Effect.FOR, _pattern(relation, where, Reading.ESTABLISHED, around)),
                (Effect.AGAINST, _pattern(relation, falls_short, Reading.ESTABLISHED, around)),
                (Effect.COULD, _pattern(relation, where, Reading.POSSIBLE, around)),
            )
            return Witness(relation, selects, around.given)
        case n.Counted(relation, of, where, at_least, every, by):
            counted = _three(relation, (of, *where), (of,), replace(around, counted=node))
            return replace(counted, counts=Counts(of.of, at_least, every, by[0]))
    raise TypeError(f"{type(node).__name__} has no rows")


def _keys(where: tuple[n.Node, ...]) -> tuple[n.Node, ...]:
    """The conditions that say what a row is about; a flag says what is so of it."""
    keys = (condition for condition in where if isinstance(condition, _KEYS))
    return tuple(key for key in keys if not isinstance(key.field, n.Flag))


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
    return Witness(relation, tuple(found), around.given, complete=Effect.AGAINST if relation.complete else None)


def _pattern(relation: n.Relation, where: tuple[n.Node, ...], reading: Reading, around: _Around) -> str:
    writer = Writer(around.booleans)
    outside = Row(around.each, member="?member" if around.counted else "?of")
    member = [f"${around.set} pg:member ?of ."] if around.set else []
    if around.each:
        outside = writer.row(around.each, outside)
        outside.known[around.each.name] = outside.variable
        member = outside.pattern(reading)
    chosen = [line for one in around.chosen for line in filters(writer.is_chosen(one))]
    row = writer.row(relation, outside)
    lines = writer.where(where, reading, row)
    of: list[str] = []
    if around.counted:
        led, counts = counted_as(around.counted, reading, row)
        of = [*led, f"BIND ({counts} AS ?of)", "FILTER (BOUND(?of))"]
    fact = f"{row.variable} pg:{relation.rows} ?fact ." if relation.rows else f"BIND ({row.variable} AS ?fact)"
    return _text((*chosen, *member, *row.pattern(reading), *lines, *of, fact))


def _attested(by: str, around: _Around) -> Witness:
    if ":" in by:
        lines = (f"BIND (<{by}> AS ?fact)", "$this pg:attests ?fact .")
    else:
        lines = ("$this pg:attests ?fact .", f"FILTER (?fact = COALESCE(${by}, pg:No))")
    return Witness(ATTESTATIONS, ((Effect.FOR, _text(lines)),), around.given)


def _text(lines: tuple[str, ...]) -> str:
    return "\n".join(["SELECT DISTINCT $this ?fact ?of WHERE {", *indented(lines), "}"])
