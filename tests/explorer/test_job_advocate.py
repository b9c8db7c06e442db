"""The advocate's job: from the first page, by keyboard alone, to what can be done after a denial, and by which day."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect
from served import settled

pytestmark = pytest.mark.xdist_group("jobs")

Open = Callable[..., Page]


def tab_to(page: Page, what: str) -> None:
    """Go on by the Tab key until the focus is in what a selector names."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"the keyboard does not reach {what}")


def test_the_advocate_finds_the_steps_their_days_and_a_calendar_by_keyboard_alone(visit: Open) -> None:
    page = visit("/")
    tab_to(page, ".st-key-seek-first input")
    page.keyboard.type("ilaris denied cigna north carolina")
    first = page.get_by_role("option").first
    expect(first).to_contain_text("Denied? What can be done, and by when: canakinumab (Ilaris), Cigna, North Carolina")
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/denied\?drug=canakinumab&payer=cigna&state=NC$"))
    expect(page.get_by_role("heading", level=1).first).to_have_text("Denied? What now")
    settled(page)
    tab_to(page, "[role=spinbutton][aria-label*='Date on the notice']")
    denied = date.today() - timedelta(days=2)  # in no zone of the state is it in the future
    page.keyboard.type(f"{denied:%Y%m%d}")
    # The field tells of the day when it is left: it has three parts and a calendar.
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(page).to_have_url(re.compile(f"denied={denied}"))
    due = denied + timedelta(days=180)
    expect(page.get_by_text(f"{due.day} {due:%B %Y}").first).to_be_attached()
    expect(page.locator(".pg-step").first).to_be_attached()
    settled(page)
    button = page.get_by_role("button", name="Download calendar").first
    button.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert f"DTSTART;VALUE=DATE:{due:%Y%m%d}" in download.value.path().read_text(encoding="utf-8")


def test_enter_alone_leads_to_results_that_begin_with_the_steps(visit: Open) -> None:
    page = visit("/", width=390)
    box = page.locator(".st-key-seek-first input")
    box.fill("appeal deadline north carolina")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"/search\?q=appeal%20deadline%20north%20carolina$"))
    page.locator(".pg-leads").get_by_role("link", name="Denied? What can be done, and by when: North Carolina").click()
    expect(page).to_have_url(re.compile(r"/denied\?state=NC$"))
    expect(page.get_by_role("heading", level=1).first).to_have_text("Denied? What now")
