"""What the drug is asked for: a condition, or a set of conditions with what it excepts."""

from collections.abc import Callable

from ..meaning.nodes import All, Conceivable, Concept, Condition, EachOf, Some, Under, Within
from ..meaning.parts import Part, needed
from ..meaning.relations import ASKED_CONDITION, ASKED_FOR, CONDITION, DIAGNOSES, INDICATED, INDICATION
from ._kind import Kind, Values
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"Asked for {values.label('use' if 'use' in values else 'uses')}"


def _borne_out(is_so: Condition) -> Conceivable:
    """The diagnoses do not rule out what the drug is asked for."""
    return Conceivable(Some(DIAGNOSES, (is_so,)))


def _asked_for(of: Callable[[Concept], Condition]) -> All:
    """The drug is asked for it, and no diagnosis says otherwise."""
    return All(
        (
            Some(ASKED_FOR, (of(ASKED_CONDITION),), closed_by=INDICATION),
            _borne_out(of(CONDITION)),
            EachOf(INDICATION, _borne_out(Under(CONDITION, INDICATED, either_way=True))),
        )
    )


_MESSAGES = (
    "The case does not show that the drug is asked for this use.",
    "The drug is asked for another use.",
)

KIND = Kind(
    "UseCriterion",
    "use",
    _sentence,
    changeable=False,
    parts=(
        Part(
            "Use",
            (needed("use", "pg:Condition"),),
            _asked_for(lambda field: Under(field, "use", either_way=True)),
            *_MESSAGES,
        ),
        Part(
            "Uses",
            (needed("uses", "pg:ConceptSet"),),
            _asked_for(lambda field: Within(field, "uses")),
            *_MESSAGES,
        ),
    ),
    restriction=Restriction.NONE,
    burden=Burden.NONE,
    exceptional=never,
)
