"""What criteria of prior therapy ask beside outcome, groups, months and weeks: on the bound and on both sides of it."""

from __future__ import annotations

from typing import Any

import pytest
from evaluator import MET, NOT_DOCUMENTED, NOT_MET
from judges import says, took, tried

from payergraph.chart.case import parse_case
from payergraph.errors import CaseError
from payergraph.store.graph import shipped


@pytest.mark.parametrize(
    ("start", "end", "answer"),
    [
        ("2025-12-01", "2026-03-01", MET),
        ("2025-12-02", "2026-03-01", NOT_MET),
        ("2026-05-03", "2026-08-01", MET),
        ("2026-05-04", "2026-08-01", NOT_MET),
        ("2026-05-03", None, MET),
        ("2026-07-03", None, MET),
        ("2026-07-04", None, NOT_MET),
        ("2026-05", "2026-08-01", NOT_DOCUMENTED),
        ("2026-05", "2026-07-29", NOT_MET),
        (None, "2026-08-01", NOT_DOCUMENTED),
    ],
)
def test_ninety_days_are_no_three_months(start: str | None, end: str | None, answer: str) -> None:
    assert tried(took("methotrexate", start, end), minimumDays=90) == answer


@pytest.mark.parametrize(("months", "answer"), [("2.9", NOT_DOCUMENTED), (2, NOT_MET), (3, NOT_DOCUMENTED), (4, MET)])
def test_a_number_of_months_is_so_many_days_about(months: Any, answer: str) -> None:
    assert tried(took("methotrexate", None, None, durationMonths=months), minimumDays=90) == answer


def test_days_of_one_course_count_together() -> None:
    fills = [took("methotrexate", "2026-01-01", "2026-02-15"), took("methotrexate", "2026-02-20", "2026-04-01")]
    assert tried(*fills, minimumDays=90) == MET
    assert tried(*fills, minimumDays=91) == NOT_MET


def test_a_procedure_is_tried_and_fails_as_a_drug_does() -> None:
    light: dict[str, Any] = {"start": "2025-02-01", "end": "2025-05-15", "outcome": "failure"}
    for named in ({"procedure": "phototherapy"}, {"procedure": "PUVA"}, {"product": "narrowband UVB"}):
        case = {"therapies": [{**named, **light}]}
        bound = {"acceptedOutcomes": "pg:FailureOnly", "minimumMonths": 3}
        assert says("PriorTherapyCriterion", case, therapyGroups="light-or-csdmard", **bound) == MET
        assert says("ConcurrentTherapyCriterion", case, requiredGroups="light-or-csdmard") == NOT_DOCUMENTED
    two = [{"procedure": "PUVA", **light}, {"procedure": "NB-UVB", **light}]
    twice = {"therapyGroups": "light-or-csdmard", "minimumGroups": 2}
    assert tried(*two, **twice) == NOT_MET
    assert tried(*two, **twice, countBy="pg:ByIngredient") == MET
    assert tried(two[0], took("sulfasalazine"), **twice) == MET


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{procedure: methotrexate}", "is a drug, not a procedure"),
        ("{product: methotrexate, procedure: PUVA}", "procedure says again what therapies[0].product says; keep one"),
        ("{device: phototherapy}", "is a procedure, not a device"),
        ("{procedure: PUVA, start: 2025, outcome: failed}", ""),
        ("{programme: weight management program}", ""),
        ("{device: CPAP}", ""),
    ],
)
def test_a_therapy_is_named_by_the_key_of_its_sort_once(text: str, problem: str) -> None:
    content = f"drug: anakinra\ntherapies: [{text}]"
    if not problem:
        case = parse_case(content, shipped())
        for written, form in ((case.to_jsonld(), "jsonld"), (case.to_turtle(), "turtle")):
            assert parse_case(written, shipped(), format=form).record()["therapies"] == case.record()["therapies"]
        return
    with pytest.raises(CaseError) as caught:
        parse_case(content, shipped())
    assert problem in str(caught.value)


def test_any_therapy_for_the_use_counts() -> None:
    for product in ("naproxen", "PUVA", "Humira"):
        assert tried(took(product), therapyGroups="any") == MET
        assert tried(took(product, **{"for": "gout"}), therapyGroups="any") == NOT_MET
    assert tried(took("Kineret"), therapyGroups="any") == tried(therapyGroups="any") == NOT_MET
    assert tried(complete=False, therapyGroups="any") == NOT_DOCUMENTED
    two: dict[str, Any] = {"therapyGroups": "any", "minimumGroups": 2, "countBy": "pg:ByIngredient"}
    assert tried(took("naproxen"), took("prednisone"), **two) == MET
    assert tried(took("Humira"), took("Cyltezo", "2026-01-01", "2026-05-01"), **two) == NOT_MET


def test_any_therapy_but_some() -> None:
    assert tried(took("methotrexate"), therapyGroups="any-but-csdmards") == NOT_MET
    assert tried(took("naproxen"), therapyGroups="any-but-csdmards") == MET


def test_a_course_of_many_rows_has_the_manner_that_all_of_them_have() -> None:
    others = ["alone", "as-a-generic", "as-prescribed", "on-a-schedule", "on-prescription", "up-dosed", "high dose"]
    others += ["for-induction", "at-an-adequate-dose"]
    rows = [
        took("methotrexate", f"2025-0{month}-01", f"2025-{month + 1:02}-01", manner=["daily", "by mouth", other])
        for month, other in enumerate(others, 1)
    ]
    assert tried(*rows, manners="daily-by-mouth", minimumMonths=9) == MET
    assert tried(*rows, manners="daily-by-mouth", minimumMonths=10) == NOT_MET
    assert tried(*rows, manners="high-dose") == NOT_DOCUMENTED  # the last row tells how it went, and not this manner


def test_the_row_that_tells_how_a_course_went_has_the_manner() -> None:
    before = took("methotrexate", "2025-01-10", "2025-03-10", outcome=None)
    stepped_up = before, took("methotrexate", "2025-03-10", "2025-06-10", manner=["high dose"])
    assert tried(*stepped_up, manners="high-dose", minimumMonths=3) == MET
    assert tried(*stepped_up, manners="high-dose", minimumMonths=4) == NOT_DOCUMENTED
    assert tried(*stepped_up, manners="high-dose", minimumMonths=6) == NOT_MET
