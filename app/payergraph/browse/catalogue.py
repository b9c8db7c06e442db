"""What a graph holds: how many things of each sort, which documents, and how to cite it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pyoxigraph as ox

from .. import terms
from ..comparison import computed
from ..policies.library import policies
from ..store.graph import LocalGraph
from ..store.names import names
from ..store.once import once_a_graph
from ..version import VERSION
from ..wording import written


@dataclass(frozen=True)
class Document:
    """A source document.

    Attributes:
        publisher: who issued it, in words.
        authority: ``primary`` or ``secondary``.
        completeness: ``complete`` or ``excerpt``; empty where the graph does not say.
        note: what of it was seen, or not.
        effective, retrieved: dates in words, no more exact than they are known; empty where unknown.
        facts: how many statements, rules and criteria were taken from it.
        address: where it was published, the first of several; empty where unknown.
    """

    iri: str
    title: str
    publisher: str
    authority: str
    completeness: str
    note: str
    effective: str
    retrieved: str
    facts: int
    address: str


@dataclass(frozen=True)
class Catalogue:
    """The counts by sort in words, and the documents by publisher and title."""

    counts: dict[str, int]
    documents: tuple[Document, ...]


#: The sorts that are counted, in the order in which they are shown.
_COUNTED = {
    "SourceDocument": "documents",
    "Payer": "payers",
    "CoveragePolicy": "policies",
    "CoverageRule": "rules for a use",
    "sh:NodeShape": "criteria",
    "Statement": "statements",
    "Drug": "drugs",
    "Product": "products",
    "Condition": "conditions",
}


@once_a_graph
def catalogue(graph: LocalGraph) -> Catalogue:
    """What a graph holds."""
    counts = {}
    for name, words in _COUNTED.items():
        kind = ox.NamedNode(terms.SH + "NodeShape") if name == "sh:NodeShape" else terms.pg(name)
        quads = graph.store.quads_for_pattern(None, ox.NamedNode(terms.RDF + "type"), kind)
        counts[words] = len({quad.subject for quad in quads})
    return Catalogue(counts, tuple(_documents(graph)))


@dataclass(frozen=True)
class Extent:
    """How much a graph holds, in a line.

    Attributes:
        policies, payers: policies, and who issues them.
        drugs: those for which a policy has criteria.
        documents, whole: documents, and those of which all was seen.
        first, last: the oldest and the newest edition of a policy in words; empty where none is known.
        undated: policies whose edition is not known.
    """

    policies: int
    payers: int
    drugs: int
    documents: int
    whole: int
    first: str
    last: str
    undated: int


@once_a_graph
def extent(graph: LocalGraph) -> Extent:
    """How much a graph holds."""
    found = policies(graph).all
    editions = sorted(policy.edition for policy in found if policy.edition)
    documents = graph.store.quads_for_pattern(None, ox.NamedNode(terms.RDF + "type"), terms.pg("SourceDocument"))
    whole = graph.store.quads_for_pattern(None, terms.pg("completeness"), terms.pg("Complete"))
    of_documents = {quad.subject for quad in documents}
    return Extent(
        policies=len(found),
        payers=len({policy.payer for policy in found if policy.payer}),
        drugs=len({drug for policy in found for rule in policy.rules for drug in rule.drugs}),
        documents=len(of_documents),
        whole=len({quad.subject for quad in whole} & of_documents),
        first=written(editions[0]) if editions else "",
        last=written(editions[-1]) if editions else "",
        undated=len(found) - len(editions),
    )


def facts(graph: LocalGraph) -> int:
    """How many facts (triples) the graph has, with what follows from those in the files and what is worked out.

    So many answer a query, and stand in an export.
    """
    computed.add(graph)
    return len(graph.store)


def _documents(graph: LocalGraph) -> list[Document]:
    facts: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in graph.rows("SELECT ?x ?p ?o WHERE { ?x a pg:SourceDocument . ?x ?p ?o } ORDER BY ?x ?p ?o"):
        facts[row["x"].value].setdefault(row["p"].value, row["o"].value)
    label = names(graph).label

    def read(iri: str, found: dict[str, str]) -> Document:
        publisher = found.get(terms.DCTERMS + "publisher", "")
        return Document(
            iri=iri,
            title=found.get(terms.DCTERMS + "title", label(iri)),
            publisher=label(publisher) if publisher else "",
            authority=terms.local(found.get(terms.PG + "authority", "")).lower(),
            completeness=terms.local(found.get(terms.PG + "completeness", "")).lower(),
            note=found.get(terms.PG + "completenessNote", ""),
            effective=written(found[name]) if (name := terms.PG + "effectiveDate") in found else "",
            retrieved=written(found[name]) if (name := terms.PG + "retrieved") in found else "",
            facts=_facts(graph, iri),
            address=found.get(terms.DCTERMS + "source", ""),
        )

    documents = [read(iri, found) for iri, found in facts.items()]
    return sorted(documents, key=lambda item: (item.publisher.casefold(), item.title.casefold(), item.iri))


def _facts(graph: LocalGraph, document: str) -> int:
    """How many things of a document carry a place in it."""
    quads = graph.store.quads_for_pattern(None, terms.pg("locator"), None, ox.NamedNode(document))
    return len({quad.subject for quad in quads})


def citation(graph: LocalGraph) -> str:
    """How to cite the graph: the version of the data is its digest."""
    return (
        f"The payergraph developers. payergraph (data and ontology), version {VERSION}, graph {graph.version}. "
        "Licensed CC BY 4.0."
    )
