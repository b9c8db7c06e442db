"""What is measured: of a rule, of a policy beside its drug's label, and between policies."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ...policies.model import Policy, Rule

#: How a policy stands to a labeled indication.
CATEGORIES = ("consistent", "more restrictive", "less restrictive", "mixed", "not covered", "not shown")
#: Where the least demanding route stands.
POSITIONS = ("first line", "after conventional therapy", "after a biologic or targeted drug")
#: What is asked of the prescriber, the least first. The least is ``not shown`` where a rule was seen in part.
PRESCRIBERS = ("none", "consultation suffices", "specialist only")
#: More routes than these are not followed; ``RuleMeasures.all_routes`` is then false.
MOST_ROUTES = 512


@dataclass(frozen=True)
class RuleMeasures:
    """What a rule demands of a first request. Of an excerpt the numbers are the least that it may be.

    Attributes:
        fewest_therapies: how many different therapies must have been tried, on the route with the fewest.
        therapies: the demands of that route, in words.
        position: one of ``POSITIONS``; ``not shown`` in place of the least where the rule was seen in part.
        trial_months: the longest trial that this route names; None where it names none.
        prescriber: one of ``PRESCRIBERS``, or ``not shown`` in the same way.
        documents, attestations, tests: how many, on the route with the fewest of all three together.
        all_routes: whether every route was followed. Where not, the least is that of those that were: another route may
            ask for less.
    """

    policy: Policy
    rule: Rule
    fewest_therapies: int
    therapies: str
    position: str
    trial_months: Decimal | None
    prescriber: str
    documents: int
    attestations: int
    tests: int
    all_routes: bool = True


@dataclass(frozen=True)
class LabelComparison:
    """A policy beside one labeled indication.

    Attributes:
        rule: the rule of the policy for it; None where there is none.
        category: one of ``CATEGORIES``.
        restrictions: how it asks for more than the label: patient subgroup, step therapy, prescriber, other.
        relaxations: how it asks for less: age, weight, patient subgroup, step therapy, indication.
        weeks: from the label's change to the effective date of the policy, where both days are known and in this order.
    """

    policy: Policy
    labeled: Rule
    rule: Rule | None
    category: str
    restrictions: tuple[str, ...] = ()
    relaxations: tuple[str, ...] = ()
    weeks: int | None = None


@dataclass(frozen=True)
class Agreement:
    """How often policies ask the same.

    Attributes:
        between: ``payers``, pairs of the newest primary policies of different payers; or ``retelling``, a secondary
            policy and its original, dimension by dimension.
        policies: those that were compared.
        dimension: of the criteria; empty where all dimensions were counted together.
        pairs, agreeing: how many pairs were compared, and how many asked the same.
    """

    between: str
    drug: str
    indication: str
    dimension: str
    policies: tuple[str, ...]
    pairs: int
    agreeing: int


@dataclass(frozen=True)
class Measures:
    """All measures of a graph."""

    rules: tuple[RuleMeasures, ...]
    labels: tuple[LabelComparison, ...]
    agreements: tuple[Agreement, ...]
