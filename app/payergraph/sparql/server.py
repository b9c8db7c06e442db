"""A read-only SPARQL 1.1 endpoint that strangers may ask: the application of ``web`` behind uvicorn.

It answers by the SPARQL 1.1 Protocol at ``/query``, gives each document by the Graph Store Protocol at ``/store``, and
shows people a page at ``/``. The default graph holds every triple once, whichever document says it, and each document
is a named graph, so that the stored questions run on it as they stand. A query runs as those of ``payergraph query``
do: its text is checked, and its process can reach nothing and is killed when time or memory is up.
"""

from __future__ import annotations

import errno
import socket
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address

import uvicorn

from ..comparison import computed
from ..errors import ServeError
from ..store.graph import LocalGraph
from .questions import library
from .sandbox import warm
from .web.app import application
from .web.connection import Connection
from .web.desk import Desk

_SECONDS_TO_START = 30.0
_SECONDS_TO_STOP = 3
# The most bytes of an address with its headers; a longer query is posted.
_HEAD_BYTES = 96 * 1024


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        url: the address of its page, without the last ``/``.
        ended: set once the server runs no more.
    """

    url: str
    ended: threading.Event

    @property
    def endpoint(self) -> str:
        """Where queries go."""
        return f"{self.url}/query"

    def addresses(self) -> dict[str, str]:
        """Every stored question by its name."""
        return {question.name: f"{self.url}/questions/{question.name}" for question in library()}

    def wait(self) -> None:
        """Return once it has ended; Ctrl-C is heard."""
        # Not by joining the thread: Python 3.11 takes one for ended whose join was interrupted.
        while not self.ended.wait(1):
            pass


@contextmanager
def serving(
    graph: LocalGraph,
    host: str = "127.0.0.1",
    port: int = 7878,
    *,
    timeout: int = 30,
    cors: bool = False,
    hosts: Collection[str] = (),
) -> Iterator[Server]:
    """Run the server as long as the context lasts.

    Args:
        timeout: the most seconds for one query.
        cors: pages of other sites may ask.
        hosts: names by which others call this machine.

    Raises:
        ServeError: the address is taken or not of this machine, or the server does not start.
    """
    listening = _listen(host, port)
    computed.add(graph)
    warm(graph)
    desk = Desk(graph, timeout)
    config = uvicorn.Config(
        application(graph, desk, hosts={host, *hosts}, cors=cors),
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=_HEAD_BYTES,
        timeout_graceful_shutdown=_SECONDS_TO_STOP,
    )
    server = uvicorn.Server(config)
    ended = threading.Event()

    def run() -> None:
        try:
            server.run([listening])
        finally:
            ended.set()

    thread = threading.Thread(target=run, name="serve", daemon=True)
    thread.start()
    try:
        _wait(server, thread)
        yield Server(f"http://{_joined(_reachable(host), port)}", ended)
    finally:
        desk.stop()
        server.should_exit = True
        thread.join()
        desk.close()
        listening.close()


def ready(host: str, port: int) -> None:
    """Make sure that it can listen at an address; quick, so ask before loading a graph.

    Raises:
        ServeError: see ``serving``.
    """
    _listen(host, port).close()


def is_local(host: str) -> bool:
    """Whether only this machine reaches what listens on the host."""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


def _listen(host: str, port: int) -> socket.socket:
    """A socket at the address, or ServeError."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise ServeError(f"--host {host} is no address of this machine") from None
        if error.errno == errno.EADDRINUSE:
            raise ServeError(f"--port {port} is in use; choose another") from None
        raise ServeError(f"--port {port} cannot be used: {error.strerror}") from None


def _wait(server: uvicorn.Server, thread: threading.Thread) -> None:
    """Return once the server answers."""
    until = time.monotonic() + _SECONDS_TO_START
    while not server.started:
        if not thread.is_alive() or time.monotonic() > until:
            raise ServeError("the server does not start")
        time.sleep(0.02)


def _reachable(host: str) -> str:
    """The address by which this machine reaches what listens on the host."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
