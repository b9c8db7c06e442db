"""The SPARQL 1.1 Protocol, the Graph Store Protocol for reading, and what the service says of itself."""

from __future__ import annotations

import csv
import gzip
import io
import json
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from http_client import ask

from payergraph import terms
from payergraph.sparql.formats import GRAPHS, HTML, RESULTS, choose, types
from payergraph.store.graph import LocalGraph

ALL = "SELECT ?o { ?s ?p ?o }"
EVERY = "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"
FORM = "application/x-www-form-urlencoded"


def source(name: str) -> str:
    return f"{terms.ID}source/{name}"


def values(content: str) -> list[str]:
    return sorted(row[0] for row in list(csv.reader(io.StringIO(content)))[1:])


# --- the format -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("application/xml", "application/xml"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values"),
        ("text/csv, text/tab-separated-values", "text/csv"),
        ("application/sparql-results+json;q=0, */*;q=0.1", "application/json"),
        ("TEXT/CSV ; Q=1", "text/csv"),
        ("text/csv;q=many, text/tab-separated-values;q=0.1", "text/tab-separated-values"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
    ],
)
def test_the_accept_header_chooses_the_format(accept: str, expected: str, url: str) -> None:
    reply = ask(url, "/query", ALL, Accept=accept)
    assert (reply.status, reply.kind) == (200, expected)
    assert "Accept" in reply.headers["vary"]


@pytest.mark.parametrize("accept", ["image/png", "text/csv;q=0", "application/pdf, text/turtle"])
def test_a_format_that_no_answer_has_is_refused_with_those_that_it_has(accept: str, url: str) -> None:
    reply = ask(url, "/query", ALL, Accept=accept)
    assert (reply.status, reply.kind) == (406, "text/plain") and "text/csv" in reply.text


def test_the_address_can_name_the_format(url: str) -> None:
    for name, found in RESULTS.items():
        reply = ask(url, f"/query?{urlencode({'query': ALL, 'format': name})}", Accept="image/png")
        assert (reply.status, reply.kind) == (200, found.types[0])
    for name, found in GRAPHS.items():
        query = "CONSTRUCT WHERE { ?s ?p ?o }"
        reply = ask(url, f"/query?{urlencode({'query': query, 'format': name})}")
        assert (reply.status, reply.kind) == (200, found.types[0])
        assert len(list(ox.parse(reply.content, format=found.engine))) == 4
    assert ask(url, f"/query?{urlencode({'query': ALL, 'format': 'ttl'})}").status == 406


@pytest.mark.parametrize("name", RESULTS)
def test_yes_or_no_comes_in_every_format(name: str, url: str) -> None:
    reply = ask(url, f"/query?{urlencode({'query': 'ASK { ?s ?p ?o }', 'format': name})}")
    assert reply.status == 200 and "true" in reply.text


def test_nothing_is_chosen_where_everything_is_refused() -> None:
    assert choose("*/*;q=0", types(RESULTS)) is None
    assert choose("text/html", {"html": (HTML,)}) == ("html", HTML)


