"""Tables of others, opened with DuckDB, and the tables of the layout written from them.

Nothing of the size of a population is held in Python: rows stay with DuckDB, which spills to disk. What comes to Python
are the codes that occur, each once. What is left out is counted by table, reason and code.
"""

from __future__ import annotations

import csv
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from .. import extras
from ..errors import CallError, FileError
from ..files import is_folder, read, reason
from .codes import UCUM, Codes, Known
from .csv_files import NO_UTF8, read_csv, said
from .layout import PATIENTS, TABLES
from .left_out import Left, LeftOut
from .sql import literal, quoted

#: Where it is listed what was left out.
LEFT_OUT = "left-out.csv"

NOBODY = "the person is in no person table"
NO_PATIENT = "the person is left out"
LATER = "it is after the request date"
EARLY = "it is before the birth or before 1900"
BACKWARDS = "it ends before it begins"
UNKNOWN = "no concept of the graph has this code or this name"
TOO_MANY = "it is older than the latest 1,000 values of one patient"
NO_NUMBER = "it has no number that a case takes"
NO_UNIT = "its unit is none in which this is measured, or it is graded"
BORN_LATER = "the person is born after the request date"
DIED = "the person died before the request date"
NO_BIRTH = "the birth is no day after 1900, or makes the person older than 130"
NO_AGE = "the day of birth is not told, and the age not sure"
NO_SEX = "the sex is neither female nor male"

#: Of so many values of one observable of one patient, a chart takes no more.
_MOST_VALUES = 1_000
#: How many codes are looked up at a time.
_BATCH = 10_000
_SQL_TYPES = {"words": "VARCHAR", "day": "DATE", "number": "DOUBLE"}


@dataclass(frozen=True)
class Asked:
    """A table that is read, and which of its columns, parted by spaces.

    Attributes:
        words, days, numbers: the columns, by what they hold.
        maybe: those that it need not have.
    """

    name: str
    words: str
    days: str = ""
    numbers: str = ""
    maybe: str = ""

    @property
    def columns(self) -> Iterator[tuple[str, str]]:
        """Each column with what it holds."""
        for holds, listed in (("words", self.words), ("day", self.days), ("number", self.numbers)):
            yield from ((column, holds) for column in listed.split())


