"""The standing of the drug on the plan."""

from ._kind import Kind, Values, read
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"The drug is {values.label('formularyStatus')} on the plan"


KIND = Kind(
    "FormularyCriterion",
    "formulary",
    _sentence,
    changeable=False,
    reads=(read("formulary"),),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
