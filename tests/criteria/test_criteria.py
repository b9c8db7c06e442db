"""What each kind of criterion says: its three values, both sides of every bound and the bound itself, and the traps.

Every answer is asked of SHACL and of the evaluator, which must agree. The traps of the sources are tried on the
policies themselves.
"""

from __future__ import annotations

import json
import re
import shutil
from datetime import date as a_day
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from evaluator import KINDS, MET, NOT_DOCUMENTED, NOT_MET, evaluate
from strategies import DATA, REVIEW, WRITTEN, Leaf, concepts, shacl_states

from payergraph import terms
from payergraph.chart.case import parse_case
from payergraph.criteria import CONNECTIVES, Parameters, Values
from payergraph.criteria import KINDS as SHIPPED_KINDS
from payergraph.criteria.shapes import components_of
from payergraph.policies.library import policies
from payergraph.store import graph as store
from payergraph.verdict.answers import Determination
from payergraph.verdict.determination import determine

RA = {"drug": "anakinra", "requestDate": "2026-10-01", "indication": "rheumatoid-arthritis"}


def says(kind: str, case: dict[str, Any], **params: Any) -> str:
    """What a criterion says to a case for rheumatoid arthritis, by SHACL and by the evaluator."""
    given = {name: Decimal(str(value)) if isinstance(value, float) else value for name, value in params.items()}
    leaf = Leaf(kind, given)
    criterion = leaf.criterion()
    whole = {key: value for key, value in {**RA, **case}.items() if value is not None}
    answer = shacl_states(whole, [criterion], REVIEW)[criterion.id]
    assert answer == evaluate(kind, leaf.params, whole, concepts(), REVIEW)
    return answer


def test_every_kind_of_leaf_is_judged_here() -> None:
    assert set(SHIPPED_KINDS) - CONNECTIVES == set(KINDS) == {leaf.kind for leaf in WRITTEN.values()}


# --- sentences ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["1", "3"])
def test_a_number_and_its_unit_agree_in_every_sentence(number: str) -> None:
    numeric = ("minimum", "maximum", "within", "takenWithin", "perDays")
    for leaf in WRITTEN.values():
        for name in {parameter.name for one in components_of()[leaf.kind] for parameter in one.parameters}:
            terms_of = {**leaf.criterion().parameters}
            if name.startswith(numeric) and "perDays" not in terms_of and "Quantity" not in name:
                terms_of[name] = ox.Literal(number)
            values = Values(Parameters(terms_of), lambda _: "it", lambda _: ["it"])
            sentence = SHIPPED_KINDS[leaf.kind].sentence(values)
            assert not re.search(r"(?<![\d.])1 (month|week|day|year|flare)s\b", sentence), sentence
            assert not re.search(r"(?<![\d.])3 (month|week|day|year|flare)\b", sentence), sentence


def test_sentences_tell_what_is_taken_together_and_what_is_from_before_treatment() -> None:
    one = ox.Literal("1")
    prior = Values(
        Parameters({"therapyGroups": one, "togetherWith": one, "minimumWeeks": one}), str, lambda _: ["colchicine"]
    )
    assert SHIPPED_KINDS["PriorTherapyCriterion"].sentence(prior) == (
        "Trial of colchicine, taken together with colchicine, after at least 1 week"
    )
    lab = Values(
        Parameters({"labTest": one, "aboveUpperLimit": ox.Literal(True), "beforeTreatment": ox.Literal(True)}), str, str
    )
    assert SHIPPED_KINDS["LabCriterion"].sentence(lab) == "1 above the upper limit of normal, before the drug was begun"


# --- use and diagnosis -------------------------------------------------------------------------------


def use(of: str, indication: str | None, *diagnoses: str, complete: bool = False) -> str:
    listed = [{"condition": one} for one in diagnoses]
    case = {"indication": indication, "diagnoses": listed, "diagnosesComplete": complete}
    return says("UseCriterion", case, use=f"condition/{of}")


def test_the_stated_indication_is_the_use_or_narrower() -> None:
    assert use("caps", "caps") == use("caps", "nomid") == MET
    assert use("nomid", "caps") == NOT_DOCUMENTED
    assert use("caps", "gout") == use("nomid", "fcas") == NOT_MET


def test_without_an_indication_a_diagnosis_is_what_the_drug_is_asked_for() -> None:
    assert use("caps", None, "gout", "nomid") == MET
    assert use("nomid", None, "caps") == use("nomid", None, "caps", complete=True) == NOT_DOCUMENTED
    assert use("caps", None, "gout") == use("caps", None) == NOT_DOCUMENTED
    assert use("caps", None, "gout", complete=True) == use("caps", None, complete=True) == NOT_MET


def test_an_indication_that_no_diagnosis_bears_out_is_contradicted() -> None:
    assert use("caps", "nomid", "fcas") == use("caps", "nomid", "caps", complete=True) == MET
    assert use("caps", "nomid", "fcas", complete=True) == use("caps", "nomid", complete=True) == NOT_MET
    assert use("nomid", "caps", "fcas", complete=True) == NOT_MET
    assert use("nomid", "caps", "nomid", complete=True) == NOT_DOCUMENTED


def diagnosed(*diagnoses: dict[str, Any], complete: bool = False, **params: Any) -> str:
    case = {"diagnoses": list(diagnoses), "diagnosesComplete": complete}
    return says("DiagnosisCriterion", case, **{"conditions": "caps-diseases", **params})


def test_a_diagnosis_is_one_of_the_conditions_or_narrower() -> None:
    fcas, caps, gout = {"condition": "fcas"}, {"icd10": "M04.2"}, {"condition": "gout"}
    assert diagnosed(fcas) == diagnosed(gout, fcas, complete=True) == MET
    assert diagnosed(caps) == diagnosed(caps, complete=True) == NOT_DOCUMENTED
    assert diagnosed(gout) == diagnosed() == NOT_DOCUMENTED
    assert diagnosed(gout, complete=True) == diagnosed(complete=True) == NOT_MET
    assert diagnosed({"condition": "seropositive rheumatoid arthritis"}, conditions="rheumatoid-arthritis") == MET


@pytest.mark.parametrize(
    ("severity", "asked", "answer"),
    [
        ("mild", "Moderate", NOT_MET),
        ("moderate", "Moderate", MET),
        ("severe", "Moderate", MET),
        ("moderate-to-severe", "Moderate", MET),
        ("moderate", "ModerateToSevere", MET),
        ("mild", "ModerateToSevere", NOT_MET),
        ("moderate", "Severe", NOT_MET),
        ("moderate-to-severe", "Severe", NOT_DOCUMENTED),
        ("severe", "Severe", MET),
        (None, "Mild", NOT_DOCUMENTED),
        (None, "AnySeverity", MET),
    ],
)
def test_a_disease_is_severe_enough(severity: str | None, asked: str, answer: str) -> None:
    entry = {"condition": "nomid"} | ({"severity": severity} if severity else {})
    assert diagnosed(entry, minimumSeverity=f"pg:{asked}") == answer


def test_a_disease_is_active_where_that_is_asked() -> None:
    nomid = {"condition": "nomid"}
    assert diagnosed({**nomid, "active": True}, activeDisease=True) == MET
    assert diagnosed({**nomid, "active": False}, activeDisease=True) == NOT_MET
    assert diagnosed(nomid, activeDisease=True) == NOT_DOCUMENTED
    assert diagnosed({**nomid, "active": False}, activeDisease=False) == MET
    assert diagnosed({**nomid, "active": False}, {"condition": "fcas"}, activeDisease=True) == NOT_DOCUMENTED


# --- the patient and the prescriber ------------------------------------------------------------------


def test_age_counts_completed_years_and_both_ends() -> None:
    def aged(case: dict[str, Any]) -> str:
        return says("AgeCriterion", case, minimumAge=2, maximumAge=17)

    assert aged({"age": 2}) == aged({"age": 17}) == MET
    assert aged({"age": 1}) == aged({"age": 18}) == NOT_MET
    assert aged({}) == NOT_DOCUMENTED
    assert aged({"birthDate": "2024-10-01"}) == aged({"birthDate": "2008-10-02"}) == MET
    assert aged({"birthDate": "2024-10-02"}) == aged({"birthDate": "2008-10-01"}) == NOT_MET


def test_a_leap_day_child_completes_the_year_on_the_last_of_february() -> None:
    for day, answer in (("2026-02-27", NOT_MET), ("2026-02-28", MET)):
        assert says("AgeCriterion", {"requestDate": day, "birthDate": "2008-02-29"}, minimumAge=18) == answer


def test_weight_is_heavy_enough_at_the_bound() -> None:
    weights = {"9.99": NOT_MET, "10": MET, "10.01": MET, None: NOT_DOCUMENTED}
    for weight, answer in weights.items():
        assert says("WeightCriterion", {"weightKg": weight}, minimumWeightKg=10.0) == answer


def prescribed(*own: str, consulted: tuple[str, ...] = (), complete: bool = False, **params: Any) -> str:
    case = {
        "prescriber": {"specialties": list(own)},
        "consultations": [{"specialty": one} for one in consulted],
        "consultationsComplete": complete,
    }
    return says("PrescriberCriterion", case, **{"specialties": "rheumatology", **params})


