"""The graph as TriG, Turtle and JSON-LD, the same bytes for the same graph.

The store names blank nodes at random. Here each named graph gets the canonical names of RDFC-1.0 (W3C RDF Dataset
Canonicalization), with the slug of the graph before them, so that a changed document changes no name in another.
Lists are written as lists, ``( … )`` and ``@list``: their cells need no names.

Why not by a library. All were tried on 66,000 triples, and give equal graphs. Oxigraph writes TriG in 0.04 s instead of
0.5 s, of an export that takes 10 s; but it takes each list apart into cells, which stand at the end of the graph under
names that mean nothing, and writes JSON-LD as one line of 9 MB without a context. rdflib's ``longturtle`` keeps lists
and nests blank nodes, but takes 0.6 s for 4,700 triples instead of 0.05 s, and there is none for TriG. So dumps are
written here, and small files with nested blank nodes or long texts by ``long_turtle``.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import pyoxigraph as ox

from ... import terms
from ...store.graph import LocalGraph
from ...terms import Term
from ...verdict import shacl

Subject: TypeAlias = ox.NamedNode | ox.BlankNode

_NO_MORE: Mapping[str, str] = MappingProxyType({})
_TYPE = ox.NamedNode(terms.RDF + "type")
_FIRST = ox.NamedNode(terms.RDF + "first")
_REST = ox.NamedNode(terms.RDF + "rest")
_NIL = ox.NamedNode(terms.RDF + "nil")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_KIND = re.compile(re.escape(terms.ID) + r"([a-z][a-z-]*)/")
# The shorthands of Turtle (section 2.5) and JSON: only where they give back the very same lexical form.
_BARE = {
    terms.XSD + "integer": re.compile(r"-?(0|[1-9][0-9]*)"),
    terms.XSD + "boolean": re.compile(r"true|false"),
    terms.XSD + "decimal": re.compile(r"-?[0-9]+\.[0-9]+"),
}


def named_graphs(graph: LocalGraph) -> dict[str, list[ox.Triple]]:
    """The triples of each named graph by its IRI, both sorted, blank nodes with their stable names."""
    return {name: stable(name, triples) for name, triples in apart(graph).items()}


def apart(graph: LocalGraph) -> dict[str, list[ox.Triple]]:
    """The triples of each named graph by its IRI, as they come: to count, not to write."""
    found: defaultdict[str, list[ox.Triple]] = defaultdict(list)
    for quad in graph.store:
        assert isinstance(quad.graph_name, ox.NamedNode), "every fact stands in a named graph"
        found[quad.graph_name.value].append(quad.triple)
    return dict(sorted(found.items()))


def stable(name: str, triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The triples of a graph, each once, sorted, blank nodes with their stable names."""
    return sorted(_stable(name, triples), key=_order)


def union(graphs: Mapping[str, Iterable[ox.Triple]]) -> list[ox.Triple]:
    """The triples of all named graphs, each once, sorted."""
    return sorted(distinct(graphs), key=_order)


def distinct(graphs: Mapping[str, Iterable[ox.Triple]]) -> set[ox.Triple]:
    """The triples of all named graphs, each once."""
    return {triple for triples in graphs.values() for triple in triples}


def trig(graphs: Mapping[str, list[ox.Triple]]) -> str:
    """TriG, a block for each named graph."""
    prefixes = Prefixes.of(graphs)
    blocks = []
    for name, triples in graphs.items():
        inner = _statements(triples, prefixes).replace("\n", "\n    ")
        blocks.append(f"{prefixes.turtle(ox.NamedNode(name))} {{\n    {inner}\n}}\n")
    return prefixes.declared() + "\n".join(blocks)


def turtle(graphs: Mapping[str, list[ox.Triple]], more: Mapping[str, str] = _NO_MORE) -> str:
    """Turtle: what all named graphs hold, as one graph.

    Args:
        more: prefixes beside those of ``Prefixes.of``, or in their place.
    """
    prefixes = Prefixes.of(graphs, more)
    return f"{prefixes.declared()}{_statements(union(graphs), prefixes)}\n"


