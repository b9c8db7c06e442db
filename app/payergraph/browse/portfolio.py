"""What the pages of a policy, a payer, a drug and a condition lay out: uses, editions, policies, contacts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox

from .. import terms
from ..choice import Authority, Standing
from ..comparison.covered import UseState, coverage, entry
from ..policies.library import policies
from ..policies.model import Policy, Rule
from ..policies.seen import uses_by_documents
from ..store.graph import LocalGraph
from ..store.names import names
from .described import Described
from .things import things

# --- a policy -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PolicyPage:
    """A policy as a whole.

    Attributes:
        stated: what it says of each use that it names itself, a rule or an exclusion each: those covered first.
        others: the uses, by IRI, that other documents for its drugs cover, each with what it says of them.
        earlier, later: the editions that it replaces, and those that replace it, by date.
        restates, restated_by: the documents that it retells, and the retellings of it.
        other_editions: policies that speak of another edition of the same document.
    """

    policy: Policy
    stated: tuple[UseState, ...]
    others: tuple[tuple[str, UseState], ...]
    earlier: tuple[Policy, ...]
    later: tuple[Policy, ...]
    restates: tuple[Policy, ...]
    restated_by: tuple[Policy, ...]
    other_editions: tuple[Policy, ...]


def policy_page(graph: LocalGraph, policy: Policy) -> PolicyPage:
    """What stands on the page of a policy."""
    read, label = policies(graph), names(graph).label
    known = {item.iri: item for item in read.all}
    own = dict.fromkeys(use for rule in policy.rules for use in rule.uses)
    own |= dict.fromkeys(use for item in policy.exclusions for use in item.uses)
    elsewhere = dict.fromkeys(
        use for drug in policy.drugs for use in uses_by_documents(read.of_drug(drug), drug, label) if use not in own
    )
    other = _other_editions(graph, policy.iri)
    return PolicyPage(
        policy,
        tuple({one.fact: one for use in own if (one := entry(graph, policy, use)).use}.values()),
        tuple((use, entry(graph, policy, use)) for use in elsewhere),
        earlier=_by_date(known[iri] for iri in policy.supersedes if iri in known),
        later=_by_date(item for item in read.all if policy.iri in item.supersedes),
        restates=_by_date(known[iri] for iri in policy.restates if iri in known),
        restated_by=_by_date(item for item in read.all if policy.iri in item.restates),
        other_editions=_by_date(item for item in read.all if item.iri in other),
    )


def _by_date(found: Iterable[Policy]) -> tuple[Policy, ...]:
    return tuple(sorted(found, key=lambda item: (item.effective or date.max, item.id)))


def _other_editions(graph: LocalGraph, iri: str) -> set[str]:
    node, said = ox.NamedNode(iri), terms.pg("otherEditionOf")
    out = (quad.object for quad in graph.store.quads_for_pattern(node, said, None))
    into = (quad.subject for quad in graph.store.quads_for_pattern(None, said, node))
    return {term.value for term in (*out, *into) if isinstance(term, ox.NamedNode)}


def rule_with(graph: LocalGraph, iri: str) -> tuple[Policy, Rule] | None:
    """A rule with its policy or label; None where this is no rule."""
    read = policies(graph)
    return next(((item, rule) for item in read.every for rule in item.rules if rule.iri == iri), None)


def asked_in(graph: LocalGraph, criterion: str) -> tuple[tuple[Policy, Rule], ...]:
    """The rules that ask for a criterion, given by IRI, each with its policy or label."""
    read = policies(graph)
    return tuple(
        (item, rule)
        for item in read.every
        for rule in item.rules
        if any(
            root and any(node.iri == criterion for node in root.walk()) for root in (rule.initial, rule.continuation)
        )
    )


# --- a payer --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """A policy of a payer for one of its drugs.

    Attributes:
        newest: whether no later edition of it is known.
    """

    drug: str
    policy: Policy
    newest: bool


@dataclass(frozen=True)
class Contact:
    """A number, an address or a portal of a payer, once, with what each document says it is for.

    Attributes:
        value: as the first document writes it.
        told: for what it is, in words; the statement; and its document; by IRI.
    """

    value: str
    told: tuple[tuple[str, str, str], ...]


def policies_of_payer(graph: LocalGraph, payer: str) -> tuple[Held, ...]:
    """The policies of a payer: by drug, its own documents first, the newest edition of each first."""
    every, label = policies(graph).all, names(graph).label
    old = {iri for policy in every for iri in policy.supersedes}
    found = [
        Held(drug, policy, policy.iri not in old) for policy in every if policy.payer == payer for drug in policy.drugs
    ]

    def order(one: Held) -> tuple[str, bool, bool, int, str]:
        day = one.policy.effective
        retold = one.policy.authority is not Standing.PRIMARY
        return label(one.drug).casefold(), retold, not one.newest, -day.toordinal() if day else 0, one.policy.id

    return tuple(sorted(found, key=order))


#: Aspects whose value reaches somebody: phones, fax numbers, post, portals.
_REACHED = ("-phone", "fax-number", "phone-in-letters", "mailing-address", "portal")


def contacts(graph: LocalGraph, described: Described) -> tuple[Contact, ...]:
    """How the thing that a page describes is reached, each number once, those with most documents first."""
    label, known = names(graph).label, things(graph)
    written: dict[str, str] = {}
    told: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for source in described.sources:
        for said in source.statements:
            if not terms.slug(said.aspect.thing).endswith(_REACHED):
                continue
            quads = graph.store.quads_for_pattern(ox.NamedNode(said.iri), terms.pg("value"), None)
            for quad in quads:
                if not isinstance(quad.object, (ox.NamedNode, ox.Literal)):
                    continue
                named = isinstance(quad.object, ox.NamedNode)
                value = known.label(quad.object.value) if named else quad.object.value
                key = _same(value)
                written.setdefault(key, value)
                told[key].append((label(said.aspect.thing), said.iri, source.document.thing))
    ordered = sorted(told, key=lambda key: (-len({of for *_, of in told[key]}), written[key].casefold()))
    return tuple(Contact(written[key], tuple(dict.fromkeys(told[key]))) for key in ordered)


def _same(value: str) -> str:
    """What tells contacts apart: of a number its digits without the country's, of others the letters."""
    digits = "".join(sign for sign in value if sign.isdigit())
    if len(digits) >= 10 and not any(sign.isalpha() for sign in value):
        return digits.removeprefix("1") if len(digits) == 11 else digits
    return value.casefold()


