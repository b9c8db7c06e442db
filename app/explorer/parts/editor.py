"""An editor of queries that colours them and offers the terms of the graph.

It is CodeMirror in a component of Streamlit's own second kind: the editors on PyPI stand in a frame of their own, which
knows neither the colours of the page nor its keyboard order, and are no longer looked after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import cache
from pathlib import Path

import streamlit as st

from payergraph import terms
from payergraph.browse.vocabulary import Word

_HERE = Path(__file__).parents[1] / "editor"


def draw(label: str, text: str, words: Iterable[Word], *, key: str, on_change: Callable[[], None]) -> None:
    """The editor with a text in it. What is typed is handed over when it is left or run.

    Args:
        words: the terms that are offered, beside prefixes and the words of SPARQL.
        on_change: reads the new text from ``st.session_state[key]["text"]``.
    """
    known = [{"name": f"{prefix}:", "sort": "prefix", "label": "", "definition": space} for prefix, space in _PREFIXES]
    # Registered anew at every run: a session of a test has a registry of its own.
    mounted = st.components.v2.component("payergraph-editor", js=_script(), isolate_styles=False)
    mounted(
        key=key,
        data={"label": label, "text": text, "terms": known + [asdict(word) for word in words]},
        on_text_change=on_change,
    )


_PREFIXES = tuple(terms.PREFIXES.items())


@cache
def _script() -> str:
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in ("codemirror.js", "editor.js"))
