"""The graph, read once for all visitors, and the lists that the pages offer. No case ever comes here."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import streamlit as st

import payergraph
from payergraph import terms, wording
from payergraph.browse import quotes as sources
from payergraph.browse.catalogue import Catalogue, Extent
from payergraph.browse.catalogue import catalogue as catalogue_of
from payergraph.browse.catalogue import extent as extent_of
from payergraph.browse.described import Described, describe, turtle
from payergraph.browse.hits import Found, Offer, find
from payergraph.browse.portfolio import Contact, Coverer, Held, PolicyPage, rule_with
from payergraph.browse.portfolio import asked_in as asked_in_of
from payergraph.browse.portfolio import contacts as contacts_of
from payergraph.browse.portfolio import drugs_for as drugs_for_of
from payergraph.browse.portfolio import policies_of_payer as policies_of_payer_of
from payergraph.browse.portfolio import policy_page as policy_page_of
from payergraph.browse.portfolio import uses_of_drug as uses_of_drug_of
from payergraph.browse.published import Address
from payergraph.browse.published import addresses as addresses_of
from payergraph.browse.published import retells as retells_of
from payergraph.browse.things import Thing, Things
from payergraph.browse.things import things as things_of
from payergraph.browse.vocabulary import Word, named_things
from payergraph.browse.vocabulary import vocabulary as vocabulary_of
from payergraph.comparison.conflicts import Conflict
from payergraph.comparison.conflicts import conflicts as conflicts_of
from payergraph.ladders.reading import ladders as ladders_of
from payergraph.policies.editions import in_scope
from payergraph.policies.library import Policies
from payergraph.policies.library import policies as policies_of
from payergraph.policies.model import Policy, Rule
from payergraph.policies.seen import payers_by_seen, uses_by_documents
from payergraph.sparql.parameters import PARAMETER_KINDS, Parameter
from payergraph.sparql.parameters import options as options_of
from payergraph.sparql.questions import library
from payergraph.store.graph import LocalGraph
from payergraph.store.names import Names
from payergraph.store.names import names as names_of
from payergraph.verdict.asked import suggested

from . import pages

#: Whose documents a page reads, by what its address says of it.
SOURCES = {"primary": "Payers' own documents", "all": "Retellings too"}
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
    """What a drug is called, with its brands, those first that documents name: ``dupilumab (Dupixent)``."""
    return _drug_label(graph(), iri)


@lru_cache(maxsize=512)
def _drug_label(of: LocalGraph, drug: str) -> str:
    known = names_of(of)
    products = [iri for iri in known.of_kinds(("Product",)) if known.ingredient(iri) == drug]
    brands = [one for one in products if not any(one != other and known.subsumes(other, one) for other in products)]
    labeled = {product for item in policies_of(of).labels for product in item.products}
    titles = [policy.label for policy in policies_of(of).of_drug(drug)]
    titled = {iri: sum(known.label(iri) in title for title in titles) for iri in brands}
    ordered = sorted(brands, key=lambda iri: (iri not in labeled, -titled[iri], known.label(iri).casefold()))
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

    def with_condition(self, slug: str) -> Uses:
        """The same, with a condition for which no document has criteria, so that this can be said of it."""
        condition = things().get(f"condition/{slug}")
        if slug in self.all or condition is None:
            return self
        words = f"{condition.label} (no document has criteria)"
        return Uses(self.all | {slug: condition.iri}, self.words | {slug: words})


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
            return f"{label(use)} ({wording.counted(number, 'document')})"
        return f"{label(use)} ({'only retellings' if use in every else 'no document in scope'})"

    return Uses({terms.slug(use): use for use in found}, {terms.slug(use): words(use) for use in found})


def catalogue() -> Catalogue:
    """What the graph holds."""
    return catalogue_of(graph())


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


def plans_of(payer: str) -> dict[str, str]:
    """The plans of a payer, slug and label; all where it is empty."""
    labels = choices(("Plan",))
    of = plans()
    return {plan: word for plan, word in labels.items() if not payer or of.get(plan) == payer}


def denied_drugs() -> dict[str, str]:
    """Every drug, slug and label with brands: those with policies first."""
    return _denied_drugs(graph())


@lru_cache(maxsize=2)
def _denied_drugs(of: LocalGraph) -> dict[str, str]:
    return {slug: _drug_label(of, iri) for slug, iri in (drugs() | by_label(names_of(of).of_kinds(("Drug",)))).items()}


def states() -> dict[str, str]:
    """The states, slug and label."""
    return choices(("State",))


def overseers(state: str) -> dict[str, str]:
    """The regulators that tell the plans of a state apart, slug and label; those of every state where it is empty."""
    found = (
        ladder.oversight
        for ladder in ladders_of(graph()).ladders
        if ladder.oversight and (not state or terms.thing("state", state).value in ladder.states)
    )
    return {slug: label(iri) for slug, iri in by_label(found).items()}


def stages() -> dict[str, str]:
    """What can be asked for after a denial, in order, slug and label."""
    steps = {step for ladder in ladders_of(graph()).ladders for step in ladder.steps}
    ordered = sorted(steps, key=lambda step: step.position)
    return {step.stage: step.stage_label for step in ordered if step.stage != "first-decision"}


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


def found(text: str, *, typing: bool = False) -> Found:
    """What a text in the search may mean; while it is typed, its last word may be unfinished."""
    return find(graph(), text, _offers(), typing=typing)


@lru_cache(maxsize=1)
def _offers() -> tuple[Offer, ...]:
    """The pages and the stored questions. What is done after a denial is found by itself."""
    shown = (Offer(page.name, page.title, about=page.about) for page in pages.PAGES if page.name != "denied")
    asked = (
        Offer(
            "questions",
            question.title,
            question.name,
            question.group,
            frozenset(one.name for one in question.parameters),
        )
        for question in library()
    )
    return (*shown, *asked)


def extent() -> Extent:
    """How much the graph holds."""
    return extent_of(graph())


# --- the pages of things --------------------------------------------------------------------------


def addresses(document: str) -> tuple[Address, ...]:
    """Where a document was published."""
    return addresses_of(graph(), document)


def retells(iri: str) -> bool:
    """Whether a document, a policy or what belongs to one only retells."""
    return _retells(graph(), iri)


@lru_cache(maxsize=4096)
def _retells(of: LocalGraph, iri: str) -> bool:
    return retells_of(of, iri)


def policy_page(policy: Policy) -> PolicyPage:
    """What stands on the page of a policy."""
    return _policy_page(graph(), policy)


@lru_cache(maxsize=64)
def _policy_page(of: LocalGraph, policy: Policy) -> PolicyPage:
    return policy_page_of(of, policy)


def policies_of_payer(payer: str) -> tuple[Held, ...]:
    """The policies of a payer, by drug."""
    return policies_of_payer_of(graph(), payer)


def contacts(described: Described) -> tuple[Contact, ...]:
    """How a thing is reached."""
    return contacts_of(graph(), described)


def uses_of_drug(drug: str) -> tuple[Coverer, ...]:
    """The uses of a drug, and who covers them."""
    return _uses_of_drug(graph(), drug)


@lru_cache(maxsize=32)
def _uses_of_drug(of: LocalGraph, drug: str) -> tuple[Coverer, ...]:
    return uses_of_drug_of(of, drug)


def drugs_for(condition: str) -> tuple[Coverer, ...]:
    """The drugs for which some document has criteria for a condition."""
    return _drugs_for(graph(), condition)


@lru_cache(maxsize=64)
def _drugs_for(of: LocalGraph, condition: str) -> tuple[Coverer, ...]:
    return drugs_for_of(of, condition)


def policy(iri: str) -> Policy | None:
    """The policy or label of this IRI."""
    return next((one for one in policies().every if one.iri == iri), None)


def rule(iri: str) -> tuple[Policy, Rule] | None:
    """The rule of this IRI with its policy or label."""
    return rule_with(graph(), iri)


def asked_in(criterion: str) -> tuple[tuple[Policy, Rule], ...]:
    """The rules that ask for a criterion."""
    return asked_in_of(graph(), criterion)


def query_words() -> tuple[Word, ...]:
    """What an editor of queries offers: the terms, and the things that are most asked about."""
    return vocabulary() + named_things(graph())
