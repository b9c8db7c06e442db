"""What studies of coverage count, worked out for each rule; docs/measures.md defines each measure and names its source.

Everything is taken from the first request's criteria. A *route* is one way through a tree: of each ``AnyOf`` one part,
of each ``AllOf`` all. Routes that are open only to some are left aside where there is another: those that rest on an
intolerance or a contraindication, on having had the drug already, on an attestation, or on a reviewer's judgement.

``record`` adds the measures to a graph, for SPARQL. They depend on the graph alone, never on the day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations

import pyoxigraph as ox

from .. import terms
from ..choice import Authority, Request, Standing
from ..policies.library import policies
from ..policies.model import Criterion, Policy, Rule
from ..policies.routes import Route, routes
from ..store.graph import Graph, LocalGraph
from ..store.names import names
from ..store.once import once_a_graph
from ..terms import Term, pg
from .compare import COVERAGE, compare

#: How a policy stands to a labeled indication.
CATEGORIES = ("consistent", "more restrictive", "less restrictive", "mixed", "not covered", "not shown")
#: Where the least demanding route stands.
POSITIONS = ("first line", "after conventional therapy", "after a biologic or targeted drug")
#: What is asked of the prescriber, the least first. The least is ``not shown`` where a rule was seen in part.
PRESCRIBERS = ("none", "consultation suffices", "specialist only")

_SUBGROUP, _STEPS, _PRESCRIBER, _OTHER = "patient subgroup", "step therapy", "prescriber", "other"
_RESTRICTION = dict.fromkeys(
    (
        *("DiagnosisCriterion", "AgeCriterion", "WeightCriterion", "LabCriterion", "FindingCriterion"),
        *("AbsentFindingCriterion", "GeneticCriterion", "FlareCriterion"),
    ),
    _SUBGROUP,
)
_DIAGNOSIS = "DiagnosisCriterion"
_TESTS = frozenset(("LabCriterion", "GeneticCriterion", "ScreeningCriterion"))
_EXCEPTIONS = frozenset(("AttestationCriterion", "ReviewerCriterion"))
_RULED_OUT = frozenset(("IntoleranceOnly", "ContraindicationOnly", "IntoleranceOrContraindication"))
# Indications that stand for whatever the label has.
_AS_LABELED = frozenset(("fda-approved-indication", "fda-or-compendia-supported-indication"))
_ADVANCED = tuple(f"{terms.ID}drug-class/{slug}" for slug in ("biologic", "tsdmard"))
# More routes than these are not followed; ``RuleMeasures.all_routes`` is then false.
_ROUTES = 512


@dataclass(frozen=True)
class RuleMeasures:
    """What a rule demands of a first request. Of an excerpt the numbers are the least that it may be.

    Attributes:
        fewest_therapies: how many different therapies must have been tried, on the route with the fewest.
        therapies: the demands of that route, in words.
        position: one of ``POSITIONS``; ``not shown`` in place of the least where the rule was seen in part.
        trial_months: the longest trial that this route names; None where it names none.
        prescriber: one of ``PRESCRIBERS``, or ``not shown`` in the same way.
        documents, attestations, tests: how many, on the route with the fewest of all three together.
        all_routes: whether every route was followed. Where not, the least is that of those that were: another route may
            ask for less.
    """

    policy: Policy
    rule: Rule
    fewest_therapies: int
    therapies: str
    position: str
    trial_months: Decimal | None
    prescriber: str
    documents: int
    attestations: int
    tests: int
    all_routes: bool = True


@dataclass(frozen=True)
class LabelComparison:
    """A policy beside one labeled indication.

    Attributes:
        rule: the rule of the policy for it; None where there is none.
        category: one of ``CATEGORIES``.
        restrictions: how it asks for more than the label: patient subgroup, step therapy, prescriber, other.
        relaxations: how it asks for less: age, weight, patient subgroup, step therapy, indication.
        weeks: from the label's change to the effective date of the policy, where both days are known and in this order.
    """

    policy: Policy
    labeled: Rule
    rule: Rule | None
    category: str
    restrictions: tuple[str, ...] = ()
    relaxations: tuple[str, ...] = ()
    weeks: int | None = None


@dataclass(frozen=True)
class Agreement:
    """How often policies ask the same.

    Attributes:
        between: ``payers``, pairs of the newest primary policies of different payers; or ``retelling``, a secondary
            policy and its original, dimension by dimension.
        policies: those that were compared.
        dimension: of the criteria; empty where all dimensions were counted together.
        pairs, agreeing: how many pairs were compared, and how many asked the same.
    """

    between: str
    drug: str
    indication: str
    dimension: str
    policies: tuple[str, ...]
    pairs: int
    agreeing: int


@dataclass(frozen=True)
class Measures:
    """All measures of a graph."""

    rules: tuple[RuleMeasures, ...]
    labels: tuple[LabelComparison, ...]
    agreements: tuple[Agreement, ...]


@once_a_graph
def measures(graph: LocalGraph) -> Measures:
    """The measures of a graph, worked out once for each graph."""
    meter = _Meter(graph)
    return Measures(tuple(meter.rules()), tuple(meter.labels()), tuple(_agreements(graph)))


@once_a_graph
def record(graph: LocalGraph) -> None:
    """Add the measures to the graph, in a named graph of their own; once for each graph."""
    graph.store.bulk_extend(_quads(measures(graph)))


def newest(graph: Graph) -> tuple[Policy, ...]:
    """The policies that no other edition in the graph replaces."""
    read = policies(graph)
    replaced = {old for policy in read.all for old in policy.supersedes}
    return tuple(policy for policy in read.all if policy.iri not in replaced)


def _is_exception(leaf: Criterion) -> bool:
    """Whether a leaf is no way for somebody who is new to the drug and can take everything else."""
    if leaf.kind == "PriorTherapyCriterion":
        return leaf.parameters.true("requestedDrugCounts") or leaf.parameters.local("acceptedOutcomes") in _RULED_OUT
    return leaf.kind in _EXCEPTIONS


def _is_trial(leaf: Criterion) -> bool:
    return leaf.kind == "PriorTherapyCriterion" and not _is_exception(leaf)


def _is_therapy_or_exception(leaf: Criterion) -> bool:
    return _is_trial(leaf) or _is_exception(leaf)


def _is_of_prescriber(leaf: Criterion) -> bool:
    return leaf.kind == "PrescriberCriterion"


def _burdens(part: Criterion) -> bool:
    return any(_load(part))


def _all_followed(root: Criterion) -> bool:
    counted = (_is_therapy_or_exception, _is_of_prescriber, _burdens)
    return all(routes(root, counts, most=_ROUTES).complete for counts in counted)


class _Meter:
    """The measures of rules and of labels, with what they need to know of the graph."""

    def __init__(self, graph: LocalGraph) -> None:
        self._graph = graph
        self._names = names(graph)
        self._read = policies(graph)
        self._members = self._read.members
        self._covers: defaultdict[str, set[str]] = defaultdict(set)
        for row in graph.rows("SELECT ?member ?therapy WHERE { ?member pg:covers ?therapy }"):
            self._covers[row["member"].value].add(row["therapy"].value)
        rows = graph.rows(
            f"""SELECT ?drug ?use ?date WHERE {{
              ?s pg:aspect <{terms.ID}aspect/fda-approval-date> ; pg:about ?drug ; pg:scope ?use ; pg:value ?date }}"""
        )
        self._approved = [(row["drug"].value, row["use"].value, row["date"].value) for row in rows]

    # --- rules ------------------------------------------------------------------------------------------------------

    def rules(self) -> Iterator[RuleMeasures]:
        """The measures of every rule that has criteria for a first request."""
        for policy in self._read.all:
            for rule in policy.rules:
                if rule.initial is not None:
                    yield self._rule(policy, rule, rule.initial)

    def _rule(self, policy: Policy, rule: Rule, root: Criterion) -> RuleMeasures:
        count, trials = self._fewest(root)
        burden = min(
            routes(root, _burdens, most=_ROUTES).found,
            key=lambda route: sum(sum(_load(part)) for part in route),
        )
        loads = [_load(part) for part in burden]
        months = [length for leaf in trials if (length := _months(leaf)) is not None]
        return RuleMeasures(
            policy=policy,
            rule=rule,
            fewest_therapies=count,
            therapies="; ".join(leaf.summary for leaf in trials),
            position=_shown(self._position(root), POSITIONS, rule),
            trial_months=max(months, default=None),
            prescriber=_shown(PRESCRIBERS[_prescriber(root)], PRESCRIBERS, rule),
            documents=sum(load[0] for load in loads),
            attestations=sum(load[1] for load in loads),
            tests=sum(load[2] for load in loads),
            all_routes=_all_followed(root),
        )

    def _open_routes(self, root: Criterion) -> list[Route]:
        """The routes with the fewest exceptions, each without them."""
        found = routes(root, _is_therapy_or_exception, most=_ROUTES).found
        least = min(sum(map(_is_exception, route)) for route in found)
        return [frozenset(filter(_is_trial, route)) for route in found if sum(map(_is_exception, route)) == least]

    def _fewest(self, root: Criterion) -> tuple[int, list[Criterion]]:
        """The fewest therapies, and the leaves that ask for them, in reading order."""
        order = [leaf.id for leaf in root.leaves]

        def in_order(route: Route) -> list[Criterion]:
            return sorted(route, key=lambda leaf: order.index(leaf.id))

        found = [in_order(route) for route in self._open_routes(root)]
        return min(((self._different(leaves), leaves) for leaves in found), key=lambda pair: (pair[0], len(pair[1])))

    def _different(self, leaves: Sequence[Criterion]) -> int:
        """How many therapies satisfy all leaves: one counts for two leaves where both take it."""
        total = 0
        before: list[str] = []
        for leaf in leaves:
            groups = self._members(leaf.parameters["therapyGroups"].value)
            needed = self._needed(leaf)
            repeated = groups * needed if leaf.parameters.local("countBy") == "ByIngredient" else groups
            total += needed - min(needed, total, self._matched(repeated, before))
            before += repeated
        return total

    def _needed(self, leaf: Criterion) -> int:
        if leaf.parameters.true("everyMember"):
            return len(self._members(leaf.parameters["therapyGroups"].value))
        return leaf.parameters.count("minimumGroups")

    def _matched(self, groups: Sequence[str], others: Sequence[str]) -> int:
        """The size of a largest matching of groups that share a therapy (augmenting paths)."""
        owner: dict[int, int] = {}

        def place(one: int, seen: set[int]) -> bool:
            for other, name in enumerate(others):
                if other not in seen and self._covers[groups[one]] & self._covers[name]:
                    seen.add(other)
                    if other not in owner or place(owner[other], seen):
                        owner[other] = one
                        return True
            return False

        return sum(place(one, set()) for one in range(len(groups)))

    def _position(self, root: Criterion) -> str:
        """The least advanced of the open routes."""
        ranks = []
        for route in self._open_routes(root):
            advanced = any(self._forces_advanced(leaf) for leaf in route)
            ranks.append(2 if advanced else int(bool(route)))
        return POSITIONS[min(ranks)]

    def _forces_advanced(self, leaf: Criterion) -> bool:
        groups = self._members(leaf.parameters["therapyGroups"].value)
        others = [group for group in groups if not self._is_advanced(group)]
        if others and leaf.parameters.local("countBy") == "ByIngredient":
            return False
        return self._needed(leaf) > len(others)

    def _is_advanced(self, group: str) -> bool:
        held = self._members(group) or (group,)
        return all(any(self._names.subsumes(one, member) for one in _ADVANCED) for member in held)

    # --- labels -----------------------------------------------------------------------------------------------------

    def labels(self) -> Iterator[LabelComparison]:
        """Every newest policy beside every indication of its drug's label."""
        by_drug = {label.drug: label for label in self._read.labels}
        for policy in newest(self._graph):
            label = by_drug.get(policy.drug)
            ends = (
                {end for item in label.rules if item.initial for end in self._covered(item, item.initial)}
                if label
                else set()
            )
            for labeled in label.rules if label else ():
                found = [
                    rule
                    for _, rules in self._read.uses.rules_for(policy, labeled.indication, Request.INITIAL)
                    for rule in rules
                ]
                if not found and not self._read.uses.exclusion(policy, labeled.indication):
                    found = [rule for rule in policy.rules if terms.slug(rule.indication) in _AS_LABELED]
                if found:
                    yield from (self._beside(policy, labeled, rule, ends) for rule in found)
                else:
                    yield LabelComparison(policy, labeled, None, self._uncovered(policy, labeled.indication))

    def _uncovered(self, policy: Policy, indication: str) -> str:
        if self._read.uses.exclusion(policy, indication):
            return "not covered"
        return "not covered" if policy.indications_complete and policy.rules else "not shown"

    def _beside(self, policy: Policy, labeled: Rule, rule: Rule, labeled_ends: set[str]) -> LabelComparison:
        weeks = self._weeks(policy, labeled.indication)
        if rule.initial is None or labeled.initial is None:
            return LabelComparison(policy, labeled, rule, "not shown", weeks=weeks)
        if not (_all_followed(rule.initial) and _all_followed(labeled.initial)):
            return LabelComparison(policy, labeled, rule, "not shown", weeks=weeks)
        more = self._restrictions(rule, rule.initial, labeled.initial)
        less = self._relaxations(rule, rule.initial, labeled, labeled_ends)
        if more and less:
            category = "mixed"
        elif more:
            category = "more restrictive"
        elif less:
            category = "less restrictive"
        else:
            category = "consistent" if rule.complete else "not shown"
        return LabelComparison(policy, labeled, rule, category, more, less, weeks)

    def _restrictions(self, rule: Rule, mine: Criterion, label: Criterion) -> tuple[str, ...]:
        known = {self._read.signature(part) for part in label.conjuncts()}
        found = set()
        if self._fewest(mine)[0] > self._fewest(label)[0]:
            found.add(_STEPS)
        if POSITIONS.index(self._position(mine)) > POSITIONS.index(self._position(label)):
            found.add(_STEPS)
        for part in mine.conjuncts():
            kinds = {leaf.kind for leaf in part.leaves}
            if self._read.signature(part) in known or kinds & {"UseCriterion", "NotShownCriterion"}:
                continue
            if "PriorTherapyCriterion" in kinds:
                continue
            if kinds == {"DiagnosisCriterion"} and not any(self._narrows(rule, leaf, label) for leaf in part.leaves):
                continue
            if kinds <= {"AgeCriterion", "WeightCriterion"} and not self._bounds(mine, label, 1):
                continue
            if "PrescriberCriterion" in kinds:
                if _prescriber(part):
                    found.add(_PRESCRIBER)
                continue
            found.add(_RESTRICTION.get(part.leaves[0].kind, _OTHER))
        return tuple(kind for kind in (_SUBGROUP, _STEPS, _PRESCRIBER, _OTHER) if kind in found)

    def _narrows(self, rule: Rule, leaf: Criterion, label: Criterion) -> bool:
        """Whether a diagnosis asks for more than the rule's use: a severity, an activity, or some of its diseases."""
        theirs = {
            (name, value.value)
            for one in label.leaves
            if one.kind == leaf.kind
            for name, value in one.parameters.items()
        }
        if any((name, value.value) not in theirs for name, value in leaf.parameters.items() if name != "conditions"):
            return True
        named = {end for one in self._members(leaf.parameters["conditions"].value) for end in self._ends(one)}
        labeled = [
            end
            for one in label.leaves
            if one.kind == leaf.kind
            for condition in self._members(one.parameters["conditions"].value)
            for end in self._ends(condition)
        ]
        return not named >= (set(labeled) or self._ends(rule.indication))

    def _ends(self, condition: str) -> set[str]:
        """The narrowest conditions that a condition holds, or itself."""
        held = self._names.narrower(condition, "Condition")
        return {one for one in held if not self._names.narrower(one, "Condition")} or {condition}

    def _bounds(self, mine: Criterion, label: Criterion, sign: int) -> list[str]:
        """The bounds of age and weight that are tighter than the label's, or looser where ``sign`` is -1."""
        found = []
        for word, name, direction in (
            ("age", "minimumAge", 1),
            ("age", "maximumAge", -1),
            ("weight", "minimumWeightKg", 1),
        ):
            ours, theirs = (
                min(
                    (direction * bound for leaf in root.leaves if (bound := leaf.parameters.number(name)) is not None),
                    default=None,
                )
                for root in (mine, label)
            )
            none = Decimal("-Infinity")
            if sign * ((none if ours is None else ours).compare(none if theirs is None else theirs)) > 0:
                found.append(word)
        return found

    def _relaxations(self, rule: Rule, mine: Criterion, labeled: Rule, labeled_ends: set[str]) -> tuple[str, ...]:
        label = labeled.initial
        assert label is not None
        found = []
        if rule.complete:
            found += list(dict.fromkeys(self._bounds(mine, label, -1)))
            if self._fewest(mine)[0] < self._fewest(label)[0]:
                found.append(_STEPS)
            kinds = {leaf.kind for leaf in mine.leaves}
            bounds = (
                leaf.kind
                for leaf in label.leaves
                if leaf.kind == "FindingCriterion"
                or (leaf.kind == _DIAGNOSIS and set(leaf.parameters) != {"conditions"})
            )
            if any(kind not in kinds for kind in bounds):
                found.append(_SUBGROUP)
        named = terms.slug(rule.indication) not in _AS_LABELED
        if (
            named
            and self._covered(rule, mine) - labeled_ends
            and (rule.indication != labeled.indication or any(leaf.kind == _DIAGNOSIS for leaf in mine.leaves))
        ):
            found.append("indication")
        return tuple(dict.fromkeys(found))

    def _covered(self, rule: Rule, root: Criterion) -> set[str]:
        """The narrowest diseases that a rule names as covered: those of its diagnoses, or its use."""
        named = {
            end
            for leaf in root.leaves
            if leaf.kind == _DIAGNOSIS
            for condition in self._members(leaf.parameters["conditions"].value)
            for end in self._ends(condition)
        }
        return named & self._ends(rule.indication) or self._ends(rule.indication)

    def _weeks(self, policy: Policy, indication: str) -> int | None:
        subsumes = self._names.subsumes
        for drug, use, text in self._approved:
            if drug == policy.drug and (subsumes(use, indication) or subsumes(indication, use)):
                if len(text) < 10 or len(policy.edition) < 10:
                    return None
                days = (date.fromisoformat(policy.edition) - date.fromisoformat(text)).days
                return days // 7 if days >= 0 else None
        return None


