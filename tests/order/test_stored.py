"""The stored order: that it is the order of what ships, and that one of something else is never shown."""

from __future__ import annotations

import re
import shutil
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

ORDER = stored.directory()
pytestmark = pytest.mark.xdist_group("stored")
COMPARISONS = "SELECT ?of ?subject ?how ?object WHERE { ?c a pg:StrictnessComparison ; pg:inStrictnessOrder ?of ; \
rdf:subject ?subject ; rdf:predicate ?how ; rdf:object ?object }"


@pytest.fixture(autouse=True)
def compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """All graphs here hold what ships: what is to be compared takes seconds, and is found once."""
    every = stored.compared(shipped())
    monkeypatch.setattr(stored, "compared", lambda _: every)


def another(version: str = "another") -> LocalGraph:
    """The graph that ships under another version, so that all that is known of it is forgotten."""
    return LocalGraph(shipped().store, version)


@pytest.mark.parametrize("drug", sorted(file.stem for file in ORDER.glob("*.ttl") if file.stem != "made-from"))
def test_the_stored_order_is_what_z3_works_out(drug: str) -> None:
    """Of each drug one order of few rules, whichever the digests choose: others as the graph changes."""
    mine = [item for item in stored.compared(shipped()) if terms.slug(item.drug) == drug]
    item = min(mine, key=lambda item: (max(6, len(item.rules)), item.digest))
    there = (ORDER / f"{drug}.ttl").read_text(encoding="utf-8")
    assert f"\n\n{stored.text_of(shipped(), item)}" in there, f"{item.name}; run: python docs/order.py --anew"


def test_what_is_current_is_not_worked_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out: list[str] = []
    monkeypatch.setattr(stored, "text_of", lambda graph, item: worked_out.append(item.name) or "# other\n")
    files = stored.work_out(shipped())
    assert worked_out == []
    assert files == {file.name: file.read_text(encoding="utf-8") for file in stored.directory().glob("*.ttl")}


def test_what_is_not_current_is_worked_out_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "directory", lambda: altered(tmp_path))
    worked_out: list[str] = []
    monkeypatch.setattr(stored, "text_of", lambda graph, item: worked_out.append(item.name) or "# other\n")
    files = stored.work_out(shipped())
    assert worked_out == [f"{terms.ID}strictness/anakinra/dira/initial"]
    assert "\n\n# other\n" in files["anakinra.ttl"]


def altered(folder: Path) -> Path:
    """The stored order with another digest of one of its orders."""
    shutil.copytree(ORDER, folder, dirs_exist_ok=True)
    file = folder / "anakinra.ttl"
    text = file.read_text(encoding="utf-8")
    changed = re.sub(r'(anakinra/dira/initial> a .* pg:orderDigest ")\w+', r"\1other", text)
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    return folder


def test_the_digests_say_that_the_order_is_current_without_z3() -> None:
    assert stored.outdated(another()) == () and things.outdated_order() == []


def test_the_order_is_no_source_document_and_not_read_at_the_start() -> None:
    assert not {file.parent for file in data_files()} & {stored.directory()}
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
    monkeypatch.setattr(stored, "directory", lambda: altered(tmp_path))
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
    monkeypatch.setattr(stored, "directory", lambda: tmp_path / "none")
    assert things.outdated_order() == []
