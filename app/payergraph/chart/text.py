"""A case as a tree of words: the text of a file in YAML 1.2 or JSON, strict, bounded, and with the place of every word;
or a mapping of Python.

No word is given a type here. What ``NO``, ``0123`` or ``2026-10-01`` means depends on the field (``fields``),
so nothing is lost on the way. Anchors, aliases, tags, duplicate keys and second documents are refused.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any, TypeAlias

from ..errors import CaseError
from ..near import hint

#: The greatest size of a case file in bytes.
MAX_BYTES = 1_048_576
_MAX_DEPTH = 16
#: How many values a case may have, in any format.
MAX_VALUES = 20_000
#: How many characters a value may have.
MAX_LENGTH = 1_000


@dataclass(frozen=True)
class Place:
    """Where in which file something stands."""

    file: str
    field: str = ""
    line: int | None = None

    def key(self, name: str, line: int | None = None) -> Place:
        """The place of a field of what stands here."""
        name = name if name.isprintable() and len(name) <= 40 else shown(name)
        return Place(self.file, f"{self.field}.{name}" if self.field else name, line or self.line)

    def item(self, number: int, line: int | None = None) -> Place:
        """The place of an item, counted from 0, of the list that stands here."""
        return Place(self.file, f"{self.field}[{number}]", line or self.line)

    def error(self, problem: str, nearest: Sequence[str] = ()) -> CaseError:
        """A problem of what stands here; it follows the name of the field, and what could be meant follows it."""
        where = self.file if self.line is None else f"{self.file}, line {self.line}"
        said = f"{problem}; {hint(nearest)}" if nearest else problem
        return CaseError(f"{where}: {self.field or 'the case'} {said}.", self.file, self.field, self.line, nearest)


@dataclass(frozen=True)
class Word:
    """A single value, as text."""

    text: str
    place: Place


@dataclass(frozen=True)
class Words:
    """A list."""

    items: tuple[Tree, ...]
    place: Place


@dataclass(frozen=True)
class Keyed:
    """A mapping. A key without a value (``weightKg:``, ``null``) says nothing and is left out."""

    entries: dict[str, Tree]
    place: Place


Tree: TypeAlias = Word | Words | Keyed


def shown(text: str) -> str:
    """A value as error messages show it: quoted, on one line, not endless."""
    line = " ".join(text.split())
    return repr(line if len(line) <= 60 else line[:57] + "…")


def decoded(content: bytes, file: str) -> str:
    """The text of a file, with or without a byte order mark.

    Raises:
        CaseError: it is too big or not UTF-8.
    """
    if len(content) > MAX_BYTES:
        raise Place(file).error(
            f"is larger than the {MAX_BYTES:,} bytes that a case file may have; give one case a file"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Place(file).error(f"is not UTF-8 text at byte {error.start}; save the file as UTF-8") from None


def word(text: str, place: Place) -> Word:
    """A value with its spaces made plain.

    Raises:
        CaseError: it is too long, or holds a character that cannot be printed.
    """
    line = " ".join(text.split())
    if len(line) > MAX_LENGTH:
        raise place.error(f"is {shown(line)}, longer than the {MAX_LENGTH:,} characters that a value may have")
    if not line.isprintable():
        raise place.error(f"is {shown(line)}, which holds a character that cannot be printed; write plain text")
    return Word(line, place)


# --- YAML ---------------------------------------------------------------------------------------------


def read_yaml(text: str, file: str) -> Tree:
    """The tree of a YAML 1.2 document.

    Raises:
        CaseError: it is not YAML, or more than a case needs of YAML.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        events = _Events(YAML(typ="safe", pure=True).parse(text), file)
        return events.document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        problem = " ".join(str(error.problem or error.context).split())
        raise Place(file, line=line).error(f"is not YAML, because {problem}") from None
    except YAMLError as error:
        raise Place(file).error(f"is not YAML, because {' '.join(str(error).split())}") from None


def to_yaml(case: Mapping[str, Any]) -> str:
    """A case in YAML."""
    from ruamel.yaml import YAML

    yaml, out = YAML(), io.StringIO()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(_plain(case), out)
    return out.getvalue()


