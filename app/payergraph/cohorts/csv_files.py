"""How DuckDB reads a file of CSV, and what it says of a file that it cannot read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..errors import FileError
from .sql import literal, quoted

NO_UTF8 = "it is not UTF-8"


def read_csv(path: Path, names: Sequence[str], delimiter: str, quote: str) -> str:
    """The table function: every cell as text, with nothing guessed, for a guess may take rows as comments.

    Args:
        names: those of the columns, as the header has them.
        quote: what stands around a cell, and is doubled in one; empty for nothing.

    Raises:
        FileError: the header names a column twice.
    """
    folded = [name.casefold() for name in names]
    if twice := [name for name in names if folded.count(name.casefold()) > 1]:
        raise FileError(path, "read", f"its header has {twice[0]} more than once")
    columns = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)
    form = f"delim = {literal(delimiter)}, quote = {literal(quote)}, escape = {literal(quote)}"
    return f"read_csv({literal(path)}, auto_detect = false, header = true, columns = {{{columns}}}, {form})"


def said(error: Exception) -> str:
    """What DuckDB says of a file, without the cells of a patient, which it cites."""
    text = str(error)
    if "not utf-8 encoded" in text:
        return NO_UTF8
    if line := re.search(r"Line: (\d+)", text):
        return f"line {line[1]} is not as the header has it"
    if "parquet" in text.casefold():
        return "it is no whole Parquet file"
    return text.partition("\n")[0]
