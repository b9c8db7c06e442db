"""A tree of words, checked field by field against the table of fields: names become concepts, numbers decimals.

Whatever format a case came in, it passes here, and nothing passes unread: what is unknown is an error that names
the field, the value and what was expected. What could be meant is named only where it means the same. A chart holds
more than the graph knows, so a name that decides nothing may be one that the graph does not know (``unheard``).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from .. import terms
from ..errors import CaseError, UnknownName
from ..near import slips
from ..store.names import Names
from ..wording import numeral
from .dates import Span, readings
from .fields import BESIDE, FIELDS, LETTER, Field
from .options import NOT_KNOWN, spoken, unit
from .text import Keyed, Place, Tree, Word, Words, shown

T = TypeVar("T")

_NUMBER = re.compile(r"[-+]?(?=\.?\d)(?:0|[1-9]\d{0,14})?(?:\.\d{0,15})?(?:[eE][-+]?\d{1,2})?", re.ASCII)
# A number with its unit behind it; a comma parts thousands and nothing else.
_MEASURED = re.compile(r"([1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|[-+]?\d*\.?\d+)\s*([^\d\s].*)?", re.ASCII)
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
# A pyoxigraph decimal has 18 digits after the point; products of two values must fit as well.
_DECIMALS = 9
#: The first year that a date of a case may be of.
FIRST_YEAR = 1900


@dataclass(frozen=True)
class Code:
    """An ICD-10-CM code, as written and as the condition that it means."""

    text: str
    condition: str


@dataclass(frozen=True)
class ChartEntry:
    """The checked fields of a case or of one entry of a list.

    Values are IRIs (names and choices), ``Decimal``, ``int``, ``bool``, ``date``, ``Span``, ``Code``, ``str`` and
    entries; where the field is a list, lists of these. ``words`` keeps how each single value was written.
    ``beside`` holds what only a letter reads: the section ``letter`` of a case, the page and the note of a row.
    """

    place: Place
    values: Mapping[str, Any]
    words: Mapping[str, Word]
    beside: Mapping[str, Any] = dataclasses.field(default_factory=dict, repr=False)

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
        return _wrong(self.words[key], problem)


def check(tree: Tree, names: Names, today: date) -> ChartEntry:
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

    def case(self, tree: Tree, today: date) -> ChartEntry:
        if not isinstance(tree, Keyed):
            raise tree.place.error("is no list of fields; write at least 'drug: ' and a drug")
        by_key = {field.key: field for field in FIELDS}
        self._request = self._of("requestDate", by_key, tree) or today
        self._birth = self._of("birthDate", by_key, tree)
        entry = self._entry(tree, FIELDS, (LETTER,))
        return replace(entry, values={**entry.values, "requestDate": self._request})

    def _of(self, key: str, by_key: Mapping[str, Field], tree: Keyed) -> date | None:
        return self._day(_word(tree.entries[key], by_key[key])) if key in tree.entries else None

    def _entry(self, tree: Keyed, fields: Iterable[Field], beside: Sequence[Field] = ()) -> ChartEntry:
        by_key = {field.key: field for field in (*fields, *beside)}
        by_key |= {key: replace(f, kinds=kinds) for f in by_key.values() for key, kinds in f.aliases.items()}
        given: dict[str, Tree] = {}
        for key, value in tree.entries.items():
            if key not in by_key:
                raise value.place.error(*_no_field(key, by_key))
            if (own := by_key[key].key) in given:
                raise value.place.error(f"says again what {given[own].place.field} says; keep one")
            given[own] = value
        for field in fields:
            if field.required and field.key not in given:
                raise tree.place.key(field.key).error(f"is missing; expected {field.help[0].lower()}{field.help[1:-1]}")
        values = {by_key[key].key: self._value(value, by_key[key]) for key, value in tree.entries.items()}
        apart = {field.key: values.pop(field.key) for field in beside if field.key in values}
        words = {key: value for key, value in given.items() if isinstance(value, Word) and key not in apart}
        return ChartEntry(tree.place, values, words, apart)

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
        return f"[{tree.text}]" if isinstance(tree, Word) and len(tree.text) <= 60 else f"{field.key}: [a name, …]"

    def _single(self, tree: Tree, field: Field) -> Any:
        if field.type == "entry":
            if not isinstance(tree, Keyed):
                keys = " and ".join(f.key for f in field.fields[:2])
                given = shown(tree.text) if isinstance(tree, Word) else "a list"
                raise tree.place.error(f"is {given}, but holds fields of its own, such as {keys}")
            return self._entry(tree, field.fields, BESIDE if field.many else ())
        word = _word(tree, field)
        if not word.text:
            raise word.place.error(f"is empty; expected {field.help[0].lower()}{field.help[1:-1]}")
        return self._read(word, field)

    def _read(self, word: Word, field: Field) -> Any:
        match field.type:
            case "text":
                return word.text
            case "name":
                return self._named(word, field, lambda text: self._names.resolve(text, field.kinds))
            case "code":
                return Code(word.text, self._named(word, field, self._names.icd10))
            case "choice":
                return _choice(word, field)
            case "flag":
                return _flag(word, field)
            case "count" | "number":
                return _number(word, field)
            case "value":
                return _number(word, field) if _NUMBER.fullmatch(word.text) else self._graded(word, field)
            case "day":
                return self._day(word)
            case "date":
                return self._span(word, field.ahead)

    def _named(self, word: Word, field: Field, resolve: Any) -> str:
        try:
            iri: str = resolve(word.text)
        except UnknownName as error:
            if field.open and error.unheard:
                return self._names.unheard(error.text, field.kinds)
            problem = f"is {shown(terms.local(word.text))}, which {error.problem}"
            raise word.place.error(problem if error.nearest else f"{problem}; {error.hint}", error.nearest) from None
        return iri

    def _graded(self, word: Word, field: Field) -> str:
        try:
            return self._named(word, field, lambda text: self._names.resolve(text, field.kinds))
        except CaseError as error:
            # A number that is no plain one is told as a number.
            if word.text[:1] in "0123456789.+-<>~":
                _number(word, field)
            raise error from None

    def _day(self, word: Word) -> date:
        span = self._dated(word, "a day such as 2026-09-12", 10)
        if len(span.text) != 10:
            raise _wrong(word, "which is no full date; expected a day such as 2026-09-12")
        return span.first

    def _span(self, word: Word, ahead: bool) -> Span:
        span = self._dated(word, "a day, a month or a year such as 2026-09-12, 2026-09 or 2026", 4, ahead)
        assert self._request is not None
        if self._birth is not None and span.last < self._birth:
            raise _wrong(word, f"which is before the birth on {self._birth}")
        return span if ahead else span.until(self._request)

    def _dated(self, word: Word, wanted: str, exact: int, ahead: bool = False) -> Span:
        """A date that can be one of this case; another notation is told in ours if it is as exact as this."""
        try:
            span = Span.parse(word.text)
        except ValueError:
            could = readings(word.text)
            if len(could) > 1:
                raise _wrong(word, f"which may be {' or '.join(could)}; write the one that is meant") from None
            fits = [one for one in could if len(one) >= exact and not self._outside(Span.parse(one), ahead)]
            raise _wrong(word, f"not {wanted}", fits) from None
        if outside := self._outside(span, ahead):
            raise _wrong(word, outside)
        return span

    def _outside(self, span: Span, ahead: bool) -> str:
        """Why a date can be none of this case; empty where it can."""
        if span.first.year < FIRST_YEAR:
            return f"which is before {FIRST_YEAR}"
        if not ahead and self._request is not None and span.first > self._request:
            return f"which is after the request on {self._request}"
        return ""


def _word(tree: Tree, field: Field) -> Word:
    if isinstance(tree, Word):
        return tree
    given = "a list" if isinstance(tree, Words) else "an entry with fields of its own"
    raise tree.place.error(f"is {given}, but holds one value: {field.help[0].lower()}{field.help[1:-1]}")


def _wrong(word: Word, problem: str, nearest: Sequence[str] = ()) -> CaseError:
    return word.place.error(f"is {shown(word.text)}, {problem}", nearest)


def _no_field(key: str, by_key: Mapping[str, Field]) -> tuple[str, list[str]]:
    """What is wrong with a key: the field that is meant, or all that there are."""
    if meant := slips(key, by_key):
        return "is no field of a case", meant
    known = [name for name in by_key if not name.endswith("Complete")]
    return f"is no field of a case; {'here it has' if len(known) < 20 else 'it has'} {', '.join(known)}", []


def _choice(word: Word, field: Field) -> str:
    said = spoken(word.text)
    if said in field.synonyms:
        return field.choices[field.synonyms[said]]
    if problem := _no_answer(said, field):
        raise _wrong(word, problem)
    if meant := slips(word.text, field.choices):
        raise _wrong(word, f"not one of {', '.join(field.choices)}", meant)
    raise _wrong(word, f"not one of {_explained(field)}")


def _explained(field: Field) -> str:
    return ", ".join(f"{word} ({meaning})" for word, meaning in field.meanings.items())


def _no_answer(said: str, field: Field) -> str:
    """Why a word of a chart does not answer a closed list; empty where it is none of the words that are known."""
    if said in field.asks:
        return f"{field.asks[said]}; write {_explained(field) if field.choices else 'true or false'}"
    if said in NOT_KNOWN:
        return f"which tells nothing; leave the {'entry' if field.required else 'field'} out while it is not known"
    return ""


def _flag(word: Word, field: Field) -> bool:
    if word.text in _TRUTH:
        return _TRUTH[word.text]
    said = spoken(word.text)
    if problem := _no_answer(said, field):
        raise _wrong(word, problem)
    raise _wrong(
        word, "not true or false", [field.synonyms[said]] if said in field.synonyms else slips(said, ("true", "false"))
    )


def _number(word: Word, field: Field) -> Decimal | int:
    number = bounded(word.text, field)
    if number is None:
        whole = "whole " if field.type == "count" else ""
        nearest = _alone(word.text, field)
        digits = f" with at most {_DECIMALS} digits after the point" if re.search(r"\.\d{10}", word.text) else ""
        wanted = f"not a {whole}number from {numeral(field.low)} to {numeral(field.high)}{digits}"
        raise _wrong(word, wanted, [] if nearest is None else [nearest])
    return int(number) if field.type == "count" else number


def bounded(text: str, field: Field) -> Decimal | None:
    """The number that a text is, if the field can have it."""
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text) + 0  # no negative zero
    if not field.low <= number <= field.high:
        return None
    return number if number == round(number, 0 if field.type == "count" else _DECIMALS) else None


def _alone(text: str, field: Field) -> str | None:
    """The number of a text that adds the unit of the field or parts the thousands; None of any other."""
    match = _MEASURED.fullmatch(text)
    if match is None or (match[2] is not None and unit(match[2]) not in field.units):
        return None
    number = match[1].replace(",", "").lstrip("+")
    return number if bounded(number, field) is not None else None


def record(entry: ChartEntry, names: Names, fields: Iterable[Field] = FIELDS) -> dict[str, Any]:
    """An entry in the words of the format, in the order of the table: slugs, choices, dates as written, numbers."""
    return {f.key: _plain(entry.values[f.key], f, names) for f in fields if f.key in entry.values}


def _plain(value: Any, field: Field, names: Names) -> Any:
    if isinstance(value, list):
        return [_plain(item, field, names) for item in value]
    if isinstance(value, ChartEntry):
        return record(value, names, field.fields)
    if field.type == "choice":
        return next(word for word, term in field.choices.items() if term == value)
    if field.type == "name" or (field.type == "value" and isinstance(value, str)):
        return names.slug(value)
    if isinstance(value, Span | Code):
        return value.text
    return str(value) if isinstance(value, date) else value
