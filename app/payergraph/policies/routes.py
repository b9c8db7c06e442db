"""The ways through a tree of criteria: which of its leaves together make it hold, or make it fail.

A *route* takes of each connective as many parts as it needs, of an ``AllOf`` all and of an ``AnyOf`` one; what it names
are the steps that count on it: criteria that are to be met, or under a negation not to be met. Only minimal routes are
kept: one that names all that another names, and more, says nothing new. No route takes a criterion both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from .gates import Gate, Step
from .model import Criterion

Route: TypeAlias = frozenset[Step]


@dataclass(frozen=True)
class Routes:
    """The minimal routes through a tree, those that name the fewest parts first.

    Attributes:
        found: none where no way is open; one that names nothing where the tree holds without any part that counts.
        complete: whether these are all. There can be as many as the product of all choices, so more than a limit are
            not followed: the longest are left out at each connective, and which those would have led to is not known.
    """

    found: tuple[Route, ...]
    complete: bool


def routes(
    root: Criterion,
    counts: Callable[[Step], bool],
    *,
    most: int,
    closed: Callable[[Step], bool] = lambda step: False,
    holds: bool = True,
) -> Routes:
    """The minimal routes through a tree.

    Args:
        counts: whether a step is to be named. A connective that counts stands for itself on a route that names none of
            its parts.
        most: how many routes are followed at each connective.
        closed: the leaves, to be met or not to be met, through which no route leads.
        holds: whether the tree is to hold, or to fail.
    """
    # A leaf that the tree takes both ways is kept on its routes though it does not count, or they could contradict
    # themselves.
    both = {name for name, senses in root.senses.items() if len(senses) == 2}

    def kept(step: Step) -> bool:
        return counts(step) or step.criterion.id in both

    found = _Ways(counts, kept, closed, most).of(Step(root, holds))
    if not both:
        return found
    return Routes(tuple(_minimal(frozenset(filter(counts, route)) for route in found.found)), found.complete)


@dataclass(frozen=True)
class _Ways:
    """The routes through the parts of one tree."""

    counts: Callable[[Step], bool]
    kept: Callable[[Step], bool]
    closed: Callable[[Step], bool]
    most: int

    def of(self, part: Step | Gate) -> Routes:
        if isinstance(part, Gate):
            return self._through(part)
        if part.criterion.children:
            inner = self._through(part.gate)
            if not self.counts(part):
                return inner
            own = frozenset({part})
            found = tuple(route if any(map(self.counts, route)) else route | own for route in inner.found)
            return Routes(found, inner.complete)
        if self.closed(part):
            return Routes((), True)
        return Routes((frozenset({part}) if self.kept(part) else frozenset(),), True)

    def _through(self, gate: Gate) -> Routes:
        parts = [self.of(part) for part in gate.parts]
        complete = all(part.complete for part in parts)
        if gate.least == 1:
            every = _minimal(route for part in parts for route in part.found)
            return Routes(tuple(every[: self.most]), complete and len(every) <= self.most)
        # The routes through as many parts as the place says, of those that were looked at.
        through: list[list[Route]] = [[frozenset()], *([] for _ in range(gate.least))]
        for seen, part in enumerate(parts, start=1):
            for number in range(min(seen, gate.least), max(0, gate.least - len(parts) + seen - 1), -1):
                joined = (one | other for one in through[number - 1] for other in part.found)
                every = _minimal([*through[number], *filter(_is_consistent, joined)])
                through[number], complete = every[: self.most], complete and len(every) <= self.most
        return Routes(tuple(through[gate.least]), complete)


def _is_consistent(route: Route) -> bool:
    return all(step.met or Step(step.criterion) not in route for step in route)


def _minimal(found: Iterable[Route]) -> list[Route]:
    different, kept = set(found), list[Route]()
    if len(different) < 2:
        return list(different)
    for route in sorted(different, key=lambda route: (len(route), sorted((s.criterion.id, s.met) for s in route))):
        if not any(smaller <= route for smaller in kept):
            kept.append(route)
    return kept
