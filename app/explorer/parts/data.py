"""The graph, read once for all visitors, and the lists that the pages offer. No case ever comes here."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import streamlit as st

import payergraph
from payergraph import terms
from payergraph.browse import quotes as sources
from payergraph.browse.catalogue import Catalogue
from payergraph.browse.catalogue import catalogue as catalogue_of
from payergraph.browse.described import Described, describe, turtle
from payergraph.browse.leads import Lead
from payergraph.browse.leads import leads as leads_of
from payergraph.browse.things import Thing, Things
from payergraph.browse.things import things as things_of
from payergraph.browse.vocabulary import Word
from payergraph.browse.vocabulary import vocabulary as vocabulary_of
from payergraph.comparison.conflicts import Conflict
from payergraph.comparison.conflicts import conflicts as conflicts_of
from payergraph.policies.editions import in_scope
from payergraph.policies.library import Policies
from payergraph.policies.library import policies as policies_of
from payergraph.policies.seen import payers_by_seen, uses_by_documents
from payergraph.sparql.parameters import PARAMETER_KINDS, Parameter
from payergraph.sparql.parameters import options as options_of
from payergraph.store.graph import LocalGraph
from payergraph.store.names import Names
from payergraph.store.names import names as names_of
from payergraph.verdict.asked import suggested

#: So many brands of a drug stand beside its name.
_BRANDS = 3


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


def leads(text: str) -> tuple[Lead, ...]:
    """What a text leads to."""
    return leads_of(graph(), text)


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


def drugs() -> dict[str, str]:
    """The drugs for which some policy has criteria, as slug and IRI."""
    return by_label(drug for policy in policies().all for rule in policy.rules for drug in rule.drugs)


def drug_label(iri: str) -> str:
    """What a drug is called, with its brands, by which it is better known: ``dupilumab (Dupixent)``."""
    return _drug_label(graph(), iri)


@lru_cache(maxsize=512)
def _drug_label(of: LocalGraph, drug: str) -> str:
    known = names_of(of)
    products = [iri for iri in known.of_kinds(("Product",)) if known.ingredient(iri) == drug]
    brands = [one for one in products if not any(one != other and known.subsumes(other, one) for other in products)]
    labeled = {product for item in policies_of(of).labels for product in item.products}
    ordered = sorted(brands, key=lambda iri: (iri not in labeled, known.label(iri).casefold()))
    shown = [known.label(iri) for iri in ordered if known.label(drug).casefold() not in known.label(iri).casefold()]
    more = f" and {len(shown) - _BRANDS} more" if len(shown) > _BRANDS else ""
    return f"{known.label(drug)} ({', '.join(shown[:_BRANDS])}{more})" if shown else known.label(drug)


def payers_of(drug: str) -> dict[str, str]:
    """The payers with a document for a drug, as slug and words: of which most was seen first, with how much."""
    seen = payers_by_seen(policies().of_drug(drug), drug, label)
    return {terms.slug(payer): f"{label(payer)} ({item.words})" for payer, item in seen.items()}


@dataclass(frozen=True)
class Uses:
    """The uses of a drug for which some document has criteria: slugs and IRIs, and what they are called in a list.

    Those of most documents in scope that show what they ask come first, then those of others in scope; those of which
    only other documents speak come last, and say so.
    """

    all: dict[str, str]
    words: dict[str, str]


def uses(
    drug: str, sources: str = "primary", day: date | None = None, payers: Iterable[str] = (), request: str = ""
) -> Uses:
    """The uses of a drug, counted in the documents that a page has chosen.

    Args:
        payers: only documents of these are counted, by IRI; all where empty.
        request: what is asked for such a request counts as shown; what is asked for any where empty.
    """
    only = set(payers)

    def counted(authority: str, request: str = "") -> dict[str, int]:
        found = in_scope(graph(), drug, None, authority, day)
        chosen = [policy for policy in found if not only or policy.payer in only]
        return uses_by_documents(chosen, drug, label, request)

    own, every = counted(sources), counted("all")
    found = dict.fromkeys((*counted(sources, request), *own, *every))
    found |= dict.fromkeys(sorted(compared(drug) - set(found), key=lambda use: label(use).casefold()))

    def words(use: str) -> str:
        number = own.get(use, 0)
        if number:
            return f"{label(use)} ({number} document{'' if number == 1 else 's'})"
        return f"{label(use)} ({'only retellings' if use in every else 'no document in scope'})"

    return Uses({terms.slug(use): use for use in found}, {terms.slug(use): words(use) for use in found})


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


def payers_first(drug: str) -> dict[str, str]:
    """All payers, slug and label: first those of whose documents for a drug or product, by its slug, most was seen."""
    known = things()
    found = known.get(f"drug/{drug}") or known.get(f"product/{drug}")
    first = payers_of(names().ingredient(found.iri) or found.iri) if found else {}
    every = payers()
    return {slug: label(every[slug]) for slug in [*first, *(slug for slug in every if slug not in first)]}


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