def _shown(value: str, values: Sequence[str], rule: Rule) -> str:
    return value if rule.complete or value != values[0] else "not shown"


def _load(part: Criterion) -> tuple[int, int, int]:
    """The documents, attestations and tests that a part of the tree asks for itself: one at most."""
    if part.kind == "AttestationCriterion":
        return 0, 1, 0
    if part.kind in _TESTS:
        return 0, 0, 1
    return int(part.kind == "DocumentCriterion" or part.documentation_required), 0, 0


def _months(leaf: Criterion) -> Decimal | None:
    months, weeks = leaf.parameters.number("minimumMonths"), leaf.parameters.number("minimumWeeks")
    if months is None and weeks is not None:
        return (weeks * 12 / 52).quantize(Decimal("0.1"))
    return months


def _prescriber(root: Criterion) -> int:
    """The place in ``PRESCRIBERS`` of the least demanding route."""
    return min(
        max((1 if leaf.parameters.true("consultationAccepted") else 2 for leaf in route), default=0)
        for route in routes(root, _is_of_prescriber, most=_ROUTES).found
    )


# --- agreement --------------------------------------------------------------------------------------------------------


def _agreements(graph: LocalGraph) -> Iterator[Agreement]:
    current = newest(graph)
    known = frozenset(policy.iri for policy in current)
    uses = sorted({(policy.drug, rule.indication) for policy in current for rule in policy.rules})
    for drug, indication in uses:
        if terms.slug(indication) in _AS_LABELED:
            continue
        comparison = compare(graph, drug, indication, authority=Authority.ALL, as_of=date.max)
        columns = comparison.columns
        payers = [
            (a, b) for a, b in combinations(range(len(columns)), 2) if _are_rivals(columns[a].policy, columns[b].policy)
        ]
        retold = [
            (a, b)
            for a in range(len(columns))
            for b in range(len(columns))
            if _retells(columns[a].policy, columns[b].policy, known)
        ]
        same = {
            (line.dimension, a, b): line.groups[a] == line.groups[b]
            for line in comparison.lines
            for a, b in {*payers, *retold}
            if line.groups[a] is not None and line.groups[b] is not None
        }
        covers = [column.rule is not None for column in columns]
        once = {column.policy.iri: place for place, column in enumerate(columns) if column.seen != "nothing"}
        known_to = set(once.values())
        by_dimension = {COVERAGE: {(a, b): covers[a] == covers[b] for a, b in payers if {a, b} <= known_to}}
        for line in comparison.lines:
            # A payer that does not cover the use asks for nothing.
            by_dimension[line.dimension] = {
                (a, b): same[line.dimension, a, b]
                for a, b in payers
                if (line.dimension, a, b) in same and covers[a] and covers[b]
            }
        for dimension, found in by_dimension.items():
            if found:
                compared = tuple(sorted({columns[place].policy.iri for pair in found for place in pair}))
                agreeing = sum(found.values())
                yield Agreement("payers", drug, indication, dimension, compared, len(found), agreeing)
        for a, b in retold:
            found_lines = [
                line.dimension
                for line in comparison.lines
                if (line.dimension, a, b) in same and (line.cells[a].entries or line.cells[b].entries)
            ]
            if found_lines:
                pair = columns[a].policy.iri, columns[b].policy.iri
                agreeing = sum(same[dimension, a, b] for dimension in found_lines)
                yield Agreement("retelling", drug, indication, "", pair, len(found_lines), agreeing)


