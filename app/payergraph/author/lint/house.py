"""The house rules: SHACL, in ``shapes/graph.ttl``.

Their query texts run in Oxigraph, each once for all its focus nodes, because a SHACL engine that asks node by node
takes minutes; the tests hold the two equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from ...locate import folder
from ...store.graph import Row
from ...terms import Term
from .whole import ASKED, Whole, rows_of, short


@dataclass(frozen=True)
class HouseRule:
    """One SELECT constraint of shapes/graph.ttl, with the targets of its shape."""

    select: str
    message: str
    classes: tuple[str, ...]
    subjects_of: tuple[str, ...]
    objects_of: tuple[str, ...]


def house_rules() -> list[HouseRule]:
    """The rules of shapes/graph.ttl."""
    store = ox.Store()
    store.load(path=folder("shapes") / "graph.ttl", format=ox.RdfFormat.TURTLE)

    def targets(shape: Term, name: str) -> tuple[str, ...]:
        return tuple(row["target"].value for row in rows_of(store, f"SELECT ?target {{ {shape} sh:{name} ?target }}"))

    rows = rows_of(
        store, "SELECT ?shape ?select ?message { ?shape sh:sparql [ sh:select ?select ; sh:message ?message ] }"
    )
    return [
        HouseRule(
            select=row["select"].value,
            message=row["message"].value,
            classes=targets(row["shape"], "targetClass"),
            subjects_of=targets(row["shape"], "targetSubjectsOf"),
            objects_of=targets(row["shape"], "targetObjectsOf"),
        )
        for row in rows
    ]


def violations(graph: Whole) -> Iterator[tuple[HouseRule, Row]]:
    """Every row of every house rule; ``this`` is the focus node."""
    for rule in house_rules():
        for row in graph.rows(_for_all_focus_nodes(rule, graph)):
            yield rule, row


def _for_all_focus_nodes(rule: HouseRule, graph: Whole) -> str:
    """The text of a constraint, with its targets where an engine would fill in one focus node after the other."""
    # The subclasses are listed first: a path to a constant in the query itself is slow.
    below = [graph.rows(f"SELECT ?kind {{ ?kind rdfs:subClassOf* <{name}> }}") for name in rule.classes]
    kinds = " ".join(f"<{row['kind'].value}>" for rows in below for row in rows)
    targets = [f"{{ VALUES ?kind {{ {kinds} }} ?this a ?kind }}"] if kinds else []
    targets += [f"{{ ?this <{predicate}> ?object }}" for predicate in rule.subjects_of]
    targets += [f"{{ ?subject <{predicate}> ?this }}" for predicate in rule.objects_of]
    head, body = rule.select.replace("$this", "?this").split("{", 1)
    asked = f"GRAPH {ASKED} {{ ?this {ASKED} {ASKED} }}" if graph.is_part else ""
    return f"{head} {{ {{ SELECT DISTINCT ?this WHERE {{ {asked} {{ {' UNION '.join(targets)} }} }} }} {body}"


def filled(message: str, row: Row) -> str:
    """The message of a rule with the values of a row."""
    return re.sub(r"\{\?(\w+)\}", lambda match: short(row[match[1]]), message)