class Records:
    """A folder with tables of one standard, while it is read.

    ``open`` makes of a table a view ``src_<name>``: its cells are words without spaces around them, days or numbers,
    and NULL where they are empty. ``resolve`` makes a table of what codes mean, ``judge`` a view ``judged_<name>`` of
    the rows with why each is left out, and ``write`` the tables of the layout.
    """

    def __init__(self, folder: Path, into: Path, standard: str, request_date: date) -> None:
        """Look at the folder, and see that ``into`` can take the tables.

        Raises:
            CallError: there is no such folder, or ``into`` holds tables already.
            FileError: the folder cannot be read, or has a table twice.
            MissingExtra: duckdb is not installed.
        """
        if not is_folder(folder):
            raise CallError("folder", f"is {str(folder)!r}, where no folder is; expected one with tables of {standard}")
        there = next((name for name in TABLES if (into / f"{name}.parquet").exists()), None)
        if there:
            raise CallError("into", f"is {str(into)!r}, which holds {there}.parquet already; name a new folder")
        self._duckdb = extras.needed("duckdb")
        self._folder, self._into, self._standard = folder, into, standard
        self._files = _tables_of(folder)
        self._parts: defaultdict[str, list[str]] = defaultdict(list)
        self._spill = tempfile.TemporaryDirectory(prefix="payergraph-")
        self._database = self._duckdb.connect(config={"temp_directory": self._spill.name})
        self.run("SET TimeZone = 'UTC'")
        self.run(f"CREATE MACRO request_date() AS DATE '{request_date}'")
        self.run("CREATE TABLE left_out (place TEXT, reason TEXT, system TEXT, code TEXT, name TEXT, number BIGINT)")

    def __enter__(self) -> Records:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._database.close()
        self._spill.cleanup()
        # What is wrong with a statement, and not with a file, is a fault of ours.
        ours = (self._duckdb.BinderException, self._duckdb.CatalogException, self._duckdb.ParserException)
        if isinstance(error, self._duckdb.Error) and not isinstance(error, ours):
            raise FileError(self._folder, "read", said(error)) from None

    def run(self, query: str) -> list[tuple[Any, ...]]:
        """Run a statement; the rows that it answers, which are few."""
        rows: list[tuple[Any, ...]] = self._database.execute(query).fetchall()
        return rows

    # --- reading ---------------------------------------------------------------------------------

    def has(self, asked: Asked) -> bool:
        """Whether a table is there."""
        return asked.name in self._files

    def expect(self, some: Sequence[Asked]) -> None:
        """Make sure that one of some tables is there.

        Raises:
            FileError: none is.
        """
        if not any(map(self.has, some)):
            wanted = ", ".join(asked.name for asked in some)
            problem = f"it has none of the tables {wanted}; expected one of them at least"
            raise FileError(self._folder, "read", problem)

    def file(self, asked: Asked) -> Path:
        """The file of a table that is there."""
        return self._files[asked.name]

    def must_open(self, asked: Asked, key: str) -> None:
        """Open a table that must be there and have rows, each with another key.

        Raises:
            FileError: as for ``open``; or it is not there, has no row, or has a key twice or an empty one.
        """
        if not self.open(asked):
            wanted = f"it has no {asked.name}.csv or {asked.name}.parquet, which {self._standard} has"
            raise FileError(self._folder, "read", wanted)
        rows, keys = self.run(f"SELECT count(*), count(DISTINCT {key}) FROM src_{asked.name}")[0]
        if not rows:
            raise FileError(self._files[asked.name], "read", "it has no row")
        if rows != keys:
            problem = f"{rows - keys:,} of its {rows:,} rows have no {key} of their own"
            raise FileError(self._files[asked.name], "read", problem)

    def open(self, asked: Asked) -> bool:
        """Open a table as the view ``src_<name>``; false where it is not there.

        Raises:
            FileError: it is empty, is no CSV or Parquet, lacks a column, or holds in one of dates what is none.
        """
        if not self.has(asked):
            return False
        path = self._files[asked.name]
        scan = _scan(path)
        with self._told(path):
            described = self.run(f"DESCRIBE FROM {scan}")
            types = {name.casefold(): (quoted(name), kind) for name, kind, *_ in described}
            cells = [f"{self._cell(asked, column, holds, types, scan)} AS {column}" for column, holds in asked.columns]
        self.run(f"CREATE VIEW src_{asked.name} AS SELECT {', '.join(cells)} FROM {scan}")
        return True

    def _cell(self, asked: Asked, column: str, holds: str, types: Mapping[str, tuple[str, str]], scan: str) -> str:
        """How a cell of a column is read."""
        path = self._files[asked.name]
        if column.casefold() not in types:
            if column in asked.maybe.split():
                return f"NULL::{_SQL_TYPES[holds]}"
            raise FileError(path, "read", f"it has no column {column}, which {asked.name} of {self._standard} has")
        name, kind = types[column.casefold()]
        if holds == "number":
            number = f"TRY_CAST({name} AS DOUBLE)"
            return f"CASE WHEN isfinite({number}) THEN {number} END"
        if holds == "words":
            # Tables that were frames of pandas have 8507.0 for 8507, and no number where nothing is.
            if kind in ("DOUBLE", "FLOAT"):
                name = f"CASE WHEN isfinite({name}) THEN {name} END"
            return f"regexp_replace({_text(name)}, '^(-?\\d+)\\.0$', '\\1')" if column.endswith("_id") else _text(name)
        if kind == "VARCHAR":
            return self._notation(path, scan, column, name)
        if kind == "DATE" or kind.startswith("TIMESTAMP"):
            return f"CAST({name} AS DATE)"
        raise FileError(path, "read", f"column {column} is of the type {kind}; expected dates")

    def _notation(self, path: Path, scan: str, column: str, name: str) -> str:
        """How the dates of a column of text are read.

        Raises:
            FileError: it has two notations, or what is no date.
        """
        counted = f"count({_text(name)}), count({_iso(name)}), count({_american(name)})"
        cells, iso, american = self.run(f"SELECT {counted} FROM {scan}")[0]
        if iso and american:
            rare, often = (_ISO, _AMERICAN) if iso < american else (_AMERICAN, _ISO)
            where = f"{_iso(name) if rare is _ISO else _american(name)} IS NOT NULL"
            problem = (
                f"has dates as {rare} in {self._rows(scan, where, min(iso, american))} and as {often} in the others"
            )
            raise FileError(path, "read", f"column {column} {problem}; expected one notation in the whole column")
        if iso + american < cells:
            where = f"{_text(name)} IS NOT NULL AND {_iso(name)} IS NULL AND {_american(name)} IS NULL"
            problem = f"column {column} has no date in {self._rows(scan, where, cells - iso - american)}"
            raise FileError(path, "read", f"{problem}; expected {_ISO} or {_AMERICAN}")
        return _american(name) if american else _iso(name)

    def _rows(self, scan: str, where: str, number: int) -> str:
        """The first rows that are so, counted from 1 without the header."""
        numbered = f"SELECT *, row_number() OVER () AS pg_row FROM {scan}"
        found = self.run(f"SELECT pg_row FROM ({numbered}) WHERE {where} ORDER BY pg_row LIMIT 5")
        listed = ", ".join(f"{row:,}" for (row,) in found)
        more = f" and {number - len(found):,} more" if number > len(found) else ""
        return f"row{'s' * (number > 1)} {listed}{more}"

    @contextmanager
    def _told(self, path: Path) -> Iterator[None]:
        """What DuckDB says of a file, as a sentence."""
        try:
            yield
        except self._duckdb.Error as error:
            raise FileError(path, "read", said(error)) from None

    # --- codes -----------------------------------------------------------------------------------

    def resolve(
        self, into: str, query: str, columns: str, meaning: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    ) -> None:
        """Make a table of what the codes that occur mean: a row for each row of a query.

        Args:
            columns: what is added to those of the query, parted by spaces: words, but for ``fits``, a yes or no.
            meaning: some of these columns for a row; none where nothing is known of it.
        """
        arrow = extras.needed("pyarrow")
        asked = self._database.cursor().execute(query)
        names = [column[0] for column in asked.description]
        types = {name: arrow.bool_() if name == "fits" else arrow.string() for name in (*names, *columns.split())}
        schema = arrow.schema(list(types.items()))
        self._database.register("batch", schema.empty_table())
        self.run(f"CREATE TABLE {into} AS FROM batch")
        while batch := [dict(zip(names, row, strict=True)) for row in asked.fetchmany(_BATCH)]:
            rows = [{**row, **meaning(row)} for row in batch]
            self._database.register("batch", arrow.Table.from_pylist(rows, schema=schema))
            self.run(f"INSERT INTO {into} FROM batch")
        self._database.unregister("batch")

    def leave_out(self, place: str, reason: str, source: str, name: str = "''", code: str = "''") -> None:
        """Count rows or cells that are left out, by their code and name.

        Args:
            source: what follows FROM.
        """
        cells = ", ".join(f"coalesce({cell}, '')" for cell in (code, name))
        self.run(f"INSERT INTO left_out SELECT '{place}', '{reason}', '', {cells}, count(*) FROM {source} GROUP BY ALL")

    # --- people and rows ---------------------------------------------------------------------------

    def people(self, place: str, select: str) -> None:
        """Make the table of people; who is no patient stays in it, and is counted.

        Args:
            place: the name of the table in the source.
            select: ``id``; ``first`` and ``last``, the days on which the person can be born, NULL where nothing is
                known; ``birth``, whether a birth is told at all; ``died``; ``sex``, with ``sex_code`` and ``sex_name``
                as the source has them; and what else ``write`` needs.
        """
        self.run(_AGE)
        self.run(f"""
            CREATE TABLE people AS
            SELECT *,
              CASE
                WHEN died < request_date() THEN '{DIED}'
                WHEN first > request_date() THEN '{BORN_LATER}'
              END AS no_patient,
              first IS NOT NULL AND year(first) >= 1900 AND age_of(first) <= 130 AS sure
            FROM ({select})""")
        for why in (DIED, BORN_LATER):
            self.leave_out(place, why, f"people WHERE no_patient = '{why}'")
        told = "people WHERE no_patient IS NULL AND"
        unsure = "first <> last AND age_of(first) <> age_of(least(last, request_date()))"
        self.leave_out(place, NO_BIRTH, f"{told} birth AND NOT sure")
        self.leave_out(place, NO_AGE, f"{told} sure AND {unsure}")
        self.leave_out(place, NO_SEX, f"{told} sex IS NULL", "sex_name", "sex_code")

    def judge(self, place: str, select: str) -> None:
        """Make the view ``judged_<place>``: the rows, each with ``id``, and ``reason`` where it is left out.

        Args:
            place: the name of the table in the source.
            select: ``person``; the days ``begins`` and ``ends``; ``known``, whether what the row is about is;
                ``system``, ``code`` and ``name`` of that; ``problem``, another reason; and what else is needed.
        """
        self.run(f"""
            CREATE VIEW judged_{place} AS
            SELECT asked.*, asked.person AS id,
              CASE
                WHEN people.id IS NULL THEN '{NOBODY}'
                WHEN no_patient IS NOT NULL THEN '{NO_PATIENT}'
                WHEN begins > request_date() THEN '{LATER}'
                WHEN begins < greatest(DATE '1900-01-01', CASE WHEN sure THEN first END)
                  OR ends < greatest(DATE '1900-01-01', CASE WHEN sure THEN first END) THEN '{EARLY}'
                WHEN ends < begins THEN '{BACKWARDS}'
                WHEN NOT known THEN '{UNKNOWN}'
                ELSE problem
              END AS reason
            FROM ({select}) AS asked LEFT JOIN people ON people.id = asked.person""")
        of_a_code = f"reason NOT IN ('{NOBODY}', '{NO_PATIENT}')"
        cells = ", ".join(
            f"CASE WHEN {of_a_code} THEN coalesce({cell}, '') ELSE '' END" for cell in ("system", "code", "name")
        )
        self.run(
            f"INSERT INTO left_out SELECT '{place}', reason, {cells}, count(*) FROM judged_{place} "
            "WHERE reason IS NOT NULL GROUP BY ALL"
        )

    def therapies(self, place: str, more: str = "") -> None:
        """Say what goes into therapies: the rows with a ``product``, ``ongoing`` where no end means still taken.

        Without an end a start says that a drug is still taken. Where the source does not say so, neither is written.
        """
        dates = (
            "CASE WHEN ongoing OR ends IS NOT NULL THEN CAST(begins AS VARCHAR) END AS start, "
            'CASE WHEN ends <= request_date() THEN CAST(ends AS VARCHAR) END AS "end"'
        )
        self.part("therapies", place, f"product, {dates}{more}", "product IS NOT NULL")

    def events(self, place: str, event: str = "event") -> None:
        """Say what goes into events: the rows with an event, or with several as a list."""
        listed = f"{event} AS event, CAST(begins AS VARCHAR) AS date"
        self.part("events", place, listed, f"{event.removeprefix('unnest(').removesuffix(')')} IS NOT NULL")

    def values(self, place: str, *, limits: bool) -> None:
        """Say what goes into labs and measurements: the rows with a ``test`` or an ``observable``.

        Args:
            limits: whether there are ``upper`` and ``lower``, the limits of normal.
        """
        day = "CAST(begins AS VARCHAR) AS date"
        upper, lower = (
            f", CASE WHEN grade IS NULL AND {end} BETWEEN 0.000001 AND 1e9 THEN round({end}, 9) END AS {end}Limit"
            if limits
            else ""
            for end in ("upper", "lower")
        )
        number = "round(number, 9)"
        self.part("labs", place, f"test, {number} AS value, unit{upper}, {day}", "test IS NOT NULL")
        value = f"coalesce(grade, CAST({number} AS VARCHAR)) AS value, CASE WHEN grade IS NULL THEN unit END AS unit"
        of = f'observable AS "of", {value}{upper}{lower}, {day}'
        self.part("measurements", place, of, "observable IS NOT NULL")

    # --- writing ---------------------------------------------------------------------------------

    def part(self, table: str, place: str, columns: str, where: str, group: str = "") -> None:
        """Say what goes into a table of the layout: columns of the rows of ``judged_<place>`` that are not left out.

        Args:
            group: the columns by which the rows of a patient are one; where none are named, only equal rows are.
        """
        grouped = f" GROUP BY id, {group}" if group else ""
        self._parts[table].append(
            f"SELECT id, {columns} FROM judged_{place} WHERE reason IS NULL AND ({where}){grouped}"
        )

    def write(self, columns: str, complete: Mapping[str, Sequence[Asked]]) -> LeftOut:
        """Write the tables, each row once, in the order of the patients.

        Args:
            columns: what of ``people`` goes into ``patients``.
            complete: by the name of a flag of ``patients`` the tables of the source that must be there and leave out
                no row of a patient for the flag to be set, rows after the request date aside.

        Raises:
            FileError: they cannot be written.
        """
        try:
            self._into.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            raise FileError(self._into, "written", reason(error)) from None
        whole = {flag: tables for flag, tables in complete.items() if all(map(self.has, tables))}
        flags = "".join(f", {_whole(tables)} AS {flag}" for flag, tables in whole.items())
        patients = f"SELECT id, CAST(request_date() AS VARCHAR) AS requestDate, {columns}{flags} FROM people"
        written = {PATIENTS: f"{patients} WHERE no_patient IS NULL ORDER BY id"}
        for table, parts in self._parts.items():
            rows = f"SELECT DISTINCT * FROM ({' UNION ALL BY NAME '.join(parts)})"
            written[table] = f"{self._latest(table, rows)} ORDER BY ALL"
        listed = (
            "SELECT place AS table, reason, system, code, name, number AS rows FROM left_out WHERE number > 0 "
            "ORDER BY number DESC, place, reason, system, code, name"
        )
        try:
            # What fails leaves nothing behind.
            with tempfile.TemporaryDirectory(dir=self._into, prefix=".") as beside:
                for table, select in written.items():
                    self.run(f"COPY ({select}) TO {literal(Path(beside, f'{table}.parquet'))} (FORMAT parquet)")
                self.run(f"COPY ({listed}) TO {literal(Path(beside, LEFT_OUT))} (FORMAT csv, HEADER)")
                for path in sorted(Path(beside).iterdir()):
                    path.replace(self._into / path.name)
        except (OSError, self._duckdb.IOException) as error:
            why = reason(error) if isinstance(error, OSError) else said(error)
            raise FileError(self._into, "written", why) from None
        lines = tuple(Left(*row) for row in self.run(listed))
        return LeftOut(lines, sum(line.rows for line in lines if line.reason == NOBODY))

    def _latest(self, table: str, rows: str) -> str:
        """Of values of one observable of a patient, the latest that a chart takes; the others are counted."""
        of = {"labs": "test", "measurements": '"of"'}.get(table)
        if of is None:
            return rows
        each = f"SELECT {of} AS what, count(*) - {_MOST_VALUES} AS more FROM ({rows}) GROUP BY id, {of}"
        counted = f"SELECT '{table}', '{TOO_MANY}', '', what, '', sum(more) FROM ({each}) WHERE more > 0 GROUP BY what"
        if not self.run(f"INSERT INTO left_out {counted}")[0][0]:
            return rows
        place = f"row_number() OVER (PARTITION BY id, {of} ORDER BY date DESC NULLS LAST, value)"
        return f"SELECT * FROM ({rows}) QUALIFY {place} <= {_MOST_VALUES}"


