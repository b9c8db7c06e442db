"""A case in FHIR R4: a Bundle is judged as the same case in YAML, each rule of reading, and each refusal."""

from __future__ import annotations

import json
import random
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fuzzing import numbers
from hypothesis import given, settings
from hypothesis import strategies as st

from payergraph.chart.case import Case, parse_case, read_case
from payergraph.chart.fhir import day, keys, number
from payergraph.chart.text import MAX_BYTES, Number
from payergraph.errors import CaseError
from payergraph.present.render import to_json
from payergraph.store.graph import LocalGraph, shipped
from payergraph.verdict.determination import determine

BUNDLES = Path(__file__).parent / "fhir"
LOINC, RXNORM, ICD = (
    "http://loinc.org",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://hl7.org/fhir/sid/icd-10-cm",
)
TODAY = date(2026, 10, 1)

#: What FHIR R4 has no word for, and what is said otherwise.
LOST = ("attestations", "documents", "formulary", "request", "therapiesComplete", "age")


@pytest.fixture(scope="module")
def graph() -> LocalGraph:
    return shipped()


# --- whole cases --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("maria", {"weightKg": None}),
        ("child-with-sjia", {"drug": "Kineret", "weightKg": None}),
        ("humira-for-ra-after-two-dmards", {"birthDate": "1974-03-01"}),
    ],
)
def test_a_bundle_is_judged_as_the_same_case_in_yaml(
    name: str, told: dict[str, Any], graph: LocalGraph, checkout: Path
) -> None:
    in_fhir = read_case(BUNDLES / f"{name}.json", graph)
    record = read_case(checkout / "data" / "cases" / f"{name}.yaml", graph).record() | told
    record = {key: value for key, value in record.items() if key not in LOST and value is not None}
    for therapy in record["therapies"]:
        therapy.pop("maximallyTolerated", None)
        if weekly := therapy.pop("weeklyDoseMg", None):
            therapy["dose"] = {"value": weekly, "unit": "mg", "per": "week"}
    if name.startswith("humira"):
        record["therapies"].reverse()
    in_yaml = parse_case(record, graph)
    assert in_fhir.record() == in_yaml.record()
    assert in_fhir.unheard == ()
    judged = [to_json(case, determine(case, graph), graph.version) for case in (in_fhir, in_yaml)]
    assert judged[0] == judged[1]
    assert judged[0]["determinations"]


# --- one resource at a time -----------------------------------------------------------------------------


def bundle(*resources: dict[str, Any], patient: dict[str, Any] | None = None, ask: bool = True) -> dict[str, Any]:
    asking = {
        "resourceType": "MedicationRequest",
        "status": "draft",
        "intent": "proposal",
        "authoredOn": "2026-10-01",
        "medicationCodeableConcept": {"text": "anakinra"},
    }
    about = [{"subject": {"reference": "Patient/p"}, **one} for one in ([asking] if ask else []) + list(resources)]
    of = {"resourceType": "Patient", "id": "p", "birthDate": "1980-05-05", **(patient or {})}
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in (of, *about)]}


def read(*resources: dict[str, Any], graph: LocalGraph, **more: Any) -> Case:
    return parse_case(json.dumps(bundle(*resources, **more)), graph, name="bundle.json")


def rows(key: str, *resources: dict[str, Any], graph: LocalGraph) -> Any:
    return read(*resources, graph=graph).record().get(key)


def told(*resources: dict[str, Any], graph: LocalGraph) -> list[str]:
    return [str(one) for one in read(*resources, graph=graph).unheard]


def condition(**more: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "code": {"text": "Rheumatoid arthritis"}, **more}


def coded(word: str) -> dict[str, Any]:
    return {"coding": [{"code": word}]}


def statement(**more: Any) -> dict[str, Any]:
    of = {"resourceType": "MedicationStatement", "medicationCodeableConcept": {"text": "methotrexate"}}
    return {**of, "status": "completed", **more}


def observation(**more: Any) -> dict[str, Any]:
    of = {"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": LOINC, "code": "1988-5"}]}}
    quantity = {"value": 18.2, "unit": "mg/L", "code": "mg/L"}
    return {**of, "effectiveDateTime": "2026-09-20", "valueQuantity": quantity, **more}


