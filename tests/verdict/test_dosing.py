"""Dosing tables as trees, by age, weight and use, and a policy that wants the dose as the label has it.

The doses are those of the labels of Arcalyst (CAPS: loading dose, then weekly, by age) and Ilaris (CAPS, by weight).
"""

from __future__ import annotations

import json
from typing import Any

import mini
import pyshacl
import pytest
import rdflib

from payergraph.chart.case import parse_case
from payergraph.policies.library import policies
from payergraph.present.export import bundle
from payergraph.store.graph import LocalGraph
from payergraph.verdict.answers import Determination
from payergraph.verdict.determination import determine

_MG = "pg:doseUnit <https://w3id.org/payergraph/id/unit/mg>"
#: At most so much at first and so much a week; an adolescent's by weight, and no more than an adult's.
_ARCALYST = f"""
c:by-age a pg:IfThen ; pg:premise c:adult ; pg:consequence c:adult-dose ; pg:otherwise c:adolescent-dose ; @@ .
c:adult a pg:AgeCriterion ; pg:minimumAge 18 ; @@ .
c:adult-dose a pg:DoseCriterion ; pg:atMostLoadingDose 320.0 ; pg:atMostDose 160.0 ; {_MG} ; pg:dosePeriodDays 7 ; @@ .
c:adolescent-dose a pg:AllOf ; sh:and ( c:by-weight c:adult-dose ) ; @@ .
c:by-weight a pg:DoseCriterion ; pg:atMostLoadingDose 4.4 ; pg:atMostDose 2.2 ; {_MG} ; pg:dosePer pg:PerKilogram ;
    pg:dosePeriodDays 7 ; @@ .
"""
#: Exactly 150 mg every eight weeks above 40 kg, and from 15 kg exactly 2 mg per kilogram.
_ILARIS = f"""
c:by-weight a pg:IfThen ; pg:premise c:to-40-kg ; pg:consequence c:light ; pg:otherwise c:heavy ; @@ .
c:to-40-kg a pg:WeightCriterion ; pg:maximumWeightKg 40.0 ; @@ .
c:light a pg:DoseCriterion ; pg:atLeastDose 2.0 ; pg:atMostDose 2.0 ; {_MG} ; pg:dosePer pg:PerKilogram ;
    pg:dosePeriodDays 56 ; @@ .
c:heavy a pg:DoseCriterion ; pg:atLeastDose 150.0 ; pg:atMostDose 150.0 ; {_MG} ; pg:dosePeriodDays 56 ; @@ .
"""
_AS_LABELED = "c:as-labeled a pg:DoseCriterion ; pg:dosing pg:AsLabeled ; @@ ."


def _of(text: str, drug: str) -> str:
    return text.replace("pg:drug drug:anakinra", f"pg:drug drug:{drug}")


def _label(tree: str, use: str, drug: str, root: str) -> str:
    """A label with a dose for a use."""
    text = _of(mini.policy(use, more=tree, slug=f"label-{drug}"), drug).replace("pg:CoveragePolicy", "pg:DrugLabel")
    return text + f"\nr:0 pg:labeledDose c:{root} ."


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> LocalGraph:
    return mini.graph(
        tmp_path_factory.mktemp("dosing"),
        _label(_ARCALYST, "caps", "rilonacept", "by-age"),
        _label(_ILARIS, "caps", "canakinumab", "by-weight"),
        _of(mini.policy("caps c:as-labeled", "dira c:as-labeled", more=_AS_LABELED, slug="shared"), "rilonacept"),
        _of(mini.policy("caps c:as-labeled", more=_AS_LABELED, slug="arcalyst"), "rilonacept"),
        _of(mini.policy("dira c:as-labeled", more=_AS_LABELED, slug="other-use"), "rilonacept"),
        _of(mini.policy("caps c:as-labeled", more=_AS_LABELED, slug="ilaris"), "canakinumab"),
    )


def said(of: LocalGraph, policy: str, drug: str, use: str = "caps", **case: Any) -> Determination:
    [found] = mini.answers(of, {"drug": drug, "indication": use, **case}, policy=policy)
    return found


