"""The specialty of the prescriber or of a consultant."""

from ._kind import Kind, Values, either, read
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    how = "Prescribed by or in consultation with" if values.true("consultationAccepted") else "Prescribed by"
    return f"{how} a specialist in {either(values.members('specialties'))}"


KIND = Kind(
    "PrescriberCriterion",
    "prescriber",
    _sentence,
    changeable=True,
    reads=(
        read("prescriber.specialties", of="specialties"),
        read("consultations.specialty consultationsComplete", of="specialties", when="consultationAccepted"),
    ),
    restriction=Restriction.PRESCRIBER,
    burden=Burden.NONE,
    exceptional=never,
)
