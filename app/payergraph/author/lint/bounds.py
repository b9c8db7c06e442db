"""Bounds that no value satisfies or that every value does, within a criterion and between those that stand together.

Which parameters bound the same number, and whether both bind or one is enough, follows from the meaning of the kind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import permutations

import pyoxigraph as ox

from ...chart.fields import PATHS
from ...criteria import Kind
from ...meaning import nodes as n
from ...meaning.relations import CHANGE, PERCENT_CHANGE, YEARS
from ...terms import Term, pg
from .asked import Asked, children, criteria, walk
from .files import Fault
from .whole import Whole, short


def faulty_bounds(graph: Whole) -> Iterator[Fault | None]:
    """All faults of bounds."""
    asked = criteria(graph)
    for one in asked.values():
        for message in (*_pairs_of_one(one), *_out_of_range(one)):
            yield graph.fault(one.term, message)
    for together in _together(graph, asked):
        for stands, beside in permutations(together, 2):
            for message in _contradictions(stands, beside, graph):
                yield graph.fault(stands.asked.term, message)


# --- the bounds of a kind --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Bound:
    """A parameter that bounds a number.

    Attributes:
        at_least: whether it is a lower bound.
        of: the relation of the chart that has the number, where it is one above the node that was asked.
        single: whether that relation has one value, so that all that is asked of it is asked of the same.
        spared: whether something else may be enough.
    """

    node: n.Compare | n.Dosed
    parameter: str
    at_least: bool
    of: str = ""
    single: bool = False
    spared: bool = False

    @property
    def strict(self) -> bool:
        """Whether the bound itself is left out."""
        return self.node.sign in (">", "<")

    def number(self, asked: Asked) -> Decimal | None:
        """The bound of a criterion, in the unit of the number."""
        given, times = asked.number(self.parameter), getattr(self.node, "times", 1)
        return None if given is None or not isinstance(times, int) else given * times


def _bounds(node: n.Node, of: str = "", single: bool = False, spared: bool = False) -> Iterator[_Bound]:
    match node:
        case n.Not():  # turns the sign: it bounds rows that must not be there, and a number of none
            return
        case n.Compare(_, sign, str(parameter)) | n.Dosed(_, sign, parameter):
            yield _Bound(node, parameter, sign in (">=", ">"), of, single, spared)
            return
        case n.Any():
            spared = True
        case _ if isinstance(relation := getattr(node, "relation", None), n.Relation):
            of, single = relation.name, isinstance(node, n.Stated)
    for child in children(node):
        yield from _bounds(child, of, single, spared)


@dataclass(frozen=True)
class _Pair:
    """A lower and an upper bound of one number; ``either``: one of them suffices.

    Attributes:
        given: the parameters that bring it in.
        unless: those that bring in something else that is enough.
    """

    low: _Bound
    high: _Bound
    either: bool
    given: frozenset[str] = frozenset()
    unless: frozenset[str] = frozenset()

    def binds(self, asked: Asked) -> bool:
        """Whether a criterion rests on it."""
        return all(map(asked.asks, self.given)) and not any(map(asked.asks, self.unless))


@lru_cache(maxsize=256)
def _pairs(kind: Kind) -> tuple[_Pair, ...]:
    return tuple(dict.fromkeys(_of(n.All(tuple(part.meaning for part in kind.parts)))))


def _of(node: n.Node, given: frozenset[str] = frozenset(), unless: frozenset[str] = frozenset()) -> Iterator[_Pair]:
    either = isinstance(node, n.Any)
    for one, other in permutations(children(node), 2):
        if either and not (_bare(one) and _bare(other)):
            continue
        for low in _bounds(one):
            for high in _bounds(other):
                if low.at_least and not high.at_least and _same_number(low, high):
                    yield _Pair(low, high, either, given, unless)
    if isinstance(node, n.Given):
        given |= {node.parameter}
    for child in children(node) if not isinstance(node, n.Not) else ():
        yield from _of(child, given, unless | _instead_of(child, node))


def _instead_of(child: n.Node, node: n.Node) -> frozenset[str]:
    """The parameters that bring in what is enough instead of a part."""
    others = (one for one in children(node) if one is not child) if isinstance(node, n.Any) else ()
    return frozenset(one.parameter for one in others if isinstance(one, n.Given) and not _bare(one))


def _bare(node: n.Node) -> bool:
    """Whether a node is a bound and nothing else."""
    return isinstance(node, n.Compare | n.Dosed) or (isinstance(node, n.Given) and _bare(node.part))


def _same_number(one: _Bound, other: _Bound) -> bool:
    """Of a relation with many rows, each may be met by another row."""
    return one.node.field == other.node.field and one.of == other.of and (not one.of or (one.single and other.single))


# --- one criterion ---------------------------------------------------------------------------------------------


def _pairs_of_one(asked: Asked) -> Iterator[str]:
    for pair in _pairs(asked.kind):
        least, most = pair.low.number(asked), pair.high.number(asked)
        if least is None or most is None or not pair.binds(asked):
            continue
        low, high = (short(pg(one.parameter)) for one in (pair.low, pair.high))
        if pair.either and least <= most:
            yield (
                f"has a {low} that is not above its {high}, and either of them suffices, so that every value meets it; "
                "write two criteria that a pg:AllOf joins."
            )
        elif not pair.either and _empty(least, most, pair.low.strict or pair.high.strict):
            yield f"has a {low} above its {high}, so that no value meets it; correct the one or the other."


def _empty(least: Decimal, most: Decimal, strict: bool) -> bool:
    return least > most or (least == most and strict)


@lru_cache(maxsize=256)
def _of_kind(kind: Kind) -> tuple[_Bound, ...]:
    """What bounds a number in a kind, a parameter once."""
    return tuple({bound.parameter: bound for part in kind.parts for bound in _bounds(part.meaning)}.values())


def _out_of_range(asked: Asked) -> Iterator[str]:
    """Bounds outside what a case can hold."""
    for bound in _of_kind(asked.kind):
        node = bound.node
        given, range_ = bound.number(asked), _range(node.field) if isinstance(node, n.Compare) else None
        if given is None or range_ is None or (isinstance(node, n.Compare) and node.per):
            continue
        least, most = range_ if bound.at_least else (-range_[1], -range_[0])
        value = given if bound.at_least else -given
        name = f"{short(pg(bound.parameter))} {asked.parameters[bound.parameter].value}"
        if value > most:
            yield f"has {name}, which no case can hold, so that nothing meets it; correct it."
        elif value < least or (value == least and bound.node.sign in (">=", "<=")):
            yield f"has {name}, which every case meets; correct it, or take it away."


_NUMBERS = {path: field for path, field in PATHS.items() if field.type in ("number", "count")}


def _range(field: n.Number) -> tuple[Decimal, Decimal] | None:
    """From where to where a number may lie; None where it is made of several, or of the difference of two.

    What is worked out from the field of a case, in whatever unit, has no bound above that the field could tell.
    A change may go below zero, where what changes does not, and a share of it that is lost is all of it at most.
    """
    if field == CHANGE:
        return None
    if field == PERCENT_CHANGE:
        return Decimal(-100), Decimal("Infinity")
    paths = [path for path in field.reads.split() if path in _NUMBERS]
    if field == YEARS:  # which the months tell, too
        paths.remove("ageMonths")
    if len(paths) != 1:
        return None
    return _NUMBERS[paths[0]].low, Decimal("Infinity") if field.low or field.unit_reads else _NUMBERS[paths[0]].high


# --- criteria that a patient has to meet together ----------------------------------------------------------------


@dataclass(frozen=True)
class _Stands:
    """A criterion that stands among others, all of which have to hold; or, where it is negated, not to."""

    asked: Asked
    negated: bool

    def edge(self, bound: _Bound, contrary: _Bound) -> tuple[Decimal | None, bool]:
        """The number by which it bounds from the side of ``bound``, and whether that number is left out.

        Of what is negated, the contrary bound, where this is all that it asks.
        """
        if not self.negated:
            return bound.number(self.asked), bound.strict
        alone = set(self.asked.parameters) == {contrary.parameter}
        return contrary.number(self.asked) if alone else None, not contrary.strict


def _together(graph: Whole, asked: dict[str, Asked]) -> Iterator[list[_Stands]]:
    """The leaves that all have to hold or not to, by the connectives that say so: of others it is not known which."""
    parts: defaultdict[str, list[str]] = defaultdict(list)
    kinds, least = {}, {}
    for row in graph.rows("""
        SELECT ?join ?kind ?part ?least WHERE {
          VALUES ?kind { pg:AllOf pg:NoneOf pg:AnyOf pg:AtLeastOf pg:IfThen }
          ?join a ?kind ; pg:part ?part . OPTIONAL { ?join pg:minimumParts ?least }
        }"""):
        join = row["join"].value
        kinds[join] = row["kind"].value.rpartition("#")[2]
        parts[join].append(row["part"].value)
        least[join] = row["least"].value if "least" in row else ""

    def all_hold(join: str) -> bool:
        return kinds[join] == "AllOf" or (kinds[join] == "AtLeastOf" and least[join] == str(len(set(parts[join]))))

    def none_holds(join: str, negated: bool) -> bool:
        return kinds[join] == ("AnyOf" if negated else "NoneOf")

    def leaves(join: str, negated: bool, seen: frozenset[str]) -> Iterator[tuple[str, bool]]:
        if none_holds(join, negated):
            sign = True
        elif all_hold(join) and not negated:
            sign = False
        else:
            return
        for part in parts[join]:
            if part in parts and part not in seen:
                yield from leaves(part, sign, seen | {part})
            elif part in asked:
                yield part, sign

    below = {part for join in parts if all_hold(join) for part in parts[join]}
    for root in sorted(set(parts) - below):
        found = dict.fromkeys(leaves(root, False, frozenset({root})))
        yield [_Stands(asked[leaf], negated) for leaf, negated in found]


def _contradictions(one: _Stands, other: _Stands, graph: Whole) -> Iterator[str]:
    mine, its = one.asked, other.asked
    if mine.kind is not its.kind:
        return
    beside = f"{short(its.term)}, which stands beside it in a pg:AllOf"
    if mine.parameters == its.parameters and one.negated is not other.negated:
        if not one.negated:
            yield f"is asked for, and {beside} and asks the same, must not be met; take one of them away."
        return
    for pair in _pairs(mine.kind):
        low, high = pair.low, pair.high
        if pair.either or not low.single or low.spared or high.spared:
            continue
        if isinstance(low.node, n.Dosed):  # of another criterion, the unit or the period may be another
            continue
        (least, above), (most, under) = one.edge(low, high), other.edge(high, low)
        if least is None or most is None or not _empty(least, most, above or under):
            continue
        if one.negated or other.negated:
            yield (
                f"leaves no value beside {short(its.term)}, where what stands below a pg:NoneOf must not be met; "
                "correct the one or the other."
            )
        else:
            low_name, high_name = short(pg(low.parameter)), short(pg(high.parameter))
            yield (
                f"has a {low_name} above the {high_name} of {beside}, so that no patient meets both; correct the one "
                "or the other."
            )
    if not (one.negated or other.negated) and mine.term.value < its.term.value:
        yield from _exclusive(mine, its, graph)


def _exclusive(one: Asked, other: Asked, graph: Whole) -> Iterator[str]:
    """What is asked of the one value that a thing has, where that cannot be both."""
    for value, about in _choices(one.kind):
        mine, its = one.parameters.get(value), other.parameters.get(value)
        if not mine or not its or any(one.parameters.get(name) != other.parameters.get(name) for name in about):
            continue
        if mine != its and not _one_includes_the_other(mine, its, graph):
            yield (
                f"asks for {short(pg(value))} {short(mine)}, and {short(other.term)}, which stands beside it in a "
                f"pg:AllOf, for {short(its)}, so that no patient meets both; join them by pg:AnyOf, or correct one."
            )


@lru_cache(maxsize=256)
def _choices(kind: Kind) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The parameters that name the one value that a thing has, each with the parameters that name the thing, if any."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for node in (part.meaning for part in kind.parts):
        match node:
            case n.Stated(_, (n.Same(_, of, False),)):
                found.append((of, ()))
            case n.Latest(_, about, so):
                which = tuple(one.of for one in walk(about) if isinstance(one, (n.Same, n.Includes)))
                found += [(one.of, which) for one in walk(so) if isinstance(one, n.Includes)]
    return tuple(found)


def _one_includes_the_other(one: Term, other: Term, graph: Whole) -> bool:
    if not isinstance(one, ox.NamedNode) or not isinstance(other, ox.NamedNode):
        return False
    pairs = ((one, other), (other, one))
    return any(any(graph.store.quads_for_pattern(wide, pg("includes"), narrow)) for wide, narrow in pairs)
