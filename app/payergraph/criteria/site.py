"""Where the drug is given."""

from ..meaning.nodes import In, Stated
from ..meaning.parts import Part, needed
from ..meaning.relations import GIVEN_AT, SITE
from ._kind import Kind, Values, either
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"Given at: {either(values.members('sites'))}"


KIND = Kind(
    "SiteCriterion",
    "site of care",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "Site",
            (needed("sites", "pg:ConceptSet"),),
            Stated(SITE, (In(GIVEN_AT, "sites"),)),
            "The case does not show that the drug is given at such a site.",
            "The drug is given at another site.",
        ),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