def test_a_prescriber_has_the_specialty_or_a_narrower_one() -> None:
    assert prescribed("rheumatology") == prescribed("pediatric-rheumatology") == MET
    assert prescribed("family-medicine") == prescribed("family-medicine", consulted=("rheumatology",)) == NOT_MET
    assert prescribed() == prescribed(consulted=("rheumatology",)) == NOT_DOCUMENTED
    assert prescribed("pediatrics", specialties="caps-specialties") == NOT_DOCUMENTED


def test_a_consultation_counts_where_it_is_accepted() -> None:
    accepted: dict[str, Any] = {"consultationAccepted": True}
    assert prescribed(consulted=("rheumatology",), **accepted) == MET
    assert prescribed("family-medicine", consulted=("rheumatology",), **accepted) == MET
    assert prescribed("family-medicine", consulted=("genetics",), **accepted) == NOT_DOCUMENTED
    assert prescribed("family-medicine", consulted=("genetics",), complete=True, **accepted) == NOT_MET
    assert prescribed(consulted=("genetics",), complete=True, **accepted) == NOT_DOCUMENTED


# --- prior therapy -----------------------------------------------------------------------------------


def took(product: str, start: str | None = "2025-01-10", end: str | None = "2025-04-10", **more: Any) -> dict[str, Any]:
    entry = {"product": product, "start": start, "end": end, "outcome": "failure", **more}
    return {key: value for key, value in entry.items() if value is not None}


def tried(*therapies: dict[str, Any], complete: bool = True, drug: str = "anakinra", **params: Any) -> str:
    case = {"drug": drug, "therapies": list(therapies), "therapiesComplete": complete}
    given = {"therapyGroups": "methotrexate", "acceptedOutcomes": "pg:FailureOnly", **params}
    return says("PriorTherapyCriterion", case, **{k: v for k, v in given.items() if v is not None})


def test_a_failed_therapy_counts_and_a_missing_one_counts_against_only_in_a_complete_list() -> None:
    assert tried(took("methotrexate")) == tried(took("Otrexup"), complete=False) == MET
    assert tried(took("leflunomide"), complete=False) == tried(complete=False) == NOT_DOCUMENTED
    assert tried(took("leflunomide")) == tried() == NOT_MET


@pytest.mark.parametrize(
    ("outcome", "accepted", "answer"),
    [
        ("failure", "FailureOnly", MET),
        ("intolerance", "FailureOnly", NOT_MET),
        ("response", "FailureIntoleranceOrContraindication", NOT_MET),
        ("contraindication", "FailureIntoleranceOrContraindication", MET),
        ("contraindication", "FailureOrIntolerance", NOT_MET),
        ("intolerance", "IntoleranceOrContraindication", MET),
        ("response", "ResponseOnly", MET),
        ("unknown", "FailureOnly", NOT_DOCUMENTED),
        (None, "FailureOnly", NOT_DOCUMENTED),
        ("response", "AnyOutcome", MET),
        ("response", None, MET),
        (None, None, MET),
    ],
)
def test_an_outcome_counts_where_it_is_accepted(outcome: str | None, accepted: str | None, answer: str) -> None:
    assert tried(took("methotrexate", outcome=outcome), acceptedOutcomes=accepted and f"pg:{accepted}") == answer


@pytest.mark.parametrize(
    ("start", "end", "answer"),
    [
        ("2025-01-10", "2025-04-10", MET),
        ("2025-01-10", "2025-04-09", NOT_MET),
        ("2026-01-31", "2026-04-30", MET),
        ("2026-01-31", "2026-04-29", NOT_MET),
        ("2026-07-01", None, MET),
        ("2026-07-02", None, NOT_MET),
        ("2025-01", "2025-04-29", NOT_DOCUMENTED),
        ("2025-01", "2025-04-30", MET),
        ("2025-01", "2025-03-31", NOT_MET),
        ("2024", "2025", NOT_DOCUMENTED),
        ("2023", "2025", MET),
        (None, "2025-04-10", NOT_DOCUMENTED),
        (None, None, NOT_DOCUMENTED),
    ],
)
def test_three_months_are_three_completed_calendar_months(start: str | None, end: str | None, answer: str) -> None:
    assert tried(took("methotrexate", start, end), minimumMonths=3) == answer


@pytest.mark.parametrize(("end", "answer"), [("2025-04-03", MET), ("2025-04-02", NOT_MET), ("2025-04", NOT_DOCUMENTED)])
def test_twelve_weeks_are_eighty_four_days(end: str, answer: str) -> None:
    assert tried(took("methotrexate", "2025-01-09", end), minimumWeeks=12) == answer


@pytest.mark.parametrize(("months", "answer"), [(3, MET), ("2.9", NOT_MET), (4, MET)])
def test_a_number_of_months_stands_for_the_dates(months: Any, answer: str) -> None:
    assert tried(took("methotrexate", None, None, durationMonths=months), minimumMonths=3) == answer


def test_duration_and_dose_bind_a_failure_and_not_an_intolerance() -> None:
    bound: dict[str, Any] = {
        "acceptedOutcomes": "pg:FailureIntoleranceOrContraindication",
        "minimumMonths": 3,
        "minimumWeeklyDoseMg": 20.0,
        "maximallyTolerated": True,
    }
    short = {"end": "2025-01-20", "weeklyDoseMg": 5, "maximallyTolerated": False}
    assert tried(took("methotrexate", **short), **bound) == NOT_MET
    assert tried(took("methotrexate", outcome="intolerance", **short), **bound) == MET
    assert tried(took("methotrexate", None, None, outcome="contraindication"), **bound) == MET
    assert tried(took("methotrexate", outcome=None, **short), **bound) == NOT_DOCUMENTED
    assert tried(took("methotrexate", weeklyDoseMg=20, maximallyTolerated=True), **bound) == MET


def test_without_accepted_outcomes_the_duration_binds_whatever_was_taken() -> None:
    for outcome in ("response", "intolerance", "contraindication", None):
        assert tried(took("methotrexate", outcome=outcome), acceptedOutcomes=None, minimumMonths=3) == MET
        short = took("methotrexate", "2025-02-10", outcome=outcome)
        assert tried(short, acceptedOutcomes=None, minimumMonths=3) == NOT_MET


def test_a_contraindication_without_dates_was_never_taken() -> None:
    assert tried(took("methotrexate", None, None, outcome="contraindication"), acceptedOutcomes=None) == NOT_MET
    assert tried(took("methotrexate", None, None, outcome="response"), acceptedOutcomes=None) == MET
    assert tried(took("methotrexate", None, None, outcome=None), acceptedOutcomes=None) == NOT_DOCUMENTED


def test_the_weekly_dose_reaches_the_bound() -> None:
    doses = {"19.9": NOT_MET, 20: MET, None: NOT_DOCUMENTED}
    for dose, answer in doses.items():
        assert tried(took("methotrexate", weeklyDoseMg=dose), minimumWeeklyDoseMg=20.0) == answer


def test_the_dose_is_the_maximally_tolerated_one() -> None:
    for said, answer in ((True, MET), (False, NOT_MET), (None, NOT_DOCUMENTED)):
        assert tried(took("methotrexate", maximallyTolerated=said), maximallyTolerated=True) == answer


def test_a_therapy_is_still_taken_where_that_is_asked() -> None:
    now: dict[str, Any] = {"currentlyTaken": True}
    assert tried(took("methotrexate", end=None), **now) == MET
    assert (
        tried(took("methotrexate", end="2026-10-01"), **now)
        == tried(took("methotrexate", end="2026"), **now)
        == NOT_MET
    )
    assert tried(took("methotrexate", None, None), **now) == NOT_DOCUMENTED


def test_as_many_distinct_groups_as_asked() -> None:
    two: dict[str, Any] = {"therapyGroups": "preferred", "minimumGroups": 2}
    humira, cyltezo, enbrel = took("Humira"), took("Cyltezo"), took("Enbrel")
    assert tried(humira, enbrel, **two) == tried(humira, enbrel, complete=False, **two) == MET
    assert tried(humira, cyltezo, **two) == tried(enbrel, took("etanercept"), **two) == NOT_MET
    assert tried(humira, took("Actemra"), **two) == NOT_DOCUMENTED
    assert tried(humira, took("Actemra IV"), **two) == NOT_MET
    assert tried(humira, took("adalimumab"), **two) == NOT_MET
    assert tried(humira, enbrel, **{**two, "minimumGroups": 3}) == NOT_MET


def test_distinct_ingredients_where_these_are_counted() -> None:
    by: dict[str, Any] = {"therapyGroups": "biologics-and-tsdmards", "minimumGroups": 2, "countBy": "pg:ByIngredient"}
    assert tried(took("Humira"), took("Enbrel"), **by) == MET
    assert tried(took("Humira"), took("Cyltezo"), **by) == NOT_MET
    assert tried(took("Humira"), took("Enbrel"), **{**by, "countBy": "pg:ByGroup"}) == NOT_MET


