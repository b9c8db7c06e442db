"""The ontology as one file, as Protégé and owlready2 read it, and the rules by which its address leads to that file.

The modules name things by ``skos:prefLabel`` and ``skos:definition``; tools show ``rdfs:label`` and ``rdfs:comment``,
which are made here from them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from ... import terms
from ...store.graph import LocalGraph
from ...version import VERSION
from . import rdf

#: The ontology in this version.
VERSION_IRI = f"{terms.ONTOLOGY}/{VERSION}"

_VANN = "http://purl.org/vocab/vann/"
_ONTOLOGY = ox.NamedNode(terms.ONTOLOGY)
_TYPE = ox.NamedNode(terms.RDF + "type")
_SHOWN = {terms.SKOS + "prefLabel": terms.RDFS + "label", terms.SKOS + "definition": terms.RDFS + "comment"}
_PREFIXES = {name: iri for name, iri in terms.PREFIXES.items() if name != "id"} | {"vann": _VANN}


def triples(graph: LocalGraph) -> list[ox.Triple]:
    """All modules under one header: OWL tools take a second one for another ontology."""
    found = [quad.triple for quad in graph.store.quads_for_pattern(None, None, None, _ONTOLOGY)]
    headers = {t.subject for t in found if t.predicate == _TYPE and t.object == ox.NamedNode(terms.OWL + "Ontology")}
    kept = [triple for triple in found if triple.subject not in headers - {_ONTOLOGY}]
    return rdf.stable("ontology", [*kept, *_header(), *_shown(kept)])


def _header() -> Iterator[ox.Triple]:
    yield ox.Triple(_ONTOLOGY, ox.NamedNode(terms.OWL + "versionIRI"), ox.NamedNode(VERSION_IRI))
    yield ox.Triple(_ONTOLOGY, ox.NamedNode(_VANN + "preferredNamespacePrefix"), ox.Literal("pg"))
    yield ox.Triple(_ONTOLOGY, ox.NamedNode(_VANN + "preferredNamespaceUri"), ox.Literal(terms.PG))


def _shown(found: list[ox.Triple]) -> Iterator[ox.Triple]:
    """Label, comment and ontology of each term of ours."""
    ours = (t for t in found if isinstance(t.subject, ox.NamedNode) and t.subject.value.startswith(terms.PG))
    for triple in ours:
        shown = _SHOWN.get(triple.predicate.value)
        if shown:
            yield ox.Triple(triple.subject, ox.NamedNode(shown), triple.object)
            yield ox.Triple(triple.subject, ox.NamedNode(terms.RDFS + "isDefinedBy"), _ONTOLOGY)


def turtle(found: list[ox.Triple]) -> str:
    """The ontology in Turtle."""
    return rdf.long_turtle(found, {"vann": _VANN})


def rdf_xml(found: list[ox.Triple]) -> str:
    """The ontology in RDF/XML, the one form that every OWL tool reads; owlready2 reads no Turtle."""
    written = ox.serialize(found, format=ox.RdfFormat.RDF_XML, prefixes=_PREFIXES)
    assert written is not None
    return written.decode() + "\n"


def redirects() -> str:
    """What https://w3id.org takes as ``payergraph/.htaccess``, once an export is published somewhere."""
    version = VERSION.replace(".", "[.]")
    return f"""# Redirects of https://w3id.org/payergraph: goes to github.com/perma-id/w3id.org as payergraph/.htaccess.
# Before: publish the folder of this export, and write its address in the place of https://example.org/payergraph.
Options +FollowSymLinks
RewriteEngine on
RewriteRule ^ - [E=BASE:https://example.org/payergraph]

# The ontology and its modules, the newest and this version, in the form that is asked for; and the context of a case.
RewriteRule ^ontology/case[.]context[.]jsonld$ %{{ENV:BASE}}/ontology/case.context.jsonld [R=303,NE,L]
RewriteCond %{{HTTP_ACCEPT}} application/rdf\\+xml
RewriteRule ^ontology(/([a-z]+|{version}))?/?$ %{{ENV:BASE}}/ontology/payergraph.owl [R=303,NE,L]
RewriteRule ^ontology(/([a-z]+|{version}))?/?$ %{{ENV:BASE}}/ontology/payergraph.ttl [R=303,NE,L]

# Shapes: the components of a criterion's bound that is judged as met.
RewriteRule ^shapes(/.*)?$ %{{ENV:BASE}}/shacl/established.ttl [R=303,NE,L]

# What the dataset is; and a thing, which is described in the dump.
RewriteRule ^id/dataset/ %{{ENV:BASE}}/dataset.ttl [R=303,NE,L]
RewriteCond %{{HTTP_ACCEPT}} application/ld\\+json
RewriteRule ^id/ %{{ENV:BASE}}/payergraph.jsonld [R=303,NE,L]
RewriteRule ^id/ %{{ENV:BASE}}/payergraph.ttl [R=303,NE,L]

RewriteRule ^$ %{{ENV:BASE}}/dataset.ttl [R=303,NE,L]
"""
