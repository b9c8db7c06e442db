"""Body weight."""

from ._kind import Kind, Values, read
from ._studied import Bound, Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"Weight of at least {values.number('minimumWeightKg')} kg"


KIND = Kind(
    "WeightCriterion",
    "weight",
    _sentence,
    changeable=False,
    reads=(read("weightKg"),),
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=never,
    bounds=(Bound("minimumWeightKg", below=True),),
)
