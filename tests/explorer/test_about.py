"""The page about the data, without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

from streamlit.testing.v1 import AppTest
from words import text

from payergraph.browse.catalogue import catalogue, citation, facts
from payergraph.store.graph import shipped

Open = Callable[..., AppTest]


def shown(page: AppTest) -> str:
    return " ".join(element.value for element in page.get("html") if not element.value.startswith("<style"))


def test_it_says_what_is_in_it_and_what_it_is_not(app: Open) -> None:
    page = app("about")
    said = text(shown(page))
    for words, number in catalogue(shipped()).counts.items():
        assert f"{number:,} {words}" in said
    assert f"{facts(shipped()):,} facts (triples)" in said
    assert "No medical advice and no legal advice" in said and "Not complete" in said
    assert "CC BY 4.0" in said and page.code[0].value == citation(shipped())
    assert f"Graph version {shipped().version}" in said


def test_every_document_stands_with_date_authority_and_completeness(app: Open) -> None:
    rows = re.findall(r"<tr>(.*?)</tr>", shown(app("about")))[1:]
    found = catalogue(shipped()).documents
    assert len(rows) == len(found)
    for row, item in zip(rows, found, strict=True):
        said = text(row)
        assert " ".join(item.title.split()) in said and (item.effective or "Undated") in said
        assert re.search("Speaks for itself|❝ Retelling", said) and re.search("Whole|In part", said)


def test_counts_lead_to_lists(app: Open) -> None:
    assert 'href="search?kind=coverage%20policy"' in shown(app("about"))


def test_every_document_opens_at_its_address_or_says_that_none_is_known(app: Open) -> None:
    rows = re.findall(r"<tr>(.*?)</tr>", shown(app("about")))[1:]
    for row, item in zip(rows, catalogue(shipped()).documents, strict=True):
        assert ('target="_blank" rel="noopener noreferrer" class="pg-outside"' in row) == bool(item.address)
        assert ("No address of this document is known" in row) != bool(item.address)
