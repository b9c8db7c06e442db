"""Mutation of the data: whatever is flipped in a tree of the two founding policies changes some verdict.

Each bound, count, yes or no, choice of outcomes, connective, part of a connective and list member is flipped, one at a
time. A flip that no example case notices survives, and the test names it. The cases are those of data/cases/, and
variants of them: a case with some of its fields replaced (None takes a field away).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

import pyoxigraph as ox
import pytest
from ruamel.yaml import YAML
from variants import VARIANTS

from payergraph.chart.case import Case, parse_case, read_case
from payergraph.criteria import Parameters, Status
from payergraph.locate import folder
from payergraph.policies.library import policies
from payergraph.policies.model import Criterion, Rule
from payergraph.store.graph import LocalGraph, shipped
from payergraph.store.rules import RULES, derive
from payergraph.terms import CONCEPTS, ONTOLOGY, PG, XSD, local
from payergraph.verdict.bench import Bench, bench
from payergraph.verdict.determination import determine
from payergraph.verdict.fold import fold, states_of
from payergraph.verdict.leaves import states as states_of_leaves

pytestmark = pytest.mark.slow

POLICIES = ("cigna-ip0243", "molina-kineret")
CASES = folder("data") / "cases"


@cache
def cases() -> tuple[Case, ...]:
    """The example cases and their variants."""
    graph = shipped()
    plain = {path.stem: YAML(typ="safe", pure=True).load(path) for path in sorted(CASES.glob("*.yaml"))}
    found = [read_case(path, graph) for path in sorted(CASES.glob("*.yaml"))]
    for name, (base, changes) in VARIANTS.items():
        content: dict[str, Any] = {**plain[base], **changes, "id": name}
        kept = {key: value for key, value in content.items() if value is not None}
        found.append(parse_case(json.dumps(kept, default=str), graph, format="json"))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Trial:
    """One case under one rule: the states of its leaves and the verdict, before anything is flipped."""

    case: Case
    review: str
    root: Criterion
    states: dict[str, Status]
    verdict: Status

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(node.id for node in self.root.walk())

    @cached_property
    def decisive(self) -> frozenset[str]:
        """The leaves on whose state, all others as they are, the verdict hangs."""
        return frozenset(
            leaf.id
            for leaf in self.root.leaves
            if any(fold(self.root, {**self.states, leaf.id: state}).status is not self.verdict for state in Status)
        )


@cache
def trials(policy_id: str) -> tuple[Trial, ...]:
    """Every example case under every rule of a policy that it touches."""
    graph = shipped()
    found = []
    for case in cases():
        if case.drug not in policies(graph)[policy_id].drugs:
            continue
        for item in determine(case, graph, policy=policy_id):
            for rule in policies(graph)[policy_id].rules:
                root = rule.criteria(item.request)
                if rule.indication == item.indication and root is not None:
                    review = case.indication or item.indication
                    if item.root is not None and item.root.criterion is root:
                        states = states_of(item.root)
                    else:  # another plan's rule, equal but for its names
                        states = judge(bench(graph), case, review, root.leaves)
                    found.append(Trial(case, review, root, states, fold(root, states).status))
    return tuple(found)


def judge(on: Bench, case: Case, review: str, leaves: tuple[Criterion, ...]) -> dict[str, Status]:
    with on.with_case(case.triples(ox.NamedNode(review))):
        return states_of_leaves(on, case.iri.value, leaves)


@dataclass(frozen=True, eq=False)
class Flip:
    """One change to one node of a policy, or to one member of one of its sets."""

    says: str
    node: Criterion
    other: Criterion
    without: tuple[str, str] | None = None


def flips(policy_id: str) -> list[Flip]:
    nodes: dict[str, Criterion] = {}
    for rule in policies(shipped())[policy_id].rules:
        for root in roots(rule):
            nodes.update((node.id, node) for node in root.walk())
    return [flip for node in nodes.values() for flip in (*flips_of_tree(node), *flips_of_leaf(node))]


def roots(rule: Rule) -> tuple[Criterion, ...]:
    return tuple(root for root in (rule.initial, rule.continuation) if root is not None)


def flips_of_tree(node: Criterion) -> Iterator[Flip]:
    if len(node.children) < 2:
        return
    kind = "AnyOf" if node.kind == "AllOf" else "AllOf"
    yield Flip(f"{node.id}: {node.kind} becomes {kind}", node, replace(node, kind=kind))
    for i, child in enumerate(node.children):
        rest = node.children[:i] + node.children[i + 1 :]
        yield Flip(f"{node.id}: without {child.id}", node, replace(node, children=rest))


def flips_of_leaf(node: Criterion) -> Iterator[Flip]:
    for name, value in node.parameters.items():
        for text, term in others(name, value):
            changed = replace(node, parameters=Parameters({**node.parameters, name: term}))
            yield Flip(f"{node.id}: {name} {local(value.value)} becomes {text}", node, changed)
        for owner, member in members(value.value) if isinstance(value, ox.NamedNode) else ():
            says = f"{node.id}: {name} without {local(member)}"
            yield Flip(says, node, replace(node), without=(owner, member))


def members(owner: str) -> list[tuple[str, str]]:
    """The members of a set, and those of its groups."""
    rows = shipped().rows(f"SELECT ?m WHERE {{ <{owner}> pg:member ?m }} ORDER BY ?m")
    direct = [(owner, row["m"].value) for row in rows]
    return direct + [pair for _, member in direct for pair in members(member)]


OUTCOMES = {
    row["s"].value: frozenset(row["o"].value.split())
    for row in shipped().rows(
        """SELECT ?s (GROUP_CONCAT(STR(?a); separator=" ") AS ?o)
           WHERE { ?s a pg:OutcomeSet ; pg:accepts ?a } GROUP BY ?s"""
    )
}
SEVERITIES = ("Mild", "Moderate", "ModerateToSevere", "Severe")


def others(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The neighbours of a parameter's value."""
    if isinstance(value, ox.Literal) and value.datatype.value == XSD + "boolean":
        text = "false" if value.value == "true" else "true"
        yield text, ox.Literal(text, datatype=value.datatype)
    elif isinstance(value, ox.Literal) and value.datatype.value in (XSD + "integer", XSD + "decimal"):
        for step in (-1, 1):
            text = str(Decimal(value.value) + step)
            yield text, ox.Literal(text, datatype=value.datatype)
    elif name == "acceptedOutcomes":
        for other, outcomes in OUTCOMES.items():
            if len(outcomes ^ OUTCOMES[value.value]) == 1:
                yield local(other), ox.NamedNode(other)
    elif name == "minimumSeverity":
        place = SEVERITIES.index(local(value.value))
        # Moderate and moderate to severe ask the same of a case.
        yield from ((s, ox.NamedNode(PG + s)) for s in (SEVERITIES[place - 2], SEVERITIES[place + 1]))
    elif name == "biomarkerResult":
        yield from ((r, ox.NamedNode(PG + r)) for r in ("BiAllelicPathogenic", "NegativeGeneticResult"))
    elif name == "formularyStatus":
        yield "NonPreferred", ox.NamedNode(PG + "NonPreferred")


