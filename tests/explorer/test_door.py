"""The explorer's door: foreign names and pages are refused, and the server asks nobody anything."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from http_client import ask, opened
from served import Served, chromium, served, settled

#: Writes down every place that the process looks up, connects to or sends to.
_WATCH = """
import sys

def watch(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.connect", "socket.sendto"):
        place = arguments[0] if event.startswith("socket.get") else arguments[1]
        host = place[0] if isinstance(place, tuple) else place
        if host not in (None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0"):
            with open({log!r}, "a") as log:
                log.write(f"{{event}} {{host}}\\n")

sys.addaudithook(watch)
"""


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """An explorer, and the file of the places that it asked."""
    place = tmp_path_factory.mktemp("watched")
    log = place / "asked"
    log.touch()
    (place / "sitecustomize.py").write_text(_WATCH.format(log=str(log)), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(place))
        with served(
            ("-m", "payergraph", "explore", "--headless", "--allow-host", "Graph.example", "--port")
        ) as running:
            yield running, log


def handshake(url: str, **headers: str) -> bytes:
    """The status of the answer to who wants a WebSocket."""
    given = {"Host": "localhost", "Connection": "Upgrade", "Upgrade": "websocket"} | headers
    given |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    with opened(url, f"GET /_stcore/stream HTTP/1.1\r\n{lines}\r\n".encode()) as asking:
        return asking.recv(65536).split()[1]


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("localhost:8501", "http://localhost:8501", b"101"),
        ("graph.example", "https://graph.example", b"101"),
        ("localhost:8501", "http://evil.example", b"403"),
        ("localhost:8501", "http://localhost:8502", b"403"),
        ("localhost:8501", "null", b"403"),
        ("evil.example:8501", "http://evil.example:8501", b"403"),
        ("evil.example", "http://localhost:8501", b"403"),
    ],
)
def test_a_foreign_page_gets_no_session(host: str, origin: str, status: bytes, watched: tuple[Served, Path]) -> None:
    assert handshake(watched[0].address, Host=host, Origin=origin) == status


@pytest.mark.parametrize("path", ["/", "/check", "/_stcore/health", "/static/nothing"])
def test_every_answer_forbids_frames_and_other_sites(path: str, watched: tuple[Served, Path]) -> None:
    reply = ask(watched[0].address, path)
    assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
    assert reply.headers["x-frame-options"] == "DENY" and reply.headers["x-content-type-options"] == "nosniff"
    scripts = reply.headers["content-security-policy"].partition("script-src ")[2].partition(";")[0]
    assert "unsafe" not in scripts and "http" not in scripts
    assert ask(watched[0].address, path, Host="evil.example").status == 421
    assert ask(watched[0].address, path, Host="graph.example").status == reply.status
    assert ask(watched[0].address, path, Origin="http://evil.example").status == 403


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/?drug=rilonacept&indication=caps", "compare?drug=rilonacept&indication=caps"),
        ("/?payers=cigna", "compare?payers=cigna"),
        ("/sparql?question=age_limits&drug=anakinra", "questions?question=age_limits&drug=anakinra"),
        ("/nopage", "./?missing=nopage"),
        ("/a/b", "../?missing=a%2Fb"),
        ("/<b>", "./?missing=%3Cb%3E"),
    ],
)
def test_an_address_without_a_page_leads_on(path: str, place: str, watched: tuple[Served, Path]) -> None:
    reply = ask(watched[0].address, path.replace("<", "%3C").replace(">", "%3E"), Accept="text/html")
    assert (reply.status, reply.headers["location"]) == (307, place)


@pytest.mark.parametrize("path", ["/", "/?q=x", "/compare?drug=anakinra", "/sparql?question=own", "/sparql?question="])
def test_an_address_with_a_page_is_answered_where_it_is(path: str, watched: tuple[Served, Path]) -> None:
    assert ask(watched[0].address, path, Accept="text/html").status == 200


def test_the_explorer_asks_nobody_anything(watched: tuple[Served, Path]) -> None:
    explorer, log = watched
    for origin in ("http://evil.example", "http://192.0.2.1", "https://graph.example"):
        handshake(explorer.address, Origin=origin)
    with chromium() as browser:
        page = browser.new_page()
        for path in ("/", "/check", "/sparql?question=documents"):
            page.goto(explorer.address + path)
            settled(page)
    assert log.read_text(encoding="utf-8") == ""


def test_what_watches_the_network_sees_it(tmp_path: Path) -> None:
    log = tmp_path / "asked"
    (tmp_path / "sitecustomize.py").write_text(_WATCH.format(log=str(log)), encoding="utf-8")
    code = "from streamlit.net_util import get_external_ip as look; look()"
    subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(tmp_path)}, capture_output=True, check=True)
    assert "amazonaws.com" in log.read_text(encoding="utf-8")
