"""A case against the rules of policies: outcome, deciding criteria, what is missing, ways to met.

The leaves are judged by SHACL (``shacl``); the tree is folded by Kleene's strong logic (``fold``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyoxigraph as ox

from ..chart.case import Case
from ..choice import Authority, Request, day
from ..criteria import Status, either
from ..policies.model import Criterion, Note, Policy
from ..policies.speaking import speaks_of, subject
from ..store.graph import LocalGraph
from ..store.names import names
from .answers import Answers, Determination, Outcome, Routed
from .bench import bench
from .evidence import Ledger
from .fold import as_told, fold, leaves
from .leaves import states as states_of_leaves
from .scope import Check, Scope, applicable, unanswered
from .ways import forcing, hangs_on_what_is_not_shown, met_as_far_as_computed, missing, settling, ways_to_met


def determine(
    case: Case,
    graph: LocalGraph,
    *,
    payer: str | None = None,
    policy: str | None = None,
    plan: str | None = None,
    request: Request | str | None = None,
    authority: Authority | str = Authority.PRIMARY,
    as_of: date | str | None = None,
) -> Answers:
    """Check a case against every policy in scope.

    Args:
        payer, plan: IRIs; they narrow the scope, and the case's own payer and plan are used where they are absent. A
            plan narrows the scope to its payer. Of rules for some plans alone, those for this one count; where none of
            them names it, what holds for all plans, or else the outcome is *unknown*.
        policy: the id of one policy of this drug; it is checked whatever its authority and date.
        request: instead of the case's own.
        as_of: the day whose editions count, also as ISO text; the request date where absent.

    Returns:
        One determination per policy, indication and distinct criteria, in the order of payer and policy.

    Raises:
        CallError: no policy has this id, it is about another drug or product or of another payer; the plan is another
            payer's; a word is none of its list.
    """
    case = case if plan is None else case.on_plan(plan)
    wanted, read_too = Request(request or case.request), Authority(authority)
    scope = Scope.of(case, graph, payer, policy, plan, read_too, day(as_of) or case.request_date)
    checks = [check for item in scope.policies for check in applicable(case, item, scope.plan, graph, wanted)]
    judged = _judged(case, graph, checks)
    found = [_answer(check, judged, case, graph) for check in checks]
    return Answers(found, unanswered(case, graph, scope), case.unheard)


def by_label(case: Case, graph: LocalGraph, label: Policy) -> list[Determination]:
    """What a drug's label says to a case: whether the patient is one for whom it names the use. *Met* is labeled."""
    checks = applicable(case, label, None, graph, Request.INITIAL)
    judged = _judged(case, graph, checks)
    return [_answer(check, judged, case, graph) for check in checks]


@dataclass(frozen=True)
class _Judged:
    """The states of the leaves under one indication, by their ids, and what they rest on."""

    states: Mapping[str, Status]
    ledger: Ledger


def _judged(case: Case, graph: LocalGraph, checks: Sequence[Check]) -> dict[str, _Judged]:
    """The states of all leaves, by indication under review."""
    by_review: dict[str, dict[str, Criterion]] = {}
    for check in checks:
        if check.root is not None:
            asked = by_review.setdefault(check.review(case), {})
            asked.update((leaf.id, leaf) for leaf in check.root.leaves)
    on = bench(graph)
    result = {}
    for review, found in by_review.items():
        leaves = list(found.values())
        with on.with_case(case.triples(ox.NamedNode(review))):
            states = states_of_leaves(on, case.iri.value, leaves)
        result[review] = _Judged(states, Ledger(case, graph, review, leaves, states))
    return result


def _answer(check: Check, judged: Mapping[str, _Judged], case: Case, graph: LocalGraph) -> Determination:
    root = check.root
    if root is None:
        return without_criteria(check, case, graph)
    rule = check.rules[0]
    plans = _plans(check)
    doubt = doubted(check, graph)
    of_review = judged[check.review(case)]
    tree = fold(root, as_told(root, of_review.states))
    outcome = Outcome(tree.status.value)
    ways, complete = ways_to_met(tree)
    settle = settling(tree)
    if outcome is Outcome.NOT_DOCUMENTED and hangs_on_what_is_not_shown(tree):
        outcome = Outcome.UNKNOWN
    deciding = {Outcome.NOT_MET: forcing(tree), Outcome.MET: ()}.get(outcome, settle)
    if doubt is not None and outcome is Outcome.MET:
        outcome = Outcome.NOT_DOCUMENTED
    if check.product_open and outcome is Outcome.NOT_MET:
        outcome, deciding = Outcome.NOT_DOCUMENTED, ()
    lacks = missing(tree, ways, complete)
    if (routed := Routed.of(rule, check.request, tree)) is not None:
        judging = {leaf.criterion.id for leaf in leaves(routed.criteria)}
        lacks = tuple(name for name in lacks if name in judging)
    return Determination(
        policy=check.policy,
        indication=check.indication,
        request=check.request,
        outcome=outcome,
        rule=rule,
        plans=plans,
        root=tree,
        deciding=deciding,
        missing=lacks,
        ways=ways,
        ways_complete=complete,
        reason=doubt,
        not_computed=met_as_far_as_computed(tree) if outcome is Outcome.MET else (),
        rules=check.rules,
        requested_months=case.requested_months,
        _ledger=of_review.ledger,
    )


