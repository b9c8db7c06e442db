"""Completed years of age on the day of the request."""

from ..meaning.nodes import Compare, Stated
from ..meaning.parts import Part, needed
from ..meaning.relations import AGE, YEARS
from ._kind import Kind, Values
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
    parts=(
        Part(
            "MinimumAge",
            (needed("minimumAge", "xsd:integer"),),
            Stated(AGE, (Compare(YEARS, ">=", "minimumAge"),)),
            "The case does not show an age of at least {$minimumAge} years.",
            "The age is under {$minimumAge} years.",
        ),
        Part(
            "MaximumAge",
            (needed("maximumAge", "xsd:integer"),),
            Stated(AGE, (Compare(YEARS, "<=", "maximumAge"),)),
            "The case does not show an age of at most {$maximumAge} years.",
            "The age is over {$maximumAge} years.",
        ),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=never,
    bounds=(Bound("minimumAge", below=True), Bound("maximumAge", below=False)),
)
