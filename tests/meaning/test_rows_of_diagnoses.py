"""Which rows decide what is asked of a patient and of a diagnosis: for it, possibly, or against it."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
import pytest
from judges import RA
from strategies import REVIEW, Leaf, graph, read

from payergraph import terms
from payergraph.criteria import KINDS
from payergraph.verdict.at_once import of_all
from payergraph.verdict.bench import bench


def effects(leaf: Leaf, facts: dict[str, Any]) -> dict[str, str]:
    """What each row does for a criterion, by the name of its node in the case."""
    case, criterion, on = read({**RA, **facts}), leaf.criterion(), bench(graph())
    found: dict[str, str] = {}
    with on.with_case(case.triples(ox.NamedNode(terms.ID + REVIEW))):
        for part in KINDS[leaf.kind].parts:
            if not part.applies_to(criterion.parameters):
                continue
            for witness in part.witnesses():
                for effect, text in witness.selects:
                    query = of_all(text, part, case.iri.value, [criterion])
                    for row in on.rows(query):
                        name = row["fact"].value.removeprefix(f"{case.iri.value}/")
                        found.setdefault(name, effect.value)
    return found


@pytest.mark.parametrize(("pregnant", "effect"), [(False, "for"), (True, "against")])
def test_the_record_of_an_attribute_speaks_for_or_against(pregnant: bool, effect: str) -> None:
    leaf = Leaf("PatientCriterion", {"patientAttribute": "pg:Pregnant", "attributeHolds": False})
    assert effects(leaf, {"pregnant": pregnant, "smoker": True}) == {"attributeRecord/0": effect}


def test_an_age_in_years_alone_could_be_enough_in_months() -> None:
    leaf = Leaf("PatientCriterion", {"minimumAgeMonths": 18})
    assert effects(leaf, {"ageMonths": 18}) == {"patientAge/0": "for"}
    assert effects(leaf, {"ageMonths": 17}) == {"patientAge/0": "against"}
    assert effects(leaf, {"age": 1}) == {"patientAge/0": "could"}


def test_a_diagnosis_speaks_for_possibly_or_against_by_its_status() -> None:
    leaf = Leaf("DiagnosisCriterion", {"conditions": "caps-diseases", "diseaseStatus": "advanced-disease"})
    said = [
        {"condition": "nomid", "status": ["metastatic"]},
        {"condition": "fcas"},
        {"condition": "nomid", "status": ["refractory"], "statusComplete": True},
        {"condition": "gout", "status": ["metastatic"]},
    ]
    assert effects(leaf, {"diagnoses": said}) == {
        "diagnosis/0": "for",
        "diagnosis/1": "could",
        "diagnosis/2": "against",
    }
