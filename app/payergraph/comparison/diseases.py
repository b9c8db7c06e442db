"""The diseases that rules cover: those of their diagnosis criteria, or their use, as narrow as the graph knows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .. import terms
from ..policies.model import Criterion, Rule, policies
from ..store.graph import Graph
from ..store.names import names
from ..store.once import once_a_graph

_AS_LABELED = frozenset(("fda-approved-indication", "fda-or-compendia-supported-indication"))


def as_labeled(rule: Rule) -> bool:
    """Whether the use of a rule stands for whatever the label has."""
    return terms.slug(rule.indication) in _AS_LABELED


@once_a_graph
def diseases(graph: Graph) -> Diseases:
    """The diseases of a graph, whose hierarchy is read once."""
    return Diseases(graph)


class Diseases:
    """The hierarchy of diseases, and what of it rules cover."""

    def __init__(self, graph: Graph) -> None:
        self._names = names(graph)
        self._members = policies(graph).members
        self._ends: dict[str, frozenset[str]] = {}

    def ends(self, condition: str) -> frozenset[str]:
        """The narrowest conditions that a condition holds, or itself."""
        if condition not in self._ends:
            held = self._names.narrower(condition, "Condition")
            ends = frozenset(one for one in held if not self._names.narrower(one, "Condition"))
            self._ends[condition] = ends or frozenset({condition})
        return self._ends[condition]

    def diagnosed(self, leaves: Iterable[Criterion]) -> Iterator[str]:
        """The conditions that diagnosis criteria name."""
        for leaf in leaves:
            if "conditions" in leaf.parameters:
                yield from self._members(leaf.parameters["conditions"].value)

    def narrowest(self, leaves: Iterable[Criterion]) -> frozenset[str]:
        """The narrowest conditions of diagnosis criteria."""
        return frozenset(end for condition in self.diagnosed(leaves) for end in self.ends(condition))

    def named(self, rules: Iterable[Rule]) -> set[str]:
        """What rules name as covered: the conditions of their diagnosis criteria within the use, or the use."""
        found: set[str] = set()
        for rule in rules:
            conditions = self.diagnosed(rule.initial.leaves if rule.initial else ())
            found |= {one for one in conditions if self._names.subsumes(rule.indication, one)} or {rule.indication}
        return found

    def covered(self, rules: Iterable[Rule]) -> frozenset[str]:
        """The diseases that rules cover, as narrow as the graph knows them."""
        return frozenset(end for use in self.named(rules) for end in self.ends(use))

    def uses(self, rules: Iterable[Rule]) -> list[str]:
        """The diseases that rules cover, in the order of their IRIs."""
        return sorted(self.covered(rules))
