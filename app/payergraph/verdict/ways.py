"""What decides a tree and what would make it met: minimal sets of its leaves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ..criteria import SettledBy, Status
from ..policies.model import Criterion
from ..policies.routes import Route, Routes, routes
from .fold import Node, fold, leaves, states_of

#: More minimal sets than this are not listed; ``ways_complete`` is then false.
WAYS_LIMIT = 64
_UNMET = (Status.NOT_MET, Status.NOT_DOCUMENTED)


@dataclass(frozen=True)
class Way:
    """One minimal set of leaves that, once met, make the rule met.

    ``open`` can still change (a test, a document, a trial); ``fixed`` cannot (an age, a gene).
    """

    open: tuple[str, ...]
    fixed: tuple[str, ...]

    @property
    def criteria(self) -> tuple[str, ...]:
        """All of them, those that can change first."""
        return self.open + self.fixed


def ways_to_met(tree: Node) -> tuple[tuple[Way, ...], bool]:
    """All minimal sets of leaves that would make the tree met, up to a limit; and whether these are all.

    Those that need the fewest unchangeable things come first, then the shortest. Empty when the tree is met.
    """
    states = states_of(tree)
    unmet = routes(tree.criterion, lambda part: states.get(part.id, Status.MET) is not Status.MET, most=WAYS_LIMIT)
    order = list(states)

    def way(route: Route) -> Way:
        in_order = sorted(route, key=lambda leaf: order.index(leaf.id))
        fixed = [leaf.id for leaf in in_order if states[leaf.id] is Status.NOT_MET and not leaf.changeable]
        return Way(tuple(leaf.id for leaf in in_order if leaf.id not in fixed), tuple(fixed))

    found = [way(route) for route in unmet.found if route]
    found.sort(key=lambda w: (len(w.fixed), len(w.open), [order.index(i) for i in w.criteria]))
    return tuple(found), unmet.complete


def missing(tree: Node, ways: Iterable[Way], complete: bool) -> tuple[str, ...]:
    """The leaves that are not documented and stand on some way to met, in reading order.

    Args:
        ways, complete: as ``ways_to_met`` gives them.
    """
    named = {name for way in ways for name in way.criteria}
    found = named if complete else set(_reached(tree, _UNMET))
    return tuple(name for name, state in states_of(tree).items() if name in found and state is Status.NOT_DOCUMENTED)


def forcing(tree: Node) -> tuple[str, ...]:
    """The leaves of every minimal set of failures that forces *not met*, in reading order."""
    states = states_of(tree)

    def fails(part: Criterion) -> bool:
        return states.get(part.id) is Status.NOT_MET

    found = routes(tree.criterion, fails, most=WAYS_LIMIT, closed=lambda leaf: not fails(leaf), joining="AnyOf")
    return _on_some_route(tree, found, Status.NOT_MET)


def settling(tree: Node) -> tuple[str, ...]:
    """The undocumented leaves on which the outcome depends, given the states of the others, in reading order."""
    states = states_of(tree)
    found = routes(
        tree.criterion,
        lambda part: states.get(part.id) is Status.NOT_DOCUMENTED,
        most=WAYS_LIMIT,
        closed=lambda leaf: states[leaf.id] is Status.NOT_MET,
    )
    return _on_some_route(tree, found, Status.NOT_DOCUMENTED)


def hangs_on_what_is_not_shown(tree: Node) -> bool:
    """Whether a tree that is not documented can be met only by what only the whole document would show."""
    hidden = [leaf.criterion.id for leaf in leaves(tree) if leaf.criterion.settled_by is SettledBy.WHOLE_DOCUMENT]
    without = fold(tree.criterion, states_of(tree) | dict.fromkeys(hidden, Status.NOT_MET))
    return bool(hidden) and without.status is Status.NOT_MET


def met_as_far_as_computed(tree: Node) -> tuple[str, ...]:
    """The leaves of a met tree that are met but for a part left out, and on which it rests, in reading order."""
    doubted = {leaf.criterion.id for leaf in leaves(tree) if leaf.status is Status.MET and leaf.criterion.not_computed}
    if tree.status is not Status.MET or not doubted:
        return ()
    sure = fold(tree.criterion, states_of(tree) | dict.fromkeys(doubted, Status.NOT_DOCUMENTED))
    return () if sure.status is Status.MET else tuple(name for name in settling(sure) if name in doubted)


def _on_some_route(tree: Node, found: Routes, state: Status) -> tuple[str, ...]:
    """The leaves that some route names, in reading order.

    Where there were too many routes to follow, no leaf is left out for it: they are then all that a route may name, and
    some of them may be needless beside others.
    """
    named = {leaf.id for route in found.found for leaf in route} if found.complete else set(_reached(tree, {state}))
    return tuple(name for name in states_of(tree) if name in named)


def _reached(tree: Node, through: Collection[Status]) -> Iterator[str]:
    """The leaves that are in one of these states with all that is above them."""
    if tree.status in through:
        if not tree.children:
            yield tree.criterion.id
        for child in tree.children:
            yield from _reached(child, through)
