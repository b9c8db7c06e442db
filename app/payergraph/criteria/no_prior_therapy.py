"""Therapies that must not have been taken before, or not lately; never having had them meets it, too."""

from ..meaning.nodes import Compare, Given, Holds, In, Not, Some
from ..meaning.parts import Part, may, needed
from ..meaning.relations import PRODUCT, TAKEN, THERAPIES, THERAPY_DAYS_AGO
from ._kind import Kind, Values, either
from ._studied import Burden, Restriction, never
from .prior_therapy import ANOTHER


def _sentence(values: Values) -> str:
    named = either(values.members("notTakenGroups"))
    for name, unit in (("notTakenWithinDays", "day"), ("notTakenWithinWeeks", "week")):
        if name in values:
            return f"No {named} in the last {values.counted(name, unit)}"
    return f"No earlier {named}"


KIND = Kind(
    "NoPriorTherapyCriterion",
    "no prior therapy",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "NoPriorTherapy",
            (
                needed("notTakenGroups", "pg:ConceptSet"),
                may("notTakenWithinDays", "xsd:integer"),
                may("notTakenWithinWeeks", "xsd:integer"),
                may("requestedDrugCounts", "xsd:boolean"),
            ),
            # Whatever it was for: what it does in the body does not ask that.
            Not(
                Some(
                    THERAPIES,
                    (
                        In(PRODUCT, "notTakenGroups"),
                        Holds(TAKEN),
                        Given("notTakenWithinDays", Compare(THERAPY_DAYS_AGO, "<=", "notTakenWithinDays")),
                        Given("notTakenWithinWeeks", Compare(THERAPY_DAYS_AGO, "<=", "notTakenWithinWeeks", times=7)),
                        ANOTHER,
                    ),
                )
            ),
            "The case does not show that none of the therapies was taken in that time.",
            "One of the therapies was taken in that time.",
        ),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
