"""The researcher's job: which payers ask for a step through a TNF inhibitor, to be counted, saved and cited.

It is walked as she would: the question found by words, set, narrowed, sorted, unfolded, saved, cited, and opened anew.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from seen import pick, saved
from served import Served, settled

import payergraph

pytestmark = pytest.mark.xdist_group("jobs")

Open = Callable[..., Page]
QUESTION = "step_therapy_by_policy"


def rows(page: Page) -> Locator:
    return page.locator(".pg-answer tbody tr")


def test_a_researcher_finds_narrows_saves_and_cites_who_asks_for_a_tnf_inhibitor_first(
    visit: Open, explorer: Served
) -> None:
    page = visit("/questions")
    box = page.get_by_role("textbox", name="Find a question by its words")
    box.fill("TNF")
    box.press("Enter")
    expect(page.get_by_text("No question has the word “TNF”")).to_be_visible()
    expect(page.get_by_role("link", name="Findings asked for")).to_have_count(0)
    settled(page)
    box.fill("step therapy")
    box.press("Enter")
    page.get_by_role("link", name="Step therapy by policy", exact=True).click()
    expect(page.get_by_role("heading", level=1).first).to_have_text("Step therapy by policy")

    pick(page, "Drug", "anakinra (Kineret)")
    expect(page).to_have_url(re.compile("drug=anakinra"))
    pick(page, "Indication", "rheumatoid arthritis")
    expect(page).to_have_url(re.compile("indication=rheumatoid-arthritis"))
    pick(page, "Only rows of a drug class", "Therapies named: TNF inhibitor")
    expect(page.get_by_text(re.compile("rows: only those whose criterion names TNF inhibitor"))).to_be_visible()
    settled(page)
    before = rows(page).count()

    page.get_by_role("columnheader", name="Needed").get_by_role("link").press("Enter")
    expect(page.get_by_role("columnheader", name="Needed")).to_have_attribute("aria-sort", "ascending")
    expect(page.get_by_role("columnheader", name="Needed").get_by_role("link")).to_be_focused()
    settled(page).keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Needed")).to_have_attribute("aria-sort", "descending")
    settled(page)
    words = page.get_by_role("textbox", name="Only rows with these words")
    words.fill("Enbrel")
    words.press("Enter")
    expect(page).to_have_url(re.compile("has=Enbrel"))
    settled(page)
    assert 0 < rows(page).count() <= before
    expect(page.get_by_role("columnheader", name="Authority")).to_have_count(0)
    page.get_by_role("link", name=re.compile(r"Show \d+ more columns")).click()
    expect(page.get_by_role("columnheader", name="Authority")).to_be_attached()

    settled(page)
    found = list(csv.DictReader(io.StringIO(saved(page, "Download CSV"))))
    assert len(found) == rows(page).count() and all("Enbrel" in row["therapies"] for row in found)
    assert [row["needed"] for row in found] == sorted((row["needed"] for row in found), reverse=True)
    asked = payergraph.query(QUESTION, drug="anakinra", indication="rheumatoid-arthritis")
    assert {row["criterion"] for row in found} <= {row.value for row in _column(asked, "criterion")}

    page.get_by_text("How to cite this answer").click()
    cited = page.locator("[data-testid=stCode]").first
    expect(cited).to_contain_text("with “Enbrel” in what is shown of a row")
    expect(cited).to_contain_text(payergraph.graph().version)
    ris = saved(page, "Download RIS")
    permalink = re.search(r"UR  - (http\S+graph=\S+)", ris)[1]  # type: ignore[index]
    assert permalink.startswith(f"{explorer.address}/questions?") and permalink in (cited.text_content() or "")
    assert "https://" in saved(page, "Download BibTeX") or "url" in saved(page, "Download BibTeX")

    again = visit(permalink.removeprefix(explorer.address))
    expect(again.locator(".pg-answer")).to_have_text(page.locator(".pg-answer").text_content() or "")
    expect(again.get_by_text("This address was made from graph version")).to_have_count(0)
    other = visit(re.sub("graph=[0-9a-f]+", "graph=000000000000", permalink).removeprefix(explorer.address))
    expect(other.get_by_role("alert")).to_contain_text("This address was made from graph version")
    expect(rows(other)).to_have_count(len(found))


def _column(table: payergraph.Table, name: str) -> list[object]:
    at = table.columns.index(name)
    return [row[at] for row in table.rows]


def test_on_a_phone_the_answer_is_in_sight_and_what_was_chosen_goes_on(visit: Open) -> None:
    page = visit(f"/questions?question={QUESTION}&drug=anakinra&indication=rheumatoid-arthritis", width=390)
    cell = page.locator(".pg-answer td[data-head=Therapies]").first
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    page.get_by_role("link", name="Questions", exact=True).last.click()
    expect(page.get_by_role("heading", level=1).first).to_have_text("Questions")
    page.get_by_role("link", name="Age limits", exact=True).click()
    expect(page.get_by_role("combobox", name="Drug")).to_have_value("anakinra (Kineret)")
    page.get_by_role("link", name="Compare payers", exact=True).last.click()
    expect(page.get_by_role("heading", level=1).first).to_have_text(
        "What payers ask for anakinra in rheumatoid arthritis"
    )


def test_a_researcher_sees_what_a_payer_changed_and_how_much_is_unknown(visit: Open) -> None:
    page = visit("/changes")
    pick(page, "Drug", "dupilumab (Dupixent)")
    expect(page).to_have_url(re.compile("drug=dupilumab"))
    expect(page.get_by_text(re.compile(r"\d+ of \d+ documents in scope do not say when they began"))).to_be_visible()
    settled(page).get_by_role("link", name="What changed since the edition of 18 December 2019").first.click()
    expect(page.get_by_role("heading", name="What changed between two editions")).to_be_visible()
    expect(page.locator(".pg-changed tbody tr").first).to_contain_text("Age 12 years or older")
    expect(page.locator(".pg-changed tbody tr").first).to_contain_text("Age 6 years or older")
    settled(page)
    assert "loosened" in saved(page, "Download CSV")
