"""Names that the graph does not know: kept where they decide nothing, told once, and never the reason for a no."""

from __future__ import annotations

import json
from typing import Any

import pytest
from command import unescaped
from strategies import REVIEW, Leaf, graph, shacl_states

import payergraph
from payergraph.chart.case import parse_case
from payergraph.errors import CaseError
from payergraph.present import render
from payergraph.store.names import names
from payergraph.verdict.determination import determine

BASE = {"drug": "anakinra", "requestDate": "2026-10-01", "indication": "rheumatoid-arthritis"}
CHART = {
    **BASE,
    "diagnoses": [{"condition": "rheumatoid-arthritis"}, {"condition": "Chagas disease"}, {"icd10": "H61.20"}],
    "therapies": [{"product": "zebrazumab 5%", "start": "2026-01-01", "for": "zebra pox"}],
    "labs": [{"test": "shoe size", "value": 42, "unit": "mg/L"}],
    "findings": [{"finding": "green toes", "present": True}],
    "genetics": [{"gene": "ZEBRA7", "result": "negative"}],
    "documents": ["zebra form"],
    "events": [{"event": "green night", "date": "2026-05-01"}],
    "biomarkers": [{"marker": "ZEB-R", "result": "negative"}],
}
TOLD = [
    ("diagnoses[1].condition", "Chagas disease"),
    ("diagnoses[2].icd10", "H61.20"),
    ("therapies[0].product", "zebrazumab 5%"),
    ("therapies[0].for", "zebra pox"),
    ("labs[0].test", "shoe size"),
    ("findings[0].finding", "green toes"),
    ("genetics[0].gene", "ZEBRA7"),
    ("documents[0]", "zebra form"),
    ("events[0].event", "green night"),
    ("biomarkers[0].marker", "ZEB-R"),
]


def says(leaf: Leaf, facts: dict[str, Any]) -> str:
    criterion = leaf.criterion()
    return shacl_states({**BASE, **facts}, [criterion], REVIEW)[criterion.id]


def test_what_is_not_known_is_kept_and_told_in_every_format() -> None:
    case = parse_case(json.dumps(CHART), graph())
    assert [(one.field, one.name) for one in case.unheard] == TOLD
    assert case.record()["therapies"] == CHART["therapies"] and case.record()["documents"] == CHART["documents"]
    assert case.conditions == (REVIEW_IRI,)
    for text, format in ((case.to_jsonld(), "jsonld"), (case.to_turtle(), "turtle")):
        again = parse_case(text, graph(), format=format)
        assert {one.name for one in again.unheard} == {name for _, name in TOLD}
        assert again.record()["therapies"] == CHART["therapies"]


@pytest.mark.parametrize("key", ["product", "procedure", "programme", "device"])
def test_a_therapy_that_is_not_known_keeps_its_name_whatever_its_sort(key: str) -> None:
    case = parse_case(json.dumps({**BASE, "therapies": [{key: "zebra light"}]}), graph())
    for again in (case, parse_case(case.to_jsonld(), graph(), format="jsonld")):
        assert [(one.field, one.name) for one in again.unheard] == [("therapies[0].product", "zebra light")]


REVIEW_IRI = f"https://w3id.org/payergraph/id/{REVIEW}"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"drug": "zebrazumab"}, "is no drug or product"),
        ({"indication": "Chagas disease"}, "is no condition"),
        ({"payer": "Zebra Health"}, "is no payer"),
        ({"diagnoses": [{"condition": "rheumatoid artritis"}]}, "the nearest is rheumatoid-arthritis"),
        ({"diagnoses": [{"condition": "prednisone"}]}, "is a drug, not a condition"),
        ({"diagnoses": [{"icd10": "M0"}]}, "no ICD-10-CM code"),
        ({"therapies": [{"product": "Methotrexat"}]}, "the nearest is methotrexate"),
        ({"therapies": [{"product": "TNF inhibitor"}]}, "is a drug class"),
        ({"prescriber": {"specialties": ["zebra medicine"]}}, "is no specialty"),
        ({"labs": [{"test": "crp", "value": 3, "unit": "zebras"}]}, "is no unit"),
    ],
)
def test_what_decides_and_what_is_a_slip_of_the_pen_is_still_refused(facts: dict[str, Any], said: str) -> None:
    with pytest.raises(CaseError, match=said.replace("[", r"\\[")):
        parse_case(json.dumps({**BASE, **facts}), graph())


