"""The terms that queries are written with: classes, properties and fixed values of the ontology, as prefixed names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from .. import terms
from ..store.graph import LocalGraph

Sort: TypeAlias = Literal["class", "property", "value"]


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
