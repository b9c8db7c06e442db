"""What a rule demands of a first request: therapies, a prescriber, and what has to be brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from ...criteria import KINDS, Burden, Restriction
from ...policies.gates import Step
from ...policies.library import Policies
from ...policies.model import Criterion, Policy, Rule
from .model import POSITIONS, PRESCRIBERS, RuleMeasures
from .therapies import Therapies, followed, is_therapy_or_exception


def of_rules(read: Policies, therapies: Therapies) -> Iterator[RuleMeasures]:
    """The measures of every rule that has criteria for a first request."""
    for policy in read.all:
        for rule in policy.rules:
            if rule.initial is not None:
                yield _of_rule(policy, rule, rule.initial, therapies)


def _of_rule(policy: Policy, rule: Rule, root: Criterion, therapies: Therapies) -> RuleMeasures:
    count, trials = therapies.fewest(root)
    # Of ways with equally many the first, which `routes` gives in a fixed order.
    lightest = min(followed(root, _burdens).found, key=len, default=())
    brought = Counter(burden(step.criterion) for step in lightest)
    months = [length for leaf in trials if (length := _months(leaf)) is not None]
    return RuleMeasures(
        policy=policy,
        rule=rule,
        fewest_therapies=count,
        therapies="; ".join(leaf.summary for leaf in trials),
        position=_shown(therapies.position(root), POSITIONS, rule),
        trial_months=max(months, default=None),
        prescriber=_shown(PRESCRIBERS[prescriber(root)], PRESCRIBERS, rule),
        documents=brought[Burden.DOCUMENT],
        attestations=brought[Burden.ATTESTATION],
        tests=brought[Burden.TEST],
        all_routes=follows_all(root),
    )


def burden(part: Criterion) -> Burden:
    """What a part of a tree asks for itself: its kind's, else its record where the policy asks for that."""
    own = KINDS[part.kind].burden
    return Burden.DOCUMENT if own is Burden.NONE and part.documentation_required else own


def prescriber(root: Criterion) -> int:
    """The place in ``PRESCRIBERS`` of the least demanding route."""
    return min(
        (
            max((1 if step.criterion.parameters.true("consultationAccepted") else 2 for step in route), default=0)
            for route in followed(root, _is_of_prescriber).found
        ),
        default=0,
    )


def follows_all(root: Criterion) -> bool:
    """Whether no route through a tree is left out, whatever is counted on it."""
    counted = (is_therapy_or_exception, _is_of_prescriber, _burdens)
    return all(followed(root, counts).complete for counts in counted)


def _burdens(step: Step) -> bool:
    """To show that something is not so is a burden, too."""
    return burden(step.criterion) is not Burden.NONE


def _is_of_prescriber(step: Step) -> bool:
    return step.met and KINDS[step.criterion.kind].restriction is Restriction.PRESCRIBER


def _shown(value: str, values: Sequence[str], rule: Rule) -> str:
    return value if rule.complete or value != values[0] else "not shown"


def _months(leaf: Criterion) -> Decimal | None:
    """The length that a trial must have; of weeks and days, what they are of a year of 52 or of 365."""
    months = leaf.parameters.number("minimumMonths")
    for name, in_a_year in (("minimumWeeks", 52), ("minimumDays", 365)):
        number = leaf.parameters.number(name)
        if months is None and number is not None:
            months = (number * 12 / in_a_year).quantize(Decimal("0.1"))
    return months
