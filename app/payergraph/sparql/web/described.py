"""What the endpoint says of itself: a service description (SPARQL 1.1 SD), and the graph in VoID.

The same graph is described by the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pyoxigraph as ox

from ... import terms
from ...store.graph import LocalGraph
from ...store.once import once_a_graph
from ..formats import GRAPHS, RESULTS

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_PREFIXES = {"sd": _SD, "void": _VOID, "dcterms": terms.DCTERMS, "pg": terms.PG, "rdf": terms.RDF}
_DATASET = ox.NamedNode(f"{terms.ID}dataset/payergraph")
_TYPE = ox.NamedNode(terms.RDF + "type")
_LICENCE = ox.NamedNode("https://creativecommons.org/licenses/by/4.0/")
_TITLE = ox.Literal("payergraph: prior-authorization criteria of US health plans", language="en")

_Triples = list[ox.Triple]
_Node = ox.NamedNode | ox.BlankNode


def void(graph: LocalGraph, endpoint: str, name: ox.RdfFormat) -> bytes:
    """The graph in VoID."""
    return _written(
        [*_of(graph), ox.Triple(_DATASET, ox.NamedNode(_VOID + "sparqlEndpoint"), ox.NamedNode(endpoint))], name
    )


def service(graph: LocalGraph, endpoint: str, name: ox.RdfFormat) -> bytes:
    """The service, its formats and its graphs."""
    here, dataset, default = ox.NamedNode(endpoint), ox.BlankNode("dataset"), ox.BlankNode("default")
    found: _Triples = []

    def say(subject: _Node, property: str, *values: _Node | ox.Literal) -> None:
        found.extend(ox.Triple(subject, ox.NamedNode(_SD + property), value) for value in values)

    def kind(subject: _Node, *names: str) -> None:
        found.extend(ox.Triple(subject, _TYPE, ox.NamedNode(name)) for name in names)

    kind(here, _SD + "Service")
    say(here, "endpoint", here)
    say(here, "supportedLanguage", ox.NamedNode(_SD + "SPARQL11Query"))
    say(here, "resultFormat", *(ox.NamedNode(one.iri) for one in (*RESULTS.values(), *GRAPHS.values())))
    say(here, "defaultDataset", dataset)
    kind(dataset, _SD + "Dataset")
    say(dataset, "defaultGraph", default)
    kind(default, _SD + "Graph", _VOID + "Dataset")
    counts, triples = _counts(graph)
    found.append(_number(default, "triples", triples))
    for place, (iri, count) in enumerate(sorted(counts.items())):
        named, of = ox.BlankNode(f"named{place}"), ox.BlankNode(f"graph{place}")
        say(dataset, "namedGraph", named)
        kind(named, _SD + "NamedGraph")
        say(named, "name", ox.NamedNode(iri))
        say(named, "graph", of)
        kind(of, _SD + "Graph", _VOID + "Dataset")
        found.append(_number(of, "triples", count))
    return _written(found, name)


@once_a_graph
def _counts(graph: LocalGraph) -> tuple[dict[str, int], int]:
    """How many triples each named graph has, and how many there are."""
    counts = Counter(quad.graph_name.value for quad in graph.store if isinstance(quad.graph_name, ox.NamedNode))
    return dict(counts), len({quad.triple for quad in graph.store})


@once_a_graph
def _of(graph: LocalGraph) -> _Triples:
    triples = {quad.triple for quad in graph.store}
    classes = Counter(t.object.value for t in triples if t.predicate == _TYPE and isinstance(t.object, ox.NamedNode))
    subjects = {t.subject for t in triples}
    things = [s for s in subjects if isinstance(s, ox.NamedNode) and s.value.startswith(terms.ID)]
    found = [
        ox.Triple(_DATASET, _TYPE, ox.NamedNode(_VOID + "Dataset")),
        ox.Triple(_DATASET, ox.NamedNode(terms.DCTERMS + "title"), _TITLE),
        ox.Triple(_DATASET, ox.NamedNode(terms.DCTERMS + "license"), _LICENCE),
        ox.Triple(_DATASET, ox.NamedNode(_VOID + "uriSpace"), ox.Literal(terms.ID)),
        ox.Triple(_DATASET, ox.NamedNode(terms.DCTERMS + "hasVersion"), ox.Literal(graph.version)),
        _number(_DATASET, "triples", len(triples)),
        _number(_DATASET, "entities", len(things)),
        _number(_DATASET, "distinctSubjects", len(subjects)),
        _number(_DATASET, "distinctObjects", len({t.object for t in triples})),
        _number(_DATASET, "properties", len({t.predicate for t in triples})),
        _number(_DATASET, "classes", len(classes)),
    ]
    for name in (terms.PG, terms.SKOS, terms.SH, terms.DCTERMS):
        found.append(ox.Triple(_DATASET, ox.NamedNode(_VOID + "vocabulary"), ox.NamedNode(name)))
    for place, (name, count) in enumerate(sorted(classes.items())):
        part = ox.BlankNode(f"class{place}")
        found.append(ox.Triple(_DATASET, ox.NamedNode(_VOID + "classPartition"), part))
        found.append(ox.Triple(part, ox.NamedNode(_VOID + "class"), ox.NamedNode(name)))
        found.append(_number(part, "entities", count))
    return found


def _number(subject: _Node, property: str, count: int) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(_VOID + property), ox.Literal(count))


def _written(triples: Iterable[ox.Triple], name: ox.RdfFormat) -> bytes:
    content = ox.serialize(triples, format=name, prefixes=_PREFIXES)
    assert isinstance(content, bytes)
    return content
