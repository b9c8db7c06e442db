"""An order's classes as one OWL file, which Protégé opens and any reasoner classifies.

The classes of rules are made of those of their criteria, which rules share that ask the same. It imports nothing: what
payergraph's vocabulary has a word for has its IRI here, too, with its label.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from .. import terms
from ..policies.model import Criterion
from ..store.names import names
from . import formula as f
from .background import background
from .ground import Grounder
from .reasoner import charts, iri_of, unsaid
from .strictness import Strictness
from .vocabulary import OWN

_ABOUT = (
    "Each rule is a class of charts: those that meet its criteria. A chart is complete: every list is whole and every"
    " field is recorded. The class of a concept holds what is recorded as this and nothing narrower, and one concept"
    " stands for all that no rule here tells apart; so these classes exclude each other. One rule is stricter than"
    " another where its class is within the other's."
)
_THING = ox.NamedNode(terms.OWL + "Thing")
_PREFIXES = {name: iri for name, iri in terms.PREFIXES.items() if name != "id"}


def rdf_xml(order: Strictness) -> str:
    """The classes of an order's rules and criteria, and what is true of every chart, in RDF/XML."""
    document = _Document(order)
    written = ox.serialize(document.triples(), format=ox.RdfFormat.RDF_XML, prefixes=_PREFIXES)
    assert written is not None
    return written.decode() + "\n"


class _Document:
    """The file of one order in the making."""

    def __init__(self, order: Strictness) -> None:
        self._order, self._iri = order, iri_of(order)
        self._label = names(order.graph).label
        self._asking: defaultdict[f.Formula, dict[str, Criterion]] = defaultdict(dict)
        grounder = Grounder(background(order.graph), order.asked)
        for leaf in (leaf for rule in order.rules for leaf in rule.root.leaves if leaf not in rule.left_out):
            formula = grounder.leaf(leaf)
            if formula not in (f.TRUE, f.FALSE):
                self._asking[formula][leaf.iri] = leaf
        first = {formula: next(iter(asking.values())) for formula, asking in self._asking.items()}
        self._names = {formula: f"criterion.{one.id.replace('/', '.')}" for formula, one in first.items()}
        self._charts = charts(order, self._names)

    def triples(self) -> Iterator[ox.Triple]:
        """The ontology, and what its words mean, all of one subject together."""
        found: defaultdict[object, dict[ox.Triple, None]] = defaultdict(dict)
        for triple in (*self._classes(), *self._header(), *self._vocabulary(), *self._rules(), *self._criteria()):
            found[triple.subject].setdefault(triple)
        for triples in found.values():
            yield from triples

    def _classes(self) -> Iterator[ox.Triple]:
        """What owlready2 has made, with names of blank nodes that RDF/XML takes."""
        written = io.BytesIO()
        self._charts.words.ontology.save(written, format="ntriples")
        this = ox.NamedNode(self._iri)

        def node(term: Any) -> Any:
            if isinstance(term, ox.BlankNode):
                return ox.BlankNode(f"b{term.value}")
            return this if term == ox.NamedNode(f"{self._iri}#") else term

        for triple in ox.parse(written.getvalue(), format=ox.RdfFormat.N_TRIPLES):
            if triple.object != _THING:
                yield ox.Triple(node(triple.subject), triple.predicate, node(triple.object))

    def _header(self) -> Iterator[ox.Triple]:
        order = self._order
        what = f"{self._label(order.drug)} for {self._label(order.use)}, {order.request.value} request"
        yield self._says(self._iri, terms.DCTERMS + "title", f"{what}: rules as classes of charts")
        yield self._says(self._iri, terms.DCTERMS + "description", _ABOUT)
        yield self._says(self._iri, terms.OWL + "versionInfo", f"graph {order.graph.version}")
        for rule in order.silent:
            says = f"{rule.name} has no class: its document shows nothing that a chart settles."
            yield self._says(self._iri, terms.RDFS + "comment", says)

    def _vocabulary(self) -> Iterator[ox.Triple]:
        """Labels of concepts and of payergraph's words, and where these are defined."""
        for iri in self._charts.words.words:
            local = iri.removeprefix(f"{self._iri}#")
            if local in OWN or local == iri:
                yield self._says(iri, terms.RDFS + "label", OWN.get(local) or self._label(iri))
            if iri.startswith(terms.PG):
                yield self._leads(iri, terms.RDFS + "isDefinedBy", terms.ONTOLOGY)
        for iri, (name, value) in self._charts.words.meant.items():
            yield self._says(iri, terms.RDFS + "label", f"{self._label(terms.PG + name)}: {value}")
        yield self._says(self._charts.chart.iri, terms.RDFS + "label", "complete chart")

    def _rules(self) -> Iterator[ox.Triple]:
        """What each rule is called, where it stands, and what its class does not say."""
        for rule in self._order.rules:
            iri = self._charts.rules[rule.id].iri
            yield self._says(iri, terms.RDFS + "label", rule.name)
            yield self._leads(iri, terms.RDFS + "isDefinedBy", rule.policy.source)
            for one in rule.rules:
                yield self._says(iri, terms.RDFS + "comment", f"{rule.policy.label}: {one.locator}")
                yield self._leads(iri, terms.RDFS + "seeAlso", one.iri)
            for leaf in rule.left_out:
                says = f"Left out, for no chart settles it: {leaf.summary}"
                yield self._says(iri, terms.RDFS + "comment", says)
            for what in unsaid(self._order)[rule.id]:
                yield self._says(iri, terms.RDFS + "comment", f"OWL does not say here {what}.")

    def _criteria(self) -> Iterator[ox.Triple]:
        """What each criterion asks, and where it stands."""
        for formula, asking in self._asking.items():
            iri = f"{self._iri}#{self._names[formula]}"
            yield self._says(iri, terms.RDFS + "label", next(iter(asking.values())).summary)
            for one in asking.values():
                yield self._says(iri, terms.RDFS + "comment", f"{one.id}: {one.locator}")
                yield self._leads(iri, terms.RDFS + "seeAlso", one.iri)

    @staticmethod
    def _says(subject: str, predicate: str, text: str) -> ox.Triple:
        return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.Literal(text, language="en"))

    @staticmethod
    def _leads(subject: str, predicate: str, to: str) -> ox.Triple:
        return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(to))
