"""Therapies that must not be taken together with the drug."""

from .. import terms
from ._kind import Kind, Values, either, read
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"Not taken together with: {either(values.members('excludedGroups'))}"


KIND = Kind(
    "NoConcurrentTherapyCriterion",
    "concurrent therapy",
    _sentence,
    changeable=True,
    reads=(
        read("therapies.product", of="excludedGroups"),
        read("therapies.start therapies.end therapies.outcome therapies.stopsOnApproval therapiesComplete"),
        read("attestations", of=terms.ID + "attestation/no-concurrent-therapy"),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