RA = {"condition": "rheumatoid-arthritis"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, RA),
        ({"clinicalStatus": coded("active")}, {**RA, "active": True}),
        ({"clinicalStatus": coded("recurrence")}, {**RA, "active": True}),
        ({"clinicalStatus": coded("inactive")}, {**RA, "active": False}),
        ({"clinicalStatus": coded("resolved")}, {**RA, "active": False}),
        ({"clinicalStatus": coded("remission")}, RA),
        # It was resolved after the request.
        ({"clinicalStatus": coded("resolved"), "abatementDateTime": "2026-11-01"}, RA),
        ({"verificationStatus": coded("confirmed")}, RA),
        ({"onsetDateTime": "2024"}, {**RA, "since": "2024"}),
        ({"onsetPeriod": {"start": "2024-03"}, "recordedDate": "2025-01-01"}, {**RA, "since": "2024-03"}),
        ({"recordedDate": "2025-01-01T10:00:00Z"}, {**RA, "since": "2025-01-01"}),
        ({"onsetDateTime": "2024-02-30"}, RA),
        ({"severity": {"text": "Severe"}}, {**RA, "severity": "severe"}),
        (
            {"severity": {"coding": [{"system": "http://snomed.info/sct", "code": "255604002"}]}},
            {**RA, "severity": "mild"},
        ),
        ({"severity": {"text": "fierce"}}, RA),
        ({"code": {"coding": [{"system": ICD, "code": "M059"}]}}, {"icd10": "M059"}),
        # The first that resolves; the name is added where it is of the same disease.
        (
            {"code": {"coding": [{"system": "urn:own", "code": "7"}, {"system": ICD, "code": "M05.9"}], "text": "RA"}},
            {**RA, "icd10": "M05.9"},
        ),
        ({"code": {"coding": [{"system": ICD, "code": "M05.9"}], "text": "gout flare"}}, {"icd10": "M05.9"}),
        ({"code": {"coding": [{"display": "Rheumatoid arthritis (disorder)"}]}}, RA),
        ({"code": {"text": "A disease that nobody knows"}}, {"condition": "A disease that nobody knows"}),
        ({"verificationStatus": coded("refuted")}, None),
        ({"verificationStatus": coded("entered-in-error")}, None),
        ({"verificationStatus": coded("provisional")}, None),
        ({"onsetDateTime": "2026-10-02"}, None),
        ({"recordedDate": "2026-12"}, None),
        ({"subject": {"reference": "Patient/q"}}, None),
        ({"subject": {"reference": "https://h.example/fhir/Patient/p/_history/3"}}, RA),
        ({"code": {}}, None),
        ({"code": {"coding": [{"system": ICD, "code": "X"}]}}, None),
    ],
)
def test_a_condition(more: dict[str, Any], expected: dict[str, Any] | None, graph: LocalGraph) -> None:
    assert rows("diagnoses", condition(**more), graph=graph) == ([expected] if expected else None)


MTX = {"product": "methotrexate"}
PAST = {"start": "2025-01-10", "end": "2025-06"}
NOT_GIVEN = ("stopped", "completed", "on-hold", "unknown")
NOT_TOLERATED = {"text": "not tolerated"}
AHEAD = {"start": "2026-01-05", "end": "2026-12-31"}
PERIOD_AHEAD = {"timing": {"repeat": {"boundsPeriod": AHEAD}}}


