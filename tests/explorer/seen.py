"""What tests do with a page in a browser: choose, save, and see whether it is in nobody's way."""

from __future__ import annotations

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, TimeoutError, expect
from served import PATIENCE, settled

# Whether the background and our own text have these colours.
_COLOURS = """([page, text]) => getComputedStyle(document.querySelector('.stApp')).backgroundColor === page
  && getComputedStyle(document.querySelector('.pg-footer')).color === text"""

#: WCAG 2.0, 2.1 and 2.2 at the levels A and AA, as axe-core calls them.
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

#: A list that closes is opened again: after so many milliseconds, so many times.
_SOON, _TIMES = 5_000, PATIENCE // 5_000

expect.set_options(timeout=PATIENCE)


def pick(page: Page, label: str, option: str) -> None:
    """Choose by typing: of a long list only a part is on the page. A page still drawing may drop what is typed."""
    pick_in(page.locator("body"), page, label, option)


def pick_in(part: Locator, page: Page, label: str, option: str) -> None:
    """Choose, where another part of the page may have a list of the same name."""
    settled(page)
    box = part.get_by_role("combobox", name=label).first
    # A use has the number of its documents behind it.
    offered = page.get_by_role("option", name=re.compile(rf"^{re.escape(option)}( \(\d.*)?$")).first
    pick_from(box, option, offered)


def pick_from(box: Locator, words: str, offered: Locator) -> None:
    """Type into a list and choose. One that closes meanwhile, since the page still moves, is opened again."""
    for _ in range(_TIMES):
        box.click()
        box.fill(words)
        try:
            offered.click(timeout=_SOON)
        except TimeoutError:
            continue
        return
    raise AssertionError(f"nothing is offered for {words}")


def add_to(page: Page, name: str) -> None:
    """Add an entry to a list. A click on what was just unfolded and still moves may be lost."""
    removing = settled(page).get_by_role("button", name="Remove")
    before = removing.count()
    for _ in range(_TIMES):
        page.get_by_role("button", name=f"Add to {name}").click()
        try:
            expect(removing).to_have_count(before + 1, timeout=4 * _SOON)
        except AssertionError:
            continue
        settled(page)
        return
    raise AssertionError(f"no entry of {name} is added")


def take_by_keyboard(page: Page, box: Locator, words: str, taken: Locator) -> None:
    """Type into a box of several names and press Enter until one is taken.

    What was just unfolded still moves, which closes a list.
    """
    for _ in range(_TIMES):
        box.click()
        box.fill(words)
        try:
            page.get_by_role("option").filter(has_text=words).first.wait_for(timeout=_SOON)
        except TimeoutError:
            continue
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
        settled(page)
        if taken.count():
            return
    raise AssertionError(f"no name is taken for {words}")


def saved(page: Page, button: str) -> str:
    return downloaded(page, button).read_text(encoding="utf-8")


def downloaded(page: Page, button: str) -> Path:
    settled(page)  # a page that still runs may drop the click
    with page.expect_download() as download:
        page.get_by_role("button", name=button).first.click()
    return Path(download.value.path())


def faults(page: Page, rules: list[str]) -> list[tuple[str, str]]:
    """What axe-core finds by rules or levels to be in a visitor's way: the serious and critical, with their places."""
    found = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]}).response["violations"]
    grave = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    return [(fault["id"], node["html"]) for fault in grave for node in fault["nodes"]]


def fits_every_screen(page: Page) -> None:
    """A page is in nobody's way by axe-core, in light and in dark, and is no wider than a screen or a phone."""
    page.add_style_tag(content="* { transition: none !important }")
    assert faults(page, LEVELS) == []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width)
    colours = {
        "light": ["rgb(255, 255, 255)", "rgb(82, 97, 102)"],
        "dark": ["rgb(18, 24, 26)", "rgb(163, 177, 181)"],
    }
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(_COLOURS, arg=colours[scheme])
        if scheme == "dark":
            assert faults(page, ["color-contrast"]) == []
