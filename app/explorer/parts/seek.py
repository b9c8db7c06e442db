"""The box of the search, with suggestions while one types."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from payergraph.wording import counted

from . import data, leads, markup
from .scripted import component

#: No text that is looked for is longer.
LONGEST = 200
#: Nothing is suggested for less.
_LEAST = 2
_SCRIPT = Path(__file__).with_name("seek.js")


@st.fragment
def box(key: str, text: str, hint: str, *, skips: bool = False) -> None:
    """Draw the box. What it suggests is worked out without drawing the page anew.

    Args:
        key: tells the boxes of a page apart.
        text: what the page has looked for, which the box holds.
        hint: what stands in it while it is empty.
        skips: whether a way past the menu stands before it, for who goes by keyboard.
    """
    asked = str(st.session_state.get(f"{key}-asked", ""))[:LONGEST].strip()
    found = _suggested(asked) if len(asked) >= _LEAST else {"asked": asked, "suggestions": [], "said": ""}

    def on_asked() -> None:
        st.session_state[f"{key}-asked"] = st.session_state[key]["asked"]

    fixed = {"id": key, "hint": hint, "skips": skips, "results": markup.PAGES["search"], "longest": LONGEST}
    component("seek", _SCRIPT)(key=key, data=found | fixed | {"text": text}, on_asked_change=on_asked)


def _suggested(text: str) -> dict[str, object]:
    found = data.found(text, typing=True)
    suggestions = leads.suggestions(found)
    said = counted(len(suggestions), "suggestion") if suggestions else "No suggestions"
    mended = [f"“{word}” is read as “{known}”" for word, known in found.mended]
    return {"asked": text, "suggestions": suggestions, "said": ". ".join([said, *mended]), "note": "; ".join(mended)}
