"""What is on record in words: a short phrase for each entry or value of a case, with the path of its field.

Names are told by their labels, numbers with their units, dates as they were written. A phrase is personal, as the case
is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from .. import terms
from ..store.names import Names
from ..wording import counted, numeral
from .dates import Span
from .fields import FIELDS, Field
from .parts import ATTRIBUTES, PARTS, condition
from .record import ChartEntry, Code
from .rows import beside
from .triples import part

#: How a value is told that alone would not say what it is.
_PATTERNS = {
    "indication": "asked for {}",
    "birthDate": "born {}",
    "weightKg": "{} kg",
    "heightCm": "{} cm",
    "formulary": "{} on the plan",
    "plan": "plan: {}",
    "state": "state: {}",
    "prescriber.specialties": "prescriber in {}",
    "consultations.specialty": "consultation in {}",
    "therapies.weeklyDoseMg": "{} mg a week",
    "therapies.for": "for {}",
    "diagnoses.since": "since {}",
    "diagnoses.status": "{}",
    "diagnoses.confirmedBy": "confirmed in {}",
    "diagnoses.confirmedHow": "confirmed by {}",
    "therapies.line": "line {}",
    "therapies.together": "together with {}",
    "therapies.manner": "{}",
    "labs.upperLimit": "upper limit {}",
    "measurements.upperLimit": "upper limit {}",
    "measurements.lowerLimit": "lower limit {}",
    "measurements.on": "while on {}",
    "flares.perYear": "{} a year",
    "dose.mgPerDay": "{} mg a day",
    "dose.mgPerKgPerDay": "{} mg per kg a day",
    "dose.quantity": "quantity {}",
    "dose.days": "in {} days",
    "response.adherencePercent": "adherence {} %",
    "response.interruption": "interruption: {}",
    "events.days": "lasting {} days",
    "events.count": "{} times",
    "events.perDays": "in {} days",
    "biomarkers.method": "by {}",
    "biomarkers.expressionPercent": "expression {} %",
    "coverage.from": "from {}",
    "coverage.to": "to {}",
    "site": "to be given at: {}",
    "enrolledIn": "enrolled in {}",
}
_UNITS = {"age": "year", "requestedMonths": "month", "therapies.durationMonths": "month"}
#: How a yes and a no are told.
_FLAGS = {
    "diagnoses.active": ("active", "not active"),
    "therapies.maximallyTolerated": ("at the highest dose tolerated", "not at the highest dose tolerated"),
    "therapies.stopsOnApproval": ("stops when the new drug starts", "goes on when the new drug starts"),
    "therapies.sample": ("a sample", "no sample"),
    "therapies.planned": ("to be started with the new drug", "not planned"),
    "findings.present": ("present", "absent"),
    "flares.hospitalized": ("led to hospital", "did not lead to hospital"),
    "response.positive": ("positive response", "no positive response"),
}
#: What is no gap where it is absent: it says the same then as some other value, or what another field says.
_NO_GAP = frozenset(
    (
        "diagnoses.condition",
        "diagnoses.icd10",
        "therapies.end",
        "therapies.for",
        "therapies.stopsOnApproval",
        "therapies.sample",
        "therapies.planned",
        "therapies.together",
        "therapies.weeklyDoseMg",
        "dose.mgPerDay",
        "dose.mgPerKgPerDay",
        "dose.value",
        "dose.unit",
        "dose.per",
        "dose.perDays",
        "dose.perKg",
        "dose.perM2",
        "events.count",
        "events.perDays",
    )
)
#: A field beside another that says the same.
_SAYS_IT_TOO = {"therapies.dose": "weeklyDoseMg"}
#: Of a therapy any of these tells when it was taken.
_WHEN = ("start", "end", "durationMonths")


@dataclass(frozen=True)
class Recorded:
    """An entry or a value of a case.

    Attributes:
        path: where it stands, in the words of the format, entries counted from 0: ``therapies[2]``.
        words: what it says.
        gaps: what it leaves out of the fields that were asked for, in words.
    """

    path: str
    words: str
    gaps: tuple[str, ...] = ()


class Words:
    """The words of one case."""

    def __init__(self, case: ox.NamedNode, entry: ChartEntry, names: Names) -> None:
        self._entry, self._names = entry, names
        self._fields = {field.key: field for field in FIELDS}
        links = {"therapies": "therapy", "labs": "labResult", "measurements": "measurement"}
        links |= {key: name for key, (name, _) in PARTS.items()}
        self._rows = {
            part(case, links[key], number).value: (key, path, row)
            for key, found in entry.values.items()
            if key in links
            for number, (path, row) in enumerate(_numbered(key, found))
        }
        if (flares := entry.values.get("flares")) is not None:
            self._rows[part(case, "hospitalized", 0).value] = ("flares", "flares", flares)
        therapies = entry.many("therapies", ChartEntry)
        for number, (place, _) in enumerate(beside(therapies, names), start=len(therapies)):
            self._rows[part(case, "therapy", number).value] = ("therapies", f"therapies[{place}]", therapies[place])
        #: Nodes that are made of single values of the case, each with the paths of these.
        self._told_by = {
            part(case, "patientAge", 0).value: "age ageMonths birthDate",
            part(case, "weightKg", 0).value: "weightKg",
            part(case, "heightCm", 0).value: "weightKg heightCm",
        }
        if (plan := entry.one("plan", str)) and (line := names.line(plan)):
            self._told_by[line] = "plan"
        told = [key for key in ATTRIBUTES if key in entry.values]
        self._told_by |= {part(case, "attributeRecord", number).value: key for number, key in enumerate(told)}

    def at(self, fact: ox.NamedNode | ox.Literal, reads: str, asked: Collection[str] = ()) -> tuple[Recorded, ...]:
        """Where a fact that is written from the case stands in it.

        Args:
            fact: the node of a part, or a value of the case itself.
            reads: the paths of the fields that such a value is made of, by spaces: ``age birthDate``.
            asked: the paths of the fields whose absence is told.
        """
        if isinstance(fact, ox.NamedNode) and fact.value in self._rows:
            key, path, row = self._rows[fact.value]
            return (Recorded(path, self._phrase(key, row), tuple(_gaps(self._fields[key], row, asked))),)
        made_of = self._told_by.get(fact.value)
        value = fact.value if isinstance(fact, ox.NamedNode) and not made_of else None
        reads = made_of or reads
        found = (one for path in reads.split() for one in self._stated(path, value))
        return tuple({one.path: one for one in found}.values())

    def said(self, path: str) -> tuple[Recorded, ...]:
        """What a field says, or the rows of a list, in the order of the case; nothing where it is not filled in."""
        found = self._entry.values.get(path)
        rows = [(at, row) for at, row in _numbered(path, found) if isinstance(row, ChartEntry)]
        return tuple(Recorded(at, self._phrase(path, row)) for at, row in rows) or tuple(self._stated(path, None))

    def cell(self, path: str, *keys: str) -> str:
        """What some fields of a row say together, ``2024-02 to 2024-07`` of ``start`` and ``end``; empty for none.

        Args:
            path: the row, such as ``therapies[2]``.
        """
        key, _, number = path.rstrip("]").partition("[")
        row: ChartEntry = self._entry.values[key][int(number)]
        return ", ".join(self._parts(key, row, [field for field in self._fields[key].fields if field.key in keys]))

    def order(self, path: str) -> tuple[int, ...]:
        """For sorting paths as the table has the fields, and a list its entries."""
        key = re.split(r"[.\[]", path, maxsplit=1)[0]
        return (list(self._fields).index(key), *map(int, re.findall(r"\d+", path)))

    def complete(self, *keys: str) -> Recorded | None:
        """That a list is said to be complete, by the first of some fields that is there: ``therapiesComplete``."""
        key = next((key for key in keys if key in self._entry.values), None)
        if key is None or not self._entry.values[key]:
            return None
        return Recorded(key, f"the list of {_spaced(key.removesuffix('Complete'))} is said to be complete")

    def _stated(self, path: str, value: str | None) -> Iterator[Recorded]:
        """What a field says; of names only those that have this IRI."""
        key, _, inner = path.partition(".")
        field, found = self._fields[key], self._entry.values.get(key)
        if found is None:
            return
        for at, one in _numbered(key, found):
            if not isinstance(one, ChartEntry):
                if value in (None, one):
                    yield Recorded(at, self._said(key, one, field))
            elif isinstance(one.values.get(inner), list):
                within = next(of for of in field.fields if of.key == inner)
                for place, name in _numbered(f"{at}.{inner}", one.values[inner]):
                    if value in (None, name):
                        yield Recorded(place, self._said(path, name, within))
            elif value == (condition(one, self._names) if key == "diagnoses" else one.values.get(inner)):
                yield Recorded(at, self._phrase(key, one))

    def _phrase(self, key: str, row: ChartEntry) -> str:
        """``Humira, 2024-02 to 2024-07, failure``: the fields in the order of the table."""
        return ", ".join(self._parts(key, row, self._fields[key].fields))

    def _parts(self, key: str, row: ChartEntry, fields: Iterable[Field]) -> Iterator[str]:
        given = {field.key: field for field in fields if field.key in row.values}
        for name, field in given.items():
            value = row.values[name]
            if name == "start":
                end = row.one("end", Span)
                yield f"{value.text} to {end.text}" if end else f"since {value.text}"
            elif name == "end":
                if "start" not in given:
                    yield f"until {value.text}"
            elif name == "unit" or (name in _OF_A_DOSE and "value" in given):
                continue
            elif isinstance(value, Code) and "condition" not in given:
                yield f"{self._names.label(value.condition)}, {value.text}"
            elif name == "value" and "unit" in given:
                yield f"{numeral(value)} {self._unit(row)}{_for_what(row)}"
            elif isinstance(value, ChartEntry):
                within = ", ".join(self._parts(f"{key}.{name}", value, field.fields))
                yield within if name == "dose" else f"{_spaced(name)} {within}"
            else:
                for one in value if isinstance(value, list) else [value]:
                    yield self._said(f"{key}.{name}", one, field)

    def _unit(self, row: ChartEntry) -> str:
        """The unit as it was written; by its label, where a format has an IRI for it."""
        written = row.words["unit"].text if "unit" in row.words else ""
        return written if written and ":" not in written else self._names.label(row.values["unit"])

    def _said(self, path: str, value: Any, field: Field) -> str:
        if isinstance(value, bool):
            yes, no = _FLAGS.get(path, (_spaced(field.key), f"{_spaced(field.key)}: no"))
            return yes if value else no
        text = self._text(value, field)
        if path in _UNITS:
            return counted(text, _UNITS[path])
        # A number of a field without a pattern would not say what it counts.
        bare = "{}" if not isinstance(value, Decimal | int) else f"{_spaced(field.key)} {{}}"
        return _PATTERNS.get(path, bare).format(text)

    def _text(self, value: Any, field: Field) -> str:
        if field.type in ("name", "value") and isinstance(value, str):
            return self._names.label(value)
        if field.type == "choice":
            return next(word for word, term in field.choices.items() if term == value)
        if isinstance(value, Span | Code):
            return value.text
        return numeral(value) if isinstance(value, Decimal) else str(value)


_OF_A_DOSE = ("per", "perDays", "perKg", "perM2")


def _for_what(dose: ChartEntry) -> str:
    """`` per kg a week`` of a dose; nothing of another value."""
    basis = " per kg" if dose.values.get("perKg") else " per m2" if dose.values.get("perM2") else ""
    per, days = dose.one("per", str), dose.one("perDays", int)
    if per:
        return f"{basis} a {terms.local(per).removeprefix('Per').lower()}"
    return f"{basis} in {counted(str(days), 'day')}" if days else basis


def _numbered(path: str, found: Any) -> Iterator[tuple[str, Any]]:
    """The items of a list, each with its path; a single value with its own."""
    if not isinstance(found, list):
        yield path, found
        return
    for number, item in enumerate(found):
        yield f"{path}[{number}]", item


def _gaps(of: Field, row: ChartEntry, asked: Collection[str]) -> Iterator[str]:
    """What is asked and absent; of when something was taken, that nothing says it."""
    tops = {path for one in asked for path in (one, one.rpartition(".")[0])}
    for field in of.fields:
        path = f"{of.key}.{field.key}"
        said_otherwise = _SAYS_IT_TOO.get(path) in row.values
        if path not in tops or path in _NO_GAP or field.key in row.values or said_otherwise:
            continue
        if of.key != "therapies" or field.key not in _WHEN:
            yield _spaced(field.key)
        elif field.key == _WHEN[0] and not any(key in row.values for key in _WHEN):
            yield "dates"


def _spaced(key: str) -> str:
    """``upper limit`` of ``upperLimit``."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in key)
