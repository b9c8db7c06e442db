"""The tables as files: CSV with its CSVW metadata, Parquet, and the dictionary of tables and columns."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from ... import terms
from ...extras import needed
from .tables import TABLES, Cell, Column, ExportTable, Row

#: What stands between the parts of a cell that is a list.
SEPARATOR = "|"

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_CSVW = {"iri": "anyURI", "text": "string", "integer": "integer", "number": "decimal", "boolean": "boolean"}
_WORDS = {"iri": "IRI", "number": "decimal number"}
_DICTIONARY = (
    Column("table", "text", "The table.", required=True),
    Column("column", "text", "The column.", required=True),
    Column("meaning", "text", "What a cell says.", required=True),
    Column("type", "text", f"What a cell holds; a list is joined with {SEPARATOR} in CSV.", required=True),
    Column("unit", "text", "The unit of a number, where it is the same in every row."),
    Column("required", "boolean", "No cell is empty.", required=True),
    Column("values_of", "text", "The table and column whose values the cells name."),
)


def to_csv(columns: Sequence[Column], rows: Iterable[Row]) -> str:
    """RFC 4180: a header, CRLF, an empty cell for nothing."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    writer.writerows([_text(row[column.name]) for column in columns] for row in rows)
    return out.getvalue()


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, tuple):
        return SEPARATOR.join(cell)
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def dictionary() -> str:
    """A row for each column of each table, the dictionary's own included, as CSV."""
    described = [*((table.name, table.columns) for table in TABLES), ("dictionary", _DICTIONARY)]
    rows: list[Row] = [
        {
            "table": name,
            "column": column.name,
            "meaning": column.about,
            "type": f"list of {_words(column)}" if column.many else _words(column),
            "unit": column.unit or None,
            "required": column.required,
            "values_of": column.target or None,
        }
        for name, columns in described
        for column in columns
    ]
    return to_csv(_DICTIONARY, rows)


def _words(column: Column) -> str:
    return _WORDS.get(column.kind, column.kind)


def csvw(version: str) -> str:
    """The metadata of the CSV files, as CSV on the Web (W3C) wants it beside them under the name csv-metadata.json."""
    tables = [_schema(table.name, table.title, table.row, table.columns, table.key) for table in TABLES]
    about = "What each column of each table means."
    tables.append(_schema("dictionary", "Dictionary", about, _DICTIONARY, ("table", "column")))
    return _json(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "dc:title": "payergraph: tables",
            "dc:license": {"@id": LICENCE},
            "schema:version": version,
            "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
            "tables": tables,
        }
    )


def _schema(name: str, title: str, row: str, columns: Sequence[Column], key: Sequence[str]) -> dict[str, Any]:
    links = [
        {
            "columnReference": column.name,
            "reference": {"resource": f"{table}.csv", "columnReference": target},
        }
        for column in columns
        if column.target and column.required  # validators take a foreign key for one that every row has
        for table, target in [column.target.split(".")]
    ]
    schema: dict[str, Any] = {"columns": [_column(column) for column in columns], "primaryKey": list(key)}
    if links:
        schema["foreignKeys"] = links
    return {"url": f"{name}.csv", "dc:title": title, "dc:description": row, "tableSchema": schema}


def _column(column: Column) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.about,
        "datatype": _CSVW.get(column.kind, column.kind),
    }
    if column.required:
        found["required"] = True
    if column.many:
        found["separator"] = SEPARATOR
    if column.unit:
        found["schema:unitText"] = column.unit
    return found


def to_parquet(table: ExportTable, rows: Sequence[Row], version: str) -> bytes:
    """Parquet, each column with its meaning and unit in its metadata.

    The same bytes for the same rows and the same pyarrow, whose version stands in the file.
    """
    pyarrow, parquet = needed("pyarrow"), needed("pyarrow.parquet")
    types = {
        "iri": pyarrow.string(),
        "text": pyarrow.string(),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
    }
    fields = []
    for column in table.columns:
        kind = types[column.kind]
        notes = {"description": column.about} | ({"unit": column.unit} if column.unit else {})
        form = pyarrow.list_(kind) if column.many else kind
        fields.append(pyarrow.field(column.name, form, nullable=not column.required, metadata=notes))
    about = {"title": table.title, "description": table.row, "version": version, "license": LICENCE}
    schema = pyarrow.schema(fields, metadata={**about, "vocabulary": terms.ONTOLOGY})
    cells = {column.name: [_plain(row[column.name], column) for row in rows] for column in table.columns}
    sink = io.BytesIO()
    parquet.write_table(pyarrow.table(cells, schema=schema), sink, compression="zstd")
    return sink.getvalue()


def _plain(cell: Cell, column: Column) -> Any:
    if column.many:
        return list(cell) if isinstance(cell, tuple) else []
    return float(cell) if isinstance(cell, Decimal) else cell


def _json(found: dict[str, Any]) -> str:
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"
