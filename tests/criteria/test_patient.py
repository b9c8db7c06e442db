"""What is asked of the patient: sex, age in months, weight, attributes. Each bound, and a day on either side of it."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest
from evaluator import MET, NOT_DOCUMENTED, NOT_MET
from judges import says
from strategies import graph, read

from payergraph import terms
from payergraph.criteria import KINDS, Parameters, Values
from payergraph.errors import CaseError
from payergraph.store.names import names


def patient(facts: dict[str, Any], **asked: Any) -> str:
    return says("PatientCriterion", facts, **asked)


def test_the_sex_on_record_decides_both_ways() -> None:
    assert patient({"sex": "female"}, patientSex="pg:Female") == patient({"sex": "male"}, patientSex="pg:Male") == MET
    assert patient({"sex": "male"}, patientSex="pg:Female") == NOT_MET
    assert patient({}, patientSex="pg:Female") == NOT_DOCUMENTED


@pytest.mark.parametrize(
    ("months", "answer"),
    [(5, NOT_MET), (6, MET), (7, MET), (22, MET), (23, MET), (24, NOT_MET), (None, NOT_DOCUMENTED)],
)
def test_an_age_in_months_lies_between_bounds_that_are_inside(months: int | None, answer: str) -> None:
    facts = {} if months is None else {"ageMonths": months}
    assert patient(facts, minimumAgeMonths=6, maximumAgeMonths=23) == answer


@pytest.mark.parametrize(
    ("birth", "request_date", "months"),
    [
        ("2026-01-31", "2026-02-27", 0),
        ("2026-01-31", "2026-02-28", 1),  # a shorter month ends, and with it the month of age
        ("2026-01-31", "2026-04-29", 2),
        ("2026-01-31", "2026-04-30", 3),
        ("2024-02-29", "2025-02-27", 11),
        ("2024-02-29", "2025-02-28", 12),
        ("2026-03-15", "2026-09-14", 5),
        ("2026-03-15", "2026-09-15", 6),
    ],
)
def test_a_month_of_age_is_completed_on_its_day(birth: str, request_date: str, months: int) -> None:
    facts = {"birthDate": birth, "requestDate": request_date}
    assert patient(facts, minimumAgeMonths=months) == patient(facts, maximumAgeMonths=months) == MET
    assert patient(facts, minimumAgeMonths=months + 1) == NOT_MET
    assert months == 0 or patient(facts, maximumAgeMonths=months - 1) == NOT_MET


@pytest.mark.parametrize(
    ("bound", "least", "most"),
    [
        (11, MET, NOT_MET),
        (12, MET, NOT_DOCUMENTED),
        (13, NOT_DOCUMENTED, NOT_DOCUMENTED),
        (22, NOT_DOCUMENTED, NOT_DOCUMENTED),
        (23, NOT_DOCUMENTED, MET),
        (24, NOT_MET, MET),
    ],
)
def test_an_age_in_years_alone_is_any_of_twelve_months(bound: int, least: str, most: str) -> None:
    assert patient({"age": 1}, minimumAgeMonths=bound) == least
    assert patient({"age": 1}, maximumAgeMonths=bound) == most
    assert patient({"age": 1, "ageMonths": 12}, maximumAgeMonths=12) == MET


@pytest.mark.parametrize(("months", "answer"), [(23, NOT_MET), (24, MET), (215, MET), (216, NOT_MET)])
def test_an_age_in_months_tells_the_years(months: int, answer: str) -> None:
    assert says("AgeCriterion", {"ageMonths": months}, minimumAge=2, maximumAge=17) == answer


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (
            {"birthDate": "2026-03-15", "ageMonths": 7},
            "ageMonths is '7', but born on 2026-03-15 the patient is 6 months on 2026-10-01; "
            "correct the one that is wrong",
        ),
        (
            {"birthDate": "2026-03-15", "age": 1},
            "age is '1', but born on 2026-03-15 the patient is 0 on 2026-10-01; correct the one that is wrong",
        ),
        (
            {"age": 1, "ageMonths": 24},
            "ageMonths is '24', but the age of 1 is 12 to 23 months; correct the one",
        ),
        (
            {"age": 1, "ageMonths": 11},
            "ageMonths is '11', but the age of 1 is 12 to 23 months; correct the one",
        ),
        ({"birthDate": "1890-01-01"}, "birthDate is '1890-01-01', which is before 1900"),
    ],
)
def test_ages_that_contradict_each_other_are_an_error(facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CaseError) as raised:
        read({"drug": "anakinra", "requestDate": "2026-10-01", **facts})
    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    ("attribute", "field"), [("pg:Pregnant", "pregnant"), ("pg:Menopausal", "menopausal"), ("pg:Smoker", "smoker")]
)
def test_an_attribute_must_hold_or_must_not(attribute: str, field: str) -> None:
    for holds in (True, False):
        asked = {"patientAttribute": attribute, "attributeHolds": holds}
        assert patient({field: holds}, **asked) == MET
        assert patient({field: not holds}, **asked) == NOT_MET
        others = {"pregnant": not holds, "menopausal": not holds, "smoker": not holds}
        others.pop(field)
        assert patient(others, **asked) == patient({}, **asked) == NOT_DOCUMENTED


def test_all_that_is_asked_of_a_patient_must_hold() -> None:
    asked = {"patientSex": "pg:Female", "patientAttribute": "pg:Pregnant", "attributeHolds": False}
    assert patient({"sex": "female", "pregnant": False}, **asked) == MET
    assert patient({"sex": "female"}, **asked) == NOT_DOCUMENTED
    assert patient({"sex": "male"}, **asked) == NOT_MET


@pytest.mark.parametrize(
    ("weight", "answer"),
    [("9.9", NOT_MET), (10, MET), (40, MET), ("40.1", NOT_MET), (None, NOT_DOCUMENTED)],
)
def test_a_weight_lies_between_bounds_that_are_inside(weight: Any, answer: str) -> None:
    facts = {} if weight is None else {"weightKg": weight}
    assert says("WeightCriterion", facts, minimumWeightKg=10.0, maximumWeightKg=40.0) == answer
    if answer == NOT_MET:
        alone = {"minimumWeightKg": 10.0} if weight == "9.9" else {"maximumWeightKg": 40.0}
        assert says("WeightCriterion", facts, **alone) == NOT_MET


def sentence(kind: str, **asked: Any) -> str:
    values = {name: terms.pg(value) if isinstance(value, str) else ox.Literal(value) for name, value in asked.items()}
    return KINDS[kind].sentence(Values(Parameters(values), names(graph()).label, lambda _: ()))


def test_sentences() -> None:
    assert sentence("PatientCriterion", patientSex="Female") == "Female sex"
    assert sentence("PatientCriterion", minimumAgeMonths=6, maximumAgeMonths=23) == "Age 6 to 23 months"
    assert sentence("PatientCriterion", minimumAgeMonths=1) == "Age 1 month or older"
    assert sentence("PatientCriterion", maximumAgeMonths=23) == "Age 23 months or younger"
    told = sentence("PatientCriterion", patientSex="Female", patientAttribute="Pregnant", attributeHolds=False)
    assert told == "Female sex; not pregnant"
    assert sentence("PatientCriterion", patientAttribute="Smoker", attributeHolds=True) == "Smoking"
    assert sentence("WeightCriterion", minimumWeightKg=10, maximumWeightKg=40) == "Weight of 10 to 40 kg"
    assert sentence("WeightCriterion", maximumWeightKg=40) == "Weight of at most 40 kg"
