"""The terms that queries are written with, as prefixed names: the ontology's, and the things most asked about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from .. import terms
from ..store.graph import LocalGraph
from ..store.names import names

#: A query to begin with.
EXAMPLE = """\
# The prefixes pg, id, rdf, rdfs, skos, sh, xsd, dcterms, owl and prov are known.
# A name with a slash is written with a backslash before it: id:drug\\/anakinra
SELECT ?payerLabel ?policy ?policyLabel {
  ?policy a pg:CoveragePolicy ; pg:drug id:drug\\/anakinra ; skos:prefLabel ?policyLabel ; pg:payer ?payer .
  ?payer skos:prefLabel ?payerLabel
}
ORDER BY ?payerLabel
"""

Sort: TypeAlias = Literal["class", "property", "value", "thing"]


@dataclass(frozen=True)
class Word:
    """A term as a query names it.

    Attributes:
        label, definition: empty where another vocabulary's term is only declared.
    """

    name: str
    sort: Sort
    label: str
    definition: str


# What the ontology declares, and the properties that it is written with itself (rdfs:subClassOf).
_QUERY = """
SELECT ?term (MIN(?sort) AS ?sort) (MIN(?name) AS ?label) (MIN(?meaning) AS ?definition) WHERE {
  GRAPH $ontology {
    {
      VALUES (?type ?sort) {
        (owl:Class "class") (owl:NamedIndividual "value")
        (owl:ObjectProperty "property") (owl:DatatypeProperty "property") (owl:AnnotationProperty "property")
      }
      ?term a ?type
    } UNION {
      { SELECT DISTINCT ?term { ?subject ?term ?object } } BIND ("property" AS ?sort)
    }
  }
  OPTIONAL { ?term skos:prefLabel ?name }
  OPTIONAL { ?term skos:definition ?meaning }
  FILTER (ISIRI(?term))
}
GROUP BY ?term
""".replace("$ontology", f"<{terms.ONTOLOGY}>")


@lru_cache(maxsize=2)
def vocabulary(graph: LocalGraph) -> tuple[Word, ...]:
    """The terms in the order of their names, those of no known prefix left out; read once for each graph."""
    found = []
    for row in graph.rows(_QUERY):
        name = terms.prefixed(row["term"].value)
        if name.partition(":")[2].replace("-", "").isalnum():
            texts = {key: row[key].value if key in row else "" for key in ("sort", "label", "definition")}
            found.append(Word(name, **texts))  # type: ignore[arg-type]
    return tuple(sorted(found, key=lambda word: (word.name.casefold(), word.name)))


#: The things that a query most often names.
_THINGS = ("Drug", "DrugClass", "Payer", "Condition")


@lru_cache(maxsize=2)
def named_things(graph: LocalGraph) -> tuple[Word, ...]:
    """Drugs, their classes, payers and conditions as a query names them, a backslash before each slash."""
    known = names(graph)
    found = [Word(written(iri), "thing", known.label(iri), "") for iri in known.of_kinds(_THINGS)]
    return tuple(sorted(found, key=lambda word: word.name))


def written(iri: str) -> str:
    """A thing of the graph as SPARQL wants its prefixed name."""
    return "id:" + terms.local(iri).replace("/", "\\/")
