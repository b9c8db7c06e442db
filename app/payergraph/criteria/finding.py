"""A number of findings that are present."""

from ._kind import Kind, Values, either, read, spelled
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"At least {spelled(values.count('minimumFindings'))} of: {either(values.members('findings'))}"


KIND = Kind(
    "FindingCriterion",
    "findings",
    _sentence,
    changeable=True,
    reads=(
        read("findings.finding", of="findings"),
        read("findings.present findingsComplete"),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=never,
)
