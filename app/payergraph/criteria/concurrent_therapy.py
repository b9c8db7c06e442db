"""A therapy that must be taken together with the drug."""

from ._kind import Kind, Values, either


def _sentence(values: Values) -> str:
    return f"Taken together with {either(values.members('requiredGroups'))}"


KIND = Kind("ConcurrentTherapyCriterion", "concurrent therapy", _sentence)
