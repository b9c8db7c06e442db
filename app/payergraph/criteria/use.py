"""What the drug is asked for."""

from ..meaning.nodes import All, Conceivable, Concept, EachOf, Some, Under
from ..meaning.parts import Part, needed
from ..meaning.relations import ASKED_CONDITION, ASKED_FOR, CONDITION, DIAGNOSES, INDICATED, INDICATION
from ._kind import Kind, Values
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"Asked for {values.label('use')}"


def _borne_out(of: str | Concept) -> Conceivable:
    """The diagnoses do not rule out what the drug is asked for."""
    return Conceivable(Some(DIAGNOSES, (Under(CONDITION, of, either_way=True),)))


KIND = Kind(
    "UseCriterion",
    "use",
    _sentence,
    changeable=False,
    parts=(
        Part(
            "Use",
            (needed("use", "pg:Condition"),),
            All(
                (
                    Some(ASKED_FOR, (Under(ASKED_CONDITION, "use", either_way=True),), closed_by=INDICATION),
                    _borne_out("use"),
                    EachOf(INDICATION, _borne_out(INDICATED)),
                )
            ),
            "The case does not show that the drug is asked for this use.",
            "The drug is asked for another use.",
        ),
    ),
    restriction=Restriction.NONE,
    burden=Burden.NONE,
    exceptional=never,
)
