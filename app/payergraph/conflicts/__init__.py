"""What sources disagree about: found by rules over the graph, each with both sides and their places.

Six kinds, each found by one rule and none typed in:

- ``sources-differ``: two documents answer one question differently. A question is a thing, an aspect that has one
  value (``pg:singleValued``) and a set of scopes. A scope that is a state may be missing on one side: what is said
  for every state is compared with what is said for one, but never one state with another. Where an aspect is
  ``pg:comparedAcrossScopes``, only the state has to fit, and each side says what it counts. Two retellings of one
  payer's rules for one drug, whose original is not in the graph, are compared rule by rule.
- ``document-contradicts-itself``: the same within one document; also the uses that its header or background names
  against its rules, and what it says must be tried first against its own criteria.
- ``retelling-differs``: a secondary policy against the primary that it retells.
- ``policy-vs-label``: uses and ages of a policy in force against those of the drug's FDA label.
- ``code-means-other``: a printed code that means something else than what it stands beside, or nothing; one code
  given to two things; two billing codes for one drug.
- ``guideline-outdated``: a source relies on a guideline that a later one in the graph replaced.

Values are compared as what they are: durations in hours, days and weeks on one scale and in months and years on
another, so that 72 hours are three days but six months are not 180 days; ranges as ranges; telephone numbers and tiers
by their digits; things by the hierarchy of concepts. Other free text is never compared, nor what a source itself tells
as former text (``pg:formerText``) or as an alternative (``pg:alternativeTo``). What an excerpt does not show differs
from nothing.

``record`` adds what was found to a graph as ``pg:Conflict``, for SPARQL.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from weakref import WeakKeyDictionary, WeakSet

from ..store import Graph, LocalGraph
from . import answers, codes, guidelines, labels, retellings, steps, uses
from .ground import Ground
from .model import KINDS, WEIGHTS, Conflict, Kind, Side, place
from .writing import quads, records, to_csv, to_json, to_markdown

__all__ = [
    "KINDS",
    "RULES",
    "WEIGHTS",
    "Conflict",
    "Kind",
    "Side",
    "conflicts",
    "place",
    "record",
    "records",
    "select",
    "to_csv",
    "to_json",
    "to_markdown",
]

#: The rules; each finds some of the disagreements, in no order.
RULES: tuple[Callable[[Ground], Iterator[Conflict]], ...] = (
    answers.find,
    uses.find,
    steps.find,
    retellings.find,
    labels.find,
    codes.find,
    guidelines.find,
)


def conflicts(graph: Graph) -> tuple[Conflict, ...]:
    """All disagreements of a graph, by kind, the weightiest first; worked out once for each graph."""
    if graph not in _FOUND:
        ground = Ground(graph)
        found = chain.from_iterable(rule(ground) for rule in RULES)
        order = list(KINDS)
        _FOUND[graph] = tuple(
            sorted(found, key=lambda c: (order.index(c.kind), -c.weight, c.subject, c.question, c.sides[0].id))
        )
    return _FOUND[graph]


def record(graph: LocalGraph) -> None:
    """Add the disagreements to the graph as ``pg:Conflict``, in a named graph of their own; once for each graph."""
    with _LOCK:
        if graph not in _RECORDED:
            graph.store.bulk_extend(quads(conflicts(graph)))
            _RECORDED.add(graph)


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


_FOUND: WeakKeyDictionary[Graph, tuple[Conflict, ...]] = WeakKeyDictionary()
_RECORDED: WeakSet[LocalGraph] = WeakSet()
_LOCK = threading.Lock()
