"""What a criterion rests on: the facts of each kind, how many of how many, and what blocks; and where it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
import rdflib
import strategies
from evaluator import ID, KINDS
from strategies import REVIEW, Leaf, graph

from payergraph import terms
from payergraph.chart.case import Case, read_case
from payergraph.criteria import CONNECTIVES, Status
from payergraph.locate import folder
from payergraph.present.notebook import of_determination
from payergraph.present.render import to_json, to_markdown
from payergraph.present.sentences import evidence_sentences
from payergraph.store.graph import shipped
from payergraph.store.names import names
from payergraph.verdict.answers import Answers, Determination, Outcome
from payergraph.verdict.determination import determine
from payergraph.verdict.evidence import Evidence, Ledger, blocking
from payergraph.verdict.fold import Node, leaves
from payergraph.verdict.report import report

PG = rdflib.Namespace(terms.PG)

_FAILED = {"outcome": "failure"}
_MTX = {"product": "methotrexate", "start": "2025-01-10", "end": "2025-06", **_FAILED}
_CRP = {"test": "crp", "value": "18.20", "unit": "mg/L", "date": "2026-09-20"}
_SCREENED = {"screeningFor": "infection/tuberculosis", "withinMonths": 12}
_TRIED = {"therapyGroups": "csdmards", "acceptedOutcomes": "pg:FailureOnly"}
_FOUND = {"findings": "rash-and-pain", "minimumFindings": 2}
_BURST = {"event": "steroid burst", "date": "2026-03-01", "days": 5}
_NO_GENE = {"genetics": [{"gene": "NLRP3", "result": "negative"}]}
_RASH = {"finding": "urticaria-like-rash", "present": True}

#: A kind, what it asks, what is on record, the state, and the facts as ``effect path: words``.
TABLE: list[tuple[str, dict[str, Any], dict[str, Any], str, list[str]]] = [
    (
        "UseCriterion",
        {"use": "condition/rheumatoid-arthritis"},
        {"indication": "rheumatoid-arthritis", "diagnoses": [{"icd10": "M05.9", "active": True}]},
        "met",
        ["for indication: asked for rheumatoid arthritis", "for diagnoses[0]: rheumatoid arthritis, M05.9, active"],
    ),
    (
        "UseCriterion",
        {"use": "condition/caps"},
        {"indication": "rheumatoid-arthritis"},
        "not-met",
        ["against indication: asked for rheumatoid arthritis"],
    ),
    (
        "UseCriterion",
        {"uses": "caps-but-nomid"},
        {"indication": "nomid"},
        "not-met",
        ["against indication: asked for neonatal-onset multisystem inflammatory disease"],
    ),
    (
        "PatientCriterion",
        {"patientAttribute": "pg:Pregnant", "attributeHolds": False},
        {"smoker": True, "pregnant": True},
        "not-met",
        ["against pregnant: pregnant"],
    ),
    (
        "PatientCriterion",
        {"minimumAgeMonths": 18},
        {"age": 1},
        "not-documented",
        ["could age: 1 year"],
    ),
    (
        "MeasurementCriterion",
        {"measured": "observable/bmi", "atLeastValue": Decimal("30.0"), "valueUnit": "unit/kg-per-m2"},
        {"measurements": [{"of": "bmi", "value": 31, "unit": "kg/m2"}]},
        "met",
        ["for measurements[0]: body mass index, 31 kg/m2"],
    ),
    (
        "MeasurementCriterion",
        {"measured": "observable/bmi", "atLeastValue": Decimal("30.0"), "valueUnit": "unit/kg-per-m2"},
        {"heightCm": 180, "weightKg": 90},
        "not-met",
        ["against weightKg: 90 kg", "against heightCm: 180 cm"],
    ),
    (
        "MeasurementCriterion",
        {"measured": "observable/fibrosis-stage", "atLeastGrade": "grade/fibrosis-f3"},
        {"measurements": [{"of": "fibrosis stage", "value": "F4", "date": "2026-03"}]},
        "met",
        ["for measurements[0]: stage of liver fibrosis, F4, 2026-03"],
    ),
    (
        "ChangeCriterion",
        {"changed": "observable/body-weight", "lossAtLeastPercent": Decimal("5.0")},
        {
            "measurements": [
                {"of": "body weight", "value": 100, "unit": "kg", "phase": "baseline"},
                {"of": "body weight", "value": 94, "unit": "kg", "phase": "current"},
            ]
        },
        "met",
        ["for measurements[0]: body weight, 100 kg, baseline", "for measurements[1]: body weight, 94 kg, current"],
    ),
    (
        "DiagnosisCriterion",
        {"conditions": "rheumatoid-arthritis", "minimumSeverity": "pg:ModerateToSevere"},
        {"diagnoses": [{"condition": "rheumatoid-arthritis", "severity": "mild"}]},
        "not-met",
        ["against diagnoses[0]: rheumatoid arthritis, mild"],
    ),
    (
        "DiagnosisCriterion",
        {"conditions": "rheumatoid-arthritis", "activeDisease": True},
        {"diagnoses": [{"condition": "gout"}, {"condition": "rheumatoid-arthritis", "severity": "severe"}]},
        "not-documented",
        ["could diagnoses[1]: rheumatoid arthritis, severe (active)"],
    ),
    ("AgeCriterion", {"minimumAge": 18}, {"age": 45}, "met", ["for age: 45 years"]),
    ("AgeCriterion", {"maximumAge": 9}, {"birthDate": "1984-03-02"}, "not-met", ["against birthDate: born 1984-03-02"]),
    ("WeightCriterion", {"minimumWeightKg": Decimal("10.0")}, {"weightKg": "71.50"}, "met", ["for weightKg: 71.5 kg"]),
    (
        "PrescriberCriterion",
        {"specialties": "rheumatology", "consultationAccepted": True},
        {"prescriber": {"specialties": ["family-medicine"]}, "consultations": [{"specialty": "rheumatology"}]},
        "met",
        ["for consultations[0]: consultation in rheumatology"],
    ),
    (
        "PrescriberCriterion",
        {"specialties": "rheumatology"},
        {"prescriber": {"specialties": ["dermatology", "rheumatology"]}},
        "met",
        ["for prescriber.specialties[1]: prescriber in rheumatology"],
    ),
    (
        "PriorTherapyCriterion",
        _TRIED,
        {"therapies": [{"product": "Humira", **_FAILED}, {**_MTX, "weeklyDoseMg": 20}]},
        "met",
        ["for therapies[1]: methotrexate, 2025-01-10 to 2025-06, failure, 20 mg a week"],
    ),
    (
        "PriorTherapyCriterion",
        {"therapyGroups": "methotrexate", "minimumDose": Decimal("20.0"), "doseUnit": "unit/mg", "dosePeriodDays": 7},
        {"therapies": [{**_MTX, "dose": {"value": 15, "unit": "mg", "per": "week"}}], "therapiesComplete": True},
        "not-met",
        [
            "against therapies[0]: methotrexate, 2025-01-10 to 2025-06, failure, 15 mg a week",
            "against therapiesComplete: the list of therapies is said to be complete",
        ],
    ),
    (
        "PriorTherapyCriterion",
        {"therapyGroups": "some-csdmards", "minimumGroups": 2, "acceptedOutcomes": "pg:FailureOnly"},
        {
            "therapies": [{**_MTX}, {"product": "sulfasalazine", "end": "2025", "outcome": "failure"}],
            "therapiesComplete": True,
        },
        "not-documented",
        [
            "for therapies[0]: methotrexate, 2025-01-10 to 2025-06, failure",
            "could therapies[1]: sulfasalazine, until 2025, failure (unlisted)",
        ],
    ),
    (
        "PriorTherapyCriterion",
        {"therapyGroups": "any", "minimumGroups": 2, "countBy": "pg:ByLine"},
        {"therapies": [{**_MTX, "line": 1, "together": ["leflunomide"]}, {"product": "naproxen", "end": "2025"}]},
        "not-documented",
        [
            "for therapies[0]: methotrexate, 2025-01-10 to 2025-06, failure, line 1, together with leflunomide",
            "could therapies[1]: naproxen, until 2025 (outcome, line)",
        ],
    ),
    (
        "PriorTherapyCriterion",
        _TRIED,
        {"therapies": [{"product": "methotrexate"}, {"product": "leflunomide", "outcome": "response"}]},
        "not-documented",
        ["could therapies[0]: methotrexate (dates, outcome)", "against therapies[1]: leflunomide, response"],
    ),
    (
        "PriorTherapyCriterion",
        {**_TRIED, "minimumWeeksSinceEnd": 12},
        {"therapies": [{**_MTX, "end": "2026-09-20"}]},
        "not-met",
        ["against therapies[0]: methotrexate, 2025-01-10 to 2026-09-20, failure"],
    ),
    (
        "NoConcurrentTherapyCriterion",
        {"excludedGroups": "biologics-and-tsdmards"},
        {"therapies": [{"product": "Enbrel", "end": "2026-01-31"}], "therapiesComplete": True},
        "met",
        [
            "for therapies[0]: Enbrel, until 2026-01-31",
            "for therapiesComplete: the list of therapies is said to be complete",
        ],
    ),
    (
        "NoConcurrentTherapyCriterion",
        {"excludedGroups": "biologics-and-tsdmards"},
        {"attestations": ["no-concurrent-therapy"], "therapies": [{"product": "Orencia SC", "start": "2026-01-05"}]},
        "not-met",
        ["against therapies[0]: Orencia SC, since 2026-01-05"],
    ),
    (
        "NoConcurrentTherapyCriterion",
        {"excludedGroups": "biologics-and-tsdmards"},
        {"attestations": ["no-concurrent-therapy"]},
        "met",
        ["for attestations[0]: no concurrent therapy"],
    ),
    (
        "ConcurrentTherapyCriterion",
        {"requiredGroups": "methotrexate"},
        {"therapies": [{"product": "methotrexate", "durationMonths": 1}]},
        "not-documented",
        ["could therapies[0]: methotrexate, 1 month (outcome)"],
    ),
    (
        "ConcurrentTherapyCriterion",
        {"requiredGroups": "methotrexate", "plannedCounts": True},
        {"therapies": [{"product": "methotrexate", "planned": True}]},
        "met",
        ["for therapies[0]: methotrexate, to be started with the new drug"],
    ),
    (
        "NoConcurrentTherapyCriterion",
        {"excludedGroups": "biologics-and-tsdmards"},
        {"therapies": [{"product": "Enbrel", "planned": True}], "attestations": ["no-concurrent-therapy"]},
        "not-met",
        ["against therapies[0]: Enbrel, to be started with the new drug"],
    ),
    (
        "TimeOnDrugCriterion",
        {"longestGapDays": 30, "minimumMonths": 3},
        {"therapies": [{"product": "Kineret", "start": "2026-08-01"}, {"product": "Humira", "start": "2020-01-01"}]},
        "not-met",
        ["against therapies[0]: Kineret, since 2026-08-01"],
    ),
    (
        "TimeOnDrugCriterion",
        {"longestGapDays": 30, "minimumMonths": 3},
        {
            "therapies": [
                {"product": "anakinra", "start": "2026-01-01", "end": "2026-07-01"},
                {"product": "Kineret", "start": "2026-07-20"},
            ]
        },
        "met",
        ["for therapies[0]: anakinra, 2026-01-01 to 2026-07-01", "for therapies[1]: Kineret, since 2026-07-20"],
    ),
    (
        "TimeOnDrugCriterion",
        {"longestGapDays": 30, "minimumMonths": 3},
        {"therapies": [{"product": "Kineret"}]},
        "not-documented",
        ["could therapies[0]: Kineret (dates, outcome)"],
    ),
    (
        "NoPriorTherapyCriterion",
        {"notTakenGroups": "biologics-and-tsdmards", "notTakenWithinWeeks": 12},
        {"therapies": [{"product": "Humira", "start": "2025-01-10", "end": "2026-09-20"}]},
        "not-met",
        ["against therapies[0]: Humira, 2025-01-10 to 2026-09-20"],
    ),
    (
        "NoPriorTherapyCriterion",
        {"notTakenGroups": "biologics-and-tsdmards", "notTakenWithinWeeks": 12},
        {"therapies": [{"product": "Humira", "outcome": "response"}]},
        "not-documented",
        ["could therapies[0]: Humira, response (dates)"],
    ),
    (
        "NoPriorTherapyCriterion",
        {"notTakenGroups": "biologics-and-tsdmards"},
        {"therapiesComplete": True},
        "met",
        ["for therapiesComplete: the list of therapies is said to be complete"],
    ),
    (
        "MeasurementCriterion",
        {
            **{"measured": "lab/crp", "atLeastValue": Decimal("12.0"), "valueUnit": "unit/mg-per-l"},
            "occasion": "pg:AnyOccasion",
        },
        {"labs": [{**_CRP, "value": 3}, {**_CRP, "upperLimit": 5}]},
        "met",
        ["for labs[1]: C-reactive protein, 18.2 mg/L, upper limit 5, 2026-09-20"],
    ),
    (
        "MeasurementCriterion",
        {"measured": "lab/crp", "aboveTimesUpper": Decimal("1.0"), "occasion": "pg:AnyOccasion"},
        {"labs": [_CRP]},
        "not-documented",
        ["could labs[0]: C-reactive protein, 18.2 mg/L, 2026-09-20 (upper limit)"],
    ),
    (
        "FindingCriterion",
        _FOUND,
        {"findings": [_RASH], "findingsComplete": True},
        "not-met",
        [
            "for findings[0]: urticaria-like rash, present",
            "against findingsComplete: the list of findings is said to be complete",
        ],
    ),
    (
        "AbsentFindingCriterion",
        {"absentFindings": "infections", "absenceAttestation": "attestation/no-active-infection"},
        {"findings": [{"finding": "active-infection", "present": True}], "attestations": ["no-active-infection"]},
        "not-met",
        ["against findings[0]: active infection, present"],
    ),
    (
        "BiomarkerCriterion",
        {"marker": "gene/NLRP3", "biomarkerResult": "pg:Pathogenic"},
        {"genetics": [{"gene": "NLRP3", "result": "pathogenic"}]},
        "met",
        ["for genetics[0]: NLRP3, pathogenic"],
    ),
    (
        "ScreeningCriterion",
        _SCREENED,
        {"screenings": [{"for": "tuberculosis", "result": "positive", "date": "2026-08-30"}]},
        "not-met",
        ["against screenings[0]: tuberculosis, positive, 2026-08-30"],
    ),
    (
        "ScreeningCriterion",
        _SCREENED,
        {"screenings": [{"for": "tuberculosis", "result": "negative"}]},
        "not-documented",
        ["could screenings[0]: tuberculosis, negative (date)"],
    ),
    (
        "AttestationCriterion",
        {"attestation": "attestation/no-active-infection"},
        {"attestations": ["functional-impairment", "no-active-infection"]},
        "met",
        ["for attestations[1]: no active or latent untreated infection"],
    ),
    (
        "DocumentCriterion",
        {"document": "document/lab-results"},
        {"documents": ["chart-notes"], "documentsComplete": True},
        "not-met",
        ["against documentsComplete: the list of documents is said to be complete"],
    ),
    (
        "EventCriterion",
        {"eventKinds": "flares", "minimumEvents": 3, "perDays": 365, "sufficientEvents": "hospital-for-a-flare"},
        {"flares": {"perYear": 1, "hospitalized": True}},
        "met",
        ["for flares: 1 a year, led to hospital"],
    ),
    (
        "ResponseCriterion",
        {"positiveResponse": True},
        {"response": {"positive": False}},
        "not-met",
        ["against response: no positive response"],
    ),
    (
        "AdherenceCriterion",
        {"minimumAdherencePercent": Decimal("85.0"), "acceptedInterruptions": "interruptions"},
        {"response": {"adherencePercent": 60, "interruption": "surgery"}},
        "met",
        ["for response: adherence 60 %, interruption: surgery"],
    ),
    (
        "DoseCriterion",
        {"atMostDose": Decimal("100.0"), "doseUnit": "unit/mg", "dosePeriodDays": 1},
        {"dose": {"mgPerDay": 200}},
        "not-met",
        ["against dose: 200 mg a day"],
    ),
    (
        "DoseCriterion",
        {"atMostDose": Decimal("2.0"), "doseUnit": "unit/mg", "dosePer": "pg:PerKilogram", "dosePeriodDays": 14},
        {"dose": {"value": 160, "unit": "mg", "perDays": 14, "loading": {"value": 4.4, "unit": "mg", "perKg": True}}},
        "not-documented",
        ["could dose: 160 mg in 14 days, loading 4.4 mg per kg"],
    ),
    (
        "DoseCriterion",
        {"maximumQuantity": Decimal("4.0"), "perDays": 28, "quantityUnit": "unit/syringe"},
        {"quantity": {"value": 4, "unit": "syringe", "perDays": 28}},
        "met",
        ["for quantity: 4 syringe in 28 days"],
    ),
    (
        "SiteCriterion",
        {"programmes": "programmes"},
        {"enrolledIn": ["iPLEDGE", "TOUCH"]},
        "met",
        ["for enrolledIn[1]: enrolled in TOUCH Prescribing Program"],
    ),
    (
        "FormularyCriterion",
        {"formularyStatus": "pg:Preferred"},
        {"formulary": "non-preferred"},
        "not-met",
        ["against formulary: non-preferred on the plan"],
    ),
    (
        "EventCriterion",
        {"eventKinds": "bursts", "minimumEvents": 2, "withinMonths": 12},
        {"events": [_BURST, {"event": "migraine-day", "date": "2026-05-01"}, {**_BURST, "date": "2025-10"}]},
        "met",
        [
            "for events[0]: burst of systemic corticosteroids, 2026-03-01, lasting 5 days",
            "for events[2]: burst of systemic corticosteroids, 2025-10, lasting 5 days",
        ],
    ),
    (
        "EventCriterion",
        {"eventKinds": "migraine-days", "minimumEvents": 4, "perDays": 30},
        {"events": [{"event": "migraine-day", "count": 3, "perDays": 30}]},
        "not-met",
        ["against events[0]: migraine day, 3 times, in 30 days"],
    ),
    (
        "BiomarkerCriterion",
        {"marker": "biomarker/pd-l1", "minimumExpressionPercent": Decimal("50.0")},
        {"biomarkers": [{"marker": "PD-L1", "expressionPercent": 60, "method": "IHC"}]},
        "met",
        ["for biomarkers[0]: PD-L1, by immunohistochemistry, expression 60 %"],
    ),
    (
        "BiomarkerCriterion",
        {"marker": "gene/NLRP3", "biomarkerResult": "pg:Pathogenic"},
        {"genetics": [{"gene": "NLRP3", "result": "negative"}]},
        "not-met",
        ["against genetics[0]: NLRP3, negative"],
    ),
    (
        "CoverageHistoryCriterion",
        {"coverageKind": "pg:Approval", "withinDays": 90},
        {"coverage": [{"payer": "cigna", "kind": "approval", "from": "2026-01-01", "to": "2027"}]},
        "met",
        ["for coverage[0]: cigna, approval, from 2026-01-01, to 2027"],
    ),
    ("PlanCriterion", {"states": "two-states"}, {"state": "CA"}, "not-met", ["against state: state: California"]),
    (
        "PlanCriterion",
        {"linesOfBusiness": "employer-or-medicare"},
        {"plan": "cigna-employer-group"},
        "met",
        ["for plan: plan: cigna-employer-group"],
    ),
    (
        "SiteCriterion",
        {"sites": "outside-hospitals"},
        {"site": "outpatient-hospital"},
        "not-met",
        ["against site: to be given at: outpatient hospital"],
    ),
    ("ReviewerCriterion", {"judgement": "a reviewer decides"}, {"age": 45}, "not-documented", []),
    ("NotShownCriterion", {"notShown": "the rest"}, {"age": 45}, "not-documented", []),
]


def judged(kind: str, asked: Mapping[str, Any], on_record: Mapping[str, Any]) -> tuple[Status, Evidence]:
    """The state of one criterion and what it rests on."""
    known = strategies.read({"drug": "anakinra", "requestDate": "2026-10-01", **on_record})
    criterion = Leaf(kind, asked).criterion()
    review = known.indication or ID + REVIEW
    states = strategies.quick_states(known, [criterion], review)
    return states[criterion.id], Ledger(known, graph(), review, [criterion], states).evidence[criterion.id]


@pytest.mark.parametrize(("kind", "asked", "on_record", "state", "facts"), TABLE)
def test_a_criterion_names_the_facts_it_rests_on(
    kind: str, asked: dict[str, Any], on_record: dict[str, Any], state: str, facts: list[str]
) -> None:
    status, evidence = judged(kind, asked, on_record)
    assert status.value == state
    told = [
        (f"{one.effect.value} {one.path}: {one.words}", (*(["unlisted"] if one.unlisted else []), *one.gaps))
        for one in evidence.facts
    ]
    assert [f"{text} ({', '.join(gaps)})" if gaps else text for text, gaps in told] == facts


def test_the_table_has_every_kind() -> None:
    assert {kind for kind, *_ in TABLE} == set(KINDS)


# --- how many of how many ----------------------------------------------------------------------------


def labels(evidence: Evidence) -> tuple[list[str], list[str], list[str]]:
    found = (evidence.counting, evidence.could, evidence.open)
    counting, could, left = ([one.label for one in some] for some in found)
    return counting, could, left


def test_what_counts_what_could_and_what_is_left_are_told_apart() -> None:
    on_record = {"therapies": [{**_MTX, "product": "Enbrel"}, {"product": "Actemra SC"}]}
    asked = {"therapyGroups": "preferred", "minimumGroups": 2, "acceptedOutcomes": "pg:FailureOnly"}
    state, evidence = judged("PriorTherapyCriterion", asked, on_record)
    assert state is Status.NOT_DOCUMENTED
    assert evidence.asked == 2
    assert labels(evidence) == (["Enbrel"], ["Actemra SC"], ["preferred", "preferred", "Rinvoq"])
    assert [fact.path for fact in evidence.counting[0].facts] == ["therapies[0]"]


def test_every_member_is_asked_where_every_one_is_named() -> None:
    asked = {"therapyGroups": "csdmards", "everyMember": True}
    _, evidence = judged("PriorTherapyCriterion", asked, {"therapies": [_MTX]})
    assert (evidence.asked, labels(evidence)) == (
        4,
        (["methotrexate"], [], ["hydroxychloroquine", "leflunomide", "sulfasalazine"]),
    )


def test_where_ingredients_are_counted_two_brands_of_one_are_one_and_neither_is_left() -> None:
    rows = [{"product": name, **_FAILED, "start": "2024-02", "end": "2024-07"} for name in ("Humira", "Cyltezo")]
    asked = {"therapyGroups": "two-brands", "minimumGroups": 2, "countBy": "pg:ByIngredient"}
    _, evidence = judged("PriorTherapyCriterion", asked, {"therapies": rows})
    assert labels(evidence) == (["adalimumab"], [], [])
    assert [fact.path for fact in evidence.counting[0].facts] == ["therapies[0]", "therapies[1]"]


def test_events_count_for_themselves_and_a_number_of_them_beside() -> None:
    asked = {"eventKinds": "bursts", "minimumEvents": 2, "withinMonths": 12, "perDays": 365}
    state, evidence = judged("EventCriterion", asked, {"events": [_BURST, {"event": "steroid burst", "date": "2025"}]})
    assert (state, evidence.asked) == (Status.NOT_DOCUMENTED, 2)
    burst = "burst of systemic corticosteroids"
    assert labels(evidence) == ([f"{burst}, 2026-03-01, lasting 5 days"], [f"{burst}, 2025"], [])
    assert [one.iri for one in (*evidence.counting, *evidence.could)] == ["events[0]", "events[1]"]
    rate = {"event": "steroid burst", "count": 2, "perDays": 365}
    state, evidence = judged("EventCriterion", asked, {"events": [_BURST, rate]})
    assert (state, [fact.path for fact in evidence.facts]) == (Status.MET, ["events[0]", "events[1]"])
    assert labels(evidence) == ([f"{burst}, 2026-03-01, lasting 5 days"], [], [])


def test_the_rows_of_one_course_are_each_named() -> None:
    rows = [{**_MTX, "end": "2025-02-20"}, {**_MTX, "start": "2025-03-01", "end": "2025-05-01"}]
    state, evidence = judged("PriorTherapyCriterion", {**_TRIED, "minimumMonths": 3}, {"therapies": rows})
    assert state is Status.MET
    assert [fact.path for fact in evidence.facts] == ["therapies[0]", "therapies[1]"]


# --- an answer ---------------------------------------------------------------------------------------


def example(name: str, policy: str = "cigna-ip0243") -> tuple[Case, Answers, Determination]:
    case = read_case(folder("data") / "cases" / f"{name}.yaml", shipped())
    found = determine(case, shipped(), policy=policy)
    return case, found, found[0]


def node(item: Determination, name: str) -> Node:
    assert item.root is not None
    return next(leaf for leaf in leaves(item.root) if leaf.criterion.id == name)


def test_an_answer_counts_in_words() -> None:
    _, _, item = example("two-adalimumab-products")
    assert evidence_sentences(item, node(item, "cigna-ip0243/ra-preferred-products-employer-group")) == [
        "1 of 2: Humira, 2024-07-01 to 2025-01-31, failure, and Cyltezo, 2025-03-01 to 2025-09-30, failure;"
        " one more of Xeljanz/XR, Actemra SC, Cimzia, Enbrel, Rinvoq",
        "The list of therapies is said to be complete",
    ]


def test_a_failure_on_record_blocks_before_a_gap_and_what_is_higher_before_what_is_deeper() -> None:
    _, _, item = example("only-a-sample")
    assert item.outcome is Outcome.NOT_MET
    assert item.blocking == (
        "cigna-ip0243/ra-csdmard-failed",
        "cigna-ip0243/ra-csdmards-ruled-out",
        "cigna-ip0243/ra-preferred-products-employer-group",
        "cigna-ip0243/ra-biologic-or-tsdmard-tried",
    )
    assert sorted(item.blocking) == sorted(item.deciding)


_FAILURE = {"therapyGroups": "csdmards", "acceptedOutcomes": "pg:FailureOnly"}
_SHORT = {"product": "methotrexate", "start": "2025-01-10", "end": "2025-03-10", **_FAILED}
_BMI = {"measured": "observable/bmi", "valueUnit": "unit/kg-per-m2", "atLeastValue": Decimal("30.0")}


@pytest.mark.parametrize(
    ("kind", "asked", "on_record", "distance"),
    [
        ("AgeCriterion", {"minimumAge": 18}, {"age": 17}, 1 / 18),
        ("AgeCriterion", {"maximumAge": 65}, {"age": 78}, 13 / 65),
        ("PatientCriterion", {"minimumAgeMonths": 24}, {"age": 1, "ageMonths": 18}, 6 / 24),
        # A year is 12 to 23 months: what is nearest of what is possible counts.
        ("PatientCriterion", {"minimumAgeMonths": 24}, {"age": 1}, 1 / 24),
        ("WeightCriterion", {"minimumWeightKg": Decimal("10.0")}, {"weightKg": 8}, 2 / 10),
        # In the unit of the bound, the nearest of several.
        (
            "MeasurementCriterion",
            {"measured": "lab/crp", "atLeastValue": Decimal("10.0"), "valueUnit": "unit/mg-per-l"},
            {"labs": [{**_CRP, "value": "0.8", "unit": "mg/dL"}, {**_CRP, "value": 4}], "labsComplete": True},
            2 / 10,
        ),
        ("MeasurementCriterion", _BMI, {"measurements": [{"of": "bmi", "value": 24, "unit": "kg/m2"}]}, 6 / 30),
        ("PriorTherapyCriterion", {**_FAILURE, "minimumMonths": 3}, {"therapies": [_SHORT]}, 1 / 3),
        # What fits for another reason not at all is as far as nothing.
        (
            "PriorTherapyCriterion",
            {**_FAILURE, "minimumMonths": 3},
            {"therapies": [{**_SHORT, "outcome": "response"}]},
            1,
        ),
        ("PriorTherapyCriterion", {**_FAILURE, "minimumGroups": 2}, {"therapies": [_MTX]}, 1 / 2),
        (
            "PriorTherapyCriterion",
            {**_FAILURE, "minimumGroups": 2, "minimumMonths": 4},
            {"therapies": [_MTX, _SHORT]},
            0.5,
        ),
        ("BiomarkerCriterion", {"marker": "gene/NLRP3", "biomarkerResult": "pg:Pathogenic"}, _NO_GENE, None),
    ],
)
def test_what_is_not_met_says_how_far_it_is_from_its_bound(
    kind: str, asked: dict[str, Any], on_record: dict[str, Any], distance: float | None
) -> None:
    lists = {"therapiesComplete": True, "measurementsComplete": True}
    state, evidence = judged(kind, asked, lists | on_record)
    assert state is Status.NOT_MET
    assert evidence.distance == (None if distance is None else pytest.approx(distance))


def test_nothing_that_is_met_or_not_documented_is_far_from_its_bound() -> None:
    assert judged("AgeCriterion", {"minimumAge": 18}, {"age": 18})[1].distance is None
    assert judged("AgeCriterion", {"minimumAge": 18}, {})[1].distance is None


def test_of_what_is_as_high_in_the_tree_the_nearest_to_its_bound_blocks_first() -> None:
    weight = Leaf("WeightCriterion", {"minimumWeightKg": Decimal("10.0")}).criterion()
    age = Leaf("AgeCriterion", {"minimumAge": 18}).criterion()
    gene = Leaf("BiomarkerCriterion", {"marker": "gene/NLRP3", "biomarkerResult": "pg:Pathogenic"}).criterion()
    known = strategies.read({"drug": "anakinra", "requestDate": "2026-10-01", "age": 17, "weightKg": 5, **_NO_GENE})
    in_order = [gene, weight, age]
    states = strategies.quick_states(known, in_order, ID + REVIEW)
    evidence = Ledger(known, graph(), ID + REVIEW, in_order, states).evidence
    tree = Node(strategies.all_of(*in_order), Status.NOT_MET, tuple(Node(one, states[one.id]) for one in in_order))
    assert blocking(tree, [one.id for one in in_order], evidence) == (age.id, weight.id, gene.id)


def test_nothing_blocks_what_is_not_said_to_be_not_met() -> None:
    assert example("maria")[2].blocking == () == example("little-on-record")[2].blocking


def test_every_leaf_of_an_answer_has_evidence_and_a_use_without_a_rule_none() -> None:
    _, _, item = example("maria")
    assert item.root is not None
    assert set(item.evidence) == {leaf.criterion.id for leaf in leaves(item.root)}
    assert example("osteoarthritis")[2].evidence == {}


def test_nothing_is_looked_for_before_it_is_asked_for() -> None:
    _, _, item = example("maria")
    assert item._ledger is not None
    assert "evidence" not in vars(item._ledger)
    assert item.evidence
    assert "evidence" in vars(item._ledger)


def test_json_has_a_version_the_facts_and_the_count_and_no_evidence_of_a_connective() -> None:
    case, found, item = example("two-adalimumab-products")
    record = to_json(case, found, "x")
    assert record["formatVersion"] == 1
    [determination] = record["determinations"]
    assert determination["blocking"] == list(item.blocking) == determination["deciding"]
    root = determination["criteria"]
    assert root["kind"] in CONNECTIVES
    assert root["evidence"] is None
    counted = next(part for part in root["children"] if part["id"] == item.blocking[0])["evidence"]
    assert counted["asked"] == 2
    assert [one["fields"] for one in counted["counting"]] == [["therapies[1]", "therapies[2]"]]
    assert counted["open"] == ["cigna-ip0243/xeljanz-employer-group", "actemra-sc", "cimzia", "enbrel", "rinvoq"]
    assert counted["facts"][0] == {
        "field": "therapies[1]",
        "words": "Humira, 2024-07-01 to 2025-01-31, failure",
        "effect": "for",
        "notRecorded": [],
    }


def test_markdown_and_a_notebook_say_the_facts_and_what_blocks() -> None:
    case, found, item = example("still-on-a-biologic")
    said = "Against it: Orencia SC, since 2026-01-05, failure"
    for text in (to_markdown(case, found, names(shipped())), str(of_determination(item))):
        assert said in text
        assert "Blocked by:" in text


def test_the_report_says_what_each_leaf_rests_on_in_which_case() -> None:
    case, found, item = example("still-on-a-biologic")
    graph = report(case, shipped(), found)
    [fact] = graph.objects(rdflib.URIRef(node(item, "cigna-ip0243/no-concurrent").criterion.iri), PG.restsOn)
    assert str(graph.value(fact, rdflib.RDFS.label)) == "Orencia SC, since 2026-01-05, failure"
    assert str(graph.value(fact, PG.inField)) == "therapies[0]"
    assert str(graph.value(fact, PG.effect)) == "against"
    assert graph.value(fact, rdflib.SH.focusNode) == rdflib.URIRef(case.iri.value)


def test_no_repr_shows_a_fact() -> None:
    _, found, item = example("still-on-a-biologic")
    assert item.evidence
    assert "Orencia" not in repr(item) + repr(found) + repr(item._ledger)
