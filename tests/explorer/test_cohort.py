"""The page of populations: without a browser what it says before it is asked, and in one a whole job."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest
from words import text

from payergraph import extras

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from served import Served

pytestmark = pytest.mark.xdist_group("browser")

Open = Callable[..., AppTest]
ASKED = {"drug": "anakinra", "indication": "rheumatoid-arthritis"}


def test_before_it_is_asked_the_page_says_what_to_do(app: Open) -> None:
    page = app("cohort")
    assert page.title[0].value == "A population" and "Choose a drug, a use" in page.info[0].value
    assert "rheumatoid arthritis" in text(page.selectbox(key="cohort-indication").value.replace("-", " "))
    assert page.number_input(key="cohort-size").value == 2_000
    assert any("no estimate" in caption.value for caption in page.caption)


def test_a_folder_is_asked_only_where_who_started_the_explorer_named_it(
    app: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = app("cohort", **ASKED)
    page.segmented_control(key="cohort-from").set_value("folder").run()
    assert "PAYERGRAPH_TABLES" in page.info[0].value and page.button(key="cohort-ask").disabled
    assert not page.text_input or all(box.key == "search-text" for box in page.text_input)
    monkeypatch.setenv("PAYERGRAPH_TABLES", str(tmp_path))
    page.run()
    page.button(key="cohort-ask").click().run()
    assert "holds no population that is known here" in text(page.error[0].value) and not page.exception


@pytest.mark.parametrize("name", ["drug", "indication", "request"])
def test_what_an_address_gets_wrong_is_said_and_replaced(app: Open, name: str) -> None:
    page = app("cohort", **{name: "<b>kryptonite"})
    assert "cannot be chosen" in page.warning[0].value and page.button(key="cohort-ask")


def test_choices_go_to_the_address_and_of_the_charts_nothing(app: Open) -> None:
    page = app("cohort", **ASKED)
    page.number_input(key="cohort-seed").set_value(7).run()
    page.selectbox(key="cohort-request").select("continuation").run()
    assert page.query_params == ASKED | {"request": "continuation"}
    page.selectbox(key="cohort-drug").select("rilonacept").run()
    assert page.query_params == {"drug": "rilonacept", "request": "continuation"}
    assert page.number_input(key="cohort-seed").value == 7


def test_patients_with_another_disease_than_is_asked_about_are_told(app: Open) -> None:
    page = app("cohort", **ASKED)
    assert not page.warning
    page.selectbox(key="cohort-drug").select("semaglutide").run()
    assert "these patients have rheumatoid arthritis" in page.warning[0].value and not page.exception
    page.selectbox(key="cohort-drug").select("anakinra").run()
    page.selectbox(key="cohort-indication").select("rheumatoid-arthritis").run()
    assert not page.warning


def test_without_a_library_the_page_says_what_brings_it(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    found = extras.find_spec
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "ibis" else found(name))
    page = app("cohort")
    assert "this needs ibis" in text(page.info[0].value) and not page.exception and not page.button


# --- in a browser ---------------------------------------------------------------------------------


def test_a_population_is_asked_changed_and_saved_and_stays_in_the_session(
    visit: Callable[..., Page], explorer: Served
) -> None:
    from playwright.sync_api import expect
    from seen import downloaded, fits_every_screen, pick, pick_in, saved
    from served import settled

    page = visit("/cohort?drug=anakinra&indication=rheumatoid-arthritis")
    size = page.get_by_role("spinbutton", name="How many")
    size.fill("200")
    size.press("Enter")
    settled(page).get_by_role("button", name="Ask the policies").press("Enter")
    expect(page.get_by_role("heading", name="One chart")).to_be_visible()
    expect(page.get_by_text("200 patients drawn for rheumatoid arthritis, with the seed 1")).to_be_visible()

    # All that shows a number says of which population.
    captions = settled(page).locator(".pg-counted caption")
    assert captions.count() > 3 and all("synthetic population" in one for one in captions.all_text_contents())
    pictures = page.locator(".pg-picture img").evaluate_all("all => all.map(one => [one.alt, one.naturalWidth])")
    assert len(pictures) == 4 and all("synthetic population" in alt and width > 300 for alt, width in pictures)
    rows = list(csv.DictReader(io.StringIO(saved(page, "Download shares (CSV)"))))
    counts = {row["outcome"]: int(row["count"]) for row in rows if row["policy"].startswith("cigna-ip0243")}
    assert sum(counts.values()) == 200
    cigna = page.get_by_role("region", name="Charts by outcome").get_by_role("row").filter(has_text="Cigna IP0243")
    expect(cigna).to_contain_text(re.compile(rf"{counts['not-met']} \({counts['not-met'] / 2:.1f} %\)"))
    assert "<svg" in saved(page, "Download figure (SVG)")

    # One policy, and what if it asked otherwise.
    pick_in(
        page.locator(".st-key-cohort-policy"),
        page,
        "Policy",
        "Cigna IP0243, Anakinra (Cigna employer group plans, Cigna individual and family plans)",
    )
    told = page.get_by_role("status").filter(has_text="more met")
    expect(told).to_contain_text("Synthetic population")
    settled(page).get_by_text("A number is another").click()
    months = page.get_by_role("spinbutton", name="Instead")
    expect(months).to_be_visible()
    settled(page)
    months.fill("0")
    months.press("Enter")
    expect(page.get_by_text(re.compile("in the place of: Failure of one of"))).to_be_visible()
    expect(told).to_contain_text("change in all")
    settled(page).get_by_text("Another policy's criterion").click()
    pick(page, "Of the policy", "Molina coverage guideline, Kineret")
    expect(told).to_contain_text("change in all")
    settled(page).get_by_text("Download all tables").click()
    assert downloaded(page, "Download determinations").read_bytes().startswith(b"PAR1")

    # One chart.
    id = page.get_by_role("textbox", name="Id of the chart")
    id.fill("nobody")
    id.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="nobody")).to_contain_text("of this population")
    settled(page)
    id.fill((id.get_attribute("placeholder") or "").removeprefix("such as "))
    id.press("Enter")
    page.locator("summary").filter(has_text="Cigna IP0243").click()
    opened = page.locator("details").filter(has=page.locator("summary").filter(has_text="Cigna IP0243"))
    expect(opened.get_by_text("Criteria", exact=True).first).to_be_visible()

    fits_every_screen(settled(page))
    assert "synthetic-" not in page.url and "synthetic-" not in explorer.output.read_text()
    other = visit("/cohort")
    expect(other.get_by_text("Choose a drug, a use and whose charts")).to_be_visible()
