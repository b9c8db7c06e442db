"""Where a search leads on."""

from __future__ import annotations

import pytest

from payergraph import terms
from payergraph.browse.leads import Lead, leads, of_payer
from payergraph.browse.things import things
from payergraph.store.graph import shipped


def told(lead: Lead) -> tuple[str, set[str], str]:
    return terms.slug(lead.drug), set(map(terms.slug, lead.payers)), terms.slug(lead.use)


@pytest.mark.parametrize(
    ("text", "drug", "payers", "use"),
    [
        ("Dupixent", "dupilumab", set(), ""),
        ("Dupixent Cigna", "dupilumab", {"cigna"}, ""),
        ("what Cigna wants", None, set(), ""),
        ("Dupixent at Cigna for asthma", "dupilumab", {"cigna"}, "asthma"),
        ("dupixent J45.50", "dupilumab", set(), "asthma"),
        ("dupixent eczema", "dupilumab", set(), "atopic-dermatitis"),
        ("Tyenne", "tocilizumab", set(), ""),
        ("0024-5919-02", "dupilumab", set(), ""),
        ("Humulin", None, set(), ""),
        ("", None, set(), ""),
        ("word " * 40, None, set(), ""),
    ],
)
def test_a_text_leads_to_the_drug_the_payers_and_the_use_that_it_names(
    text: str, drug: str | None, payers: set[str], use: str
) -> None:
    found = leads(shipped(), text)
    assert [told(lead) for lead in found] == ([(drug, payers, use)] if drug else [])


def test_words_of_a_payers_name_are_enough() -> None:
    [lead] = leads(shipped(), "Wegovy in North Carolina")
    assert {"north-carolina-medicaid", "bcbs-north-carolina"} <= told(lead)[1]


def test_a_condition_leads_to_every_drug_with_a_rule_for_it() -> None:
    found = [told(lead) for lead in leads(shipped(), "chronic hepatitis C")]
    assert {drug for drug, _, _ in found} >= {"glecaprevir-pibrentasvir", "sofosbuvir-velpatasvir"}
    assert found == [told(lead) for lead in leads(shipped(), "B18.2")]


def test_a_payer_leads_to_its_drugs() -> None:
    [cigna] = [item for item in things(shipped()).called("Cigna") if item.id == "payer/cigna"]
    found = of_payer(shipped(), cigna.iri)
    assert found == leads(shipped(), "Cigna") and {"anakinra", "dupilumab"} <= {told(lead)[0] for lead in found}
