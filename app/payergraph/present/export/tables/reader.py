"""A graph as the tables read it: facts, labels, places."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TypeAlias

import pyoxigraph as ox

from .... import terms
from ....policies.library import policies
from ....policies.model import Policy
from ....store.facts import Facts, FactsByThing, facts
from ....store.graph import LocalGraph
from ....store.names import Names, names
from ....terms import Term

Cell: TypeAlias = str | int | Decimal | bool | date | tuple[str, ...] | None
Row: TypeAlias = dict[str, Cell]


class Reader:
    """A graph with what all tables need of it."""

    def __init__(self, graph: LocalGraph) -> None:
        self.graph = graph
        self.names: Names = names(graph)
        self.sources = self.facts("SourceDocument")
        self.policies: tuple[Policy, ...] = policies(graph).every

    def facts(self, *classes: str) -> FactsByThing:
        """What is said of the things of the classes."""
        listed = " ".join(f"pg:{name}" for name in classes)
        return facts(self.graph, f"VALUES ?class {{ {listed} }} ?s a ?class")

    def label(self, iri: str) -> str | None:
        """The label of a thing or, of a document, its title; None for none."""
        if not iri:
            return None
        if iri in self.sources:
            return self.sources[iri][terms.DCTERMS + "title"][0].value
        return self.names.label(iri)

    def pair(self, name: str, iri: str) -> Row:
        """A thing and its label."""
        return {name: iri or None, f"{name}_label": self.label(iri)}

    def pairs(self, name: str, iris: Iterable[str]) -> Row:
        """Things and their labels, in the order of the IRIs."""
        ordered = tuple(sorted(set(iris)))
        return {name: ordered, f"{name}_labels": tuple(self.label(iri) or "" for iri in ordered)}

    def place(self, source: str, section: str, locator: str) -> Row:
        """Where a thing stands."""
        return {**self.pair("source", source), **self.pair("section", section), "locator": locator or None}


def value_of(on: Reader, term: Term | None) -> Row:
    """A value with its label and its type."""
    if term is None:
        return {}
    if not isinstance(term, ox.Literal):
        return {"value": term.value, "value_label": on.label(term.value), "datatype": "iri"}
    datatype = term.datatype.value
    short = f"pg:{terms.local(datatype)}" if datatype.startswith(terms.PG) else datatype.replace(terms.XSD, "xsd:")
    return {"value": term.value, "datatype": "xsd:string" if term.language else short}


def one(facts: Facts, name: str) -> str:
    """The first value of a property; empty for none."""
    found = facts.get(name)
    return found[0].value if found else ""


def every(facts: Facts, name: str) -> tuple[str, ...]:
    """All values of a property."""
    return tuple(term.value for term in facts.get(name, ()))


def word(iri: str) -> str | None:
    """``Primary`` as ``primary``."""
    return terms.local(iri).lower() or None


def true(facts: Facts, name: str) -> bool:
    """Whether a boolean is true; false for none."""
    return one(facts, name) == "true"
