"""What runs the expressions: DuckDB in this process, or Spark, here or on a cluster.

Both are given the same expressions, each in its own SQL. What is written is one Parquet file, whole or not at all.
"""

from __future__ import annotations

import shutil
import warnings
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..errors import FileError, MissingExtra
from ..extras import needed, require
from ..files import reason
from .engine import Query
from .facts import fact_tables
from .sql import literal, quoted

#: Beside the tables of facts: whose units they are.
CHARTS = "charts"


class Engine(ABC):
    """What holds the tables of facts and answers what is asked of them."""

    #: What the dialect is called in Ibis.
    dialect: str

    @abstractmethod
    def read(self, parts: Sequence[Path]) -> None:
        """Take the facts of some parts, in the place of those before."""

    @abstractmethod
    def hold(self, name: str, table: Any) -> None:
        """Take an Arrow table."""

    @abstractmethod
    def keep(self, name: str, expression: Any) -> None:
        """Work an expression out, and hold it as a table."""

    @abstractmethod
    def write(self, expression: Any, path: Path) -> None:
        """Work an expression out into a Parquet file.

        Raises:
            FileError: it cannot be written.
        """

    @abstractmethod
    def rows(self, expression: Any) -> Any:
        """Work an expression out, as an Arrow table."""

    def prepare(self, query: Query) -> None:
        """Take what a query needs beside the facts: its marks."""
        for table in query.mark_tables:
            self.hold(table.name, table.in_arrow())

    def text(self, expression: Any) -> str:
        """The SQL of an expression."""
        return _written(expression.op(), self.dialect)


@lru_cache(maxsize=16)
def _written(node: Any, dialect: str) -> str:
    """The SQL of a node of Ibis. It is the same for each lot, and writing it takes half as long as running it."""
    return str(needed("ibis").to_sql(node.to_expr(), dialect=dialect))


class Duck(Engine):
    """DuckDB, in this process.

    Args:
        into: where it may put what does not fit in memory.
    """

    dialect = "duckdb"

    def __init__(self, into: Path | None = None) -> None:
        self.database = needed("duckdb").connect()
        self.database.sql("SET enable_progress_bar = false")
        if into is not None:
            self.database.execute("SET temp_directory = ?", [str(into / ".spilled")])

    def read(self, parts: Sequence[Path]) -> None:
        """As of an engine."""
        for name in (*fact_tables(), CHARTS):
            files = ", ".join(literal(part / f"{name}.parquet") for part in parts)
            self.database.sql(f"CREATE OR REPLACE VIEW {quoted(name)} AS SELECT * FROM read_parquet([{files}])")

    def hold(self, name: str, table: Any) -> None:
        """As of an engine."""
        self.database.register(name, table)

    def keep(self, name: str, expression: Any) -> None:
        """As of an engine."""
        self.database.sql(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} AS {self.text(expression)}")

    def write(self, expression: Any, path: Path) -> None:
        """As of an engine."""
        beside = path.with_name(f".{path.name}")
        try:
            self.database.sql(f"COPY ({self.text(expression)}) TO {literal(beside)} (FORMAT parquet, COMPRESSION zstd)")
            beside.replace(path)
        except needed("duckdb").IOException as error:
            raise FileError(path, "written", _said(error)) from None
        except OSError as error:
            raise FileError(path, "written", reason(error)) from None

    def rows(self, expression: Any) -> Any:
        """As of an engine."""
        return self.database.sql(self.text(expression)).to_arrow_table()


def _said(error: Exception) -> str:
    text = str(error).splitlines()[0]
    return "the disk is full" if "space" in text.lower() else text.partition(": ")[2] or text


class Spark(Engine):
    """Spark: of a session that there is, or of one that is begun on this machine.

    Args:
        cores: of this machine; all where absent.

    Raises:
        MissingExtra: PySpark, or a Java that it can use, is not installed.
    """

    dialect = "pyspark"

    def __init__(self, session: Any = None, *, cores: int | None = None) -> None:
        require("pyspark")
        if session is None and shutil.which("java") is None:
            raise MissingExtra(
                "Spark needs a Java, 17 or later, which is not installed; Debian's is openjdk-17-jre-headless"
            )
        self._options = needed("ibis").pyspark  # what Ibis knows of Spark is there once it is named
        self.session = session or _session(cores)

    def read(self, parts: Sequence[Path]) -> None:
        """As of an engine."""
        for name in (*fact_tables(), CHARTS):
            found = self.session.read.parquet(*(str(part / f"{name}.parquet") for part in parts))
            found.createOrReplaceTempView(name)

    def hold(self, name: str, table: Any) -> None:
        """As of an engine."""
        self.session.createDataFrame(table).createOrReplaceTempView(f"`{name}`")

    def keep(self, name: str, expression: Any) -> None:
        """As of an engine."""
        found = self.session.sql(self.text(expression)).cache()
        found.createOrReplaceTempView(name)

    def write(self, expression: Any, path: Path) -> None:
        """As of an engine."""
        beside = path.with_name(f".{path.stem}")
        self.session.sql(self.text(expression)).repartition(1).write.mode("overwrite").parquet(str(beside))
        [found] = beside.glob("part-*.parquet")
        found.replace(path)
        shutil.rmtree(beside)

    def rows(self, expression: Any) -> Any:
        """As of an engine."""
        return self.session.sql(self.text(expression)).toArrow()


def _session(cores: int | None) -> Any:
    """A session of this machine; it tells nothing but errors."""
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    session = (
        needed("pyspark.sql")
        .SparkSession.builder.master(f"local[{cores or '*'}]")
        .appName("payergraph")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.log.level", "ERROR")
        .config("spark.sql.shuffle.partitions", str(2 * (cores or 4)))
        .config("spark.sql.ansi.enabled", "true")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session
