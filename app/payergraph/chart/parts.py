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
from ..meaning.relations import BIOMARKERS, MEASUREMENTS
from ..store.names import Names
from ..wording import numeral
from . import doses
from .dates import UNBOUNDED, Span, months_between
from .record import ChartEntry, Code
from .rows import before
from .triples import Facts, part, truth
from .unheard import complete

# A number of days that nothing bounds.
_ANY = Decimal(9_999_999)
# Lower and higher than the rank of any stage.
_ANY_STAGE = (0, 99)
_MAX_AGE = 130
#: What the field ``flares`` tells of.
FLARE, HOSPITALIZED = (terms.ID + f"event/{name}" for name in ("flare", "flare-hospitalization"))


def asked_for(entry: ChartEntry, names: Names) -> tuple[str, str | None]:
    """The drug that is asked for, and which product of it, where the case says: of two names the narrower.

    Raises:
        CaseError: what is asked for has no drug, or is two things.
    """
    named, product = entry.one("drug", str), entry.one("product", str)
    assert named is not None
    drug = names.ingredient(named)
    if drug is None:
        raise entry.error("drug", "a product whose drug the graph does not know; name the drug itself")
    if product is None or names.subsumes(product, named):
        return drug, None if named == drug else named
    if not names.subsumes(named, product):
        of = names.ingredient(product)
        which = "another product" if of == drug else f"a product of {names.slug(of)}" if of else "a product of no drug"
        raise entry.error("product", f"which is {which} and not of {names.slug(named)}; correct the one that is wrong")
    return drug, product


def of_the_case(to: Facts) -> None:
    """What the case says beside its parts."""
    entry, case = to.entry, to.case
    indication = entry.one("indication", str)
    to.say(case, "drug", to.drug)
    to.say(case, "askedAs", asked_for(entry, to.names)[1])
    to.say(case, "indication", indication)
    for use in [indication] if indication else conditions(entry, to.names):
        to.say(case, "askedFor", use)
    to.say(case, "request", entry.one("request", str) or "Initial")
    to.say(case, "formulary", entry.one("formulary", str))
    to.say(case, "site", entry.one("site", str))
    _patient(to)
    to.say(case, "weightKg", entry.one("weightKg", Decimal))
    to.say(case, "heightCm", entry.one("heightCm", Decimal))
    for attested in entry.many("attestations", str):
        to.say(case, "attests", attested)
    for programme in entry.many("enrolledIn", str):
        to.say(case, "enrolledIn", programme)
    for document in entry.many("documents", str):
        to.say(case, "hasDocument", document)
    for key in entry.values:
        if key.endswith("Complete"):
            to.say(case, key, complete(entry, key.removesuffix("Complete"), to.names))
    for relation in (MEASUREMENTS, BIOMARKERS):
        for listed, keys in relation.lists:
            said = next((key for key in keys.split() if key in entry.values), "")
            if said and complete(entry, said.removesuffix("Complete"), to.names):
                to.say(case, "listsAll", listed)


ATTRIBUTES = {"pregnant": "Pregnant", "menopausal": "Menopausal", "smoker": "Smoker"}


