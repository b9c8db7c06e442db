"""Findings that must be absent."""

from ._kind import Kind, Values, either


def _sentence(values: Values) -> str:
    return f"No {either(values.members('absentFindings'))}"


KIND = Kind("AbsentFindingCriterion", "findings", _sentence)
