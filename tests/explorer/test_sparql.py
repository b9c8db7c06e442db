"""The page for a query of one's own, without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from answered import cells, html, said
from parts import answers
from streamlit.testing.v1 import AppTest
from words import text

from payergraph.sparql import sandbox as sparql

Open = Callable[..., AppTest]


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


def test_long_fractions_are_rounded_for_people_alone(app: Open) -> None:
    page = app("sparql", query='SELECT (1.0/3 AS ?x) (0.25 AS ?y) ("1.234567" AS ?z) {}')
    assert cells(page)[1] == ["0.3333", "0.25", "1.234567"]


def test_days_and_truth_are_told_as_people_tell_them(app: Open) -> None:
    values = '"2024-06-01"^^xsd:date "2019-09"^^xsd:gYearMonth "soon"^^xsd:date true'
    page = app("sparql", query=f"SELECT ?x {{ VALUES ?x {{ {values} }} }}")
    assert [row[0] for row in cells(page)[1:]] == ["1 June 2024", "September 2019", "soon", "yes"]


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
    assert len(cells(page)) == answers.SIZE + 1
    assert cells(page)[0] == ["s", "p", "o"]
    assert "There are more rows than the limit: these are the first 10,000 rows." in said(page)
    assert "Page 1 of 200, rows 1 to 50." in said(page)


def test_triples_can_be_saved_as_turtle(app: Open) -> None:
    labels = [b.label for b in asked(app, "DESCRIBE id:drug\\/anakinra").get("download_button")]
    assert labels[:3] == ["Download CSV", "Download JSON", "Download Turtle"]


def test_limits_are_said(app: Open) -> None:
    said = " ".join(found.value for found in app("sparql").caption)
    assert all(limit in said for limit in ("10,000 rows", "65,536 bytes", "10 seconds"))


def test_a_triple_of_each_page_is_reached(app: Open) -> None:
    page = app("sparql", query="SELECT ?n { VALUES ?n { " + " ".join(map(str, range(120))) + " } }", part="3")
    assert [row[0] for row in cells(page)[1:]] == [str(number) for number in range(100, 120)]
    assert "Page 3 of 3, rows 101 to 120." in said(page)


def test_a_stored_query_is_begun_with_and_its_parameters_stand_in_it(app: Open) -> None:
    page = app("sparql", begin="age_limits", drug="canakinumab", request="any")
    assert "# title: Age limits" in edited(page) and "drug/canakinumab" in edited(page)
    assert not page.warning and len(cells(page)) > 1


@pytest.mark.parametrize("wrong", [{"begin": "nonsense"}, {"begin": "age_limits", "drug": "kryptonite"}])
def test_what_cannot_be_begun_with_is_said(app: Open, wrong: dict[str, str]) -> None:
    page = app("sparql", **wrong)
    assert "cannot be chosen" in page.warning[0].value and cells(page)


def test_iris_stand_on_things_and_take_their_place_when_wanted(app: Open) -> None:
    query = "SELECT ?drug { VALUES ?drug { id:drug\\/anakinra } }"
    iri = "https://w3id.org/payergraph/id/drug/anakinra"
    page = app("sparql", query=query)
    assert cells(page)[1] == ["anakinra"] and any(f'title="{iri}"' in found for found in html(page))
    page.toggle(key="sparql-iris").set_value(True).run()
    assert cells(page)[1] == [iri] and page.query_params["iris"] == "shown"


def test_queries_of_the_session_can_be_gone_back_to(app: Open) -> None:
    page = asked(app, "SELECT (1 AS ?x) {}")
    page.session_state["sparql-own"] = "SELECT (2 AS ?x) {}"
    page.run()
    assert cells(page)[1] == ["2"]
    page.button(key="sparql-before-0").click().run()
    assert cells(page)[1] == ["1"] and page.query_params["query"] == "SELECT (1 AS ?x) {}"


def test_a_thing_is_offered_to_the_editor_as_sparql_writes_it(app: Open) -> None:
    [editor] = [one for one in app("sparql").get("bidi_component") if "editor" in one.proto.component_name]
    offered = {word["name"]: word["label"] for word in json.loads(editor.proto.json)["terms"]}
    assert offered["id:drug\\/anakinra"] == "anakinra" and "pg:drug" in offered


def test_a_plain_slash_in_a_name_is_told_how_to_write(app: Open) -> None:
    page = asked(app, "SELECT ?p { ?p pg:drug id:drug/anakinra }")
    assert "write id:drug/anakinra, or the IRI" in text(page.error[0].value).replace("\\", "").replace("\u2060", "")


def test_the_first_query_is_answered_and_the_endpoint_is_named(app: Open) -> None:
    page = app("sparql")
    assert len(cells(page)) > 5
    assert any("payergraph serve" in found.value and "7878/query" in found.value for found in page.caption)
    assert any(code.value.startswith("curl ") for code in page.code)
