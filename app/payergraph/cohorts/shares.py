"""How many of a population each policy lets through: shares with intervals, overlaps of payers, subgroups.

Outcomes are arrays of int8, one value a chart: the place of an ``Outcome`` among its members, 0 met, 1 not met, 2 not
documented, 3 excluded, 4 not listed, 5 unknown. Not to be taken for the states of ``patterns``, which are in Kleene's
order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..errors import CallError
from ..extras import frame, needed
from ..verdict.answers import Outcome
from .patterns import Counts, distinct, expect_codes

if TYPE_CHECKING:
    import pandas

#: The outcome of each code.
OUTCOMES: tuple[Outcome, ...] = tuple(Outcome)
#: How sure an interval is.
CONFIDENCE = 0.95
#: The smallest number of charts that a cell shows: the small-cell rule of the Centers for Medicare & Medicaid Services.
#: Who works with their data may show no cell of 1 to 10, nor a percentage that tells one (CMS cell size suppression
#: policy, in the Data Use Agreement, form CMS-R-0235; https://resdac.org/articles/cms-cell-size-suppression-policy).
#: A cell of nobody may be shown.
SMALLEST_CELL = 11
#: The group of charts that do not say the value.
NOT_ON_RECORD = "not on record"


# --- intervals ----------------------------------------------------------------------------------------------


def wilson(counts: npt.ArrayLike, of: npt.ArrayLike) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The lower and upper ends of Wilson's score intervals at 95 %, without a correction for continuity.

    Some lines of numpy, for any number of counts at once; SciPy says the same of one count a call, and would be a new
    library for that alone.

    Args:
        counts, of: how many, of how many; of none, an interval is NaN.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the American
    Statistical Association 22 (1927) 209-212.
    """
    found, whole = np.asarray(counts, np.float64), np.asarray(of, np.float64)
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, spread = found / whole, z * z / whole
        middle = (share + spread / 2) / (1 + spread)
        half = np.sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
        # At both ends of the range the bounds are exact; rounding would leave them a little beside.
        low = np.where(found == 0, share, middle - half)
        return low, np.where(found == whole, share, middle + half)


@dataclass(frozen=True)
class Share:
    """A number of charts of a whole.

    Attributes:
        count, of: how many, of how many.
        low, high: Wilson's interval at 95 % of the share, from 0 to 1; None of none.
    """

    count: int
    of: int
    low: float | None
    high: float | None

    @classmethod
    def counted(cls, counts: Iterable[int], of: int) -> tuple[Share, ...]:
        """The shares of several counts of one whole."""
        found = [int(count) for count in counts]
        if not of:
            return tuple(cls(count, 0, None, None) for count in found)
        lows, highs = wilson(found, of)
        ends = zip(lows.tolist(), highs.tolist(), strict=True)
        return tuple(cls(count, of, low, high) for count, (low, high) in zip(found, ends, strict=True))

    @property
    def share(self) -> float | None:
        """From 0 to 1; None of none."""
        return self.count / self.of if self.of else None

    def record(self) -> dict[str, Any]:
        """The number, the whole, the share and its interval."""
        return {"count": self.count, "of": self.of, "share": self.share, "low": self.low, "high": self.high}


#: The columns of a share in a table.
SHARE_COLUMNS = ("count", "of", "share", "low", "high")


