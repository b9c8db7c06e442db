"""The format of a case for those who write one: a JSON Schema for editors, and a template to fill in.

Both are made from the one table of fields (``fields``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from .. import terms
from .fields import BESIDE, FIELDS, LETTER, Field

#: The address of the schema; its file is ``ontology/case.schema.json``.
ADDRESS = terms.ONTOLOGY + "/case.schema.json"

_DAY, _DATE = r"^\d{4}-\d{2}-\d{2}$", r"^\d{4}(-\d{2}(-\d{2})?)?$"


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a case.

    What it takes is a case apart from names, which only the graph knows, and from dates that contradict each other.
    It is stricter than ``payergraph check`` in one thing: of what charts say for a word of a list, it takes the word.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ADDRESS,
        "title": "A case of payergraph",
        "description": "What a clinic knows when it asks a payer for a drug. Leave out what is not known.",
        **_object((*FIELDS, LETTER)),
    }


def _object(fields: Iterable[Field]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required, either = [], []
    for field in fields:
        properties |= dict.fromkeys((field.key, *field.aliases), _field(field))
        if field.aliases:  # one of the keys
            some = [{"required": [key]} for key in (field.key, *field.aliases)]
            either.append({"oneOf": some})
        elif field.required:
            required.append(field.key)
    return {
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
        **({"allOf": either} if either else {}),
        "additionalProperties": False,
    }


def _field(field: Field) -> dict[str, Any]:
    one = _object(held(field)) if field.type == "entry" else _one(field)
    return {"description": field.help, **({"type": "array", "items": one} if field.many else one)}


def held(field: Field) -> tuple[Field, ...]:
    """The fields of an entry; of a row of a list also those that only a letter reads."""
    return (*field.fields, *BESIDE) if field.many else field.fields


def _one(field: Field) -> dict[str, Any]:
    match field.type:
        case "choice":
            return {"oneOf": [{"const": word, "description": meaning} for word, meaning in field.meanings.items()]}
        case "flag":
            return {"type": "boolean"}
        case "count" | "number":
            kind = "integer" if field.type == "count" else "number"
            return {"type": kind, "minimum": _number(field.low), "maximum": _number(field.high)}
        case "value":
            bounds = {"minimum": _number(field.low), "maximum": _number(field.high)}
            return {"type": ["number", "string"], "minLength": 1, **bounds}
        case "day":
            return {"type": "string", "pattern": _DAY}
        case "date":  # a year alone is a number in YAML
            return {"type": ["string", "integer"], "pattern": _DATE, "minimum": 1900, "maximum": 9999}
        case "text":  # digits alone, as of a member or an NPI, are a number in YAML
            return {"type": ["string", "integer"], "minLength": 1}
        case _:
            return {"type": "string", "minLength": 1}


def _number(number: Decimal) -> int | float:
    return int(number) if number == int(number) else float(number)


# --- the template ---------------------------------------------------------------------------------------------------

_HEAD = """\
## A case for payergraph: what the chart says. docs/case.md has the fields, and what each word means.
## Fill in what is known and take its '# ' away; leave the rest as it is: it is not documented, and never a no.
## 'payergraph check' with the name of this file checks it, and names what is missing or wrong.
"""
# An example of a name of each kind, and of what would look odd, or contradict another field, as the plain example.
_NAMES = {
    "AttestationKind": "no-active-infection",
    "Biomarker": "HER2",
    "Condition": "rheumatoid-arthritis",
    "DiagnosticMethod": "biopsy",
    "DiseaseStage": "stage-iv",
    "DiseaseStatus": "metastatic",
    "DocumentKind": "chart-notes",
    "Drug": "Kineret",
    "EventKind": "migraine-day",
    "Finding": "urticaria-like-rash",
    "Gene": "NLRP3",
    "Observable": "bmi",
    "Infection": "tuberculosis",
    "Interruption": "surgery",
    "LabTest": "crp",
    "Payer": "cigna",
    "Plan": "cigna-employer-group",
    "Product": "kineret",
    "SafetyProgramme": "touch",
    "SiteOfCare": "home",
    "Specialty": "rheumatology",
    "State": "CA",
    "TherapyManner": "by-mouth",
    "TestMethod": "immunohistochemistry",
    "Unit": "mg/L",
}
_VALUES = {
    "id": "maria",
    "requestDate": "2026-10-01",
    "requestedMonths": "12",
    "birthDate": "1984-03-02",
    "age": "42",
    "ageMonths": "510",
    "weightKg": "71",
    "diagnoses.icd10": "M05.9",
    "therapies.product": "methotrexate",
    "therapies.start": "2025-01-10",
    "therapies.end": "2025-06",
    "therapies.durationMonths": "5",
    "therapies.weeklyDoseMg": "21",
    "therapies.dose.value": "3",
    "therapies.dose.unit": "mg",
    "therapies.dose.perDays": "1",
    "therapies.line": "1",
    "therapies.together": "carboplatin",
    "therapies.planned": "false",
    "labs.value": "18.2",
    "labs.upperLimit": "5",
    "heightCm": "168",
    "measurements.of": "ldl-c",
    "measurements.value": "96",
    "measurements.unit": "mg/dL",
    "measurements.upperLimit": "100",
    "measurements.lowerLimit": "40",
    "flares.perYear": "8",
    "dose.value": "100",
    "dose.unit": "mg",
    "dose.perDays": "1",
    "dose.perKg": "false",
    "dose.perM2": "false",
    "dose.loading.value": "320",
    "dose.loading.unit": "mg",
    "dose.loading.perKg": "false",
    "dose.loading.perM2": "false",
    "dose.mgPerDay": "100",
    "dose.mgPerKgPerDay": "1.41",
    "dose.quantity": "28",
    "dose.days": "28",
    "quantity.value": "28",
    "quantity.unit": "syringe",
    "quantity.perDays": "28",
    "response.adherencePercent": "92",
    "biomarkers.expressionPercent": "60",
    "events.days": "5",
    "events.count": "12",
    "events.perDays": "30",
    "letter.patientName": "Maria Example",
    "letter.memberId": "U1234567801",
    "letter.groupNumber": "3344556",
    "letter.claimNumber": "A-2026-0001",
    "letter.denialDate": "2026-10-20",
    "letter.prescriberName": "Jo Example",
    "letter.credentials": "MD, board-certified in rheumatology",
    "letter.npi": "1234567893",
    "letter.clinic": "Example Rheumatology",
    "letter.address": "1 Example Street, Sacramento, CA 95814",
    "letter.telephone": "(555) 555-0100",
    "letter.fax": "(555) 555-0101",
    "letter.payerAddress": "National Appeals Unit, PO Box 1, Example City",
    "letter.monitoring": "blood count before the first dose, monthly for three months, then every three months",
    "letter.followUp": "visit after 4 and 12 weeks",
    "letter.enclosures": "chart notes of 2026-09-20 with 4 pages",
}
#: An example of what any row may say beside its fields.
_BESIDE = {"page": "page 12", "note": "rash on both arms after the second week"}


def template() -> str:
    """A case in YAML to fill in: a line for each field, empty, with an example and what belongs there."""
    lines = [f"{'' if field.required else '# '}{line}" for field in (*FIELDS, LETTER) for line in _lines(field)]
    return _HEAD + "\n".join(lines) + "\n"


def _lines(field: Field, path: str = "", mark: str = "") -> Iterator[str]:
    """The line of a field, and of those in it, each list of entries with one."""
    path = f"{path}.{field.key}" if path else field.key
    if field.type != "entry":
        yield f"{mark}{field.key}:  # {example(field, path)}. {field.help}"
        return
    yield f"{mark}{field.key}:  # {field.help}"
    under = " " * len(mark) + "  "
    for place, inner in enumerate(held(field)):
        dash = "" if not field.many else "  " if place else "- "
        yield from _lines(inner, path, under + dash)


def example(field: Field, path: str) -> str:
    """What can stand there: the words of a list, else one example."""
    if field.type == "flag":
        return "false or true" if _VALUES.get(path) == "false" else "true or false"
    if field.type == "choice":
        *first, last = field.choices
        return f"{', '.join(first)} or {last}"
    value = _VALUES.get(path) or _BESIDE.get(field.key) or _plain(field)
    return f"for example {f'[{value}]' if field.many else value}"


def _plain(field: Field) -> str:
    match field.type:
        case "name":
            return _NAMES[field.kinds[0]]
        case "date" | "day":
            return "2026-09-12"
        case "count" | "number" | "value":
            return str(max(field.low, min(Decimal(1), field.high)))
        case _:
            return "some words"
