"""What would change if a payer did not ask for a criterion, or asked in its place for what another payer does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from .. import terms
from ..criteria import Status
from ..errors import CallError
from ..extras import frame
from ..near import hint_or, slips
from ..policies.gates import Step
from ..policies.model import Criterion
from ..policies.words import verbalize
from .patterns import MET, STATUSES, Flags, Patterns, States, as_told, fold, folded
from .shares import SHARE_COLUMNS, Share

if TYPE_CHECKING:
    import pandas

_NUMBERS: Mapping[str, type[int] | type[Decimal]] = {terms.XSD + "integer": int, terms.XSD + "decimal": Decimal}


@dataclass(frozen=True)
class Move:
    """The charts that go from one state to another.

    Attributes:
        share: of all charts.
    """

    before: Status
    after: Status
    share: Share


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A rule with one criterion changed, over a population.

    The states are those of the tree: what a policy decides beside it, such as an exclusion, is not in them, and *not
    documented* is there also what an answer tells as *unknown*.

    Attributes:
        criterion: the id of the criterion that is changed.
        text: the change in words.
        before, after: the state of each chart without and with the change.
        moves: the charts whose state changes; only moves that some chart makes.
        becomes_met: the charts that are met with the change alone, of all charts.
    """

    criterion: str
    text: str
    before: States
    after: States
    moves: tuple[Move, ...]
    becomes_met: Share

    @property
    def changed(self) -> int:
        """How many charts change their state."""
        return sum(move.share.count for move in self.moves)

    def records(self) -> list[dict[str, Any]]:
        """One record a move, tidy."""
        return [
            {
                "criterion": self.criterion,
                "text": self.text,
                "before": move.before.value,
                "after": move.after.value,
                **move.share.record(),
            }
            for move in self.moves
        ]

    def to_dataframe(self) -> pandas.DataFrame:
        """The records as a table.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return frame(self.records(), ("criterion", "text", "before", "after", *SHARE_COLUMNS))


def dropped(root: Criterion, found: Patterns, criterion: str) -> WhatIf:
    """A rule that does not ask for one of its criteria: it is taken to stand as it is asked, wherever it stands.

    That is met, or under a negation not met. A premise of an ``IfThen`` is taken not to hold, so that nothing follows
    from it, and with ``otherwise`` nothing from its contrary either.

    Args:
        criterion: the id of a leaf or of a connective, which is dropped with all its parts.

    Raises:
        CallError: no criterion of the tree has this id; a leaf of the tree has no states.
    """
    part = _part(root, criterion)
    told = as_told(root, found.states)
    after = folded(Step(root), told, criterion)
    return _compared(found, part, f"Without: {verbalize(part)}", folded(Step(root), told), after)


def exchanged(root: Criterion, found: Patterns, criterion: str, other: Criterion) -> WhatIf:
    """A rule that asks for another criterion in the place of one of its own.

    Args:
        found: over the leaves of the rule and of the other criterion.
        criterion: the id of a leaf or of a connective, which is exchanged wherever it stands.
        other: a leaf or a connective, of another payer's rule.

    Raises:
        CallError: no criterion of the tree has this id; a leaf of the tree or of the other criterion has no states.
    """
    part = _part(root, criterion)
    text = f"{verbalize(other)}, in the place of: {verbalize(part)}"
    after = fold(_with(root, criterion, other), found.states)
    return _compared(found, part, text, fold(root, found.states), after)


def numbers(leaf: Criterion) -> dict[str, int | Decimal]:
    """The numbers that a criterion gives, by the names of its parameters: what can be loosened."""
    found = ((name, value) for name, value in leaf.parameters.items() if isinstance(value, ox.Literal))
    return {
        name: _NUMBERS[value.datatype.value](value.value) for name, value in found if value.datatype.value in _NUMBERS
    }


def _part(root: Criterion, criterion: str) -> Criterion:
    parts: Mapping[str, Criterion] = {part.id: part for part in root.walk()}
    if criterion not in parts:
        nearest = slips(criterion, parts)
        advice = hint_or(nearest, f"expected the id of one, such as {root.leaves[0].id}")
        raise CallError("criterion", f"{criterion!r} is no criterion of {root.id}; {advice}")
    return parts[criterion]


def _with(node: Criterion, criterion: str, other: Criterion) -> Criterion:
    if node.id == criterion:
        return other
    return replace(node, children=tuple(_with(child, criterion, other) for child in node.children))


def _compared(found: Patterns, part: Criterion, text: str, before: States, after: States) -> WhatIf:
    def moved(source: int, target: int) -> Flags:
        flags: Flags = (before == source) & (after == target)
        return flags

    pairs = list(permutations(range(len(STATUSES)), 2))
    counts = [found.counted(moved(*pair)) for pair in pairs]
    shares = Share.counted(counts, found.charts)
    moves = (
        Move(STATUSES[source], STATUSES[target], share)
        for (source, target), share in zip(pairs, shares, strict=True)
        if share.count
    )
    [gained] = Share.counted([found.counted((before != MET) & (after == MET))], found.charts)
    return WhatIf(part.id, text, before[found.of], after[found.of], tuple(moves), gained)
