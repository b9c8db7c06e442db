"""A case against the rules of policies: outcome, deciding criteria, what is missing, ways to met.

The leaves are judged by SHACL (``shacl``); the tree is folded here by Kleene's strong logic.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from .. import terms
from ..chart.case import Case
from ..choice import Authority, Choice, Request, Standing, day
from ..criteria import Status
from ..errors import CallError
from ..extras import frame
from ..policies.model import Criterion, Exclusion, Note, Policy, Rule, policies
from ..store.graph import LocalGraph
from ..store.names import names
from ..wording import first_day, written
from . import shacl

if TYPE_CHECKING:
    import pandas
    import rdflib

#: More minimal sets than this are not listed; ``ways_complete`` is then false.
WAYS_LIMIT = 64


class Outcome(Choice):
    """What a policy says to a case."""

    MET = "met"
    NOT_MET = "not-met"
    NOT_DOCUMENTED = "not-documented"
    EXCLUDED = "excluded"
    NOT_LISTED = "not-listed"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        """``not met``."""
        return self.value.replace("-", " ")


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
        outcome: what the policy says. A use that may fall under an exclusion, because it is on record less exactly than
            the exclusion names it, is not *met*: it is *not documented*, and the reason says so.
        rule: the rule that was checked; of several with equal criteria, the first. None where no rule applies.
        plans: the plans to which this answer applies; empty for all plans of the payer.
        deciding: for *not met*, the leaves of every minimal set whose failure forces it; for *not documented* and
            *unknown*, those whose documentation could settle it.
        missing: leaves that are not documented and stand on some way to met.
        reason: why a use is excluded, may be excluded, or is not listed, and why the outcome is unknown, with its place
            in the document.
        not_computed: for *met*, the leaves on which it rests and of which a part is left out: met as far as computed.
    """

    policy: Policy
    indication: str
    request: Request
    outcome: Outcome
    rule: Rule | None = None
    plans: tuple[str, ...] = ()
    root: Node | None = None
    deciding: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    ways_complete: bool = True
    reason: Note | None = None
    not_computed: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Determination: {self.policy.id}, {terms.slug(self.indication)}, {self.request}: {self.outcome}>"

    def _repr_html_(self) -> str:
        from ..present.notebook import of_determination

        return of_determination(self)


class Silence(Choice):
    """Why documents say nothing to a case."""

    NO_USE = "no-use"
    NO_POLICY = "no-policy"
    NOT_IN_FORCE = "not-in-force"
    ONLY_RETELLINGS = "only-retellings"


@dataclass(frozen=True)
class Unanswered:
    """What was not answered, and why.

    Attributes:
        text: the same in a sentence.
        policies: the documents that would answer: those that wait for a use, or retellings of payers whose own
            document is missing; empty where there are none.
    """

    silence: Silence
    text: str
    policies: tuple[Policy, ...] = ()

    def __str__(self) -> str:
        if self.silence is Silence.ONLY_RETELLINGS:
            return f"{self.text}: {', '.join(policy.id for policy in self.policies)}; authority 'all' reads them"
        return self.text

    def record(self) -> dict[str, Any]:
        """The same in plain words, as JSON has it."""
        return {"silence": self.silence, "text": self.text, "policies": [policy.id for policy in self.policies]}


