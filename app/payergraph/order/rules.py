"""The rules that are put in order: what each document asks of one drug, one use and one kind of request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from .. import terms
from ..choice import Authority, Request
from ..meaning.relations import ASKED_CONDITION, ASKED_FOR, CONDITION, INDICATED
from ..policies.editions import in_scope
from ..policies.library import policies
from ..policies.model import Criterion, Exclusion, Policy, Rule
from ..store.graph import LocalGraph
from ..store.names import names
from . import formula as f
from .background import background
from .ground import Grounder


@dataclass(frozen=True, eq=False)
class Ruled:
    """A policy's rules for the use that ask the same, or a label's.

    Attributes:
        rules: they differ in their plans.
        name: the payer, and what tells it from its other documents and rules.
        asked: the conditions for which a complete chart may ask for the drug: of all that are put in order together.
        formula: when a complete chart meets it, as far as it is shown and computed; None where it shows nothing.
        left_out: the criteria that are left out: what the document does not show, and what a reviewer judges.
    """

    policy: Policy
    rules: tuple[Rule, ...]
    root: Criterion
    name: str
    asked: tuple[str, ...]
    formula: f.Formula | None
    left_out: tuple[Criterion, ...]

    @property
    def id(self) -> str:
        """The id of the first rule."""
        return self.rules[0].id

    @property
    def whole(self) -> bool:
        """Whether the document shows all that it asks, and a chart settles all of it."""
        return not self.left_out and self.rules[0].complete


def documents(graph: LocalGraph, drug: str, authority: Authority, on: date) -> list[Policy]:
    """The labels of a drug, and the policies for it that are in force on a day."""
    labels = [label for label in policies(graph).labels if drug in label.drugs]
    return [*labels, *in_scope(graph, drug, None, authority, on)]


def ruled(graph: LocalGraph, every: Sequence[Policy], drug: str, use: str, request: Request) -> tuple[Ruled, ...]:
    """The rules of some policies and labels for a drug and a use, in their order.

    Args:
        use: an IRI. A chart may ask for the use or for a part of it.
    """
    read, label = policies(graph), names(graph).label
    asked = _asked_for(graph, every, drug, use, request)
    grounder = Grounder(background(graph), asked)
    found = []
    for policy in every:
        groups = _groups(graph, policy, drug, use, request)
        for rules, root in groups:
            shown = grounder.rule(root)
            excluded = [one for one in asked if read.uses.exclusion(policy, one, asked=drug) is not None]
            formula = shown.formula and f.both((shown.formula, *([not_asked_for(excluded)] if excluded else ())))
            name = " ".join(filter(None, _named(policy, rules, every, len(groups) > 1, use, label)))
            found.append(Ruled(policy, rules, root, name, asked, formula, shown.left_out))
    often = Counter(one.name for one in found)
    return tuple(
        replace(one, name=f"{one.name} [{terms.slug(one.id)}]") if often[one.name] > 1 else one for one in found
    )


def _groups(
    graph: LocalGraph, policy: Policy, drug: str, use: str, request: Request
) -> list[tuple[tuple[Rule, ...], Criterion]]:
    """The rules of a policy for a use that ask the same, with what they ask."""
    return [
        (rules, root)
        for _, rules in policies(graph).uses.rules_for(policy, use, request, asked=drug)
        if (root := rules[0].criteria(request)) is not None
    ]


def _asked_for(graph: LocalGraph, chosen: Sequence[Policy], drug: str, use: str, request: Request) -> tuple[str, ...]:
    """What a complete chart may ask for: the use, or the parts of it that some of the documents tell apart."""
    subsumes = names(graph).subsumes
    rules: list[Rule | Exclusion] = [rule for policy in chosen for rule in policy.rules]
    items = rules + [item for policy in chosen for item in policy.exclusions]
    named = {one for item in items for one in item.uses if subsumes(use, one)}
    asked = tuple(_narrowest(graph, named or {use}))
    return told_apart(
        graph, asked, [root for policy in chosen for _, root in _groups(graph, policy, drug, use, request)]
    )


def told_apart(graph: LocalGraph, asked: Sequence[str], roots: Iterable[Criterion]) -> tuple[str, ...]:
    """Some conditions, with the parts in the place of one of which the criteria of rules hold only a part."""
    grounder = Grounder(background(graph), asked)
    left_open = frozenset().union(
        *(
            atom.concepts.open
            for root in roots
            for _, atom in f.atoms(grounder.rule(root).formula or f.TRUE)
            if isinstance(atom, f.Is) and atom.field in (ASKED_CONDITION, INDICATED, CONDITION)
        )
    )
    parts = (one for of in asked if of in left_open for one in names(graph).narrower(of, "Condition"))
    return tuple(_narrowest(graph, {*(one for one in asked if one not in left_open), *parts} or asked))


def _narrowest(graph: LocalGraph, conditions: Iterable[str]) -> list[str]:
    """Those of which no other is a part."""
    every, subsumes = sorted(conditions), names(graph).subsumes
    return [one for one in every if not any(one != other and subsumes(one, other) for other in every)]


def not_asked_for(conditions: Iterable[str]) -> f.Formula:
    """That the drug is asked for none of some conditions."""
    return f.contrary(f.Exists(ASKED_FOR, f.Is(ASKED_CONDITION, f.Concepts(frozenset(conditions)))))


def _named(
    policy: Policy,
    rules: Sequence[Rule],
    every: Sequence[Policy],
    several: bool,
    use: str,
    label: Callable[[str], str],
) -> Iterator[str]:
    """The payer, and what tells the rules from others: the document, a part of the use, the plans."""
    yield label(policy.payer) if policy.payer else "FDA label"
    if policy.payer and sum(other.payer == policy.payer for other in every) > 1:
        yield f"({policy.number or policy.id})"
    if several:
        plans = sorted({label(plan) for rule in rules for plan in rule.plans})
        part = [label(rules[0].indication)] if rules[0].indication != use else []
        yield f"[{', '.join([*part, *plans])}]" if part or plans else ""
