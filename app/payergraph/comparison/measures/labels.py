"""Every newest policy beside every indication of its drug's label: whether it asks for more, for less, or for both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ... import terms
from ...choice import Request
from ...criteria import KINDS, Bound, Restriction
from ...policies.diseases import as_labeled
from ...policies.editions import newest
from ...policies.library import Policies
from ...policies.model import Criterion, Policy, Rule
from ...store.facts import facts
from ...store.graph import Graph
from ...store.names import names
from .model import POSITIONS, LabelComparison
from .rules import follows_all, prescriber
from .therapies import Therapies

_LOWEST = Decimal("-Infinity")


class LabelMeter:
    """What policies ask beside labels, with what has to be known of a graph for it."""

    def __init__(self, graph: Graph, read: Policies, therapies: Therapies) -> None:
        self._read, self._therapies = read, therapies
        self._newest = newest(graph)
        self._subsumes = names(graph).subsumes
        self._diseases = read.diseases
        said = facts(graph, f"?s pg:aspect <{terms.ID}aspect/fda-approval-date>", ("about", "scope", "value"))
        self._approved = [
            (drug, use, day)
            for one in said.values()
            for drug in one.texts("about")
            for use in one.texts("scope")
            for day in one.texts("value")
        ]

    def comparisons(self) -> Iterator[LabelComparison]:
        """Every newest policy beside every indication of its drug's label."""
        for policy in self._newest:
            for label in self._read.labels_of(policy):
                for labeled in label.rules:
                    yield from self._compared(policy, label, labeled)

    def _compared(self, policy: Policy, label: Policy, labeled: Rule) -> Iterator[LabelComparison]:
        use, asked = labeled.indication, (*label.products, *label.drugs)[0]
        groups = self._read.uses.rules_for(policy, use, Request.INITIAL, asked=asked)
        found = [rule for _, rules in groups for rule in rules]
        excluded = self._read.uses.exclusion(policy, use)
        if not found and not excluded:
            found = list(filter(as_labeled, policy.rules))
        for rule in found:
            yield self._beside(policy, label, labeled, rule)
        if not found:
            listed = bool(excluded) or (policy.indications_complete and bool(policy.rules))
            yield LabelComparison(policy, labeled, None, "not covered" if listed else "not shown")

    def _beside(self, policy: Policy, label: Policy, labeled: Rule, rule: Rule) -> LabelComparison:
        weeks = self._weeks(policy, label, labeled.indication)
        if rule.initial is None or labeled.initial is None:
            return LabelComparison(policy, labeled, rule, "not shown", weeks=weeks)
        if not (follows_all(rule.initial) and follows_all(labeled.initial)):
            return LabelComparison(policy, labeled, rule, "not shown", weeks=weeks)
        more = self._restrictions(rule, rule.initial, labeled.initial)
        less = self._relaxations(rule, rule.initial, label, labeled, labeled.initial)
        if more and less:
            category = "mixed"
        elif more:
            category = "more restrictive"
        elif less:
            category = "less restrictive"
        else:
            category = "consistent" if rule.complete else "not shown"
        return LabelComparison(policy, labeled, rule, category, more, less, weeks)

    # --- more than the label ------------------------------------------------------------------------------------------

    def _restrictions(self, rule: Rule, mine: Criterion, label: Criterion) -> tuple[Restriction, ...]:
        known = {self._read.signature(part) for part in label.conjuncts()}
        parts = [part for part in mine.conjuncts() if self._read.signature(part) not in known]
        found = {self._restriction(rule, part, mine, label) for part in parts}
        if self._asks_more_steps(mine, label):
            found.add(Restriction.STEPS)
        return tuple(kind for kind in Restriction if kind in found and kind is not Restriction.NONE)

    def _asks_more_steps(self, mine: Criterion, label: Criterion) -> bool:
        ours, theirs = self._therapies.position(mine), self._therapies.position(label)
        more = self._therapies.fewest(mine)[0] > self._therapies.fewest(label)[0]
        return more or POSITIONS.index(ours) > POSITIONS.index(theirs)

    def _restriction(self, rule: Rule, part: Criterion, mine: Criterion, label: Criterion) -> Restriction:
        """How a part of a policy's criteria restricts that the label does not have; steps are counted over the tree."""
        asked = part.affirmed
        found = {KINDS[leaf.kind].restriction for leaf in asked or part.leaves}
        if Restriction.NONE in found:
            return Restriction.NONE
        if not asked:
            return Restriction.SUBGROUP  # who has had something, or has it, is left out
        if Restriction.STEPS in found:
            return Restriction.NONE
        if Restriction.PRESCRIBER in found:
            return Restriction.PRESCRIBER if prescriber(part) else Restriction.NONE
        if all(map(_is_diagnosis, asked)) and not any(self._narrows(rule, leaf, label) for leaf in asked):
            return Restriction.NONE
        if all(KINDS[leaf.kind].bounds for leaf in asked) and not _tighter(mine, label):
            return Restriction.NONE
        return KINDS[asked[0].kind].restriction

    def _narrows(self, rule: Rule, leaf: Criterion, label: Criterion) -> bool:
        """Whether a diagnosis asks for more than the rule's use: a severity, an activity, or some of its diseases."""
        labeled = [one for one in label.affirmed if one.kind == leaf.kind]
        theirs = {(name, value.value) for one in labeled for name, value in one.parameters.items()}
        if any((name, value.value) not in theirs for name, value in leaf.parameters.items() if name != "conditions"):
            return True
        needed = self._diseases.narrowest(labeled) or self._diseases.ends(rule.indication)
        return not self._diseases.narrowest([leaf]) >= needed

    # --- less than the label ------------------------------------------------------------------------------------------

    def _relaxations(
        self, rule: Rule, mine: Criterion, label: Policy, labeled: Rule, theirs: Criterion
    ) -> tuple[str, ...]:
        found: list[str] = []
        if rule.complete:
            found += dict.fromkeys(_tighter(theirs, mine))
            if self._therapies.fewest(mine)[0] < self._therapies.fewest(theirs)[0]:
                found.append(Restriction.STEPS)
            kinds = {leaf.kind for leaf in mine.leaves}
            if any(leaf.kind not in kinds for leaf in theirs.affirmed if _is_subgroup(leaf)) or any(
                _leaves_in(mine, part) for part in theirs.conjuncts() if not part.affirmed
            ):
                found.append(Restriction.SUBGROUP)
        if self._goes_beyond(rule, mine, label, labeled):
            found.append("indication")
        return tuple(found)

    def _goes_beyond(self, rule: Rule, mine: Criterion, label: Policy, labeled: Rule) -> bool:
        """Whether a rule covers diseases that no indication of the label has."""
        if as_labeled(rule) or (rule.indication == labeled.indication and not any(map(_is_diagnosis, mine.affirmed))):
            return False
        on_label = {end for item in label.rules if item.initial for end in self._diseases.covered(item)}
        return not self._diseases.covered(rule) <= on_label

    def _weeks(self, policy: Policy, label: Policy, indication: str) -> int | None:
        for drug, use, day in self._approved:
            if drug in label.drugs and (self._subsumes(use, indication) or self._subsumes(indication, use)):
                if len(day) < 10 or len(policy.edition) < 10:
                    return None
                days = (date.fromisoformat(policy.edition) - date.fromisoformat(day)).days
                return days // 7 if days >= 0 else None
        return None


