"""What documents state, and which of it is a deadline."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pyoxigraph as ox

from .... import terms
from ....store.facts import Facts
from .reader import Cell, Reader, Row, every, one, true, value_of, word
from .table import AUTHORITY, PLACE, READING, VALUE, Column, ExportTable, thing, things

_NUMBERS = {terms.XSD + name for name in ("integer", "decimal", "double")}


def _ends(fact: Facts) -> tuple[Decimal | None, Decimal | None]:
    """The lower and upper end of a number or a range."""
    if fact.get("lowValue") and fact.get("highValue"):
        return Decimal(one(fact, "lowValue")), Decimal(one(fact, "highValue"))
    term = fact["value"][0] if fact.get("value") else None
    if isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS:
        return Decimal(term.value), Decimal(term.value)
    return None, None


def _statement(on: Reader, iri: str, fact: Facts) -> Row:
    low, high = _ends(fact)
    unit, source = one(fact, "unit"), one(fact, "source")
    return {
        "statement": iri,
        **on.pair("about", one(fact, "about")),
        **on.pair("aspect", one(fact, "aspect")),
        **value_of(on, fact["value"][0] if fact.get("value") else None),
        "low": low,
        "high": high,
        **on.pair("unit", unit),
        "hedge": one(fact, "hedge") or None,
        "comparator": on.label(one(fact, "comparator")) if fact.get("comparator") else None,
        "obligation": one(fact, "obligation") or None,
        "value_of": one(fact, "valueOf") or None,
        "detail": one(fact, "detail") or None,
        "open_ended": true(fact, "openEnded") if fact.get("openEnded") else None,
        "scope_in_words": one(fact, "scopeInWords") or None,
        **on.pairs("scopes", every(fact, "scope")),
        "restated": one(fact, terms.DCTERMS + "description"),
        **on.pairs("cites", every(fact, "cites")),
        "former": true(fact, "formerText"),
        "joined_by": one(fact, "joinedBy") or None,
        "joined_to": tuple(sorted(every(fact, "joinedTo"))),
        "alternative_to": tuple(sorted(every(fact, "alternativeTo"))),
        "evidence": one(fact, "evidence") or None,
        "confidence": one(fact, "confidence") or None,
        "authority": word(one(fact, "authority") or one(on.sources[source], "authority")),
        "reading": one(fact, "reading") or None,
        **on.place(source, one(fact, "section"), one(fact, "locator")),
    }


def _statements(on: Reader) -> Iterator[Row]:
    for iri, fact in on.facts("Statement").items():
        yield _statement(on, iri, fact)


_SAID = (
    *thing("about", "The thing that it is about.", required=True),
    *thing("aspect", "What it says of the thing, as a question that other documents answer too.", required=True),
    *VALUE,
    Column("low", "number", "The number, or the lower end of a range, in the unit of the column unit."),
    Column("high", "number", "The number, or the upper end of a range, in the unit of the column unit."),
    *thing("unit", "The unit of value, low and high."),
    Column("hedge", "text", "The word by which the document weakens what it says: about, typically, may."),
    Column("comparator", "text", "How the value bounds: at least, at most, more than, less than, in the last."),
    Column("obligation", "text", "How strongly the document binds: must, should, may, consider, should not."),
    Column("value_of", "text", "What exactly the value is a value of, where about and aspect do not say it."),
    Column("detail", "text", "What the document says further of the value."),
    Column(
        "open_ended", "boolean", "True: an example, or of a list that goes on; false: the document closes the list."
    ),
    Column("scope_in_words", "text", "What it is limited to, where no thing could stand in scopes."),
    *things("scopes", "What it is limited to: a state, a plan, a drug, an indication, a kind of request."),
    Column("restated", "text", "The fact in one sentence, in words other than the document's.", required=True),
)
_SAID_BY = (
    Column("former", "boolean", "The document tells this of an earlier text.", required=True),
    AUTHORITY,
    READING,
    *PLACE,
)
STATEMENTS = ExportTable(
    "statements",
    "Statements",
    "One fact that one document states and that is not a criterion.",
    ("statement",),
    (
        Column("statement", "iri", "The statement.", required=True),
        *_SAID,
        *things("cites", "The publications to which the document refers for it."),
        Column("joined_by", "text", "How the document joins it to joined_to: and, or, and/or, the earlier, the later."),
        Column("joined_to", "iri", "Statements of the same document that it is joined to.", many=True),
        Column("alternative_to", "iri", "Statements that stand beside it, for another code or number.", many=True),
        Column("evidence", "text", "On what the document rests it, in words."),
        Column("confidence", "text", "The grade that the document itself gives to it."),
        *_SAID_BY,
    ),
    _statements,
)


def _deadlines(on: Reader) -> Iterator[Row]:
    limits = {row["x"].value for row in on.graph.rows("SELECT ?x WHERE { ?x pg:timeLimit true }")}
    for iri, fact in on.facts("Statement").items():
        if one(fact, "aspect") not in limits:
            continue
        row = _statement(on, iri, fact)
        unit = one(fact, "unit")
        scale = on.names.dimension(unit) if unit else None
        yield {
            **row,
            "scale": scale,
            "low_days": _days(on, unit, row["low"]),
            "high_days": _days(on, unit, row["high"]),
        }


def _days(on: Reader, unit: str, number: Cell) -> Decimal | None:
    """A time in days, where it is one on the clock: a month and a business day are no fixed number of days."""
    if not isinstance(number, Decimal) or not unit or on.names.dimension(unit) != "time":
        return None
    factor, day = on.names.to_base(unit), on.names.to_base(f"{terms.ID}unit/day")
    return None if factor is None or day is None else (number * factor / day).quantize(Decimal("0.0001"))


DEADLINES = ExportTable(
    "deadlines",
    "Deadlines",
    "One statement of a time within which somebody must act, or for which one must wait (aspects with pg:timeLimit).",
    ("statement",),
    (
        Column("statement", "iri", "The statement.", required=True, target="statements.statement"),
        *_SAID,
        Column("scale", "text", "What the unit counts: time on the clock, calendar (months, years) or business time."),
        Column("low_days", "number", "The column low in days, where the scale is time.", unit="day"),
        Column("high_days", "number", "The column high in days, where the scale is time.", unit="day"),
        *_SAID_BY,
    ),
    _deadlines,
)
