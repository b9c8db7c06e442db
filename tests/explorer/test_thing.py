"""The pages of things, without a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest
from words import text

from payergraph import terms
from payergraph.browse import quotes as sources
from payergraph.browse.things import things
from payergraph.policies.library import policies
from payergraph.store.graph import shipped

Open = Callable[..., AppTest]
ONE_OF_EACH = sorted({item.id.partition("/")[0]: item.id for item in things(shipped()).all.values()}.values())


def shown(page: AppTest) -> str:
    """What our own markup says, without the look, the menu and the footer."""
    found = [element.value for element in page.get("html")]
    return "".join(value for value in found if not re.match(r'<style|<[^>]* class="pg-(name|footer)"', value))


def linked(page: AppTest) -> list[str]:
    """Where the page leads, beside its menu."""
    return [html.unescape(href) for href in re.findall(r'href="(.*?)"', shown(page).partition("</nav>")[2])]


@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_a_thing_of_every_kind_has_a_page(app: Open, name: str) -> None:
    page = app("thing", thing=name)
    assert not page.exception and not page.error and not page.warning
    assert text(page.title[0].value) == " ".join(things(shipped()).get(name).label.split())  # type: ignore[union-attr]
    assert "w3id.org" not in text(shown(page)) and "_:" not in text(shown(page))
    assert "@prefix" in page.code[0].value


def test_every_link_leads_to_a_page_that_is_there(app: Open) -> None:
    known = things(shipped())
    for name in ("policy/cigna-ip0243", "payer/cigna", "rule/cigna-ip0243/caps", "drug/anakinra"):
        for href in linked(app("thing", thing=name)):
            at = urlsplit(href)
            if at.path == "thing":
                assert known.get(parse_qs(at.query)["thing"][0]), href


def test_a_policy_shows_its_facts_its_statements_and_what_points_at_it(app: Open) -> None:
    page = app("thing", thing="policy/cigna-ip0243")
    said = text(shown(page))
    assert "Effective date 1 June 2024" in said and "Policy number IP0243" in said
    assert "A first approval lasts up to 12 months. authorization duration . For initial ." in said
    assert "Coverage Policy IP0243: Anakinra (44) Speaks for itself" in said
    assert "1 policy through “restates”" in said and "1 policy through “other edition of”" in said
    assert [head.value for head in page.header] == [
        "Uses",
        "Criteria",
        "Limits and cautions",
        "Editions",
        "Steps after a denial",
        "What documents say about it",
        "Disagreements",
        "In the graph",
    ]


def test_a_long_page_begins_with_a_list_of_its_sections(app: Open) -> None:
    page = app("thing", thing="policy/cigna-ip0243")
    anchors = {head.anchor for head in (*page.header, *page.subheader)}
    within = {href.removeprefix("#") for href in linked(page) if href.startswith("#")}
    assert {"uses", "criteria", "editions", "appeals", "graph"} <= within <= anchors


def test_a_policy_reads_as_an_outline_by_use_and_request_with_places_and_readings(app: Open) -> None:
    page = app("thing", thing="policy/cigna-ip0243")
    said = text(shown(page))
    assert [head.value for head in page.subheader][:2] == [
        "Cryopyrin\\-associated periodic syndromes",
        "Deficiency of interleukin\\-1 receptor antagonist",
    ]
    for requirement in (
        "First request Approved for up to 12 months All of these Medical Necessity Criteria, 2",
        "Genetic test of IL1RN: pathogenic Medical Necessity Criteria, 2.A Read as: A mutation is read as",
        "Renewal Approved for up to 12 months All of these Reauthorization Criteria",
    ):
        assert requirement in said
    policy = next(item for item in policies(shipped()).all if item.id == "cigna-ip0243")
    leads = set(linked(page))
    for rule in policy.rules:
        for root in (rule.initial, rule.continuation):
            assert root
            assert {f"thing?thing={terms.local(node.iri)}" for node in root.walk()} <= leads


def test_a_policy_says_of_each_use_whether_it_is_covered_excluded_or_not_listed(app: Open) -> None:
    page = app("thing", thing="policy/cigna-ip0243")
    said = text(shown(page))
    assert "cryopyrin-associated periodic syndromes ✓ Covered Up to 12 months Up to 12 months Compare" in said
    assert "osteoarthritis ⊘ Excluded" in said and "– Not listed:" in said
    leads = linked(page)
    assert "check?drug=anakinra&indication=rheumatoid-arthritis&payer=cigna" in leads
    of = "drug=anakinra&indication=rheumatoid-arthritis&sources=all"
    assert f"compare?{of}" in leads and f"order?{of}&one=cigna-ip0243/ra-employer-group" in leads


def test_a_policy_says_its_edition_and_what_came_before_and_after(app: Open) -> None:
    later = next(item for item in policies(shipped()).all if item.supersedes)
    newer, older = terms.local(later.iri), terms.local(later.supersedes[0])
    assert "Later editions, which replace it" in text(shown(app("thing", thing=older)))
    assert f"thing?thing={newer}" in linked(app("thing", thing=older))
    assert "Earlier editions, which it replaces" in text(shown(app("thing", thing=newer)))
    undated = next(item for item in policies(shipped()).all if not item.edition)
    assert "nobody can say from it whether it is in force" in text(shown(app("thing", thing=f"policy/{undated.id}")))


def test_a_rule_shows_what_it_asks_of_both_requests_and_leads_on(app: Open) -> None:
    page = app("thing", thing="rule/cigna-ip0243/ra-employer-group")
    said = text(shown(page))
    assert "First request Approved for up to 12 months" in said and "Renewal Approved for up to 12 months" in said
    assert "Plans: Cigna employer group plans" in said and "Payer's own document . Effective 1 June 2024" in said
    assert "check?drug=anakinra&indication=rheumatoid-arthritis&payer=cigna" in linked(page)


def test_a_payer_shows_its_policies_by_drug_and_each_number_once(app: Open) -> None:
    page = app("thing", thing="payer/cigna")
    said = text(shown(page))
    assert "anakinra Cigna IP0243, Anakinra Effective 1 June 2024 6 rules, seen whole" in said
    [contacts] = re.findall(r'<dl class="pg-contacts">.*?</dl>', shown(page))
    assert re.findall(r"<dt>([-\d]+)</dt>", contacts) == ["1-800-244-6224", "800-882-4462"]
    assert contacts.count("seed-cigna-ilaris-north-carolina-guide/member-services-phone") == 1
    assert [head.value for head in page.header][:3] == ["Policies by drug", "How to reach it", "Plans"]


def test_a_drug_and_a_condition_show_who_covers_what(app: Open) -> None:
    drug = text(shown(app("thing", thing="drug/anakinra")))
    assert "rheumatoid arthritis Names it" in drug and "1 payer exclude it" in drug
    condition = app("thing", thing="condition/rheumatoid-arthritis")
    assert "anakinra Names it" in text(shown(condition)) and "Cigna" in text(shown(condition))


def test_a_document_opens_at_its_address_or_says_that_none_is_known(app: Open) -> None:
    policy = next(item for item in policies(shipped()).all if item.source.endswith("aetna-kineret-cpb-0595"))
    for name in (f"policy/{policy.id}", "source/aetna-kineret-cpb-0595"):
        page = app("thing", thing=name)
        href = "http://www.aetna.com/cpb/medical/data/500_599/0595.html"
        assert href in linked(page)
        assert f'<a href="{href}" target="_blank" rel="noopener noreferrer"' in shown(page)
        assert "opens www.aetna.com, outside the explorer, in a new tab" in text(shown(page))
    assert "No address of this document is known" in shown(app("thing", thing="policy/cigna-ip0243"))


def test_a_retelling_is_marked_alike_on_the_pages_of_things(app: Open) -> None:
    retold = next(item for item in policies(shipped()).all if item.authority == "secondary" and item.rules)
    for name in (f"policy/{retold.id}", terms.local(retold.rules[0].iri), terms.local(retold.source)):
        assert "❝ Retelling" in text(shown(app("thing", thing=name)))
    own = shown(app("thing", thing="rule/cigna-ip0243/caps"))
    assert "❝" not in own[: own.index("pg-sections")]


def test_a_criterion_with_parts_reads_as_nested_lists(app: Open) -> None:
    said = text(shown(app("thing", thing="criterion/cigna-ip0243/caps-initial")))
    assert "All of these" in said and " AND " not in said


def test_drugs_and_policies_lead_to_the_map_rules_and_conditions_to_the_comparison(app: Open) -> None:
    for name in ("drug/anakinra", "policy/cigna-ip0243"):
        assert "map?drug=anakinra&sources=all" in linked(app("thing", thing=name))
    condition = linked(app("thing", thing="condition/caps"))
    for drug in ("anakinra", "canakinumab", "rilonacept"):
        assert f"compare?drug={drug}&indication=caps&sources=all" in condition
    assert "compare?drug=anakinra&indication=caps&payers=cigna&sources=all" in linked(
        app("thing", thing="rule/cigna-ip0243/caps")
    )


def test_a_product_leads_to_its_drug_and_a_payer_to_its_drugs(app: Open) -> None:
    assert "map?drug=tocilizumab&sources=all" in linked(app("thing", thing="product/tyenne"))
    assert "compare?drug=dupilumab&indication=atopic-dermatitis&sources=all" in linked(
        app("thing", thing="drug/dupilumab")
    )
    assert "compare?drug=dupilumab&payers=cigna&sources=all" in linked(app("thing", thing="payer/cigna"))


@pytest.mark.parametrize(
    ("name", "lead", "said"),
    [
        ("payer/cigna", "denied?payer=cigna", "Self-funded employer plans"),
        ("payer/cigna", "denied?line=medicare-part-d&payer=cigna", "Medicare Part D"),
        ("plan/cigna-self-funded", "denied?funding=self-funded&plan=cigna-self-funded", "suit under ERISA"),
        ("state/NC", "denied?funding=insured&state=NC", "external review in North Carolina"),
        ("regulator/dmhc", "denied?funding=insured&state=CA&regulator=dmhc", "Department of Managed Health Care"),
        ("program/nc-external-review", "denied?funding=insured&state=NC", "external review in North Carolina"),
    ],
)
def test_the_steps_in_which_a_thing_appears_lead_to_the_page_filled_in(
    app: Open, name: str, lead: str, said: str
) -> None:
    page = app("thing", thing=name)
    assert "Steps after a denial" in [head.value for head in page.header]
    assert lead in linked(page) and said in text(shown(page))


def test_a_regulator_without_a_step_has_no_such_heading(app: Open) -> None:
    assert "Steps after a denial" not in [head.value for head in app("thing", thing="regulator/fda").header]


def test_disagreements_stand_on_the_pages_of_their_subjects_and_sides(app: Open) -> None:
    assert "disagreements?payer=cigna" in linked(app("thing", thing="payer/cigna"))
    assert 'class="pg-conflict"' in shown(app("thing", thing="policy/molina-kineret"))


def test_the_sources_words_are_shown_where_they_are_at_hand(
    app: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name = "statement/cigna-ip0243/initial-duration"
    monkeypatch.setattr(sources, "texts", lambda: None)
    unquoted = text(shown(app("thing", thing=name)))
    assert "The source's words" not in unquoted
    assert "Place: Coverage Policy IP0243: Anakinra , Authorization Duration" in unquoted
    monkeypatch.setattr(sources, "texts", lambda: tmp_path)
    monkeypatch.setattr(sources, "words", lambda graph, iri: "<b>Up to 12 months</b>")
    said = shown(app("thing", thing=name))
    assert "The source's words <b>Up to 12 months</b>" in text(said) and "<b>" not in said


@pytest.mark.parametrize(
    "value", ["policy/cigna-ip024", "<script>alert(1)</script>", "[x](javascript:alert(1))", "x" * 5000]
)
def test_an_unknown_thing_is_said_with_the_nearest_names(app: Open, value: str) -> None:
    page = app("thing", thing=value)
    assert "Nothing in the graph is called" in page.warning[0].value
    assert len(linked(page)) == 3
    if value.startswith("policy"):
        assert linked(page)[0] == "thing?thing=policy/cigna-ip0243"


def test_where_the_address_names_nothing_the_page_says_how_to_begin(app: Open) -> None:
    page = app("thing")
    assert "names no thing" in page.info[0].value and linked(page)
