"""The compared documents at a glance: the measures of their rules, and how they stand to the label."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .. import terms
from ..choice import Request
from ..policies.lengths import Length, in_words
from ..policies.library import policies
from ..store.graph import LocalGraph
from ..store.names import names
from ..table import tidy_csv
from .measures import LabelComparison, RuleMeasures, measures
from .model import INITIAL, NOT_LABELED, NOT_SHOWN, NOT_STATED, RENEWAL, Column, Comparison

#: What stands in place of a category where there is none, beside ``NOT_LABELED``. Not compared: only newest editions
#: are laid beside the label, and for each labeled use the rule that is nearest to it.
NO_LABEL, NOT_COMPARED = "no label", "not compared"


@dataclass(frozen=True)
class Labeled:
    """How a document stands to one labeled use.

    Attributes:
        use: the labeled indication in words; empty where there is none.
        category: one of ``measures.CATEGORIES``, ``NOT_LABELED``, ``NO_LABEL`` or ``NOT_COMPARED``.
        more, less: how it asks for more and for less than the label.
    """

    use: str
    category: str
    more: tuple[str, ...] = ()
    less: tuple[str, ...] = ()


@dataclass(frozen=True)
class Glance:
    """One compared document.

    Attributes:
        measured: None where the document does not cover this use, or does not show what a first request needs.
        labeled: at least one.
    """

    column: Column
    measured: RuleMeasures | None
    labeled: tuple[Labeled, ...]

    @property
    def covered(self) -> bool:
        """Whether the document has a rule for this use; where it has none, it lists the uses that it covers."""
        return self.column.rule is not None

    @property
    def fewest(self) -> str:
        """The fewest therapies in words; of an excerpt, the least that it may be."""
        if self.measured is None:
            return NOT_SHOWN if self.covered else ""
        if not self.measured.all_routes:
            return f"{self.measured.fewest_therapies} on the routes that were followed"
        return f"{self.measured.fewest_therapies}{' or more' if self.column.seen == 'part' else ''}"

    def duration(self, lengths: Sequence[Length]) -> str:
        """How long an approval lasts in words, or why that is not told."""
        if lengths:
            return in_words(lengths)
        return NOT_SHOWN if self.column.seen == "part" else NOT_STATED

    def records(self) -> list[dict[str, str]]:
        """One record a labeled use."""
        column, found = self.column, self.measured
        rule = column.rule
        head = {
            "payer": column.payer,
            "policy": column.policy.id,
            "plans": " ".join(terms.slug(plan) for plan in column.plans),
            "authority": column.policy.authority,
            "edition": column.policy.edition,
            "seen": column.seen,
            "covered": "yes" if self.covered else "no",
            "fewest therapies": self.fewest,
            "therapies": found.therapies if found else "",
            "position": found.position if found else "",
            "prescriber": found.prescriber if found else "",
            INITIAL: in_words(rule.initial_lengths) if rule else "",
            RENEWAL: in_words(rule.continuation_lengths) if rule else "",
        }
        tail = {
            "locator": rule.locator if rule else "",
            "source": terms.slug(column.policy.source),
        }
        return [
            head
            | {
                "labeled use": one.use,
                "against the label": one.category,
                "asks for more": "; ".join(one.more),
                "asks for less": "; ".join(one.less),
            }
            | tail
            for one in self.labeled
        ]


def glance(graph: LocalGraph, comparison: Comparison) -> tuple[Glance, ...]:
    """The compared policies that show something, in the order of the comparison; the label is no row.

    The measures are about first requests, so there is nothing to see of a comparison of renewals.
    """
    if comparison.request is not Request.INITIAL:
        return ()
    found = measures(graph)
    by_rule = {item.rule.iri: item for item in found.rules}
    columns = [comparison.columns[place] for place in comparison.shown]
    return tuple(
        Glance(
            column,
            by_rule.get(column.rule.iri) if column.rule else None,
            tuple(_labeled(graph, comparison, column, found.labels)),
        )
        for column in columns
        if column.policy.payer
    )


def to_csv(found: Iterable[Glance]) -> str:
    """The records as CSV."""
    records = [record for item in found for record in item.records()]
    return tidy_csv(list(records[0]) if records else ["policy"], records)


def _labeled(
    graph: LocalGraph, comparison: Comparison, column: Column, found: Iterable[LabelComparison]
) -> Iterable[Labeled]:
    """The policy's rule beside each labeled use that the compared indication is, holds, or is part of."""
    read = policies(graph)
    drug = f"{terms.ID}drug/{comparison.drug}"
    label = next((item for item in read.labels_of(column.policy) if drug in item.drugs), None)
    if label is None:
        return [Labeled("", NO_LABEL)]
    indication = f"{terms.ID}condition/{comparison.indication}"
    uses = {rule.iri for _, rules in read.uses.rules_for(label, indication, Request.INITIAL) for rule in rules}
    if not uses:
        return [Labeled("", NOT_LABELED)]
    rule = column.rule.iri if column.rule else None
    beside = [
        item
        for item in found
        if item.policy.iri == column.policy.iri
        and item.labeled.iri in uses
        and (item.rule.iri if item.rule else None) == rule
    ]
    label_of = names(graph).label
    return [
        Labeled(label_of(item.labeled.indication), item.category, item.restrictions, item.relaxations)
        for item in beside
    ] or [Labeled("", NOT_COMPARED)]
