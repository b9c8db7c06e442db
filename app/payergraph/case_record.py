"""A tree of words, checked field by field against the table of fields: names become concepts, numbers decimals.

Whatever format a case came in, it passes here, and nothing passes unread: what is unknown is an error that names
the field, the value, what was expected and the nearest that would do.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from dateutil import parser as dateutil
from rapidfuzz import fuzz, process

from . import terms
from .case_dates import Span
from .case_fields import FIELDS, Field
from .case_text import CaseError, Keyed, Place, Tree, Word, Words, shown
from .concepts import Names, UnknownName

T = TypeVar("T")

_NUMBER = re.compile(r"[-+]?(?=\.?\d)(?:0|[1-9]\d{0,14})?(?:\.\d{0,15})?(?:[eE][-+]?\d{1,2})?", re.ASCII)
_SOME_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,9})?", re.ASCII)
_SOME_DATE = re.compile(r"(\d{4})[-/. ](\d{1,2})(?:[-/. ](\d{1,2}))?", re.ASCII)
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_LEANS = dict.fromkeys(("yes", "y", "on", "1"), "true") | dict.fromkeys(("no", "n", "off", "0"), "false")
# A pyoxigraph decimal has 18 digits after the point; products of two values must fit as well.
_DECIMALS = 9
_FIRST_YEAR = 1900


@dataclass(frozen=True)
class Code:
    """An ICD-10-CM code, as written and as the condition that it means."""

    text: str
    condition: str


@dataclass(frozen=True)
class Entry:
    """The checked fields of a case or of one entry of a list.

    Values are IRIs (names and choices), ``Decimal``, ``int``, ``bool``, ``date``, ``Span``, ``Code``, ``str`` and
    entries; where the field is a list, lists of these. ``words`` keeps how each single value was written.
    """

    place: Place
    values: Mapping[str, Any]
    words: Mapping[str, Word]

    def one(self, key: str, type_: type[T]) -> T | None:
        """The value of a field; None when it is not given."""
        value = self.values.get(key)
        assert value is None or isinstance(value, type_)
        return value

    def many(self, key: str, type_: type[T]) -> list[T]:
        """The values of a list, empty when it is not given."""
        values: list[T] = self.values.get(key, [])
        assert all(isinstance(value, type_) for value in values)
        return values

    def error(self, key: str, problem: str) -> CaseError:
        """What is wrong with the value of a field."""
        return self.words[key].place.error(f"is {shown(self.words[key].text)}, {problem}")


def check(tree: Tree, names: Names, today: date) -> Entry:
    """A case with every field checked on its own, and its dates against the request date.

    ``requestDate`` is always among the values; it is ``today`` where the case gives none.

    Raises:
        CaseError: a field is unknown, missing or wrong.
    """
    return _Checker(names).case(tree, today)


class _Checker:
    def __init__(self, names: Names) -> None:
        self._names = names
        self._request: date | None = None
        self._birth: date | None = None

    def case(self, tree: Tree, today: date) -> Entry:
        if not isinstance(tree, Keyed):
            raise tree.place.error("is no list of fields; write at least 'drug: ' and a drug")
        by_key = {field.key: field for field in FIELDS}
        self._request = self._of("requestDate", by_key, tree) or today
        self._birth = self._of("birthDate", by_key, tree)
        entry = self._entry(tree, FIELDS)
        return Entry(entry.place, {**entry.values, "requestDate": self._request}, entry.words)

    def _of(self, key: str, by_key: Mapping[str, Field], tree: Keyed) -> date | None:
        return self._day(_word(tree.entries[key], by_key[key])) if key in tree.entries else None

    def _entry(self, tree: Keyed, fields: Iterable[Field]) -> Entry:
        by_key = {field.key: field for field in fields}
        for key, value in tree.entries.items():
            if key not in by_key:
                nearest, _, _ = process.extractOne(key[:100], list(by_key), scorer=fuzz.ratio)
                raise value.place.error(f"is no field of a case; the nearest is {nearest}")
        for field in by_key.values():
            if field.required and field.key not in tree.entries:
                raise tree.place.key(field.key).error(f"is missing; expected {field.help[0].lower()}{field.help[1:-1]}")
        values = {key: self._value(value, by_key[key]) for key, value in tree.entries.items()}
        words = {key: value for key, value in tree.entries.items() if isinstance(value, Word)}
        return Entry(tree.place, values, words)

    def _value(self, tree: Tree, field: Field) -> Any:
        if not field.many:
            return self._single(tree, field)
        if not isinstance(tree, Words):
            given = f"is {shown(tree.text)}, not a list" if isinstance(tree, Word) else "is one entry, not a list"
            raise tree.place.error(f"{given}; write {self._as_list(tree, field)}")
        return [self._single(item, field) for item in tree.items]

    def _as_list(self, tree: Tree, field: Field) -> str:
        if field.fields:
            return f"'- {field.fields[0].key}: …', a dash for each entry"
        return f"[{self._names.nearest(tree.text if isinstance(tree, Word) else '', field.kinds)[0]}]"

    def _single(self, tree: Tree, field: Field) -> Any:
        if field.type == "entry":
            if not isinstance(tree, Keyed):
                keys = " and ".join(f.key for f in field.fields[:2])
                given = shown(tree.text) if isinstance(tree, Word) else "a list"
                raise tree.place.error(f"is {given}, but holds fields of its own, such as {keys}")
            return self._entry(tree, field.fields)
        word = _word(tree, field)
        if not word.text:
            raise word.place.error(f"is empty; expected {field.help[0].lower()}{field.help[1:-1]}")
        match field.type:
            case "text":
                return word.text
            case "name":
                return self._named(word, lambda text: self._names.resolve(text, field.kinds))
            case "code":
                return Code(word.text, self._named(word, self._names.icd10))
            case "choice":
                return _choice(word, field)
            case "flag":
                return _flag(word)
            case "count" | "number":
                return _number(word, field)
            case "day":
                return self._day(word)
            case "date":
                return self._span(word)

    def _named(self, word: Word, resolve: Any) -> str:
        try:
            iri: str = resolve(word.text)
        except UnknownName as error:
            raise word.place.error(f"is {shown(terms.local(word.text))}, which {error.problem}; {error.hint}") from None
        return iri

    def _day(self, word: Word) -> date:
        span = _parsed(word, "a day such as 2026-09-12")
        if len(span.text) != 10:
            raise _wrong(word, "which is no full date; expected a day such as 2026-09-12", str(span.first))
        if self._request is not None and span.first > self._request:
            raise self._late(word)
        return span.first

    def _span(self, word: Word) -> Span:
        span = _parsed(word, "a day, a month or a year such as 2026-09-12, 2026-09 or 2026")
        assert self._request is not None
        if span.first > self._request:
            raise self._late(word)
        if self._birth is not None and span.last < self._birth:
            raise _wrong(word, f"which is before the birth on {self._birth}", str(self._birth))
        return span.until(self._request)

    def _late(self, word: Word) -> CaseError:
        return _wrong(word, f"which is after the request on {self._request}", str(self._request))


def _word(tree: Tree, field: Field) -> Word:
    if isinstance(tree, Word):
        return tree
    given = "a list" if isinstance(tree, Words) else "an entry with fields of its own"
    raise tree.place.error(f"is {given}, but holds one value: {field.help[0].lower()}{field.help[1:-1]}")


def _wrong(word: Word, problem: str, nearest: str | None) -> CaseError:
    hint = "" if nearest is None else f"; the nearest is {nearest}"
    return word.place.error(f"is {shown(word.text)}, {problem}{hint}")


def _choice(word: Word, field: Field) -> str:
    if word.text in field.choices:
        return field.choices[word.text]
    nearest, _, _ = process.extractOne(word.text.lower(), list(field.choices), scorer=fuzz.ratio)
    raise _wrong(word, f"not one of {', '.join(field.choices)}", nearest)


def _flag(word: Word) -> bool:
    if word.text in _TRUTH:
        return _TRUTH[word.text]
    raise _wrong(word, "not true or false", _LEANS.get(word.text.lower(), "true"))


def _number(word: Word, field: Field) -> Decimal | int:
    whole = field.type == "count"
    wanted = f"not a {'whole ' if whole else ''}number from {plain(field.low)} to {plain(field.high)}"
    if not _NUMBER.fullmatch(word.text):
        raise _wrong(word, wanted, _near_number(word.text, field))
    number = Decimal(word.text) + 0  # no negative zero
    if plain(number) != _near(number, field):
        raise _wrong(word, wanted, _near(number, field))
    return int(number) if whole else number


def _near(number: Decimal, field: Field) -> str:
    inside = min(max(number, field.low), field.high)
    return plain(round(inside, 0 if field.type == "count" else _DECIMALS))


def _near_number(text: str, field: Field) -> str | None:
    try:
        number = Decimal(text[:40])
    except InvalidOperation:
        some = _SOME_NUMBER.search(text)
        return None if some is None else _near(Decimal(some.group()), field)
    return _near(number, field) if number.is_finite() else None


def plain(number: Decimal) -> str:
    """A decimal without exponent and without zeros at its end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _parsed(word: Word, wanted: str) -> Span:
    try:
        span = Span.parse(word.text)
    except ValueError:
        raise _wrong(word, f"not {wanted}", _near_date(word.text)) from None
    if span.first.year < _FIRST_YEAR:
        raise _wrong(word, f"which is before {_FIRST_YEAR}", str(_FIRST_YEAR))
    return span