def test_every_member_where_all_are_asked() -> None:
    every: dict[str, Any] = {"therapyGroups": "csdmards", "everyMember": True}
    four = [took(name) for name in ("methotrexate", "leflunomide", "hydroxychloroquine", "sulfasalazine")]
    assert tried(*four, **every) == MET
    assert tried(*four[:3], took("azathioprine"), **every) == NOT_MET
    assert tried(*four[:3], **every, complete=False) == NOT_DOCUMENTED


def test_what_a_group_leaves_out_does_not_count() -> None:
    other: dict[str, Any] = {"therapyGroups": "other-csdmards"}
    assert tried(took("leflunomide"), **other) == MET
    assert tried(took("methotrexate"), **other) == tried(took("Otrexup"), **other) == NOT_MET
    assert tried(took("adalimumab"), therapyGroups="biologics-but-humira") == NOT_DOCUMENTED
    assert tried(took("Cyltezo"), therapyGroups="biologics-but-humira") == MET


def test_a_therapy_for_another_disease_is_no_step() -> None:
    assert tried(took("methotrexate", **{"for": "rheumatoid-arthritis"})) == MET
    assert tried(took("methotrexate", **{"for": "seropositive rheumatoid arthritis"})) == MET
    assert tried(took("methotrexate", **{"for": "gout"})) == NOT_MET


def test_a_therapy_for_a_broader_disease_may_be_a_step() -> None:
    case = {"therapies": [took("methotrexate", **{"for": "caps"})], "therapiesComplete": True}
    for indication, answer in (("nomid", NOT_DOCUMENTED), ("caps", MET), ("gout", NOT_MET)):
        asked = {**case, "indication": indication}
        assert says("PriorTherapyCriterion", asked, therapyGroups="methotrexate") == answer


def test_a_sample_is_no_trial_where_samples_are_excluded() -> None:
    assert tried(took("methotrexate", sample=True)) == tried(took("methotrexate", sample=False)) == MET
    assert tried(took("methotrexate", sample=True), samplesExcluded=True) == NOT_MET


def test_the_drug_asked_for_is_no_step_before_itself() -> None:
    biologics: dict[str, Any] = {"therapyGroups": "biologics-and-tsdmards"}
    assert tried(took("Kineret"), **biologics) == tried(took("Cyltezo"), drug="Humira", **biologics) == NOT_MET
    assert tried(took("Kineret"), drug="canakinumab", **biologics) == MET


def test_the_drug_asked_for_counts_where_a_patient_must_be_established_on_it() -> None:
    established: dict[str, Any] = {"therapyGroups": "biologics-and-tsdmards", "requestedDrugCounts": True}
    assert tried(took("Kineret", end=None, outcome="response"), acceptedOutcomes=None, **established) == MET
    assert tried(took("Humira"), **established) == MET
    assert tried(took("Kineret"), **{**established, "requestedDrugCounts": False}) == NOT_MET


@pytest.mark.parametrize(
    ("start", "end", "answer"),
    [
        ("2026-01-01", "2026-07-03", MET),
        ("2026-01-01", "2026-07-02", NOT_MET),
        ("2026-01-01", None, MET),
        ("2026-01-01", "2026-07", NOT_DOCUMENTED),
        (None, "2026-08", MET),
        (None, None, NOT_DOCUMENTED),
    ],
)
def test_a_therapy_was_taken_in_the_last_days(start: str | None, end: str | None, answer: str) -> None:
    assert tried(took("methotrexate", start, end), takenWithinDays=90) == answer


@pytest.mark.parametrize(
    ("start", "end", "answer"),
    [
        ("2026-01-01", "2026-09-03", MET),
        ("2026-01-01", "2026-09-04", NOT_MET),
        ("2026-01-01", None, NOT_MET),
        ("2026-01-01", "2026-09", NOT_DOCUMENTED),
        (None, "2026-08", MET),
        (None, None, NOT_DOCUMENTED),
    ],
)
def test_a_therapy_ended_whole_weeks_ago(start: str | None, end: str | None, answer: str) -> None:
    assert tried(took("methotrexate", start, end), minimumWeeksSinceEnd=4) == answer


def test_the_last_of_several_doses_must_lie_back_that_far() -> None:
    early, late = took("methotrexate", "2026-01-01", "2026-02-01"), took("methotrexate", "2026-09-20", "2026-09-21")
    undated = took("methotrexate", None, None)
    assert tried(early, minimumWeeksSinceEnd=12) == MET
    assert tried(early, late, minimumWeeksSinceEnd=12) == NOT_MET
    assert tried(early, late, complete=False, minimumWeeksSinceEnd=12) == NOT_MET
    assert tried(early, undated, minimumWeeksSinceEnd=12) == NOT_DOCUMENTED
    assert tried(early, took("Humira", "2026-09-20", None), minimumWeeksSinceEnd=12) == MET


def test_an_intolerance_counts_within_the_days_alone_and_a_contraindication_always() -> None:
    def long_ago(outcome: str) -> dict[str, Any]:
        return took("methotrexate", "2024-01-01", "2024-02-01", outcome=outcome)

    accepted = "pg:FailureIntoleranceOrContraindication"
    assert tried(long_ago("intolerance"), acceptedOutcomes=accepted) == MET
    assert tried(long_ago("intolerance"), acceptedOutcomes=accepted, takenWithinDays=90) == NOT_MET
    assert tried(long_ago("contraindication"), acceptedOutcomes=accepted, takenWithinDays=90) == MET
    assert tried(long_ago("unknown"), acceptedOutcomes="pg:FailureOrIntolerance", takenWithinDays=90) == NOT_MET
    assert tried(long_ago("unknown"), acceptedOutcomes=accepted, takenWithinDays=90) == NOT_DOCUMENTED


# --- courses -----------------------------------------------------------------------------------------


def test_a_course_split_over_rows_is_one_trial() -> None:
    two = (took("methotrexate", "2025-01-10", "2025-03-10"), took("methotrexate", "2025-03-11", "2025-05-20"))
    assert tried(*two, minimumMonths=4) == tried(*reversed(two), minimumMonths=4) == MET
    assert tried(*two, minimumMonths=5) == NOT_MET


def test_nine_months_of_monthly_fills_are_nine_months() -> None:
    starts = [a_day(2025, 1, 6) + timedelta(days=28 * n) for n in range(10)]
    fills = [took("methotrexate", str(day), str(day + timedelta(days=28))) for day in starts]
    assert tried(*fills, minimumMonths=9) == tried(*fills, minimumWeeks=40) == MET
    assert tried(*fills, minimumMonths=10) == tried(*fills, minimumWeeks=41) == NOT_MET


@pytest.mark.parametrize(
    ("start", "answer"), [("2025-04-09", MET), ("2025-04-10", NOT_MET), ("2025-04", NOT_DOCUMENTED)]
)
def test_a_gap_of_thirty_days_leaves_one_course(start: str, answer: str) -> None:
    first, second = took("methotrexate", "2025-01-10", "2025-03-10"), took("methotrexate", start, "2025-05-20")
    assert tried(first, second, minimumMonths=3) == answer


def test_what_several_lengths_leave_over_may_make_another_month() -> None:
    rows = [
        took("methotrexate", "2025-01-01", "2025-03-28", weeklyDoseMg=15),
        took("methotrexate", "2025-03-28", "2025-05-28", weeklyDoseMg=10),
        took("methotrexate", "2025-05-28", "2025-08-24", weeklyDoseMg=15),
    ]
    asked = {"minimumWeeklyDoseMg": 15.0}
    assert tried(*rows, minimumMonths=4, **asked) == MET
    assert tried(*rows, minimumMonths=5, **asked) == NOT_DOCUMENTED
    assert tried(*rows, minimumMonths=6, **asked) == NOT_MET
    undated = took("methotrexate", None, None, durationMonths=0.9)
    dated = took("methotrexate", "2025-01-01", "2025-03-28")
    assert tried(dated, undated, minimumMonths=4) == NOT_DOCUMENTED
    assert tried(dated, undated, minimumMonths=5) == NOT_MET


@pytest.mark.parametrize(("count", "answer"), [(2, MET), (5, NOT_MET)])
def test_the_last_of_many_products_of_a_course_has_its_outcome(count: int, answer: str) -> None:
    products = ["Humira", "Cyltezo", "Hadlima", "Hyrimoz", "Yusimry"]
    rows = [
        took(product, f"2025-0{month}-01", f"2025-0{month}-28", outcome="failure" if month < 3 else "response")
        for month, product in enumerate(products[:count], 1)
    ]
    assert tried(*rows, therapyGroups="preferred") == answer


def test_rows_that_overlap_are_one_course() -> None:
    first, second = took("methotrexate", "2025-01-10", "2025-03-10"), took("methotrexate", "2025-02-10", "2025-04-10")
    assert tried(first, second, minimumMonths=3) == MET
    assert tried(first, second, minimumMonths=4) == NOT_MET


