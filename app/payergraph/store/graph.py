"""The graph: every file of ontology/ and data/ in one pyoxigraph store, a named graph each, and what follows from it.

What files need not say is added to their own graphs (``implied``); ``rules`` says what follows from all together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeAlias

import pyoxigraph as ox

from .. import terms
from ..errors import DataError
from ..files import whole
from ..locate import folder, shown
from ..terms import Term
from . import implied, outside
from .rules import derive

Row: TypeAlias = dict[str, Term]
Triple: TypeAlias = tuple[ox.NamedNode | ox.BlankNode, ox.NamedNode, Term]


class Graph(Protocol):
    """What the rest of payergraph asks of a graph, here or at an endpoint."""

    @property
    def version(self) -> str:
        """A short digest of the content; equal graphs have equal versions."""

    def rows(self, query: str) -> list[Row]:
        """The solutions of a SELECT query over the union of all named graphs. Prefixes of the project are declared."""


class LocalGraph:
    """The graph in memory. Safe to share between threads for reading."""

    def __init__(self, store: ox.Store, version: str) -> None:
        self.store = store
        self._version = version

    def __repr__(self) -> str:
        return f"<LocalGraph: version {self._version}, {len(self.store):,} facts>"

    @property
    def version(self) -> str:
        """See Graph."""
        return self._version

    def rows(self, query: str) -> list[Row]:
        """See Graph."""
        result = self.store.query(terms.PROLOGUE + query, use_default_graph_as_union=True)
        assert isinstance(result, ox.QuerySolutions)
        names = [variable.value for variable in result.variables]
        return [
            {name: value for name, value in zip(names, solution, strict=True) if value is not None}
            for solution in result
        ]

    def triples(self, graphs: Iterable[str]) -> Iterator[ox.Triple]:
        """All triples of the named graphs."""
        for graph in graphs:
            for quad in self.store.quads_for_pattern(None, None, None, ox.NamedNode(graph)):
                yield quad.triple


def graph_name(path: Path, root: Path) -> str:
    """The named graph of a data file: the document for most, one shared graph for data/concepts/.

    What data/spans/ says of a document is made by a program, and stands in a graph beside the document's. A vocabulary
    of others, in data/vocabulary/, is a graph too.
    """
    place = path.relative_to(root).parts[0]
    if place == "concepts":
        return terms.CONCEPTS
    if place in ("spans", "vocabulary"):
        return f"{terms.ID}{place}/{path.stem}"
    return terms.ID + "source/" + path.stem


#: The folders of data/ that are no part of the graph: cases, and an order that is read when it is asked for.
_APART = ("cases", "order")


def data_files(root: Path | None = None) -> list[Path]:
    """The Turtle files of data/ that make the graph, in a fixed order."""
    base = root or folder("data")
    return sorted(p for p in base.rglob("*.ttl") if p.relative_to(base).parts[0] not in _APART)


_LINT = "`payergraph lint` tells all that is wrong"


def load(data: Path | None = None, ontology: Path | None = None) -> LocalGraph:
    """Read the files and add what follows from them.

    Raises:
        DataError: a file is not Turtle, or holds what nobody can read; one sentence says which and what.
        FileError: a file cannot be read.
    """
    store = ox.Store()
    digest = hashlib.sha256()
    base = data or folder("data")
    files = [(p, terms.ONTOLOGY) for p in sorted((ontology or folder("ontology")).glob("*.ttl"))]
    files += [(p, graph_name(p, base)) for p in data_files(base)]
    for path, name in files:
        content = whole(path)
        digest.update(path.name.encode() + b"\0" + content)
        try:
            store.bulk_load(content, ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(name))
        except SyntaxError as error:
            said = f"line {error.lineno}: {error.msg.split(': ', 1)[-1]}" if error.lineno else error.msg
            raise DataError(f"{shown(path)} is not Turtle, {said}; {_LINT}") from None
    try:
        outside.check(store)
    except DataError as error:
        raise DataError(f"{shown(base)}: {error}; {_LINT}") from None
    implied.add(store)
    derive(store)
    return LocalGraph(store, digest.hexdigest()[:12])


@lru_cache(maxsize=1)
def shipped() -> LocalGraph:
    """The graph that ships with this version, loaded once."""
    return load()
