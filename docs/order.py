"""Write the stored order of strictness, data/order/strictness.ttl: ``python docs/order.py``.

It needs the extra ``order``. `payergraph lint` says when the file is not current; a slow test works it out anew.
"""

from __future__ import annotations

import sys

from payergraph.order import stored
from payergraph.store.graph import shipped


def told(done: int, of: int) -> None:
    """How far it is, on stderr."""
    print(f"\r{done} of {of} orders", end="\n" if done == of else "", file=sys.stderr, flush=True)


if __name__ == "__main__":
    text = stored.turtle(shipped(), told)
    stored.path().parent.mkdir(exist_ok=True)
    stored.path().write_text(text, encoding="utf-8")
