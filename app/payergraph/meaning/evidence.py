"""Which facts of a chart speak for a meaning, could, or speak against it: SELECT texts, made of its quantifiers.

The patterns are those of the validators (``sparql``), so what is shown is what decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from . import nodes as n
from .conditions import sides
from .expressions import indented
from .relations import ATTESTATIONS
from .rows import Reading, Row
from .sparql import Writer, counted_as, named_by


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
        chosen: the same of values of closed lists, as of a ``Read``.
        about: the parameter that names what the rows are about, where it says which list may be complete.
        complete: what it does for the criterion that no row is missing; None where that is not asked.
        decisive: whether a row that is found decides without that.
        counts: what is counted, where something is.
        short: a query for how far the rows are from the bounds that fit but for these: ``?short``, the sum of the
            distances, each as a share of its bound. Empty where nothing is bounded.
    """

    relation: n.Relation
    selects: tuple[tuple[Effect, str], ...]
    given: tuple[str, ...] = ()
    chosen: tuple[tuple[str, frozenset[str]], ...] = ()
    about: str = ""
    complete: Effect | None = None
    decisive: bool = False
    counts: Counts | None = None
    short: str = ""


_CONTRARY = {Effect.FOR: Effect.AGAINST, Effect.AGAINST: Effect.FOR, Effect.COULD: Effect.COULD}
_KEYS = (n.In, n.OfMember, n.Under, n.Within, n.Same)


def witnesses(meaning: n.Node, booleans: frozenset[str], absent: frozenset[str] = frozenset()) -> tuple[Witness, ...]:
    """The queries for the rows that decide a meaning.

    Args:
        booleans, absent: as in ``sparql.violation``.
    """
    return tuple(dict.fromkeys(_of(meaning, _Around(booleans, absent))))


@dataclass(frozen=True)
class _Around:
    """What a quantifier stands in.

    Attributes:
        booleans, absent: as in ``sparql.violation``.
        given: the parameters that bring it in.
        set: the set whose member is in question.
        each: the relation of bare values of which one is in question.
        counted: it itself, where it counts.
    """

    booleans: frozenset[str]
    absent: frozenset[str]
    given: tuple[str, ...] = ()
    chosen: tuple[tuple[str, frozenset[str]], ...] = ()
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
                yield replace(witness, selects=turned, complete=complete, short="")
        case n.Given(parameter) if parameter in around.absent:
            pass
        case n.Given(parameter, part):
            yield from _of(part, replace(around, given=(*around.given, parameter)))
        case n.Chosen(part=part):
            yield from _of(part, replace(around, chosen=(*around.chosen, node.by)))
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
            return Witness(relation, selects, around.given, around.chosen, short=_short(relation, where, around))
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
    complete = Effect.AGAINST if relation.completes else None
    named = named_by(about) if relation.lists and about else ""
    return Witness(
        relation, tuple(found), around.given, around.chosen, named, complete, short=_short(relation, where, around)
    )


def _short(relation: n.Relation, where: tuple[n.Node, ...], around: _Around) -> str:
    bounds = tuple(dict.fromkeys(bound for node in where for bound in _bounds(node)))
    if not bounds:
        return ""
    rest = tuple(one for node in where if (one := _but_for_bounds(node)) is not None)
    return _pattern(relation, rest, Reading.POSSIBLE, around, bounds)


def _bounds(node: n.Node) -> Iterator[n.Compare]:
    """The bounds of a row: what is negated is none."""
    match node:
        case n.Compare():
            yield node
        case n.All(parts) | n.Any(parts):
            for part in parts:
                yield from _bounds(part)
        case n.Given(part=part) | n.Chosen(part=part):
            yield from _bounds(part)


def _but_for_bounds(node: n.Node) -> n.Node | None:
    """What a condition asks beside its bounds; None where that is nothing."""
    match node:
        case n.Compare():
            return None
        case n.All(parts):
            return n.All(tuple(one for part in parts if (one := _but_for_bounds(part)) is not None))
        case n.Any(parts):
            found = tuple(one for part in parts if (one := _but_for_bounds(part)) is not None)
            return n.Any(found) if len(found) == len(parts) else None
        case n.Given(part=part) | n.Chosen(part=part):
            inner = _but_for_bounds(part)
            return None if inner is None else replace(node, part=inner)
    return node


def _distance(bound: n.Compare, row: Row) -> str:
    """How far a number is from its bound, as a share of it; of a bound of 0, and where none is given, nothing."""
    number, at = sides(bound, Reading.POSSIBLE, row)
    return f"COALESCE(IF({number} {bound.sign} {at}, 0, ABS({number} - {at}) / ABS({at})), 0)"


def _pattern(
    relation: n.Relation,
    where: tuple[n.Node, ...],
    reading: Reading,
    around: _Around,
    bounds: tuple[n.Compare, ...] = (),
) -> str:
    writer = Writer(around.booleans, around.absent)
    outside = Row(around.each, member=writer.member() if around.counted else "?of")
    member = [f"${around.set} pg:member ?of ."] if around.set else []
    if around.each:
        outside = writer.row(around.each, outside)
        outside.known[around.each.name] = outside.variable
        member = outside.pattern(reading)
    row = writer.row(relation, outside)
    lines = writer.where(where, reading, row)
    of: list[str] = []
    if around.counted:
        led, counts = counted_as(around.counted, reading, row)
        of = [*led, f"BIND ({counts} AS ?of)", "FILTER (BOUND(?of))"]
    short = " + ".join(_distance(bound, row) for bound in bounds)
    fact = f"{row.variable} pg:{relation.rows} ?fact ." if relation.rows else f"BIND ({row.variable} AS ?fact)"
    found = (*member, *row.pattern(reading), *lines, *of)
    return _text((*found, f"BIND ({short} AS ?short)"), "?short") if short else _text((*found, fact))


def _attested(by: str, around: _Around) -> Witness:
    if ":" in by:
        lines = (f"BIND (<{by}> AS ?fact)", "$this pg:attests ?fact .")
    else:
        lines = ("$this pg:attests ?fact .", f"FILTER (?fact = COALESCE(${by}, pg:No))")
    return Witness(ATTESTATIONS, ((Effect.FOR, _text(lines)),), around.given)


def _text(lines: tuple[str, ...], found: str = "?fact ?of") -> str:
    return "\n".join([f"SELECT DISTINCT $this {found} WHERE {{", *indented(lines), "}"])
