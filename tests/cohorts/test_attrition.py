"""What stops a population: step by step, and each criterion's share of the stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import all_of, any_of, at_least, if_then, none_of
from trees import charts, leaf, of, trees

from payergraph.cohorts import attrition as made
from payergraph.cohorts.attrition import Of, Shapley, attrition, shapley
from payergraph.cohorts.patterns import STATUSES, fold, patterns
from payergraph.criteria import Status
from payergraph.errors import CallError
from payergraph.policies.gates import Step, value
from payergraph.policies.model import Criterion
from payergraph.verdict.fold import as_told


def values(found: Shapley) -> list[float]:
    return [portion.value for portion in found.portions]


def by_orders(root: Criterion, row: Sequence[int], kind: Of) -> list[float] | None:
    """Shapley's values of one chart from the definition, with no numpy and all orders; None where it is not stopped."""
    known = as_told(root, {one.id: STATUSES[state] for one, state in zip(root.leaves, row, strict=True)})
    bound = Status.NOT_DOCUMENTED if kind is Of.NOT_MET else Status.MET

    def stops(asked: set[str]) -> bool:
        def said(step: Step) -> Status:
            return step.of(known[step.criterion.id]) if step.criterion.id in asked else Status.MET

        return value(Step(root), said).rank < bound.rank

    if not stops({one.id for one in root.leaves}):
        return None
    names = [one.id for one in root.leaves]
    orders = list(permutations(names))
    found = dict.fromkeys(names, 0)
    for order in orders:
        asked: set[str] = set()
        for name in order:
            asked.add(name)
            if stops(asked):
                found[name] += 1
                break
    return [found[name] / len(orders) for name in names]


# --- document order -----------------------------------------------------------------------------------------


def test_steps_are_counted_by_hand_in_the_order_of_the_document() -> None:
    a, b, c, d = (leaf(name) for name in ("a", "b", "c", "d"))
    root = all_of(a, any_of(b, c), none_of(d))
    states = of(root, [(2, 2, 0, 0), (0, 0, 0, 2), (2, 0, 0, 2), (1, 0, 2, 0), (2, 1, 0, 2), (2, 2, 2, 1)])
    found = attrition(root, patterns(states))
    assert found.charts == 6
    said = [(x.met, x.not_documented, x.not_met, x.stopped) for x in found.stages]
    assert said == [(4, 1, 1, 1), (2, 2, 2, 1), (1, 2, 3, 1)]
    assert [stage.text for stage in found.stages] == ["a", "b OR c", "Not: d"]
    alone = {x.criterion: (x.wanted, x.met, x.not_documented, x.not_met, x.contrary) for x in found.alone}
    assert alone["a"] == ("met", 4, 1, 1, 1) and alone["d"] == ("not-met", 3, 1, 2, 3)
    assert found.to_dataframe()["step"].tolist() == [1, 2, 3]
    assert found.alone_records()[3]["text"] == "Not: d"


def test_a_root_that_is_no_conjunction_is_one_step() -> None:
    a, b = leaf(), leaf()
    root = any_of(a, b)
    [stage] = attrition(root, patterns(of(root, [(0, 0), (2, 0), (1, 0)]))).stages
    assert (stage.criterion, stage.met, stage.not_documented, stage.not_met, stage.stopped) == (root.id, 1, 1, 1, 1)
    [stage] = attrition(a, patterns(of(a, [(2,), (0,)]))).stages
    assert (stage.criterion, stage.met, stage.stopped) == (a.id, 1, 1)


def test_a_premise_with_both_ways_is_wanted_either_way() -> None:
    root = if_then(leaf(), leaf(), leaf())
    [premise, *_] = attrition(root, patterns(of(root, [(2, 0, 2)]))).alone
    assert premise.wanted == "either" and premise.contrary is None and premise.text.startswith("Whether or not: ")


