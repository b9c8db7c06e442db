"""Where an excerpt breaks off."""

from ..meaning.nodes import Unsettled
from ..meaning.parts import Part, needed
from ._kind import Kind, SettledBy, Values
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"Not shown in the excerpt: {values.text('notShown')}"


KIND = Kind(
    "NotShownCriterion",
    "not shown",
    _sentence,
    changeable=False,
    parts=(
        Part(
            "NotShown",
            (needed("notShown", "xsd:string"),),
            Unsettled("notShown"),
            "The excerpt does not show this: {$notShown}",
            "Never: no fact of a case settles this.",
        ),
    ),
    settled_by=SettledBy.WHOLE_DOCUMENT,
    restriction=Restriction.NONE,
    burden=Burden.NONE,
    exceptional=never,
)
