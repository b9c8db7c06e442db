"""The parameters of stored questions: what each may be set to, and what a text for it means."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from .. import terms
from ..errors import QueryError, UnknownName
from ..near import slips
from ..store.graph import Graph
from ..store.names import CONCEPT_KINDS, names
from ..store.once import once_a_graph
from ..terms import Term

#: The classes of the things that a parameter of each kind can mean; a ``thing`` is whatever statements are about.
PARAMETER_KINDS: dict[str, tuple[str, ...]] = {
    "drug": ("Drug", "Product"),
    "therapy": ("Drug", "Product", "DrugClass", "Procedure", "CareProgramme", "Device"),
    "condition": ("Condition",),
    "payer": ("Payer",),
    "state": ("State",),
    "ladder": ("Ladder",),
    "aspect": ("Aspect",),
    "document": ("SourceDocument",),
    "policy": ("CoveragePolicy",),
    "thing": (),
}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a question.

    Attributes:
        kind: one of ``PARAMETER_KINDS``; empty where ``choices`` gives the values.
        default: the text that holds unless another is given; empty: the answer is not limited.
    """

    name: str
    kind: str
    choices: tuple[str, ...]
    default: str
    about: str


def parameter(line: str) -> Parameter:
    """A parameter from its line of a header.

    Raises:
        ValueError: the line has not four parts.
    """
    name, kind, default, about = (part.strip() for part in line.split("|"))
    if kind in PARAMETER_KINDS:
        return Parameter(name, kind, (), default, about)
    return Parameter(name, "", tuple(choice.strip() for choice in kind.split(",")), default, about)


def options(parameter: Parameter, graph: Graph) -> tuple[str, ...]:
    """What a parameter can be set to, for choosing from a list: the values, or the slugs of the things of its kind."""
    if parameter.choices:
        return parameter.choices
    return tuple(sorted(_short(parameter.kind, iri) for iri in _things(parameter.kind, graph)))


def term(parameter: Parameter, text: str, graph: Graph) -> Term:
    """What a text means as a value of a parameter.

    Raises:
        QueryError: it is none of the values, or names nothing.
    """
    if parameter.choices:
        if text not in parameter.choices:
            raise QueryError(f"{parameter.name}: {text!r} is none of {', '.join(parameter.choices)}")
        return ox.Literal(text)
    classes = PARAMETER_KINDS[parameter.kind]
    try:
        if not set(classes).issubset(CONCEPT_KINDS) or not classes:
            return ox.NamedNode(_find(parameter.kind, text, graph))
        found = names(graph).resolve(text, classes)
    except UnknownName as error:
        raise QueryError(f"{parameter.name}: {error}") from None
    if parameter.kind == "drug":
        found = names(graph).ingredient(found) or found
    return ox.NamedNode(found)


def _find(kind: str, text: str, graph: Graph) -> str:
    """The IRI of a document, a policy, an aspect or a thing that statements are about."""
    things = _things(kind, graph)
    wanted = text.casefold()
    found = [
        iri
        for iri, label in things.items()
        if wanted in (iri.casefold(), terms.local(iri).casefold(), terms.slug(iri).casefold(), label.casefold())
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownName(text, "may mean several things", sorted(terms.local(iri) for iri in found))
    short = {_short(kind, iri): iri for iri in things}
    by_slug = {terms.slug(iri): name for name, iri in short.items()}
    near = dict.fromkeys(by_slug.get(name, name) for name in slips(text, [*short, *by_slug], least=5))
    raise UnknownName(text, f"is no {kind} in the graph", list(near), _LISTS.get(kind, ""))


#: Where to look for what has no name of a concept.
_LISTS = {
    "document": "`payergraph query documents` lists them",
    "policy": "`payergraph query editions_of_policies` lists them",
    "aspect": "`payergraph query statements_about` shows them",
    "thing": "`payergraph query statements_about` shows them",
}


def _things(kind: str, graph: Graph) -> dict[str, str]:
    """The things of a kind, with their labels, read once for each graph."""
    known = _known(graph)
    if kind not in known:
        known[kind] = _read_things(kind, graph)
    return known[kind]


@once_a_graph
def _known(graph: Graph) -> dict[str, dict[str, str]]:
    return {}


def _read_things(kind: str, graph: Graph) -> dict[str, str]:
    if kind == "thing":
        pattern = "?statement pg:about ?thing ."
    else:
        pattern = f"?thing a ?class . VALUES ?class {{ {' '.join('pg:' + name for name in PARAMETER_KINDS[kind])} }}"
    rows = graph.rows(
        f"SELECT ?thing ?label WHERE {{ {pattern} OPTIONAL {{ ?thing skos:prefLabel|dcterms:title ?label }} }}"
    )
    return {row["thing"].value: row["label"].value if "label" in row else "" for row in rows}


def _short(kind: str, iri: str) -> str:
    return terms.local(iri) if kind == "thing" else terms.slug(iri)
