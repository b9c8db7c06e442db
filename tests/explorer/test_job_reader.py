"""A reader's job, walked whole: from the map to what a policy asks, in whose words, at which place, of which day."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from seen import fits_every_screen
from served import settled

import payergraph
from payergraph.browse.published import addresses
from payergraph.policies.library import policies

pytestmark = pytest.mark.xdist_group("jobs")

Open = Callable[..., Page]
#: A retelling with criteria, and the map's cell that leads to it.
RETOLD = "Medica, rheumatoid arthritis: covered, criteria seen in part (retelling)"


def test_a_reader_comes_from_the_map_to_a_criterion_its_place_its_document_and_its_day(visit: Open) -> None:
    page = visit("/map?drug=anakinra&sources=all")
    expect(page.get_by_text("Shown are the latest editions known on")).to_be_visible()
    page.get_by_text("have no date: nobody can say whether they are in force").click()
    expect(page.locator(".pg-undated li").filter(has_text="Medica, Kineret")).to_contain_text("Retelling")
    expect(page.locator(".pg-legend")).to_contain_text("Covered, criteria seen in part")
    expect(page.locator(".pg-legend")).to_contain_text("Only a retelling says so")
    page.get_by_role("link", name=RETOLD).click()

    head = page.locator(".pg-matrix thead th").filter(has_text="Medica, Kineret").first
    expect(head.locator(".pg-retelling")).to_be_visible()
    expect(head).to_contain_text("Undated")
    expect(head).to_contain_text("Covered; criteria seen in part")
    settled(page)
    head.get_by_role("link", name=re.compile("^Medica, Kineret")).click()

    expect(page.get_by_role("heading", level=1).first).to_contain_text("Medica, Kineret")
    standing = page.locator(".pg-standing")
    expect(standing.locator(".pg-retelling")).to_be_visible()
    expect(standing).to_contain_text("Undated")
    graph = payergraph.graph()
    policy = next(one for one in policies(graph).all if one.id == "medica-kineret")
    outside = standing.locator("a.pg-outside")
    assert [link.get_attribute("href") for link in outside.all()] == [
        one.url for one in addresses(graph, policy.source)
    ]
    assert {link.get_attribute("rel") for link in outside.all()} == {"noopener noreferrer"}

    page.locator(".pg-sections").get_by_role("link", name="Criteria").click()
    expect(page).to_have_url(re.compile("#criteria$"))
    expect(page.get_by_role("heading", level=2, name="Criteria")).to_be_in_viewport()
    outline = page.locator(".pg-outline").first
    expect(outline).to_contain_text("First request")
    expect(outline).to_contain_text("Trial of two of: adalimumab product")
    expect(outline).to_contain_text("Read as: An adalimumab product is read as any of them")
    place = outline.get_by_role("link", name="Initial therapy, 2; Patient currently receiving Kineret, 2(a)")
    place.first.click()

    expect(page.get_by_role("heading", level=1).first).to_contain_text("Trial of two of")
    expect(page.get_by_text("The document's words are not shown here.")).to_be_visible()
    expect(page.get_by_text("Initial therapy, 2; Patient currently receiving Kineret, 2(a)").first).to_be_visible()
    expect(page.locator(".pg-kinds .pg-retelling")).to_be_visible()
    settled(page).go_back()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("Medica, Kineret")


def test_a_reader_sees_the_day_of_an_edition_and_goes_on_to_compare_and_to_the_steps(visit: Open) -> None:
    page = visit("/thing?thing=policy/cigna-ip0243")
    expect(page.locator(".pg-standing")).to_contain_text("Payer's own document. Effective 1 June 2024")
    expect(page.locator(".pg-standing")).to_contain_text("No address of this document is known")
    row = page.locator(".pg-uses tr").filter(has_text="rheumatoid arthritis")
    expect(row).to_contain_text("Covered")
    row.get_by_role("link", name="rheumatoid arthritis", exact=True).click()
    expect(page.get_by_role("heading", level=3).filter(has_text="Rheumatoid arthritis").first).to_be_in_viewport()
    settled(page)
    row.get_by_role("link", name="Compare payers: anakinra in rheumatoid arthritis").click()
    expect(page.get_by_role("heading", level=1).first).to_contain_text("anakinra in rheumatoid arthritis")
    settled(page).go_back()
    expect(page.get_by_role("heading", level=1).first).to_have_text("Cigna IP0243, Anakinra")
    settled(page)
    page.get_by_role("link", name="Denied? What can be done, and by when: Cigna").click()
    expect(page.get_by_role("heading", level=1).first).to_have_text("Denied? What now")
    expect(page).to_have_url(re.compile(r"denied\?payer=cigna&drug=anakinra"))


@pytest.mark.parametrize(
    "name", ["policy/cigna-ip0243", "policy/medica-kineret", "payer/cigna", "rule/cigna-ip0243/caps"]
)
def test_the_pages_of_things_fit_every_screen_and_every_visitor(visit: Open, name: str) -> None:
    fits_every_screen(visit(f"/thing?thing={name}"))


def test_paper_has_what_is_folded_and_says_what_is_cut(visit: Open) -> None:
    page = visit("/thing?thing=policy/cigna-ip0243")
    page.emulate_media(media="print")
    folded = page.locator("details.pg-said", has_text="Not listed: ").locator("li").first
    expect(folded).to_be_visible()
    for gone in (page.locator(".pg-sections"), page.locator(".pg-behind").first, page.get_by_role("button").first):
        expect(gone).to_be_hidden()
    page = visit("/thing?thing=policy/medica-kineret")
    page.emulate_media(media="print")
    shown = page.locator(".pg-standing a").last.evaluate("one => getComputedStyle(one, '::after').content")
    assert "href" in shown or "https://" in shown
    page = visit("/?drug=anakinra&indication=rheumatoid-arthritis&sources=all")
    page.emulate_media(media="print")
    expect(page.locator(".pg-on-paper")).to_contain_text(re.compile(r"the first 5 of \d+ documents"))
    heads = page.locator(".pg-matrix thead th")
    expect(heads.nth(5)).to_be_visible()
    expect(heads.nth(6)).to_be_hidden()
    expect(page.get_by_role("heading", name="How to cite")).to_be_visible()
    expect(page.get_by_test_id("stCode").first).to_be_visible()


def test_a_phone_shows_each_use_as_a_card_and_short_lists_of_disagreements(visit: Open) -> None:
    page = visit("/thing?thing=policy/cigna-ip0243", width=390)
    row = page.locator(".pg-uses tbody tr").first
    inside = row.bounding_box()
    assert inside and inside["width"] <= 390
    small = [link.bounding_box() for link in row.get_by_role("link").all()]
    assert all(box and box["height"] >= 24 and box["x"] + box["width"] <= 390 for box in small)
    page = visit("/disagreements", width=390)
    page.locator(".pg-sections").get_by_role("link").last.click()
    expect(page.get_by_role("heading", level=2).last).to_be_in_viewport()
    assert page.evaluate("document.querySelector('.stMain').scrollHeight") < 20_000
