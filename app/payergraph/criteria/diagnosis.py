"""A diagnosis, severe or active enough."""

from ._kind import Kind, Values, either, read


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
)
