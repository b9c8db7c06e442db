"""The fields of a case: the one table that knows the format.

Reading (``record``), RDF (``rdf``) and the explorer's form follow this table; the JSON-LD context and
``shapes/case.ttl`` say the same to others, and the tests hold the three equal. In which words a closed list or a yes or
no is filled in, and what charts say for them, stands in ``options``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from .. import terms
from . import options
from .field import Field

__all__ = ["BESIDE", "FIELDS", "LETTER", "PATHS", "Field", "paths"]


def _text(key: str, prop: str, help: str) -> Field:
    return Field(key, "text", prop, help)


def _name(
    key: str, prop: str, kinds: str, help: str, *, required: bool = False, many: bool = False, open: bool = False
) -> Field:
    kinds_of = tuple(kinds.split())
    return Field(key, "name", terms.PG + prop, help, required=required, many=many, kinds=kinds_of, open=open)


def _asks(asks: Mapping[str, str]) -> dict[str, str]:
    return {word: why for some, why in asks.items() for word in options.listed(some)}


def _choice(key: str, prop: str, help: str, among: options.Options, *, required: bool = False) -> Field:
    synonyms = {
        said: option.word
        for option in among.options
        for said in (options.spoken(option.word), *options.listed(option.synonyms))
    }
    return Field(
        *(key, "choice", terms.PG + prop, help),
        required=required,
        choices={option.word: terms.PG + option.term for option in among.options},
        meanings={option.word: option.meaning for option in among.options},
        synonyms=synonyms,
        asks=_asks(among.asks),
    )


def _flag(key: str, prop: str, help: str, said: options.YesOrNo = options.PLAIN, *, required: bool = False) -> Field:
    here = dict.fromkeys(options.listed(said.true), "true") | dict.fromkeys(options.listed(said.false), "false")
    synonyms = options.YES_NO | here
    return Field(key, "flag", terms.PG + prop, help, required=required, synonyms=synonyms, asks=_asks(said.asks))


def _date(key: str, prop: str, help: str) -> Field:
    return Field(key, "date", terms.PG + prop, help)


def _number(
    key: str,
    prop: str,
    help: str,
    low: str = "0",
    high: str = "1000000000",
    *,
    required: bool = False,
    units: str = "",
) -> Field:
    return Field(
        *(key, "number", terms.PG + prop, help),
        required=required,
        low=Decimal(low),
        high=Decimal(high),
        units=options.units(units),
    )


def _entry(key: str, prop: str, help: str, *fields: Field) -> Field:
    return Field(key, "entry", terms.PG + prop, help, fields=fields)


def _entries(key: str, prop: str, help: str, *fields: Field) -> Field:
    return Field(key, "entry", terms.PG + prop, help, many=True, fields=fields)


def _needed(field: Field) -> Field:
    return replace(field, required=True)


def _complete(key: str, what: str) -> Field:
    return _flag(key, key, f"Whether {what}, so that what is not listed is not there.", options.COMPLETE)


_DATE = _date("date", "date", "When: a day, a month or a year.")
_VALUE = _number("value", "amount", "The number, in the unit.", "0", "1000000")
_UNIT = _name("unit", "unit", "Unit", "The unit, such as mg.", required=True)
_PER_DAYS = Field(
    *("perDays", "count", terms.PG + "perDays", "The period in days, such as 14 for every other week."),
    low=Decimal(1),
    high=Decimal(3660),
    units=options.units("day; days"),
)
_PERIOD = (_choice("per", "per", "The period; a single dose has none.", options.PERIOD), _PER_DAYS)
_BASIS = (
    _flag("perKg", "perKg", "Whether it is so much per kilogram of body weight."),
    _flag("perM2", "perM2", "Whether it is so much per square meter of body surface."),
)

#: The fields of a case, in the order in which people fill them in.
FIELDS: tuple[Field, ...] = (
    _text("id", terms.DCTERMS + "identifier", "What the case is called; the file's name when absent."),
    _name("drug", "drug", "Drug Product", "The drug that is asked for, by its generic or brand name.", required=True),
    _name("product", "product", "Product", "The product that is asked for, where it matters which one of the drug."),
    _name("indication", "indication", "Condition", "What the drug is asked for; may be left out."),
    _choice("request", "request", "A first request, or one to go on.", options.REQUEST),
    Field("requestDate", "day", terms.PG + "requestDate", "The day of the request; today when absent."),
    _name("payer", "payer", "Payer", "The payer that is asked; all payers when absent."),
    _name("plan", "plan", "Plan", "The plan of the patient; all plans when absent."),
    _choice("formulary", "formulary", "The standing of the drug on the plan; unknown when absent.", options.FORMULARY),
    _name(
        "state", "state", "State", "The state in which the patient lives, for what differs by state and for the appeal."
    ),
    Field("birthDate", "day", terms.PG + "birthDate", "The day of birth."),
    Field(
        *("age", "count", terms.PG + "age", "Completed years on the day of the request."),
        high=Decimal(130),
        units=options.units("year; years; yr; yrs; y; yo; y/o; year old; years old"),
    ),
    Field(
        *("ageMonths", "count", terms.PG + "ageMonths"),
        "Completed months on the day of the request, where years are too coarse.",
        high=Decimal(1571),
        units=options.units("month; months; mo; mos; mths; month old; months old"),
    ),
    _number(
        *("weightKg", "weightKg", "The body weight in kilograms.", "0.1", "700"),
        units="kg; kgs; kilogram; kilograms; kilo; kilos",
    ),
    _number(
        *("heightCm", "heightCm", "The body height in centimeters.", "10", "300"),
        units="cm; cms; centimeter; centimeters",
    ),
    _choice("sex", "sex", "The sex of the patient.", options.SEX),
    _flag("pregnant", "pregnant", "Whether the patient is pregnant.", options.PREGNANT),
    _flag("menopausal", "menopausal", "Whether the patient has gone through menopause.", options.MENOPAUSAL),
    _flag("smoker", "smoker", "Whether the patient smokes.", options.SMOKER),
    _entries(
        "diagnoses",
        "diagnosis",
        "The conditions that the patient has.",
        _name("condition", "condition", "Condition", "The condition.", open=True),
        Field("icd10", "code", terms.PG + "icd10", "Its ICD-10-CM code.", kinds=("Condition",), open=True),
        _choice("severity", "severity", "How severe it is.", options.SEVERITY),
        _flag("active", "active", "Whether it is active.", options.ACTIVE),
        _date("since", "since", "When it was diagnosed: a day, a month or a year."),
        _name("stage", "stage", "DiseaseStage", "Its stage."),
        _name("status", "hasStatus", "DiseaseStatus", "How it stands, such as metastatic or in remission.", many=True),
        _complete("statusComplete", "it stands in no other of these ways"),
        _name("confirmedBy", "confirmingSpecialty", "Specialty", "The specialty of who confirmed it."),
        _name("confirmedHow", "confirmingMethod", "DiagnosticMethod", "How it was confirmed.", many=True),
        _complete("confirmedHowComplete", "it was confirmed in no other way"),
    ),
    _complete("diagnosesComplete", "the patient has no other diagnosis"),
    _entry(
        "prescriber",
        "prescriber",
        "Who prescribes the drug.",
        _name(
            "specialties", "specialty", "Specialty", "The specialties in which the prescriber is certified.", many=True
        ),
    ),
    _entries(
        "consultations",
        "consultation",
        "Visits to specialists.",
        _name("specialty", "specialty", "Specialty", "The specialty of the consultant.", required=True),
        _DATE,
    ),
    _complete("consultationsComplete", "no other specialist was consulted"),
    _entries(
        "therapies",
        "therapy",
        "Therapies past and present, the drug asked for included when it is already taken.",
        Field(
            *("product", "name", terms.PG + "product"),
            "The drug or brand, with its form where that matters; another therapy by the key of its sort.",
            required=True,
            kinds=("Drug", "Product", "Procedure", "CareProgramme", "Device"),
            aliases={"procedure": ("Procedure",), "programme": ("CareProgramme",), "device": ("Device",)},
            open=True,
        ),
        _date("start", "start", "When it began: a day, a month or a year."),
        _date("end", "end", "When it was stopped; absent with a start: still taken."),
        _number(
            "durationMonths",
            "durationMonths",
            "How many months it lasted, where the chart gives no dates.",
            "0",
            "1560",
            units="month; months; mo; mos; mths",
        ),
        _choice("outcome", "outcome", "How it went.", options.OUTCOME),
        _flag(
            "maximallyTolerated", "atMaximallyTolerated", "Whether the dose was the highest that the patient tolerates."
        ),
        _number(
            *("weeklyDoseMg", "weeklyDoseMg", "The dose in milligrams a week.", "0", "1000000"),
            units="mg/week; mg/wk; mg per week; mg a week; mg weekly; mg once weekly; mg once a week; mg qw",
        ),
        _entry("dose", "doseTaken", "The dose, in any unit and for any period.", _needed(_VALUE), _UNIT, *_PERIOD),
        Field(
            *("line", "count", terms.PG + "lineOfTherapy", "Of which line of therapy it was: 1 for the first."),
            low=Decimal(1),
            high=Decimal(50),
        ),
        _name(
            "together",
            "takenWith",
            "Drug Product",
            "What it was taken together with for all that time; that was taken, too, and need not be listed.",
            many=True,
            open=True,
        ),
        _name(
            "for",
            "for",
            "Condition",
            "What it was for. When absent, a trial was for the requested indication, and what is taken beside the drug"
            " may be for anything.",
            open=True,
        ),
        _name(
            "manner",
            "manner",
            "TherapyManner",
            "How it was taken, such as by mouth, at a high dose or daily; what is not said here may be so, too.",
            many=True,
        ),
        _flag("stopsOnApproval", "stopsOnApproval", "Whether it will be stopped when the new drug starts."),
        _flag("sample", "sample", "Whether it was a sample instead of a dispensed supply."),
        _flag("planned", "planned", "Whether it is not taken yet and is to be started together with the drug."),
    ),
    _complete("therapiesComplete", "nothing else was tried and nothing else is taken"),
    _entries(
        "labs",
        "labResult",
        "Results of laboratory tests.",
        _name("test", "test", "LabTest", "The test, by its name or LOINC code.", required=True, open=True),
        _number("value", "result", "The result.", required=True),
        _name("unit", "unit", "Unit", "The unit of the result, such as mg/L.", required=True),
        _number("upperLimit", "upperLimit", "The laboratory's upper limit of normal, in the same unit.", "0.000001"),
        _DATE,
    ),
    _complete("labsComplete", "there is no other result of a laboratory"),
    _entries(
        "measurements",
        "measurement",
        "Values of what else is measured, counted, scored or graded; results of a laboratory may stand here, too.",
        _name(
            "of", "observable", "Observable LabTest", "What was measured, such as a weight or a score.", required=True
        ),
        Field(
            *("value", "value", terms.PG + "measuredValue", "The number, or the grade of a scale such as F3."),
            required=True,
            kinds=("Grade",),
            low=Decimal(-1_000_000_000),
        ),
        _name("unit", "unit", "Unit", "The unit of the value, such as kg/m2; a score or a grade has none."),
        _number("upperLimit", "upperLimit", "The upper limit of normal, in the same unit.", "0.000001"),
        _number("lowerLimit", "lowerLimit", "The lower limit of normal, in the same unit.", "0.000001"),
        _DATE,
        _choice("phase", "phase", "At which stage of the treatment with the drug asked for.", options.PHASE),
        _name("on", "measuredOn", "Drug Product", "Therapies that were taken at that time.", many=True),
    ),
    _complete("measurementsComplete", "nothing else was measured, in a laboratory or elsewhere"),
    _entries(
        "findings",
        "findingRecord",
        "Symptoms, signs and images with a yes or no.",
        _name("finding", "finding", "Finding", "The finding.", required=True, open=True),
        _flag("present", "present", "Whether it is present.", options.PRESENT, required=True),
        _DATE,
    ),
    _complete("findingsComplete", "nothing else was found"),
    _entries(
        "genetics",
        "geneticTest",
        "Results of genetic tests.",
        _name("gene", "testedGene", "Gene", "The gene.", required=True, open=True),
        _choice("result", "geneticFinding", "What the test showed.", options.GENETIC_RESULT, required=True),
        _DATE,
    ),
    _complete("geneticsComplete", "no other gene was tested"),
    _entries(
        "screenings",
        "screening",
        "Screenings for infections.",
        _name("for", "infection", "Infection", "The infection.", required=True),
        _choice(
            "result",
            "screeningResult",
            "What the screening showed; treated: found, and its treatment completed; under-treatment: it is under way.",
            options.SCREENING_RESULT,
            required=True,
        ),
        _DATE,
    ),
    _complete("screeningsComplete", "no other screening was done"),
    _name("attestations", "attests", "AttestationKind", "What the prescriber declares, or the patient.", many=True),
    _name("documents", "hasDocument", "DocumentKind", "The records that are in the packet.", many=True, open=True),
    _complete("documentsComplete", "the packet holds nothing else"),
    _entry(
        "flares",
        "flares",
        "How often the disease flares.",
        _number(
            *("perYear", "perYear", "Flares a year.", "0", "366"),
            units="/year; /yr; per year; a year; times a year; yearly; annually",
        ),
        _flag("hospitalized", "hospitalized", "Whether a severe flare led to hospital."),
    ),
    _entry(
        "dose",
        "dose",
        "The dose that is asked for.",
        _VALUE,
        replace(_UNIT, required=False),
        *_PERIOD,
        *_BASIS,
        _entry("loading", "loadingDose", "What is given once at first.", _needed(_VALUE), _UNIT, *_BASIS),
        _number(
            *("mgPerDay", "mgPerDay", "Milligrams a day.", "0.001", "100000"),
            units="mg/day; mg/d; mg per day; mg a day; mg daily; mg once daily; mg once a day; mg qd",
        ),
        _number(
            *("mgPerKgPerDay", "mgPerKgPerDay", "Milligrams per kilogram of body weight a day.", "0.001", "10000"),
            units="mg/kg/day; mg/kg/d; mg/kg per day; mg per kg per day; mg/kg daily; mg/kg once daily",
        ),
        _number("quantity", "quantity", "Units asked for in the period that days gives.", "0.001", "100000"),
        _number("days", "days", "The period of the quantity in days.", "1", "3660", units="day; days"),
    ),
    _entry(
        "quantity",
        "requestedQuantity",
        "The quantity that is asked for.",
        replace(_needed(_VALUE), prop=terms.PG + "quantity"),
        _name("unit", "unit", "Unit", "What is counted, such as syringe; the drug's own units when absent."),
        replace(_PER_DAYS, help="The period in days."),
    ),
    _entry(
        "response",
        "response",
        "How the drug worked so far.",
        _flag("positive", "positive", "Whether the response is positive.", options.POSITIVE),
        _number(
            "adherencePercent",
            "adherencePercent",
            "The share of doses taken, in percent.",
            "0",
            "100",
            units="%; percent",
        ),
        _name("interruption", "interruption", "Interruption", "Why it was interrupted, or none."),
    ),
    _entries(
        "events",
        "eventRecord",
        "What happened and is counted: an entry for each event, or one for so many in a period.",
        _name("event", "event", "EventKind", "What happened.", required=True, open=True),
        _date("date", "date", "When; of a number: when it was counted, on the day of the request when absent."),
        _number(
            *("days", "lastedDays", "How many days it lasted; of a number: how many each of them did.", "0", "3660"),
            units="day; days",
        ),
        _number("count", "count", "How many there were in the period that perDays gives.", "0", "100000"),
        Field(
            *("perDays", "count", terms.PG + "perDays", "The period in which they were counted, in days."),
            low=Decimal(1),
            high=Decimal(3660),
            units=options.units("day; days"),
        ),
        _choice("phase", "phase", "Whether this was before the drug asked for was begun.", options.PHASE),
    ),
    _complete("eventsComplete", "there was no other event"),
    _entries(
        "biomarkers",
        "biomarkerRecord",
        "Results of tests of genes, proteins and chromosomes; those under genetics count as such, too.",
        _name("marker", "testedMarker", "Biomarker Gene", "What was tested.", required=True, open=True),
        _choice("result", "markerResult", "What the test showed.", options.BIOMARKER_RESULT),
        _choice("origin", "origin", "Whether what was tested is inherited or of the tumor.", options.ORIGIN),
        _name("method", "method", "TestMethod", "How it was tested."),
        _number(
            *("expressionPercent", "expressionPercent", "The share of cells that express it, in percent.", "0", "100"),
            units="%; percent",
        ),
        _DATE,
    ),
    _complete("biomarkersComplete", "no other gene, protein or chromosome was tested"),
    _entries(
        "coverage",
        "coverageRecord",
        "Earlier approvals and paid claims of the drug.",
        _name("payer", "payer", "Payer", "The payer that approved or paid.", required=True),
        _choice(
            "kind", "kindOfCoverage", "An approval, or a claim that was paid.", options.COVERAGE_KIND, required=True
        ),
        _date("from", "coveredFrom", "The first day that it covered, or the day of the claim."),
        replace(
            _date("to", "coveredTo", "The last day that it covered; it may lie after the request."),
            ahead=True,
        ),
    ),
    _complete("coverageComplete", "the drug was never approved or paid otherwise"),
    _name("site", "site", "SiteOfCare", "Where the drug will be given."),
    _number(
        *("requestedMonths", "requestedMonths", "For how many months the drug is asked for."),
        *("0.1", "1200"),
        units="month; months; mo; mos; mths",
    ),
    _name(
        "enrolledIn",
        "enrolledIn",
        "SafetyProgramme",
        "The safety programmes in which the site, the prescriber or the patient is enrolled or certified.",
        many=True,
        open=True,
    ),
    _complete("enrolledInComplete", "none of them is enrolled in another"),
)

#: What each row of a list may say beside its fields. Only a letter reads it: it is no fact of the chart, and in no RDF.
BESIDE: tuple[Field, ...] = (
    _text("page", "", "Where the packet shows this row, for a letter."),
    _text("note", "", "What else a letter is to say of this row, in the words of the clinic."),
)

#: What only a letter holds: names, identifiers, and what the clinic says in its own words. It is no fact of the chart,
#: in no RDF, and nothing is judged by it.
LETTER = Field(
    *("letter", "entry", ""),
    "What a letter says beside the chart; nothing is judged by it, and it goes into no other answer.",
    fields=(
        _text("patientName", "", "The name of the patient."),
        _text("memberId", "", "The number of the member on the insurance card."),
        _text("groupNumber", "", "The number of the group on the insurance card."),
        _text("claimNumber", "", "The number of the claim, the request or the denial, from the notice."),
        replace(_date("denialDate", "", "The date on the notice of the denial."), prop="", ahead=True),
        _text("prescriberName", "", "The name of who prescribes the drug and signs."),
        _text("credentials", "", "The degrees and certificates of the prescriber."),
        _text("npi", "", "The National Provider Identifier of the prescriber."),
        _text("clinic", "", "The name of the clinic."),
        _text("address", "", "The address of the clinic."),
        _text("telephone", "", "The telephone number of the clinic."),
        _text("fax", "", "The fax number of the clinic."),
        _text("payerAddress", "", "The address, or the fax number, of the payer's department."),
        _text("monitoring", "", "How the patient will be monitored, in the words of the clinic."),
        _text("followUp", "", "When the patient will be seen again, in the words of the clinic."),
        replace(_text("enclosures", "", "What is enclosed, each with its pages."), many=True),
    ),
)


def paths(fields: Iterable[Field] = FIELDS, under: str = "") -> dict[str, Field]:
    """Every field by its path in the words of the format, such as ``therapies.dose.unit``; an entry before its own."""
    found: dict[str, Field] = {}
    for one in fields:
        found[under + one.key] = one
        found |= paths(one.fields, f"{under}{one.key}.")
    return found


#: Every field, by its path.
PATHS = paths()
