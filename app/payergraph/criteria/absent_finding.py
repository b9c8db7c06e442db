"""Findings that must be absent."""

from ._kind import Kind, Values, either, read
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"No {either(values.members('absentFindings'))}"


KIND = Kind(
    "AbsentFindingCriterion",
    "findings",
    _sentence,
    changeable=True,
    reads=(
        read("findings.finding", of="absentFindings"),
        read("findings.present findingsComplete"),
        read("attestations", of="absenceAttestation", when="absenceAttestation"),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=never,
)
