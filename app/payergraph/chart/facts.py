"""What follows from a checked case: the triples of ``ontology/case.ttl`` that the criteria are judged on.

A fact that is not recorded is stated as two bounds, so that each query compares a number and none asks whether a
value is there. What contradicts itself is an error.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_FLOOR, Context, Decimal
from typing import TypeAlias

import pyoxigraph as ox

from .. import terms
from ..store.names import Names
from ..terms import pg
from ..wording import numeral
from .courses import NEVER, UNKNOWN, Row, Trial, trials
from .dates import UNBOUNDED, Age, Length, Span, months_between
from .record import ChartEntry, Code

Value: TypeAlias = str | bool | int | Decimal

# A multiple of the upper limit that nothing bounds.
_ANY = Decimal(9_999_999)
_MAX_AGE = 130
# A pyoxigraph decimal has 18 digits after the point. Rounding down can never lift a value over a bound.
_PRECISE = Context(prec=40, rounding=ROUND_FLOOR)
_SMALLEST = Decimal("1e-18")


def facts(case: ox.NamedNode, drug: str, entry: ChartEntry, names: Names) -> tuple[ox.Triple, ...]:
    """The triples of a case that hold whatever indication is under review.

    Raises:
        CaseError: the case contradicts itself.
    """
    writer = _Writer(case, drug, entry, names)
    writer.write(entry)
    return tuple(writer.triples)


def review_facts(case: ox.NamedNode, drug: str, review: str, entry: ChartEntry, names: Names) -> list[ox.Triple]:
    """The triples that depend on the indication under review: what the rows that were for it show as trials."""
    writer = _Writer(case, drug, entry, names)
    writer.triples = [_triple(case, "underReview", review)]
    given_for = [item.one("for", str) for item in entry.many("therapies", ChartEntry)]

    def suits(row: Row) -> bool | None:
        use = given_for[row.number]
        if use is None or names.subsumes(review, use):
            return True
        return None if names.subsumes(use, review) else False

    surely, possibly = trials(writer.rows, suits)
    links = (("trial", frozenset(surely)), ("possibleTrial", frozenset(possibly)))
    for number, trial in enumerate(dict.fromkeys((*surely, *possibly))):
        node = _part(case, "trial", number)
        for name, found in links:
            if trial in found:
                writer.triples.append(_triple(case, name, node.value))
        writer.trial(node, trial)
    return writer.triples


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


def _part(case: ox.NamedNode, name: str, number: int) -> ox.NamedNode:
    return ox.NamedNode(f"{case.value}/{name}/{number}")


def _triple(subject: ox.NamedNode, name: str, value: Value) -> ox.Triple:
    """One fact; text is an IRI or the name of a term."""
    term: ox.NamedNode | ox.Literal
    if isinstance(value, str):
        term = ox.NamedNode(value) if ":" in value else pg(value)
    elif isinstance(value, Decimal):
        term = ox.Literal(numeral(value), datatype=ox.NamedNode(terms.XSD + "decimal"))
    else:
        term = ox.Literal(value)
    return ox.Triple(subject, pg(name), term)


def _truth(value: bool | None) -> str:
    return "Maybe" if value is None else "Yes" if value else "No"


def _divided(number: Decimal, by: Decimal) -> Decimal:
    return _PRECISE.divide(number, by).quantize(_SMALLEST, context=_PRECISE)


class _Writer:
    """The triples of one case in the making, part by part."""

    def __init__(self, case: ox.NamedNode, drug: str, entry: ChartEntry, names: Names) -> None:
        request = entry.one("requestDate", date)
        assert request is not None
        self._case = case
        self._drug = drug
        self._request = request
        self._names = names
        self.rows = [self._row(number, item) for number, item in enumerate(entry.many("therapies", ChartEntry))]
        self._begun = self._beginning(bool(entry.one("therapiesComplete", bool)))
        self.triples = [ox.Triple(case, ox.NamedNode(terms.RDF + "type"), pg("Case"))]

    def write(self, entry: ChartEntry) -> None:
        self._of_the_case(entry)
        parts = {
            "diagnoses": ("diagnosis", self._diagnosis),
            "prescriber": ("prescriber", self._prescriber),
            "consultations": ("consultation", self._consultation),
            "therapies": ("therapy", self._therapy),
            "labs": ("labResult", self._lab),
            "findings": ("findingRecord", self._finding),
            "flares": ("flares", self._flares),
            "response": ("response", self._response),
        }
        for key, (name, write) in parts.items():
            value = entry.values.get(key, [])
            for number, item in enumerate(value if isinstance(value, list) else [value]):
                write(self._part(name, number), item)
        self._tests(entry.many("genetics", ChartEntry), "geneticTest", "gene", "testedGene", "geneticFinding")
        self._tests(entry.many("screenings", ChartEntry), "screening", "for", "infection", "screeningResult")
        dose = entry.one("dose", ChartEntry)
        if dose:
            self._dose(self._part("dose", 0), dose, entry.one("weightKg", Decimal))

    def _say(self, subject: ox.NamedNode, name: str, value: Value | None) -> None:
        if value is not None:
            self.triples.append(_triple(subject, name, value))

    def _part(self, name: str, number: int) -> ox.NamedNode:
        node = _part(self._case, name, number)
        self._say(self._case, name, node.value)
        return node

    def _of_the_case(self, entry: ChartEntry) -> None:
        asked, indication = entry.one("drug", str), entry.one("indication", str)
        self._say(self._case, "drug", self._drug)
        self._say(self._case, "askedAs", None if asked == self._drug else asked)
        self._say(self._case, "indication", indication)
        diagnosed = [condition(item, self._names) for item in entry.many("diagnoses", ChartEntry)]
        for asked_for in [indication] if indication else diagnosed:
            self._say(self._case, "askedFor", asked_for)
        self._say(self._case, "request", entry.one("request", str) or "Initial")
        self._say(self._case, "formulary", entry.one("formulary", str))
        self._say(self._case, "ageAtRequest", self._age(entry))
        self._say(self._case, "weightKg", entry.one("weightKg", Decimal))
        for attested in entry.many("attestations", str):
            self._say(self._case, "attests", attested)
        for document in entry.many("documents", str):
            self._say(self._case, "hasDocument", document)
        for key in entry.values:
            if key.endswith("Complete"):
                self._say(self._case, key, entry.one(key, bool))

    def _age(self, entry: ChartEntry) -> int | None:
        stated, birth = entry.one("age", int), entry.one("birthDate", date)
        if birth is None:
            return stated
        years = months_between(birth, self._request) // 12
        if years > _MAX_AGE:
            raise entry.error("birthDate", f"which makes the patient {years}; expected an age of at most {_MAX_AGE}")
        if stated not in (None, years):
            born = f"but born on {birth} the patient is {years} on {self._request}"
            raise entry.error("age", f"{born}; correct the one that is wrong")
        return years

    def _diagnosis(self, node: ox.NamedNode, item: ChartEntry) -> None:
        severity = item.one("severity", str) or terms.PG + "AnySeverity"
        surely, possibly = self._names.ranks(severity)
        self._say(node, "condition", condition(item, self._names))
        self._say(node, "severitySurely", surely)
        self._say(node, "severityPossibly", possibly)
        self._say(node, "activity", _truth(item.one("active", bool)))

    def _prescriber(self, node: ox.NamedNode, item: ChartEntry) -> None:
        for specialty in item.many("specialties", str):
            self._say(node, "specialty", specialty)

    def _consultation(self, node: ox.NamedNode, item: ChartEntry) -> None:
        self._say(node, "specialty", item.one("specialty", str))
        self._dated(node, item)

    def _dated(self, node: ox.NamedNode, item: ChartEntry) -> None:
        self._ago(node, item.one("date", Span))

    def _ago(self, node: ox.NamedNode, event: Span | None) -> None:
        """How long ago an event was; of a therapy, its last day."""
        age = Age.of(event, self._request)
        self._say(node, "monthsAgoSurely", age.months_surely)
        self._say(node, "monthsAgoPossibly", age.months_possibly)
        self._say(node, "daysAgoSurely", age.days_surely)
        self._say(node, "daysAgoPossibly", age.days_possibly)

    def _row(self, number: int, item: ChartEntry) -> Row:
        """A therapy in numbers."""
        product, stated = item.one("product", str), item.one("outcome", str)
        assert product is not None
        start, end, months = item.one("start", Span), item.one("end", Span), item.one("durationMonths", Decimal)
        ruled_out = stated == terms.PG + "Contraindication"
        # What is listed without outcome and dates may turn out to be a contraindication, which was never taken.
        taken = True if start or end or months else None if stated is None else not ruled_out
        length = Length(0, 0, 0, 0) if taken is False else self._length(item, start, end, months)
        last = end or (Span(self._request, self._request, "") if start else None)
        ended = (max(last.first, start.first) if start else last.first, last.last) if last else (NEVER, self._request)
        began = (start.first, min(start.last, ended[1])) if start else (NEVER, ended[1])
        if end and not start and length.days_possibly < UNBOUNDED:
            began = (end.first - timedelta(length.days_possibly), end.last - timedelta(length.days_surely))
        return Row(
            number=number,
            product=product,
            ingredient=self._names.ingredient(product) or product,
            outcome=stated or UNKNOWN,
            start=began,
            end=ended,
            length=length,
            age=Age.of(last, self._request),
            months=months,
            dose=item.one("weeklyDoseMg", Decimal),
            taken=taken,
            ongoing=False if end else True if start else False if ruled_out else None,
            tolerated=item.one("maximallyTolerated", bool),
            sample=bool(item.one("sample", bool)),
        )

    def _therapy(self, node: ox.NamedNode, item: ChartEntry) -> None:
        """A row: what is taken at the same time, and when it was taken last, is asked of rows."""
        row = self.rows[int(node.value.rpartition("/")[2])]
        self._say(node, "product", row.product)
        self._say(node, "taken", _truth(row.taken))
        self._say(node, "ongoing", _truth(row.ongoing))
        self._say(node, "ofRequestedDrug", row.ingredient == self._drug)
        self._say(node, "stopsOnApproval", bool(item.one("stopsOnApproval", bool)))
        self._say(node, "daysAgoSurely", row.age.days_surely)
        self._say(node, "daysAgoPossibly", row.age.days_possibly)
        self._say(node, "startedDaysAgoSurely", self._days_ago(row.start[0]))
        self._say(node, "startedDaysAgoPossibly", self._days_ago(row.start[1]))

    def _days_ago(self, day: date) -> int:
        return min((self._request - day).days, UNBOUNDED)

    def trial(self, node: ox.NamedNode, trial: Trial) -> None:
        """A course or a part of it, as ``courses`` makes it of the rows."""
        outcome, *or_else = trial.outcomes
        for product in trial.products:
            self._say(node, "product", product)
        for also in trial.also:
            self._say(node, "alsoProduct", also)
        for other in trial.others:
            self._say(node, "otherProduct", other)
        self._say(node, "outcome", outcome)
        for also in or_else:
            self._say(node, "alsoOutcome", also)
        for row in trial.rows:
            self._say(node, "row", _part(self._case, "therapy", row).value)
        self._say(node, "taken", _truth(trial.taken))
        self._say(node, "ongoing", _truth(trial.ongoing))
        self._say(node, "monthsSurely", trial.length.months_surely)
        self._say(node, "monthsPossibly", trial.length.months_possibly)
        self._say(node, "weeksSurely", trial.length.weeks_surely)
        self._say(node, "weeksPossibly", trial.length.weeks_possibly)
        self._say(node, "doseSurely", trial.dose_surely)
        self._say(node, "dosePossibly", trial.dose_possibly)
        self._say(node, "toleratedDose", _truth(trial.tolerated))
        self._say(node, "ofRequestedDrug", self.rows[trial.rows[0]].ingredient == self._drug)
        self._say(node, "sample", trial.sample)
        self._say(node, "mixed", trial.mixed)
        self._say(node, "daysAgoSurely", trial.days_surely)
        self._say(node, "daysAgoPossibly", trial.days_possibly)

    def _beginning(self, complete: bool) -> tuple[date, date] | None:
        """The first and the last day on which the drug asked for can have been begun; None where it was not.

        A list that does not name it and is not complete leaves any day open.
        """
        taken = [row for row in self.rows if row.ingredient == self._drug and row.taken is not False]
        sure = [row.start[1] for row in taken if row.taken]
        if not taken and complete:
            return None
        first = min((row.start[0] for row in taken), default=NEVER)
        return first, min(sure, default=date.max)

    def _length(self, item: ChartEntry, start: Span | None, end: Span | None, months: Decimal | None) -> Length:
        """By the dates; what these leave open, by the months that the case gives."""
        if start and end and end.last < start.first:
            raise item.error("end", f"which is before the start {start.text}; correct the one that is wrong")
        finish = end or Span(self._request, self._request, str(self._request))
        length = Length.between(start, finish) if start else Length()
        if months is None:
            return length
        if start and length.contradicts(months):
            low, high = length.months_surely, length.months_possibly
            between = f"{start.text} and {'the request on ' * (end is None)}{finish.text}"
            lasted = f"{low}" if low == high else f"{low} to {high}"
            problem = f"which contradicts the {lasted} months between {between}; correct the one that is wrong"
            raise item.error("durationMonths", problem)
        return length.lasting(months)

    def _lab(self, node: ox.NamedNode, item: ChartEntry) -> None:
        test, unit = item.one("test", str), item.one("unit", str)
        value, limit = item.one("value", Decimal), item.one("upperLimit", Decimal)
        assert test is not None and unit is not None and value is not None
        usual = self._names.usual_units(test)
        factor = self._names.to_base(unit)
        fits = not usual or self._names.dimension(unit) in {self._names.dimension(one) for one in usual}
        if factor is None or not fits:
            expected = ", ".join(map(self._names.slug, usual)) or "a unit that converts, such as mg-per-l"
            raise item.error("unit", f"which is no unit of {self._names.slug(test)}; expected {expected}")
        times = None if limit is None else _divided(value, limit)
        self._say(node, "test", test)
        self._say(node, "baseResult", value * factor)
        self._say(node, "timesUpperSurely", Decimal(0) if times is None else times)
        self._say(node, "timesUpperPossibly", _ANY if times is None else times)
        self._say(node, "pretreatment", _truth(self._pretreatment(item.one("date", Span))))
        self._dated(node, item)

    def _pretreatment(self, drawn: Span | None) -> bool | None:
        """Whether a result is from before the drug asked for was begun, the day on which it was begun included."""
        if self._begun is None:
            return True
        if drawn is None:
            return None
        first, last = self._begun
        return True if drawn.last <= first else False if drawn.first > last else None

    def _finding(self, node: ox.NamedNode, item: ChartEntry) -> None:
        self._say(node, "finding", item.one("finding", str))
        self._say(node, "present", item.one("present", bool))
        self._dated(node, item)

    def _tests(self, items: list[ChartEntry], name: str, key: str, of: str, found: str) -> None:
        """Results of which a surely later one replaces an earlier one of the same thing."""
        for number, item in enumerate(items):
            node, day = self._part(name, number), item.one("date", Span)
            later = [
                other
                for other in items
                if other.values[key] == item.values[key]
                and (when := other.one("date", Span)) is not None
                and day is not None
                and when.first > day.last
            ]
            self._say(node, of, item.one(key, str))
            self._say(node, found, item.one("result", str))
            self._say(node, "superseded", bool(later))
            self._dated(node, item)

    def _flares(self, node: ox.NamedNode, item: ChartEntry) -> None:
        self._say(node, "perYear", item.one("perYear", Decimal))
        self._say(node, "hospitalized", item.one("hospitalized", bool))

    def _response(self, node: ox.NamedNode, item: ChartEntry) -> None:
        self._say(node, "positive", item.one("positive", bool))
        self._say(node, "adherencePercent", item.one("adherencePercent", Decimal))
        self._say(node, "interruption", item.one("interruption", str))

    def _dose(self, node: ox.NamedNode, item: ChartEntry, weight: Decimal | None) -> None:
        """The dose; a day's milligrams and those per kilogram follow from each other where the weight is known."""
        daily, by_weight = item.one("mgPerDay", Decimal), item.one("mgPerKgPerDay", Decimal)
        if weight is not None:
            if daily is not None and by_weight is not None and abs(by_weight * weight - daily) > daily / 10:
                come = numeral(round(daily / weight, 2))
                problem = f"but {numeral(daily)} mg at {numeral(weight)} kg is {come}; correct the one that is wrong"
                raise item.error("mgPerKgPerDay", problem)
            if by_weight is None and daily is not None:
                by_weight = _divided(daily, weight)
            elif daily is None and by_weight is not None:
                daily = by_weight * weight
        self._say(node, "mgPerDay", daily)
        self._say(node, "mgPerKgPerDay", by_weight)
        self._say(node, "quantity", item.one("quantity", Decimal))
        self._say(node, "days", item.one("days", Decimal))