def test_a_course_went_as_its_last_row_that_tells() -> None:
    def went(*outcomes: str | None, accepted: str = "pg:FailureOnly") -> str:
        days = ("2025-01-10", "2025-02-10", "2025-03-10", "2025-04-10")
        rows = [took("methotrexate", days[n], days[n + 1], outcome=one) for n, one in enumerate(outcomes)]
        return tried(*rows, minimumMonths=len(outcomes), acceptedOutcomes=accepted)

    assert went("response", "failure") == went("response", "failure", None) == went(None, "failure", "unknown") == MET
    assert went("failure", "response") == went("failure", "intolerance") == NOT_MET
    assert went("failure", "intolerance", accepted="pg:IntoleranceOnly") == MET
    assert went(None, None) == NOT_DOCUMENTED


def test_where_the_last_row_is_open_each_outcome_must_be_accepted() -> None:
    failed, undated = took("methotrexate"), took("methotrexate", None, None, outcome="intolerance", durationMonths=1)
    assert tried(failed, undated) == NOT_DOCUMENTED
    assert tried(failed, undated, acceptedOutcomes="pg:FailureOrIntolerance") == MET
    same_days = (took("methotrexate"), took("methotrexate", outcome="response"))
    assert tried(*same_days) == NOT_DOCUMENTED


def test_rows_without_dates_may_be_one_course() -> None:
    month = took("methotrexate", None, None, durationMonths=1)
    assert tried(month, month, minimumMonths=1) == MET
    assert tried(month, month, minimumMonths=3) == NOT_DOCUMENTED
    assert tried(month, month, minimumMonths=4) == NOT_MET
    assert tried(month, took("leflunomide", None, None, durationMonths=1), minimumMonths=2) == NOT_MET
    dated = took("methotrexate", "2025-01-10", "2025-03-10")
    assert tried(dated, month, minimumMonths=3) == NOT_DOCUMENTED
    assert tried(dated, took("methotrexate", None, None, outcome="contraindication"), minimumMonths=3) == NOT_MET


def test_the_time_at_a_dose_counts_for_the_dose() -> None:
    def at(*doses: int, **params: Any) -> str:
        days = ("2025-01-10", "2025-03-10", "2025-05-10", "2025-07-10")
        rows = [took("methotrexate", days[n], days[n + 1], weeklyDoseMg=dose) for n, dose in enumerate(doses)]
        return tried(*rows, minimumWeeklyDoseMg=15.0, **params)

    assert at(10, 15, minimumMonths=2) == at(10, 15, 20, minimumMonths=4) == at(15, 10, 20, minimumMonths=4) == MET
    assert at(10, 15, minimumMonths=3) == at(15, 10, 20, minimumMonths=5) == at(10, 10) == NOT_MET
    highest = took("methotrexate", "2025-03-10", "2025-05-10", maximallyTolerated=True)
    titrated = (took("methotrexate", "2025-01-10", "2025-03-10", maximallyTolerated=False), highest)
    assert tried(*titrated, maximallyTolerated=True, minimumMonths=2) == MET
    assert tried(*titrated, maximallyTolerated=True, minimumMonths=3) == NOT_MET


def test_a_sample_adds_to_a_course_only_where_samples_count() -> None:
    sample = took("methotrexate", "2025-01-10", "2025-02-10", sample=True)
    rows = (sample, took("methotrexate", "2025-02-10", "2025-04-10"))
    assert tried(*rows, minimumMonths=3) == tried(*rows, minimumMonths=2, samplesExcluded=True) == MET
    assert tried(*rows, minimumMonths=3, samplesExcluded=True) == NOT_MET


def test_brands_of_one_ingredient_are_one_course_of_a_group_that_covers_them() -> None:
    rows = (took("Humira", "2025-01-10", "2025-03-10"), took("Cyltezo", "2025-03-11", "2025-05-20"))
    assert tried(*rows, therapyGroups="preferred", minimumMonths=4) == MET
    assert tried(*rows, therapyGroups="preferred", minimumGroups=2) == NOT_MET
    # Of a group that covers one of them alone, the source does not say whether the time on the other counts.
    assert tried(*rows, therapyGroups="biologics-but-humira", minimumMonths=2) == MET
    assert tried(*rows, therapyGroups="biologics-but-humira", minimumMonths=4) == NOT_DOCUMENTED
    assert tried(*rows, therapyGroups="biologics-but-humira", minimumMonths=5) == NOT_MET
    better = (took("Humira", "2025-01-10", "2025-03-10"), took("Cyltezo", "2025-03-11", outcome="response"))
    assert tried(*better, therapyGroups="preferred") == NOT_MET


def test_rows_for_different_uses_are_no_one_course() -> None:
    rows = (took("methotrexate", "2025-01-10", "2025-03-10"), took("methotrexate", "2025-03-11", "2025-05-20"))
    assert tried(rows[0], {**rows[1], "for": "gout"}, minimumMonths=3) == NOT_MET
    assert tried(rows[0], {**rows[1], "for": "seropositive rheumatoid arthritis"}, minimumMonths=3) == MET


def test_a_course_is_taken_as_long_as_its_last_row() -> None:
    ended, goes_on = took("methotrexate", "2025-01-10", "2026-09-10"), took("methotrexate", "2026-09-11", None)
    assert tried(ended, goes_on, currentlyTaken=True, minimumMonths=20) == MET
    assert tried(ended, took("methotrexate", "2026-09-11", "2026-09-30"), currentlyTaken=True) == NOT_MET
    assert tried(took("methotrexate", "2025-01-10", "2026-06-10"), goes_on, takenWithinDays=30) == MET


# --- together ----------------------------------------------------------------------------------------


def together(*companions: dict[str, Any], start: str | None = "2025-01-10", **more: Any) -> str:
    took_mtx = took("methotrexate", start, "2025-04-10" if start else None)
    return tried(took_mtx, *companions, togetherWith="nsaid-or-glucocorticoid", **more)


@pytest.mark.parametrize(
    ("start", "end", "answer"),
    [
        ("2025-04-09", None, MET),
        ("2025-04-10", None, NOT_MET),
        ("2025-01-01", "2025-01-11", MET),
        ("2025-01-01", "2025-01-10", NOT_MET),
        ("2020-01-01", "2020-06-01", NOT_MET),
        ("2025-04", None, NOT_DOCUMENTED),
        ("2024", "2026", MET),
        (None, "2025-02-10", MET),
        (None, "2025-05-10", NOT_DOCUMENTED),
        (None, "2025-01-10", NOT_MET),
        (None, None, NOT_DOCUMENTED),
    ],
)
def test_together_is_at_the_same_time(start: str | None, end: str | None, answer: str) -> None:
    assert together(took("prednisone", start, end)) == answer


def test_together_needs_the_other_therapy_and_binds_a_trial_alone() -> None:
    assert together() == together(took("leflunomide")) == NOT_MET
    assert together(complete=False) == NOT_DOCUMENTED
    assert together(took("prednisone", None, None, outcome="contraindication")) == NOT_MET
    assert (
        tried(took("methotrexate", end=None), took("prednisone", end=None), togetherWith="nsaid-or-glucocorticoid")
        == MET
    )
    ruled_out = took("methotrexate", None, None, outcome="contraindication")
    accepted = "pg:IntoleranceOrContraindication"
    assert tried(ruled_out, togetherWith="nsaid-or-glucocorticoid", acceptedOutcomes=accepted) == MET


def test_an_nsaid_years_before_the_colchicine_was_not_taken_with_it() -> None:
    def states_of(nsaid: str, prednisone: str) -> tuple[str, str]:
        rows = [took("colchicine", "2026-01-05", "2026-09-01")]
        rows += [
            took("naproxen", nsaid, f"{nsaid[:4]}-06-30"),
            took("prednisone", prednisone, f"{prednisone[:4]}-06-30"),
        ]
        case = {"drug": "rilonacept", "requestDate": "2026-10-01", "indication": "recurrent-pericarditis"}
        found = leaves("bcbs-kansas-il1-rilonacept", {**case, "therapies": rows, "therapiesComplete": True})
        return found["rp-nsaid-week"], found["rp-corticosteroid-week"]

    assert states_of("2020-05-01", "2020-05-01") == (NOT_MET, NOT_MET)
    assert states_of("2026-05-01", "2020-05-01") == (MET, NOT_MET)


# --- therapies at the same time ----------------------------------------------------------------------


def alone(*therapies: dict[str, Any], complete: bool = False, attested: bool = False, **more: Any) -> str:
    case = {"therapies": list(therapies), "therapiesComplete": complete, **more}
    case["attestations"] = ["no-concurrent-therapy"] if attested else []
    return says("NoConcurrentTherapyCriterion", case, excludedGroups="biologics-and-tsdmards")


def test_nothing_else_is_taken_when_the_list_is_complete_or_it_is_attested() -> None:
    stopped, methotrexate = took("Humira"), took("methotrexate", end=None)
    assert alone(stopped, methotrexate, complete=True) == alone(stopped, attested=True) == alone(complete=True) == MET
    assert alone(stopped) == alone() == NOT_DOCUMENTED


