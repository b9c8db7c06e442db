"""Therapies that must not have been taken, ever or lately: on the bound and on both sides of it."""

from __future__ import annotations

from typing import Any

import pytest
from evaluator import MET, NOT_DOCUMENTED, NOT_MET, evaluate
from strategies import REVIEW, Leaf, concepts, shacl_states

from payergraph.criteria import KINDS, Values

RA = {"drug": "anakinra", "requestDate": "2026-10-01", "indication": "rheumatoid-arthritis"}


def untaken(*therapies: dict[str, Any], complete: bool = True, drug: str = "anakinra", **params: Any) -> str:
    """What the criterion says, by SHACL and by the evaluator; without parameters of adalimumab ever."""
    leaf = Leaf("NoPriorTherapyCriterion", {"notTakenGroups": "two-brands", **params})
    criterion = leaf.criterion()
    case = {**RA, "drug": drug, "therapies": list(therapies), "therapiesComplete": complete}
    answer = shacl_states(case, [criterion], REVIEW)[criterion.id]
    assert answer == evaluate(leaf.kind, leaf.params, case, concepts(), REVIEW)
    return answer


@pytest.mark.parametrize("params", [{}, {"notTakenWithinWeeks": 12}, {"notTakenWithinDays": 84}])
def test_who_never_had_it_meets_it_and_the_list_must_say_so(params: dict[str, Any]) -> None:
    assert untaken(**params) == MET
    assert untaken({"product": "methotrexate", "start": "2026-01-01"}, **params) == MET
    assert untaken(complete=False, **params) == NOT_DOCUMENTED
    assert untaken({"product": "Humira", "outcome": "contraindication"}, **params) == MET


@pytest.mark.parametrize(
    ("end", "lately", "ever"),
    [
        ("2026-07-08", MET, NOT_MET),
        ("2026-07-09", NOT_MET, NOT_MET),
        ("2026-07-10", NOT_MET, NOT_MET),
        ("2026-07", NOT_DOCUMENTED, NOT_MET),
        ("2026-06", MET, NOT_MET),
        ("2026", NOT_DOCUMENTED, NOT_MET),
        (None, NOT_MET, NOT_MET),
    ],
)
def test_eighty_four_days_ago_is_within_twelve_weeks(end: str | None, lately: str, ever: str) -> None:
    course = {"product": "Humira", "start": "2025-01-01", "outcome": "failure"} | ({"end": end} if end else {})
    for bound in ({"notTakenWithinWeeks": 12}, {"notTakenWithinDays": 84}):
        assert untaken(course, **bound) == lately
        # A list that is not complete takes nothing of what is on record.
        assert untaken(course, complete=False, **bound) == (NOT_MET if lately == NOT_MET else NOT_DOCUMENTED)
    assert untaken(course) == ever


def test_whatever_it_was_for_and_however_it_went() -> None:
    assert untaken({"product": "Humira", "start": "2026-09-01", "for": "gout"}) == NOT_MET
    assert untaken({"product": "Humira", "start": "2026-09-01", "sample": True, "outcome": "response"}) == NOT_MET
    assert untaken({"product": "adalimumab", "start": "2026-09-01"}) == NOT_DOCUMENTED
    assert untaken({"product": "Humira"}) == NOT_DOCUMENTED


def test_the_drug_asked_for_counts_where_that_is_said() -> None:
    taken = {"product": "Humira", "start": "2026-01-01"}
    assert untaken(taken, drug="Humira") == MET
    assert untaken(taken, drug="Humira", requestedDrugCounts=True) == NOT_MET


def test_the_sentence_tells_the_time() -> None:
    def sentence(**params: Any) -> str:
        given = Leaf("NoPriorTherapyCriterion", {"notTakenGroups": "two-brands", **params}).criterion().parameters
        return KINDS["NoPriorTherapyCriterion"].sentence(Values(given, str, lambda _: ["Botox", "Dysport"]))

    assert sentence() == "No earlier Botox or Dysport"
    assert sentence(notTakenWithinWeeks=12) == "No Botox or Dysport in the last 12 weeks"
    assert sentence(notTakenWithinDays=1) == "No Botox or Dysport in the last 1 day"