def _near_date(text: str) -> str | None:
    some = _SOME_DATE.search(text)
    if some is not None:
        year, month, day = int(some[1]), min(max(int(some[2]), 1), 12), some[3]
        if year < _FIRST_YEAR:
            return None
        last = monthrange(year, month)[1]
        return f"{year}-{month:02}" + ("" if day is None else f"-{min(max(int(day), 1), last):02}")
    try:
        return str(dateutil.parse(text[:40], default=datetime(2000, 1, 1), ignoretz=True).date())
    except (ValueError, OverflowError):
        return None


def record(entry: Entry, names: Names, fields: Iterable[Field] = FIELDS) -> dict[str, Any]:
    """An entry in the words of the format, in the order of the table: slugs, choices, dates as written, numbers."""
    return {f.key: _plain(entry.values[f.key], f, names) for f in fields if f.key in entry.values}


def _plain(value: Any, field: Field, names: Names) -> Any:
    if isinstance(value, list):
        return [_plain(item, field, names) for item in value]
    if isinstance(value, Entry):
        return record(value, names, field.fields)
    if field.type == "choice":
        return next(word for word, term in field.choices.items() if term == value)
    if field.type == "name":
        return names.slug(value)
    if isinstance(value, Span | Code):
        return value.text
    return str(value) if isinstance(value, date) else value
