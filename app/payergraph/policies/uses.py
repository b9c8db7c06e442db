"""What a policy says of a use: which of its rules are for it, and what it excludes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from ..choice import Request
from ..store.names import Names
from .model import Exclusion, Policy, Rule
from .sets import Sets


class Uses:
    """What policies say of a use, by the hierarchy of conditions."""

    def __init__(self, names: Names, sets: Sets) -> None:
        self._subsumes = names.subsumes
        self._sets = sets

    def rules_for(
        self,
        policy: Policy,
        condition: str,
        request: Request | str,
        plan: str | None = None,
        diagnosed: Sequence[str] = (),
    ) -> list[tuple[str, tuple[Rule, ...]]]:
        """The rules of a policy for a condition, as pairs of an indication and the rules that ask the same for it.

        A rule for the condition itself comes before one for a broader use, the nearest broader before others; where
        there is neither, the rules for narrower uses apply, unless the diagnoses say that it is another one. What the
        policy excludes (``exclusion``) has no rule.

        Args:
            plan: only rules for this plan, or for all plans.
            diagnosed: the conditions that the patient has.

        Raises:
            CallError: this is no stage of a request.
        """
        if self.exclusion(policy, condition, diagnosed, plan):
            return []
        usable = [rule for rule in policy.rules if _holds_for(rule, plan)]
        chosen = (
            [rule for rule in usable if rule.indication == condition]
            or self._nearest_broader(usable, condition)
            or self._narrower(usable, condition, diagnosed)
        )
        alike: dict[Hashable, list[Rule]] = {}
        for rule in chosen:
            root = rule.criteria(request)
            alike.setdefault((rule.indication, self._sets.signature(root) if root else None), []).append(rule)
        return [(rules[0].indication, tuple(rules)) for rules in alike.values()]

    def _nearest_broader(self, usable: Iterable[Rule], condition: str) -> list[Rule]:
        broader = [rule for rule in usable if self._subsumes(rule.indication, condition)]
        uses = {rule.indication for rule in broader}
        nearest = {use for use in uses if not any(other != use and self._subsumes(use, other) for other in uses)}
        return [rule for rule in broader if rule.indication in nearest]

    def _narrower(self, usable: Iterable[Rule], condition: str, diagnosed: Sequence[str]) -> list[Rule]:
        known = [other for other in diagnosed if self._subsumes(condition, other)] or [condition]
        return [
            rule
            for rule in usable
            if self._subsumes(condition, rule.indication) and any(self._related(rule.indication, one) for one in known)
        ]

    def exclusion(
        self, policy: Policy, condition: str, diagnosed: Sequence[str] = (), plan: str | None = None
    ) -> Exclusion | None:
        """The exclusion under which a use surely falls on a plan: that of the use itself or of a broader one.

        What a condition is known to be are the narrowest diagnoses below it, or the condition where there are none. A
        rule for a part of what is excluded is the exception from it; one for the same or a broader use is not.
        """
        known = self._known(condition, diagnosed)
        for item in policy.exclusions:
            inside = all(self._subsumes(item.indication, one) for one in known)
            excepted = self._excepted(policy, item, plan)
            if inside and not any(self._related(rule.indication, one) for rule in excepted for one in known):
                return item
        return None

    def possible_exclusions(
        self, policy: Policy, condition: str, diagnosed: Sequence[str] = (), plan: str | None = None
    ) -> tuple[Exclusion, ...]:
        """The exclusions under which a use may fall on a plan, because it is known less exactly than they are.

        A diagnosis beside the excluded use settles that it is another one. Of a faulty exclusion nobody knows what it
        excludes: every use may fall under it.
        """
        known = self._known(condition, diagnosed)
        sure = self.exclusion(policy, condition, diagnosed, plan)
        return policy.faulty_exclusions + tuple(
            item
            for item in policy.exclusions
            if item is not sure
            and all(self._related(item.indication, one) for one in known)
            and not any(
                self._subsumes(rule.indication, one) for rule in self._excepted(policy, item, plan) for one in known
            )
        )

    def _related(self, one: str, other: str) -> bool:
        return self._subsumes(one, other) or self._subsumes(other, one)

    def _known(self, condition: str, diagnosed: Sequence[str]) -> list[str]:
        within = [one for one in diagnosed if self._subsumes(condition, one)] or [condition]
        return [one for one in within if not any(other != one and self._subsumes(one, other) for other in within)]

    def _excepted(self, policy: Policy, out: Exclusion, plan: str | None) -> list[Rule]:
        """The rules for a part of what is excluded."""
        return [
            rule
            for rule in policy.rules
            if rule.indication != out.indication
            and self._subsumes(out.indication, rule.indication)
            and _holds_for(rule, plan)
        ]


def _holds_for(rule: Rule, plan: str | None) -> bool:
    return plan is None or not rule.plans or plan in rule.plans
