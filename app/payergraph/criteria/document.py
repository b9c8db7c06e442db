"""A record that is sent with the request."""

from ..meaning.nodes import Some, Under
from ..meaning.parts import Part, needed
from ..meaning.relations import DOCUMENT, DOCUMENTS
from ._kind import Kind, Values
from ._studied import Burden, Restriction, never


def _sentence(values: Values) -> str:
    return f"Record in the packet: {values.label('document')}"


KIND = Kind(
    "DocumentCriterion",
    "documents",
    _sentence,
    changeable=True,
    parts=(
        Part(
            "Document",
            (needed("document", "pg:DocumentKind"),),
            Some(DOCUMENTS, (Under(DOCUMENT, "document", either_way=True),)),
            "The record is not in the packet.",
            "The packet is said to be complete, and the record is not in it.",
        ),
    ),
    restriction=Restriction.OTHER,
    burden=Burden.DOCUMENT,
    exceptional=never,
)
