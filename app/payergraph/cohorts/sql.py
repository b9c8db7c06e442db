"""Names and texts as SQL has them."""

from __future__ import annotations

from pathlib import Path


def literal(text: str | Path) -> str:
    """A text, or the path of a file, in single quotes."""
    return "'" + str(text).replace("'", "''") + "'"


def quoted(name: str) -> str:
    """The name of a column or a table, in double quotes."""
    return '"' + name.replace('"', '""') + '"'
