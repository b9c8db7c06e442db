"""What a data folder and an endpoint may not say: one sentence, whatever the command, and nothing is built on it."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import mini
import pyoxigraph as ox
import pytest
from command import run
from endpoint_server import answering

from payergraph import locate, terms
from payergraph.author.lint import lint
from payergraph.errors import DataError, EndpointError, FileError, LimitReached
from payergraph.store import graph as graphs
from payergraph.store.graph import LocalGraph, load
from payergraph.store.remote import RemoteGraph

CASE = "drug: anakinra\nrequestDate: 2026-10-01\nindication: caps\n"
ESCAPE = "\x1b]0;owned\x07"


@pytest.fixture
def data(few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of few documents that commands read in the place of data/."""
    found = tmp_path / "data"
    shutil.copytree(few, found)
    shipped = graphs.shipped
    monkeypatch.setenv(locate.VARIABLE, str(found))
    monkeypatch.setattr(graphs, "shipped", load)
    locate.folder.cache_clear()
    yield found
    monkeypatch.undo()
    assert graphs.shipped is shipped
    locate.folder.cache_clear()


COMMANDS = [
    ["check", "case.yaml"],
    ["case", "case.yaml"],
    ["query", "names"],
    ["conflicts"],
    ["compare", "--drug", "anakinra", "--indication", "RA"],
    ["implies", "--drug", "anakinra", "--indication", "RA"],
    ["export", "out"],
    ["new-policy", "a-b", "--payer", "cigna", "--drug", "anakinra", "--indication", "caps"],
    ["serve", "--port", "1"],
]


def test_every_command_tells_of_a_broken_file(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "concepts" / "broken.ttl").write_text("this is not Turtle", encoding="utf-8")
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("payergraph.api.shipped", load)
    monkeypatch.setattr("payergraph.sparql.server.ready", lambda *_: None)
    for words in COMMANDS:
        done = run(*words)
        assert (done.returncode, done.stdout) == (2, ""), words
        assert done.stderr.count("\n") == 1 and "data/concepts/broken.ttl is not Turtle, line 1: " in done.stderr, words
    told = run("lint")
    assert told.returncode == 1 and "broken.ttl:1: this is not Turtle" in told.stdout


def test_a_pipe_in_the_data_folder_is_told(data: Path) -> None:
    import os

    os.mkfifo(data / "policies" / "pipe.ttl")
    with pytest.raises(FileError, match="a pipe or a device"):
        load()
    assert "a pipe or a device" in run("lint").stderr


VALUES = [
    ('pg:effectiveDate "June"^^xsd:gYear', "'June', which is no xsd:gYear"),
    ('pg:effectiveDate "2026-02-30"^^xsd:date', "which is no xsd:date"),
    ('pg:effectiveDate "2025-02-29"^^xsd:date', "which is no xsd:date"),
    ('pg:effectiveDate "99999-01-01"^^xsd:date', "which is no xsd:date"),
    ('pg:effectiveDate "2026-13"^^xsd:gYearMonth', "which is no xsd:gYearMonth"),
    ('pg:effectiveDate "2026-01-01"', "which is no xsd:date or xsd:gYearMonth or xsd:gYear"),
    ("pg:effectiveDate pg:Primary", "which is no xsd:date or"),
    ('pg:initialMonths "many"^^xsd:integer', "which is no xsd:integer"),
    (f'pg:initialMonths "{"9" * 6000}"^^xsd:integer', "which is no xsd:integer"),
    ('pg:initialMonths "٣"^^xsd:integer', "which is no xsd:integer"),
    ('pg:value "NaN"^^xsd:decimal', "which is no xsd:decimal"),
    ('pg:value "perhaps"^^xsd:boolean', "which is no xsd:boolean"),
    ('pg:highValue "many"', "which is no xsd:integer or xsd:decimal"),
    (r'skos:prefLabel "\u001B]0;owned\u0007"@en', "a sign that cannot be printed"),
    (r'skos:prefLabel "abc\u202Edef"@en', "a sign that cannot be printed"),
    (f'skos:prefLabel "{"a" * 130_000}"@en', "more than 100,000 letters"),
    ("pg:member <https://w3id.org/payergraph/id/rule/test/one>", "a set or a group that holds itself"),
]


