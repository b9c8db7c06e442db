"""The answer to a query: rows of RDF terms, and how they are written for machines and for people."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

import pyoxigraph as ox

from . import terms
from .terms import Term
from .wording import counted

if TYPE_CHECKING:
    import pandas

Value: TypeAlias = Term | ox.Triple | None
Row: TypeAlias = tuple[Value, ...]
Kind: TypeAlias = Literal["select", "ask", "construct", "describe"]

_XSD_STRING = terms.XSD + "string"
_LABEL = "Label"
_FORMULA = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


@dataclass(frozen=True)
class Table:
    """What a query answered.

    An ASK has one row with one boolean, in a column ``answer``. A CONSTRUCT or DESCRIBE has the columns ``subject``,
    ``predicate`` and ``object``, each triple once.

    Attributes:
        truncated: there were more rows than the limit let through.
        title: what was asked, in words; empty where that is not known.
        graph_version: the version of the graph that answered; empty where that is not known.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    kind: Kind = "select"
    truncated: bool = False
    title: str = field(default="", compare=False)
    graph_version: str = field(default="", compare=False)

    def __repr__(self) -> str:
        more = ", cut off" if self.truncated else ""
        named = f"{self.title}: " if self.title else ""
        return f"<Table: {named}{len(self.rows):,} rows of {len(self.columns)} columns{more}>"

    def _repr_html_(self) -> str:
        from .present.notebook import of_table

        return of_table(self)

    def pairs(self) -> tuple[tuple[int, int | None], ...]:
        """The places of the columns as people read them, each with that of its labels, if it has any.

        A column ``xLabel`` names the things of ``x`` and stands with it, unless both say something of their own in some
        row: a number is not told by the word beside it.
        """
        labels: dict[int, int] = {}
        for place in sorted(range(len(self.columns)), key=lambda place: len(self.columns[place])):
            label = self._place(self.columns[place] + _LABEL)
            if label is not None and place not in labels.values() and self._names(label, place):
                labels[place] = label
        return tuple((at, labels.get(at)) for at in range(len(self.columns)) if at not in labels.values())

    def readable(self) -> Readable:
        """The table as people read it.

        IRIs are cut to kind and slug, and of a column and its labels one is left, which shows the label, or the value
        where there is no label.
        """
        pairs = self.pairs()
        return Readable(
            tuple(self.columns[at] for at, _ in pairs),
            tuple(
                tuple(brief(row[at] if label is None or row[label] is None else row[label]) for at, label in pairs)
                for row in self.rows
            ),
        )

    def records(self) -> list[dict[str, str]]:
        """One dictionary a row, as people read it."""
        table = self.readable()
        return [dict(zip(table.columns, row, strict=True)) for row in table.rows]

    def to_dataframe(self) -> pandas.DataFrame:
        """The table as people read it: texts, a row a row, empty where nothing is bound.

        Raises:
            MissingExtra: pandas is not installed.
        """
        from .extras import frame

        return frame(self.records(), self.readable().columns)

    def to_csv(self) -> str:
        """SPARQL 1.1 Query Results CSV: full IRIs, plain values, CRLF.

        Where rows were left out, the header has one more column that says so, and its cells are empty.
        """
        out = io.StringIO()
        more = (f"cut off after {counted(len(self.rows), 'row')}",) if self.truncated else ()
        write_csv(out, [(*self.columns, *more)])
        write_csv(out, ([*(plain(value) for value in row), *("" for _ in more)] for row in self.rows))
        return out.getvalue()

    def to_json(self) -> str:
        """SPARQL 1.1 Query Results JSON; where rows were left out, ``truncated`` in its head is true."""
        if self.kind == "ask":
            return json.dumps({"head": {}, "boolean": plain(self.rows[0][0]) == "true"})
        bindings = [
            {name: _json(value) for name, value in zip(self.columns, row, strict=True) if value is not None}
            for row in self.rows
        ]
        head = {"vars": self.columns} | ({"truncated": True} if self.truncated else {})
        return json.dumps({"head": head, "results": {"bindings": bindings}}, ensure_ascii=False)

    def to_turtle(self) -> str:
        """The triples of a CONSTRUCT or a DESCRIBE, sorted.

        Raises:
            ValueError: the query was another.
        """
        if self.kind not in ("construct", "describe"):
            raise ValueError("only CONSTRUCT and DESCRIBE give triples, which Turtle can hold")
        rows: tuple[tuple[Any, ...], ...] = self.rows
        triples = sorted((ox.Triple(*row) for row in rows), key=str)
        text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=terms.PREFIXES)
        assert isinstance(text, bytes)
        note = f"# Cut off after {len(self.rows)} triples.\n" if self.truncated else ""
        return note + text.decode()

    def _names(self, label: int, place: int) -> bool:
        """Whether the labels of one column can stand for the values of another."""
        things = (row[place] for row in self.rows if row[label] is not None)
        return all(thing is None or isinstance(thing, ox.NamedNode | ox.BlankNode) for thing in things)

    def _place(self, name: str) -> int | None:
        return self.columns.index(name) if name in self.columns else None


@dataclass(frozen=True)
class Readable:
    """A table of texts."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def brief(value: Value) -> str:
    """A value as people read it: ``drug/anakinra``, ``18``; nothing for an unbound one."""
    return terms.local(value.value) if isinstance(value, ox.NamedNode) else plain(value)


def plain(value: Value) -> str:
    """A value without its type: the IRI, the lexical form, ``_:b`` for a blank node, nothing for an unbound one."""
    if value is None:
        return ""
    return value.value if isinstance(value, ox.NamedNode | ox.Literal) else str(value)


def tidy_csv(columns: Sequence[str], records: Iterable[Mapping[str, str]]) -> str:
    """Records under their column names; a line ends as on Unix.

    People open it as a sheet: a cell that a sheet would take for a formula begins with an apostrophe.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _no_formula(cell) for name, cell in record.items()} for record in records)
    return out.getvalue()


class Writable(Protocol):
    """Where text can be written."""

    def write(self, text: str, /) -> object:
        """Write a text."""


def write_csv(out: Writable, rows: Iterable[Sequence[str]]) -> None:
    """Write rows of CSV; open a file for it with ``newline=""``."""
    csv.writer(out, lineterminator="\r\n").writerows(rows)


def _no_formula(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def _json(value: Term | ox.Triple) -> dict[str, Any]:
    if isinstance(value, ox.NamedNode):
        return {"type": "uri", "value": value.value}
    if isinstance(value, ox.BlankNode):
        return {"type": "bnode", "value": value.value}
    if isinstance(value, ox.Triple):
        parts = {"subject": value.subject, "predicate": value.predicate, "object": value.object}
        return {"type": "triple", "value": {name: _json(part) for name, part in parts.items()}}
    found = {"type": "literal", "value": value.value}
    if value.language:
        found["xml:lang"] = value.language
    elif value.datatype.value != _XSD_STRING:
        found["datatype"] = value.datatype.value
    return found
