"""The response to the drug so far."""

from ._kind import Kind, Values, read
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return "Positive response to the drug" if values.true("positiveResponse") else "No positive response to the drug"


KIND = Kind(
    "ResponseCriterion",
    "response",
    _sentence,
    changeable=True,
    reads=(read("response.positive"),),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
