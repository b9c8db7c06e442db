"""Names that the graph does not know: kept where they decide nothing, told once, and never the reason for a no."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from command import unescaped
from strategies import REVIEW, Leaf, graph, shacl_states

import payergraph
from payergraph import terms
from payergraph.chart.case import parse_case
from payergraph.errors import CaseError
from payergraph.present import render
from payergraph.present.sentences import unheard_sentence
from payergraph.store import icd10
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
        ({"indication": "Z99.2"}, "is no ICD-10-CM code of a condition in the graph"),
        ({"diagnoses": [{"icd10": "M0"}]}, "no ICD-10-CM code"),
        (
            {"diagnoses": [{"icd10": "M06.90"}]},
            "is 'M06.90', which is no ICD-10-CM code; the nearest is M06.9, “Rheumatoid arthritis, unsp",
        ),
        (
            {"diagnoses": [{"icd10": "M05.x"}]},
            "is 'M05.x', which is no ICD-10-CM code; the nearest is M05, “Rheumatoid arthritis with",
        ),
        (
            {"diagnoses": [{"condition": "E66.02"}]},
            "is 'E66.02', which is no ICD-10-CM code; the nearest is E66.0, “Obesity due to",
        ),
        (
            {"diagnoses": [{"icd10": "A10"}]},
            "is 'A10', which is no ICD-10-CM code; there is no category A10",
        ),
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
    told = "Chagas disease (diagnoses[1].condition), H61.20 “Impacted cerumen, unspecified ear” (diagnoses[2].icd10)"
    assert ", ".join(map(str, found.unheard)) == told and "not known here" in repr(found)
    written = render.to_json(case, found, "0")["notKnownHere"]
    assert written == [
        {"field": "diagnoses[1].condition", "name": "Chagas disease"},
        {"field": "diagnoses[2].icd10", "name": "H61.20", "title": "Impacted cerumen, unspecified ear"},
    ]
    on = payergraph.graph()
    assert told in unescaped(render.to_markdown(case, found, names(on))) and told in found._repr_html_()
    assert determine(case, on).unheard == found.unheard


def test_a_disease_that_is_not_known_is_no_use() -> None:
    without = {key: value for key, value in BASE.items() if key != "indication"}
    found = payergraph.check({**without, "diagnoses": [{"condition": "Chagas disease"}]}, payers=["cigna"])
    assert not found and found.unanswered


# --- codes of diagnoses -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["icd10", "condition", "indication"])
@pytest.mark.parametrize(
    ("code", "means"),
    [
        ("M06.9", "rheumatoid-arthritis"),
        ("M05.79", "rheumatoid-arthritis"),
        ("M45.A0", "nr-axspa"),  # narrower than M45, which is another disease
        ("E66.01", "obesity"),
        ("D89.832", "cytokine-release-syndrome"),
    ],
)
def test_any_code_means_the_concept_that_bears_it_or_the_nearest_broader_code(key: str, code: str, means: str) -> None:
    facts = {"indication": code} if key == "indication" else {"diagnoses": [{key: code}]}
    case = parse_case(json.dumps({"drug": "anakinra", "requestDate": "2026-10-01", **facts}), graph())
    assert [terms.slug(one) for one in ([case.indication] if key == "indication" else case.conditions)] == [means]
    assert case.unheard == ()


@pytest.mark.parametrize("key", ["icd10", "condition"])
@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("Z99.2", "Dependence on renal dialysis"),
        ("M06", "Other rheumatoid arthritis"),  # holds codes of rheumatoid arthritis and of Still's disease
        ("I11.9", "Hypertensive heart disease without heart failure"),
    ],
)
def test_a_code_that_no_concept_bears_is_a_diagnosis_with_its_title(key: str, code: str, title: str) -> None:
    case = parse_case(json.dumps({**BASE, "diagnoses": [{key: code}], "diagnosesComplete": True}), graph())
    assert [(one.field, one.name, one.title) for one in case.unheard] == [(f"diagnoses[0].{key}", code, title)]
    assert case.record()["diagnoses"] == [{key: code}]


def test_a_code_that_no_concept_bears_is_never_the_reason_for_a_no() -> None:
    """The codes on concepts are those that sources show, not all that a disease has: I11.9 is a hypertension."""
    leaf = Leaf("DiagnosisCriterion", {"conditions": "sjia"})
    assert says(leaf, {"diagnoses": [{"icd10": "M06.9"}], "diagnosesComplete": True}) == "not-met"
    assert says(leaf, {"diagnoses": [{"icd10": "I11.9"}], "diagnosesComplete": True}) == "not-documented"
    assert says(leaf, {"diagnoses": [{"icd10": "I11.9"}, {"icd10": "M08.2"}], "diagnosesComplete": True}) == "met"


def test_the_short_name_of_a_disease_is_no_code() -> None:
    case = parse_case(json.dumps({**BASE, "diagnoses": [{"condition": "C3G"}]}), graph())
    assert [(one.name, one.title) for one in case.unheard] == [("C3G", "")]


def test_without_the_library_a_code_is_judged_by_its_form_and_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(icd10, "find_spec", lambda name: None)
    diagnoses = [{"icd10": "M06.90"}, {"icd10": "H61.29"}, {"icd10": "A10"}]
    found = payergraph.check({**BASE, "diagnoses": diagnoses, "payer": "molina"})
    assert [(one.name, one.title) for one in found.unheard] == [("H61.29", ""), ("A10", "")]
    assert unheard_sentence(found).endswith("install payergraph[codes] to look them up in ICD-10-CM.")


def test_the_library_is_read_only_for_a_code_that_no_concept_bears() -> None:
    code = """
import sys, payergraph
case = {"drug": "anakinra", "diagnoses": [{"icd10": "M06.9"}, {"condition": "gout"}, {"condition": "Chagas disease"}]}
payergraph.parse_case(case)
print("simple_icd_10_cm" in sys.modules)
payergraph.parse_case({**case, "diagnoses": [{"icd10": "M05.79"}]})
print("simple_icd_10_cm" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
