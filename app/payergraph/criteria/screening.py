"""Screening for an infection."""

from ._kind import Kind, Values, period, read
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    results = "negative, treated or under treatment" if values.true("underTreatmentAccepted") else "negative or treated"
    return f"Screened for {values.label('screeningFor')}: {results}{period(values)}"


KIND = Kind(
    "ScreeningCriterion",
    "screening",
    _sentence,
    changeable=True,
    reads=(
        read("screenings.for", of="screeningFor"),
        read("screenings.result screenings.date screeningsComplete"),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.TEST,
    exceptional=never,
)
