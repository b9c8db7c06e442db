"""Laws of evidence on generated cases: what is told decided, what counts is as many as the verdict says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import pytest
import strategies
from evaluator import ID, KINDS
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from strategies import REVIEW, Leaf, cases, graph, leaves, trees

from payergraph import criteria
from payergraph.criteria import SettledBy, Status
from payergraph.policies.model import Criterion
from payergraph.verdict.evidence import Effect, Evidence, Ledger, blocking
from payergraph.verdict.fold import fold
from payergraph.verdict.ways import forcing

pytestmark = pytest.mark.slow

#: Of results of one thing the latest counts: without it, an earlier one would.
LATEST = {
    "ScreeningCriterion": ("screenings",),
    "BiomarkerCriterion": ("biomarkers", "genetics"),
    "MeasurementCriterion": ("measurements", "labs", "weightKg"),
}


def law(examples: int) -> settings:
    """The same examples at every run."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(max_examples=examples, derandomize=True, deadline=None, suppress_health_check=slow)


def judged(case: Mapping[str, Any], *leaves: Criterion) -> tuple[dict[str, Status], Mapping[str, Evidence]]:
    """The states of leaves and what they rest on."""
    known = strategies.read(case)
    review = known.indication or ID + REVIEW
    states = strategies.quick_states(known, leaves, review)
    return states, Ledger(known, graph(), review, leaves, states).evidence


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_settled_rests_on_a_recorded_fact(kind: str) -> None:
    """That a list is complete, and what is declared, are facts, too: so no kind is an exception."""

    @law(25)
    @given(cases(kind), leaves(kind))
    def rests(case: dict[str, Any], leaf: Leaf) -> None:
        criterion = leaf.criterion()
        states, found = judged(case, criterion)
        state, evidence = states[criterion.id], found[criterion.id]
        if state is Status.MET:
            assert evidence.facts
            assert {fact.effect for fact in evidence.facts} == {Effect.FOR}
        if state is Status.NOT_MET and not asks_for_more_than_there_is(leaf):
            assert evidence.of(Effect.AGAINST)

    rests()


def asks_for_more_than_there_is(leaf: Leaf) -> bool:
    """Whether a set has fewer members than are asked for: then no fact is needed to say no."""
    return len(leaf.params.get("findings", ())) < leaf.given.get("minimumFindings", 0)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if criteria.KINDS[kind].settled_by is SettledBy.RECORD])
def test_without_the_facts_for_it_nothing_is_met(kind: str) -> None:
    @law(12)
    @given(cases(kind), leaves(kind))
    def falls(case: dict[str, Any], leaf: Leaf) -> None:
        case = _with_one_result(case, LATEST.get(kind, ()))
        criterion = leaf.criterion()
        states, found = judged(case, criterion)
        assume(states[criterion.id] is Status.MET)
        less = without(case, [fact.path for fact in found[criterion.id].facts])
        assert judged(less, criterion)[0][criterion.id] is not Status.MET

    falls()


def _with_one_result(case: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """A case with one result at most in some fields together: the first that there is."""
    found, has = dict(case), False
    for name in names:
        value = found.pop(name, [])
        if value and not has:
            found[name], has = value[:1] if isinstance(value, list) else value, True
    return found


def without(case: Mapping[str, Any], paths: list[str]) -> dict[str, Any]:
    """A case without what stands at some paths."""
    less = deepcopy(dict(case))
    for path in sorted(paths, key=lambda path: [int(number) for number in re.findall(r"\d+", path)], reverse=True):
        *above, last = (int(step) if step.isdigit() else step for step in re.findall(r"\w+", path))
        inside: Any = less
        for step in above:
            inside = inside[step]
        del inside[last]
    return less


@pytest.mark.parametrize("kind", ["PriorTherapyCriterion", "FindingCriterion"])
def test_what_counts_is_as_many_as_the_verdict_says(kind: str) -> None:
    @law(60)
    @given(cases(kind), leaves(kind))
    def counts(case: dict[str, Any], leaf: Leaf) -> None:
        criterion = leaf.criterion()
        states, found = judged(case, criterion)
        state, evidence = states[criterion.id], found[criterion.id]
        assert evidence.asked is not None
        enough = len(evidence.counting) >= evidence.asked
        if "minimumWeeksSinceEnd" in leaf.given:  # which is asked beside the count
            assert enough or state is not Status.MET
        elif state is Status.MET:
            assert enough
        else:
            assert not enough
        if state is Status.NOT_DOCUMENTED:
            assert not {one.iri for one in evidence.could} & {one.iri for one in evidence.counting}

    counts()


@law(30)
@given(st.data())
def test_what_blocks_decides_and_a_failure_on_record_comes_first(data: st.DataObject) -> None:
    kinds = data.draw(st.lists(st.sampled_from(KINDS[:-2]), min_size=1, max_size=4))
    case = data.draw(cases(*kinds))
    asked = [leaf.criterion() for leaf in data.draw(st.lists(leaves(*kinds), min_size=2, max_size=5))]
    root = data.draw(trees(st.sampled_from(asked)))
    states, found = judged(case, *root.leaves)
    tree = fold(root, states)
    assume(tree.status is Status.NOT_MET)
    deciding = forcing(tree)
    ordered = blocking(tree, deciding, found)
    assert sorted(ordered) == sorted(deciding)
    failed = [any(not fact.path.endswith("Complete") for fact in found[name].of(Effect.AGAINST)) for name in ordered]
    assert failed == sorted(failed, reverse=True)
