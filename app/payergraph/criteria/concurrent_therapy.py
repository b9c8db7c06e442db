"""A therapy that must be taken together with the drug."""

from ._kind import Kind, Values, either, read
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"Taken together with {either(values.members('requiredGroups'))}"


KIND = Kind(
    "ConcurrentTherapyCriterion",
    "concurrent therapy",
    _sentence,
    changeable=True,
    reads=(
        read("therapies.product", of="requiredGroups"),
        read("therapies.start therapies.end therapies.outcome therapies.stopsOnApproval therapiesComplete"),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.NONE,
    exceptional=never,
)
