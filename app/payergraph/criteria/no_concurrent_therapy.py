"""Therapies that must not be taken together with the drug."""

from ._kind import Kind, Values, either


def _sentence(values: Values) -> str:
    return f"Not taken together with: {either(values.members('excludedGroups'))}"


KIND = Kind("NoConcurrentTherapyCriterion", "concurrent therapy", _sentence)
