"""A folder with the tables of a population (``layout``), opened in DuckDB and checked before anything is read of it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ..errors import CohortError, FileError
from ..extras import needed
from ..files import is_folder
from ..files import read as read_file
from ..near import hint_or, slips
from .csv_files import NO_UTF8, read_csv, said
from .layout import BETWEEN, ID, PATIENTS, TABLES, Column, Table, record
from .sql import literal, quoted

_CSV, _PARQUET = ".csv", ".parquet"
#: What may part the cells of CSV: the first of them that the header has.
_DELIMITERS = (",", "\t", ";", "|")
#: How much of a file is looked at for its header, in bytes.
_HEADER = 1 << 16
#: What a flag may be in a cell of CSV; a cell that is none of them is left to the reader of the case, which refuses it.
_FLAGS = {"true": True, "false": False}


@dataclass(frozen=True)
class Charts:
    """The tables of a population, ready to be read by the number of a patient.

    Attributes:
        folder: where they are.
        size: how many patients there are; they are numbered from 0 in the order of their ids.
        strays: by table, how many rows are of no patient; none of them is read.
    """

    folder: Path
    size: int
    strays: Mapping[str, int]
    _held: Mapping[str, tuple[str, ...]] = field(repr=False)

    @classmethod
    def open(cls, folder: Path) -> Charts:
        """The tables of a folder: ``patients`` and any of the lists, each as Parquet or CSV.

        Raises:
            CohortError: all that is wrong with them.
            MissingExtra: DuckDB is not installed.
        """
        database = needed("duckdb").connect()
        files = _files(folder)
        faults: list[str] = []
        held: dict[str, tuple[str, ...]] = {}
        for name, path in files.items():
            found = _columns(database, path, TABLES[name], faults)
            if found is not None:
                held[name] = found
        if faults:
            raise CohortError(faults)
        charts = cls(folder, 0, {}, held)
        with charts._database() as ready:
            [(size, ids)] = charts._rows(ready, PATIENTS, f"SELECT count(*), count(DISTINCT {ID}) FROM {PATIENTS}")
            nameless = f"SELECT count(*) FROM {PATIENTS} WHERE {ID} IS NULL OR {ID} = ''"
            if charts._rows(ready, PATIENTS, nameless)[0][0]:
                faults.append(f"{files[PATIENTS]} has rows without {ID}; expected the name of a patient in each")
            elif size != ids:
                repeated = f"SELECT {ID} FROM {PATIENTS} GROUP BY {ID} HAVING count(*) > 1 ORDER BY {ID} LIMIT 1"
                [[twice]] = charts._rows(ready, PATIENTS, repeated)
                faults.append(f"{files[PATIENTS]} has the {ID} {twice} more than once; expected a row a patient")
            if faults:
                raise CohortError(faults)
            strays = {
                name: charts._rows(ready, name, f"SELECT count(*) FROM {name} ANTI JOIN {PATIENTS} USING ({ID})")[0][0]
                for name in held
                if name != PATIENTS
            }
        return cls(folder, size, {name: number for name, number in strays.items() if number}, held)

    def read(self, first: int, last: int) -> Iterator[dict[str, Any]]:
        """The charts of the patients from a number to before another, in the words of a case."""
        with self._database() as database:
            some = f"SELECT {ID} FROM {PATIENTS} ORDER BY {ID} LIMIT {last - first} OFFSET {first}"
            self._rows(database, PATIENTS, f"CREATE TEMP TABLE chosen AS {some}")
            lists: dict[str, dict[str, list[dict[str, Any]]]] = {}
            patients: list[dict[str, Any]] = []
            for name, columns in self._held.items():
                rows = self._rows(
                    database,
                    name,
                    f"SELECT {', '.join([ID, *(quoted(one) for one in columns)])} "
                    f"FROM {name} SEMI JOIN chosen USING ({ID}) ORDER BY ALL",
                )
                read = [_read(TABLES[name], (ID, *columns), row) for row in rows]
                if name == PATIENTS:
                    patients = read
                else:
                    by_id = lists[name] = {}
                    for one in read:
                        by_id.setdefault(one[ID], []).append(one)
        for patient in patients:
            yield record(patient, {name: by_id.get(patient[ID], []) for name, by_id in lists.items()})

    def find(self, name: str) -> dict[str, Any] | None:
        """The chart of a patient by its id, in the words of a case; None where there is none."""
        with self._database() as database:
            numbered = f"SELECT {ID}, row_number() OVER (ORDER BY {ID}) - 1 AS place FROM {PATIENTS}"
            rows = self._rows(database, PATIENTS, f"SELECT place FROM ({numbered}) WHERE {ID} = ?", name)
        return next(self.read(rows[0][0], rows[0][0] + 1)) if rows else None

    def columns(self, name: str) -> tuple[str, ...]:
        """The columns of a table that the folder has, beside ``id``; none where it has no such table."""
        return self._held.get(name, ())

    def values(self, column: str) -> dict[str, str]:
        """By id, what a column of ``patients`` says, as text."""
        with self._database() as database:
            rows = self._rows(database, PATIENTS, f"SELECT {ID}, CAST({quoted(column)} AS VARCHAR) FROM {PATIENTS}")
        return {str(name): value for name, value in rows if value is not None}

    def _database(self) -> Any:
        """A database of its own with a view a table; each call one, for they are read by many processes."""
        database = needed("duckdb").connect()
        for name, path in _files(self.folder).items():
            view = f"CREATE VIEW {name} AS SELECT * REPLACE (CAST({ID} AS VARCHAR) AS {ID}) FROM {_source(path)}"
            self._rows(database, name, view)
        return database

    def _rows(self, database: Any, table: str, query: str, *values: str) -> list[tuple[Any, ...]]:
        """The rows of a query, or what a statement gives.

        Raises:
            CohortError: the file of the table cannot be read to its end.
        """
        try:
            rows: list[tuple[Any, ...]] = database.execute(query, values).fetchall()
            return rows
        except needed("duckdb").Error as error:
            raise CohortError([f"{_files(self.folder)[table]} cannot be read: {_why(error)}"]) from None


def _files(folder: Path) -> dict[str, Path]:
    """The file of each table of a folder.

    Raises:
        CohortError: there is no folder, no table of patients, or a table stands in two files.
    """
    if not is_folder(folder):
        raise CohortError([f"{folder} is no folder; expected one with {PATIENTS}.parquet or {PATIENTS}.csv"])
    found: dict[str, Path] = {}
    faults = []
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in (_CSV, _PARQUET) or path.stem not in TABLES:
            continue
        if path.stem in found:
            faults.append(f"{folder} has {found[path.stem].name} and {path.name}; keep the one that is meant")
        found[path.stem] = path
    if PATIENTS not in found:
        seen = [path.stem for path in sorted(folder.iterdir()) if path.suffix.lower() in (_CSV, _PARQUET)]
        near = [one for one in seen if slips(one, [PATIENTS])]
        told = f"; is {near[0]} meant?" if near else ""
        faults.append(f"{folder} has no table {PATIENTS}; expected {PATIENTS}.parquet or {PATIENTS}.csv{told}")
    if faults:
        raise CohortError(faults)
    return {name: found[name] for name in TABLES if name in found}


def _columns(database: Any, path: Path, table: Table, faults: list[str]) -> tuple[str, ...] | None:
    """The columns of a file, beside ``id``; None, and what is wrong, where it is no table of this layout."""
    duckdb = needed("duckdb")
    try:
        source = _source(path)
        names = database.sql(f"SELECT * FROM {source} LIMIT 0").columns
        if path.suffix.lower() == _CSV:
            database.sql(f"SELECT count(COLUMNS(*)) FROM {source}").fetchall()  # every cell can be read
    except FileError as error:
        faults.append(str(error))
        return None
    except duckdb.Error as error:
        told = "it is no PARQUET" if path.suffix.lower() == _PARQUET else _why(error)
        faults.append(f"{path} cannot be read: {told}")
        return None
    if ID not in names:
        faults.append(f"{path} has no column {ID}; expected one that says whose row it is")
    known = [column.name for column in table.columns]
    for name in names:
        if name != ID and table.column(name) is None:
            near = hint_or(slips(name, known), f"it has {', '.join(known)}")
            faults.append(f"{path} has a column {name}, which is none of {table.name}; {near}")
    return tuple(name for name in names if name != ID)


def _source(path: Path) -> str:
    """The table function that reads a file; of CSV every cell as text, for the reader of a case to read.

    Raises:
        FileError: it has no header, or one that names a column twice.
    """
    if path.suffix.lower() == _PARQUET:
        return f"read_parquet({literal(path)})"
    delimiter, names = _header(path)
    return read_csv(path, names, delimiter, '"')


def _header(path: Path) -> tuple[str, list[str]]:
    """What parts the cells of a file of CSV, and the names of its columns.

    Raises:
        FileError: they are no UTF-8, one of them is empty, or the file cannot be read.
    """
    try:
        line = next(iter(read_file(path, _HEADER).splitlines()), b"").decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(path, "read", f"{NO_UTF8}, in line 1") from None
    delimiter = next((one for one in _DELIMITERS if one in line), ",")
    cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    names = [name.strip() for name in cells]
    if not names or not all(names):
        told = "has a cell without a name" if line.strip() else "is empty"
        raise FileError(path, "read", f"line 1 {told}; expected the names of the columns")
    return delimiter, names


def _why(error: Exception) -> str:
    """What DuckDB says of a file, with the line where it tells one, and no cell of it."""
    told, line = said(error), re.search(r"Line: (\d+)", str(error))
    if "state machine" in told:
        return "its lines do not all end in the same way"
    return told if line is None or line[1] in told else f"{told}, in line {line[1]}"


def _read(table: Table, names: tuple[str, ...], row: tuple[Any, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {ID: row[0]}
    for name, value in zip(names[1:], row[1:], strict=True):
        column = table.column(name)
        assert column is not None
        if value is not None:
            found[name] = _cell(column, value)
    return found


def _cell(column: Column, value: Any) -> Any:
    """A cell as a case has it: several values as a list, a day as text, what is written as it is."""
    if column.many and isinstance(value, str):
        return [part.strip() for part in value.split(BETWEEN) if part.strip()]
    if column.type == "flag" and isinstance(value, str):
        return _FLAGS.get(value.strip().lower(), value)
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