@pytest.mark.parametrize(
    ("leaf", "known", "unknown", "without", "beside"),
    [
        (
            Leaf("NoConcurrentTherapyCriterion", {"excludedGroups": "not-combined"}),
            {"therapies": [], "therapiesComplete": True},
            {"therapies": [{"product": "zebrazumab", "start": "2026-01-01"}], "therapiesComplete": True},
            "met",
            "not-documented",
        ),
        (
            Leaf("PriorTherapyCriterion", {"therapyGroups": "methotrexate"}),
            {"therapies": [], "therapiesComplete": True},
            {"therapies": [{"product": "zebrazumab", "start": "2026-01-01"}], "therapiesComplete": True},
            "not-met",
            "not-documented",
        ),
        (
            Leaf("PriorTherapyCriterion", {"therapyGroups": "light-or-csdmard"}),
            {"therapies": [], "therapiesComplete": True},
            {"therapies": [{"procedure": "zebra light", "outcome": "failure"}], "therapiesComplete": True},
            "not-met",
            "not-documented",
        ),
        (
            Leaf("NoPriorTherapyCriterion", {"notTakenGroups": "not-combined"}),
            {"therapies": [], "therapiesComplete": True},
            {"therapies": [{"product": "zebrazumab", "start": "2026-01-01"}], "therapiesComplete": True},
            "met",
            "not-documented",
        ),
        (
            Leaf("DiagnosisCriterion", {"conditions": "sjia"}),
            {"diagnoses": [{"condition": "gout"}], "diagnosesComplete": True},
            {"diagnoses": [{"condition": "Chagas disease"}], "diagnosesComplete": True},
            "not-met",
            "not-documented",
        ),
        (
            Leaf("DiagnosisCriterion", {"conditions": "rheumatoid-arthritis"}),
            {"diagnoses": [{"icd10": "M05.9"}]},
            {"diagnoses": [{"icd10": "M05.9", "condition": "nodular zebra disease"}]},
            "met",
            "met",
        ),
        (
            Leaf("DocumentCriterion", {"document": "document/lab-results"}),
            {"documents": [], "documentsComplete": True},
            {"documents": ["zebra form"], "documentsComplete": True},
            "not-met",
            "not-documented",
        ),
        (
            Leaf("EventCriterion", {"eventKinds": "bursts", "minimumEvents": 1}),
            {"events": [{"event": "migraine-day"}], "eventsComplete": True},
            {"events": [{"event": "green night"}], "eventsComplete": True},
            "not-met",
            "not-documented",
        ),
        *(
            (
                Leaf("BiomarkerCriterion", {"marker": "biomarker/her2"}),
                {"biomarkers": [{"marker": "PD-L1", "result": "negative"}], "biomarkersComplete": True},
                {**unknown, "biomarkersComplete": True},
                "not-met",
                "not-documented",
            )
            for unknown in (
                {"biomarkers": [{"marker": "ZEB-R", "result": "negative"}]},
                {"genetics": [{"gene": "ZEBRA7", "result": "negative"}]},
            )
        ),
        (
            Leaf("PriorTherapyCriterion", {"therapyGroups": "methotrexate"}),
            {
                "therapies": [{"product": "methotrexate", "start": "2026-01-01", "for": "gout"}],
                "therapiesComplete": True,
            },
            {
                "therapies": [{"product": "methotrexate", "start": "2026-01-01", "for": "zebra pox"}],
                "therapiesComplete": True,
            },
            "not-met",
            "not-documented",
        ),
    ],
)
def test_what_is_not_known_may_be_what_is_asked_for(
    leaf: Leaf, known: dict[str, Any], unknown: dict[str, Any], without: str, beside: str
) -> None:
    assert says(leaf, known) == without
    assert says(leaf, unknown) == beside


def test_it_is_told_beside_the_answer() -> None:
    case = payergraph.parse_case({**BASE, "diagnoses": CHART["diagnoses"], "payer": "molina"})
    found = payergraph.check(case)
    told = "Chagas disease (diagnoses[1].condition), H61.20 (diagnoses[2].icd10)"
    assert ", ".join(map(str, found.unheard)) == told and "not known here" in repr(found)
    written = render.to_json(case, found, "0")["notKnownHere"]
    assert written == [{"field": field, "name": name} for field, name in TOLD[:2]]
    on = payergraph.graph()
    assert told in unescaped(render.to_markdown(case, found, names(on))) and told in found._repr_html_()
    assert determine(case, on).unheard == found.unheard


def test_a_disease_that_is_not_known_is_no_use() -> None:
    without = {key: value for key, value in BASE.items() if key != "indication"}
    found = payergraph.check({**without, "diagnoses": [{"condition": "Chagas disease"}]}, payers=["cigna"])
    assert not found and found.unanswered
