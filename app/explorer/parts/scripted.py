"""What a page does in the browser: a component of Streamlit's own second kind, which is a script beside the module."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st


def component(name: str, *scripts: Path) -> Callable[..., Any]:
    """What mounts some scripts, one after the other, as a component of this name."""
    # Registered anew at every run: a session of a test has a registry of its own.
    return st.components.v2.component(f"payergraph-{name}", js=_text(scripts), isolate_styles=False)


@cache
def _text(scripts: tuple[Path, ...]) -> str:
    return "\n".join(script.read_text(encoding="utf-8") for script in scripts)
