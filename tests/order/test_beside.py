"""The order of rules on what is taken beside the drug: which product it is, what it is for, samples, and manners."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import mini
import pytest

from payergraph.order.strictness import Strictness, strictness
from payergraph.terms import ID

_NOT_WITH = "c:it a pg:NoConcurrentTherapyCriterion ; pg:excludedGroups {} ; @@ ."
_TIME = "c:it a pg:TimeOnDrugCriterion ; pg:longestGapDays 30 {} ; @@ ."
_GLP_1 = "drug-class:glp-1-receptor-agonist"
_OF_SEMAGLUTIDE = {
    "another-drug": _NOT_WITH.format(_GLP_1),
    "products": _NOT_WITH.format(f"{_GLP_1} ; pg:otherProductsCount true"),
    "rybelsus": _NOT_WITH.format("product:rybelsus ; pg:otherProductsCount true"),
    "time": _TIME.format(""),
    "dispensed": _TIME.format("; pg:samplesExcluded true"),
}
_OF_ANAKINRA = {
    "any-use": _NOT_WITH.format("drug-class:biologic"),
    "products": _NOT_WITH.format("drug-class:biologic ; pg:otherProductsCount true"),
    "the-use": _NOT_WITH.format("drug-class:biologic ; pg:takenForUses condition:rheumatoid-arthritis"),
    "another-use": _NOT_WITH.format("drug-class:biologic ; pg:takenForUses condition:gout"),
    "humira": "c:it a pg:PriorTherapyCriterion ; pg:therapyGroups product:humira ; pg:currentlyTaken true ; @@ .",
}
_TRIED = "c:it a pg:PriorTherapyCriterion ; pg:therapyGroups drug:methotrexate {} ; @@ ."
_IN_A_MANNER = {
    "tried": _TRIED.format(""),
    "high": _TRIED.format("; pg:manners manner:at-a-high-dose"),
    "medium-or-high": _TRIED.format("; pg:manners manner:at-a-medium-or-high-dose"),
    "daily": _TRIED.format("; pg:manners manner:daily"),
    "daily-by-mouth": _TRIED.format("; pg:manners set:both")
    + """ set:both a pg:ConceptSet ; skos:prefLabel "daily by mouth"@en ; pg:member manner:daily , manner:by-mouth .""",
    "failed": _TRIED.format("; pg:manners manner:daily ; pg:acceptedOutcomes pg:FailureOnly"),
    "ruled-out": _TRIED.format("; pg:manners manner:daily ; pg:acceptedOutcomes pg:ContraindicationOnly"),
    "contraindicated": _TRIED.format("; pg:acceptedOutcomes pg:ContraindicationOnly"),
}


def _order(folder: Path, drug: str, use: str, rules: dict[str, str]) -> tuple[Strictness, dict[str, str]]:
    texts = [
        mini.policy(f"{use} c:it", more=more, slug=slug, about=f"pg:drug drug:{drug}") for slug, more in rules.items()
    ]
    found = strictness(mini.graph(folder, *texts), f"{ID}drug/{drug}", f"{ID}condition/{use}")
    return found, {rule.policy.id: rule.id for rule in found.rules}


@pytest.mark.parametrize(
    ("drug", "use", "rules", "implied"),
    [
        (
            *("semaglutide", "obesity", _OF_SEMAGLUTIDE),
            {("products", "another-drug"), ("products", "rybelsus"), ("dispensed", "time")},
        ),
        (
            *("anakinra", "rheumatoid-arthritis", _OF_ANAKINRA),
            {(one, other) for one in ("any-use", "products") for other in ("the-use", "another-use")}
            | {("any-use", "products"), ("products", "any-use")},  # there is but one product
        ),
        (
            *("anakinra", "rheumatoid-arthritis", _IN_A_MANNER),
            {(one, "tried") for one in ("high", "medium-or-high", "daily", "daily-by-mouth", "failed")}
            | {("high", "medium-or-high"), ("daily-by-mouth", "daily"), ("failed", "daily")}
            | {("ruled-out", "contraindicated"), ("contraindicated", "ruled-out")},
        ),
    ],
)
def test_rules_stand_as_is_known_and_the_shapes_confirm_who_tells_them_apart(
    tmp_path: Path, drug: str, use: str, rules: dict[str, str], implied: set[tuple[str, str]]
) -> None:
    order, ids = _order(tmp_path, drug, use, rules)
    for one, other in permutations(rules, 2):
        assert order.implies(ids[one], ids[other]) is ((one, other) in implied), (one, other)
        assert (order.witness(ids[one], ids[other]) is None) is ((one, other) in implied), (one, other)


def test_a_witness_names_the_product_that_is_asked_for_where_it_decides(tmp_path: Path) -> None:
    order, ids = _order(tmp_path, "semaglutide", "obesity", _OF_SEMAGLUTIDE)
    found = order.witness(ids["another-drug"], ids["rybelsus"])
    assert found is not None
    assert [therapy["product"] for therapy in found.case["therapies"]] == ["rybelsus"]
    assert found.case["product"] not in (None, "rybelsus")
