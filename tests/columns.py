"""What columns say of leaves: many charts and many criteria at once, in DuckDB or in another engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import ibis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from payergraph.chart.case import Case
from payergraph.cohorts.arrow import in_arrow
from payergraph.cohorts.columns import Columns
from payergraph.cohorts.engine import Query
from payergraph.cohorts.facts import UNIT, Codes, Written
from payergraph.cohorts.known import concepts
from payergraph.criteria import KINDS, Status
from payergraph.policies.model import Criterion
from payergraph.store.graph import LocalGraph

#: Runs an expression over tables of facts; each row a unit, each column a leaf.
Runs = Callable[[dict[str, Any], Any], Any]


def in_duckdb(tables: dict[str, Any], expression: Any) -> Any:
    """The rows of an expression."""
    database = duckdb.connect()
    for name, table in tables.items():
        database.register(name, table)
    return database.sql(ibis.to_sql(expression, dialect="duckdb")).to_arrow_table()


def states(
    charts: Sequence[tuple[Case, str]], leaves: Sequence[Criterion], graph: LocalGraph, run: Runs = in_duckdb
) -> list[dict[str, Status]]:
    """The states of leaves for each chart under an indication, by the ids of the leaves."""
    tables, expression = asked(charts, leaves, graph)
    by_rank = {state.rank: state for state in Status}
    found: list[dict[str, Status]] = [{} for _ in charts]
    for row in run(tables, expression).to_pylist():
        found[row[UNIT]] = {leaf.id: by_rank[row[f"leaf{place}"]] for place, leaf in enumerate(leaves)}
    return found


def asked(
    charts: Sequence[tuple[Case, str]], leaves: Sequence[Criterion], graph: LocalGraph
) -> tuple[dict[str, Any], Any]:
    """The tables of facts of charts, and the expression of the states of leaves over them."""
    known, codes = concepts(graph), Codes()
    written = Written(lambda product: known.of("ingredient", product))
    for unit, (case, review) in enumerate(charts):
        written.add(unit, case, review, "any")
    tables = in_arrow(written.rows, codes)
    columns = Columns(known, codes)
    predicates = {f"leaf{place}": columns.leaf(leaf, KINDS[leaf.kind].parts) for place, leaf in enumerate(leaves)}
    query = Query(predicates, columns.asked, codes)
    return tables | {table.name: table.in_arrow() for table in query.mark_tables}, query.states


def drawn(strategy: st.SearchStrategy[Any], number: int, seed: int) -> list[Any]:
    """So many examples of a strategy, the same for one seed."""
    found: list[Any] = []

    @seeded(seed)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def take(one: Any) -> None:
        found.append(one)

    take()
    return found
