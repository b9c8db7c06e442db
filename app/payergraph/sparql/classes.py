"""The classes of drugs that tell the rows of an answer apart: by the drug of a row, or by what its criterion names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import pyoxigraph as ox

from ..store.graph import Graph
from ..store.names import Names, names
from ..store.once import once_a_graph
from ..table import Row, Table

#: A column of text whose things are those of the row's criterion.
THERAPIES = "therapies"
_CRITERION = "criterion"
_GROUPS = "pg:therapyGroups|pg:notTakenGroups|pg:togetherWith|pg:excludedGroups|pg:requiredGroups"
_KINDS = ("Drug", "Product", "DrugClass", "Procedure")


@dataclass(frozen=True)
class ClassFilter:
    """A class of drugs, and the column by which it keeps rows.

    Attributes:
        column: its things are of the class, or one of what the row's criterion names is (``THERAPIES``).
        iri, slug: of the class.
        rows: how many rows it keeps.
    """

    column: str
    iri: str
    slug: str
    rows: int


def class_filters(graph: Graph, answer: Table) -> tuple[ClassFilter, ...]:
    """The filters that keep some rows and not all, by column, then by what the class is called."""
    known = names(graph)
    found = []
    for column in _columns(graph, answer):
        things = _things(graph, answer, column)
        by_row = [things(row) for row in answer.rows]
        classes = {thing: _classes(known, thing) for thing in set[str]().union(*by_row)}
        counted = Counter(iri for some in by_row for iri in set[str]().union(*map(classes.__getitem__, some)))
        for iri in sorted(counted, key=lambda iri: known.label(iri).casefold()):
            if counted[iri] < len(answer.rows):
                found.append(ClassFilter(column, iri, known.slug(iri), counted[iri]))
    return tuple(found)


def _classes(known: Names, thing: str) -> list[str]:
    """The classes of drugs that are a thing or hold it."""
    itself = [thing] if "DrugClass" in known.kinds_of(thing) else []
    return itself + known.broader(thing, "DrugClass")


def of_class(graph: Graph, answer: Table, chosen: ClassFilter) -> Table:
    """The rows that a filter keeps."""
    known = names(graph)
    things = _things(graph, answer, chosen.column)
    rows = tuple(row for row in answer.rows if any(known.subsumes(chosen.iri, thing) for thing in things(row)))
    return replace(answer, rows=rows)


def _columns(graph: Graph, answer: Table) -> list[str]:
    therapies = set(names(graph).of_kinds(_KINDS))
    found = [
        column
        for at, column in enumerate(answer.columns)
        if any(isinstance(row[at], ox.NamedNode) and row[at].value in therapies for row in answer.rows)  # type: ignore[union-attr]
    ]
    return found + ([THERAPIES] if {THERAPIES, _CRITERION} <= set(answer.columns) else [])


def _things(graph: Graph, answer: Table, column: str) -> Callable[[Row], frozenset[str]]:
    """What a row says in a column, as IRIs."""
    if column == THERAPIES:
        at, of = answer.columns.index(_CRITERION), _named(graph)
        return lambda row: of.get(row[at].value, frozenset()) if isinstance(row[at], ox.NamedNode) else frozenset()  # type: ignore[union-attr]
    at = answer.columns.index(column)
    return lambda row: frozenset({row[at].value}) if isinstance(row[at], ox.NamedNode) else frozenset()  # type: ignore[union-attr]


@once_a_graph
def _named(graph: Graph) -> dict[str, frozenset[str]]:
    """The therapies that each criterion names, the members of its groups among them."""
    found: dict[str, set[str]] = {}
    rows = graph.rows(f"SELECT ?criterion ?therapy WHERE {{ ?criterion ({_GROUPS})/pg:member+ ?therapy }}")
    for row in rows:
        found.setdefault(row["criterion"].value, set()).add(row["therapy"].value)
    return {criterion: frozenset(some) for criterion, some in found.items()}
