"""A second opinion: what a criterion says to a case, in plain Python, from the words of the design alone.

It knows nothing of SHACL, of the intake's derived numbers or of ``pg:covers``: it reads the case as a person writes it
and the concepts as they stand in ``data/concepts``. Truth is ``True``, ``False`` or ``None``: the record does not tell.

Parameters have their names of ``ontology/criteria.ttl``. Things are ``kind/slug``, terms of the vocabulary bare names
(``FailureOnly``), sets tuples of things or of ``Group``.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import chain, combinations
from math import ceil, isqrt
from pathlib import Path
from typing import Any

import rdflib
from dateutil.relativedelta import relativedelta
from rdflib.namespace import RDF, SKOS

MET, NOT_MET, NOT_DOCUMENTED = "met", "not-met", "not-documented"

PG = rdflib.Namespace("https://w3id.org/payergraph/ontology#")
ID = "https://w3id.org/payergraph/id/"


# --- three-valued logic ------------------------------------------------------------------------------


def every(values: Iterable[bool | None]) -> bool | None:
    """Kleene's conjunction."""
    found = set(values)
    return False if False in found else None if None in found else True


def some(values: Iterable[bool | None]) -> bool | None:
    """Kleene's disjunction."""
    found = set(values)
    return True if True in found else None if None in found else False


def _value(truth: bool | None) -> str:
    return {True: MET, False: NOT_MET, None: NOT_DOCUMENTED}[truth]


# --- concepts ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """Several therapies that count as one."""

    members: tuple[str, ...]
    excepted: tuple[str, ...] = ()


_PLAN = ("payer", "lineOfBusiness", "state", "planType")


@dataclass(frozen=True)
class Open:
    """What a list of therapies that a document leaves open may hold beside what it names: of a class, or any."""

    of: str | None
    listed: tuple[str | Group, ...]


class Concepts:
    """The concepts of ``data/concepts``: names, what is broader than what, units, what contradicts what."""

    def __init__(self, folder: Path) -> None:
        graph = rdflib.Graph()
        for path in (*sorted(folder.glob("*.ttl")), *sorted((folder.parent / "payers").glob("*.ttl"))):
            graph.parse(path)
        self._broader: dict[str, set[str]] = {}
        pairs = list(graph.subject_objects(SKOS.broader)) + list(graph.subject_objects(PG.soleProductOf))
        pairs += [(drug, product) for product, drug in graph.subject_objects(PG.soleProductOf)]
        for narrow, broad in pairs:
            self._broader.setdefault(_local(narrow), set()).add(_local(broad))
        self._names: dict[str, dict[str, str]] = {}
        for predicate in (SKOS.notation, SKOS.altLabel, SKOS.prefLabel):
            for thing, name in graph.subject_objects(predicate):
                if str(thing).startswith(ID):
                    kind = _local(thing).split("/")[0]
                    self._names.setdefault(kind, {})[str(name).casefold()] = _local(thing)
        self._things = {_local(thing) for thing in graph.subjects(RDF.type) if str(thing).startswith(ID)}
        self._factor = {_local(u): Decimal(str(f)) for u, f in graph.subject_objects(PG.toBase)}
        self.rank = {_local(grade): int(rank) for grade, rank in graph.subject_objects(PG.rank)}
        self._of_plan = {
            _local(plan): {name: {_local(o) for o in graph.objects(plan, PG[name])} for name in _PLAN}
            for plan in graph.subjects(RDF.type, PG.Plan)
        }
        self._dimension = {_local(u): str(d) for u, d in graph.subject_objects(PG.dimension)}
        self.contradictions = {
            name: [(_local(a), _local(b)) for a, b in graph.subject_objects(PG[name])]
            for name in ("contradictedByFinding", "contradictedByAbsence", "contradictedByScreening")
        }

    def named(self, text: str, *kinds: str) -> str:
        """What a slug, label, synonym or code names."""
        for kind in kinds:
            if f"{kind}/{text}" in self._things:
                return f"{kind}/{text}"
        for kind in kinds:
            known = self._names.get(kind, {})
            if text.casefold() in known:
                return known[text.casefold()]
        raise KeyError(text)

    def above(self, thing: str) -> set[str]:
        """The concept itself and everything broader."""
        found = {thing}
        todo = [thing]
        while todo:
            for broader in self._broader.get(todo.pop(), ()):
                if broader not in found:
                    found.add(broader)
                    todo.append(broader)
        return found

    def is_a(self, thing: str, wanted: str) -> bool | None:
        """Whether what is called ``thing`` is a ``wanted``; a broader name leaves it open."""
        return True if wanted in self.above(thing) else None if thing in self.above(wanted) else False

    def in_group(self, thing: str, group: str | Group | Open) -> bool | None:
        """Whether a therapy belongs to a member of a set."""
        if isinstance(group, Open):
            excepted = [gone for one in group.listed if isinstance(one, Group) for gone in one.excepted]
            if any(self.in_group(thing, one) for one in group.listed) or any(self.is_a(thing, one) for one in excepted):
                return False
            return None if group.of is None or self.is_a(thing, group.of) is not False else False
        if isinstance(group, str):
            return True if group == "AnyTherapy" else self.is_a(thing, group)
        out = some(self.is_a(thing, wanted) for wanted in group.excepted)
        return every((some(self.in_group(thing, wanted) for wanted in group.members), _negated(out)))

    def in_set(self, thing: str, members: Iterable[str | Group]) -> bool | None:
        """Whether a concept belongs to any member of a set."""
        return some(self.in_group(thing, member) for member in members)

    def line(self, plan: str) -> str | None:
        """The line of business of a plan, if it has one."""
        lines = self._of_plan[plan]["lineOfBusiness"]
        return next(iter(lines)) if len(lines) == 1 else None

    def is_plan(self, plan: str, wanted: str) -> bool | None:
        """Whether a plan is another one; a plan of the same payer may be, unless something tells them apart."""
        if plan == wanted:
            return True
        one, other = self._of_plan[plan], self._of_plan[wanted]
        if one["payer"] != other["payer"]:
            return False
        lines = [self.is_a(a, b) for a in one["lineOfBusiness"] for b in other["lineOfBusiness"]]
        apart = any(one[name] and other[name] and one[name] != other[name] for name in ("state", "planType"))
        return False if apart or False in lines else None

    def drug_of(self, therapy: str) -> str:
        """The drug of a product; of a drug, and of a therapy that is none, itself."""
        return next((thing for thing in sorted(self.above(therapy)) if thing.startswith("drug/")), therapy)

    def counts(self, unit: str) -> bool:
        """Whether a unit counts, and so does not convert."""
        return unit not in self._factor

    def converted(self, value: Decimal, unit: str, wanted: str) -> Decimal | None:
        """A value in another unit; None where nothing converts."""
        if unit == wanted:
            return value
        if self._dimension.get(unit) != self._dimension.get(wanted) or not {unit, wanted} <= set(self._factor):
            return None
        return value * self._factor[unit] / self._factor[wanted]


def _local(iri: Any) -> str:
    return str(iri).removeprefix(ID)


# --- dates -------------------------------------------------------------------------------------------


def months_between(start: date, end: date) -> int:
    """The largest n with start + n calendar months (clamped to the month's end) not after the end."""
    months = 0
    while start + relativedelta(months=months + 1) <= end:
        months += 1
    return months


@dataclass(frozen=True)
class Days:
    """The first and the last day that a date can mean."""

    first: date
    last: date


def days(text: Any, request: date) -> Days | None:
    """What a full or partial date can mean, given that nothing happens after the request."""
    if text is None:
        return None
    parts = [int(part) for part in str(text).split("-")]
    year, month, day = [*parts, 0, 0][:3]
    first = date(year, month or 1, day or 1)
    last = date(year, month or 12, day or monthrange(year, month or 12)[1])
    return Days(first, min(last, request))


def _request(case: Mapping[str, Any]) -> date:
    return date.fromisoformat(str(case["requestDate"]))


def _in_window(when: Days | None, params: Mapping[str, Any], request: date) -> bool | None:
    """Whether an event lies within the months or days before the request that a criterion allows."""
    starts = []
    if "withinMonths" in params:
        starts.append(request - relativedelta(months=params["withinMonths"]))
    if "withinDays" in params:
        starts.append(request - timedelta(days=params["withinDays"]))
    if not starts:
        return True
    if when is None:
        return None
    return every(True if when.first >= s else False if when.last < s else None for s in starts)


def _latest(records: list[tuple[Days | None, Any]]) -> list[tuple[Days | None, Any]]:
    """The records that may be the latest: those without a surely later one."""

    def later(other: Days | None, than: Days | None) -> bool:
        return other is not None and than is not None and other.first > than.last

    return [one for one in records if not any(later(other[0], one[0]) for other in records)]


# --- the case ----------------------------------------------------------------------------------------


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _at_least(value: Any, bound: Any) -> bool | None:
    return None if value is None else _number(value) >= _number(bound)


def _at_most(value: Any, bound: Any) -> bool | None:
    return None if value is None else _number(value) <= _number(bound)


def _at_most_days(number: tuple[int, int] | None, bound: int) -> bool | None:
    """Whether a number of days that lies between two is at most a bound."""
    return None if number is None else True if number[1] <= bound else False if number[0] > bound else None


