"""The fields of a case: the one table that knows the format.

Reading (``record``), RDF (``rdf``) and the explorer's form follow this table; the JSON-LD context and
``shapes/case.ttl`` say the same to others, and the tests hold the three equal.

What charts say for the words of a closed list stands beside these. Where it surely means one of them, it is taken as
that word (``renewal`` is ``continuation``). Where it could mean several, it is refused with what each of them means
(``discontinued`` does not tell why). What says that nothing is known (``pending``) is refused: the field is left out.
Of a yes or no, only ``true`` and ``false`` are taken; other words that surely mean one of them are told which.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeAlias

from .. import terms

#: text: any words; name: a concept; code: an ICD-10-CM code; choice: one of a few words; flag: true or false;
#: count: a whole number; number: a decimal; day: a full date; date: a full or partial date; entry: fields of its own.
Type: TypeAlias = Literal["text", "name", "code", "choice", "flag", "count", "number", "day", "date", "entry"]


def spoken(text: str) -> str:
    """A word without regard to case, and to whether hyphens, strokes or spaces part it."""
    return re.sub(r"[\s_/-]+", " ", text.casefold())


def unit(text: str) -> str:
    """What follows a number, without regard to case, spaces and a last point."""
    return re.sub(r"[\s_-]+", " ", text.casefold()).strip().removesuffix(".")


def _units(words: str) -> tuple[str, ...]:
    return tuple(unit(word) for word in words.split(";") if word.strip())


def _listed(words: str) -> tuple[str, ...]:
    return tuple(spoken(word).strip() for word in words.split(";") if word.strip())


#: What says of a field that its value is not known.
NOT_KNOWN = frozenset(
    _listed(
        "unknown; unk; not known; n/a; na; nr; tbd; not available; not applicable; not documented; not recorded;"
        "not reported; not stated; not assessed; not evaluated; not examined; not tested; not done; not performed;"
        "pending; ordered; awaiting; awaited; awaiting result; awaiting results; result pending; results pending;"
        "unclear; unsure; undetermined; maybe; perhaps; possible; possibly; probable; probably; suspected; ?"
    )
)
#: What surely means yes or no in any field that is one or the other.
YES_NO = dict.fromkeys(_listed("yes; y; on; 1"), "true") | dict.fromkeys(_listed("no; n; off; 0"), "false")


@dataclass(frozen=True)
class Choice:
    """A word of a closed list.

    Attributes:
        term: the local name of its term.
        meaning: what it means, in one short phrase.
        synonyms: what surely means the same, parted by semicolons; it is taken as the word.
    """

    word: str
    term: str
    meaning: str
    synonyms: str = ""


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
        meanings: the same words, each with what it means in one short phrase.
        synonyms: what surely means one of the words (of a flag, ``true`` or ``false``), as ``spoken`` gives it.
        asks: what could mean several of the words, as ``spoken`` gives it, each with why it is no answer.
        units: what may follow the number in a chart without changing it, as ``unit`` gives it.
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
    meanings: Mapping[str, str] = field(default_factory=dict)
    synonyms: Mapping[str, str] = field(default_factory=dict)
    asks: Mapping[str, str] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(1_000_000_000)
    fields: tuple[Field, ...] = ()


def _text(key: str, prop: str, help: str) -> Field:
    return Field(key, "text", prop, help)


def _name(key: str, prop: str, kinds: str, help: str, *, required: bool = False, many: bool = False) -> Field:
    return Field(key, "name", terms.PG + prop, help, required=required, many=many, kinds=tuple(kinds.split()))


def _asks(asks: Mapping[str, str]) -> dict[str, str]:
    return {word: why for words, why in asks.items() for word in _listed(words)}


def _choice(
    key: str, prop: str, help: str, *choices: Choice, asks: Mapping[str, str] | None = None, required: bool = False
) -> Field:
    return Field(
        key,
        "choice",
        terms.PG + prop,
        help,
        required=required,
        choices={choice.word: terms.PG + choice.term for choice in choices},
        meanings={choice.word: choice.meaning for choice in choices},
        synonyms={said: choice.word for choice in choices for said in (spoken(choice.word), *_listed(choice.synonyms))},
        asks=_asks(asks or {}),
    )


def _flag(
    key: str,
    prop: str,
    help: str,
    *,
    required: bool = False,
    true: str = "",
    false: str = "",
    asks: Mapping[str, str] | None = None,
) -> Field:
    """``true`` and ``false``: what else surely means the one or the other."""
    synonyms = YES_NO | dict.fromkeys(_listed(true), "true") | dict.fromkeys(_listed(false), "false")
    return Field(key, "flag", terms.PG + prop, help, required=required, synonyms=synonyms, asks=_asks(asks or {}))


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
        units=_units(units),
    )


def _entry(key: str, prop: str, help: str, *fields: Field) -> Field:
    return Field(key, "entry", terms.PG + prop, help, fields=fields)


def _entries(key: str, prop: str, help: str, *fields: Field) -> Field:
    return Field(key, "entry", terms.PG + prop, help, many=True, fields=fields)


def _complete(key: str, what: str) -> Field:
    help = f"Whether {what}, so that what is not listed is not there."
    return _flag(key, key, help, true="complete", false="incomplete; not complete")


_DATE = _date("date", "date", "When: a day, a month or a year.")

#: The fields of a case, in the order in which people fill them in.
FIELDS: tuple[Field, ...] = (
    _text("id", terms.DCTERMS + "identifier", "What the case is called; the file's name when absent."),
    _name("drug", "drug", "Drug Product", "The drug that is asked for, by its generic or brand name.", required=True),
    _name("indication", "indication", "Condition", "What the drug is asked for; may be left out."),
    _choice(
        "request",
        "request",
        "A first request, or one to go on.",
        Choice("initial", "Initial", "a first request", "initial request; first request; new start; initiation"),
        Choice(
            "continuation",
            "Continuation",
            "a request to go on",
            "continuation request; continuation of therapy; continued; continued therapy; renewal; renewal request;"
            "renew; reauthorization; re-authorization; reauth; recertification; re-certification",
        ),
        asks={
            "restart; re-start; resumption; re-initiation; reinitiation": (
                "which is a first request at some payers and not at others"
            )
        },
    ),
    Field("requestDate", "day", terms.PG + "requestDate", "The day of the request; today when absent."),
    _name("payer", "payer", "Payer", "The payer that is asked; all payers when absent."),
    _name("plan", "plan", "Plan", "The plan of the patient; all plans when absent."),
    _choice(
        "formulary",
        "formulary",
        "The standing of the drug on the plan; unknown when absent.",
        Choice("preferred", "Preferred", "on the formulary as preferred", "preferred drug; preferred brand"),
        Choice(
            "non-preferred", "NonPreferred", "on it as non-preferred", "nonpreferred; not preferred; non-preferred drug"
        ),
        Choice(
            "non-formulary",
            "NonFormulary",
            "not on it",
            "nonformulary; not on formulary; not on the formulary; not formulary; off formulary",
        ),
        asks={
            "formulary; on formulary; on the formulary; listed; covered": (
                "which says that it is on the formulary and not whether as preferred"
            )
        },
    ),
    _name("state", "state", "State", "The state in which the patient lives, for the appeal."),
    Field("birthDate", "day", terms.PG + "birthDate", "The day of birth."),
    Field(
        *("age", "count", terms.PG + "age", "Completed years on the day of the request."),
        high=Decimal(130),
        units=_units("year; years; yr; yrs; y; yo; y/o; year old; years old"),
    ),
    _number(
        *("weightKg", "weightKg", "The body weight in kilograms.", "0.1", "700"),
        units="kg; kgs; kilogram; kilograms; kilo; kilos",
    ),
    _entries(
        "diagnoses",
        "diagnosis",
        "The conditions that the patient has.",
        _name("condition", "condition", "Condition", "The condition."),
        Field("icd10", "code", terms.PG + "icd10", "Its ICD-10-CM code."),
        _choice(
            "severity",
            "severity",
            "How severe it is.",
            Choice("mild", "Mild", "the lowest degree"),
            Choice("moderate", "Moderate", "the middle degree"),
            Choice("severe", "Severe", "the highest degree"),
            Choice(
                "moderate-to-severe",
                "ModerateToSevere",
                "the middle or the highest",
                "moderate or severe; moderate/severe",
            ),
            asks={
                "mild to moderate; mild or moderate; mild/moderate": "which is two degrees, listed apart",
                "moderately severe": "which is one degree to some and two to others",
            },
        ),
        _flag(
            *("active", "active", "Whether it is active."),
            true="active",
            false="inactive; not active",
            asks={
                "remission; in remission; quiescent; controlled; well controlled; stable; resolved": (
                    "which does not tell whether the disease counts as active"
                )
            },
        ),
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
            units="month; months; mo; mos; mths",
        ),
        _choice(
            "outcome",
            "outcome",
            "How it went.",
            Choice(
                "failure",
                "Failure",
                "did not work well enough",
                "failed; treatment failure; therapeutic failure; failure of therapy; primary failure;"
                "secondary failure; inadequate response; insufficient response; no response; lack of response;"
                "non-response; nonresponse; non-responder; nonresponder; lost response; loss of response;"
                "loss of efficacy; lack of efficacy;"
                "inefficacy; ineffective; not effective; did not work; refractory",
            ),
            Choice(
                "intolerance",
                "Intolerance",
                "side effects that the patient could not tolerate",
                "intolerant; not tolerated; intolerable side effects; intolerable adverse effects",
            ),
            Choice("contraindication", "Contraindication", "must not be given", "contraindicated"),
            Choice("response", "Response", "works or worked", "responded; responder; effective; worked; good response"),
            Choice(
                "unknown", "UnknownOutcome", "not recorded", "unk; not known; not recorded; not documented; unclear"
            ),
            asks={
                "discontinued; stopped; ended; completed; withdrawn; switched; d/c; dc": "which does not say why",
                "ongoing; current; continuing; continued; still taking; stable": "which does not say how it goes",
                "partial response; partial; suboptimal response; improved; improvement; some improvement; remission": (
                    "which does not say whether it works well enough"
                ),
                "side effects; side effect; adverse event; adverse effect; adverse reaction; toxicity": (
                    "which does not say whether the patient could tolerate it"
                ),
                "allergy; allergic; allergic reaction; hypersensitivity; anaphylaxis": (
                    "which may have ended a therapy or rule one out"
                ),
            },
        ),
        _flag(
            "maximallyTolerated", "atMaximallyTolerated", "Whether the dose was the highest that the patient tolerates."
        ),
        _number(
            *("weeklyDoseMg", "weeklyDoseMg", "The dose in milligrams a week.", "0", "1000000"),
            units="mg/week; mg/wk; mg per week; mg a week; mg weekly; mg once weekly; mg once a week; mg qw",
        ),
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
        _flag(
            *("present", "present", "Whether it is present."),
            required=True,
            true="present; positive; detected; observed",
            false="absent; not present; negative; not detected; denies; denied; ruled out",
            asks={"resolved; history; history of": "which says that it was there and not whether it is"},
        ),
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
            "What the test showed.",
            Choice(
                "pathogenic", "Pathogenic", "a variant that causes disease", "pathogenic variant; pathogenic mutation"
            ),
            Choice(
                "bi-allelic-pathogenic",
                "BiAllelicPathogenic",
                "such variants on both copies",
                "biallelic pathogenic; biallelic pathogenic variants; bi-allelic pathogenic variants",
            ),
            Choice(
                "negative",
                "NegativeGeneticResult",
                "no variant that explains the disease",
                "neg; no variant; no variant found; no variant detected; no pathogenic variant; no mutation;"
                "no mutation found; no mutation detected; wild type; wildtype",
            ),
            Choice(
                "uncertain",
                "UncertainGeneticResult",
                "a variant of uncertain significance",
                "vus; vous; uncertain significance; unknown significance; variant of uncertain significance;"
                "variant of unknown significance",
            ),
            asks={
                "heterozygous; het; homozygous; compound heterozygous; hemizygous; carrier; biallelic; bi-allelic": (
                    "which says on how many copies and not what the variant does"
                ),
                "positive; pos; detected; variant; variant found; variant detected; mutation; mutated; mutation found;"
                "mutation detected; abnormal": "which says that a variant was found and not what it does",
                "likely pathogenic": "which some payers take as pathogenic and some do not",
                "benign; likely benign; polymorphism": "which tells of one variant and not of others",
                "inconclusive; indeterminate": "which may be a variant of uncertain significance or a test that failed",
            },
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
            "What the screening showed; treated: found, and its treatment completed; under-treatment: it is under way.",
            Choice("negative", "NegativeScreening", "not found", "neg; not detected; non-reactive; nonreactive"),
            Choice(
                "treated",
                "TreatedScreening",
                "found, and its treatment completed",
                "treatment completed; completed treatment",
            ),
            Choice(
                "under-treatment",
                "UnderTreatmentScreening",
                "found, and its treatment under way",
                "on treatment; under treatment; being treated; in treatment",
            ),
            Choice("positive", "PositiveScreening", "found and not treated", "positive untreated"),
            asks={
                "pos; detected; reactive; latent; ltbi; infected": "which does not tell whether it is treated",
                "untreated; not treated; no treatment": "which does not say whether it was found",
                "indeterminate; borderline; equivocal; inconclusive; invalid": "which is neither found nor not found",
                "normal; abnormal; clear; cleared; immune; vaccinated": "which does not say whether it was found",
            },
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
        _number(
            *("perYear", "perYear", "Flares a year.", "0", "366"),
            units="/year; /yr; per year; a year; times a year; yearly; annually",
        ),
        _flag("hospitalized", "hospitalized", "Whether a severe flare led to hospital."),
    ),
    _entry(
        "dose",
        "dose",
        "The dose or quantity that is asked for.",
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
        "response",
        "response",
        "How the drug worked so far.",
        _flag(
            *("positive", "positive", "Whether the response is positive."),
            true="positive",
            false="negative; not positive",
            asks={"partial; stable; some; mixed": "which does not say whether it counts as positive"},
        ),
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
)
