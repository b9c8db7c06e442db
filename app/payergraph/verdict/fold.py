"""The tree of a rule with the state of each part, folded by Kleene's strong logic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..criteria import Status
from ..policies.model import Criterion


@dataclass(frozen=True)
class Node:
    """A criterion with its state for a case, and its parts."""

    criterion: Criterion
    status: Status
    children: tuple[Node, ...] = ()


def fold(criterion: Criterion, states: Mapping[str, Status]) -> Node:
    """The tree with its states: AllOf takes the least of its parts, AnyOf the greatest."""
    if not criterion.children:
        return Node(criterion, states[criterion.id])
    children = tuple(fold(child, states) for child in criterion.children)
    choose = min if criterion.kind == "AllOf" else max
    return Node(criterion, choose((child.status for child in children), key=lambda s: s.rank), children)


def leaves(tree: Node) -> Iterable[Node]:
    """The leaves in reading order; one that stands at several places of the tree, at each."""
    if not tree.children:
        yield tree
    for child in tree.children:
        yield from leaves(child)


def states_of(tree: Node) -> dict[str, Status]:
    """The states of the leaves, in reading order."""
    return {leaf.criterion.id: leaf.status for leaf in leaves(tree)}