def survives(flip: Flip, policy_id: str) -> bool:
    """Whether no example case has another verdict after the flip."""
    on = bench_without(flip.without, policy_id) if flip.without else bench(shipped())
    for trial in trials(policy_id):
        if flip.node.id not in (trial.names if flip.other.children else trial.decisive):
            continue
        root = swapped(trial.root, flip.node.id, flip.other)
        states = dict(trial.states)
        if not flip.other.children:
            states |= judge(on, trial.case, trial.review, (flip.other,))
        if fold(root, states).status is not trial.verdict:
            return False
    return True


def swapped(node: Criterion, name: str, other: Criterion) -> Criterion:
    if node.id == name:
        return other
    return replace(node, children=tuple(swapped(child, name, other) for child in node.children))


#: What a set covers, worked out anew where a member is taken out of it.
COVERED = ("covers", "may-cover", "unlisted")


@cache
def facts(policy_id: str) -> list[ox.Quad]:
    """What a policy is judged by, and what follows from it apart from what its sets cover."""
    graphs = (CONCEPTS, ONTOLOGY, policies(shipped())[policy_id].source)
    copy = ox.Store()
    for name in graphs:
        copy.bulk_extend(shipped().store.quads_for_pattern(None, None, None, ox.NamedNode(name)))
    derive(copy, [rule for rule in RULES if rule not in COVERED])
    return list(copy)


def bench_without(member: tuple[str, str], policy_id: str) -> Bench:
    """What a policy is judged by, without one member of one set; what the set covers is worked out anew."""
    gone = (ox.NamedNode(member[0]), ox.NamedNode(PG + "member"), ox.NamedNode(member[1]))
    copy = ox.Store()
    copy.bulk_extend(q for q in facts(policy_id) if (q.subject, q.predicate, q.object) != gone)
    derive(copy, COVERED)
    return Bench(LocalGraph(copy, ""))


@pytest.mark.parametrize("policy_id", POLICIES)
def test_every_flip_in_a_policy_changes_the_verdict_of_some_example_case(policy_id: str) -> None:
    survivors = [flip.says for flip in flips(policy_id) if survives(flip, policy_id)]
    assert not survivors, f"{len(survivors)} flips survive:\n" + "\n".join(survivors)


def test_the_flips_are_many_and_of_every_sort() -> None:
    says = [flip.says for policy_id in POLICIES for flip in flips(policy_id)]
    assert len(says) > 300
    for sort in ("becomes AnyOf", "becomes AllOf", "minimumGroups", "minimumMonths 3", "minimumAge 18", "without"):
        assert any(sort in text for text in says), sort
