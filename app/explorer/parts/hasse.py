"""The order of rules as a diagram in which two rules are chosen."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path

import streamlit as st

from .scripted import component

_KEY = "order-diagram"
_SCRIPT = Path(__file__).with_name("hasse.js")


def draw(svg: str, chosen: Sequence[str], *, on_choice: Callable[[], None]) -> None:
    """The diagram, whose boxes can be clicked and reached by the keyboard.

    Args:
        chosen: the ids of the rules that are chosen, at most two.
        on_choice: reads with ``clicked`` which box it was.
    """
    data = {"svg": svg, "chosen": list(chosen)}
    # Its place is kept until it is drawn, so that nothing below moves.
    height = ceil(float(re.findall(r'height="([\d.]+)"', svg)[0]))
    component("hasse", _SCRIPT)(key=_KEY, data=data, height=height, on_rule_change=on_choice)


def clicked() -> str:
    """The rule whose box was clicked."""
    return str(st.session_state[_KEY]["rule"])
