"""The tree of a rule with the state of each part, folded by Kleene's strong logic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..criteria import Status
from ..policies.model import Criterion


@dataclass(frozen=True)
class Node:
    """A criterion with its state for a case, and its parts.

    Attributes:
        lead: what it is in its tree, where that is a condition or what follows from one: ``If``, ``Then`` …
    """

    criterion: Criterion
    status: Status
    children: tuple[Node, ...] = ()
    lead: str = ""

    @property
    def text(self) -> str:
        """The criterion in one sentence, after what it is in its tree."""
        return f"{self.lead}: {self.criterion.summary}" if self.lead else self.criterion.summary


def fold(criterion: Criterion, states: Mapping[str, Status], lead: str = "") -> Node:
    """The tree with its states.

    Args:
        lead: what the criterion is in the tree above.
    """
    if not criterion.children:
        return Node(criterion, states[criterion.id], lead=lead)
    parts = zip(criterion.children, criterion.leads, strict=True)
    children = tuple(fold(child, states, word) for child, word in parts)
    known = {child.criterion: child.status for child in children}
    return Node(criterion, criterion.gate.judged(lambda step: step.of(known[step.criterion])), children, lead)


def as_told(root: Criterion, states: Mapping[str, Status]) -> dict[str, Status]:
    """The states by which a tree is folded.

    What is met but for a part that is left out does not show the contrary of what has to be not met: it is not
    documented, or a case would be denied for what nobody judged.
    """
    found = doubted(root)
    return dict(states) | {name: Status.NOT_DOCUMENTED for name in found if states[name] is Status.MET}


def doubted(root: Criterion) -> frozenset[str]:
    """The leaves that have to be not met and of which a part is left out: met, they do not show the contrary."""
    return frozenset(leaf.id for leaf in root.leaves if leaf.not_computed and root.senses[leaf.id] == {False})


def leaves(tree: Node) -> Iterable[Node]:
    """The leaves in reading order; one that stands at several places of the tree, at each."""
    if not tree.children:
        yield tree
    for child in tree.children:
        yield from leaves(child)


def states_of(tree: Node) -> dict[str, Status]:
    """The states of the leaves, in reading order."""
    return {leaf.criterion.id: leaf.status for leaf in leaves(tree)}
