"""Adherence, or an accepted reason for less."""

from ..meaning.nodes import Any, Compare, Given, Same, Stated
from ..meaning.parts import Part, may, needed
from ..meaning.relations import ADHERENCE, INTERRUPTION, RESPONSE
from ._kind import Kind, Values, either
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    reasons = (
        f", or less because of {either(values.members('acceptedInterruptions'))}"
        if "acceptedInterruptions" in values
        else ""
    )
    return f"Adherence of at least {values.number('minimumAdherencePercent')} %{reasons}"


KIND = Kind(
    "AdherenceCriterion",
    "adherence",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "Adherence",
            (needed("minimumAdherencePercent", "xsd:decimal"), may("acceptedInterruptions", "pg:ConceptSet")),
            Any(
                (
                    Stated(RESPONSE, (Compare(ADHERENCE, ">=", "minimumAdherencePercent"),)),
                    Given(
                        "acceptedInterruptions",
                        Stated(RESPONSE, (Same(INTERRUPTION, "acceptedInterruptions", listed=True),)),
                    ),
                )
            ),
            "The case does not show an adherence of {$minimumAdherencePercent} percent, nor an accepted reason for"
            " less.",
            "The adherence is under {$minimumAdherencePercent} percent, without an accepted reason.",
        ),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
