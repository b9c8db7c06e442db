"""What changed between editions as an Atom feed."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from .. import terms
from ..extras import needed
from ..markup import joined, tag
from ..wording import first_day
from .changed import blocks, heading, remarks

if TYPE_CHECKING:
    from ..revisions.answer import Changes
    from ..revisions.model import EditionChange
    from ..store.names import Names


#: Of what has no date at all, for an entry needs one.
_EPOCH = "1970"


def atom(changes: Changes) -> str:
    """An entry for each newer edition and the one that it replaces.

    An entry is of the day on which the edition began, or of that on which its document was collected.

    Raises:
        MissingExtra: feedgenerator is not installed.
    """
    made = needed("feedgenerator").Atom1Feed(
        title="payergraph: what payers changed",
        link=f"{terms.ID}changes",
        description="Criteria for prior authorization that payers added, dropped, loosened or tightened.",
        language="en",
        author_name="payergraph",
        feed_guid=f"{terms.ID}changes",
    )
    for item in changes:
        made.add_item(
            title=heading(item),
            link=item.newer.iri,
            description=_summary(item, changes.names),
            unique_id=item.iri,
            updateddate=_moment(item),
            categories=[changes.names.label(item.newer.payer)],
        )
    return str(made.writeString("utf-8"))


def _moment(item: EditionChange) -> datetime:
    day = item.newer.effective or first_day(item.collected or _EPOCH)
    return datetime.combine(day, time(), UTC)


def _summary(item: EditionChange, known: Names) -> str:
    parts = [
        piece
        for block in blocks(item, known)
        for piece in (tag("p", block.title), tag("ul", *(tag("li", line) for line in block.lines)))
    ]
    return joined([*parts, *(tag("p", line) for line in remarks(item, known))])
