"""What stops a population under one rule: step by step in the order of the document, and each criterion's part in it.

What a later step stops in document order hangs on what stood before it. Shapley's value does not: it is a criterion's
share of the stop over all orders in which criteria could be asked (L. S. Shapley, A value for n-person games, in
Contributions to the Theory of Games II, 1953, 307-317).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import comb
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from ..choice import Choice
from ..criteria import Status, tree
from ..extras import frame
from ..policies.gates import Step
from ..policies.model import Criterion
from ..policies.words import verbalize, wanted
from .patterns import (
    MET,
    NOT_DOCUMENTED,
    NOT_MET,
    Counts,
    Flags,
    Patterns,
    States,
    as_told,
    distinct,
    folded,
    holds,
    standing,
)

if TYPE_CHECKING:
    import pandas

#: How a criterion has to be: met, not met, or either by the way that is taken.
EITHER = "either"


# --- document order -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stage:
    """A part of the root after all that stand before it in the document.

    Attributes:
        criterion: its id.
        text: the part in one sentence.
        met, not_documented, not_met: how the charts stand by the parts up to this one.
        stopped: how many charts are not met by this part and were not stopped before.
    """

    criterion: str
    text: str
    met: int
    not_documented: int
    not_met: int
    stopped: int


@dataclass(frozen=True)
class Alone:
    """A leaf by itself, over all charts.

    Attributes:
        criterion: its id.
        text: what the tree asks for by it.
        wanted: how the tree wants it: ``met``, ``not-met`` or ``either``.
        met, not_documented, not_met: its own states, whatever is wanted.
    """

    criterion: str
    text: str
    wanted: str
    met: int
    not_documented: int
    not_met: int

    @property
    def contrary(self) -> int | None:
        """How many charts have it the other way than it is wanted; None where either is."""
        return {Status.MET.value: self.not_met, Status.NOT_MET.value: self.met}.get(self.wanted)


@dataclass(frozen=True)
class Attrition:
    """How a population is stopped by one rule.

    Attributes:
        charts: how many charts there are.
        stages: the parts of the root in the order of the document; of a root that is no ``AllOf``, the root itself.
        alone: the leaves in the order of the document.
    """

    charts: int
    stages: tuple[Stage, ...]
    alone: tuple[Alone, ...]

    def records(self) -> list[dict[str, Any]]:
        """One record a stage, tidy."""
        return [{"step": place, **vars(stage)} for place, stage in enumerate(self.stages, 1)]

    def to_dataframe(self) -> pandas.DataFrame:
        """The stages as a table.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return frame(self.records(), ("step", *Stage.__dataclass_fields__))

    def alone_records(self) -> list[dict[str, Any]]:
        """One record a leaf, tidy."""
        return [{**vars(leaf), "contrary": leaf.contrary} for leaf in self.alone]


def attrition(root: Criterion | None, found: Patterns) -> Attrition:
    """How many charts each step of a rule stops, in the order of the document.

    Args:
        root: the criteria of the rule; None where it shows none, which stops nobody.

    Raises:
        CallError: a leaf of the tree has no states.
    """
    if root is None:
        return Attrition(found.charts, (), ())
    told = as_told(root, found.states)
    stages, reached, before = [], np.full(len(found.counts), MET, np.int8), 0
    for part in root.children if root.kind == tree.ALL_OF.name else (root,):
        reached = np.minimum(reached, folded(Step(part), told))
        states = _counted(found, reached)
        stages.append(Stage(part.id, verbalize(part), **states, stopped=states["not_met"] - before))
        before = states["not_met"]
    alone = (
        Alone(leaf.id, wanted(root, leaf), _sense(root, leaf), **_counted(found, told[leaf.id])) for leaf in root.leaves
    )
    return Attrition(found.charts, tuple(stages), tuple(alone))


def _counted(found: Patterns, states: States) -> dict[str, int]:
    names = {"met": MET, "not_documented": NOT_DOCUMENTED, "not_met": NOT_MET}
    return {name: found.counted(states == state) for name, state in names.items()}


def _sense(root: Criterion, leaf: Criterion) -> str:
    senses = root.senses[leaf.id]
    return EITHER if len(senses) == 2 else (Status.MET if True in senses else Status.NOT_MET).value


# --- Shapley's values ---------------------------------------------------------------------------------------

#: Up to so many criteria that stand otherwise than asked, all coalitions of a pattern are looked at: 4,096.
EXACT_CRITERIA = 12
#: So many coalitions are looked at over all patterns, which takes some seconds; the patterns that need the fewest come
#: first. Charts seldom need so many: only where thousands of patterns each fail ten criteria and more.
EXACT_COALITIONS = 2**24
#: So many orders are drawn for all other charts together: a standard error of 0.2 percentage points at most.
DRAWN = 2**16

