"""The words of the founding texts, where their folder is at hand: ``PAYERGRAPH_SOURCES`` names it.

The texts do not ship with payergraph. ``data/spans/`` says where in them a fact stands, and what the digest of those
words is; words that do not match their digest are never shown.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from ..store.graph import Graph

VARIABLE = "PAYERGRAPH_SOURCES"


def texts() -> Path | None:
    """The folder of the texts; None where it is not named or not there."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named and Path(named).is_dir() else None


def words(graph: Graph, iri: str) -> str | None:
    """The words from which a fact was taken: a line, an item, a paragraph or a section of its document.

    None where the fact has no span, its text is not at hand, or the text is not the one that was read.
    """
    at = texts()
    if at is None or any(sign in iri for sign in '<>"{}|\\^` '):
        return None
    rows = graph.rows(
        f"""SELECT ?file ?start ?end ?digest WHERE {{
          <{iri}> pg:spanStart ?start ; pg:spanEnd ?end ; pg:spanDigest ?digest ; pg:source/pg:textFile ?file }}"""
    )
    if not rows:
        return None
    name = rows[0]["file"].value
    if Path(name).name != name:
        return None
    text = _read(at / name)
    found = text[int(rows[0]["start"].value) : int(rows[0]["end"].value)] if text is not None else ""
    return found if hashlib.sha256(found.encode()).hexdigest() == rows[0]["digest"].value else None


@lru_cache(maxsize=8)
def _read(path: Path) -> str | None:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None