def _is_diagnosis(leaf: Criterion) -> bool:
    return "conditions" in leaf.parameters


def _is_subgroup(leaf: Criterion) -> bool:
    """Whether a leaf of a label names a subgroup: beside bounds, which compare by themselves, and diseases alone."""
    kind = KINDS[leaf.kind]
    return kind.restriction is Restriction.SUBGROUP and not kind.bounds and set(leaf.parameters) != {"conditions"}


def _leaves_in(mine: Criterion, part: Criterion) -> bool:
    """Whether a tree has nothing for a part of a label that leaves out who has something, or had it.

    It has something where it negates a criterion of the same dimension, or asks one of a kind that says the contrary.
    """
    kinds = {leaf.kind for leaf in part.leaves}
    told = {_about(leaf) for leaf in mine.leaves if leaf.kind not in kinds or False in mine.senses[leaf.id]}
    return not told & set(map(_about, part.leaves))


def _about(leaf: Criterion) -> str:
    return leaf.dimension.removeprefix("no ")  # "no prior therapy" is about prior therapy


def _tighter(one: Criterion, other: Criterion) -> list[str]:
    """The numbers of a patient, by the dimension of their kind, that one tree bounds tighter than the other."""
    return [
        kind.dimension
        for kind in KINDS.values()
        for bound in kind.bounds
        if _demand(one, bound).compare(_demand(other, bound)) > 0
    ]


def _demand(root: Criterion, bound: Bound) -> Decimal:
    """How much a tree demands by a bound, where its leaves have several the least; more is tighter."""
    values = [value for leaf in root.affirmed if (value := leaf.parameters.number(bound.parameter)) is not None]
    return min((value if bound.below else -value for value in values), default=_LOWEST)
