"""The process in which a query runs that may never end: ``python -m payergraph.sparql.worker``.

It gets a graph and a limit of memory, then one query after the other, and answers in batches of rows, or in bytes of a
format (``formats``). Messages are pickles behind their length in eight bytes. ``sandbox`` starts it, trusts it, and
kills it when time is up.
"""

from __future__ import annotations

import io
import os
import pickle
import signal
import struct
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import IO, Any

import pyoxigraph as ox

from .formats import GRAPHS, RESULTS

_BATCH = 500
_PIECE = 256 * 1024
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
            seconds, written, request = receive(source)[0]
            _limit_processor_time(seconds)
            if written:
                _write(store, lambda message: send(sink, message), **request)
            else:
                for message in _answer(store, **request):
                    send(sink, message)
            _limit_processor_time(0)
    except (EOFError, BrokenPipeError):
        pass


def _answer(
    store: ox.Store, query: str, prefixes: dict[str, str], limit: int | None, order: tuple[str, ...], *, ahead: bool
) -> Iterator[tuple[str, Any]]:
    """The columns, batches of rows, and at the end whether rows were left out, or what is wrong.

    Args:
        order: the names of columns in the order that is wanted, which SPARQL leaves open for ``SELECT *``.
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
            names = [variable.value for variable in result.variables]
            places = sorted(range(len(names)), key=lambda at: order.index(names[at]) if names[at] in order else -1)
            yield "columns", tuple(names[at] for at in places)
            rows = (tuple(row[at] for at in places) for row in result)
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


class _RowsError(Exception):
    """The answer has more rows than it may have."""


class _Pieces(io.BytesIO):
    """A file whose bytes are sent piece by piece. The first time that it grows beyond ``most``, it asks ``judge``."""

    def __init__(self, tell: Callable[[tuple[str, Any]], None], most: int, judge: Callable[[], None]) -> None:
        super().__init__()
        self._tell, self._held, self._left, self._judge = tell, bytearray(), most, judge

    def write(self, content: Any) -> int:
        """Take bytes, and send them on when they are many."""
        before, self._left = self._left, self._left - len(content)
        if before >= 0 > self._left:
            self._judge()
        self._held += content
        if len(self._held) >= _PIECE:
            self.send()
        return len(content)

    def send(self) -> None:
        """Send what is held."""
        self._tell(("bytes", bytes(self._held)))
        self._held.clear()


def _write(
    store: ox.Store,
    tell: Callable[[tuple[str, Any]], None],
    query: str,
    prefixes: dict[str, str],
    limit: int,
    name: str,
    graphs: tuple[list[str], list[str]] | None,
) -> None:
    """Tell the bytes of an answer in a format, and then that it is done, or what is wrong.

    Args:
        name: of the format.
        graphs: the graphs of the default graph, and those that GRAPH sees; None for all of both.
    """
    try:
        asked, dataset = _dataset(store, graphs)

        def result() -> Any:
            return asked.query(query, prefixes=prefixes, **dataset)

        def count() -> None:
            # No row is shorter than a byte, so rows are counted only where the bytes are more than rows may be.
            if next(islice(result(), limit, None), None) is not None:
                raise _RowsError

        found = result()
        if isinstance(found, ox.QueryTriples):
            out = _Pieces(tell, limit, count)
            ox.serialize(found, out, format=GRAPHS[name].engine, prefixes=prefixes)
        elif isinstance(found, ox.QueryBoolean):
            out = _Pieces(tell, limit, lambda: None)
            found.serialize(out, format=RESULTS[name].engine)
        else:
            out = _Pieces(tell, limit, count)
            found.serialize(out, format=RESULTS[name].engine)
        out.send()
        tell(("done", False))
    except _RowsError:
        tell(("done", True))
    except SyntaxError as error:
        tell(("syntax", error.msg))
    except (RuntimeError, ValueError, OSError) as error:
        tell(("error", str(error)))


def _dataset(store: ox.Store, graphs: tuple[list[str], list[str]] | None) -> tuple[ox.Store, dict[str, Any]]:
    """A store, and which of its graphs are asked."""
    if graphs is None:
        return store, {}
    default, named = ([ox.NamedNode(name) for name in names] for names in graphs)
    if len(default) <= 1:
        return store, {"default_graph": default, "named_graphs": named}
    # Oxigraph would give a triple twice that stands in two of them.
    chosen = ox.Store()
    for name in default:
        chosen.bulk_extend(ox.Quad(*quad.triple) for quad in store.quads_for_pattern(None, None, None, name))
    for name in named:
        chosen.bulk_extend(store.quads_for_pattern(None, None, None, name))
    return chosen, {}


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