# --- values --------------------------------------------------------------------------------------

#: Why a value is none that a case takes; NULL where it is one.
NO_VALUE = f"""CASE
    WHEN observable IS NOT NULL AND grade IS NOT NULL THEN NULL
    WHEN number IS NULL OR abs(number) > 1e9 OR test IS NOT NULL AND number < 0 THEN '{NO_NUMBER}'
    WHEN NOT fits THEN '{NO_UNIT}' END"""
#: The columns that ``measured`` fills.
MEASURED = "test observable unit grade fits told"


def with_unit(name: str) -> str:
    """The name of what was measured, with its unit where that is why it is left out."""
    return f"CASE WHEN problem = '{NO_UNIT}' THEN concat({name}, ' in ', coalesce(told, 'no unit')) ELSE {name} END"


def measured(codes: Codes, of: Known | None, units: Iterable[str | None], graded: str | None) -> dict[str, Any]:
    """What is known of the values of an observable in a unit.

    Args:
        of: the lab test or the observable; None where it is not known.
        units: what the unit is called: codes of UCUM, or names.
        graded: the name of the value, where it may be a grade.
    """
    if of is None:
        return {}
    told = [text for text in units if text]
    found = (codes.concept(UCUM, text) or codes.named(text, ("Unit",)) for text in told)
    unit = next((known for known in found if known), None)
    grade = codes.grade(of, graded) if graded else None
    return {
        "test" if of.kind == "LabTest" else "observable": of.slug,
        "unit": unit.slug if unit else None,
        "grade": grade.slug if grade else None,
        # A unit that is told and not known is another than none.
        "fits": codes.fits(of, unit) if unit or not told else False,
        "told": told[0] if told else None,
    }


