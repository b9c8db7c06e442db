"""Alternatives that are told to be preferred, against the products that the criteria ask to be tried first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ...criteria import prior_therapy
from ...policies.model import Criterion, Policy, Rule
from . import telling
from .ground import Ground, aspect_iri
from .model import Conflict, Kind, joined
from .statements import Statement


def find(ground: Ground) -> Iterator[Conflict]:
    """Alternatives that no list of products of the criteria holds; that the criteria name more is no difference."""
    told: defaultdict[tuple[str, str, str], list[Statement]] = defaultdict(list)
    rules: dict[tuple[str, str, str], tuple[Policy, Rule]] = {}
    for item in ground.by_aspect[aspect_iri("preferred-alternative")]:
        if item.answer is None or item.answer.measure != "thing":
            continue
        for policy, rule in ground.rules_of(item):
            key = item.source, policy.iri, rule.indication
            told[key].append(item)
            rules[key] = policy, rule
    for key, items in told.items():
        policy, rule = rules[key]
        asked = [leaf for leaf in ground.leaves(rule, prior_therapy.KIND) if _products(ground, leaf)]
        listed = {one for leaf in asked for one in _products(ground, leaf)}
        listed |= _elsewhere(ground, policy, items)
        beyond = [item for item in items if not any(ground.related(_one(item), product) for product in listed)]
        if not asked or not beyond or any(ground.is_open(leaf) for leaf in asked):
            continue
        kind = Kind.CONTRADICTS_ITSELF if policy.source == items[0].source else Kind.RETELLING_DIFFERS
        named = joined(sorted(ground.label(_one(item)) for item in beyond))
        side = telling.joint_side(ground, items, f"preferred: {joined([item.text for item in items])}")
        yield telling.rule_conflict(
            ground,
            kind,
            policy,
            rule.indication,
            "preferred alternatives",
            f"Told as preferred, and not among the products of the criteria: {named}.",
            "A trial of it may not count towards what the criteria ask.",
            (side, *telling.criteria_sides(ground, policy, rule, asked, "")),
            2,
        )


def _elsewhere(ground: Ground, policy: Policy, items: list[Statement]) -> set[str]:
    """What the criteria of other uses name, where a document tells its preferred alternatives once for all uses."""
    if policy.source != items[0].source or any(ground.uses_of(item) for item in items):
        return set()
    leaves = [leaf for rule in policy.rules for leaf in ground.leaves(rule, prior_therapy.KIND)]
    return {one for leaf in leaves for one in _products(ground, leaf)}


def _products(ground: Ground, leaf: Criterion) -> set[str]:
    """The therapies of a criterion that names products; none of one that names classes or ingredients alone."""
    groups = leaf.parameters.get("therapyGroups")
    members = ground.members(groups.value) if groups is not None else ()
    held = {one for member in members for one in (ground.members(member) or (member,))}
    return held if any(ground.types.get(one) == "Product" for one in held) else set()


def _one(item: Statement) -> str:
    assert item.answer is not None
    return str(item.answer.low)