def test_an_ongoing_therapy_beats_an_attestation() -> None:
    ongoing = took("Humira", end=None)
    assert alone(ongoing) == alone(ongoing, complete=True) == alone(ongoing, attested=True) == NOT_MET
    assert alone(took("Humira", end="2026-10-01"), complete=True) == MET
    assert alone(took("Humira", "2026", None), complete=True) == NOT_MET


def test_what_stops_on_approval_and_the_drug_itself_are_not_taken_together() -> None:
    assert alone(took("Humira", end=None, stopsOnApproval=True), complete=True) == MET
    assert alone(took("Humira", end=None, stopsOnApproval=False), complete=True) == NOT_MET
    assert alone(took("anakinra", end=None), complete=True) == alone(took("Kineret", end=None), complete=True) == MET
    assert alone(took("Cyltezo", end=None), complete=True, drug="Humira") == MET


def test_a_therapy_without_dates_may_be_ongoing_but_not_a_contraindication() -> None:
    assert alone(took("Humira", None, None), complete=True) == NOT_DOCUMENTED
    assert alone(took("Humira", None, None), attested=True) == MET
    assert alone(took("Humira", None, None, outcome="contraindication"), complete=True) == MET
    assert alone(took("Humira", None, "2025"), complete=True) == MET


def test_a_required_therapy_is_taken() -> None:
    def together(*therapies: dict[str, Any], complete: bool = False, of: str = "methotrexate") -> str:
        case = {"therapies": list(therapies), "therapiesComplete": complete}
        return says("ConcurrentTherapyCriterion", case, requiredGroups=of)

    ongoing = took("methotrexate", end=None)
    assert together(ongoing) == MET
    assert together() == together(took("methotrexate")) == NOT_DOCUMENTED
    assert together(took("methotrexate"), complete=True) == together(complete=True) == NOT_MET
    assert together(took("methotrexate", None, None), complete=True) == NOT_DOCUMENTED
    assert together({**ongoing, "stopsOnApproval": True}, complete=True) == NOT_MET
    assert together(took("Kineret", end=None), complete=True, of="biologics-and-tsdmards") == NOT_MET
    assert together(took("Humira", end=None), of="biologics-and-tsdmards") == MET
    assert together(took("Actemra", end=None), complete=True, of="preferred") == NOT_DOCUMENTED


# --- tests and findings ------------------------------------------------------------------------------


def result(value: Any, unit: str = "mg/L", **more: Any) -> dict[str, Any]:
    return {"test": "crp", "value": value, "unit": unit, **more}


def lab(*results: dict[str, Any], complete: bool = True, **params: Any) -> str:
    return says("LabCriterion", {"labs": list(results), "labsComplete": complete}, labTest="lab/crp", **params)


def test_crp_of_1_2_mg_per_dl_is_12_mg_per_l() -> None:
    at_least: dict[str, Any] = {"minimumValue": 12.0, "unit": "unit/mg-per-l"}
    assert lab(result("1.2", "mg/dL"), **at_least) == lab(result(12), **at_least) == MET
    assert lab(result("1.19", "mg/dL"), **at_least) == lab(result("11.99"), **at_least) == NOT_MET
    assert lab(result(12), minimumValue=1.2, unit="unit/mg-per-dl") == MET
    assert lab(result("11.99"), minimumValue=1.2, unit="unit/mg-per-dl") == NOT_MET


def test_a_result_counts_against_only_in_a_complete_list() -> None:
    at_least: dict[str, Any] = {"minimumValue": 12.0, "unit": "unit/mg-per-l"}
    assert lab(result(1), complete=False, **at_least) == lab(complete=False, **at_least) == NOT_DOCUMENTED
    assert lab(**at_least) == lab({"test": "esr", "value": 50, "unit": "mm/h"}, **at_least) == NOT_MET
    assert lab(result(1), result(13), complete=False, **at_least) == MET


def test_any_result_shows_that_a_test_was_done() -> None:
    assert lab(result(1), anyResult=True) == lab(result(1, date="2026-07-01"), anyResult=True, withinMonths=3) == MET
    assert lab(result(1, date="2026-06-30"), anyResult=True, withinMonths=3) == lab(anyResult=True) == NOT_MET
    assert lab(result(1), anyResult=True, withinMonths=3) == lab(complete=False, anyResult=True) == NOT_DOCUMENTED


@pytest.mark.parametrize(
    ("drawn", "started", "answer"),
    [
        ("2026-03-01", "2026-03-01", MET),
        ("2026-03-02", "2026-03-01", NOT_MET),
        ("2026-03", "2026-03-01", NOT_DOCUMENTED),
        ("2026-02", "2026-03", MET),
        ("2026-03-02", "2026-03", NOT_DOCUMENTED),
        (None, "2026-03-01", NOT_DOCUMENTED),
    ],
)
def test_a_pretreatment_result_is_from_before_the_drug_was_begun(drawn: str | None, started: str, answer: str) -> None:
    raised = result(12, upperLimit=10, **({"date": drawn} if drawn else {}))
    kineret = took("Kineret", started, None)
    assert before(raised, kineret) == answer
    assert before(raised, took("Ilaris", "2020-01-01", None), kineret) == answer


def test_of_a_drug_that_was_never_taken_every_result_is_pretreatment() -> None:
    raised = result(12, upperLimit=10)
    assert before(raised) == before(raised, took("Kineret", None, None, outcome="contraindication")) == MET
    assert before(raised, complete=False) == before(raised, took("Kineret", None, None)) == NOT_DOCUMENTED
    assert before(result(9, upperLimit=10)) == NOT_MET


def before(raised: dict[str, Any], *therapies: dict[str, Any], complete: bool = True) -> str:
    case = {"labs": [raised], "labsComplete": True, "therapies": list(therapies), "therapiesComplete": complete}
    return says("LabCriterion", case, labTest="lab/crp", aboveUpperLimit=True, beforeTreatment=True)


def test_a_maximum_holds_at_the_bound() -> None:
    for value, answer in (("10.01", NOT_MET), (10, MET), (0, MET)):
        assert lab(result(value), maximumValue=10.0, unit="unit/mg-per-l") == answer


def test_above_the_upper_limit_is_strict_and_a_multiple_is_not() -> None:
    for value, above, twice in (
        ("5", NOT_MET, NOT_MET),
        ("5.01", MET, NOT_MET),
        ("9.99", MET, NOT_MET),
        ("10", MET, MET),
    ):
        assert lab(result(value, upperLimit=5), aboveUpperLimit=True) == above
        assert lab(result(value, upperLimit=5), timesUpperLimit=2.0) == twice
    assert lab(result(10), aboveUpperLimit=True) == lab(result(10), timesUpperLimit=2.0) == NOT_DOCUMENTED


def test_any_of_the_stated_bounds_suffices() -> None:
    either: dict[str, Any] = {"minimumValue": 10.0, "unit": "unit/mg-per-l", "timesUpperLimit": 2.0}
    assert lab(result(10), **either) == lab(result(8, upperLimit=4), **either) == MET
    assert lab(result(8), **either) == NOT_DOCUMENTED
    assert lab(result(8, upperLimit=5), **either) == NOT_MET


@pytest.mark.parametrize(
    ("date", "months", "days"),
    [
        ("2026-07-01", MET, NOT_MET),
        ("2026-06-30", NOT_MET, NOT_MET),
        ("2026-07-03", MET, MET),
        ("2026-07-02", MET, NOT_MET),
        ("2026-10-01", MET, MET),
        ("2026-07", MET, NOT_DOCUMENTED),
        ("2026", NOT_DOCUMENTED, NOT_DOCUMENTED),
        ("2026-06", NOT_MET, NOT_MET),
        (None, NOT_DOCUMENTED, NOT_DOCUMENTED),
    ],
)
def test_a_period_compares_the_day_itself(date: str | None, months: str, days: str) -> None:
    dated = result(12) | ({"date": date} if date else {})
    at_least: dict[str, Any] = {"minimumValue": 12.0, "unit": "unit/mg-per-l"}
    assert lab(dated, withinMonths=3, **at_least) == months
    assert lab(dated, withinDays=90, **at_least) == days


def test_three_months_before_the_end_of_may_end_with_february() -> None:
    at_least: dict[str, Any] = {"minimumValue": 12.0, "unit": "unit/mg-per-l", "labTest": "lab/crp", "withinMonths": 3}
    for date, answer in (("2026-02-28", MET), ("2026-02-27", NOT_MET)):
        case = {"requestDate": "2026-05-31", "labs": [result(12, date=date)], "labsComplete": True}
        assert says("LabCriterion", case, **at_least) == answer


def found(*present: str, absent: tuple[str, ...] = (), complete: bool = False, **more: Any) -> dict[str, Any]:
    records = [{"finding": one, "present": True} for one in present]
    records += [{"finding": one, "present": False} for one in absent]
    return {"findings": records, "findingsComplete": complete, **more}


