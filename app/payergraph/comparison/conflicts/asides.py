"""Disagreements that a curator judged to be none: the facts, the reason, who judged and when, kept in the graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ...store.graph import Graph
from .model import Conflict


@dataclass(frozen=True)
class Aside:
    """A ``pg:SetAside``.

    Attributes:
        facts: the IRIs of the facts that stand beside each other in the disagreement.
        question: the question of the disagreement; empty for any question between these facts.
        reason: why they do not disagree, with who judged it and when.
    """

    iri: str
    facts: frozenset[str]
    question: str
    reason: str

    def fits(self, item: Conflict) -> bool:
        """Whether all sides of a disagreement are among the facts."""
        return {side.fact for side in item.sides} <= self.facts and self.question in ("", item.question)


def asides(graph: Graph) -> tuple[Aside, ...]:
    """What curators set aside, in the order of the IRIs."""
    rows = graph.rows(
        """SELECT DISTINCT ?x ?fact ?question ?because ?who ?when WHERE {
          ?x a pg:SetAside ; pg:setAsideFact ?fact ; pg:because ?because ; dcterms:creator ?who ; dcterms:date ?when .
          OPTIONAL { ?x pg:setAsideQuestion ?question } } ORDER BY ?x"""
    )
    facts: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in rows:
        question = row["question"].value if "question" in row else ""
        reason = f"{row['because'].value} ({row['who'].value}, {row['when'].value})"
        facts[row["x"].value, question, reason].add(row["fact"].value)
    return tuple(Aside(iri, frozenset(of), question, reason) for (iri, question, reason), of in facts.items())


def judged(found: Iterable[Conflict], by: Iterable[Aside]) -> Iterator[Conflict]:
    """Disagreements with the reason for which they were set aside, if they were."""
    known = tuple(by)
    for item in found:
        aside = next((aside for aside in known if aside.fits(item)), None)
        yield replace(item, aside=aside.reason) if aside else item
