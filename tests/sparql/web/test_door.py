"""Who may ask, and what every answer carries."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import pytest
from http_client import ask, heard, opened

from payergraph.sparql.server import Server

Serve = Callable[..., AbstractContextManager[Server]]


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:9", "[::1]:9", "192.168.1.5", "[fd00::5]", "LOCALHOST:80", "localhost."]
)
def test_this_machine_is_known_by_its_addresses(host: str, url: str) -> None:
    assert ask(url, "/query", "ASK {}", Host=host).status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.nip.io", "a@localhost", "", "localhost:x"],
)
@pytest.mark.parametrize("path", ["/", "/query", "/store?default", "/page.js", "/nothing"])
def test_a_name_that_nobody_gave_is_refused_everywhere(host: str, path: str, url: str) -> None:
    reply = ask(url, path, Host=host)
    assert reply.status == 421 and reply.text == "this host is not known by that name; --allow-host adds it\n"


def test_two_hosts_or_none_are_refused(url: str) -> None:
    place = urlsplit(url).netloc.encode()
    twice = b"GET / HTTP/1.1\r\nHost: %s\r\nHost: evil.example\r\nConnection: close\r\n\r\n" % place
    assert heard(opened(url, twice)).split()[1] in (b"400", b"421")
    assert heard(opened(url, b"GET / HTTP/1.0\r\n\r\n")).split()[1] == b"421"


def test_a_name_that_was_allowed_is_answered(serve: Serve) -> None:
    with serve(hosts=("Graph.Example.org",)) as running:
        assert ask(running.url, "/query", "ASK {}", Host="graph.example.org").status == 200
        assert ask(running.url, "/query", "ASK {}", Host="example.org").status == 421


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"},
    {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "cors"},
    {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_page_of_another_site_is_refused_however_it_asks(headers: dict[str, str], url: str, serve: Serve) -> None:
    form = {"method": "POST", "body": b"query=ASK{}", "Content_Type": "application/x-www-form-urlencoded"}
    for options in ({}, form):
        reply = ask(url, "/query?query=ASK{}" if not options else "/query", **options, **headers)
        assert reply.status == 403 and "access-control-allow-origin" not in reply.headers
    with serve(cors=True) as running:
        reply = ask(running.url, "/query", "ASK {}", **headers)
        assert (reply.status, reply.headers["access-control-allow-origin"]) == (200, "*")


def test_our_own_page_and_a_link_from_elsewhere_are_answered(url: str) -> None:
    assert ask(url, "/query", "ASK {}", Origin=url).status == 200
    link = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert ask(url, "/query", "ASK {}", **link).status == 200
    assert ask(url, "/query", "ASK {}", Sec_Fetch_Site="same-origin", Sec_Fetch_Mode="cors").status == 200


def test_a_page_asks_beforehand_whether_it_may(url: str, serve: Serve) -> None:
    asking = {
        "Origin": "https://example.org",
        "Access_Control_Request_Method": "POST",
        "Access_Control_Request_Headers": "content-type",
    }
    assert ask(url, "/query", method="OPTIONS", **asking).status == 403
    with serve(cors=True) as running:
        reply = ask(running.url, "/query", method="OPTIONS", **asking)
        assert (reply.status, reply.content) == (204, b"")
        assert "POST" in reply.headers["access-control-allow-methods"]
        assert "Content-Type" in reply.headers["access-control-allow-headers"]
        # A page of the internet that asks for this machine.
        assert "access-control-allow-private-network" not in reply.headers
        asking["Access_Control_Request_Private_Network"] = "true"
        reply = ask(running.url, "/query", method="OPTIONS", **asking)
        assert reply.headers["access-control-allow-private-network"] == "true"
        assert ask(running.url, "/query", "ASK {}", Host="evil.example").status == 421


@pytest.mark.parametrize("path", ["/", "/query?query=ASK{}", "/query?query=x", "/nothing", "/store", "/page.css"])
def test_every_answer_forbids_frames_and_guesses(path: str, url: str) -> None:
    headers = ask(url, path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers and "access-control-allow-origin" not in headers
