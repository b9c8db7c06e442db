"""Where a search leads on."""

from __future__ import annotations

import pytest

from payergraph import terms
from payergraph.browse.leads import Lead, denial, leads, of_payer
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


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Ilaris denied Cigna North Carolina", ("drug/canakinumab", "payer/cigna", "state/NC")),
        ("ilaris, denied: cigna nc", ("drug/canakinumab", "payer/cigna", "state/NC")),
        ("Ilaris denied Cigna CA Still's disease", ("drug/canakinumab", "payer/cigna", "state/CA")),
        ("Humira denied BCBS North Carolina", ("drug/adalimumab", "payer/bcbs-north-carolina", "state/NC")),
        ("my plan denied me Humira", ("drug/adalimumab", "", "")),
        ("external review New York", ("", "", "state/NY")),
        ("West Virginia", ("", "", "state/WV")),
        ("what are deadlines in Washington", ("", "", "state/WA")),
        *((word, ("", "", "")) for word in ("appeal", "Denied", "denial", "external review", "deadline")),
        *((word, ("", "", "state/NC")) for word in ("North Carolina", "NC", "nc")),
    ],
)
def test_a_denial_leads_to_what_can_be_done_with_what_was_named(text: str, named: tuple[str, str, str]) -> None:
    found = denial(shipped(), text)
    assert found and tuple(terms.local(iri) if iri else "" for iri in (found.drug, found.payer, found.state)) == named


@pytest.mark.parametrize("text", ["Dupixent in asthma", "PA Humira", "Ilaris or Kineret", "Cigna", "", "word " * 40])
def test_what_names_neither_a_denial_nor_a_state_leads_to_none(text: str) -> None:
    assert denial(shipped(), text) is None


def test_words_of_a_denial_are_no_part_of_what_is_compared() -> None:
    [lead] = leads(shipped(), "Ilaris denied Cigna North Carolina")
    assert told(lead) == ("canakinumab", {"cigna"}, "")
