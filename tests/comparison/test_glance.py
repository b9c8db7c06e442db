"""The compared documents at a glance."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date

import pytest

import payergraph
from payergraph.comparison.glance import Glance, glance, to_csv
from payergraph.comparison.measures import measures
from payergraph.comparison.model import Comparison
from payergraph.store.graph import LocalGraph, shipped


@pytest.fixture(scope="module")
def graph() -> LocalGraph:
    return shipped()


def by_policy(graph: LocalGraph, comparison: Comparison) -> dict[str, Glance]:
    return {item.column.policy.id: item for item in glance(graph, comparison)}


@pytest.fixture(scope="module")
def arthritis(graph: LocalGraph) -> dict[str, Glance]:
    return by_policy(graph, payergraph.compare(drug="Kineret", indication="RA", authority="all", label=True))


def test_the_measures_are_those_of_the_rules_that_are_compared(graph: LocalGraph, arthritis: dict[str, Glance]) -> None:
    known = {item.rule.iri: item for item in measures(graph).rules}
    assert len(arthritis) > 10
    for item in arthritis.values():
        assert item.column.rule is not None and item.measured is known[item.column.rule.iri]


def test_a_document_seen_whole_has_numbers_and_one_seen_in_part_the_least(arthritis: dict[str, Glance]) -> None:
    assert arthritis["cigna-ip0243"].fewest == "2"
    assert arthritis["aetna-cpb-0595-review-34"].fewest == "0 or more"
    molina, aetna = arthritis["molina-kineret"], arthritis["aetna-cpb-0595-review-34"]
    [six] = molina.column.lengths("initial approval")
    assert (molina.duration([six]), molina.duration([])) == ("up to 6 months", "not stated")
    assert aetna.duration([]) == "not shown"


def test_where_not_all_routes_were_followed_the_number_says_so(arthritis: dict[str, Glance]) -> None:
    item = arthritis["cigna-ip0243"]
    assert item.measured is not None and item.measured.all_routes
    cut = replace(item, measured=replace(item.measured, all_routes=False))
    assert cut.fewest == "2 on the routes that were followed"


def test_each_document_stands_beside_the_labeled_use(arthritis: dict[str, Glance]) -> None:
    [beside] = arthritis["cigna-ip0243"].labeled
    assert (beside.use, beside.category) == ("rheumatoid arthritis", "mixed")
    assert "step therapy" in beside.more and "age" in beside.less


def test_the_label_is_the_yardstick_and_no_row(arthritis: dict[str, Glance]) -> None:
    assert "kineret" not in arthritis


def test_a_use_that_the_label_lacks_is_said_to_be_not_labeled(graph: LocalGraph) -> None:
    found = by_policy(graph, payergraph.compare(drug="Kineret", indication="sjia", payers=["cigna"]))
    assert [one.category for one in found["cigna-ip0243"].labeled] == ["not labeled"]


def test_a_document_that_does_not_cover_the_use_has_no_measures(graph: LocalGraph) -> None:
    found = by_policy(graph, payergraph.compare(drug="Kineret", indication="pjia"))["cigna-ip0243"]
    assert not found.covered and found.measured is None and found.fewest == ""
    assert found.records()[0]["covered"] == "no"


def test_a_replaced_edition_has_its_own_measures_and_is_not_compared_with_the_label(graph: LocalGraph) -> None:
    then = payergraph.compare(drug="Kineret", indication="RA", as_of=date(2019, 1, 1))
    found = by_policy(graph, then)["western-health-advantage-kineret-2019"]
    assert found.measured and found.measured.policy.id == found.column.policy.id
    assert [one.category for one in found.labeled] == ["not compared"]


def test_of_renewals_there_is_nothing_to_see(graph: LocalGraph) -> None:
    renewal = payergraph.compare(drug="Kineret", indication="RA", request="continuation")
    assert glance(graph, renewal) == ()
    assert to_csv(()) == "policy\n"


def test_the_csv_has_the_edition_and_the_place_of_every_rule(arthritis: dict[str, Glance]) -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(arthritis.values()))))
    assert {row["policy"] for row in rows} == set(arthritis)
    assert all(row["locator"] and row["source"] and row["seen"] in ("whole", "part") for row in rows)
    [cigna] = [row for row in rows if row["policy"] == "cigna-ip0243"]
    assert (cigna["edition"], cigna["fewest therapies"], cigna["against the label"]) == ("2024-06-01", "2", "mixed")
