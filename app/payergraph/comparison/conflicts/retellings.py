"""A retelling against the policy that it retells; two retellings of one payer whose original is not in the graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from ...criteria import ASKED, document, reviewer, screening, tree
from ...policies.lengths import Length, in_words
from ...policies.model import Criterion, Policy, Rule
from ..model import APPROVALS
from . import telling
from .ground import Ground
from .model import Conflict, Kind

# Dimensions on which less hangs than on others.
_LIGHTER = frozenset((document.KIND.dimension, reviewer.KIND.dimension))
_USE_MATTERS = "A reader of the one does not learn that the use is covered, or on what terms."


def find(ground: Ground) -> Iterator[Conflict]:
    """One conflict where the same criteria of two policies differ for several uses, or from several pages of one
    document."""
    yield from telling.joined_by_page(telling.joined_by_use(ground, _pairs(ground)))


def _pairs(ground: Ground) -> Iterator[Conflict]:
    """A telling against the policy that it says it retells; two tellings of one policy that is not in the graph, which
    may be two pages of one document.

    A later edition, or the policy of another line of business (``pg:otherEditionOf``), retells nothing.
    """
    by_case: defaultdict[tuple[str, str], list[Policy]] = defaultdict(list)
    compared = set[tuple[str, str]]()
    for policy in ground.policies.all:
        if policy.iri not in ground.replaced:
            for drug in policy.drugs:
                by_case[policy.payer, drug].append(policy)
            for original in policy.restates:
                if original in ground.by_iri and original not in policy.supersedes:
                    yield from _compared(ground, policy, ground.by_iri[original], Kind.RETELLING_DIFFERS)
    for group in by_case.values():
        if all(policy.authority == "secondary" for policy in group):
            for one, other in combinations(group, 2):
                if (one.iri, other.iri) in compared:
                    continue
                compared.add((one.iri, other.iri))
                if not {one.iri, other.iri} & {*one.supersedes, *other.supersedes} and _of_one(one, other):
                    yield from _compared(ground, one, other, Kind.SOURCES_DIFFER)


def _of_one(one: Policy, other: Policy) -> bool:
    """Whether two tellings may be of one policy: what is for one product alone is not what is for another, or for all
    products of a drug."""
    return one.products == other.products or not set(one.products).isdisjoint(other.products)


def _compared(ground: Ground, told: Policy, original: Policy, kind: Kind) -> Iterator[Conflict]:
    """Rule by rule and dimension by dimension; what an excerpt does not show is left open."""
    matched: set[str] = set()
    for indication, rules in ground.by_indication(told):
        rule = rules[0]
        matches = _rules_for(ground, original, indication, rule)
        matched |= {other.iri for group in matches for other in group}
        if not matches:
            if original.indications_complete:
                differs = f"One covers {ground.label(indication)}; the list of uses of the other lacks it."
                sides = (
                    telling.rule_side(ground, told, rule, "covered"),
                    telling.policy_side(ground, original, "not among the uses listed"),
                )
                yield telling.rule_conflict(
                    ground, kind, told, indication, "covered use", differs, _USE_MATTERS, sides, 3
                )
            continue
        other = matches[0][0]
        for request in ("initial", "continuation"):
            yield from _compared_trees(ground, told, rule, original, other, request, kind)
        for name, stage in APPROVALS.items():
            mine, theirs = rule.lengths(stage), other.lengths(stage)
            if mine and theirs and {one.asks for one in mine} != {one.asks for one in theirs}:
                one_lasts, other_lasts = in_words(mine), in_words(theirs)
                differs = f"The {name} lasts {one_lasts} by the one and {other_lasts} by the other."
                matters = _renewed(kind, mine, theirs)
                sides = (
                    telling.rule_side(ground, told, rule, one_lasts),
                    telling.rule_side(ground, original, other, other_lasts),
                )
                yield telling.rule_conflict(ground, kind, told, indication, name, differs, matters, sides, 3)
    yield from _uses_left_out(ground, told, original, kind, matched)
    if kind is Kind.SOURCES_DIFFER:
        heard = {
            rule.iri
            for use, rules in ground.by_indication(original)
            for group in _rules_for(ground, told, use, rules[0])
            for rule in group
        }
        yield from _uses_left_out(ground, original, told, kind, heard)
    yield from _lengths_left_out(ground, told, original, kind)
    yield from _screening_left_out(ground, told, original, kind)
    yield from _screening_left_out(ground, original, told, kind)


def _rules_for(ground: Ground, policy: Policy, use: str, of: Rule) -> list[tuple[Rule, ...]]:
    """The rules of a policy for a use, for each of the drugs of which another rule speaks."""
    shared = [drug for drug in of.drugs if drug in policy.drugs]
    return [group for drug in shared for _, group in ground.policies.uses.rules_for(policy, use, "initial", asked=drug)]


def _renewed(kind: Kind, told: Sequence[Length], original: Sequence[Length]) -> str:
    """What hangs on two lengths of approval: only the policy's own is known to hold."""
    longer = told[0].is_longer(original[0]) if len(told) == len(original) == 1 else None
    if longer is None:
        return "Which of them is the longer depends on what they are counted by; whoever goes by it may renew too late."
    if kind is Kind.SOURCES_DIFFER:
        return "Whoever goes by the longer one may renew too late."
    if longer:
        return "Whoever goes by the retelling renews too late."
    return "Whoever goes by the retelling renews before it is needed."


