"""What the source leaves to judgement."""

from ._kind import Kind, Values


def _sentence(values: Values) -> str:
    return f"Left open by the source: {values.text('judgement')}"


KIND = Kind("ReviewerCriterion", "left open", _sentence)
