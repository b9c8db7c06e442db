"""Spark and DuckDB say the same, to the row: of generated charts and criteria of every kind, and of a whole run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import columns
import duckdb
import ibis
import pytest
import strategies
from cohorts_shared import asked
from evaluator import ID
from strategies import REVIEW, cases, graph, leaves

from payergraph.cohorts.answer import Cohort
from payergraph.cohorts.asking import EngineName
from payergraph.cohorts.engines import Spark
from payergraph.cohorts.sources import Folder
from payergraph.criteria import CONNECTIVES, KINDS

pytestmark = pytest.mark.xdist_group("cohort")
_KINDS = [name for name in KINDS if name not in CONNECTIVES]


@pytest.fixture(scope="module")
def spark() -> Iterator[Spark]:
    """Spark on two cores of this machine."""
    engine = Spark(cores=2)
    # To compile what is asked of a hundred rows takes longer than to answer it.
    engine.session.conf.set("spark.sql.codegen.wholeStage", "false")
    engine.session.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    yield engine
    engine.session.stop()


def test_spark_and_duckdb_agree_on_every_kind(spark: Spark) -> None:
    criteria = [leaf.criterion() for kind in _KINDS for leaf in columns.drawn(leaves(kind), 2, seed=2)]
    charts = []
    for case in columns.drawn(cases(*_KINDS), 120, seed=2):
        known = strategies.read(case)
        charts.append((known, known.indication or ID + REVIEW))

    def in_spark(tables: dict[str, Any], expression: Any) -> Any:
        for name, table in tables.items():
            spark.hold(name, table)
        return spark.rows(expression)

    found = columns.states(charts, criteria, graph(), in_spark)
    assert found == columns.states(charts, criteria, graph())
    assert {state for states in found for state in states.values()} == set(strategies.Status)


def test_a_run_in_spark_writes_the_rows_of_one_in_duckdb(spark: Spark, small: Cohort, tmp_path: Path) -> None:
    tables, some = Folder(small.run.into / "tables"), list(small.run.asked.policies[::4])
    runs = [asked(tables, tmp_path / engine.value, engine=engine, policy=some) for engine in EngineName]
    for table in ("states", "determinations"):
        one, other = (f"read_parquet('{found.run.into / table / '*.parquet'}')" for found in runs)
        assert duckdb.sql(f"SELECT * FROM {one} EXCEPT ALL SELECT * FROM {other}").fetchall() == []
        assert (
            duckdb.sql(f"SELECT count(*) FROM {one}").fetchall()
            == duckdb.sql(f"SELECT count(*) FROM {other}").fetchall()
        )


@pytest.mark.parametrize("dialect", ["snowflake", "bigquery", "databricks", "trino"])
def test_warehouses_are_given_the_same_expressions(dialect: str, small: Cohort) -> None:
    """That they compile; no warehouse is at hand to run them."""
    text = ibis.to_sql(small.run.query(small.run.leaves).states, dialect=dialect)
    assert text.count("SELECT") > 3
