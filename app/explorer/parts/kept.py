"""What a visitor filled in, kept by the tab of the browser, so that loading the page anew does not lose it.

It goes from the visitor's session to the memory that the browser has for the tab, ``sessionStorage``, and back: never
to an address, a log, a file of ours or another visitor.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st

_KEY = "case-kept"


def by_the_tab(text: str | None, *, asks: bool, on_kept: Callable[[], None]) -> None:
    """Let the tab keep a text, or nothing.

    Args:
        asks: whether the session has only begun; then what the tab has kept before is handed to ``on_kept``, which
            reads it with ``found``.
    """
    # Registered anew at every run: a session of a test has a registry of its own.
    component = st.components.v2.component("payergraph-kept", js=_script(), isolate_styles=False)
    component(key=_KEY, data={"text": text, "asks": asks}, on_kept_change=on_kept)


def found() -> str:
    """What the tab has kept."""
    return str(st.session_state[_KEY]["kept"])


@cache
def _script() -> str:
    return Path(__file__).with_name("kept.js").read_text(encoding="utf-8")