# --- shares -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shares:
    """What each policy says to a population.

    Attributes:
        charts: how many charts there are.
        by_policy: by the name of a policy, in the order given, the share of each outcome.
    """

    charts: int
    by_policy: Mapping[str, Mapping[Outcome, Share]]

    def records(self) -> list[dict[str, Any]]:
        """One record a policy and outcome, tidy."""
        return [
            {"policy": policy, "outcome": outcome.value, **share.record()}
            for policy, found in self.by_policy.items()
            for outcome, share in found.items()
        ]

    def to_dataframe(self) -> pandas.DataFrame:
        """The records as a table.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return frame(self.records(), ("policy", "outcome", *SHARE_COLUMNS))


def shares(outcomes: Mapping[str, npt.NDArray[Any]]) -> Shares:
    """The share of each outcome under each policy.

    Args:
        outcomes: by the name of a policy its outcome for each chart.

    Raises:
        CallError: an array is no list of codes of outcomes, or is longer than another.
    """
    charts = _charts(outcomes)
    return Shares(charts, {policy: _by_outcome(column, charts) for policy, column in outcomes.items()})


def _charts(outcomes: Mapping[str, npt.NDArray[Any]]) -> int:
    charts = len(next(iter(outcomes.values()), ()))
    for policy, column in outcomes.items():
        expect_codes("outcomes", policy, column, len(OUTCOMES), charts)
    return charts


def _by_outcome(column: npt.NDArray[Any], charts: int) -> dict[Outcome, Share]:
    counts = np.bincount(column, minlength=len(OUTCOMES))
    return dict(zip(OUTCOMES, Share.counted(counts, charts), strict=True))


# --- overlaps -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pair:
    """How far two policies let through the same charts.

    Attributes:
        both, first_alone, second_alone, neither: how many charts are met by both, by one of the two, by none.
    """

    first: str
    second: str
    both: int
    first_alone: int
    second_alone: int
    neither: int

    @property
    def jaccard(self) -> float | None:
        """Of the charts that one of them lets through, the share that both do; None where none lets any through."""
        either = self.both + self.first_alone + self.second_alone
        return self.both / either if either else None


@dataclass(frozen=True)
class Through:
    """The charts that exactly these policies let through.

    Attributes:
        policies: in the order given; empty for the charts that none lets through.
    """

    policies: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Overlap:
    """Which charts are met by which policies.

    Attributes:
        charts: how many charts there are.
        policies: in the order given.
        pairs: each two policies once.
        sets: the sets of policies that let through some chart together and no other does, the largest number first.
    """

    charts: int
    policies: tuple[str, ...]
    pairs: tuple[Pair, ...]
    sets: tuple[Through, ...]

    def records(self) -> list[dict[str, Any]]:
        """One record a pair, tidy."""
        return [{name: getattr(pair, name) for name in PAIR_COLUMNS} for pair in self.pairs]

    def to_dataframe(self) -> pandas.DataFrame:
        """The pairs as a table.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return frame(self.records(), PAIR_COLUMNS)

    def set_records(self) -> list[dict[str, Any]]:
        """One record a set: whether each policy is in it, and how many charts it lets through, as UpSet plots take."""
        return [
            {**{policy: policy in item.policies for policy in self.policies}, "count": item.count} for item in self.sets
        ]


#: The columns of a pair in a table.
PAIR_COLUMNS = ("first", "second", "both", "first_alone", "second_alone", "neither", "jaccard")


def overlap(outcomes: Mapping[str, npt.NDArray[Any]]) -> Overlap:
    """Which charts are met by which policies; all other outcomes count as not let through.

    Args:
        outcomes: by the name of a policy its outcome for each chart.

    Raises:
        CallError: an array is no list of codes of outcomes, or is longer than another.
    """
    charts, policies = _charts(outcomes), tuple(outcomes)
    met = [column == OUTCOMES.index(Outcome.MET) for column in outcomes.values()]
    where, _, counts = distinct(met, 2, charts)
    inside = np.array([column[where] for column in met], np.int64).reshape(len(policies), len(counts))
    both = (inside * counts) @ inside.T
    pairs = tuple(
        Pair(
            first=policies[a],
            second=policies[b],
            both=int(both[a, b]),
            first_alone=int(both[a, a] - both[a, b]),
            second_alone=int(both[b, b] - both[a, b]),
            neither=int(charts - both[a, a] - both[b, b] + both[a, b]),
        )
        for a, b in combinations(range(len(policies)), 2)
    )
    sets = (
        Through(tuple(policy for policy, there in zip(policies, column, strict=True) if there), int(count))
        for column, count in zip(inside.T, counts, strict=True)
    )
    order = {policy: place for place, policy in enumerate(policies)}
    by_size = sorted(sets, key=lambda item: (-item.count, [order[policy] for policy in item.policies]))
    return Overlap(charts, policies, pairs, tuple(by_size))


# --- subgroups ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """How many charts of a group have an outcome under a policy.

    Attributes:
        group: the value that its charts have, or ``NOT_ON_RECORD``.
        share: None where it is suppressed.
    """

    policy: str
    group: str
    outcome: Outcome
    share: Share | None

    @property
    def suppressed(self) -> bool:
        """Whether it is of too few charts to be shown."""
        return self.share is None


@dataclass(frozen=True)
class Subgroups:
    """What each policy says to the groups of a population.

    Where a group has fewer charts than ``smallest``, nothing of it is shown; of another group, no outcome of fewer
    charts, unless it is of none. Complementary suppression is not done: what is suppressed may follow from what is
    shown, such as from the number of the whole group. The rule of CMS asks for it, too: whoever publishes the
    table under that rule has to see to it.

    Attributes:
        column: by what the charts are grouped.
        smallest: the smallest number of charts that is shown.
        groups: how many charts each has, in the order in which they are told; None where it is suppressed.
        cells: by policy, group and outcome.
    """

    column: str
    smallest: int
    groups: Mapping[str, int | None]
    cells: tuple[Cell, ...]

    def records(self) -> list[dict[str, Any]]:
        """One record a policy, group and outcome, tidy; one that is suppressed says so and has no numbers."""
        return [
            {
                "policy": cell.policy,
                "by": self.column,
                "group": cell.group,
                "outcome": cell.outcome.value,
                **(cell.share.record() if cell.share else dict.fromkeys(SHARE_COLUMNS)),
                "note": f"suppressed: fewer than {self.smallest}" if cell.suppressed else "",
            }
            for cell in self.cells
        ]

    def to_dataframe(self) -> pandas.DataFrame:
        """The records as a table.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return frame(self.records(), ("policy", "by", "group", "outcome", *SHARE_COLUMNS, "note"))