def test_a_client_that_can_read_gzip_gets_it(url: str) -> None:
    query = f"SELECT ?a ?b ?c {{ {' '.join(f'?{name} ?p{name} ?o{name} .' for name in 'abc')} }}"
    plain = ask(url, "/query", query, Accept="text/csv")
    packed = ask(url, "/query", query, Accept="text/csv", Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert gzip.decompress(packed.content) == plain.content and len(packed.content) < len(plain.content) / 2


@pytest.mark.parametrize("path", ["/", "/store?default", "/.well-known/void", "/query", "/questions/documents.csv"])
def test_head_is_get_without_the_body(path: str, url: str) -> None:
    got, head = ask(url, path), ask(url, path, method="HEAD")
    assert (head.status, head.kind, head.content) == (200, got.kind, b"")
    assert head.headers["content-length"] == got.headers["content-length"] == str(len(got.content))


# --- what is asked ----------------------------------------------------------------------------------------------------


def test_prefixes_of_the_project_are_declared(url: str) -> None:
    assert ask(url, "/query", "ASK { pg:a skos:prefLabel ?o }").text == '{"head":{},"boolean":false}'


@pytest.mark.parametrize(
    ("default", "named", "expected", "within"),
    [
        ([], [], ["<b>bold</b>", "one", "three", "two"], ["<b>bold</b>", "<b>bold</b>", "one", "three", "two"]),
        (["one"], [], ["<b>bold</b>", "one"], []),
        (["one", "two"], [], ["<b>bold</b>", "one", "two"], []),
        (["one", "two"], ["two", "three"], ["<b>bold</b>", "one", "two"], ["<b>bold</b>", "three", "two"]),
        (["three"], ["one"], ["three"], ["<b>bold</b>", "one"]),
        ([], ["three"], [], ["three"]),
        (["nowhere"], ["nowhere"], [], []),
    ],
)
@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_a_query_may_be_asked_of_some_graphs(
    way: str, default: list[str], named: list[str], expected: list[str], within: list[str], url: str
) -> None:
    graphs = [("default-graph-uri", source(name)) for name in default]
    graphs += [("named-graph-uri", source(name)) for name in named]
    for query, found in ((ALL, expected), (EVERY, within)):
        if way == "get":
            reply = ask(url, f"/query?{urlencode([('query', query), *graphs])}", Accept="text/csv")
        elif way == "form":
            body = urlencode([("query", query), *graphs]).encode()
            reply = ask(url, "/query", method="POST", body=body, Content_Type=FORM, Accept="text/csv")
        else:
            address, kind = f"/query?{urlencode(graphs)}", "application/sparql-query; charset=UTF-8"
            reply = ask(url, address, method="POST", body=query.encode(), Content_Type=kind, Accept="text/csv")
        assert (reply.status, values(reply.text)) == (200, found)


@pytest.mark.parametrize(
    ("status", "path", "options"),
    [
        (400, "/query?query=", {"method": "POST", "body": b"", "Content_Type": FORM}),
        (400, "/query?query=ASK{}&query=ASK{}", {}),
        (400, "/query?query=ASK{}&default-graph-uri=no%20iri", {}),
        (400, "/query?query=ASK{}&colour=red", {}),
        (400, "/query?query=%FF", {}),
        (400, "/query?" + "&".join(["named-graph-uri=urn:x:a"] * 200), {}),
        (400, "/query?query=ASK{}", {"method": "POST", "body": b"ASK{}", "Content_Type": "application/sparql-query"}),
        (400, "/query", {"method": "POST", "body": b"\xff", "Content_Type": "application/sparql-query"}),
        (400, "/query?query=SELECT", {}),
        (400, "/query?query=SELECT%20*%20FROM%20%3Curn:x:a%3E%20%7B%7D", {}),
        (403, "/query", {"method": "POST", "body": b"update=CLEAR+ALL", "Content_Type": FORM}),
        (403, "/query", {"method": "POST", "body": b"CLEAR ALL", "Content_Type": "application/sparql-update"}),
        (403, "/update", {"method": "POST", "body": b"CLEAR ALL", "Content_Type": "application/sparql-update"}),
        (404, "/nothing", {}),
        (404, "/questions/nothing", {}),
        (405, "/query", {"method": "DELETE"}),
        (405, "/", {"method": "POST", "body": b""}),
        (406, "/query?query=ASK{}&format=png", {}),
        (406, "/questions/documents.png", {}),
        (413, "/query?query=" + "x" * 70_000, {}),
        (413, "/query", {"method": "POST", "body": b" " * 65_537, "Content_Type": "application/sparql-query"}),
        (413, "/query", {"method": "POST", "body": b"query=" + b" " * 300_000, "Content_Type": FORM}),
        (415, "/query", {"method": "POST", "body": b"ASK{}", "Content_Type": "text/plain"}),
        (415, "/query", {"method": "POST", "body": b"ASK{}"}),
        (415, "/query", {"method": "POST", "body": b"", "Content_Type": FORM, "Content_Encoding": "gzip"}),
        (415, "/query", {"method": "POST", "body": b"", "Content_Type": FORM + ";charset=utf-16"}),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_what_is_wrong_is_told_in_one_line_of_text(status: int, path: str, options: dict, url: str) -> None:
    reply = ask(url, path, **options)
    assert (reply.status, reply.kind) == (status, "text/plain")
    assert reply.text.endswith("\n") and reply.text.count("\n") == 1 and len(reply.text) > 10
    if status == 405:
        assert "GET" in reply.headers["allow"]


def test_a_body_without_a_length_is_read_no_further_than_it_may_be_long(url: str) -> None:
    body = b"%x\r\n" % 300_000 + b" " * 300_000 + b"\r\n0\r\n\r\n"
    reply = ask(
        url, "/query", method="POST", body=body, Content_Type="application/sparql-query", Transfer_Encoding="chunked"
    )
    assert reply.status == 413


# --- documents --------------------------------------------------------------------------------------------------------


def test_a_document_and_the_whole_are_given(url: str) -> None:
    one = ask(url, f"/store?{urlencode({'graph': source('one')})}")
    assert (one.status, one.kind) == (200, "text/turtle")
    assert len(list(ox.parse(one.content, format=ox.RdfFormat.TURTLE))) == 2
    whole = ask(url, "/store?default", Accept="application/n-triples")
    assert len(whole.text.splitlines()) == 4


@pytest.mark.parametrize(
    ("status", "path"),
    [
        (404, f"/store?{urlencode({'graph': source('nowhere')})}"),
        (400, "/store"),
        (400, "/store?graph=no%20iri"),
        (400, "/store?default&graph=urn:x:a"),
        (400, "/store?graph=urn:x:a%3E%20%7B%7D%20SERVICE"),
    ],
)
def test_a_graph_that_is_not_there_is_told(status: int, path: str, url: str) -> None:
    assert ask(url, path).status == status


# --- what it says of itself -------------------------------------------------------------------------------------------

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"


def described(url: str, path: str) -> ox.Store:
    store = ox.Store()
    store.load(ask(url, path, Accept="application/n-triples").content, format=ox.RdfFormat.N_TRIPLES)
    return store


def rows(store: ox.Store, query: str) -> list[list[str]]:
    found = store.query(query, prefixes={"sd": SD, "void": VOID})
    return sorted([value.value for value in row] for row in found)  # type: ignore[union-attr]


def test_the_service_describes_itself_with_every_graph(url: str) -> None:
    store = described(url, "/query")
    assert rows(store, "SELECT ?e { ?s a sd:Service ; sd:endpoint ?e }") == [[f"{url}/query"]]
    assert rows(store, "SELECT ?n { ?s sd:defaultDataset/sd:defaultGraph/void:triples ?n }") == [["4"]]
    named = "SELECT ?name ?n { ?s sd:defaultDataset/sd:namedGraph ?g . ?g sd:name ?name ; sd:graph/void:triples ?n }"
    assert rows(store, named) == [[source("one"), "2"], [source("three"), "1"], [source("two"), "2"]]
    formats = {row[0] for row in rows(store, "SELECT ?f { ?s sd:resultFormat ?f }")}
    assert len(formats) == len(RESULTS) + len(GRAPHS) and f"{'http://www.w3.org/ns/formats/'}Turtle" in formats


def test_the_graph_is_described_at_the_well_known_place(url: str, small: LocalGraph) -> None:
    store = described(url, "/.well-known/void")
    counts = "SELECT ?e ?n ?s ?o { ?d void:sparqlEndpoint ?e ; void:triples ?n ; void:distinctSubjects ?s ; "
    assert rows(store, counts + "void:distinctObjects ?o }") == [[f"{url}/query", "4", "4", "4"]]


# --- stored questions -------------------------------------------------------------------------------------------------


def test_a_parameter_of_a_question_that_is_wrong_is_told(url: str) -> None:
    assert "has no parameter 'colour'" in ask(url, "/questions/age_limits?colour=red").text
    reply = ask(url, "/questions/age_limits?drug=no-such-drug")
    assert reply.status == 400 and reply.text.startswith("drug: ")
    assert ask(url, "/questions/age_limits?drug=a&drug=b").status == 400


def test_a_question_is_answered_in_the_format_of_its_ending(url: str) -> None:
    for name, found in RESULTS.items():
        reply = ask(url, f"/questions/documents.{name}", Accept="image/png")
        assert (reply.status, reply.kind) == (200, found.types[0])
    assert json.loads(ask(url, "/questions/documents.json").text)["head"]["vars"][0] == "document"