def long_turtle(triples: Iterable[ox.Triple], more: Mapping[str, str] = _NO_MORE) -> str:
    """Some triples in rdflib's long Turtle: blank nodes nested, texts of several lines as they stand. It takes 0.2 ms
    a triple.

    Args:
        more: prefixes beside those of the project.
    """
    import rdflib

    found = rdflib.Graph(bind_namespaces="none")
    for prefix, iri in {**terms.PREFIXES, **more}.items():
        found.bind(prefix, iri)
    # The stable names of pyoxigraph: rdflib's own take four times as long as all the rest.
    shacl.add(found, stable("nested", triples))
    return str(found.serialize(format="longturtle")).lstrip("\n")


def jsonld(graphs: Mapping[str, list[ox.Triple]]) -> str:
    """JSON-LD 1.1, an ``@graph`` for each named graph, with the context inside: nothing is fetched to read it."""
    prefixes = Prefixes.of(graphs)
    graph = [{"@id": prefixes.short(name), "@graph": list(_nodes(found, prefixes))} for name, found in graphs.items()]
    # A line a node: a document of a few megabytes that line-based tools can still compare.
    lines = [f'{{"@context": {json.dumps(prefixes.by_name, indent=1)},', '"@graph": [']
    for place, one in enumerate(graph, 1):
        nodes = ",\n  ".join(json.dumps(node, ensure_ascii=False) for node in one["@graph"])
        lines.append(
            f' {{"@id": {json.dumps(one["@id"])}, "@graph": [\n  {nodes}\n ]}}{"," if place < len(graph) else ""}'
        )
    return "\n".join([*lines, "]}", ""])


def nodes(triples: list[ox.Triple]) -> str:
    """JSON-LD 1.1 of one graph, as its default graph."""
    prefixes = Prefixes.of({"": triples})
    found = {"@context": prefixes.by_name, "@graph": list(_nodes(triples, prefixes))}
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


@dataclass(frozen=True)
class Prefixes:
    """The prefixes of an export: those of the project, and one for each kind of thing."""

    by_name: dict[str, str]
    by_iri: dict[str, str]

    @classmethod
    def of(cls, graphs: Mapping[str, Iterable[ox.Triple]], more: Mapping[str, str] = _NO_MORE) -> Prefixes:
        """Those that the names of things in the graphs call for."""
        pairs = ((t.subject, t.object) for triples in graphs.values() for t in triples)
        seen = {term.value for pair in pairs for term in pair if isinstance(term, ox.NamedNode)}
        kinds = sorted({match[1] for iri in (*seen, *graphs) if (match := _KIND.match(iri))})
        names = {name: iri for name, iri in terms.PREFIXES.items() if name != "id"}
        names |= {kind: f"{terms.ID}{kind}/" for kind in kinds} | dict(more)
        return cls(names, {iri: name for name, iri in names.items()})

    def declared(self) -> str:
        """The declarations, as TriG and Turtle begin."""
        return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in self.by_name.items()) + "\n"

    def short(self, iri: str) -> str:
        """``drug:anakinra``, or the whole IRI where no prefix leaves a plain name."""
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        name = self.by_iri.get(iri[:cut])
        return f"{name}:{iri[cut:]}" if name is not None and _NAME.fullmatch(iri[cut:]) else iri

    def turtle(self, term: Term) -> str:
        """A term in Turtle."""
        if isinstance(term, ox.NamedNode):
            short = self.short(term.value)
            return str(term) if short == term.value else short
        if isinstance(term, ox.Literal) and not term.language:
            datatype = term.datatype.value
            if datatype in _BARE and _BARE[datatype].fullmatch(term.value):
                return term.value
            if datatype != terms.XSD + "string":
                return f"{ox.Literal(term.value)}^^{self.turtle(term.datatype)}"
        return str(term)

    def json(self, term: Term) -> dict[str, str] | str | int | bool:
        """A term in JSON-LD. A decimal stays text with its type: as a JSON number it would become a double."""
        if not isinstance(term, ox.Literal):
            return {"@id": self.short(term.value) if isinstance(term, ox.NamedNode) else str(term)}
        datatype = term.datatype.value
        if term.language:
            return {"@value": term.value, "@language": term.language}
        if datatype == terms.XSD + "string":
            return term.value
        if datatype == terms.XSD + "boolean" and _BARE[datatype].fullmatch(term.value):
            return term.value == "true"
        if datatype == terms.XSD + "integer" and _BARE[datatype].fullmatch(term.value) and len(term.value) < 16:
            return int(term.value)
        return {"@value": term.value, "@type": self.short(datatype)}


