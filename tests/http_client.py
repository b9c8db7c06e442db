"""A client that says exactly what it is told to, as no browser would."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from command import HANGS


@dataclass(frozen=True)
class Reply:
    """An answer: its status, its headers by their names in lower case, its body."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def kind(self) -> str:
        """The media type."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode()


def ask(
    url: str,
    path: str,
    query: str | None = None,
    *,
    method: str = "GET",
    body: bytes | None = None,
    source: str = "127.0.0.1",
    **headers: str,
) -> Reply:
    """Send a request; names of headers are written with ``_`` for their dashes."""
    place = urlsplit(url)
    asking = HTTPConnection(str(place.hostname), place.port, timeout=HANGS, source_address=(source, 0))
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    address = path if query is None else f"{path}?{urlencode({'query': query})}"
    asking.putrequest(method, address, skip_host="Host" in given, skip_accept_encoding=True)
    if body is not None and "Content-Length" not in given and "Transfer-Encoding" not in given:
        given["Content-Length"] = str(len(body))
    for name, value in given.items():
        asking.putheader(name, value)
    asking.endheaders(body)
    answer = asking.getresponse()
    found = Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    asking.close()
    return found


def opened(url: str, text: bytes = b"") -> socket.socket:
    """A connection on which some bytes were sent."""
    place = urlsplit(url)
    found = socket.create_connection((str(place.hostname), place.port or 80), timeout=HANGS)
    found.sendall(text)
    return found


def heard(connection: socket.socket) -> bytes:
    """All that comes until the other side ends the connection."""
    content = b""
    try:
        while piece := connection.recv(65536):
            content += piece
    except ConnectionResetError:
        pass
    finally:
        connection.close()
    return content
