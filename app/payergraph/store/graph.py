"""The graph: every file of ontology/ and data/ in one pyoxigraph store, a named graph each, closures added.

What files need not say is added to their own graphs (``store.implied``). What follows from all of them together is
worked out from that (all of it in the graph ``terms.DERIVED``):

- ``pg:subsumedBy``: the reflexive and transitive closure of ``skos:broader`` (a sole product and its drug are one),
- ``pg:ingredient``: the drug of a product,
- ``pg:covers`` and ``pg:mayCover``: which concepts a member of a concept set surely or possibly holds,
- ``pg:part``: the members of ``sh:and`` and ``sh:or`` lists, so that no query walks one,
- ``pg:source``: the document of whatever carries a locator.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeAlias

import pyoxigraph as ox

from .. import terms
from ..locate import folder
from ..terms import Term, pg
from . import implied

Row: TypeAlias = dict[str, Term]

_BROADER = ox.NamedNode(terms.SKOS + "broader")
_TYPE = ox.NamedNode(terms.RDF + "type")
_FIRST = ox.NamedNode(terms.RDF + "first")
_REST = ox.NamedNode(terms.RDF + "rest")
_NIL = ox.NamedNode(terms.RDF + "nil")
_DERIVED = ox.NamedNode(terms.DERIVED)
_MEMBER, _EXCEPT = pg("member"), pg("except")


class Graph(Protocol):
    """What the rest of payergraph asks of a graph, here or at an endpoint."""

    @property
    def version(self) -> str:
        """A short digest of the content; equal graphs have equal versions."""

    def rows(self, query: str) -> list[Row]:
        """The solutions of a SELECT query over the union of all named graphs. Prefixes of the project are declared."""


class LocalGraph:
    """The graph in memory. Safe to share between threads for reading."""

    def __init__(self, store: ox.Store, version: str) -> None:
        self.store = store
        self._version = version

    def __repr__(self) -> str:
        return f"<LocalGraph: version {self._version}, {len(self.store):,} facts>"

    @property
    def version(self) -> str:
        """See Graph."""
        return self._version

    def rows(self, query: str) -> list[Row]:
        """See Graph."""
        result = self.store.query(terms.PROLOGUE + query, use_default_graph_as_union=True)
        assert isinstance(result, ox.QuerySolutions)
        names = [variable.value for variable in result.variables]
        return [
            {name: value for name, value in zip(names, solution, strict=True) if value is not None}
            for solution in result
        ]

    def triples(self, graphs: Iterable[str]) -> Iterator[ox.Triple]:
        """All triples of the named graphs."""
        for graph in graphs:
            for quad in self.store.quads_for_pattern(None, None, None, ox.NamedNode(graph)):
                yield quad.triple


def graph_name(path: Path, root: Path) -> str:
    """The named graph of a data file: the document for most, one shared graph for data/concepts/.

    What data/spans/ says of a document is made by a program, and stands in a graph beside the document's.
    """
    place = path.relative_to(root).parts[0]
    if place == "concepts":
        return terms.CONCEPTS
    if place == "spans":
        return terms.ID + "spans/" + path.stem
    return terms.ID + "source/" + path.stem


def data_files(root: Path | None = None) -> list[Path]:
    """The Turtle files of data/, without the cases, in a fixed order."""
    base = root or folder("data")
    return sorted(p for p in base.rglob("*.ttl") if p.relative_to(base).parts[0] != "cases")


def load(data: Path | None = None, ontology: Path | None = None) -> LocalGraph:
    """Read the files and add what follows from them.

    Raises:
        SyntaxError: a file is not Turtle; the message names the file and the line.
    """
    store = ox.Store()
    digest = hashlib.sha256()
    base = data or folder("data")
    files = [(p, terms.ONTOLOGY) for p in sorted((ontology or folder("ontology")).glob("*.ttl"))]
    files += [(p, graph_name(p, base)) for p in data_files(base)]
    for path, name in files:
        content = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + content)
        try:
            store.bulk_load(content, ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(name))
        except SyntaxError as error:
            raise SyntaxError(f"{path.name}: {error}") from None
    implied.add(store)
    store.bulk_extend(ox.Quad(s, p, o, _DERIVED) for s, p, o in derive(store))
    return LocalGraph(store, digest.hexdigest()[:12])


@lru_cache(maxsize=1)
def shipped() -> LocalGraph:
    """The graph that ships with this version, loaded once."""
    return load()


Triple: TypeAlias = tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, Term]


def derive(store: ox.Store) -> list[Triple]:
    """What follows from the facts in a store, and is added to them at load (see the head of this module)."""
    ancestors = _ancestors(store)
    triples: list[Triple] = []
    for concept, above in ancestors.items():
        triples += [(concept, pg("subsumedBy"), broader) for broader in above]
    triples += _ingredients(store, ancestors)
    triples += _coverage(store, ancestors)
    triples += _parts(store)
    triples += _sources(store)
    return triples


def _pairs(store: ox.Store, predicate: ox.NamedNode) -> Iterator[tuple[ox.NamedNode, ox.NamedNode]]:
    for quad in store.quads_for_pattern(None, predicate, None):
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            yield quad.subject, quad.object


def _ancestors(store: ox.Store) -> dict[ox.NamedNode, set[ox.NamedNode]]:
    """Each concept with itself and everything broader."""
    up: defaultdict[ox.NamedNode, set[ox.NamedNode]] = defaultdict(set)
    for narrow, broad in _pairs(store, _BROADER):
        up[narrow].add(broad)
    for product, drug in _pairs(store, pg("soleProductOf")):
        up[product].add(drug)
        up[drug].add(product)
    concepts = set(up)
    prefix = terms.ID
    for quad in store.quads_for_pattern(None, _TYPE, None, ox.NamedNode(terms.CONCEPTS)):
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(prefix):
            concepts.add(quad.subject)
    result: dict[ox.NamedNode, set[ox.NamedNode]] = {}
    for concept in concepts:
        seen = {concept}
        todo = [concept]
        while todo:
            for broader in up.get(todo.pop(), ()):
                if broader not in seen:
                    seen.add(broader)
                    todo.append(broader)
        result[concept] = seen
    return result


def _ingredients(store: ox.Store, ancestors: Mapping[ox.NamedNode, set[ox.NamedNode]]) -> Iterator[Triple]:
    drugs = {q.subject for q in store.quads_for_pattern(None, _TYPE, pg("Drug"))}
    for concept, above in ancestors.items():
        for drug in above & drugs:
            yield concept, pg("ingredient"), drug


def _coverage(store: ox.Store, ancestors: Mapping[ox.NamedNode, set[ox.NamedNode]]) -> Iterator[Triple]:
    """pg:covers and pg:mayCover for every member of a concept set.

    A group covers a concept that is a member or narrower; it may cover one that is broader than a member.
    What the group excepts is taken out, and what holds an excepted therapy is only possible.
    """
    members: defaultdict[ox.NamedNode, set[ox.NamedNode]] = defaultdict(set)
    for owner, member in _pairs(store, _MEMBER):
        members[owner].add(member)
    excepted: defaultdict[ox.NamedNode, set[ox.NamedNode]] = defaultdict(set)
    for owner, member in _pairs(store, _EXCEPT):
        excepted[owner].add(member)
    below: defaultdict[ox.NamedNode, set[ox.NamedNode]] = defaultdict(set)
    for concept, above in ancestors.items():
        for broader in above:
            below[broader].add(concept)
    groups = {q.subject for q in store.quads_for_pattern(None, _TYPE, pg("TherapyGroup"))}
    for member in set().union(*members.values()) if members else set():
        inside = members[member] if member in groups else {member}
        out = excepted.get(member, set())
        covers = set().union(*(below[m] for m in inside))
        may = set().union(*(ancestors.get(m, {m}) for m in inside)) - covers
        if out:
            gone = set().union(*(below[e] for e in out))
            partly = set().union(*(ancestors.get(e, {e}) for e in out)) - gone
            may = (may | (covers & partly)) - gone
            covers = covers - gone - partly
        yield from ((member, pg("covers"), concept) for concept in covers)
        yield from ((member, pg("mayCover"), concept) for concept in may)


def _parts(store: ox.Store) -> Iterator[Triple]:
    for predicate in ("and", "or"):
        for quad in store.quads_for_pattern(None, ox.NamedNode(terms.SH + predicate), None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode | ox.BlankNode):
                yield from ((quad.subject, pg("part"), item) for item in _items(store, quad.object))


def _items(store: ox.Store, head: ox.NamedNode | ox.BlankNode) -> Iterator[ox.NamedNode]:
    """The things of an RDF list; a list that is not well-formed ends where it breaks or comes back to itself."""
    node, seen = head, set[ox.NamedNode | ox.BlankNode]()
    while node != _NIL and node not in seen:
        seen.add(node)
        first = next(store.quads_for_pattern(node, _FIRST, None), None)
        rest = next(store.quads_for_pattern(node, _REST, None), None)
        if first is None or rest is None or not isinstance(rest.object, ox.NamedNode | ox.BlankNode):
            return
        if isinstance(first.object, ox.NamedNode):
            yield first.object
        node = rest.object


def _sources(store: ox.Store) -> Iterator[Triple]:
    found = list(store.quads_for_pattern(None, pg("locator"), None))
    for kind in ("CoveragePolicy", "DrugLabel", "CoverageRule", "Exclusion", "ConceptSet", "TherapyGroup", "Section"):
        found += store.quads_for_pattern(None, _TYPE, pg(kind))
    for subject, name in {(quad.subject, quad.graph_name) for quad in found}:
        if isinstance(subject, ox.NamedNode) and isinstance(name, ox.NamedNode) and name.value.startswith(terms.ID):
            yield subject, pg("source"), name
