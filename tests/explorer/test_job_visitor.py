"""A newcomer's job: on a phone, from the first page to what a payer asks for a drug."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from served import settled

pytestmark = pytest.mark.xdist_group("jobs")

Open = Callable[..., Page]


def test_a_newcomer_with_a_phone_reads_what_a_payer_asks_for_a_drug(visit: Open) -> None:
    page = visit("/", width=390)
    expect(page.get_by_text("the patient must meet written criteria")).to_be_visible()
    jobs = page.locator(".pg-jobs").get_by_role("link")
    expect(jobs).to_have_text(["Compare payers", "Check a case before you fax", "Denied? What now"])
    box = page.locator(".st-key-seek-first input")
    expect(box).to_be_in_viewport()
    box.click()
    page.keyboard.type("kineret cigna")
    page.get_by_role("option", name="What Cigna asks for anakinra (Kineret)").click()
    expect(page).to_have_url(re.compile(r"/compare\?drug=anakinra&payers=cigna"))
    settled(page)
    expect(page.locator(".pg-matrix thead .pg-payer").first).to_have_text("Cigna")
    expect(page.locator(".pg-matrix td").first).to_be_attached()
    page.wait_for_function("document.documentElement.scrollWidth <= 390")
    page.go_back()
    expect(page.locator(".pg-jobs")).to_be_visible()
    page.locator(".pg-drugs").get_by_role("link", name="canakinumab (Ilaris)").click()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("What payers ask for canakinumab")


def test_an_address_of_a_page_that_is_not_there_says_so_and_leads_on(visit: Open) -> None:
    page = visit("/nopage")
    expect(page.get_by_role("alert")).to_contain_text("There is no page “nopage”")
    page.get_by_role("link", name="Compare payers").click()
    expect(page).to_have_url(re.compile("/compare$"))


def test_an_address_of_a_comparison_at_the_root_leads_to_it(visit: Open) -> None:
    page = visit("/?drug=rilonacept&indication=caps")
    expect(page).to_have_url(re.compile(r"/compare\?drug=rilonacept&indication=caps$"))
    expect(page.get_by_role("heading", level=1).first).to_contain_text("rilonacept")
