"""The page of what documents disagree about, without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest
from words import text

from payergraph import terms
from payergraph.comparison.conflicts import CONFLICT_KINDS, conflicts, select
from payergraph.store.graph import shipped

Open = Callable[..., AppTest]


def articles(page: AppTest) -> list[str]:
    """The disagreements of a page, as markup."""
    shown = "".join(element.value for element in page.get("html"))
    return re.findall(r'<article class="pg-conflict">(.*?)</article>', shown, re.DOTALL)


def test_the_first_of_each_kind_are_shown_with_a_way_to_the_others(app: Open) -> None:
    page = app("disagreements")
    shown = "".join(element.value for element in page.get("html"))
    for kind in CONFLICT_KINDS:
        number = len(select(conflicts(shipped()), kind=kind))
        if number > 2:
            assert f"2 of {number} are shown, {number - 2} are left." in text(shown)
            assert f'href="disagreements?kind={kind}&amp;show=all"' in shown
            assert len(articles(app("disagreements", kind=kind, show="all"))) == number
    assert len(articles(page)) == sum(min(2, len(select(conflicts(shipped()), kind=kind))) for kind in CONFLICT_KINDS)


@pytest.mark.parametrize("named", [{"drug": "tofacitinib"}, {"drug": "rilonacept", "payer": "cigna"}])
def test_a_drug_and_a_payer_without_disagreements_are_known(app: Open, named: dict[str, str]) -> None:
    page = app("disagreements", **named)
    assert not any("cannot be chosen" in found.value for found in page.info)
    assert all(page.selectbox(key=f"disagreements-{name}").value == value for name, value in named.items())
    assert any("No disagreement" in found.value for found in (*page.info, *page.markdown))


def test_another_drug_has_payers_of_its_own(app: Open) -> None:
    page = app("disagreements", drug="dupilumab")
    payers = {iri for item in select(conflicts(shipped()), drug=f"{terms.ID}drug/dupilumab") for iri in item.payers}
    assert len(page.selectbox(key="disagreements-payer").options) == len(payers) + 1
    assert [box.label for box in page.selectbox][:3] == ["Drug", "Payer", "Kind"]


def test_all_are_shown_by_kind_the_heaviest_of_each_first(app: Open) -> None:
    page = app("disagreements", show="all")
    found = conflicts(shipped())
    assert [text(head.value) for head in page.header] == [
        f"{title} ({len(select(found, kind=kind))})" for kind, title in CONFLICT_KINDS.items()
    ]
    assert [text(re.findall("<h3>(.*?)</h3>", article)[0]) for article in articles(page)] == [
        text(item.subject) for item in found
    ]
    assert page.caption[1].value.startswith(f"{len(found)} disagreements: ")


def test_every_side_says_its_value_whose_word_it_is_and_its_place(app: Open) -> None:
    shown = articles(app("disagreements", show="all"))
    for article, item in zip(shown, conflicts(shipped()), strict=True):
        sides = re.findall(r"<li>(.*?)</li>", article, re.DOTALL)
        assert len(sides) == len(item.sides)
        for markup, side in zip(sides, item.sides, strict=True):
            said = text(markup)
            assert " ".join(side.value[1:].split()) in said and " ".join(side.locator.split()) in said
            word = {"primary": "Speaks for itself", "secondary": "Retelling"}.get(side.authority, "editors")
            assert word in said


def test_every_disagreement_says_what_differs_why_it_matters_who_is_primary_and_by_which_rule(app: Open) -> None:
    for article, item in zip(articles(app("disagreements", show="all")), conflicts(shipped()), strict=True):
        said = text(article)
        for sentence in (item.differs, item.matters, item.primary, item.rule):
            assert " ".join(sentence.split()) in said


def test_weight_is_said_in_words(app: Open) -> None:
    for article in articles(app("disagreements")):
        assert re.search(r"(Heavy|Middling|Light) ?: \w+", text(article)), text(article)


def test_no_iri_reaches_a_person(app: Open) -> None:
    assert not [found for article in articles(app("disagreements")) if "w3id.org" in (found := text(article))]


def test_filters_go_to_the_address_and_come_from_it(app: Open) -> None:
    page = app("disagreements")
    page.selectbox(key="disagreements-kind").select("policy-vs-label").run()
    page.selectbox(key="disagreements-drug").select("anakinra").run()
    page.selectbox(key="disagreements-payer").select("molina").run()
    page.selectbox(key="disagreements-order").select("weight").run()
    choice = {"kind": "policy-vs-label", "drug": "anakinra", "payer": "molina"}
    assert page.query_params == choice | {"order": "weight"}
    drug, payer = f"{terms.ID}drug/anakinra", f"{terms.ID}payer/molina"
    expected = select(conflicts(shipped()), kind="policy-vs-label", drug=drug, payer=payer)
    assert 0 < len(articles(page)) == len(expected)
    assert len(articles(app("disagreements", **choice))) == len(expected)


def test_the_heaviest_come_first_where_asked_for(app: Open) -> None:
    page = app("disagreements", order="weight")
    assert [re.sub(r" .*", "", head.value) for head in page.header] == ["Heavy", "Middling", "Light"]
    words = [re.findall("Heavy|Middling|Light", text(article))[0] for article in articles(page)]
    assert words == sorted(words, key=["Heavy", "Middling", "Light"].index)
    assert all(any(kind in text(article) for kind in CONFLICT_KINDS.values()) for article in articles(page))


def test_where_there_is_none_the_page_says_what_to_do(app: Open) -> None:
    page = app("disagreements", kind="guideline-outdated", drug="rilonacept")
    assert articles(page) == [] and "Choose another" in page.info[0].value
    page.button(key="disagreements-all").click().run()
    assert page.query_params == {} and articles(page)


@pytest.mark.parametrize("value", ["kryptonite", "<script>alert(1)</script>", "[x](javascript:alert(1))"])
@pytest.mark.parametrize("name", ["kind", "drug", "payer", "order", "show"])
def test_what_an_address_gets_wrong_is_said_and_replaced(app: Open, name: str, value: str) -> None:
    page = app("disagreements", **{name: value})
    assert "cannot be chosen" in page.warning[0].value and articles(page)


def test_downloads_are_offered(app: Open) -> None:
    labels = [button.label for button in app("disagreements").get("download_button")]
    assert labels == ["Download CSV", "Download Markdown", "Download JSON"]
