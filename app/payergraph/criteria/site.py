"""Where the drug is given, and in which safety programme."""

from ..meaning.nodes import In, Some, Stated
from ..meaning.parts import Part, needed
from ..meaning.relations import GIVEN_AT, PROGRAMME, PROGRAMMES, SITE
from ..wording import sentence
from ._kind import Kind, Values, either
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    at = f"given at: {either(values.members('sites'))}" if "sites" in values else ""
    enrolled = f"enrolled in: {either(values.members('programmes'))}" if "programmes" in values else ""
    return sentence("; ".join(filter(None, (at, enrolled))))


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
        Part(
            "Programme",
            (needed("programmes", "pg:ConceptSet"),),
            Some(PROGRAMMES, (In(PROGRAMME, "programmes"),)),
            "The case does not show an enrollment in such a programme.",
            "The enrollments are said to be complete, and none is in such a programme.",
        ),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
