"""Flares a year, or hospitalization for one."""

from ..meaning.nodes import Any, Compare, Given, Holds, Stated
from ..meaning.parts import Part, may, needed
from ..meaning.relations import FLARES, FLARES_PER_YEAR, HOSPITALIZED
from ._kind import Kind, Values
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    either_way = ", or hospitalized for a severe flare" if values.true("orHospitalized") else ""
    return f"At least {values.counted('minimumFlaresPerYear', 'flare')} a year{either_way}"


KIND = Kind(
    "FlareCriterion",
    "disease activity",
    _sentence,
    changeable=False,
    parts=(
        Part(
            "Flare",
            (needed("minimumFlaresPerYear", "xsd:decimal"), may("orHospitalized", "xsd:boolean")),
            Any(
                (
                    Stated(FLARES, (Compare(FLARES_PER_YEAR, ">=", "minimumFlaresPerYear"),)),
                    Given("orHospitalized", Stated(FLARES, (Holds(HOSPITALIZED),))),
                )
            ),
            "The case does not show {$minimumFlaresPerYear} flares a year.",
            "There are fewer than {$minimumFlaresPerYear} flares a year.",
        ),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=never,
)
