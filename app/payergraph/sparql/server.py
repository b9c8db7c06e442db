"""A read-only SPARQL 1.1 endpoint: the Oxigraph server, started on a temporary copy of the graph.

The server answers by the SPARQL 1.1 Protocol at ``/query`` and serves an editor at ``/``; it refuses updates and writes
by the Graph Store Protocol. Its default graph holds every triple once, whichever document says it, and each document is
a named graph, so that the stored questions run on it as they stand.

It has no switch for SERVICE: whoever can ask it can make it send a request to another address. And its time limit does
not reach every query: one that sorts or counts a product of everything runs on. So it listens on this machine alone
unless told otherwise, and lets pages of other sites read nothing.
"""

from __future__ import annotations

import errno
import shutil
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import pyoxigraph as ox

from ..comparison import computed
from ..errors import ServeError
from ..store.graph import LocalGraph
from .questions import Question, library

_SECONDS_TO_START = 30.0
_SECONDS_TO_STOP = 5.0


@dataclass(frozen=True)
class Server:
    """A running server.

    Attributes:
        url: the address of its page, without the last ``/``.
    """

    url: str
    process: subprocess.Popen[bytes]

    @property
    def endpoint(self) -> str:
        """Where queries go."""
        return f"{self.url}/query"

    def address(self, question: Question, graph: LocalGraph) -> str:
        """A stored question as a GET request."""
        text = "\n".join(line.strip() for line in question.alone(graph).splitlines())
        return f"{self.endpoint}?{urlencode({'query': text})}"

    def addresses(self, graph: LocalGraph) -> dict[str, str]:
        """Every stored question by its name."""
        return {question.name: self.address(question, graph) for question in library()}


@contextmanager
def serving(
    graph: LocalGraph, host: str = "127.0.0.1", port: int = 7878, *, timeout: int = 30, cors: bool = False
) -> Iterator[Server]:
    """Run the server as long as the context lasts; then it is ended and its copy of the graph removed.

    Args:
        timeout: the most seconds for one query, as far as the server keeps to it.
        cors: pages of other sites may ask.

    Raises:
        ServeError: the server is not installed, the address is taken or not of this machine, or it does not start.
    """
    program = ready(host, port)
    with TemporaryDirectory(prefix="payergraph-") as folder:
        store, log = Path(folder) / "store", Path(folder) / "log"
        _load(program, store, graph)
        with log.open("wb") as messages:
            process = subprocess.Popen(
                [
                    *(program, "serve-read-only", "--location", store, "--bind", _joined(host, port)),
                    *("--timeout-s", str(timeout), *(["--cors"] if cors else [])),
                ],
                stdin=subprocess.DEVNULL,
                stdout=messages,
                stderr=messages,
            )
        try:
            _wait(process, _reachable(host), port, log)
            yield Server(f"http://{_joined(_reachable(host), port)}", process)
        finally:
            _end(process)


def ready(host: str, port: int) -> str:
    """The server's program, once it is sure that it can listen at an address; quick, so ask before loading a graph.

    Raises:
        ServeError: see ``serving``.
    """
    program = find_program()
    _claim(host, port)
    return program


def is_local(host: str) -> bool:
    """Whether only this machine reaches what listens on the host."""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False


def find_program() -> str:
    """The server's program: of this environment, else of the system.

    Raises:
        ServeError: there is none.
    """
    found = shutil.which("oxigraph", path=sysconfig.get_path("scripts")) or shutil.which("oxigraph")
    if found is None:
        raise ServeError("the Oxigraph server is not installed; install it with: pip install oxigraph")
    return found


def _claim(host: str, port: int) -> None:
    """Raise ServeError unless the address is free."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise ServeError(f"--host {host} is no address of this machine") from None
        if error.errno == errno.EADDRINUSE:
            raise ServeError(f"--port {port} is in use; choose another") from None
        raise ServeError(f"--port {port} cannot be used: {error.strerror}") from None


def _load(program: str, store: Path, graph: LocalGraph) -> None:
    """Lay a copy of the graph where the server reads it, each triple once more in the default graph."""
    computed.add(graph)
    quads = list(graph.store)
    union = {ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads}
    content = ox.serialize([*quads, *union], format=ox.RdfFormat.N_QUADS)
    done = subprocess.run(
        [program, "load", "--location", store, "--format", "nq"], input=content, capture_output=True, check=False
    )
    if done.returncode:
        raise ServeError(f"the Oxigraph server cannot load the graph: {_last(done.stderr)}")


def _wait(process: subprocess.Popen[bytes], host: str, port: int, log: Path) -> None:
    """Return once the server answers."""
    until = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < until:
        if process.poll() is not None:
            raise ServeError(f"the Oxigraph server does not start: {_last(log.read_bytes())}")
        with suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        time.sleep(0.02)
    raise ServeError(f"the Oxigraph server does not answer after {_SECONDS_TO_START:g} seconds")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _reachable(host: str) -> str:
    """The address by which this machine reaches what listens on the host."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _joined(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _last(message: bytes) -> str:
    lines = message.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it says nothing"
