"""A case against the rules of policies: outcome, deciding criteria, what is missing, ways to met.

The leaves are judged by SHACL (``shacl``); the tree is folded here by Kleene's strong logic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TYPE_CHECKING

import pyoxigraph as ox

from . import shacl, terms
from .case import Case
from .concepts import names
from .criteria import Status
from .policy import Criterion, Note, Policy, Rule, first_day, policies
from .store import LocalGraph

if TYPE_CHECKING:
    import rdflib

#: More minimal sets than this are not listed; ``ways_complete`` is then false.
WAYS_LIMIT = 64

_OUTCOMES = {Status.MET: "met", Status.NOT_MET: "not-met", Status.NOT_DOCUMENTED: "not-documented"}


@dataclass(frozen=True)
class Node:
    """A criterion with its state for a case, and its parts."""

    criterion: Criterion
    status: Status
    children: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Way:
    """One minimal set of leaves that, once met, make the rule met.

    ``open`` can still change (a test, a document, a trial); ``fixed`` cannot (an age, a gene).
    """

    open: tuple[str, ...]
    fixed: tuple[str, ...]

    @property
    def criteria(self) -> tuple[str, ...]:
        """All of them, those that can change first."""
        return self.open + self.fixed


@dataclass(frozen=True)
class Determination:
    """What one policy says to one case for one indication.

    Attributes:
        outcome: met, not-met, not-documented, excluded, not-listed or unknown.
        rule: the rule that was checked; of several with equal criteria, the first. None where no rule applies.
        plans: the plans to which this answer applies; empty for all plans of the payer.
        deciding: for *not met*, the leaves of every minimal set whose failure forces it; for *not documented* and
            *unknown*, those whose documentation could settle it.
        missing: leaves that are not documented and stand on some way to met.
        reason: why a use is excluded or not listed, with its place in the document.
    """

    policy: Policy
    indication: str
    request: str
    outcome: str
    rule: Rule | None = None
    plans: tuple[str, ...] = ()
    root: Node | None = None
    deciding: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    ways_complete: bool = True
    reason: Note | None = None

    def __repr__(self) -> str:
        return f"<Determination: {self.policy.id}, {terms.slug(self.indication)}, {self.request}: {self.outcome}>"

    def _repr_html_(self) -> str:
        from .notebook import of_determination

        return of_determination(self)


def determine(
    case: Case,
    graph: LocalGraph,
    *,
    payer: str | None = None,
    policy: str | None = None,
    plan: str | None = None,
    request: str | None = None,
    authority: str = "primary",
    as_of: date | None = None,
) -> list[Determination]:
    """Check a case against every policy in scope.

    Args:
        payer, plan: IRIs; they narrow the scope, and the case's own payer and plan are used where they are absent.
        policy: the id of one policy; it is checked whatever its authority and date.
        request: ``initial`` or ``continuation``, instead of the case's own.
        authority: ``primary`` or ``all``.
        as_of: the day whose editions count; the request date where absent.

    Returns:
        One determination per policy, indication and distinct criteria, in the order of payer and policy.

    Raises:
        KeyError: no policy has this id.
    """
    if policy is not None:
        chosen: Sequence[Policy] = (policies(graph)[policy],)
    else:
        chosen = in_scope(graph, case.drug, payer or case.payer, authority, as_of or case.request_date)
    wanted = request or case.request
    checks = [
        _Check(item, indication, rules, wanted)
        for item in chosen
        for indication, rules in _applicable(case, item, plan or case.plan, graph, wanted)
    ]
    states = _states(case, graph, checks)
    return [_answer(check, states, case, graph) for check in checks]


def criteria_of(
    case: Case, graph: LocalGraph, *, payer: str | None = None, authority: str = "primary"
) -> tuple[Criterion, ...]:
    """The roots of all rules that ``determine`` would check; of a case without a condition, those for every use."""
    rules: list[Rule] = []
    for item in in_scope(graph, case.drug, payer or case.payer, authority, case.request_date):
        if case.indication or case.conditions:
            found = _applicable(case, item, case.plan, graph, case.request)
            rules += [rule for _, alike in found for rule in alike[:1]]
        else:
            rules += item.rules
    return tuple(root for rule in rules if (root := rule.criteria(case.request)) is not None)


def in_scope(
    graph: LocalGraph, drug: str, payer: str | None = None, authority: str = "primary", as_of: date | None = None
) -> tuple[Policy, ...]:
    """The policies for a drug that are in force on a day.

    Those without a date count as in force, but not before what they name, nor up to the last known day of an edition
    that they replace, nor once a later edition is in force: whatever the authority of that edition, and also where it
    is itself replaced.
    """
    day = as_of or date.today()
    known = {item.iri: item for item in policies(graph).of_drug(drug)}
    in_force = [item for item in known.values() if _has_begun(item, day, known)]
    replaced = {old for item in in_force for old in item.supersedes}
    found = [
        item
        for item in in_force
        if item.iri not in replaced
        and (authority == "all" or item.authority == authority)
        and (payer is None or item.payer == payer)
    ]
    return tuple(sorted(found, key=lambda item: (item.payer, item.id)))


def _has_begun(policy: Policy, day: date, known: Mapping[str, Policy]) -> bool:
    if policy.effective is not None:
        return policy.effective <= day
    if policy.not_before and day < first_day(policy.not_before):
        return False
    earlier = [known[iri] for iri in policy.supersedes if iri in known]
    seen = [first_day(text) for item in earlier for text in (item.edition, item.reviewed, item.not_before) if text]
    return all(last < day for last in seen) and all(_has_begun(item, day, known) for item in earlier)


@dataclass(frozen=True, eq=False)
class _Check:
    """One determination to make: rules of one policy for one indication whose criteria are equal."""

    policy: Policy
    indication: str
    rules: tuple[Rule, ...]
    request: str

    @property
    def root(self) -> Criterion | None:
        return self.rules[0].criteria(self.request) if self.rules else None

    def review(self, case: Case) -> str:
        """The indication under review: the stated one, else the rule's."""
        return case.indication or self.indication


