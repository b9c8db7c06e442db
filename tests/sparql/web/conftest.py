from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pyoxigraph as ox
import pytest
from endpoint_server import free_port

from payergraph import terms
from payergraph.sparql.server import Server, serving
from payergraph.store.graph import LocalGraph


@pytest.fixture(scope="session")
def small() -> LocalGraph:
    """Three documents of a fact each, and one fact that two of them state."""
    store, node = ox.Store(), ox.NamedNode
    for name in ("one", "two", "three"):
        graph = terms.thing("source", name)
        store.add(ox.Quad(node("urn:x:" + name), node("urn:x:p"), ox.Literal(name), graph))
        if name != "three":
            store.add(ox.Quad(node("urn:x:both"), node("urn:x:p"), ox.Literal("<b>bold</b>"), graph))
    return LocalGraph(store, "small")


@pytest.fixture(scope="module")
def url(small: LocalGraph) -> Iterator[str]:
    """The endpoint of the small graph."""
    with serving(small, port=free_port()) as running:
        yield running.url


@pytest.fixture
def serve(small: LocalGraph) -> Any:
    """Serve the small graph with options of its own."""

    def start(**options: Any) -> AbstractContextManager[Server]:
        return serving(small, port=free_port(), **options)

    return start
