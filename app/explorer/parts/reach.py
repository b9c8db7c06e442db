"""What the buttons of ``markup.reaching`` do in the browser: they open a part of the page and go there."""

from __future__ import annotations

from pathlib import Path

from .scripted import component

_SCRIPT = Path(__file__).with_name("reach.js")


def reached() -> None:
    """Let the buttons of the page lead to its parts."""
    component("reach", _SCRIPT)(key="reach")
