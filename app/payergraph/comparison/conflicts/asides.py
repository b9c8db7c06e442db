"""Disagreements that a curator judged to be none: the facts, the reason, who judged and when, kept in the graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ... import terms
from ...store.facts import facts
from ...store.graph import Graph
from .model import Conflict

_WHO, _WHEN = terms.DCTERMS + "creator", terms.DCTERMS + "date"


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
    """What curators set aside, in the order of the IRIs; without what does not say why, by whom and when."""
    return tuple(
        Aside(
            iri,
            frozenset(said.texts("setAsideFact")),
            said.text("setAsideQuestion"),
            f"{said.text('because')} ({said.text(_WHO)}, {said.text(_WHEN)})",
        )
        for iri, said in sorted(facts(graph, "?s a pg:SetAside").items())
        if all(name in said for name in ("setAsideFact", "because", _WHO, _WHEN))
    )


def judged(found: Iterable[Conflict], by: Iterable[Aside]) -> Iterator[Conflict]:
    """Disagreements with the reason for which they were set aside, if they were."""
    known = tuple(by)
    for item in found:
        aside = next((aside for aside in known if aside.fits(item)), None)
        yield replace(item, aside=aside.reason) if aside else item