def test_enough_findings_are_present() -> None:
    def two(*present: str, **more: Any) -> str:
        return says("FindingCriterion", found(*present, **more), findings="caps-signs", minimumFindings=2)

    rash, cold = "urticaria-like-rash", "cold-triggered-episodes"
    assert two(rash, cold) == two(rash, "arthralgia") == MET
    assert two("arthralgia", "myalgia") == two("arthralgia", "myalgia", absent=(rash,)) == NOT_DOCUMENTED
    assert two("arthralgia", "myalgia", complete=True) == two(rash, complete=True) == NOT_MET
    others = ("cold-triggered-episodes", "sensorineural-hearing-loss", "musculoskeletal-symptoms")
    assert two(rash, absent=others[:2]) == NOT_DOCUMENTED
    assert two(rash, absent=others) == NOT_MET
    assert two(cold, "rash", complete=True) == NOT_DOCUMENTED
    assert two(cold, "rash", absent=(rash,), complete=True) == NOT_MET
    assert two(cold, absent=("rash", *others[1:])) == NOT_MET


def test_each_finding_is_absent_or_attested_and_a_present_one_beats_the_attestation() -> None:
    def none(*present: str, attested: bool = False, **more: Any) -> str:
        case = found(*present, **more, attestations=["no-active-infection"] if attested else [])
        absent = {"absentFindings": "infections", "absenceAttestation": "attestation/no-active-infection"}
        return says("AbsentFindingCriterion", case, **absent)

    both = ("active-infection", "untreated-latent-infection")
    assert none(absent=both) == none(attested=True) == none(complete=True) == MET
    assert none(absent=both[:1]) == none() == none(absent=("bacterial-infection", both[1])) == NOT_DOCUMENTED
    assert none("bacterial-infection") == none(both[0], attested=True) == none(both[0], complete=True) == NOT_MET
    bare = says("AbsentFindingCriterion", {"attestations": ["no-active-infection"]}, absentFindings="infections")
    assert bare == NOT_DOCUMENTED


def test_a_broader_finding_leaves_open_whether_a_narrower_one_is_absent() -> None:
    assert says("AbsentFindingCriterion", found("rash", complete=True), absentFindings="caps-signs") == NOT_DOCUMENTED
    known = found("rash", absent=("urticaria-like-rash",), complete=True)
    assert says("AbsentFindingCriterion", known, absentFindings="caps-signs") == MET
    others = ("cold-triggered-episodes", "sensorineural-hearing-loss", "musculoskeletal-symptoms")
    assert says("AbsentFindingCriterion", found(absent=("rash", *others)), absentFindings="caps-signs") == MET


def gene(*results: tuple[str, str | None], asked: str = "Pathogenic", complete: bool = False) -> str:
    tests = [{"gene": "NLRP3", "result": said} | ({"date": date} if date else {}) for said, date in results]
    case = {"genetics": tests, "geneticsComplete": complete}
    return says("GeneticCriterion", case, gene="gene/NLRP3", geneticResult=f"pg:{asked}")


def test_the_genetic_result_fits_and_bi_allelic_is_narrower_than_pathogenic() -> None:
    assert gene(("pathogenic", None)) == gene(("bi-allelic-pathogenic", None)) == MET
    assert gene(("negative", None)) == gene(("uncertain", None)) == gene(complete=True) == NOT_MET
    assert gene() == NOT_DOCUMENTED
    assert gene(("pathogenic", None), asked="BiAllelicPathogenic") == NOT_DOCUMENTED
    assert gene(("bi-allelic-pathogenic", None), asked="BiAllelicPathogenic") == MET


def test_the_latest_genetic_result_counts() -> None:
    assert gene(("negative", "2020"), ("pathogenic", "2021-01-01")) == MET
    assert gene(("pathogenic", "2020"), ("negative", "2021-01-01")) == NOT_MET
    assert gene(("pathogenic", "2020"), ("negative", "2020-06-01")) == NOT_DOCUMENTED
    assert gene(("pathogenic", None), ("negative", "2020-06-01")) == NOT_DOCUMENTED


def screened(*results: tuple[str, str | None], complete: bool = False, **params: Any) -> str:
    tests = [{"for": "tuberculosis", "result": said} | ({"date": date} if date else {}) for said, date in results]
    case = {"screenings": tests, "screeningsComplete": complete}
    return says("ScreeningCriterion", case, screeningFor="infection/tuberculosis", **params)


def test_a_screening_is_negative_or_treated_in_the_period() -> None:
    year: dict[str, Any] = {"withinMonths": 12}
    assert screened(("negative", "2025-10-01"), **year) == screened(("treated", "2026-10-01"), **year) == MET
    assert screened(("negative", "2025-09-30"), **year) == screened(("negative", None), **year) == NOT_DOCUMENTED
    assert screened(("negative", "2025-09-30"), complete=True, **year) == screened(complete=True, **year) == NOT_MET
    assert screened(("negative", "2025"), **year) == screened() == NOT_DOCUMENTED
    assert screened(("negative", None)) == screened(("treated", "2001")) == MET
    assert screened(("positive", None)) == screened(("positive", "2026-01-01"), **year) == NOT_MET


def test_treatment_under_way_is_neither_treated_nor_untreated_unless_it_is_accepted() -> None:
    year: dict[str, Any] = {"withinMonths": 12}
    under_way = ("under-treatment", "2026-01-01")
    assert screened(under_way) == screened(under_way, complete=True) == NOT_DOCUMENTED
    assert screened(under_way, underTreatmentAccepted=True) == MET
    assert screened(("under-treatment", "2025-09-30"), complete=True, underTreatmentAccepted=True, **year) == NOT_MET
    assert screened(("under-treatment", "2025-10-01"), underTreatmentAccepted=True, **year) == MET
    assert screened(("positive", "2026-01-01"), underTreatmentAccepted=True) == NOT_MET
    assert screened(("positive", "2025-12-01"), under_way, underTreatmentAccepted=True) == MET
    assert screened(under_way, ("treated", "2026-05-01")) == screened(under_way, ("negative", "2026-05-01")) == MET
    assert screened(("treated", "2025-12-01"), under_way) == NOT_DOCUMENTED
    assert screened(("negative", None), ("under-treatment", None)) == NOT_DOCUMENTED


def test_the_latest_screening_counts() -> None:
    assert screened(("positive", "2026-01-01"), ("treated", "2026-05-01")) == MET
    assert screened(("negative", "2026-01-01"), ("positive", "2026-05-01")) == NOT_MET
    assert screened(("positive", None), ("treated", "2026-05-01")) == NOT_DOCUMENTED


# --- declarations, documents, numbers ----------------------------------------------------------------


def test_recorded_facts_beat_an_attestation() -> None:
    def free(attested: bool = True, **facts: Any) -> str:
        case = {"attestations": ["no-active-infection"] if attested else [], **facts}
        return says("AttestationCriterion", case, attestation="attestation/no-active-infection")

    def tuberculosis(*results: dict[str, Any]) -> str:
        return free(screenings=[{"for": "tuberculosis", **one} for one in results])

    assert free() == free(**found(absent=("active-infection",))) == MET
    assert free(attested=False) == NOT_DOCUMENTED
    assert free(**found("bacterial-infection")) == free(attested=False, **found("active-infection")) == NOT_MET
    positive, treated = {"result": "positive"}, {"result": "treated"}
    assert tuberculosis({"result": "under-treatment"}) == MET
    assert tuberculosis(positive) == tuberculosis({**treated, "date": "2025"}, {**positive, "date": "2026"}) == NOT_MET
    assert tuberculosis(treated) == tuberculosis({**positive, "date": "2025"}, {**treated, "date": "2026"}) == MET
    assert tuberculosis(positive, {**treated, "date": "2026"}) == NOT_DOCUMENTED


def test_a_recorded_absence_contradicts_an_attested_impairment() -> None:
    def impaired(**facts: Any) -> str:
        case = {"attestations": ["functional-impairment"], **facts}
        return says("AttestationCriterion", case, attestation="attestation/functional-impairment")

    assert impaired() == impaired(**found("functional-impairment")) == impaired(**found(complete=True)) == MET
    assert impaired(**found(absent=("functional-impairment",))) == NOT_MET
    assert impaired(**found("functional-impairment", absent=("functional-impairment",))) == MET


def test_a_document_is_in_the_packet() -> None:
    def sent(*documents: str, complete: bool = False) -> str:
        case = {"documents": list(documents), "documentsComplete": complete}
        return says("DocumentCriterion", case, document="document/lab-results")

    assert sent("lab-results") == sent("complete-blood-count", complete=True) == MET
    assert sent("chart-notes") == sent() == sent("test-results", complete=True) == NOT_DOCUMENTED
    assert sent("chart-notes", complete=True) == sent(complete=True) == NOT_MET


def test_flares_are_enough_or_led_to_hospital_where_that_counts() -> None:
    def flares(either: bool = True, **flares: Any) -> str:
        return says("FlareCriterion", {"flares": flares}, minimumFlaresPerYear=3.0, orHospitalized=either)

    assert flares(perYear=3) == flares(hospitalized=True) == flares(perYear="2.9", hospitalized=True) == MET
    assert flares(perYear="2.9") == flares(hospitalized=False) == flares() == NOT_DOCUMENTED
    assert flares(perYear="2.9", hospitalized=False) == NOT_MET
    assert flares(either=False, perYear="2.9", hospitalized=True) == NOT_MET
    assert flares(either=False, hospitalized=True) == NOT_DOCUMENTED


