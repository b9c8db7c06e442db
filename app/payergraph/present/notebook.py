"""What a notebook shows of an answer: tables, comparisons, determinations and conflicts as HTML.

Nothing here computes; all of it is text, and goes in as text (``markup``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import terms
from ..markup import BREAK, Html, between, joined, shown, table, tag

if TYPE_CHECKING:
    from ..comparison.conflicts import Conflict
    from ..comparison.model import Cell, Comparison
    from ..table import Table
    from ..verdict.answers import Answers, Determination
    from ..verdict.fold import Node


def of_table(answer: Table) -> Html:
    """The rows as people read them; of a long table the first ones, and how many there are."""
    readable = answer.readable()
    found = shown(readable.columns, readable.rows, caption=answer.title)
    more = f"There are more rows: this answer was cut off after {len(answer.rows):,}."
    return joined([found, tag("p", more)]) if answer.truncated else found


def of_comparison(comparison: Comparison) -> Html:
    """Dimensions as rows, documents as columns; the place in the document after each requirement, documents below."""

    def cell(found: Cell) -> Html:
        if not found.entries:
            return tag("em", found.state)
        return between(BREAK, (f"{entry.text} [{entry.locator}]" for entry in found.entries))

    heads = ["Dimension", *(column.title for column in comparison.columns)]
    rows = ([line.dimension, *map(cell, line.cells)] for line in comparison.lines)
    caption = f"{comparison.title} ({comparison.scope})"
    below = [comparison.documents, *(f"Not answered: {item}." for item in comparison.unanswered)]
    parts = [table(heads, rows, caption=caption, named=True), *(tag("p", text) for text in below)]
    return joined(part for piece in parts for part in (piece, "\n"))


def of_answers(found: Answers) -> Html:
    """A row for each policy: what it says, and how many criteria are missing; and below, what was not answered."""
    from .render import outcome_words, unanswered_sentence, unheard_sentence

    rows = [
        (
            item.policy.label,
            terms.slug(item.indication),
            ", ".join(map(terms.slug, item.plans)) or "all plans",
            outcome_words(item),
            str(len(item.missing)) if item.root else "",
        )
        for item in found
    ]
    said = [tag("p", f"Not answered: {unanswered_sentence(item)}.") for item in found.unanswered]
    said += [tag("p", text) for text in [unheard_sentence(found)] if text]
    return joined([shown(("Policy", "Use", "Plans", "Outcome", "Missing"), rows), *said])


def of_determination(item: Determination) -> Html:
    """The outcome, and the criteria with their states and places, and with what is not computed of them."""
    from .render import outcome_words, readings, standing

    head = f"{item.policy.label}: {terms.slug(item.indication)}, {item.request}: {outcome_words(item).lower()}"
    parts = [tag("p", tag("strong", head)), tag("p", between(BREAK, [standing(item), *readings(item)]))]
    if item.reason is not None:
        place = f" [{item.reason.locator}]" if item.reason.locator else ""
        parts.append(tag("p", f"{item.reason.text}{place}"))
    if item.root is not None:
        parts.append(tag("ul", _node(item.root)))
    return joined(parts)


def _node(node: Node) -> Html:
    from .render import MARKS, STATE_WORDS, asides

    criterion = node.criterion
    place = f" [{criterion.locator}]" if criterion.locator else ""
    inside = [part for text in asides(criterion) for part in (BREAK, tag("em", text))]
    inside += [tag("ul", *map(_node, node.children))] if node.children else []
    return tag("li", f"{MARKS[node.status]} {STATE_WORDS[node.status]}: {criterion.summary}{place}", *inside)


def of_conflict(conflict: Conflict) -> Html:
    """The question, what each side says and where, and what makes it readable."""
    from ..comparison.conflicts import reading

    rows = [(side.value, side.source, side.locator) for side in conflict.sides]
    sides = table(("Value", "Source", "Place"), rows, caption=f"{conflict.subject}: {conflict.question}")
    return joined([sides, *(tag("p", tag("strong", f"{name}: "), text) for name, text in reading(conflict))])


def of_conflicts(found: Sequence[Conflict]) -> Html:
    """A row for each side of each disagreement."""
    rows = [
        (item.kind, item.subject, item.question, item.differs, side.value, side.source, side.locator)
        for item in found
        for side in item.sides
    ]
    return shown(("Kind", "Subject", "Question", "What differs", "Value", "Source", "Place"), rows)
