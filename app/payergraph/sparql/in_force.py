"""Which rows of an answer rest on an edition that is in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import pyoxigraph as ox

from ..errors import QueryError
from ..policies.editions import in_scope
from ..policies.library import policies
from ..store.graph import Graph, LocalGraph
from ..table import Value


def in_force(
    graph: Graph, columns: Sequence[str], rows: Sequence[tuple[Value, ...]], day: date
) -> tuple[tuple[Value, ...], ...]:
    """The rows whose edition is in force on a day, as ``editions.in_scope`` has it.

    A row is about the policy in its column ``policy``; without such a column, about the policies of the document in
    ``source`` or ``document``, of which one in force is enough. What is no payer's policy, such as a drug's label or a
    statute, stays.

    Raises:
        QueryError: there is no such column, for example because the rows count policies; or the graph was not read
            whole.
    """
    if not isinstance(graph, LocalGraph):
        raise QueryError("what is in force is worked out on a graph that was read whole")
    place = next((columns.index(name) for name in ("policy", "source", "document") if name in columns), None)
    if place is None:
        raise QueryError(
            "the rows of this answer name neither policy nor source, so none can be told to be in force; "
            f"the columns are {', '.join(columns)}"
        )
    read = policies(graph)
    current = {
        item.iri
        for drug in {drug for item in read.all for drug in item.drugs}
        for item in in_scope(graph, drug, None, "all", day)
    }
    stands: defaultdict[str, bool] = defaultdict(bool)
    for item in read.all:
        stands[item.iri] = item.iri in current
        stands[item.source] |= item.iri in current
    named = ((row, row[place]) for row in rows)
    return tuple(row for row, thing in named if not isinstance(thing, ox.NamedNode) or stands.get(thing.value, True))
