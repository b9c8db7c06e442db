"""The charts of a population as tables: what tables there are, and which columns, from the one table of fields.

``patients`` has a row a chart, with each field that is no list under its key, and what stands in an entry under its
path: ``dose.value``. Each list of entries is a table of its own with a row an entry: ``diagnoses``, ``therapies``. In
every table ``id`` says whose row it is. A column or a table that is absent says of no chart anything; a cell that is
empty says nothing of one. A cell holds what a case file would: a name, a code, a number, a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ..chart.field import Field
from ..chart.fields import FIELDS

#: The column that says whose row it is.
ID = "id"
#: The table of what is no list.
PATIENTS = "patients"
#: Between the values of a cell of CSV that holds several.
BETWEEN = ";"

#: words: a name, a code, a date or any text; number; whole: a whole number; flag: true or false.
ColumnType: TypeAlias = Literal["words", "number", "whole", "flag"]
_TYPES: dict[str, ColumnType] = {"flag": "flag", "count": "whole", "number": "number"}


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: the path of the field below the table, such as ``dose.unit``.
        many: whether a cell holds several values: a list, or in CSV what ``BETWEEN`` parts.
    """

    name: str
    type: ColumnType
    many: bool
    field: Field

    def place(self, record: dict[str, Any], value: Any) -> None:
        """Put a value where a case has it."""
        *entries, key = self.name.split(".")
        for entry in entries:
            record = record.setdefault(entry, {})
        record[key] = value


@dataclass(frozen=True)
class Table:
    """A table of the charts.

    Attributes:
        name: ``patients``, or the key of a list of entries.
        columns: beside ``id``.
    """

    name: str
    columns: tuple[Column, ...]

    @property
    def is_list(self) -> bool:
        """Whether a chart may have several rows, or none."""
        return self.name != PATIENTS

    def column(self, name: str) -> Column | None:
        """The column of a name; None where there is none."""
        return next((column for column in self.columns if column.name == name), None)


def _columns(fields: Iterable[Field], under: str = "") -> Iterator[Column]:
    for field in fields:
        if field.type != "entry":
            yield Column(under + field.key, _TYPES.get(field.type, "words"), field.many, field)
        elif not field.many:
            yield from _columns(field.fields, f"{under}{field.key}.")


def _tables() -> Iterator[Table]:
    yield Table(PATIENTS, tuple(column for column in _columns(FIELDS) if column.name != ID))
    for field in FIELDS:
        if field.type == "entry" and field.many:
            yield Table(field.key, tuple(_columns(field.fields)))


#: Every table by its name, ``patients`` first.
TABLES: Mapping[str, Table] = {table.name: table for table in _tables()}


def record(patient: Mapping[str, Any], lists: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, Any]:
    """The chart of one patient in the words of the format, of its row and of the rows of the lists.

    Args:
        patient: the row of ``patients``; a value is None where a cell is empty.
        lists: by the name of a table its rows.
    """
    chart: dict[str, Any] = {ID: str(patient[ID])}
    _fill(chart, TABLES[PATIENTS], patient)
    for name, rows in lists.items():
        entries = []
        for row in rows:
            entry: dict[str, Any] = {}
            _fill(entry, TABLES[name], row)
            entries.append(entry)
        if entries:
            chart[name] = entries
    return chart


def _fill(into: dict[str, Any], table: Table, row: Mapping[str, Any]) -> None:
    for column in table.columns:
        value = row.get(column.name)
        if value is not None and value != [] and value != "":
            column.place(into, value)
