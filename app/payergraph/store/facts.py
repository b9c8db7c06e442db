"""Facts by thing and predicate, read with one query, here or at an endpoint.

A predicate is known by its bare name where it is one of the project's (``payer``), else by its IRI.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from .. import terms
from ..terms import Term
from .graph import Graph, LocalGraph


class Facts(Mapping[str, tuple[Term, ...]]):
    """What is said of one thing: the values of each predicate, each once; none where nothing is said."""

    def __init__(self, values: Mapping[str, Iterable[Term]]) -> None:
        self._values = {name: tuple(found) for name, found in values.items()}

    def __getitem__(self, name: str) -> tuple[Term, ...]:
        return self._values.get(name, ())

    def __contains__(self, name: object) -> bool:
        return name in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def one(self, name: str) -> Term | None:
        """The value, the first where there are several; None where there is none."""
        return next(iter(self[name]), None)

    def text(self, name: str) -> str:
        """The text or the IRI of the value; empty where there is none."""
        value = self.one(name)
        return value.value if value is not None else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts or the IRIs of all values."""
        return tuple(value.value for value in self[name])

    def true(self, name: str) -> bool:
        """Whether a boolean is true; false where there is none."""
        return any(value.value == "true" for value in self[name])


class FactsByThing(dict[str, Facts]):
    """The facts of things by IRI; of what was not found, none."""

    def __missing__(self, iri: str) -> Facts:
        return _NONE


_NONE = Facts({})


def facts(graph: Graph, things: str = "", predicates: Iterable[str] = ()) -> FactsByThing:
    """The facts of things that have an IRI, in the order in which the graph gives them.

    Args:
        things: a pattern of SPARQL that binds ``?s``, such as ``?s a pg:Plan``; all things where empty.
        predicates: only these, by the names under which they are found; all where empty.

    Raises:
        EndpointError, LimitReached: the graph is at an endpoint, as for its ``rows``.
    """
    wanted = frozenset(predicates)
    found: defaultdict[str, defaultdict[str, dict[Term, None]]] = defaultdict(lambda: defaultdict(dict))
    for subject, predicate, value in _said(graph, things, wanted):
        name = predicate.removeprefix(terms.PG)
        if not wanted or name in wanted:
            found[subject][name][value] = None
    return FactsByThing((iri, Facts(of)) for iri, of in found.items())


def _said(graph: Graph, things: str, wanted: Iterable[str]) -> Iterator[tuple[str, str, Term]]:
    """What is said of things, or more where that is quicker: a store in memory is asked for each thing by itself."""
    if things and isinstance(graph, LocalGraph):
        for row in graph.rows(f"SELECT DISTINCT ?s WHERE {{ {things} FILTER (isIRI(?s)) }}"):
            for quad in graph.store.quads_for_pattern(ox.NamedNode(row["s"].value), None, None):
                assert not isinstance(quad.object, ox.Triple)
                yield row["s"].value, quad.predicate.value, quad.object
        return
    # Which predicates are wanted is said only where nothing tells the things: beside a pattern it makes the query
    # several times slower, for the graph is then walked by predicate.
    values = " ".join(f"<{name if ':' in name else terms.PG + name}>" for name in sorted(wanted))
    pattern = (
        f"{{ SELECT DISTINCT ?s WHERE {{ {things} }} }}" if things else f"VALUES ?p {{ {values} }}" if wanted else ""
    )
    for row in graph.rows(f"SELECT ?s ?p ?o WHERE {{ {pattern} ?s ?p ?o FILTER (isIRI(?s)) }}"):
        yield row["s"].value, row["p"].value, row["o"]