# --- a drug, a condition --------------------------------------------------------------------------


@dataclass(frozen=True)
class Coverer:
    """How payers' documents stand to one use of one drug.

    Attributes:
        labeled: the rules of the drug's labels for this very use, by IRI.
        covering: the payers with criteria for it, by IRI; ``whole`` those of whom they were seen whole.
        narrower, excluding: the payers that cover a narrower use only, and that name it as not covered.
        silent: of how many payers the documents do not list or do not show it.
        retold: those of ``covering`` of whom only retellings say so.
    """

    drug: str
    use: str
    labeled: tuple[str, ...]
    covering: tuple[str, ...]
    whole: tuple[str, ...]
    narrower: tuple[str, ...]
    excluding: tuple[str, ...]
    silent: int
    retold: frozenset[str]


def uses_of_drug(graph: LocalGraph, drug: str) -> tuple[Coverer, ...]:
    """The uses of a drug, those of most documents first; retellings count, and are told."""
    found = []
    for chart in coverage(graph, drugs=[drug], authority=Authority.ALL):
        for row in chart.rows:
            by_payer = dict(zip(chart.payers, row.cells, strict=True))
            covering = {
                payer: [one for one in cell.entries if one.state.startswith("covered")]
                for payer, cell in by_payer.items()
            }
            covering = {payer: entries for payer, entries in covering.items() if entries}
            rest = {payer: cell.states for payer, cell in by_payer.items() if payer not in covering}
            narrower = tuple(payer for payer, states in rest.items() if "narrower covered" in states)
            excluding = tuple(payer for payer, states in rest.items() if "excluded" in states and payer not in narrower)
            retold = (
                payer
                for payer, entries in covering.items()
                if all(one.policy.authority is not Standing.PRIMARY for one in entries)
            )
            found.append(
                Coverer(
                    drug,
                    row.indication,
                    _labeled(graph, drug, row.indication),
                    tuple(covering),
                    tuple(p for p, entries in covering.items() if any(one.state == "covered" for one in entries)),
                    narrower,
                    excluding,
                    len(rest) - len(narrower) - len(excluding),
                    frozenset(retold),
                )
            )
    return tuple(found)


def drugs_for(graph: LocalGraph, condition: str) -> tuple[Coverer, ...]:
    """The drugs for which some document has criteria for a condition, those of most payers first."""
    read, label = policies(graph), names(graph).label
    drugs = {drug for item in read.all for rule in item.rules if condition in rule.uses for drug in rule.drugs}
    found = (one for drug in drugs for one in uses_of_drug(graph, drug) if one.use == condition)
    return tuple(sorted(found, key=lambda one: (-len(one.covering), label(one.drug).casefold())))


def _labeled(graph: LocalGraph, drug: str, use: str) -> tuple[str, ...]:
    return tuple(
        rule.iri
        for item in policies(graph).labels
        if drug in item.drugs
        for rule in item.rules
        if use in rule.uses and drug in rule.drugs
    )
