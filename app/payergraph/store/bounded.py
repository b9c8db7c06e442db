"""A request that is over in time, however slowly the head or the body of its answer comes, and that follows nothing."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, Request, build_opener


@contextmanager
def opened(request: Request, seconds: float) -> Iterator[HTTPResponse]:
    """The answer to a request; after so many seconds its connection is shut, and what reads from it finds an end.

    Raises:
        HTTPError: the answer is an error, or leads to another address.
        URLError, OSError, HTTPException: there is no answer.
    """
    clocks: list[threading.Timer] = []
    try:
        with build_opener(_Here, _Plain(clocks), _Secure(clocks)).open(request, timeout=seconds) as answer:
            yield answer
    finally:
        for clock in clocks:
            clock.cancel()


class _Here(HTTPRedirectHandler):
    """Follows nothing: an answer may lead to an address inside the network."""

    def redirect_request(self, *_: Any) -> None:
        """No request: the answer is an error."""


def _start(connection: HTTPConnection, clocks: list[threading.Timer]) -> None:
    """Shut an open connection when its time is over."""
    held = connection.sock

    def cut() -> None:
        with suppress(OSError):
            held.shutdown(socket.SHUT_RDWR)

    clock = threading.Timer(connection.timeout or 0, cut)
    clock.daemon = True
    clock.start()
    clocks.append(clock)


class _PlainConnection(HTTPConnection):
    def __init__(self, host: str, *, clocks: list[threading.Timer] | None = None, **options: Any) -> None:
        super().__init__(host, **options)
        self._clocks = [] if clocks is None else clocks

    def connect(self) -> None:
        super().connect()
        _start(self, self._clocks)


class _SecureConnection(_PlainConnection, HTTPSConnection):
    """The same over TLS: the clock starts after the handshake."""


class _Plain(HTTPHandler):
    def __init__(self, clocks: list[threading.Timer]) -> None:
        super().__init__()
        self._clocks = clocks

    def http_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_PlainConnection, req, clocks=self._clocks)


class _Secure(HTTPSHandler):
    def __init__(self, clocks: list[threading.Timer]) -> None:
        super().__init__()
        self._clocks = clocks

    def https_open(self, req: Request) -> HTTPResponse:
        return self.do_open(_SecureConnection, req, context=ssl.create_default_context(), clocks=self._clocks)
