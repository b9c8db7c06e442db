"""The stored order: that it is the order of what ships, and that one of something else is never shown."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from payergraph import terms
from payergraph.author.lint import things
from payergraph.errors import QueryError
from payergraph.order import stored
from payergraph.sparql.questions import ask
from payergraph.store.graph import LocalGraph, data_files, load, shipped

COMPARISONS = "SELECT ?of ?subject ?how ?object WHERE { ?c a pg:StrictnessComparison ; pg:inStrictnessOrder ?of ; \
rdf:subject ?subject ; rdf:predicate ?how ; rdf:object ?object }"


def another(version: str = "another") -> LocalGraph:
    """The graph that ships under another version, so that all that is known of it is forgotten."""
    return LocalGraph(shipped().store, version)


def without_version(text: str) -> str:
    return re.sub(r"graph-version/\w+", "", text)


@pytest.mark.slow
def test_the_stored_order_is_what_z3_works_out() -> None:
    there = stored.path().read_text(encoding="utf-8")
    assert without_version(there) == without_version(stored.turtle(shipped())), "run: python docs/order.py"


def test_the_digests_say_that_the_order_is_current_without_z3() -> None:
    assert stored.outdated(another()) == () and things.outdated_order() == []


def test_the_order_is_no_source_document_and_not_read_at_the_start() -> None:
    assert stored.path() not in data_files()
    assert not load().rows(COMPARISONS)


def test_a_graph_gets_its_order_as_a_graph_of_its_own_with_its_method() -> None:
    graph = load()
    stored.record(graph)
    quads = list(graph.store.quads_for_pattern(None, terms.pg("asFarAsShown"), None))
    assert {quad.graph_name for quad in quads} == {ox.NamedNode(terms.STRICTNESS)}
    [solver] = graph.rows(
        f"SELECT ?name WHERE {{ <{terms.STRICTNESS}> prov:wasGeneratedBy/prov:wasAssociatedWith/skos:prefLabel ?name }}"
    )
    assert solver["name"].value.startswith("z3 ")


def test_a_pair_of_rules_is_compared_once_in_an_order_and_never_with_itself() -> None:
    graph = load()
    stored.record(graph)
    rows = graph.rows(COMPARISONS)
    pairs = Counter((row["of"].value, frozenset((row["subject"].value, row["object"].value))) for row in rows)
    assert len(pairs) > 2_000 and set(pairs.values()) == {1}
    assert all(len(pair) == 2 for _, pair in pairs)


def test_the_stored_order_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is stricter than something stricter is stricter: the transitive law, on all that is stored."""
    graph = load()
    stored.record(graph)
    found: dict[str, set[tuple[str, str]]] = {}
    for row in graph.rows(COMPARISONS):
        if row["how"] == terms.pg("stricterThan"):
            found.setdefault(row["of"].value, set()).add((row["subject"].value, row["object"].value))
    compared = {
        (row["of"].value, frozenset((row["subject"].value, row["object"].value))) for row in graph.rows(COMPARISONS)
    }
    for order, pairs in found.items():
        for one, middle in pairs:
            for other, last in pairs:
                if other == middle and (order, frozenset((one, last))) in compared:
                    assert (one, last) in pairs


def test_an_order_of_something_else_is_told_and_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = without_version(stored.path().read_text(encoding="utf-8"))
    changed = re.sub(r'(anakinra/dira/initial> a .* pg:orderDigest ")\w+', r"\1other", text)
    assert changed != text
    file = tmp_path / "strictness.ttl"
    file.write_text(changed, encoding="utf-8")
    monkeypatch.setattr(stored, "path", lambda: file)
    graph = another("changed")
    assert stored.outdated(graph) == ("strictness/anakinra/dira/initial",)
    monkeypatch.setattr(things, "shipped", lambda: graph)
    [fault] = things.outdated_order()
    assert str(fault).endswith(
        "strictness/anakinra/dira/initial is not current; run python docs/order.py, and read what changed."
    )
    with pytest.raises(QueryError, match="is that of another graph"):
        ask("stricter_than", graph)
    fresh = load()
    monkeypatch.setattr(stored, "outdated", lambda of: ("one",))
    stored.record(fresh)
    assert not fresh.rows(COMPARISONS)


def test_where_no_order_is_stored_lint_asks_for_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "path", lambda: tmp_path / "none.ttl")
    assert things.outdated_order() == []
