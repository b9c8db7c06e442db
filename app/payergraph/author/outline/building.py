"""What a draft says, thing by thing, and the Turtle of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import pyoxigraph as ox

from ... import terms
from ...terms import Term, pg
from ..prefixes import declared, prefixes
from .sets import Group, Set, called

_LABEL = terms.SKOS + "prefLabel"
_LONGEST = 60
#: A value, or a list of values in the order of the document.
Value: TypeAlias = "Term | tuple[Term, ...]"


def slugged(text: str) -> str:
    """A text as a slug, cut at a hyphen where it is long."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().replace("'", "")
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))
    return slug if len(slug) <= _LONGEST else slug[: _LONGEST + 1].rpartition("-")[0]


def text(value: str) -> ox.Literal:
    """A text in English."""
    return ox.Literal(value, language="en")


class Reserved(str):
    """A name that was set aside for a thing before it is read."""

    __slots__ = ()


class Draft:
    """The things of a document, with what is said of each.

    Attributes:
        slug: the document's name.
    """

    def __init__(self, slug: str, label_of: Callable[[str], str]) -> None:
        self.slug, self._label_of = slug, label_of
        self._said: dict[str, dict[str, list[Value]]] = {}
        self._of: dict[object, ox.NamedNode] = {}
        self._reserved: set[str] = set()

    def owned(self, kind: str, name: str) -> ox.NamedNode:
        """The thing of this document that has a name."""
        return terms.thing(kind, f"{self.slug}/{name}")

    def reserve(self, kind: str, name: str) -> ox.NamedNode:
        """The thing of a name, which no other gets; it is begun by the name as a ``Reserved``."""
        iri = self.owned(kind, name)
        self._reserved.add(iri.value)
        return iri

    def new(self, kind: str, name: str, *, otherwise: str = "") -> ox.NamedNode:
        """A thing of this document, numbered where the name is taken; room for it is kept in the order of calls.

        Args:
            otherwise: a second name, before numbers are tried.
        """
        if isinstance(name, Reserved):
            self._said.setdefault(self.owned(kind, name).value, {})
            return self.owned(kind, name)
        base = name or kind
        for one in (base, *((otherwise,) if otherwise else ()), *(f"{base}-{number}" for number in range(2, 10_000))):
            iri = self.owned(kind, one)
            if iri.value not in self._said and iri.value not in self._reserved:
                self._said[iri.value] = {}
                return iri
        raise AssertionError(f"too many things are called {name}")

    def say(self, thing: ox.NamedNode, name: str, *values: Value) -> None:
        """Say something of a thing; a name without a colon is one of the vocabulary."""
        predicate = name if ":" in name else terms.PG + name
        self._said.setdefault(thing.value, {}).setdefault(predicate, []).extend(values)

    def says(self, thing: ox.NamedNode) -> bool:
        """Whether anything is said of a thing."""
        return bool(self._said.get(thing.value))

    def once(self, key: object, make: Callable[[], ox.NamedNode]) -> ox.NamedNode:
        """The thing that was made of a key, or is made now."""
        if key not in self._of:
            self._of[key] = make()
        return self._of[key]

    # --- sets and groups ---

    def set_of(self, of: Set) -> ox.NamedNode:
        """What a parameter names for a set: the set, or the one concept or group that it is."""
        members = [self.group_of(one) if isinstance(one, Group) else ox.NamedNode(one) for one in of.members]
        if of.is_plain and len(members) == 1:
            return members[0]
        return self.once(of, lambda: self._listed("set", "ConceptSet", of, members))

    def group_of(self, of: Group) -> ox.NamedNode:
        """A group of therapies."""
        return self.once(of, lambda: self._listed("group", "TherapyGroup", of, [ox.NamedNode(m) for m in of.members]))

    def _listed(self, kind: str, of_class: str, of: Set | Group, members: Sequence[Term]) -> ox.NamedNode:
        label = of.label or called(of.members, self._label_of)
        thing = self.new(kind, slugged(label))
        self.say(thing, terms.RDF + "type", pg(of_class))
        self.say(thing, _LABEL, text(label))
        self.say(thing, "member", *members)
        if of.excepted:
            self.say(thing, "except", *map(ox.NamedNode, of.excepted))
        if of.is_open:
            self.say(thing, "openEnded", ox.Literal(True))
        if of.example:
            self.say(thing, "exampleOf", ox.NamedNode(of.example))
        return thing

    # --- Turtle ---

    def turtle(self, head: str) -> str:
        """The file, in the order in which things were begun.

        Args:
            head: the comment at its top.
        """
        spaces = prefixes(self.slug)
        blocks = [self._block(thing, said, spaces) for thing, said in self._said.items() if said]
        shared = sorted(
            {match for block in blocks for match in re.findall(r"(?<![\w<:/\"-])([a-z-]+):(?=[\w])", block)}
        )
        spaces |= {kind: f"{terms.ID}{kind}/" for kind in shared if kind not in spaces}
        return "\n".join([f"# {head}", declared(spaces), "", "\n\n".join(blocks), ""])

    def _block(self, thing: str, said: dict[str, list[Value]], spaces: dict[str, str]) -> str:
        def name(iri: str) -> str:
            for prefix, space in spaces.items():
                if iri.startswith(space) and re.fullmatch(r"\w[\w-]*", iri[len(space) :]):
                    return f"{prefix}:{iri[len(space) :]}"
            kind, _, slug = terms.local(iri).partition("/")
            if iri.startswith(terms.ID) and re.fullmatch(r"\w[\w-]*", slug) and kind not in spaces:
                return f"{kind}:{slug}"
            return f"<{iri}>"

        def value(of: Value) -> str:
            if isinstance(of, tuple):
                return f"( {' '.join(map(value, of))} )"
            if isinstance(of, ox.NamedNode):
                return name(of.value)
            if isinstance(of, ox.Literal) and of.datatype.value in _PLAIN:
                return of.value
            if (
                isinstance(of, ox.Literal)
                and of.datatype.value.startswith(terms.XSD)
                and "string" not in str(of.datatype)
            ):
                return f'"{of.value}"^^xsd:{of.datatype.value.removeprefix(terms.XSD)}'
            return str(of)

        lines = [
            f"{'a' if predicate == terms.RDF + 'type' else name(predicate)} {' , '.join(map(value, values))}"
            for predicate, values in said.items()
        ]
        return f"{name(thing)} " + " ;\n    ".join(lines) + " ."


_PLAIN = tuple(terms.XSD + name for name in ("integer", "decimal", "boolean"))


def unique(values: Iterable[Term]) -> list[Term]:
    """Values, each once, in their order."""
    return list(dict.fromkeys(values))
