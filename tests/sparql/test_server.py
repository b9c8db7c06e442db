"""The endpoint as its users meet it: the real server on a loopback port."""

from __future__ import annotations

import csv
import io
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pyoxigraph as ox
import pytest
from command import HANGS, run
from endpoint_server import Served, free_port, served

from payergraph import locate, terms
from payergraph.comparison import computed
from payergraph.sparql import server as serve
from payergraph.sparql.questions import ask, library
from payergraph.sparql.web.desk import Desk
from payergraph.store.graph import LocalGraph, shipped

pytestmark = pytest.mark.xdist_group("serve")  # one server, in one worker

DRUGS = "SELECT ?drug ?label WHERE { ?drug a pg:Drug ; skos:prefLabel ?label } ORDER BY ?drug"
PREFIXES = f"PREFIX pg: <{terms.PG}>\nPREFIX skos: <{terms.SKOS}>\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("serve"), "--addresses") as found:
        yield found


def fetch(
    url: str, *, accept: str = "text/csv", data: bytes | None = None, kind: str = "", method: str | None = None
) -> tuple[int, str, str]:
    """The status, the content type and the body of an answer."""
    headers = {"Accept": accept} | ({"Content-Type": kind} if kind else {})
    try:
        with urlopen(Request(url, data=data, headers=headers, method=method), timeout=HANGS) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read().decode()
    except HTTPError as error:
        return error.code, error.headers.get_content_type(), error.read().decode()