def _plain(value: Any) -> Any:
    """A value whose days and numbers stand without quotes."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return date.fromisoformat(value)
    return float(value) if isinstance(value, str) and re.fullmatch(r"\d+\.\d+", value) else value


class _Events:
    """A parser's events, read one by one, so that what is too deep or too long is never built."""

    def __init__(self, events: Iterator[Any], file: str) -> None:
        self._events = events
        self._file = file
        self._count = 0

    def document(self) -> Tree:
        from ruamel.yaml import events as ev

        root = Place(self._file)
        self._next()  # the start of the stream
        if isinstance(self._next(), ev.StreamEndEvent):
            raise root.error("is empty; write at least 'drug: ' and a drug")
        tree = self._tree(self._next(), root, 0)
        self._next()  # the end of the document
        after = self._next()
        if not isinstance(after, ev.StreamEndEvent):
            raise Place(self._file, line=after.start_mark.line + 1).error(
                "is followed by a second document; give one case a file"
            )
        if tree is None:
            raise root.error("is empty; write at least 'drug: ' and a drug")
        return tree

    def _next(self) -> Any:
        self._count += 1
        if self._count > MAX_VALUES:
            raise Place(self._file).error(f"holds more than the {MAX_VALUES:,} keys and values that a case may have")
        return next(self._events)

    def _tree(self, event: Any, place: Place, depth: int) -> Tree | None:
        from ruamel.yaml import events as ev

        if isinstance(event, ev.AliasEvent) or event.anchor is not None:
            raise place.error(f"uses the YAML anchor or alias {shown(str(event.anchor))}; write the value out")
        if event.ctag is not None:
            raise place.error(f"has the YAML tag {shown(str(event.ctag))}; write the value without a tag")
        if depth > _MAX_DEPTH:
            raise place.error(f"is nested more than {_MAX_DEPTH} levels deep; a case has four")
        if isinstance(event, ev.ScalarEvent):
            is_null = event.style is None and event.value in ("", "~", "null", "Null", "NULL")
            return None if is_null else word(event.value, place)
        if isinstance(event, ev.SequenceStartEvent):
            items: list[Tree] = []
            while not isinstance(event := self._next(), ev.SequenceEndEvent):
                here = place.item(len(items), event.start_mark.line + 1)
                items.append(self._tree(event, here, depth + 1) or Word("", here))
            return Words(tuple(items), place)
        pairs: list[tuple[str, Tree | None, Place]] = []
        while not isinstance(event := self._next(), ev.MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, ev.ScalarEvent):
                raise Place(place.file, place.field, line).error("has a list or a mapping as a key; a key is a word")
            name = self._tree(event, Place(place.file, place.field, line), depth)
            key = name.text if isinstance(name, Word) else event.value
            here = place.key(key, line)
            pairs.append((key, self._tree(self._next(), here, depth + 1), here))
        return _keyed(pairs, place)


# --- JSON -----------------------------------------------------------------------------------------------


class Number(str):
    """The digits of a JSON number as written, so that 18.2 stays 18.2."""


class Pairs(list[tuple[str, Any]]):
    """The members of a JSON object in order, duplicates included."""


def parse_json(text: str, file: str) -> Any:
    """JSON as Python values, with numbers as ``Number`` and objects as ``Pairs``.

    Raises:
        CaseError: it is not JSON, or too long.
    """

    def refuse(constant: str) -> None:
        raise Place(file).error(f"holds {constant}, which is no number; write a number or leave the field out")

    # A chart in FHIR says little in many values; how many of them make a case is told when they are read.
    if text.count(",") > MAX_VALUES and '"resourceType"' not in text:
        raise Place(file).error(f"holds more than the {MAX_VALUES:,} values that a case may have")
    try:
        return json.loads(text, object_pairs_hook=Pairs, parse_int=Number, parse_float=Number, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise Place(file, line=error.lineno).error(f"is not JSON, because of {error.msg!r}") from None
    except RecursionError:
        raise Place(file).error(f"is nested more than {_MAX_DEPTH} levels deep; a case has four") from None


def parsed(content: Any, place: Place) -> Any:
    """A mapping of Python as ``parse_json`` gives the text that says the same.

    A day is a ``date`` or text, a number a number or text.

    Raises:
        CaseError: it holds what is no value of a field, is too long or nested too deeply.
    """
    counted = count(1)

    def of(value: Any, here: Place, depth: int) -> Any:
        if next(counted) > MAX_VALUES:
            raise place.error(f"holds more than the {MAX_VALUES:,} values that a case may have")
        if depth > _MAX_DEPTH:
            raise here.error(f"is nested more than {_MAX_DEPTH} levels deep; a case has four")
        if value is None or isinstance(value, str | bool):
            return value
        if isinstance(value, int | float | Decimal):
            return Number(value)
        if type(value) is date:
            return value.isoformat()
        if isinstance(value, Mapping):
            return Pairs((str(key), of(item, here.key(str(key)), depth + 1)) for key, item in value.items())
        if isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes | bytearray):
            return [of(item, here.item(number), depth + 1) for number, item in enumerate(value)]
        raise here.error(f"is a {type(value).__name__}, which is no value of a field; write text, a number or a date")

    return of(content, place, 0)


def tree_of_json(value: Any, place: Place, depth: int = 0) -> Tree | None:
    """The tree of a parsed JSON value; None of ``null``.

    Raises:
        CaseError: a key stands twice, or it is nested too deeply.
    """
    if depth > _MAX_DEPTH:
        raise place.error(f"is nested more than {_MAX_DEPTH} levels deep; a case has four")
    if isinstance(value, Pairs):
        return _keyed([(k, tree_of_json(v, place.key(k), depth + 1), place.key(k)) for k, v in value], place)
    if isinstance(value, list):
        items = (
            tree_of_json(item, place.item(n), depth + 1) or Word("", place.item(n)) for n, item in enumerate(value)
        )
        return Words(tuple(items), place)
    if value is None:
        return None
    return word(str(value).lower() if isinstance(value, bool) else value, place)


def _keyed(pairs: list[tuple[str, Tree | None, Place]], place: Place) -> Keyed:
    entries: dict[str, Tree] = {}
    seen: dict[str, Place] = {}
    for key, tree, here in pairs:
        if key in seen:
            before = "" if seen[key].line in (None, here.line) else f" (first in line {seen[key].line})"
            second = f" as {shown(tree.text)}" if isinstance(tree, Word) else ""
            raise here.error(f"is given a second time{second}{before}; keep one of the two")
        seen[key] = here
        if tree is not None:
            entries[key] = tree
    return Keyed(entries, place)
