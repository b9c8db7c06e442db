"""A diagnosis, severe or active enough."""

from ..meaning.nodes import Given, Holds, In, Ranked, Some
from ..meaning.parts import Part, may, needed
from ..meaning.relations import ACTIVITY, CONDITION, DIAGNOSES, SEVERITY
from ._kind import Kind, Values, either
from ._studied import Burden, Narrowing, Restriction, never


def _sentence(values: Values) -> str:
    severity = f"{values.label('minimumSeverity')} " if "minimumSeverity" in values else ""
    active = "active " if values.true("activeDisease") else ""
    return f"Diagnosis of {severity}{active}{either(values.members('conditions'))}"


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
            ),
            Some(
                DIAGNOSES,
                (
                    In(CONDITION, "conditions"),
                    Ranked(SEVERITY, "minimumSeverity", "AnySeverity"),
                    Given("activeDisease", Holds(ACTIVITY)),
                ),
                # Whoever records the disease knows it: its severity, where one is stated, is what there is to know.
                closed_by=In(CONDITION, "conditions"),
            ),
            "The case does not show one of the diagnoses, severe and active enough where that is asked.",
            "The diagnoses are others, or fall short of the severity or activity that is asked.",
        ),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=never,
    narrowings=(Narrowing("severity", "severity of the disease", "minimumSeverity"),),
)
