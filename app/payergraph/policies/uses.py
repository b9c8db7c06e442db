"""What a policy says of a use: which of its rules are for it, and what it excludes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from ..choice import Request
from ..store.names import Names
from .model import Exclusion, Policy, Rule
from .sets import Sets
from .speaking import speaks_of


class Uses:
    """What policies say of a use, by the hierarchy of conditions.

    What a rule or an exclusion is for may be a set of conditions with exceptions. It holds what a member holds and no
    exception does; of what is broader than a member, or holds an exception, it may hold a part.
    """

    def __init__(self, names: Names, sets: Sets) -> None:
        self._names, self._sets = names, sets
        self._subsumes = names.subsumes

    def rules_for(
        self,
        policy: Policy,
        condition: str,
        request: Request | str,
        plan: str | None = None,
        diagnosed: Sequence[str] = (),
        asked: str | None = None,
    ) -> list[tuple[str, tuple[Rule, ...]]]:
        """The rules of a policy for a condition, as pairs of an indication and the rules that ask the same for it.

        A rule for the condition itself comes before one for a broader use, the nearest broader before others; where
        there is neither, the rules for narrower uses apply, unless the diagnoses say that it is another one. What the
        policy excludes (``exclusion``) has no rule.

        Args:
            plan: only rules for this plan, or for all plans.
            diagnosed: the conditions that the patient has.
            asked: only rules that speak, or may speak, of this drug or product.

        Raises:
            CallError: this is no stage of a request.
        """
        if self.exclusion(policy, condition, diagnosed, plan, asked):
            return []
        usable = list(self._usable(policy, plan, asked))
        chosen = self._nearest(usable, condition) or self._narrower(usable, condition, diagnosed)
        alike: dict[Hashable, list[Rule]] = {}
        for rule in chosen:
            root = rule.criteria(request)
            alike.setdefault((rule.indication, self._sets.signature(root) if root else None), []).append(rule)
        return [(rules[0].indication, tuple(rules)) for rules in alike.values()]

    def holds(self, use: str, condition: str) -> bool:
        """Whether a use surely holds a condition."""
        return self._subsumes(use, condition)

    def may_hold(self, use: str, condition: str) -> bool:
        """Whether a use holds a condition, or does by what the condition turns out to be."""
        return self.holds(use, condition) or self._holds_part(use, condition)

    def _holds_part(self, use: str, condition: str) -> bool:
        return self._subsumes(condition, use) or self._sets.may_hold(use, condition)

    def _usable(self, policy: Policy, plan: str | None, asked: str | None) -> Iterator[Rule]:
        for rule in policy.rules:
            if (plan is None or not rule.plans or plan in rule.plans) and (
                asked is None or speaks_of(rule, asked, self._names) is not False
            ):
                yield rule

    def _nearest(self, usable: Iterable[Rule], condition: str) -> list[Rule]:
        """The rules that surely hold a condition, by the nearest of what they name."""
        holding = [
            (rule, use)
            for rule in usable
            if self.holds(rule.indication, condition)
            for use in rule.uses
            if self._subsumes(use, condition)
        ]
        uses = {use for _, use in holding}
        nearest = {use for use in uses if not any(other != use and self._subsumes(use, other) for other in uses)}
        return list(dict.fromkeys(rule for rule, use in holding if use in nearest))

    def _narrower(self, usable: Iterable[Rule], condition: str, diagnosed: Sequence[str]) -> list[Rule]:
        known = [other for other in diagnosed if self._subsumes(condition, other)] or [condition]
        return [
            rule
            for rule in usable
            if self._holds_part(rule.indication, condition)
            and any(self.may_hold(rule.indication, one) for one in known)
        ]

    def exclusion(
        self,
        policy: Policy,
        condition: str,
        diagnosed: Sequence[str] = (),
        plan: str | None = None,
        asked: str | None = None,
    ) -> Exclusion | None:
        """The exclusion under which a use surely falls on a plan: that of the use itself or of a broader one.

        What a condition is known to be are the narrowest diagnoses below it, or the condition where there are none. A
        rule for a part of what is excluded is the exception from it; one for the same or a broader use is not.
        """
        known = self._known(condition, diagnosed)
        for item in policy.exclusions:
            inside = all(self.holds(item.indication, one) for one in known)
            excepted = self._excepted(policy, item, plan, asked)
            if inside and not any(
                self.may_hold(rule.indication, one) and self.may_hold(use, one)
                for rule, use in excepted
                for one in known
            ):
                return item
        return None

    def possible_exclusions(
        self,
        policy: Policy,
        condition: str,
        diagnosed: Sequence[str] = (),
        plan: str | None = None,
        asked: str | None = None,
    ) -> tuple[Exclusion, ...]:
        """The exclusions under which a use may fall on a plan, because it is known less exactly than they are.

        A diagnosis beside the excluded use settles that it is another one. Of a faulty exclusion nobody knows what it
        excludes: every use may fall under it.
        """
        known = self._known(condition, diagnosed)
        sure = self.exclusion(policy, condition, diagnosed, plan, asked)
        return policy.faulty_exclusions + tuple(
            item
            for item in policy.exclusions
            if item is not sure
            and all(self.may_hold(item.indication, one) for one in known)
            and not any(
                self.holds(rule.indication, one) and self._subsumes(use, one)
                for rule, use in self._excepted(policy, item, plan, asked)
                for one in known
            )
        )

    def _known(self, condition: str, diagnosed: Sequence[str]) -> list[str]:
        within = [one for one in diagnosed if self._subsumes(condition, one)] or [condition]
        return [one for one in within if not any(other != one and self._subsumes(one, other) for other in within)]

    def _excepted(self, policy: Policy, out: Exclusion, plan: str | None, asked: str | None) -> list[tuple[Rule, str]]:
        """The rules for a part of what is excluded, each with what it names of it."""
        return [
            (rule, use)
            for rule in self._usable(policy, plan, asked)
            for use in rule.uses
            if use not in out.uses and self._subsumes(out.indication, use)
        ]