def _uses_left_out(ground: Ground, told: Policy, original: Policy, kind: Kind, matched: set[str]) -> Iterator[Conflict]:
    """The uses that one telling leaves out whole; what an excerpt does not show is left open."""
    missing = [rule for rule in original.rules if rule.iri not in matched and ground.whole(told)]
    if missing and told.rules:
        uses = ground.listed({rule.indication for rule in missing})
        differs = f"{original.label} covers {uses}; {told.label} does not tell of it."
        sides = (
            telling.policy_side(
                ground, told, f"tells of {ground.listed({rule.indication for rule in told.rules})} only"
            ),
            telling.rule_side(ground, original, missing[0], f"covers {uses}"),
        )
        use = missing[0].indication
        yield replace(
            telling.rule_conflict(ground, kind, told, use, "uses left out", differs, _USE_MATTERS, sides, 1),
            subject=told.label,
        )


def _lengths_left_out(ground: Ground, told: Policy, original: Policy, kind: Kind) -> Iterator[Conflict]:
    """How long approvals last and what a renewal asks, where a telling that was seen whole says neither."""
    for one, other in ((told, original), (original, told)):
        if not ground.whole(one) or not one.rules:
            continue
        lasting = [rule for rule in other.rules if rule.initial_lengths]
        renewing = [rule for rule in other.rules if rule.continuation is not None]
        parts = []
        if lasting and not any(rule.initial_lengths for rule in one.rules):
            lasts = in_words(lasting[0].initial_lengths)
            parts.append((lasting[0], "length of approval", f"first approval for {lasts}"))
        if renewing and all(rule.continuation is None for rule in one.rules):
            parts.append((renewing[0], "renewal", "criteria for a renewal"))
        for rule, question, has in parts:
            differs = f"{other.label} tells the {question}; {one.label} does not."
            learns = "when to renew" if question == "length of approval" else "by what a renewal is judged"
            matters = f"A reader of the one does not learn {learns}."
            sides = (
                telling.policy_side(ground, one, f"tells of no {question}"),
                telling.rule_side(ground, other, rule, has),
            )
            yield replace(
                telling.rule_conflict(
                    ground, kind, one, rule.indication, f"{question} left out", differs, matters, sides, 1
                ),
                subject=one.label,
            )


def _told_of(ground: Ground, about: str, policy: Policy) -> bool:
    return any(ground.names.subsumes(about, drug) for drug in policy.drugs)


def _screening_left_out(ground: Ground, told: Policy, other: Policy, kind: Kind) -> Iterator[Conflict]:
    """Screening that a telling asks for outside its criteria, and of which the other, seen whole, says nothing."""
    said = ground.said_in(told.source, "screening-advice")
    items = [item for item in said if _told_of(ground, item.about, told)]
    silent = ground.whole(other) and not ground.said_in(other.source, "screening-advice")
    asked = [leaf for rule in other.rules for leaf in ground.leaves(rule, screening.KIND)]
    if items and silent and not asked and other.rules:
        asks = f"to be had: {', '.join(dict.fromkeys(item.text for item in items))}"
        differs = f"{told.label} tells of screening before the drug; {other.label} says nothing of it, as far as seen."
        matters = "Whoever goes by the silent one may begin without a screening that the other wants to see."
        sides = (
            telling.joint_side(ground, items, asks),
            telling.policy_side(ground, other, "says nothing of screening, as far as seen"),
        )
        use = other.rules[0].indication
        yield replace(
            telling.rule_conflict(ground, kind, told, use, "screening left out", differs, matters, sides, 2),
            subject=told.label,
        )


def _compared_trees(
    ground: Ground, told: Policy, rule: Rule, original: Policy, other: Rule, request: str, kind: Kind
) -> Iterator[Conflict]:
    mine, theirs = rule.criteria(request), other.criteria(request)
    if mine is None or theirs is None:
        return
    here, there = _by_dimension(ground, mine, rule), _by_dimension(ground, theirs, other)
    questions: Iterable[tuple[str, Sequence[Criterion], Sequence[Criterion]]]
    if request == "initial":
        questions = [(name, here.get(name, []), there.get(name, [])) for name in ASKED]
    else:
        # What a renewal repeats from the first request has been compared there; the rest is one question.
        questions = [("renewal", _added(ground, here, rule), _added(ground, there, other))]
    for question, asked, expected in questions:
        expected = expected if rule.complete else _contrasting(ground, expected, asked)
        asked = asked if other.complete else _contrasting(ground, asked, expected)
        if _alike(ground, asked, expected):
            continue
        if (not asked and not (expected and rule.complete)) or (not expected and not other.complete):
            continue
        if question == reviewer.KIND.dimension and kind is Kind.SOURCES_DIFFER and not (asked and expected):
            continue  # What the one leaves open the other may tell under another head.
        if question == document.KIND.dimension and any(
            not found and ground.names_documents(policy) for found, policy in ((asked, told), (expected, original))
        ):
            continue  # It names what to send outside its criteria.
        sides = (
            *telling.criteria_sides(ground, told, rule, asked, telling.silence(ground, told, expected)),
            *telling.criteria_sides(ground, original, other, expected, telling.silence(ground, original, asked)),
        )
        differs, matters = _how(ground, question, told, original, asked, expected, kind)
        weight = 2 if question in _LIGHTER else 3
        yield telling.rule_conflict(ground, kind, told, rule.indication, question, differs, matters, sides, weight)


