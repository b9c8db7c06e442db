"""What the pages of policies, payers, drugs and conditions lay out."""

from __future__ import annotations

import pytest

from payergraph import terms
from payergraph.browse.described import describe
from payergraph.browse.portfolio import (
    asked_in,
    contacts,
    drugs_for,
    policies_of_payer,
    policy_page,
    rule_with,
    uses_of_drug,
)
from payergraph.browse.things import things
from payergraph.policies.library import policies
from payergraph.policies.model import Policy
from payergraph.store.graph import shipped


def policy(name: str) -> Policy:
    return next(item for item in policies(shipped()).all if item.id == name)


def test_a_policy_tells_the_uses_that_it_names_from_those_of_others() -> None:
    page = policy_page(shipped(), policy("cigna-ip0243"))
    stated = {terms.slug(one.use): one.state for one in page.stated}
    assert stated["caps"] == "covered" and stated["osteoarthritis"] == "excluded"
    others = {terms.slug(use): one.state for use, one in page.others}
    assert others["pjia"] == "not listed" and not set(others) & {"caps", "rheumatoid-arthritis"}
    assert {terms.slug(one.iri) for one in page.restated_by} and not page.earlier and not page.later


def test_editions_point_at_each_other() -> None:
    for later in policies(shipped()).all:
        for earlier in policy_page(shipped(), later).earlier:
            assert later in policy_page(shipped(), earlier).later


def test_every_rule_of_a_policy_stands_under_what_it_states() -> None:
    for item in policies(shipped()).all:
        facts = {one.fact for one in policy_page(shipped(), item).stated}
        for use in {rule.indication for rule in item.rules}:
            assert any(rule.iri in facts for rule in item.rules if rule.indication == use) or any(
                fact in facts for fact in (one.iri for one in item.exclusions)
            ), (item.id, use)


def test_a_rule_is_found_with_its_policy_and_nothing_else_is() -> None:
    found = rule_with(shipped(), f"{terms.ID}rule/cigna-ip0243/caps")
    assert found and found[0].id == "cigna-ip0243" and found[1].id == "cigna-ip0243/caps"
    assert rule_with(shipped(), f"{terms.ID}drug/anakinra") is None


def test_a_criterion_knows_the_rules_that_ask_for_it() -> None:
    found = asked_in(shipped(), f"{terms.ID}criterion/cigna-ip0243/ra-prescriber")
    assert {item.id for item, _ in found} == {"cigna-ip0243"}
    assert len(found) == 2 and {terms.slug(rule.indication) for _, rule in found} == {"rheumatoid-arthritis"}


def test_the_policies_of_a_payer_stand_by_drug_its_own_first() -> None:
    found = [one for one in policies_of_payer(shipped(), f"{terms.ID}payer/cigna") if one.drug.endswith("/anakinra")]
    assert [one.policy.authority for one in found] == ["primary", *["secondary"] * (len(found) - 1)]
    assert found[0].newest


def test_a_number_stands_once_with_all_that_say_it() -> None:
    cigna = things(shipped()).get("payer/cigna")
    assert cigna
    found = contacts(shipped(), describe(shipped(), cigna))
    phones = [one for one in found if one.value.replace("-", "").endswith("8002446224")]
    assert len(phones) == 1 and len({source for *_, source in phones[0].told}) > 1


def test_who_covers_a_use_is_told_from_who_excludes_it_and_who_is_silent() -> None:
    by_use = {terms.slug(one.use): one for one in uses_of_drug(shipped(), f"{terms.ID}drug/anakinra")}
    found = by_use["rheumatoid-arthritis"]
    assert found.labeled and f"{terms.ID}payer/cigna" in found.whole
    assert f"{terms.ID}payer/cigna" not in found.retold and f"{terms.ID}payer/medical-mutual" in found.retold
    assert f"{terms.ID}payer/cigna" in by_use["osteoarthritis"].excluding and not by_use["osteoarthritis"].covering
    for one in by_use.values():
        named = [*one.covering, *one.narrower, *one.excluding]
        assert len(named) == len(set(named)) and len(named) + one.silent == 19


@pytest.mark.parametrize("condition", ["caps", "rheumatoid-arthritis"])
def test_a_condition_has_the_drugs_for_which_a_document_has_criteria(condition: str) -> None:
    found = drugs_for(shipped(), f"{terms.ID}condition/{condition}")
    assert f"{terms.ID}drug/anakinra" in {one.drug for one in found}
    assert all(terms.slug(one.use) == condition for one in found)
    assert [len(one.covering) for one in found] == sorted((len(one.covering) for one in found), reverse=True)
