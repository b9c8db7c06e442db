"""Completed years of age on the day of the request."""

from ._kind import Kind, Values, read


def _sentence(values: Values) -> str:
    if "minimumAge" in values and "maximumAge" in values:
        return f"Age {values.number('minimumAge')} to {values.number('maximumAge')} years"
    if "minimumAge" in values:
        return f"Age {values.number('minimumAge')} years or older"
    return f"Age {values.number('maximumAge')} years or younger"


KIND = Kind(
    "AgeCriterion",
    "age",
    _sentence,
    changeable=False,
    reads=(read("age birthDate"),),
)
