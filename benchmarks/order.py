"""What `make bench-growth` prints of the order of strictness: one drug and use, alone and among many payers.

Cold is all that is worked out for the order on a graph that was read: how each two rules stand, the groups and the
lines of the diagram. Cached is the same asked again. A copy of a payer's documents asks what the payer asks, of the
same drugs: so growth tells what more documents and rules cost, and not what more different rules would, whose pairs
grow with the square.

``python benchmarks/order.py 1 10`` takes other sizes.
"""

from __future__ import annotations

import sys
import time

from growth import grown
from rich.console import Console
from rich.table import Table

from payergraph.choice import Authority
from payergraph.order.answer import Order, order_of
from payergraph.order.background import background
from payergraph.policies.library import policies
from payergraph.store.graph import LocalGraph, load
from payergraph.terms import ID

SIZES = (1, 10, 50)
DRUG, USE = f"{ID}drug/anakinra", f"{ID}condition/rheumatoid-arthritis"


def measured(graph: LocalGraph) -> tuple[int, float, float]:
    """How many rules there are, and the seconds that their order takes, cold and cached."""
    policies(graph), background(graph)
    first, cold = _timed(graph)
    _, cached = _timed(graph)
    return len(first.rules), cold, cached


def _timed(graph: LocalGraph) -> tuple[Order, float]:
    began = time.perf_counter()
    order = order_of(graph, DRUG, USE, authority=Authority.ALL)
    assert order.groups and order.next_wider is not None
    return order, time.perf_counter() - began


def main() -> None:
    """Measure each size, and print one table."""
    table = Table("payers", "rules", "cold, s", "cached, s", box=None)
    console = Console()
    for size in [int(text) for text in sys.argv[1:]] or SIZES:
        with console.status(f"{size} times the payers"):
            graph = load() if size == 1 else grown(size, same_drugs=True)[0]
            rules, cold, cached = measured(graph)
        table.add_row(f"{size}x", str(rules), f"{cold:.1f}", f"{cached:.2f}")
    console.print(table)


if __name__ == "__main__":
    main()
