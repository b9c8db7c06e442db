"""A number of findings that are present."""

from ..meaning.nodes import Holds, Not, OfMember, Present, Several
from ..meaning.parts import Part, may, needed
from ..meaning.relations import FINDING, FINDINGS, PRESENT
from ..wording import spelled
from ._kind import Kind, Values, either
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"At least {spelled(values.count('minimumFindings'))} of: {either(values.members('findings'))}"


#: The finding in question is there: recorded as present, itself or a narrower one; a recorded absence rules it out.
ON_RECORD = Present(
    FINDINGS,
    (Holds(PRESENT), OfMember(FINDING)),
    denied_by=(Not(Holds(PRESENT)), OfMember(FINDING, narrower=True)),
)

KIND = Kind(
    "FindingCriterion",
    "findings",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "Finding",
            (needed("findings", "pg:ConceptSet"), may("minimumFindings", "xsd:integer")),
            Several("findings", ON_RECORD, at_least="minimumFindings"),
            "The case does not show enough of the findings.",
            "Too few of the findings are present or not recorded.",
        ),
    ),
    restriction=Restriction.SUBGROUP,
    burden=Burden.NONE,
    exceptional=never,
)