@given(st.data())
def test_the_last_step_is_the_whole_tree_and_the_stops_add_up(data: st.DataObject) -> None:
    root = data.draw(trees())
    states = of(root, data.draw(charts(root)))
    found, whole = attrition(root, patterns(states)), fold(root, states)
    last = found.stages[-1]
    assert (last.not_met, last.not_documented, last.met) == tuple(int((whole == state).sum()) for state in range(3))
    assert sum(stage.stopped for stage in found.stages) == last.not_met
    assert all(stage.stopped >= 0 and stage.met + stage.not_documented + stage.not_met == found.charts
               for stage in found.stages)  # fmt: skip


# --- Shapley's values ---------------------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.data(), st.sampled_from(Of))
def test_the_values_are_those_of_the_definition(data: st.DataObject, kind: Of) -> None:
    root = data.draw(trees(5))
    rows = data.draw(charts(root, 6))
    found = shapley(root, patterns(of(root, rows)), of=kind)
    by_chart = [item for item in (by_orders(root, row, kind) for row in rows) if item is not None]
    assert (found.stopped, found.sampled) == (len(by_chart), 0)
    expected = np.mean(by_chart, axis=0) if by_chart else np.zeros(len(root.leaves))
    assert values(found) == pytest.approx(list(expected))
    assert {portion.error for portion in found.portions} == {0}
    assert sum(values(found)) == pytest.approx(1 if by_chart else 0)


def test_each_of_the_failing_parts_of_a_conjunction_has_as_much() -> None:
    parts = [leaf() for _ in range(5)]
    root = all_of(*parts)
    found = shapley(root, patterns(of(root, [(0, 2, 0, 1, 0)])))
    assert values(found) == pytest.approx([1 / 3, 0, 1 / 3, 0, 1 / 3])
    both = shapley(root, patterns(of(root, [(0, 2, 0, 1, 0)])), of="not-met-or-not-documented")
    assert values(both) == pytest.approx([1 / 4, 0, 1 / 4, 1 / 4, 1 / 4])


def test_what_stands_as_asked_and_what_changes_nothing_has_nothing() -> None:
    a, b, c, d = leaf(), leaf(), leaf(), leaf()
    root = all_of(a, any_of(b, c), none_of(d))
    # The first stands as asked; of the two alternatives one is met, so the other changes nothing.
    assert values(shapley(root, patterns(of(root, [(2, 0, 2, 2)])))) == [0, 0, 0, 1]


def test_what_has_to_be_not_met_counts_where_it_is_met() -> None:
    a, b = leaf(), leaf()
    root = all_of(none_of(a, b))
    assert values(shapley(root, patterns(of(root, [(2, 0), (2, 2)])))) == pytest.approx([0.75, 0.25])


def test_alternatives_that_all_fail_share_alike_and_a_count_by_how_many_it_needs() -> None:
    parts = [leaf() for _ in range(3)]
    anyone, two = any_of(*parts), at_least(2, *parts)
    assert values(shapley(anyone, patterns(of(anyone, [(0, 0, 0)])))) == pytest.approx([1 / 3] * 3)
    assert values(shapley(two, patterns(of(two, [(0, 0, 2)])))) == pytest.approx([1 / 2, 1 / 2, 0])


@given(st.data())
def test_criteria_that_stand_alike_in_alike_places_have_the_same(data: st.DataObject) -> None:
    a, b, c = leaf(), leaf(), leaf()
    connect = data.draw(st.sampled_from([all_of, any_of, none_of, lambda *parts: at_least(2, *parts)]))
    root = all_of(connect(a, b, c), c)
    rows = [(state, state, other) for state, other in data.draw(st.lists(st.tuples(*[st.integers(0, 2)] * 2)))]
    found = values(shapley(root, patterns(of(root, rows)), of=data.draw(st.sampled_from(Of))))
    assert found[0] == pytest.approx(found[1])


def _many(seed: int, leaves: int, rows: int) -> tuple[Criterion, dict[str, Any]]:
    rng = np.random.default_rng(seed)
    parts = [leaf() for _ in range(leaves)]
    third = leaves // 3
    root = all_of(
        *parts[:third], any_of(*parts[third : 2 * third]), none_of(parts[-1]), at_least(2, *parts[2 * third : -1])
    )
    return root, of(root, rng.choice(3, (rows, leaves), p=[0.5, 0.2, 0.3]))


