"""Where documents were published, and which of them only retell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payergraph import terms
from payergraph.browse.published import address, addresses, retells
from payergraph.store.graph import shipped


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " https://payer.example/",
        "https://payer.example/a b",
        'https://payer.example/" onclick="alert(1)',
        "https://payer.example/<script>",
        "https://cigna.com@elsewhere.example/",
        "https://user:word@payer.example/",
        "https:///nothing",
        "https://[broken/",
        "//payer.example/",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://payer.example/x",
        "https://p\u0430yer.example/",
        "https://payer.example/\u202egnp.exe",
        "https://payer.example/\nx",
        "",
    ],
)
def test_nothing_but_a_plain_address_of_the_web_leads_out(text: str) -> None:
    assert address(text) is None


@given(st.text())
def test_any_text_is_an_address_or_none(text: str) -> None:
    found = address(text)
    assert found is None or (found.url == text and found.url.startswith(("http://", "https://")) and found.host)


def test_an_address_names_its_host_and_what_tells_it_apart() -> None:
    found = address("https://www.Payer.example/policies/a-policy.pdf?x=1")
    assert found and (found.host, found.short) == ("www.payer.example", "www.payer.example …/a-policy.pdf?x=1")
    alone, long = address("https://payer.example/"), address(f"https://payer.example/{'x' * 90}")
    assert alone and alone.short == "payer.example"
    assert long and long.short == f"payer.example …{'x' * 40}"


def test_every_address_of_the_graph_leads_out() -> None:
    rows = shipped().rows("SELECT ?x ?a WHERE { ?x a pg:SourceDocument ; dcterms:source ?a }")
    assert len(rows) > 500
    for row in rows:
        assert row["a"].value in [one.url for one in addresses(shipped(), row["x"].value)]


@pytest.mark.parametrize(
    ("name", "retold"),
    [
        ("policy/cigna-ip0243", False),
        ("rule/cigna-ip0243/caps", False),
        ("source/seed-cigna-kineret-california-guide", True),
        ("statement/seed-cigna-kineret-california-guide/submission-member-services-phone", True),
        ("drug/anakinra", False),
    ],
)
def test_what_belongs_to_a_retelling_retells(name: str, retold: bool) -> None:
    assert retells(shipped(), terms.ID + name) is retold