def test_a_response_is_positive() -> None:
    for positive, answer in ((True, MET), (False, NOT_MET), (None, NOT_DOCUMENTED)):
        response = {} if positive is None else {"positive": positive}
        assert says("ResponseCriterion", {"response": response}, positiveResponse=True) == answer


def test_adherence_is_high_enough_or_the_interruption_is_accepted() -> None:
    def adhered(percent: Any = None, reason: str | None = None, **params: Any) -> str:
        response = {"adherencePercent": percent, "interruption": reason}
        case = {"response": {key: value for key, value in response.items() if value is not None}}
        return says("AdherenceCriterion", case, minimumAdherencePercent=85.0, **params)

    some: dict[str, Any] = {"acceptedInterruptions": "interruptions"}
    assert adhered(85, **some) == adhered("84.9", "surgery", **some) == adhered(None, "infection", **some) == MET
    assert adhered("84.9", **some) == adhered(None, "none", **some) == adhered(**some) == NOT_DOCUMENTED
    assert adhered("84.9", "none", **some) == adhered("84.9") == adhered("84.9", "surgery") == NOT_MET


def test_the_dose_is_inside_the_bound_by_day_by_weight_and_by_quantity() -> None:
    def dose(weight: Any = None, asked: dict[str, Any] | None = None, **params: Any) -> str:
        return says("DoseCriterion", {"weightKg": weight, "dose": asked or {}}, **params)

    assert dose(asked={"mgPerDay": 100}, maximumMgPerDay=100.0) == MET
    assert dose(asked={"mgPerDay": "100.1"}, maximumMgPerDay=100.0) == NOT_MET
    assert dose(maximumMgPerDay=100.0) == dose(asked={"mgPerKgPerDay": 2}, maximumMgPerDay=100.0) == NOT_DOCUMENTED
    assert dose(50, {"mgPerKgPerDay": 2}, maximumMgPerDay=100.0) == MET
    assert dose(50, {"mgPerKgPerDay": "2.01"}, maximumMgPerDay=100.0) == NOT_MET
    assert dose(50, {"mgPerDay": 100}, maximumMgPerKgPerDay=2.0) == MET
    assert dose(50, {"mgPerDay": "100.1"}, maximumMgPerKgPerDay=2.0) == NOT_MET
    assert dose(asked={"mgPerDay": 100}, maximumMgPerKgPerDay=2.0) == NOT_DOCUMENTED
    assert dose(49, {"mgPerDay": 100}, maximumMgPerDay=100.0, maximumMgPerKgPerDay=2.0) == NOT_MET
    quantity: dict[str, Any] = {"maximumQuantity": 28.0, "perDays": 28}
    assert (
        dose(asked={"quantity": 28, "days": 28}, **quantity)
        == dose(asked={"quantity": 7, "days": 7}, **quantity)
        == MET
    )
    assert dose(asked={"quantity": 29, "days": 28}, **quantity) == NOT_MET
    assert dose(asked={"quantity": 28}, **quantity) == NOT_DOCUMENTED


def test_the_drug_stands_so_on_the_formulary() -> None:
    for standing, answer in (
        ("preferred", MET),
        ("non-preferred", NOT_MET),
        ("non-formulary", NOT_MET),
        (None, NOT_DOCUMENTED),
    ):
        assert says("FormularyCriterion", {"formulary": standing}, formularyStatus="pg:Preferred") == answer


def test_no_fact_settles_what_is_left_to_judgement_or_not_shown() -> None:
    for case in ({}, {"therapiesComplete": True, "documents": ["chart-notes"], "documentsComplete": True}):
        assert says("ReviewerCriterion", case, judgement="a reviewer decides") == NOT_DOCUMENTED
        assert says("NotShownCriterion", case, notShown="the rest") == NOT_DOCUMENTED


# --- traps in the sources ----------------------------------------------------------------------------

CIGNA, MOLINA = "cigna-ip0243", "molina-kineret"


def determined(policy: str, case: dict[str, Any], graph: store.LocalGraph | None = None) -> Determination:
    """What a policy says to a case, on employer group plans where its plans differ."""
    whole = {key: value for key, value in {**RA, **case}.items() if value is not None}
    of = graph or store.shipped()
    plan = terms.thing("plan", "cigna-employer-group").value if policy == CIGNA else None
    (found,) = determine(parse_case(json.dumps(whole, default=str), of), of, policy=policy, plan=plan)
    return found


def leaves(policy: str, case: dict[str, Any], graph: store.LocalGraph | None = None) -> dict[str, str]:
    """The states of all criteria of the rule, inner ones included, by their short names."""

    def walk(node: Any) -> dict[str, str]:
        states = {node.criterion.id.split("/", 1)[1]: node.status.value}
        for child in node.children:
            states |= walk(child)
        return states

    return walk(determined(policy, case, graph).root)


def therapies(*entries: dict[str, Any], complete: bool = True) -> dict[str, Any]:
    return {"therapies": list(entries), "therapiesComplete": complete}


def preferred(*products: str) -> str:
    case = therapies(*(took(product) for product in products))
    return leaves(CIGNA, case)["ra-preferred-products-employer-group"]


def test_humira_and_cyltezo_count_as_one_group() -> None:
    assert preferred("Humira", "Cyltezo") == NOT_MET
    assert preferred("Humira", "Enbrel") == MET


def test_rinvoq_and_xeljanz_are_two_groups() -> None:
    assert preferred("Rinvoq", "Xeljanz") == preferred("Rinvoq", "Xeljanz XR") == MET
    assert preferred("Xeljanz", "Xeljanz XR") == NOT_MET


def test_infliximab_is_in_no_group() -> None:
    assert preferred("Enbrel", "infliximab") == preferred("Enbrel", "Remicade") == NOT_MET


def test_adalimumab_without_a_product_name_may_be_one_of_the_four() -> None:
    assert preferred("Enbrel", "adalimumab") == NOT_DOCUMENTED
    assert preferred("Enbrel", "Hadlima") == preferred("Humira", "adalimumab") == NOT_MET


def test_actemra_counts_when_it_was_the_subcutaneous_one() -> None:
    assert preferred("Enbrel", "Actemra SC") == MET
    assert preferred("Enbrel", "Actemra") == preferred("Enbrel", "tocilizumab") == NOT_DOCUMENTED
    assert preferred("Enbrel", "Actemra IV") == NOT_MET


def test_the_two_plans_of_cigna_ask_for_the_same_products() -> None:
    members = {
        row["set"].value.rsplit("/", 1)[1]: row["products"].value
        for row in store.shipped().rows(
            """SELECT ?set (GROUP_CONCAT(STR(?product)) AS ?products) WHERE {
                 SELECT DISTINCT ?set ?product WHERE {
                   ?set pg:member ?group FILTER (CONTAINS(STR(?set), "set/cigna-ip0243/preferred-products"))
                   ?group pg:covers ?product } ORDER BY ?set ?product } GROUP BY ?set"""
        )
    }
    assert len(members) == 2
    assert len(set(members.values())) == 1


def test_cigna_asks_for_preferred_products_whatever_the_formulary_standing() -> None:
    for standing in ("preferred", "non-preferred", "non-formulary", None):
        assert leaves(CIGNA, therapies() | {"formulary": standing})["ra-preferred-products-employer-group"] == NOT_MET
    kinds = {leaf.kind for leaf in policies(store.shipped())[CIGNA].rules[-1].initial.leaves}
    assert "FormularyCriterion" not in kinds


def test_molina_asks_for_the_formulary_standing_alone() -> None:
    assert leaves(MOLINA, {"formulary": "preferred"})["preferred-alternatives"] == MET
    assert leaves(MOLINA, {"formulary": "non-preferred"})["preferred-alternatives"] == NOT_DOCUMENTED
    assert leaves(MOLINA, {})["preferred-alternatives"] == NOT_DOCUMENTED


_FOUR = ("methotrexate", "leflunomide", "hydroxychloroquine", "sulfasalazine")


def ruled_out(*names: str) -> dict[str, Any]:
    return therapies(*(took(name, None, None, outcome="contraindication") for name in names))


def test_all_csdmards_are_the_four_that_the_policy_names() -> None:
    assert leaves(CIGNA, ruled_out(*_FOUR))["ra-csdmards-ruled-out"] == MET
    assert leaves(CIGNA, ruled_out(*_FOUR[:3], "azathioprine"))["ra-csdmards-ruled-out"] == NOT_MET


def test_the_longer_list_of_another_payer_does_not_change_the_verdict_of_cigna(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("cases"))
    (tmp_path / "data" / "policies" / "other.ttl").write_text(
        """@prefix pg: <https://w3id.org/payergraph/ontology#> .
           @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
           @prefix id: <https://w3id.org/payergraph/id/> .
           <https://w3id.org/payergraph/id/set/other/csdmards> a pg:ConceptSet ; skos:prefLabel "csDMARDs"@en ;
             pg:member <https://w3id.org/payergraph/id/drug/azathioprine> ,
               <https://w3id.org/payergraph/id/drug/methotrexate> .""",
        encoding="utf-8",
    )
    graph = store.load(data=tmp_path / "data")
    assert leaves(CIGNA, ruled_out(*_FOUR), graph) == leaves(CIGNA, ruled_out(*_FOUR))
    assert leaves(CIGNA, ruled_out(*_FOUR), graph)["ra-csdmards-ruled-out"] == MET


