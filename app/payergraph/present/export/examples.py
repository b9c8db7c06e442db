"""The stored questions as RDF, in the form of SIB's sparql-examples, which query editors and their searches read.

https://github.com/sib-swiss/sparql-examples: a question is a ``sh:SPARQLSelectExecutable`` with its text, what it asks
as a comment, keywords, and the endpoint that answers.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from ... import terms
from ...sparql.questions import library
from ...store.graph import LocalGraph
from . import rdf

#: Where `payergraph serve` answers unless told otherwise.
ENDPOINT = "http://127.0.0.1:7878/query"

_SCHEMA = "https://schema.org/"
_TYPE = ox.NamedNode(terms.RDF + "type")


def turtle(graph: LocalGraph) -> str:
    """All stored questions, defaults filled in, in Turtle."""
    return rdf.long_turtle(_triples(graph), {"schema": _SCHEMA, "question": f"{terms.ID}question/"})


def _triples(graph: LocalGraph) -> Iterator[ox.Triple]:
    prefixes = ox.NamedNode(f"{terms.ID}question/prefixes")
    for prefix, iri in terms.PREFIXES.items():
        declared = ox.BlankNode()
        yield ox.Triple(prefixes, ox.NamedNode(terms.SH + "declare"), declared)
        yield ox.Triple(declared, ox.NamedNode(terms.SH + "prefix"), ox.Literal(prefix))
        namespace = ox.Literal(iri, datatype=ox.NamedNode(terms.XSD + "anyURI"))
        yield ox.Triple(declared, ox.NamedNode(terms.SH + "namespace"), namespace)
    for item in library():
        node = terms.thing("question", item.name.replace("_", "-"))
        for kind in ("SPARQLExecutable", "SPARQLSelectExecutable"):
            yield ox.Triple(node, _TYPE, ox.NamedNode(terms.SH + kind))
        yield ox.Triple(node, ox.NamedNode(terms.SH + "prefixes"), prefixes)
        yield ox.Triple(node, ox.NamedNode(terms.SH + "select"), ox.Literal(item.alone(graph)))
        yield ox.Triple(node, ox.NamedNode(terms.RDFS + "label"), ox.Literal(item.title, language="en"))
        yield ox.Triple(node, ox.NamedNode(terms.RDFS + "comment"), ox.Literal(item.question, language="en"))
        yield ox.Triple(node, ox.NamedNode(_SCHEMA + "keywords"), ox.Literal(item.group))
        yield ox.Triple(node, ox.NamedNode(_SCHEMA + "target"), ox.NamedNode(ENDPOINT))