def _stable(name: str, triples: Iterable[ox.Triple]) -> Collection[ox.Triple]:
    found = set(triples)
    if not any(isinstance(term, ox.BlankNode) for triple in found for term in (triple.subject, triple.object)):
        return found
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in found)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    label = re.sub(r"\W", "-", terms.slug(name).rsplit("/", 1)[-1])

    def renamed(term: Any) -> Any:
        return ox.BlankNode(f"{label}-{term.value}") if isinstance(term, ox.BlankNode) else term

    return [ox.Triple(renamed(quad.subject), quad.predicate, renamed(quad.object)) for quad in dataset]


def _order(triple: ox.Triple) -> tuple[bool, str, bool, str, str]:
    subject, predicate = triple.subject, triple.predicate
    blank = isinstance(subject, ox.BlankNode)
    return blank, str(subject), predicate != _TYPE, predicate.value, str(triple.object)


def _grouped(triples: Iterable[ox.Triple]) -> dict[Subject, dict[ox.NamedNode, list[Term]]]:
    found: dict[Subject, dict[ox.NamedNode, list[Term]]] = {}
    for triple in triples:
        assert isinstance(triple.subject, Subject) and not isinstance(triple.object, ox.Triple)
        found.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object)
    return found


def _lists(nodes: Mapping[Subject, Mapping[ox.NamedNode, list[Term]]]) -> dict[Term, list[Term]]:
    """The lists that can be written as lists, by their heads: every cell well-formed and named in one place only."""
    uses: defaultdict[Term, int] = defaultdict(int)
    after: set[Term] = set()
    for facts in nodes.values():
        for predicate, values in facts.items():
            for value in values:
                uses[value] += 1
                if predicate == _REST:
                    after.add(value)
    found: dict[Term, list[Term]] = {}
    for head in nodes:
        if not isinstance(head, ox.BlankNode) or head in after or uses[head] != 1:
            continue
        items: list[Term] = []
        cell: Term = head
        # No cell comes twice: one in which a circle is entered has two uses.
        while isinstance(cell, ox.BlankNode) and uses[cell] == 1:
            facts = nodes.get(cell, {})
            if set(facts) != {_FIRST, _REST} or len(facts[_FIRST]) != 1 or len(facts[_REST]) != 1:
                break
            items.append(facts[_FIRST][0])
            cell = facts[_REST][0]
        if cell == _NIL:
            found[head] = items
    return found


def _cells(nodes: Mapping[Subject, Mapping[ox.NamedNode, list[Term]]], heads: Iterable[Term]) -> set[Term]:
    """The cells of the lists, which are written with them and not on their own."""
    found: set[Term] = set()
    for cell in heads:
        while isinstance(cell, ox.BlankNode):
            found.add(cell)
            cell = nodes[cell][_REST][0]
    return found


def _statements(triples: Iterable[ox.Triple], prefixes: Prefixes) -> str:
    nodes = _grouped(triples)
    lists = _lists(nodes)
    cells = _cells(nodes, lists)

    def text(term: Term) -> str:
        if term in lists:
            return f"( {' '.join(text(item) for item in lists[term])} )"
        return prefixes.turtle(term)

    blocks = []
    for subject, facts in nodes.items():
        if subject not in cells:
            lines = [
                f"{'a' if predicate == _TYPE else text(predicate)} {' , '.join(text(value) for value in values)}"
                for predicate, values in facts.items()
            ]
            blocks.append(f"{text(subject)} " + " ;\n    ".join(lines) + " .")
    return "\n".join(blocks)


def _nodes(triples: Iterable[ox.Triple], prefixes: Prefixes) -> Iterator[dict[str, Any]]:
    nodes = _grouped(triples)
    lists = _lists(nodes)
    cells = _cells(nodes, lists)

    def value(term: Term) -> Any:
        return {"@list": [value(item) for item in lists[term]]} if term in lists else prefixes.json(term)

    for subject, facts in nodes.items():
        if subject in cells:
            continue
        blank = isinstance(subject, ox.BlankNode)
        node: dict[str, Any] = {"@id": str(subject) if blank else prefixes.short(subject.value)}
        for predicate, values in facts.items():
            if predicate == _TYPE and all(isinstance(one, ox.NamedNode) for one in values):
                found = [prefixes.short(one.value) for one in values]
                node["@type"] = found[0] if len(found) == 1 else found
            else:
                written = [value(one) for one in values]
                node[prefixes.short(predicate.value)] = written[0] if len(written) == 1 else written
        yield node
