"""What is told of steps and ages, against the criteria."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ...policies.model import Criterion, Policy, Rule
from .ground import Ground, Statement, aspect_iri
from .model import Conflict, Kind


def find(ground: Ground) -> Iterator[Conflict]:
    """A statement that a therapy must be tried first, against rules that can be met without it; and a statement of
    an age against a rule with another."""
    for item in ground.by_aspect[aspect_iri("step-therapy-rule")]:
        if item.answer is None or item.answer.measure != "thing":
            continue
        for policy, rule in ground.rules_of(item):
            if rule.complete and rule.initial and not _demands(ground, rule.initial, str(item.answer.low)):
                asked = [c for c in rule.initial.conjuncts() if c.leaves[0].dimension == "prior therapy"]
                yield _told(ground, policy, rule, item, "prior therapy", asked)
    for item in ground.by_aspect[aspect_iri("age-requirement")]:
        if item.answer is None or item.answer.measure != "duration":
            continue
        for policy, rule in ground.rules_of(item):
            asked = ground.leaves(rule, "age")
            ages = {Decimal(leaf.terms["minimumAge"].value) * 12 for leaf in asked if "minimumAge" in leaf.terms}
            if rule.complete and item.answer.low not in ages:
                yield _told(ground, policy, rule, item, "age", asked)


def _told(
    ground: Ground, policy: Policy, rule: Rule, item: Statement, dimension: str, asked: Sequence[Criterion]
) -> Conflict:
    kind = Kind.CONTRADICTS_ITSELF if policy.source == item.source else Kind.RETELLING_DIFFERS
    sides = (ground.titled(item), *ground.criteria_sides(policy, rule, asked, ground.silence(policy, ())))
    differs = f"Told as required: {item.text}, which the criteria on {dimension} can be met without."
    matters = "A request that meets the one may fail the other."
    weight = 2 if item.hedged else 3
    return ground.rule_conflict(kind, policy, rule.indication, dimension, differs, matters, sides, weight)


def _demands(ground: Ground, root: Criterion, therapy: str) -> bool:
    """Whether no case can meet a tree without the therapy."""
    if root.kind == "AllOf":
        return any(_demands(ground, child, therapy) for child in root.children)
    if root.kind == "AnyOf":
        return all(_demands(ground, child, therapy) for child in root.children)
    if "therapyGroups" not in root.terms:
        return False
    held = [
        any(ground.names.subsumes(therapy, one) for one in ground.members(group) or (group,))
        for group in ground.members(root.terms["therapyGroups"].value)
    ]
    return any(held) if root.terms.get("everyMember") is not None else all(held)
