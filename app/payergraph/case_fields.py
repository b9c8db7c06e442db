"""The fields of a case: the one table that knows the format.

Reading (``case_record``), RDF (``case_rdf``) and the explorer's form follow this table; the JSON-LD context and
``shapes/case.ttl`` say the same to others, and the tests hold the three equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from . import terms

#: text: any words; name: a concept; code: an ICD-10-CM code; choice: one of a few words; flag: true or false;
#: count: a whole number; number: a decimal; day: a full date; date: a full or partial date; entry: fields of its own.
Type: TypeAlias = Literal["text", "name", "code", "choice", "flag", "count", "number", "day", "date", "entry"]


@dataclass(frozen=True)
class Field:
    """One field of a case.

    Attributes:
        key: the word in YAML and JSON.
        prop: the IRI of the property in RDF.
        help: what belongs here, in one sentence.
        many: whether it is a list.
        required: whether the entry that it belongs to says nothing without it.
        kinds: the classes that a name may be of.
        choices: the words to choose from, each with its term.
        low, high: the least and the greatest number, both included.
        fields: the fields of an entry.
    """

    key: str
    type: Type
    prop: str
    help: str
    many: bool = False
    required: bool = False
    kinds: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(1_000_000_000)
    fields: tuple[Field, ...] = ()


def _text(key: str, prop: str, help: str) -> Field:
    return Field(key, "text", prop, help)


def _name(key: str, prop: str, kinds: str, help: str, *, required: bool = False, many: bool = False) -> Field:
    return Field(key, "name", terms.PG + prop, help, required=required, many=many, kinds=tuple(kinds.split()))


def _choice(key: str, prop: str, choices: str, help: str, *, required: bool = False) -> Field:
    """``choices`` is ``word=Term`` by spaces."""
    pairs = (choice.split("=") for choice in choices.split())
    return Field(
        key, "choice", terms.PG + prop, help, required=required, choices={w: terms.PG + term for w, term in pairs}
    )


def _flag(key: str, prop: str, help: str, *, required: bool = False) -> Field:
    return Field(key, "flag", terms.PG + prop, help, required=required)


def _date(key: str, prop: str, help: str) -> Field:
    return Field(key, "date", terms.PG + prop, help)


def _number(
    key: str, prop: str, help: str, low: str = "0", high: str = "1000000000", *, required: bool = False
) -> Field:
    return Field(key, "number", terms.PG + prop, help, required=required, low=Decimal(low), high=Decimal(high))


def _entry(key: str, prop: str, help: str, *fields: Field) -> Field:
    return Field(key, "entry", terms.PG + prop, help, fields=fields)


def _entries(key: str, prop: str, help: str, *fields: Field) -> Field:
    return Field(key, "entry", terms.PG + prop, help, many=True, fields=fields)


def _complete(key: str, what: str) -> Field:
    return _flag(key, key, f"Whether {what}, so that what is not listed is not there.")


_DATE = _date("date", "date", "When: a day, a month or a year.")

#: The fields of a case, in the order in which people fill them in.
FIELDS: tuple[Field, ...] = (
    _text("id", terms.DCTERMS + "identifier", "What the case is called; the file's name when absent."),
    _name("drug", "drug", "Drug Product", "The drug that is asked for, by its generic or brand name.", required=True),
    _name("indication", "indication", "Condition", "What the drug is asked for; may be left out."),
    _choice("request", "request", "initial=Initial continuation=Continuation", "A first request, or one to go on."),
    Field("requestDate", "day", terms.PG + "requestDate", "The day of the request; today when absent."),
    _name("payer", "payer", "Payer", "The payer that is asked; all payers when absent."),
    _name("plan", "plan", "Plan", "The plan of the patient; all plans when absent."),
    _choice(
        "formulary",
        "formulary",
        "preferred=Preferred non-preferred=NonPreferred non-formulary=NonFormulary",
        "The standing of the drug on the plan; unknown when absent.",
    ),
    _name("state", "state", "State", "The state in which the patient lives, for the appeal."),
    Field("birthDate", "day", terms.PG + "birthDate", "The day of birth."),
    Field("age", "count", terms.PG + "age", "Completed years on the day of the request.", high=Decimal(130)),
    _number("weightKg", "weightKg", "The body weight in kilograms.", "0.1", "700"),
    _entries(
        "diagnoses",
        "diagnosis",
        "The conditions that the patient has.",
        _name("condition", "condition", "Condition", "The condition."),
        Field("icd10", "code", terms.PG + "icd10", "Its ICD-10-CM code."),
        _choice(
            "severity",
            "severity",
            "mild=Mild moderate=Moderate severe=Severe moderate-to-severe=ModerateToSevere",
            "How severe it is.",
        ),
        _flag("active", "active", "Whether it is active."),
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
        _name(
            "product", "product", "Drug Product", "The drug or brand, with its form where that matters.", required=True
        ),
        _date("start", "start", "When it began: a day, a month or a year."),
        _date("end", "end", "When it was stopped; absent with a start: still taken."),
        _number(
            "durationMonths",
            "durationMonths",
            "How many months it lasted, where the chart gives no dates.",
            "0",
            "1560",
        ),
        _choice(
            "outcome",
            "outcome",
            "failure=Failure intolerance=Intolerance contraindication=Contraindication response=Response "
            "unknown=UnknownOutcome",
            "How it went.",
        ),
        _flag(
            "maximallyTolerated", "atMaximallyTolerated", "Whether the dose was the highest that the patient tolerates."
        ),
        _number("weeklyDoseMg", "weeklyDoseMg", "The dose in milligrams a week.", "0", "1000000"),
        _name("for", "for", "Condition", "What it was for; the requested indication when absent."),
        _flag("stopsOnApproval", "stopsOnApproval", "Whether it will be stopped when the new drug starts."),
        _flag("sample", "sample", "Whether it was a sample instead of a dispensed supply."),
    ),
    _complete("therapiesComplete", "nothing else was tried and nothing else is taken"),
    _entries(
        "labs",
        "labResult",
        "Results of laboratory tests.",
        _name("test", "test", "LabTest", "The test, by its name or LOINC code.", required=True),
        _number("value", "result", "The result.", required=True),
        _name("unit", "unit", "Unit", "The unit of the result, such as mg/L.", required=True),
        _number("upperLimit", "upperLimit", "The laboratory's upper limit of normal, in the same unit.", "0.000001"),
        _DATE,
    ),
    _complete("labsComplete", "there is no other result"),
    _entries(
        "findings",
        "findingRecord",
        "Symptoms, signs and images with a yes or no.",
        _name("finding", "finding", "Finding", "The finding.", required=True),
        _flag("present", "present", "Whether it is present.", required=True),
        _DATE,
    ),
    _complete("findingsComplete", "nothing else was found"),
    _entries(
        "genetics",
        "geneticTest",
        "Results of genetic tests.",
        _name("gene", "testedGene", "Gene", "The gene.", required=True),
        _choice(
            "result",
            "geneticFinding",
            "pathogenic=Pathogenic bi-allelic-pathogenic=BiAllelicPathogenic negative=NegativeGeneticResult "
            "uncertain=UncertainGeneticResult",
            "What the test showed.",
            required=True,
        ),
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
            "negative=NegativeScreening treated=TreatedScreening under-treatment=UnderTreatmentScreening "
            "positive=PositiveScreening",
            "What the screening showed; treated: found, and its treatment completed; under-treatment: it is under way.",
            required=True,
        ),
        _DATE,
    ),
    _complete("screeningsComplete", "no other screening was done"),
    _name("attestations", "attests", "AttestationKind", "What the prescriber declares, or the patient.", many=True),
    _name("documents", "hasDocument", "DocumentKind", "The records that are in the packet.", many=True),
    _complete("documentsComplete", "the packet holds nothing else"),
    _entry(
        "flares",
        "flares",
        "How often the disease flares.",
        _number("perYear", "perYear", "Flares a year.", "0", "366"),
        _flag("hospitalized", "hospitalized", "Whether a severe flare led to hospital."),
    ),
    _entry(
        "dose",
        "dose",
        "The dose or quantity that is asked for.",
        _number("mgPerDay", "mgPerDay", "Milligrams a day.", "0.001", "100000"),
        _number("mgPerKgPerDay", "mgPerKgPerDay", "Milligrams per kilogram of body weight a day.", "0.001", "10000"),
        _number("quantity", "quantity", "Units asked for in the period that days gives.", "0.001", "100000"),
        _number("days", "days", "The period of the quantity in days.", "1", "3660"),
    ),
    _entry(
        "response",
        "response",
        "How the drug worked so far.",
        _flag("positive", "positive", "Whether the response is positive."),
        _number("adherencePercent", "adherencePercent", "The share of doses taken, in percent.", "0", "100"),
        _name("interruption", "interruption", "Interruption", "Why it was interrupted, or none."),
    ),
)
