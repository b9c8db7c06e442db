"""A therapy that must be taken together with the drug."""

from ._kind import Kind, Values, either, read


def _sentence(values: Values) -> str:
    return f"Taken together with {either(values.members('requiredGroups'))}"


KIND = Kind(
    "ConcurrentTherapyCriterion",
    "concurrent therapy",
    _sentence,
    reads=(
        read("therapies.product", of="requiredGroups"),
        read("therapies.start therapies.end therapies.outcome therapies.stopsOnApproval therapiesComplete"),
    ),
)