def weekly(value: float, loading: float) -> dict[str, Any]:
    return {"value": value, "unit": "mg", "per": "week", "loading": {"value": loading, "unit": "mg"}}


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        ({"age": 18, "dose": weekly(160, 320)}, "met"),
        ({"age": 18, "dose": weekly(161, 320)}, "not-met"),
        ({"age": 18, "dose": weekly(160, 321)}, "not-met"),
        ({"age": 18, "dose": {"value": 160, "unit": "mg", "per": "week"}}, "not-documented"),
        ({"age": 17, "weightKg": 50, "dose": weekly(110, 220)}, "met"),
        ({"age": 17, "weightKg": 50, "dose": weekly(111, 220)}, "not-met"),
        ({"age": 17, "weightKg": 50, "dose": weekly(110, 221)}, "not-met"),
        ({"age": 17, "weightKg": 90, "dose": weekly(160, 320)}, "met"),
        ({"age": 17, "weightKg": 90, "dose": weekly(161, 320)}, "not-met"),
        ({"age": 17, "dose": weekly(110, 220)}, "not-documented"),
        ({"weightKg": 50, "dose": weekly(110, 220)}, "met"),
        ({"weightKg": 50, "dose": weekly(160, 320)}, "not-documented"),
    ],
)
def test_a_loading_dose_and_the_dose_after_it_by_age(case: dict[str, Any], outcome: str, of: LocalGraph) -> None:
    assert said(of, "arcalyst", "rilonacept", **case).outcome == outcome


@pytest.mark.parametrize(
    ("weight", "dose", "outcome"),
    [
        (41, 150, "met"),
        (41, 151, "not-met"),
        (41, 82, "not-met"),
        (40, 80, "met"),
        (40, 150, "not-met"),
        (39, 78, "met"),
        (39, 80, "not-met"),
        (75, 150, "met"),
        (None, 150, "not-documented"),
        (None, 80, "not-documented"),
    ],
)
def test_a_dose_by_bands_of_weight(weight: int | None, dose: int, outcome: str, of: LocalGraph) -> None:
    case = {"weightKg": weight} if weight else {}
    told = {"value": dose, "unit": "mg", "perDays": 56}
    assert said(of, "ilaris", "canakinumab", dose=told, **case).outcome == outcome


@pytest.mark.parametrize(("policy", "use"), [("other-use", "dira"), ("shared", "dira"), ("shared", "caps")])
def test_what_no_label_says_is_not_computed_and_says_so(policy: str, use: str, of: LocalGraph) -> None:
    found = said(of, policy, "rilonacept", use, age=18, dose=weekly(160, 320))
    assert found.outcome == "not-documented"
    [criterion] = [leaf for leaf in found.root.criterion.leaves if leaf.kind == "DoseCriterion"]
    assert criterion.summary == "Dose as the label has it" and "label of the drug" in criterion.not_computed


def test_the_dose_of_the_label_is_told_with_the_label_as_its_source(of: LocalGraph) -> None:
    found = said(of, "arcalyst", "rilonacept", age=18, dose=weekly(200, 320))
    [blocking] = [name for name in found.blocking if name.endswith("dose")]
    criterion = policies(of).criterion(f"https://w3id.org/payergraph/id/criterion/{blocking}")
    assert criterion is not None and criterion.source.endswith("source/label-rilonacept")
    assert criterion.summary == ("Loading dose of at most 320 mg and dose of at most 160 mg a week")


@pytest.mark.parametrize("dose", [160, 161])
def test_the_bundle_says_the_same(dose: int, of: LocalGraph) -> None:
    whole = {"drug": "rilonacept", "requestDate": "2026-10-01", "indication": "caps", "age": 18}
    known = parse_case(json.dumps({**whole, "dose": weekly(dose, 320)}), of)
    [found] = determine(known, of, policy="arcalyst")
    chart = bundle.chart(known, known.indication or "", of) + bundle.concepts(of)
    bound = rdflib.Graph().parse(data=bundle.bound(of, bundle.BOUNDS[0]))
    shapes = bound.parse(data=bundle.policy(of, policies(of)["arcalyst"]))
    conforms, _, _ = pyshacl.validate(rdflib.Graph().parse(data=chart), shacl_graph=shapes)
    assert conforms == (found.outcome == "met") == (dose == 160)
