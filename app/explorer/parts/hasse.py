"""The order of rules as a diagram in which two rules are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import streamlit as st

_KEY = "order-diagram"


def draw(svg: str, chosen: Sequence[str], *, on_choice: Callable[[], None]) -> None:
    """The diagram, whose boxes can be clicked and reached by the keyboard.

    Args:
        chosen: the ids of the rules that are chosen, at most two.
        on_choice: reads with ``clicked`` which box it was.
    """
    # Registered anew at every run: a session of a test has a registry of its own.
    component = st.components.v2.component("payergraph-hasse", js=_script(), isolate_styles=False)
    component(key=_KEY, data={"svg": svg, "chosen": list(chosen)}, on_rule_change=on_choice)


def clicked() -> str:
    """The rule whose box was clicked."""
    return str(st.session_state[_KEY]["rule"])


@cache
def _script() -> str:
    return Path(__file__).with_name("hasse.js").read_text(encoding="utf-8")
