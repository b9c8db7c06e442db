"""Where an excerpt breaks off."""

from ._kind import Kind, SettledBy, Values
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"Not shown in the excerpt: {values.text('notShown')}"


KIND = Kind(
    "NotShownCriterion",
    "not shown",
    _sentence,
    changeable=False,
    settled_by=SettledBy.WHOLE_DOCUMENT,
    restriction=Restriction.NONE,
    burden=Burden.NONE,
    exceptional=never,
)
