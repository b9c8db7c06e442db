"""Which uses the documents cover, as cells of a map."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from payergraph import terms
from payergraph.comparison.compare import compare
from payergraph.comparison.covered import STATES, Cell, Chart, coverage, records, to_csv
from payergraph.comparison.model import NOT_COVERED, NOT_SHOWN
from payergraph.policies.library import policies
from payergraph.store.graph import LocalGraph, shipped


@pytest.fixture(scope="module")
def graph() -> LocalGraph:
    return shipped()


def chart(graph: LocalGraph, drug: str, **scope: object) -> Chart:
    [found] = coverage(graph, drugs=[f"{terms.ID}drug/{drug}"], **scope)  # type: ignore[arg-type]
    return found


def cell(found: Chart, use: str, payer: str) -> Cell:
    [row] = [row for row in found.rows if terms.slug(row.indication) == use]
    return row.cells[[terms.slug(iri) for iri in found.payers].index(payer)]


@pytest.mark.parametrize(
    ("use", "payer", "state"),
    [
        ("rheumatoid-arthritis", "cigna", "covered"),
        ("rheumatoid-arthritis", "aetna", "covered, criteria seen in part"),
        ("dira", "western-health-advantage", "covered, criteria not seen"),
        ("osteoarthritis", "cigna", "excluded"),
        ("pjia", "cigna", "not listed"),
        ("stills-disease", "molina", "narrower covered"),
        ("rheumatoid-arthritis", "texas-medicaid", "not shown"),
    ],
)
def test_each_state_is_told_apart(graph: LocalGraph, use: str, payer: str, state: str) -> None:
    assert cell(chart(graph, "anakinra"), use, payer).states == (state,)


def test_documents_of_one_payer_are_never_merged(graph: LocalGraph) -> None:
    found = cell(chart(graph, "anakinra", authority="all"), "rheumatoid-arthritis", "cigna")
    assert found.states == ("covered", "covered, criteria seen in part") and len(found.entries) == 3
    assert found.retold == {"covered": False, "covered, criteria seen in part": True}


def test_a_cell_agrees_with_the_comparison(graph: LocalGraph) -> None:
    for found in coverage(graph, authority="all"):
        for row in found.rows:
            compared = compare(graph, found.drug, row.indication, authority="all")
            seen = {column.policy.iri: column for column in compared.columns}
            for entry in (entry for one in row.cells for entry in one.entries):
                column = seen[entry.policy.iri]
                covered = entry.state.startswith("covered") or entry.state == "narrower covered"
                assert covered == (column.rule is not None)
                if not covered and compared.lines:
                    place = compared.columns.index(column)
                    known = entry.state == "excluded" or column.policy.indications_complete
                    expected = NOT_COVERED if known else NOT_SHOWN
                    assert compared.lines[0].cells[place].state == expected


def test_every_document_in_scope_stands_in_every_row(graph: LocalGraph) -> None:
    for found in coverage(graph, authority="all"):
        for row in found.rows:
            for payer, one in zip(found.payers, row.cells, strict=True):
                assert one.entries and {entry.policy.payer for entry in one.entries} == {payer}
        assert set(found.states) <= set(STATES)


def test_a_day_chooses_the_editions(graph: LocalGraph) -> None:
    payers = [terms.slug(iri) for iri in chart(graph, "anakinra", as_of=date(2024, 5, 31)).payers]
    assert "cigna" not in payers
    assert "cigna" in [terms.slug(iri) for iri in chart(graph, "anakinra", as_of=date(2024, 6, 1)).payers]


def test_csv_has_a_line_for_each_document_and_use(graph: LocalGraph) -> None:
    charts = coverage(graph)
    lines = list(csv.DictReader(io.StringIO(to_csv(charts))))
    assert lines == records(charts)
    assert len(lines) == sum(len(one.entries) for found in charts for row in found.rows for one in row.cells)
    known = policies(graph)
    assert all(line["policy"] in known and line["state"] in STATES for line in lines)
    assert to_csv(()) == "drug\n"


def test_what_nobody_shows_is_no_retelling(graph: LocalGraph) -> None:
    cells = [one for row in chart(graph, "anakinra", authority="all").rows for one in row.cells]
    assert any(one.retold for one in cells if "covered" in one.states)
    assert not any(one.retold.get("not shown") for one in cells)
