import csv
import io
import json

import pyoxigraph as ox
import pytest

from payergraph import terms
from payergraph.table import Table

CIGNA = ox.NamedNode(terms.ID + "payer/cigna")
AGE = ox.Literal("18", datatype=ox.NamedNode(terms.XSD + "integer"))

TABLE = Table(
    ("payer", "payerLabel", "age", "node", "note"),
    (
        (CIGNA, ox.Literal("Cigna", language="en"), AGE, ox.BlankNode("b"), ox.Literal('a "quoted", word')),
        (ox.NamedNode("https://example.org/x"), None, None, None, ox.Literal("two\nlines")),
    ),
)
TRIPLES = Table(
    ("subject", "predicate", "object"),
    ((CIGNA, ox.NamedNode(terms.SKOS + "prefLabel"), ox.Literal("Cigna", language="en")),),
    kind="construct",
)


def test_people_read_labels_in_place_of_iris_and_short_iris_where_there_is_no_label() -> None:
    shown = TABLE.readable()
    assert shown.columns == ("payer", "age", "node", "note")
    assert shown.rows == (("Cigna", "18", "_:b", 'a "quoted", word'), ("https://example.org/x", "", "", "two\nlines"))
    assert TABLE.records()[0]["payer"] == "Cigna"


def test_a_thing_without_a_label_column_is_cut_to_kind_and_slug() -> None:
    assert Table(("payer",), ((CIGNA,),)).records() == [{"payer": "payer/cigna"}]


def test_what_has_no_label_or_is_no_thing_is_read_beside_the_labels() -> None:
    word = ox.Literal("word")
    assert Table(("x", "xLabel"), ((AGE, None), (CIGNA, word))).readable().rows == (("18",), ("word",))
    both = Table(("x", "xLabel"), ((AGE, word),)).readable()
    assert (both.columns, both.rows) == (("x", "xLabel"), (("18", "word"),))
    chain = Table(("xLabelLabel", "xLabel", "x"), ((AGE, word, CIGNA),)).readable()
    assert (chain.columns, chain.rows) == (("xLabelLabel", "x"), (("18", "word"),))


def test_csv_has_full_iris_plain_values_and_crlf() -> None:
    text = TABLE.to_csv()
    assert text.startswith("payer,payerLabel,age,node,note\r\nhttps://w3id.org/payergraph/id/payer/cigna,Cigna,18,_:b,")
    assert [row[4] for row in csv.reader(io.StringIO(text, newline=""))] == ["note", 'a "quoted", word', "two\nlines"]


def test_json_is_what_w3c_prescribes() -> None:
    found = json.loads(TABLE.to_json())
    assert found["head"] == {"vars": ["payer", "payerLabel", "age", "node", "note"]}
    first, second = found["results"]["bindings"]
    assert first["payer"] == {"type": "uri", "value": CIGNA.value}
    assert first["payerLabel"] == {"type": "literal", "value": "Cigna", "xml:lang": "en"}
    assert first["age"] == {"type": "literal", "value": "18", "datatype": terms.XSD + "integer"}
    assert first["node"] == {"type": "bnode", "value": "b"}
    assert first["note"] == {"type": "literal", "value": 'a "quoted", word'}
    assert set(second) == {"payer", "note"}


def test_json_can_be_read_by_a_sparql_library() -> None:
    read = ox.parse_query_results(TABLE.to_json().encode(), ox.QueryResultsFormat.JSON)
    assert isinstance(read, ox.QuerySolutions)
    assert next(iter(read))["age"] == AGE


def test_json_of_an_ask_is_a_boolean() -> None:
    assert json.loads(Table(("answer",), ((ox.Literal(True),),), "ask").to_json()) == {"head": {}, "boolean": True}
    assert json.loads(Table(("answer",), ((ox.Literal(False),),), "ask").to_json()) == {"head": {}, "boolean": False}


def test_json_holds_a_quoted_triple() -> None:
    triple = ox.Triple(CIGNA, ox.NamedNode(terms.PG + "payer"), CIGNA)
    value = json.loads(Table(("t",), ((triple,),)).to_json())["results"]["bindings"][0]["t"]
    assert value["type"] == "triple" and value["value"]["subject"] == {"type": "uri", "value": CIGNA.value}


def test_turtle_holds_the_triples_with_the_known_prefixes() -> None:
    text = TRIPLES.to_turtle()
    assert "@prefix skos:" in text
    assert next(iter(ox.parse(text.encode(), ox.RdfFormat.TURTLE))).object == ox.Literal("Cigna", language="en")


def test_rows_are_no_turtle() -> None:
    with pytest.raises(ValueError, match="only CONSTRUCT and DESCRIBE"):
        TABLE.to_turtle()