def _how(
    ground: Ground,
    question: str,
    told: Policy,
    original: Policy,
    asked: Sequence[Criterion],
    expected: Sequence[Criterion],
    kind: Kind,
) -> tuple[str, str]:
    """What differs, and why it matters."""
    if asked and expected:
        question = "what no fact of a case shows" if question == reviewer.KIND.dimension else question
        return f"Both ask about {question}, and not the same.", "A request that meets the one may fail the other."
    asks, silent = (told, original) if asked else (original, told)
    wanted = asked or expected
    criteria = "; ".join(telling.criterion_text(ground, leaf) for leaf in wanted)
    differs = f"{asks.label} asks: {criteria}. {silent.label} {telling.silence(ground, silent, wanted)}."
    if kind is Kind.SOURCES_DIFFER:
        return differs, "Which of them tells the payer's criteria in full cannot be told from these sources."
    if silent is told:
        return differs, "Whoever goes by the retelling alone may leave out what the policy asks for."
    return differs, "Whoever goes by the retelling may be held to what the policy, as far as seen, does not ask for."


def _added(ground: Ground, parts: dict[str, list[Criterion]], rule: Rule) -> list[Criterion]:
    first = list(rule.initial.conjuncts()) if rule.initial else []
    return [c for found in parts.values() for c in found if not any(_same(ground, c, other) for other in first)]


def _by_dimension(ground: Ground, root: Criterion, rule: Rule) -> dict[str, list[Criterion]]:
    """The parts of a tree that all have to hold, by what they are about; without the use, what is not
    shown, and a diagnosis that only repeats the use."""
    found: dict[str, list[Criterion]] = {}
    for part in root.conjuncts():
        dimension = part.dimensions[0]
        if dimension in ASKED and not _repeats(ground, part, rule.indication):
            found.setdefault(dimension, []).append(part)
    return found


def _repeats(ground: Ground, part: Criterion, indication: str) -> bool:
    if set(part.parameters) != {"conditions"} or part.iri in ground.by_criteria_of:
        return False
    return ground.diseases.narrowest([part]) >= ground.ends(indication)


def _contrasting(ground: Ground, parts: Sequence[Criterion], other: Sequence[Criterion]) -> list[Criterion]:
    """Without what an excerpt lacks alone: what it has too, or has otherwise by the same kind of criterion."""
    apart = [part for part in other if not any(_same(ground, part, mine) for mine in parts)]
    kinds = {leaf.kind for part in apart for leaf in part.leaves}
    return [
        part
        for part in parts
        if any(_same(ground, part, one) for one in other) or kinds & {leaf.kind for leaf in part.leaves}
    ]


# --- criteria that ask the same ---------------------------------------------------------------------------------------


def _alike(ground: Ground, asked: Sequence[Criterion], expected: Sequence[Criterion]) -> bool:
    return all(any(_same(ground, a, b) for b in expected) for a in asked) and all(
        any(_same(ground, a, b) for a in asked) for b in expected
    )


def _same(ground: Ground, one: Criterion, other: Criterion) -> bool:
    """Whether two criteria ask the same, as far as can be told: where a list is open, what it does not name may be in
    it, so that it differs only from a closed list that lacks what it names."""
    if ground.policies.signature(one) == ground.policies.signature(other):
        return True
    (first, open_first), (second, open_second) = _named(one), _named(other)
    open_first, open_second = open_first or ground.is_open(first), open_second or ground.is_open(second)
    if first.kind != second.kind or first.children or second.children or not (open_first or open_second):
        return False
    if first.parameters.keys() != second.parameters.keys():
        return False
    for name, mine in first.parameters.items():
        theirs = second.parameters[name]
        here, there = set(ground.members(mine.value)), set(ground.members(theirs.value))
        if not here or not there:
            if mine != theirs:
                return False
        elif not ((open_first and _held(ground, here, there)) or (open_second and _held(ground, there, here))):
            return False
    return True


def _named(criterion: Criterion) -> tuple[Criterion, bool]:
    """What a criterion names, and whether it leaves open what else counts."""
    rest = [child for child in criterion.children if child.kind != reviewer.KIND.name]
    if criterion.kind == tree.ANY_OF.name and len(rest) == 1 < len(criterion.children):
        return rest[0], True
    return criterion, False


def _held(ground: Ground, named: set[str], by: set[str]) -> bool:
    return all(any(ground.names.subsumes(broad, one) for broad in by) for one in named)
