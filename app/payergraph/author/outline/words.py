"""The words of an outline: for each kind of criterion a word, and for the parameters beside the first a word each.

What has no word here has the one that it has in the vocabulary: ``kind: SiteCriterion``, ``minimumDays: 5``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

from ... import terms
from ...policies.faults import declared
from ...terms import Term

_TRUE = ox.Literal(True)


@dataclass(frozen=True)
class Form:
    """How a kind of criterion is written.

    Attributes:
        word: how it begins: ``tried: …``.
        kind: the class.
        main: the parameter that follows; of a phrase none.
        count: the parameter of "2 of" after the word; without it, one.
        each: the boolean parameter of "each of".
        implied: a boolean that the word says to be true.
        phrase: the way in which several parameters stand in one text (``phrases``).
    """

    word: str
    kind: str
    main: str = ""
    count: str = ""
    each: str = ""
    implied: str = ""
    phrase: str = ""


#: In the order in which they are tried.
FORMS = (
    Form("use", "UseCriterion", "use"),
    Form("uses", "UseCriterion", "uses"),
    Form("diagnosis", "DiagnosisCriterion", "conditions"),
    Form("age", "AgeCriterion", phrase="age"),
    Form("weight", "WeightCriterion", phrase="weight"),
    Form("age in months", "PatientCriterion", phrase="months"),
    Form("sex", "PatientCriterion", "patientSex"),
    Form("patient", "PatientCriterion", phrase="attribute"),
    Form("specialist", "PrescriberCriterion", "specialties", implied="consultationAccepted"),
    Form("prescribed by", "PrescriberCriterion", "specialties"),
    Form("tried", "PriorTherapyCriterion", "therapyGroups", count="minimumGroups", each="everyMember"),
    Form("not tried", "NoPriorTherapyCriterion", "notTakenGroups"),
    Form("established", "TimeOnDrugCriterion", phrase="established"),
    Form("not with", "NoConcurrentTherapyCriterion", "excludedGroups"),
    Form("with", "ConcurrentTherapyCriterion", "requiredGroups"),
    Form("measured", "MeasurementCriterion", phrase="measured"),
    Form("changed", "ChangeCriterion", phrase="changed"),
    Form("finding", "FindingCriterion", "findings", count="minimumFindings"),
    Form("no finding", "AbsentFindingCriterion", "absentFindings"),
    Form("biomarker", "BiomarkerCriterion", phrase="biomarker"),
    Form("screened for", "ScreeningCriterion", "screeningFor"),
    Form("attested", "AttestationCriterion", "attestation"),
    Form("document", "DocumentCriterion", "document"),
    Form("event", "EventCriterion", "eventKinds", count="minimumEvents"),
    Form("responding", "ResponseCriterion", "positiveResponse"),
    Form("adherence", "AdherenceCriterion", phrase="adherence"),
    Form("dose", "DoseCriterion", phrase="dose"),
    Form("quantity", "DoseCriterion", phrase="quantity"),
    Form("formulary", "FormularyCriterion", "formularyStatus"),
    Form("state", "PlanCriterion", "states"),
    Form("line of business", "PlanCriterion", "linesOfBusiness"),
    Form("plan", "PlanCriterion", "plans"),
    Form("site", "SiteCriterion", "sites"),
    Form("programme", "SiteCriterion", "programmes"),
    Form("covered before", "CoverageHistoryCriterion", "coverageKind"),
    Form("asked", "ReviewerCriterion", "judgement", implied="plainInSource"),
    Form("judgement", "ReviewerCriterion", "judgement"),
    Form("not shown", "NotShownCriterion", "notShown"),
)
BY_WORD = {form.word: form for form in FORMS}

#: The connectives of a list of parts, by their words; "2 of" is a pg:AtLeastOf, "if" a pg:IfThen.
CONNECTIVES = {"all of": "AllOf", "any of": "AnyOf", "none of": "NoneOf"}
#: The parts of a pg:IfThen.
ROLES = {"if": "premise", "then": "consequence", "else": "otherwise"}

#: Parameters beside the first, each with its word. Of two with one word, the kind tells which is meant.
DETAILS = {
    "acceptedOutcomes": "outcome",
    "minimumSeverity": "severity",
    "activeDisease": "active",
    "minimumStage": "stage from",
    "maximumStage": "stage to",
    "diseaseStatus": "status",
    "excludedStatus": "not status",
    "confirmedBy": "confirmed by",
    "confirmedHow": "confirmed how",
    "togetherWith": "together with",
    "countBy": "counted",
    "atLeastLine": "line from",
    "atMostLine": "line to",
    "maximallyTolerated": "maximally tolerated",
    "currentlyTaken": "still taken",
    "requestedDrugCounts": "drug itself counts",
    "samplesExcluded": "no samples",
    "plannedCounts": "planned counts",
    "otherProductsCount": "other products count",
    "takenForUses": "taken for",
    "manners": "manner",
    "occasion": "when",
    "whileOn": "while on",
    "inARow": "in a row",
    "beforeTreatment": "before treatment",
    "acceptedGrades": "grades",
    "changeStart": "counted",
    "changeEnd": "is",
    "biomarkerOrigin": "origin",
    "testMethods": "methods",
    "minimumExpressionPercent": "expression percent",
    "underTreatmentAccepted": "under treatment accepted",
    "anyResult": "any result",
    "absenceAttestation": "attestation",
    "attestedBy": "by",
    "coveringPayers": "by",
    "minimumEventDays": "days each",
    "sufficientEvents": "or one of",
    "acceptedInterruptions": "interrupted for",
}
#: Lengths of time beside the first parameter: the word, and the parameter of each unit.
SPANS = {
    "for": {"month": "minimumMonths", "week": "minimumWeeks", "day": "minimumDays"},
    "within": {"month": "withinMonths", "day": "withinDays"},
    "taken within": {"day": "takenWithinDays"},
    "not within": {"day": "notTakenWithinDays", "week": "notTakenWithinWeeks"},
    "ended before": {"week": "minimumWeeksSinceEnd"},
    "since": {"month": "minimumMonthsSinceDiagnosis"},
    "per": {"day": "perDays"},
    "gap": {"day": "longestGapDays"},
}
#: What every criterion may bear: the word, and the property.
NOTES = {
    "documented": "documentationRequired",
    "discretionary": "discretionary",
    "as printed": "asPrinted",
    "not computed": "notComputed",
    "reading": "reading",
}
#: What a set of the first parameter may bear.
OF_SETS = {"called": terms.SKOS + "prefLabel", "open": "openEnded", "examples of": "exampleOf"}


@lru_cache(maxsize=64)
def ranges(kind: str) -> dict[str, str]:
    """The parameters of a kind of criterion, each with its class or datatype."""
    return declared(kind)


def literal(text: str, range: str) -> Term | None:
    """A number, a text or yes and no of a datatype; None where the text is none."""
    if range == terms.XSD + "boolean":
        return {"yes": ox.Literal(True), "no": ox.Literal(False)}.get(text)
    if range == terms.XSD + "integer":
        return ox.Literal(text, datatype=ox.NamedNode(range)) if text.lstrip("-").isdigit() else None
    if range == terms.XSD + "decimal":
        return decimal(text)
    return ox.Literal(text)


def decimal(text: str) -> ox.Literal | None:
    """A decimal: ``30`` and ``30.0`` are the same."""
    whole, point, rest = text.lstrip("-").partition(".")
    if not whole.isdigit() or (point and not rest.isdigit()):
        return None
    return ox.Literal(text if point else f"{text}.0", datatype=ox.NamedNode(terms.XSD + "decimal"))


def said(term: Term) -> str:
    """A literal as an outline says it."""
    if isinstance(term, ox.Literal) and term.datatype.value == terms.XSD + "boolean":
        return "yes" if term.value == "true" else "no"
    return number(term)


def number(term: Term) -> str:
    """A number without a decimal that says nothing."""
    return term.value.removesuffix(".0")


TRUE = _TRUE
