"""Uses that a document names in its header or its background, against its own rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..policy import Policy
from .ground import Ground, Statement, aspect_iri
from .model import Conflict, Kind

# Where a document names uses beside its rules, and how much it weighs that the rules cover more.
_USES = {"covered-use": ("use named as covered", 3), "fda-approved-use": ("use named as approved", 2)}


def find(ground: Ground) -> Iterator[Conflict]:
    """A header or a background names uses; the rules of the same document cover more of the disease, or the list of
    uses is whole and a use named as covered is not in it."""
    for policy in ground.policies.all:
        for name, (question, weight) in _USES.items():
            told = [
                item
                for item in ground.by_aspect[aspect_iri(name)]
                if item.source == policy.source
                and item.about in (policy.iri, policy.drug)
                and item.answer is not None
                and item.answer.measure == "thing"
            ]
            yield from _wider_rules(ground, policy, told, question, weight)
        yield from _uses_without_rule(ground, policy)


def _wider_rules(
    ground: Ground, policy: Policy, told: Sequence[Statement], question: str, weight: int
) -> Iterator[Conflict]:
    covered = {str(item.answer.low) for item in told if item.answer is not None}
    for indication, rules in ground.by_indication(policy):
        beyond = [use for use in ground.uses(rules) if not any(ground.names.subsumes(c, use) for c in covered)]
        narrower = [
            item
            for item in told
            if item.answer is not None
            and item.answer.low != indication
            and ground.names.subsumes(indication, str(item.answer.low))
        ]
        if beyond and narrower:
            sides = (
                *(ground.titled(item) for item in narrower),
                ground.rule_side(policy, rules[0], f"also {ground.listed(beyond)}"),
            )
            yield ground.rule_conflict(Kind.CONTRADICTS_ITSELF, policy, indication, question, sides, weight)


def _uses_without_rule(ground: Ground, policy: Policy) -> Iterator[Conflict]:
    if not policy.indications_complete:
        return
    for name in ("covered-use", "compendial-use", "fda-approved-use"):
        for item in ground.by_aspect[aspect_iri(name)]:
            if item.source != policy.source or item.about not in (policy.iri, policy.drug):
                continue
            if item.answer is None or item.answer.measure != "thing":
                continue
            use = str(item.answer.low)
            related = (
                rule
                for rule in policy.rules
                if ground.names.subsumes(rule.indication, use) or ground.names.subsumes(use, rule.indication)
            )
            if next(related, None) is None:
                listed = ground.listed(sorted({rule.indication for rule in policy.rules}))
                sides = (ground.titled(item), ground.policy_side(policy, f"rules for {listed} only"))
                yield ground.rule_conflict(Kind.CONTRADICTS_ITSELF, policy, use, ground.label(item.aspect), sides, 2)
