"""Any SPARQL query over the graph, safely: it can only read, and time, memory and rows are bounded.

A query that runs long cannot be stopped from within, and one nested deep enough brings down the process that parses
it. So each runs in a process of its own that holds a copy of the graph (0.3 s to start, then kept for the next query)
and is killed when time is up. What a text may hold is checked before, in ``guard``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import IO, Any, Protocol

import pyoxigraph as ox

from .. import terms
from ..comparison import computed
from ..errors import LimitReached, QueryError
from ..store.graph import LocalGraph
from ..table import Table, Writable, plain, write_csv
from ..terms import Term
from ..wording import counted
from .guard import QUERY_BYTES, check, explain, starred
from .worker import receive, send

__all__ = [
    "QUERY_BYTES",
    "ROWS",
    "SECONDS",
    "Halt",
    "LimitReached",
    "QueryError",
    "fill",
    "run",
    "stream_csv",
    "warm",
    "write",
]

#: How many rows an answer has at most, unless the caller says otherwise.
ROWS = 10_000
#: How many seconds a query runs at most, unless the caller says otherwise.
SECONDS = 10.0
# The most seconds that a caller can give, some days: no clock of the system counts to infinity.
_LONGEST = 1e6

# The most bytes of an answer that is held in memory, and of one batch of an answer that is not.
_ANSWER_BYTES = 64 * 1024 * 1024
# The most memory, in bytes of address space, that the process of a query may use, the graph included.
_MEMORY = 2 * 1024**3
# How long a query waits while as many others run as the machine has processors.
_PATIENCE = 60.0
_SLOTS = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))

_PARAMETER = re.compile(r"\$(\w+)")


def fill(text: str, values: Mapping[str, Term]) -> str:
    """A query with its ``$name`` written as the values, each by its own serializer; others stay variables."""
    return _PARAMETER.sub(lambda match: str(values.get(match[1], f"?{match[1]}")), text)


def run(
    query: str,
    graph: LocalGraph,
    *,
    limit: int | None = ROWS,
    timeout: float = SECONDS,
    slots: threading.BoundedSemaphore | None = None,
    halt: Halt | None = None,
) -> Table:
    """Answer a SELECT, ASK, CONSTRUCT or DESCRIBE over the union of all named graphs.

    The prefixes of ``terms.PREFIXES`` are declared. Blank nodes keep no identity between answers.

    Args:
        limit: how many rows, or triples, to return; ``truncated`` says whether there were more. None for all.
        timeout: seconds of running, after which the query is killed.
        slots: how many run at once; as many as the machine has processors where absent.
        halt: stops it from another thread.

    Raises:
        QueryError: the query is wrong or not allowed.
        LimitReached: it is too long, it was stopped, or it ran out of time, of memory, or of room for its answer.
    """
    kind = check(query)
    rows: list[tuple[Any, ...]] = []
    with _worker(graph, slots, halt) as worker:
        answer = worker.ask(query, limit, timeout)
        columns = next(answer)
        for batch in answer:
            rows += batch
        return Table(columns, tuple(rows), kind, worker.truncated, graph_version=graph.version)


def stream_csv(
    query: str, graph: LocalGraph, out: Writable, *, limit: int | None = None, timeout: float = SECONDS
) -> bool:
    """Write the answer of a query as SPARQL CSV, a batch of rows at a time, and return whether rows were left out.

    With a limit the rows are counted first, for the header says so as that of ``Table.to_csv`` does. The time that
    ``out`` takes does not count.

    Raises:
        QueryError, LimitReached: as for ``run``; whole rows may have been written before.
    """
    check(query)
    with _worker(graph) as worker:
        answer = worker.ask(query, limit, timeout, ahead=True)
        columns = next(answer)
        more = (f"cut off after {counted(limit or 0, 'row')}",) if worker.truncated else ()
        empty = [""] * len(more)
        write_csv(out, [(*columns, *more)])
        for batch in answer:
            write_csv(out, ([*map(plain, row), *empty] for row in batch))
        return worker.truncated


class Sink(Protocol):
    """What bytes are written to."""

    def write(self, content: bytes, /) -> int:
        """Take them."""


class Halt:
    """A way to stop a query that another thread waits for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stop: Callable[[], None] | None = None
        self._called = False

    def __call__(self) -> None:
        """Stop it, or see that it does not begin."""
        with self._lock:
            self._called = True
            if self._stop is not None:
                self._stop()

    def watch(self, stop: Callable[[], None]) -> None:
        """Tell how it is stopped from now on."""
        with self._lock:
            self._stop = stop
            if self._called:
                stop()


def write(
    query: str,
    graph: LocalGraph,
    out: Sink,
    name: str,
    *,
    limit: int,
    most: int,
    timeout: float,
    graphs: tuple[list[str], list[str]] | None = None,
    slots: threading.BoundedSemaphore | None = None,
    halt: Halt | None = None,
) -> None:
    """Write the answer of a query in a format of ``formats``; where it raises, a part may have been written.

    Args:
        name: of the format.
        limit: the most rows or triples; an answer with more is none.
        most: the most bytes.
        graphs: the names of the graphs that make the default graph, and of those that GRAPH sees.
        slots, halt: as for ``run``.

    Raises:
        QueryError, LimitReached: as for ``run``.
    """
    check(query)
    with _worker(graph, slots, halt) as worker:
        for piece in worker.written(query, limit, timeout, most, name, graphs):
            out.write(piece)


