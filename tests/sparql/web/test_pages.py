"""The pages for people, as text. What a browser does with them stands in test_endpoint_page.py."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from http_client import ask

from payergraph.sparql.questions import library
from payergraph.sparql.web import pages

PAYLOAD = "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def page(url: str, path: str) -> str:
    reply = ask(url, path, Accept="text/html")
    assert (reply.status, reply.kind) == (200, "text/html")
    return reply.text


def test_the_first_page_lists_every_question_by_its_title(url: str) -> None:
    text = page(url, "/")
    for question in library():
        assert f'<a href="/questions/{question.name}">' in text


def test_every_address_of_a_page_is_one_of_ours_and_answers(url: str) -> None:
    text = page(url, "/") + page(url, "/query?query=ASK{}") + page(url, "/questions/documents")
    addresses = {found.replace("&amp;", "&") for found in re.findall(r'(?:href|src|action)="([^"]*)"', text)}
    assert len(addresses) > len(library())
    for address in sorted(addresses):
        assert address.startswith("/") and not address.startswith("//")
        if not address.startswith("/questions/") or "." in address:
            assert ask(url, address).status == 200, address


@pytest.mark.parametrize("path", ["/?", "/query?"])
def test_a_query_is_shown_as_text(path: str, url: str) -> None:
    query = f'SELECT ?x {{ BIND ("""{PAYLOAD}""" AS ?x) }}'
    text = page(url, path + urlencode({"query": query}))
    assert "<script>" not in text and "<img" not in text and "&lt;script&gt;" in text


def test_what_the_graph_holds_is_shown_as_text(url: str) -> None:
    text = page(url, "/query?" + urlencode({"query": "SELECT ?o { <urn:x:both> ?p ?o }"}))
    assert "<td>&lt;b&gt;bold&lt;/b&gt;</td>" in text


def test_a_question_has_a_form_with_its_parameters_as_they_were_given(url: str) -> None:
    text = page(url, "/questions/age_limits?drug=")
    assert 'action="/questions/age_limits"' in text
    assert 'name="drug" value=""' in text and 'list="parameter-drug-known"' in text
    assert '<a href="/questions/age_limits.csv?drug=">csv</a>' in text


def test_a_long_answer_is_shown_in_part_and_says_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "ROWS", 3)
    text = page(url, "/query?" + urlencode({"query": "SELECT ?o { ?s ?p ?o }"}))
    assert "The first 3 rows; there are more" in text and text.count("<td>") == 3
    assert "format=csv" in text


def test_an_answer_of_triples_is_shown(url: str) -> None:
    text = page(url, "/query?" + urlencode({"query": "CONSTRUCT WHERE { ?s ?p ?o }"}))
    assert "4 rows" in text and "format=ttl" in text
