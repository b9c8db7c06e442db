"""What sources disagree about: found by rules over the graph, each with both sides and their places.

A rule is a module with a function ``find``; the first line of each says what it compares. ``Kind`` names how sources
disagree. Every disagreement says what differs, why that matters, which side is primary and which rule found it.

Values are compared as what they are (see ``statements``). Other free text is never compared, nor what a source itself
tells as former text (``pg:formerText``) or as an alternative (``pg:alternativeTo``). What an excerpt does not show
differs from nothing; what an open list (``pg:openEnded``) does not name may be in it; what cannot be told to be later
than an approval is not blamed for its absence. A side has the authority of its statement, else of its document.

What a curator set aside (``pg:SetAside``) is left out, and kept with its reason.

``record`` adds what was found to a graph as ``pg:Conflict``, for SPARQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from types import ModuleType

from ...store.graph import Graph, LocalGraph
from ...store.once import once_a_graph
from ...wording import opening
from . import (
    answers,
    approvals,
    clocks,
    codes,
    combinations,
    exceptions,
    guidelines,
    labels,
    laws,
    lists,
    preferred,
    retellings,
    starts,
    steps,
    uses,
)
from .asides import asides, judged
from .ground import Ground
from .model import CONFLICT_KINDS, WEIGHTS, Conflict, Kind, Side, place
from .writing import quads, reading, records, to_csv, to_json, to_markdown

__all__ = [
    "CONFLICT_KINDS",
    "RULES",
    "WEIGHTS",
    "Conflict",
    "Kind",
    "Side",
    "conflicts",
    "place",
    "reading",
    "record",
    "records",
    "select",
    "to_csv",
    "to_json",
    "to_markdown",
    "unmatched",
]

#: The rules, in the order of their reading; the first line of each says what it compares.
RULES: tuple[ModuleType, ...] = (
    answers,
    exceptions,
    starts,
    clocks,
    lists,
    uses,
    approvals,
    combinations,
    steps,
    preferred,
    retellings,
    labels,
    codes,
    guidelines,
    laws,
)


def conflicts(graph: Graph, *, aside: bool = False) -> tuple[Conflict, ...]:
    """The disagreements of a graph, by kind, the weightiest first; worked out once for each graph.

    Args:
        aside: those too that a curator set aside, with the reason.
    """
    return tuple(item for item in _found(graph) if aside or not item.aside)


@once_a_graph
def _found(graph: Graph) -> tuple[Conflict, ...]:
    ground = Ground(graph)
    found = (replace(item, rule=_named(rule)) for rule in RULES for item in rule.find(ground))
    order = list(CONFLICT_KINDS)
    return tuple(
        sorted(
            judged(found, asides(graph)),
            key=lambda c: (order.index(c.kind), -c.weight, c.subject, c.question, c.sides[0].id),
        )
    )


def unmatched(graph: Graph) -> tuple[str, ...]:
    """The IRIs of what curators set aside that no rule finds any more, or never did."""
    found = conflicts(graph, aside=True)
    return tuple(known.iri for known in asides(graph) if not any(known.fits(item) for item in found))


def _named(rule: ModuleType) -> str:
    """The name of a rule, and what it compares."""
    name, says = rule.__name__.rpartition(".")[2], opening(rule)
    return f"{name}: {says[0].lower()}{says[1:]}"


@once_a_graph
def record(graph: LocalGraph) -> None:
    """Add the disagreements to the graph as ``pg:Conflict``, in a named graph of their own; once for each graph."""
    graph.store.bulk_extend(quads(conflicts(graph, aside=True)))


def select(
    found: Iterable[Conflict], *, kind: str | None = None, drug: str | None = None, payer: str | None = None
) -> tuple[Conflict, ...]:
    """Those of a kind, about a drug and about a payer, both given by IRI."""
    return tuple(
        item
        for item in found
        if (kind is None or item.kind == kind)
        and (drug is None or drug in item.drugs)
        and (payer is None or payer in item.payers)
    )
