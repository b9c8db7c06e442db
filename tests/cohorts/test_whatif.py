"""A rule without one of its criteria, or with another payer's in its place."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import all_of, any_of, at_least, if_then, none_of
from trees import charts, leaf, of, trees

from payergraph.cohorts.patterns import fold, patterns
from payergraph.cohorts.whatif import WhatIf, dropped, exchanged
from payergraph.criteria import Status
from payergraph.errors import CallError
from payergraph.policies.model import Criterion

MET, NOT_MET, NOT_DOCUMENTED = Status.MET, Status.NOT_MET, Status.NOT_DOCUMENTED


def moves(found: WhatIf) -> dict[tuple[Status, Status], int]:
    return {(move.before, move.after): move.share.count for move in found.moves}


def test_what_a_dropped_criterion_stopped_is_counted_by_hand() -> None:
    a, b = leaf("a"), leaf("b")
    root = all_of(a, b)
    found = dropped(root, patterns(of(root, [(0, 2), (0, 1), (1, 2), (2, 2), (0, 0), (2, 0), (0, 2)])), "a")
    assert found.before.tolist() == [0, 0, 1, 2, 0, 0, 0] and found.after.tolist() == [2, 1, 2, 2, 0, 0, 2]
    assert moves(found) == {(NOT_MET, MET): 2, (NOT_MET, NOT_DOCUMENTED): 1, (NOT_DOCUMENTED, MET): 1}
    assert found.changed == 4 and (found.becomes_met.count, found.becomes_met.of) == (3, 7)
    assert found.becomes_met.low == pytest.approx(0.1582, abs=1e-4)
    assert found.becomes_met.high == pytest.approx(0.7495, abs=1e-4)
    assert (found.criterion, found.text) == ("a", "Without: a")
    assert found.to_dataframe()["count"].tolist() == [1, 2, 1]


def test_under_a_negation_a_dropped_criterion_is_not_met() -> None:
    a, b = leaf(), leaf()
    root = none_of(a, b)
    assert dropped(root, patterns(of(root, [(2, 0), (2, 2), (1, 0)])), a.id).after.tolist() == [2, 0, 2]


def test_of_a_premise_nothing_follows_where_it_is_dropped() -> None:
    premise, then, otherwise = leaf(), leaf(), leaf()
    rows = list(product(range(3), repeat=3))
    for root in (if_then(premise, then), if_then(premise, then, otherwise)):
        states = of(root, [row[: len(root.children)] for row in rows])
        assert set(dropped(root, patterns(states), premise.id).after) == {2}
    root = if_then(premise, then, otherwise)
    found = dropped(root, patterns(of(root, rows)), then.id)
    assert found.after.tolist() == [2 if row[0] == 2 else max(row[0], row[2]) for row in rows]


def test_a_part_with_parts_is_dropped_with_them() -> None:
    a, b, c = leaf(), leaf(), leaf()
    inner = any_of(b, c)
    root = all_of(a, inner)
    found = dropped(root, patterns(of(root, [(2, 0, 0), (0, 0, 0), (1, 0, 1)])), inner.id)
    assert found.after.tolist() == [2, 0, 1] and found.text == f"Without: {b.id} OR {c.id}"
    assert set(dropped(root, patterns(of(root, [(0, 0, 0)])), root.id).after) == {2}


@given(st.data())
def test_dropping_makes_nothing_worse_and_is_the_tree_with_the_leaf_as_asked(data: st.DataObject) -> None:
    root = data.draw(trees())
    states = of(root, data.draw(charts(root)))
    part = data.draw(st.sampled_from(sorted({node.id for node in root.walk()})))
    found = dropped(root, patterns(states), part)
    assert (found.after >= found.before).all() and found.before.tolist() == fold(root, states).tolist()
    assert found.changed == (found.before != found.after).sum()
    assert found.becomes_met.count == ((found.before < 2) & (found.after == 2)).sum()
    if len(senses := root.senses.get(part, {True, False})) == 1:
        asked = np.full(len(found.before), 2 if True in senses else 0, np.int8)
        assert found.after.tolist() == fold(root, {**states, part: asked}).tolist()


def test_another_payers_criterion_stands_in_the_place_of_one() -> None:
    a, b, c, d = (leaf(name) for name in ("a", "b", "c", "d"))
    root, other = all_of(a, b), any_of(c, d)
    states = dict(
        zip("abcd", np.array([(2, 2, 0, 0), (2, 0, 0, 2), (2, 0, 1, 0), (0, 0, 2, 2)], np.int8).T, strict=True)
    )
    found = exchanged(root, patterns(states), "b", other)
    assert found.before.tolist() == [2, 0, 0, 0] and found.after.tolist() == [0, 2, 1, 0]
    assert moves(found) == {(MET, NOT_MET): 1, (NOT_MET, MET): 1, (NOT_MET, NOT_DOCUMENTED): 1}
    assert (found.becomes_met.count, found.text) == (1, "c OR d, in the place of: b")
    assert exchanged(none_of(a, b), patterns(states), "b", c).after.tolist() == [0, 0, 0, 0]
    assert exchanged(root, patterns(states), root.id, c).after.tolist() == states["c"].tolist()
    assert [child.id for child in root.children] == ["a", "b"]


@given(st.data())
def test_an_exchange_is_the_tree_with_the_other_states(data: st.DataObject) -> None:
    root: Criterion = at_least(
        2, leaf("a"), all_of(leaf("b"), leaf("c")), none_of(leaf("a")), if_then(leaf("c"), leaf("d"))
    )
    other = data.draw(trees(3))
    rows = data.draw(charts(all_of(root, other)))
    states = of(all_of(root, other), rows)
    for name in "abcd":
        found = exchanged(root, patterns(states), name, other)
        # No leaf is left out here by a negation alone, but for those of the other criterion.
        if not any(one.not_computed for one in other.leaves):
            assert found.after.tolist() == fold(root, {**states, name: fold(other, states)}).tolist()


def test_what_the_other_payer_leaves_out_denies_nobody_there_either() -> None:
    a, doubted = leaf("a"), replace(leaf("b"), not_computed="That it was proven.")
    found = patterns({"a": np.array([2, 0], np.int8), "b": np.array([2, 2], np.int8)})
    assert exchanged(none_of(a), found, "a", doubted).after.tolist() == [1, 1]


def test_of_no_charts_nothing_changes() -> None:
    root = all_of(leaf("a"), leaf("b"))
    for found in (dropped(root, patterns(of(root, [])), "a"), exchanged(root, patterns(of(root, [])), "a", leaf("b"))):
        assert (found.changed, found.moves, found.becomes_met.share) == (0, (), None)
        assert len(found.to_dataframe()) == 0


def test_a_criterion_that_there_is_not_and_one_without_states_are_told() -> None:
    root = all_of(leaf("prescriber"), leaf("trial"))
    found = patterns(of(root, [(2, 2)]))
    with pytest.raises(CallError, match=r"criterion 'prescribr' is no criterion of .*; the nearest is prescriber"):
        dropped(root, found, "prescribr")
    with pytest.raises(CallError, match="expected the id of one, such as prescriber"):
        exchanged(root, found, "nothing", root)
    with pytest.raises(CallError, match="states have nothing of age, a criterion of"):
        exchanged(root, found, "trial", leaf("age"))
