"""The statements of a graph, with values that compare.

Values are compared as what they are: durations in hours, days and weeks on one scale and in months and years on
another, so that 72 hours are three days but six months are not 180 days; ranges as ranges; telephone numbers and tiers
by their digits; things by the hierarchy of concepts. Other free text is never compared.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import pyoxigraph as ox

from ... import terms
from ...store.facts import Facts, facts
from ...store.graph import Graph
from ...store.names import Names, names
from ...terms import Term
from ...wording import numeral


class Answer(NamedTuple):
    """A value that can be compared: what it measures, and the value itself.

    ``scale`` tells answers apart that do not compare on one scale (days and months); ``measure`` those that do not
    compare at all (days and percent).
    """

    measure: str
    scale: str
    low: Hashable
    high: Hashable


@dataclass(frozen=True)
class Statement:
    """What a document says beside its criteria, with its value as text and as it compares.

    ``words`` are words, no things, that limit it; ``comparator`` is the slug of how its value bounds. ``since`` and
    ``until`` are the first and the last day on which it holds, as dates of ISO 8601, empty where none is said.
    """

    iri: str
    about: str
    aspect: str
    value: Term | None
    text: str
    answer: Answer | None
    scopes: frozenset[str]
    hedged: bool
    source: str
    section: str
    locator: str
    authority: str
    open_ended: bool
    cites: frozenset[str]
    alternatives: frozenset[str]
    words: frozenset[str]
    comparator: str
    since: str = ""
    until: str = ""

    @property
    def limited(self) -> bool:
        """Whether words which are no things limit it."""
        return bool(self.words)


# What a document says beside a value; a comparator is a thing with a label, all others are words.
_BESIDE = ("hedge", "obligation", "comparator", "valueOf", "detail", "scopeInWords", "evidence")
_ADULT = Decimal(18)
_NUMBERS = ("integer", "decimal", "double")
_DATES = ("date", "gYear", "gYearMonth")
DURATIONS = ("time", "calendar", "business time")


def statements(graph: Graph, aspects: Iterable[str], cited: Iterable[str]) -> list[Statement]:
    """The statements on any of the aspects, and those that cite any of the guidelines, all given by IRI; without what
    a source itself tells as former text."""
    chosen = " UNION ".join(
        f"{{ VALUES ?x {{ {' '.join(f'<{iri}>' for iri in sorted(wanted))} }} ?s pg:{name} ?x }}"
        for name, wanted in (("aspect", aspects), ("cites", cited))
    )
    found = facts(graph, chosen)
    authority = {
        iri: terms.local(document.text("authority")).lower()
        for iri, document in facts(graph, "?s a pg:SourceDocument", ["authority"]).items()
    }
    known, either = names(graph), _alternatives(found)
    return [
        _statement(known, iri, said, authority, either[iri])
        for iri, said in sorted(found.items())
        if all(name in said for name in ("about", "aspect", "source")) and "formerText" not in said
    ]


def _alternatives(found: Mapping[str, Facts]) -> defaultdict[str, set[str]]:
    """The statements that stand beside each other as alternatives, each with the others."""
    either: defaultdict[str, set[str]] = defaultdict(set)
    for iri, said in found.items():
        for other in (*said.texts("alternativeTo"), *said.texts("joinedTo")):
            either[iri].add(other)
            either[other].add(iri)
    return either


def _statement(
    known: Names, iri: str, said: Facts, authority: Mapping[str, str], alternatives: Iterable[str]
) -> Statement:
    text, answer = _value(known, said)
    beside = ", ".join(_beside(known, said))
    source = said.text("source")
    return Statement(
        iri=iri,
        about=said.text("about"),
        aspect=said.text("aspect"),
        value=said.one("value"),
        text=f"{text} ({beside})" if beside else text,
        answer=answer,
        scopes=frozenset(said.texts("scope")),
        hedged="hedge" in said,
        source=source,
        section=said.text("section"),
        locator=said.text("locator"),
        # That of the single statement, where it is not that of its document.
        authority=terms.local(said.text("authority")).lower() or authority.get(source, ""),
        open_ended=said.true("openEnded"),
        cites=frozenset(said.texts("cites")),
        alternatives=frozenset(alternatives),
        words=frozenset(said.texts("scopeInWords")),
        comparator=terms.local(said.text("comparator")),
        since=said.text("appliesFrom"),
        until=said.text("appliesUntil"),
    )


def _beside(known: Names, said: Facts) -> Iterator[str]:
    """What a document says beside a value, in words."""
    for name in _BESIDE:
        for term in said[name]:
            yield term.value if isinstance(term, ox.Literal) else known.label(term.value)


def _value(known: Names, said: Facts) -> tuple[str, Answer | None]:
    """A value as people read it, and as it compares; None where it is free text."""
    value, unit = said.one("value"), said.text("unit")
    if isinstance(value, ox.NamedNode):
        return known.label(value.value), Answer("thing", "", value.value, value.value)
    if isinstance(value, ox.Literal):
        return _literal(known, value, unit)
    if value is None and "lowValue" in said and "highValue" in said:
        low, high = Decimal(said.text("lowValue")), Decimal(said.text("highValue"))
        return _measured(known, f"{numeral(low)} to {numeral(high)}", high, unit), quantity(known, low, high, unit)
    return "", None


def _literal(known: Names, value: ox.Literal, unit: str) -> tuple[str, Answer | None]:
    kind, text = value.datatype.value.removeprefix(terms.XSD), value.value
    if kind in _NUMBERS:
        number = Decimal(text)
        return _measured(known, numeral(number), number, unit), quantity(known, number, number, unit)
    if kind == "boolean":
        return ("yes" if text == "true" else "no"), Answer("boolean", "", text, text)
    if kind in _DATES:
        return text, Answer("date", "", text, text)
    if text.casefold() in ("adults", "adult patients"):
        return text, quantity(known, _ADULT, _ADULT, f"{terms.ID}unit/year")
    digits = re.sub(r"\D", "", text)
    if digits and kind == "string":
        digits = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
        return text, Answer("digits", "", digits, digits)
    return text, None


def _measured(known: Names, text: str, number: Decimal, unit: str) -> str:
    if not unit:
        return text
    name = known.label(unit)
    if name.startswith("times ") and number == 1:
        return f"once {name.removeprefix('times ')}"
    plural = known.dimension(unit) in DURATIONS and number != 1
    return f"{text} {name}s" if plural else f"{text} {name}"


def quantity(known: Names, low: Decimal, high: Decimal, unit: str) -> Answer:
    """A number or a range, as it compares: in the base unit of its dimension."""
    dimension = known.dimension(unit) or unit
    factor = (known.to_base(unit) if unit else None) or Decimal(1)
    measure = "duration" if dimension in DURATIONS else dimension
    return Answer(measure, dimension, low * factor, high * factor)
