"""What the criteria of a graph ask, and how the meaning of a kind is walked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import pyoxigraph as ox

from ... import terms
from ...criteria import KINDS, Kind
from ...meaning import nodes as n
from ...terms import Term
from .whole import Whole


@dataclass(frozen=True, eq=False)
class Asked:
    """A criterion with its parameters, by their names; of several values of one, which is a fault of its own, any."""

    term: ox.NamedNode
    kind: Kind
    parameters: dict[str, Term]

    def asks(self, name: str) -> bool:
        """Whether a parameter is given, and is not false."""
        return name in self.parameters and self.parameters[name].value != "false"

    def number(self, name: str) -> Decimal | None:
        """A number; None where it is absent or none."""
        try:
            return Decimal(self.parameters[name].value) if name in self.parameters else None
        except InvalidOperation:
            return None


def criteria(graph: Whole) -> dict[str, Asked]:
    """The criteria of a kind that is known, by their IRIs."""
    found: dict[str, Asked] = {}
    for row in graph.rows("""
        SELECT DISTINCT ?this ?kind ?parameter ?value WHERE {
          ?kind rdfs:subClassOf pg:Criterion . ?this a ?kind .
          OPTIONAL { ?this ?parameter ?value . ?any sh:path ?parameter }
        }"""):
        kind, this = KINDS.get(terms.local(row["kind"].value)), row["this"]
        if kind and isinstance(this, ox.NamedNode):
            asked = found.setdefault(this.value, Asked(this, kind, {}))
            if "parameter" in row:
                asked.parameters[terms.local(row["parameter"].value)] = row["value"]
    return found


def children(node: n.Node) -> Iterator[n.Node]:
    """The nodes that a node is made of."""
    for field in fields(node):
        value = getattr(node, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            if is_node(one):
                yield one


def is_node(value: Any) -> bool:
    """Whether it is asked of a row or of a chart: no field, no relation, no word."""
    return is_dataclass(value) and not isinstance(value, (n.Field, n.Relation, n.Fixed, n.Led))


def walk(node: n.Node) -> Iterator[n.Node]:
    """A node and all beneath it."""
    yield node
    for child in children(node):
        yield from walk(child)


@cache
def meanings(kind: Kind) -> tuple[n.Node, ...]:
    """All nodes of a kind."""
    return tuple(node for part in kind.parts for node in walk(part.meaning))


def named(node: n.Node, among: frozenset[str]) -> frozenset[str]:
    """The parameters that a node and all beneath it name."""
    found: set[str] = set()
    for one in walk(node):
        for field in fields(one):
            value = getattr(one, field.name)
            found |= {word for word in (value if isinstance(value, tuple) else (value,)) if isinstance(word, str)}
    return frozenset(found) & among


def parameters(kind: Kind) -> dict[str, str]:
    """The range of each parameter of a kind."""
    return {parameter.name: parameter.range for part in kind.parts for parameter in part.parameters}
