"""What decides a tree and what would make it met: minimal sets of its leaves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from ..criteria import SettledBy, Status
from ..policies.gates import Gate, Step, value
from ..policies.routes import Route, Routes, routes
from .fold import Node, fold, leaves, states_of

#: More minimal sets than this are not listed; ``ways_complete`` is then false.
WAYS_LIMIT = 64
_UNMET = (Status.NOT_MET, Status.NOT_DOCUMENTED)


@dataclass(frozen=True)
class Way:
    """One minimal set of leaves that, once met, make the rule met; under a negation, once they are not met.

    ``open`` can still change (a test, a document, a trial); ``fixed`` cannot (an age, a gene, a trial that was had).
    ``negated`` are those of them that have to be not met.
    """

    open: tuple[str, ...]
    fixed: tuple[str, ...]
    negated: frozenset[str] = frozenset()

    @property
    def criteria(self) -> tuple[str, ...]:
        """All of them, those that can change first."""
        return self.open + self.fixed


def _stands(tree: Node) -> Callable[[Step], Status]:
    """How the leaves stand, to be met or not to be met."""
    states = states_of(tree)
    return lambda step: step.of(states[step.criterion.id])


def ways_to_met(tree: Node) -> tuple[tuple[Way, ...], bool]:
    """All minimal sets of leaves that would make the tree met, up to a limit; and whether these are all.

    Those that need the fewest unchangeable things come first, then the shortest. Empty when the tree is met.
    """
    states, stands = states_of(tree), _stands(tree)

    def lacks(step: Step) -> bool:
        return not step.criterion.children and stands(step) is not Status.MET

    def is_fixed(step: Step) -> bool:
        """Whether the record says the contrary, and nothing can change it."""
        leaf = step.criterion
        return stands(step) is Status.NOT_MET and (not leaf.changeable or (leaf.lasting and not step.met))

    def way(route: Route) -> Way:
        in_order = sorted(route, key=lambda step: order.index(step.criterion.id))
        fixed = [step.criterion.id for step in in_order if is_fixed(step)]
        return Way(
            tuple(step.criterion.id for step in in_order if step.criterion.id not in fixed),
            tuple(fixed),
            frozenset(step.criterion.id for step in in_order if not step.met),
        )

    order = list(states)
    unmet = routes(tree.criterion, lacks, most=WAYS_LIMIT)
    found = [way(route) for route in unmet.found if route]
    found.sort(key=lambda w: (len(w.fixed), len(w.open), [order.index(i) for i in w.criteria], sorted(w.negated)))
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
    """The leaves of every minimal set that forces *not met*, in reading order; under a negation, those that are met."""
    stands = _stands(tree)

    def is_so(step: Step) -> bool:
        return not step.criterion.children and stands(step) is Status.MET

    found = routes(tree.criterion, is_so, most=WAYS_LIMIT, closed=lambda step: not is_so(step), holds=False)
    return _on_some_route(tree, [found], Status.NOT_MET)


def settling(tree: Node) -> tuple[str, ...]:
    """The undocumented leaves on which the outcome depends, given the states of the others, in reading order."""
    stands = _stands(tree)

    def is_open(step: Step) -> bool:
        return not step.criterion.children and stands(step) is Status.NOT_DOCUMENTED

    def is_closed(step: Step) -> bool:
        return stands(step) is Status.NOT_MET

    # Where no leaf is taken both ways, what would make the tree fail are the same leaves.
    both = any(len(senses) == 2 for senses in tree.criterion.senses.values())
    found = [
        routes(tree.criterion, is_open, most=WAYS_LIMIT, closed=is_closed, holds=holds)
        for holds in ((True, False) if both else (True,))
    ]
    return _on_some_route(tree, found, Status.NOT_DOCUMENTED)


def hangs_on_what_is_not_shown(tree: Node) -> bool:
    """Whether a tree that is not documented can be met only by what only the whole document would show."""
    stands = _stands(tree)
    hidden = {leaf.criterion.id for leaf in leaves(tree) if leaf.criterion.settled_by is SettledBy.WHOLE_DOCUMENT}

    def without(step: Step) -> Status:
        return Status.NOT_MET if step.criterion.id in hidden else stands(step)

    return bool(hidden) and value(Step(tree.criterion), without) is Status.NOT_MET


def bearing(tree: Node) -> tuple[str, ...]:
    """The leaves by which a met tree is met, in reading order; under a negation, those that are not met."""
    named = set(_reached(tree, {Status.MET}))
    return tuple(name for name in states_of(tree) if name in named)


def met_as_far_as_computed(tree: Node) -> tuple[str, ...]:
    """The leaves of a met tree that are met but for a part left out, and on which it rests, in reading order."""
    doubted = {leaf.criterion.id for leaf in leaves(tree) if leaf.status is Status.MET and leaf.criterion.not_computed}
    if tree.status is not Status.MET or not doubted:
        return ()
    sure = fold(tree.criterion, states_of(tree) | dict.fromkeys(doubted, Status.NOT_DOCUMENTED))
    return () if sure.status is Status.MET else tuple(name for name in settling(sure) if name in doubted)


def _on_some_route(tree: Node, found: Collection[Routes], state: Status) -> tuple[str, ...]:
    """The leaves that some route names, in reading order.

    Where there were too many routes to follow, no leaf is left out for it: they are then all that a route may name, and
    some of them may be needless beside others.
    """
    if all(some.complete for some in found):
        named = {step.criterion.id for some in found for route in some.found for step in route}
    else:
        named = set(_reached(tree, {state}))
    return tuple(name for name in states_of(tree) if name in named)


def _reached(tree: Node, through: Collection[Status]) -> Iterator[str]:
    """The leaves that stand in one of these states, to be met or not to be met, with all that is above them."""
    stands = _stands(tree)

    def below(part: Step | Gate) -> Iterator[str]:
        if value(part, stands) in through:
            if isinstance(part, Step) and not part.parts:
                yield part.criterion.id
            for inner in part.parts:
                yield from below(inner)

    return below(Step(tree.criterion))
