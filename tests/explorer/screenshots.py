"""Take the pictures of README and docs: ``python tests/explorer/screenshots.py``, or ``make screenshots``."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page
from served import PATIENCE, chromium, served, settled

_IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
_PAGES = {
    "home": "/",
    "compare": "/compare",
    "order": "/order?one=cigna-ip0243/ra-employer-group&other=molina-kineret/rheumatoid-arthritis",
    "map": "/map?drug=anakinra",
    "disagreements": "/disagreements",
    "thing": "/thing?thing=policy/cigna-ip0243",
    "search": "/search?q=stills+disease",
    "check": "/check",
    "cohort": "/cohort",
    "denied": "/denied?drug=canakinumab&payer=cigna&state=NC&funding=insured&denied=2026-10-30&today=2026-11-30",
    "changes": "/changes?drug=dupilumab",
    "questions": "/questions?question=step_therapy_by_policy&drug=anakinra&indication=rheumatoid-arthritis",
    "sparql": "/sparql",
    "about": "/about",
}
_SIZES = {1280: 900, 390: 844}


def main() -> None:
    """Write docs/images/<page>-<width>.png, and a dark one of each page."""
    _IMAGES.mkdir(parents=True, exist_ok=True)
    with served() as explorer, chromium() as browser:
        for name, path in _PAGES.items():
            for width, height in _SIZES.items():
                for scheme in ("light", "dark") if width == 1280 else ("light",):
                    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                    page.goto(explorer.address + path)
                    settled(page)
                    if name == "cohort":
                        _ask(page)
                    page.evaluate("document.fonts.ready")
                    page.locator("[data-testid=stSkeleton]").first.wait_for(state="detached", timeout=PATIENCE)
                    page.wait_for_timeout(1_000)
                    target = _IMAGES / f"{name}-{width}{'-dark' if scheme == 'dark' else ''}.png"
                    page.screenshot(path=target)
                    page.close()
                    print(target)


def _ask(page: Page) -> None:
    """Ask a small population, and show the answer."""
    size = page.get_by_role("spinbutton", name="How many")
    size.fill("200")
    size.press("Enter")
    settled(page).get_by_role("button", name="Ask the policies").click()
    page.get_by_role("heading", name="One chart").wait_for(timeout=PATIENCE)
    settled(page).get_by_role("heading", name="Whom each policy lets through").scroll_into_view_if_needed()


if __name__ == "__main__":
    main()