def by_value(
    outcomes: Mapping[str, npt.NDArray[Any]],
    column: str,
    values: npt.NDArray[Any],
    *,
    smallest: int = SMALLEST_CELL,
) -> Subgroups:
    """The share of each outcome under each policy, for each value of a column.

    Args:
        outcomes: by the name of a policy its outcome for each chart.
        column: what the values are called: ``sex``, ``state``.
        values: of each chart; None or NaN where it is not on record.
        smallest: the smallest number of charts that is shown; 1 to show all.

    Raises:
        CallError: an array is no list of codes of outcomes, or one is longer than another; the smallest number is
            below 1.
        MissingExtra: pandas is not installed.
    """
    found, names = needed("pandas").factorize(values, sort=True)
    return _grouped(outcomes, column, found, [str(name) for name in names], smallest)


def by_age(
    outcomes: Mapping[str, npt.NDArray[Any]],
    ages: npt.NDArray[Any],
    edges: Sequence[int],
    *,
    smallest: int = SMALLEST_CELL,
) -> Subgroups:
    """The share of each outcome under each policy, by age: below the first edge, from each edge to the next, and above.

    Args:
        outcomes: by the name of a policy its outcome for each chart.
        ages: in years, of each chart; NaN where it is not on record.
        edges: the first whole year of each band but the youngest, such as ``[18, 65]``.
        smallest: as of ``by_value``.

    Raises:
        CallError: as of ``by_value``; there are no edges, or they are no ascending whole years above 0.
    """
    firsts = list(edges)
    rising = all(low < high for low, high in pairwise([0, *firsts]))
    if not firsts or not rising or any(int(edge) != edge for edge in firsts):
        raise CallError("edges", f"are {firsts}; expected whole years above 0 that ascend, such as [18, 65]")
    names = [
        f"under {firsts[0]}",
        *(f"{low} to {high - 1}" if high - low > 1 else f"{low}" for low, high in pairwise(firsts)),
        f"{firsts[-1]} and over",
    ]
    years = np.asarray(ages, np.float64)
    found = np.where(np.isnan(years), -1, np.searchsorted(np.array(firsts), years, side="right"))
    return _grouped(outcomes, "age", found, names, smallest)


def _grouped(
    outcomes: Mapping[str, npt.NDArray[Any]],
    column: str,
    groups: npt.NDArray[np.intp],
    names: Sequence[str],
    smallest: int,
) -> Subgroups:
    """The subgroups; ``groups`` has the place of each chart's name, -1 where it is not on record."""
    charts = _charts(outcomes) if outcomes else len(groups)
    if len(groups) != charts:
        raise CallError(column, f"is of {len(groups)} charts; expected {charts}, as of the outcomes")
    if smallest < 1:
        raise CallError("smallest", f"is {smallest}; expected 1 or more")
    told = [*names, NOT_ON_RECORD]
    places = np.where(groups < 0, len(names), groups)
    sizes = np.bincount(places, minlength=len(told))
    cells = [
        Cell(policy, name, outcome, _shown(share, smallest))
        for policy, column_of in outcomes.items()
        for name, size, counts in zip(told, sizes, _table(places, column_of, len(told)), strict=True)
        if size
        for outcome, share in zip(OUTCOMES, Share.counted(counts, int(size)), strict=True)
    ]
    shown = {name: int(size) if size >= smallest else None for name, size in zip(told, sizes, strict=True) if size}
    return Subgroups(column, smallest, shown, tuple(cells))


def _table(places: npt.NDArray[np.intp], outcome: npt.NDArray[Any], many: int) -> Counts:
    """How many charts of each group, a row each, have each outcome."""
    size = many * len(OUTCOMES)
    counts: Counts = np.bincount(places * len(OUTCOMES) + outcome, minlength=size).reshape(many, len(OUTCOMES))
    return counts


def _shown(share: Share, smallest: int) -> Share | None:
    """A share, unless it tells of too few charts."""
    return None if share.of < smallest or 0 < share.count < smallest else share
