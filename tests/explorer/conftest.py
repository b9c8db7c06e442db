from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

import pytest
from command import HANGS
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from payergraph.locate import folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from served import Served

# Streamlit puts the folder of the entry first on the path.
sys.path.insert(0, str(folder("explorer")))
# Each run of a page without a browser looks through all installed packages for components, and takes longer than it.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

# So does a page that is read as `payergraph explore` does not read it.
for section, options in tomllib.loads((folder("explorer") / ".streamlit/config.toml").read_text("utf-8")).items():
    for option, value in options.items() if section in ("runner", "browser") else ():
        config.set_option(f"{section}.{option}", value)


@pytest.fixture
def app() -> Callable[[str], AppTest]:
    """Open a page in a session of its own, without a browser."""

    def opened(page: str = "compare", **parameters: str) -> AppTest:
        tester = AppTest.from_file(folder("explorer") / "Explorer.py", default_timeout=HANGS)
        for name, value in parameters.items():
            tester.query_params[name] = value
        if page != "home":
            tester.switch_page(f"views/{page}.py")
        tester.run()
        assert not tester.exception
        return tester

    return opened


@pytest.fixture(scope="session")
def explorer() -> Iterator[object]:
    """The explorer as ``payergraph explore`` starts it, once for all tests that want it."""
    from served import served

    with served() as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """A headless Chromium; in one worker two cannot be open at a time, and other modules open their own."""
    from served import chromium

    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One context for all visitors: each has a session of its own, and the scripts of Streamlit are fetched once."""
    from served import PATIENCE

    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def visit(explorer: Served, context: BrowserContext) -> Iterator[Callable[..., Page]]:
    """Open an address as a new visitor. Afterwards no page may have complained, or asked anyone but the explorer."""
    from served import settled

    complaints: list[str] = []

    def opened(path: str = "/", width: int = 1280, at: Served = explorer) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.on("pageerror", lambda error: complaints.append(f"error {error}"))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: complaints.append(request.url) if _is_outside(request.url, at) else None)
        page.goto(at.address + path)
        return settled(page)

    yield opened
    for page in context.pages:
        page.close()
    assert complaints == []


def _is_outside(url: str, at: Served) -> bool:
    return not url.startswith((at.address, at.address.replace("http", "ws", 1), "data:", "blob:"))
