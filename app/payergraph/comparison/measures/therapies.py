"""How many therapies have to be tried before the drug, on the way with the fewest, and of what sort they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from ... import terms
from ...criteria import KINDS, Restriction
from ...policies.gates import Step
from ...policies.library import policies
from ...policies.model import Criterion
from ...policies.routes import Route, Routes, routes
from ...store.facts import facts
from ...store.graph import Graph
from ...store.names import names
from .model import MOST_ROUTES, POSITIONS

_ADVANCED = tuple(f"{terms.ID}drug-class/{slug}" for slug in ("biologic", "tsdmard"))


class Therapies:
    """What trees ask for in prior therapies, with what has to be known of therapies for it."""

    def __init__(self, graph: Graph) -> None:
        self._subsumes = names(graph).subsumes
        self._members = policies(graph).members
        covered = facts(graph, predicates=["covers"])
        self._covers = {group: frozenset(said.texts("covers")) for group, said in covered.items()}

    def fewest(self, root: Criterion) -> tuple[int, list[Criterion]]:
        """The fewest therapies, and the leaves that ask for them, in reading order."""
        order = [leaf.id for leaf in root.leaves]

        def in_order(route: Route) -> list[Criterion]:
            return sorted((step.criterion for step in route), key=lambda leaf: order.index(leaf.id))

        found = [in_order(route) for route in _open_routes(root)]
        return min(((self._different(leaves), leaves) for leaves in found), key=lambda pair: (pair[0], len(pair[1])))

    def position(self, root: Criterion) -> str:
        """One of ``POSITIONS``: that of the least advanced of the open routes."""
        ranks = []
        for route in _open_routes(root):
            advanced = any(self._forces_advanced(step.criterion) for step in route)
            ranks.append(2 if advanced else int(bool(route)))
        return POSITIONS[min(ranks)]

    def _different(self, leaves: Sequence[Criterion]) -> int:
        """How many therapies satisfy all leaves: one counts for two leaves where both take it."""
        total = 0
        before: list[str] = []
        for leaf in leaves:
            groups = self._groups(leaf)
            needed = self._needed(leaf)
            repeated = groups * needed if _by_ingredient(leaf) else groups
            total += needed - min(needed, total, self._matched(repeated, before))
            before += repeated
        return total

    def _groups(self, leaf: Criterion) -> tuple[str, ...]:
        return self._members(leaf.parameters.iri("therapyGroups"))

    def _needed(self, leaf: Criterion) -> int:
        if leaf.parameters.true("everyMember"):
            return len(self._groups(leaf))
        return leaf.parameters.count("minimumGroups")

    def _matched(self, groups: Sequence[str], others: Sequence[str]) -> int:
        """The size of a largest matching of groups that share a therapy (augmenting paths)."""
        owner: dict[int, int] = {}

        def place(one: int, seen: set[int]) -> bool:
            for other, name in enumerate(others):
                if other not in seen and self._share(groups[one], name):
                    seen.add(other)
                    if other not in owner or place(owner[other], seen):
                        owner[other] = one
                        return True
            return False

        return sum(place(one, set()) for one in range(len(groups)))

    def _share(self, group: str, other: str) -> bool:
        return not self._covers.get(group, frozenset()).isdisjoint(self._covers.get(other, ()))

    def _forces_advanced(self, leaf: Criterion) -> bool:
        others = [group for group in self._groups(leaf) if not self._is_advanced(group)]
        return not (others and _by_ingredient(leaf)) and self._needed(leaf) > len(others)

    def _is_advanced(self, group: str) -> bool:
        held = self._members(group) or (group,)
        return all(any(self._subsumes(one, member) for one in _ADVANCED) for member in held)


def _by_ingredient(leaf: Criterion) -> bool:
    return leaf.parameters.local("countBy") == "ByIngredient"


@lru_cache(maxsize=4096)
def followed(root: Criterion, counts: Callable[[Step], bool]) -> Routes:
    """The routes through a tree, as far as measures follow them; kept, for a label's are asked for by every policy."""
    return routes(root, counts, most=MOST_ROUTES)


def is_therapy_or_exception(step: Step) -> bool:
    """Whether a step tells routes apart when therapies are counted. What is not to be had is no step."""
    return _is_trial(step) or _is_exception(step)


def _is_exception(step: Step) -> bool:
    """Whether a step is no way for somebody who is new to the drug and can take everything else."""
    return step.met and KINDS[step.criterion.kind].exceptional(step.criterion.parameters)


def _is_trial(step: Step) -> bool:
    steps = KINDS[step.criterion.kind].restriction is Restriction.STEPS
    return step.met and steps and not _is_exception(step)


def _open_routes(root: Criterion) -> list[Route]:
    """The routes with the fewest exceptions, each without them; of a tree that contradicts itself, one that asks
    nothing."""
    found = followed(root, is_therapy_or_exception).found or (frozenset(),)
    least = min(sum(map(_is_exception, route)) for route in found)
    return [frozenset(filter(_is_trial, route)) for route in found if sum(map(_is_exception, route)) == least]
