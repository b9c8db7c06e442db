"""The rules that are put in order: what each document asks of one drug, one use and one kind of request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..choice import Request
from ..meaning.relations import ASKED_CONDITION, ASKED_FOR
from ..policies.library import policies
from ..policies.model import Criterion, Policy, Rule
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
        formula: when a complete chart meets it, as far as it is shown and computed; None where it shows nothing.
        left_out: the criteria that are left out: what the document does not show, and what a reviewer judges.
    """

    policy: Policy
    rules: tuple[Rule, ...]
    root: Criterion
    name: str
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


def ruled(graph: LocalGraph, chosen: Iterable[Policy], use: str, request: Request) -> tuple[Ruled, ...]:
    """The rules of some policies and labels for a use, in their order.

    Args:
        use: an IRI. A chart may ask for the use or for a part of it.
    """
    read, label = policies(graph), names(graph).label
    every = list(chosen)
    asked = asked_for(graph, every, use)
    grounder = Grounder(background(graph), asked)
    found = []
    for policy in every:
        groups = [
            (rules, root)
            for _, rules in read.uses.rules_for(policy, use, request)
            if (root := rules[0].criteria(request)) is not None
        ]
        for rules, root in groups:
            shown = grounder.rule(root)
            excluded = [one for one in asked if read.uses.exclusion(policy, one) is not None]
            formula = shown.formula and f.both((shown.formula, *_not_asked_for(excluded)))
            name = " ".join(_named(policy, rules, every, len(groups) > 1, use, label))
            found.append(Ruled(policy, rules, root, name, formula, shown.left_out))
    return tuple(found)


def asked_for(graph: LocalGraph, chosen: Iterable[Policy], use: str) -> tuple[str, ...]:
    """What a complete chart may ask for: the parts of a use that some of the documents tell apart, or the use."""
    named = {
        item.indication
        for policy in chosen
        for item in (*policy.rules, *policy.exclusions)
        if names(graph).subsumes(use, item.indication)
    }
    parts = sorted(one for one in named if not any(one != other and names(graph).subsumes(one, other) for other in named))
    return tuple(parts) or (use,)


def _not_asked_for(excluded: Sequence[str]) -> Iterator[f.Formula]:
    if excluded:
        yield f.contrary(f.Exists(ASKED_FOR, f.Is(ASKED_CONDITION, f.Concepts(frozenset(excluded)))))


def _named(policy, rules, every, several, use, label) -> Iterator[str]:  # type: ignore[no-untyped-def]
    yield label(policy.payer) if policy.payer else "FDA label"
    if sum(other.payer == policy.payer for other in every) > 1 and policy.payer:
        yield f"({policy.number or policy.dated})" if policy.number else f"({policy.id})"
    if several:
        plans = ", ".join(sorted({label(plan) for rule in rules for plan in rule.plans}))
        part = label(rules[0].indication) if rules[0].indication != use else ""
        apart = ", ".join(word for word in (part, plans) if word)
        if apart:
            yield f"[{apart}]"
