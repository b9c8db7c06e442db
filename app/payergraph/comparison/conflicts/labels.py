"""Uses, ages and other conditions of a policy in force, against those of the drug's FDA label."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace

from ...criteria import ASKED, KINDS, Narrowing, age, patient, tree
from ...policies.diseases import as_labeled
from ...policies.model import Criterion, Policy, Rule
from . import telling
from .ground import Ground, slug, speaks_after
from .model import Conflict, Kind, Side


def find(ground: Ground) -> Iterator[Conflict]:
    """Uses, ages and conditions that are not those of the label. What a retelling has from a policy in the graph is
    told once, of that policy."""
    found = [
        (policy, item)
        for policy in ground.policies.all
        if policy.iri not in ground.replaced
        for label in ground.policies.labels_of(policy)
        for rule in (_beyond_label, _short_of_label, _ages, _conditions)
        for item in rule(ground, policy, label)
    ]
    told = {(item.about, _what(item)) for _, item in found}
    kept = {
        item: None for policy, item in found if not any((original, _what(item)) in told for original in policy.restates)
    }
    yield from _joined(ground, kept)


def _joined(ground: Ground, found: Iterable[Conflict]) -> Iterator[Conflict]:
    """What a policy says of one use in the same words, for several products or beside the labels of several drugs, as
    one."""
    labels = {slug(label.source) for label in ground.policies.labels}
    merged: dict[Hashable, Conflict] = {}
    for item in found:
        own = tuple((side.value, side.source) for side in item.sides if side.source not in labels)
        key = item.about, item.subject, item.question, item.differs, own
        if key in merged:
            first = merged[key]
            item = replace(first, sides=tuple(dict.fromkeys((*first.sides, *item.sides))))
        merged[key] = item
    yield from merged.values()


def _what(item: Conflict) -> tuple[str, str]:
    return item.question, item.differs.partition(" covers ")[2] or item.subject.rpartition(": ")[2]


def _beyond_label(ground: Ground, policy: Policy, label: Policy) -> Iterator[Conflict]:
    """Uses that the label does not have. A use named in the label's own words counts as labeled, whatever the label
    lists under it: it is wider only where the policy itself names more. A use counts as covered where the document
    shows criteria for this drug: not where it only lists it, nor where one place speaks for a whole class of drugs; and
    the parts of a disease that it names as a whole, only where the criteria were seen whole. Where not all indications
    of the label were seen, only what its document says not to be labeled is beyond it."""
    words = {rule.indication for rule in label.rules}
    approved = {use for rule in label.rules for use in ground.uses([rule])}
    for indication, rules in ground.by_indication(policy, label.drugs):
        if not any(_shown(rule) for rule in rules) or _of_class(ground, policy, rules):
            continue
        uses, beyond = ground.uses(rules), set[str]()
        for use in ground.named(rules):
            if ground.ends(use) != {use} and not any(rule.complete for rule in rules):
                continue
            within = {use, *ground.names.narrower(use, "Condition")} & words
            labeled = {end for one in within for end in ground.ends(one)}
            beyond |= {
                end
                for end in ground.ends(use) - labeled
                if not any(ground.names.subsumes(one, end) for one in approved)
            }
        if not label.indications_complete:
            beyond = {end for end in beyond if _denied(ground, label, end)}
        if not beyond:
            continue
        near = [rule for rule in label.rules if set(ground.uses([rule])) & set(uses)]
        named = ground.named(rules)
        apart = {use for use in named if ground.ends(use) <= beyond} | {
            end for end in beyond if not any(end in ground.ends(use) and ground.ends(use) <= beyond for use in named)
        }
        differs = f"{_whose(policy)} covers {ground.listed(apart)}, for which the drug is not labeled."
        question = f"indication {'wider than' if len(beyond) < len(uses) else 'outside'} the label"
        sides = (
            telling.rule_side(ground, policy, rules[0], f"covers {ground.listed(named)}"),
            *(
                telling.rule_side(ground, label, rule, f"labeled for {ground.listed(ground.uses([rule]))}")
                for rule in near
            ),
        )
        own = [
            item
            for item in ground.said_in(policy.source, "fda-approved-use")
            if item.about in (policy.iri, *policy.drugs)
            if item.answer is not None and ground.names.subsumes(indication, str(item.answer.low))
        ]
        sides = (*sides, *(telling.titled(ground, item) for item in own))
        if not near:
            listed = ground.listed([rule.indication for rule in label.rules])
            sides = (*sides, telling.policy_side(ground, label, f"labeled for {listed}"))
        matters = "An approval for it rests on the policy alone; another payer may call the use experimental."
        yield telling.rule_conflict(
            ground, Kind.POLICY_VS_LABEL, policy, indication, question, differs, matters, sides, 2 if near else 1
        )


def _denied(ground: Ground, label: Policy, use: str) -> bool:
    """Whether the document of a label says that a use is not labeled."""
    return any(
        item.answer is not None and ground.names.subsumes(str(item.answer.low), use)
        for item in ground.said_in(label.source, "not-approved-use")
    )


def _whose(policy: Policy) -> str:
    return "The policy" if policy.authority == "primary" else "The policy, as this page tells it,"


def _shown(rule: Rule) -> bool:
    """Whether any criterion of a rule was seen, beside the use."""
    trees = [tree for tree in (rule.initial, rule.continuation) if tree is not None]
    return any(leaf.dimension in ASKED for tree in trees for leaf in tree.leaves)


def _of_class(ground: Ground, policy: Policy, rules: Sequence[Rule]) -> bool:
    """Whether one place of the document gives the rules of several drugs."""
    places = {(rule.indication, rule.locator) for rule in rules}
    return any(len(rule.drugs) > 1 for rule in rules) or any(
        other.drugs != policy.drugs and any((rule.indication, rule.locator) in places for rule in other.rules)
        for other in ground.one_document(policy.source)
    )


def _short_of_label(ground: Ground, policy: Policy, label: Policy) -> Iterator[Conflict]:
    """Labeled uses that a policy excludes, or that its whole list of uses lacks.

    A page that is not known to have spoken after the approval of a use is not blamed for its absence.
    """
    for rule in label.rules:
        approved = [
            date for drug, use, date in ground.approvals if drug in label.drugs and ground.related(use, rule.indication)
        ] or [date for date in (label.edition, label.reviewed) if date]
        if not approved or not all(speaks_after(policy, date) for date in approved):
            continue
        excluded = [item for item in policy.exclusions if ground.names.subsumes(item.indication, rule.indication)]
        labeled = telling.rule_side(ground, label, rule, f"labeled for {ground.listed(ground.uses([rule]))}")
        if excluded:
            out = excluded[0]
            side = Side(f"not covered: {out.reason}", slug(out.source), "", out.locator, policy.authority, out.iri)
            question, how, weight = "labeled use excluded", "excludes", 3
        elif policy.indications_complete and policy.rules and not _covers(ground, policy, rule):
            listed = ground.listed({mine.indication for mine in policy.rules})
            side = telling.policy_side(ground, policy, f"rules for {listed} only")
            question, how, weight = "labeled use not listed", "does not list", 2
        else:
            continue
        differs = f"The policy {how} {ground.label(rule.indication)}, for which the drug is labeled."
        matters = "A request for a labeled use would be refused."
        yield telling.rule_conflict(
            ground, Kind.POLICY_VS_LABEL, policy, rule.indication, question, differs, matters, (side, labeled), weight
        )


def _covers(ground: Ground, policy: Policy, labeled: Rule) -> bool:
    uses = set(ground.uses([labeled]))
    return any(as_labeled(rule) or uses & set(ground.uses([rule])) for rule in policy.rules)


def _ages(ground: Ground, policy: Policy, label: Policy) -> Iterator[Conflict]:
    """Ages that are not the label's: those at which any way of meeting the criteria is open. Where the policy's use is
    the narrower one, as adult-onset Still's disease is, a higher age is no difference; an age that an excerpt does not
    show is none either, nor one that only some ways ask for. Where the policy's use is the broader one and it names no
    age, the label's ages count only where it has one for each disease of the use."""
    for indication, rules in ground.by_indication(policy, label.drugs):
        rule = rules[0]
        asked = _aged(rule)
        exact = [labeled for labeled in label.rules if labeled.indication == indication]
        labels = exact if asked and exact else label.rules
        if not (asked or rule.complete) or not all(ground.asks_plainly(one, age.KIND) for one in (rule, *labels)):
            continue
        apart = _apart(ground, rules, indication, labels)
        if apart:
            silence = "names no age for this use among its criteria, as far as seen"
            sides = [*telling.criteria_sides(ground, policy, rule, asked, silence)]
            for labeled in apart:
                sides += telling.criteria_sides(ground, label, labeled, _aged(labeled), "no age in the indication")
            if asked:
                differs = f"{_whose(policy)} asks for an age that is not the label's."
                matters = "A patient whom the label includes may be refused, or one whom it leaves out approved."
            else:
                differs = f"The label gives an age. {_whose(policy)} {silence}."
                matters = "The policy alone may approve a patient whom the label leaves out."
            yield telling.rule_conflict(
                ground,
                Kind.POLICY_VS_LABEL,
                policy,
                indication,
                "age",
                differs,
                matters,
                tuple(sides),
                2 if asked else 1,
            )