@pytest.mark.parametrize("kind", Of)
def test_drawn_orders_lie_within_five_of_their_errors_of_the_exact_values(
    kind: Of, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, states = _many(1, 11, 400)
    found = patterns(states)
    exact = shapley(root, found, of=kind)
    monkeypatch.setattr(made, "EXACT_CRITERIA", 3)
    drawn = shapley(root, found, of=kind, seed=5)
    assert exact.sampled == 0 < drawn.sampled <= drawn.stopped == exact.stopped
    assert sum(values(drawn)) == pytest.approx(1)
    for one, other in zip(exact.portions, drawn.portions, strict=True):
        assert one.error == 0 < other.error < 0.002
        assert abs(one.value - other.value) <= 5 * other.error
    assert values(drawn) == values(shapley(root, found, of=kind, seed=5)) != values(shapley(root, found, of=kind))


def test_beyond_the_bound_of_all_patterns_together_orders_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    root, states = _many(2, 9, 100)
    exact = shapley(root, patterns(states))
    monkeypatch.setattr(made, "EXACT_COALITIONS", 200)
    monkeypatch.setattr(made, "_AT_ONCE", 16)
    some = shapley(root, patterns(states))
    assert 0 < some.sampled < some.stopped
    for one, other in zip(exact.portions, some.portions, strict=True):
        assert abs(one.value - other.value) <= 5 * other.error


def test_more_criteria_than_are_enumerated_are_drawn() -> None:
    parts = [leaf() for _ in range(made.EXACT_CRITERIA + 1)]
    root = all_of(*parts)
    found = shapley(root, patterns(of(root, [(0,) * len(parts), (0, *[2] * (len(parts) - 1))])))
    assert (found.stopped, found.sampled) == (2, 1)
    expected = [(1 + 1 / len(parts)) / 2, *[1 / len(parts) / 2] * (len(parts) - 1)]
    for portion, exact in zip(found.portions, expected, strict=True):
        assert portion.error > 0 and abs(portion.value - exact) <= 5 * portion.error


def test_what_was_left_out_of_a_criterion_denies_nobody_and_has_no_share() -> None:
    a, doubted = leaf(), replace(leaf(), not_computed="That it was proven.")
    root = all_of(a, none_of(doubted))
    found = patterns(of(root, [(0, 2)]))
    assert values(shapley(root, found)) == [1, 0]
    assert values(shapley(root, found, of=Of.NOT_MET_OR_OPEN)) == [0.5, 0.5]


def test_of_nobody_stopped_all_values_are_none() -> None:
    root = all_of(leaf(), leaf())
    for rows in ([], [(2, 2)]):
        found = shapley(root, patterns(of(root, rows)))
        assert (found.charts, found.stopped, values(found)) == (len(rows), 0, [0, 0])
    assert attrition(root, patterns(of(root, []))).stages[0].met == 0


def test_a_rule_without_criteria_stops_nobody() -> None:
    found = patterns({"other": np.array([0, 1])})
    assert attrition(None, found) == made.Attrition(2, (), ())
    assert shapley(None, found) == Shapley(Of.NOT_MET, 2, 0, 0, ())
    assert len(shapley(None, found).to_dataframe()) == 0 == len(attrition(None, found).to_dataframe())


def test_a_word_that_is_none_is_told() -> None:
    with pytest.raises(CallError, match="of 'met' is not known; expected not-met or not-met-or-not-documented"):
        shapley(leaf(), patterns({}), of="met")


def test_the_records_say_how_many_charts_a_value_amounts_to() -> None:
    root = all_of(leaf("a"), leaf("b"))
    found = shapley(root, patterns(of(root, [(0, 2), (0, 0), (2, 2), (2, 1)])))
    assert found.records()[0] == {
        **{"criterion": "a", "text": "a", "value": 0.75, "error": 0.0},
        **{"charts": 1.5, "of": "not-met"},
    }
    assert found.to_dataframe()["charts"].sum() == found.stopped == 2
