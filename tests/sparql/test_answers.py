"""Questions found by words, and answers as readers go through them: columns, rows, classes, copies."""

from __future__ import annotations

import ast
from dataclasses import replace

import pyoxigraph as ox
import pytest

import payergraph
from payergraph import terms
from payergraph.sparql import lines
from payergraph.sparql.classes import class_filters, of_class
from payergraph.sparql.columns import METADATA, arranged, behind, marks
from payergraph.sparql.copied import (
    declared,
    query_as_curl,
    query_as_python,
    question_as_curl,
    question_as_python,
)
from payergraph.sparql.finding import by_words
from payergraph.sparql.guard import starred
from payergraph.sparql.questions import ask, library, question
from payergraph.sparql.sandbox import run
from payergraph.store.graph import shipped
from payergraph.table import Row, Value

# --- finding --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("phone", {"phone_numbers"}),
        ("PHONE numb", {"phone_numbers"}),
        ("appeal deadline", {"appeal_deadlines_as_stated"}),
        ("", {one.name for one in library()}),
        ("  ?? ", {one.name for one in library()}),
    ],
)
def test_words_find_what_has_all_of_them(words: str, names: set[str]) -> None:
    found = by_words(library(), words)
    assert found.complete and {one.name for one in found.questions} == names


@pytest.mark.parametrize("word", ["TNF", "hone", "zebra"])
def test_letters_inside_a_word_find_nothing(word: str) -> None:
    found = by_words(library(), word)
    assert (found.questions, found.complete, found.nowhere) == ((), False, (word,))


def test_where_none_has_all_the_nearest_come_and_what_is_nowhere_is_told() -> None:
    found = by_words(library(), "phone numbers of zebras")
    assert found.questions[0].name == "phone_numbers" and not found.complete and found.nowhere == ("zebras",)


# --- columns --------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", library(), ids=lambda one: one.name)
def test_some_columns_answer_each_question_and_what_it_names_as_answer_is_among_its_columns(one: object) -> None:
    found = question(one.name)  # type: ignore[attr-defined]
    folded = behind(found.columns, found)
    assert set(found.columns) - folded
    assert set(found.answer) <= set(found.columns) & METADATA and not set(found.answer) & folded


def test_metadata_alone_is_not_folded() -> None:
    assert behind(("source", "authority")) == frozenset()
    assert behind(("x", "ruleLabel", "rule")) == {"rule", "ruleLabel"}


def test_what_is_restated_stands_before_its_parts() -> None:
    assert arranged(("about", "value", "unit", "restated")) == ("about", "restated", "value", "unit")
    assert arranged(("about", "restated")) == ("about", "restated") and arranged(("a", "b")) == ("a", "b")


def test_a_row_bears_the_marks_of_its_metadata() -> None:
    answer = ask("step_therapy_by_policy", shipped(), drug="anakinra")
    found = {mark for row in answer.rows for mark in marks(answer, row)}
    assert found == {"retelling", "superseded edition", "seen in part"}


# --- rows -----------------------------------------------------------------------------------------


def _rows(*values: Value) -> list[Row]:
    return [(value,) for value in values]


def _typed(text: str, kind: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(terms.XSD + kind))


def _plain(value: Value) -> str:
    return value.value if isinstance(value, ox.Literal | ox.NamedNode) else ""


def _in_order(values: list[Value], *, falling: bool = False) -> list[Value]:
    return [row[0] for row in lines.ordered(_rows(*values), lambda row: row[0], _plain, falling=falling)]


def test_numbers_are_in_order_by_size_and_what_is_empty_comes_last_either_way() -> None:
    two, ten = _typed("2", "integer"), _typed("10.0", "decimal")
    assert _in_order([ten, None, two]) == [two, ten, None]
    assert _in_order([two, None, ten], falling=True) == [ten, two, None]


def test_days_are_in_order_by_time_and_numbers_inside_texts_by_size() -> None:
    early, late = _typed("2019-12-18", "date"), _typed("2020-01-02", "date")
    assert _in_order([late, early]) == [early, late]
    texts: list[Value] = [ox.Literal("12 months"), ox.Literal("6 months"), ox.Literal("a year")]
    assert _in_order(texts) == [texts[1], texts[0], texts[2]]


def test_equal_rows_stay_as_they_stood() -> None:
    rows = [(ox.Literal("b"), ox.Literal(str(number))) for number in range(3)]
    for falling in (False, True):
        assert list(lines.ordered(rows, lambda row: row[0], _plain, falling=falling)) == rows


def test_words_keep_rows_that_have_every_one_of_them() -> None:
    rows = _rows(ox.Literal("Cigna Humira"), ox.Literal("Cigna"), ox.Literal("humira"))
    assert lines.having(rows, "HUMIRA cig", lambda row: _plain(row[0])) == (rows[0],)
    assert lines.having(rows, "  ", lambda row: "") == tuple(rows)


