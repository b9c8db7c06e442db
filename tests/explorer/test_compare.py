"""The page that lays payers side by side, without a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from streamlit.testing.v1 import AppTest
from words import text

import payergraph
from payergraph.browse.quotes import VARIABLE
from payergraph.browse.things import things
from payergraph.store.graph import shipped

Open = Callable[..., AppTest]


def matrix(page: AppTest) -> str:
    [found] = [element.value for element in page.get("html") if 'class="pg-matrix"' in element.value]
    return found


def rows(page: AppTest) -> dict[str, str]:
    """The words of each row by its dimension, without those of the sources."""
    ours = re.sub(r'<details class="pg-words">.*?</details>', "", matrix(page), flags=re.DOTALL)
    found = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', ours)
    return {text(name): text(cells) for name, cells in found}


def heads(page: AppTest) -> list[str]:
    """The payers of the columns; none where there is no table."""
    shown = "".join(element.value for element in page.get("html"))
    return [text(name) for name in re.findall(r'class="pg-payer">(.*?)</div>', shown)]


def test_opens_on_anakinra_for_rheumatoid_arthritis_with_what_was_seen_whole_first(app: Open) -> None:
    page = app()
    assert page.title[0].value == "What payers ask for anakinra in rheumatoid arthritis"
    assert heads(page)[:2] == ["Cigna", "Molina Healthcare"] and len(heads(page)) > 4
    assert [page.selectbox(key=f"compare-{name}").value for name in ("drug", "indication", "request", "sources")] == [
        "anakinra",
        "rheumatoid-arthritis",
        "initial",
        "primary",
    ]


def test_every_requirement_names_its_place(app: Open) -> None:
    entries = re.findall(r'<div class="pg-entry">(.*?)(?=<div class="pg-entry">|</td>)', matrix(app()))
    assert len(entries) > 10
    for entry in entries:
        assert re.search(r'<div class="pg-place"><a href="thing\?thing=[^"]+">[^<]+</a></div>', entry), entry


def test_rows_that_differ_are_marked_and_come_first(app: Open) -> None:
    marked = ["≠" in name for name in rows(app(payers="cigna,molina"))]
    assert True in marked and False in marked
    assert marked == sorted(marked, reverse=True)


def test_what_is_absent_is_told_apart_by_sign_and_word(app: Open) -> None:
    assert "○ Not required" in rows(app())["≠ Age"]
    assert "– Not stated" in rows(app())["≠ Quantity and dose"]
    retold = app(drug="anakinra", indication="dira", sources="all")
    assert "… Not shown" in rows(retold)["≠ Diagnosis"]
    assert "⊘ Not covered" in text(matrix(app(drug="anakinra", indication="pjia")))


def test_requirements_read_as_nested_lists(app: Open) -> None:
    prior = rows(app())["≠ Prior therapy"]
    assert prior.startswith("One of these")
    assert " OR " not in prior and " AND " not in prior


def test_durations_and_quantities_stand_with_the_criteria(app: Open) -> None:
    found = rows(app())
    assert "Up to 12 months" in found["≠ Initial approval"] and "Up to 6 months" in found["≠ Initial approval"]
    assert "100 mg daily" in found["≠ Quantity and dose"]


def test_a_reading_is_shown_as_one(app: Open) -> None:
    comparison = payergraph.compare(drug="anakinra", indication="rheumatoid arthritis", authority="all")
    readings = {e.reading for line in comparison.lines for cell in line.cells for e in cell.entries if e.reading}
    shown = text(matrix(app(sources="all")))
    assert all(f"Read as: {' '.join(reading.split())}" in shown for reading in readings)


def test_only_indications_of_the_drug_are_offered(app: Open) -> None:
    page = app(drug="canakinumab", indication="gout-flare", sources="all")
    assert "gout flare" not in app().selectbox(key="compare-indication").options
    assert page.title[0].value == "What payers ask for canakinumab in gout flare"


def test_a_drug_opens_on_the_use_of_most_documents_and_uses_say_their_number(app: Open) -> None:
    page = app(drug="dupilumab")
    assert page.title[0].value == "What payers ask for dupilumab in atopic dermatitis"
    options = page.selectbox(key="compare-indication").options
    numbers = [int(found[1]) for option in options if (found := re.search(r"\((\d+) documents?\)$", option))]
    assert numbers and options[0].startswith("atopic dermatitis (")
    assert all(re.search(r"\((\d+ documents?|only retellings|no document in scope)\)$", option) for option in options)
    assert "dupilumab (Dupixent)" in page.selectbox(key="compare-drug").options


def test_payers_are_offered_by_how_much_was_seen(app: Open) -> None:
    options = app().multiselect(key="compare-payers").options
    assert options[0].startswith("Cigna (") and "seen whole" in options[0]
    whole = ["seen whole" in option for option in options]
    assert whole == sorted(whole, reverse=True)
    assert options[-1].endswith(("(no criteria seen)", "seen in part)"))


def test_where_the_chosen_payer_is_only_retold_its_retellings_are_named_and_read(app: Open) -> None:
    page = app(drug="dupilumab", payers="cigna")
    assert heads(page) == []
    assert any("as extracted by The Policy Vault" in element.value for element in page.get("html"))
    page.button(key="compare-retellings").click().run()
    assert page.query_params["payers"] == "cigna" and heads(page) == ["Cigna"]


def test_another_drug_keeps_only_payers_that_it_has(app: Open) -> None:
    page = app(drug="anakinra", indication="rheumatoid-arthritis", payers="cigna,minnesota-mhcp")
    page.selectbox(key="compare-drug").select("dupilumab").run()
    assert not page.exception and not page.warning
    assert page.query_params["payers"] == "cigna"


def test_the_drug_goes_on_to_the_other_pages_about_one(app: Open) -> None:
    shown = html.unescape("".join(element.value for element in app(drug="dupilumab", indication="asthma").get("html")))
    [menu] = re.findall("<nav.*?</nav>", shown)
    assert 'href="order?drug=dupilumab&indication=asthma"' in menu and 'href="about"' in menu
    assert re.findall('aria-current="page">(.*?)<', menu) == ["Compare"]


def test_choices_go_to_the_address(app: Open) -> None:
    page = app()
    page.selectbox(key="compare-request").select("continuation").run()
    page.multiselect(key="compare-payers").select("molina").run()
    page.toggle(key="compare-label").set_value(True).run()
    page.date_input(key="compare-day").set_value(date(2025, 5, 1)).run()
    assert page.query_params == {
        "drug": "anakinra",
        "indication": "rheumatoid-arthritis",
        "request": "continuation",
        "payers": "molina",
        "sources": "primary",
        "label": "beside",
        "day": "2025-05-01",
    }
    assert heads(page) == ["FDA label", "Molina Healthcare"]


def test_a_day_chooses_the_editions_of_that_day(app: Open) -> None:
    choice = {"drug": "anakinra", "indication": "rheumatoid-arthritis", "payers": "minnesota-mhcp"}
    assert heads(app(**choice, day="2018-02-28")) == []
    assert "Effective March 2018" in text(matrix(app(**choice, day="2018-03-01")))


def test_documents_of_which_nothing_was_shown_stand_below_the_table(app: Open) -> None:
    page = app()
    [below] = [text(e.value) for e in page.get("html") if "Not in the table" in e.value]
    assert "BCBS Mississippi L.5.01.485, Kineret" in below
    assert "Mississippi" not in text(matrix(page)).partition("Not in the table")[0]


def test_an_address_opens_what_it_says(app: Open) -> None:
    page = app(drug="anakinra", indication="caps", request="continuation", payers="cigna")
    assert page.selectbox(key="compare-indication").value == "caps"
    assert heads(page) == ["Cigna"]
    assert not page.warning


def test_another_drug_keeps_the_indication_only_where_it_has_one(app: Open) -> None:
    page = app(drug="anakinra", indication="rheumatoid-arthritis")
    page.selectbox(key="compare-drug").select("canakinumab").run()
    assert not page.exception and not page.error
    assert page.selectbox(key="compare-indication").value != "rheumatoid-arthritis"
    assert heads(page) and not page.warning


@pytest.mark.parametrize("value", ["kryptonite", "<script>alert(1)</script>", "x" * 5000, "[x](javascript:alert(1))"])
@pytest.mark.parametrize("name", ["drug", "indication", "request", "payers", "sources", "label", "day"])
def test_what_an_address_gets_wrong_is_said_and_replaced(app: Open, name: str, value: str) -> None:
    page = app(**{name: value})
    assert not page.exception and not page.error
    [warning] = page.warning
    assert "cannot be chosen" in warning.value
    assert "<script" not in warning.value.replace("\\<script", "")
    assert heads(page)


def test_payers_policies_and_criteria_lead_to_their_pages(app: Open) -> None:
    shown = matrix(app(sources="all"))
    named = [html.unescape(href) for href in re.findall(r'<a href="thing\?thing=(.*?)"', shown)]
    assert {"payer/cigna", "policy/cigna-ip0243", "criterion/cigna-ip0243/ra-prescriber"} < set(named)
    assert {"rule/cigna-ip0243/ra-employer-group", "statement/molina-kineret/ra-quantity"} & set(named)
    assert all(things(shipped()).get(unquote(name)) for name in named)
    assert 'href="thing?thing=label/kineret"' in matrix(app(label="beside"))


def test_where_no_document_has_criteria_each_says_why(app: Open) -> None:
    page = app(drug="anakinra", indication="pjia", payers="cigna,aetna")
    [said] = [text(element.value) for element in page.get("html") if element.value.startswith("<ul>")]
    assert "Cigna IP0243, Anakinra : not listed, the document's list of uses was seen whole" in said
    assert "not shown, the document was seen in part" in said


def test_a_use_for_which_nothing_has_criteria_is_not_replaced_by_another(app: Open) -> None:
    page = app(drug="rilonacept", indication="rheumatoid-arthritis")
    assert page.title[0].value.endswith("rilonacept in rheumatoid arthritis") and not page.warning
    assert page.info[0].value == "No document here, retellings included, has criteria for this drug and indication."
    shown = html.unescape("".join(element.value for element in page.get("html")))
    assert 'href="map?drug=rilonacept&sources=all"' in shown
    page.selectbox(key="compare-sources").select("all").run()
    assert page.query_params["indication"] == "rheumatoid-arthritis"
    page.selectbox(key="compare-drug").select("anakinra").run()
    assert page.title[0].value.endswith("anakinra in rheumatoid arthritis") and not page.info


def test_where_only_retellings_speak_the_page_offers_them(app: Open) -> None:
    page = app(drug="canakinumab", indication="gout-flare", payers="cigna")
    assert heads(page) == []
    assert page.info
    page.button(key="compare-widen").click().run()
    assert page.query_params["sources"] == "all"
    assert heads(page)


def test_the_words_of_the_source_stand_folded_away_where_the_text_is_at_hand(
    app: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert "pg-words" not in matrix(app(payers="cigna"))
    monkeypatch.setattr(
        "payergraph.browse.quotes.words", lambda graph, iri: f"<b>words</b> of {iri.rpartition('/')[2]}"
    )
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    found = re.findall(r'<details class="pg-words"><summary>.*?</summary><p>(.*?)</p>', matrix(app(payers="cigna")))
    assert found and all(text.startswith("&lt;b&gt;words&lt;/b&gt; of ") for text in found)


def glance(page: AppTest) -> str:
    """The table at a glance; empty where there is none."""
    return "".join(e.value for e in page.get("html") if 'class="pg-rows pg-glance"' in e.value)


def buttons(page: AppTest) -> list[str]:
    return [button.proto.label for button in page.get("download_button")]


def test_what_is_compared_stands_at_a_glance_below_it(app: Open) -> None:
    page = app(payers="cigna,aetna")
    cigna, aetna = re.findall(r'<tr><th scope="row">(.*?)</tr>', glance(page))
    assert text(cigna).startswith("Cigna IP0243, Anakinra")
    assert "2 Trial of one of" in text(cigna) and "After a biologic or targeted drug" in text(cigna)
    assert "12 months" in text(cigna) and "Mixed More: step therapy" in text(cigna)
    assert "Seen in part" not in text(cigna)
    assert "Covered; criteria seen in part: the least it may ask" in text(aetna) and "0 or more" in text(aetna)
    [meaning] = [text(e.value) for e in page.get("html") if "Worked out from" in e.value]
    assert "Where a document was seen in part" in meaning


def test_words_in_place_of_a_comparison_with_the_label_are_explained(app: Open) -> None:
    page = app(indication="sjia", payers="cigna")
    assert "Not labeled" in text(glance(page))
    assert any("the label does not have this use" in e.value for e in page.get("html"))


def test_a_document_that_does_not_cover_the_use_says_so_at_a_glance(app: Open) -> None:
    assert "Cigna. Effective 1 June 2024. Does not cover this use. – – – – – Not labeled" in text(
        glance(app(indication="pjia"))
    )


def test_a_renewal_has_no_measures_and_the_page_says_so(app: Open) -> None:
    page = app(payers="cigna", request="continuation")
    assert not glance(page)
    assert "first requests only" in page.caption[0].value
    assert "Download at a glance (CSV)" not in buttons(page)


def test_table_figure_and_citation_can_be_taken_away(app: Open) -> None:
    page = app()
    assert buttons(page) == [
        *(f"Download {kind}" for kind in ("CSV", "Markdown", "JSON", "figure (SVG)", "figure (PNG)", "figure (PDF)")),
        *("Download at a glance (CSV)", "Download RIS", "Download BibTeX", "Download CSL-JSON"),
    ]


def test_the_citation_names_the_question_the_graph_and_the_documents(app: Open) -> None:
    code, link = app(payers="cigna", day="2026-10-01").code
    assert "anakinra in rheumatoid arthritis" in code.value and "1 October 2026" in code.value
    assert shipped().version in code.value
    assert "Coverage Policy IP0243: Anakinra. Effective 1 June 2024." in code.value
    assert link.value in code.value and f"graph={shipped().version}" in link.value and "day=2026-10-01" in link.value


def test_the_heads_say_whose_word_it_is_where_it_opens_and_the_table_of_which_day(app: Open) -> None:
    page = app(drug="anakinra", indication="rheumatoid-arthritis", sources="all")
    table = "".join(element.value for element in page.get("html"))
    said = text(table)
    assert "Shown are the latest editions known on " in said
    assert "❝ Retelling" in said and "Covered; criteria seen in part." in said
    assert "No address of this document is known" in said and 'rel="noopener noreferrer"' in table
    assert "On paper stand the first 5 of" in said


def test_a_permalink_of_another_graph_is_said_and_shows_what_is_asked_now(app: Open) -> None:
    page = app(payers="cigna", graph="0123456789ab")
    assert "graph version 0123456789ab" in page.warning[0].value and heads(page) == ["Cigna"] * len(heads(page))


def test_a_document_that_names_the_use_and_shows_nothing_of_it_stands_in_the_table(app: Open) -> None:
    page = app(drug="canakinumab", indication="gout-flare")
    comparison = payergraph.compare(drug="canakinumab", indication="gout-flare")
    named = [column for at, column in enumerate(comparison.columns) if column.rule and at not in comparison.shown]
    assert {"BlueCross BlueShield of Tennessee", "Western Health Advantage"} & {column.payer for column in named}
    assert len(heads(page)) == len(comparison.shown) + len(named)
    assert heads(page)[-len(named) :] == [column.payer for column in named]
    assert text(matrix(page)).count("Names this use; what it asks was not shown.") == len(named)
    assert any("more documents name this use" in text(found.value) for found in page.get("html"))


def test_who_does_not_cover_the_use_makes_no_difference(app: Open) -> None:
    found = rows(app(drug="canakinumab", indication="gout-flare"))
    assert "⊘ Not covered" in found["Prior therapy"] and "≠ Initial approval" in found
