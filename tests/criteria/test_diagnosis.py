"""What is asked of a diagnosis beside its disease: stage, status, since when, who confirmed it and how."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest
from evaluator import ID, MET, NOT_DOCUMENTED, NOT_MET
from judges import says
from strategies import graph

from payergraph.criteria import KINDS, Parameters, Values
from payergraph.store.names import names


def diagnosed(said: dict[str, Any], *more: dict[str, Any], complete: bool = False, **asked: Any) -> str:
    listed = [{"condition": "nomid", **said}, *more]
    facts = {"diagnoses": listed, "diagnosesComplete": complete}
    return says("DiagnosisCriterion", facts, **{"conditions": "caps-diseases", **asked})


@pytest.mark.parametrize(
    ("stage", "least", "most"),
    [
        ("0", NOT_MET, MET),
        ("II", NOT_MET, MET),
        ("stage 2c", NOT_MET, MET),
        ("III", MET, MET),
        ("IIIA", MET, MET),
        ("stage-iiid", MET, MET),
        ("IV", MET, NOT_MET),
        (None, NOT_DOCUMENTED, NOT_DOCUMENTED),
    ],
)
def test_a_stage_is_compared_with_all_that_it_is_divided_into(stage: str | None, least: str, most: str) -> None:
    said = {"stage": stage} if stage else {}
    assert diagnosed(said, minimumStage="disease-stage/stage-iii") == least
    assert diagnosed(said, maximumStage="disease-stage/stage-iii") == most


@pytest.mark.parametrize(
    ("stage", "least", "most"),
    [
        ("II", NOT_MET, MET),
        ("IIIA", NOT_MET, MET),
        ("III", NOT_DOCUMENTED, NOT_DOCUMENTED),
        ("IIIB", MET, MET),
        ("IIIC", MET, NOT_MET),
        ("IV", MET, NOT_MET),
    ],
)
def test_a_stage_that_is_not_told_whole_may_be_any_part_of_it(stage: str, least: str, most: str) -> None:
    assert diagnosed({"stage": stage}, minimumStage="disease-stage/stage-iiib") == least
    assert diagnosed({"stage": stage}, maximumStage="disease-stage/stage-iiib") == most


def test_the_least_stage_that_there_is_is_not_shown_by_an_empty_record() -> None:
    assert diagnosed({"stage": "0"}, minimumStage="disease-stage/stage-0") == MET
    assert diagnosed({}, minimumStage="disease-stage/stage-0") == NOT_DOCUMENTED
    assert diagnosed({}, maximumStage="disease-stage/stage-v") == NOT_DOCUMENTED
    assert diagnosed({"stage": "5"}, maximumStage="disease-stage/stage-v") == MET


@pytest.mark.parametrize(
    ("status", "complete", "one_of", "none_of"),
    [
        (["metastatic"], False, MET, NOT_MET),
        (["metastatic"], True, MET, NOT_MET),
        (["metastatic", "refractory"], False, MET, NOT_MET),
        (["refractory"], False, NOT_DOCUMENTED, NOT_DOCUMENTED),
        (["refractory"], True, NOT_MET, MET),
        (["advanced"], True, NOT_DOCUMENTED, NOT_DOCUMENTED),  # metastatic is a kind of it
        ([], False, NOT_DOCUMENTED, NOT_DOCUMENTED),
        ([], True, NOT_MET, MET),
        (None, None, NOT_DOCUMENTED, NOT_DOCUMENTED),
    ],
)
def test_a_status_on_record_is_there_and_one_that_is_not_is_open_until_the_list_is_complete(
    status: list[str] | None, complete: bool | None, one_of: str, none_of: str
) -> None:
    said = {} if status is None else {"status": status, "statusComplete": complete}
    assert diagnosed(said, diseaseStatus="advanced-disease") == one_of
    assert diagnosed(said, excludedStatus="advanced-disease") == none_of


def test_a_narrower_status_is_the_wider_one() -> None:
    assert diagnosed({"status": ["relapsed"]}, diseaseStatus="relapsed-or-refractory") == MET
    assert diagnosed({"status": ["R/R"]}, diseaseStatus="relapsed-or-refractory") == MET
    assert diagnosed({"status": ["complete remission"]}, excludedStatus="in-remission") == NOT_MET


def test_one_status_asked_for_and_another_ruled_out_are_asked_of_one_diagnosis() -> None:
    asked = {"diseaseStatus": "relapsed-or-refractory", "excludedStatus": "in-remission"}
    assert diagnosed({"status": ["relapsed"], "statusComplete": True}, **asked) == MET
    assert diagnosed({"status": ["relapsed"]}, **asked) == NOT_DOCUMENTED
    assert diagnosed({"status": ["relapsed", "in remission"]}, **asked) == NOT_MET
    one, other = {"condition": "fcas", "status": ["relapsed", "remission"]}, {"status": [], "statusComplete": True}
    assert diagnosed(other, one, **asked) == NOT_MET


@pytest.mark.parametrize(
    ("since", "answer"),
    [
        ("2026-04-01", MET),
        ("2026-04-02", NOT_MET),
        ("2026-03-31", MET),
        ("2026-03", MET),
        ("2026-04", NOT_DOCUMENTED),
        ("2026-05", NOT_MET),
        ("2026", NOT_DOCUMENTED),
        ("2025", MET),
        (None, NOT_DOCUMENTED),
    ],
)
def test_months_since_the_diagnosis_are_completed_months(since: str | None, answer: str) -> None:
    assert diagnosed({"since": since} if since else {}, minimumMonthsSinceDiagnosis=6) == answer


@pytest.mark.parametrize(
    ("since", "request_date", "answer"),
    [("2026-01-31", "2026-02-27", NOT_MET), ("2026-01-31", "2026-02-28", MET), ("2026-01-30", "2026-02-28", MET)],
)
def test_a_month_since_the_diagnosis_is_completed_at_the_end_of_a_shorter_one(
    since: str, request_date: str, answer: str
) -> None:
    facts = {"requestDate": request_date, "diagnoses": [{"condition": "nomid", "since": since}]}
    asked = {"conditions": "caps-diseases", "minimumMonthsSinceDiagnosis": 1}
    assert says("DiagnosisCriterion", facts, **asked) == answer


def test_who_confirmed_a_diagnosis_is_one_and_decides_both_ways() -> None:
    asked = {"confirmedBy": "rheumatology"}
    assert diagnosed({"confirmedBy": "rheumatology"}, **asked) == MET
    assert diagnosed({"confirmedBy": "pediatric rheumatology"}, **asked) == MET
    assert diagnosed({"confirmedBy": "dermatology"}, **asked) == NOT_MET
    assert diagnosed({}, **asked) == NOT_DOCUMENTED


def test_how_a_diagnosis_was_confirmed_is_a_list() -> None:
    asked = {"confirmedHow": "imaging-or-biopsy"}
    assert diagnosed({"confirmedHow": ["endoscopy", "MRI"]}, **asked) == MET
    assert diagnosed({"confirmedHow": ["endoscopy"]}, **asked) == diagnosed({}, **asked) == NOT_DOCUMENTED
    assert diagnosed({"confirmedHow": ["endoscopy"], "confirmedHowComplete": True}, **asked) == NOT_MET


def test_another_disease_does_not_answer_for_the_one_that_is_asked() -> None:
    """A recorded disease that falls short is not met; where another may be on no list, that does not help it."""
    gout = {"condition": "gout", "stage": "IV"}
    asked = {"minimumStage": "disease-stage/stage-iii"}
    assert diagnosed({"stage": "I"}, gout, **asked) == NOT_MET
    assert says("DiagnosisCriterion", {"diagnoses": [gout]}, conditions="caps-diseases", **asked) == NOT_DOCUMENTED
    assert diagnosed({"stage": "I"}, {"condition": "fcas", "stage": "IIIA"}, **asked) == MET


def test_sentence() -> None:
    asked = {
        **{"conditions": "gout", "minimumStage": "disease-stage/stage-iii", "maximumStage": "disease-stage/stage-iv"},
        **{"diseaseStatus": "metastatic", "excludedStatus": "in-remission", "minimumMonthsSinceDiagnosis": 1},
        **{"confirmedBy": "rheumatology", "confirmedHow": "biopsy"},
    }

    def told(*more: str) -> str:
        given = {name: asked[name] for name in ("conditions", *more)}
        values = {n: ox.Literal(v) if isinstance(v, int) else ox.NamedNode(ID + v) for n, v in given.items()}
        label = names(graph()).label
        return KINDS["DiagnosisCriterion"].sentence(Values(Parameters(values), label, lambda of: [of]))

    assert told(*asked) == (
        "Diagnosis of gout; stage III to stage IV; metastatic; not in remission; made at least 1 month before the "
        "request; confirmed by a specialist in rheumatology; confirmed by biopsy"
    )
    assert told("minimumStage") == "Diagnosis of gout; stage III or higher"
    assert told("maximumStage") == "Diagnosis of gout; stage IV or lower"
