"""Uses, ages and other conditions of a policy in force, against those of the drug's FDA label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...criteria import ASKED, KINDS, Narrowing, age
from ...policies.diseases import as_labeled
from ...policies.model import Criterion, Policy, Rule
from . import telling
from .ground import Ground, aspect_iri, slug, speaks_after
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
    # Rules for several products may share what they differ in.
    for item, policy in {item: policy for policy, item in found}.items():
        if not any((original, _what(item)) in told for original in policy.restates):
            yield item


def _what(item: Conflict) -> tuple[str, str]:
    return item.question, item.differs.partition(" covers ")[2] or item.subject.rpartition(": ")[2]


def _beyond_label(ground: Ground, policy: Policy, label: Policy) -> Iterator[Conflict]:
    """Uses that the label does not have. A use named in the label's own words counts as labeled, whatever the label
    lists under it: it is wider only where the policy itself names more. A use counts as covered where the document
    shows criteria for this drug: not where it only lists it, nor where one place speaks for a whole class of drugs; and
    the parts of a disease that it names as a whole, only where the criteria were seen whole."""
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
            for item in ground.by_aspect[aspect_iri("fda-approved-use")]
            if item.source == policy.source and item.about in (policy.iri, *policy.drugs)
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
        other.source == policy.source
        and other.drugs != policy.drugs
        and any((rule.indication, rule.locator) in places for rule in other.rules)
        for other in ground.policies.all
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
    """Ages that are not the label's. Where the policy's use is the narrower one, as adult-onset Still's disease is,
    a higher age is no difference; an age that an excerpt does not show is none either. Where the policy's use is the
    broader one and it names no age, the label's ages count only where it has one for each disease of the use."""
    for indication, rules in ground.by_indication(policy, label.drugs):
        rule = rules[0]
        mine = _age(ground, rule)
        if not (mine or rule.complete) or not all(ground.asks_plainly(one, age.KIND) for one in (rule, *label.rules)):
            continue
        apart: list[Rule] = []
        aged = set(ground.uses([labeled for labeled in label.rules if _age(ground, labeled)]))
        whole = set(ground.uses(rules)) <= aged
        for labeled in label.rules:
            theirs = _age(ground, labeled)
            narrower = labeled.indication != indication and ground.names.subsumes(labeled.indication, indication)
            broader = labeled.indication != indication and ground.names.subsumes(indication, labeled.indication)
            if (broader and not mine and not whole) or not (theirs or labeled.complete):
                continue
            if mine == theirs or not set(ground.uses([labeled])) & set(ground.uses(rules)):
                continue
            if not (narrower and mine and theirs and min(mine) >= min(theirs)):
                apart.append(labeled)
        if apart:
            silence = "names no age for this use among its criteria, as far as seen"
            sides = [*telling.criteria_sides(ground, policy, rule, ground.leaves(rule, age.KIND), silence)]
            for labeled in apart:
                bound = ground.leaves(labeled, age.KIND)
                sides += telling.criteria_sides(ground, label, labeled, bound, "no age in the indication")
            if mine:
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
                2 if mine else 1,
            )


def _conditions(ground: Ground, policy: Policy, label: Policy) -> Iterator[Conflict]:
    """A severity, or what has to be inappropriate first, in the label's indication, and no such thing in the criteria
    of a policy that were seen whole."""
    for indication, rules in ground.by_indication(policy, label.drugs):
        rule = rules[0]
        if not rule.complete or rule.initial is None:
            continue
        for labeled in label.rules:
            if labeled.indication != indication or labeled.initial is None:
                continue
            for kind, narrowing in _NARROWINGS:
                asked = _narrowing(labeled.initial.affirmed, kind, narrowing)
                if not asked or _narrowing(rule.initial.leaves, kind, narrowing):
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


def _age(ground: Ground, rule: Rule) -> frozenset[tuple[int, int]]:
    """The lowest and highest ages of a rule's age criteria, in years; an open end is 0 or 200."""
    found = set()
    for leaf in ground.leaves(rule, age.KIND):
        low, high = leaf.parameters.get("minimumAge"), leaf.parameters.get("maximumAge")
        found.add((int(low.value) if low else 0, int(high.value) if high else 200))
    return frozenset(found)