@pytest.fixture
def few_served(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is served from now on has few documents, and so starts in a part of the time."""
    monkeypatch.setenv(locate.VARIABLE, str(few))


def asked(server: Served, query: str, accept: str = "text/csv") -> tuple[int, str, str]:
    return fetch(f"{server.endpoint}?{urlencode({'query': PREFIXES + query})}", accept=accept)


# --- what it answers --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("few_served")
def test_the_address_of_every_stored_question_is_printed_on_request(server: Served, tmp_path: Path) -> None:
    assert set(server.addresses) == {"endpoint", "editor"} | {question.name for question in library()}
    with served(tmp_path) as plain:
        assert set(plain.addresses) == {"endpoint", "editor"}


@pytest.mark.parametrize("name", [question.name for question in library()[::8]])
def test_the_address_of_a_stored_question_answers_as_the_command_does(name: str, server: Served) -> None:
    status, kind, body = fetch(server.addresses[name])
    assert (status, kind) == (200, "text/csv")
    rows = list(csv.reader(io.StringIO(body)))
    expected = list(csv.reader(io.StringIO(ask(name, shipped()).to_csv())))
    assert len(rows) > 1
    assert rows == expected


def test_get_and_both_kinds_of_post_answer_alike(server: Served) -> None:
    query = PREFIXES + DRUGS
    got = asked(server, DRUGS)
    form = fetch(server.endpoint, data=urlencode({"query": query}).encode(), kind="application/x-www-form-urlencoded")
    direct = fetch(server.endpoint, data=query.encode(), kind="application/sparql-query")
    assert got == form == direct
    assert got[0] == 200 and f"{terms.ID}drug/anakinra,anakinra" in got[2]


@pytest.mark.parametrize(
    "accept",
    [
        "text/csv",
        "text/tab-separated-values",
        "application/sparql-results+json",
        "application/sparql-results+xml",
    ],
)
def test_a_select_comes_in_the_format_that_was_asked_for(accept: str, server: Served) -> None:
    status, kind, body = asked(server, DRUGS, accept)
    assert (status, kind) == (200, accept)
    assert "drug/anakinra" in body


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"]
)
def test_a_construct_comes_in_the_format_that_was_asked_for(accept: str, server: Served) -> None:
    query = f"CONSTRUCT WHERE {{ <{terms.ID}drug/anakinra> skos:prefLabel ?label }}"
    status, kind, body = asked(server, query, accept)
    assert (status, kind) == (200, accept)
    assert "anakinra" in body


def test_a_format_that_it_does_not_have_is_refused(server: Served) -> None:
    assert asked(server, DRUGS, "application/pdf")[0] == 406


def test_a_fact_that_two_documents_state_comes_once() -> None:
    store = ox.Store()
    thing = ox.NamedNode("https://example.org/thing")
    store.extend(ox.Quad(thing, terms.pg("value"), ox.Literal("said"), terms.thing("source", name)) for name in "ab")
    with serve.serving(LocalGraph(store, "two"), port=free_port()) as running:

        def rows(query: str) -> int:
            return len(fetch(f"{running.endpoint}?{urlencode({'query': query})}")[2].splitlines()) - 1

        assert rows("SELECT * WHERE { ?s ?p ?o }") == 1
        assert rows("SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }") == 2


def test_each_document_is_a_named_graph(server: Served) -> None:
    computed.add(shipped())
    body = asked(server, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")[2]
    assert set(body.split()[1:]) == {graph.value for graph in shipped().store.named_graphs()}


def test_a_mistake_in_a_query_is_told(server: Served) -> None:
    status, _, body = asked(server, "SELECT ?x WHERE {")
    assert status == 400 and body.startswith("line 3, column 18: ")


# --- what it refuses --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_nothing_can_be_written_by_the_graph_store_protocol(method: str, server: Served) -> None:
    address = f"{server.addresses['editor']}store?{urlencode({'graph': terms.CONCEPTS})}"
    data = None if method == "DELETE" else b"<https://example.org/a> <https://example.org/b> 1 ."
    status, _, body = fetch(address, data=data, kind="text/turtle", method=method)
    assert status == 403 and "read-only" in body
    assert "anakinra" in asked(server, f"SELECT ?o WHERE {{ GRAPH <{terms.CONCEPTS}> {{ ?s skos:prefLabel ?o }} }}")[2]


@pytest.mark.parametrize("update", ["INSERT DATA { <a:a> <a:b> <a:c> }", "DELETE WHERE { ?s ?p ?o }", "CLEAR ALL"])
def test_an_update_is_refused_however_it_is_sent(update: str, server: Served) -> None:
    before = asked(server, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    form = "application/x-www-form-urlencoded"
    ways = [
        fetch(f"{server.addresses['editor']}update", data=update.encode(), kind="application/sparql-update"),
        fetch(f"{server.addresses['editor']}update", data=urlencode({"update": update}).encode(), kind=form),
        fetch(server.endpoint, data=update.encode(), kind="application/sparql-update"),
        fetch(server.endpoint, data=urlencode({"query": update}).encode(), kind=form),
        fetch(f"{server.endpoint}?{urlencode({'query': update})}"),
    ]
    assert all(400 <= status < 500 for status, _, _ in ways), ways
    assert asked(server, "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }") == before


@pytest.mark.usefixtures("few_served")
def test_pages_of_other_sites_ask_nothing_unless_they_are_let(server: Served, tmp_path: Path) -> None:
    def allowed(endpoint: str) -> tuple[int, str | None]:
        request = Request(f"{endpoint}?query=ASK%7B%7D", headers={"Origin": "https://example.org"})
        try:
            with urlopen(request, timeout=HANGS) as answer:
                return answer.status, answer.headers["Access-Control-Allow-Origin"]
        except HTTPError as error:
            return error.code, error.headers["Access-Control-Allow-Origin"]

    assert allowed(server.endpoint) == (403, None)
    with served(tmp_path, "--cors") as open_server:
        assert allowed(open_server.endpoint) == (200, "*")


def test_service_is_refused_and_nothing_is_sent(server: Served) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(0.5)
        place = f"http://127.0.0.1:{other.getsockname()[1]}/"
        status, kind, body = asked(server, f"SELECT * WHERE {{ SERVICE <{place}> {{ ?s ?p ?o }} }}")
        assert (status, kind) == (400, "text/plain") and "SERVICE is not allowed" in body
        with pytest.raises(TimeoutError):
            other.accept()


def test_it_listens_on_this_machine_alone(server: Served) -> None:
    listening = Path("/proc/net/tcp").read_text(encoding="ascii") + Path("/proc/net/tcp6").read_text(encoding="ascii")
    places = [line.split()[1] for line in listening.splitlines() if len(line.split()) > 3 and line.split()[3] == "0A"]
    assert [place for place in places if place.endswith(f":{server.port:04X}")] == [f"0100007F:{server.port:04X}"]


# --- how it starts and ends -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("few_served")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_with_its_children_and_leaves_no_file(number: int, tmp_path: Path) -> None:
    # Where the tests run in the background, signals may be ignored, and a process hands that down.
    before = signal.signal(number, signal.SIG_DFL)
    with served(tmp_path) as running:
        signal.signal(number, before)
        children = running.children()
        assert children
        assert running.stop(number) == (0, "")
        assert list(tmp_path.iterdir()) == []
        for child in children:
            with pytest.raises(ProcessLookupError):
                os.kill(child, 0)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", running.port)).close()


@pytest.mark.usefixtures("few_served")
def test_a_signal_ends_it_while_it_works_on_a_long_query(tmp_path: Path) -> None:
    with served(tmp_path) as running:
        long = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a LIMIT 1"

        told = []

        def ask_for_long() -> None:
            with suppress(OSError):
                told.append(asked(running, long)[0])

        thread = threading.Thread(target=ask_for_long)
        thread.start()
        children = running.children()
        while not any(") R" in Path(f"/proc/{child}/stat").read_text(encoding="ascii") for child in children):
            time.sleep(0.01)
        assert running.stop(signal.SIGTERM) == (0, "")
        thread.join()
        assert told in ([], [503]) and list(tmp_path.iterdir()) == []
        for child in children:
            with pytest.raises(ProcessLookupError):
                os.kill(child, 0)


@pytest.mark.usefixtures("few_served")
def test_it_outlives_its_terminal_under_nohup(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does for what it starts
    try:
        with served(tmp_path) as running:
            running.process.send_signal(signal.SIGHUP)
            assert asked(running, DRUGS)[0] == 200
            assert running.stop(signal.SIGTERM) == (0, "")
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_query_that_comes_while_it_ends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    desks: list[Desk] = []

    def noted(graph: LocalGraph, timeout: float) -> Desk:
        desks.append(Desk(graph, timeout))
        return desks[0]

    monkeypatch.setattr(serve, "Desk", noted)
    with serve.serving(LocalGraph(ox.Store(), "none"), port=free_port()) as running:
        desks[0].stop()
        assert fetch(f"{running.endpoint}?{urlencode({'query': 'ASK {}'})}", accept="*/*")[0] == 503


def test_an_interrupted_wait_leaves_a_server_that_ends_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the socket is closed under it: what its thread then tells would stand on stderr, on a busy machine."""
    told: list[object] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    main = threading.main_thread().ident
    assert main is not None

    def interrupt() -> None:
        while "wait" not in {frame.f_code.co_name for frame, _ in traceback.walk_stack(sys._current_frames()[main])}:
            pass
        signal.pthread_kill(main, signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, signal.default_int_handler)
    try:
        with (
            serve.serving(LocalGraph(ox.Store(), "none"), port=free_port()) as running,
            pytest.raises(KeyboardInterrupt),
        ):
            threading.Thread(target=interrupt).start()
            running.wait()
        assert running.ended.is_set()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert told == []


def test_a_process_that_dies_is_replaced(server: Served) -> None:
    for child in server.children():
        os.kill(child, signal.SIGKILL)
        while ") Z" not in Path(f"/proc/{child}/stat").read_text(encoding="ascii"):
            time.sleep(0.01)
    assert asked(server, DRUGS)[0] == 200


def call(*options: str) -> list[str]:
    """What a call that cannot work tells on stderr, line by line."""
    result = run("serve", *options)
    assert (result.returncode, result.stdout) == (2, "")
    return result.stderr.splitlines()


def test_a_port_in_use_and_a_foreign_address_get_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert call("--port", port)[-1] == f"payergraph: --port {port} is in use; choose another"
    assert call("--host", "192.0.2.1")[-1] == "payergraph: --host 192.0.2.1 is no address of this machine"
    assert call("--host", "no such host")[-1] == "payergraph: --host no such host is no address of this machine"


def test_an_address_that_cannot_be_used_is_told_before_the_graph_is_loaded() -> None:
    assert call("--host", "no such host") == [
        "payergraph: others can ask this endpoint; docs/security.md says what they can do, and what limits hold",
        "payergraph: --host no such host is no address of this machine",
    ]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        [line] = call("--port", str(taken.getsockname()[1]))
        assert line.endswith("is in use; choose another")


def test_a_host_that_others_reach_is_warned_of() -> None:
    assert "others can ask" in call("--host", "192.0.2.1")[0]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert not any("others" in line for line in call("--port", str(taken.getsockname()[1])))


# --- those who ask ----------------------------------------------------------------------------------------------------


def test_rdflib_asks_it_as_a_remote_graph(server: Served) -> None:
    from rdflib import Graph
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    remote = Graph(store=SPARQLStore(server.endpoint, returnFormat="json"))
    labels = {str(row["label"]) for row in remote.query(PREFIXES + DRUGS)}
    assert {"anakinra", "canakinumab", "rilonacept"} <= labels


def test_pandas_reads_the_answer_to_a_question(server: Served) -> None:
    import pandas

    frame = pandas.read_csv(server.addresses["age_limits"], storage_options={"Accept": "text/csv"})
    assert len(frame) == len(ask("age_limits", shipped()).rows)
