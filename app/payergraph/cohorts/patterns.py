"""The states of criteria over many charts: charts with the same states are one pattern, and trees folded in numpy.

A million charts have few thousand patterns, so that what hangs on the states alone is worked out once a pattern and
counted. States are int8 in Kleene's order: 0 not met, 1 not documented, 2 met, which is ``Status.rank``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..criteria import Status
from ..errors import CallError
from ..policies.gates import Gate, Step
from ..policies.model import Criterion
from ..verdict.fold import doubted

#: States of charts or of patterns, int8.
States: TypeAlias = npt.NDArray[np.int8]
#: Whether something holds of each of them.
Flags: TypeAlias = npt.NDArray[np.bool_]
#: How many charts.
Counts: TypeAlias = npt.NDArray[np.int64]

NOT_MET, NOT_DOCUMENTED, MET = (status.rank for status in (Status.NOT_MET, Status.NOT_DOCUMENTED, Status.MET))
#: The status of each state.
STATUSES: tuple[Status, ...] = tuple(sorted(Status, key=lambda status: status.rank))

# A key of 64 bits holds so many combinations; beyond, it is made small again.
_MOST = 2**64


@dataclass(frozen=True, eq=False)
class Patterns:
    """The charts by the states of their criteria.

    Attributes:
        states: by the id of a leaf its state in each pattern.
        counts: how many charts have each pattern.
        of: the pattern of each chart.
    """

    states: Mapping[str, States]
    counts: Counts
    of: npt.NDArray[np.intp]

    @property
    def charts(self) -> int:
        """How many charts there are."""
        return len(self.of)

    def counted(self, holds: Flags) -> int:
        """How many charts have a pattern of which something holds."""
        return int(self.counts[holds].sum())


def patterns(states: Mapping[str, npt.NDArray[Any]]) -> Patterns:
    """The patterns among charts.

    Args:
        states: by the id of a leaf its state in each chart. Those of the leaves of several rules may stand together.

    Raises:
        CallError: an array is no list of whole numbers from 0 to 2, or is longer than another.
    """
    first = next(iter(states.values()), np.empty(0, np.int8))
    for name, column in states.items():
        expect_codes("states", name, column, len(STATUSES), len(first))
    where, of, counts = distinct(states.values(), len(STATUSES), len(first))
    return Patterns({name: column[where].astype(np.int8) for name, column in states.items()}, counts, of)


def expect_codes(argument: str, name: str, column: npt.NDArray[Any], many: int, charts: int) -> None:
    """Make sure that an array has a whole number below ``many`` for each chart.

    Raises:
        CallError: it has not.
    """
    if not isinstance(column, np.ndarray) or column.ndim != 1 or column.dtype.kind not in "iu":
        raise CallError(argument, f"of {name} are no array of whole numbers, one a chart")
    if len(column) != charts:
        raise CallError(argument, f"of {name} are of {len(column)} charts; expected {charts}, as of the first")
    if len(column) and not 0 <= column.min() <= column.max() < many:
        wrong = column[(column < 0) | (column >= many)][0]
        raise CallError(argument, f"of {name} have a {wrong}; expected 0 to {many - 1}")


def distinct(
    columns: Iterable[npt.NDArray[Any]], many: int, charts: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Counts]:
    """The distinct rows of columns of whole numbers below ``many``.

    They are packed into one key a row, which sorts about fifty times as fast as the rows do.

    Returns:
        Of each distinct row the place where it stands first, the distinct row of each row, and how often each stands.
    """
    key, room = np.zeros(charts, np.uint64), 1
    for column in columns:
        if room * many > _MOST:
            found, smaller = np.unique(key, return_inverse=True)
            key, room = smaller.astype(np.uint64), max(len(found), 1)
        key *= np.uint64(many)
        key += column.astype(np.uint64)
        room *= many
    _, where, of, counts = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    return where, of, counts.astype(np.int64)


def holds(part: Step | Gate, told: Callable[[Step], Flags | None]) -> Flags:
    """Whether a tree holds, of each chart or pattern.

    Args:
        told: whether a step holds; None of a connective that is to be read by its parts, never of a leaf.
    """
    if isinstance(part, Step):
        found = told(part)
        return holds(part.gate, told) if found is None else found
    below = [holds(inner, told) for inner in part.parts]
    if part.least == len(below):
        return reduce(np.logical_and, below)
    if part.least == 1:
        return reduce(np.logical_or, below)
    enough: Flags = np.add.reduce(below, axis=0, dtype=np.int16) >= part.least
    return enough


def fold(root: Criterion, states: Mapping[str, States]) -> States:
    """The state of a tree, of each chart or pattern: what ``verdict.fold`` says of one.

    Args:
        states: by the id of a leaf; leaves of other rules may stand among them.

    Raises:
        CallError: a leaf of the tree has no states.
    """
    return folded(Step(root), as_told(root, states))


def folded(part: Step, told: Mapping[str, States], asked: str = "") -> States:
    """How a part of a tree stands, by states as they are told in the whole tree.

    Kleene's value is the sum of two trees of yes and no: whether it holds if all that is open holds, and whether it
    does if none of that holds.

    Args:
        asked: the id of a criterion that is taken to stand as it is asked, wherever it stands.
    """
    everywhere = np.ones(len(next(iter(told.values()))), np.bool_)

    def at_least(state: int) -> Callable[[Step], Flags | None]:
        def said(step: Step) -> Flags | None:
            if step.criterion.id == asked:
                return everywhere
            return None if step.criterion.children else standing(step, told) >= state

        return said

    return holds(part, at_least(NOT_DOCUMENTED)).astype(np.int8) + holds(part, at_least(MET))


def as_told(root: Criterion, states: Mapping[str, States]) -> dict[str, States]:
    """The states of a tree's leaves by which it is folded: the rule of ``verdict.fold.as_told``.

    Raises:
        CallError: a leaf of the tree has no states.
    """
    missing = [leaf.id for leaf in root.leaves if leaf.id not in states]
    if missing:
        raise CallError("states", f"have nothing of {missing[0]}, a criterion of {root.id}")
    found = {leaf.id: states[leaf.id] for leaf in root.leaves}
    return found | {name: np.minimum(found[name], NOT_DOCUMENTED).astype(np.int8) for name in doubted(root)}


def standing(step: Step, states: Mapping[str, States]) -> States:
    """How a leaf stands that is to be met, or mirrored where it is to be not met."""
    found = states[step.criterion.id]
    return found if step.met else (MET - found).astype(np.int8)