def _negated(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


class _Case:
    """A case with its names resolved."""

    def __init__(self, case: Mapping[str, Any], concepts: Concepts, review: str | None) -> None:
        self.fields, self.concepts = case, concepts
        self.request = _request(case)
        asked = [concepts.named(case[key], "drug", "product") for key in ("product", "drug") if key in case]
        self.asked = next((one for one in asked if one.startswith("product/")), asked[-1])
        self.drug = concepts.drug_of(asked[-1])
        stated = case.get("indication")
        self.indication = concepts.named(stated, "condition") if stated else None
        self.review = self.indication or review
        self.diagnoses = [
            (concepts.named(d.get("condition") or d["icd10"], "condition"), d) for d in self.entries("diagnoses")
        ]
        self.therapies = [_Therapy(t, self) for t in self.entries("therapies")]
        self.therapies += list(_companions(self.therapies))

    def entries(self, key: str) -> list[Any]:
        return list(self.fields.get(key) or ())

    def complete(self, key: str) -> bool:
        return self.fields.get(key + "Complete") is True

    def lists_all(self, thing: str) -> bool:
        """Whether all that was measured or tested of a thing is listed: what is said of its own list beats the rest."""
        own = {"lab": "labs", "gene": "genetics"}.get(thing.partition("/")[0])
        if own and f"{own}Complete" in self.fields:
            return self.complete(own)
        return self.complete("measurements" if thing.startswith(("lab/", "observable/")) else "biomarkers")

    def attested(self, attestation: str | None) -> bool:
        given = {self.concepts.named(a, "attestation") for a in self.entries("attestations")}
        return attestation is not None and attestation in given

    def finding(self, wanted: str) -> bool | None:
        """Whether a finding is recorded as present or as absent; the presence of a broader one leaves it open."""
        is_a = self.concepts.is_a
        records = [(self.concepts.named(r["finding"], "finding"), r["present"]) for r in self.entries("findings")]
        if any(present and is_a(found, wanted) for found, present in records):
            return True
        if any(not present and is_a(wanted, found) for found, present in records):
            return False
        return None

    def broader_finding(self, wanted: str) -> bool:
        """Whether something broader than a finding is recorded as present."""
        records = [(self.concepts.named(r["finding"], "finding"), r["present"]) for r in self.entries("findings")]
        return any(present and self.concepts.is_a(found, wanted) is None for found, present in records)

    def dated(self, key: str, name: str, kind: str, wanted: str) -> list[tuple[Days | None, Any]]:
        """The records of a list that are about a thing, with what their date can mean."""
        return [
            (days(entry.get("date"), self.request), entry)
            for entry in self.entries(key)
            if self.concepts.named(entry[name], kind) == wanted
        ]

    def before_treatment(self, when: Days | None) -> bool | None:
        """Whether a day is from before the requested drug was begun, or the day on which it was."""
        courses = [t for t in self.therapies if t.is_requested_drug and t.was_taken() is not False]
        if not courses:
            return True if self.complete("therapies") else None
        if when is None:
            return None
        if all(when.last <= t.began.first for t in courses):
            return True
        return False if any(t.was_taken() and when.first > t.began.last for t in courses) else None

    def measured(self, wanted: str) -> list[_Value]:
        """All values of an observable, and of what is narrower."""
        return _values(self, wanted)

    def screened_positive(self, infection: str) -> bool | None:
        """Whether the latest screening, if any, is positive and untreated."""
        latest = _latest(self.dated("screenings", "for", "infection", infection))
        return _agreed(entry["result"] == "positive" for _, entry in latest) if latest else False


def _agreed(values: Iterable[bool | None]) -> bool | None:
    """What all possible readings agree on."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


_OUTCOMES = ("failure", "intolerance", "contraindication", "response")
_ACCEPTED = {
    "FailureOnly": {"failure"},
    "IntoleranceOnly": {"intolerance"},
    "ContraindicationOnly": {"contraindication"},
    "ResponseOnly": {"response"},
    "FailureOrIntolerance": {"failure", "intolerance"},
    "IntoleranceOrContraindication": {"intolerance", "contraindication"},
    "FailureIntoleranceOrContraindication": {"failure", "intolerance", "contraindication"},
}


_KINDS_OF_THERAPY = {
    "product": ("product", "drug", "procedure", "programme", "device"),
    **{key: (key,) for key in ("procedure", "programme", "device")},
}


def _companions(listed: list[_Therapy]) -> Iterable[_Therapy]:
    """What was taken together with a listed therapy, unless the list has it for the same time."""
    for one in listed:
        for product in one.together:
            drug = one.case.concepts.drug_of(product)
            its = [other for other in listed if one.case.concepts.drug_of(other.product) == drug]
            own = one.case.concepts.drug_of(one.product)
            if any(
                (other.start, other.end) == (one.start, one.end)
                or own in map(one.case.concepts.drug_of, other.together)
                for other in its
            ):
                continue
            entry = {
                key: value
                for key, value in one.entry.items()
                if key not in (*_KINDS_OF_THERAPY, "together", "manner", "dose", "weeklyDoseMg", "maximallyTolerated")
            }
            if entry.get("outcome") not in ("failure", "response"):
                entry.pop("outcome", None)
            found = _Therapy({**entry, "product": product.partition("/")[2]}, one.case, (one.product, *one.together))
            found.taken_with = one.was_taken()
            yield found


class _Therapy:
    """One therapy of a case."""

    def __init__(self, entry: Mapping[str, Any], case: _Case, together: Iterable[str] = ()) -> None:
        self.entry, self.case = entry, case
        [key] = _KINDS_OF_THERAPY.keys() & entry.keys()
        self.product = case.concepts.named(entry[key], *_KINDS_OF_THERAPY[key])
        named = [case.concepts.named(name, "drug", "product") for name in entry.get("together") or ()]
        self.together = [one for one in (*together, *named) if one != self.product]
        self.line = entry.get("line")
        self.start, self.end = (days(entry.get(key), case.request) for key in ("start", "end"))
        self.is_requested_drug = case.concepts.is_a(self.product, case.drug) is True
        self.outcome = entry.get("outcome") or "unknown"
        self.planned = entry.get("planned") is True
        self.taken_with: bool | None = None  # what is named as taken together with another was taken as that was

    @property
    def is_another_product(self) -> bool | None:
        """Whether it is another product of the drug asked for than the one asked for, which may not be named."""
        concepts, asked = self.case.concepts, self.case.asked
        if not self.is_requested_drug:
            return False
        if any(one.startswith("product/") for one in concepts.above(self.case.drug)):
            return False  # the only one
        return None if asked == self.case.drug else _negated(concepts.is_a(self.product, asked))

    @property
    def outcomes(self) -> tuple[str, ...]:
        """How it may have gone."""
        return _OUTCOMES if self.outcome == "unknown" else (self.outcome,)

    def taken(self, outcome: str) -> bool:
        """Whether it was ever taken; a contraindication without dates never was, and what is planned was not yet."""
        if self.planned:
            return False
        if self.taken_with is not None:
            return self.taken_with
        told = self.start or self.end or self.entry.get("durationMonths")
        return bool(told or outcome != "contraindication" or self.entry.get("outcome") == "unknown")

    def ongoing(self, outcome: str) -> bool | None:
        """Whether it is taken on the day of the request."""
        if self.planned or self.taken_with is False:
            return False
        if self.end or self.start:
            return not self.end
        return False if outcome == "contraindication" else None

    def days_since(self) -> tuple[int, int] | None:
        """How many days before the request it was taken last, at least and at most; 0 where it is ongoing."""
        if self.end:
            return (self.case.request - self.end.last).days, (self.case.request - self.end.first).days
        return (0, 0) if self.start else None

    def still_taken(self) -> bool | None:
        return _agreed(self.ongoing(outcome) for outcome in self.outcomes)

    def was_taken(self) -> bool | None:
        return _agreed(self.taken(outcome) for outcome in self.outcomes)

    @property
    def ended(self) -> Days:
        """When it ended; of what is still taken, the request."""
        if self.end:
            return Days(max(self.end.first, self.start.first) if self.start else self.end.first, self.end.last)
        return Days(self.case.request if self.start else date.min, self.case.request)

    @property
    def began(self) -> Days:
        """When it began."""
        if self.start:
            return Days(self.start.first, min(self.start.last, self.ended.last))
        told = _number(self.entry.get("durationMonths"))
        if self.end and told is not None:
            shortest, longest = 7 * int(told * 4), 7 * ceil(told * 31 / 7)
            return Days(self.end.first - timedelta(longest), self.end.last - timedelta(shortest))
        return Days(date.min, self.ended.last)

    def length(self, unit: str) -> tuple[int, int]:
        """How many completed months, or how many days, it lasted at least and at most."""

        def between(first: date, last: date) -> int:
            if last <= first:
                return 0
            return months_between(first, last) if unit == "months" else (last - first).days

        told = _number(self.entry.get("durationMonths"))
        shortest, longest = 0, _ENDLESS
        if self.start:
            end = self.end or Days(self.case.request, self.case.request)
            shortest, longest = between(self.start.last, end.first), between(self.start.first, end.last)
        if told is not None:
            # A month has 28 to 31 days; the dates have the last word.
            low, high = (int(told), int(told)) if unit == "months" else (7 * int(told * 4), 7 * ceil(told * 31 / 7))
            shortest, longest = (min(max(number, shortest), longest) for number in (low, high))
        return shortest, longest

    def after(self, other: _Therapy) -> bool:
        """Whether it surely is the later of two rows: ended later, or ended with the other and began later."""
        mine, its = (Days(date.max, date.max) if row.still_taken() else row.ended for row in (self, other))
        same_day = mine == its and mine.first == mine.last
        return mine.first > its.last or (same_day and self.began.first > other.began.last)

    def beside(self, other: _Therapy) -> bool | None:
        """Whether both were taken at the same time."""

        def reaches(one: _Therapy, two: _Therapy) -> bool | None:
            goes_on = one.still_taken()
            if goes_on or one.ended.first > two.began.last:
                return True
            return None if goes_on is None or one.ended.last > two.began.first else False

        return every((other.was_taken(), reaches(self, other), reaches(other, self)))

    def given_for_review(self) -> bool | None:
        """Whether it was for the indication under review; without ``for`` it was."""
        use = self.entry.get("for")
        if use is None or self.case.review is None:
            return True
        return self.case.concepts.is_a(self.case.concepts.named(use, "condition"), self.case.review)

    def in_manners(self, manners: Iterable[str]) -> bool:
        """Whether the record says that it was taken in every one of some manners, or in narrower ones."""
        told = [self.case.concepts.named(name, "manner") for name in self.entry.get("manner") or ()]
        return all(any(self.case.concepts.is_a(one, manner) for one in told) for manner in manners)

    def taken_for(self, uses: Iterable[str | Group]) -> bool | None:
        """Whether it is taken for one of some uses; without ``for`` it may be for anything."""
        use = self.entry.get("for")
        return None if use is None else self.case.concepts.in_set(self.case.concepts.named(use, "condition"), uses)

    def ended_after(self, groups: Iterable[str | Group], params: Mapping[str, Any]) -> bool | None:
        """Whether it is one of these and was taken in the weeks in which none of them may have been."""
        if "minimumWeeksSinceEnd" not in params:
            return False
        return every(
            [
                self.case.concepts.in_set(self.product, groups),
                bool(not self.is_requested_drug or params.get("requestedDrugCounts")),
                _agreed(self.taken(outcome) for outcome in self.outcomes),
                _at_most_days(self.days_since(), 7 * params["minimumWeeksSinceEnd"] - 1),
            ]
        )


# --- courses -----------------------------------------------------------------------------------------

#: The days from one row to the next that leave them one course, at most.
GAP = 30
_ENDLESS = 10**6


def _one_course(one: _Therapy, other: _Therapy) -> bool | None:
    """Whether two rows are one course: neither begins more than the gap after the other ended."""

    def near(early: _Therapy, late: _Therapy) -> bool | None:
        if (late.began.last - early.ended.first).days <= GAP:
            return True
        return None if (late.began.first - early.ended.last).days <= GAP else False

    return every((near(one, other), near(other, one)))


def _courses(rows: Iterable[_Therapy], surely: bool) -> list[list[_Therapy]]:
    """The rows by the courses that they surely make, or may make."""
    found: list[list[_Therapy]] = []
    for row in rows:
        kin = [c for c in found if any(_holds(_one_course(row, other), surely) for other in c)]
        found = [c for c in found if not any(c is one for one in kin)] + [[*(r for c in kin for r in c), row]]
    return found


def _holds(truth: bool | None, surely: bool) -> bool:
    return truth is True if surely else truth is not False


def _lasted(rows: list[_Therapy], unit: str, surely: bool) -> int:
    """How many completed months or days rows of one course lasted together; stretches that lie apart are added."""
    if not surely and any(row.length("days")[1] >= _ENDLESS for row in rows):
        return _ENDLESS
    end = 0 if surely else 1
    told = [row for row in rows if surely or row.start or row.end]
    stretches = _courses(told, surely)
    undated = [row for row in rows if row not in told]
    total = pieces = 0
    for stretch in stretches:
        first = min(row.began.last if surely else row.began.first for row in stretch)
        last = max(row.ended.first if surely else row.ended.last for row in stretch)
        numbers = [row.length(unit)[end] for row in stretch]
        if len(stretch) > 1 and first < last:
            numbers.append(months_between(first, last) if unit == "months" else (last - first).days)
        total += max(numbers)
        pieces += first < last and months_between(first, last - timedelta(1)) == months_between(first, last)
    if undated:
        gaps = len(undated) - (not told)
        if unit == "months":
            months = sum(_number(row.entry.get("durationMonths", 0)) for row in undated)
            total += int(months) + gaps
            pieces += months != int(months)
        else:
            total += sum(row.length("days")[1] for row in undated) + GAP * gaps
    if unit == "months" and not surely:
        total += max(0, pieces - 1)  # Parts of a month that several pieces leave over may make whole ones.
    return total


def _parts(rows: list[_Therapy], params: Mapping[str, Any], surely: bool) -> list[list[_Therapy]]:
    """The parts of a course at a dose or more, without samples, at the maximally tolerated dose."""

    found = []
    lines = {row.line for row in rows}
    of_lines = [rows, *([row for row in rows if row.line == one or (not row.line and not surely)] for one in lines)]
    for of_line in of_lines:
        for least in {_measure(row, params, surely) for row in of_line}:
            for no_samples in (False, True):
                for tolerated in (False, True):
                    part = [row for row in of_line if _measure(row, params, surely) >= least]
                    part = [row for row in part if not (no_samples and row.entry.get("sample"))]
                    part = [row for row in part if not tolerated or _holds(row.entry.get("maximallyTolerated"), surely)]
                    found += [part] if part else []
    return found


def _measure(row: _Therapy, params: Mapping[str, Any], surely: bool) -> Fraction:
    """The dose of a row as a criterion asks for it, at least or at most."""
    told = _taken_dose(row.entry, row.case.concepts) if "doseUnit" in params else None
    ends = _in_form(told, params, row.case)
    if ends is None:
        return Fraction(0 if surely else _ENDLESS**3)
    return ends[0] if surely else ends[1]


def _serves(
    rows: list[_Therapy], outcome: str, params: Mapping[str, Any], surely: bool, in_manner: bool = True
) -> bool:
    """Whether rows of one course that ended with an outcome are a trial as a criterion asks for it.

    Args:
        in_manner: whether they were taken in the manners that are asked for.
    """
    accepted = _ACCEPTED.get(params.get("acceptedOutcomes", "AnyOutcome"))
    if params.get("samplesExcluded") and any(row.entry.get("sample") for row in rows):
        return False
    ages = [row.days_since() or (0, _ENDLESS) for row in rows]
    least, most = min(age[0] for age in ages), min(age[1] for age in ages)
    within = (most if surely else least) <= params.get("takenWithinDays", _ENDLESS)
    if accepted is not None:
        may_be = accepted if outcome == "unknown" and not surely else {outcome} & accepted
        if not may_be:
            return False
        if "contraindication" in may_be or ("intolerance" in may_be and within and in_manner):
            return True
    if not within or not in_manner or not _holds(some(row.was_taken() for row in rows), surely):
        return False
    if (least if surely else most) < 7 * params.get("minimumWeeksSinceEnd", 0):
        return False
    if _lasted(rows, "months", surely) < params.get("minimumMonths", 0):
        return False
    if _lasted(rows, "days", surely) // 7 < params.get("minimumWeeks", 0):
        return False
    if _lasted(rows, "days", surely) < params.get("minimumDays", 0):
        return False
    for row in rows:
        if "minimumDose" in params and _measure(row, params, surely) < Fraction(params["minimumDose"]):
            return False
        if params.get("maximallyTolerated") and not _holds(row.entry.get("maximallyTolerated"), surely):
            return False
    if params.get("currentlyTaken") and not _holds(some(row.still_taken() for row in rows), surely):
        return False
    lines = [row.line for row in rows]
    first, last = min(line or 1 for line in lines), max(line or _ENDLESS for line in lines)
    if (first if surely else last) < params.get("atLeastLine", 0):
        return False
    if (last if surely else first) > params.get("atMostLine", _ENDLESS):
        return False
    if "togetherWith" in params:
        case = rows[0].case
        beside = [
            every((case.concepts.in_set(other.product, params["togetherWith"]), row.beside(other)))
            for row in rows
            for other in case.therapies
        ]
        beside += [
            None if case.concepts.in_set(name, params["togetherWith"]) is None else True
            for row in rows
            for name in row.together
            if case.concepts.in_set(name, params["togetherWith"]) is not False
        ]
        return _holds(some(beside), surely)
    return True


def _in_manner(
    telling: list[_Therapy], rows: list[_Therapy], params: Mapping[str, Any]
) -> Iterable[tuple[set[str], list[list[_Therapy]], bool]]:
    """How the whole of a course ended, its parts, and whether it was taken in the manners that are asked for.

    And the same of those of its rows that were: what another row tells of how it ended is not known of them.
    """
    asked = params.get("manners", ())
    yield {row.outcome for row in telling} or {"unknown"}, _parts(rows, params, True), not asked
    if asked:
        ended = {row.outcome if row.in_manners(asked) else "unknown" for row in telling}
        yield ended or {"unknown"}, _parts([row for row in rows if row.in_manners(asked)], params, True), True


def _last_told(rows: list[_Therapy]) -> list[_Therapy]:
    """The rows with an outcome that no other with one surely follows."""
    told = [row for row in rows if row.outcome != "unknown"]
    return [row for row in told if not any(other.after(row) for other in told)]


def _lines(therapies: list[_Therapy]) -> Iterable[tuple[Any, Callable[[list[_Therapy]], bool]]]:
    """The lines of therapy of the rows of a drug, and each course of a line that is not known: what rows are of it."""
    for line in {row.line for row in therapies if row.line}:
        yield line, lambda rows, line=line: {row.line for row in rows} == {line}
    for_use = [row for row in therapies if row.given_for_review() is not False]
    courses = _courses([row for row in for_use if row.was_taken() is not False], False)
    for course in [*courses, *([row] for row in for_use if row.was_taken() is False)]:

        def is_of_it(rows: list[_Therapy], course: list[_Therapy] = course) -> bool:
            lines = {row.line for row in rows}
            return (len(lines) > 1 or None in lines) and rows[0] in course

        yield id(course[0]), is_of_it


def _tried(
    group: str | Group,
    therapies: list[_Therapy],
    params: Mapping[str, Any],
    of_it: Callable[[list[_Therapy]], bool] = lambda rows: True,
) -> bool | None:
    """Whether the rows of one drug show a trial of a group as a criterion asks for it.

    Args:
        of_it: whether rows are those that are asked of.
    """
    belongs = {id(row): row.case.concepts.in_group(row.product, group) for row in therapies}
    for_use = [row for row in therapies if row.given_for_review() is not False]
    answers: list[bool | None] = []
    for row in for_use:
        if row.was_taken() is False and of_it([row]):
            fits = _serves([row], row.outcome, params, True, row.in_manners(params.get("manners", ())))
            answers.append(every((belongs[id(row)], row.given_for_review(), fits)))
    taken = [row for row in for_use if row.was_taken() is not False]
    sure_courses = _courses([row for row in taken if row.given_for_review()], True)

    def course_of(row: _Therapy) -> list[_Therapy]:
        return next((course for course in sure_courses if row in course), [row])

    for wide in _courses(taken, False):
        for course in sure_courses:
            own = [row for row in course if belongs[id(row)]]
            if not own or course[0] not in wide:
                continue
            last = _last_told(own)
            perhaps = [row for row in wide if row not in course and row.outcome != "unknown"]
            perhaps = [row for row in perhaps if not any(one.after(row) for one in last)]
            telling = [*last, *perhaps] if last else []
            for ended, parts, in_manner in _in_manner(telling, own, params):
                if any(
                    of_it(part) and all(_serves(part, how, params, True, in_manner) for how in ended) for part in parts
                ):
                    return True
        open_ = sorted({row.product for row in wide if belongs[id(row)] is not True})
        for chosen in chain.from_iterable(combinations(open_, n) for n in range(len(open_) + 1)):
            own = [row for row in wide if belongs[id(row)] or row.product in chosen]
            if all(belongs[id(row)] is False for row in own):
                continue
            for one in own:
                last = _last_told([row for row in course_of(one) if row in own])
                if last and one not in last:
                    continue
                if last:
                    course = [row for row in own if row.outcome == "unknown" or not row.after(one)]
                else:
                    course = [row for row in own if row.outcome == "unknown"]
                parts = [p for p in _parts(course, params, False) if any(belongs[id(row)] is not False for row in p)]
                if any(of_it(part) and _serves(part, one.outcome, params, False) for part in parts):
                    answers.append(None)
    return some(answers)


# --- the kinds ---------------------------------------------------------------------------------------


def evaluate(
    kind: str, params: Mapping[str, Any], case: Mapping[str, Any], concepts: Concepts, review: str | None = None
) -> str:
    """The value of a leaf for a case: met, not-met or not-documented.

    Args:
        review: the indication under review where the case states none.
    """
    return _KINDS[kind](params, _Case(case, concepts, review))


def fold(tree: Any, states: Mapping[str, str]) -> str:
    """The value of a tree of ``(kind, [parts])`` over named leaves; an ``AtLeastOf`` has its number before its parts.

    The parts of an ``IfThen`` are its condition, what follows and, where there is one, what holds otherwise.
    """
    if isinstance(tree, str):
        return states[tree]
    kind, parts = tree
    number, parts = (parts[0], parts[1:]) if kind == "AtLeastOf" else (0, parts)
    truths = [{MET: True, NOT_MET: False, NOT_DOCUMENTED: None}[fold(part, states)] for part in parts]
    return _value(_FOLDS[kind](truths, number))


def _so_many(truths: Sequence[bool | None], number: int) -> bool | None:
    if truths.count(True) >= number:
        return True
    return None if len(truths) - truths.count(False) >= number else False


def _none_of(truths: Sequence[bool | None], _: int) -> bool | None:
    if True in truths:
        return False
    return None if None in truths else True


def _depending(truths: Sequence[bool | None], _: int) -> bool | None:
    condition, then, otherwise = (*truths, True)[:3]
    if condition is None:
        return True if then is True and otherwise is True else None
    return then if condition else otherwise


_FOLDS: dict[str, Callable[[Sequence[bool | None], int], bool | None]] = {
    "AllOf": lambda truths, _: every(truths),
    "AnyOf": lambda truths, _: some(truths),
    "AtLeastOf": _so_many,
    "NoneOf": _none_of,
    "IfThen": _depending,
}


def _use(params: Mapping[str, Any], case: _Case) -> str:
    uses, complete = params.get("uses") or (params["use"],), case.complete("diagnoses")

    def is_one(condition: str) -> bool | None:
        return case.concepts.in_set(condition, uses)

    if case.indication is None:
        found = some(is_one(condition) for condition, _ in case.diagnoses)
        return NOT_DOCUMENTED if found is False and not complete else _value(found)
    of_request = [case.concepts.is_a(condition, case.indication) for condition, _ in case.diagnoses]
    for fits in ([is_one(condition) for condition, _ in case.diagnoses], of_request):
        if complete and all(fit is False for fit in fits):
            return NOT_MET
    return _value(is_one(case.indication))


_RANKS = {"mild": (1, 1), "moderate": (2, 2), "moderate-to-severe": (2, 3), "severe": (3, 3)}
_MINIMUM = {"AnySeverity": 0, "Mild": 1, "Moderate": 2, "ModerateToSevere": 2, "Severe": 3}


def _diagnosis(params: Mapping[str, Any], case: _Case) -> str:
    wanted = _MINIMUM[params.get("minimumSeverity", "AnySeverity")]

    def strong_enough(entry: Mapping[str, Any]) -> bool | None:
        low, high = _RANKS.get(entry.get("severity"), (0, 3))
        severe = True if low >= wanted else False if high < wanted else None
        active = entry.get("active") if params.get("activeDisease") else True
        return every((severe, active, *_stands(params, case, entry)))

    found = [
        (case.concepts.in_set(condition, params["conditions"]), strong_enough(e)) for condition, e in case.diagnoses
    ]
    fitting = some(every(pair) for pair in found)
    falls_short = (True, False) in found
    return (
        NOT_DOCUMENTED if fitting is False and not case.complete("diagnoses") and not falls_short else _value(fitting)
    )


def _stands(params: Mapping[str, Any], case: _Case, entry: Mapping[str, Any]) -> Iterable[bool | None]:
    """Whether a diagnosis has the stage, the status, the age and the confirmation that are asked."""
    stage, since = entry.get("stage"), days(entry.get("since"), case.request)
    known = _stage(case.concepts.named(str(stage), "disease-stage")) if stage is not None else None
    if "minimumStage" in params:
        yield None if known is None else _at_least_stage(known, _stage(params["minimumStage"]))
    if "maximumStage" in params:
        yield None if known is None else _at_most_stage(known, _stage(params["maximumStage"]))
    status, how = (entry.get("status") or (), entry.get("statusComplete")), entry.get("confirmedHow") or ()
    by = [entry["confirmedBy"]] if "confirmedBy" in entry else []
    if "diseaseStatus" in params:
        yield _one_listed(case, params["diseaseStatus"], "disease-status", *status)
    if "excludedStatus" in params:
        yield _negated(_one_listed(case, params["excludedStatus"], "disease-status", *status))
    if "minimumMonthsSinceDiagnosis" in params:
        wanted = params["minimumMonthsSinceDiagnosis"]
        counts = [months_between(day, case.request) >= wanted for day in (since.first, since.last)] if since else [None]
        yield counts[0] if len(set(counts)) == 1 else None
    if "confirmedBy" in params:
        yield _one_listed(case, params["confirmedBy"], "specialty", by, bool(by))
    if "confirmedHow" in params:
        yield _one_listed(case, params["confirmedHow"], "diagnostic-method", how, entry.get("confirmedHowComplete"))


def _one_listed(
    case: _Case, wanted: Iterable[str | Group], kind: str, listed: Iterable[str], complete: bool | None
) -> bool | None:
    """Whether one of the names of a list is one of the wanted; what is not listed is open unless it is complete."""
    found = some(case.concepts.in_set(case.concepts.named(name, kind), wanted) for name in listed)
    return None if found is False and not complete else found


def _stage(thing: str) -> tuple[int, str]:
    """The number of a stage and the letter that divides it; no letter where it is the whole stage."""
    name = thing.removeprefix("disease-stage/stage-")
    number = name.rstrip("abcd")
    return ("0", "i", "ii", "iii", "iv", "v").index(number), name.removeprefix(number)


def _at_least_stage(known: tuple[int, str], wanted: tuple[int, str]) -> bool | None:
    if known[0] != wanted[0] or not wanted[1]:
        return known[0] >= wanted[0]
    return known[1] >= wanted[1] if known[1] else None


def _at_most_stage(known: tuple[int, str], wanted: tuple[int, str]) -> bool | None:
    if known[0] != wanted[0] or not wanted[1]:
        return known[0] <= wanted[0]
    return known[1] <= wanted[1] if known[1] else None


def _months_of_age(case: _Case) -> tuple[int, int] | None:
    """The completed months of age at least and at most; of an age in years alone any of its twelve."""
    if "birthDate" in case.fields:
        months = months_between(date.fromisoformat(str(case.fields["birthDate"])), case.request)
        return months, months
    if "ageMonths" in case.fields:
        return case.fields["ageMonths"], case.fields["ageMonths"]
    years = case.fields.get("age")
    return None if years is None else (years * 12, years * 12 + 11)


def _patient(params: Mapping[str, Any], case: _Case) -> str:
    asked: list[bool | None] = []
    months = _months_of_age(case)
    if "patientSex" in params:
        sex = case.fields.get("sex")
        asked.append(None if sex is None else {"female": "Female", "male": "Male"}[sex] == params["patientSex"])
    if "minimumAgeMonths" in params:
        asked.append(months and _agreed(age >= params["minimumAgeMonths"] for age in months))
    if "maximumAgeMonths" in params:
        asked.append(months and _agreed(age <= params["maximumAgeMonths"] for age in months))
    if "patientAttribute" in params:
        key = {"Pregnant": "pregnant", "Menopausal": "menopausal", "Smoker": "smoker"}[params["patientAttribute"]]
        holds = case.fields.get(key)
        asked.append(None if holds is None else holds is params["attributeHolds"])
    return _value(every(asked))


def _age(params: Mapping[str, Any], case: _Case) -> str:
    months = _months_of_age(case)
    age = None if months is None else months[0] // 12
    bounds = [_at_least(age, params["minimumAge"])] if "minimumAge" in params else []
    bounds += [_at_most(age, params["maximumAge"])] if "maximumAge" in params else []
    return _value(every(bounds))


def _weight(params: Mapping[str, Any], case: _Case) -> str:
    weight = case.fields.get("weightKg")
    bounds = [_at_least(weight, params["minimumWeightKg"])] if "minimumWeightKg" in params else []
    bounds += [_at_most(weight, params["maximumWeightKg"])] if "maximumWeightKg" in params else []
    return _value(every(bounds))


def _prescriber(params: Mapping[str, Any], case: _Case) -> str:
    def fits(names: Iterable[str]) -> bool | None:
        return some(case.concepts.in_set(case.concepts.named(n, "specialty"), params["specialties"]) for n in names)

    own = list((case.fields.get("prescriber") or {}).get("specialties") or ())
    values = [fits(own) if own else None]
    if params.get("consultationAccepted"):
        consulted = fits(entry["specialty"] for entry in case.entries("consultations"))
        values.append(None if consulted is False and not case.complete("consultations") else consulted)
    return _value(some(values))


def _prior_therapy(params: Mapping[str, Any], case: _Case) -> str:
    every_one = params.get("everyMember")
    groups = [one for one in params["therapyGroups"] if not (every_one and isinstance(one, Open))]
    by_drug: dict[str, list[_Therapy]] = {}
    for therapy in case.therapies:
        if not therapy.planned and (not therapy.is_requested_drug or params.get("requestedDrugCounts")):
            by_drug.setdefault(case.concepts.drug_of(therapy.product), []).append(therapy)
    counted: dict[Any, list[bool | None]] = {}
    for drug, therapies in by_drug.items():
        for group in groups:
            if params.get("countBy") == "ByLine":
                for line, of_it in _lines(therapies):
                    found = _tried(group, therapies, params, of_it)
                    counted.setdefault(line, []).append(None if found and line > _ENDLESS else found)
                continue
            unit = drug if params.get("countBy") == "ByIngredient" or isinstance(group, Open) else group
            counted.setdefault(unit, []).append(_tried(group, therapies, params))
    recent = some(therapy.ended_after(params["therapyGroups"], params) for therapy in case.therapies)
    if recent:
        return NOT_MET
    fits = [some(values) for values in counted.values()]
    wanted = len(groups) if every_one else params.get("minimumGroups", 1)
    if fits.count(True) >= wanted and recent is False:
        return MET
    short = fits.count(True) + fits.count(None) < wanted
    return NOT_MET if short and case.complete("therapies") else NOT_DOCUMENTED


def _no_prior_therapy(params: Mapping[str, Any], case: _Case) -> str:
    bounds = [params["notTakenWithinDays"]] if "notTakenWithinDays" in params else []
    bounds += [7 * params["notTakenWithinWeeks"]] if "notTakenWithinWeeks" in params else []

    def lately(therapy: _Therapy) -> bool | None:
        if therapy.is_requested_drug and not params.get("requestedDrugCounts"):
            return False
        recent = [_at_most_days(therapy.days_since(), bound) for bound in bounds]
        held = case.concepts.in_set(therapy.product, params["notTakenGroups"])
        return every((held, therapy.was_taken(), *recent))

    found = some(lately(therapy) for therapy in case.therapies)
    if found:
        return NOT_MET
    return MET if found is False and case.complete("therapies") else NOT_DOCUMENTED


def _time_on_drug(params: Mapping[str, Any], case: _Case) -> str:
    rows = [row for row in case.therapies if row.is_requested_drug and row.was_taken() is not False]
    rows = [row for row in rows if row.given_for_review() is not False]
    rows = [row for row in rows if not (params.get("samplesExcluded") and row.entry.get("sample"))]
    told = [row for row in rows if row.was_taken() and row.given_for_review() and (row.start or row.end)]
    if _on_drug(told, params, case.request, True):
        return MET
    if not told and not case.complete("therapies"):
        return NOT_DOCUMENTED  # what is recorded of the drug decides, and nothing is
    return NOT_DOCUMENTED if _on_drug(rows, params, case.request, False) else NOT_MET


def _on_drug(rows: list[_Therapy], params: Mapping[str, Any], request: date, surely: bool) -> bool:
    """Whether rows reach back from the request far enough, with no longer gap; at the worst, or at the best."""

    def began(row: _Therapy) -> date:
        return row.began.last if surely else row.began.first

    def ended(row: _Therapy) -> date:
        return row.ended.first if surely else row.ended.last

    stretch: list[_Therapy] = []
    reached = request
    while more := [r for r in rows if r not in stretch and (reached - ended(r)).days <= params["longestGapDays"]]:
        stretch += more
        reached = min(began(row) for row in stretch)
    if not stretch:
        return False

    def lasted(unit: str) -> int:
        first, last = min(map(began, stretch)), max(map(ended, stretch))
        numbers = [row.length(unit)[0 if surely else 1] for row in stretch]
        if len(stretch) > 1 and first == date.min:
            return _ENDLESS
        if len(stretch) > 1 and first < last:
            numbers.append(months_between(first, last) if unit == "months" else (last - first).days)
        return max(numbers)

    return (
        lasted("months") >= params.get("minimumMonths", 0)
        and lasted("days") // 7 >= params.get("minimumWeeks", 0)
        and lasted("days") >= params.get("minimumDays", 0)
    )


def _taken_now(
    members: Iterable[str | Group],
    case: _Case,
    planned: bool,
    other_products: bool = False,
    uses: Iterable[str | Group] | None = None,
    manners: Iterable[str] = (),
) -> list[bool | None]:
    """For each therapy but the requested drug and those about to stop: whether it is one of these, and taken with it.

    Args:
        planned: whether that is so of what is to be started.
        other_products: whether it is so of other products of the requested drug.
        uses: for which it is to be taken; for any where they are not given.
        manners: in which it is to be taken.
    """
    return [
        every(
            (
                case.concepts.in_set(t.product, members),
                some((t.still_taken(), planned and t.planned)),
                some((not t.is_requested_drug, other_products and t.is_another_product)),
                True if uses is None else t.taken_for(uses),
                t.in_manners(manners) or None,
            )
        )
        for t in case.therapies
        if not t.entry.get("stopsOnApproval")
    ]


def _no_concurrent_therapy(params: Mapping[str, Any], case: _Case) -> str:
    products, uses = bool(params.get("otherProductsCount")), params.get("takenForUses")
    together = some(_taken_now(params["excludedGroups"], case, True, products, uses))
    if together:
        return NOT_MET
    if case.attested("attestation/no-concurrent-therapy"):
        return MET
    return MET if together is False and case.complete("therapies") else NOT_DOCUMENTED


def _concurrent_therapy(params: Mapping[str, Any], case: _Case) -> str:
    planned, manners = bool(params.get("plannedCounts")), params.get("manners", ())
    together = some(_taken_now(params["requiredGroups"], case, planned, manners=manners))
    return NOT_DOCUMENTED if together is False and not case.complete("therapies") else _value(together)


# --- what is measured --------------------------------------------------------------------------------


class _Value:
    """One value of an observable: a lab, another measurement, or what height and weight say of the day."""

    def __init__(self, entry: Mapping[str, Any], observable: str, case: _Case) -> None:
        self.entry, self.observable, self.case = entry, observable, case
        self.when = days(entry.get("date"), case.request)
        self.phase = ("baseline", "on-therapy", "current").index(entry["phase"]) if "phase" in entry else None
        concepts = case.concepts
        self.grade = None
        try:
            self.number = _number(entry["value"])
        except ArithmeticError:
            self.number, self.grade = None, concepts.named(entry["value"], "grade")
        self.unit = concepts.named(entry["unit"], "unit") if "unit" in entry else "unit/score-point"

    def after(self, other: _Value) -> bool | None:
        """Whether it is later than another, by the dates, and by the phases where these leave it open."""
        if self.when and other.when and self.when.first > other.when.last:
            return True
        if self.when and other.when and self.when.last < other.when.first:
            return False
        if None in (self.phase, other.phase) or self.phase == other.phase:
            return None
        return self.phase > other.phase

    def in_unit(self, unit: str) -> Decimal | None:
        return None if self.number is None else self.case.concepts.converted(self.number, self.unit, unit)

    def before_drug(self) -> bool | None:
        known = self.case.before_treatment(self.when)
        return {0: True, 1: False}.get(self.phase) if known is None else known

    def taken_with(self, members: Iterable[str | Group]) -> bool | None:
        """Whether one of these was taken then; what else was taken nobody tells."""
        named = [self.case.concepts.named(name, "product", "drug") for name in self.entry.get("on") or ()]
        return True if any(self.case.concepts.in_set(name, members) is True for name in named) else None


def _values(case: _Case, wanted: str) -> list[_Value]:
    found = [_Value(e, case.concepts.named(e["test"], "lab"), case) for e in case.entries("labs")]
    found += [_Value(e, case.concepts.named(e["of"], "observable", "lab"), case) for e in case.entries("measurements")]
    weight, height = _number(case.fields.get("weightKg")), _number(case.fields.get("heightCm"))
    today = {"date": str(case.request), "phase": "current"}
    follow = [] if weight is None else [("observable/body-weight", {**today, "value": weight, "unit": "kg"})]
    if weight is not None and height is not None:
        bmi = weight / (height / 100) ** 2
        follow.append(("observable/bmi", {**today, "value": bmi, "unit": "kg/m2"}))
    for observable, entry in follow:
        told = [value for value in found if value.observable == observable]
        if not any(_may_be_of_today(value) for value in told):
            found.append(_Value(entry, observable, case))
    return [value for value in found if case.concepts.is_a(value.observable, wanted) is True]


def _may_be_of_today(value: _Value) -> bool:
    return value.phase != 0 if value.when is None else value.when.last >= value.case.request


def _meant(values: list[_Value], occasion: str) -> list[tuple[_Value, bool | None]]:
    """The values that are or may be the one of an occasion."""

    def overtaken(value: _Value, by: Iterable[_Value]) -> bool:
        return any(other.observable == value.observable and other.after(value) is True for other in by)

    last_before = {
        id(value): False if overtaken(value, [o for o in values if o.before_drug()]) else value.before_drug()
        for value in values
    }
    baseline = dict(last_before)
    for value in values:
        if any(other.phase == 0 and other.observable == value.observable for other in values):
            baseline[id(value)] = value.phase == 0
    if occasion == "LatestOccasion":
        return [(value, True) for value in values if not overtaken(value, values)]
    if occasion == "AnyOccasion":
        return [(value, True) for value in values]
    chosen = baseline if occasion == "BaselineOccasion" else last_before
    return [(value, chosen[id(value)]) for value in values if chosen[id(value)] is not False]


def _one_of_them(answers: list[tuple[bool | None, bool | None]], complete: bool) -> str:
    """The value of a criterion on one thing, by what may be it: whether it is it, and whether it is so."""
    if (True, True) in answers and all(meant is False or so is True for meant, so in answers):
        return MET
    possible = any(meant is not False and so is not False for meant, so in answers)
    denied = (True, False) in answers
    return NOT_MET if not possible and (complete or denied) else NOT_DOCUMENTED


def _measurement(params: Mapping[str, Any], case: _Case) -> str:
    def so(value: _Value) -> bool | None:
        bounds: list[bool | None] = []
        in_unit = value.in_unit(params.get("valueUnit", "unit/score-point"))
        for name, holds in _COMPARED.items():
            if f"{name}Value" in params:
                bounds.append(None if in_unit is None else holds(in_unit, params[f"{name}Value"]))
            for limit, key in (("TimesUpper", "upperLimit"), ("TimesLower", "lowerLimit")):
                normal = _number(value.entry.get(key))
                if name + limit in params:
                    known = normal is not None and value.number is not None
                    bounds.append(holds(value.number, params[name + limit] * normal) if known else None)
        for name, holds in (("atLeastGrade", _COMPARED["atLeast"]), ("atMostGrade", _COMPARED["atMost"])):
            if name in params:
                mine, bound = (case.concepts.rank.get(grade) for grade in (value.grade, params[name]))
                bounds.append(None if mine is None else holds(mine, bound))
        if "acceptedGrades" in params:
            bounds.append(None if value.grade is None else case.concepts.in_set(value.grade, params["acceptedGrades"]))
        return some(bounds) if bounds and params.get("anyBound") else every(bounds)

    def asked(value: _Value) -> bool | None:
        on = value.taken_with(params["whileOn"]) if "whileOn" in params else True
        before = value.before_drug() if params.get("beforeTreatment") else True
        return every((on, before, _in_window(value.when, params, case.request)))

    occasion, complete = params.get("occasion", "LatestOccasion"), case.lists_all(params["measured"])
    meant = _meant(case.measured(params["measured"]), occasion)
    answers = [(every((is_it, asked(value))), so(value)) for value, is_it in meant]
    if occasion == "AnyOccasion":
        found = some(every(pair) for pair in answers)
        answer = NOT_DOCUMENTED if found is False and not complete else _value(found)
    else:
        answer = _one_of_them(answers, complete)
    if "inARow" not in params:
        return answer
    values, number = case.measured(params["measured"]), params["inARow"]

    def place(value: _Value) -> tuple[int, int]:
        """Which one it is at least and at most, counted from the latest."""
        others = [o for o in values if o is not value and o.observable == value.observable]
        return 1 + sum(o.after(value) is True for o in others), 1 + sum(value.after(o) is not True for o in others)

    enough, short = [], []
    for value in values:
        first, last = place(value)
        enough.append(every((_decided(first >= number, last >= number), so(value), asked(value))))
        among = _decided(last <= number, first <= number)
        short.append(every((among, asked(value), _negated(so(value)))))
        if "whileOn" in params:
            short.append(every((among, _negated(value.taken_with(params["whileOn"])))))
    there = some(enough)
    whole = every((None if there is False and not complete else there, _negated(some(short))))
    known = {MET: True, NOT_MET: False, NOT_DOCUMENTED: None}[answer]
    return _value(every((known, whole)))


def _decided(surely: bool, possibly: bool) -> bool | None:
    return True if surely and possibly else None if surely or possibly else False


_COMPARED = {
    "atLeast": lambda value, bound: value >= bound,
    "above": lambda value, bound: value > bound,
    "atMost": lambda value, bound: value <= bound,
    "below": lambda value, bound: value < bound,
}


def _change(params: Mapping[str, Any], case: _Case) -> str:
    values = case.measured(params["changed"])
    start = {"FromBeforeDrug": "BeforeDrugOccasion"}.get(params.get("changeStart"), "BaselineOccasion")
    begins = {id(value): is_it for value, is_it in _meant(values, start)}
    latest = {id(value) for value, _ in _meant(values, "LatestOccasion")}
    answers = []
    for one in values:
        for other in values:
            ordered = other.after(one)
            if one is other or one.observable != other.observable or None in (one.number, other.number):
                continue
            if params.get("changeStart") == "FromPrevious":
                kin = [value for value in values if value.observable == one.observable]
                is_start: bool | None = not any(v.after(one) and other.after(v) for v in kin)
            else:
                is_start = begins.get(id(one), False)
            is_end = params.get("changeEnd") == "Reached" or id(other) in latest
            asked = every((ordered, is_start, is_end, _in_window(other.when, params, case.request)))
            answers.append((asked, _changed(one, other, params)))
    complete = case.lists_all(params["changed"])
    if params.get("changeEnd") == "Reached":
        found = some(every(pair) for pair in answers)
        return NOT_DOCUMENTED if found is False and not complete else _value(found)
    return _one_of_them(answers, complete)


def _changed(one: _Value, other: _Value, params: Mapping[str, Any]) -> bool | None:
    """Whether a value fell or rose to another as asked."""
    unit = params.get("changeUnit", "unit/score-point")
    bounds: list[bool | None] = []
    for word, sign in (("loss", -1), ("rise", 1)):
        for end, holds in (("AtLeast", _COMPARED["atLeast"]), ("AtMost", _COMPARED["atMost"])):
            if f"{word}{end}Percent" in params:
                first, last = one.number, other.in_unit(one.unit)
                known = last is not None and first > 0
                hundredths = params[f"{word}{end}Percent"] * first
                bounds.append(holds(sign * (last - first) * 100, hundredths) if known else None)
            if word + end in params:
                pair = one.in_unit(unit), other.in_unit(unit)
                bounds.append(None if None in pair else holds(sign * (pair[1] - pair[0]), params[word + end]))
    return every(bounds)


def _finding(params: Mapping[str, Any], case: _Case) -> str:
    def present(wanted: str) -> bool | None:
        found = case.finding(wanted)
        if found is None and case.complete("findings"):
            return None if case.broader_finding(wanted) else False
        return found

    states = [present(wanted) for wanted in params["findings"]]
    wanted = params.get("minimumFindings", 1)
    if states.count(True) >= wanted:
        return MET
    return NOT_MET if states.count(True) + states.count(None) < wanted else NOT_DOCUMENTED


def _absent_finding(params: Mapping[str, Any], case: _Case) -> str:
    attested = case.attested(params.get("absenceAttestation"))

    def absent(unwanted: str) -> bool | None:
        present = case.finding(unwanted)
        if present is not None:
            return not present
        nothing_else = case.complete("findings") and not case.broader_finding(unwanted)
        return True if attested or nothing_else else None

    return _value(every(absent(unwanted) for unwanted in params["absentFindings"]))


def _biomarker(params: Mapping[str, Any], case: _Case) -> str:
    rows = []
    for key, name in (("biomarkers", "marker"), ("genetics", "gene")):
        for entry in case.entries(key):
            marker = case.concepts.named(entry[name], *(("biomarker", "gene") if key == "biomarkers" else ("gene",)))
            if marker == params["marker"]:
                rows.append((days(entry.get("date"), case.request), entry))
    latest = [pair for origin in (None, "germline", "somatic")
              for pair in _latest([row for row in rows if row[1].get("origin") == origin])]  # fmt: skip

    def result_fits(said: str | None) -> bool | None:
        if "biomarkerResult" not in params or said is None:
            return None if "biomarkerResult" in params else True
        asked = {
            "PositiveBiomarker": "positive",
            "NegativeBiomarker": "negative",
            "NegativeGeneticResult": "negative",
            "EquivocalBiomarker": "equivocal",
            "Pathogenic": "pathogenic",
            "BiAllelicPathogenic": "bi-allelic-pathogenic",
            "UncertainGeneticResult": "uncertain",
        }[params["biomarkerResult"]]
        narrowing = ("positive", "pathogenic", "bi-allelic-pathogenic")
        if said in narrowing and asked in narrowing:
            return True if narrowing.index(said) >= narrowing.index(asked) else None
        return said == asked

    def is_so(entry: Mapping[str, Any]) -> bool | None:
        values = [result_fits(entry.get("result"))]
        if "minimumExpressionPercent" in params:
            values.append(_at_least(entry.get("expressionPercent"), params["minimumExpressionPercent"]))
        if "testMethods" in params:
            method = entry.get("method")
            of_these = method and case.concepts.in_set(case.concepts.named(method, "method"), params["testMethods"])
            values.append(True if of_these else None)
        return every(values)

    def of_origin(entry: Mapping[str, Any]) -> bool | None:
        if "biomarkerOrigin" not in params:
            return True
        said = entry.get("origin")
        return None if said is None else said == params["biomarkerOrigin"].lower()

    found = [(of_origin(entry), is_so(entry)) for _, entry in latest]
    if (True, True) in found and not any(about is not False and so is not True for about, so in found):
        return MET
    if (True, False) in found or case.lists_all(params["marker"]):
        return NOT_DOCUMENTED if any(about is not False and so is not False for about, so in found) else NOT_MET
    return NOT_DOCUMENTED


def _screening(params: Mapping[str, Any], case: _Case) -> str:
    latest = _latest(case.dated("screenings", "for", "infection", params["screeningFor"]))

    under_way = True if params.get("underTreatmentAccepted") else None
    fits = {"negative": True, "treated": True, "under-treatment": under_way, "positive": False}
    if params.get("anyResult"):
        fits = dict.fromkeys(fits, True)

    def good(when: Days | None, result: str) -> bool | None:
        return every((fits[result], _in_window(when, params, case.request)))

    found = some(good(when, entry["result"]) for when, entry in latest)
    positive = any(fits[entry["result"]] is False for _, entry in latest)
    if any(fits[entry["result"]] is None for _, entry in latest) and found:
        return NOT_DOCUMENTED
    if found is False:
        return NOT_MET if positive or case.complete("screenings") else NOT_DOCUMENTED
    return MET if found and not positive else NOT_DOCUMENTED


def _attestation(params: Mapping[str, Any], case: _Case) -> str:
    wanted = params["attestation"]

    def facts(name: str) -> list[str]:
        return [fact for attestation, fact in case.concepts.contradictions[name] if attestation == wanted]

    contradictions = [case.finding(fact) is True for fact in facts("contradictedByFinding")]
    contradictions += [case.finding(fact) is False for fact in facts("contradictedByAbsence")]
    contradicted = some(contradictions + [case.screened_positive(fact) for fact in facts("contradictedByScreening")])
    if contradicted:
        return NOT_MET
    return MET if case.attested(wanted) and contradicted is False else NOT_DOCUMENTED


def _document(params: Mapping[str, Any], case: _Case) -> str:
    packet = [case.concepts.named(name, "document") for name in case.entries("documents")]
    found = some(case.concepts.is_a(name, params["document"]) for name in packet)
    return NOT_DOCUMENTED if found is False and not case.complete("documents") else _value(found)


def _event(params: Mapping[str, Any], case: _Case) -> str:
    asked, kinds, least = params["minimumEvents"], params["eventKinds"], params.get("minimumEventDays")
    instead = params.get("sufficientEvents", ())
    one_by_one, rates, one_of = [], [], []

    def before(entry: Mapping[str, Any]) -> bool | None:
        if not params.get("beforeTreatment"):
            return True
        told = case.before_treatment(days(entry.get("date"), case.request))
        return {"baseline": True, "on-therapy": False}.get(entry.get("phase")) if told is None else told

    for entry in (*case.entries("events"), *_flares(case)):
        kind = case.concepts.named(entry["event"], "event")
        long_enough = True if least is None else _at_least(entry.get("days"), least)
        is_rate, phase = "count" in entry and "perDays" in entry, entry.get("phase")
        when = days(entry.get("date"), case.request)
        if phase == "current" or (is_rate and when is None and phase != "baseline"):
            when = Days(case.request, case.request)
        in_time = every((_in_window(when, params, case.request), before(entry)))
        happened = True if not is_rate or _number(entry["count"]) else False if "never" in entry else None
        none_of_all = happened is False and all(kind in case.concepts.above(one) for one in instead)
        one_of.append((every((case.concepts.in_set(kind, instead), in_time, happened)), none_of_all))
        of_these = case.concepts.in_set(kind, kinds)
        if not is_rate:
            if "perDays" in params and not {"withinMonths", "withinDays"} & set(params):
                in_time = every((in_time, _in_window(when, {"withinDays": params["perDays"]}, case.request)))
            one_by_one.append(every((of_these, long_enough, in_time)))
            continue
        often = None
        if "perDays" in params:
            often = _number(entry["count"]) * params["perDays"] >= asked * _number(entry["perDays"])
        enough = every((often, long_enough, happened))
        of_all = all(kind in case.concepts.above(one) for one in kinds)
        rates.append((every((of_these, in_time, enough)), of_all and in_time is True and enough is False))
    if one_by_one.count(True) >= asked or any(reaches for reaches, _ in (*rates, *one_of)):
        return MET
    complete = case.complete("events")
    closed = complete or any(short for _, short in rates)
    could = len(one_by_one) - one_by_one.count(False) >= asked or any(reaches is None for reaches, _ in rates)
    if instead:
        closed = closed and (complete or any(none for _, none in one_of))
        could = could or any(is_one is None for is_one, _ in one_of)
    return NOT_MET if closed and not could else NOT_DOCUMENTED


def _flares(case: _Case) -> Iterable[Mapping[str, Any]]:
    """What the field for flares says, as events."""
    said = case.fields.get("flares") or {}
    if "perYear" in said:
        yield {"event": "flare", "count": said["perYear"], "perDays": 365}
    if "hospitalized" in said:
        never = {"count": 0, "perDays": 10**6, "never": True}
        yield {"event": "flare-hospitalization", **({} if said["hospitalized"] else never)}


def _response(params: Mapping[str, Any], case: _Case) -> str:
    positive = (case.fields.get("response") or {}).get("positive")
    return _value(None if positive is None else positive == params["positiveResponse"])


def _adherence(params: Mapping[str, Any], case: _Case) -> str:
    response = case.fields.get("response") or {}
    values = [_at_least(response.get("adherencePercent"), params["minimumAdherencePercent"])]
    if "acceptedInterruptions" in params:
        reason = response.get("interruption")
        named = None if reason is None else case.concepts.named(reason, "interruption")
        values.append(None if named is None else named in params["acceptedInterruptions"])
    return _value(some(values))


# --- doses -------------------------------------------------------------------------------------------

_PER = {"day": (1, 0), "week": (7, 0), "month": (0, 1), "year": (0, 12)}


@dataclass(frozen=True)
class _Amount:
    """So much of a unit, over days, over months or at one time; of all, per kilogram or per square meter."""

    value: Fraction
    unit: str
    days: int
    months: int
    basis: str


def _amount(entry: Mapping[str, Any] | None, concepts: Concepts) -> _Amount | None:
    if not entry or not {"value", "unit"} <= set(entry):
        return None
    days, months = _PER[entry["per"]] if "per" in entry else (entry.get("perDays", 0), 0)
    basis = "PerKilogram" if entry.get("perKg") else "PerSquareMeter" if entry.get("perM2") else "WholePatient"
    unit = concepts.named(entry["unit"], "unit")
    return _Amount(Fraction(str(entry["value"])), unit, days, months, basis)


def _milligrams(value: Any, days: int, basis: str) -> _Amount:
    return _Amount(Fraction(str(value)), "unit/mg", days, 0, basis)


def _taken_dose(entry: Mapping[str, Any], concepts: Concepts) -> _Amount | None:
    if "weeklyDoseMg" in entry:
        return _milligrams(entry["weeklyDoseMg"], 7, "WholePatient")
    return _amount(entry.get("dose"), concepts)


def _in_form(told: _Amount | None, params: Mapping[str, Any], case: _Case) -> tuple[Fraction, Fraction] | None:
    """What a dose is at least and at most, in the unit and for the period that a criterion asks; None where open."""
    if told is None:
        return None
    factor = case.concepts.converted(Decimal(1), told.unit, params["doseUnit"])
    if factor is None:
        return None
    value = told.value * Fraction(factor)
    days, months = params.get("dosePeriodDays", 0), params.get("dosePeriodMonths", 0)
    if days:
        if told.days:
            return (value * days / told.days,) * 2
        if not told.months:
            return None
        years, rest = divmod(told.months, 12)
        return value * days / (366 * years + 31 * rest), value * days / (365 * years + 28 * rest)
    if months:
        if told.months:
            return (value * months / told.months,) * 2
        return (value * 28 * months / told.days, value * 31 * months / told.days) if told.days else None
    return (Fraction(0), value) if told.days or told.months else (value, value)


def _on_basis(told: list[_Amount], wanted: str, case: _Case) -> tuple[_Amount, Fraction, Fraction] | None:
    """The dose that is told on a basis, or the one that follows, and what it is multiplied by at least and at most."""
    for one in told:
        if one.basis == wanted:
            return one, Fraction(1), Fraction(1)
    if not told:
        return None
    low, high = Fraction(1), Fraction(1)
    for basis, turned in ((told[0].basis, False), (wanted, True)):
        size = _size(basis, case)
        if size is None:
            return None
        low, high = (low / size[1], high / size[0]) if turned else (low * size[0], high * size[1])
    return told[0], low, high


def _size(basis: str, case: _Case) -> tuple[Fraction, Fraction] | None:
    """The kilograms, or the square meters by Mosteller, of the patient, between two numbers."""
    weight, height = (case.fields.get(key) for key in ("weightKg", "heightCm"))
    if basis == "WholePatient":
        return Fraction(1), Fraction(1)
    if weight is None or (basis == "PerSquareMeter" and height is None):
        return None
    if basis == "PerKilogram":
        return (Fraction(str(weight)),) * 2
    square = Fraction(str(weight)) * Fraction(str(height)) / 3600
    low = Fraction(isqrt(int(square * 10**18)), 10**9)
    return (low, low) if low * low == square else (low, low + Fraction(1, 10**9))


def _dose(params: Mapping[str, Any], case: _Case) -> str:
    dose = case.fields.get("dose") or {}
    told = [one for one in (_amount(dose, case.concepts),) if one]
    for key, basis in (("mgPerDay", "WholePatient"), ("mgPerKgPerDay", "PerKilogram")):
        told += [_milligrams(dose[key], 1, basis)] if key in dose else []
    loading = [one for one in (_amount(dose.get("loading"), case.concepts),) if one]
    bounds: list[bool | None] = [None] if "dosing" in params else []
    for kind, of in (("Dose", told), ("LoadingDose", loading)):
        if not {f"atLeast{kind}", f"atMost{kind}"} & set(params):
            continue
        found = _on_basis(of, params.get("dosePer", "WholePatient"), case)
        without = {key: value for key, value in params.items() if kind == "Dose" or not key.startswith("dosePeriod")}
        ends = _in_form(found[0], without, case) if found else None
        low, high = (ends[0] * found[1], ends[1] * found[2]) if found and ends else (None, None)
        for name in ("atLeast", "atMost"):
            if name + kind in params:
                bounds.append(_within(low, high, name, Fraction(params[name + kind])))
    if "maximumQuantity" in params:
        bounds.append(_quantity_within(params, case))
    return _value(every(bounds))


def _within(low: Fraction | None, high: Fraction | None, name: str, bound: Fraction) -> bool | None:
    if low is None or high is None:
        return None
    found = {low >= bound, high >= bound} if name == "atLeast" else {low <= bound, high <= bound}
    return found.pop() if len(found) == 1 else None


def _quantity_within(params: Mapping[str, Any], case: _Case) -> bool | None:
    old, new = case.fields.get("dose") or {}, case.fields.get("quantity")
    told = new or {"value": old.get("quantity"), "perDays": old.get("days")}
    if told.get("value") is None or told.get("perDays") is None:
        return None
    unit = case.concepts.named(told["unit"], "unit") if "unit" in told else None
    wanted, value = params.get("quantityUnit"), Decimal(str(told["value"]))
    if wanted in (None, "unit/unit"):  # whatever the drug comes in
        if unit is not None and not case.concepts.counts(unit):
            return None
    elif unit is None:
        return None
    else:
        converted = case.concepts.converted(value, unit, wanted)
        if converted is None:
            return None
        value = converted
    return value * params["perDays"] <= Decimal(params["maximumQuantity"]) * Decimal(str(told["perDays"]))


def _formulary(params: Mapping[str, Any], case: _Case) -> str:
    named = {"preferred": "Preferred", "non-preferred": "NonPreferred", "non-formulary": "NonFormulary"}
    standing = case.fields.get("formulary")
    return NOT_DOCUMENTED if standing is None else _value(named[standing] == params["formularyStatus"])


def _coverage_history(params: Mapping[str, Any], case: _Case) -> str:
    kinds = {"Approval": ("approval",), "Claim": ("claim",), "ApprovalOrClaim": ("approval", "claim")}
    request, far = case.request, date.max

    def last_day(row: Mapping[str, Any]) -> Days | None:
        first, last = days(row.get("from"), request), days(row.get("to"), far)
        if last is None:
            return Days(first.first, request) if first and row["kind"] == "approval" else first
        begun = max(first.first, last.first) if first else last.first
        return Days(min(begun, request), min(last.last, request))

    found = []
    for row in case.entries("coverage"):
        payer = "coveringPayers" not in params or f"payer/{row['payer']}" in params["coveringPayers"]
        kind = row["kind"] in kinds[params["coverageKind"]]
        found.append(every((payer, kind, _in_window(last_day(row), params, request))))
    return NOT_DOCUMENTED if some(found) is False and not case.complete("coverage") else _value(some(found))


def _plan(params: Mapping[str, Any], case: _Case) -> str:
    concepts = case.concepts
    plan, state = (concepts.named(case.fields[key], key) if key in case.fields else None for key in ("plan", "state"))
    told = {"states": state, "linesOfBusiness": concepts.line(plan) if plan else None}
    answers = [
        None if told[name] is None else concepts.in_set(told[name], params[name]) for name in told if name in params
    ]
    if "plans" in params:
        answers.append(None if plan is None else some(concepts.is_plan(plan, wanted) for wanted in params["plans"]))
    return _value(every(answers))


def _site(params: Mapping[str, Any], case: _Case) -> str:
    stated, values = case.fields.get("site"), []
    if "sites" in params:
        at = None if stated is None else case.concepts.named(stated, "site")
        values.append(at and case.concepts.in_set(at, params["sites"]))
    if "programmes" in params:
        named = (case.concepts.named(name, "safety-programme") for name in case.entries("enrolledIn"))
        found = some(case.concepts.in_set(name, params["programmes"]) for name in named)
        values.append(None if found is False and not case.complete("enrolledIn") else found)
    return _value(every(values))


def _never(params: Mapping[str, Any], case: _Case) -> str:
    return NOT_DOCUMENTED


_KINDS = {
    "UseCriterion": _use,
    "DiagnosisCriterion": _diagnosis,
    "AgeCriterion": _age,
    "WeightCriterion": _weight,
    "PatientCriterion": _patient,
    "PrescriberCriterion": _prescriber,
    "PriorTherapyCriterion": _prior_therapy,
    "NoPriorTherapyCriterion": _no_prior_therapy,
    "TimeOnDrugCriterion": _time_on_drug,
    "NoConcurrentTherapyCriterion": _no_concurrent_therapy,
    "ConcurrentTherapyCriterion": _concurrent_therapy,
    "MeasurementCriterion": _measurement,
    "ChangeCriterion": _change,
    "FindingCriterion": _finding,
    "AbsentFindingCriterion": _absent_finding,
    "BiomarkerCriterion": _biomarker,
    "ScreeningCriterion": _screening,
    "AttestationCriterion": _attestation,
    "DocumentCriterion": _document,
    "EventCriterion": _event,
    "ResponseCriterion": _response,
    "AdherenceCriterion": _adherence,
    "DoseCriterion": _dose,
    "FormularyCriterion": _formulary,
    "PlanCriterion": _plan,
    "SiteCriterion": _site,
    "CoverageHistoryCriterion": _coverage_history,
    "ReviewerCriterion": _never,
    "NotShownCriterion": _never,
}

#: Every kind of leaf.
KINDS = tuple(_KINDS)