def _applicable(
    case: Case, policy: Policy, plan: str | None, graph: LocalGraph, request: str
) -> list[tuple[str, tuple[Rule, ...]]]:
    """The indications of a policy that a case touches, with the rules for each; without rules where none applies."""
    asked = [case.indication] if case.indication else list(case.conditions)
    rules_for = policies(graph).rules_for
    found = [pair for condition in asked for pair in rules_for(policy, condition, request, plan, case.conditions)]
    return list(dict.fromkeys(found)) or [(condition, ()) for condition in asked]


def _states(case: Case, graph: LocalGraph, checks: Sequence[_Check]) -> dict[str, dict[str, Status]]:
    """The states of all leaves, by indication under review and leaf."""
    by_review: dict[str, dict[str, Criterion]] = {}
    for check in checks:
        if check.root is not None:
            leaves = by_review.setdefault(check.review(case), {})
            leaves.update((leaf.id, leaf) for leaf in check.root.leaves)
    on = shacl.bench(graph)
    result = {}
    for review, leaves in by_review.items():
        with on.with_case(case.triples(ox.NamedNode(review))):
            result[review] = shacl.states(on, case.iri.value, list(leaves.values()))
    return result


def report(case: Case, graph: LocalGraph, determinations: Iterable[Determination]) -> rdflib.Graph:
    """The W3C validation report of pySHACL on the roots of the determinations: conforms exactly where all are met."""
    import rdflib

    sh = rdflib.Namespace(terms.SH)
    on = shacl.bench(graph)
    merged = rdflib.Graph()
    merged.bind("sh", sh)
    merged.bind("pg", terms.PG)
    node = rdflib.BNode()
    conforms = True
    for item in determinations:
        if item.root is None:
            continue
        root = item.root.criterion
        tree = tuple(root.walk())
        open_leaves = [leaf.criterion.iri for leaf in _leaves(item.root) if leaf.status is not Status.MET]
        with on.with_case(case.triples(ox.NamedNode(case.indication or item.indication))):
            found = shacl.validate(on, case.iri.value, tree, [root.iri])
            if open_leaves:
                details = shacl.validate(on, case.iri.value, tree, dict.fromkeys(open_leaves))
                _add_details(found, details)
        [head] = found.subjects(rdflib.RDF.type, sh.ValidationReport)
        conforms = conforms and found.value(head, sh.conforms) == rdflib.Literal(True)
        for subject, predicate, value in found:
            if subject != head:
                merged.add((subject, predicate, value))
            elif predicate == sh.result:
                merged.add((node, predicate, value))
    merged.add((node, rdflib.RDF.type, sh.ValidationReport))
    merged.add((node, sh.conforms, rdflib.Literal(conforms)))
    return merged


