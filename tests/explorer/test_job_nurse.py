"""The nurse's job, as she does it: from the payer and the patient to a packet on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Locator, Page, expect
from seen import add_to, downloaded, pick, pick_from, pick_in, saved, take_by_keyboard
from served import settled

Visit = Callable[..., Page]

pytestmark = pytest.mark.xdist_group("jobs")

_COUNTED = (
    "1 of 2: Humira, 2024-03-15 to 2024-09-30, failure; one more of Xeljanz/XR, Actemra SC, Cimzia, Enbrel, Rinvoq"
)


def fill(page: Page, label: str, text: str) -> None:
    """Write into the last field of this name."""
    box = settled(page).get_by_role("textbox", name=label).last
    box.fill(text)
    box.press("Enter")
    settled(page)


def choose(page: Page, label: str, option: str) -> None:
    """Choose in the last list of this name."""
    settled(page)
    box = page.locator(".st-key-facts").get_by_role("combobox", name=label, exact=True).last
    pick_from(box, option, page.get_by_role("option", name=re.compile(f"^{re.escape(option)}")).first)
    settled(page)


def therapy(page: Page, product: str, begun: str, ended: str, outcome: str) -> None:
    add_to(page, "therapies")
    choose(page, "Drug or product", product)
    fill(page, "Begun", begun)
    fill(page, "Stopped", ended)
    choose(page, "Outcome", outcome)


def why(page: Page) -> Locator:
    return page.locator(".pg-why")


def missing_leads_to(page: Page, requirement: str, field: str) -> Locator:
    """The button beside a missing thing that leads to a field."""
    item = page.locator(".pg-checklist li").filter(has_text=requirement).last
    return item.get_by_role("button", name=field)


def test_a_nurse_learns_why_fills_in_what_is_missing_saves_the_case_and_prints_it(visit: Visit, tmp_path: Path) -> None:
    page = visit("/check")
    page.get_by_role("radio", name="A form").click()
    expect(page.get_by_text("Name the drug")).to_be_visible()
    form = page.locator(".st-key-facts")
    pick_in(form, page, "Drug", "anakinra")
    pick_in(form, page, "Indication", "rheumatoid arthritis")
    pick(page, "Payer", "Cigna")
    choose(page, "Plan", "Cigna employer group plans")
    fill(page, "Date of the request", "2026-10-01")
    expect(why(page)).to_contain_text("Four requirements are still to be shown")

    # What is missing leads to its field, which opens and has the focus.
    missing_leads_to(page, "specialist in rheumatology", "Specialties of Prescriber").click()
    specialties = page.get_by_role("combobox", name="Specialties")
    expect(specialties).to_be_focused()
    expect(specialties).to_be_in_viewport()
    settled(page)
    taken = page.locator("[class*='st-key-chosen-']")
    take_by_keyboard(page, specialties, "rheumatology", taken)
    expect(taken).to_contain_text("rheumatology")
    expect(why(page)).to_contain_text("Three requirements are still to be shown")

    missing_leads_to(page, "to two of: adalimumab", "Therapies").click()
    expect(page.get_by_role("button", name="Add to therapies")).to_be_focused()
    therapy(page, "Humira", "03/15/2024", "09/30/2024", "failure")
    expect(page.get_by_text("Understood as 15 March 2024.")).to_be_visible()
    expect(why(page)).to_contain_text(_COUNTED)

    # The answer of before stays while a day cannot be read, and the day is asked for at its field.
    therapy(page, "Enbrel", "03/04/2025", "12/15/2025", "failure")
    expect(page.locator(".pg-fault")).to_contain_text("which may be 2025-03-04 or 2025-04-03")
    expect(page.get_by_text("This is the answer of before")).to_be_visible()
    expect(why(page)).to_be_attached()
    page.get_by_role("button", name="It is 4 March 2025").click()
    expect(page.locator(".pg-fault")).to_have_count(0)
    expect(why(page)).to_contain_text("One requirement is still to be shown: Not taken together with")
    missing_leads_to(page, "Not taken together with", "Therapies are complete").click()
    page.locator("[class*='therapiesComplete']").get_by_role("radio", name="Yes").click()
    expect(why(page)).to_contain_text("✓ Met All that the document asks for is on record.")
    assert "?" not in page.url

    # Saved, opened again by another visitor, it has the same answer.
    kept = tmp_path / "mine.yaml"
    kept.write_bytes(downloaded(page, "Save the case").read_bytes())
    again = visit("/check")
    again.bring_to_front()
    again.get_by_role("radio", name="A file").click()
    again.locator("input[type=file]").set_input_files(kept)
    expect(why(again)).to_contain_text("✓ Met All that the document asks for is on record.")
    expect(again.get_by_role("combobox", name="Payer").first).to_have_value("Cigna")
    told = saved(again, "Download Markdown")
    for words in ("Humira, 2024-03-15 to 2024-09-30, failure", "Effective 1 June 2024", "Documentation required"):
        assert words in told
    assert "Graph version " in told and "no medical or legal advice" in told

    again.emulate_media(media="print")
    for part in ("Facts on record", "Humira, 2024-03-15 to 2024-09-30, failure", "Coverage Policy IP0243"):
        expect(again.get_by_text(part).locator("visible=true").first).to_be_visible()
    for part in (".pg-why", ".pg-tree", ".pg-footer"):
        expect(again.locator(part)).to_be_visible()
    for part in (".st-key-facts", ".st-key-menu", ".st-key-downloads", ".st-key-case-starts"):
        expect(again.locator(part)).to_be_hidden()
    assert len(pypdf.PdfReader(BytesIO(again.pdf())).pages) == 1
    again.emulate_media(media="print", color_scheme="dark")
    for part in (".stApp", ".stApp h1", ".pg-why", ".stExpander summary"):
        expect(again.locator(part).locator("visible=true").first).to_have_css("color", "rgb(27, 36, 39)")
    expect(again.locator(".stApp")).to_have_css("background-color", "rgb(255, 255, 255)")


def test_on_paper_no_answer_is_folded(visit: Visit) -> None:
    page = visit("/check")
    expect(page.locator(".pg-answers")).to_be_visible()
    settled(page)
    page.locator(".pg-answers").get_by_role("button", name="Molina coverage guideline").click()
    expect(page.locator("[class*='st-key-outcome-molina'] summary").first).to_be_focused()
    page.emulate_media(media="print")
    expect(page.locator(".pg-why").locator("visible=true")).to_have_count(page.locator(".pg-answers tbody tr").count())


def test_on_a_phone_the_field_stays_where_the_finger_is_and_the_answer_in_sight(visit: Visit) -> None:
    page = visit("/check?drug=anakinra&indication=rheumatoid-arthritis&payer=cigna", width=390)
    line = page.locator(".st-key-summary")
    expect(line).to_contain_text("? Not documented")
    settled(page)
    page.get_by_text("The patient", exact=True).click()
    born = page.get_by_role("textbox", name="Date of birth")
    born.fill("03/15/1984")
    # The section may still be opening.
    page.evaluate("() => Promise.allSettled(document.getAnimations().map(one => one.finished))")
    place = born.bounding_box()
    born.press("Enter")
    expect(page.get_by_text("Understood as 15 March 1984.")).to_be_visible()
    settled(page)
    assert born.bounding_box() == place
    expect(line).to_be_in_viewport(ratio=1)

    line.get_by_role("button").click()
    expect(page.locator(".pg-why")).to_be_in_viewport()
    missing_leads_to(page, "specialist in rheumatology", "Specialties of Prescriber").click()
    specialties = page.get_by_role("combobox", name="Specialties")
    expect(specialties).to_be_focused()
    expect(specialties).to_be_in_viewport(ratio=1)
    page.wait_for_function("document.documentElement.scrollWidth <= 390")
