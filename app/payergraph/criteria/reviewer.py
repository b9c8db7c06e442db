"""What no fact of a case settles: what the source leaves open, or asks plainly and a case has no field for."""

from ..meaning.nodes import Unsettled
from ..meaning.parts import Part, may, needed
from ._kind import Kind, SettledBy, Values
from ._studied import Burden, Restriction, always


def _sentence(values: Values) -> str:
    if values.true("plainInSource"):
        return f"Plain in the source, but no field of a case says it: {values.text('judgement')}"
    return f"Left open by the source: {values.text('judgement')}"


KIND = Kind(
    "ReviewerCriterion",
    "other conditions",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "Reviewer",
            (needed("judgement", "xsd:string"), may("plainInSource", "xsd:boolean")),
            Unsettled("judgement"),
            "No fact of a case settles this: {$judgement}",
            "Never: no fact of a case settles this.",
        ),
    ),
    settled_by=SettledBy.JUDGEMENT,
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=always,
)