def _are_rivals(one: Policy, other: Policy) -> bool:
    return one.authority == other.authority == Standing.PRIMARY and one.payer != other.payer


def _retells(one: Policy, other: Policy, known: frozenset[str]) -> bool:
    """Whether one tells of the other, because it says so."""
    return one.authority == "secondary" and other.iri != one.iri and other.iri in known.intersection(one.restates)


# --- triples ----------------------------------------------------------------------------------------------------------


def _quads(found: Measures) -> Iterator[ox.Quad]:
    graph = ox.NamedNode(terms.MEASURES)
    for subject, name, value in _facts(found):
        yield ox.Quad(
            ox.NamedNode(subject), ox.NamedNode(terms.RDF + "type") if name == "a" else pg(name), value, graph
        )


def _facts(found: Measures) -> Iterator[tuple[str, str, Term]]:
    def texts(subject: str, name: str, values: Iterable[str]) -> Iterator[tuple[str, str, Term]]:
        return ((subject, name, ox.Literal(value)) for value in values if value)

    # In the graph a number stands alone, so one that may be too high is not there.
    for item in (one for one in found.rules if one.all_routes):
        rule = item.rule.iri
        yield rule, "fewestTherapies", ox.Literal(item.fewest_therapies)
        yield from texts(rule, "therapiesAsked", [item.therapies])
        yield from texts(rule, "therapyPosition", [item.position])
        yield from texts(rule, "prescriberDemand", [item.prescriber])
        if item.trial_months is not None:
            yield (
                rule,
                "longestTrialMonths",
                ox.Literal(str(item.trial_months), datatype=ox.NamedNode(terms.XSD + "decimal")),
            )
        for name in ("documents", "attestations", "tests"):
            yield rule, f"{name}Needed", ox.Literal(getattr(item, name))
    for beside in found.labels:
        rules = [
            beside.policy.id,
            terms.slug(beside.labeled.iri),
            *([terms.slug(beside.rule.iri)] if beside.rule else []),
        ]
        node = f"{terms.ID}label-comparison/{'/'.join(rules)}"
        yield node, "a", pg("LabelComparison")
        yield node, "comparedPolicy", ox.NamedNode(beside.policy.iri)
        yield node, "labeledRule", ox.NamedNode(beside.labeled.iri)
        if beside.rule:
            yield node, "comparedRule", ox.NamedNode(beside.rule.iri)
        yield from texts(node, "labelCategory", [beside.category])
        yield from texts(node, "restrictionKind", beside.restrictions)
        yield from texts(node, "relaxationKind", beside.relaxations)
        if beside.weeks is not None:
            yield node, "weeksAfterLabel", ox.Literal(beside.weeks)
    for agreement in found.agreements:
        parts = [agreement.between, terms.slug(agreement.drug), terms.slug(agreement.indication)]
        if agreement.between == "retelling":
            parts += [terms.slug(iri) for iri in agreement.policies]
        else:
            parts.append(agreement.dimension.replace(" ", "-"))
        node = f"{terms.ID}agreement/{'/'.join(parts)}"
        yield node, "a", pg("Agreement")
        yield node, "agreementDrug", ox.NamedNode(agreement.drug)
        yield node, "agreementIndication", ox.NamedNode(agreement.indication)
        yield from texts(node, "agreementBetween", [agreement.between])
        yield from texts(node, "agreementDimension", [agreement.dimension])
        yield node, "pairsCompared", ox.Literal(agreement.pairs)
        yield node, "pairsAgreeing", ox.Literal(agreement.agreeing)
        for iri in agreement.policies:
            yield node, "comparedPolicy", ox.NamedNode(iri)