@pytest.mark.parametrize(
    ("wanted", "number", "first", "length"), [(1, 1, 1, 5), (3, 3, 11, 2), (9, 3, 11, 2), (0, 1, 1, 5), (-4, 1, 1, 5)]
)
def test_pages_reach_every_row(wanted: int, number: int, first: int, length: int) -> None:
    found = lines.page(_rows(*(_typed(str(n), "integer") for n in range(12))), wanted, 5)
    assert (found.number, found.pages, found.first, len(found.rows)) == (number, 3, first, length)


def test_no_rows_are_one_page() -> None:
    assert lines.page([], 1, 5) == lines.Page((), 1, 1, 1)


# --- classes --------------------------------------------------------------------------------------


def test_a_class_keeps_the_rows_of_its_drugs() -> None:
    answer = ask("covered_indications", shipped())
    found = {(one.column, one.slug): one for one in class_filters(shipped(), answer)}
    chosen = found["drug", "il-1-blocker"]
    left = of_class(shipped(), answer, chosen)
    assert len(left.rows) == chosen.rows < len(answer.rows)
    drugs = {row[answer.columns.index("drug")].value.rpartition("/")[2] for row in left.rows}  # type: ignore[union-attr]
    assert drugs == {"anakinra", "canakinumab", "rilonacept"}


def test_a_class_keeps_the_rows_whose_criterion_names_it_or_one_of_it() -> None:
    answer = ask("step_therapy_by_policy", shipped(), drug="anakinra", indication="rheumatoid-arthritis")
    chosen = next(one for one in class_filters(shipped(), answer) if one.slug == "tnf-inhibitor")
    left = of_class(shipped(), answer, chosen)
    assert 0 < len(left.rows) == chosen.rows < len(answer.rows)
    policies = {row[answer.columns.index("policyLabel")].value for row in left.rows}  # type: ignore[union-attr]
    assert "Cigna IP0243, Anakinra" in policies


def test_a_class_of_what_must_not_be_taken_together_is_found_too() -> None:
    answer = ask("concurrent_therapy", shipped(), drug="anakinra")
    assert any(one.column == "therapies" for one in class_filters(shipped(), answer))


def test_a_class_that_keeps_all_or_nothing_is_no_filter() -> None:
    answer = ask("age_limits", shipped(), drug="anakinra")
    assert not [one for one in class_filters(shipped(), answer) if one.column == "drug"]
    assert class_filters(shipped(), replace(answer, rows=())) == ()


# --- copies ---------------------------------------------------------------------------------------


def test_python_that_is_copied_runs_and_gives_the_same() -> None:
    given = {"drug": "anakinra", "indication": "", "payer": "", "request": "", "authority": ""}
    text = question_as_python(question("age_limits"), given)
    assert text.splitlines()[2] == "table = payergraph.query(\"age_limits\", drug='anakinra', request='')"
    found: dict[str, object] = {}
    exec(text, found)
    assert found["table"] == payergraph.query("age_limits", drug="anakinra", request="")


@pytest.mark.parametrize("query", ['ASK { ?x a "\\\\d" }', 'SELECT ("""a""" AS ?x) {}', 'SELECT ("é\'$`" AS ?x) {}\n'])
def test_a_query_that_is_copied_into_python_stays_as_it_is(query: str) -> None:
    [line] = [one for one in ast.parse(query_as_python(query)).body if isinstance(one, ast.Assign)][:1]
    assert ast.literal_eval(line.value).strip() == query.strip()


def test_curl_of_a_question_leaves_out_what_holds_anyway_and_takes_a_default_away() -> None:
    asked = question("payers_compared")
    assert question_as_curl(asked, {"drug": "anakinra"}).endswith("/questions/payers_compared.csv")
    assert "?drug=" in question_as_curl(asked, {"drug": ""})


def test_a_query_is_declared_for_any_endpoint_once() -> None:
    assert declared("ASK { ?x pg:drug ?y }").startswith(f"PREFIX pg: <{terms.PG}>\n")
    text = f"prefix pg: <{terms.PG}> ASK {{ ?x pg:drug ?y }}"
    assert declared(text) == text


@pytest.mark.parametrize(
    ("kind", "form", "accept"),
    [
        ("select", "json", "application/sparql-results+json"),
        ("ask", "csv", "text/csv"),
        ("describe", "json", "text/turtle"),
    ],
)
def test_curl_of_a_query_asks_for_a_format_that_its_kind_has(kind: str, form: str, accept: str) -> None:
    assert f"'Accept: {accept}'" in query_as_curl("DESCRIBE pg:Drug", kind, form)  # type: ignore[arg-type]


# --- the order of columns -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 1", ("s", "p", "o")),
        ("select distinct * { ?b ?a ?c BIND (1 AS ?z) } LIMIT 1", ("b", "a", "c", "z")),
        ("# SELECT ?x\nSELECT*{ ?z ?y 1 }", ("z", "y")),
        ("SELECT ?o ?s { ?s ?p ?o } LIMIT 1", ("o", "s")),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", ("n",)),
    ],
)
def test_all_variables_come_as_they_are_written(query: str, columns: tuple[str, ...]) -> None:
    assert run(query, shipped()).columns == columns


def test_only_a_query_for_all_variables_has_an_order_of_them() -> None:
    assert starred("SELECT ?a { ?b ?c ?a }") == () == starred("ASK { ?s ?p ?o }")
