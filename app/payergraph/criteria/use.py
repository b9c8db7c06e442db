"""What the drug is asked for."""

from ._kind import Kind, Values, read
from ._studied import Burden, Restriction, never


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
    restriction=Restriction.NONE,
    burden=Burden.NONE,
    exceptional=never,
)
