"""Where queries take turns: so many run at once, so many wait, and an answer is whole before its first byte is sent.

An answer is laid down as quickly as it is made, in memory or, where it is long, in a file without a name. So the
process of a query is free again however slowly its reader takes the answer, and what ends a query early is told with
the right status instead of half an answer.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from ipaddress import ip_address, ip_network
from tempfile import SpooledTemporaryFile
from typing import TypeVar

from starlette.requests import Request

from ...errors import LimitReached
from ...store.graph import LocalGraph
from ...table import Table
from ..sandbox import Halt, run, write
from .refusal import RefusedError

#: The most rows or triples of an answer, and its most bytes.
ROWS = 1_000_000
ANSWER_BYTES = 256 * 1024**2
#: The most bytes of all answers that are made or taken at the moment.
ALL_BYTES = 4 * ANSWER_BYTES
#: How many queries run at once. Those of one address take half of the places at most.
PLACES = max(4, os.cpu_count() or 4)
#: How many wait for a place, and the most seconds that each does.
WAITING = 200
PATIENCE = 30.0

_IN_MEMORY = 1024**2

T = TypeVar("T")


class Answer:
    """The bytes of an answer."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        self.size = 0

    def write(self, content: bytes) -> int:
        """Take more bytes.

        Raises:
            LimitReached: there is no room for them.
        """
        self._desk.take(len(content))
        self.size += len(content)
        try:
            return self._file.write(content)
        except OSError:
            raise LimitReached("there is no room for so long an answer at the moment") from None

    def rewind(self) -> None:
        """Be ready to be read."""
        self._file.seek(0)

    def read(self, most: int) -> bytes:
        """The next bytes."""
        return self._file.read(most)

    def close(self) -> None:
        """Give the room back."""
        self._desk.take(-self.size)
        self.size = 0
        self._file.close()


class _Asker:
    """Who has queries here: how many, and the places that they take."""

    def __init__(self) -> None:
        self.asks = 0
        self.places = asyncio.Semaphore(PLACES // 2)


class Desk:
    """Takes queries in turn."""

    def __init__(self, graph: LocalGraph, timeout: float) -> None:
        self._graph, self._timeout = graph, timeout
        self._slots = threading.BoundedSemaphore(PLACES)
        self._threads = ThreadPoolExecutor(PLACES, "query")
        self._places = asyncio.Semaphore(PLACES)
        self._askers: dict[str, _Asker] = {}
        self._waiting = 0
        self._room, self._lock = ALL_BYTES, threading.Lock()
        self._halts: set[Halt] = set()
        self._stopped = False

    def take(self, size: int) -> None:
        """Count bytes of an answer.

        Raises:
            LimitReached: all answers together are too long.
        """
        with self._lock:
            if size > self._room:
                raise LimitReached("there is no room for so long an answer at the moment")
            self._room -= size

    async def written(
        self, request: Request, query: str, name: str, graphs: tuple[list[str], list[str]] | None = None
    ) -> Answer:
        """The answer to a query in a format of ``formats``; whoever has it closes it.

        Raises:
            QueryError, LimitReached: see ``sandbox.run``.
            RefusedError: there is no place for it.
        """

        def work(halt: Halt) -> Answer:
            answer = Answer(self)
            limits = {"limit": ROWS, "most": ANSWER_BYTES}
            try:
                write(
                    query,
                    self._graph,
                    answer,
                    name,
                    **limits,
                    timeout=self._timeout,
                    graphs=graphs,
                    slots=self._slots,
                    halt=halt,
                )
            except BaseException:
                answer.close()
                raise
            answer.rewind()
            return answer

        return await self._do(request, work)

    async def table(self, request: Request, query: str, rows: int) -> Table:
        """The first rows of the answer to a query.

        Raises:
            QueryError, LimitReached, RefusedError: see ``written``.
        """
        return await self._do(
            request,
            lambda halt: run(query, self._graph, limit=rows, timeout=self._timeout, slots=self._slots, halt=halt),
        )

    def stop(self) -> None:
        """End what runs, and begin nothing more."""
        self._stopped = True
        for halt in list(self._halts):
            halt()

    def close(self) -> None:
        """End what runs, and wait until it has ended."""
        self.stop()
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def _do(self, request: Request, work: Callable[[Halt], T]) -> T:
        """The result of work in a thread, which is stopped where the one who asked is gone."""
        async with self._place(request):
            halt = Halt()
            self._halts.add(halt)
            if self._stopped:  # asked last: ``stop`` sees what was added before, from another thread
                halt()
            doing: asyncio.Future[T] = asyncio.get_running_loop().run_in_executor(self._threads, work, halt)
            gone = asyncio.create_task(_gone(request))
            try:
                await asyncio.wait((doing, gone), return_when=asyncio.FIRST_COMPLETED)
                if not doing.done():
                    halt()
                return await doing
            finally:
                halt()
                gone.cancel()
                self._halts.discard(halt)

    @asynccontextmanager
    async def _place(self, request: Request) -> AsyncIterator[None]:
        if self._waiting >= WAITING:
            raise _busy()
        name = _asker(request)
        asker = self._askers.setdefault(name, _Asker())
        asker.asks += 1
        taken: list[asyncio.Semaphore] = []
        self._waiting += 1
        try:
            try:
                async with asyncio.timeout(PATIENCE):
                    for places in (asker.places, self._places):
                        await places.acquire()
                        taken.append(places)
            except TimeoutError:
                raise _busy() from None
            finally:
                self._waiting -= 1
            yield
        finally:
            for places in taken:
                places.release()
            asker.asks -= 1
            if not asker.asks:
                del self._askers[name]


def _busy() -> RefusedError:
    return RefusedError(503, "too many queries run at the moment; try again", Retry_After="10")


def _asker(request: Request) -> str:
    """Who asks: an address, or the network of one that has many."""
    host = request.client.host if request.client else ""
    try:
        if ip_address(host).version == 6:
            return str(ip_network(f"{host.partition('%')[0]}/64", strict=False))
    except ValueError:
        pass
    return host


async def _gone(request: Request) -> None:
    """Return once the client has left."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
