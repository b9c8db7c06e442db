"""What a criterion says to a case: asked of SHACL and of the evaluator, which must agree. For the tests of one kind."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
import pytest
from evaluator import evaluate
from strategies import REVIEW, Leaf, concepts, shacl_states

from payergraph.chart.case import parse_case
from payergraph.criteria import KINDS, Parameters, Values
from payergraph.errors import CaseError
from payergraph.store.graph import shipped

#: A case for rheumatoid arthritis.
RA = {"drug": "anakinra", "requestDate": "2026-10-01", "indication": "rheumatoid-arthritis"}
#: A case of which some policies say more than is computed.
WHEALS: dict[str, Any] = {
    **{"drug": "dupilumab", "indication": "chronic-spontaneous-urticaria", "requestDate": "2026-10-01", "age": 30},
    "diagnoses": [{"condition": "chronic-spontaneous-urticaria"}],
    "therapies": [{"product": "cetirizine", "start": "2026-08-01", "outcome": "failure", "manner": ["up-dosed"]}],
    "findings": [
        {"finding": "spontaneous-wheals-or-angioedema", "present": True},
        {"finding": "other-urticaria-causes-excluded", "present": True},
    ],
    "measurements": [{"of": "urticaria-duration", "value": 8, "unit": "week"}],
}


def says(kind: str, case: Mapping[str, Any], **params: Any) -> str:
    """What a criterion says to a case for rheumatoid arthritis."""
    leaf = Leaf(kind, {name: Decimal(str(v)) if isinstance(v, float) else v for name, v in params.items()})
    criterion = leaf.criterion()
    whole = {key: value for key, value in {**RA, **case}.items() if value is not None}
    answer = shacl_states(whole, [criterion], REVIEW)[criterion.id]
    assert answer == evaluate(kind, leaf.params, whole, concepts(), REVIEW)
    return answer


def read_error(case: Mapping[str, Any]) -> str:
    """Why a case is refused."""
    with pytest.raises(CaseError) as caught:
        parse_case(json.dumps({**RA, **case}), shipped())
    return str(caught.value)


def sentence(kind: str, params: Mapping[str, Any], members: Iterable[str] = ()) -> str:
    """The sentence of a criterion; a thing or a set is called what its parameter holds."""
    terms = {name: ox.Literal(value) for name, value in params.items()}
    return KINDS[kind].sentence(Values(Parameters(terms), str, lambda _: members))


def took(product: str, start: str | None = "2025-01-10", end: str | None = "2025-04-10", **more: Any) -> dict[str, Any]:
    """A therapy that failed; what is None is not recorded."""
    entry = {"product": product, "start": start, "end": end, "outcome": "failure", **more}
    return {key: value for key, value in entry.items() if value is not None}


def tried(*therapies: dict[str, Any], complete: bool = True, drug: str = "anakinra", **params: Any) -> str:
    """What a criterion of prior therapy says: failure of methotrexate, where no more is asked."""
    case = {"drug": drug, "therapies": list(therapies), "therapiesComplete": complete}
    given = {"therapyGroups": "methotrexate", "acceptedOutcomes": "pg:FailureOnly", **params}
    return says("PriorTherapyCriterion", case, **{k: v for k, v in given.items() if v is not None})
