"""A therapy that a document lets the drug be combined with, against its own criteria that rule it out."""

from __future__ import annotations

from collections.abc import Iterator

from ...policies.model import Criterion, Policy, Rule
from . import telling
from .ground import Ground, aspect_iri
from .model import Conflict, Kind
from .statements import Statement


def find(ground: Ground) -> Iterator[Conflict]:
    """Combinations that one place allows and the criteria exclude; what is told of the label (with its citation) is
    left out, and what the same place excepts."""
    for item in ground.by_aspect[aspect_iri("combination-allowed")]:
        if item.answer is None or item.answer.measure != "thing" or item.cites:
            continue
        for policy in ground.policies_in(item.source):
            if item.about not in (policy.iri, *policy.drugs):
                continue
            for indication, rules in ground.by_indication(policy):
                if indication not in item.scopes:
                    continue
                for leaf in rules[0].initial.affirmed if rules[0].initial else ():
                    if ruled_out := _ruled_out(ground, item, leaf):
                        yield _conflict(ground, policy, rules[0], item, leaf, ruled_out)


def _ruled_out(ground: Ground, item: Statement, leaf: Criterion) -> set[str]:
    """What a criterion excludes of what a statement allows."""
    if "excludedGroups" not in leaf.parameters:
        return set()
    assert item.answer is not None
    excepted = {
        str(other.answer.low)
        for other in ground.said_in(item.source, "combination-excluded")
        if other.answer is not None and other.section == item.section
    }
    return {
        one
        for group in ground.members(leaf.parameters["excludedGroups"].value)
        for one in (ground.members(group) or (group,))
        if ground.names.subsumes(str(item.answer.low), one)
        and not any(ground.names.subsumes(other, one) for other in excepted)
    }


def _conflict(
    ground: Ground, policy: Policy, rule: Rule, item: Statement, leaf: Criterion, ruled_out: set[str]
) -> Conflict:
    return telling.rule_conflict(
        ground,
        Kind.CONTRADICTS_ITSELF,
        policy,
        rule.indication,
        "what may be combined",
        f"One place allows {item.text}; the criteria exclude {ground.listed(ruled_out)}, which it holds.",
        "A combination that one place allows is refused by the other.",
        (telling.titled(ground, item), *telling.criteria_sides(ground, policy, rule, [leaf], "")),
        2,
    )
