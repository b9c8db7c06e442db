"""Therapies that must not be taken together with the drug."""

from .. import terms
from ..meaning.nodes import All, Allowed, Any, Declared, Fixed, Given, HasIn, Holds, Nonempty, Not, Some
from ..meaning.parts import Part, may, needed
from ..meaning.relations import ANOTHER_PRODUCT, PLANNED, TAKEN_FOR, TAKEN_FOR_KNOWN, THERAPIES
from ._kind import Kind, Values, either
from ._studied import Burden, Restriction, never
from .concurrent_therapy import OTHER_DRUG, taken_with_it


def _sentence(values: Values) -> str:
    products = ", other products of the drug asked for included" if values.true("otherProductsCount") else ""
    uses = f", taken for {either(values.members('takenForUses'))}" if "takenForUses" in values else ""
    return f"Not taken together with: {either(values.members('excludedGroups'))}{products}{uses}"


#: What is asked for is never another than itself; another product of its drug is one where the source says so.
_OTHER = Any((OTHER_DRUG, All((Allowed("otherProductsCount"), Holds(ANOTHER_PRODUCT)))))
_BESIDE = taken_with_it("excludedGroups", planned=Holds(PLANNED), other=_OTHER)
#: A patient takes drugs for other diseases, too: what one is taken for is open where the record does not tell.
_FOR_USE = Given("takenForUses", HasIn(TAKEN_FOR, "takenForUses", closed_by=TAKEN_FOR_KNOWN))

KIND = Kind(
    "NoConcurrentTherapyCriterion",
    "concurrent therapy",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "NoConcurrentTherapy",
            (
                needed("excludedGroups", "pg:ConceptSet"),
                may("otherProductsCount", "xsd:boolean"),
                may("takenForUses", "pg:ConceptSet"),
            ),
            All(
                (
                    Nonempty("excludedGroups"),
                    Declared(
                        Fixed(terms.ID + "attestation/no-concurrent-therapy"),
                        Not(Some(THERAPIES, (*_BESIDE, _FOR_USE))),
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
