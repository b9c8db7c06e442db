"""What there is to check of a case: the policies in scope, and of each the rules for the case's uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ..chart.case import Case
from ..choice import Authority, Request
from ..errors import CallError
from ..near import hint_or, slips
from ..policies.editions import in_scope
from ..policies.library import policies
from ..policies.model import Criterion, Exclusion, Policy, Rule
from ..policies.silence import Silence, Unanswered, unread
from ..policies.speaking import speaks_of, subject
from ..store.graph import LocalGraph
from ..store.names import names


@dataclass(frozen=True)
class Scope:
    """Which policies are asked.

    Attributes:
        named: whether one policy was asked for by its id.
        day: whose editions count.
    """

    policies: tuple[Policy, ...]
    named: bool
    payer: str | None
    plan: str | None
    authority: Authority
    day: date

    @classmethod
    def of(
        cls,
        case: Case,
        graph: LocalGraph,
        payer: str | None,
        policy: str | None,
        plan: str | None,
        authority: Authority,
        day: date,
    ) -> Scope:
        """The scope of a call of ``determine``, whose errors it raises."""
        known = names(graph)
        plan = plan or case.plan
        of_plan = known.payer(plan) if plan else None
        chosen = _named(graph, policy, case.asked, payer) if policy is not None else None
        asked_of = payer or (chosen.payer if chosen else case.payer)
        if plan and of_plan and asked_of and of_plan != asked_of:
            raise CallError(
                "plan", f"{known.slug(plan)} is a plan of {known.slug(of_plan)}, not of {known.slug(asked_of)}"
            )
        asked_of = asked_of or of_plan
        found = (chosen,) if chosen else in_scope(graph, case.asked, asked_of, authority, day)
        return cls(found, chosen is not None, asked_of, plan, authority, day)


def _named(graph: LocalGraph, policy: str, asked: str, payer: str | None) -> Policy:
    known, read = names(graph), policies(graph)
    if policy not in read:
        near = slips(policy, read.ids) or [one for one in sorted(read.ids) if policy.casefold() in one][:3]
        told = hint_or(near, "`payergraph query editions_of_policies` lists them")
        raise CallError("policy", f"{policy!r} is no policy of the graph; {told}")
    chosen = read[policy]
    if speaks_of(chosen, asked, known) is False:
        about = subject(chosen, known)
        raise CallError("policy", f"{policy} is about {about}, and the case asks for {known.label(asked)}")
    if payer and payer != chosen.payer:
        raise CallError("policy", f"{policy} is of {known.slug(chosen.payer)}, not of {known.slug(payer)}")
    return chosen


@dataclass(frozen=True)
class Check:
    """One determination to make: rules of one policy for one indication whose criteria are equal.

    Attributes:
        rules: none where no rule applies.
        elsewhere: where no rule applies, the plans for which some would.
        excluded: the exclusion under which the use falls, in place of rules.
        perhaps: the exclusions under which it may fall.
        product_open: whether it hangs on the product that is asked for, and is not given, if the rules speak of it;
            where no rule applies, if the policy does.
    """

    policy: Policy
    indication: str
    rules: tuple[Rule, ...]
    request: Request
    elsewhere: tuple[str, ...] = ()
    excluded: Exclusion | None = None
    perhaps: tuple[Exclusion, ...] = ()
    product_open: bool = False

    @property
    def root(self) -> Criterion | None:
        """What is asked at this stage of a request; None where no rule applies, or its document does not show it."""
        return self.rules[0].criteria(self.request) if self.rules else None

    def review(self, case: Case) -> str:
        """The indication under review: the stated one, else the rule's."""
        return case.indication or self.indication


def applicable(case: Case, policy: Policy, plan: str | None, graph: LocalGraph, request: Request) -> list[Check]:
    """What there is to check of a policy: the indications that a case touches, with the rules for each.

    Where none of them has a rule, each stands without.
    """
    uses, known = policies(graph).uses, names(graph)
    product_open = speaks_of(policy, case.asked, known) is None
    asked = [case.indication] if case.indication else list(case.conditions)
    found, without = [], []
    for condition in asked:
        of_case = (case.conditions, plan, case.asked)
        rules = uses.rules_for(policy, condition, request, plan, case.conditions, case.asked)
        perhaps = uses.possible_exclusions(policy, condition, *of_case)
        for use, alike in rules:
            hangs = product_open or not any(speaks_of(rule, case.asked, known) for rule in alike)
            # A set of uses is no indication under review: that is the one in it that brought the rule in.
            reviewed = use if use in alike[0].uses else condition
            found.append(Check(policy, reviewed, alike, request, perhaps=perhaps, product_open=hangs))
        elsewhere = set[str]()
        if plan and not rules:
            others = uses.rules_for(policy, condition, request, None, case.conditions, case.asked)
            elsewhere = {plan for _, alike in others for rule in alike for plan in rule.plans}
        excluded = uses.exclusion(policy, condition, *of_case)
        without.append(
            Check(policy, condition, (), request, tuple(sorted(elsewhere)), excluded, product_open=product_open)
        )
    return list(dict.fromkeys(found)) or without


def criteria_of(
    case: Case, graph: LocalGraph, *, payer: str | None = None, authority: Authority | str = Authority.PRIMARY
) -> tuple[Criterion, ...]:
    """The roots of all rules that ``determine`` would check; of a case without a condition, those for every use.

    Raises:
        CallError: as ``determine``.
    """
    rules: list[Rule] = []
    scope = Scope.of(case, graph, payer, None, None, Authority(authority), case.request_date)
    for item in scope.policies:
        if case.indication or case.conditions:
            rules += [
                rule for check in applicable(case, item, case.plan, graph, case.request) for rule in check.rules[:1]
            ]
        else:
            rules += item.rules
    return tuple(root for rule in rules if (root := rule.criteria(case.request)) is not None)


def unanswered(case: Case, graph: LocalGraph, scope: Scope) -> Iterator[Unanswered]:
    """What the documents in scope do not say to a case, and which others would."""
    if scope.policies and not (case.indication or case.conditions):
        drug = names(graph).label(case.drug)
        text = f"no indication or diagnosis is given; with one, {_number(scope.policies)} for {drug} can be checked"
        yield Unanswered(Silence.NO_USE, text, scope.policies)
    if not scope.named:
        yield from unread(graph, case.asked, scope.payer, scope.authority, scope.day)


def _number(found: Sequence[Policy]) -> str:
    return "one policy" if len(found) == 1 else f"{len(found)} policies"
