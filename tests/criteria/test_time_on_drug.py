"""How long the drug asked for has been taken up to the request: rows of one drug, with gaps, against the evaluator."""

from __future__ import annotations

from typing import Any

import pytest
import strategies
from evaluator import evaluate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import REVIEW, Leaf, cases, concepts, leaves, shacl_states

from payergraph.criteria import KINDS, Values

KIND = "TimeOnDrugCriterion"


def test_rows_of_the_drug_asked_for_are_judged_as_the_evaluator_judges_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nearly all rows are of the drug that the cases ask for."""
    monkeypatch.setattr(strategies, "_PRODUCTS", ("anakinra", "anakinra", "Kineret", "Humira"))

    @settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cases(KIND), st.lists(leaves(KIND), min_size=3, max_size=5))
    def agree(case: dict[str, Any], asked: list[Leaf]) -> None:
        criteria = [leaf.criterion() for leaf in asked]
        states = shacl_states(case, criteria, REVIEW)
        expected = [evaluate(leaf.kind, leaf.params, case, concepts(), REVIEW) for leaf in asked]
        assert [states[one.id] for one in criteria] == expected

    agree()


@pytest.mark.parametrize(
    ("params", "said"),
    [
        (
            {"longestGapDays": 30, "minimumMonths": 3},
            "On the requested drug for at least 3 months, with no gap of more than 30 days up to the request",
        ),
        ({"longestGapDays": 1}, "On the requested drug, with no gap of more than 1 day up to the request"),
        (
            {"longestGapDays": 90, "samplesExcluded": True},
            "On the requested drug, with no gap of more than 90 days up to the request, samples not counted",
        ),
    ],
)
def test_it_is_told_in_a_sentence(params: dict[str, Any], said: str) -> None:
    parameters = Leaf(KIND, params).criterion().parameters
    assert KINDS[KIND].sentence(Values(parameters, str, lambda _: [])) == said
