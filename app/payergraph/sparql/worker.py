"""The process in which a query runs that may never end: ``python -m payergraph.sparql.worker``.

It gets a graph and a limit of memory, then one query after the other, and answers in batches of rows. Messages are
pickles behind their length in eight bytes. ``sandbox`` starts it, trusts it, and kills it when time is up.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

import pyoxigraph as ox

_BATCH = 500
_LENGTH = struct.Struct(">Q")


def send(stream: IO[bytes], message: object) -> None:
    """Write a message."""
    content = pickle.dumps(message, protocol=5)
    stream.write(_LENGTH.pack(len(content)) + content)
    stream.flush()


def receive(stream: IO[bytes], most: float = float("inf")) -> tuple[Any, int]:
    """Read a message; also its length in bytes.

    Raises:
        EOFError: the other side is gone.
        OverflowError: the message is longer than ``most`` bytes; it is not read.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    length = _LENGTH.unpack(head)[0]
    if length > most:
        raise OverflowError
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return pickle.loads(content), length


def main() -> None:
    """Serve until the other side closes."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    try:
        graph, memory = receive(source)[0]
        _limit("RLIMIT_AS", memory)
        store = ox.Store()
        store.bulk_load(graph, ox.RdfFormat.N_QUADS)
        # The default graph is the set of all triples. The union that Oxigraph makes on the fly gives a triple twice
        # that stands in two graphs.
        store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
        # From here on no file, socket or name can be opened, and a crash is silent.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
        _limit("RLIMIT_NOFILE", 0)
        send(sink, "ready")
        while True:
            query, prefixes, limit, seconds, ahead = receive(source)[0]
            _limit_processor_time(seconds)
            for message in _answer(store, query, prefixes, limit, ahead=ahead):
                send(sink, message)
            _limit_processor_time(0)
    except (EOFError, BrokenPipeError):
        pass


def _answer(
    store: ox.Store, query: str, prefixes: dict[str, str], limit: int | None, *, ahead: bool
) -> Iterator[tuple[str, Any]]:
    """The columns, batches of rows, and at the end whether rows were left out, or what is wrong.

    Args:
        ahead: whether to say before the columns, too, whether rows will be left out.
    """
    try:
        result = store.query(query, prefixes=prefixes)
        if ahead and limit is not None and isinstance(result, ox.QuerySolutions):
            yield "more", next(islice(result, limit, None), None) is not None
            result = store.query(query, prefixes=prefixes)
        rows: Iterable[tuple[Any, ...]]
        if isinstance(result, ox.QueryBoolean):
            yield "columns", ("answer",)
            rows = [(ox.Literal(bool(result)),)]
        elif isinstance(result, ox.QuerySolutions):
            yield "columns", tuple(variable.value for variable in result.variables)
            rows = map(tuple, result)
        else:
            yield "columns", ("subject", "predicate", "object")
            rows = dict.fromkeys((t.subject, t.predicate, t.object) for t in result)
        left = iter(rows)
        count = 0
        while batch := list(islice(left, _BATCH if limit is None else min(_BATCH, limit - count))):
            count += len(batch)
            yield "rows", batch
        yield "done", next(left, None) is not None
    except SyntaxError as error:
        yield "syntax", error.msg
    except (RuntimeError, ValueError, OSError) as error:
        yield "error", str(error)


def _limit(name: str, value: int) -> None:
    """Set a resource limit where the system has it."""
    try:
        import resource

        resource.setrlimit(getattr(resource, name), (value, value))
    except (ImportError, AttributeError, OSError, ValueError):
        return


def _limit_processor_time(seconds: float) -> None:
    """Die of a signal after this much more processor time; 0 takes the limit away.

    The caller kills on time. This is for the process whose caller was killed itself.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    main()
