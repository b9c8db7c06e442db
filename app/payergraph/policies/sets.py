"""The sets and groups that criteria name, and what a tree asks once they are read by their members."""

from __future__ import annotations

from collections.abc import Hashable

from ..store.graph import Graph
from .model import Criterion

_OPEN = "SELECT ?set ?class WHERE { ?set pg:unlisted ?set OPTIONAL { ?set pg:exampleOf ?class } }"


class Sets:
    """The concept sets and therapy groups of a graph."""

    def __init__(self, graph: Graph) -> None:
        self._members: dict[str, list[str]] = {}
        #: The lists of therapies that are left open, each with the class of which it names examples, if any.
        self._open = {
            row["set"].value: row["class"].value if "class" in row else ""
            for row in graph.rows(
                "SELECT ?set ?class WHERE { ?set pg:unlisted ?set OPTIONAL { ?set pg:exampleOf ?class } }"
            )
        }
        for row in graph.rows("SELECT ?set ?member WHERE { ?set pg:member ?member } ORDER BY ?set ?member"):
            self._members.setdefault(row["set"].value, []).append(row["member"].value)

    def members(self, iri: str) -> tuple[str, ...]:
        """The members of a concept set or a therapy group, in the order of their IRIs; none of anything else."""
        return tuple(self._members.get(iri, ()))

    def is_open(self, iri: str) -> bool:
        """Whether a set is a list of therapies that its document leaves open, and others may count."""
        return iri in self._open

    def signature(self, criterion: Criterion) -> Hashable:
        """What a tree asks, without its names: trees of equal signature have equal states for every case."""
        if criterion.children:
            asked = *((name, term.value) for name, term in criterion.parameters.items()), *criterion.leads
            return criterion.kind, asked, tuple(self.signature(child) for child in criterion.children)
        return criterion.kind, tuple((name, self._contents(term.value)) for name, term in criterion.parameters.items())

    def _contents(self, value: str) -> Hashable:
        members = self.members(value)
        if not members:
            return value
        contents = frozenset(self._contents(member) for member in members)
        return (contents, self._open[value]) if value in self._open else contents
