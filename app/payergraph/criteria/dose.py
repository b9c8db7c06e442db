"""The dose or quantity that is asked for."""

from ..meaning.nodes import Compare, Stated
from ..meaning.parts import Part, needed
from ..meaning.relations import DOSE, DOSE_DAYS, DOSE_MG_PER_DAY, DOSE_MG_PER_KG_PER_DAY, DOSE_QUANTITY
from ._kind import Kind, Values, either
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    bounds = []
    if "maximumMgPerDay" in values:
        bounds.append(f"{values.number('maximumMgPerDay')} mg a day")
    if "maximumMgPerKgPerDay" in values:
        bounds.append(f"{values.number('maximumMgPerKgPerDay')} mg per kg a day")
    if "maximumQuantity" in values:
        bounds.append(f"{values.number('maximumQuantity')} in {values.counted('perDays', 'day')}")
    return f"Dose of at most {either(bounds, 'and')}"


KIND = Kind(
    "DoseCriterion",
    "dose",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "DailyDose",
            (needed("maximumMgPerDay", "xsd:decimal"),),
            Stated(DOSE, (Compare(DOSE_MG_PER_DAY, "<=", "maximumMgPerDay"),)),
            "The case does not show a dose of at most {$maximumMgPerDay} mg a day.",
            "The dose is over {$maximumMgPerDay} mg a day.",
        ),
        Part(
            "WeightDose",
            (needed("maximumMgPerKgPerDay", "xsd:decimal"),),
            Stated(DOSE, (Compare(DOSE_MG_PER_KG_PER_DAY, "<=", "maximumMgPerKgPerDay"),)),
            "The case does not show a dose of at most {$maximumMgPerKgPerDay} mg per kg a day.",
            "The dose is over {$maximumMgPerKgPerDay} mg per kg a day.",
        ),
        Part(
            "Quantity",
            (needed("maximumQuantity", "xsd:decimal"), needed("perDays", "xsd:integer")),
            Stated(DOSE, (Compare(DOSE_QUANTITY, "<=", "maximumQuantity", per=(DOSE_DAYS, "perDays")),)),
            "The case does not show a quantity of at most {$maximumQuantity} in {$perDays} days.",
            "The quantity is over {$maximumQuantity} in {$perDays} days.",
        ),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
