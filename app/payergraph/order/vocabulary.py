"""The words of an ontology in the making: classes and properties of OWL 2, payergraph's own where it has them."""

from __future__ import annotations

import types
from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Any, TypeAlias

import owlready2 as owl

from .. import terms
from ..meaning import nodes as n
from ..wording import numeral
from .domains import FOR_USE, bounds

#: A class expression of owlready2, which has no types.
Class: TypeAlias = Any
BESIDE = "takenBeside"
#: Properties that payergraph has no word for, each with what it says.
OWN = {
    FOR_USE.name: "for the use under review",
    BESIDE: "taken beside",
}


class Vocabulary:
    """The classes and properties of one ontology, which imports nothing.

    Args:
        iri: the ontology's. What payergraph has no word for is a fragment of it.

    Attributes:
        meant: of classes of numbers, by IRI: the name of the property, and what its value is.
    """

    def __init__(self, iri: str) -> None:
        self.iri = iri
        self.world: Any = owl.World()
        self.ontology: Any = self.world.get_ontology(f"{iri}#")
        self._spaces = {space: self.ontology.get_namespace(space) for space in (terms.PG, terms.ID)}
        self._known: dict[str, Any] = {}
        self._opaque: dict[object, int] = {}
        self.meant: dict[str, tuple[str, str]] = {}
        self._bounds: defaultdict[str, dict[tuple[Decimal, bool], Class]] = defaultdict(dict)

    def _word(self, iri: str, kind: Any) -> Any:
        if iri not in self._known:
            space = next((one for one in self._spaces if iri.startswith(one)), self.ontology.base_iri)
            with self._spaces.get(space, self.ontology):
                self._known[iri] = types.new_class(iri.removeprefix(space), (kind,))
        return self._known[iri]

    @property
    def words(self) -> dict[str, Any]:
        """What has a name, by IRI."""
        return dict(self._known)

    def named(self, iri: str) -> Class:
        """A class; of a concept, what names it and nothing narrower."""
        return self._word(iri, owl.Thing)

    def own(self, name: str) -> Class:
        """A class of this ontology."""
        return self.named(f"{self.iri}#{name}")

    def opaque(self, what: str, key: object) -> Class:
        """A class of which nothing but its name is known: one for each key."""
        found = self.own(f"opaque-{self._opaque.setdefault(key, len(self._opaque) + 1)}")
        found.label = [what]
        return found

    def link(self, name: str) -> Any:
        """A property between things."""
        return self._word(self._property(name), owl.ObjectProperty)

    def datum(self, name: str) -> Any:
        """A property that leads to a value."""
        return self._word(self._property(name), owl.DataProperty)

    def property_of(self, flag: n.Field) -> Any:
        """The property of a truth, which leads to yes or no, or of a flag."""
        return self.link(flag.name) if isinstance(flag, n.Truth) else self.datum(flag.name)

    def _property(self, name: str) -> str:
        return f"{self.iri}#{name}" if name in OWN else terms.PG + name

    # --- numbers ---------------------------------------------------------------------------------------

    def at_least(self, field: n.Number, bound: Decimal, more: bool) -> Class:
        """What has a number of at least a bound, or of more; more of a whole number is one more.

        It has a class of its own: HermiT does not always see that what is at least 150 is at least 144, so ``in_order``
        says it of the classes.
        """
        whole = bounds(field)[0]
        if whole:
            bound = bound.to_integral_value(ROUND_FLOOR) + 1 if more else bound.to_integral_value(ROUND_CEILING)
            more = False
        name = field.ends[0]
        found = self.own(f"{name}-{'above' if more else 'from'}-{numeral(bound)}")
        if (bound, more) not in self._bounds[name]:
            self._bounds[name][bound, more] = found
            self.meant[found.iri] = name, f"{'more than' if more else 'at least'} {numeral(bound)}"
            facets = {"min_exclusive" if more else "min_inclusive": int(bound) if whole else float(bound)}
            found.equivalent_to.append(
                self.datum(name).some(owl.ConstrainedDatatype(int if whole else float, **facets))
            )
        return found

    def known(self, field: n.Number) -> Class:
        """What has a number at all."""
        found = self.own(f"{field.ends[0]}-known")
        if not found.equivalent_to:
            self.meant[found.iri] = field.ends[0], "known"
            found.equivalent_to.append(self.datum(field.ends[0]).some(int if bounds(field)[0] else float))
        return found

    def bounds(self, name: str) -> list[int]:
        """The bounds of a whole number that are in play."""
        return sorted(int(bound) for bound, _ in self._bounds[name])

    def in_order(self) -> None:
        """Say that what is at least so much is at least all that is less, and known."""
        for name, found in self._bounds.items():
            classes = [found[bound] for bound in sorted(found)]
            known = self._known.get(f"{self.iri}#{name}-known")
            for less, more in pairwise([*([known] if known else []), *classes]):
                self.implies(more, less)

    # --- axioms ----------------------------------------------------------------------------------------

    def functional(self, of: Any) -> None:
        """Say that a property has one value."""
        if owl.FunctionalProperty not in of.is_a:
            of.is_a.append(owl.FunctionalProperty)

    def implies(self, narrow: Class, wide: Class) -> None:
        """Say that whatever is of one class is of another."""
        if narrow is owl.Nothing or wide is owl.Thing:
            return
        if isinstance(narrow, owl.ThingClass):
            narrow.is_a.append(wide)
        else:
            with self.ontology:
                owl.GeneralClassAxiom(narrow).is_a.append(wide)

    def disjoint(self, classes: Iterable[Class]) -> None:
        """Say that no two have anything in common."""
        found = list(classes)
        if len(found) > 1:
            with self.ontology:
                owl.AllDisjoint(found)


def every(*parts: Class) -> Class:
    """What is of all classes."""
    found = [one for part in parts for one in (part.Classes if isinstance(part, owl.And) else [part])]
    found = [part for part in found if part is not owl.Thing]
    if owl.Nothing in found:
        return owl.Nothing
    return owl.And(found) if len(found) > 1 else found[0] if found else owl.Thing


def some(*parts: Class) -> Class:
    """What is of one of the classes."""
    found = [one for part in parts for one in (part.Classes if isinstance(part, owl.Or) else [part])]
    found = [part for part in found if part is not owl.Nothing]
    if owl.Thing in found:
        return owl.Thing
    return owl.Or(found) if len(found) > 1 else found[0] if found else owl.Nothing


def none(part: Class) -> Class:
    """What is not of a class."""
    return owl.Nothing if part is owl.Thing else owl.Thing if part is owl.Nothing else owl.Not(part)


def leads(link: Any, to: Class) -> Class:
    """What a property leads from to something of a class."""
    return owl.Nothing if to is owl.Nothing else link.some(to)


def so_many(least: int, link: Any, to: Class) -> Class:
    """What a property leads from to at least so many things of a class."""
    return owl.Thing if least <= 0 else owl.Nothing if to is owl.Nothing else link.min(least, to)


def no_more(most: int, link: Any, to: Class) -> Class:
    """What a property leads from to so many things of a class at most."""
    return owl.Thing if to is owl.Nothing else link.max(most, to)


def is_so(datum: Any) -> Class:
    """What a flag holds for."""
    return datum.value(True)


def within(datum: Any, field: n.Number) -> Class:
    """What has a number that a case may hold."""
    whole, low, high = bounds(field)
    kind = int if whole else float
    facets = {"min_inclusive": kind(low)} | ({} if high is None else {"max_inclusive": kind(high)})
    return datum.some(owl.ConstrainedDatatype(kind, **facets))
