"""The graph taken from an endpoint: the same answers as from the files, nothing sent but the wish for the graph."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest
from command import HANGS, run, without_versions
from endpoint_server import Served, answering, free_port, served
from oxigraph_server import find_program

import payergraph
from payergraph.comparison.conflicts import conflicts
from payergraph.errors import EndpointError, LimitReached
from payergraph.locate import folder
from payergraph.sparql.questions import ask, library
from payergraph.store.graph import LocalGraph, load, shipped
from payergraph.store.remote import RemoteGraph, fetched

pytestmark = pytest.mark.xdist_group("serve")

CASES = folder("data") / "cases"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("serve")) as found:
        yield found


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, few_trig: Path) -> Iterator[str]:
    """The endpoint of a server that knows nothing of payergraph and has loaded the exported TriG."""
    place = tmp_path_factory.mktemp("plain")
    location = ["--location", str(place / "store")]
    load = [find_program(), "load", *location, "--file", str(few_trig)]
    subprocess.run(load, check=True, capture_output=True)
    bind = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [find_program(), "serve-read-only", *location, "--bind", bind, "--union-default-graph"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            try:
                RemoteGraph(f"http://{bind}/query").rows("SELECT * WHERE { }")
                break
            except EndpointError:
                time.sleep(0.05)
        yield f"http://{bind}/query"
    finally:
        process.terminate()
        process.wait(10)


# --- the same answers -------------------------------------------------------------------------------------------------


def test_cases_are_judged_as_on_the_shipped_graph(server: Served) -> None:
    names = ("maria", "two-adalimumab-products", "crohns-disease", "little-on-record")
    call = ["check", *(CASES / f"{name}.yaml" for name in names), "--authority", "all", "--format", "json"]
    there = run(*call, "--endpoint", server.endpoint)
    assert (there.returncode, there.stderr) == (0, "")
    assert without_versions(there.stdout) == without_versions(run(*call).stdout)


@pytest.mark.parametrize(
    "call",
    [
        ["compare", "--drug", "kineret", "--indication", "RA", "--authority", "all", "--format", "json"],
        ["query", "payers_compared", "--param", "drug=anakinra", "--format", "csv"],
    ],
)
def test_a_command_answers_as_on_the_shipped_graph(call: list[str], server: Served) -> None:
    there = run(*call, PAYERGRAPH_ENDPOINT=server.endpoint)
    assert (there.returncode, there.stderr) == (0, "")
    assert without_versions(there.stdout) == without_versions(run(*call).stdout)


def test_a_query_of_ones_own_runs_here_under_the_limits_of_here(server: Served, tmp_path: Path) -> None:
    query = tmp_path / "long.rq"
    query.write_text("SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a LIMIT 1", encoding="utf-8")
    result = run("query", query, "--timeout", "1", "--endpoint", server.endpoint)
    assert result.returncode == 3 and "1 seconds" in result.stderr
    query.write_text("SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", encoding="utf-8")
    assert run("query", query, "--endpoint", server.endpoint).returncode == 2


def test_the_functions_take_an_endpoint(server: Served) -> None:
    here = payergraph.compare(drug="kineret", indication="RA")
    assert payergraph.compare(drug="kineret", indication="RA", endpoint=server.endpoint).to_csv() == here.to_csv()
    outcomes = [item.outcome for item in payergraph.check(CASES / "maria.yaml")]
    assert [item.outcome for item in payergraph.check(CASES / "maria.yaml", endpoint=server.endpoint)] == outcomes


def test_a_remote_graph_is_asked_query_by_query(server: Served) -> None:
    remote = RemoteGraph(server.endpoint)
    assert conflicts(remote) == conflicts(shipped())
    for question in library()[::16]:
        assert ask(question.name, remote) == ask(question.name, shipped()), question.name
    assert "local" not in vars(remote), "the whole graph was fetched"


def test_a_plain_server_with_the_exported_trig_answers_the_same(plain: str, few: Path) -> None:
    remote, here = RemoteGraph(plain), load(few)
    asked = [one for one in library() if "order" not in one.needs]  # which is stored for all documents together
    for question in asked[::3]:
        assert ask(question.name, remote) == ask(question.name, here), question.name
    # Its blank nodes have other names, which does not matter to the version.
    with answering(holding(here)) as url:
        assert remote.version == RemoteGraph(url).version
    assert len(remote.local.store) == len(load(few).store)


# --- what is sent -----------------------------------------------------------------------------------------------------


def reply(
    handler: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, length: int | None = None, kind: str = "json"
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", f"application/sparql-results+{kind}")
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    handler.wfile.write(body)


def holding(graph: LocalGraph) -> Callable[[BaseHTTPRequestHandler, bytes], None]:
    """What answers from a graph in memory."""

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        found = graph.store.query(parse_qs(body.decode())["query"][0], use_default_graph_as_union=True)
        reply(handler, found.serialize(format=ox.QueryResultsFormat.JSON))

    return answer


def test_the_endpoint_learns_nothing_of_the_case(few: Path) -> None:
    heard: list[tuple[dict[str, str], bytes]] = []
    answer = holding(load(few))

    def told(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        heard.append((dict(handler.headers), body))
        answer(handler, body)

    sent = []
    with answering(told) as url:
        for case in ("maria.yaml", "crohns-disease.yaml"):
            fetched.cache_clear()
            assert run("check", CASES / case, "--endpoint", url).returncode == 0
            sent.append([(body, headers["User-Agent"]) for headers, body in heard])
            heard.clear()
    assert sent[0] == sent[1] and len(sent[0]) == 2
    queries = [parse_qs(body.decode())["query"][0] for body, _ in sent[0]]
    assert all(query.startswith("SELECT") and "GRAPH ?g" in query for query in queries)


# --- endpoints that cannot be used ------------------------------------------------------------------------------------


def results(*rows: dict[str, str], names: tuple[str, ...] = ("g", "s", "p", "o")) -> bytes:
    bindings = [{name: {"type": "uri", "value": value} for name, value in row.items()} for row in rows]
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()


def counted(number: int) -> bytes:
    value = {"type": "literal", "value": str(number), "datatype": "http://www.w3.org/2001/XMLSchema#integer"}
    return json.dumps({"head": {"vars": ["n"]}, "results": {"bindings": [{"n": value}]}}).encode()


def gives(count: int, rows: bytes) -> Callable[[BaseHTTPRequestHandler, bytes], None]:
    return lambda handler, body: reply(handler, counted(count) if b"COUNT" in body else rows)


FACT = {"g": f"{payergraph.terms.ID}source/x", "s": "https://example.org/s", "p": "https://example.org/p"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (lambda handler, body: reply(handler, b"no", status=404), "answers 404 Not Found"),
        (lambda handler, body: reply(handler, b"<html>"), "does not answer with SPARQL results"),
        (lambda handler, body: reply(handler, b'{"head":{},"boolean":true}'), "answers yes or no"),
        (lambda handler, body: reply(handler, b'{"head"', length=100), "bytes are missing"),
        (gives(2, results(FACT | {"o": "https://example.org/o"})), "gives 1 of its 2 facts"),
        (gives(1, results(FACT)), "facts that are no RDF"),
        (gives(0, results()), "holds no graph of payergraph"),
        (gives(1, results(FACT | {"o": "https://example.org/> } x"})), "does not answer with SPARQL results"),
    ],
)
def test_an_endpoint_that_cannot_be_used_is_told_in_one_sentence(
    answer: Callable[[BaseHTTPRequestHandler, bytes], None], expected: str
) -> None:
    with answering(answer) as url:
        with pytest.raises(EndpointError, match=expected) as caught:
            _ = RemoteGraph(url).local
        assert url in str(caught.value) and "\n" not in str(caught.value)


def test_an_answer_that_takes_too_long_or_trickles_is_given_up() -> None:
    over = threading.Event()

    def silent(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        over.wait(20)

    def trickle(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        reply(handler, b"", length=10_000)
        while not over.wait(0.05):
            try:
                handler.wfile.write(b" ")
            except OSError:
                return

    for answer in (silent, trickle):
        with answering(answer) as url, pytest.raises(LimitReached, match=r"longer than 0\.5 seconds"):
            RemoteGraph(url, seconds=0.5).rows("SELECT * WHERE { }")
    over.set()


def test_an_answer_that_is_too_long_is_given_up() -> None:
    with answering(lambda handler, body: reply(handler, results() + b" " * 2_000_000)) as url:
        with pytest.raises(LimitReached, match="more than 1 MiB"):
            RemoteGraph(url, most=1024**2).rows("SELECT * WHERE { }")
        assert RemoteGraph(url, most=3 * 1024**2).rows("SELECT * WHERE { }") == []


@pytest.mark.parametrize("url", ["127.0.0.1:7878", "file:///etc/passwd", "http://", "http://a b/", "http://a:x/"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(EndpointError, match="is no address"):
        RemoteGraph(url)


@pytest.mark.parametrize(
    "call",
    [
        ["check", CASES / "maria.yaml"],
        ["compare", "--drug", "kineret", "--indication", "RA"],
        ["query", "documents"],
        ["conflicts"],
    ],
)
def test_a_command_tells_that_the_endpoint_is_not_there(call: list[str | Path]) -> None:
    url = f"http://127.0.0.1:{free_port()}/query"
    result = run(*call, "--endpoint", url)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"payergraph: the endpoint {url} cannot be reached: Connection refused\n"


# --- the explorer -----------------------------------------------------------------------------------------------------


def test_the_explorer_shows_the_graph_of_an_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another graph than the shipped one, in a session of the explorer."""
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    asked: list[str | None] = []

    def graph(endpoint: str | None = None) -> LocalGraph:
        asked.append(endpoint)
        return load()

    monkeypatch.setenv("PAYERGRAPH_ENDPOINT", "http://127.0.0.1:1/query")
    monkeypatch.setattr(payergraph, "graph", graph)
    monkeypatch.syspath_prepend(str(folder("explorer")))
    st.cache_resource.clear()
    try:
        page = AppTest.from_file(folder("explorer") / "Explorer.py", default_timeout=HANGS).run()
        assert not page.exception and not page.error
        assert asked == ["http://127.0.0.1:1/query"]
    finally:
        st.cache_resource.clear()


def test_the_explorer_does_not_start_for_an_endpoint_that_is_not_there() -> None:
    done = run("explore", "--headless", "--port", str(free_port()), "--endpoint", "http://127.0.0.1:1/query")
    assert done.returncode == 2
    assert done.stderr.startswith("payergraph: the endpoint http://127.0.0.1:1/query cannot be reached")
