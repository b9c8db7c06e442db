"""What fuzz tests share: a few examples, or as many as `make fuzz` has seconds for (``PAYERGRAPH_FUZZ``)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

SECONDS = float(os.environ.get("PAYERGRAPH_FUZZ", "0"))


def numbers(few: int) -> Iterator[int]:
    """So many examples, or new ones until the time is over."""
    if not SECONDS:
        yield from range(few)
        return
    number, until = int(time.time()) * 1_000_000, time.monotonic() + SECONDS
    while time.monotonic() < until:
        yield number
        number += 1
