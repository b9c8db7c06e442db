"""Shares of a population with their intervals, overlaps of payers, subgroups."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payergraph.cohorts.shares import (
    NOT_ON_RECORD,
    OUTCOMES,
    SMALLEST_CELL,
    Share,
    Subgroups,
    Through,
    by_age,
    by_value,
    overlap,
    shares,
    wilson,
)
from payergraph.errors import CallError
from payergraph.verdict.answers import Outcome

MET, NOT_MET, NOT_DOCUMENTED, EXCLUDED, NOT_LISTED, UNKNOWN = range(6)


def coded(*runs: tuple[int, int]) -> npt.NDArray[np.int8]:
    """Codes of outcomes, each with how often."""
    return np.repeat(np.array([code for code, _ in runs], np.int8), [times for _, times in runs])


# --- intervals ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_intervals_are_those_that_newcombe_printed(count: int, of: int, low: float, high: float) -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3."""
    found = wilson(count, of)
    assert [round(float(end), 4) for end in found] == [low, high]


def test_of_none_there_is_no_interval_and_at_the_ends_the_bounds_are_exact() -> None:
    low, high = wilson([0, 0, 7], [0, 7, 7])
    assert np.isnan(low[0]) and np.isnan(high[0])
    assert low[1] == 0 and high[2] == 1 and 0 < high[1] < 1 and 0 < low[2] < 1


@given(st.integers(1, 10**6), st.data())
def test_an_interval_holds_its_share_and_mirrors_that_of_the_others(of: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, of))
    low, high = wilson(count, of)
    assert 0 <= low <= count / of <= high <= 1
    other_low, other_high = wilson(of - count, of)
    assert np.allclose([1 - other_high, 1 - other_low], [low, high])
    # The ends are where the test of a share by the score has the value z: its definition.
    for end in (low, high):
        if 0 < end < 1:
            assert (count / of - end) ** 2 == pytest.approx(1.959963984540054**2 * end * (1 - end) / of)


# --- shares -------------------------------------------------------------------------------------------------


def test_each_policy_has_the_share_of_each_outcome() -> None:
    found = shares({"cigna": coded((MET, 81), (NOT_MET, 182)), "molina": coded((EXCLUDED, 260), (UNKNOWN, 3))})
    assert found.charts == 263 and list(found.by_policy) == ["cigna", "molina"]
    share = found.by_policy["cigna"][Outcome.MET]
    assert (share.count, share.of, share.share) == (81, 263, 81 / 263)
    assert share.low == pytest.approx(0.2553, abs=5e-5) and share.high == pytest.approx(0.3662, abs=5e-5)
    said = {(row["policy"], row["outcome"]): row["count"] for row in found.records()}
    assert said["molina", "excluded"] == 260 and said["molina", "unknown"] == 3 and said["molina", "met"] == 0
    table = found.to_dataframe()
    assert list(table.columns) == ["policy", "outcome", "count", "of", "share", "low", "high"] and len(table) == 12
    assert table["count"].sum() == 2 * 263


def test_the_codes_are_the_places_of_the_outcomes() -> None:
    assert [outcome.value for outcome in OUTCOMES] == [
        *("met", "not-met", "not-documented", "excluded", "not-listed", "unknown")
    ]


def test_of_no_charts_and_of_no_policies_there_are_no_shares() -> None:
    none = shares({"cigna": coded()})
    assert none.charts == 0
    assert set(none.by_policy["cigna"].values()) == {Share(0, 0, None, None)}
    assert none.by_policy["cigna"][Outcome.MET].share is None
    assert shares({}).records() == [] and len(shares({}).to_dataframe().columns) == 7


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (coded((MET, 2)), "outcomes of b are of 2 charts; expected 3, as of the first"),
        (np.array([0, 6, 0]), "outcomes of b have a 6; expected 0 to 5"),
        (["met"] * 3, "outcomes of b are no array of whole numbers, one a chart"),
    ],
)
def test_what_is_no_array_of_outcomes_is_told(wrong: Any, said: str) -> None:
    for question in (shares, overlap, lambda found: by_value(found, "sex", np.array(["f"] * 3))):
        with pytest.raises(CallError) as caught:
            question({"a": coded((MET, 3)), "b": wrong})
        assert str(caught.value) == said


# --- overlaps -----------------------------------------------------------------------------------------------


def test_pairs_and_sets_of_payers_are_counted_by_hand() -> None:
    found = overlap(
        {
            "a": np.array([MET, MET, MET, NOT_MET, UNKNOWN, MET]),
            "b": np.array([MET, NOT_DOCUMENTED, MET, MET, EXCLUDED, NOT_LISTED]),
            "c": np.array([MET, NOT_MET, NOT_MET, NOT_MET, NOT_MET, NOT_MET]),
        }
    )
    first = found.pairs[0]
    assert (first.first, first.second) == ("a", "b")
    assert (first.both, first.first_alone, first.second_alone, first.neither) == (2, 2, 1, 1)
    assert first.jaccard == 2 / 5
    assert found.sets == (
        Through(("a",), 2),
        Through((), 1),
        Through(("a", "b"), 1),
        Through(("a", "b", "c"), 1),
        Through(("b",), 1),
    )
    assert found.set_records()[2] == {"a": True, "b": True, "c": False, "count": 1}
    assert found.to_dataframe().shape == (3, 7)


