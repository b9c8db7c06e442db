"""Write the stored order of strictness, data/order/: ``python docs/order.py``; with ``--anew`` all of it.

It needs the extra ``order``. What is stored and current stays as it is, so that a new policy costs its own drug.
`payergraph lint` says when the order is not current; a slow test works some of it out anew.
"""

from __future__ import annotations

import sys

from build import write

from payergraph.order import stored
from payergraph.store.graph import shipped


def told(done: int, of: int) -> None:
    """How far it is, on stderr."""
    print(f"\r{done} of {of} orders", end="\n" if done == of else "", file=sys.stderr, flush=True)


if __name__ == "__main__":
    files = stored.work_out(shipped(), anew="--anew" in sys.argv[1:], progress=told)
    write(stored.directory(), files)
