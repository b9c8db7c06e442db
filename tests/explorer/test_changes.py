"""The page of what payers changed, without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from answered import html, said
from streamlit.testing.v1 import AppTest
from words import text

from payergraph.choice import Authority
from payergraph.revisions.timeline import timelines
from payergraph.store.graph import shipped

Open = Callable[..., AppTest]
PAIR = "texas-medicaid-dupixent-2019,texas-medicaid-dupixent-2020"


def captions(page: AppTest) -> str:
    return " ".join(text(found.value).replace("\\", "") for found in page.caption)


def titles(page: AppTest) -> list[str]:
    """The documents that stand as lines in time."""
    found = "".join(value for value in html(page) if 'class="pg-line"' in value)
    return [text(title) for title in re.findall(r"<h3>(.*?)</h3>", found)]


def test_every_document_of_several_editions_is_a_line_in_time(app: Open) -> None:
    page = app("changes")
    expected = timelines(shipped()).of_several
    assert len(titles(page)) == len(expected) > 5
    assert "18 December 2019" in said(page) and "Until 24 August 2020, when the next began." in said(page)


def test_what_is_unknown_stands_beside_the_counts(app: Open) -> None:
    found = timelines(shipped())
    page = app("changes")
    told = f"{found.without_date} of {len(found.in_scope)} documents in scope do not say when they began"
    assert told in captions(page) and f"({found.without_any_date} have no day at all)" in captions(page)
    assert f"Not known {found.without_date} not known {found.replaced_without_day}" in said(page)
    for year in found.years:
        assert f"{year.year} {year.began} {year.replacing} {year.ended}" in said(page)


def test_a_drug_a_payer_and_retellings_narrow_and_widen(app: Open) -> None:
    page = app("changes")
    page.selectbox(key="changes-drug").select("dupilumab").run()
    assert page.query_params["drug"] == "dupilumab" and len(titles(page)) == 1
    page.selectbox(key="changes-payer").select("minnesota-mhcp").run()
    page.selectbox(key="changes-drug").select("canakinumab").run()
    page.selectbox(key="changes-sources").select("all").run()
    assert page.query_params["sources"] == "all"
    assert any("Ilaris, September 2019" in title for title in titles(page))
    every = timelines(shipped(), authority=Authority.ALL)
    assert len(every.in_scope) > len(timelines(shipped()).in_scope)


def test_a_policy_shows_its_own_line_alone(app: Open) -> None:
    page = app("changes", policy="texas-medicaid-dupixent-2020")
    assert len(titles(page)) == 1 and said(page).count("Dupixent clinical prior authorization from December 2019") >= 1
    assert "Only Texas Medicaid, Dupixent" in said(page)


def test_two_editions_stand_side_by_side_criterion_by_criterion(app: Open) -> None:
    page = app("changes", pair=PAIR)
    assert "atopic dermatitis, first request: wider, as far as shown" in said(page)
    assert re.search(r"Loosened Age 12 years or older .* Age 6 years or older", said(page))
    assert [button.label for button in page.get("download_button")][:2] == ["Download CSV", "Download JSON"]
    assert re.search(r'<a href="thing\?thing=criterion/[^"]+">', " ".join(html(page)))


def test_where_nothing_changed_twice_the_way_on_is_told(app: Open) -> None:
    page = app("changes", drug="adalimumab")
    assert "none is known in a second edition" in page.info[0].value
    assert "no sign that nothing did" in page.info[0].value
    assert "Documents with several editions: " in said(page)


def test_an_empty_scope_says_what_to_do(app: Open) -> None:
    page = app("changes", drug="osimertinib", payer="cigna")
    assert "No document is in scope" in page.info[0].value


@pytest.mark.parametrize(
    "wrong", ["nonsense", "<script>alert(1)</script>", "a,b", "cigna-ip0243,molina-kineret", ",,,"]
)
@pytest.mark.parametrize("name", ["drug", "payer", "policy", "sources", "pair"])
def test_what_an_address_gets_wrong_is_said_and_left_out(app: Open, name: str, wrong: str) -> None:
    page = app("changes", **{name: wrong})
    if (name, wrong) == ("pair", ",,,"):
        assert not page.warning
    else:
        assert "cannot be chosen" in page.warning[0].value
    assert titles(page)
