"""Body weight."""

from ._kind import Kind, Values, read


def _sentence(values: Values) -> str:
    return f"Weight of at least {values.number('minimumWeightKg')} kg"


KIND = Kind(
    "WeightCriterion",
    "weight",
    _sentence,
    changeable=False,
    reads=(read("weightKg"),),
)
