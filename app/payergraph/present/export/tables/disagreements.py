"""What documents disagree about."""

from __future__ import annotations

from collections.abc import Iterator

from .... import terms
from ....comparison.conflicts import CONFLICT_KINDS, conflicts
from .reader import Reader, Row
from .table import AUTHORITY, Column, ExportTable, thing, things


def _conflicts(on: Reader) -> Iterator[Row]:
    for item in conflicts(on.graph):
        for place, side in enumerate(item.sides, 1):
            yield {
                "conflict": item.iri,
                "side": place,
                "kind": item.kind,
                "kind_label": CONFLICT_KINDS[item.kind],
                "weight": item.weight,
                "about": item.about or None,
                "about_label": item.subject,
                "question": item.question,
                "differs": item.differs,
                "matters": item.matters,
                "primary": item.primary,
                "rule": item.rule,
                **on.pairs("drugs", item.drugs),
                **on.pairs("payers", item.payers),
                "value": side.value,
                "item": side.fact,
                "authority": side.authority or None,
                **on.pair("source", f"{terms.ID}source/{side.source}" if side.source else ""),
                "section": side.section or None,
                "locator": side.locator or None,
                "citing": side.citing or None,
            }


CONFLICTS = ExportTable(
    "conflicts",
    "Disagreements",
    "What one source says in one disagreement; the sides of a disagreement share its name.",
    ("conflict", "side"),
    (
        Column(
            "conflict", "iri", "The disagreement; its name stays while its sides stay where they are.", required=True
        ),
        Column("side", "integer", "The number of the side within it.", required=True),
        Column("kind", "text", "How the sources disagree.", required=True),
        Column("kind_label", "text", "The same in words.", required=True),
        Column("weight", "integer", "3: approval or a deadline hangs on it; 2: a cost, a contact or a claim; 1: less."),
        Column("about", "iri", "The thing about which they disagree."),
        Column("about_label", "text", "Its label, with the use where it is a rule.", required=True),
        Column("question", "text", "The question that they answer differently.", required=True),
        Column("differs", "text", "What differs, in one sentence.", required=True),
        Column("matters", "text", "Why that matters, in one sentence.", required=True),
        Column("primary", "text", "Which side is primary, in one sentence.", required=True),
        Column("rule", "text", "The rule that found it: its name and what it compares.", required=True),
        *things("drugs", "The drugs concerned."),
        *things("payers", "The payers concerned."),
        Column("value", "text", "What this source says.", required=True),
        Column("item", "iri", "The statement, criterion, rule, policy or guideline that says it.", required=True),
        AUTHORITY,
        *thing("source", "The document; empty for what the editors of the graph know.", target="sources.source"),
        Column("section", "text", "The title of the section in which it stands."),
        Column("locator", "text", "Words that let a reader find the place in the document."),
        Column("citing", "text", "What the document names as its own source for this."),
    ),
    _conflicts,
)