class Answers(list[Determination]):
    """The determinations of a case, and beside them what was not answered: an empty list is never the whole answer."""

    def __init__(self, found: Iterable[Determination] = (), unanswered: Iterable[Unanswered] = ()) -> None:
        super().__init__(found)
        self.unanswered = tuple(unanswered)

    def __repr__(self) -> str:
        counts = Counter(item.outcome for item in self)
        parts = [f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome]]
        parts += [f"not answered: {item}" for item in self.unanswered]
        return f"<Answers: {'; '.join(parts) or 'none'}>"

    def _repr_html_(self) -> str:
        from ..present.notebook import of_answers

        return of_answers(self)

    def records(self) -> list[dict[str, str]]:
        """One record a determination, tidy; what is missing and what decides are ids of criteria, parted by spaces."""
        return [
            {
                "policy": item.policy.id,
                "payer": terms.slug(item.policy.payer),
                "indication": terms.slug(item.indication),
                "plans": " ".join(terms.slug(plan) for plan in item.plans),
                "request": item.request.value,
                "authority": item.policy.authority.value,
                "edition": item.policy.edition,
                "outcome": item.outcome.value,
                "deciding": " ".join(item.deciding),
                "missing": " ".join(item.missing),
                "reason": item.reason.text if item.reason else "",
            }
            for item in self
        ]

    def to_dataframe(self) -> pandas.DataFrame:
        """The records as a table; what was not answered stands in ``unanswered`` alone.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return frame(self.records(), _ANSWER_COLUMNS)


_ANSWER_COLUMNS = (
    *("policy", "payer", "indication", "plans", "request", "authority", "edition", "outcome", "deciding", "missing"),
    "reason",
)


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
        CallError: no policy has this id, it is about another drug or of another payer; the plan is another payer's; a
            word is none of its list.
    """
    wanted, read_too = Request(request or case.request), Authority(authority)
    scope = _Scope.of(case, graph, payer, policy, plan, read_too, day(as_of) or case.request_date)
    checks = [check for item in scope.policies for check in _applicable(case, item, scope.plan, graph, wanted)]
    states = _states(case, graph, checks)
    return Answers([_answer(check, states, case, graph) for check in checks], _unanswered(case, graph, scope))


@dataclass(frozen=True)
class _Scope:
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
    ) -> _Scope:
        known, read = names(graph), policies(graph)
        plan = plan or case.plan
        of_plan = known.payer(plan) if plan else None
        chosen = None
        if policy is not None:
            if policy not in read:
                raise CallError("policy", f"{policy!r} is no policy of the graph; it has {', '.join(sorted(read.ids))}")
            chosen = read[policy]
            if chosen.drug != case.drug:
                about, asked = known.label(chosen.drug), known.label(case.drug)
                raise CallError("policy", f"{policy} is about {about}, and the case asks for {asked}")
            if payer and payer != chosen.payer:
                raise CallError("policy", f"{policy} is of {known.slug(chosen.payer)}, not of {known.slug(payer)}")
        asked_of = payer or (chosen.payer if chosen else case.payer)
        if plan and of_plan and asked_of and of_plan != asked_of:
            raise CallError(
                "plan", f"{known.slug(plan)} is a plan of {known.slug(of_plan)}, not of {known.slug(asked_of)}"
            )
        asked_of = asked_of or of_plan
        found = (chosen,) if chosen else in_scope(graph, case.drug, asked_of, authority, day)
        return cls(found, chosen is not None, asked_of, plan, authority, day)


def _unanswered(case: Case, graph: LocalGraph, scope: _Scope) -> Iterator[Unanswered]:
    """What the documents in scope do not say to a case, and which others would."""
    if scope.policies and not (case.indication or case.conditions):
        drug = names(graph).label(case.drug)
        text = f"no indication or diagnosis is given; with one, {_number(scope.policies)} for {drug} can be checked"
        yield Unanswered(Silence.NO_USE, text, scope.policies)
    if not scope.named:
        yield from unread(graph, case.drug, scope.payer, scope.authority, scope.day)


def unread(graph: LocalGraph, drug: str, payer: str | None, authority: Authority, as_of: date) -> Iterator[Unanswered]:
    """Why there is nothing in scope, and which retellings stand in for documents that payers have not in scope."""
    label = names(graph).label
    found = in_scope(graph, drug, payer, authority, as_of)
    every = [item for item in policies(graph).of_drug(drug) if payer in (None, item.payer)]
    retold = () if authority is Authority.ALL else retellings(graph, drug, payer, as_of)
    about = f"{label(drug)} at {label(payer)}" if payer else label(drug)
    if not every:
        yield Unanswered(Silence.NO_POLICY, f"the graph has no policy for {about}")
    elif retold:
        whose = "the payer" if payer else "some payers"
        text = f"for {about} there are only retellings of {whose} ({len(retold)}), which were not read"
        yield Unanswered(Silence.ONLY_RETELLINGS, text, retold)
    elif not found:
        text = f"no document for {about} of the {len(every)} in the graph is in force on {written(as_of.isoformat())}"
        yield Unanswered(Silence.NOT_IN_FORCE, text)


def _number(found: Sequence[Policy]) -> str:
    return "one policy" if len(found) == 1 else f"{len(found)} policies"