def _add_details(report: rdflib.Graph, details: rdflib.Graph) -> None:
    """Hang the results of the leaves on those of the root as sh:detail (SHACL 3.6.2.5): sh:and reports no insides."""
    import rdflib

    sh = rdflib.Namespace(terms.SH)
    outer, inner = list(report.objects(None, sh.result)), list(details.objects(None, sh.result))
    for result in inner:
        for triple in details.triples((result, None, None)):
            report.add(triple)
        for whole in outer:
            report.add((whole, sh.detail, result))


# --- fold -------------------------------------------------------------------------------------------


def fold(criterion: Criterion, states: Mapping[str, Status]) -> Node:
    """The tree with its states: AllOf takes the least of its parts, AnyOf the greatest."""
    if not criterion.children:
        return Node(criterion, states[criterion.id])
    children = tuple(fold(child, states) for child in criterion.children)
    choose = min if criterion.kind == "AllOf" else max
    return Node(criterion, choose((child.status for child in children), key=lambda s: s.rank), children)


def _answer(check: _Check, states: Mapping[str, Mapping[str, Status]], case: Case, graph: LocalGraph) -> Determination:
    root = check.root
    if not check.rules:
        return _without_rule(check, graph)
    rule = check.rules[0]
    plans = tuple(sorted({plan for item in check.rules for plan in item.plans}))
    if root is None:
        why = Note(rule.id, "The document shows no criteria for this kind of request.", rule.source, rule.locator)
        return Determination(check.policy, check.indication, check.request, "unknown", rule, plans, reason=why)
    tree = fold(root, states[check.review(case)])
    outcome = _OUTCOMES[tree.status]
    ways, complete = ways_to_met(tree)
    settle = _settling(tree)
    if outcome == "not-documented" and _hangs_on_what_is_not_shown(tree):
        outcome = "unknown"
    deciding = {"not-met": _forcing(tree), "met": ()}.get(outcome, settle)
    on_a_way = {name for way in ways for name in way.criteria}
    missing = tuple(
        leaf.id for leaf in root.leaves if leaf.id in on_a_way and _status(tree, leaf.id) is Status.NOT_DOCUMENTED
    )
    return Determination(
        policy=check.policy,
        indication=check.indication,
        request=check.request,
        outcome=outcome,
        rule=rule,
        plans=plans,
        root=tree,
        deciding=deciding,
        missing=missing,
        ways=ways,
        ways_complete=complete,
    )


def _without_rule(check: _Check, graph: LocalGraph) -> Determination:
    subsumes = names(graph).subsumes
    for exclusion in check.policy.exclusions:
        if subsumes(exclusion.indication, check.indication):
            why = Note(exclusion.id, exclusion.reason, exclusion.source, exclusion.locator)
            return Determination(check.policy, check.indication, check.request, "excluded", reason=why)
    if check.policy.indications_complete:
        return Determination(check.policy, check.indication, check.request, "not-listed", reason=check.policy.catch_all)
    why = Note(check.policy.id, "The document was not seen to say whether it covers this use.", check.policy.source, "")
    return Determination(check.policy, check.indication, check.request, "unknown", reason=why)


