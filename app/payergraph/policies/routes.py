"""The ways through a tree of criteria: which of its leaves together make it hold, or make it fail.

A *route* takes of each ``AllOf`` all parts and of each ``AnyOf`` one; what it names are the parts that count on it.
Only minimal routes are kept: one that names all that another names, and more, says nothing new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Literal, TypeAlias

from .model import Criterion

Route: TypeAlias = frozenset[Criterion]


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
    counts: Callable[[Criterion], bool],
    *,
    most: int,
    closed: Callable[[Criterion], bool] = lambda leaf: False,
    joining: Literal["AllOf", "AnyOf"] = "AllOf",
) -> Routes:
    """The minimal routes through a tree.

    Args:
        counts: whether a part is to be named. A connective that counts stands for itself on a route that names none of
            its parts.
        most: how many routes are followed at each connective.
        closed: the leaves through which no route leads.
        joining: the connective whose parts are all needed: ``AllOf`` where the tree is to hold, ``AnyOf`` where it is
            to fail.
    """
    if not root.children:
        if closed(root):
            return Routes((), True)
        return Routes((frozenset({root}) if counts(root) else frozenset(),), True)
    parts = [routes(child, counts, most=most, closed=closed, joining=joining) for child in root.children]
    complete = all(part.complete for part in parts)
    if root.kind == joining:
        found: list[Route] = [frozenset()]
        for part in parts:
            every = _minimal(one | other for one, other in product(found, part.found))
            found, complete = every[:most], complete and len(every) <= most
    else:
        every = _minimal(route for part in parts for route in part.found)
        found, complete = every[:most], complete and len(every) <= most
    if counts(root):
        found = [route or frozenset({root}) for route in found]
    return Routes(tuple(found), complete)


def _minimal(found: Iterable[Route]) -> list[Route]:
    kept: list[Route] = []
    for route in sorted(set(found), key=lambda route: (len(route), sorted(part.id for part in route))):
        if not any(smaller <= route for smaller in kept):
            kept.append(route)
    return kept