def order(status: str, dosage: list[Any], reason: dict[str, Any] | None = None) -> dict[str, Any]:
    of = {"resourceType": "MedicationRequest", "medicationCodeableConcept": {"text": "methotrexate"}}
    return {**of, "status": status, "intent": "order", "dosageInstruction": dosage, "statusReason": reason}


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (statement(effectivePeriod=PAST), {**MTX, **PAST}),
        (statement(status="active", effectivePeriod={"start": "2025-01"}), {**MTX, "start": "2025-01"}),
        (statement(status="active", effectiveDateTime="2025"), {**MTX, "start": "2025"}),
        # It ended, and nobody knows when: a start alone would say that it is still taken.
        (statement(effectivePeriod={"start": "2025-01"}), MTX),
        (statement(status="on-hold", effectivePeriod={"start": "2025-01"}), MTX),
        # It ends after the request.
        (statement(effectivePeriod={"start": "2026-01-01", "end": "2026-12-31"}), {**MTX, "start": "2026-01-01"}),
        (
            statement(
                effectivePeriod={"start": "2026-01-01", "end": "2026-12-31"}, statusReason=[{"text": "Ineffective"}]
            ),
            {**MTX, "start": "2026-01-01"},
        ),
        (statement(statusReason=[{"text": "Loss of response"}]), {**MTX, "outcome": "failure"}),
        (
            statement(statusReason=[coded("x"), {"coding": [{"display": "Not tolerated"}]}]),
            {**MTX, "outcome": "intolerance"},
        ),
        (statement(statusReason=[{"text": "failed"}, {"text": "not tolerated"}]), MTX),
        (statement(statusReason=[{"text": "Patient moved"}]), MTX),
        (statement(reasonCode=[{"text": "RA"}]), {**MTX, "for": "rheumatoid-arthritis"}),
        (
            statement(reasonCode=[{"coding": [{"system": ICD, "code": "M05.9"}]}]),
            {**MTX, "for": "rheumatoid-arthritis"},
        ),
        (statement(reasonCode=[{"text": "A disease of the moon"}]), {**MTX, "for": "A disease of the moon"}),
        (statement(reasonReference=[{"display": "Psoriasis"}]), {**MTX, "for": "psoriasis"}),
        (statement(reasonCode=[{"coding": [{"system": "urn:own", "code": "7"}]}]), None),
        (statement(status="not-taken"), None),
        (statement(status="entered-in-error"), None),
        (statement(status="intended"), None),
        (statement(status=["active"]), None),
        (statement(effectivePeriod={"start": "2026-10-02"}), None),
        (statement(effectivePeriod={"start": "2026-02", "end": "2026-01-31"}), None),
        (statement(medicationCodeableConcept={"text": "A drug of the moon"}), {"product": "A drug of the moon"}),
        # The name of another kind of thing is not kept as a drug.
        (statement(medicationCodeableConcept={"text": "NSAID"}), None),
        (statement(medicationCodeableConcept={}), None),
        (
            statement(medicationCodeableConcept={"coding": [{"system": RXNORM, "code": "763450"}]}),
            {"product": "rilonacept"},
        ),
        (
            {**statement(), "medicationCodeableConcept": {"coding": [{"display": "methotrexate 2.5 MG Oral Tablet"}]}},
            MTX,
        ),
        (
            {"resourceType": "MedicationRequest", "status": "active", "intent": "order", "authoredOn": "2026-01-01"}
            | {"medicationCodeableConcept": {"text": "methotrexate"}},
            {**MTX, "start": "2026-01-01"},
        ),
        (
            {"resourceType": "MedicationRequest", "status": "completed", "intent": "order", "authoredOn": "2026-01-01"}
            | {"medicationCodeableConcept": {"text": "methotrexate"}},
            MTX,
        ),
        # What is ordered until a day after the request, and is not given any more, ended on a day that nobody knows.
        *((order(status, [PERIOD_AHEAD], NOT_TOLERATED), {**MTX, "outcome": "intolerance"}) for status in NOT_GIVEN),
        (order("active", [PERIOD_AHEAD], NOT_TOLERATED), {**MTX, "start": "2026-01-05"}),
        (order("stopped", [{"timing": {"repeat": {"boundsPeriod": PAST}}}]), {**MTX, **PAST}),
        (
            {"resourceType": "MedicationRequest", "status": "cancelled", "intent": "order"}
            | {"medicationCodeableConcept": {"text": "methotrexate"}},
            None,
        ),
        (
            {"resourceType": "MedicationRequest", "status": "active", "intent": "order", "doNotPerform": True}
            | {"medicationCodeableConcept": {"text": "methotrexate"}},
            None,
        ),
        (
            {"resourceType": "MedicationDispense", "status": "completed", "whenHandedOver": "2026-01-01"}
            | {"medicationCodeableConcept": {"text": "methotrexate"}, "daysSupply": {"value": 30}},
            {**MTX, "start": "2026-01-01", "end": "2026-01-31"},
        ),
        (
            {"resourceType": "MedicationDispense", "status": "completed", "whenHandedOver": "2026-09-20"}
            | {"medicationCodeableConcept": {"text": "methotrexate"}, "daysSupply": {"value": 30}},
            {**MTX, "start": "2026-09-20"},
        ),
        (
            {"resourceType": "MedicationDispense", "status": "declined", "whenHandedOver": "2026-09-20"}
            | {"medicationCodeableConcept": {"text": "methotrexate"}},
            None,
        ),
        (
            {
                "resourceType": "MedicationAdministration",
                "status": "completed",
                "effectiveDateTime": "2026-09-20T08:00Z",
            }
            | {"medicationCodeableConcept": {"text": "Remicade"}},
            {"product": "remicade", "start": "2026-09-20", "end": "2026-09-20"},
        ),
        (
            {"resourceType": "MedicationAdministration", "status": "not-done"}
            | {"medicationCodeableConcept": {"text": "Remicade"}},
            None,
        ),
        (
            {"resourceType": "Procedure", "status": "completed", "code": {"text": "Phototherapy"}}
            | {"performedPeriod": PAST, "outcome": {"text": "Ineffective"}},
            {"product": "phototherapy", **PAST, "outcome": "failure"},
        ),
        # How it went is said of the whole of it, which ends after the request.
        (
            {"resourceType": "Procedure", "status": "completed", "code": {"text": "Phototherapy"}}
            | {"performedPeriod": AHEAD, "outcome": {"text": "Ineffective"}},
            {"product": "phototherapy", "start": "2026-01-05"},
        ),
        (
            {"resourceType": "Procedure", "status": "completed", "code": {"text": "CABG"}, "performedDateTime": "2020"},
            {"product": "cabg", "start": "2020", "end": "2020"},
        ),
        ({"resourceType": "Procedure", "status": "not-done", "code": {"text": "CABG"}}, None),
        (
            {
                "resourceType": "AllergyIntolerance",
                "verificationStatus": coded("confirmed"),
                "code": {"text": "Enbrel"},
            },
            {"product": "enbrel", "outcome": "intolerance"},
        ),
        (
            {"resourceType": "AllergyIntolerance", "verificationStatus": coded("confirmed"), "category": ["medication"]}
            | {"code": {"text": "A drug of the moon"}},
            {"product": "A drug of the moon", "outcome": "intolerance"},
        ),
        ({"resourceType": "AllergyIntolerance", "code": {"text": "Enbrel"}}, None),
        (
            {
                "resourceType": "AllergyIntolerance",
                "verificationStatus": coded("unconfirmed"),
                "code": {"text": "Enbrel"},
            },
            None,
        ),
        (
            {"resourceType": "AllergyIntolerance", "verificationStatus": coded("confirmed"), "category": ["food"]}
            | {"code": {"text": "Peanut"}},
            None,
        ),
        (
            {"resourceType": "AllergyIntolerance", "verificationStatus": coded("confirmed"), "category": ["medication"]}
            | {"code": {"text": "No known allergy"}},
            None,
        ),
        (
            {"resourceType": "AllergyIntolerance", "verificationStatus": coded("confirmed"), "code": {"text": "Enbrel"}}
            | {"clinicalStatus": coded("resolved")},
            None,
        ),
    ],
)
def test_a_therapy(resource: dict[str, Any], expected: dict[str, Any] | None, graph: LocalGraph) -> None:
    assert rows("therapies", resource, graph=graph) == ([expected] if expected else None)


