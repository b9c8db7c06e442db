"""A record that is sent with the request."""

from ._kind import Kind, Values, read
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"Record in the packet: {values.label('document')}"


KIND = Kind(
    "DocumentCriterion",
    "documents",
    _sentence,
    changeable=True,
    reads=(
        read("documents", of="document"),
        read("documentsComplete"),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.DOCUMENT,
    exceptional=never,
)
