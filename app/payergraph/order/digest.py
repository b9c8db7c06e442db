"""The digest of an order: the same as long as z3 has the same to decide.

Names of concepts do not count, only which sets hold them: a new drug or condition that stands where others stand
already changes no digest, so that a new document costs its own orders.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from ..meaning import relations as r
from . import formula as f
from .background import Background
from .domains import Domains, field_of_case, path_of
from .rules import Ruled


class Digests:
    """The digests of the orders of one graph."""

    def __init__(self, known: Background) -> None:
        self._known = known
        #: What z3 and OWL know by its name: an observable that has grades.
        self._scales = frozenset(known.names.graded(one)[0] for one in known.names.of_kinds(("Grade",)))

    def of(self, drug: str, rules: Sequence[Ruled], pairs: str) -> str:
        """The digest of an order.

        Args:
            pairs: which of the rules are compared.
        """
        lines = _Written(self._known, self._scales, drug, rules).lines()
        return hashlib.sha256("\n".join([pairs, *lines]).encode()).hexdigest()[:16]


class _Written:
    """What the rules of an order ask, with the sets of each field by their numbers, and what is told apart."""

    def __init__(self, known: Background, scales: frozenset[str | None], drug: str, rules: Sequence[Ruled]) -> None:
        self._known, self._scales, self._rules = known, scales, rules
        formulas = (rule.formula for rule in rules if rule.formula is not None)
        self._domains = Domains(known, drug, rules[0].asked, formulas)
        self._sets: defaultdict[str, dict[f.Concepts, int]] = defaultdict(dict)

    def lines(self) -> Iterator[str]:
        """What is digested."""
        yield from self._rules[0].asked
        for rule in self._rules:
            yield f"{' '.join(one.id for one in rule.rules)} {rule.whole} {self._text(rule.formula)}"
        for path in self._domains.paths:
            yield f"{path} {sorted(self._told_apart(path))}"

    def _text(self, value: Any) -> str:
        """A formula as a text that is the same in every process."""
        if isinstance(value, f.Is):
            sets = self._sets[path_of(value.field)]
            return f"Is({self._text(value.field)} {sets.setdefault(value.concepts, len(sets))})"
        if isinstance(value, frozenset):
            return f"{{{' '.join(sorted(value))}}}"
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
        named = field_of_case(path)
        closed = named is not None and bool(named.choices)
        kinds = {
            value: " ".join(
                (*held.get(value, ()), self._text(apart), *((value,) if closed or value in self._scales else ()))
            )
            for value, apart in self._domains.exact(path).items()
        }
        if path != path_of(r.PRODUCT):
            return set(kinds.values())
        ingredients: defaultdict[str, set[str]] = defaultdict(set)
        for value, kind in kinds.items():
            ingredients[self._known.ingredient(value)].add(kind)
        together = Counter(map(frozenset, ingredients.values()))
        return (f"{min(count, self._domains.most)} {sorted(kind)}" for kind, count in together.items())
