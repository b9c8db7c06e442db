"""A therapy that must be taken together with the drug."""

from ..meaning.nodes import Condition, Holds, In, Not, Some
from ..meaning.parts import Part, needed
from ..meaning.relations import OF_REQUESTED_DRUG, ONGOING, PRODUCT, STOPS, THERAPIES
from ._kind import Kind, Values, either
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"Taken together with {either(values.members('requiredGroups'))}"


def taken_with_it(of: str) -> tuple[Condition, ...]:
    """Conditions of a therapy that goes on beside the drug, of the set that a parameter names."""
    return (Holds(ONGOING), Not(Holds(OF_REQUESTED_DRUG)), Not(Holds(STOPS)), In(PRODUCT, of))


KIND = Kind(
    "ConcurrentTherapyCriterion",
    "concurrent therapy",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "ConcurrentTherapy",
            (needed("requiredGroups", "pg:ConceptSet"),),
            Some(THERAPIES, taken_with_it("requiredGroups")),
            "The case does not show that one of the therapies is taken.",
            "The therapies are said to be complete, and none of these is taken.",
        ),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
