"""Namespaces, and the few IRIs that code must name."""

from __future__ import annotations

from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

Term: TypeAlias = NamedNode | Literal | BlankNode

PG = "https://w3id.org/payergraph/ontology#"
ID = "https://w3id.org/payergraph/id/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SH = "http://www.w3.org/ns/shacl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
DCTERMS = "http://purl.org/dc/terms/"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"

#: Prefixes that every query may use without declaring them.
PREFIXES: dict[str, str] = {
    "pg": PG,
    "id": ID,
    "rdf": RDF,
    "rdfs": RDFS,
    "skos": SKOS,
    "sh": SH,
    "xsd": XSD,
    "dcterms": DCTERMS,
    "owl": OWL,
    "prov": PROV,
}

#: The same at the head of a query.
PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())

#: How the names of graphs begin that hold what is worked out from the others.
COMPUTED = ID + "graph/"
#: The graph that holds what is added at load: closures, pg:part, pg:source.
DERIVED = COMPUTED + "derived"
#: The graph that holds the disagreements, where they were asked for.
CONFLICTS = COMPUTED + "conflicts"
#: The graph that holds the measures, where they were asked for.
MEASURES = COMPUTED + "measures"
#: The graph that holds the stored order of strictness, where it was asked for.
STRICTNESS = COMPUTED + "strictness"
#: The graph of data/concepts/.
CONCEPTS = ID + "source/concepts"
ONTOLOGY = "https://w3id.org/payergraph/ontology"


def pg(name: str) -> NamedNode:
    """A term of the vocabulary."""
    return NamedNode(PG + name)


def thing(kind: str, slug: str) -> NamedNode:
    """A thing: ``thing("drug", "anakinra")``."""
    return NamedNode(f"{ID}{kind}/{slug}")


def local(iri: str) -> str:
    """The part of an IRI that people see: kind and slug for things, the bare name for terms.

    >>> local("https://w3id.org/payergraph/id/drug/anakinra")
    'drug/anakinra'
    >>> local("https://w3id.org/payergraph/ontology#Drug")
    'Drug'
    """
    if iri.startswith(ID):
        return iri[len(ID) :]
    if iri.startswith(PG):
        return iri[len(PG) :]
    return iri


def prefixed(iri: str) -> str:
    """An IRI as queries write it; the whole IRI where it has none of our prefixes.

    >>> prefixed("http://www.w3.org/ns/shacl#path")
    'sh:path'
    """
    for prefix, space in PREFIXES.items():
        if iri.startswith(space):
            return f"{prefix}:{iri[len(space) :]}"
    return iri


def slug(iri: str) -> str:
    """The slug of a thing, without its kind.

    >>> slug("https://w3id.org/payergraph/id/criterion/cigna-ip0243/ra-prescriber")
    'cigna-ip0243/ra-prescriber'
    """
    return local(iri).split("/", 1)[-1]
