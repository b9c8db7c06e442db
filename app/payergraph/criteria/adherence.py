"""Adherence, or an accepted reason for less."""

from ._kind import Kind, Values, either, read
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    reasons = (
        f", or less because of {either(values.members('acceptedInterruptions'))}"
        if "acceptedInterruptions" in values
        else ""
    )
    return f"Adherence of at least {values.number('minimumAdherencePercent')} %{reasons}"


KIND = Kind(
    "AdherenceCriterion",
    "adherence",
    _sentence,
    changeable=True,
    reads=(
        read("response.adherencePercent"),
        read("response.interruption", of="acceptedInterruptions", when="acceptedInterruptions"),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