def _apart(ground: Ground, rules: Sequence[Rule], indication: str, labels: Sequence[Rule]) -> list[Rule]:
    """The rules of a label whose ages are not those of a policy's rules for a use."""
    mine, asked, uses = _months(rules[0].initial), bool(_aged(rules[0])), set(ground.uses(rules))
    near = [labeled for labeled in labels if set(ground.uses([labeled])) & uses]
    if asked and mine in (_ANY_AGE, frozenset().union(*(_months(labeled.initial) for labeled in near))):
        return []
    apart: list[Rule] = []
    aged = set(ground.uses([labeled for labeled in labels if _aged(labeled)]))
    for labeled in near:
        theirs, bound = _months(labeled.initial), bool(_aged(labeled))
        narrower = labeled.indication != indication and ground.names.subsumes(labeled.indication, indication)
        broader = labeled.indication != indication and ground.names.subsumes(indication, labeled.indication)
        if (broader and not asked and not uses <= aged) or not (bound or labeled.complete):
            continue
        if mine == theirs or (bound and theirs == _ANY_AGE):
            continue
        if not (narrower and asked and bound and min(mine) >= min(theirs)):
            apart.append(labeled)
    return apart


def _conditions(ground: Ground, policy: Policy, label: Policy) -> Iterator[Conflict]:
    """A severity, or what has to be inappropriate first, in whatever way the label's indication is met, and no such
    thing in the criteria of a policy that were seen whole."""
    for indication, rules in ground.by_indication(policy, label.drugs):
        rule = rules[0]
        if not rule.complete or rule.initial is None:
            continue
        for labeled in label.rules:
            if labeled.indication != indication or labeled.initial is None:
                continue
            for kind, narrowing in _NARROWINGS:
                asked = _narrowing(labeled.initial.affirmed, kind, narrowing)
                if (
                    not asked
                    or not _throughout(labeled.initial, kind, narrowing)
                    or _narrowing(rule.initial.leaves, kind, narrowing)
                ):
                    continue
                silence = f"names no {narrowing.what} among its criteria, as far as seen"
                sides = (
                    telling.rule_side(ground, policy, rule, silence),
                    *telling.criteria_sides(ground, label, labeled, asked, ""),
                )
                wanted = "; ".join(telling.criterion_text(ground, leaf) for leaf in asked)
                differs = f"The label's indication holds: {wanted}. {_whose(policy)} {silence}."
                matters = "The policy alone may approve a patient whom the label leaves out."
                yield telling.rule_conflict(
                    ground, Kind.POLICY_VS_LABEL, policy, indication, narrowing.question, differs, matters, sides, 1
                )


