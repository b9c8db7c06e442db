"""The fields of a case as a form wants them: those of ``payergraph.chart.fields``, in the words of shapes/case.ttl."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import pyoxigraph as ox

from payergraph import terms
from payergraph.chart.fields import FIELDS, Field
from payergraph.locate import folder
from payergraph.verdict.asked import Asked

from .markup import sentence


@dataclass(frozen=True)
class Shown:
    """A field of the form, with its label and, for an entry, the fields inside; and what criteria look for in it.

    Attributes:
        only: the slugs that it is narrowed to; None for all.
    """

    field: Field
    label: str
    inside: tuple[Shown, ...] = ()
    named: tuple[str, ...] = ()
    only: frozenset[str] | None = None


@dataclass(frozen=True)
class Section:
    """Fields that belong together."""

    title: str
    fields: tuple[Shown, ...]


def chosen(asked: Asked | None, named: Asked, only: Mapping[str, frozenset[str]]) -> tuple[Section, ...]:
    """The sections with the fields that are asked, or with all; in each field first what is named.

    Args:
        only: the slugs that fields are narrowed to; one that is narrowed to none is left out.
    """

    def of(fields: Iterable[Shown], under: str = "") -> Iterator[Shown]:
        for shown in fields:
            path = under + shown.field.key
            if (asked is None or path in asked) and only.get(path, True):
                inside = tuple(of(shown.inside, f"{path}."))
                yield replace(shown, inside=inside, named=named.named.get(path, ()), only=only.get(path))

    narrowed = (Section(section.title, tuple(of(section.fields))) for section in sections())
    return tuple(section for section in narrowed if section.fields)


def told(path: str) -> str:
    """A field, named as ``therapies[0].start``, in the words of the form: “Start” of entry 1 of “Therapies”."""
    within: Iterable[Shown] = (shown for section in sections() for shown in section.fields)
    said = ""
    for key, number in re.findall(r"(\w+)(?:\[(\d+)\])?", path):
        shown = next((one for one in within if one.field.key == key), None)
        if shown is None:
            return path
        entry = f"entry {int(number) + 1} of " if number else ""
        said = f"{entry}“{shown.label}”" + (f" of {said}" if said else "")
        within = shown.inside
    return said


def title(key: str) -> str:
    """What a field of the case is called in the form."""
    return next(shown.label for section in sections() for shown in section.fields if shown.field.key == key)


@lru_cache(maxsize=1)
def sections() -> tuple[Section, ...]:
    """The form: groups and fields in the order of the shapes."""
    shapes = _Shapes()
    case = ox.NamedNode(shapes.case)
    found: dict[ox.NamedNode, list[Shown]] = {}
    for shown, node in _shown(FIELDS, shapes, case):
        found.setdefault(shapes.one(node, "group"), []).append(shown)
    groups = sorted(found, key=lambda group: int(shapes.one(group, "order").value))
    return tuple(Section(shapes.one(group, terms.RDFS + "label").value, tuple(found[group])) for group in groups)


def _shown(fields: Iterable[Field], shapes: _Shapes, shape: ox.NamedNode) -> list[tuple[Shown, Any]]:
    """The fields with their nodes, in the order of the shape."""
    properties = shapes.properties(shape)
    pairs = []
    for field in fields:
        node = properties[field.prop]
        inside = _shown(field.fields, shapes, shapes.one(node, "node")) if field.fields else []
        shown = Shown(field, sentence(shapes.one(node, "name").value), tuple(child for child, _ in inside))
        pairs.append((int(shapes.one(node, "order").value), shown, node))
    return [(shown, node) for _, shown, node in sorted(pairs, key=lambda pair: pair[0])]


class _Shapes:
    """The triples of shapes/case.ttl."""

    case = "https://w3id.org/payergraph/shapes#Case"

    def __init__(self) -> None:
        self._store = ox.Store()
        self._store.load((folder("shapes") / "case.ttl").read_bytes(), ox.RdfFormat.TURTLE)

    def properties(self, shape: ox.NamedNode) -> dict[str, Any]:
        """The property shapes of a node shape, by their paths."""
        quads = self._store.quads_for_pattern(shape, ox.NamedNode(terms.SH + "property"), None)
        return {self.one(quad.object, "path").value: quad.object for quad in quads}

    def one(self, node: Any, name: str) -> Any:
        """The value of a property: a name of SHACL, or an IRI."""
        predicate = ox.NamedNode(name if ":" in name else terms.SH + name)
        return next(self._store.quads_for_pattern(node, predicate, None)).object
