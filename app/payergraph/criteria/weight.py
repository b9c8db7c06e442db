"""Body weight."""

from ..meaning.nodes import Compare, Stated
from ..meaning.parts import Part, needed
from ..meaning.relations import KILOGRAMS, WEIGHT
from ._kind import Kind, Values
from ._studied import Bound, Burden, Restriction, never


def _sentence(values: Values) -> str:
    if "maximumWeightKg" not in values:
        return f"Weight of at least {values.number('minimumWeightKg')} kg"
    if "minimumWeightKg" not in values:
        return f"Weight of at most {values.number('maximumWeightKg')} kg"
    return f"Weight of {values.number('minimumWeightKg')} to {values.number('maximumWeightKg')} kg"


KIND = Kind(
    "WeightCriterion",
    "weight",
    _sentence,
    changeable=False,
    parts=(
        Part(
            "MinimumWeight",
            (needed("minimumWeightKg", "xsd:decimal"),),
            Stated(WEIGHT, (Compare(KILOGRAMS, ">=", "minimumWeightKg"),)),
            "The case does not show a weight of at least {$minimumWeightKg} kg.",
            "The weight is under {$minimumWeightKg} kg.",
        ),
        Part(
            "MaximumWeight",
            (needed("maximumWeightKg", "xsd:decimal"),),
            Stated(WEIGHT, (Compare(KILOGRAMS, "<=", "maximumWeightKg"),)),
            "The case does not show a weight of at most {$maximumWeightKg} kg.",
            "The weight is over {$maximumWeightKg} kg.",
        ),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=never,
    bounds=(Bound("minimumWeightKg", below=True), Bound("maximumWeightKg", below=False)),
)
