"""Values that stand for others are those of the right scale, and no set is without one."""

from __future__ import annotations

from pathlib import Path

import mini
import pytest

from payergraph import terms
from payergraph.choice import Authority
from payergraph.order.strictness import Strictness, strictness

#: A scale beside that of fibrosis, whose grades have a longer name and the same ranks.
_SCALE = """
<https://w3id.org/payergraph/id/observable/liver-function> a pg:Observable ; skos:prefLabel "liver function"@en .
<https://w3id.org/payergraph/id/grade/liver-function-is-gone> a pg:Grade ; skos:prefLabel "function is gone"@en ;
    pg:gradeOf <https://w3id.org/payergraph/id/observable/liver-function> ; pg:rank 2 .
"""
_GRADE = """c:asked a pg:MeasurementCriterion ; @@ ;
    pg:measured <https://w3id.org/payergraph/id/observable/liver-function> ;
    pg:atLeastGrade <https://w3id.org/payergraph/id/grade/liver-function-is-gone> ."""
#: Plans of which nothing is said may be one another.
_PLANS = """c:asked a pg:PlanCriterion ; pg:plans set:one ; @@ . c:other a pg:PlanCriterion ; pg:plans set:two ; @@ .
    set:one a pg:ConceptSet ; skos:prefLabel "one"@en ; pg:member plan:test-one .
    set:two a pg:ConceptSet ; skos:prefLabel "two"@en ; pg:member plan:test-two .
    c:either a pg:AnyOf ; sh:or ( c:asked c:other ) ; @@ ."""
_OPEN = """
plan:test-one a pg:Plan ; skos:prefLabel "test one"@en ; pg:payer <https://w3id.org/payergraph/id/payer/cigna> .
plan:test-two a pg:Plan ; skos:prefLabel "test two"@en ; pg:payer <https://w3id.org/payergraph/id/payer/cigna> .
"""


def _order(target: Path, criteria: str, root: str, concepts: str) -> Strictness:
    graph = mini.graph(target, mini.policy(f"gout c:{root}", more=criteria), concepts=concepts)
    drug, use = terms.thing("drug", "anakinra").value, terms.thing("condition", "gout").value
    return strictness(graph, drug, use, authority=Authority.ALL, as_of="2026-10-01")


@pytest.mark.parametrize(
    ("criteria", "root", "concepts"),
    [(_GRADE, "asked", _SCALE), (_PLANS, "either", _OPEN), (_PLANS, "asked", _OPEN)],
    ids=["a grade of a scale of its own", "plans that may be one another", "one of them"],
)
def test_somebody_meets_it(criteria: str, root: str, concepts: str, tmp_path: Path) -> None:
    found = _order(tmp_path, criteria, root, concepts)
    [rule] = found.rules
    assert found.possible(rule.id)
