"""What a connective stands for: at least so many of some steps, each a part that is to be met, or not to be met.

All that reads a tree reads it so: to fold it, to find the ways through it, and for the lists that SHACL walks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..criteria import Status, tree

if TYPE_CHECKING:
    from .model import Criterion

_MIRRORED = {Status.MET: Status.NOT_MET, Status.NOT_DOCUMENTED: Status.NOT_DOCUMENTED, Status.NOT_MET: Status.MET}


@dataclass(frozen=True)
class Step:
    """A criterion that is to be met, or not to be met."""

    criterion: Criterion
    met: bool = True

    @property
    def mirrored(self) -> Step:
        """The contrary."""
        return Step(self.criterion, not self.met)

    @property
    def gate(self) -> Gate:
        """What it asks of the parts of its connective."""
        return self.criterion.gate if self.met else self.criterion.gate.mirrored

    @property
    def parts(self) -> tuple[Step | Gate, ...]:
        """What its gate is made of; nothing of a leaf."""
        return self.gate.parts if self.criterion.children else ()

    def of(self, state: Status) -> Status:
        """How the step stands where its criterion has this state."""
        return state if self.met else _MIRRORED[state]


@dataclass(frozen=True)
class Gate:
    """At least ``least`` of some parts."""

    least: int
    parts: tuple[Step | Gate, ...]

    @property
    def mirrored(self) -> Gate:
        """The contrary: so many parts fail that too few are left (De Morgan's laws, for any number)."""
        return Gate(len(self.parts) - self.least + 1, tuple(part.mirrored for part in self.parts))

    def judged(self, of: Callable[[Step], Status]) -> Status:
        """Kleene's value: the least that the best ``least`` parts have.

        Args:
            of: how a step of the gate stands.
        """
        found = (part.judged(of) if isinstance(part, Gate) else of(part) for part in self.parts)
        return sorted(found, key=lambda status: status.rank, reverse=True)[self.least - 1]


def gate_of(criterion: Criterion) -> Gate:
    """What has to hold of the parts of a connective for it to be met."""
    parts = tuple(Step(child) for child in criterion.children)
    if criterion.kind == tree.ANY_OF.name:
        return Gate(1, parts)
    if criterion.kind == tree.AT_LEAST.name:
        return Gate(criterion.parameters.count("minimumParts"), parts)
    if criterion.kind == tree.NONE_OF.name:
        return Gate(1, parts).mirrored
    if criterion.kind == tree.IF_THEN.name:
        premise, consequence, *otherwise = parts
        then = Gate(1, (premise.mirrored, consequence))
        return Gate(2, (then, Gate(1, (premise, *otherwise)))) if otherwise else then
    return Gate(len(parts), parts)


def value(part: Step | Gate, of: Callable[[Step], Status]) -> Status:
    """Kleene's value, through the whole tree below.

    Args:
        of: how a leaf, to be met or not to be met, stands.
    """
    if isinstance(part, Gate):
        return part.judged(lambda step: value(step, of))
    return value(part.gate, of) if part.criterion.children else of(part)
