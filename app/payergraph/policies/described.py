"""What a graph says of policies, before any of it is read as one: facts, lists of parts, and what nothing describes.

Everything that hangs on policies is fetched in a few queries; the objects are built in memory (``reading``).
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from .. import terms
from ..criteria import KINDS, Kind, tree
from ..store.facts import facts
from ..store.graph import Graph
from ..terms import Term
from .sets import Sets

_THINGS = """
    { VALUES ?class { pg:CoveragePolicy pg:DrugLabel pg:CoverageRule pg:Exclusion sh:NodeShape } ?s a ?class }
    UNION { ?owner pg:limit|pg:caution|pg:catchAll|pg:part|pg:initialLength|pg:continuationLength|pg:lesserOf ?s }
    UNION { ?rule pg:indication ?s . ?s a pg:ConceptSet }"""
_NOTHING = """SELECT DISTINCT ?thing WHERE {
    { { ?shape a sh:NodeShape ; ?path ?thing } UNION { ?set pg:member|pg:except ?thing }
      UNION { ?policy pg:exclusion/pg:indication ?thing }
      FILTER (isIRI(?thing)) FILTER NOT EXISTS { ?thing a ?class } }
    UNION { ?set pg:member ?thing . ?thing a pg:TherapyGroup .
      FILTER NOT EXISTS { ?thing pg:covers ?any } } }"""
_DECLARED = "SELECT DISTINCT ?term WHERE { ?term a ?class FILTER (STRSTARTS(STR(?term), STR(pg:))) }"
_NIL = str(ox.NamedNode(terms.RDF + "nil"))
_SYMBOLS = """
SELECT ?unit ?symbol WHERE {
  ?unit a pg:Unit ; skos:altLabel ?symbol ; skos:notation ?code .
  FILTER (STR(?code) = STR(?symbol) && DATATYPE(?code) = pg:UCUM)
}"""


class Described:
    """What is said of policies, their rules, criteria, exclusions and notes.

    Attributes:
        facts: by thing and predicate.
        sets: the members of sets and groups.
        nothing: what is named and is nothing: things that nothing describes, groups that hold nothing.
        vocabulary: the bare names of the terms that the ontology declares.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.facts = facts(graph, _THINGS)
        self.sets = Sets(graph)
        self.nothing = frozenset(row["thing"].value for row in graph.rows(_NOTHING))
        self.vocabulary = frozenset(terms.local(row["term"].value) for row in graph.rows(_DECLARED))
        #: How people write a unit in short: what is its code in UCUM too, and its other name.
        self.symbols = {row["unit"].value: row["symbol"].value for row in graph.rows(_SYMBOLS)}
        self._cells: dict[str, list[tuple[Term, str]]] = {}
        for row in graph.rows("SELECT ?node ?first ?rest WHERE { ?node rdf:first ?first ; rdf:rest ?rest }"):
            self._cells.setdefault(str(row["node"]), []).append((row["first"], str(row["rest"])))

    def is_set(self, iri: str) -> bool:
        """Whether something is a concept set."""
        return any(term.value == terms.PG + "ConceptSet" for term in self.facts[iri][terms.RDF + "type"])

    def of_class(self, name: str) -> list[tuple[str, str]]:
        """The policies or labels, each with its source document, by IRI and in their order."""
        rows = self._graph.rows(
            f"SELECT ?policy ?source WHERE {{ ?policy a pg:{name} ; pg:source ?source }} ORDER BY ?policy"
        )
        return [(row["policy"].value, row["source"].value) for row in rows]

    def iris(self, subject: str, name: str) -> tuple[str, ...]:
        """The values of a property, in the order of their IRIs."""
        return tuple(sorted(self.facts[subject].texts(name)))

    def kinds(self, iri: str) -> list[Kind]:
        """The kinds of criterion that a node says to be."""
        found = self.facts[iri][terms.RDF + "type"]
        return [KINDS[name] for term in found if (name := terms.local(term.value)) in KINDS]

    def parts(self, iri: str, kind: str) -> Iterator[Term]:
        """The parts of a connective in reading order; a list that breaks off, or never ends, has a blank one."""
        if kind == tree.IF_THEN.name:
            yield from (part for role in tree.ROLES if (part := self.facts[iri].one(role)) is not None)
            return
        head = self.facts[iri].one(tree.LISTS[kind]) if kind in tree.LISTS else None
        key, seen = str(head or _NIL), set[str]()
        while key != _NIL:
            if key in seen or len(self._cells.get(key, ())) != 1:
                yield ox.BlankNode()
                return
            seen.add(key)
            first, key = self._cells[key][0]
            yield first
