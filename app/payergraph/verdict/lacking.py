"""What of a tree is not met yet, as requirements and choices: what all ways to met share stands there once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ..criteria import Status, tree
from ..policies.gates import Gate, Step, value
from ..policies.model import Criterion
from .answers import Determination
from .fold import Node, states_of


@dataclass(frozen=True)
class Lack:
    """A leaf that is not met, or a number of parts that are still to be met.

    Attributes:
        status: how it stands.
        leaf: the criterion, where it is one; None of several parts.
        met: whether the leaf is to be met, or to be not met.
        need: how many of the parts are still needed; 0 where the first part decides which of the others is.
        done: how many parts of the connective are met already.
        parts: what is not met of it. Of one that depends: what it depends on, then what is needed if that holds, then
            if not, with ``leads``; None for what is met already.
    """

    status: Status
    leaf: Criterion | None = None
    met: bool = True
    need: int = 0
    done: int = 0
    parts: tuple[Lack | None, ...] = ()
    leads: tuple[str, ...] = ()

    @property
    def depends(self) -> bool:
        """Whether what is needed hangs on its first part."""
        return bool(self.leads)

    @property
    def is_choice(self) -> bool:
        """Whether not all parts are needed."""
        return self.leaf is None and not self.depends and self.need < len(self.parts)

    @property
    def required(self) -> tuple[Lack, ...]:
        """What is needed in any case: the parts that all are, or itself."""
        if self.leaf is None and not self.depends and not self.is_choice:
            return tuple(part for part in self.parts if part is not None)
        return (self,)

    @property
    def leaves(self) -> Iterator[Lack]:
        """The leaves below it, or itself."""
        if self.leaf is not None:
            yield self
        for part in self.parts:
            if part is not None:
                yield from part.leaves


def lacks(item: Determination) -> tuple[Lack, ...]:
    """What a determination lacks to be met, each needed beside the others; of a routed request, by what judges it."""
    if item.root is None:
        return ()
    found = lacking(item.routed.criteria if item.routed else item.root)
    return found.required if found else ()


def blocking(item: Determination, found: Iterable[Lack]) -> list[Lack]:
    """Those that are not met, what blocks first first."""
    order = {name: place for place, name in enumerate(item.blocking)}
    last = len(order)

    def place(one: Lack) -> int:
        return min((order.get(leaf.leaf.id, last) for leaf in one.leaves if leaf.leaf is not None), default=last)

    return sorted((one for one in found if one.status is Status.NOT_MET), key=place)


def lacking(root: Node) -> Lack | None:
    """What a tree lacks to be met; None where it is met."""
    states = states_of(root)
    return _below(Step(root.criterion), lambda step: step.of(states[step.criterion.id]))


def _below(part: Step | Gate, stands: Callable[[Step], Status]) -> Lack | None:
    state = value(part, stands)
    if state is Status.MET:
        return None
    if isinstance(part, Step):
        if not part.parts:
            return Lack(state, part.criterion, part.met)
        if part.criterion.kind == tree.IF_THEN.name and part.met:
            return _depending(part.criterion, state, stands)
    gate = part.gate if isinstance(part, Step) else part
    left = [found for inner in gate.parts if (found := _below(inner, stands)) is not None]
    done = len(gate.parts) - len(left)
    need = gate.least - done
    if need == len(left):
        left = list(_each_once(one for found in left for one in found.required))
        need = len(left)
    elif need == 1:
        left = list(_each_once(one for found in left for one in _choices(found)))
    return left[0] if len(left) == 1 else Lack(state, need=need, done=done, parts=tuple(left))


def _depending(criterion: Criterion, state: Status, stands: Callable[[Step], Status]) -> Lack | None:
    """What an IfThen lacks: where its condition is on record, one of its parts; else it depends."""
    premise, *others = (Step(child) for child in criterion.children)
    holds = value(premise, stands)
    found = [_below(part, stands) for part in others]
    if holds is not Status.NOT_DOCUMENTED:
        return found[0 if holds is Status.MET else 1]
    return Lack(state, parts=(_below(premise, stands), *found), leads=criterion.leads)


def _choices(found: Lack) -> Iterator[Lack]:
    """The parts of a choice of one among others, or itself."""
    if found.is_choice and found.need == 1 and not found.done:
        yield from (part for part in found.parts if part is not None)
    else:
        yield found


def _each_once(found: Iterable[Lack]) -> Iterator[Lack]:
    """Without a leaf that stands there again."""
    seen = set[tuple[str, bool]]()
    for one in found:
        if one.leaf is not None:
            if (one.leaf.id, one.met) in seen:
                continue
            seen.add((one.leaf.id, one.met))
        yield one
