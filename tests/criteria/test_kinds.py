"""What a kind of criterion says of itself, beside how it is judged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
import pytest

from payergraph import terms
from payergraph.criteria import ASKED, CONNECTIVES, DIMENSIONS, KINDS, Burden, Kind, Parameters, Restriction, SettledBy
from payergraph.criteria.shapes import components_of


@pytest.mark.parametrize("forgotten", ["changeable", "restriction", "burden", "exceptional"])
def test_a_kind_that_forgets_what_it_counts_as_is_none(forgotten: str) -> None:
    given: dict[str, Any] = {
        "changeable": True,
        "restriction": Restriction.OTHER,
        "burden": Burden.NONE,
        "exceptional": lambda parameters: False,
    }
    del given[forgotten]
    make: Callable[..., Kind] = Kind
    with pytest.raises(TypeError, match=forgotten):
        make("TravelCriterion", "travel", lambda values: "Travelled", **given)


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.name not in CONNECTIVES])
def test_a_kind_names_parameters_of_its_own(kind: Kind) -> None:
    own = {parameter.name for one in components_of()[kind.name] for parameter in one.parameters}
    named = {bound.parameter for bound in kind.bounds} | {narrowing.parameter for narrowing in kind.narrowings}
    for read in kind.reads:
        named |= {*read.when, *([read.of] if not read.of.startswith(terms.ID) else [])}
    assert named - {""} <= own


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.name not in CONNECTIVES])
def test_a_kind_reads_what_settles_it(kind: Kind) -> None:
    """A kind that reads nothing of a case and says nothing of it would be told as missing on record for ever."""
    assert bool(kind.reads) == (kind.settled_by is SettledBy.RECORD)


def test_all_but_the_use_and_what_is_not_shown_asks_something() -> None:
    assert [dimension for dimension in DIMENSIONS if dimension not in ASKED] == ["use", "not shown"]
    assert all(KINDS[name].restriction is Restriction.NONE for name in CONNECTIVES)


@pytest.mark.parametrize(
    ("kind", "parameters", "exceptional"),
    [
        ("AttestationCriterion", {"attestation": "it"}, True),
        ("ReviewerCriterion", {"judgement": "it"}, True),
        ("DocumentCriterion", {"document": "it"}, False),
        ("PriorTherapyCriterion", {"therapyGroups": "it"}, False),
        ("PriorTherapyCriterion", {"requestedDrugCounts": True}, True),
        ("PriorTherapyCriterion", {"acceptedOutcomes": "IntoleranceOrContraindication"}, True),
        ("PriorTherapyCriterion", {"acceptedOutcomes": "FailureIntoleranceOrContraindication"}, False),
    ],
)
def test_a_way_is_exceptional_where_who_can_take_everything_and_is_new_to_the_drug_cannot_go_it(
    kind: str, parameters: dict[str, Any], exceptional: bool
) -> None:
    values = {
        name: terms.pg(value) if isinstance(value, str) else ox.Literal(value) for name, value in parameters.items()
    }
    assert KINDS[kind].exceptional(Parameters(values)) is exceptional