# So many coalitions are looked at at once: some MB an array.
_AT_ONCE = 2**20

_Values: TypeAlias = npt.NDArray[np.float64]


class Of(Choice):
    """Which charts count as stopped."""

    NOT_MET = "not-met"
    NOT_MET_OR_OPEN = "not-met-or-not-documented"

    @property
    def words(self) -> str:
        """``not met or not documented``."""
        return self.value.replace("-", " ")


@dataclass(frozen=True)
class Portion:
    """What a criterion has to do with the stop.

    Attributes:
        criterion: its id.
        text: what the tree asks for by it.
        value: its share of the stop, from 0 to 1: the average over the stopped charts, and for each over all orders of
            asking, of whether it is this criterion with which the chart stops.
        error: the standard error of the value; 0 where it is exact.
    """

    criterion: str
    text: str
    value: float
    error: float


@dataclass(frozen=True)
class Shapley:
    """Each criterion's share of the stop.

    Attributes:
        of: which charts count as stopped.
        charts: how many charts there are.
        stopped: how many of them are stopped.
        sampled: for how many of those orders were drawn, for there are too many of them.
        portions: the leaves in the order of the document. Their values sum to 1; where no chart is stopped, all are 0.
    """

    of: Of
    charts: int
    stopped: int
    sampled: int
    portions: tuple[Portion, ...]

    def records(self) -> list[dict[str, Any]]:
        """One record a criterion, tidy; ``charts`` is how many stopped charts the value amounts to."""
        return [
            {**vars(portion), "charts": portion.value * self.stopped, "of": self.of.value} for portion in self.portions
        ]

    def to_dataframe(self) -> pandas.DataFrame:
        """The records as a table.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return frame(self.records(), (*Portion.__dataclass_fields__, "charts", "of"))


def shapley(root: Criterion | None, found: Patterns, *, of: Of | str = Of.NOT_MET, seed: int = 0) -> Shapley:
    """Each criterion's share of the stop: Shapley's value.

    The game of a chart: some criteria are asked as they stand, all others are taken to stand as they are asked, met or,
    under a negation, not met. It is won where the tree then stops the chart. To ask one more never undoes the stop, so
    that in each order of asking exactly one criterion brings it about. A criterion that the tree takes both ways, as
    the premise of an ``IfThen`` with ``otherwise``, is taken to stand as asked in both.

    Args:
        root: the criteria of the rule; None where it shows none.
        of: which charts count as stopped: those not met, or those not documented too.
        seed: for the orders that are drawn.

    Raises:
        CallError: a leaf of the tree has no states; ``of`` is none of its words.
    """
    which = Of(of)
    if root is None:
        return Shapley(which, found.charts, 0, 0, ())
    game = _Game.played(root, found, NOT_DOCUMENTED if which is Of.NOT_MET else MET)
    stopped, exact = int(game.counts.sum()), game.exactly
    total, variance = np.zeros(len(root.leaves)), np.zeros(len(root.leaves))
    for rows in game.batches(np.flatnonzero(exact)):
        chosen, values = game.exact(rows)
        np.add.at(total, chosen, values * game.counts[rows][:, None])
    rest = np.flatnonzero(~exact)
    sampled = int(game.counts[rest].sum())
    if sampled:
        hits = game.drawn(rest, np.random.default_rng(seed))
        total += sampled * hits / DRAWN
        # As if one more order had hit and one more missed: what was never drawn is not known to be none.
        share = (hits + 1) / (DRAWN + 2)
        variance = np.where(game.players[:, rest].any(axis=1), share * (1 - share) / DRAWN, 0)
    per = max(stopped, 1)
    values, errors = total / per, np.sqrt(variance) * sampled / per
    portions = (
        Portion(leaf.id, wanted(root, leaf), float(value), float(error))
        for leaf, value, error in zip(root.leaves, values, errors, strict=True)
    )
    return Shapley(which, found.charts, stopped, sampled, tuple(portions))


@dataclass(frozen=True, eq=False)
class _Game:
    """The stopped charts of a rule, by what fails.

    Attributes:
        failing: whether a criterion that is to be not met (first), or met (second), is otherwise: two by leaves by
            patterns. What the tree does not ask never fails.
        counts: how many charts have each pattern.
    """

    root: Criterion
    failing: Flags
    counts: Counts

    @classmethod
    def played(cls, root: Criterion, found: Patterns, bound: int) -> _Game:
        """The game in which a step fails that stands below a state."""
        told = as_told(root, found.states)
        failing = np.zeros((2, len(root.leaves), len(found.counts)), np.bool_)
        for at, leaf in enumerate(root.leaves):
            for met in root.senses[leaf.id]:
                failing[int(met), at] = standing(Step(leaf, met), told) < bound
        stopped = cls(root, failing, found.counts)._stops(lambda fails, at: fails)
        # Many patterns of states are one pattern of what fails.
        failing = failing[:, :, stopped]
        where, of, _ = distinct(failing[0] + 2 * failing[1].astype(np.int8), 4, failing.shape[2])
        counts = np.bincount(of, weights=found.counts[stopped], minlength=len(where)).astype(np.int64)
        return cls(root, failing[:, :, where], counts)

    @cached_property
    def players(self) -> Flags:
        """Which leaves stand otherwise than asked, by leaf and pattern; all others change nothing."""
        found: Flags = self.failing[0] | self.failing[1]
        return found

    @cached_property
    def exactly(self) -> Flags:
        """Of which patterns all coalitions are looked at."""
        many = self.players.sum(axis=0)
        first = np.lexsort((-self.counts, many))
        within = np.zeros(len(many), np.bool_)
        within[first] = np.cumsum(2.0 ** many[first]) <= EXACT_COALITIONS
        few: Flags = within & (many <= EXACT_CRITERIA)
        return few

    def batches(self, rows: npt.NDArray[np.intp]) -> Iterator[npt.NDArray[np.intp]]:
        """Patterns with the same number of players, as many as are looked at at once."""
        many = self.players[:, rows].sum(axis=0)
        for players in np.unique(many):
            alike, size = rows[many == players], max(_AT_ONCE >> int(players), 1)
            for start in range(0, len(alike), size):
                yield alike[start : start + size]

    def exact(self, rows: npt.NDArray[np.intp]) -> tuple[npt.NDArray[np.intp], _Values]:
        """The players of patterns that have as many, and their values, by pattern and player."""
        players = np.nonzero(self.players[:, rows].T)[1].reshape(len(rows), -1)
        asked, weights = _coalitions(players.shape[1])
        place = np.zeros((len(rows), len(self.root.leaves)), np.intp)
        np.put_along_axis(place, players, np.arange(players.shape[1])[None, :], axis=1)
        stops = self._stops(lambda fails, at: fails[rows, None] & asked[place[:, at]])
        return players, stops @ weights

    def drawn(self, rows: npt.NDArray[np.intp], rng: np.random.Generator) -> _Values:
        """How often each leaf brings about the stop, where charts of patterns and an order for each are drawn."""
        leaves = len(self.root.leaves)
        chart = rows[rng.choice(len(rows), DRAWN, p=self.counts[rows] / self.counts[rows].sum())]
        # A row a leaf, for it is read by leaf.
        order = np.ascontiguousarray(rng.permuted(np.tile(np.arange(leaves), (DRAWN, 1)), axis=1).T)

        def stops(first: npt.NDArray[np.intp]) -> Flags:
            """Whether the chart stops by the first criteria of its order."""
            return self._stops(lambda fails, at: fails[chart] & (order[at] < first))

        fewest, enough = np.ones(DRAWN, np.intp), np.full(DRAWN, leaves)
        while (fewest < enough).any():
            tried = (fewest + enough) // 2
            stopped = stops(tried)
            enough, fewest = np.where(stopped, tried, enough), np.where(stopped, fewest, tried + 1)
        stopping = np.argmax(order == enough - 1, axis=0)
        return np.bincount(stopping, minlength=leaves).astype(np.float64)

    def _stops(self, asked: Callable[[Flags, int], Flags]) -> Flags:
        """Whether the tree stops what is asked.

        Args:
            asked: of what fails by pattern, for the leaf at a place, what is asked of it.
        """
        places = {leaf.id: at for at, leaf in enumerate(self.root.leaves)}

        def told(step: Step) -> Flags | None:
            if step.criterion.children:
                return None
            at = places[step.criterion.id]
            return ~asked(self.failing[int(step.met), at], at)

        return ~holds(Step(self.root), told)


def _coalitions(players: int) -> tuple[Flags, _Values]:
    """Whether a player is in a coalition, by player and coalition; and by coalition and player the weight of its win.

    The value of a player is the sum over the coalitions without it of what it adds, weighted by the share of orders in
    which they come before it; each win is counted here once for those in the coalition, and against all others.
    """
    inside = (np.arange(2**players) >> np.arange(players)[:, None] & 1).astype(np.bool_)
    size = inside.sum(axis=0)
    share = np.array([1 / (players * comb(players - 1, before)) for before in range(players)])
    with_it, without = share[np.maximum(size - 1, 0)], share[np.minimum(size, players - 1)]
    return inside, np.where(inside, with_it, -without).T