PERIODS = [{}, {"effectivePeriod": PAST}, {"effectivePeriod": {"start": "2025", "end": "2025"}}]


@pytest.mark.parametrize("dated", PERIODS)
def test_a_therapy_counts_for_all_that_it_was_for(dated: dict[str, Any], graph: LocalGraph) -> None:
    reasons = [{"text": name} for name in ("Psoriasis", "RA", "A disease of the moon", "RA")]
    failed = statement(statusReason=[{"text": "Inadequate response"}], **dated)
    found = read({**failed, "reasonCode": reasons}, graph=graph)
    assert [row["for"] for row in found.record()["therapies"]] == ["psoriasis", "rheumatoid-arthritis"]
    unknown = statement(medicationCodeableConcept={"text": "A drug of the moon"}, reasonCode=reasons)
    assert [row["for"] for row in rows("therapies", unknown, graph=graph)] == ["psoriasis"]


@pytest.mark.parametrize("dated", PERIODS)
def test_what_is_for_two_uses_of_which_one_is_the_wider_is_one_course(dated: dict[str, Any], graph: LocalGraph) -> None:
    """Judged as what was for one of them."""
    asking = ask("anakinra", authoredOn="2026-10-01", reasonCode=[{"text": "RA"}])
    failed = statement(statusReason=[{"text": "Inadequate response"}], **dated)

    def judged(*reasons: str) -> list[Any]:
        given = {**failed, "reasonCode": [{"text": one} for one in reasons]}
        case = parse_case(json.dumps(bundle(asking, given, ask=False)), graph)
        return [(one.outcome, _statuses(one.root)) for one in determine(case, graph) if one.root]

    once = judged("RA")
    assert once
    for reasons in (("RA", "Seropositive rheumatoid arthritis"), ("Psoriasis", "RA"), ("RA", "Psoriasis")):
        assert judged(*reasons) == once


def _statuses(node: Any) -> list[Any]:
    return [node.status, *(_statuses(one) for one in node.children)]


@pytest.mark.parametrize(
    ("repeat", "quantity", "expected"),
    [
        ({"frequency": 2, "period": 1, "periodUnit": "d"}, {"value": 7.5, "unit": "mg"}, ("15.0", "mg", "per", "day")),
        ({"period": 2, "periodUnit": "wk"}, {"value": 40, "code": "mg"}, ("40", "mg", "perDays", 14)),
        ({"period": 1, "periodUnit": "mo"}, {"value": 1, "unit": "g"}, ("1", "g", "per", "month")),
        ({"period": 2, "periodUnit": "mo"}, {"value": 1, "unit": "g"}, None),
        ({"frequency": 1, "frequencyMax": 3, "period": 1, "periodUnit": "d"}, {"value": 1, "unit": "mg"}, None),
        ({"frequency": 1, "period": 1, "periodUnit": "wk", "dayOfWeek": ["mon"]}, {"value": 1, "unit": "mg"}, None),
        ({"period": 1, "periodUnit": "d"}, {"value": 1, "unit": "mg/L"}, None),
        ({}, {"value": 1, "unit": "mg"}, None),
    ],
)
def test_a_dose(repeat: dict[str, Any], quantity: dict[str, Any], expected: Any, graph: LocalGraph) -> None:
    dosage = [{"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": quantity}]}]
    [row] = rows("therapies", statement(dosage=dosage), graph=graph)
    if expected is None:
        assert "dose" not in row
    else:
        value, unit, key, period = expected
        assert (str(row["dose"]["value"]), row["dose"]["unit"], row["dose"][key]) == (value, unit, period)


