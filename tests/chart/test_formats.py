"""One chart in the four formats: every criterion says the same to each, from a file and from stdin."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from evaluator import ID
from strategies import REVIEW
from tables import criteria, graph

from payergraph.chart.case import Case, parse_case, read_case
from payergraph.chart.fields import FIELDS
from payergraph.criteria import Status
from payergraph.errors import CaseError
from payergraph.verdict.bench import bench
from payergraph.verdict.leaves import states

FILES = [Path(__file__).parent / "formats" / f"chart.{ending}" for ending in ("yaml", "json", "jsonld", "ttl")]
#: What a chart of an older version could say already, beside what the chart says of them.
OLDER = {"id", "request", "payer", "plan", "formulary", "state", "birthDate", "age", "prescriber", "consultations"}
OLDER |= {"findings", "screenings", "attestations", "documents", "dose", "response"}


def judged(case: Case) -> dict[str, Status]:
    """What every criterion of the specification tables says."""
    leaves = list(criteria().values())
    on = bench(graph())
    with on.with_case(case.triples(ox.NamedNode(ID + REVIEW))):
        return states(on, case.iri.value, leaves)


def test_every_criterion_says_the_same_to_a_chart_in_each_format() -> None:
    first, *others = [judged(read_case(path, graph())) for path in FILES]
    assert set(first.values()) == set(Status)
    for other in others:
        assert other == first


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.suffix)
def test_the_text_of_a_case_tells_its_format(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert judged(parse_case(text, graph())) == judged(read_case(path, graph()))


@pytest.mark.parametrize(
    "opening", ["# a chart\n\n", "BASE <https://example.org/>\n", "PREFIX ex: <https://example.org/>\n"]
)
def test_turtle_opens_with_comments_or_in_the_way_of_sparql(opening: str) -> None:
    text = FILES[3].read_text(encoding="utf-8")
    assert parse_case(opening + text, graph()).drug.endswith("anakinra")


def test_what_only_looks_like_turtle_is_yaml() -> None:
    assert parse_case("# @prefix\ndrug: anakinra\n", graph()).drug.endswith("anakinra")
    with pytest.raises(CaseError, match="prefix is no field of a case"):
        parse_case("prefix: a\ndrug: anakinra\n", graph())


def test_the_chart_has_every_field_that_is_not_of_old() -> None:
    chart = json.loads(FILES[1].read_text(encoding="utf-8"))
    listed = {key.removesuffix("Complete") for key in OLDER}
    assert {field.key for field in FIELDS if field.key.removesuffix("Complete") not in listed} <= set(chart)
    for key in ("measurements", "events", "biomarkers", "coverage"):
        fields = next(field.fields for field in FIELDS if field.key == key)
        assert {field.key for field in fields} <= {name for row in chart[key] for name in row}
