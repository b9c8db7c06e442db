"""A therapy that must be taken together with the drug."""

from ..meaning.nodes import Any, Condition, Given, HasAll, Holds, In, Not, Some
from ..meaning.parts import Part, may, needed
from ..meaning.relations import MANNER, OF_REQUESTED_DRUG, ONGOING, PLANNED, PRODUCT, STOPS, THERAPIES
from ._kind import Kind, Values, either, manners
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    started = " or to be started" if values.true("plannedCounts") else ""
    return ", ".join((f"Taken{started} together with {either(values.members('requiredGroups'))}", *manners(values)))


#: The drug asked for is not taken beside itself.
OTHER_DRUG = Not(Holds(OF_REQUESTED_DRUG))


def taken_with_it(of: str, planned: Condition, other: Condition = OTHER_DRUG) -> tuple[Condition, ...]:
    """Conditions of a therapy that is taken beside the drug, of the set that a parameter names.

    Args:
        planned: when one counts that is to be started with the drug.
        other: what makes it another than what is asked for.
    """
    return (Any((Holds(ONGOING), planned)), other, Not(Holds(STOPS)), In(PRODUCT, of))


KIND = Kind(
    "ConcurrentTherapyCriterion",
    "concurrent therapy",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "ConcurrentTherapy",
            (
                needed("requiredGroups", "pg:ConceptSet"),
                may("plannedCounts", "xsd:boolean"),
                may("manners", "pg:ConceptSet"),
            ),
            Some(
                THERAPIES,
                (
                    *taken_with_it("requiredGroups", planned=Given("plannedCounts", Holds(PLANNED))),
                    Given("manners", HasAll(MANNER, "manners")),
                ),
            ),
            "The case does not show that one of the therapies is taken.",
            "The therapies are said to be complete, and none of these is taken.",
        ),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