def test_a_dose_as_needed_or_one_of_several_is_none(graph: LocalGraph) -> None:
    one = {
        "timing": {"repeat": {"period": 1, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "mg"}}],
    }
    for dosage in ([one, one], [{**one, "asNeededBoolean": True}]):
        assert rows("therapies", statement(dosage=dosage), graph=graph) == [MTX]


CRP = {"test": "crp", "value": "18.2", "unit": "mg-per-l", "date": "2026-09-20"}


def in_text(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value if isinstance(value, bool) else str(value) for key, value in row.items()}


@pytest.mark.parametrize(
    ("more", "table", "expected"),
    [
        ({}, "labs", CRP),
        ({"status": "corrected"}, "labs", CRP),
        ({"referenceRange": [{"high": {"value": 5, "code": "mg/L"}}]}, "labs", {**CRP, "upperLimit": "5"}),
        ({"referenceRange": [{"high": {"value": 5, "code": "mg/dL"}}]}, "labs", CRP),
        ({"referenceRange": [{"high": {"value": 5}}, {"high": {"value": 9}}]}, "labs", CRP),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2026-09"}}, "labs", {**CRP, "date": "2026-09"}),
        ({"status": "preliminary"}, "labs", None),
        ({"status": "entered-in-error"}, "labs", None),
        ({"effectiveDateTime": "2026-10-02T00:00:00Z"}, "labs", None),
        ({"valueQuantity": {"value": 5, "comparator": "<", "code": "mg/L"}}, "labs", None),
        ({"valueQuantity": {"value": 5}}, "labs", None),
        ({"valueQuantity": {"value": 5, "unit": "U/L"}}, "labs", None),
        ({"valueQuantity": {"value": "5", "unit": "mg/L"}}, "labs", None),
        ({"valueQuantity": {"value": 5.12345678901, "unit": "mg/L"}}, "labs", None),
        ({"valueQuantity": {"value": -5, "unit": "mg/L"}}, "labs", None),
        ({"valueString": "raised", "valueQuantity": None}, "labs", None),
        (
            {
                "code": {"coding": [{"system": LOINC, "code": "39156-5"}]},
                "valueQuantity": {"value": 31, "code": "kg/m2"},
            },
            "measurements",
            {"of": "bmi", "value": "31", "unit": "kg-per-m2", "date": "2026-09-20"},
        ),
        (
            {"code": {"text": "Body Weight"}, "valueQuantity": {"value": 71.50, "unit": "kg"}},
            "measurements",
            {"of": "body-weight", "value": "71.5", "unit": "kg", "date": "2026-09-20"},
        ),
        (
            {"code": {"text": "DAS28"}, "valueQuantity": {"value": 5.1, "unit": "{score}", "code": "{score}"}},
            "measurements",
            {"of": "das28", "value": "5.1", "unit": "score-point", "date": "2026-09-20"},
        ),
        (
            {"code": {"text": "IGA"}, "valueQuantity": None, "valueInteger": 3},
            "measurements",
            {"of": "iga", "value": "3", "date": "2026-09-20"},
        ),
        (
            {"code": {"text": "fibrosis stage"}, "valueQuantity": None, "valueCodeableConcept": {"text": "F3"}},
            "measurements",
            {"of": "fibrosis-stage", "value": "fibrosis-f3", "date": "2026-09-20"},
        ),
        (
            {"code": {"text": "Panel"}, "valueQuantity": None}
            | {"component": [{"code": {"text": "CRP"}, "valueQuantity": {"value": 18.2, "unit": "mg/L"}}]},
            "labs",
            CRP,
        ),
        (
            {"code": {"text": "Fever"}, "valueQuantity": None, "valueCodeableConcept": {"text": "Absent"}},
            "findings",
            {"finding": "fever", "present": False, "date": "2026-09-20"},
        ),
        ({"code": {"text": "Fever"}, "valueQuantity": None, "valueString": "perhaps"}, "findings", None),
        (
            {"code": {"text": "NLRP3"}, "valueQuantity": None, "valueCodeableConcept": {"text": "Pathogenic variant"}},
            "genetics",
            {"gene": "NLRP3", "result": "pathogenic", "date": "2026-09-20"},
        ),
        (
            {"code": {"text": "HER2"}, "valueQuantity": None, "valueCodeableConcept": {"text": "Negative"}},
            "biomarkers",
            {"marker": "her2", "result": "negative", "date": "2026-09-20"},
        ),
        # Whether it was treated is not told.
        ({"code": {"text": "Tuberculosis"}, "valueQuantity": None, "valueString": "Positive"}, "screenings", None),
        (
            {"code": {"text": "Moon dust"}, "category": [coded("laboratory")]},
            "labs",
            {**CRP, "test": "Moon dust"},
        ),
        ({"code": {"text": "Moon dust"}}, "labs", None),
    ],
)
def test_an_observation(more: dict[str, Any], table: str, expected: Any, graph: LocalGraph) -> None:
    found = {key: value for key, value in observation(**more).items() if value is not None}
    made = rows(table, found, graph=graph)
    assert [in_text(row) for row in made or ()] == ([expected] if expected else [])


