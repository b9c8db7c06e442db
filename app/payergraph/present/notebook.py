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
    from ..ladders.answer import Appeal
    from ..order.answer import Order
    from ..order.implication import Implication
    from ..revisions.answer import Changes
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


def of_order(order: Order) -> Html:
    """A row for each rule, from strictest to widest, and below what is to be known beside."""
    from .hasse import facts_of, named
    from .ordered import reading, remarks

    heads = ("", "From strictest to widest", "Is met with", "Directly stricter than")
    rows = [
        (
            str(group.number),
            between(BREAK, map(named, group.rules)),
            facts_of(order, group.rules[0]),
            ", ".join(map(str, group.wider)),
        )
        for group in order.groups
    ]
    found = table(heads, rows, caption=f"{order.subject} ({order.scope})")
    below = [*reading(order), *remarks(order), *(f"Not answered: {item}." for item in order.unanswered)]
    return joined([found, *(tag("p", text) for text in below)])


def of_implication(found: Implication) -> Html:
    """The answer, what the other rule also asks, and the case."""
    parts = [tag("p", tag("strong", found.answer))]
    if found.witness is not None:
        asked = (tag("li", f"{lack.text} [{lack.criterion.locator}]") for lack in found.also_asked)
        parts += [tag("p", f"{found.other.name} also asks:"), tag("ul", *asked)]
        parts.append(tag("p", between(BREAK, found.case.splitlines())))
    return joined(parts)


def of_changes(changes: Changes) -> Html:
    """What changed between each two editions, and how many editions began in which year."""
    from .changed import COUNTED, below, blocks, counts, heading, remarks

    parts: list[Html] = []
    for item in changes:
        parts.append(tag("p", tag("strong", heading(item))))
        for block in blocks(item, changes.names):
            parts += [tag("p", block.title), tag("ul", *(tag("li", line) for line in block.lines))]
        parts += [tag("p", line) for line in remarks(item, changes.names)]
    caption = "Editions that replaced another, and their uses by stage and effect"
    return joined(
        [*parts, table(COUNTED, counts(changes), caption=caption), *(tag("p", one) for one in below(changes))]
    )


def of_appeal(appeal: Appeal) -> Html:
    """A row for each step of each ladder: how it stands, by when to ask, by when it is decided; sources below."""
    from .appealed import STANDS, Sources, alike, heading

    sources, today = Sources(), appeal.situation.today
    parts: list[Html] = [tag("p", tag("strong", heading(appeal)))]
    if appeal.question:
        parts.append(tag("p", f"To know which of these holds: {appeal.question}"))
    parts += [tag("p", one) for one in appeal.unknown]
    for found in appeal:
        rows = [
            (
                step.step.label,
                " ".join(STANDS[step.stands]),
                *(
                    between(BREAK, (f"{line} {sources.numbers(some)}" for line, some in alike(times, today)))
                    for times in (step.file_by, step.decide_by)
                ),
            )
            for step in found.steps
        ]
        parts.append(table(("Step", "Stands", "Ask", "Decided"), rows, caption=found.ladder.label, named=True))
    below = (f"[{number}] {place}" for place, number in sources.places.items())
    return joined([*parts, tag("p", between(BREAK, below))])


def of_answers(found: Answers) -> Html:
    """A row for each policy: what it says, and how many criteria are missing; and below, what was not answered."""
    from .sentences import outcome_words, unanswered_sentence, unheard_sentence

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
    """The outcome, what blocks it, and the criteria: states and places, facts on record, what is not computed."""
    from .sentences import beside, blocking_sentences, outcome_words

    head = f"{item.policy.label}: {terms.slug(item.indication)}, {item.request}: {outcome_words(item).lower()}"
    parts = [tag("p", tag("strong", head)), tag("p", between(BREAK, beside(item)))]
    if item.reason is not None:
        place = f" [{item.reason.locator}]" if item.reason.locator else ""
        parts.append(tag("p", f"{item.reason.text}{place}"))
    if blocking := blocking_sentences(item):
        parts += [tag("p", "Blocked by:"), tag("ol", *(tag("li", text) for text in blocking))]
    if item.root is not None:
        parts.append(tag("ul", _node(item, item.root)))
    return joined(parts)


def _node(item: Determination, node: Node) -> Html:
    from .sentences import MARKS, asides, evidence_sentences

    criterion = node.criterion
    place = f" [{criterion.locator}]" if criterion.locator else ""
    inside = [part for text in asides(criterion) for part in (BREAK, tag("em", text))]
    inside += [part for text in evidence_sentences(item, node) for part in (BREAK, tag("span", text))]
    inside += [tag("ul", *(_node(item, child) for child in node.children))] if node.children else []
    return tag("li", f"{MARKS[node.status]} {node.status.words}: {node.text}{place}", *inside)


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
