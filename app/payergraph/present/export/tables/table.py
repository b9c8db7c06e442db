"""What a table is: its columns with meaning, type and unit, and its rows, read from a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ....store.graph import LocalGraph
from .reader import Cell, Reader, Row

Kind: TypeAlias = Literal["iri", "text", "integer", "number", "boolean", "date"]


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        about: what a cell says, in one sentence.
        unit: the unit of a number; empty where there is none, or where another column gives it.
        many: a cell is a list.
        required: no cell is empty.
        target: the table and column whose values a cell names, as ``sources.source``.
    """

    name: str
    kind: Kind
    about: str
    unit: str = ""
    many: bool = False
    required: bool = False
    target: str = ""


@dataclass(frozen=True)
class ExportTable:
    """A table: what one row is, its columns, those that name a row, and how the rows are read from a graph."""

    name: str
    title: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    read: Callable[[Reader], Iterable[Row]]

    def rows(self, graph: LocalGraph) -> list[Row]:
        """The rows, in the order of the key; every column has a cell."""
        found = [{column.name: row.get(column.name) for column in self.columns} for row in self.read(Reader(graph))]
        return sorted(found, key=lambda row: [_rank(row[name]) for name in self.key])


def _rank(cell: Cell) -> tuple[int, str]:
    return (cell, "") if isinstance(cell, int) else (0, str(cell))


def thing(name: str, about: str, *, required: bool = False, target: str = "") -> tuple[Column, Column]:
    """The columns of a thing: its IRI and its label."""
    return (
        Column(name, "iri", about, required=required, target=target),
        Column(f"{name}_label", "text", f"The label of {name}."),
    )


def things(name: str, about: str) -> tuple[Column, Column]:
    """The columns of a list of things."""
    return (
        Column(name, "iri", about, many=True),
        Column(f"{name}_labels", "text", f"The labels of {name}, in the same order.", many=True),
    )


#: Where what a row says stands.
PLACE = (
    *thing("source", "The document that says this.", required=True, target="sources.source"),
    *thing("section", "The section of the document in which this stands."),
    Column("locator", "text", "Words that let a reader find the place in the document."),
)
READING = Column("reading", "text", "How a vague or ambiguous wording was read, and why.")
AUTHORITY = Column("authority", "text", "primary: the document speaks for itself; secondary: it retells.")
VALUE = (
    Column("value", "text", "The value: a thing's IRI, or the number, text, date or code as printed."),
    Column("value_label", "text", "The label of a value that is a thing."),
    Column("datatype", "text", "What the value is: iri, an XML Schema datatype, or a code system of pg:."),
)
