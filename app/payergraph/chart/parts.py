"""What is written of a case as a whole, and of each of its parts: a function each.

A fact that is not recorded is stated as two bounds, so that each query compares a number and none asks whether a
value is there. What contradicts itself is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal

import pyoxigraph as ox

from .. import terms
from ..store.names import Names
from ..wording import numeral
from .dates import Span, months_between
from .record import ChartEntry, Code
from .triples import Facts, divided, truth

# A multiple of the upper limit, or a number of days, that nothing bounds.
_ANY = Decimal(9_999_999)
_MAX_AGE = 130


def of_the_case(to: Facts) -> None:
    """What the case says beside its parts."""
    entry, case = to.entry, to.case
    asked, indication = entry.one("drug", str), entry.one("indication", str)
    to.say(case, "drug", to.drug)
    to.say(case, "askedAs", None if asked == to.drug else asked)
    to.say(case, "indication", indication)
    diagnosed = [condition(item, to.names) for item in entry.many("diagnoses", ChartEntry)]
    for asked_for in [indication] if indication else diagnosed:
        to.say(case, "askedFor", asked_for)
    to.say(case, "request", entry.one("request", str) or "Initial")
    to.say(case, "formulary", entry.one("formulary", str))
    to.say(case, "site", entry.one("site", str))
    to.say(case, "ageAtRequest", _age(to))
    to.say(case, "weightKg", entry.one("weightKg", Decimal))
    for attested in entry.many("attestations", str):
        to.say(case, "attests", attested)
    for document in entry.many("documents", str):
        to.say(case, "hasDocument", document)
    for key in entry.values:
        if key.endswith("Complete"):
            to.say(case, key, entry.one(key, bool))


def _age(to: Facts) -> int | None:
    stated, birth = to.entry.one("age", int), to.entry.one("birthDate", date)
    if birth is None:
        return stated
    years = months_between(birth, to.request) // 12
    if years > _MAX_AGE:
        raise to.entry.error("birthDate", f"which makes the patient {years}; expected an age of at most {_MAX_AGE}")
    if stated not in (None, years):
        born = f"but born on {birth} the patient is {years} on {to.request}"
        raise to.entry.error("age", f"{born}; correct the one that is wrong")
    return years


def condition(diagnosis: ChartEntry, names: Names) -> str:
    """The condition of a diagnosis: of its name and its code the narrower.

    Raises:
        CaseError: it has neither, or the two contradict each other.
    """
    named, code = diagnosis.one("condition", str), diagnosis.one("icd10", Code)
    if code is None:
        if named is None:
            raise diagnosis.place.error("names no disease; expected condition or icd10")
        return named
    if named is None or names.subsumes(named, code.condition):
        return code.condition
    if names.subsumes(code.condition, named):
        return named
    means, says = names.slug(code.condition), names.slug(named)
    fitting = names.fitting_codes(named)[:3]
    has = f"a code that fits {says} is {' or '.join(fitting)}" if fitting else f"the graph has no code of {says}"
    raise diagnosis.error("icd10", f"which means {means} and not {says}; {has}; correct the one that is wrong")


def _diagnosis(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    surely, possibly = to.names.ranks(item.one("severity", str) or terms.PG + "AnySeverity")
    to.say(node, "condition", condition(item, to.names))
    to.say(node, "severitySurely", surely)
    to.say(node, "severityPossibly", possibly)
    to.say(node, "activity", truth(item.one("active", bool)))


def _prescriber(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    for specialty in item.many("specialties", str):
        to.say(node, "specialty", specialty)


def _consultation(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    to.say(node, "specialty", item.one("specialty", str))
    to.dated(node, item)


def _lab(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    test, unit = item.one("test", str), item.one("unit", str)
    value, limit = item.one("value", Decimal), item.one("upperLimit", Decimal)
    assert test is not None and unit is not None and value is not None
    usual = to.names.usual_units(test)
    factor = to.names.to_base(unit)
    fits = not usual or to.names.dimension(unit) in {to.names.dimension(one) for one in usual}
    if factor is None or not fits:
        expected = ", ".join(map(to.names.slug, usual)) or "a unit that converts, such as mg-per-l"
        raise item.error("unit", f"which is no unit of {to.names.slug(test)}; expected {expected}")
    times = None if limit is None else divided(value, limit)
    to.say(node, "test", test)
    to.say(node, "baseResult", value * factor)
    to.say(node, "timesUpperSurely", Decimal(0) if times is None else times)
    to.say(node, "timesUpperPossibly", _ANY if times is None else times)
    to.say(node, "pretreatment", truth(_pretreatment(item.one("date", Span), to.begun)))
    to.dated(node, item)


def _pretreatment(drawn: Span | None, begun: tuple[date, date] | None) -> bool | None:
    """Whether a result is from before the drug asked for was begun, the day on which it was begun included."""
    if begun is None:
        return True
    if drawn is None:
        return None
    first, last = begun
    return True if drawn.last <= first else False if drawn.first > last else None


def _finding(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    to.say(node, "finding", item.one("finding", str))
    to.say(node, "present", item.one("present", bool))
    to.dated(node, item)


def _genetic_test(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    to.say(node, "testedGene", item.one("gene", str))
    to.say(node, "geneticFinding", item.one("result", str))
    to.say(node, "superseded", _superseded(item, to.entry.many("genetics", ChartEntry), "gene"))
    to.dated(node, item)
    _biomarker(to, node, item)


def _biomarker(to: Facts, row: ox.NamedNode, item: ChartEntry) -> None:
    """What a test of a biomarker shows; a genetic test is one whose origin is not recorded.

    The latest result counts, of the same marker and origin, whichever of the two lists has it.
    """

    def tested(entry: ChartEntry) -> tuple[str | None, str | None]:
        return entry.one("marker", str) or entry.one("gene", str), entry.one("origin", str)

    result, percent = item.one("result", str), item.one("expressionPercent", Decimal)
    if result is None and percent is None:
        raise item.place.error("tells no result; expected result or expressionPercent")
    node = to.part("biomarkerTest")
    tests = [*to.entry.many("biomarkers", ChartEntry), *to.entry.many("genetics", ChartEntry)]
    marker, origin = tested(item)
    to.say(node, "row", row.value)
    to.say(node, "testedMarker", marker)
    to.say(node, "markerResult", result or "UnknownBiomarkerResult")
    to.say(node, "origin", origin or "UnknownOrigin")
    to.say(node, "method", item.one("method", str) or "UnknownMethod")
    to.say(node, "expressionSurely", Decimal(0) if percent is None else percent)
    to.say(node, "expressionPossibly", Decimal(100) if percent is None else percent)
    to.say(node, "superseded", _later(item, (one for one in tests if tested(one) == (marker, origin))))


def _screening(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    to.say(node, "infection", item.one("for", str))
    to.say(node, "screeningResult", item.one("result", str))
    to.say(node, "superseded", _superseded(item, to.entry.many("screenings", ChartEntry), "for"))
    to.dated(node, item)


def _superseded(item: ChartEntry, among: list[ChartEntry], key: str) -> bool:
    """Whether a surely later result of the same thing is among some results."""
    return _later(item, (other for other in among if other.values[key] == item.values[key]))


def _later(item: ChartEntry, among: Iterable[ChartEntry]) -> bool:
    """Whether a surely later one is among some results."""
    day = item.one("date", Span)
    dates = (other.one("date", Span) for other in among)
    return day is not None and any(other is not None and other.first > day.last for other in dates)


def _event(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    """One event, or a number of them in a period; a number without a date is of the day of the request."""
    count, period = item.one("count", Decimal), item.one("perDays", int)
    if (count is None) != (period is None):
        there, missing = ("perDays", "count") if count is None else ("count", "perDays")
        raise item.place.error(f"has {there} without {missing}; give both for a number in a period, or none of them")
    phase, date = item.one("phase", str), item.one("date", Span)
    before = {terms.PG + "Baseline": True, terms.PG + "OnTherapy": False}
    today = Span(to.request, to.request, str(to.request))
    when = today if phase == terms.PG + "Current" else date
    if when is None and count is not None and phase != terms.PG + "Baseline":
        when = today
    lasted = item.one("days", Decimal)
    to.say(to.case, "occurrence" if count is None else "eventRate", node.value)
    to.say(node, "event", item.one("event", str))
    to.say(node, "count", count)
    to.say(node, "perDays", period)
    to.say(node, "lastedDaysSurely", Decimal(0) if lasted is None else lasted)
    to.say(node, "lastedDaysPossibly", _ANY if lasted is None else lasted)
    to.say(node, "pretreatment", truth(before[phase] if phase in before else _pretreatment(date, to.begun)))
    to.aged(node, when)


def _coverage(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    to.say(node, "payer", item.one("payer", str))
    to.say(node, "kindOfCoverage", item.one("kind", str))
    to.aged(node, _last_covered(item, to.request))


def _last_covered(item: ChartEntry, request: date) -> Span | None:
    """When the last day was that an approval or a claim covered; what covers the request goes on to it.

    A claim is of one day where it gives no other; an approval without an end may still hold.
    """
    first, last = item.one("from", Span), item.one("to", Span)
    if first and last and last.last < first.first:
        raise item.error("to", f"which is before {first.text}, from when it covered; correct the one that is wrong")
    if last is None:
        if first is None or item.one("kind", str) == terms.PG + "Claim":
            return first
        return Span(first.first, request, first.text)
    begun = max(last.first, first.first) if first else last.first
    return Span(min(begun, request), min(last.last, request), last.text)


def _flares(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    to.say(node, "perYear", item.one("perYear", Decimal))
    to.say(node, "hospitalized", item.one("hospitalized", bool))


def _response(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    to.say(node, "positive", item.one("positive", bool))
    to.say(node, "adherencePercent", item.one("adherencePercent", Decimal))
    to.say(node, "interruption", item.one("interruption", str))


def _dose(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    """The dose; a day's milligrams and those per kilogram follow from each other where the weight is known."""
    daily, by_weight = item.one("mgPerDay", Decimal), item.one("mgPerKgPerDay", Decimal)
    weight = to.entry.one("weightKg", Decimal)
    if weight is not None:
        if daily is not None and by_weight is not None and abs(by_weight * weight - daily) > daily / 10:
            come = numeral(round(daily / weight, 2))
            problem = f"but {numeral(daily)} mg at {numeral(weight)} kg is {come}; correct the one that is wrong"
            raise item.error("mgPerKgPerDay", problem)
        if by_weight is None and daily is not None:
            by_weight = divided(daily, weight)
        elif daily is None and by_weight is not None:
            daily = by_weight * weight
    to.say(node, "mgPerDay", daily)
    to.say(node, "mgPerKgPerDay", by_weight)
    to.say(node, "quantity", item.one("quantity", Decimal))
    to.say(node, "days", item.one("days", Decimal))


#: The fields that hold entries, each with the property that leads to one and what writes it. Therapies are rows.
PARTS: Mapping[str, tuple[str, Callable[[Facts, ox.NamedNode, ChartEntry], None]]] = {
    "diagnoses": ("diagnosis", _diagnosis),
    "prescriber": ("prescriber", _prescriber),
    "consultations": ("consultation", _consultation),
    "labs": ("labResult", _lab),
    "findings": ("findingRecord", _finding),
    "flares": ("flares", _flares),
    "response": ("response", _response),
    "genetics": ("geneticTest", _genetic_test),
    "screenings": ("screening", _screening),
    "dose": ("dose", _dose),
    "events": ("eventRecord", _event),
    "biomarkers": ("biomarkerRecord", _biomarker),
    "coverage": ("coverageRecord", _coverage),
}
