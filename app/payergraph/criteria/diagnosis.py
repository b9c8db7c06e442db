"""A diagnosis: how severe, active and advanced, how it stands, since when, and who confirmed it and how."""

from ..meaning.nodes import Compare, Given, HasIn, Holds, In, Not, Ranked, Some
from ..meaning.parts import Part, may, needed
from ..meaning.relations import (
    ACTIVITY,
    CONDITION,
    CONFIRMER,
    CONFIRMER_KNOWN,
    DIAGNOSES,
    METHODS,
    METHODS_COMPLETE,
    MONTHS_SINCE,
    SEVERITY,
    STAGE,
    STATUSES,
    STATUSES_COMPLETE,
)
from ._kind import Kind, Values, either
from ._studied import Burden, Narrowing, Restriction, never


def _sentence(values: Values) -> str:
    severity = f"{values.label('minimumSeverity')} " if "minimumSeverity" in values else ""
    active = "active " if values.true("activeDisease") else ""
    asked = [f"Diagnosis of {severity}{active}{either(values.members('conditions'))}", *_stages(values)]
    if "diseaseStatus" in values:
        asked.append(either(values.members("diseaseStatus")))
    if "excludedStatus" in values:
        asked.append(f"not {either(values.members('excludedStatus'))}")
    if "minimumMonthsSinceDiagnosis" in values:
        asked.append(f"made at least {values.counted('minimumMonthsSinceDiagnosis', 'month')} before the request")
    if "confirmedBy" in values:
        asked.append(f"confirmed by a specialist in {either(values.members('confirmedBy'))}")
    if "confirmedHow" in values:
        asked.append(f"confirmed by {either(values.members('confirmedHow'))}")
    return "; ".join(asked)


def _stages(values: Values) -> list[str]:
    if "minimumStage" in values and "maximumStage" in values:
        return [f"{values.label('minimumStage')} to {values.label('maximumStage')}"]
    if "minimumStage" in values:
        return [f"{values.label('minimumStage')} or higher"]
    return [f"{values.label('maximumStage')} or lower"] if "maximumStage" in values else []


KIND = Kind(
    "DiagnosisCriterion",
    "diagnosis",
    _sentence,
    changeable=False,
    parts=(
        Part(
            "Diagnosis",
            (
                needed("conditions", "pg:ConceptSet"),
                may("minimumSeverity", "pg:Severity"),
                may("activeDisease", "xsd:boolean"),
                may("minimumStage", "pg:DiseaseStage"),
                may("maximumStage", "pg:DiseaseStage"),
                may("diseaseStatus", "pg:ConceptSet"),
                may("excludedStatus", "pg:ConceptSet"),
                may("minimumMonthsSinceDiagnosis", "xsd:integer"),
                may("confirmedBy", "pg:ConceptSet"),
                may("confirmedHow", "pg:ConceptSet"),
            ),
            Some(
                DIAGNOSES,
                (
                    In(CONDITION, "conditions"),
                    Ranked(SEVERITY, "minimumSeverity", "AnySeverity"),
                    Given("activeDisease", Holds(ACTIVITY)),
                    Given("minimumStage", Ranked(STAGE, "minimumStage")),
                    Given("maximumStage", Ranked(STAGE, "maximumStage", at_most=True)),
                    Given("diseaseStatus", HasIn(STATUSES, "diseaseStatus", STATUSES_COMPLETE)),
                    Given("excludedStatus", Not(HasIn(STATUSES, "excludedStatus", STATUSES_COMPLETE))),
                    Given("minimumMonthsSinceDiagnosis", Compare(MONTHS_SINCE, ">=", "minimumMonthsSinceDiagnosis")),
                    # Who confirmed it is one field: whoever is named there confirmed it, and nobody else.
                    Given("confirmedBy", HasIn(CONFIRMER, "confirmedBy", CONFIRMER_KNOWN)),
                    Given("confirmedHow", HasIn(METHODS, "confirmedHow", METHODS_COMPLETE)),
                ),
                # Whoever records the disease knows it: its severity, where one is stated, is what there is to know.
                closed_by=In(CONDITION, "conditions"),
            ),
            "The case does not show one of the diagnoses with the severity, activity, stage or whatever else is asked.",
            "The diagnoses are others, or fall short of the severity, activity, stage or whatever else is asked.",
        ),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=never,
    narrowings=(
        Narrowing("severity", "severity of the disease", "minimumSeverity"),
        Narrowing("stage", "least stage of the disease", "minimumStage"),
        Narrowing("status", "status of the disease", "diseaseStatus"),
    ),
)
