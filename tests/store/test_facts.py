"""Facts by thing and predicate; that an endpoint gives the same is seen in test_remote.py."""

from __future__ import annotations

from decimal import Decimal

import pyoxigraph as ox
import pytest

from payergraph import terms
from payergraph.store.facts import facts
from payergraph.store.graph import LocalGraph

THINGS = """
@prefix pg: <https://w3id.org/payergraph/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix plan: <https://w3id.org/payergraph/id/plan/> .
plan:a a pg:Plan ; skos:prefLabel "A"@en ; pg:payer plan:b ; pg:days 3.50 , 4 ; pg:openEnded true .
plan:b a pg:Payer ; skos:prefLabel "B"@en ; pg:openEnded false .
[] a pg:Plan ; pg:payer plan:b .
"""
A, B = (terms.ID + f"plan/{name}" for name in "ab")


@pytest.fixture(scope="module")
def graph() -> LocalGraph:
    store = ox.Store()
    store.load(THINGS.encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(terms.ID + "source/one"))
    # Two documents say the same.
    store.load(THINGS.encode(), ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(terms.ID + "source/two"))
    return LocalGraph(store, "")


def test_a_value_is_given_once_under_the_name_of_its_predicate(graph: LocalGraph) -> None:
    found = facts(graph)[A]
    assert set(found) == {terms.RDF + "type", terms.SKOS + "prefLabel", "payer", "days", "openEnded"}
    assert found["payer"] == (ox.NamedNode(B),) and found.text("payer") == B
    assert sorted(map(Decimal, found.texts("days"))) == [Decimal("3.5"), Decimal(4)]


def test_things_are_those_of_a_pattern_that_have_an_iri(graph: LocalGraph) -> None:
    assert list(facts(graph, "?s a pg:Plan")) == [A]
    assert set(facts(graph)) == {A, B}


@pytest.mark.parametrize("things", ["", "?s a pg:Plan"])
def test_only_the_predicates_that_were_asked_for_are_read(graph: LocalGraph, things: str) -> None:
    label = terms.SKOS + "prefLabel"
    assert set(facts(graph, things, ["payer", label])[A]) == {"payer", label}


def test_of_what_is_not_said_there_is_nothing(graph: LocalGraph) -> None:
    found = facts(graph)
    for said in (found[A], found["https://example.org/nobody"]):
        assert said["nothing"] == () and said.one("nothing") is None and said.text("nothing") == ""
        assert said.texts("nothing") == () and not said.true("nothing") and "nothing" not in said
    assert "https://example.org/nobody" not in found
    assert found[A].true("openEnded") and not found[B].true("openEnded")