def test_three_months_of_a_csdmard_at_cigna_are_completed() -> None:
    def failed(end: str) -> str:
        return leaves(CIGNA, therapies(took("methotrexate", "2026-01-31", end)))["ra-csdmard-failed"]

    assert failed("2026-04-30") == MET
    assert failed("2026-04-29") == NOT_MET


def test_a_biologic_already_tried_has_no_duration_and_any_outcome_but_was_taken() -> None:
    def tried_biologic(**more: Any) -> str:
        return leaves(CIGNA, therapies(took("Humira", **more)))["ra-biologic-or-tsdmard-tried"]

    assert tried_biologic(end="2025-01-11", outcome="response") == tried_biologic(outcome=None) == MET
    assert tried_biologic(start=None, end=None, outcome="contraindication") == NOT_MET
    assert leaves(CIGNA, therapies(took("Xeljanz")))["ra-biologic-or-tsdmard-tried"] == MET


def test_a_sample_is_no_trial_at_cigna() -> None:
    case = therapies(*(took(name, sample=True) for name in ("methotrexate", "Humira", "Enbrel")))
    states = leaves(CIGNA, case)
    assert states["ra-csdmard-failed"] == states["ra-biologic-or-tsdmard-tried"] == NOT_MET
    assert states["ra-preferred-products-employer-group"] == NOT_MET
    assert leaves(MOLINA, case)["ra-biologic-tried"] == MET


def step(*entries: dict[str, Any]) -> str:
    return leaves(MOLINA, therapies(*entries))["ra-step"]


def test_molina_asks_for_methotrexate_currently_at_the_maximally_tolerated_dose() -> None:
    assert step(took("methotrexate", end=None, maximallyTolerated=True)) == MET
    assert step(took("methotrexate", end=None, maximallyTolerated=False)) == NOT_MET
    assert step(took("methotrexate", end=None)) == NOT_DOCUMENTED
    assert step(took("methotrexate", maximallyTolerated=True)) == NOT_MET


def test_three_months_of_a_biologic_spare_the_csdmard_but_not_the_methotrexate_part() -> None:
    intolerant = took("methotrexate", outcome="intolerance")
    assert step(took("Humira")) == step(intolerant) == NOT_MET
    assert step(intolerant, took("Humira")) == step(intolerant, took("leflunomide")) == MET
    assert step(intolerant, took("Humira", end="2025-04-09")) == NOT_MET
    assert step(intolerant, took("methotrexate", outcome="response")) == NOT_MET
    assert step(intolerant, took("Humira", **{"for": "gout"})) == NOT_MET


def confirmed(**facts: Any) -> str:
    complete = {"labsComplete": True, "findingsComplete": True, "geneticsComplete": True}
    return leaves(MOLINA, {"indication": "nomid", **complete, **facts})["caps-confirmed"]


def test_the_six_manifestations_count_only_beside_raised_crp_and_serum_amyloid_a() -> None:
    signs = found("urticaria-like-rash", "cold-triggered-episodes", complete=True)
    crp = {"test": "crp", "value": "1.2", "unit": "mg/dL", "upperLimit": "0.5"}
    amyloid = {"test": "serum-amyloid-a", "value": 11, "unit": "mg/L", "upperLimit": 10}
    assert confirmed(**signs, labs=[crp, amyloid]) == MET
    assert confirmed(**signs, labs=[crp]) == confirmed(**signs, labs=[amyloid]) == confirmed(**signs) == NOT_MET
    assert confirmed(labs=[crp, amyloid]) == NOT_MET
    assert confirmed(**signs, labs=[crp, {**amyloid, "value": 10}]) == NOT_MET


def test_a_genetic_test_confirms_caps_alone() -> None:
    assert confirmed(genetics=[{"gene": "NLRP3", "result": "pathogenic"}]) == MET
    assert confirmed(genetics=[{"gene": "IL1RN", "result": "pathogenic"}]) == NOT_MET


@pytest.mark.parametrize(
    ("policy", "indication", "leaf", "specialty", "answer"),
    [
        (CIGNA, "rheumatoid-arthritis", "ra-prescriber", "rheumatology", MET),
        (CIGNA, "rheumatoid-arthritis", "ra-prescriber", "genetics", NOT_MET),
        (CIGNA, "nomid", "caps-prescriber", "genetics", MET),
        (CIGNA, "nomid", "caps-prescriber", "autoinflammatory-disorders", NOT_MET),
        (CIGNA, "dira", "dira-prescriber", "autoinflammatory-disorders", MET),
        (CIGNA, "stills-disease", "stills-prescriber", "dermatology", NOT_MET),
        (MOLINA, "rheumatoid-arthritis", "prescriber", "genetics", MET),
        (MOLINA, "rheumatoid-arthritis", "prescriber", "immunology", NOT_MET),
        (MOLINA, "dira", "prescriber", "autoinflammatory-disorders", NOT_MET),
    ],
)
def test_prescriber_lists_differ_by_policy_and_indication(
    policy: str, indication: str, leaf: str, specialty: str, answer: str
) -> None:
    case = {"indication": indication, "prescriber": {"specialties": [specialty]}, "consultationsComplete": True}
    assert leaves(policy, case)[leaf] == answer


def test_in_consultation_with_is_not_prescribed_by_and_molina_wants_the_notes() -> None:
    case = {
        "prescriber": {"specialties": ["family-medicine"]},
        "consultations": [{"specialty": "rheumatology"}],
        "documentsComplete": True,
    }
    noted = {**case, "documents": ["consultation-notes"]}
    assert leaves(CIGNA, case)["ra-prescriber"] == MET
    assert leaves(MOLINA, case)["prescribed-by-specialist"] == leaves(MOLINA, case)["prescriber"] == NOT_MET
    assert leaves(MOLINA, noted)["prescribed-by-specialist"] == NOT_MET
    assert leaves(MOLINA, noted)["prescriber"] == MET


def test_who_is_born_eighteen_years_before_the_request_is_eighteen() -> None:
    assert leaves(MOLINA, {"birthDate": "2008-10-01"})["ra-age"] == MET
    assert leaves(MOLINA, {"birthDate": "2008-10-02"})["ra-age"] == NOT_MET
    pediatric = {"indication": "sjia", "birthDate": "2008-10-01"}
    assert leaves(MOLINA, pediatric)["jia-pediatric"] == NOT_MET


@pytest.mark.parametrize("disease", ["fcas", "muckle-wells-syndrome", "nomid"])
def test_both_payers_cover_all_three_diseases_of_caps(disease: str) -> None:
    case = {"indication": disease, "diagnoses": [{"condition": disease}], "diagnosesComplete": True}
    for policy in (CIGNA, MOLINA):
        states = leaves(policy, case)
        assert states["caps-use"] == states["caps-diagnosis"] == MET


def test_going_on_at_cigna_asks_the_initial_criteria_and_a_response() -> None:
    continued = {"request": "continuation", "response": {"positive": True}}
    states = leaves(CIGNA, continued)
    assert set(states) - set(leaves(CIGNA, {})) == {"ra-continuation-employer-group", "beneficial-response"}
    assert states["beneficial-response"] == MET


def test_going_on_at_molina_asks_four_other_things() -> None:
    states = leaves(MOLINA, {"request": "continuation"})
    own = {"adherence", "no-intolerable-adverse-effects", "positive-response", "infection-monitoring"}
    assert own <= set(states)
    assert not own & set(leaves(MOLINA, {}))
    assert not {"ra-step", "ra-diagnosis", "ra-age", "no-active-infection"} & set(states)


@pytest.mark.parametrize("policy", [CIGNA, MOLINA])
def test_the_requested_drug_is_not_its_own_concurrent_therapy(policy: str) -> None:
    assert leaves(policy, therapies(took("Kineret", end=None)))["no-concurrent"] == MET
    assert leaves(policy, therapies(took("Ilaris", end=None)))["no-concurrent"] == NOT_MET
    assert leaves(policy, therapies(took("Olumiant", end=None)))["no-concurrent"] == NOT_MET


def test_the_requested_drug_is_not_its_own_failed_step() -> None:
    assert leaves(CIGNA, therapies(took("Kineret")))["ra-biologic-or-tsdmard-tried"] == NOT_MET
    assert leaves(MOLINA, therapies(took("anakinra")))["ra-biologic-tried"] == NOT_MET


def test_the_code_m04_2_alone_is_caps_and_leaves_open_which_disease() -> None:
    case = {"indication": None, "diagnoses": [{"icd10": "M04.2"}], "diagnosesComplete": True}
    for policy in (CIGNA, MOLINA):
        states = leaves(policy, case)
        assert states["caps-use"] == MET
        assert states["caps-diagnosis"] == NOT_DOCUMENTED
