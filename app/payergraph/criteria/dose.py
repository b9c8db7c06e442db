"""The dose or quantity that is asked for."""

from ._kind import Kind, Values, either, read
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
    reads=(
        read("dose.mgPerDay dose.mgPerKgPerDay weightKg", when="maximumMgPerDay maximumMgPerKgPerDay"),
        read("dose.quantity dose.days", when="maximumQuantity"),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
