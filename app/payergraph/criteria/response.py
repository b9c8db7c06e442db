"""The response to the drug so far."""

from ..meaning.nodes import Same, Stated
from ..meaning.parts import Part, needed
from ..meaning.relations import POSITIVE, RESPONSE
from ._kind import Kind, Values
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return "Positive response to the drug" if values.true("positiveResponse") else "No positive response to the drug"


KIND = Kind(
    "ResponseCriterion",
    "response",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "Response",
            (needed("positiveResponse", "xsd:boolean"),),
            Stated(RESPONSE, (Same(POSITIVE, "positiveResponse"),)),
            "The case does not show a positive response.",
            "The response is not positive.",
        ),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
