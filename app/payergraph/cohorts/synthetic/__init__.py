"""A population to try on, drawn by assumptions that stand in ``data/synthetic`` with their sources; no patient is real.

The same seed draws the same patients, with the same versions of numpy and pyarrow, and the first of a larger population
are those of a smaller one.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from textwrap import fill

from ...errors import CallError, ExportError
from ...extras import needed, require
from ...files import reason, whole
from ...locate import folder, shown
from ...store.graph import Graph
from ...store.names import names
from .model import Assumptions
from .reading import read

__all__ = ["LABEL", "assumptions", "generate", "uses"]

#: The key in a Parquet file that says that its rows are synthetic, with what they were drawn by, as JSON.
LABEL = "payergraph:synthetic"


def uses() -> tuple[str, ...]:
    """The uses of which there are assumptions."""
    return tuple(sorted(path.stem for path in (folder("data") / "synthetic").glob("*.yaml")))


def assumptions(use: str, graph: Graph) -> Assumptions:
    """What is assumed of the patients of a use.

    Args:
        use: the slug of a condition.
        graph: which has all the concepts that they name.

    Raises:
        CallError: there are none of this use.
        CohortError: they are not as they have to be; a sentence a fault.
    """
    if use not in uses():
        raise CallError("use", f"is {use!r}, of which nothing is assumed; expected {' or '.join(uses())}")
    path = folder("data") / "synthetic" / f"{use}.yaml"
    return read(whole(path).decode("utf-8"), shown(path, folder("data").parent), names(graph))


def generate(into: Path, use: str, size: int, seed: int, graph: Graph, *, request_date: date) -> None:
    """Draw a population and write its tables as Parquet, with a README.

    Charts say nothing of what is asked for: no drug, no indication and no date of a request.

    Args:
        into: a folder that is empty or not there yet.
        use: the slug of a condition, one of ``uses()``.
        size: how many patients.
        seed: 0 or greater.
        graph: which has all the concepts that the assumptions name.
        request_date: the day from which everything counts back.

    Raises:
        CallError: the use, the size or the seed is none.
        CohortError: as for ``assumptions``.
        ExportError: the folder holds something, or cannot be written; then nothing is left in it.
        MissingExtra: pyarrow is not installed.
    """
    require("pyarrow")
    require("numpy")
    for argument, value, least in (("size", size, 1), ("seed", seed, 0)):
        if value < least:
            raise CallError(argument, f"is {value}; expected {least} or more")
    stated = assumptions(use, graph)
    try:
        into.mkdir(parents=True, exist_ok=True)
        if any(into.iterdir()):
            raise ExportError(f"{into} holds something already; name a folder that is empty or not there yet")
        try:
            counts = _write(into, stated, size, seed, request_date)
        except BaseException:
            for path in into.iterdir():
                path.unlink()
            raise
        (into / "README.md").write_text(_readme(stated, size, seed, request_date, counts), encoding="utf-8")
    except OSError as error:
        raise ExportError(f"{into} cannot be written: {reason(error)}") from None


def _write(into: Path, stated: Assumptions, size: int, seed: int, request_date: date) -> dict[str, int]:
    """Write the tables, a block after the other.

    Returns:
        How many rows each has.
    """
    from .drawing import BLOCK, Block, schema_of, tables_of

    parquet = needed("pyarrow.parquet")
    label = {
        "use": stated.use,
        "seed": seed,
        "size": size,
        "requestDate": request_date.isoformat(),
        "version": stated.version,
    }
    counts = dict.fromkeys(tables_of(stated), 0)
    with ExitStack() as open_files:
        writers = {
            name: open_files.enter_context(
                parquet.ParquetWriter(
                    into / f"{name}.parquet", schema_of(name).with_metadata({LABEL: json.dumps(label)})
                )
            )
            for name in counts
        }
        for number, start in enumerate(range(0, size, BLOCK)):
            tables = Block(stated, seed, number, request_date).tables(min(BLOCK, size - start))
            for name, table in tables.items():
                writers[name].write_table(table)
                counts[name] += table.num_rows
    return counts


def _readme(stated: Assumptions, size: int, seed: int, request_date: date, counts: dict[str, int]) -> str:
    rows = "\n".join(f"- `{name}.parquet`: {count:,} rows" for name, count in counts.items())
    drawn = fill(
        f"No patient here is real. {size:,} patients were drawn by payergraph from assumptions, with the seed {seed}, "
        f"counting back from {request_date.isoformat()}. {stated.about}",
        118,
    )
    return f"""\
# A synthetic population: {stated.use}

{drawn}

The assumptions are those of `data/synthetic/{stated.use}.yaml`, version {stated.version}; some are from publications,
others are guesses, and each says which. docs/synthetic-population.md has them as tables. What follows from such a
population shows how policies work; it is no estimate of how many patients meet them.

{rows}

Each file says the same of itself under the key `{LABEL}` of its metadata, and each id begins with `synthetic-`.
"""
