"""What a resource of FHIR R4 says, in the words of a case: rows of its lists, and what is left out and why.

The one place that knows what a resource means: ``chart.bundle`` makes a case of a Bundle by it, ``cohorts.fhir`` the
tables of a population of files. A resource is JSON as Python has it. Only what is read is looked at; what stands where
R4 has something else says nothing. Nothing is guessed: what a status, a bound or a reason leaves open is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from ..errors import UnknownName
from ..store.names import Names
from .dates import Span
from .doses import AMOUNTS
from .fields import PATHS
from .measured import factor
from .options import spoken
from .record import FIRST_YEAR, bounded
from .text import MAX_LENGTH, Number

Resource: TypeAlias = Mapping[str, Any]

#: The code system of ICD-10-CM.
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
_LOINC = "http://loinc.org"
#: The code systems whose codes stand on concepts, with the kinds of these; of any other a name alone is looked up.
_CODED = {
    _LOINC: {"LabTest", "Observable"},
    "http://www.nlm.nih.gov/research/umls/rxnorm": {"Drug", "Product"},
    "http://hl7.org/fhir/sid/ndc": {"Drug", "Product"},
    "http://www.genenames.org": {"Gene", "Biomarker"},
    "http://unitsofmeasure.org": {"Unit"},
}
#: What the profile of vital signs in R4 lays down for what the graph has without a code.
_VITAL_SIGNS = {"29463-7": "body-weight", "39156-5": "bmi"}
#: The value set of R4 for the severity of a condition: codes of SNOMED CT.
_SEVERITIES = {"255604002": "mild", "6736007": "moderate", "24484000": "severe"}
#: The codes of a clinical status that tell whether a condition is active; remission does not.
_ACTIVE = {"active": True, "recurrence": True, "relapse": True, "inactive": False, "resolved": False}
#: Units of time of R4 that have a fixed number of days, and those that a case has as a period.
_DAYS, _PERIODS = {"d": 1, "wk": 7}, {"d": "day", "wk": "week", "mo": "month", "a": "year"}

#: How many codes, names and dates that occurred are remembered.
_CACHED = 65_536

_DRUG = ("Drug", "Product")
_HAS_OUTCOME = ("MedicationRequest", "MedicationStatement")
_TREATMENT = ("Procedure", "CareProgramme", "Device")
_DATE = re.compile(r"(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:T.*)?", re.ASCII)

UNKNOWN = "no concept of the graph has this code or this name"
LATER = "it is after the request date"
BACKWARDS = "it ends before it begins"
NOBODY = "the person is in no Patient"
_NOT_READ = "its status says that it does not count"
_USE = "what it was for cannot be told"
_BIRTH = "the birth is no full date up to the request"
_STAGE = "its stage is none of the graph"
_BOUND = "its value is a bound, such as below 5"
_NO_NUMBER = "it has no number that a case takes"
_NO_VALUE = "it has no value that a case takes"
_NO_UNIT = "its unit is none in which this is measured"
_TREATED = "the result does not tell whether it was treated"
_STOP = "the reason does not surely say how it went"


@dataclass(frozen=True)
class Row:
    """What a resource says of a patient.

    Attributes:
        table: the key of a list, such as ``diagnoses``; ``patients`` for what is no list.
        values: of the fields, in the words of the format.
        unheard: what it names, where the graph does not know it.
    """

    table: str
    values: dict[str, Any]
    unheard: Unread | None = None


@dataclass(frozen=True)
class Unread:
    """What is left out of a resource, or the whole of it.

    Attributes:
        reason: why, in words.
        system, code, name: what it is about, as the resource has it; empty where it says nothing.
        resource: the type of the resource.
    """

    reason: str
    system: str = ""
    code: str = ""
    name: str = ""
    resource: str = ""


@dataclass(frozen=True)
class Concept:
    """A CodeableConcept.

    Attributes:
        codings: each with system, code and display; what is not there is empty.
        text: empty where there is none.
    """

    codings: tuple[tuple[str, str, str], ...] = ()
    text: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """What it is called: the displays, then the text."""
        displays = (display for _, _, display in self.codings)
        return tuple(dict.fromkeys(text for text in (*displays, self.text) if text))

    @property
    def codes(self) -> tuple[str, ...]:
        """Its codes, and its text, which stands for a code where there is none."""
        return tuple(code for _, code, _ in self.codings if code) or (self.text,)

    def unread(self, reason: str = UNKNOWN) -> Unread:
        """It as something that is left out, under its first code."""
        system, code, display = next(iter(self.codings), ("", "", ""))
        return Unread(reason, system, code, display or self.text)


@dataclass(frozen=True)
class Asked:
    """The drug that a request asks for.

    Attributes:
        concept: as the request names it.
        therapy: the IRI of the drug or the product; None where the graph knows none.
        values: what the request says beside it of a case, ``drug`` included.
    """

    concept: Concept
    therapy: str | None
    values: dict[str, Any] = field(repr=False)


# --- JSON -------------------------------------------------------------------------------------------------------------


def text(value: Any) -> str:
    """A text with its spaces made plain; empty of anything else, and of what no value of a case may be."""
    if not isinstance(value, str) or isinstance(value, Number):
        return ""
    line = " ".join(value.split())
    return line if len(line) <= MAX_LENGTH and line.isprintable() else ""


def entry(value: Any) -> Resource:
    """An object; an empty one of anything else."""
    return value if isinstance(value, Mapping) else {}


def entries(value: Any) -> list[Resource]:
    """The objects of a list."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def concept(value: Any) -> Concept:
    """A CodeableConcept."""
    codings = [(text(c.get("system")), text(c.get("code")), text(c.get("display"))) for c in entries(_of(value))]
    return Concept(tuple(coding for coding in codings if any(coding)), text(entry(value).get("text")))