def _patient(to: Facts) -> None:
    """Age, sex and attributes; the age in months is one of twelve where years alone are recorded."""
    months = _months_of_age(to)
    if months is not None:
        low, high = months
        age = to.part("patientAge")
        to.say(age, "ageMonthsSurely", low)
        to.say(age, "ageMonthsPossibly", high)
        to.say(to.case, "ageAtRequest", low // 12)
    to.say(to.case, "sex", to.entry.one("sex", str))
    for key, attribute in ATTRIBUTES.items():
        holds = to.entry.one(key, bool)
        if holds is not None:
            record = to.part("attributeRecord")
            to.say(record, "attribute", attribute)
            to.say(record, "holds", holds)


def _months_of_age(to: Facts) -> tuple[int, int] | None:
    """The completed months of age at least and at most; None where the case tells no age.

    Raises:
        CaseError: what tells the age tells different ages, or one that nobody has.
    """
    years, months, birth = to.entry.one("age", int), to.entry.one("ageMonths", int), to.entry.one("birthDate", date)
    if birth is not None:
        lived = months_between(birth, to.request)
        _agree_with_birth(to, birth, lived)
        return lived, lived
    if months is None:
        return None if years is None else (12 * years, 12 * years + 11)
    if years not in (None, months // 12):
        told = f"but the age of {years} is {12 * years} to {12 * years + 11} months"
        raise to.entry.error("ageMonths", f"{told}; correct the one that is wrong")
    return months, months


def _agree_with_birth(to: Facts, birth: date, lived: int) -> None:
    """Whether an age is one that somebody has, and what else tells it tells the same."""
    years = lived // 12
    if years > _MAX_AGE:
        raise to.entry.error("birthDate", f"which makes the patient {years}; expected an age of at most {_MAX_AGE}")
    for key, is_, unit in (("age", years, ""), ("ageMonths", lived, " months")):
        if to.entry.one(key, int) not in (None, is_):
            born = f"but born on {birth} the patient is {is_}{unit} on {to.request}"
            raise to.entry.error(key, f"{born}; correct the one that is wrong")


def conditions(entry: ChartEntry, names: Names) -> list[str]:
    """The diagnoses that the graph knows, in the order of the case."""
    diagnosed = (condition(item, names) for item in entry.many("diagnoses", ChartEntry))
    return [one for one in dict.fromkeys(diagnosed) if names.knows(one)]


def condition(diagnosis: ChartEntry, names: Names) -> str:
    """The condition of a diagnosis: of its name and its code the narrower, or the one that the graph knows.

    Raises:
        CaseError: it has neither, or the two contradict each other.
    """
    named, code = diagnosis.one("condition", str), diagnosis.one("icd10", Code)
    if code is None:
        if named is None:
            raise diagnosis.place.error("names no disease; expected condition or icd10")
        return named
    if named is None or names.subsumes(named, code.condition) or not names.knows(named):
        return code.condition
    if names.subsumes(code.condition, named) or not names.knows(code.condition):
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
    stage, since = item.one("stage", str), item.one("since", Span)
    least, most = to.names.ranks(stage) if stage else _ANY_STAGE
    to.say(node, "stageSurely", least)
    to.say(node, "stagePossibly", most)
    to.say(node, "monthsSinceSurely", months_between(since.last, to.request) if since else 0)
    to.say(node, "monthsSincePossibly", months_between(since.first, to.request) if since else UNBOUNDED)
    for status in item.many("status", str):
        to.say(node, "hasStatus", status)
    to.say(node, "statusComplete", bool(item.one("statusComplete", bool)))
    confirmer = item.one("confirmedBy", str)
    to.say(node, "confirmingSpecialty", confirmer)
    to.say(node, "confirmerKnown", confirmer is not None)
    for method in item.many("confirmedHow", str):
        to.say(node, "confirmingMethod", method)
    to.say(node, "confirmedHowComplete", bool(item.one("confirmedHowComplete", bool)))


def _prescriber(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    for specialty in item.many("specialties", str):
        to.say(node, "specialty", specialty)


def _consultation(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    to.say(node, "specialty", item.one("specialty", str))
    to.dated(node, item)


def _finding(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    to.say(node, "finding", item.one("finding", str))
    to.say(node, "present", item.one("present", bool))
    to.dated(node, item)


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
    screenings, infection = to.entry.many("screenings", ChartEntry), item.values["for"]
    to.say(node, "superseded", _later(item, (other for other in screenings if other.values["for"] == infection)))
    to.dated(node, item)


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
    today = Span(to.request, to.request, str(to.request))
    when = today if phase == terms.PG + "CurrentPhase" else date
    if when is None and count is not None and phase != terms.PG + "BaselinePhase":
        when = today
    told_before = before(date, phase, to.begun)
    _happened(to, node, item.one("event", str), when, told_before, count, period, item.one("days", Decimal))


def _flares(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    """Events of two kinds: flares, as so many a year; and whether one led to hospital, whenever that was."""
    yearly, hospitalized = item.one("perYear", Decimal), item.one("hospitalized", bool)
    told_before, admission = before(None, None, to.begun), part(to.case, "hospitalized", 0)
    today = Span(to.request, to.request, str(to.request))
    if yearly is not None:
        to.say(to.case, "eventRecord", node.value)
        _happened(to, node, FLARE, today, told_before, yearly, 365)
    if hospitalized:
        to.say(to.case, "eventRecord", admission.value)
        _happened(to, admission, HOSPITALIZED, None, told_before, None, None)
    elif hospitalized is False:
        to.say(to.case, "eventRecord", admission.value)
        _happened(to, admission, HOSPITALIZED, today, told_before, Decimal(0), UNBOUNDED)


def _happened(
    to: Facts,
    node: ox.NamedNode,
    event: str | None,
    when: Span | None,
    told_before: bool | None,
    count: Decimal | None,
    period: int | None,
    lasted: Decimal | None = None,
) -> None:
    """An event, or a number of them in a period. A number of none leaves other times open, if there are any."""
    to.say(to.case, "occurrence" if count is None else "eventRate", node.value)
    to.say(node, "event", event)
    to.say(node, "count", count)
    to.say(node, "perDays", period)
    to.say(node, "happened", truth(True if count != 0 else False if period == UNBOUNDED else None))
    to.say(node, "lastedDaysSurely", Decimal(0) if lasted is None else lasted)
    to.say(node, "lastedDaysPossibly", _ANY if lasted is None else lasted)
    to.say(node, "pretreatment", truth(told_before))
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


def _response(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    to.say(node, "positive", item.one("positive", bool))
    to.say(node, "adherencePercent", item.one("adherencePercent", Decimal))
    to.say(node, "interruption", item.one("interruption", str))


def _dose(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    """The dose; that of the patient, per kilogram and per square meter follow from each other where the body tells."""
    body, told = doses.Body.of(to.entry), doses.asked(item, to.names)
    daily = next((one.amount / one.days for one in told if one.basis is doses.Basis.PATIENT and one.days), None)
    by_weight = item.one("mgPerKgPerDay", Decimal)
    if daily and by_weight is not None and body.weight and abs(by_weight * body.weight - daily) > daily / 10:
        come = numeral(round(daily / body.weight, 2))
        problem = (
            f"but {numeral(round(daily, 2))} mg at {numeral(body.weight)} kg is {come}; correct the one that is wrong"
        )
        raise item.error("mgPerKgPerDay", problem)
    loading = item.one("loading", ChartEntry)
    at_first = doses.read(loading, to.names) if loading else None
    for kind, some in (("MaintenanceDose", told), ("LoadingDose", [at_first] if at_first else [])):
        for unit, form, basis, rate in doses.on_each_basis(some, body):
            to.dosed(node, unit, form, basis, rate, kind)
    amount, days = item.one("quantity", Decimal), item.one("days", Decimal)
    if amount is not None:
        other = to.entry.one("quantity", ChartEntry)
        if other is None:
            to.say(to.case, "requestedQuantity", node.value)
            _dispensed(to, node, amount, None, days)
        elif (amount, days) != (other.one("value", Decimal), other.one("perDays", int)):
            raise item.error("quantity", "but the field quantity of the case gives another; keep the one that is meant")


def _quantity(to: Facts, node: ox.NamedNode, item: ChartEntry) -> None:
    amount, unit, days = item.one("value", Decimal), item.one("unit", str), item.one("perDays", int)
    if unit and to.names.dimension(unit) not in doses.AMOUNTS:
        raise item.error("unit", "which is nothing that is dispensed; expected what is counted, such as syringe, or mL")
    assert amount is not None
    _dispensed(to, node, amount, unit, None if days is None else Decimal(days))


def _dispensed(to: Facts, node: ox.NamedNode, amount: Decimal, unit: str | None, days: Decimal | None) -> None:
    """A quantity over its days; what is counted is a number of pieces, too, as is one without a unit."""
    if days is None:
        return
    counted = unit is None or to.names.to_base(unit) is None
    for one in dict.fromkeys((unit or doses.PIECE, *([doses.PIECE] if counted else ()))):
        exact = amount * to.names.converting(one)[one]
        rate = doses.Rate((exact, exact), (days, days))
        to.dosed(node, one, doses.Form.BY_DAY, doses.Basis.PATIENT, rate, "DispensedQuantity")


#: The fields that hold entries, each with the property that leads to one and what writes it. Therapies are rows, and
#: what is measured is told by other values (``measured``).
PARTS: Mapping[str, tuple[str, Callable[[Facts, ox.NamedNode, ChartEntry], None]]] = {
    "diagnoses": ("diagnosis", _diagnosis),
    "prescriber": ("prescriber", _prescriber),
    "consultations": ("consultation", _consultation),
    "findings": ("findingRecord", _finding),
    "flares": ("flares", _flares),
    "response": ("response", _response),
    "genetics": ("geneticTest", _biomarker),
    "screenings": ("screening", _screening),
    "dose": ("dose", _dose),
    "quantity": ("requestedQuantity", _quantity),
    "events": ("eventRecord", _event),
    "biomarkers": ("biomarkerRecord", _biomarker),
    "coverage": ("coverageRecord", _coverage),
}
