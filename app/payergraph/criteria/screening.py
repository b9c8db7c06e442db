"""Screening for an infection."""

from ._kind import Kind, Values, period, read


def _sentence(values: Values) -> str:
    return f"Screened for {values.label('screeningFor')}: negative or treated{period(values)}"


KIND = Kind(
    "ScreeningCriterion",
    "screening",
    _sentence,
    reads=(
        read("screenings.for", of="screeningFor"),
        read("screenings.result screenings.date screeningsComplete"),
    ),
)
