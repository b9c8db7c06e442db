"""The digest of an order: the same as long as z3 has the same to decide.

Names of concepts do not count, only which sets hold them: a new drug or condition that stands where others stand
already changes no digest, so that a new document costs its own orders.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import Any

from ..meaning import nodes as n
from ..meaning import relations as r
from . import formula as f
from .background import Background
from .domains import field_of_case, is_ranked, path_of, universe
from .rules import Ruled

_PRODUCT = path_of(r.PRODUCT)


class Digests:
    """The digests of the orders of one graph."""

    def __init__(self, known: Background) -> None:
        self._known = known
        self._universes: dict[str, _Universe] = {}

    def of(self, drug: str, rules: Sequence[Ruled], pairs: str) -> str:
        """The digest of an order.

        Args:
            pairs: which of the rules are compared.
        """
        written = _Written(drug, rules, self._universe)
        return hashlib.sha256("\n".join([pairs, *written.lines()]).encode()).hexdigest()[:16]

    def _universe(self, field: n.Field) -> _Universe:
        path = path_of(field)
        if path not in self._universes:
            self._universes[path] = _Universe(field, self._known)
        return self._universes[path]


class _Universe:
    """What a complete chart may say in a field.

    Attributes:
        kinds: of each value what tells it apart from others, beside the sets and what is asked for.
        ingredients: of each ingredient its products, of therapies.
        graded: of each value the scale of which it is a grade.
    """

    def __init__(self, field: n.Field, known: Background) -> None:
        names, of_case = known.names, field_of_case(path_of(field))
        closed = of_case is not None and bool(of_case.choices)
        scales = {names.graded(one)[0] for one in names.of_kinds(("Grade",))}
        self.kinds: dict[str, str] = {}
        self.graded: dict[str, str] = {}
        self.ingredients: defaultdict[str, list[str]] = defaultdict(list)
        for one in universe(field, known):
            low, high = known.ranks(one)
            if low != high:  # a degree is one degree
                continue
            scale, rank = names.graded(one)
            self.kinds[one] = one if closed or one in scales else f"{scale} {rank} {low}"
            if scale is not None:
                self.graded[one] = scale
            if path_of(field) == _PRODUCT:
                self.ingredients[known.ingredient(one)].append(one)


class _Written:
    """What the rules of an order ask, with the sets of each field by their numbers, and what the sets tell apart."""

    def __init__(self, drug: str, rules: Sequence[Ruled], universe_of: Callable[[n.Field], _Universe]) -> None:
        self._drug, self._rules, self._universe_of = drug, rules, universe_of
        self._fields: dict[str, n.Field] = {}
        self._sets: defaultdict[str, dict[f.Concepts, int]] = defaultdict(dict)

    def lines(self) -> Iterator[str]:
        """What is digested."""
        yield from self._rules[0].asked
        for rule in self._rules:
            yield f"{' '.join(one.id for one in rule.rules)} {rule.whole} {self._text(rule.formula)}"
        for atom in self._atoms():
            if isinstance(atom, f.Compared) and is_ranked(atom.field):
                self._fields.setdefault(path_of(atom.field), atom.field)
        for path in sorted(self._fields):
            yield f"{path} {sorted(self._told_apart(path))}"

    def _atoms(self) -> Iterator[f.Formula]:
        return (atom for rule in self._rules for _, atom in f.atoms(rule.formula or f.TRUE))

    def _text(self, value: Any) -> str:
        """A formula as a text that is the same in every process."""
        if isinstance(value, f.Is):
            path = path_of(value.field)
            self._fields.setdefault(path, value.field)
            sets = self._sets[path]
            return f"Is({self._text(value.field)} {sets.setdefault(value.concepts, len(sets))})"
        if isinstance(value, tuple):
            return f"({' '.join(map(self._text, value))})"
        if is_dataclass(value):
            return f"{type(value).__name__}({' '.join(self._text(getattr(value, one.name)) for one in fields(value))})"
        return str(value)

    def _told_apart(self, path: str) -> Iterable[str]:
        """The kinds of values that a field may have; of therapies the kinds of ingredients, by their products."""
        held: defaultdict[str, list[str]] = defaultdict(list)
        for of, number in self._sets[path].items():
            for sign, members in (("", of.sure), ("?", of.open)):
                for one in members:
                    held[one].append(f"{number}{sign}")
        found = self._universe_of(self._fields[path])
        if path == _PRODUCT:
            kinds = (
                (ingredient == self._drug, frozenset(" ".join(held.get(one, ())) for one in products))
                for ingredient, products in found.ingredients.items()
            )
            return (f"{min(count, self._most)} {kind[0]} {sorted(kind[1])}" for kind, count in Counter(kinds).items())
        asked = self._rules[0].asked
        scales = self._scales if path == path_of(r.GRADE) else None
        return {
            " ".join((*held.get(one, ()), one if one in asked else kind))
            for one, kind in found.kinds.items()
            if scales is None or found.graded.get(one) in scales or one in held
        }

    @property
    def _scales(self) -> frozenset[str]:
        """What is measured, as far as the rules name it."""
        return frozenset().union(*(one.sure for one in self._sets[path_of(r.OBSERVABLE)]))

    @cached_property
    def _most(self) -> int:
        """How many ingredients are counted at most."""
        return max((one.least for one in self._atoms() if isinstance(one, f.Rows) and one.by is not None), default=1)