def test_digits_stay_as_they_are_written(graph: LocalGraph) -> None:
    text = json.dumps(bundle(observation(valueQuantity={"value": 12345, "unit": "mg/L"}))).replace("12345", "0.10")
    [row] = parse_case(text, graph).record()["labs"]
    assert str(row["value"]) == "0.10"


def test_a_visit_is_a_consultation_of_the_specialty_of_who_is_seen(graph: LocalGraph) -> None:
    role = {
        "resourceType": "PractitionerRole",
        "id": "r",
        "specialty": [{"text": "Rheumatology"}, {"text": "Moonology"}],
    }
    visit = {"resourceType": "Encounter", "status": "finished", "period": {"start": "2026-03-01"}}
    seen = {**visit, "participant": [{"individual": {"reference": "PractitionerRole/r"}}]}
    assert rows("consultations", role, seen, graph=graph) == [{"specialty": "rheumatology", "date": "2026-03-01"}]
    assert told(role, seen, graph=graph) == ["Moonology (Encounter)"]
    assert rows("consultations", role, {**seen, "status": "planned"}, graph=graph) is None


def test_the_payer_is_that_of_the_only_coverage(graph: LocalGraph) -> None:
    cigna = {"resourceType": "Coverage", "status": "active", "beneficiary": {"reference": "Patient/p"}}
    cigna |= {"payor": [{"reference": "Organization/c"}], "period": {"end": "2026-12-31"}}
    named = {"resourceType": "Organization", "id": "c", "name": "Cigna"}
    other = {**cigna, "payor": [{"display": "Molina"}]}
    assert rows("payer", cigna, named, graph=graph) == "cigna"
    assert rows("payer", cigna, named, other, graph=graph) is None
    assert rows("payer", {**cigna, "status": "cancelled"}, named, graph=graph) is None
    assert rows("payer", {**cigna, "period": {"end": "2026-09"}}, named, graph=graph) is None
    assert told({**cigna, "payor": [{"display": "Moon Mutual"}]}, graph=graph) == ["Moon Mutual (Coverage)"]


def test_the_patient(graph: LocalGraph) -> None:
    record = read(graph=graph, patient={"gender": "female", "address": [{"state": "Texas"}]}).record()
    assert (record["birthDate"], record["sex"], record["state"]) == ("1980-05-05", "female", "TX")
    found = read(graph=graph, patient={"gender": "other", "birthDate": "1980", "address": [{"state": "Mars"}]})
    assert not {"birthDate", "sex", "state"}.intersection(found.record())
    assert [one.name for one in found.unheard] == [
        "something without a name, for the birth is no full date up to the request",
        "Mars",
    ]


def test_what_is_left_out_is_told_once_with_why(graph: LocalGraph) -> None:
    bound = observation(valueQuantity={"value": 5, "comparator": ">", "code": "mg/L"}, code={"text": "CRP"})
    late = condition(onsetDateTime="2027")
    assert told(bound, bound, late, condition(subject={"reference": "Patient/q"}), graph=graph) == [
        "something without a name, for the person is in no Patient (Condition)",
        "CRP, for its value is a bound, such as below 5, 2 times (Observation)",
        "Rheumatoid arthritis, for it is after the request date (Condition)",
    ]
    unknown = observation(code={"text": "Moon dust"}, category=[coded("laboratory")])
    assert told(unknown, unknown, graph=graph) == ["Moon dust (labs[0].test)"]


def test_no_list_is_said_to_be_complete(graph: LocalGraph) -> None:
    record = read(condition(), statement(), observation(), graph=graph).record()
    assert not [key for key in record if key.endswith("Complete")]


# --- what is asked for ----------------------------------------------------------------------------------


def ask(drug: str, **more: Any) -> dict[str, Any]:
    of = {"resourceType": "MedicationRequest", "status": "active", "intent": "plan"}
    return {**of, "medicationCodeableConcept": {"text": drug}, **more}


def refused(content: Any, graph: LocalGraph, **more: Any) -> str:
    with pytest.raises(CaseError) as caught:
        parse_case(content if isinstance(content, str) else json.dumps(content), graph, name="bundle.json", **more)
    return str(caught.value)