# --- files ---------------------------------------------------------------------------------------


def _tables_of(folder: Path) -> dict[str, Path]:
    """The tables of a folder by their names."""
    found: dict[str, Path] = {}
    try:
        files = sorted(folder.iterdir())
    except OSError as error:
        raise FileError(folder, "read", reason(error)) from None
    for path in files:
        if path.suffix.lower() in (".csv", ".parquet"):
            other = found.setdefault(path.stem.casefold(), path)
            if other is not path:
                raise FileError(path, "read", f"{other.name} is the same table; keep one of them")
    return found


def _scan(path: Path) -> str:
    """How DuckDB reads a file.

    Raises:
        FileError: it cannot be read, is empty, or is no Parquet.
    """
    head = read(path, 1 << 16)
    if not head.strip():
        raise FileError(path, "read", "it is empty")
    if path.suffix.lower() == ".parquet":
        if not head.startswith(b"PAR1"):
            raise FileError(path, "read", "it is no Parquet file, though its name says so")
        return f"read_parquet({literal(path)})"
    return _csv(path, head)


def _csv(path: Path, head: bytes) -> str:
    """How DuckDB reads a file of CSV: by its header, with nothing guessed, for a guess may take rows as comments.

    Raises:
        FileError: the header is no UTF-8, or names a column twice.
    """
    try:
        line = head.partition(b"\n")[0].decode("utf-8-sig").rstrip("\r")
    except UnicodeDecodeError:
        raise FileError(path, "read", NO_UTF8) from None
    # The vocabularies of OMOP come with tabs and no quotes.
    delimiter, quote = ("\t", "") if "\t" in line else (",", '"')
    names = next(csv.reader([line], delimiter=delimiter, quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE))
    return read_csv(path, names, delimiter, quote)


