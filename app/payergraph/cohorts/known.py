"""What the graph says of concepts, as the criteria ask for it: the facts of ``verdict.bench``, looked up by subject."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

import pyoxigraph as ox

from .. import terms
from ..store.graph import LocalGraph
from ..store.once import once_a_graph
from ..terms import pg
from ..verdict.bench import bench

_NONE: frozenset[str] = frozenset()


class Known:
    """The shared facts of a check, by property and subject.

    Args:
        store: that of the bench.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._read: dict[str, dict[str, frozenset[str]]] = {}

    def of(self, name: str, subject: str) -> frozenset[str]:
        """What a property says of a subject."""
        found = self._read.get(name)
        if found is None:
            by_subject: defaultdict[str, set[str]] = defaultdict(set)
            predicate = ox.NamedNode(terms.RDF + "type") if name == "a" else pg(name)
            for quad in self._store.quads_for_pattern(None, predicate, None):
                by_subject[quad.subject.value].add(quad.object.value)  # type: ignore[union-attr]
            found = self._read[name] = {key: frozenset(values) for key, values in by_subject.items()}
        return found.get(subject, _NONE)

    def covers(self, concept: str, value: str, *, surely: bool) -> bool:
        """Whether a concept covers a value; possibly, whether it may."""
        return value in self.of("covers", concept) or (not surely and value in self.of("mayCover", concept))

    def below(self, value: str, concept: str) -> bool:
        """Whether a value is a concept, or narrower."""
        return concept in self.of("subsumedBy", value)

    def numbers(self, name: str, subject: str) -> list[Decimal]:
        """The numbers that a property says of a subject."""
        return [Decimal(value) for value in self.of(name, subject)]


@once_a_graph
def concepts(graph: LocalGraph) -> Known:
    """What a graph says of concepts."""
    return Known(bench(graph).store)
