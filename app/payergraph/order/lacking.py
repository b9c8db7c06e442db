"""What of a rule a case does not meet: each requirement that fails, without what no chart settles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..criteria import KINDS, SettledBy, Status, tree
from ..meaning import nodes as n
from ..meaning.parts import Part
from ..policies.gates import Gate, Step
from ..policies.model import Criterion
from ..policies.words import negation, verbalize


@dataclass(frozen=True, eq=False)
class Lack:
    """A requirement that a case does not meet.

    Attributes:
        criterion: the part of the rule's tree.
        text: what of it the case does not meet, in one sentence.
    """

    criterion: Criterion
    text: str


def brought_in(criterion: Criterion) -> list[Part]:
    """The parts of its kind that a criterion's parameters bring in."""
    return [part for part in KINDS[criterion.kind].parts if part.applies_to(criterion.parameters)]


def is_settled(criterion: Criterion) -> bool:
    """Whether a complete chart settles a criterion: no judgement is asked, nothing is not shown or left to a label."""
    unsettled = any(isinstance(part.meaning, n.Unsettled) for part in brought_in(criterion))
    return criterion.settled_by is SettledBy.RECORD and not unsettled


def value(part: Step | Gate, of: Callable[[Step], Status]) -> Status | None:
    """The state of a tree without what no chart settles; None where nothing is left."""
    if isinstance(part, Step) and not part.criterion.children:
        return of(part) if is_settled(part.criterion) else None
    gate = part if isinstance(part, Gate) else part.gate
    found = [one for inner in gate.parts if (one := value(inner, of)) is not None]
    if not found:
        return None
    least = len(found) if gate.least == len(gate.parts) else min(gate.least, len(found))
    return sorted(found, key=lambda status: status.rank, reverse=True)[least - 1]


def lacking(root: Criterion, of: Callable[[Step], Status]) -> tuple[Lack, ...]:
    """The requirements of a tree that are not met, in reading order: each as small as it can be told.

    Args:
        of: how a leaf, to be met or not to be met, stands.
    """
    found = {lack.text: lack for lack in _lacking(Step(root), of)}
    return tuple(found.values())


def _lacking(step: Step, of: Callable[[Step], Status]) -> Iterator[Lack]:
    if value(step, of) in (None, Status.MET):
        return
    parts = _parts(step)
    if parts and step.gate.least == len(parts):
        for part in parts:
            yield from _lacking(part, of)
    else:
        yield Lack(step.criterion, _words(step, parts, of))


def _parts(step: Step) -> list[Step]:
    """The parts of a connective; none of a leaf, and of a condition, which is told whole."""
    if step.criterion.kind == tree.IF_THEN.name:
        return []
    return [part for part in step.parts if isinstance(part, Step)]


def _words(step: Step, parts: Sequence[Step], of: Callable[[Step], Status]) -> str:
    """A requirement in one sentence: of alternatives what of each is not met, and those that no chart settles."""
    if not parts or step.gate.least > 1:
        return _whole(step)
    return " OR ".join(_joined(list(_lacking(part, of))) or f"({_whole(part)})" for part in parts)


def _whole(step: Step) -> str:
    text = verbalize(step.criterion)
    return text if step.met else negation(text)


def _joined(found: Sequence[Lack]) -> str:
    if len(found) < 2:
        return "".join(lack.text for lack in found)
    return f"({' AND '.join(f'({lack.text})' if lack.criterion.children else lack.text for lack in found)})"
