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

from payergraph.browse import quotes as sources
from payergraph.browse.things import things
from payergraph.store.graph import shipped

Open = Callable[..., AppTest]
ONE_OF_EACH = sorted({item.id.partition("/")[0]: item.id for item in things(shipped()).all.values()}.values())


def shown(page: AppTest) -> str:
    """What our own markup says, without the look, the menu and the footer."""
    found = [element.value for element in page.get("html")]
    return "".join(value for value in found if not re.match(r'<style|<[^>]* class="pg-(name|footer)"', value))


def linked(page: AppTest) -> list[str]:
    return [html.unescape(href) for href in re.findall(r'href="(.*?)"', shown(page))]


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
    heads = [head.value for head in page.header]
    assert heads == [
        "Facts",
        "Neighbourhood",
        "What documents say about it",
        "Disagreements",
        "What points at it",
        "Its triples",
    ]


def test_a_criterion_with_parts_reads_as_nested_lists(app: Open) -> None:
    said = text(shown(app("thing", thing="criterion/cigna-ip0243/caps-initial")))
    assert "All of these" in said and " AND " not in said


def test_drugs_and_policies_lead_to_the_map_rules_and_conditions_to_the_comparison(app: Open) -> None:
    for name in ("drug/anakinra", "policy/cigna-ip0243"):
        assert "map?drug=anakinra&sources=all" in linked(app("thing", thing=name))
    condition = linked(app("thing", thing="condition/caps"))
    for drug in ("anakinra", "canakinumab", "rilonacept"):
        assert f"./?drug={drug}&indication=caps&sources=all" in condition
    assert "./?drug=anakinra&indication=caps&payers=cigna&sources=all" in linked(
        app("thing", thing="rule/cigna-ip0243/caps")
    )


def test_a_product_leads_to_its_drug_and_a_payer_to_its_drugs(app: Open) -> None:
    assert "map?drug=tocilizumab&sources=all" in linked(app("thing", thing="product/tyenne"))
    assert "./?drug=dupilumab&indication=atopic-dermatitis&sources=all" in linked(app("thing", thing="drug/dupilumab"))
    assert "./?drug=dupilumab&payers=cigna&sources=all" in linked(app("thing", thing="payer/cigna"))


def test_disagreements_stand_on_the_pages_of_their_subjects_and_sides(app: Open) -> None:
    assert "disagreements?payer=cigna" in linked(app("thing", thing="payer/cigna"))
    assert 'class="pg-conflict"' in shown(app("thing", thing="policy/molina-kineret"))


def test_the_sources_words_are_shown_where_they_are_at_hand(
    app: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name = "statement/cigna-ip0243/initial-duration"
    monkeypatch.setattr(sources, "texts", lambda: None)
    assert "The source's words" not in text(shown(app("thing", thing=name)))
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
