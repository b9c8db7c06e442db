"""The sets and groups that criteria name, and what a tree asks once they are read by their members."""

from __future__ import annotations

from collections.abc import Hashable

from ..store.graph import Graph
from .model import Criterion


class Sets:
    """The concept sets and therapy groups of a graph."""

    def __init__(self, graph: Graph) -> None:
        self._members: dict[str, list[str]] = {}
        for row in graph.rows("SELECT ?set ?member WHERE { ?set pg:member ?member } ORDER BY ?set ?member"):
            self._members.setdefault(row["set"].value, []).append(row["member"].value)

    def members(self, iri: str) -> tuple[str, ...]:
        """The members of a concept set or a therapy group, in the order of their IRIs; none of anything else."""
        return tuple(self._members.get(iri, ()))

    def signature(self, criterion: Criterion) -> Hashable:
        """What a tree asks, without its names: trees of equal signature have equal states for every case."""
        if criterion.children:
            asked = *((name, term.value) for name, term in criterion.parameters.items()), *criterion.leads
            return criterion.kind, asked, tuple(self.signature(child) for child in criterion.children)
        return criterion.kind, tuple((name, self._contents(term.value)) for name, term in criterion.parameters.items())

    def _contents(self, value: str) -> Hashable:
        members = self.members(value)
        return frozenset(self._contents(member) for member in members) if members else value
