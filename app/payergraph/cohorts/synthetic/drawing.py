"""Patients drawn by assumptions, a block at a time, as tables of the layout.

A block is always drawn whole, from numbers of its own, so that its patients are the same in a population of any size.
Each assumption has numbers of its own, too, told apart by its path: to change one leaves what is drawn by the others,
as long as these are drawn for the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log
from typing import TYPE_CHECKING, Any, TypeAlias
from zlib import crc32

import numpy as np

from ...extras import needed
from ..layout import ID, PATIENTS, TABLES, Column
from .model import Amount, Assumption, Assumptions, Course, Result, Share, Shares
from .reading import NONE, NOT_TAKEN, PRECISIONS, STAGE, placed

if TYPE_CHECKING:
    import pyarrow as pa

Floats: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"
Whole: TypeAlias = "np.ndarray[Any, np.dtype[np.int64]]"
Flags: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"

#: How many patients are drawn from the same numbers.
BLOCK = 10_000
#: The columns that a population has, in the order of the layout; of the other lists it has none.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    PATIENTS: (
        "birthDate",
        "weightKg",
        "heightCm",
        "sex",
        "diagnosesComplete",
        "prescriber.specialties",
        "consultationsComplete",
        "therapiesComplete",
        "labsComplete",
        "measurementsComplete",
        "findingsComplete",
        "screeningsComplete",
        "attestations",
        "documents",
        "documentsComplete",
    ),
    "diagnoses": ("condition", "severity", "active", "since"),
    "consultations": ("specialty", "date"),
    "therapies": (
        "product",
        "start",
        "end",
        "durationMonths",
        "outcome",
        "maximallyTolerated",
        "weeklyDoseMg",
        "stopsOnApproval",
        "sample",
        "planned",
    ),
    "labs": ("test", "value", "unit", "upperLimit", "date"),
    "measurements": ("of", "value", "unit", "upperLimit", "date", "phase"),
    "findings": ("finding", "present"),
    "screenings": ("for", "result", "date"),
}
_YEAR, _MONTH = 365.2425, 30.436875
_LENGTHS = {"day": 10, "month": 7, "year": 4}


@dataclass(frozen=True)
class Class:
    """Of each patient, or of each row, one of several values: ``values[codes[i]]``."""

    values: tuple[str, ...]
    codes: Whole

    def among(self, rows: Any) -> Class:
        """The same of some of them."""
        return Class(self.values, self.codes[rows])

    def are(self, *values: str) -> Flags:
        """Who has one of these values."""
        return np.isin(self.codes, [number for number, value in enumerate(self.values) if value in values])


#: By its name what an assumption may depend on.
Context: TypeAlias = Mapping[str, Class]


class Draws:
    """The random numbers of a block.

    Args:
        seed: of the population.
        block: the number of the block, from 0.
    """

    def __init__(self, seed: int, block: int) -> None:
        self._seed, self._block = seed, block

    def numbers(self, name: str) -> np.random.Generator:
        """Those of a name, which are the same at every call."""
        return np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(self._seed, spawn_key=(self._block, crc32(name.encode()))))
        )

    def share(self, of: Share, context: Context, n: int, also: str = "") -> Flags:
        """Of whom a share holds; ``also`` tells apart what the same share is drawn for."""
        return self.numbers(of.path + also).random(n) < _each(of, context, n)

    def shares(
        self, of: Shares, context: Context, n: int, also: str = "", barred: Callable[[str], Flags] | None = None
    ) -> Class:
        """Which of several values each has.

        Args:
            also: what the same shares are drawn for.
            barred: of a value, who may not have it; its part goes to the others. Who may have none has the last.
        """
        values = tuple(dict.fromkeys(value for each in of.of.values() for value in each))
        keys, codes = _codes(of, context, n)
        parts = np.array([[of.of.get(key, {}).get(value, 0.0) for value in values] for key in keys])[codes]
        if barred is not None:
            parts = np.where(np.column_stack([barred(value) for value in values]), 0.0, parts)
        bounds = parts.cumsum(axis=1)
        drawn = self.numbers(of.path + also).random(n) * bounds[:, -1]
        return Class(values, np.minimum((drawn[:, None] >= bounds).sum(axis=1), len(values) - 1))

    def amount(self, of: Amount, context: Context, n: int) -> Floats:
        """How much of something each has."""
        keys, codes = _codes(of, context, n)
        numbers = self.numbers(of.path)
        evenly, normally = numbers.random(n), numbers.standard_normal(n)
        found = np.zeros(n)
        for number, spread in enumerate(map(of.of.get, keys)):
            if spread is None:
                continue
            if spread.shape == "uniform":
                drawn = spread.low + (spread.high - spread.low) * evenly
            elif spread.shape == "normal":
                drawn = spread.mean + spread.sd * normally
            else:
                squared = log(1 + (spread.sd / spread.mean) ** 2)
                drawn = np.exp(log(spread.mean) - squared / 2 + squared**0.5 * normally)
            found = np.where(codes == number, np.clip(drawn, spread.low, spread.high).round(spread.decimals), found)
        return found


def _codes(of: Assumption[Any], context: Context, n: int) -> tuple[tuple[str, ...], Whole]:
    """What an assumption depends on, and of each row which of it holds."""
    if not of.by:
        return ("",), np.zeros(n, dtype=np.int64)
    return context[of.by].values, context[of.by].codes


def _each(of: Share, context: Context, n: int) -> Floats:
    keys, codes = _codes(of, context, n)
    found: Floats = np.array([of.of.get(key, 0.0) for key in keys])[codes]
    return found


@dataclass(frozen=True)
class _Taken:
    """Courses of one therapy: whose they are, and how many days ago they began and ended; 0 where it is still taken."""

    course: Course
    owners: Whole
    option: Class
    outcome: Class
    began: Whole
    ended: Whole
    still: Flags

    def between(self) -> Floats:
        """How many months each lasted."""
        months: Floats = ((self.began - self.ended) / _MONTH).round(1)
        return months


class Block:
    """The patients of a block.

    Args:
        stated: what is assumed of them.
        number: of the block, from 0.
        request_date: the day from which everything counts back.
    """

    def __init__(self, stated: Assumptions, seed: int, number: int, request_date: date) -> None:
        self._pa, self._pc = needed("pyarrow"), needed("pyarrow.compute")
        self._stated, self._number = stated, number
        self._draws = Draws(seed, number)
        self._today = (request_date - date(1970, 1, 1)).days
        self._people: Whole = np.arange(BLOCK)
        self._lived: Whole = np.zeros(BLOCK, np.int64)
        self._context: dict[str, Class] = {}
        self._pieces: dict[str, list[tuple[Whole, Mapping[str, Any]]]] = {name: [] for name in COLUMNS}
        self._missing: dict[str, Flags] = {name: np.zeros(BLOCK, dtype=np.bool_) for name in COLUMNS}

    def tables(self, size: int) -> Mapping[str, pa.Table]:
        """The tables of the first ``size`` patients of the block, the rows of each patient together."""
        self._context["sex"] = self._draws.shares(self._stated.sex, {}, BLOCK)
        for name, shares in self._stated.classes.items():
            self._context[name] = self._draws.shares(shares, self._context, BLOCK)
        height = self._draws.amount(self._stated.height, self._context, BLOCK)
        bmi = self._draws.amount(self._stated.bmi, self._context, BLOCK)
        follows = {"bmi": bmi, "body-weight": (bmi * (height / 100) ** 2).round(1)}
        self._patients(height, follows["body-weight"])
        self._diagnoses(self._therapies())
        for table in ("labs", "measurements"):
            for name, result in getattr(self._stated, table).items():
                self._measured(table, name, result, follows)
        self._looked_for()
        # Patients come last: a list of which a row is missing is not said to be complete.
        found = {name: self._table(name, size) for name in reversed(tables_of(self._stated))}
        return {name: found[name] for name in tables_of(self._stated)}

    # --- parts of a chart -----------------------------------------------------------------------------

    def _patients(self, height: Floats, weight: Floats) -> None:
        age = self._draws.amount(self._stated.age, self._context, BLOCK)
        day = np.floor(self._draws.numbers("birthday").random(BLOCK) * 365)
        self._lived = (np.ceil(age * _YEAR) + day).astype(np.int64)
        born = self._today - self._lived
        prescriber = self._draws.shares(self._stated.prescriber, self._context, BLOCK)
        specialties = tuple(value for value in prescriber.values if value != NONE)
        columns = {
            "birthDate": self._dates(born),
            "sex": self._words(self._context["sex"]),
            "heightCm": height,
            "weightKg": weight,
            "prescriber.specialties": self._lists(specialties, [prescriber.are(value) for value in specialties]),
        }
        for column in ("attestations", "documents"):
            shares = getattr(self._stated, column)
            held = [self._draws.share(share, self._context, BLOCK) for share in shares.values()]
            columns[column] = self._lists(tuple(shares), held)
        for column, share in self._stated.complete.items():
            columns[column] = self._draws.share(share, self._context, BLOCK)
        self._add(PATIENTS, self._people, columns)
        for specialty, visit in self._stated.consultations.items():
            had = self._draws.share(visit.had, self._context, BLOCK) & ~prescriber.are(specialty)
            days = self._draws.amount(visit.days, self._context, BLOCK)
            self._add("consultations", self._people[had], {"specialty": specialty, "date": self._ago(days[had])})

    def _diagnoses(self, first: Whole) -> None:
        """Diagnoses, the common one not after what was the first therapy, so many days ago."""
        said = self._stated.diagnosis
        condition = self._draws.shares(said.condition, self._context, BLOCK)
        since = self._draws.amount(said.since, self._context, BLOCK) * _YEAR
        # Not before birth, of which a year alone may be told.
        since = np.maximum(np.minimum(since, self._lived - _YEAR), first)
        recorded = self._draws.share(said.recorded, self._context, BLOCK)
        self._missing["diagnoses"] |= ~recorded
        columns: dict[str, Any] = {
            "condition": self._words(condition.among(recorded)),
            "since": self._ago(since[recorded]),
        }
        if said.severity is not None:
            columns["severity"] = self._words(self._draws.shares(said.severity, self._context, BLOCK).among(recorded))
        if said.active is not None:
            columns["active"] = self._draws.share(said.active, self._context, BLOCK)[recorded]
        self._add("diagnoses", self._people[recorded], columns)
        for name, share in self._stated.comorbidities.items():
            has = self._draws.share(share, self._context, BLOCK)
            self._add("diagnoses", self._people[has], {"condition": name})

    def _measured(self, table: str, name: str, result: Result, follows: Mapping[str, Floats]) -> None:
        measured = self._draws.share(result.measured, self._context, BLOCK)
        days = self._draws.amount(result.days, self._context, BLOCK)
        value = follows[name] if result.value is None else self._draws.amount(result.value, self._context, BLOCK)
        columns = {
            "test" if table == "labs" else "of": name,
            "value": value[measured],
            "unit": result.unit or None,
            "upperLimit": result.upper_limit and result.upper_limit.of[""],
            "date": self._ago(days[measured]),
            "phase": result.phase or None,
        }
        self._add(table, self._people[measured], {key: columns[key] for key in COLUMNS[table]})

    def _looked_for(self) -> None:
        for name, seen in self._stated.findings.items():
            present = self._draws.share(seen.present, self._context, BLOCK)
            told = self._draws.share(seen.told, self._context, BLOCK)
            self._add("findings", self._people[told], {"finding": name, "present": present[told]})
        for name, screening in self._stated.screenings.items():
            done = self._draws.share(screening.done, self._context, BLOCK)
            result = self._draws.shares(screening.result, self._context, BLOCK)
            days = self._draws.amount(screening.days, self._context, BLOCK)
            row = {"for": name, "result": self._words(result.among(done)), "date": self._ago(days[done])}
            self._add("screenings", self._people[done], row)

    # --- therapies ------------------------------------------------------------------------------------

    def _therapies(self) -> Whole:
        """Add all therapies.

        Returns:
            Of each patient how many days ago the first was begun; 0 where there was none.
        """
        first = np.zeros(BLOCK, dtype=np.int64)
        for taken in (*self._steps(), *self._beside()):
            self._course(taken)
            np.maximum.at(first, taken.owners, taken.began)
        return first

    def _steps(self) -> Iterator[_Taken]:
        """The steps, from the last to the first, each ending where the next begins."""
        next_began = np.zeros(BLOCK, dtype=np.int64)
        had: dict[str, Flags] = {}
        for course in reversed(self._stated.steps):
            owners = self._people[self._context[STAGE].are(*course.stages)]
            taken = self._taken(course, owners, next_began[owners], had)
            for value in taken.option.values:
                had.setdefault(value, np.zeros(BLOCK, dtype=np.bool_))[owners[taken.option.are(value)]] = True
            next_began[owners] = np.maximum(next_began[owners], taken.began)
            yield taken

    def _beside(self) -> Iterator[_Taken]:
        for course in self._stated.beside:
            assert course.taken is not None  # it is read so
            took = self._draws.share(course.taken, self._context, BLOCK)
            owners = self._people[took]
            yield self._taken(course, owners, np.zeros(len(owners), dtype=np.int64), {})
            if course.planned is not None:
                planned = self._draws.share(course.planned, self._context, BLOCK) & ~took
                option = self._draws.shares(course.options, self._context, BLOCK).among(planned)
                row = {"product": self._words(option), "planned": True}
                self._add("therapies", self._people[planned], row)

    def _taken(self, course: Course, owners: Whole, until: Whole, had: Mapping[str, Flags]) -> _Taken:
        """A course of each owner that ended before the day so many days ago."""
        n, context = len(owners), self._among(owners)
        nobody = np.zeros(BLOCK, dtype=np.bool_)
        option = self._draws.shares(course.options, context, n, barred=lambda value: had.get(value, nobody)[owners])
        context = {**context, "option": option}
        context["outcome"] = outcome = self._draws.shares(course.outcome, context, n)
        could = ~outcome.are(NOT_TAKEN, "intolerance")
        still = self._draws.share(course.still, context, n) & could
        gap = self._draws.amount(course.ended, context, n)
        months = self._draws.amount(course.months, context, n)
        # What is still taken in the last step was so until today; in an earlier one, the next step was added to it.
        ended = np.where(still, until, until + np.maximum(gap, 1)).astype(np.int64)
        began = ended + np.maximum(np.rint(months * _MONTH), 1).astype(np.int64)
        began, ended = (np.where(outcome.are(NOT_TAKEN), 0, days) for days in (began, ended))
        return _Taken(course, owners, option, outcome, began, np.where(still, 0, ended), still)

    def _course(self, taken: _Taken) -> None:
        """Add courses as rows."""
        course, n = taken.course, len(taken.owners)
        context = {**self._among(taken.owners), "option": taken.option, "outcome": taken.outcome}
        was_taken = ~taken.outcome.are(NOT_TAKEN)
        path, dating = f"/{course.options.path}", self._stated.dating
        dated = self._draws.share(dating.dated, context, n, path) & was_taken
        lasting = self._draws.share(dating.months, context, n, path) & was_taken & ~dated & ~taken.still
        precision = self._draws.shares(dating.precision, context, n, path)
        columns: dict[str, Any] = {
            "product": self._words(taken.option),
            "start": self._dates(self._today - taken.began, dated, precision),
            "end": self._dates(self._today - taken.ended, dated & ~taken.still, precision),
            "durationMonths": self._pa.array(taken.between(), mask=~lasting),
            "outcome": self._words(taken.outcome),
        }
        if course.weekly_dose is not None and course.maximally_tolerated is not None:
            dose = self._draws.shares(course.weekly_dose, context, n)
            known = np.isin(taken.option.codes, _with(course.weekly_dose, taken.option)) & was_taken
            amounts = np.array([float(value) for value in dose.values])[dose.codes]
            columns["weeklyDoseMg"] = self._pa.array(amounts, mask=~known)
            tolerated = self._draws.share(course.maximally_tolerated, context, n)
            columns["maximallyTolerated"] = self._pa.array(tolerated, mask=~known)
        if course.stops_on_approval is not None:
            stops = self._draws.share(course.stops_on_approval, context, n)
            columns["stopsOnApproval"] = self._pa.array(stops, mask=~taken.still)
        if course.sample is not None:
            columns["sample"] = self._pa.array(self._draws.share(course.sample, context, n), mask=~was_taken)
        self._add("therapies", taken.owners, columns)

    # --- tables ---------------------------------------------------------------------------------------

    def _add(self, table: str, owners: Whole, columns: Mapping[str, Any]) -> None:
        """Add rows; a column is an array, or one value for all of them."""
        self._pieces[table].append((owners, columns))

    def _table(self, name: str, size: int) -> pa.Table:
        """The rows of a table, without what is not recorded and who is not asked for."""
        schema = schema_of(name)
        pieces = [self._piece(schema, len(owners), columns) for owners, columns in self._pieces[name]]
        owners = np.concatenate([owners for owners, _ in self._pieces[name]] or [np.zeros(0, dtype=np.int64)])
        ids = self._pc.binary_join_element_wise(
            "synthetic-",
            self._pc.utf8_lpad(self._pa.array(owners + self._number * BLOCK + 1).cast("string"), 9, "0"),
            "",
        )
        table = self._pa.concat_tables(pieces) if pieces else schema.empty_table()
        table = table.set_column(0, schema.field(ID), ids)
        keep = owners < size
        for path, share in self._stated.recorded.items():
            where = placed(path)
            if where is None or where[0] != name:
                continue
            recorded = self._draws.share(share, self._among(owners), len(owners))
            if where[1] is None:
                keep &= recorded
                self._missing[name][owners[~recorded]] = True
            else:
                table = self._without(table, where[1].name, ~recorded)
        if name == PATIENTS:
            for of, missing in self._missing.items():
                if f"{of}Complete" in COLUMNS[PATIENTS]:
                    table = self._without(table, f"{of}Complete", missing[owners])
        kept = np.flatnonzero(keep)
        return table.take(self._pa.array(kept[np.argsort(owners[kept], kind="stable")])).combine_chunks()

    def _without(self, table: pa.Table, column: str, rows: Flags) -> pa.Table:
        """A table of which some cells of a column are empty."""
        at = table.schema.get_field_index(column)
        cells = self._pc.if_else(self._pa.array(rows), None, table.column(at))
        return table.set_column(at, table.schema.field(at), cells)

    def _piece(self, schema: pa.Schema, n: int, columns: Mapping[str, Any]) -> pa.Table:
        arrays = []
        for field in schema:
            column = columns.get(field.name)
            if not isinstance(column, (np.ndarray, self._pa.Array)):
                arrays.append(self._pa.repeat(self._pa.scalar(column, field.type), n))
            else:
                arrays.append(
                    (column if isinstance(column, self._pa.Array) else self._pa.array(column)).cast(field.type)
                )
        return self._pa.table(arrays, schema=schema)

    def _among(self, owners: Whole) -> dict[str, Class]:
        return {name: one.among(owners) for name, one in self._context.items()}

    def _words(self, of: Class) -> pa.Array:
        return self._pa.array(of.values, self._pa.string()).take(self._pa.array(of.codes))

    def _lists(self, values: Sequence[str], held: Sequence[Flags]) -> pa.Array:
        """Of each patient the values that it has."""
        matrix = np.column_stack(held) if held else np.zeros((BLOCK, 0), dtype=np.bool_)
        offsets = np.concatenate([[0], matrix.sum(axis=1).cumsum()]).astype(np.int32)
        return self._pa.ListArray.from_arrays(
            self._pa.array(offsets), self._words(Class(tuple(values), np.nonzero(matrix)[1]))
        )

    def _ago(self, days: Floats) -> pa.Array:
        return self._dates(self._today - np.rint(days).astype(np.int64))

    def _dates(self, days: Whole, known: Flags | None = None, precision: Class | None = None) -> pa.Array:
        """Days since 1970 as text, as exact as is known; empty where nothing is."""
        mask = None if known is None else ~known
        found = self._pa.array(days.astype(np.int32), mask=mask).cast(self._pa.date32()).cast(self._pa.string())
        for name in PRECISIONS[1:] if precision is not None else ():
            assert precision is not None
            shorter = self._pc.utf8_slice_codeunits(found, 0, _LENGTHS[name])
            found = self._pc.if_else(self._pa.array(precision.are(name)), shorter, found)
        return found


def tables_of(stated: Assumptions) -> tuple[str, ...]:
    """The tables of a population, ``patients`` first: of a list of which nothing is assumed there is none."""
    always = (PATIENTS, "diagnoses", "therapies")
    return tuple(name for name in COLUMNS if name in always or getattr(stated, name))


def schema_of(table: str) -> pa.Schema:
    """The schema of a table: text, numbers, whole numbers, yes or no, and lists of text."""
    pa = needed("pyarrow")
    types = {"words": pa.string(), "number": pa.float64(), "whole": pa.int64(), "flag": pa.bool_()}

    def typed(column: Column) -> Any:
        return pa.list_(types[column.type]) if column.many else types[column.type]

    columns = {column.name: column for column in TABLES[table].columns}
    return pa.schema([(ID, pa.string()), *((name, typed(columns[name])) for name in COLUMNS[table])])


def _with(doses: Shares, option: Class) -> list[int]:
    """The options that have a dose."""
    return [number for number, value in enumerate(option.values) if not doses.by or value in doses.of]
