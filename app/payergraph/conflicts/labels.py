"""Uses and ages of a policy in force, against those of the drug's FDA label."""

from __future__ import annotations

from collections.abc import Iterator

from ..policy import Policy, Rule
from .ground import AS_LABELED, Ground, slug
from .model import Conflict, Kind, Side


def find(ground: Ground) -> Iterator[Conflict]:
    """Uses and ages that are not those of the label."""
    labels = {label.drug: label for label in ground.policies.labels}
    for policy in ground.policies.all:
        label = labels.get(policy.drug)
        if label is not None and policy.iri not in ground.replaced:
            yield from _beyond_label(ground, policy, label)
            yield from _short_of_label(ground, policy, label)
            yield from _ages(ground, policy, label)


def _beyond_label(ground: Ground, policy: Policy, label: Policy) -> Iterator[Conflict]:
    """Uses that the label does not have. A use named in the label's own words counts as labeled, whatever the label
    lists under it: it is wider only where the policy itself names more."""
    words = {rule.indication for rule in label.rules}
    approved = {use for rule in label.rules for use in ground.uses([rule])}
    for indication, rules in ground.by_indication(policy):
        uses, beyond = ground.uses(rules), set[str]()
        for use in ground.named(rules):
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
        differs = f"The policy covers {ground.listed(beyond)}, for which the drug is not labeled."
        question = f"indication {'wider than' if len(beyond) < len(uses) else 'outside'} the label"
        sides = (
            ground.rule_side(policy, rules[0], f"covers {ground.listed(uses)}"),
            *(ground.rule_side(label, rule, f"labeled for {ground.listed(ground.uses([rule]))}") for rule in near),
        )
        if not near:
            listed = ground.listed([rule.indication for rule in label.rules])
            sides = (*sides, ground.policy_side(label, f"labeled for {listed}"))
        matters = "An approval for it rests on the policy alone; another payer may call the use experimental."
        yield ground.rule_conflict(
            Kind.POLICY_VS_LABEL, policy, indication, question, differs, matters, sides, 2 if near else 1
        )


def _short_of_label(ground: Ground, policy: Policy, label: Policy) -> Iterator[Conflict]:
    """Labeled uses that a policy excludes, or that its whole list of uses lacks.

    A page that is not known to have spoken after the approval of a use is not blamed for its absence.
    """
    for rule in label.rules:
        approved = [
            date for drug, use, date in ground.approvals if drug == policy.drug and ground.related(use, rule.indication)
        ] or [date for date in (label.edition, label.reviewed) if date]
        if not approved or not all(ground.speaks_after(policy, date) for date in approved):
            continue
        excluded = [item for item in policy.exclusions if ground.names.subsumes(item.indication, rule.indication)]
        labeled = ground.rule_side(label, rule, f"labeled for {ground.listed(ground.uses([rule]))}")
        if excluded:
            out = excluded[0]
            side = Side(f"not covered: {out.reason}", slug(out.source), "", out.locator, policy.authority, out.iri)
            question, how, weight = "labeled use excluded", "excludes", 3
        elif policy.indications_complete and policy.rules and not _covers(ground, policy, rule):
            listed = ground.listed({mine.indication for mine in policy.rules})
            side = ground.policy_side(policy, f"rules for {listed} only")
            question, how, weight = "labeled use not listed", "does not list", 2
        else:
            continue
        differs = f"The policy {how} {ground.label(rule.indication)}, for which the drug is labeled."
        matters = "A request for a labeled use would be refused."
        yield ground.rule_conflict(
            Kind.POLICY_VS_LABEL, policy, rule.indication, question, differs, matters, (side, labeled), weight
        )


def _covers(ground: Ground, policy: Policy, labeled: Rule) -> bool:
    uses = set(ground.uses([labeled]))
    return any(slug(rule.indication) in AS_LABELED or uses & set(ground.uses([rule])) for rule in policy.rules)


def _ages(ground: Ground, policy: Policy, label: Policy) -> Iterator[Conflict]:
    """Ages that are not the label's. Where the policy's use is the narrower one, as adult-onset Still's disease is,
    a higher age is no difference; an age that an excerpt does not show is none either."""
    for indication, rules in ground.by_indication(policy):
        rule = rules[0]
        mine = _age(ground, rule)
        if not mine and not rule.complete:
            continue
        apart = []
        for labeled in label.rules:
            theirs = _age(ground, labeled)
            narrower = labeled.indication != indication and ground.names.subsumes(labeled.indication, indication)
            if mine == theirs or not set(ground.uses([labeled])) & set(ground.uses(rules)):
                continue
            if not (narrower and mine and theirs and min(mine) >= min(theirs)):
                apart.append(labeled)
        if apart:
            sides = [*ground.criteria_sides(policy, rule, ground.leaves(rule, "age"))]
            for labeled in apart:
                bound = ground.leaves(labeled, "age")
                sides += ground.criteria_sides(label, labeled, bound, "no age in the indication")
            if mine:
                differs = "The policy asks for an age that is not the label's."
                matters = "A patient whom the label includes may be refused, or one whom it leaves out approved."
            else:
                differs = "The label gives an age; the policy asks for none."
                matters = "The policy alone would approve a patient whom the label leaves out."
            yield ground.rule_conflict(
                Kind.POLICY_VS_LABEL, policy, indication, "age", differs, matters, tuple(sides), 2 if mine else 1
            )


def _age(ground: Ground, rule: Rule) -> frozenset[tuple[int, int]]:
    """The lowest and highest ages of a rule's age criteria, in years; an open end is 0 or 200."""
    found = set()
    for leaf in ground.leaves(rule, "age"):
        low, high = leaf.terms.get("minimumAge"), leaf.terms.get("maximumAge")
        found.add((int(low.value) if low else 0, int(high.value) if high else 200))
    return frozenset(found)
