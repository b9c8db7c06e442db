"""What is told of steps, laboratory bounds and ages, against the criteria."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ... import terms
from ...criteria import Status, age, measurement, prior_therapy
from ...policies.gates import Step, value
from ...policies.model import Criterion, Policy, Rule
from . import telling
from .ground import Ground, aspect_iri
from .model import Conflict, Kind
from .statements import Answer, Statement, quantity


@dataclass(frozen=True)
class _Told:
    """A statement of what is required, with a rule that can be met without it and what that asks of the kind."""

    policy: Policy
    rule: Rule
    item: Statement
    question: str
    what: str
    asked: tuple[Criterion, ...]

    @property
    def key(self) -> Hashable:
        return self.policy.iri, self.rule.iri, self.item.source, self.question, self.what, self.item.answer


def find(ground: Ground) -> Iterator[Conflict]:
    """One conflict for all places of a document that say the same, and for all uses with the same criteria."""
    places: defaultdict[Hashable, list[_Told]] = defaultdict(list)
    for told in _apart(ground):
        places[told.key].append(told)
    yield from telling.joined_by_use(ground, (_conflict(ground, group) for group in places.values()))


def _apart(ground: Ground) -> Iterator[_Told]:
    yield from _steps(ground)
    yield from _laboratory_bounds(ground)
    yield from _ages(ground)


def _steps(ground: Ground) -> Iterator[_Told]:
    """A statement that a therapy must be tried first, against rules that can be met without it; what is named as an
    example, beside others that count, need not be tried."""
    for item in ground.by_aspect[aspect_iri("step-therapy-rule")]:
        if item.answer is None or item.answer.measure != "thing" or item.open_ended:
            continue
        for policy, rule in ground.rules_of(item):
            if rule.complete and rule.initial and not _demands(ground, rule.initial, _therapy(str(item.answer.low))):
                parts = rule.initial.conjuncts()
                asked = tuple(part for part in parts if part.leaves[0].kind == prior_therapy.KIND.name)
                yield _Told(policy, rule, item, "prior therapy", ground.label(item.aspect), asked)


def _laboratory_bounds(ground: Ground) -> Iterator[_Told]:
    """A statement that a laboratory result must reach a bound, against rules that can be met without it."""
    for item in ground.by_aspect[aspect_iri("criteria-summary")]:
        tests = [scope for scope in item.scopes if terms.local(scope).startswith("lab/")]
        if item.answer is None or item.comparator != "AtLeast" or len(tests) != 1:
            continue
        for policy, rule in ground.rules_of(item):
            if rule.complete and rule.initial and not _demands(ground, rule.initial, _bound(tests[0], item.answer)):
                asked = tuple(leaf for leaf in rule.initial.leaves if _tests(leaf, tests[0]))
                yield _Told(policy, rule, item, "laboratory bound", ground.label(tests[0]), asked)


def _ages(ground: Ground) -> Iterator[_Told]:
    """A statement of an age, against rules with another."""
    for item in ground.by_aspect[aspect_iri("age-requirement")]:
        if item.answer is None or item.answer.measure != "duration":
            continue
        for policy, rule in ground.rules_of(item):
            bounds = tuple(ground.leaves(rule, age.KIND))
            years = [leaf.parameters.number("minimumAge") for leaf in bounds]
            months = {number * 12 for number in years if number is not None}
            if rule.complete and item.answer.low not in months and ground.asks_plainly(rule, age.KIND):
                yield _Told(policy, rule, item, "age", ground.label(item.aspect), bounds)


def _conflict(ground: Ground, places: Sequence[_Told]) -> Conflict:
    group = sorted(places, key=lambda told: told.item.hedged or told.item.limited)
    first = group[0]
    policy, rule, question = first.policy, first.rule, first.question
    kind = Kind.CONTRADICTS_ITSELF if policy.source == first.item.source else Kind.RETELLING_DIFFERS
    shown = [replace(side := telling.side(ground, told.item), value=f"{told.what}: {side.value}") for told in group]
    sides = (*shown, *telling.criteria_sides(ground, policy, rule, first.asked, telling.silence(ground, policy, ())))
    differs = f"Told as required: {first.what}: {first.item.text}. The criteria can be met without it."
    matters = "A request that meets the one may fail the other."
    weight = 2 if first.item.hedged or first.item.limited else 3
    return telling.rule_conflict(ground, kind, policy, rule.indication, question, differs, matters, sides, weight)


def _demands(ground: Ground, root: Criterion, asks: Callable[[Ground, Criterion], bool]) -> bool:
    """Whether no case can meet a tree without a leaf that asks so."""

    def demanded(step: Step) -> Status:
        return Status.NOT_MET if step.met and asks(ground, step.criterion) else Status.MET

    return value(Step(root), demanded) is Status.NOT_MET


def _therapy(therapy: str) -> Callable[[Ground, Criterion], bool]:
    """Whether a criterion can only be met by a therapy."""

    def asks(ground: Ground, leaf: Criterion) -> bool:
        if "therapyGroups" not in leaf.parameters:
            return False
        held = [
            any(ground.names.subsumes(therapy, one) for one in ground.members(group) or (group,))
            for group in ground.members(leaf.parameters["therapyGroups"].value)
        ]
        return any(held) if leaf.parameters.true("everyMember") else all(held)

    return asks


def _bound(test: str, bound: Answer) -> Callable[[Ground, Criterion], bool]:
    """Whether a criterion can only be met by a result of a test that reaches a bound."""

    def asks(ground: Ground, leaf: Criterion) -> bool:
        given = leaf.parameters
        if not _tests(leaf, test) or (given.true("anyBound") and sum(name in given for name in measurement.BOUNDS) > 1):
            return False
        for least in filter(None, map(given.number, ("atLeastValue", "aboveValue"))):
            held = quantity(ground.names, least, least, given.iri("valueUnit"))
            assert isinstance(held.low, Decimal) and isinstance(bound.low, Decimal)
            if (held.measure, held.scale) == (bound.measure, bound.scale) and held.low >= bound.low:
                return True
        return False

    return asks


def _tests(leaf: Criterion, test: str) -> bool:
    return leaf.parameters.iri("measured") == test
