"""Therapies that must not be taken together with the drug."""

from .. import terms
from ..meaning.nodes import All, Declared, Fixed, Holds, Nonempty, Not, Some
from ..meaning.parts import Part, needed
from ..meaning.relations import PLANNED, THERAPIES
from ._kind import Kind, Values, either
from ._studied import Burden, Restriction, never
from .concurrent_therapy import taken_with_it


def _sentence(values: Values) -> str:
    return f"Not taken together with: {either(values.members('excludedGroups'))}"


KIND = Kind(
    "NoConcurrentTherapyCriterion",
    "concurrent therapy",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "NoConcurrentTherapy",
            (needed("excludedGroups", "pg:ConceptSet"),),
            All(
                (
                    Nonempty("excludedGroups"),
                    Declared(
                        Fixed(terms.ID + "attestation/no-concurrent-therapy"),
                        Not(Some(THERAPIES, taken_with_it("excludedGroups", planned=Holds(PLANNED)))),
                    ),
                )
            ),
            "The case does not show that none of the therapies is taken together with the drug.",
            "One of the therapies is taken and is not said to stop, or is to be started.",
        ),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
