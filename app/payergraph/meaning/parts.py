"""A part of a kind of criterion: parameters, a meaning, and what is said where it is not met."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from functools import lru_cache

from .. import terms
from . import nodes as n
from .evidence import Witness, witnesses
from .reads import Read, reads_of
from .rows import Reading
from .sparql import violation


@dataclass(frozen=True)
class Parameter:
    """A parameter of a kind of criterion.

    Attributes:
        name: the property, without its prefix.
        range: the class or datatype of its value, with a prefix: ``pg:ConceptSet``, ``xsd:decimal``.
        optional: whether it may be left out.
    """

    name: str
    range: str
    optional: bool = False

    @property
    def is_boolean(self) -> bool:
        """Whether it is true or false, and false is as good as absent."""
        return self.range == "xsd:boolean"

    @property
    def range_iri(self) -> str:
        """The class or datatype as an IRI."""
        prefix, _, name = self.range.partition(":")
        return (terms.PG if prefix == "pg" else terms.XSD) + name


def needed(name: str, range: str) -> Parameter:
    """A parameter that has to be given."""
    return Parameter(name, range)


def may(name: str, range: str) -> Parameter:
    """A parameter that may be left out."""
    return Parameter(name, range, optional=True)


@dataclass(frozen=True, eq=False)
class Part:
    """One pair of constraint components. A criterion is met when every part is that its parameters bring in.

    Attributes:
        name: what the components are called: ``pg:<name>EstablishedConstraintComponent``.
        parameters: those that bring it in, and those that it also reads.
        meaning: when it is met.
        unmet: what is said where the case does not show it.
        ruled_out: what is said where it is not met.
    """

    name: str
    parameters: tuple[Parameter, ...]
    meaning: n.Node
    unmet: str
    ruled_out: str

    def violation(self, reading: Reading, absent: frozenset[str] = frozenset()) -> str:
        """The SELECT validator of a reading.

        Args:
            absent: parameters that no criterion gives which it is for; what they would bring in is left out of it.
        """
        return _violation(self, reading, absent)

    def applies_to(self, parameters: Container[str]) -> bool:
        """Whether the parameters of a criterion bring it in."""
        return all(p.optional or p.name in parameters for p in self.parameters)

    def witnesses(self, absent: frozenset[str] = frozenset()) -> tuple[Witness, ...]:
        """The queries for the facts that decide it.

        Args:
            absent: as in ``violation``.
        """
        return _witnesses(self, absent)

    @property
    def booleans(self) -> frozenset[str]:
        """The parameters that are true or false."""
        return frozenset(p.name for p in self.parameters if p.is_boolean)

    @property
    def reads(self) -> tuple[Read, ...]:
        """The fields of a case that the meaning names, where the part is brought in."""
        needed = frozenset(p.name for p in self.parameters if not p.optional)
        brings_in = frozenset([p.name for p in self.parameters if not (p.optional or p.is_boolean)][:1])
        return tuple(replace(read, when=read.when or brings_in) for read in reads_of(self.meaning, needed))


@lru_cache(maxsize=4096)
def _violation(part: Part, reading: Reading, absent: frozenset[str]) -> str:
    return violation(part.meaning, reading, part.booleans, absent)


@lru_cache(maxsize=4096)
def _witnesses(part: Part, absent: frozenset[str]) -> tuple[Witness, ...]:
    return witnesses(part.meaning, part.booleans, absent)
