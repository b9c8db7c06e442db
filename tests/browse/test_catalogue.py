"""What a graph says that it holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from payergraph import __version__
from payergraph.browse.catalogue import Catalogue, catalogue, citation, facts
from payergraph.comparison import computed
from payergraph.policies.library import policies
from payergraph.present.export import rdf
from payergraph.store.graph import LocalGraph, data_files, load, shipped


@pytest.fixture(scope="module")
def graph() -> LocalGraph:
    return shipped()


@pytest.fixture(scope="module")
def found(graph: LocalGraph) -> Catalogue:
    return catalogue(graph)


def test_counts_are_those_of_the_graph(graph: LocalGraph, found: Catalogue) -> None:
    assert found.counts["policies"] == len(policies(graph).all)
    assert found.counts["documents"] == len(found.documents)
    [row] = graph.rows("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a pg:Statement }")
    assert found.counts["statements"] == int(row["n"].value)


def test_counts_do_not_hang_on_what_was_worked_out(found: Catalogue) -> None:
    graph = load()
    computed.add(graph)
    assert catalogue(graph).counts == found.counts


def test_as_many_facts_are_told_as_a_query_finds_and_an_export_holds() -> None:
    graph = load()
    told = facts(graph)
    [row] = graph.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert told == int(row["n"].value) == len(rdf.union(rdf.named_graphs(graph)))
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    [over] = re.findall(r"over\s+([\d,]+) facts", readme)
    assert told - 10_000 < int(over.replace(",", "")) < told


def test_every_document_says_whose_word_it_is_and_how_much_of_it_was_seen(found: Catalogue) -> None:
    assert {item.iri.rpartition("/")[2] for item in found.documents} <= {path.stem for path in data_files()}
    for item in found.documents:
        assert item.title and item.publisher and item.facts > 0, item.iri
        assert item.authority in ("primary", "secondary"), item.iri
        assert item.completeness in ("complete", "excerpt"), item.iri


def test_a_founding_document_is_described(found: Catalogue) -> None:
    [item] = [item for item in found.documents if item.iri.endswith("/cigna-ip0243")]
    described = (item.title, item.publisher, item.authority, item.completeness, item.effective)
    assert described == ("Coverage Policy IP0243: Anakinra", "Cigna", "primary", "complete", "1 June 2024")


def test_the_citation_names_version_graph_and_licence(graph: LocalGraph) -> None:
    text = citation(graph)
    assert __version__ in text and graph.version in text and "CC BY 4.0" in text
