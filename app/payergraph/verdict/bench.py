"""The facts that every check reads, with one case at a time on top of them."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pyoxigraph as ox

from .. import terms
from ..meaning.relations import BIOMARKERS, MEASUREMENTS
from ..store.graph import LocalGraph
from ..store.once import once_a_graph
from ..terms import pg

_SHARED = (
    "subsumedBy",
    "ingredient",
    "covers",
    "mayCover",
    "unlisted",
    "member",
    "toBase",
    "accepts",
    "includes",
    "rank",
    "highestRank",
    "contradictedByFinding",
    "contradictedByAbsence",
    "contradictedByScreening",
)
_TYPE = ox.NamedNode(terms.RDF + "type")
#: What a list can be complete of.
_LISTED = tuple(name for relation in (MEASUREMENTS, BIOMARKERS) for name, _ in relation.lists)


class Bench:
    """The shared facts that a check reads, with one case at a time on top of them.

    Shared are the closure of the concepts and the members of the policies' own sets. A criterion names its sets, so no
    policy reads another's; what documents state about concepts is not here at all.
    """

    def __init__(self, graph: LocalGraph) -> None:
        self.store = ox.Store()
        self.store.bulk_extend(
            ox.Quad(q.subject, q.predicate, q.object)
            for name in _SHARED
            for q in graph.store.quads_for_pattern(None, pg(name), None)
        )
        self.store.bulk_extend(
            ox.Quad(q.subject, q.predicate, q.object)
            for name in _LISTED
            for q in graph.store.quads_for_pattern(None, _TYPE, pg(name))
        )
        self._lock = threading.Lock()

    @contextmanager
    def with_case(self, triples: Iterable[ox.Triple]) -> Iterator[None]:
        """Lay the case on, and take it off again whatever happens. One case at a time; others wait."""
        quads = [ox.Quad(t.subject, t.predicate, t.object) for t in triples]
        with self._lock:
            try:
                self.store.extend(quads)
                yield
            finally:
                for quad in quads:
                    self.store.remove(quad)

    def rows(self, query: str) -> ox.QuerySolutions:
        """The solutions of a SELECT query over the shared facts and the case."""
        result = self.store.query(query)
        assert isinstance(result, ox.QuerySolutions)
        return result


@once_a_graph
def bench(graph: LocalGraph) -> Bench:
    """The bench of a graph, made once."""
    return Bench(graph)
