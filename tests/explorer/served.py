"""The explorer, really started, and a browser to look at it with."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

_ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-sync", "--disable-component-update"),
]
#: Chromium without windows draws in half the time. None where there is no browser.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
#: Milliseconds after which a page hangs. None fails earlier: other work may share the cores with the browser.
PATIENCE = 300_000


@dataclass(frozen=True)
class Served:
    """A running explorer and what it printed so far."""

    address: str
    output: Path
    process: subprocess.Popen[bytes]


@contextmanager
def served(command: Sequence[str] = ("-m", "payergraph", "explore", "--headless", "--port")) -> Iterator[Served]:
    """Run ``python <command> <free port>`` until the explorer answers, and end it afterwards."""
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    with TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        with output.open("w") as log:
            process = subprocess.Popen(
                [sys.executable, *command, str(port)], stdout=log, stderr=log, start_new_session=True
            )
        try:
            _wait(process, f"http://localhost:{port}/_stcore/health", output)
            yield Served(f"http://localhost:{port}", output, process)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=PATIENCE / 1000)


def _wait(process: subprocess.Popen[bytes], health: str, output: Path) -> None:
    until = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(health, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the explorer does not start: {output.read_text()}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the system, without network habits of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        yield browser
        browser.close()


def settled(page: Page) -> Page:
    """Wait until the page is drawn and nothing runs any more."""
    # While a page that has grown is drawn anew, that of before stands for a moment beside it.
    page.locator(".pg-footer").first.wait_for(timeout=PATIENCE)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=PATIENCE)
    return page