def _status(tree: Node, leaf: str) -> Status:
    return next(node.status for node in _leaves(tree) if node.criterion.id == leaf)


def _leaves(tree: Node) -> Iterable[Node]:
    if not tree.children:
        yield tree
    for child in tree.children:
        yield from _leaves(child)


# --- minimal sets of leaves ------------------------------------------------------------------------------

_Sets = list[frozenset[str]]


def _minimal(sets: Iterable[frozenset[str]]) -> _Sets:
    kept: _Sets = []
    for candidate in sorted(set(sets), key=lambda s: (len(s), sorted(s))):
        if not any(smaller <= candidate for smaller in kept):
            kept.append(candidate)
    return kept


def _sets(tree: Node, of_leaf: Callable[[Node], _Sets], conjunction: str) -> tuple[_Sets, bool]:
    """Minimal sets through the tree; ``conjunction`` names the connective whose parts are all needed."""
    if not tree.children:
        return of_leaf(tree), True
    parts = [_sets(child, of_leaf, conjunction) for child in tree.children]
    complete = all(whole for _, whole in parts)
    if tree.criterion.kind != conjunction:
        result = _minimal(item for sets, _ in parts for item in sets)
    else:
        result = [frozenset()]
        for sets, _ in parts:
            result = _minimal(a | b for a, b in product(result, sets))
            if len(result) > WAYS_LIMIT:
                result, complete = result[:WAYS_LIMIT], False
    if len(result) > WAYS_LIMIT:
        result, complete = result[:WAYS_LIMIT], False
    return result, complete


def ways_to_met(tree: Node) -> tuple[tuple[Way, ...], bool]:
    """All minimal sets of leaves that would make the tree met, up to a limit; and whether these are all.

    Those that need the fewest unchangeable things come first, then the shortest. Empty when the tree is met.
    """
    sets, complete = _sets(
        tree, lambda leaf: [frozenset() if leaf.status is Status.MET else frozenset({leaf.criterion.id})], "AllOf"
    )
    leaves = {leaf.criterion.id: leaf for leaf in _leaves(tree)}
    order = list(leaves)

    def way(chosen: frozenset[str]) -> Way:
        in_order = sorted(chosen, key=order.index)
        fixed = [i for i in in_order if leaves[i].status is Status.NOT_MET and not leaves[i].criterion.changeable]
        return Way(tuple(i for i in in_order if i not in fixed), tuple(fixed))

    found = [way(chosen) for chosen in sets if chosen]
    found.sort(key=lambda w: (len(w.fixed), len(w.open), [order.index(i) for i in w.criteria]))
    return tuple(found), complete


def _forcing(tree: Node) -> tuple[str, ...]:
    """The leaves of every minimal set of failures that forces *not met*, in reading order."""
    sets, _ = _sets(
        tree, lambda leaf: [frozenset({leaf.criterion.id})] if leaf.status is Status.NOT_MET else [], "AnyOf"
    )
    return _in_order(tree, sets)


def _settling(tree: Node) -> tuple[str, ...]:
    """The undocumented leaves on which the outcome depends, given the states of the others, in reading order."""
    return _in_order(tree, _settling_sets(tree))


def _settling_sets(tree: Node) -> _Sets:
    def of_leaf(leaf: Node) -> _Sets:
        if leaf.status is Status.NOT_MET:
            return []
        return [frozenset() if leaf.status is Status.MET else frozenset({leaf.criterion.id})]

    return _sets(tree, of_leaf, "AllOf")[0]


def _hangs_on_what_is_not_shown(tree: Node) -> bool:
    hidden = {leaf.criterion.id for leaf in _leaves(tree) if leaf.criterion.kind == "NotShownCriterion"}
    return bool(hidden) and all(chosen & hidden for chosen in _settling_sets(tree))


def _in_order(tree: Node, sets: Iterable[frozenset[str]]) -> tuple[str, ...]:
    chosen = frozenset().union(*sets)
    return tuple(dict.fromkeys(leaf.criterion.id for leaf in _leaves(tree) if leaf.criterion.id in chosen))
