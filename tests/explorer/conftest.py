from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest
from command import HANGS
from streamlit.testing.v1 import AppTest

from payergraph.locate import folder

# Streamlit puts the folder of the entry first on the path.
sys.path.insert(0, str(folder("explorer")))


@pytest.fixture
def app() -> Callable[[str], AppTest]:
    """Open a page in a session of its own, without a browser."""

    def opened(page: str = "compare", **parameters: str) -> AppTest:
        tester = AppTest.from_file(folder("explorer") / "Explorer.py", default_timeout=HANGS)
        for name, value in parameters.items():
            tester.query_params[name] = value
        tester.run()
        if page != "compare":
            tester.switch_page(f"views/{page}.py").run()
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
