"""An editor of queries that colours them and offers the terms of the graph.

It is CodeMirror in a component of Streamlit's own second kind: the editors on PyPI stand in a frame of their own, which
knows neither the colours of the page nor its keyboard order, and are no longer looked after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

from payergraph import terms
from payergraph.browse.vocabulary import Word

from .scripted import component

_SCRIPTS = [Path(__file__).parents[1] / "editor" / name for name in ("codemirror.js", "editor.js")]


def draw(label: str, text: str, words: Iterable[Word], *, key: str, on_change: Callable[[], None]) -> None:
    """The editor with a text in it. What is typed is handed over when it is left or run.

    Args:
        words: the terms that are offered, beside prefixes and the words of SPARQL.
        on_change: reads the new text from ``st.session_state[key]["text"]``.
    """
    known = [{"name": f"{prefix}:", "sort": "prefix", "label": "", "definition": space} for prefix, space in _PREFIXES]
    component("editor", *_SCRIPTS)(
        key=key,
        data={"label": label, "text": text, "terms": known + [asdict(word) for word in words]},
        on_text_change=on_change,
    )


_PREFIXES = tuple(terms.PREFIXES.items())
