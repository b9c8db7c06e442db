"""Screening for an infection."""

from ._kind import Kind, Values, period


def _sentence(values: Values) -> str:
    return f"Screened for {values.label('screeningFor')}: negative or treated{period(values)}"


KIND = Kind("ScreeningCriterion", "screening", _sentence)
