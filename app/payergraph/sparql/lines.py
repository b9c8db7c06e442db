"""The rows of an answer as a reader goes through them: those with some words, in an order, a page at a time."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pyoxigraph as ox

from .. import terms
from ..table import Row, Value

_T = TypeVar("_T")
_NUMBERS = frozenset(
    terms.XSD + name
    for name in (
        *("integer", "decimal", "double", "float", "long", "int", "short", "byte", "nonNegativeInteger"),
        *("positiveInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)
_DIGITS = re.compile(r"(\d+)")


def number(value: Value) -> float | None:
    """The number that a value is; None where it is none, or no finite one."""
    if not isinstance(value, ox.Literal) or value.datatype.value not in _NUMBERS:
        return None
    try:
        found = float(value.value)
    except ValueError:
        return None
    return found if abs(found) < math.inf else None


def having(rows: Iterable[Row], words: str, told: Callable[[Row], str]) -> tuple[Row, ...]:
    """The rows whose text, as ``told`` gives it, has every word somewhere, in small or large letters."""
    wanted = words.casefold().split()
    if not wanted:
        return tuple(rows)
    texts = ((row, told(row).casefold()) for row in rows)
    return tuple(row for row, text in texts if all(word in text for word in wanted))


def ordered(
    rows: Sequence[Row], shown: Callable[[Row], Value], told: Callable[[Value], str], *, falling: bool
) -> tuple[Row, ...]:
    """The rows by one column: numbers by size, before texts; days by time; numbers inside texts by size.

    Rows without a value come last, whichever way. Equal rows stay as they stood.

    Args:
        shown: the value of the column in a row.
        told: a value as it is read.
    """
    some = [row for row in rows if shown(row) is not None]
    none = [row for row in rows if shown(row) is None]
    keys = {id(row): _key(shown(row), told) for row in some}
    some.sort(key=lambda row: keys[id(row)], reverse=falling)
    return (*some, *none)


def _key(value: Value, told: Callable[[Value], str]) -> tuple[int, float, list[tuple[int, int, str]]]:
    found = number(value)
    if found is not None:
        return 0, found, []
    # A day as ISO writes it is in order; as people write it it is not.
    is_day = isinstance(value, ox.Literal) and value.datatype.value.startswith(terms.XSD)
    plain = isinstance(value, ox.Literal) and value.datatype.value == terms.XSD + "string"
    text = value.value if isinstance(value, ox.Literal) and is_day and not plain else told(value)
    parts = _DIGITS.split(text.casefold())
    return 1, 0.0, [(1, int(part), "") if at % 2 else (0, 0, part) for at, part in enumerate(parts)]


@dataclass(frozen=True)
class Page:
    """A page of rows.

    Attributes:
        number: of the page, from 1.
        pages: how many there are, at least 1.
        first: the place of its first row, from 1.
    """

    rows: tuple[Row, ...]
    number: int
    pages: int
    first: int


def page(rows: Sequence[Row], wanted: int, size: int) -> Page:
    """A page of at most ``size`` rows; the last one where a later one is wanted, the first where an earlier."""
    pages = max(1, math.ceil(len(rows) / size))
    at = min(max(wanted, 1), pages)
    start = (at - 1) * size
    return Page(tuple(rows[start : start + size]), at, pages, start + 1)
