"""The terms that the editor of queries offers."""

import pyoxigraph as ox

from payergraph import terms
from payergraph.browse.vocabulary import vocabulary
from payergraph.store.graph import LocalGraph, shipped


def test_terms_of_the_ontology_come_with_label_and_definition() -> None:
    words = {word.name: word for word in vocabulary(shipped())}
    assert (words["pg:CoveragePolicy"].sort, words["pg:CoveragePolicy"].label) == ("class", "coverage policy")
    assert (words["pg:payer"].sort, words["pg:Primary"].sort) == ("property", "value")
    assert all(word.label and word.definition for word in words.values() if word.name.startswith("pg:"))


def test_terms_of_other_vocabularies_are_there_where_the_ontology_uses_them() -> None:
    words = {word.name: word.sort for word in vocabulary(shipped())}
    assert words["skos:prefLabel"] == words["rdfs:subClassOf"] == "property"
    assert words["skos:Concept"] == "class"


def test_each_term_is_there_once_and_can_stand_in_a_query() -> None:
    names = [word.name for word in vocabulary(shipped())]
    assert names == sorted(set(names), key=lambda name: (name.casefold(), name))
    shipped().store.query(f"ASK {{ VALUES ?term {{ {' '.join(names)} }} }}", prefixes=terms.PREFIXES)


def test_a_graph_without_an_ontology_has_no_terms() -> None:
    assert vocabulary(LocalGraph(ox.Store(), "")) == ()
