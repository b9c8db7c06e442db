"""Small folders of tables for the readers of records, and the charts that come of them."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb

from payergraph.chart.case import Case, parse_case
from payergraph.cohorts.layout import ID, PATIENTS, TABLES, record
from payergraph.cohorts.left_out import LeftOut
from payergraph.store.graph import Graph


def write(folder: Path, **tables: str) -> Path:
    """Write tables as CSV: their lines, indented as a test has them."""
    folder.mkdir(exist_ok=True)
    for name, text in tables.items():
        lines = (line.strip() for line in text.strip().splitlines())
        (folder / f"{name}.csv").write_text("".join(f"{line}\n" for line in lines))
    return folder


def as_parquet(folder: Path, into: Path) -> Path:
    """The tables of a folder of CSV as Parquet, with the types that DuckDB sees in them."""
    into.mkdir()
    for path in folder.glob("*.csv"):
        duckdb.sql(f"COPY (FROM read_csv('{path}')) TO '{into / path.stem}.parquet' (FORMAT parquet)")
    return into


def rows(into: Path, table: str) -> list[tuple[Any, ...]]:
    """The rows of a table of the layout, in their order."""
    return duckdb.sql(f"FROM '{into / table}.parquet'").fetchall()


def columns(into: Path, table: str) -> list[str]:
    """The names of its columns."""
    return duckdb.sql(f"FROM '{into / table}.parquet'").columns


def charts(into: Path) -> dict[str, dict[str, Any]]:
    """The charts of all patients, by id; every column is one of the layout."""
    lists: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for name in TABLES:
        if name == PATIENTS or not (into / f"{name}.parquet").exists():
            continue
        names = columns(into, name)
        assert all(column == ID or TABLES[name].column(column) for column in names), names
        for row in rows(into, name):
            entry = dict(zip(names, row, strict=True))
            lists[entry[ID]][name].append(entry)
    names = columns(into, PATIENTS)
    assert all(column == ID or TABLES[PATIENTS].column(column) for column in names), names
    patients = (dict(zip(names, row, strict=True)) for row in rows(into, PATIENTS))
    return {patient[ID]: record(patient, lists.pop(patient[ID], {})) for patient in patients} | (
        {"": dict(lists)} if lists else {}
    )


def cases(into: Path, graph: Graph) -> dict[str, Case]:
    """The same, each read as a case that asks for a drug."""
    return {id: parse_case({**chart, "drug": "anakinra"}, graph) for id, chart in charts(into).items()}


def told(left: LeftOut) -> list[tuple[str, str, str, str, str, int]]:
    """What was left out, in order."""
    return sorted((one.table, one.reason, one.system, one.code, one.name, one.rows) for one in left.lines)
