"""The ways through a tree: of each ``AnyOf`` one part, of each ``AllOf`` all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

from ...policies.model import Criterion

# More routes than these are not followed.
_ROUTES = 512

Route = frozenset[Criterion]


def routes(node: Criterion, counts: Callable[[Criterion], bool]) -> list[Route]:
    """The minimal sets of counted leaves on the ways through a tree.

    A counted part with leaves stands for itself on a way on which none of them counts.
    """
    parts = [routes(child, counts) for child in node.children]
    if node.kind == "AnyOf":
        result = minimal(route for found in parts for route in found)
    else:
        result = [frozenset()]
        for found in parts:
            result = minimal(one | other for one, other in product(result, found))[:_ROUTES]
    return [route or frozenset({node}) for route in result] if counts(node) else result


def minimal(routes: Iterable[Route]) -> list[Route]:
    """The routes that hold no other, the smallest first."""
    kept: list[Route] = []
    for route in sorted(set(routes), key=lambda route: (len(route), sorted(leaf.id for leaf in route))):
        if not any(smaller <= route for smaller in kept):
            kept.append(route)
    return kept
