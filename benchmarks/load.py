"""How the endpoint bears many clients at once: ``python benchmarks/load.py [SECONDS]``.

Fifty clients ask stored questions and small queries of their own without a pause, each over one connection. An error is
whatever is not 200, an answer that is not the one that the question has alone, or a connection that breaks.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from growth import quantiles

from payergraph.sparql.questions import library

CLIENTS = 50
SECONDS = 15.0

_DRUGS = ("anakinra", "canakinumab", "rilonacept", "adalimumab", "etanercept", "tocilizumab")
_QUERY = """SELECT ?policy ?label WHERE {{
  ?policy a pg:CoveragePolicy ; pg:drug <https://w3id.org/payergraph/id/drug/{drug}> ; skos:prefLabel ?label .
}} ORDER BY ?policy"""


@dataclass(frozen=True)
class Load:
    """What the clients met: the times of the answers in milliseconds, and how often there was none."""

    times: list[float]
    errors: int

    def __str__(self) -> str:
        p50, p95 = quantiles(self.times)
        return f"{len(self.times):,} answers, p50 {p50:.0f} ms, p95 {p95:.0f} ms, errors {self.errors}"


def paths() -> list[str]:
    """What is asked: every stored question, and as many small queries."""
    questions = [f"/questions/{question.name}.json" for question in library()]
    own = [f"/query?{urlencode({'query': _QUERY.format(drug=drug), 'format': 'csv'})}" for drug in _DRUGS]
    return [path for place, question in enumerate(questions) for path in (question, own[place % len(own)])]


def load(address: str, seconds: float = SECONDS, clients: int = CLIENTS) -> Load:
    """Ask a running endpoint for so long."""
    asked, known = paths(), dict[str, bytes]()
    place = urlsplit(address)
    for path in asked:
        known[path] = _get(HTTPConnection(str(place.hostname), place.port, timeout=60), path)
    times, errors, until = list[float](), [0], time.monotonic() + seconds

    def client(number: int) -> None:
        connection = HTTPConnection(str(place.hostname), place.port, timeout=60)
        turn = number * 7
        while time.monotonic() < until:
            path = asked[turn % len(asked)]
            turn += 1
            began = time.perf_counter()
            try:
                is_right = _get(connection, path) == known[path]
            except (OSError, HTTPException):
                is_right = False
                connection.close()
            times.append((time.perf_counter() - began) * 1000)
            errors[0] += not is_right

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(times, errors[0])


def measured(seconds: float = SECONDS) -> Load:
    """Start an endpoint as a user does, and ask it."""
    sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
    from endpoint_server import served

    with tempfile.TemporaryDirectory() as place, served(Path(place)) as running:
        return load(running.addresses["editor"], seconds)


def _get(connection: HTTPConnection, path: str) -> bytes:
    connection.request("GET", path)
    answer = connection.getresponse()
    content = answer.read()
    return content if answer.status == 200 else b""


if __name__ == "__main__":
    print(f"{CLIENTS} clients: {measured(float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS)}")
