"""Payers side by side."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

import pytest

import payergraph
from payergraph.choice import Request
from payergraph.comparison.compare import verbalize
from payergraph.comparison.model import INITIAL, LIMITS, RENEWAL, Cell, Comparison, Line, Requirement
from payergraph.errors import UnknownName
from payergraph.present.figure import _row_names
from payergraph.store.graph import shipped


@pytest.fixture(scope="module")
def arthritis() -> Comparison:
    return payergraph.compare(drug="Kineret", indication="RA", payers=["cigna", "molina"])


def cell(comparison: Comparison, dimension: str, policy: str) -> tuple[str, str, str]:
    line = next(line for line in comparison.lines if line.dimension == dimension)
    column = next(i for i, column in enumerate(comparison.columns) if column.policy.id == policy)
    return line.cells[column].state, line.cells[column].text, line.cells[column].locator


def test_an_age_that_a_complete_policy_does_not_ask_for_is_not_required(arthritis: Comparison) -> None:
    assert cell(arthritis, "age", "cigna-ip0243")[0] == "not required"
    assert cell(arthritis, "age", "molina-kineret")[1:] == (
        "Age 18 years or older",
        "Age Restrictions, Rheumatoid Arthritis",
    )


def test_both_preferred_product_tables_are_named_in_one_column(arthritis: Comparison) -> None:
    state, text, locator = cell(arthritis, "prior therapy", "cigna-ip0243")
    assert state == "required"
    assert "Actemra SC" in text and "two of" in text
    assert "3.A" in locator and "3.C" in locator


def test_durations_stand_beside_the_criteria(arthritis: Comparison) -> None:
    assert cell(arthritis, "initial approval", "cigna-ip0243")[1] == "Up to 12 months"
    assert cell(arthritis, "initial approval", "molina-kineret")[1] == "Up to 6 months"


def test_a_quantity_that_a_complete_policy_does_not_set_is_not_stated(arthritis: Comparison) -> None:
    assert cell(arthritis, "quantity and dose", "cigna-ip0243")[0] == "not stated"


def test_lines_that_differ_come_first(arthritis: Comparison) -> None:
    marks = [line.differs for line in arthritis.lines]
    assert marks == sorted(marks, reverse=True)
    assert any(marks) and not all(marks)


def test_an_indication_that_a_policy_does_not_list_is_not_covered() -> None:
    comparison = payergraph.compare(drug="anakinra", indication="pjia", payers=["cigna", "molina"])
    assert {cell(comparison, line.dimension, "cigna-ip0243")[0] for line in comparison.lines} == {"not covered"}


def test_retellings_are_shown_only_when_asked_for() -> None:
    def authorities(authority: str) -> set[str]:
        found = payergraph.compare(drug="anakinra", indication="rheumatoid-arthritis", authority=authority)
        return {column.policy.authority for column in found.columns}

    assert authorities("primary") == {"primary"}
    assert authorities("all") == {"primary", "secondary"}


def test_every_requirement_carries_its_place_in_the_document(arthritis: Comparison) -> None:
    for line in arthritis.lines:
        for found in line.cells:
            assert all(entry.locator and entry.source for entry in found.entries)


def test_every_requirement_carries_the_fact_that_it_tells(arthritis: Comparison) -> None:
    entries = [
        (line.dimension, column.rule, entry)
        for line in arthritis.lines
        for column, found in zip(arthritis.columns, line.cells, strict=True)
        for entry in found.entries
    ]
    described = {row["s"].value for row in shipped().rows("SELECT DISTINCT ?s { ?s a ?class }")}
    assert {entry.fact for _, _, entry in entries} <= described
    for dimension, rule, entry in entries:
        if entry.criterion is not None:
            told = f"See {entry.stands_under}" if entry.stands_under else verbalize(entry.criterion)
            assert (entry.fact, entry.text) == (entry.criterion.iri, told)
        elif dimension in (INITIAL, RENEWAL):
            assert rule is not None and entry.fact == rule.iri
    assert {dimension for dimension, _, entry in entries if entry.stands_under}
    assert {dimension for dimension, _, entry in entries if entry.criterion is None} == {INITIAL, RENEWAL, LIMITS}


def test_the_csv_is_tidy_and_carries_source_and_locator(arthritis: Comparison) -> None:
    rows = list(csv.DictReader(io.StringIO(arthritis.to_csv())))
    assert len(rows) == len(arthritis.lines) * len(arthritis.columns)
    assert all(row["source"] and (row["state"] != "required" or row["locator"]) for row in rows)


def test_the_dataframe_has_a_column_per_policy(arthritis: Comparison) -> None:
    frame = arthritis.to_dataframe()
    assert list(frame.columns) == [column.title for column in arthritis.columns]
    assert frame.loc["age", "Molina coverage guideline, Kineret"] == "Age 18 years or older"


def test_an_unknown_drug_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="anakinra"):
        payergraph.compare(drug="anakinro", indication="RA")


def test_a_rule_without_renewal_criteria_shows_nothing_for_a_renewal() -> None:
    found = payergraph.compare(drug="canakinumab", indication="caps", request="continuation", authority="all")
    complete = [
        (line, i)
        for i, column in enumerate(found.columns)
        if column.rule is not None and column.rule.complete and column.rule.continuation is None
        for line in found.lines
    ]
    assert complete
    assert "not required" not in {line.cells[i].state for line, i in complete}


def test_the_label_is_a_column_only_when_asked_for() -> None:
    without = payergraph.compare(drug="Kineret", indication="RA", payers=["cigna"])
    beside = payergraph.compare(drug="Kineret", indication="RA", payers=["cigna"], label=True)
    assert [column.payer for column in without.columns] == ["Cigna"]
    assert [column.payer for column in beside.columns] == ["FDA label", "Cigna"]
    assert cell(beside, "age", "kineret")[:2] == ("required", "Age 18 years or older")
    assert cell(beside, "prescriber", "kineret")[0] == "not required"
    assert beside.records()[0]["payer"] == "FDA label"


def test_a_use_that_the_label_does_not_have_is_not_labeled() -> None:
    found = payergraph.compare(drug="Kineret", indication="sjia", payers=["cigna"], label=True)
    assert {line.cells[0].state for line in found.lines} == {"not labeled"}


def test_columns_of_one_document_are_told_apart() -> None:
    found = payergraph.compare(drug="canakinumab", indication="periodic-fever-syndrome", authority="all")
    assert len(found.to_dataframe().columns) == len(found.columns) > len({c.policy.id for c in found.columns})
    names = _row_names(list(found.columns))
    assert len(set(names)) == len(names) and not any(name.endswith("]") for name in names)
    keys = {(record["dimension"], record["policy"], record["indication"]) for record in found.records()}
    assert len(keys) == len(found.records())


def test_a_use_that_no_document_covers_still_has_an_answer() -> None:
    found = payergraph.compare(drug="Kineret", indication="gout")
    assert [line.dimension for line in found.lines] == ["coverage"]
    assert cell(found, "coverage", "cigna-ip0243")[0] == "not covered"
    assert cell(found, "coverage", "bcbs-mississippi-l-5-01-485-anakinra")[0] == "not shown"


def test_a_use_that_an_excerpt_names_as_excluded_is_not_covered() -> None:
    found = payergraph.compare(drug="Ilaris", indication="RA", payers=["medical-mutual"], authority="all")
    assert {line.cells[0].state for line in found.lines} == {"not covered"}


def test_markdown_names_the_document_of_each_column(arthritis: Comparison) -> None:
    assert "Molina coverage guideline, Kineret: molina-kineret" in arthritis.to_markdown().splitlines()[-1]


class _Cells(HTMLParser):
    """The texts of the cells of a table, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1] and data.strip():
            self.rows[-1][-1] += data


def test_the_table_for_a_paper_has_every_cell_with_its_place(arthritis: Comparison) -> None:
    parser = _Cells()
    parser.feed(arthritis.to_html().partition("</table>")[0])
    assert parser.rows[0] == ["Dimension", *(column.title for column in arthritis.columns)]
    assert [row[0] for row in parser.rows[1:]] == [line.dimension for line in arthritis.lines]
    for row, line in zip(parser.rows[1:], arthritis.lines, strict=True):
        for text, found in zip(row[1:], line.cells, strict=True):
            assert all(f"{entry.text} [{entry.locator}]" in text for entry in found.entries)
            assert found.entries or text == found.state


def test_the_table_for_a_paper_shows_markup_as_text() -> None:
    cell = Cell("required", (Requirement("<script>alert(1)</script> & more", "s", "<b>1</b>"),))
    made = Comparison("d", "i", Request.INITIAL, (), (Line("a<b", (cell,), (0,)),))
    assert "<script>" not in made.to_html() and "<b>" not in made.to_html()
    assert "&lt;script&gt;" in made.to_html()
