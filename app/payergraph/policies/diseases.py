"""The diseases that rules cover: those of their diagnosis criteria, or their use, as narrow as the graph knows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from .. import terms
from ..store.names import Names
from .model import Criterion, Rule

_AS_LABELED = frozenset(
    f"{terms.ID}condition/{slug}" for slug in ("fda-approved-indication", "fda-or-compendia-supported-indication")
)


def as_labeled(rule: Rule) -> bool:
    """Whether the use of a rule stands for whatever the label has."""
    return rule.indication in _AS_LABELED


class Diseases:
    """The hierarchy of diseases, and what of it rules cover."""

    def __init__(self, names: Names, members_of: Callable[[str], Iterable[str]]) -> None:
        self._names = names
        self._members = members_of
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
            yield from self._members(leaf.parameters.iri("conditions"))

    def narrowest(self, leaves: Iterable[Criterion]) -> frozenset[str]:
        """The narrowest conditions of diagnosis criteria."""
        return frozenset(end for condition in self.diagnosed(leaves) for end in self.ends(condition))

    def named(self, rule: Rule) -> frozenset[str]:
        """What a rule names as covered: what its diagnosis criteria name of its use, or the use."""
        use, found = rule.indication, set[str]()
        for condition in self.diagnosed(rule.initial.affirmed if rule.initial else ()):
            if self._names.subsumes(use, condition):
                found.add(condition)
            elif self._names.subsumes(condition, use):
                found.add(use)
            else:
                found |= self.ends(condition) & self.ends(use)
        return frozenset(found or {use})

    def covered(self, rule: Rule) -> frozenset[str]:
        """The narrowest diseases that a rule covers: those of what it names.

        A list that names the use beside parts of it ("CAPS, including FCAS and MWS") covers all of the use: any of the
        list is the diagnosis that is asked for, so a case of another part meets it.
        """
        return frozenset(end for use in self.named(rule) for end in self.ends(use))