def warm(graph: LocalGraph) -> None:
    """Start a process for the graph, so that the first query need not wait for it."""
    with _worker(graph):
        pass


# --- the processes ----------------------------------------------------------------------------------------------------


class _Worker:
    """A process that holds a copy of a graph and answers one query at a time."""

    def __init__(self, graph: LocalGraph) -> None:
        self.truncated = False
        self.idle = True
        self._late = False
        # -P: a file of the working directory must not stand in for a module.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", f"{__package__}.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,  # Ctrl-C is for the command, which then ends this process
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._to: IO[bytes] = self._process.stdin
        self._from: IO[bytes] = self._process.stdout
        try:
            computed.add(graph)
            send(self._to, (graph.store.dump(format=ox.RdfFormat.N_QUADS), _MEMORY))
            receive(self._from)
        except (EOFError, BrokenPipeError):
            self.kill()
            raise LimitReached("the process that answers queries does not start; is there memory left?") from None
        except BaseException:
            self.kill()
            raise

    def ask(self, query: str, limit: int | None, timeout: float, *, ahead: bool = False) -> Iterator[Any]:
        """The columns, then batches of rows; after the last one the process is idle again.

        Args:
            ahead: the answer is of any length, only each batch is bounded, and ``truncated`` is known from the start.
        """
        most = limit and min(limit, sys.maxsize - 1)
        request = {"query": query, "prefixes": terms.PREFIXES, "limit": most, "order": starred(query), "ahead": ahead}
        return self._answer(request, timeout, None if ahead else _ANSWER_BYTES)

    def written(
        self,
        query: str,
        limit: int,
        timeout: float,
        room: int,
        name: str,
        graphs: tuple[list[str], list[str]] | None,
    ) -> Iterator[bytes]:
        """The bytes of the answer in a format; none of them counts where it then has more rows than the limit."""
        request = {"query": query, "prefixes": terms.PREFIXES, "limit": limit, "name": name, "graphs": graphs}
        yield from self._answer(request, timeout, room, written=True)
        if self.truncated:
            raise LimitReached(f"the answer has more than {limit:,} rows; ask for fewer with LIMIT")

    def _answer(
        self, request: dict[str, Any], timeout: float, room: int | None, *, written: bool = False
    ) -> Iterator[Any]:
        """What the process tells about a request.

        Args:
            room: the most bytes of the whole answer; None bounds each batch only.
        """
        self.idle = self.truncated = False
        left = timeout = min(timeout, _LONGEST)
        most = _ANSWER_BYTES if room is None else room
        space = most
        with suppress(BrokenPipeError):  # it was stopped before: reading tells it
            send(self._to, (timeout + 1, written, request))
        while True:
            began = time.monotonic()
            (what, content), size = self._next(left, space, most, timeout)
            left -= time.monotonic() - began
            if room is not None:
                space -= size
            if what in ("columns", "rows", "bytes"):
                yield content
                continue
            if what == "more":
                self.truncated = content
                continue
            self.idle = True
            if what == "done":
                self.truncated = content
                return
            raise QueryError(explain(request["query"], content) if what == "syntax" else content)

    def _next(self, left: float, space: int, most: int, timeout: float) -> tuple[Any, int]:
        timer = threading.Timer(max(left, 0), self._stop)
        timer.start()
        try:
            return receive(self._from, space)
        except EOFError:
            if self._late:
                raise LimitReached(f"the query ran longer than {timeout:g} seconds and was stopped") from None
            raise LimitReached("the query needs more memory than it may use, or is nested too deep") from None
        except OverflowError:
            raise LimitReached(f"the answer is longer than {most // 1024**2} MiB") from None
        finally:
            timer.cancel()
            timer.join()

    def _stop(self) -> None:
        self._late = True
        self._process.kill()

    def kill_now(self) -> None:
        """End the process whatever another thread reads from it; that thread then learns that it is gone."""
        self._process.kill()

    def alive(self) -> bool:
        """Whether the process can answer."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        for stream in (self._to, self._from):
            with suppress(OSError):
                stream.close()


_idle: weakref.WeakKeyDictionary[LocalGraph, list[_Worker]] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


@contextmanager
def _worker(
    graph: LocalGraph, slots: threading.BoundedSemaphore | None = None, halt: Halt | None = None
) -> Iterator[_Worker]:
    """An idle process of the graph, or a new one; whoever leaves it busy, by an error or a limit, kills it."""
    slots, halt = slots or _SLOTS, halt or Halt()
    if not slots.acquire(timeout=_PATIENCE):
        raise LimitReached("too many queries run at the moment; try again")
    try:
        worker = _take(graph) or _Worker(graph)
        halt.watch(worker.kill_now)
        try:
            yield worker
        finally:
            halt.watch(lambda: None)
            if worker.idle:
                with _lock:
                    _idle[graph].append(worker)
            else:
                worker.kill()
    finally:
        slots.release()


def _take(graph: LocalGraph) -> _Worker | None:
    with _lock:
        if graph not in _idle:
            _idle[graph] = []
            # The processes end with the graph, and all of them with the program.
            weakref.finalize(graph, _kill_all, _idle[graph])
        while _idle[graph]:
            worker = _idle[graph].pop()
            if worker.alive():
                return worker
            worker.kill()
    return None


def _kill_all(workers: list[_Worker]) -> None:
    for worker in workers:
        worker.kill()
