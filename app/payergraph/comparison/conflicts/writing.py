"""Disagreements as records, JSON, CSV, Markdown and RDF."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby

import pyoxigraph as ox

from ... import terms
from ...markup import in_markdown
from ...table import tidy_csv
from ...terms import Term
from .model import CONFLICT_KINDS, Conflict, place


def quads(found: Iterable[Conflict]) -> Iterator[ox.Quad]:
    """Each disagreement as a ``pg:Conflict``."""
    graph = ox.NamedNode(terms.CONFLICTS)
    for item in found:
        name = ox.NamedNode(item.iri)
        documents = {f"{terms.ID}source/{side.source}" for side in item.sides if side.source}
        concerned = sorted({*item.drugs, *item.payers, item.about} - {""})
        facts: list[tuple[ox.NamedNode, ox.NamedNode, Term]] = [
            (name, _TYPE, terms.pg("ConflictSetAside" if item.aside else "Conflict")),
            (name, _LABEL, ox.Literal(f"{item.subject}: {item.question}", language="en")),
            (name, terms.pg("conflictKind"), ox.Literal(item.kind)),
            (name, terms.pg("weight"), ox.Literal(item.weight)),
            (name, terms.pg("whatDiffers"), ox.Literal(item.differs, language="en")),
            (name, terms.pg("whyItMatters"), ox.Literal(item.matters, language="en")),
            (name, terms.pg("whichIsPrimary"), ox.Literal(item.primary, language="en")),
            (name, terms.pg("foundByRule"), ox.Literal(item.rule)),
            *([(name, terms.pg("because"), ox.Literal(item.aside))] if item.aside else []),
            *((name, terms.pg("concerns"), ox.NamedNode(iri)) for iri in concerned),
            *((name, terms.pg("betweenSources"), ox.NamedNode(iri)) for iri in sorted(documents)),
        ]
        for number, side in enumerate(item.sides, 1):
            node = ox.NamedNode(f"{item.iri}/{number}")
            facts += [
                (name, terms.pg("conflictSide"), node),
                (node, _TYPE, terms.pg("ConflictSide")),
                (node, terms.pg("sidePosition"), ox.Literal(number)),
                (node, terms.pg("sideText"), ox.Literal(side.value)),
                (node, terms.pg("sideLocator"), ox.Literal(place(side))),
                (node, terms.pg("sideFact"), ox.NamedNode(side.fact)),
            ]
            if side.source:
                facts.append((node, terms.pg("sideSource"), ox.NamedNode(f"{terms.ID}source/{side.source}")))
        yield from (ox.Quad(*fact, graph) for fact in facts)


def records(found: Iterable[Conflict]) -> list[dict[str, str]]:
    """One record a side, tidy; the sides of one conflict share its number."""
    return [
        {"conflict": str(number)}
        | {name: str(getattr(item, name)) for name in _OF_CONFLICT}
        | {name: getattr(side, name) for name in _OF_SIDE}
        for number, item in enumerate(found, 1)
        for side in item.sides
    ]


def to_json(found: Iterable[Conflict]) -> str:
    """A list of conflicts, each with its sides."""
    items = [
        {name: getattr(item, name) for name in ("kind", "weight", "subject")}
        | {"about": terms.local(item.about)}
        | {name: getattr(item, name) for name in _OF_CONFLICT[3:]}
        | {"sides": [{name: getattr(side, name) for name in _OF_SIDE} for side in item.sides]}
        for item in found
    ]
    return json.dumps(items, indent=2, ensure_ascii=False)


def to_csv(found: Iterable[Conflict]) -> str:
    """The tidy records as CSV."""
    return tidy_csv(_COLUMNS, records(found))


def to_markdown(found: Iterable[Conflict]) -> str:
    """A section a kind, a list a conflict, with the place of each side in brackets."""
    lines: list[str] = []
    for kind, items in groupby(found, lambda item: item.kind):
        lines += [f"## {CONFLICT_KINDS[kind]}", ""]
        for item in items:
            lines += [f"**{in_markdown(item.subject)}**: {in_markdown(item.question)} (weight {item.weight})", ""]
            lines += [*(f"{heading}: {in_markdown(sentence)}  " for heading, sentence in reading(item)), ""]
            lines += [f"- {in_markdown(side.value)} [{in_markdown(place(side))}]" for side in item.sides]
            lines.append("")
    return "\n".join(lines)


def reading(item: Conflict) -> list[tuple[str, str]]:
    """What makes a disagreement readable, each sentence with its heading."""
    parts = [("What differs", item.differs), ("Why it matters", item.matters), ("Which is primary", item.primary)]
    parts.append(("Found by", f"{item.rule}"))
    return [*parts, *([("Set aside", item.aside)] if item.aside else [])]


_OF_CONFLICT = ("kind", "weight", "subject", "question", "differs", "matters", "primary", "rule", "aside")
_OF_SIDE = ("value", "authority", "source", "section", "locator", "citing", "id")
_COLUMNS = ("conflict", *_OF_CONFLICT, *_OF_SIDE)
_TYPE, _LABEL = ox.NamedNode(terms.RDF + "type"), ox.NamedNode(terms.SKOS + "prefLabel")
