"""What policies ask of a case: what each kind of criterion says that it reads is what it reads, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from evaluator import ID, KINDS, evaluate
from hypothesis import HealthCheck, given, settings
from strategies import REVIEW, Leaf, cases, concepts, graph, leaves

from payergraph.chart.case import Case, parse_case, read_case
from payergraph.chart.fields import PATHS, Field
from payergraph.criteria import KINDS as SHIPPED_KINDS
from payergraph.criteria.shapes import components_of
from payergraph.locate import folder
from payergraph.store.graph import shipped
from payergraph.store.names import names
from payergraph.verdict.answers import Determination
from payergraph.verdict.asked import Asked, asked, only, reads, suggested
from payergraph.verdict.determination import determine

ENTRIES = {path: field for path, field in PATHS.items() if field.fields}
#: What every check is about, whatever is asked.
BASE = ("drug", "requestDate", "indication")

_TRIAL = {"product": "methotrexate", "start": "2025-01-01", "outcome": "failure", "maximallyTolerated": True}
_TRIED = {
    **{"therapyGroups": "methotrexate", "acceptedOutcomes": "pg:FailureOnly", "minimumMonths": 3},
    **{"maximallyTolerated": True, "minimumDose": Decimal("15.0"), "doseUnit": "unit/mg", "dosePeriodDays": 7},
    "samplesExcluded": True,
}
_DOSED = {**_TRIAL, "weeklyDoseMg": 20}
_BY_WEEK = {"value": 20, "unit": "mg", "per": "week"}
_HUMIRA, _LEFLUNOMIDE = {"product": "Humira"}, {"product": "leflunomide"}
_STARTED, _ENDED = {"start": "2026-01-01"}, {"start": "2026-01-01", "end": "2026-02-01"}
_RULED_OUT, _STOPS = {"outcome": "contraindication"}, {**_STARTED, "stopsOnApproval": True}
_PLANNED = {"planned": True}
_KINERET, _THREE_MONTHS = {"product": "Kineret"}, {"end": "2026-09-01", "durationMonths": 3}
_CRP = {"test": "crp", "value": 20, "unit": "mg/L"}
_RATE = {"event": "migraine-day", "count": 12, "perDays": 30}
_BMI = {"of": "bmi", "value": 31, "unit": "kg/m2"}
_BMI_OVER_30 = {"measured": "observable/bmi", "atLeastValue": Decimal("30.0"), "valueUnit": "unit/kg-per-m2"}
_CRP_OVER_12 = {"measured": "lab/crp", "atLeastValue": Decimal("12.0"), "valueUnit": "unit/mg-per-l"}
_WEIGHT = {"of": "body weight", "value": 100, "unit": "kg"}
_LIGHTER = {**_WEIGHT, "value": 90}
_LIGHTER_SINCE = [{**_WEIGHT, "date": "2026-02-01"}, {**_LIGHTER, "date": "2026-09-01"}]
_BEGUN = {**_KINERET, "start": "2026-03-01"}
_BESIDE = {"product": "methotrexate", "start": "2026-03-01", "together": ["Kineret"]}
_LATER = [{"date": "2026-07-01"}, {"date": "2026-08-01"}]


def _dated(key: str, thing: str, *results: str) -> list[dict[str, str]]:
    return [{key: thing, "result": result, **when} for result, when in zip(results, _LATER, strict=True)]


#: For each kind criteria and cases, in which each field that the kind declares makes the difference once.
WITNESSES: dict[str, list[tuple[dict[str, Any], list[dict[str, Any]]]]] = {
    "UseCriterion": [
        (
            {"use": "condition/rheumatoid-arthritis"},
            [
                {"indication": "rheumatoid-arthritis"},
                {"diagnoses": [{"condition": "rheumatoid-arthritis"}]},
                {"diagnoses": [{"icd10": "M05.9"}]},
                {"indication": "rheumatoid-arthritis", "diagnoses": [{"condition": "gout"}], "diagnosesComplete": True},
            ],
        )
    ],
    "DiagnosisCriterion": [
        (
            {"conditions": "rheumatoid-arthritis", "minimumSeverity": "pg:Moderate", "activeDisease": True},
            [
                {"diagnoses": [{"condition": "rheumatoid-arthritis", "severity": "severe", "active": True}]},
                {"diagnoses": [{"icd10": "M05.9", "severity": "severe", "active": True}]},
                {"diagnoses": [{"condition": "gout"}], "diagnosesComplete": True},
            ],
        ),
        *(
            (
                {"conditions": "rheumatoid-arthritis", **asked},
                [{"diagnoses": [{"condition": "rheumatoid-arthritis", **said}]}],
            )
            for asked, said in (
                ({"minimumStage": "disease-stage/stage-iii"}, {"stage": "IV"}),
                ({"diseaseStatus": "advanced-disease"}, {"status": ["metastatic"]}),
                ({"excludedStatus": "in-remission"}, {"statusComplete": True}),
                ({"minimumMonthsSinceDiagnosis": 3}, {"since": "2025"}),
                ({"confirmedBy": "rheumatology"}, {"confirmedBy": "rheumatology"}),
                ({"confirmedHow": "imaging-or-biopsy"}, {"confirmedHow": ["biopsy"]}),
                ({"confirmedHow": "imaging-or-biopsy"}, {"confirmedHowComplete": True}),
            )
        ),
    ],
    "AgeCriterion": [({"minimumAge": 18}, [{"age": 20}, {"birthDate": "2000-01-01"}, {"ageMonths": 240}])],
    "WeightCriterion": [({"minimumWeightKg": Decimal("10.0")}, [{"weightKg": 20}])],
    "PatientCriterion": [
        ({"patientSex": "pg:Female"}, [{"sex": "female"}]),
        ({"minimumAgeMonths": 6}, [{"age": 1}, {"birthDate": "2026-01-01"}, {"ageMonths": 7}]),
        *(
            ({"patientAttribute": attribute, "attributeHolds": False}, [{field: False}])
            for attribute, field in (
                ("pg:Pregnant", "pregnant"),
                ("pg:Menopausal", "menopausal"),
                ("pg:Smoker", "smoker"),
            )
        ),
    ],
    "PrescriberCriterion": [
        (
            {"specialties": "rheumatology", "consultationAccepted": True},
            [
                {"prescriber": {"specialties": ["rheumatology"]}},
                {"consultations": [{"specialty": "rheumatology"}]},
                {"prescriber": {"specialties": ["genetics"]}, "consultationsComplete": True},
            ],
        )
    ],
    "PriorTherapyCriterion": [
        (
            _TRIED,
            [
                {"therapies": [_DOSED]},
                {"therapies": [{**_TRIAL, "dose": _BY_WEEK}]},
                {"therapies": [{**_TRIAL, "dose": {"value": 20, "unit": "mg", "perDays": 7}}]},
                {"therapies": [{**_DOSED, "end": "2025-02-01"}], "therapiesComplete": True},
                {"therapies": [{**_DOSED, "start": None, "durationMonths": 4}]},
                {"therapies": [{**_DOSED, "for": "gout"}]},
                {"therapies": [{**_DOSED, "sample": True}]},
                {"therapies": [{"product": "methotrexate", **_PLANNED}], "therapiesComplete": True},
            ],
        ),
        (
            {"therapyGroups": "methotrexate", "togetherWith": "other-csdmards"},
            [
                {"therapies": [_TRIAL, {**_LEFLUNOMIDE, **_STARTED}]},
                {"therapies": [{**_TRIAL, "together": ["leflunomide"]}]},
            ],
        ),
        (
            {"therapyGroups": "methotrexate", "manners": "high-dose"},
            [{"therapies": [{**_TRIAL, "manner": ["high dose"]}]}],
        ),
        ({"therapyGroups": "methotrexate", "atMostLine": 1}, [{"therapies": [{**_TRIAL, "line": 1}]}]),
    ],
    "NoPriorTherapyCriterion": [
        (
            {"notTakenGroups": "not-combined", "notTakenWithinWeeks": 12},
            [
                {"therapies": [{**_HUMIRA, **_STARTED}], "therapiesComplete": True},
                {"therapies": [{**_LEFLUNOMIDE, **_STARTED, "together": ["Humira"]}]},
                *(
                    {"therapies": [{**_HUMIRA, **how}], "therapiesComplete": True}
                    for how in (_ENDED, _RULED_OUT, _PLANNED)
                ),
            ],
        ),
        (
            {"notTakenGroups": "not-combined"},
            [{"therapies": [{**_HUMIRA, "outcome": "contraindication", "durationMonths": 1}]}],
        ),
    ],
    "TimeOnDrugCriterion": [
        (
            {"longestGapDays": 30, "minimumMonths": 3},
            [
                *(
                    {"therapies": [{"product": "Kineret", **how}], "therapiesComplete": True}
                    for how in (_STARTED, {**_STARTED, "for": "gout"}, _RULED_OUT, _PLANNED, {"outcome": "response"})
                ),
                {"therapies": [{"product": "Kineret", "start": "2026-01-01", "end": "2026-06-15"}]},
                {"therapies": [{"product": "Kineret", "durationMonths": 2}], "therapiesComplete": True},
                {"therapies": [_BESIDE], "therapiesComplete": True},
            ],
        ),
        (
            {"longestGapDays": 30, "samplesExcluded": True},
            [{"therapies": [{**_KINERET, **_STARTED, "sample": True}], "therapiesComplete": True}],
        ),
    ],
    "NoConcurrentTherapyCriterion": [
        (
            {"excludedGroups": "not-combined"},
            [
                {"therapies": [{**_HUMIRA, **_STARTED}]},
                {"therapies": [{**_LEFLUNOMIDE, **_STARTED, "together": ["Humira"]}]},
                {"attestations": ["no-concurrent-therapy"]},
                *(
                    {"therapies": [{**_HUMIRA, **how}], "therapiesComplete": True}
                    for how in (_ENDED, _RULED_OUT, _PLANNED)
                ),
                {"therapies": [{**_HUMIRA, **_STOPS}], "therapiesComplete": True},
            ],
        ),
        (
            {"excludedGroups": "not-combined", "takenForUses": "rheumatoid-arthritis"},
            [{"therapies": [{**_HUMIRA, **_STARTED, "for": "gout"}], "therapiesComplete": True}],
        ),
    ],
    "ConcurrentTherapyCriterion": [
        (
            {"requiredGroups": "other-csdmards"},
            [
                {"therapies": [{**_LEFLUNOMIDE, **_STARTED}]},
                {"therapies": [{**_HUMIRA, **_STARTED, "together": ["leflunomide"]}]},
                *(
                    {"therapies": [{**_LEFLUNOMIDE, **how}], "therapiesComplete": True}
                    for how in (_ENDED, _RULED_OUT, _PLANNED)
                ),
                {"therapies": [{**_LEFLUNOMIDE, **_STOPS}], "therapiesComplete": True},
            ],
        ),
        (
            {"requiredGroups": "other-csdmards", "manners": "high-dose"},
            [{"therapies": [{**_LEFLUNOMIDE, **_STARTED, "manner": ["high dose"]}]}],
        ),
    ],
    "MeasurementCriterion": [
        (
            {**_BMI_OVER_30, "withinMonths": 3},
            [
                {"measurements": [{**_BMI, "date": "2026-09-01"}]},
                {"measurements": [{**_BMI, "value": 20, "date": "2016"}], "measurementsComplete": True},
                {"weightKg": 100, "heightCm": 170},
            ],
        ),
        (
            {**_BMI_OVER_30, "occasion": "pg:BaselineOccasion", "whileOn": "methotrexate"},
            [{"measurements": [{**_BMI, "phase": "baseline", "on": ["methotrexate"]}]}],
        ),
        (
            {**_BMI_OVER_30, "occasion": "pg:BeforeDrugOccasion"},
            [
                {"measurements": [{**_BMI, "date": "2026-02-01"}], "therapies": [_BEGUN]},
                {"measurements": [{**_BMI, "date": "2026-02-01"}], "therapies": [_KINERET | _THREE_MONTHS]},
                {"measurements": [{**_BMI, "date": "2026-02-01"}], "therapies": [_BESIDE]},
                *(
                    {"measurements": [_BMI], "therapies": [{**_KINERET, **how}], "therapiesComplete": True}
                    for how in (_RULED_OUT, _PLANNED)
                ),
            ],
        ),
        (
            {"measured": "lab/crp", "atLeastTimesUpper": Decimal("2.0"), "atLeastTimesLower": Decimal("2.0")},
            [{"measurements": [{"of": "crp", "value": 20, "unit": "mg/L", "upperLimit": 10, "lowerLimit": 10}]}],
        ),
        ({"measured": "lab/crp", "atLeastTimesUpper": Decimal("2.0")}, [{"labs": [{**_CRP, "upperLimit": 10}]}]),
        (
            {**_CRP_OVER_12, "occasion": "pg:AnyOccasion", "withinMonths": 3},
            [{"labs": [{**_CRP, "date": "2026-09-01"}]}, {"labs": [{**_CRP, "value": 1}], "labsComplete": True}],
        ),
        (
            {"measured": "lab/crp", "occasion": "pg:AnyOccasion", "beforeTreatment": True},
            [
                {"labs": [{**_CRP, "date": "2026-02-01"}], "therapies": [_BEGUN]},
                {"labs": [{**_CRP, "date": "2026-02-01"}], "therapies": [_KINERET | _THREE_MONTHS]},
                *(
                    {"labs": [_CRP], "therapies": [{**_KINERET, **how}], "therapiesComplete": True}
                    for how in (_RULED_OUT, _PLANNED)
                ),
            ],
        ),
        (
            {"measured": "lab/crp", "atLeastValue": Decimal("2.0"), "valueUnit": "unit/mg-per-l", "withinDays": 90},
            [{"labs": [{**_CRP, "date": "2026-09-01"}]}],
        ),
    ],
    "ChangeCriterion": [
        (
            {"changed": "observable/body-weight", "lossAtLeastPercent": Decimal("5.0")},
            [
                {"measurements": [{**_WEIGHT, "phase": "baseline"}, {**_LIGHTER, "phase": "current"}]},
                {"measurements": [{**_WEIGHT, "date": "2026-02-01", "phase": "baseline"}], "weightKg": 90},
                {"measurementsComplete": True},
                {"measurements": _LIGHTER_SINCE, "therapies": [_BEGUN]},
                {"measurements": _LIGHTER_SINCE, "therapies": [_BESIDE]},
                {"measurements": _LIGHTER_SINCE, "therapies": [{**_KINERET, "end": "2026-09-01", "durationMonths": 6}]},
                *(
                    {
                        **{"measurements": _LIGHTER_SINCE, "measurementsComplete": True},
                        **{"therapies": [{**_KINERET, **how}], "therapiesComplete": True},
                    }
                    for how in (_RULED_OUT, _PLANNED)
                ),
            ],
        ),
        (
            {"changed": "observable/bmi", "riseAtMost": Decimal("1.0"), "changeUnit": "unit/kg-per-m2"},
            [{"measurements": [{**_BMI, "phase": "baseline"}], "weightKg": 90, "heightCm": 180}],
        ),
        (
            {"changed": "lab/crp", "lossAtLeastPercent": Decimal("5.0"), "changeStart": "pg:FromPrevious"},
            [
                {"labs": [{**_CRP, "date": "2026-08-01"}, {**_CRP, "value": 1, "date": "2026-09-01"}]},
                {"labsComplete": True},
            ],
        ),
    ],
    "FindingCriterion": [
        (
            {"findings": "rash-and-pain"},
            [{"findings": [{"finding": "urticaria-like-rash", "present": True}]}, {"findingsComplete": True}],
        )
    ],
    "AbsentFindingCriterion": [
        (
            {"absentFindings": "infections", "absenceAttestation": "attestation/no-active-infection"},
            [
                {"findings": [{"finding": "active-infection", "present": True}]},
                {"findingsComplete": True},
                {"attestations": ["no-active-infection"]},
            ],
        )
    ],
    "BiomarkerCriterion": [
        (
            {"marker": "gene/BRCA1", "biomarkerResult": "pg:Pathogenic", "biomarkerOrigin": "pg:Germline"},
            [
                {"biomarkers": [{"marker": "BRCA1", "result": "pathogenic", "origin": "germline"}]},
                {"biomarkersComplete": True},
            ],
        ),
        (
            {"marker": "biomarker/pd-l1", "minimumExpressionPercent": Decimal("50.0"), "testMethods": "approved-tests"},
            [{"biomarkers": [{"marker": "PD-L1", "expressionPercent": 60, "method": "FDA-approved test"}]}],
        ),
        (
            {"marker": "gene/NLRP3", "biomarkerResult": "pg:Pathogenic"},
            [
                {"biomarkers": _dated("marker", "NLRP3", "negative", "pathogenic")},
                {"genetics": _dated("gene", "NLRP3", "negative", "pathogenic")},
                {"geneticsComplete": True},
            ],
        ),
    ],
    "ScreeningCriterion": [
        (
            {"screeningFor": "infection/tuberculosis"},
            [{"screenings": _dated("for", "tuberculosis", "positive", "negative")}, {"screeningsComplete": True}],
        )
    ],
    "AttestationCriterion": [
        (
            {"attestation": "attestation/no-active-infection"},
            [
                {"findings": [{"finding": "active-infection", "present": True}]},
                {"screenings": [{"for": "tuberculosis", "result": "positive"}]},
                {
                    "attestations": ["no-active-infection"],
                    "screenings": _dated("for", "tuberculosis", "positive", "negative"),
                },
            ],
        )
    ],
    "DocumentCriterion": [
        ({"document": "document/lab-results"}, [{"documents": ["lab-results"]}, {"documentsComplete": True}])
    ],
    "EventCriterion": [
        (
            {"eventKinds": "flares", "minimumEvents": 3, "perDays": 365, "sufficientEvents": "hospital-for-a-flare"},
            [{"flares": {"perYear": 4}}, {"flares": {"hospitalized": True}}],
        ),
        (
            {"eventKinds": "bursts", "minimumEvents": 1, "minimumEventDays": 3, "withinMonths": 12, "perDays": 365},
            [
                {"events": [{"event": "steroid burst", "date": "2026-03-01", "days": 5}]},
                {"events": [{"event": "steroid burst", "date": "2026-03-01", "days": 2}], "eventsComplete": True},
                {"events": [{"event": "steroid burst", "count": 2, "perDays": 365, "days": 5}]},
            ],
        ),
        (
            {"eventKinds": "headache-days", "minimumEvents": 4, "perDays": 30, "beforeTreatment": True},
            [
                {"events": [_RATE | {"phase": "baseline"}]},
                {"events": [_RATE | {"date": "2026-02-01"}], "therapies": [{**_KINERET, "start": "2026-03-01"}]},
                {"events": [_RATE | {"date": "2026-02-01"}], "therapies": [_KINERET | _THREE_MONTHS]},
                {"events": [_RATE | {"date": "2026-02-01"}], "therapies": [_BESIDE]},
                *(
                    {"events": [_RATE], "therapies": [{**_KINERET, **how}], "therapiesComplete": True}
                    for how in (_RULED_OUT, _PLANNED)
                ),
            ],
        ),
    ],
    "ResponseCriterion": [({"positiveResponse": True}, [{"response": {"positive": True}}])],
    "AdherenceCriterion": [
        (
            {"minimumAdherencePercent": Decimal("85.0"), "acceptedInterruptions": "interruptions"},
            [{"response": {"adherencePercent": 90}}, {"response": {"interruption": "surgery"}}],
        )
    ],
    "DoseCriterion": [
        (
            {"atMostDose": Decimal("100.0"), "doseUnit": "unit/mg", "dosePeriodDays": 1},
            [
                {"dose": {"mgPerDay": 90}},
                {"dose": {"mgPerKgPerDay": 1}, "weightKg": 50},
                {"dose": {"value": 90, "unit": "mg", "per": "day"}},
                {"dose": {"value": 90, "unit": "mg", "perDays": 1}},
                {"dose": {"value": 1, "unit": "mg", "per": "day", "perKg": True}, "weightKg": 500},
                {"dose": {"value": 60, "unit": "mg", "per": "day", "perM2": True}, "weightKg": 80, "heightCm": 180},
            ],
        ),
        (
            {"atMostLoadingDose": Decimal("100.0"), "doseUnit": "unit/mg"},
            [
                {"dose": {"loading": {"value": 90, "unit": "mg"}}},
                {"dose": {"loading": {"value": 90, "unit": "mg", "perKg": True}}, "weightKg": 50},
                {"dose": {"loading": {"value": 90, "unit": "mg", "perM2": True}}, "weightKg": 80, "heightCm": 180},
            ],
        ),
        ({"maximumQuantity": Decimal("28.0"), "perDays": 28}, [{"dose": {"quantity": 20, "days": 28}}]),
        (
            {"maximumQuantity": Decimal("28.0"), "perDays": 28, "quantityUnit": "unit/syringe"},
            [{"quantity": {"value": 20, "unit": "syringe", "perDays": 28}}],
        ),
    ],
    "SiteCriterion": [
        ({"sites": "outside-hospitals"}, [{"site": "home"}]),
        ({"programmes": "programmes"}, [{"enrolledIn": ["TOUCH"]}, {"enrolledInComplete": True}]),
    ],
    "PlanCriterion": [
        ({"states": "two-states"}, [{"state": "CT"}]),
        ({"plans": "some-plans"}, [{"plan": "cigna-employer-group"}]),
        ({"linesOfBusiness": "employer-or-medicare"}, [{"plan": "cigna-employer-group"}]),
    ],
    "CoverageHistoryCriterion": [
        (
            {"coverageKind": "pg:ApprovalOrClaim", "coveringPayers": "cigna", "withinDays": 90},
            [
                {"coverage": [{"payer": "cigna", "kind": "claim", "from": "2026-09-01"}]},
                {"coverage": [{"payer": "cigna", "kind": "approval", "to": "2027-01-01"}]},
                {"coverageComplete": True},
            ],
        )
    ],
    "FormularyCriterion": [({"formularyStatus": "pg:Preferred"}, [{"formulary": "preferred"}])],
}


def judged(leaf: Leaf, case: dict[str, Any], paths: Iterable[str]) -> str:
    """What a criterion says to no more than these fields of a case."""
    return evaluate(leaf.kind, leaf.params, only(case, {"drug", "requestDate", *paths}), concepts(), REVIEW)


def declared(kind: str) -> set[str]:
    return {path for read in SHIPPED_KINDS[kind].reads for path in read.fields}


@pytest.mark.parametrize("kind", KINDS)
def test_fields_and_parameters_of_a_declaration_exist(kind: str) -> None:
    parameters = {parameter.name for one in components_of()[kind] for parameter in one.parameters}
    for read in SHIPPED_KINDS[kind].reads:
        assert set(read.fields) <= set(PATHS)
        assert {name for name in (read.of, *read.when) if name and ":" not in name} <= parameters
        for name in read.through:
            assert list(graph().rows(f"SELECT ?a WHERE {{ ?a pg:{name} ?b }} LIMIT 1"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_criterion_reads_nothing_but_what_it_declares(kind: str) -> None:
    @settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(cases(kind), leaves(kind))
    def holds(case: dict[str, Any], leaf: Leaf) -> None:
        read = reads(leaf.criterion(), graph())
        assert judged(leaf, case, {*BASE, *read}) == evaluate(leaf.kind, leaf.params, case, concepts(), REVIEW)

    holds()


@pytest.mark.parametrize("kind", KINDS)
def test_each_field_that_a_criterion_declares_makes_a_difference(kind: str) -> None:
    mattered: set[str] = set()
    for asks, found in WITNESSES.get(kind, []):
        leaf = Leaf(kind, asks)
        read = set(reads(leaf.criterion(), graph()))
        for facts in found:
            case = {"drug": "anakinra", "requestDate": "2026-10-01", **facts}
            whole = evaluate(kind, leaf.params, case, concepts(), REVIEW)
            assert judged(leaf, case, read) == whole
            mattered |= {path for path in read if judged(leaf, case, read - gone_with(path)) != whole}
    assert declared(kind) <= mattered


def gone_with(path: str) -> set[str]:
    """What cannot stay without a field: the whole entry, where the entry says nothing without it."""
    entry, _, inner = path.rpartition(".")
    needed = inner in ("condition", "icd10") or any(f.required for f in _inside(entry) if f.key == inner)
    return {one for one in PATHS if one.startswith(f"{entry}.")} if needed else {path}


def _inside(entry: str) -> tuple[Field, ...]:
    return ENTRIES[entry].fields if entry in ENTRIES else ()


# --- the shipped policies -----------------------------------------------------------------------------------------


def example(name: str) -> Case:
    return read_case(folder("data") / "cases" / f"{name}.yaml", shipped())


def states(found: list[Determination]) -> list[Any]:
    return [(item.policy.id, item.indication, item.outcome, item.deciding, item.missing, item.root) for item in found]


@pytest.mark.parametrize("name", ["maria", "little-on-record", "caps-code-alone", "going-on-with-kineret"])
def test_fields_that_no_chosen_policy_reads_change_nothing(name: str) -> None:
    case = example(name)
    record = case.record()
    found = asked(record, shipped())
    narrowed = parse_case(json.dumps(only(record, found.named), default=str), shipped(), format="json")
    assert len(_said(narrowed)) < len(PATHS)
    assert states(determine(narrowed, shipped())) == states(determine(case, shipped()))


def _said(case: Case) -> set[str]:
    return set(Asked({}).also(case.record()).named)


def test_fewer_policies_ask_less() -> None:
    record = {"drug": "Kineret", "indication": "rheumatoid arthritis"}
    everyone, cigna = asked(record, shipped()), asked({**record, "payer": "cigna"}, shipped())
    assert set(cigna.named) < set(everyone.named) < set(PATHS)
    assert "labs" not in cigna and "labs.test" in everyone and "labs" in everyone
    assert "therapies.sample" in cigna and "dose" not in everyone


def test_of_lists_that_may_hold_the_same_the_one_is_asked_that_is_made_for_it() -> None:
    """For a result of a laboratory, a gene and flares no form asks twice, nor for height and weight."""
    molina = asked({"drug": "anakinra", "indication": "caps", "payer": "molina"}, shipped())
    assert {"labs.test", "labs.upperLimit", "labsComplete", "genetics.gene", "geneticsComplete"} <= set(molina.named)
    assert not [path for path in molina.named if path.startswith(("measurements", "biomarkers", "weight", "height"))]
    assert ID + "gene/NLRP3" in molina.named["genetics.gene"]
    mutual = asked({"drug": "Ilaris", "indication": "fmf", "payer": "medical-mutual"}, shipped(), authority="all")
    assert "flares" in mutual and "flares.hospitalized" in mutual and "events" not in mutual
    gout = asked({"drug": "Ilaris", "indication": "gout-flare", "payer": "medical-mutual"}, shipped(), authority="all")
    assert "flares.perYear" in gout and "flares.hospitalized" not in gout


def test_a_case_without_a_drug_is_asked_who_and_what_for() -> None:
    found = asked({}, shipped())
    assert set(found.named) == {
        *("id", "drug", "indication", "request", "requestDate", "payer", "birthDate", "age"),
        *("diagnoses.condition", "diagnoses.icd10"),
    }
    assert ID + "drug/anakinra" in found.named["drug"]


def test_what_is_wrong_in_a_case_chooses_nothing() -> None:
    record = {"drug": "anakinra", "indication": "caps", "diagnoses": [{"icd10": "X"}], "age": "old"}
    assert asked(record, shipped()) == asked({"drug": "anakinra", "indication": "caps"}, shipped())
    assert asked({"drug": "kryptonite"}, shipped()) == asked({}, shipped())


def test_what_a_case_says_is_added() -> None:
    record = {"drug": "anakinra", "weightKg": 60, "labs": [{}, {"test": "crp"}], "response": {}, "state": ""}
    assert set(Asked({}).also(record).named) == {"drug", "weightKg", "labs.test"}


def test_what_policies_name_comes_first_and_what_that_holds_follows() -> None:
    found = asked({"drug": "anakinra", "indication": "caps", "payer": "molina"}, shipped())
    label = names(shipped()).label
    tests = suggested(found.named["labs.test"], ("LabTest",), shipped())
    assert [label(iri) for iri in tests[:2]] == ["C-reactive protein", "serum amyloid A"]
    assert {label(iri) for iri in suggested(found.named["therapies.product"], ("Drug", "Product"), shipped())} >= {
        "Humira",
        "tofacitinib",
    }
