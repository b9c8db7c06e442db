"""Trees folded in numpy, and charts with the same states as one pattern."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import all_of, any_of, at_least, if_then, none_of
from trees import charts, leaf, of, trees

from payergraph.cohorts import patterns as made
from payergraph.cohorts.patterns import STATUSES, Patterns, fold, patterns
from payergraph.criteria import Status
from payergraph.errors import CallError
from payergraph.policies.model import Criterion
from payergraph.verdict import fold as verdict


def test_the_states_are_the_ranks_of_kleenes_order() -> None:
    assert STATUSES == (Status.NOT_MET, Status.NOT_DOCUMENTED, Status.MET)


@given(st.data())
def test_a_tree_folds_as_the_verdict_of_each_chart_does(data: st.DataObject) -> None:
    root = data.draw(trees())
    rows = data.draw(charts(root))
    states = of(root, rows)
    found = fold(root, states)
    assert found.dtype == np.int8 and found.shape == (len(rows),)
    for place, row in enumerate(rows):
        known = {one.id: STATUSES[state] for one, state in zip(root.leaves, row, strict=True)}
        said = verdict.fold(root, verdict.as_told(root, known)).status
        assert STATUSES[found[place]] is said
    kept = patterns(states)
    assert fold(root, kept.states)[kept.of].tolist() == found.tolist()


def test_each_connective_folds_by_hand() -> None:
    a, b, c = leaf(), leaf(), leaf()
    states = of(all_of(a, b, c), [(2, 1, 0), (2, 2, 1), (1, 0, 2), (0, 0, 0)])
    assert fold(all_of(a, b, c), states).tolist() == [0, 1, 0, 0]
    assert fold(any_of(a, b, c), states).tolist() == [2, 2, 2, 0]
    assert fold(at_least(2, a, b, c), states).tolist() == [1, 2, 1, 0]
    assert fold(none_of(a, b), states).tolist() == [0, 0, 1, 2]
    assert fold(if_then(a, b), states).tolist() == [1, 2, 1, 2]
    assert fold(if_then(a, b, c), states).tolist() == [1, 2, 1, 0]
    assert fold(b, states).tolist() == [1, 2, 0, 0]


def test_what_is_met_but_for_what_is_left_out_does_not_deny_anybody() -> None:
    doubted = replace(leaf(), not_computed="That it was proven.")
    states = {doubted.id: np.array([0, 1, 2], np.int8)}
    assert fold(none_of(doubted), states).tolist() == [2, 1, 1]
    assert fold(all_of(doubted), states).tolist() == [0, 1, 2]
    assert states[doubted.id].tolist() == [0, 1, 2]


def test_charts_with_the_same_states_are_one_pattern() -> None:
    found = patterns({"a": np.array([2, 0, 2, 2]), "b": np.array([1, 1, 1, 0])})
    rows = zip(found.states["a"], found.states["b"], found.counts, strict=True)
    assert sorted((int(a), int(b), int(count)) for a, b, count in rows) == [(0, 1, 1), (2, 0, 1), (2, 1, 2)]
    assert found.states["a"][found.of].tolist() == [2, 0, 2, 2] and found.charts == 4


@pytest.mark.parametrize("many", [1, 40, 41, 100])
def test_more_criteria_than_a_key_holds_make_the_patterns_that_numpy_finds(many: int) -> None:
    rng = np.random.default_rng(3)
    kinds = rng.integers(0, 3, (50, many))
    rows = kinds[rng.integers(0, 50, 300)]
    found = patterns({str(place): rows[:, place] for place in range(many)})
    assert np.array_equal(np.stack(list(found.states.values()), axis=1)[found.of], rows)
    assert len(found.counts) == len(np.unique(rows, axis=0)) and found.counts.sum() == 300


@pytest.mark.parametrize("states", [{}, {"a": np.empty(0, np.int8), "b": np.empty(0, np.int8)}])
def test_of_no_charts_there_are_no_patterns(states: dict[str, Any]) -> None:
    found = patterns(states)
    assert (found.charts, len(found.counts), found.counted(np.empty(0, bool))) == (0, 0, 0)


def test_a_tree_of_no_charts_has_no_states() -> None:
    root = all_of(at_least(2, leaf(), leaf(), leaf()), none_of(leaf()))
    assert fold(root, of(root, [])).tolist() == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([2, 1], "states of b are no array of whole numbers, one a chart"),
        (np.array([2.0, 1.0]), "states of b are no array of whole numbers, one a chart"),
        (np.array([[2, 1]]), "states of b are no array of whole numbers, one a chart"),
        (np.array([2, 1, 0]), "states of b are of 3 charts; expected 2, as of the first"),
        (np.array([2, 3]), "states of b have a 3; expected 0 to 2"),
        (np.array([-1, 2]), "states of b have a -1; expected 0 to 2"),
    ],
)
def test_what_is_no_array_of_states_is_told(wrong: Any, said: str) -> None:
    with pytest.raises(CallError) as caught:
        patterns({"a": np.array([0, 1]), "b": wrong})
    assert str(caught.value) == said


def test_a_leaf_without_states_is_named() -> None:
    a, b = leaf(), leaf()
    root: Criterion = all_of(a, b)
    with pytest.raises(CallError, match=f"states have nothing of {b.id}, a criterion of {root.id}"):
        fold(root, {a.id: np.array([2], np.int8)})


def test_a_key_is_made_small_again_before_it_runs_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "_MOST", 9)
    rows = np.array([[0, 1, 2], [0, 1, 2], [2, 2, 2], [2, 1, 2], [0, 0, 0]])
    found: Patterns = patterns({str(place): rows[:, place] for place in range(3)})
    assert sorted(found.counts.tolist()) == [1, 1, 1, 2]
