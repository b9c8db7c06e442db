"""Values of any property: what a text of an outline is when nothing else says it."""

from __future__ import annotations

import re

import pyoxigraph as ox

from ... import terms

_KINDS = (
    ("integer", r"-?\d+"),
    ("decimal", r"-?\d+\.\d+"),
    ("date", r"\d{4}-\d\d-\d\d"),
    ("gYearMonth", r"\d{4}-\d\d"),
)
_BOOLEANS = {"yes": ox.Literal(True), "no": ox.Literal(False)}
_CODED = re.compile(r'"(.*)"\^\^([a-z]+):(\w+)')


def typed(text: str) -> ox.Literal:
    """A number, a day, a month, yes or no, else a text."""
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if coded := _CODED.fullmatch(text):
        return ox.Literal(coded[1], datatype=ox.NamedNode(terms.PREFIXES.get(coded[2], terms.PG) + coded[3]))
    for name, pattern in _KINDS:
        if re.fullmatch(pattern, text):
            return ox.Literal(text, datatype=ox.NamedNode(terms.XSD + name))
    return ox.Literal(text)


def day(text: str) -> ox.Literal:
    """A day, a month or a year; any other text as it is."""
    if re.fullmatch(r"\d{4}", text):
        return ox.Literal(text, datatype=ox.NamedNode(terms.XSD + "gYear"))
    return typed(text)


def looks_typed(text: str) -> bool:
    """Whether a text would be read as something else than a text."""
    return typed(text) != ox.Literal(text) or bool(re.fullmatch(r"[a-z-]+/\S+|pg:\S+|https?://\S+", text))
