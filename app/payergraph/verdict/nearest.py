"""The order in which answers are read: documents seen whole first, and among them what is nearest to met."""

from __future__ import annotations

from ..choice import Choice
from .answers import Determination, Outcome


class Seen(Choice):
    """How much was seen of what a document says to a request, the most first."""

    WHOLE = "whole"
    PART = "in part"
    NOTHING = "nothing"


#: What a document says as a whole, without criteria.
_SAID = (Outcome.EXCLUDED, Outcome.NOT_LISTED)
_WITHOUT_WAY = (Outcome.NOT_MET, Outcome.NOT_DOCUMENTED, Outcome.UNKNOWN, Outcome.NOT_LISTED, Outcome.EXCLUDED)


def seen(item: Determination) -> Seen:
    """How much was seen of what the document says to the request of a determination."""
    if item.root is None:
        return Seen.WHOLE if item.outcome in _SAID else Seen.NOTHING
    return Seen.WHOLE if item.rule is not None and item.rule.complete else Seen.PART


def nearness(item: Determination) -> tuple[int, ...]:
    """For sorting: of which document most was seen; then what is met, then what the best way to met asks for, then
    what has no way."""
    first = list(Seen).index(seen(item))
    if item.outcome is Outcome.MET:
        return (first, 0)
    if item.ways:
        return (first, 1, len(item.ways[0].fixed), len(item.ways[0].open))
    return (first, 2, _WITHOUT_WAY.index(item.outcome))
