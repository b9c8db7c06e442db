"""The graph, read once for all visitors, and the lists that the pages offer. No case ever comes here."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache

import streamlit as st

import payergraph
from payergraph import terms
from payergraph.browse import quotes as sources
from payergraph.browse.catalogue import Catalogue
from payergraph.browse.catalogue import catalogue as catalogue_of
from payergraph.browse.described import Described, describe, turtle
from payergraph.browse.things import Thing, Things
from payergraph.browse.things import things as things_of
from payergraph.browse.vocabulary import Word
from payergraph.browse.vocabulary import vocabulary as vocabulary_of
from payergraph.comparison.conflicts import Conflict
from payergraph.comparison.conflicts import conflicts as conflicts_of
from payergraph.policies.library import Policies
from payergraph.policies.library import policies as policies_of
from payergraph.sparql.parameters import PARAMETER_KINDS, Parameter
from payergraph.sparql.parameters import options as options_of
from payergraph.store.graph import LocalGraph
from payergraph.store.names import Names
from payergraph.store.names import names as names_of
from payergraph.verdict.asked import suggested


@lru_cache(maxsize=1)
def graph() -> LocalGraph:
    """The graph that ships with payergraph, or that of the endpoint for which the explorer was started."""
    return _graph()


# One visitor reads it while others wait. A call costs 30 microseconds, and a page asks for the graph a thousand times.
@st.cache_resource(show_spinner="Reading the graph")
def _graph() -> LocalGraph:
    return payergraph.graph(os.environ.get("PAYERGRAPH_ENDPOINT") or None)


def names() -> Names:
    """What things are called."""
    return names_of(graph())


def policies() -> Policies:
    """All policies of the graph."""
    return policies_of(graph())


def things() -> Things:
    """Everything that has a page."""
    return things_of(graph())


def conflicts() -> tuple[Conflict, ...]:
    """All disagreements of the graph."""
    return conflicts_of(graph())


def label(iri: str) -> str:
    """What a concept is called."""
    return names().label(iri)


def thing_label(iri: str) -> str:
    """What any thing is called: a document by its title, a criterion, rule or statement by a sentence."""
    return things().label(iri)


def vocabulary() -> tuple[Word, ...]:
    """The terms that queries are written with."""
    return vocabulary_of(graph())


def compared(drug: str) -> frozenset[str]:
    """The uses of a drug that can be compared: those for which some policy has criteria."""
    return frozenset(
        use for policy in policies().all for rule in policy.rules if drug in rule.drugs for use in rule.uses
    )


def catalogue() -> Catalogue:
    """What the graph holds."""
    return _catalogue(graph())


@lru_cache(maxsize=2)
def _catalogue(of: LocalGraph) -> Catalogue:
    return catalogue_of(of)


def described(thing: Thing) -> Described:
    """All that a page shows of a thing."""
    return _described(graph(), thing)


@lru_cache(maxsize=64)
def _described(of: LocalGraph, thing: Thing) -> Described:
    return describe(of, thing)


def as_turtle(thing: Thing) -> str:
    """The triples of a thing."""
    return _as_turtle(graph(), thing)


@lru_cache(maxsize=64)
def _as_turtle(of: LocalGraph, thing: Thing) -> str:
    return turtle(of, thing)


def words(iri: str) -> str | None:
    """The words of the source behind a fact, where the text is at hand."""
    return sources.words(graph(), iri)


def by_label(iris: Iterable[str]) -> dict[str, str]:
    """Things without repetition as slug and IRI, in the order of their labels."""
    return {terms.slug(iri): iri for iri in sorted(set(iris), key=lambda iri: label(iri).casefold())}


def payers() -> dict[str, str]:
    """All payers as slug and IRI, those that have a policy first."""
    return _payers(graph())


@lru_cache(maxsize=2)
def _payers(of: LocalGraph) -> dict[str, str]:
    return by_label(policy.payer for policy in policies_of(of).all) | by_label(names_of(of).of_kinds(("Payer",)))


def plans() -> dict[str, str]:
    """The plans with their payers, by slugs."""
    known = names()
    found = {known.slug(plan): known.payer(plan) for plan in known.of_kinds(("Plan",))}
    return {plan: known.slug(payer) for plan, payer in found.items() if payer}


def version() -> str:
    """The version of the graph; a dash where there is no graph to show."""
    try:
        return graph().version
    except Exception:
        return "–"


def choices(kinds: tuple[str, ...], named: tuple[str, ...] = ()) -> dict[str, str]:
    """The slugs of all concepts of some kinds with their labels: first what is named, then by the labels."""
    return _first(graph(), kinds, named) if named else _choices(graph(), kinds)


@lru_cache(maxsize=256)
def _first(of: LocalGraph, kinds: tuple[str, ...], named: tuple[str, ...]) -> dict[str, str]:
    first = {terms.slug(iri): label(iri) for iri in suggested(named, kinds, of)}
    return first | {slug: word for slug, word in _choices(of, kinds).items() if slug not in first}


@lru_cache(maxsize=64)
def _choices(of: LocalGraph, kinds: tuple[str, ...]) -> dict[str, str]:
    return {slug: label(iri) for slug, iri in by_label(names_of(of).of_kinds(kinds)).items()}


def options(parameter: Parameter) -> dict[str, str]:
    """What a parameter of a question can be set to, with labels."""
    return _options(graph(), parameter)


@lru_cache(maxsize=256)
def _options(of: LocalGraph, parameter: Parameter) -> dict[str, str]:
    labels = _choices(of, PARAMETER_KINDS[parameter.kind]) if parameter.kind else {}
    found = {value: labels.get(value, value.replace("-", " ")) for value in options_of(parameter, of)}
    return dict(sorted(found.items(), key=lambda pair: pair[1].casefold())) if parameter.kind else found
