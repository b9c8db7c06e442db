"""The criteria of two editions side by side: which are new, which are gone, and which of two asks more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from rapidfuzz import fuzz

from ..criteria import SettledBy
from ..order import formula as f
from ..order.background import background
from ..order.ground import Grounder
from ..order.rules import Ruled
from ..order.strictness import Model
from ..policies.library import policies
from ..policies.model import Criterion
from ..policies.words import verbalize
from ..store.graph import LocalGraph
from .model import PartChange, Turn

#: How alike the words of two criteria are at least, of a hundred, that neither asks more and that count as one.
_ALIKE = 60


def changed_parts(graph: LocalGraph, drug: str, older: Ruled, newer: Ruled) -> tuple[PartChange, ...]:
    """What two rules ask otherwise, in the reading order of the newer one; what is gone comes last.

    A criterion that the other edition asks in other words, or in several, is none of them.
    """
    return tuple(_Sides(graph, drug, older, newer).changes())


class _Sides:
    """The conditions of both rules that all have to hold, those that are the same in both left out."""

    def __init__(self, graph: LocalGraph, drug: str, older: Ruled, newer: Ruled) -> None:
        grounder = Grounder(background(graph), older.asked)
        sign = policies(graph).signature
        before = {sign(part): part for part in _demands(older.root)}
        after = {sign(part): part for part in _demands(newer.root)}
        self._before = [part for key, part in before.items() if key not in after]
        self._after = [part for key, part in after.items() if key not in before]
        self._formulas: dict[str, f.Formula] = {}
        for part in (*self._before, *self._after):
            shown = grounder.rule(part).formula
            if shown is not None:
                self._formulas[part.iri] = shown
        whole = {rule.id: rule.formula for rule in (older, newer) if rule.formula is not None}
        self._older, self._newer = older, newer
        self._model = Model(graph, drug, older.asked, self._formulas | whole) if self._formulas else None

    def changes(self) -> Iterator[PartChange]:
        """All of them."""
        found: dict[str, PartChange] = {}
        taken: set[str] = set()
        for turn, fits in (
            (None, self._equal),
            (Turn.LOOSENED, self._wider),
            (Turn.TIGHTENED, self._stricter),
            (Turn.CHANGED, _alike),
        ):
            for older, newer in self._mates(taken, fits):
                taken |= {older.iri, newer.iri}
                if turn is not None:
                    found[newer.iri] = PartChange(turn, older, newer, True, False)
        for part in self._after:
            if part.iri in found:
                yield found[part.iri]
            elif part.iri not in taken and not self._asked_by(self._older, part):
                yield PartChange(Turn.ADDED, None, part, part.iri in self._formulas, not _shown(self._older))
        for part in self._before:
            if part.iri not in taken and not self._asked_by(self._newer, part):
                yield PartChange(Turn.DROPPED, part, None, part.iri in self._formulas, not _shown(self._newer))

    def _mates(
        self, taken: set[str], fits: Callable[[Criterion, Criterion], bool]
    ) -> Iterator[tuple[Criterion, Criterion]]:
        """The pairs of criteria that are free and fit, each in one pair at most: the most alike in words first."""
        free = ([one for one in part if one.iri in self._formulas] for part in (self._before, self._after))
        pairs = [(older, newer) for older, newer in product(*free) if not {older.iri, newer.iri} & taken]
        gone: set[str] = set()
        for older, newer in sorted((pair for pair in pairs if fits(*pair)), key=lambda pair: -_likeness(*pair)):
            if not {older.iri, newer.iri} & gone:
                gone |= {older.iri, newer.iri}
                yield older, newer

    def _asked_by(self, rule: Ruled, part: Criterion) -> bool:
        """Whether a rule asks what a criterion does, with other criteria or in other words."""
        return part.iri in self._formulas and rule.formula is not None and bool(self._implies(rule.id, part.iri))

    # --- how two stand ---------------------------------------------------------------------------------

    def _implies(self, one: str, other: str) -> bool | None:
        return self._model.implies(one, other) if self._model is not None else None

    def _equal(self, older: Criterion, newer: Criterion) -> bool:
        return self._wider(older, newer) and self._stricter(older, newer)

    def _wider(self, older: Criterion, newer: Criterion) -> bool:
        return _about_the_same(older, newer) and bool(self._implies(older.iri, newer.iri))

    def _stricter(self, older: Criterion, newer: Criterion) -> bool:
        return _about_the_same(older, newer) and bool(self._implies(newer.iri, older.iri))


def _about_the_same(older: Criterion, newer: Criterion) -> bool:
    return not set(older.dimensions).isdisjoint(newer.dimensions)


def _alike(older: Criterion, newer: Criterion) -> bool:
    """Whether two are to be told as one that changed: about the same, and of one kind or in much the same words."""
    same = older.kind == newer.kind and not older.children
    return older.dimensions == newer.dimensions and (same or _likeness(older, newer) >= _ALIKE)


def _likeness(older: Criterion, newer: Criterion) -> float:
    return fuzz.token_set_ratio(verbalize(older), verbalize(newer))


def _shown(rule: Ruled) -> bool:
    """Whether the document shows all that it asks."""
    return rule.rules[0].complete and all(leaf.settled_by is not SettledBy.WHOLE_DOCUMENT for leaf in rule.root.leaves)


def _demands(root: Criterion) -> Iterator[Criterion]:
    """The conditions that all have to hold, without the remark that something is not shown."""
    return (part for part in root.conjuncts() if part.children or part.settled_by is not SettledBy.WHOLE_DOCUMENT)