def test_the_drug_is_that_of_the_request_or_of_the_call(graph: LocalGraph) -> None:
    nothing, two = bundle(ask=False), bundle(ask("anakinra"), ask("Humira"), ask=False)
    assert refused(nothing, graph) == (
        "bundle.json: drug is missing, for no resource asks for one; add a MedicationRequest or a ServiceRequest with "
        "the intent proposal or plan, or name the drug with --drug."
    )
    assert refused(two, graph) == (
        "bundle.json: drug may be 'anakinra' (entry[1].resource) and 'humira' (entry[2].resource); "
        "name the one that is meant with --drug."
    )
    for content in (nothing, two, bundle(ask("A drug of the moon"), ask=False)):
        assert parse_case(json.dumps(content), graph, drug="Humira").record()["drug"] == "humira"
    found = parse_case(json.dumps(two), graph, drug="Humira")
    assert [str(one) for one in found.unheard] == ["anakinra, for another drug is asked about (MedicationRequest)"]
    assert "which is no drug or product" in refused(bundle(ask("A drug of the moon"), ask=False), graph)
    assert "which is no drug or product" in refused(two, graph, drug="A drug of the moon")


def test_the_call_may_name_the_drug_of_any_case(graph: LocalGraph) -> None:
    assert parse_case("age: 40", graph, drug="Kineret").record() == {
        **{"id": "case", "drug": "kineret", "requestDate": date.today().isoformat(), "age": 40}
    }
    assert parse_case({"drug": "Kineret"}, graph, drug="Kineret").asked_as
    with pytest.raises(CaseError, match="drug is 'anakinra', but the call names 'Kineret'; leave one of the two out"):
        parse_case("drug: anakinra", graph, drug="Kineret")


def test_a_request_tells_its_date_its_dose_and_what_it_is_for(graph: LocalGraph) -> None:
    dosage = [
        {
            "timing": {"repeat": {"period": 1, "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": {"value": 100, "unit": "mg"}}],
        }
    ]
    asking = ask("Kineret", authoredOn="2026-08-01", dosageInstruction=dosage, reasonCode=[{"text": "CAPS"}])
    record = parse_case(json.dumps(bundle(asking, ask=False)), graph, today=TODAY).record()
    assert (record["requestDate"], record["indication"]) == ("2026-08-01", "caps")
    assert in_text(record["dose"]) == {"value": "100", "unit": "mg", "per": "day"}
    undated = parse_case(json.dumps(bundle(ask("Kineret"), ask=False)), graph, today=TODAY)
    assert undated.record()["requestDate"] == "2026-10-01"


def test_of_several_requests_for_the_drug_the_latest_counts(graph: LocalGraph) -> None:
    days = ("2020-01-01", "2026-06-01", "2023-01-01")
    asks = [ask("anakinra", authoredOn=day) for day in days] + [ask("anakinra")]
    since = {"status": "active", "effectivePeriod": {"start": "2024-01-01"}}
    for asking in (asks, asks[::-1]):
        for drug in (None, "Kineret"):
            content = json.dumps(bundle(*asking, statement(**since), ask=False))
            record = parse_case(content, graph, today=TODAY, drug=drug).record()
            assert record["requestDate"] == "2026-06-01"
            assert record["therapies"] == [{**MTX, "start": "2024-01-01"}]


# --- refusals -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"resourceType": "Bundle"}, "the case has no Patient; a case is a Bundle of one patient"),
        ({"resourceType": "Bundle", "entry": {}}, "has no Patient"),
        (
            {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "id": i}} for i in "ab"]},
            "the case has 2 patients, such as Patient/a and Patient/b; give one patient a Bundle",
        ),
        ({"resourceType": "Bundle", "entry": [{"resource": {"id": "x"}}]}, "entry[0].resource has no resourceType"),
        ({"resourceType": "Bundle", "entry": [7]}, "entry[0] holds no resource; expected an object"),
        ({"resourceType": "Bundle", "entry": [{"resource": 7}]}, "entry[0] holds no resource; expected an object"),
        ({"resourceType": "Observation"}, "resourceType is 'Observation'; expected Bundle, or Patient with contained"),
        ({"resourceType": 7}, "resourceType is '7'; expected Bundle"),
        ({"resourceType": "Patient", "contained": [{}]}, "contained[0] has no resourceType"),
    ],
)
def test_what_is_no_case(content: Any, said: str, graph: LocalGraph) -> None:
    assert said in refused(content, graph)


def test_a_key_that_stands_twice_is_told(graph: LocalGraph) -> None:
    assert "bundle.json: type is given a second time" in refused(
        '{"resourceType": "Bundle", "type": 1, "type": 2}', graph
    )


