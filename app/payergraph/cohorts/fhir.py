"""Patients from a bulk export of FHIR R4, NDJSON, to the tables of the layout.

docs/fhir.md says which resources are read, how, and what is left out. What a resource means stands in ``chart.fhir``.
Nothing of the size of a population is held in Python: a line is read, its rows go into files, and DuckDB, which spills
to disk, puts them to their patients. What one resource refers to in another is looked up in a file of SQLite.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import sqlite3
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import astuple, fields
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import IO, Any

from ..chart.dates import Span
from ..chart.fhir import NOBODY, Reader, Resource, Row, Unread, day, keys, of_practitioner
from ..chart.fhir import patient as patient_of
from ..chart.fhir import text as text_of
from ..chart.text import Number
from ..errors import CallError, FileError
from ..extras import needed
from ..files import is_folder, reason
from ..files import write as write_file
from ..store.graph import Graph
from ..store.names import names
from .layout import ID, PATIENTS, TABLES, Column
from .left_out import Left, LeftOut
from .sql import literal
from .unbundled import bundles, names_of, unbundle

#: Where it is listed what was left out.
LEFT_OUT = "left-out.csv"

DIED = "the person died before the request date"
BORN_LATER = "the person is born after the request date"
NO_PATIENT = "the person is left out"
EARLY = "it is before the birth"
TOO_MANY = "it is older than the latest 1,000 values of one patient"

#: What is said of patients; a Coverage is not, for a population is asked about under every payer's policies.
_SAID = (
    *("AllergyIntolerance", "Condition", "DiagnosticReport", "Encounter", "MedicationAdministration"),
    *("MedicationDispense", "MedicationRequest", "MedicationStatement", "Observation", "Procedure"),
)
#: What these refer to, with what is kept of it.
_REFERRED = {"Condition": ("code",), "Medication": ("code",), "PractitionerRole": ("specialty", "practitioner")}
#: The type of resource with which the name of a file begins.
_TYPE = re.compile(r"([A-Za-z]+)(?:[^A-Za-z].*)?\.ndjson(?:\.gz)?", re.DOTALL)
_WITHOUT = "without which nobody knows whose the rows are"
#: How long a line may be, in bytes; a note may be attached to a report.
_LONGEST = 16 * 1024**2
#: How many rows are held before they are written, and how many are looked up at a time.
_BATCH = 20_000
#: Of so many values of one observable of one patient, a chart takes no more.
_MOST_VALUES = 1_000


def read_fhir(folder: Path, into: Path, graph: Graph, *, request_date: date) -> LeftOut:
    """Read the NDJSON of a bulk export of FHIR R4, and write the tables of the layout, as Parquet, into a folder.

    Args:
        folder: has ``Patient.ndjson`` and any others whose names begin with a type of resource, such as
            ``Condition.000.ndjson`` or ``Observation_2.ndjson.gz``; each line is a resource of that type. Or it has
            Bundles, each a file that ends in .json, as Synthea writes them.
        into: is made where it is not there; ``left-out.csv`` in it lists what the answer holds.
        request_date: the day on which every patient is looked at; what is later is left out.

    Raises:
        CallError: there is no such folder, or ``into`` holds tables already.
        FileError: a file cannot be read or written; one sentence says which, where and why.
        MissingExtra: duckdb or pyarrow is not installed.
    """
    there = next((name for name in TABLES if (into / f"{name}.parquet").exists()), None)
    if there:
        raise CallError("into", f"is {str(into)!r}, which holds {there}.parquet already; name a new folder")
    duckdb = needed("duckdb")
    with ExitStack() as stack:
        spill = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="payergraph-")))
        files = _files(_in_lines(folder, spill))
        parts = stack.enter_context(_Parts(spill))
        referred = _Referred(spill, files)
        stack.callback(referred.close)
        reader = Reader(names(graph), request_date, referred.find)
        counted: Counter[Unread] = Counter()
        for kind in ("Patient", *_SAID):
            for path in files.get(kind, ()):
                for resource in _resources(path, kind):
                    _add(resource, kind, reader, request_date, parts, counted)
        parts.finish()
        if counted[Unread(NOBODY, resource="Patient")] and PATIENTS not in parts.files():
            raise FileError(files["Patient"][0], "read", f"no Patient in it has an id, {_WITHOUT}")
        database = stack.enter_context(duckdb.connect(config={"temp_directory": str(spill / "duckdb")}))
        try:
            into.mkdir(parents=True, exist_ok=True)
            return _Written(database, parts, into).all(files["Patient"][0], counted)
        except (OSError, duckdb.IOException) as error:
            told = reason(error) if isinstance(error, OSError) else str(error).partition("\n")[0]
            raise FileError(into, "written", told) from None


def _add(
    resource: Resource, kind: str, reader: Reader, request_date: date, parts: _Parts, counted: Counter[Unread]
) -> None:
    """Write the rows of a resource, and count what is left out of it."""
    id = text_of(resource.get("id")) if kind == "Patient" else patient_of(resource)
    if not id:
        counted[Unread(NOBODY, resource=kind)] += 1
        return
    for row in reader.rows(resource):
        if isinstance(row, Unread):
            counted[row] += 1
        elif row.unheard is not None:
            counted[row.unheard] += 1
        else:
            no_patient = _no_patient(resource, request_date) if kind == "Patient" else None
            parts.add(row, id, kind, no_patient)


def _no_patient(resource: Resource, request_date: date) -> str | None:
    """Why somebody is no patient on the day of the request; None where that is not known."""
    died, born = day(resource.get("deceasedDateTime")), day(resource.get("birthDate"))
    if resource.get("deceasedBoolean") is True or (died and Span.parse(died).last < request_date):
        return DIED
    return BORN_LATER if born and Span.parse(born).first > request_date else None


# --- files ------------------------------------------------------------------------------------------------------------


def _in_lines(folder: Path, spill: Path) -> Path:
    """The folder, or one with the resources of its Bundles where it has these and no NDJSON."""
    if not is_folder(folder):
        raise CallError("folder", f"is {str(folder)!r}, where no folder is; expected one with NDJSON of FHIR R4")
    try:
        if any(_TYPE.fullmatch(path.name) for path in folder.iterdir()):
            return folder
        found = bundles(folder)
        if found:
            (spill / "lines").mkdir()
            unbundle(found, spill / "lines")
            if not (spill / "lines" / "Patient.ndjson").exists():
                raise FileError(folder, "read", f"none of its Bundles has a Patient, {_WITHOUT}")
            return spill / "lines"
    except FileError:
        raise
    except OSError as error:
        raise FileError(folder, "read", reason(error)) from None
    return folder


def _files(folder: Path) -> dict[str, list[Path]]:
    """The files of a folder by the type of resource with which their names begin.

    Raises:
        FileError: it cannot be read, or has no patients.
    """
    found: dict[str, list[Path]] = {}
    try:
        for path in sorted(folder.iterdir()):
            if (match := _TYPE.fullmatch(path.name)) and path.is_file():
                found.setdefault(match[1], []).append(path)
    except OSError as error:
        raise FileError(folder, "read", reason(error)) from None
    if "Patient" not in found:
        raise FileError(folder, "read", f"it has no Patient.ndjson, {_WITHOUT}")
    return found


def _resources(path: Path, kind: str) -> Iterator[Resource]:
    """The resources of a file, a line each; empty lines are passed over.

    Raises:
        FileError: a line is no resource of this type, or the file cannot be read.
    """
    number = 0
    try:
        with _opened(path) as file:
            for number in count(1):
                line = file.readline(_LONGEST + 1)
                if not line:
                    return
                if len(line) > _LONGEST:
                    raise FileError(path, "read", f"line {number:,} is longer than {_LONGEST // 1024**2} MiB")
                if not line.isspace():
                    yield _resource(line, path, number, kind)
    except FileError:
        raise
    except (OSError, EOFError, zlib.error) as error:
        told = reason(error) if isinstance(error, OSError) and error.errno else "it is no whole gzip file"
        raise FileError(path, "read", f"{told}, in line {number:,}") from None


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def _resource(line: bytes, path: Path, number: int, kind: str) -> Resource:
    def refused(constant: str) -> None:
        raise FileError(path, "read", f"line {number:,} holds {constant}, which is no number")

    try:
        resource = json.loads(line.decode("utf-8-sig"), parse_int=Number, parse_float=Number, parse_constant=refused)
    except json.JSONDecodeError as error:
        raise FileError(path, "read", f"line {number:,} is not JSON, because of {error.msg!r}") from None
    except UnicodeDecodeError:
        raise FileError(path, "read", f"line {number:,} is not UTF-8") from None
    except RecursionError:
        raise FileError(path, "read", f"line {number:,} is nested too deeply") from None
    own = resource.get("resourceType") if isinstance(resource, dict) else None
    if not isinstance(resource, dict) or own != kind:
        is_ = f"is a {own[:60]}" if isinstance(own, str) and own.isprintable() else "has no resourceType"
        raise FileError(path, "read", f"line {number:,} {is_}; expected {kind}, as the name of the file says")
    return resource


class _Referred:
    """What resources refer to in others, in a file of SQLite."""

    def __init__(self, spill: Path, files: Mapping[str, Sequence[Path]]) -> None:
        self._database = sqlite3.connect(spill / "referred.sqlite")
        self._database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE referred (key TEXT, resource TEXT)")
        batch: list[tuple[str, str]] = []
        for kind, kept in _REFERRED.items():
            for path in files.get(kind, ()):
                for resource in _resources(path, kind):
                    text = json.dumps({"resourceType": kind} | {key: resource[key] for key in kept if key in resource})
                    batch += [(key, text) for key in self._keys(resource, kind)]
                    if len(batch) >= _BATCH:
                        self._write(batch)
        self._write(batch)
        self._database.execute("CREATE INDEX by_key ON referred (key)")
        #: The resources that have a name, as ``Reader`` asks for them.
        self.find = lru_cache(_BATCH)(self._found)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _keys(self, resource: Resource, kind: str) -> Iterator[str]:
        if id := text_of(resource.get("id")):
            yield from names_of(f"{kind}/{id}")
        if kind == "PractitionerRole":
            for key in keys(resource.get("practitioner"), "Practitioner"):
                yield from map(of_practitioner, names_of(key))

    def _write(self, batch: list[tuple[str, str]]) -> None:
        self._database.executemany("INSERT INTO referred VALUES (?, ?)", batch)
        self._database.commit()
        batch.clear()

    def _found(self, key: str) -> Sequence[Resource]:
        rows = self._database.execute("SELECT resource FROM referred WHERE key = ?", (key,)).fetchall()
        if key.startswith("Medication/") and len(set(rows)) > 1:
            return ()  # of two drugs with one id nobody knows which is meant
        return tuple(json.loads(text) for (text,) in rows)


# --- tables -----------------------------------------------------------------------------------------------------------


class _Parts:
    """Rows on their way into tables, in a file of Parquet each: with the type of the resource, and their order."""

    def __init__(self, spill: Path) -> None:
        self._spill = spill
        self._arrow, self._parquet = needed("pyarrow"), needed("pyarrow.parquet")
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._writers: dict[str, Any] = {}
        self._number = count()

    def __enter__(self) -> _Parts:
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self._writers.values():
            writer.close()

    def add(self, row: Row, id: str, resource: str, no_patient: str | None) -> None:
        """Take in a row of a patient."""
        cells = {column.name: _cell(column, row.values) for column in TABLES[row.table].columns}
        rows = self._rows.setdefault(row.table, [])
        rows.append({ID: id, **cells, "pg_resource": resource, "pg_place": next(self._number), "pg_no": no_patient})
        if len(rows) >= _BATCH:
            self._write(row.table)

    def finish(self) -> None:
        """Write what is left, and close the files."""
        for table in self._rows:
            self._write(table)
        for writer in self._writers.values():
            writer.close()

    def files(self) -> dict[str, Path]:
        """The file of each table that has rows, in the order of the layout."""
        return {name: self._path(name) for name in TABLES if name in self._writers}

    def _path(self, table: str) -> Path:
        return self._spill / f"{table}.parquet"

    def _write(self, table: str) -> None:
        rows = self._rows[table]
        if not rows:
            return
        schema = self._schema(table)
        if table not in self._writers:
            self._writers[table] = self._parquet.ParquetWriter(self._path(table), schema)
        self._writers[table].write_table(self._arrow.Table.from_pylist(rows, schema=schema))
        rows.clear()

    def _schema(self, table: str) -> Any:
        arrow = self._arrow
        types = {"words": arrow.string(), "number": arrow.decimal128(28, 9), "whole": arrow.int64()}
        types["flag"] = arrow.bool_()
        columns = [(c.name, arrow.list_(types[c.type]) if c.many else types[c.type]) for c in TABLES[table].columns]
        hidden = [("pg_resource", arrow.string()), ("pg_place", arrow.int64()), ("pg_no", arrow.string())]
        return arrow.schema([(ID, arrow.string()), *columns, *hidden])


def _cell(column: Column, values: Mapping[str, Any]) -> Any:
    """What a row has at the path of a column; None where it has nothing."""
    value: Any = values
    for key in column.name.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    if value is None or isinstance(value, bool | list):
        return value
    if column.type == "whole":
        return int(Decimal(value))
    return Decimal(value) if column.type == "number" else value


class _Written:
    """The tables of the layout, written of the parts: each row put to its patient, and those without one counted."""

    def __init__(self, database: Any, parts: _Parts, into: Path) -> None:
        self._database, self._parts, self._into = database, parts, into

    def all(self, patients: Path, counted: Counter[Unread]) -> LeftOut:
        """Write every table, and what was left out.

        Raises:
            FileError: two patients have one id.
        """
        files = self._parts.files()
        self._database.execute(
            f"CREATE VIEW people AS SELECT {ID}, birthDate, pg_no FROM read_parquet({literal(files[PATIENTS])})"
            if PATIENTS in files
            else f"CREATE TABLE people ({ID} VARCHAR, birthDate VARCHAR, pg_no VARCHAR)"
        )
        twice = self._database.execute(
            f"SELECT {ID} FROM people GROUP BY {ID} HAVING count(*) > 1 ORDER BY {ID} LIMIT 1"
        ).fetchone()
        if twice:
            raise FileError(patients, "read", f"it and the files beside it have the patient {twice[0]!r} twice")
        for table, path in files.items():
            self._write(table, path, counted)
        lines = sorted(
            (Left(one.resource, one.reason, one.system, one.code, one.name, rows) for one, rows in counted.items()),
            key=lambda left: (-left.rows, left.table, left.reason, left.system, left.code, left.name),
        )
        self._list(lines)
        return LeftOut(tuple(lines), sum(line.rows for line in lines if line.reason == NOBODY))

    def _write(self, table: str, path: Path, counted: Counter[Unread]) -> None:
        dates = [c.name for c in TABLES[table].columns if c.field.type == "date" and not c.field.ahead]
        # Both are as exact as they are written.
        early = " OR ".join(f'r."{one}" < left(birthDate, length(r."{one}"))' for one in dates) or "false"
        self._database.execute(f"""
            CREATE OR REPLACE VIEW judged AS
            SELECT r.*, CASE
                WHEN people.{ID} IS NULL THEN '{NOBODY}'
                WHEN people.pg_no IS NOT NULL THEN {"people.pg_no" if table == PATIENTS else f"'{NO_PATIENT}'"}
                WHEN {early} THEN '{EARLY}'
              END AS reason
            FROM read_parquet({literal(path)}) AS r LEFT JOIN people USING ({ID})""")
        of = {"labs": "test", "measurements": '"of"'}.get(table)
        kept, last = "SELECT * FROM judged WHERE reason IS NULL", ""
        if of is not None:
            place = f"row_number() OVER (PARTITION BY {ID}, {of} ORDER BY date DESC NULLS LAST, pg_place)"
            last = f"QUALIFY {place} <= {_MOST_VALUES}"
            more = self._database.execute(
                f"SELECT pg_resource, '{TOO_MANY}', {of}, count(*) FROM ({kept} QUALIFY {place} > {_MOST_VALUES}) "
                "GROUP BY ALL"
            ).fetchall()
            for resource, why, code, rows in more:
                counted[Unread(why, code=code, resource=resource)] += rows
        left = "SELECT pg_resource, reason, count(*) FROM judged WHERE reason IS NOT NULL GROUP BY ALL"
        for resource, why, rows in self._database.execute(left).fetchall():
            counted[Unread(why, resource=resource)] += rows
        columns = [f'"{column}"' for column in self._told(table)]
        select = f"SELECT {', '.join([ID, *columns])} FROM ({kept} {last}) ORDER BY {ID}, pg_place"
        self._database.execute(f"COPY ({select}) TO {literal(self._into / f'{table}.parquet')} (FORMAT parquet)")

    def _told(self, table: str) -> list[str]:
        """The columns of a table in which anything stands."""
        every = [column.name for column in TABLES[table].columns]
        counts = ", ".join(f'count("{name}")' for name in every)
        found = self._database.execute(f"SELECT {counts} FROM judged WHERE reason IS NULL").fetchone()
        return [name for name, number in zip(every, found, strict=True) if number]

    def _list(self, lines: Sequence[Left]) -> None:
        listed = io.StringIO()
        writer = csv.writer(listed, lineterminator="\n")
        writer.writerow(one.name for one in fields(Left))
        writer.writerows(map(astuple, lines))
        write_file(self._into / LEFT_OUT, listed.getvalue().encode())
