"""What is worked out from the facts and added to a graph only when it is asked for: conflicts, measures, the order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ..order import stored
from ..store.graph import LocalGraph
from . import measures
from .conflicts import record

#: What can be added, by the word that a stored question uses for it.
COMPUTED: Mapping[str, Callable[[LocalGraph], None]] = {
    "conflicts": record,
    "measures": measures.record,
    "order": stored.record,
}


def add(graph: LocalGraph, kinds: Iterable[str] = tuple(COMPUTED)) -> None:
    """Add what is not in the graph yet. Safe to call from several threads."""
    for kind in kinds:
        COMPUTED[kind](graph)
