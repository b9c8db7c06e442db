"""What is known of one field of medicine changes no verdict in another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from evaluator import MET, NOT_MET, evaluate
from strategies import REVIEW, Leaf, concepts, shacl_states

from payergraph.chart.case import Case, parse_case, read_case
from payergraph.locate import folder
from payergraph.store.graph import shipped
from payergraph.store.names import names
from payergraph.verdict.determination import determine

CASES = [
    folder("data") / "cases" / f"{name}.yaml"
    for name in ("maria", "still-on-a-biologic", "stills-disease-in-an-adult", "teenager-with-pjia", "little-on-record")
]
#: A biological product against leukemia, and no use is told: it counts as given for the indication asked for.
BLINCYTO: dict[str, Any] = {"product": "Blincyto", "start": "2026-03-01"}


def outcomes(case: Case) -> list[Any]:
    """Each outcome with the states of all its criteria."""
    found = determine(case, shipped(), authority="all")
    return [(item.policy.id, item.indication, item.outcome, item.root) for item in found]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_drug_against_leukemia_changes_no_criterion_of_an_example(path: Path) -> None:
    case = read_case(path, shipped())
    record = case.record()
    record["therapies"] = [*record.get("therapies", ()), BLINCYTO, {**BLINCYTO, "end": "2026-05-01"}]
    assert outcomes(parse_case(json.dumps(record, default=str), shipped())) == outcomes(case)


def test_blincyto_is_no_biologic_of_rheumatology() -> None:
    known = names(shipped())
    biologic, product = known.resolve("biologic", ["DrugClass"]), known.resolve("biological product", ["DrugClass"])
    blincyto, humira = known.resolve("Blincyto", ["Product"]), known.resolve("Humira", ["Product"])
    assert known.subsumes(product, biologic) and known.subsumes(product, blincyto) and known.subsumes(product, humira)
    assert known.subsumes(biologic, humira) and not known.subsumes(biologic, blincyto)


@pytest.mark.parametrize(
    ("kind", "params", "answer"),
    [
        ("PriorTherapyCriterion", {"therapyGroups": "biologics-and-tsdmards"}, NOT_MET),
        ("NoConcurrentTherapyCriterion", {"excludedGroups": "not-combined"}, MET),
    ],
)
def test_blincyto_is_neither_a_trial_of_a_biologic_nor_one_beside_the_drug(
    kind: str, params: dict[str, Any], answer: str
) -> None:
    case = {"drug": "anakinra", "requestDate": "2026-10-01", "indication": "rheumatoid-arthritis"}
    case |= {"therapies": [BLINCYTO], "therapiesComplete": True}  # type: ignore[dict-item]
    leaf = Leaf(kind, params)
    criterion = leaf.criterion()
    assert shacl_states(case, [criterion], REVIEW)[criterion.id] == answer
    assert evaluate(kind, leaf.params, case, concepts(), REVIEW) == answer