@pytest.mark.parametrize(("said", "expected"), VALUES)
def test_a_value_that_nobody_can_read_is_refused(said: str, expected: str, tmp_path: Path) -> None:
    prefixes = f"@prefix pg: <{terms.PG}> . @prefix xsd: <{terms.XSD}> . @prefix skos: <{terms.SKOS}> .\n"
    (tmp_path / "policies").mkdir()
    file = tmp_path / "policies" / "test.ttl"
    file.write_text(f"{prefixes}<https://w3id.org/payergraph/id/rule/test/one> {said} .", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load(data=tmp_path)
    message = str(caught.value)
    assert "rule/test/one" in message and expected in message and message.isprintable() and len(message) < 500


def test_lint_tells_it_with_its_place(few_documents: Path, tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    file = tmp_path / "policies" / "cigna-ip0243.ttl"
    text = (few_documents / "policies" / "cigna-ip0243.ttl").read_text(encoding="utf-8")
    file.write_text(text + '\npolicy:cigna-ip0243 skos:altLabel "\\u001B]0;owned\\u0007"@en .\n', encoding="utf-8")
    told = [fault for fault in lint([file]) if "a sign that cannot be printed" in fault.message]
    assert [fault.subject for fault in told] == ["policy/cigna-ip0243"] and told[0].line


def test_every_day_that_there_is_may_be_said() -> None:
    from datetime import date, timedelta

    from payergraph.store.outside import _wrong

    day, last = date(1999, 1, 1), date(2005, 1, 1)
    days = {(day + timedelta(number)).isoformat() for number in range((last - day).days)}
    every = {f"{y}-{m:02}-{d:02}" for y in range(1999, 2005) for m in range(14) for d in range(33)}
    kind = ox.NamedNode(terms.XSD + "date")
    assert {text for text in every if not _wrong(ox.Literal(text, datatype=kind))} == days
    assert _wrong(ox.Literal("1900-02-29", datatype=kind))


_RINGS = """
_:l rdf:first c:use-0 ; rdf:rest _:l .
_:m rdf:first c:use-0 ; rdf:rest _:n . _:n rdf:first c:use-0 ; rdf:rest _:m .
c:ring a pg:AllOf ; sh:and _:l ; @@ .
c:ring-of-two a pg:AnyOf ; sh:or _:m ; @@ .
c:self a pg:NoneOf ; pg:parts ( c:self ) ; @@ .
"""


def test_a_list_that_leads_back_to_itself_is_never_met(tmp_path: Path) -> None:
    texts = [
        mini.policy(f"caps c:{name}", more=_RINGS, slug=slug)
        for name, slug in (("ring", "one"), ("ring-of-two", "two"), ("self", "three"))
    ]
    found = mini.answers(mini.graph(tmp_path, *texts), {"indication": "caps"})
    assert {item.outcome for item in found} <= {"not-documented", "unknown"} and len(found) == 3


def test_lint_tells_of_a_list_that_leads_back_to_itself(few_documents: Path, tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    file = tmp_path / "policies" / "test.ttl"
    file.write_text(mini.policy("caps c:ring", more=_RINGS), encoding="utf-8")
    assert {"criterion/test/ring", "criterion/test/ring-of-two"} <= {fault.subject for fault in lint([file])}


def test_no_document_has_the_name_of_what_all_share(few_documents: Path, tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    file = tmp_path / "policies" / "concepts.ttl"
    file.write_text(mini.policy("caps", slug="concepts"), encoding="utf-8")
    assert any("what all documents share" in fault.message for fault in lint([file]))


# --- an endpoint ------------------------------------------------------------------------------------------------------


def of(term: Any) -> dict[str, str]:
    if isinstance(term, ox.Literal):
        return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
    return {"type": "uri" if isinstance(term, ox.NamedNode) else "bnode", "value": term.value}


def results(*rows: dict[str, Any]) -> bytes:
    bindings = [{name: of(value) for name, value in row.items()} for row in rows]
    return json.dumps({"head": {"vars": list(rows[0]) if rows else ["n"]}, "results": {"bindings": bindings}}).encode()


def number(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(terms.XSD + "integer"))


def gives(monkeypatch: pytest.MonkeyPatch, count: bytes, rows: bytes = b"") -> RemoteGraph:
    """The graph of an endpoint that answers so."""
    monkeypatch.setattr(RemoteGraph, "_post", lambda self, query: count if "COUNT" in query else rows)
    return RemoteGraph("http://127.0.0.1:1/query")


@pytest.mark.parametrize(
    "count",
    [
        results(),
        results({"n": number("many")}),
        results({"n": number("9" * 6_000)}),
        results({"n": number("-1")}),
        results({"m": number("1")}),
        results({"n": ox.NamedNode("https://example.org/1")}),
        results({"n": number("1")}, {"n": number("1")}),
    ],
)
def test_a_count_that_is_none_is_told(count: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EndpointError, match="does not say how many facts it has"):
        _ = gives(monkeypatch, count).local


_CELL, _OTHER = ox.BlankNode("a"), ox.BlankNode("b")
_FIRST, _REST = (ox.NamedNode(terms.RDF + name) for name in ("first", "rest"))
_AND, _THING = ox.NamedNode(terms.SH + "and"), terms.thing("criterion", "test/one")
_TYPE = ox.NamedNode(terms.RDF + "type")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([(_THING, _AND, _CELL), (_CELL, _FIRST, _THING), (_CELL, _REST, _CELL)], "stands in two places"),
        ([(_CELL, _REST, _OTHER), (_OTHER, _REST, _CELL)], "a list leads back to itself"),
        ([(_CELL, _REST, _CELL)], "a list leads back to itself"),
        ([(_THING, terms.pg("effectiveDate"), ox.Literal("June"))], "which is no xsd:date"),
        ([(_THING, terms.pg("initialMonths"), number("many"))], "which is no xsd:integer"),
        ([(_THING, ox.NamedNode(terms.SKOS + "prefLabel"), ox.Literal(ESCAPE))], "a sign that cannot be printed"),
        ([(_THING, terms.pg("member"), _THING)], "holds itself"),
    ],
)
def test_what_no_graph_has_is_told(facts: list[Any], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = ox.NamedNode(terms.ID + "source/test")
    facts = [(terms.thing("policy", "test"), _TYPE, terms.pg("CoveragePolicy")), *facts]
    rows = results(*({"g": graph, "s": s, "p": p, "o": o} for s, p, o in facts))
    with pytest.raises(EndpointError, match=expected) as caught:
        _ = gives(monkeypatch, results({"n": number(str(len(facts)))}), rows).local
    assert str(caught.value).isprintable()


def test_criteria_in_a_circle_are_never_met(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = """c:one a pg:AllOf ; sh:and ( c:two ) ; @@ . c:two a pg:AllOf ; sh:and ( c:one ) ; @@ ."""
    local = mini.graph(tmp_path, mini.policy("caps c:one", more=more))
    facts = [quad for quad in local.store if not str(quad.graph_name).startswith(f"<{terms.COMPUTED}")]
    rows = results(*({"g": q.graph_name, "s": q.subject, "p": q.predicate, "o": q.object} for q in facts))
    there: LocalGraph = gives(monkeypatch, results({"n": number(str(len(facts)))}), rows).local
    [found] = mini.answers(there, {"indication": "caps"})
    assert found.outcome == "unknown"  # as of an excerpt that does not show what is asked


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_endpoint_leads_elsewhere(status: int) -> None:
    asked: list[str] = []

    def lead(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        asked.append(handler.command)
        handler.send_response(status)
        handler.send_header("Location", "/query")  # in a circle, too
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with answering(lead) as url, pytest.raises(EndpointError, match=f"answers {status} .*, which leads elsewhere"):
        RemoteGraph(url).rows("SELECT * WHERE { }")
    assert asked == ["POST"]


def test_a_head_that_trickles_is_given_up() -> None:
    over = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        while not over.wait(0.05):
            try:
                handler.wfile.write(b"H")
            except OSError:
                return

    began = time.monotonic()
    with answering(trickle) as url, pytest.raises(LimitReached, match=r"longer than 0\.5 seconds"):
        RemoteGraph(url, seconds=0.5).rows("SELECT * WHERE { }")
    over.set()
    assert time.monotonic() - began < 60


@pytest.mark.parametrize(
    "url",
    [f"http://{'a' * 300}.invalid/", "http://a..b/", "http://a\x1b.b/", "http://a.b/ü", "http://\ud800/", "http://[1/"],
)
def test_an_address_that_is_none_is_told(url: str) -> None:
    done = run("query", "names", "--endpoint", url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no address such as" in done.stderr and done.stderr.count("\n") == 1 and "\x1b" not in done.stderr
