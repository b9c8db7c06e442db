"""A diagnosis, severe or active enough."""

from ._kind import Kind, Values, either, read
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
    reads=(
        read("diagnoses.condition", of="conditions"),
        read("diagnoses.icd10 diagnosesComplete"),
        read("diagnoses.severity", when="minimumSeverity"),
        read("diagnoses.active", when="activeDisease"),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=never,
    narrowings=(Narrowing("severity", "severity of the disease", "minimumSeverity"),),
)
