"""Completed years of age on the day of the request."""

from ._kind import Kind, Values, read
from ._studied import Bound, Burden, Restriction, never


def _sentence(values: Values) -> str:
    if "minimumAge" in values and "maximumAge" in values:
        return f"Age {values.number('minimumAge')} to {values.counted('maximumAge', 'year')}"
    if "minimumAge" in values:
        return f"Age {values.counted('minimumAge', 'year')} or older"
    return f"Age {values.counted('maximumAge', 'year')} or younger"


KIND = Kind(
    "AgeCriterion",
    "age",
    _sentence,
    changeable=False,
    reads=(read("age birthDate"),),
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=never,
    bounds=(Bound("minimumAge", below=True), Bound("maximumAge", below=False)),
)
