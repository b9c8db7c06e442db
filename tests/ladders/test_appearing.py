"""Where things appear in the ladders, and what means a ladder."""

from __future__ import annotations

import pytest

from payergraph import terms
from payergraph.ladders.answer import appeal_of
from payergraph.ladders.appearing import appearances, meaning
from payergraph.ladders.model import Ladder
from payergraph.ladders.reading import ladders
from payergraph.store.graph import shipped


def found(name: str) -> dict[str, list[str]]:
    """The ladders in which a thing appears, with the stages of its steps."""
    return {
        terms.slug(one.ladder.iri): [step.stage for step in one.steps]
        for one in appearances(shipped(), terms.ID + name)
    }


@pytest.mark.parametrize("name", ["regulator/dmhc", "program/dmhc-imr"])
def test_a_regulator_has_the_step_that_its_programme_runs(name: str) -> None:
    assert found(name) == {"insured-california-dmhc": ["external-review"]}


def test_a_state_has_the_ladder_of_its_insured_plans() -> None:
    assert list(found("state/NC")) == ["insured-north-carolina"]
    assert list(found("state/CA")) == ["insured-california-cdi", "insured-california-dmhc"]


def test_a_plan_has_the_ladders_of_its_line_of_business_and_state() -> None:
    assert list(found("plan/molina-texas-marketplace")) == ["insured-texas"]
    assert list(found("plan/cigna-self-funded")) == ["self-funded"]


def test_a_payer_has_every_ladder_that_can_be_its() -> None:
    of_today = [ladder for ladder in ladders(shipped()).ladders if not ladder.applies_until]
    assert list(found("payer/cigna")) == [terms.slug(ladder.iri) for ladder in of_today]


@pytest.mark.parametrize("name", ["drug/anakinra", "regulator/fda", "payer/nobody"])
def test_what_has_to_do_with_no_step_has_none(name: str) -> None:
    assert found(name) == {}


@pytest.mark.parametrize("ladder", ladders(shipped()).ladders, ids=lambda ladder: terms.slug(ladder.iri))
def test_what_means_a_ladder_leads_to_it_alone_unless_it_is_for_several_states(ladder: Ladder) -> None:
    said = meaning(ladder)
    meant = [one.ladder for one in appeal_of(shipped(), said | {"denied": ladder.applies_until})]
    assert ladder in meant
    if "state" in said or said.get("funding") != "insured":
        assert meant == [ladder]
