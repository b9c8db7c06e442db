"""The search over all things, without a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest
from words import text

from payergraph.browse.things import things
from payergraph.store.graph import shipped

Open = Callable[..., AppTest]


def results(page: AppTest) -> list[tuple[str, str]]:
    """Where each result leads, and its words."""
    shown = "".join(element.value for element in page.get("html") if 'class="pg-results"' in element.value)
    return [(html.unescape(href), text(words)) for href, words in re.findall(r'<li><a href="(.*?)">(.*?)</li>', shown)]


@pytest.mark.parametrize("page", ["compare", "map", "disagreements", "check", "sparql", "thing", "about"])
def test_every_page_has_the_box_and_it_leads_to_the_results(app: Open, page: str) -> None:
    opened = app(page)
    opened.text_input(key="search-text").input(" Kineret ").run()
    assert not opened.exception and not opened.error
    assert opened.title[0].value == "Search"
    assert opened.query_params == {"q": "Kineret"}
    assert opened.text_input(key="search-text").value == "Kineret"
    assert results(opened)[0][0] == "thing?thing=product/kineret"


def test_a_result_says_its_kind_and_its_other_names(app: Open) -> None:
    [first, *_] = results(app("search", q="M06.9"))
    assert first[0] == "thing?thing=condition/rheumatoid-arthritis"
    assert first[1].startswith("rheumatoid arthritis Condition. Also called RA")


def test_what_belongs_to_a_document_names_it(app: Open) -> None:
    found = dict(results(app("search", q="A first approval lasts up to 12 months")))
    assert found["thing?thing=statement/cigna-ip0243/initial-duration"].endswith(
        "Statement of Coverage Policy IP0243: Anakinra"
    )


def test_a_search_is_narrowed_to_a_kind_in_the_address(app: Open) -> None:
    page = app("search", q="cigna")
    page.selectbox(key="search-kind").select("coverage policy").run()
    assert page.query_params == {"q": "cigna", "kind": "coverage policy"}
    found = results(page)
    assert found and all(href.startswith("thing?thing=policy/") for href, _ in found)
    assert found == results(app("search", q="cigna", kind="coverage policy"))


def test_all_of_a_kind_are_listed_without_a_text(app: Open) -> None:
    assert len(results(app("search", kind="regulator"))) == things(shipped()).kinds()["regulator"]


def test_how_many_are_found_is_said(app: Open) -> None:
    page = app("search", q="anakinra")
    assert re.fullmatch(r"[\d,]+ things, of which the first 60 are shown\.", page.caption[0].value)
    assert len(results(page)) == 60


@pytest.mark.parametrize("value", ["kryptonite", "<script>alert(1)</script>", "x" * 5000, "[x](javascript:alert(1))"])
def test_where_nothing_is_found_the_nearest_names_are_offered(app: Open, value: str) -> None:
    page = app("search", q=value)
    assert not page.exception and not page.error
    assert "Nothing is called so" in page.info[0].value and len(results(page)) == 3


def test_all_that_is_found_can_be_shown(app: Open) -> None:
    page = app("search", q="humira")
    [left] = [element.value for element in page.get("html") if " are shown, " in element.value]
    number = len(things(shipped()).search("humira"))
    assert f"60 of {number} are shown, {number - 60} are left." in text(left) and "show=all" in left
    assert len(results(app("search", q="humira", show="all"))) == number
    assert "cannot be chosen" in app("search", q="humira", show="<b>").warning[0].value


@pytest.mark.parametrize(
    ("asked", "lead"),
    [
        ("Dupixent at Cigna", "./?drug=dupilumab&payers=cigna&sources=all"),
        ("Dupixent asthma", "./?drug=dupilumab&indication=asthma&sources=all"),
        ("Tyenne", "./?drug=tocilizumab&sources=all"),
        ("J45.50", "./?drug=dupilumab&indication=asthma&sources=all"),
        ("B18.2", "./?drug=sofosbuvir-velpatasvir&indication=chronic-hepatitis-c&sources=all"),
        ("Cigna", "./?drug=dupilumab&payers=cigna&sources=all"),
    ],
)
def test_a_search_leads_on_to_what_payers_ask(app: Open, asked: str, lead: str) -> None:
    shown = "".join(element.value for element in app("search", q=asked).get("html"))
    [listed] = re.findall('<div class="pg-leads">(.*?)</div>', shown)
    assert lead in [html.unescape(href) for href in re.findall('href="(.*?)"', listed)]


def test_a_code_that_nothing_has_leads_to_the_wider_one(app: Open) -> None:
    page = app("search", q="J45.50")
    assert "means something wider" in page.info[0].value
    assert results(page)[0][0] == "thing?thing=condition/severe-persistent-asthma"


def test_an_unknown_kind_is_said_and_left_out(app: Open) -> None:
    page = app("search", q="cigna", kind="<b>planet</b>")
    assert "cannot be chosen" in page.warning[0].value and results(page)


def test_without_a_text_the_page_says_what_to_write(app: Open) -> None:
    assert "box above" in app("search").info[0].value
