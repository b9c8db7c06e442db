"""How often policies ask the same: those of different payers, and a retelling and its original."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations, permutations

from ...choice import Authority, Standing
from ...policies.diseases import as_labeled
from ...policies.editions import newest
from ...policies.model import Policy
from ...store.graph import LocalGraph
from ..compare import compare
from ..model import COVERAGE, Comparison, Line
from .model import Agreement


def agreements(graph: LocalGraph) -> Iterator[Agreement]:
    """The agreement on every drug and every use that is one of its own."""
    current = newest(graph)
    known = frozenset(policy.iri for policy in current)
    rules = [rule for policy in current for rule in policy.rules if not as_labeled(rule)]
    uses = {(drug, use) for rule in rules for drug in rule.drugs for use in rule.uses}
    for drug, indication in sorted(uses):
        comparison = compare(graph, drug, indication, authority=Authority.ALL, as_of=date.max)
        for dimension, policies, same in _between_payers(comparison):
            yield Agreement("payers", drug, indication, dimension, policies, len(same), sum(same))
        for policies, same in _of_retellings(comparison, known):
            yield Agreement("retelling", drug, indication, "", policies, len(same), sum(same))


def _between_payers(comparison: Comparison) -> Iterator[tuple[str, tuple[str, ...], list[bool]]]:
    """Each dimension with the policies compared in it, and for each pair whether the two ask the same."""
    columns = comparison.columns
    rivals = [
        (a, b) for a, b in combinations(range(len(columns)), 2) if _are_rivals(columns[a].policy, columns[b].policy)
    ]
    covers = [column.rule is not None for column in columns]
    # A policy with several columns covers the use or not in all of them: it counts once.
    once = {column.policy.iri: place for place, column in enumerate(columns) if column.seen != "nothing"}
    known = set(once.values())
    by_dimension = {COVERAGE: {(a, b): covers[a] == covers[b] for a, b in rivals if {a, b} <= known}}
    for line in comparison.lines:
        # A payer that does not cover the use asks for nothing.
        by_dimension[line.dimension] = {
            (a, b): same for a, b in rivals if covers[a] and covers[b] and (same := _same(line, a, b)) is not None
        }
    for dimension, found in by_dimension.items():
        if found:
            compared = {columns[place].policy.iri for pair in found for place in pair}
            yield dimension, tuple(sorted(compared)), list(found.values())


def _of_retellings(comparison: Comparison, known: frozenset[str]) -> Iterator[tuple[tuple[str, str], list[bool]]]:
    """Each retelling with its original, and whether they ask the same in each dimension in which one asks something."""
    for a, b in permutations(range(len(comparison.columns)), 2):
        one, other = comparison.columns[a].policy, comparison.columns[b].policy
        if _retells(one, other, known):
            found = [
                same
                for line in comparison.lines
                if line.cells[a].entries or line.cells[b].entries
                if (same := _same(line, a, b)) is not None
            ]
            if found:
                yield (one.iri, other.iri), found


def _same(line: Line, a: int, b: int) -> bool | None:
    """Whether two columns ask the same in a dimension; None where one of them was not shown."""
    if line.groups[a] is None or line.groups[b] is None:
        return None
    return line.groups[a] == line.groups[b]


def _are_rivals(one: Policy, other: Policy) -> bool:
    apart = one.products and other.products and not set(one.products) & set(other.products)
    return one.authority == other.authority == Standing.PRIMARY and one.payer != other.payer and not apart


def _retells(one: Policy, other: Policy, known: frozenset[str]) -> bool:
    """Whether one tells of the other, because it says so."""
    return one.authority == "secondary" and other.iri != one.iri and other.iri in known.intersection(one.restates)
