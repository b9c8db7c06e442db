"""What decides a tree and what would make it met: minimal sets of its leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..criteria import SettledBy, Status
from ..policies.model import Criterion
from ..policies.routes import Route, routes
from .fold import Node, fold, leaves, states_of

#: More minimal sets than this are not listed; ``ways_complete`` is then false.
WAYS_LIMIT = 64


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


def forcing(tree: Node) -> tuple[str, ...]:
    """The leaves of every minimal set of failures that forces *not met*, in reading order."""
    states = states_of(tree)

    def fails(part: Criterion) -> bool:
        return states.get(part.id) is Status.NOT_MET

    found = routes(tree.criterion, fails, most=WAYS_LIMIT, closed=lambda leaf: not fails(leaf), joining="AnyOf").found
    return _in_order(tree, found)


def settling(tree: Node) -> tuple[str, ...]:
    """The undocumented leaves on which the outcome depends, given the states of the others, in reading order."""
    return _in_order(tree, _open_routes(tree))


def _open_routes(tree: Node) -> tuple[Route, ...]:
    """The routes to *met* that what is recorded leaves open, each with its leaves that are not documented."""
    states = states_of(tree)
    return routes(
        tree.criterion,
        lambda part: states.get(part.id) is Status.NOT_DOCUMENTED,
        most=WAYS_LIMIT,
        closed=lambda leaf: states[leaf.id] is Status.NOT_MET,
    ).found


def hangs_on_what_is_not_shown(tree: Node) -> bool:
    """Whether every route to *met* that is open leads through what only the whole document would show."""
    hidden = {leaf.criterion for leaf in leaves(tree) if leaf.criterion.settled_by is SettledBy.WHOLE_DOCUMENT}
    return bool(hidden) and all(route & hidden for route in _open_routes(tree))


def met_as_far_as_computed(tree: Node) -> tuple[str, ...]:
    """The leaves of a met tree that are met but for a part left out, and on which it rests, in reading order."""
    doubted = {leaf.criterion.id for leaf in leaves(tree) if leaf.status is Status.MET and leaf.criterion.not_computed}
    if tree.status is not Status.MET or not doubted:
        return ()
    states = {leaf.criterion.id: leaf.status for leaf in leaves(tree)}
    sure = fold(tree.criterion, states | dict.fromkeys(doubted, Status.NOT_DOCUMENTED))
    return () if sure.status is Status.MET else tuple(name for name in settling(sure) if name in doubted)


def _in_order(tree: Node, found: Iterable[Route]) -> tuple[str, ...]:
    chosen = {leaf.id for route in found for leaf in route}
    return tuple(dict.fromkeys(leaf.criterion.id for leaf in leaves(tree) if leaf.criterion.id in chosen))