def test_what_is_too_deep_or_too_big_is_told(graph: LocalGraph) -> None:
    deep = bundle(condition(extension=[]))
    nested = json.dumps(deep).replace('"extension": []', '"extension": ' + "[" * 70 + "]" * 70)
    assert "is nested more than 64 levels deep" in refused(nested, graph)
    assert "nested" in refused('{"resourceType": "Bundle", "x": ' + "[" * 200_000, graph)
    big = json.dumps(bundle(patient={"text": {"div": "x" * (2 * MAX_BYTES)}}))
    assert f"is larger than the {MAX_BYTES:,} bytes that a case file may have" in refused(big, graph)
    # A machine's bundle holds many values that say nothing; those that make a case are counted.
    quiet = bundle(patient={"extension": [0] * 30_000})
    assert parse_case(json.dumps(quiet), graph).record()["birthDate"]
    row = condition(onsetDateTime="2024", clinicalStatus=coded("active"))
    many = json.dumps(bundle(*[row] * 5_500), separators=(",", ":"))
    assert len(many) < MAX_BYTES
    assert "the case holds more than the 20,000 values that a case may have" in refused(many, graph)


def test_what_the_usual_checks_refuse_names_the_resource(graph: LocalGraph) -> None:
    before = observation(effectiveDateTime="1970-01-01", id="o1")
    assert "bundle.json: Observation/o1: labs[0].date is '1970-01-01', which is before the birth" in refused(
        bundle(before), graph
    )


# --- anything -------------------------------------------------------------------------------------------

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        ["Patient/p", "#", "urn:uuid:p", "2026-01-01", "2026", "active", "final", "RA", "mg", "\ud800", "/"]
    ),
)
KEYS = """
    resourceType id code coding system display text subject reference status value unit effectivePeriod start end dosage
    doseAndRate doseQuantity timing repeat valueQuantity valueCodeableConcept component contained category
"""
NAMES = st.sampled_from(KEYS.split())
ANY = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=4))
)
KINDS = """
    Patient Condition Observation MedicationRequest MedicationStatement MedicationDispense MedicationAdministration
    AllergyIntolerance Procedure Encounter Coverage DiagnosticReport ServiceRequest PractitionerRole Claim
"""
TYPES = st.sampled_from(KINDS.split())


@settings(max_examples=150)
@given(resources=st.lists(st.tuples(TYPES, st.dictionaries(NAMES, ANY, max_size=6)), max_size=4))
def test_any_resources_are_a_case_or_one_sentence(
    resources: list[tuple[str, dict[str, Any]]], graph: LocalGraph
) -> None:
    made = [{**more, "resourceType": kind} for kind, more in resources if kind != "Patient"]
    try:
        parse_case(json.dumps(bundle(*made)), graph)
    except CaseError as error:
        assert "\n" not in str(error)


def _spoilt(value: Any, chance: random.Random) -> Any:
    """Some of the values of a bundle put in the place of others, or something else there."""
    if chance.random() < 0.02:
        return chance.choice(
            [None, True, 7, 1e300, "x" * 2_000, "2027-01-01", "\u202e", [], {}, [[{}]], {"coding": 1}, ""]
        )
    if isinstance(value, dict):
        return {key: _spoilt(item, chance) for key, item in value.items() if chance.random() > 0.01}
    if isinstance(value, list):
        return [_spoilt(item, chance) for item in value for _ in range(chance.choice((1, 1, 1, 1, 2)))]
    return value


def test_fuzz_a_spoilt_bundle_is_a_case_or_one_sentence(graph: LocalGraph) -> None:
    whole = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(BUNDLES.glob("*.json"))]
    for seed in numbers(150):
        chance = random.Random(seed)
        text = json.dumps(_spoilt(chance.choice(whole), chance))
        try:
            parse_case(text, graph, drug=chance.choice([None, None, "Humira", "x"]))
        except CaseError as error:
            assert re.fullmatch(r".+\.", str(error)), (seed, error)


# --- the pieces -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2024", "2024"),
        ("2024-03", "2024-03"),
        ("2024-03-01T10:00:00.000-05:00", "2024-03-01"),
        ("2024-13", ""),
        ("1899-12-31", ""),
        ("03/01/2024", ""),
        (Number("2024"), ""),
        (None, ""),
    ],
)
def test_a_date_is_as_exact_as_it_is_written(written: Any, expected: str) -> None:
    assert day(written) == expected


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ({"reference": "Medication/m1"}, ("Medication/m1",)),
        ({"reference": "https://h.example/fhir/Medication/m1/_history/2"}, ("Medication/m1",)),
        ({"reference": "urn:uuid:7"}, ("Medication/7",)),
        ({"reference": "Patient/m1"}, ()),
        ({"reference": "#m1"}, ()),
        ({"display": "x"}, ()),
        ("Medication/m1", ()),
    ],
)
def test_a_reference_names_a_resource(reference: Any, expected: tuple[str, ...]) -> None:
    assert keys(reference, "Medication") == expected


@pytest.mark.parametrize(("value", "expected"), [(Number("1.50"), "1.50"), (7, "7"), (True, ""), ("7", ""), (1.5, "")])
def test_a_number_keeps_its_digits(value: Any, expected: str) -> None:
    assert number(value, "labs.value") == expected
