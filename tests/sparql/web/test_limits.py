"""What a stranger can take: time, memory, rows, bytes, places, connections; the others are served meanwhile."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from command import HANGS
from endpoint_server import served
from http_client import ask, heard, opened

from payergraph.sparql import sandbox
from payergraph.sparql.server import Server
from payergraph.sparql.web import connection, desk, sent
from payergraph.store.graph import LocalGraph, shipped

pytestmark = pytest.mark.slow

Serve = Callable[..., AbstractContextManager[Server]]

ALL = "SELECT ?o { ?s ?p ?o }"
#: The product of four facts with themselves, many times over: it never ends, and needs no memory.
RUNAWAY = f"SELECT (COUNT(*) AS ?n) {{ {' '.join(f'?s{i} ?p{i} ?o{i} .' for i in range(40))} }}"


def wide(times: int) -> str:
    """A query for so many products of the four facts: four to that power rows."""
    return f"SELECT * {{ {' '.join(f'?s{i} <urn:x:p> ?o{i} .' for i in range(times))} }}"


def running_away(url: str) -> socket.socket:
    """A client whose query never ends."""
    path = f"/query?{urlencode({'query': RUNAWAY})}"
    return opened(url, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())


# --- a query ----------------------------------------------------------------------------------------------------------


def test_a_query_that_runs_too_long_is_killed_and_told(serve: Serve) -> None:
    with serve(timeout=1) as running:
        reply = ask(running.url, "/query", RUNAWAY)
        assert (reply.status, reply.kind) == (503, "text/plain")
        assert reply.text == "the query ran longer than 1 seconds and was stopped\n"
        assert ask(running.url, "/query", ALL).status == 200


def test_a_query_that_takes_too_much_memory_is_killed_and_told(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_MEMORY", 400 * 1024**2)
    monkeypatch.setattr(sandbox, "_idle", type(sandbox._idle)())
    with serve(timeout=HANGS) as running:
        reply = ask(running.url, "/query", f"{wide(12)} ORDER BY ?s1")
        assert reply.status == 503 and "more memory than it may use" in reply.text


@pytest.mark.parametrize(
    "query", [wide(3), "CONSTRUCT { [] <urn:x:p> ?o1 } WHERE { ?s0 ?p0 ?o0 . ?s1 ?p1 ?o1 . ?s2 ?p2 ?o2 }"]
)
def test_an_answer_of_too_many_rows_is_none(query: str, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve() as running:
        monkeypatch.setattr(desk, "ROWS", 64)
        assert ask(running.url, "/query", query).status == 200
        monkeypatch.setattr(desk, "ROWS", 63)
        reply = ask(running.url, "/query", query)
        assert (reply.status, reply.text) == (503, "the answer has more than 63 rows; ask for fewer with LIMIT\n")


def test_an_answer_of_too_many_bytes_is_none(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve() as running:
        monkeypatch.setattr(desk, "ANSWER_BYTES", 1024**2)
        reply = ask(running.url, "/query", wide(8))
        assert (reply.status, reply.text) == (503, "the answer is longer than 1 MiB\n")
        assert ask(running.url, "/query", ALL).status == 200


def test_all_answers_together_have_a_most_and_give_it_back(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "ALL_BYTES", 5_000)
    with serve() as running:
        for _ in range(10):
            assert ask(running.url, "/query", wide(2), Accept="text/csv").status == 200
            reply = ask(running.url, "/query", wide(5), Accept="text/csv")
            assert reply.status == 503 and "no room" in reply.text


def test_a_query_ends_with_the_client_that_asked_it(serve: Serve) -> None:
    with serve(timeout=HANGS) as running:
        for _ in range(desk.PLACES // 2):  # all that one client can have
            asking = running_away(running.url)
            time.sleep(0.2)
            asking.close()
        assert ask(running.url, "/query", ALL).status == 200


# --- places -----------------------------------------------------------------------------------------------------------


def test_one_client_leaves_places_to_others(serve: Serve) -> None:
    with serve(timeout=HANGS) as running, ExitStack() as open_ones:
        for _ in range(desk.PLACES):
            open_ones.enter_context(running_away(running.url))
        time.sleep(0.3)
        assert ask(running.url, "/query", ALL, source="127.0.0.2").status == 200


def test_behind_a_proxy_of_this_machine_each_visitor_is_one_client(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "PATIENCE", 0.2)
    with serve(timeout=HANGS) as running, ExitStack() as open_ones:
        for _ in range(desk.PLACES // 2):
            open_ones.enter_context(running_away(running.url))
        time.sleep(0.3)
        assert ask(running.url, "/query", ALL).status == 503
        assert ask(running.url, "/query", ALL, X_Forwarded_For="203.0.113.9").status == 200


def test_who_waits_too_long_or_comes_when_too_many_wait_is_told(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "PATIENCE", 0.2)
    with serve(timeout=HANGS) as running, ExitStack() as open_ones:
        for _ in range(desk.PLACES // 2):
            open_ones.enter_context(running_away(running.url))
        time.sleep(0.3)
        waited = ask(running.url, "/query", ALL)
        monkeypatch.setattr(desk, "WAITING", 0)
        turned_away = ask(running.url, "/query", ALL, source="127.0.0.2")
    for reply in (waited, turned_away):
        assert (reply.status, reply.text) == (503, "too many queries run at the moment; try again\n")
        assert int(reply.headers["retry-after"]) > 0


def test_fifty_clients_at_once_all_get_their_own_answer(url: str) -> None:
    def one(number: int) -> str:
        return ask(url, "/query", f"SELECT (COUNT(*) + {number} AS ?n) {{ ?s ?p ?o }}", Accept="text/csv").text

    with ThreadPoolExecutor(50) as pool:
        assert list(pool.map(one, range(200))) == [f"n\r\n{number + 4}\r\n" for number in range(200)]


# --- connections ------------------------------------------------------------------------------------------------------


def test_slow_clients_by_the_hundred_shut_nobody_out(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "CONNECTIONS", 50)
    with serve() as running, ExitStack() as open_ones:
        for number in range(300):
            open_ones.enter_context(opened(running.url, b"GET /query" if number % 2 else b""))
            if number % 50 == 49:
                assert ask(running.url, "/query", ALL).status == 200


def test_where_all_connections_are_at_work_one_more_is_told(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "CONNECTIONS", 3)
    with serve(timeout=HANGS) as running, ExitStack() as open_ones:
        for _ in range(3):
            open_ones.enter_context(running_away(running.url))
        time.sleep(0.3)
        told = heard(opened(running.url))
    assert told.startswith(b"HTTP/1.1 503 ") and told.endswith(b"no more can be served at the moment; try again\n")


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
        b"POST /query HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 100\r\n\r\nASK",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",  # answered, and then silent
    ],
)
def test_who_is_slow_to_ask_is_left(begun: bytes, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SECONDS_TO_ASK", 0.5)
    with serve() as running:
        began = time.monotonic()
        heard(opened(running.url, begun))
        assert time.monotonic() - began < HANGS / 2


def test_who_asks_byte_by_byte_is_left(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SECONDS_TO_ASK", 1)
    with (
        serve() as running,
        opened(running.url, b"GET / HTTP/1.1\r\nHost: localhost\r\n") as asking,
        pytest.raises(OSError),
    ):
        for _ in range(10 * HANGS):
            asking.sendall(b"X")
            time.sleep(0.1)


def stalled(url: str) -> socket.socket:
    """A client that asks for a long answer and takes nothing of it."""
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    place = urlsplit(url)
    found.connect((str(place.hostname), place.port))
    query = urlencode({"query": wide(8)})
    found.sendall(f"GET /query?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    found.settimeout(HANGS)
    return found


@pytest.mark.parametrize("which", ["stuck", "late"])
def test_who_does_not_take_the_answer_is_left_and_holds_no_place(
    which: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    if which == "stuck":
        monkeypatch.setattr(connection, "SECONDS_STUCK", 2)
    else:
        monkeypatch.setattr(sent, "SECONDS_TO_TAKE", 2)
        monkeypatch.setattr(connection, "SECONDS_TO_ASK", 2)
    with serve(timeout=HANGS) as running, ExitStack() as open_ones:
        slow = [open_ones.enter_context(stalled(running.url)) for _ in range(desk.PLACES)]
        assert ask(running.url, "/query", ALL).status == 200
        time.sleep(8)
        for one in slow:
            content = heard(one)
            assert content.startswith(b"HTTP/1.1 200 ") and len(content) < 20_000_000


# --- the whole, as it ships -------------------------------------------------------------------------------------------


@pytest.mark.xdist_group("serve")
def test_a_million_rows_are_sent_in_little_memory(tmp_path: Path) -> None:
    query = "SELECT ?s ?p ?o { ?s ?p ?o . ?a a pg:Payer . ?b a pg:Payer } LIMIT 1000000"

    def used(number: int) -> int:
        lines = Path(f"/proc/{number}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))

    with served(tmp_path, "--timeout", "600") as running:
        address = running.addresses["editor"].rstrip("/")
        before, peak, over = used(running.process.pid), [0], threading.Event()

        def watch() -> None:
            while not over.wait(0.05):
                peak[0] = max(peak[0], used(running.process.pid))

        watching = threading.Thread(target=watch)
        watching.start()
        path = f"/query?{urlencode({'query': query, 'format': 'csv'})}"
        asking = opened(address, f"GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode())
        lines = 0
        last = b""
        with asking, asking.makefile("rb") as answer:
            assert answer.readline().split()[1] == b"200"
            while answer.readline().strip():
                pass
            for last in answer:
                lines += last.endswith(b"\r\n")
        over.set()
        watching.join()
        assert lines >= 1_000_001 and last.endswith(b"\r\n")
        assert peak[0] - before < 100
        assert list(tmp_path.iterdir()) == []
        # One more is too many.
        reply = ask(address, "/query", query.replace("1000000", "1000001"), Accept="text/csv")
        assert reply.status == 503 and "more than 1,000,000 rows" in reply.text


def test_the_shipped_graph_has_room_to_be_taken_whole() -> None:
    """An answer may have twice the rows that the graph has facts: ``--endpoint`` takes all of them at once."""
    graph: LocalGraph = shipped()
    assert len(graph.store) * 2 < desk.ROWS
    assert os.cpu_count() is None or desk.PLACES >= 4
