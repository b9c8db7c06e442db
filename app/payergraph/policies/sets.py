"""The sets and groups that criteria name, and what a tree asks once they are read by their members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable

from ..store.graph import Graph
from .model import Criterion

_OPEN = "SELECT ?set ?class WHERE { ?set pg:unlisted ?set OPTIONAL { ?set pg:exampleOf ?class } }"


class Sets:
    """The concept sets and therapy groups of a graph."""

    def __init__(self, graph: Graph) -> None:
        self._members, self._excepted = _listed(graph, "member"), _listed(graph, "except")
        #: The lists of therapies that are left open, each with the class of which it names examples, if any.
        self._examples = {row["set"].value: row["class"].value if "class" in row else "" for row in graph.rows(_OPEN)}
        self._signatures: dict[str, Hashable] = {}
        self._open: defaultdict[str, set[str]] = defaultdict(set)
        for row in graph.rows("SELECT ?set ?open WHERE { ?rule pg:indication ?set . ?set pg:mayCover ?open }"):
            self._open[row["set"].value].add(row["open"].value)

    def members(self, iri: str) -> tuple[str, ...]:
        """The members of a concept set or a therapy group, in the order of their IRIs; none of anything else."""
        return tuple(self._members.get(iri, ()))

    def excepted(self, iri: str) -> tuple[str, ...]:
        """What a set or a group excepts, in the order of their IRIs."""
        return tuple(self._excepted.get(iri, ()))

    def may_hold(self, uses: str, condition: str) -> bool:
        """Whether a set of uses holds a condition or not, by what the condition turns out to be."""
        return condition in self._open.get(uses, ())

    def is_open(self, iri: str) -> bool:
        """Whether a set is a list of therapies that its document leaves open, and others may count."""
        return iri in self._examples

    def signature(self, criterion: Criterion) -> Hashable:
        """What a tree asks, without its names: trees of equal signature have equal states for every case."""
        if criterion.iri not in self._signatures:
            self._signatures[criterion.iri] = self._signature(criterion)
        return self._signatures[criterion.iri]

    def _signature(self, criterion: Criterion) -> Hashable:
        if criterion.children:
            asked = *((name, term.value) for name, term in criterion.parameters.items()), *criterion.leads
            return criterion.kind, asked, tuple(self.signature(child) for child in criterion.children)
        return criterion.kind, tuple((name, self._contents(term.value)) for name, term in criterion.parameters.items())

    def _contents(self, value: str) -> Hashable:
        members, excepted = self.members(value), self.excepted(value)
        contents = frozenset(self._contents(member) for member in members) if members else value
        more = (excepted, self._examples.get(value))
        return (contents, *more) if any(one not in ((), None) for one in more) else contents


def _listed(graph: Graph, name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in graph.rows(f"SELECT ?set ?one WHERE {{ ?set pg:{name} ?one }} ORDER BY ?set ?one"):
        found.setdefault(row["set"].value, []).append(row["one"].value)
    return found