# --- cells ---------------------------------------------------------------------------------------

_ISO, _AMERICAN = "YYYY-MM-DD", "MM/DD/YYYY"


def _text(name: str) -> str:
    return f"nullif(trim(CAST({name} AS VARCHAR)), '')"


def _iso(name: str) -> str:
    is_it = f"regexp_matches({_text(name)}, '^\\d{{4}}-\\d{{2}}-\\d{{2}}([T ].*)?$')"
    return f"TRY_CAST(CASE WHEN {is_it} THEN {_text(name)}[:10] END AS DATE)"


def _american(name: str) -> str:
    day = f"regexp_extract({_text(name)}, '^(\\d{{1,2}}/\\d{{1,2}}/\\d{{4}})( .*)?$', 1)"
    return f"CAST(try_strptime({day}, '%m/%d/%Y') AS DATE)"


def _whole(tables: Iterable[Asked]) -> str:
    """Whether no row of a patient is left out of some tables; NULL, which says nothing, where one is."""
    left = " UNION ALL ".join(
        f"SELECT person FROM judged_{asked.name} WHERE person IS NOT NULL AND reason <> '{LATER}'" for asked in tables
    )
    return f"CASE WHEN id NOT IN ({left}) THEN true END"


#: Completed years on the request date: a birthday that a month does not have is its last day.
_AGE = """
    CREATE MACRO age_of(born) AS (
      (year(request_date()) - year(born)) * 12 + month(request_date()) - month(born)
      - CASE WHEN day(request_date()) < least(day(born), day(last_day(request_date()))) THEN 1 ELSE 0 END
    ) // 12"""
#: What of people goes into the table of patients.
BORN = """
    CASE WHEN sure AND first = last THEN CAST(first AS VARCHAR) END AS birthDate,
    CASE
      WHEN sure AND first <> last AND age_of(first) = age_of(least(last, request_date())) THEN age_of(first)
    END AS age,
    sex"""