def without_criteria(check: Check, case: Case, graph: LocalGraph) -> Determination:
    """What is said where no rule applies, or the document shows no criteria of it."""
    if not check.rules:
        return _without_rule(check, case, graph)
    rule, doubt = check.rules[0], doubted(check, graph)
    text = "The document shows no criteria for this kind of request."
    if doubt is not None:
        text = f"{text} {doubt.text}"
    return Determination(
        check.policy,
        check.indication,
        check.request,
        Outcome.UNKNOWN,
        rule,
        _plans(check),
        reason=Note(rule.id, text, rule.source, rule.locator),
        rules=check.rules,
        requested_months=case.requested_months,
    )


def _plans(check: Check) -> tuple[str, ...]:
    return tuple(sorted({plan for item in check.rules for plan in item.plans}))


def doubted(check: Check, graph: LocalGraph) -> Note | None:
    """Why what is met is not documented all the same: the use may be excluded, or it hangs on the product."""
    return _both(_product_open(check, graph), _perhaps(check, graph))


def _perhaps(check: Check, graph: LocalGraph) -> Note | None:
    """That a part of the use is not covered, and that the record does not say whether this is that part."""
    if not check.perhaps:
        return None
    label, first = names(graph).label, check.perhaps[0]
    if first in check.policy.faulty_exclusions:
        text = "The description of an exclusion in the graph is faulty, so that every use may fall under it."
        return Note(first.id, text, first.source, first.locator)
    uses = " or ".join(label(item.indication) for item in check.perhaps)
    reasons = " ".join(dict.fromkeys(item.reason for item in check.perhaps if item.reason))
    text = f"The policy does not cover {uses}, and the record does not say that this is another use. {reasons}".rstrip()
    places = "; ".join(dict.fromkeys(item.locator for item in check.perhaps if item.locator))
    return Note(first.id, text, first.source, places)


def _product_open(check: Check, graph: LocalGraph) -> Note | None:
    """That it hangs on the product, which the case does not give, whether the document speaks of the request at all."""
    if not check.product_open:
        return None
    rule = None if check.policy.products else next((rule for rule in check.rules if rule.products), None)
    of = rule or check.policy
    about, what = subject(of, names(graph)), "rule" if rule else "policy"
    text = f"The {what} speaks of {about}; which product is asked for decides whether this policy speaks of it."
    return Note(of.id, text, of.source, rule.locator if rule else "")


def _both(first: Note | None, second: Note | None) -> Note | None:
    """One note that says both, in the place of the first."""
    if first is None or second is None:
        return first or second
    return replace(first, text=f"{first.text} {second.text}")


def _without_rule(check: Check, case: Case, graph: LocalGraph) -> Determination:
    def found(outcome: Outcome, why: Note | None) -> Determination:
        if (doubt := _product_open(check, graph)) is not None:
            outcome = Outcome.UNKNOWN if outcome is Outcome.UNKNOWN else Outcome.NOT_DOCUMENTED
            why = _both(doubt, why)
        return Determination(check.policy, check.indication, check.request, outcome, reason=why)

    if check.excluded is not None:
        out = check.excluded
        return found(Outcome.EXCLUDED, Note(out.id, out.reason, out.source, out.locator))
    if check.elsewhere:
        plans = ", ".join(names(graph).label(plan) for plan in check.elsewhere)
        text = f"The document has criteria for this use on other plans alone ({plans}); for this plan it shows none."
        return found(Outcome.UNKNOWN, Note(check.policy.id, text, check.policy.source, ""))
    if check.policy.indications_complete:
        return found(Outcome.NOT_LISTED, check.policy.catch_all)
    text = _for_other_drugs(check.policy, case, graph) or "The document was not seen to say whether it covers this use."
    return found(Outcome.UNKNOWN, Note(check.policy.id, text, check.policy.source, ""))


def _for_other_drugs(policy: Policy, case: Case, graph: LocalGraph) -> str:
    """That all criteria that the policy shows are for other drugs or products than is asked for; else nothing."""
    known = names(graph)
    if not policy.rules or any(speaks_of(rule, case.asked, known) is not False for rule in policy.rules):
        return ""
    of, asked = either(dict.fromkeys(subject(rule, known) for rule in policy.rules), "and"), known.label(case.asked)
    return f"The criteria that were seen of the document are for {of}; those for {asked} were not seen."