def retellings(graph: LocalGraph, drug: str, payer: str | None = None, as_of: date | None = None) -> tuple[Policy, ...]:
    """The retellings in force on a day of payers that have no document of their own for the drug in force."""
    found = in_scope(graph, drug, payer, Authority.ALL, as_of)
    own = {item.payer for item in found if item.authority is Standing.PRIMARY}
    return tuple(item for item in found if item.payer not in own)


def criteria_of(
    case: Case, graph: LocalGraph, *, payer: str | None = None, authority: Authority | str = Authority.PRIMARY
) -> tuple[Criterion, ...]:
    """The roots of all rules that ``determine`` would check; of a case without a condition, those for every use.

    Raises:
        CallError: as ``determine``.
    """
    rules: list[Rule] = []
    scope = _Scope.of(case, graph, payer, None, None, Authority(authority), case.request_date)
    for item in scope.policies:
        if case.indication or case.conditions:
            rules += [
                rule for check in _applicable(case, item, case.plan, graph, case.request) for rule in check.rules[:1]
            ]
        else:
            rules += item.rules
    return tuple(root for rule in rules if (root := rule.criteria(case.request)) is not None)


def in_scope(
    graph: LocalGraph,
    drug: str,
    payer: str | None = None,
    authority: Authority | str = Authority.PRIMARY,
    as_of: date | str | None = None,
) -> tuple[Policy, ...]:
    """The policies for a drug that are in force on a day, today where none is given.

    Those without a date count as in force, but not before what they name, nor up to the last known day of an edition
    that they replace, nor once a later edition is in force: whatever the authority of that edition, and also where it
    is itself replaced.

    Raises:
        CallError: this is no authority, or no day.
    """
    authority, on = Authority(authority), day(as_of) or date.today()
    known = {item.iri: item for item in policies(graph).of_drug(drug)}
    in_force = [item for item in known.values() if _has_begun(item, on, known)]
    replaced = {old for item in in_force for old in item.supersedes}
    found = [
        item
        for item in in_force
        if item.iri not in replaced
        and (authority is Authority.ALL or item.authority is Standing.PRIMARY)
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


@dataclass(frozen=True)
class _Check:
    """One determination to make: rules of one policy for one indication whose criteria are equal.

    Attributes:
        rules: none where no rule applies.
        elsewhere: where no rule applies, the plans for which some would.
        excluded: the exclusion under which the use falls, in place of rules.
        perhaps: the exclusions under which it may fall.
    """

    policy: Policy
    indication: str
    rules: tuple[Rule, ...]
    request: Request
    elsewhere: tuple[str, ...] = ()
    excluded: Exclusion | None = None
    perhaps: tuple[Exclusion, ...] = ()

    @property
    def root(self) -> Criterion | None:
        return self.rules[0].criteria(self.request) if self.rules else None

    def review(self, case: Case) -> str:
        """The indication under review: the stated one, else the rule's."""
        return case.indication or self.indication


def _applicable(case: Case, policy: Policy, plan: str | None, graph: LocalGraph, request: Request) -> list[_Check]:
    """What there is to check of a policy: the indications that a case touches, with the rules for each.

    Where none of them has a rule, each stands without.
    """
    read = policies(graph)
    asked = [case.indication] if case.indication else list(case.conditions)
    found, without = [], []
    for condition in asked:
        known = (policy, condition, request)
        rules = read.rules_for(*known, plan, case.conditions)
        perhaps = read.possible_exclusions(policy, condition, case.conditions, plan)
        found += [_Check(policy, use, alike, request, perhaps=perhaps) for use, alike in rules]
        others = read.rules_for(*known, None, case.conditions) if plan and not rules else []
        elsewhere = sorted({plan for _, alike in others for rule in alike for plan in rule.plans})
        excluded = read.exclusion(policy, condition, case.conditions, plan)
        without.append(_Check(policy, condition, (), request, tuple(elsewhere), excluded))
    return list(dict.fromkeys(found)) or without


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


def report(case: Case, graph: LocalGraph, determinations: Answers) -> rdflib.Graph:
    """The W3C validation report of pySHACL on the roots of the determinations: conforms exactly where all are met.

    Where the outcome does not come from a root (an excluded use, nothing in scope), a result of the report's own says
    why the case does not conform. Beside it stand each leaf's reading and what is not computed of it; what *met* leaves
    out, on the report too.
    """
    import rdflib

    sh, pg = rdflib.Namespace(terms.SH), rdflib.Namespace(terms.PG)
    on = shacl.bench(graph)
    merged = rdflib.Graph()
    merged.bind("sh", sh)
    merged.bind("pg", terms.PG)
    node = rdflib.BNode()

    def fails(message: str, shape: str | None) -> None:
        result = rdflib.BNode()
        merged.add((node, sh.result, result))
        merged.add((result, rdflib.RDF.type, sh.ValidationResult))
        merged.add((result, sh.focusNode, rdflib.URIRef(case.iri.value)))
        merged.add((result, sh.resultSeverity, sh.Violation))
        merged.add((result, sh.sourceConstraintComponent, sh.NodeConstraintComponent))
        merged.add((result, sh.resultMessage, rdflib.Literal(message, lang="en")))
        if shape:
            merged.add((result, sh.sourceShape, rdflib.URIRef(shape)))

    for item in determinations:
        from_root = item.root is not None and (item.root.status is not Status.MET or item.outcome is Outcome.MET)
        if not from_root:
            text = item.reason.text if item.reason else f"The outcome is {item.outcome}."
            fails(text, item.rule.iri if item.rule else item.policy.iri)
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
        for subject, predicate, value in found:
            if subject != head:
                merged.add((subject, predicate, value))
            elif predicate == sh.result:
                merged.add((node, predicate, value))
        for leaf in _leaves(item.root):
            for name, text in (("reading", leaf.criterion.reading), ("notComputed", leaf.criterion.not_computed)):
                if text:
                    merged.add((rdflib.URIRef(leaf.criterion.iri), pg[name], rdflib.Literal(text)))
                if text and name == "notComputed" and leaf.criterion.id in item.not_computed:
                    merged.add((node, pg[name], rdflib.Literal(text)))
    for silent in determinations.unanswered if not determinations else ():
        fails(str(silent), None)
    merged.add((node, rdflib.RDF.type, sh.ValidationReport))
    conforms = (node, sh.result, None) not in merged
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
    perhaps = _perhaps(check, graph)
    if root is None:
        text = "The document shows no criteria for this kind of request."
        if perhaps is not None:
            text = f"{text} {perhaps.text}"
        why = Note(rule.id, text, rule.source, rule.locator)
        return Determination(check.policy, check.indication, check.request, Outcome.UNKNOWN, rule, plans, reason=why)
    tree = fold(root, states[check.review(case)])
    outcome = Outcome(tree.status.value)
    ways, complete = ways_to_met(tree)
    settle = _settling(tree)
    if outcome is Outcome.NOT_DOCUMENTED and _hangs_on_what_is_not_shown(tree):
        outcome = Outcome.UNKNOWN
    deciding = {Outcome.NOT_MET: _forcing(tree), Outcome.MET: ()}.get(outcome, settle)
    if perhaps is not None and outcome is Outcome.MET:
        outcome = Outcome.NOT_DOCUMENTED
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
        reason=perhaps,
        not_computed=_met_as_far_as_computed(tree) if outcome is Outcome.MET else (),
    )


