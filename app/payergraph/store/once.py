"""What is worked out once a graph, and forgotten with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from .graph import Graph

_G = TypeVar("_G", bound=Graph)
_T = TypeVar("_T")


def once_a_graph(work_out: Callable[[_G], _T]) -> Callable[[_G], _T]:
    """The function, called once for each graph; a second thread waits for the first."""
    known: WeakKeyDictionary[_G, _T] = WeakKeyDictionary()
    lock = threading.RLock()

    @wraps(work_out)
    def kept(graph: _G) -> _T:
        with lock:
            if graph not in known:
                known[graph] = work_out(graph)
            return known[graph]

    return kept