@given(st.lists(st.lists(st.integers(0, 5), min_size=4, max_size=4), max_size=20))
def test_sets_and_pairs_are_what_counting_chart_by_chart_gives(rows: list[list[int]]) -> None:
    columns = dict(zip("abcd", np.array(rows, np.int8).reshape(-1, 4).T, strict=True))
    found = overlap(columns)
    through = [tuple(name for name, code in zip("abcd", row, strict=True) if code == MET) for row in rows]
    assert {item.policies: item.count for item in found.sets} == {item: through.count(item) for item in set(through)}
    for pair in found.pairs:
        inside = [(pair.first in item, pair.second in item) for item in through]
        assert pair.both == inside.count((True, True)) and pair.neither == inside.count((False, False))
        assert pair.first_alone == inside.count((True, False))
        assert pair.both + pair.first_alone + pair.second_alone + pair.neither == len(rows)


def test_where_nobody_is_let_through_there_is_no_jaccard_index() -> None:
    [pair] = overlap({"a": coded((NOT_MET, 2)), "b": coded((UNKNOWN, 2))}).pairs
    assert pair.jaccard is None and pair.neither == 2
    assert overlap({}).sets == () and overlap({}).pairs == ()
    assert overlap({"a": coded(), "b": coded()}).sets == ()


# --- subgroups ----------------------------------------------------------------------------------------------


def counts(found: Subgroups) -> dict[tuple[str, str], int | None]:
    return {(cell.group, cell.outcome.value): cell.share.count if cell.share else None for cell in found.cells}


def test_the_bound_of_a_cell_is_eleven() -> None:
    values = np.array(["f"] * 22 + ["m"] * 11 + ["x"] * 10 + [None] * 30, dtype=object)
    outcomes = coded((MET, 11), (NOT_MET, 10), (NOT_DOCUMENTED, 1), (MET, 11), (NOT_MET, 10), (MET, 30))
    found = by_value({"cigna": outcomes}, "sex", values)
    assert found.smallest == SMALLEST_CELL == 11
    assert found.groups == {"f": 22, "m": 11, "x": None, NOT_ON_RECORD: 30}
    said = counts(found)
    assert said["f", "met"] == 11 and said["f", "not-met"] is None and said["f", "not-documented"] is None
    assert said["f", "excluded"] == 0 and said["m", "met"] == 11 and said[NOT_ON_RECORD, "met"] == 30
    assert {count for (group, _), count in said.items() if group == "x"} == {None}


def test_a_suppressed_cell_says_so_and_has_no_number() -> None:
    found = by_value({"cigna": coded((MET, 10), (NOT_MET, 20))}, "state", np.array(["OH"] * 30))
    row = next(row for row in found.records() if row["outcome"] == "met")
    assert row["note"] == "suppressed: fewer than 11" and row["by"] == "state" and row["group"] == "OH"
    assert all(row[name] is None for name in ("count", "of", "share", "low", "high"))
    other = next(row for row in found.records() if row["outcome"] == "not-met")
    assert other["note"] == "" and (other["count"], other["of"]) == (20, 30)
    assert len(found.to_dataframe()) == 6
    assert not any(
        cell.suppressed for cell in by_value({"c": coded((MET, 1))}, "s", np.array(["OH"]), smallest=1).cells
    )


def test_ages_fall_into_the_bands_of_their_edges() -> None:
    ages = np.array([0, 17, 17.9, 18, 64, 65, 65.5, 66, 90, np.nan])
    found = by_age({"a": coded((MET, 10))}, ages, [18, 65, 66], smallest=1)
    assert found.groups == {"under 18": 3, "18 to 64": 2, "65": 2, "66 and over": 2, NOT_ON_RECORD: 1}
    assert list(found.groups)[:2] == ["under 18", "18 to 64"]


@pytest.mark.parametrize("edges", [[], [0, 18], [18, 18], [65, 18], [17.5]])
def test_edges_that_are_no_ascending_years_are_told(edges: list[Any]) -> None:
    with pytest.raises(CallError, match=r"edges are .*; expected whole years above 0 that ascend"):
        by_age({"a": coded((MET, 1))}, np.array([3]), edges)


def test_values_of_other_charts_and_a_bound_below_one_are_told() -> None:
    with pytest.raises(CallError, match="sex is of 2 charts; expected 1, as of the outcomes"):
        by_value({"a": coded((MET, 1))}, "sex", np.array(["f", "m"]))
    with pytest.raises(CallError, match="smallest is 0; expected 1 or more"):
        by_value({"a": coded((MET, 1))}, "sex", np.array(["f"]), smallest=0)


def test_of_no_charts_there_are_no_groups() -> None:
    assert by_value({"a": coded()}, "sex", np.array([], dtype=object)).cells == ()
    assert by_age({}, np.array([]), [18]).groups == {}
    assert len(by_value({"a": coded()}, "sex", np.array([])).to_dataframe().columns) == 10
