"""The specialty of the prescriber or of a consultant."""

from ..meaning.nodes import Any, Given, In, Some
from ..meaning.parts import Part, may, needed
from ..meaning.relations import CONSULTATIONS, CONSULTED, PRESCRIBER, PRESCRIBES
from ._kind import Kind, Values, either
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    how = "Prescribed by or in consultation with" if values.true("consultationAccepted") else "Prescribed by"
    return f"{how} a specialist in {either(values.members('specialties'))}"


KIND = Kind(
    "PrescriberCriterion",
    "prescriber",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "Prescriber",
            (needed("specialties", "pg:ConceptSet"), may("consultationAccepted", "xsd:boolean")),
            Any(
                (
                    Some(PRESCRIBER, (In(PRESCRIBES, "specialties"),), closed_by=PRESCRIBER),
                    Given("consultationAccepted", Some(CONSULTATIONS, (In(CONSULTED, "specialties"),))),
                )
            ),
            "The case does not show a prescriber, or an accepted consultant, of one of the specialties.",
            "The prescriber has none of the specialties, and no consultation makes up for it.",
        ),
    ),
    restriction=Restriction.PRESCRIBER,
    burden=Burden.NONE,
    exceptional=never,
)
