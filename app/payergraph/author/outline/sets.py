"""The sets and groups that stand inline in an outline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from ... import terms
from ...criteria import either
from .source import Document
from .text import Flow

#: How a thing is called.
Say: TypeAlias = Callable[[str], str]


@dataclass(frozen=True)
class Group:
    """Therapies that count as one.

    Attributes:
        members, excepted: things, by IRI.
        is_open: whether the text leaves the list open, of ``example`` if it names a class.
    """

    label: str
    members: tuple[str, ...]
    excepted: tuple[str, ...] = ()
    is_open: bool = False
    example: str = ""


@dataclass(frozen=True)
class Set:
    """What a parameter names where it takes several.

    Attributes:
        label: what it is called; empty where its members say it.
        members: things, by IRI, and groups.
    """

    members: tuple[str | Group, ...]
    label: str = ""
    excepted: tuple[str, ...] = ()
    is_open: bool = False
    example: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether it is nothing but its members."""
        return self == Set(self.members)


def called(members: tuple[str | Group, ...], say: Say) -> str:
    """What members are called together."""
    return either([one.label if isinstance(one, Group) else say(one) for one in members])


def of_document(document: Document, iri: str, label_of: Say) -> Set:
    """What a parameter names: a set of the document, or one thing or group as the only member of a set."""
    kinds = document.kinds(iri)
    if "ConceptSet" not in kinds:
        return Set((_member(document, iri),))
    facts = document.facts[iri]
    members = tuple(_member(document, one) for one in facts.texts("member"))
    label = facts.text(terms.SKOS + "prefLabel")
    found = Set(members, label, facts.texts("except"), facts.true("openEnded"), facts.text("exampleOf"))
    return replace(found, label="") if label == called(members, label_of) and len(members) > 1 else found


def _member(document: Document, iri: str) -> str | Group:
    if "TherapyGroup" not in document.kinds(iri):
        return iri
    facts = document.facts[iri]
    return Group(
        facts.text(terms.SKOS + "prefLabel"),
        facts.texts("member"),
        facts.texts("except"),
        facts.true("openEnded"),
        facts.text("exampleOf"),
    )


def members_written(of: Set, say: Say) -> Any:
    """The members as an outline lists them: ``a, b`` in one text, or a list where there are groups."""
    if any(isinstance(one, Group) for one in of.members):
        return [_written(one, say) for one in of.members]
    return ", ".join(say(one) for one in of.members if isinstance(one, str))


def _written(one: str | Group, say: Say) -> Any:
    if isinstance(one, str):
        return say(one)
    members = [say(member) for member in one.members]
    more = extras(one, say)
    return {one.label: {"of": ", ".join(members), **more} if more else Flow(members)}


def extras(of: Set | Group, say: Say) -> dict[str, Any]:
    """What a set or a group bears beside its members and what it is called."""
    found: dict[str, Any] = {}
    if of.excepted:
        found["except"] = ", ".join(map(say, of.excepted))
    if of.is_open:
        found["open"] = "yes"
    if of.example:
        found["examples of"] = say(of.example)
    return found


def set_written(of: Set, say: Say) -> Any:
    """A set in one value: its members, or a mapping where it bears more."""
    members = members_written(of, say)
    if of.is_plain:
        return members
    return {"of": members, **({"called": of.label} if of.label else {}), **extras(of, say)}
