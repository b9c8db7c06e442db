"""The coverage map, without a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest
from words import text

from payergraph import terms
from payergraph.comparison.covered import STATES, coverage
from payergraph.store.graph import shipped

Open = Callable[..., AppTest]


def tables(page: AppTest) -> list[str]:
    return [element.value for element in page.get("html") if 'class="pg-map"' in element.value]


def cells(page: AppTest) -> list[str]:
    """What each cell is called."""
    return [html.unescape(name) for table in tables(page) for name in re.findall(r'<td><\w+[^>]*label="(.*?)"', table)]


def links(page: AppTest) -> list[dict[str, str]]:
    found = [html.unescape(href) for table in tables(page) for href in re.findall(r'<td><a href="(.*?)"', table)]
    return [dict(parse_qsl(urlsplit(href).query)) for href in found]


def test_the_drugs_stand_in_a_row_each_that_leads_to_its_map(app: Open) -> None:
    page, charts = app("map"), [chart for chart in coverage(shipped()) if chart.rows]
    assert not tables(page) and not page.header
    [overview] = [element.value for element in page.get("html") if "<table" in element.value]
    rows = re.findall(r"<tr><td>(.*?)</tr>", overview)
    for row, chart in zip(rows, charts, strict=True):
        slug = terms.slug(chart.drug)
        assert f'href="map?drug={slug}&amp;sources=primary"' in row and f"{slug.split('-')[0]}" in row
        assert f"<td>{len(chart.payers)}</td><td>{len(chart.rows)}</td>" in row
    assert [button.label for button in page.get("download_button")] == ["Download CSV"]


def test_every_drug_has_a_table_with_its_payers_and_uses(app: Open) -> None:
    page, charts = app("map", draw="all"), [chart for chart in coverage(shipped()) if chart.rows]
    assert len(page.header) == len(charts) and {"anakinra", "dupilumab"} < {head.value for head in page.header}
    for table, chart in zip(tables(page), charts, strict=True):
        assert len(re.findall(r'<th scope="col">', table)) == len(chart.payers) + 1
        assert len(re.findall(r'<th scope="row">', table)) == len(chart.rows)
        assert len(re.findall(r"<td>", table)) == len(chart.payers) * len(chart.rows)


def test_a_cell_says_payer_use_and_state_in_words_and_by_a_sign(app: Open) -> None:
    page = app("map", drug="anakinra")
    named = cells(page)
    assert "Cigna, rheumatoid arthritis: covered" in named
    assert "Cigna, osteoarthritis: excluded" in named
    assert "Molina Healthcare, recurrent pericarditis: not listed" in named
    assert all(name.rpartition(": ")[2].split(" (")[0].split("; ")[0] in STATES for name in named)
    signs = dict(
        re.findall(r'<span class="pg-tile pg-([\w-]+)" aria-hidden="true">(.+?)</span>', "".join(tables(page)))
    )
    assert len(set(signs.values())) == len(signs) > 4


def test_the_legend_explains_what_occurs(app: Open) -> None:
    page = app("map", drug="rilonacept")
    [legend] = [element.value for element in page.get("html") if 'class="pg-legend"' in element.value]
    assert "Covered The document has criteria" in text(legend) and "Excluded" not in legend


def test_every_cell_with_something_to_compare_leads_there(app: Open) -> None:
    found = links(app("map", sources="all", day="2026-01-31", draw="all"))
    assert len(found) > 300
    for link in found[:: len(found) // 12]:
        assert link["sources"] == "all" and link["day"] == "2026-01-31"
        page = app(**link)
        assert not page.warning and not page.error
        assert [page.selectbox(key=f"compare-{name}").value for name in ("drug", "indication")] == [
            link["drug"],
            link["indication"],
        ]


def test_choices_go_to_the_address_and_come_from_it(app: Open) -> None:
    page = app("map")
    page.selectbox(key="map-drug").select("canakinumab").run()
    page.selectbox(key="map-sources").select("all").run()
    page.date_input(key="map-day").set_value(date(2019, 10, 1)).run()
    choice = {"drug": "canakinumab", "sources": "all", "day": "2019-10-01"}
    assert page.query_params == choice
    assert [head.value for head in page.header] == ["canakinumab"]
    assert cells(app("map", **choice)) == cells(page)


def test_where_no_document_is_in_scope_the_page_says_what_to_do(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    from payergraph.comparison import covered as module

    with monkeypatch.context() as patched:
        patched.setattr(module, "in_scope", lambda *args: ())
        page = app("map", drug="anakinra", day="2000-01-01")
        assert "No document is in scope" in page.info[0].value
    page.button(key="map-widen").click().run()
    assert page.query_params == {"sources": "all"} and "pg-overview" in "".join(e.value for e in page.get("html"))


@pytest.mark.parametrize("value", ["kryptonite", "<script>alert(1)</script>"])
@pytest.mark.parametrize("name", ["drug", "sources", "day", "draw"])
def test_what_an_address_gets_wrong_is_said_and_replaced(app: Open, name: str, value: str) -> None:
    page = app("map", **{name: value})
    assert "cannot be chosen" in page.warning[0].value
    assert "pg-overview" in "".join(element.value for element in page.get("html"))


def test_what_is_seen_in_part_is_not_called_covered_in_part(app: Open) -> None:
    page = app("map", drug="anakinra", sources="all")
    said = text("".join(element.value for element in page.get("html")))
    assert "covered in part" not in said.casefold() and "◐" not in said and "◔" not in said
    assert (
        "Covered, criteria seen in part The document covers this use, and a part of its criteria was not seen" in said
    )
    assert "Covered, criteria not seen The document covers this use, and none of its criteria were seen" in said


def test_what_only_a_retelling_says_is_marked_in_its_tile_and_its_name(app: Open) -> None:
    page = app("map", drug="anakinra", sources="all")
    [legend] = [element.value for element in page.get("html") if 'class="pg-legend"' in element.value]
    assert "Retelling Only a retelling says so" in text(legend)
    named = cells(page)
    assert "Cigna, rheumatoid arthritis: covered; covered, criteria seen in part (retelling) (3 documents)" in named
    marked = "".join(tables(page)).count("pg-retold")
    assert marked == sum(name.count("(retelling)") for name in named) > 10
    assert "(retelling)" not in "".join(cells(app("map", drug="anakinra")))


def test_the_map_says_of_which_day_its_editions_are_and_which_have_no_date(app: Open) -> None:
    page = app("map", drug="anakinra", day="2026-11-30")
    said = "".join(element.value for element in page.get("html"))
    assert "Shown are the latest editions known on 30 November 2026." in text(said)
    [undated] = re.findall(r'<details class="pg-place pg-undated">.*?</details>', said)
    assert re.match(r"\d+ of \d+ have no date: nobody can say whether they are in force", text(undated))
    assert "molina-kineret" in undated and "cigna-ip0243" not in undated
