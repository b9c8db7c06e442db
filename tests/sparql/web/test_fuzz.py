"""Anything at the door of the endpoint: an answer or one line of text, no fault of ours, and nothing sent elsewhere.

`make fuzz` tries many more texts than `make test`.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlencode

import pytest
import query_pieces
from fuzzing import SECONDS
from http_client import Reply, ask, opened
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from payergraph.sparql.questions import library

#: How many texts each test tries: a few; or, where seconds are given, about what they are enough for.
EXAMPLES = int(SECONDS * 10) or 150

fuzzed = settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])

FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
_CODES = {200, 303, 400, 403, 404, 405, 406, 413, 415, 421, 503}
_KEYS = st.sampled_from(["query", "default-graph-uri", "named-graph-uri", "format", "update", "graph", "drug", "", "x"])
_QUERY_TEXTS = st.one_of(st.text(max_size=200), query_pieces.queries())


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[socket.socket]:
    """A place that nothing may be sent to."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def judge(reply: Reply) -> None:
    assert reply.status in _CODES, reply
    if reply.status >= 400:
        assert reply.kind == "text/plain" and reply.text.count("\n") == 1 and reply.text.endswith("\n"), reply


def unheard(elsewhere: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        elsewhere.accept()


@fuzzed
@given(_QUERY_TEXTS, st.sampled_from(["get", "form", "direct"]))
@example("SELECT * { SERVICE <http://localhost:1/> {} }", "get")
@example("\x00", "direct")
@example("ASK {} # \ud7ff", "form")
def test_fuzz_the_text_of_a_query(url: str, elsewhere: socket.socket, query: str, way: str) -> None:
    query = query.replace("localhost:1/", f"localhost:{elsewhere.getsockname()[1]}/")
    with suppress(UnicodeEncodeError):
        if way == "get":
            reply = ask(url, "/query", query)
        else:
            body = query.encode() if way == "direct" else urlencode({"query": query}).encode()
            reply = ask(url, "/query", method="POST", body=body, Content_Type=DIRECT if way == "direct" else FORM)
        judge(reply)
    unheard(elsewhere)


@fuzzed
@given(
    st.sampled_from(["/query", "/store", "/", "/update", *(f"/questions/{one.name}" for one in library()[:3])]),
    st.lists(st.tuples(_KEYS, st.one_of(st.text(max_size=40), st.sampled_from(["urn:x:a", "ASK{}", "csv", "html"])))),
    st.sampled_from(["", "*/*", "text/html", "text/csv;q=x", ",,;;==", "\x7f", "a/b;" * 50]),
)
def test_fuzz_the_parameters(url: str, path: str, pairs: list[tuple[str, str]], accept: str) -> None:
    with suppress(UnicodeEncodeError):
        judge(ask(url, f"{path}?{urlencode(pairs)}", Accept=accept))


_LINES = [b"GET / HTTP/1.1", b"POST /query HTTP/1.1", b"GET /query?query=%zz HTTP/1.1", b"GET //x:y@z/ HTTP/1.0"]
_HEADERS = [
    b"Host: localhost",
    b"Host: evil.example",
    b"Content-Length: 5",
    b"Content-Length: -1",
    b"Content-Length: 99999999999",
    b"Transfer-Encoding: chunked",
    b"Content-Type: application/sparql-query",
    b"Expect: 100-continue",
    b"Upgrade: websocket\r\nConnection: Upgrade",
    b"Connection: close",
    b"Accept: \xff",
    b"X: " + b"y" * 70_000,
]


@fuzzed
@given(
    st.sampled_from(_LINES) | st.binary(max_size=40),
    st.lists(st.sampled_from(_HEADERS) | st.binary(max_size=20), max_size=5),
    st.sampled_from([b"", b"ASK{}", b"5\r\nASK{}\r\n0\r\n\r\n", b"zz\r\n"]) | st.binary(max_size=40),
)
def test_fuzz_the_bytes_of_a_request(url: str, line: bytes, headers: list[bytes], body: bytes) -> None:
    text = b"\r\n".join([line, *headers, b"", body])
    content = b""
    with opened(url) as asking, suppress(OSError):
        asking.settimeout(0.1)  # a request that is not whole gets no answer
        asking.sendall(text)
        content = asking.recv(65536)
    assert not content or int(content.split()[1]) in _CODES | {100}, (text, content)


def test_fuzz_left_it_in_health(url: str) -> None:
    assert ask(url, "/query", "ASK {}").text == '{"head":{},"boolean":true}'
