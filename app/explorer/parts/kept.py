"""What a visitor filled in, kept by the tab of the browser, so that loading the page anew does not lose it.

It goes from the visitor's session to the memory that the browser has for the tab, ``sessionStorage``, and back: never
to an address, a log, a file of ours or another visitor.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from .scripted import component

_KEY = "case-kept"
_SCRIPT = Path(__file__).with_name("kept.js")


def by_the_tab(text: str | None, *, asks: bool, on_kept: Callable[[], None]) -> None:
    """Let the tab keep a text, or nothing.

    Args:
        asks: whether the session has only begun; then what the tab has kept before is handed to ``on_kept``, which
            reads it with ``found``.
    """
    component("kept", _SCRIPT)(key=_KEY, data={"text": text, "asks": asks}, on_kept_change=on_kept)


def found() -> str:
    """What the tab has kept."""
    return str(st.session_state[_KEY]["kept"])
