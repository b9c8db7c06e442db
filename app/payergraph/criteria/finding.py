"""A number of findings that are present."""

from ..wording import spelled
from ._kind import Kind, Values, either, read


def _sentence(values: Values) -> str:
    return f"At least {spelled(values.count('minimumFindings'))} of: {either(values.members('findings'))}"


KIND = Kind(
    "FindingCriterion",
    "findings",
    _sentence,
    reads=(
        read("findings.finding", of="findings"),
        read("findings.present findingsComplete"),
    ),
)
