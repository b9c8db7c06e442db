"""Facts of units as Arrow tables, with codes in the place of sets of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..extras import needed
from .facts import ROW, UNIT, Codes, FactRow, FactType, fact_tables

_HELD: Mapping[FactType, str] = {"codes": "int32", "flag": "bool_", "truth": "int8", "number": "float64"}


def in_arrow(rows: Mapping[str, Sequence[FactRow]], codes: Codes) -> dict[str, Any]:
    """The rows of each table as an Arrow table; codes that are new are added to the list of them."""
    return {name: _table(name, found, codes) for name, found in rows.items()}


def _table(name: str, rows: Sequence[FactRow], codes: Codes) -> Any:
    arrow = needed("pyarrow")
    table = fact_tables()[name]
    columns = {UNIT: arrow.array([row[UNIT] for row in rows], arrow.int64())}
    if ROW in table.keys:
        columns[ROW] = arrow.array([row[ROW] for row in rows], arrow.int32())
    for column, type in table.columns.items():
        values = [row.get(column) for row in rows]
        if type == "codes":
            values = [None if not value else codes.of(value) for value in values]
            codes.used[f"{name}.{column}"].update(value for value in values if value is not None)
        columns[column] = arrow.array(values, getattr(arrow, _HELD[type])())
    return arrow.table(columns)