_NARROWINGS = tuple((kind.name, narrowing) for kind in KINDS.values() for narrowing in kind.narrowings)


def _narrowing(leaves: Sequence[Criterion], kind: str, narrowing: Narrowing) -> list[Criterion]:
    """The leaves that narrow an indication in a way."""
    return [
        leaf
        for leaf in leaves
        if leaf.kind == kind and (not narrowing.parameter or narrowing.parameter in leaf.parameters)
    ]


def _throughout(asked: Criterion, kind: str, narrowing: Narrowing) -> bool:
    """Whether criteria cannot be met without one that narrows the indication so."""
    if asked.children:
        any_part = asked.kind == tree.ANY_OF.name
        return (all if any_part else any)(_throughout(part, kind, narrowing) for part in asked.children)
    return bool(_narrowing([asked], kind, narrowing))


_ANY_AGE = frozenset(range(12 * 200))
_OF_AGE = (age.KIND.name, patient.KIND.name)


def _aged(rule: Rule) -> list[Criterion]:
    """The criteria of age, in years or in months, that a first request has to meet."""
    leaves = rule.initial.affirmed if rule.initial else ()
    return [
        leaf
        for leaf in leaves
        if leaf.kind == age.KIND.name
        or (leaf.kind == patient.KIND.name and {"minimumAgeMonths", "maximumAgeMonths"} & leaf.parameters.keys())
    ]


def _months(asked: Criterion | None) -> frozenset[int]:
    """The ages, in completed months, at which criteria can be met, whatever else they ask."""
    if asked is None or not any(leaf.kind in _OF_AGE for leaf in asked.leaves):
        return _ANY_AGE
    parts = [_months(part) for part in asked.children]
    if asked.kind == tree.ALL_OF.name:
        return frozenset.intersection(*parts)
    if asked.kind == tree.ANY_OF.name:
        return frozenset().union(*parts)
    if asked.kind == age.KIND.name:
        return _between(asked, "minimumAge", "maximumAge", 12)
    if asked.kind == patient.KIND.name:
        return _between(asked, "minimumAgeMonths", "maximumAgeMonths", 1)
    return _ANY_AGE


def _between(asked: Criterion, least: str, most: str, months: int) -> frozenset[int]:
    low, high = asked.parameters.get(least), asked.parameters.get(most)
    first = int(low.value) * months if low else 0
    return frozenset(range(first, (int(high.value) + 1) * months if high else len(_ANY_AGE)))
