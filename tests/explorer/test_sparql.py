"""The page of stored questions and own queries, without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pyoxigraph as ox
import pytest
from command import HANGS
from parts import bars, rows
from streamlit.testing.v1 import AppTest
from words import text

from payergraph import terms
from payergraph.locate import folder
from payergraph.sparql import questions
from payergraph.sparql import sandbox as sparql
from payergraph.store.graph import shipped
from payergraph.table import Table, Value

Open = Callable[..., AppTest]
QUESTIONS = [question.name for question in questions.library()]


def html(page: AppTest) -> list[str]:
    """What our own markup says."""
    return [found.value for found in page.get("html")]


def cells(page: AppTest) -> list[list[str]]:
    """The table as text: its heading, then its rows."""
    [markup] = [value for value in html(page) if 'class="pg-rows"' in value]
    return [
        [text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", markup)
    ]


def asked(app: Open, query: str) -> AppTest:
    """The page after the editor was left with a query in it. Only a browser types: tests/explorer/test_browser.py."""
    page = app("sparql", question="own")
    page.session_state["sparql-own"] = query
    return page.run()


def edited(page: AppTest) -> str:
    """What stands in the editor."""
    [editor] = [one for one in page.get("bidi_component") if one.proto.component_name == "payergraph-editor"]
    text: str = json.loads(editor.proto.json)["text"]
    return text


def test_opens_on_an_answer(app: Open) -> None:
    page = app("sparql")
    assert page.selectbox(key="sparql-question").value == "payers_compared"
    assert {"Cigna", "Molina Healthcare"} < {row[0] for row in cells(page)[1:]}


@pytest.fixture(scope="module")
def one_session() -> AppTest:
    """The page as a visitor has it who asks one question after the other."""
    return (
        AppTest.from_file(folder("explorer") / "Explorer.py", default_timeout=HANGS)
        .switch_page("views/sparql.py")
        .run()
    )


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_stored_question_is_answered_without_iris_or_blank_nodes(one_session: AppTest, name: str) -> None:
    page = one_session
    page.selectbox(key="sparql-question").select(name).run()
    assert not page.exception and not page.error and not page.warning
    expected = questions.ask(name, shipped())
    shown = cells(page)
    assert len(shown) - 1 == min(len(expected.rows), rows.SHOWN)
    assert all(heading == heading[:1].upper() + heading[1:] for heading in shown[0])
    seen = " ".join(" ".join(row) for row in shown)
    assert "w3id.org" not in seen and "_:" not in seen


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_cell_of_a_stored_answer_is_lost(name: str) -> None:
    answer = questions.ask(name, shipped())
    drawn = drawn_cells(answer, headings=True)
    assert len(drawn) == len(answer.rows[: rows.SHOWN])
    for row, shown in zip(answer.rows, drawn, strict=False):
        assert [told for told in said(answer.columns, row) if told not in shown] == []


def drawn_cells(answer: Table, *, headings: bool) -> list[str]:
    """What is shown of each row, with what is the same in every row; each cell between bars."""
    markup = rows.table(answer, headings=headings)
    same = re.findall(r"The same in every row: (.*?)\.</p>", markup)
    body = markup.split("<tbody>")[1]
    found = [[text(cell) for cell in re.findall(r"<td>(.*?)</td>", row)] for row in re.findall(r"<tr>(.*?)</tr>", body)]
    return [f"|{'|'.join(row)}| {text(''.join(same))}" for row in found]


def said(columns: tuple[str, ...], row: tuple[Value, ...]) -> list[str]:
    """What a row says: the text of every cell that is not empty; of a thing with a label, the label."""
    values = dict(zip(columns, row, strict=True))
    labelled = [n for n in values if isinstance(values[n], ox.NamedNode) and values.get(f"{n}Label") is not None]
    return [text(rows.text(value)) for name, value in values.items() if value is not None and name not in labelled]


def test_a_phone_number_stands_in_its_row(app: Open) -> None:
    shown = cells(app("sparql", question="phone_numbers"))
    place = shown[0].index("Value")
    numbers = [row[place] for row in shown[1:]]
    assert all(re.search(r"\d{3}", number) for number in numbers) and "1-800-244-6224" in numbers


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ('(1 UNDEF) (2 "two")', [["a", "aLabel"], ["1", ""], ["2", "two"]]),
        ('(1 UNDEF) (pg:Drug "medicine")', [["a"], ["1"], ["medicine"]]),
        ('(1 UNDEF) (UNDEF "two")', [["a"], ["1"], ["two"]]),
        ("(1 UNDEF)", [["a"], ["1"]]),
        ("(pg:Payer UNDEF) (UNDEF UNDEF)", [["a"], ["payer"], [""]]),
    ],
)
def test_a_label_takes_the_place_of_a_thing_and_of_nothing_else(app: Open, values: str, shown: list[list[str]]) -> None:
    assert cells(app("sparql", query=f"SELECT ?a ?aLabel {{ VALUES (?a ?aLabel) {{ {values} }} }}")) == shown


def test_things_that_share_a_label_are_not_the_same_in_every_row() -> None:
    things = [ox.NamedNode(f"https://example.org/{name}") for name in "ab"]
    answer = Table(
        ("x", "xLabel", "n"), tuple((one, ox.Literal("name"), ox.Literal(i)) for i, one in enumerate(things))
    )
    assert "The same in every row" not in rows.table(answer, headings=True)


def test_a_row_is_told_in_the_words_above_the_columns(app: Open) -> None:
    page = app("sparql", question="label_consistency")
    told = page.caption[0].value.replace("\\", "")
    assert "“Rule indication” is empty" in told and "measures.md" not in told
    assert "Rule indication" in cells(page)[0]


def test_long_fractions_are_rounded_for_people_alone(app: Open) -> None:
    page = app("sparql", query='SELECT (1.0/3 AS ?x) (0.25 AS ?y) ("1.234567" AS ?z) {}')
    assert cells(page)[1] == ["0.3333", "0.25", "1.234567"]


def test_days_and_truth_are_told_as_people_tell_them(app: Open) -> None:
    values = '"2024-06-01"^^xsd:date "2019-09"^^xsd:gYearMonth "soon"^^xsd:date true'
    page = app("sparql", query=f"SELECT ?x {{ VALUES ?x {{ {values} }} }}")
    assert [row[0] for row in cells(page)[1:]] == ["1 June 2024", "September 2019", "soon", "yes"]


def test_parameters_are_chosen_by_label_and_go_to_the_address(app: Open) -> None:
    page = app("sparql")
    drug = page.selectbox(key="sparql-payers_compared-drug")
    assert "canakinumab (Ilaris)" in drug.options
    drug.select("canakinumab").run()
    page.selectbox(key="sparql-payers_compared-indication").select("any").run()
    assert page.query_params["drug"] == "canakinumab"
    assert page.query_params["indication"] == "any"
    assert not page.error
    assert any(text(value).startswith("The same in every row: drug canakinumab") for value in html(page))
    assert "Drug" not in cells(page)[0] and "Payer" in cells(page)[0]


def test_the_uses_and_payers_of_the_drug_come_first(app: Open) -> None:
    page = app("sparql", question="payers_compared", drug="dupilumab")
    indication, payer = (page.selectbox(key=f"sparql-payers_compared-{name}") for name in ("indication", "payer"))
    assert indication.value == "atopic-dermatitis" and indication.options[1].startswith("atopic dermatitis (")
    assert payer.options[0] == "Any" and "rule" in payer.options[1]
    assert not page.warning and not page.info


def test_an_address_opens_a_question_with_its_parameters(app: Open) -> None:
    page = app("sparql", question="covered_indications", drug="anakinra")
    assert page.selectbox(key="sparql-covered_indications-drug").value == "anakinra"


def test_a_question_without_rows_says_so(app: Open) -> None:
    page = app("sparql", question="payers_compared", drug="anakinra", indication="osteoarthritis")
    assert "no rows" in page.info[0].value


def test_a_stored_query_can_be_changed(app: Open) -> None:
    page = app("sparql")
    page.button(key="sparql-change").click().run()
    assert page.selectbox(key="sparql-question").value == "own"
    assert "SELECT" in edited(page)
    assert len(cells(page)) > 1


def test_a_query_comes_from_the_address(app: Open) -> None:
    query = 'SELECT ("a & b #c" AS ?x) {}'
    page = app("sparql", query=query)
    assert edited(page) == query
    assert cells(page) == [["x"], ["a & b #c"]]


def test_a_query_too_long_for_a_link_stays_in_the_session(app: Open) -> None:
    page = asked(app, f"# {'long ' * 2_000}\nASK {{}}")
    assert "query" not in page.query_params
    assert cells(page) == [["answer"], ["yes"]]
    assert any("too long for a link" in found.value for found in page.caption)


def test_things_are_named_by_their_labels(app: Open) -> None:
    query = """SELECT ?a ?b ?c ?d ?e { VALUES (?a ?b) { (id:drug\\/anakinra pg:CoveragePolicy) }
      BIND (skos:prefLabel AS ?c) BIND (BNODE() AS ?d) BIND (1 / 0 AS ?e) }"""
    assert cells(asked(app, query))[1] == ["anakinra", "coverage policy", "skos:prefLabel", "(no name)"]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "SELECT",
        "DELETE WHERE { ?s ?p ?o }",
        "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * FROM <http://example.org/> { ?s ?p ?o }",
        "LOAD <file:///etc/passwd>",
        "SELECT ?x { ?x unknown:y ?z }",
        "<script>alert(1)</script>",
        f"ASK {{ {'{' * 5000} {'}' * 5000} }}",
        f"# {'x' * 70_000}\nASK {{}}",
    ],
)
def test_what_is_not_answered_is_one_sentence(app: Open, query: str) -> None:
    page = asked(app, query)
    [error] = page.error
    sentence = text(error.value)
    assert "Traceback" not in sentence and len(sentence) < 300
    assert sentence[:1] == sentence[:1].upper() and sentence.endswith(".") and not sentence.endswith("..")


def test_a_query_that_never_ends_is_stopped(app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    original = sparql.run
    monkeypatch.setattr(sparql, "run", lambda text, graph: original(text, graph, timeout=0.5))
    page = asked(app, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    assert "0\\.5 seconds" in page.error[0].value


def test_more_rows_than_are_drawn_are_counted(app: Open) -> None:
    page = asked(app, "SELECT * { ?s ?p ?o }")
    assert len(cells(page)) == rows.SHOWN + 1
    [counted] = [found.value for found in page.caption if "rows" in found.value and "shown" in found.value]
    assert counted.startswith("There are more rows than the limit: these are the first 10,000 rows, of which 200")


def test_triples_can_be_saved_as_turtle(app: Open) -> None:
    labels = [b.label for b in asked(app, "DESCRIBE id:drug\\/anakinra").get("download_button")]
    assert labels == ["Download CSV", "Download JSON", "Download Turtle"]


def test_limits_are_said(app: Open) -> None:
    said = " ".join(found.value for found in app("sparql").caption)
    assert all(limit in said for limit in ("10,000 rows", "65,536 bytes", "10 seconds"))


@pytest.mark.parametrize("value", ["nonsense", "<script>alert(1)</script>"])
@pytest.mark.parametrize("name", ["question", "drug", "request"])
def test_what_an_address_gets_wrong_is_said_and_replaced(app: Open, name: str, value: str) -> None:
    page = app("sparql", **{name: value})
    assert "cannot be chosen" in page.warning[0].value
    assert cells(page)


# --- the chart of an answer -----------------------------------------------------------------------


def answer(head: str, *lines: str) -> Table:
    """A table of texts and numbers; ``-`` stands for nothing."""
    values = [[None if cell == "-" else _term(cell) for cell in line.split("|")] for line in lines]
    return Table(tuple(head.split("|")), tuple(tuple(line) for line in values))


def _term(cell: str) -> ox.Literal:
    kind = "integer" if cell.lstrip("-").isdigit() else "decimal" if re.fullmatch(r"\d+\.\d+", cell) else "string"
    return ox.Literal(cell, datatype=ox.NamedNode(terms.XSD + kind))


def test_one_naming_column_and_numbers_make_a_chart() -> None:
    found = bars.fitting(answer("payer|rules|share", "Cigna|3|0.5", "Molina|2|-", "Aetna|-|1.0"))
    assert found == bars.Bars(
        ("payer",), ("Cigna", "Molina", "Aetna"), {"rules": (3.0, 2.0, None), "share": (0.5, None, 1.0)}
    )


def test_two_columns_name_a_bar_where_one_does_not_and_what_never_changes_is_left_out() -> None:
    rows = ("all|Cigna|RA|1", "all|Cigna|CAPS|2", "all|Molina|RA|3")
    found = bars.fitting(answer("edition|payer|use|rules", *rows))
    assert found and (found.naming, found.names) == (("payer", "use"), ("Cigna, RA", "Cigna, CAPS", "Molina, RA"))


def test_a_label_names_the_bar_in_place_of_its_thing() -> None:
    told = answer("payer|payerLabel|rules", "x|Cigna|3", "y|-|2")
    things = replace(
        told, rows=tuple((ox.NamedNode(f"https://example.org/{n}"), *row[1:]) for n, row in enumerate(told.rows))
    )
    found = bars.fitting(things)
    assert found and found.names == ("Cigna", "https://example.org/1")


@pytest.mark.parametrize(
    "table",
    [
        answer("payer|rules", "Cigna|3"),
        answer("payer|rules", *(f"payer{number}|{number}" for number in range(bars.MOST + 1))),
        answer("payer|drug", "Cigna|anakinra", "Molina|anakinra"),
        answer("first|second", "1|2", "3|4"),
        answer("payer|rules", "Cigna|3", "Cigna|4"),
        answer("payer|rules", "Cigna|3", "Molina|many"),
        answer("payer|rules", "Cigna|3", "Molina|-"),
        answer("a|b|c|rules", "x|y|1 of|3", "x|y|2 of|4", "z|y|1 of|5", "z|w|1 of|5"),
        answer("about|unit|low", "appeal|day|30", "review|hour|72"),
        replace(answer("payer|rules", "Cigna|3", "Molina|2"), truncated=True),
        replace(answer("subject|object", "Cigna|3", "Molina|2"), kind="construct"),
    ],
    ids=[
        *("one row", "too many rows", "no number", "no name", "equal names", "a word among numbers", "one number"),
        *("names of three columns", "units", "cut off", "triples"),
    ],
)
def test_what_makes_no_chart(table: Table) -> None:
    assert bars.fitting(table) is None


def test_as_many_rows_as_are_drawn_make_a_chart() -> None:
    assert bars.fitting(answer("payer|rules", *(f"payer{number}|{number}" for number in range(bars.MOST))))


def test_a_chart_is_asked_for_below_the_table_and_goes_to_the_address(app: Open) -> None:
    page = app("sparql", question="steps_across_payers", drug="anakinra", indication="rheumatoid-arthritis")
    assert not page.get("vega_lite_chart")
    page.selectbox(key="sparql-chart").select("primaryExcerpt").run()
    assert page.query_params["chart"] == "primaryExcerpt" and page.query_params["drug"] == "anakinra"
    [drawn] = page.get("vega_lite_chart")
    axes = json.loads(drawn.proto.spec)["encoding"]
    assert (axes["x"]["title"], axes["y"]["title"]) == ("Primary excerpt", "Step")
    assert cells(page)


@pytest.mark.parametrize("chart", ["nonsense", "payers"])
def test_a_chart_that_does_not_fit_is_not_drawn(app: Open, chart: str) -> None:
    for question in ("steps_across_payers", "documents"):
        page = app("sparql", question=question, chart=chart)
        assert cells(page) and not page.get("vega_lite_chart") and not page.warning
