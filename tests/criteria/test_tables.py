"""Every row of the specification tables, by every engine: the quick way, pySHACL and the independent evaluator."""

from __future__ import annotations

import json

import pyoxigraph as ox
import pytest
from evaluator import ID, evaluate
from strategies import REVIEW, concepts, engines_say
from tables import SPEC, VALUES, Row, Table, criteria, graph, slug, specs

from payergraph.chart.case import parse_case
from payergraph.criteria import MODULES
from payergraph.verdict.bench import bench

KINDS = {module.KIND.name: module.KIND for module in MODULES}
ROWS = [
    pytest.param(table, row, id=f"{table.name}-{number}")
    for spec in specs().values()
    for table in spec.tables
    for number, row in enumerate(table.rows)
]


@pytest.mark.parametrize(("table", "row"), ROWS)
def test_every_engine_says_what_the_row_says(table: Table, row: Row) -> None:
    known = parse_case(json.dumps(table.case(row)), graph())
    leaf = criteria()[table.name]
    on = bench(graph())
    with on.with_case(known.triples(ox.NamedNode(known.indication or ID + REVIEW))):
        by_shapes = engines_say(on, known.iri.value, [leaf])[leaf.id].value
    by_evaluator = evaluate(table.kind, table.params, table.case(row), concepts(), REVIEW)
    assert (by_shapes, by_evaluator) == (row.value, row.value), row.reason


def test_every_kind_has_a_file_and_every_file_a_kind() -> None:
    assert {kind: f"tests/spec/{slug(kind)}.yaml" for kind in KINDS if kind not in specs()} == {}
    assert {path.stem for path in SPEC.iterdir()} == {slug(kind) for kind in KINDS}
    assert all(spec.kind == kind for kind, spec in specs().items())


@pytest.mark.parametrize("kind", sorted(specs()))
def test_a_kind_has_all_three_values_or_says_which_it_never_has(kind: str) -> None:
    shown = {row.value for table in specs()[kind].tables for row in table.rows}
    assert shown | set(specs()[kind].never) == set(VALUES)
    assert not shown & set(specs()[kind].never)


@pytest.mark.parametrize("kind", sorted(specs()))
def test_every_parameter_of_a_kind_is_in_some_table(kind: str) -> None:
    declared = {parameter.name for part in KINDS[kind].parts for parameter in part.parameters}
    assert declared - {name for table in specs()[kind].tables for name in table.parameters} == set()


@pytest.mark.parametrize("kind", sorted(specs()))
def test_no_two_rows_of_a_table_are_the_same_chart(kind: str) -> None:
    for table in specs()[kind].tables:
        charts = [json.dumps(table.case(row), sort_keys=True, default=str) for row in table.rows]
        assert len(set(charts)) == len(charts), table.name