def _perhaps(check: _Check, graph: LocalGraph) -> Note | None:
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


def _without_rule(check: _Check, graph: LocalGraph) -> Determination:
    def found(outcome: Outcome, why: Note | None) -> Determination:
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
    text = "The document was not seen to say whether it covers this use."
    return found(Outcome.UNKNOWN, Note(check.policy.id, text, check.policy.source, ""))


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


def _met_as_far_as_computed(tree: Node) -> tuple[str, ...]:
    """The leaves of a met tree that are met but for a part left out, and on which it rests, in reading order."""
    doubted = {leaf.criterion.id for leaf in _leaves(tree) if leaf.status is Status.MET and leaf.criterion.not_computed}
    if tree.status is not Status.MET or not doubted:
        return ()
    states = {leaf.criterion.id: leaf.status for leaf in _leaves(tree)}
    sure = fold(tree.criterion, states | dict.fromkeys(doubted, Status.NOT_DOCUMENTED))
    return () if sure.status is Status.MET else tuple(name for name in _settling(sure) if name in doubted)


def _in_order(tree: Node, sets: Iterable[frozenset[str]]) -> tuple[str, ...]:
    chosen = frozenset().union(*sets)
    return tuple(dict.fromkeys(leaf.criterion.id for leaf in _leaves(tree) if leaf.criterion.id in chosen))
