"""A therapy that is planned: not taken, no trial, and together with the drug where that counts."""

from __future__ import annotations

from typing import Any

import judges
import pytest
from evaluator import MET, NOT_DOCUMENTED, NOT_MET

from payergraph.chart.case import parse_case
from payergraph.errors import CaseError
from payergraph.store.graph import shipped

PLANNED = {"product": "methotrexate", "planned": True}


def says(kind: str, therapy: dict[str, Any], complete: bool = True, **params: Any) -> str:
    return judges.says(kind, {"therapies": [therapy], "therapiesComplete": complete}, **params)


def test_it_is_taken_together_where_planned_counts() -> None:
    required: dict[str, Any] = {"requiredGroups": "methotrexate"}
    assert says("ConcurrentTherapyCriterion", PLANNED, plannedCounts=True, **required) == MET
    assert says("ConcurrentTherapyCriterion", PLANNED, complete=False, plannedCounts=True, **required) == MET
    assert says("ConcurrentTherapyCriterion", PLANNED, plannedCounts=False, **required) == NOT_MET
    assert says("ConcurrentTherapyCriterion", PLANNED, **required) == NOT_MET
    assert says("ConcurrentTherapyCriterion", PLANNED, complete=False, **required) == NOT_DOCUMENTED
    taken = {"product": "methotrexate", "start": "2026-01-01", "planned": False}
    assert says("ConcurrentTherapyCriterion", taken, plannedCounts=True, **required) == MET


def test_it_is_taken_together_where_that_is_barred() -> None:
    assert says("NoConcurrentTherapyCriterion", PLANNED, excludedGroups="methotrexate") == NOT_MET
    assert (
        says("NoConcurrentTherapyCriterion", {**PLANNED, "product": "naproxen"}, excludedGroups="methotrexate") == MET
    )


def test_it_is_never_a_trial() -> None:
    for outcome in ("pg:FailureOnly", "pg:FailureIntoleranceOrContraindication", "pg:AnyOutcome"):
        params: dict[str, Any] = {"therapyGroups": "methotrexate", "acceptedOutcomes": outcome}
        assert says("PriorTherapyCriterion", PLANNED, **params) == NOT_MET
        assert says("PriorTherapyCriterion", PLANNED, complete=False, **params) == NOT_DOCUMENTED
    assert says("NoPriorTherapyCriterion", PLANNED, notTakenGroups="methotrexate") == MET


@pytest.mark.parametrize("more", ["start: 2026", "end: 2026", "durationMonths: 3", "outcome: failure"])
def test_what_is_planned_has_no_past(more: str) -> None:
    with pytest.raises(CaseError, match="planned is 'true', but it has a field"):
        parse_case(f"drug: anakinra\ntherapies: [{{product: mtx, planned: true, {more}}}]", shipped())
