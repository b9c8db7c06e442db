"""Which diseases rules cover."""

from __future__ import annotations

import pytest

from payergraph import terms
from payergraph.comparison.diseases import Diseases, as_labeled, diseases
from payergraph.policies.model import Rule, policies
from payergraph.store.graph import shipped


@pytest.fixture(scope="module")
def known() -> Diseases:
    return diseases(shipped())


def rule(name: str) -> Rule:
    return next(rule for policy in policies(shipped()).all for rule in policy.rules if rule.id == name)


def conditions(*slugs: str) -> set[str]:
    return {f"{terms.ID}condition/{slug}" for slug in slugs}


def test_the_ends_of_a_disease_are_the_narrowest_that_it_holds(known: Diseases) -> None:
    [caps] = conditions("caps")
    assert known.ends(caps) == conditions("fcas", "muckle-wells-syndrome", "nomid")
    [nomid] = conditions("nomid")
    assert known.ends(nomid) == {nomid}


def test_a_rule_covers_what_its_diagnoses_name_within_the_use(known: Diseases) -> None:
    caps = rule("cigna-ip0243/caps")
    assert known.covered([caps]) == known.ends(caps.indication)
    asked = rule("cigna-ip0243/ra-employer-group")
    assert known.named([asked]) == {asked.indication} and known.covered([asked]) == known.ends(asked.indication)


def test_a_list_that_names_the_use_beside_parts_of_it_covers_all_of_it(known: Diseases) -> None:
    # "CAPS, FCAS or Muckle-Wells syndrome"
    caps = rule("commercial-rilonacept-2021-06-02/caps")
    assert known.named([caps]) == conditions("caps", "fcas", "muckle-wells-syndrome")
    assert set(known.uses([caps])) == known.covered([caps]) == conditions("fcas", "muckle-wells-syndrome", "nomid")


def test_some_uses_stand_for_whatever_the_label_has() -> None:
    said = [rule for policy in policies(shipped()).all for rule in policy.rules if as_labeled(rule)]
    assert said and len(said) < 20
    assert not as_labeled(rule("cigna-ip0243/caps"))