def _of(value: Any) -> Any:
    return entry(value).get("coding")


def day(value: Any) -> str:
    """A date as exact as it is written, without its time; empty where there is none that a case can have."""
    match = _DATE.fullmatch(text(value))
    return match[1] if match is not None and _is_date(match[1]) else ""


@lru_cache(_CACHED)
def _is_date(written: str) -> bool:
    try:
        return Span.parse(written).first.year >= FIRST_YEAR
    except ValueError:
        return False


def number(value: Any, path: str) -> str:
    """The digits of a number as they are written; empty where the field of a case at this path has no such number."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Number):
        return ""
    return str(value) if bounded(str(value), PATHS[path]) is not None else ""


def keys(reference: Any, *types: str) -> tuple[str, ...]:
    """The names ``Type/id`` that a Reference may mean, one for each type where it does not tell its own."""
    target = text(entry(reference).get("reference")).partition("/_history/")[0].rstrip("/")
    if target.startswith("urn:"):
        return tuple(f"{type}/{target.rpartition(':')[2]}" for type in types)
    own = "/".join(target.split("/")[-2:])
    return (own,) if own.partition("/")[0] in types else ()


def patient(resource: Resource) -> str:
    """The id of the patient that a resource is about; empty where it names none."""
    subject = next((resource[key] for key in ("subject", "patient", "beneficiary") if key in resource), None)
    return next((key.partition("/")[2] for key in keys(subject, "Patient")), "")


# --- resources --------------------------------------------------------------------------------------------------------


class Reader:
    """Resources read into rows, on the names of a graph.

    Args:
        until: the day of the request; what is later is left out.
        find: the resources that have a name such as ``Medication/m1``, and, as ``roles`` asks, those of a practitioner.
    """

    def __init__(self, names: Names, until: date, find: Callable[[str], Sequence[Resource]]) -> None:
        self._names, self._until, self._find = names, until, find
        self._look_up = lru_cache(_CACHED)(self._looked_up)
        self._named = lru_cache(_CACHED)(self._meant)
        self._later = lru_cache(_CACHED)(self._is_later)
        self._reads: Mapping[str, Callable[[Resource], Iterator[Row | Unread]]] = {
            "AllergyIntolerance": self._allergy,
            "Condition": self._condition,
            "Coverage": self._coverage,
            "DiagnosticReport": self._report,
            "Encounter": self._encounter,
            "MedicationAdministration": self._administration,
            "MedicationDispense": self._dispense,
            "MedicationRequest": self._order,
            "MedicationStatement": self._statement,
            "Observation": self._observation,
            "Patient": self._patient,
            "Procedure": self._procedure,
        }

    def rows(self, resource: Resource) -> Iterator[Row | Unread]:
        """What a resource says of its patient; nothing of one of another type than those that are read."""
        read = self._reads.get(text(resource.get("resourceType")))
        if read is None:
            return
        kind = resource["resourceType"]
        for one in read(resource):
            if isinstance(one, Unread):
                yield replace(one, resource=kind)
            elif one.unheard is not None:
                yield replace(one, unheard=replace(one.unheard, resource=kind))
            else:
                yield one

    # --- the patient

    def _patient(self, resource: Resource) -> Iterator[Row | Unread]:
        values: dict[str, Any] = {}
        born = day(resource.get("birthDate"))
        if len(born) == 10 and not self._later(born):
            values["birthDate"] = born
        elif "birthDate" in resource:
            yield Unread(_BIRTH)
        if (sex := text(resource.get("gender"))) in ("female", "male"):
            values["sex"] = sex
        lived = [one for one in entries(resource.get("address")) if one.get("use") not in ("old", "temp", "billing")]
        states = [state for one in lived if (state := text(one.get("state")))]
        if states:
            found, _ = self._look_up(states[0], ("State",))
            if found:
                values["state"] = self._names.slug(found)
            else:
                yield Unread(UNKNOWN, name=states[0])
        yield Row("patients", values)

    def _coverage(self, resource: Resource) -> Iterator[Row | Unread]:
        start, end = self._period(resource.get("period"))
        ended = bool(end) and Span.parse(end).last < self._until
        if resource.get("status") != "active" or ended or self._later(start):
            return
        for payor in entries(resource.get("payor")):
            of = [text(one.get("name")) for one in self._referred(resource, payor, "Organization")]
            called = Concept((), next((name for name in (*of, text(payor.get("display"))) if name), ""))
            found = self._named(called, ("Payer",))
            if found:
                yield Row("patients", {"payer": self._names.slug(found)})
            elif called.text:
                yield called.unread()

    # --- diagnoses

    def _condition(self, resource: Resource) -> Iterator[Row | Unread]:
        of = concept(resource.get("code"))
        verified = concept(resource.get("verificationStatus")).codes
        if {"refuted", "entered-in-error", "unconfirmed", "provisional", "differential"}.intersection(verified):
            yield of.unread(_NOT_READ)
            return
        onset, recorded = day(resource.get("onsetDateTime")), day(resource.get("recordedDate"))
        onset = onset or self._period(resource.get("onsetPeriod"))[0]
        if self._later(onset) or self._later(recorded):
            yield of.unread(LATER)
            return
        values, heard = self._diagnosed(of)
        if not values:
            yield of.unread()
            return
        if since := onset or recorded:
            values["since"] = since
        abated = day(resource.get("abatementDateTime")) or self._period(resource.get("abatementPeriod"))[1]
        clinical = concept(resource.get("clinicalStatus")).codes
        told = {_ACTIVE[code] for code in clinical if code in _ACTIVE}
        if len(told) == 1 and not self._later(abated):
            values["active"] = told.pop()
        if severity := self._severity(concept(resource.get("severity"))):
            values["severity"] = severity
        for one in entries(resource.get("stage")):
            summary = concept(one.get("summary"))
            if stage := self._named(summary, ("DiseaseStage",)):
                values["stage"] = self._names.slug(stage)
                break
            yield summary.unread(_STAGE)
        yield Row("diagnoses", values, None if heard else of.unread())

    def _diagnosed(self, of: Concept) -> tuple[dict[str, Any], bool]:
        """The code and the name of a diagnosis, and whether the graph knows it; nothing where it cannot be told.

        The code counts; the name is added where it is of the same disease, for it may be the narrower of the two.
        """
        kept: dict[str, Any] = {}
        named = self._named(of, ("Condition",))
        for system, code, _ in of.codings:
            if system != ICD10CM or not code:
                continue
            found, unheard = self._look_up(code, ("ICD10CM",))
            if found and named and (self._names.subsumes(found, named) or self._names.subsumes(named, found)):
                return {"condition": self._names.slug(named), "icd10": code}, True
            if found:
                return {"icd10": code}, True
            kept = kept or ({"icd10": code} if unheard else {})
        if named:
            return {"condition": self._names.slug(named)}, True
        if not kept and (name := self._unheard(of, ("Condition",))):
            kept = {"condition": name}
        return kept, False

    def _severity(self, of: Concept) -> str:
        coded = (_SEVERITIES.get(code, "") for code in of.codes)
        return next((word for word in (*coded, self._said(of, "diagnoses.severity")) if word), "")

    # --- therapies

    def _order(self, resource: Resource) -> Iterator[Row | Unread]:
        """An order; what a proposal or a plan asks for is told by ``asked``."""
        if resource.get("intent") in ("proposal", "plan"):
            return
        status, intent = resource.get("status"), resource.get("intent")
        counts = status in ("active", "completed", "stopped", "on-hold", "unknown") and intent != "option"
        if not counts or resource.get("doNotPerform") is True:
            yield self._medication(resource).unread(_NOT_READ)
            return
        dosage = entries(resource.get("dosageInstruction"))
        repeat = entry(entry(dosage[0].get("timing")).get("repeat")) if dosage else {}
        start, end = self._period(repeat.get("boundsPeriod"))
        if status != "active" and self._later(end):
            end = ""  # until then it was ordered, and it is not given any more
        yield from self._therapy(resource, start or day(resource.get("authoredOn")), end, dosage)

    def _statement(self, resource: Resource) -> Iterator[Row | Unread]:
        if resource.get("status") not in ("active", "completed", "stopped", "on-hold", "unknown"):
            yield self._medication(resource).unread(_NOT_READ)
            return
        start, end = self._period(resource.get("effectivePeriod"))
        start = start or day(resource.get("effectiveDateTime"))
        yield from self._therapy(resource, start, end, entries(resource.get("dosage")))

    def _dispense(self, resource: Resource) -> Iterator[Row | Unread]:
        """A fill: from the day on which it was handed over, for the days that it is to last."""
        if resource.get("status") != "completed":
            yield self._medication(resource).unread(_NOT_READ)
            return
        start, end = day(resource.get("whenHandedOver")), ""
        supply = entry(resource.get("daysSupply"))
        days = number(supply.get("value"), "dose.days") if supply.get("code") in (None, "d") else ""
        if len(start) == 10 and days:
            end = _days_after(start, days)
        yield from self._therapy(resource, start, end, entries(resource.get("dosageInstruction")))

    def _administration(self, resource: Resource) -> Iterator[Row | Unread]:
        """What was given: a row of its day or its period."""
        if resource.get("status") not in ("completed", "in-progress"):
            yield self._medication(resource).unread(_NOT_READ)
            return
        start, end = self._period(resource.get("effectivePeriod"))
        given = day(resource.get("effectiveDateTime"))
        yield from self._therapy(resource, start or given, end or given, [])

    def _therapy(self, resource: Resource, start: str, end: str, dosage: Sequence[Resource]) -> Iterator[Row | Unread]:
        of = self._medication(resource)
        given = self._given(of, _DRUG, start, end)
        if isinstance(given, Unread):
            yield given
            return
        product, heard = given
        values = {"product": product, **self._dates(start, end, going=resource.get("status") == "active")}
        # Of a fill and of what was given it says why it was not done.
        reasons = resource.get("statusReason") if resource["resourceType"] in _HAS_OUTCOME else None
        said = [concept(one) for one in (reasons if isinstance(reasons, list) else [reasons])]
        outcomes = {word for one in said if (word := self._said(one, "therapies.outcome"))}
        if len(outcomes) == 1 and not self._later(end):
            values["outcome"] = outcomes.pop()
        elif not outcomes:
            yield from (one.unread(_STOP) for one in said if one.texts)
        yield from self._taken(resource, of, values, dosage, heard=heard)

    def _given(self, of: Concept, kinds: tuple[str, ...], start: str, end: str) -> tuple[str, bool] | Unread:
        """The product of a therapy, and whether the graph knows it; else why it is not read."""
        if self._later(start):
            return of.unread(LATER)
        product, heard = self._product(of, kinds)
        if not product:
            return of.unread()
        return of.unread(BACKWARDS) if _backwards(start, end) else (product, heard)

    def _taken(
        self, resource: Resource, of: Concept, values: dict[str, Any], dosage: Sequence[Resource], *, heard: bool
    ) -> Iterator[Row | Unread]:
        """A row of a therapy, with its dose, for each thing that it was for; none where that cannot be told."""
        uses = self._uses(resource)
        if not uses:
            yield of.unread(_USE)
            return
        dose = self._dose(dosage, "therapies.dose")
        told = values | ({"dose": dose} if dose else {})
        for use in uses if heard else uses[:1]:
            yield Row("therapies", told | use, None if heard else of.unread())

    def _dates(self, start: str, end: str, *, going: bool) -> dict[str, str]:
        """Start and end of a therapy. One without an end is still taken: that it is, is said by its status alone.

        Of what ended on an unknown day the start is left out with the end, for a case has no way to say so.
        """
        if end and not self._later(end):
            return {"start": start, "end": end} if start else {"end": end}
        return {"start": start} if start and (going or end) else {}

    def _procedure(self, resource: Resource) -> Iterator[Row | Unread]:
        of = concept(resource.get("code"))
        if resource.get("status") not in ("completed", "in-progress", "stopped"):
            yield of.unread(_NOT_READ)
            return
        start, end = self._period(resource.get("performedPeriod"))
        done = day(resource.get("performedDateTime"))
        start, end = start or done, end or done
        given = self._given(of, _TREATMENT, start, end)
        if isinstance(given, Unread):
            yield given
            return
        product, heard = given
        values = {"product": product, **self._dates(start, end, going=resource.get("status") == "in-progress")}
        outcome = self._said(concept(resource.get("outcome")), "therapies.outcome")
        if outcome and not self._later(end):
            values["outcome"] = outcome
        yield from self._taken(resource, of, values, [], heard=heard)

    def _allergy(self, resource: Resource) -> Iterator[Row | Unread]:
        """An allergy to a drug, or an intolerance of one: a therapy that was not tolerated, whenever that was."""
        of = concept(resource.get("code"))
        product, heard = self._product(of, _DRUG)
        categories = resource.get("category")
        of_a_drug = isinstance(categories, list) and "medication" in categories
        if not (heard or of_a_drug) or any(name.casefold().startswith("no known") for name in of.texts):
            return
        clinical = set(concept(resource.get("clinicalStatus")).codes)
        if "confirmed" not in concept(resource.get("verificationStatus")).codes or clinical & {"inactive", "resolved"}:
            yield of.unread(_NOT_READ)
        elif self._later(day(resource.get("recordedDate"))) or self._later(day(resource.get("onsetDateTime"))):
            yield of.unread(LATER)
        elif product:
            values = {"product": product, "outcome": "intolerance"}
            yield Row("therapies", values, None if heard else of.unread())
        else:
            yield of.unread()

    def _medication(self, resource: Resource) -> Concept:
        if "medicationCodeableConcept" in resource:
            return concept(resource["medicationCodeableConcept"])
        reference = resource.get("medicationReference")
        for found in self._referred(resource, reference, "Medication"):
            return concept(found.get("code"))
        return Concept((), text(entry(reference).get("display")))

    def _product(self, of: Concept, kinds: tuple[str, ...]) -> tuple[str, bool]:
        """What a row of therapies names, and whether the graph knows it; empty where it cannot be told."""
        if found := self._named(of, kinds):
            return self._names.slug(found), True
        return self._unheard(of, kinds), False

    def _uses(self, resource: Resource) -> list[dict[str, str]]:
        """What a therapy was for, each under its key; empty where that may mean several things.

        Rows that differ in their use alone are one course where a policy asks for a use that has both.
        """
        reasons = [one for one in self._reasons(resource) if any(one.codes)]
        known = [found for one in reasons if (found := self._condition_of(one))]
        if known:
            return [{"for": self._names.slug(found)} for found in dict.fromkeys(known)]
        # Without a use, a trial would count for the one that is asked about.
        other = next((name for one in reasons for name in self._diagnosed(one)[0].values()), None)
        if other:
            return [{"for": other}]
        return [] if reasons else [{}]

    def _reasons(self, resource: Resource) -> list[Concept]:
        coded = resource.get("reasonCode")
        found = [concept(one) for one in (coded if isinstance(coded, list) else [])]
        references = resource.get("reasonReference")
        for reference in entries(references):
            conditions = self._referred(resource, reference, "Condition")
            found += [concept(one.get("code")) for one in conditions] or [Concept((), text(reference.get("display")))]
        return found

    def _condition_of(self, of: Concept) -> str | None:
        values, heard = self._diagnosed(of)
        if not heard:
            return None
        if "condition" in values:
            return self._look_up(values["condition"], ("Condition",))[0]
        return self._look_up(values["icd10"], ("ICD10CM",))[0]

    def _dose(self, dosage: Sequence[Resource], path: str) -> dict[str, Any]:
        """A dose in its period; nothing where there are several, or it is as needed, or of no fixed rhythm."""
        if len(dosage) != 1 or dosage[0].get("asNeededBoolean") is True or "asNeededCodeableConcept" in dosage[0]:
            return {}
        rates, repeat = entries(dosage[0].get("doseAndRate")), entry(entry(dosage[0].get("timing")).get("repeat"))
        quantity = entry(rates[0].get("doseQuantity")) if len(rates) == 1 else {}
        odd = {"frequencyMax", "periodMax", "dayOfWeek", "timeOfDay", "when"}.intersection(repeat)
        times, length = number(repeat.get("frequency", 1), "events.count"), number(repeat.get("period"), "dose.days")
        unit, per = self._unit(quantity), text(repeat.get("periodUnit"))
        single = number(quantity.get("value"), f"{path}.value")
        if odd or not (single and times and length and unit) or self._names.dimension(unit) not in AMOUNTS:
            return {}
        value = str(Decimal(single) * Decimal(times))
        if bounded(value, PATHS[f"{path}.value"]) is None:
            return {}
        amount = {"value": value, "unit": self._names.slug(unit)}
        if Decimal(length) == 1 and per in _PERIODS:
            return amount | {"per": _PERIODS[per]}
        days = str(Decimal(length) * _DAYS.get(per, 0))
        return amount | {"perDays": days} if bounded(days, PATHS[f"{path}.perDays"]) is not None else {}

    # --- what was measured and found

    def _report(self, resource: Resource) -> Iterator[Row | Unread]:
        """The results that a report carries in itself; those that it refers to are read on their own."""
        if resource.get("status") not in ("final", "amended", "corrected", "appended"):
            return
        when = {key: value for key, value in resource.items() if key in ("effectiveDateTime", "effectivePeriod")}
        for one in entries(resource.get("contained")):
            if one.get("resourceType") == "Observation":
                yield from self._observation({**when, **one})

    def _observation(self, resource: Resource) -> Iterator[Row | Unread]:
        when = day(resource.get("effectiveDateTime")) or day(resource.get("effectiveInstant"))
        start, end = self._period(resource.get("effectivePeriod"))
        when = when or end or start
        late = self._later(when) or (not when and self._later(day(resource.get("issued"))))
        counts = resource.get("status") in ("final", "amended", "corrected")
        laboratory = any("laboratory" in concept(one).codes for one in entries(resource.get("category")))
        for one in (resource, *entries(resource.get("component"))):
            of = concept(one.get("code"))
            if not any(key.startswith("value") for key in one):
                continue
            if not counts or late:
                yield of.unread(LATER if counts else _NOT_READ)
                continue
            row = self._measured(one, of, laboratory) or self._found(one, of)
            if isinstance(row, Row) and when:
                row.values["date"] = when
            yield row

    def _measured(self, one: Resource, of: Concept, laboratory: bool) -> Row | Unread | None:
        """A row of what is measured; None of what is found or not."""
        observable = self._named(of, ("LabTest", "Observable"))
        if observable is None:
            return self._unheard_result(one, of) if laboratory else None
        if not isinstance(one.get("valueQuantity"), Mapping) and "valueInteger" not in one:
            return self._graded(one, of, observable)
        quantity = entry(one.get("valueQuantity")) or {"value": one.get("valueInteger")}
        if "comparator" in quantity:
            return of.unread(_BOUND)
        unit = self._unit(quantity)
        if factor(self._names, observable, unit) is None or (unit is None and _has_unit(quantity)):
            told = of.unread(_NO_UNIT)
            return replace(told, name=f"{told.name} in {_unit_told(quantity) or 'no unit'}".strip())
        value = number(quantity.get("value"), "measurements.value")
        if not value:
            return of.unread(_NO_NUMBER)
        upper, lower = (self._limit(one, quantity, side) for side in ("high", "low"))
        values: dict[str, Any] = {"value": value}
        values |= {"unit": self._names.slug(unit)} if unit else {}
        values |= {"upperLimit": upper} if upper else {}
        slug = self._names.slug(observable)
        is_lab = "LabTest" in self._names.kinds_of(observable)
        if is_lab and unit and not lower and number(quantity.get("value"), "labs.value"):
            return Row("labs", {"test": slug, **values})
        values |= {"lowerLimit": lower} if lower else {}
        return Row("measurements", {"of": slug, **values})

    def _unheard_result(self, one: Resource, of: Concept) -> Row | None:
        """A result of a laboratory of which the graph does not know the test; a case keeps it."""
        quantity = entry(one.get("valueQuantity"))
        name, unit = self._unheard(of, ("LabTest",)), self._unit(quantity)
        value = number(quantity.get("value"), "labs.value")
        if not (name and unit and value) or "comparator" in quantity or self._names.to_base(unit) is None:
            return None
        return Row("labs", {"test": name, "value": value, "unit": self._names.slug(unit)}, of.unread())

    def _graded(self, one: Resource, of: Concept, observable: str) -> Row | Unread:
        value = _coded_value(one)
        for name in value.texts + value.codes:
            grade, _ = self._look_up(name, ("Grade",))
            if grade and self._names.graded(grade)[0] == observable:
                return Row("measurements", {"of": self._names.slug(observable), "value": self._names.slug(grade)})
        return of.unread(_NO_VALUE)

    def _limit(self, one: Resource, quantity: Resource, side: str) -> str:
        """A limit of normal in the unit of the value, where the result has one range alone."""
        ranges = entries(one.get("referenceRange"))
        limit = entry(ranges[0].get(side)) if len(ranges) == 1 else {}
        if "comparator" in limit or (_has_unit(limit) and _unit_told(limit) != _unit_told(quantity)):
            return ""
        return number(limit.get("value"), "measurements.upperLimit")

    def _found(self, one: Resource, of: Concept) -> Row | Unread:
        """A finding, a biomarker or a screening, by a word of their lists."""
        if finding := self._named(of, ("Finding",)):
            flag = one.get("valueBoolean")
            said = str(flag).lower() if isinstance(flag, bool) else self._said(_coded_value(one), "findings.present")
            if said:
                return Row("findings", {"finding": self._names.slug(finding), "present": said == "true"})
            return of.unread(_NO_VALUE)
        if marker := self._named(of, ("Biomarker", "Gene")):
            is_gene = "Gene" in self._names.kinds_of(marker)
            table, key = ("genetics", "gene") if is_gene else ("biomarkers", "marker")
            if result := self._said(_coded_value(one), f"{table}.result"):
                return Row(table, {key: self._names.slug(marker), "result": result})
            return of.unread(_NO_VALUE)
        if infection := self._named(of, ("Infection",)):
            # What was found may have been treated or not, and positive in a case says that it was not.
            if self._said(_coded_value(one), "screenings.result") == "negative":
                return Row("screenings", {"for": self._names.slug(infection), "result": "negative"})
            return of.unread(_TREATED)
        return of.unread()

    # --- people

    def _encounter(self, resource: Resource) -> Iterator[Row | Unread]:
        if resource.get("status") not in ("finished", "in-progress"):
            return
        when = self._period(resource.get("period"))[0]
        people = [one.get("individual") for one in entries(resource.get("participant"))]
        told = [concept(resource.get("serviceType"))]
        told += [of for person in people for of in self._specialties(resource, person)]
        for of in dict.fromkeys(one for one in told if one.texts):
            specialty = self._named(of, ("Specialty",))
            if specialty is None or self._later(when):
                yield of.unread(LATER if specialty else UNKNOWN)
            else:
                values = {"specialty": self._names.slug(specialty)}
                yield Row("consultations", values | ({"date": when} if when else {}))

    def _specialties(self, resource: Resource, person: Any) -> list[Concept]:
        """What a PractitionerRole tells, or all of those that a Practitioner has."""
        roles = self._referred(resource, person, "PractitionerRole")
        for key in keys(person, "Practitioner"):
            roles = [*roles, *self._find(of_practitioner(key))]
        found = (one.get("specialty") for one in roles)
        return [concept(one) for many in found for one in entries(many)]

    # --- what is asked for

    def asked(self, resource: Resource) -> Asked | None:
        """The drug that a resource asks for, and what it says of the request; None where it asks for none."""
        kind = resource.get("resourceType")
        if kind not in ("MedicationRequest", "ServiceRequest") or resource.get("intent") not in ("proposal", "plan"):
            return None
        if (
            resource.get("status") not in ("active", "draft", "on-hold", "unknown")
            or resource.get("doNotPerform") is True
        ):
            return None
        of = self._medication(resource) if kind == "MedicationRequest" else concept(resource.get("code"))
        therapy = self._named(of, _DRUG)
        if therapy is None and kind == "ServiceRequest":
            return None  # of a test, say
        values: dict[str, Any] = {"drug": self._names.slug(therapy) if therapy else next(iter(of.texts), "")}
        if len(authored := day(resource.get("authoredOn"))) == 10:
            values["requestDate"] = authored
        uses = {use for one in self._reasons(resource) if (use := self._condition_of(one))}
        if len(uses) == 1:
            values["indication"] = self._names.slug(uses.pop())
        if dose := self._dose(entries(resource.get("dosageInstruction")), "dose"):
            values["dose"] = dose
        told = self._specialties(resource, resource.get("requester"))
        if found := {self._names.slug(iri): None for of_one in told if (iri := self._named(of_one, ("Specialty",)))}:
            values["prescriber"] = {"specialties": list(found)}
        return Asked(of, therapy, values)

    # --- names, dates, units

    def _meant(self, of: Concept, kinds: tuple[str, ...]) -> str | None:
        """The first code that means a concept of these kinds, else the first name that does."""
        for system, code, _ in of.codings:
            if system == _LOINC and code in _VITAL_SIGNS and "Observable" in kinds:
                code = _VITAL_SIGNS[code]
            if code and _CODED.get(system, set()).intersection(kinds):
                found, _ = self._look_up(code, kinds)
                if found:
                    return found
        spelled = (other for name in of.texts for other in _spellings(name, kinds))
        return next((found for name in spelled if (found := self._look_up(name, kinds)[0])), None)

    def _unheard(self, of: Concept, kinds: tuple[str, ...]) -> str:
        """A name of what the graph does not know; empty where every name may mean something of another kind."""
        return next((name for name in of.texts if self._look_up(name, kinds)[1]), "")

    def _looked_up(self, name: str, kinds: tuple[str, ...]) -> tuple[str | None, bool]:
        """What a name means, and, where that is nothing, whether nothing of any kind has it or one near it."""
        try:
            resolved = self._names.icd10(name) if kinds == ("ICD10CM",) else self._names.resolve(name, kinds)
        except UnknownName as error:
            return None, error.unheard
        return resolved, False

    def _said(self, of: Concept, path: str) -> str:
        """The one word of a closed list that a concept surely says; empty where it says none or several."""
        synonyms = PATHS[path].synonyms
        words = {
            synonyms[said] for name in of.texts for one in (name, _untagged(name)) if (said := spoken(one)) in synonyms
        }
        return words.pop() if len(words) == 1 else ""

    def _unit(self, quantity: Resource) -> str | None:
        told = (text(quantity.get(key)) for key in ("code", "unit"))
        return next((found for one in told if one and (found := self._look_up(one, ("Unit",))[0])), None)

    def _period(self, value: Any) -> tuple[str, str]:
        return day(entry(value).get("start")), day(entry(value).get("end"))

    def _is_later(self, when: str) -> bool:
        return bool(when) and Span.parse(when).first > self._until

    def _referred(self, resource: Resource, reference: Any, *types: str) -> Sequence[Resource]:
        """What a reference means: a resource that the other contains, or one that is found."""
        target = text(entry(reference).get("reference"))
        if target.startswith("#"):
            contained = entries(resource.get("contained"))
            return [one for one in contained if one.get("id") == target[1:] and one.get("resourceType") in types]
        return [found for key in keys(reference, *types) for found in self._find(key)]


def of_practitioner(key: str) -> str:
    """What ``Reader.find`` is asked for the roles of a practitioner, ``Practitioner/p1``."""
    return f"PractitionerRole?practitioner={key}"


_TAG = re.compile(
    r"\s*\((disorder|finding|procedure|situation|disease|qualifier value|observable entity|product|substance)\)$"
)
_BRAND = re.compile(r"\[([^\[\]]+)\]$")
#: What RxNorm has before the ingredient, and from where on what follows it is its strength.
_QUANTITY = re.compile(r"^(?:\d+(?:\.\d+)? (?:ML|HR|ACTUAT|MG) )+", re.IGNORECASE)
_STRENGTH = re.compile(r"\s\d")


def _untagged(name: str) -> str:
    """A name without the tag that SNOMED CT has behind it."""
    return _TAG.sub("", name)


def _spellings(name: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """A name, and what it says once the words are left out that a terminology adds, the most exact first."""
    found = [name, _untagged(name)]
    if kinds == ("Specialty",):
        found.append(re.sub(r" physician$", "", name, flags=re.IGNORECASE))  # so in NUCC
    if kinds == _DRUG:
        brand = _BRAND.search(name)
        found += [brand[1].strip()] if brand else []
        if " / " not in name and "{" not in name:  # of one ingredient
            found.append(_STRENGTH.split(_QUANTITY.sub("", _BRAND.sub("", name)), maxsplit=1)[0].strip())
    return tuple(dict.fromkeys(one for one in found if one))


def _backwards(start: str, end: str) -> bool:
    """Whether one of two dates, which may be partial, surely is after the other."""
    return bool(start and end) and Span.parse(end).last < Span.parse(start).first


def _days_after(start: str, days: str) -> str:
    """The day so many days after another; empty where there is none such."""
    try:
        return (date.fromisoformat(start) + timedelta(int(Decimal(days)))).isoformat()
    except OverflowError:
        return ""


def _unit_told(quantity: Resource) -> str:
    return text(quantity.get("code")) or text(quantity.get("unit"))


def _has_unit(quantity: Resource) -> bool:
    return _unit_told(quantity) not in ("", "1")


def _coded_value(one: Resource) -> Concept:
    """A value in words."""
    if "valueString" in one:
        return Concept((), text(one["valueString"]))
    return concept(one.get("valueCodeableConcept"))
