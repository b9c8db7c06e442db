"""What the drug is asked for."""

from ._kind import Kind, Values, read


def _sentence(values: Values) -> str:
    return f"Asked for {values.label('use')}"


KIND = Kind(
    "UseCriterion",
    "use",
    _sentence,
    changeable=False,
    reads=(
        read("indication diagnoses.condition", of="use"),
        read("diagnoses.icd10 diagnosesComplete"),
    ),
)
