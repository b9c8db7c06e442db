"""The standing of the drug on the plan."""

from ..meaning.nodes import Same, Stated
from ..meaning.parts import Part, needed
from ..meaning.relations import STANDING, STATUS
from ._kind import Kind, Values
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"The drug is {values.label('formularyStatus')} on the plan"


KIND = Kind(
    "FormularyCriterion",
    "formulary",
    _sentence,
    changeable=False,
    parts=(
        Part(
            "Formulary",
            (needed("formularyStatus", "pg:FormularyStatus"),),
            Stated(STANDING, (Same(STATUS, "formularyStatus"),)),
            "The case does not show this standing of the drug on the plan.",
            "The drug has another standing on the plan.",
        ),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
