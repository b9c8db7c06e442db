"""Flares a year, or hospitalization for one."""

from ._kind import Kind, Values, read
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    either_way = ", or hospitalized for a severe flare" if values.true("orHospitalized") else ""
    return f"At least {values.counted('minimumFlaresPerYear', 'flare')} a year{either_way}"


KIND = Kind(
    "FlareCriterion",
    "disease activity",
    _sentence,
    changeable=False,
    reads=(
        read("flares.perYear"),
        read("flares.hospitalized", when="orHospitalized"),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=never,
)
