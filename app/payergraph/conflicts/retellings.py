"""A retelling against the policy that it retells; two retellings of one payer whose original is not in the graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from ..criteria import DIMENSIONS
from ..policy import Criterion, Policy, Rule
from .ground import Ground
from .model import Conflict, Kind


def find(ground: Ground) -> Iterator[Conflict]:
    """One conflict where the same criteria of two policies differ for several uses."""
    merged: dict[Hashable, Conflict] = {}
    for item in _pairs(ground):
        key = item.kind, item.about, item.question, item.sides
        if key in merged:
            use = item.subject.removeprefix(f"{ground.label(item.about)}: ")
            item = replace(item, subject=f"{merged[key].subject}, {use}")
        merged[key] = item
    yield from merged.values()


def _pairs(ground: Ground) -> Iterator[Conflict]:
    by_case: defaultdict[tuple[str, str], list[Policy]] = defaultdict(list)
    for policy in ground.policies.all:
        if policy.iri not in ground.replaced:
            by_case[policy.payer, policy.drug].append(policy)
    for group in by_case.values():
        primary = [policy for policy in group if policy.authority == "primary"]
        secondary = [policy for policy in group if policy.authority == "secondary"]
        for told in secondary:
            originals = [policy for policy in ground.policies.all if policy.iri in told.restates] or primary
            for original in originals:
                if original.iri not in told.supersedes:
                    yield from _compared(ground, told, original, Kind.RETELLING_DIFFERS)
        if not primary:
            for one, other in combinations(secondary, 2):
                if one.source != other.source and not {one.iri, other.iri} & {*one.supersedes, *other.supersedes}:
                    yield from _compared(ground, one, other, Kind.SOURCES_DIFFER)


def _compared(ground: Ground, told: Policy, original: Policy, kind: Kind) -> Iterator[Conflict]:
    """Rule by rule and dimension by dimension; what an excerpt does not show is left open."""
    for indication, rules in ground.by_indication(told):
        rule = rules[0]
        matches = [group for _, group in ground.policies.rules_for(original, indication, "initial")]
        if not matches:
            if original.indications_complete:
                sides = (
                    ground.rule_side(told, rule, "covered"),
                    ground.policy_side(original, "not among the uses listed"),
                )
                yield ground.rule_conflict(kind, told, indication, "covered use", sides, 3)
            continue
        other = matches[0][0]
        for request in ("initial", "continuation"):
            yield from _compared_trees(ground, told, rule, original, other, request, kind)
        for name, mine, theirs in (
            ("initial approval", rule.initial_months, other.initial_months),
            ("renewed approval", rule.continuation_months, other.continuation_months),
        ):
            if mine is not None and theirs is not None and mine != theirs:
                sides = (
                    ground.rule_side(told, rule, f"{mine} months"),
                    ground.rule_side(original, other, f"{theirs} months"),
                )
                yield ground.rule_conflict(kind, told, indication, name, sides, 3)


def _compared_trees(
    ground: Ground, told: Policy, rule: Rule, original: Policy, other: Rule, request: str, kind: Kind
) -> Iterator[Conflict]:
    mine, theirs = rule.criteria(request), other.criteria(request)
    if mine is None or theirs is None:
        return
    here, there = _by_dimension(ground, mine, rule), _by_dimension(ground, theirs, other)
    questions: Iterable[tuple[str, Sequence[Criterion], Sequence[Criterion]]]
    if request == "initial":
        questions = [(name, here.get(name, []), there.get(name, [])) for name in DIMENSIONS]
    else:
        # What a renewal repeats from the first request has been compared there; the rest is one question.
        questions = [("renewal", _added(ground, here, rule), _added(ground, there, other))]
    for question, asked, expected in questions:
        if {_sign(ground, c) for c in asked} == {_sign(ground, c) for c in expected}:
            continue
        if (not asked and not rule.complete) or (not expected and not other.complete):
            continue
        sides = (
            *ground.criteria_sides(told, rule, asked),
            *ground.criteria_sides(original, other, expected),
        )
        weight = 2 if question in ("documents", "left open") else 3
        yield ground.rule_conflict(kind, told, rule.indication, question, sides, weight)


def _added(ground: Ground, parts: dict[str, list[Criterion]], rule: Rule) -> list[Criterion]:
    first = {_sign(ground, c) for c in rule.initial.conjuncts()} if rule.initial else set()
    return [c for found in parts.values() for c in found if _sign(ground, c) not in first]


def _by_dimension(ground: Ground, root: Criterion, rule: Rule) -> dict[str, list[Criterion]]:
    """The parts of a tree that all have to hold, by the dimension of their first leaf; without the use, what is not
    shown, and a diagnosis that only repeats the use."""
    found: dict[str, list[Criterion]] = {}
    for part in root.conjuncts():
        dimension = part.leaves[0].dimension
        if dimension not in ("use", "not shown") and not _repeats(ground, part, rule.indication):
            found.setdefault(dimension, []).append(part)
    return found


def _repeats(ground: Ground, part: Criterion, indication: str) -> bool:
    if part.kind != "DiagnosisCriterion" or set(part.terms) != {"conditions"}:
        return False
    named = {end for one in ground.members(part.terms["conditions"].value) for end in ground.ends(one)}
    return named >= ground.ends(indication)


def _sign(ground: Ground, criterion: Criterion) -> Hashable:
    return ground.policies.signature(criterion)
