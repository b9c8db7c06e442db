"""The order of rules: what z3 says is held against the shapes, by witnesses and by charts that nobody chose."""

from __future__ import annotations

import random
from itertools import permutations
from typing import Any

import pytest

from payergraph.chart.case import parse_case
from payergraph.chart.fields import FIELDS
from payergraph.choice import Authority, Request
from payergraph.criteria import Status
from payergraph.order import strictness as module
from payergraph.order.strictness import Model, Relation, Strictness, strictness
from payergraph.order.witness import Judge
from payergraph.store.graph import LocalGraph, shipped
from payergraph.terms import ID

#: Uses with many documents, of each drug, for both kinds of request.
_USES = [
    ("anakinra", "rheumatoid-arthritis", Request.INITIAL),
    ("anakinra", "rheumatoid-arthritis", Request.CONTINUATION),
    ("canakinumab", "caps", Request.INITIAL),
    ("canakinumab", "sjia", Request.INITIAL),
    ("canakinumab", "fmf", Request.INITIAL),
    ("rilonacept", "dira", Request.INITIAL),
    ("rilonacept", "recurrent-pericarditis", Request.CONTINUATION),
]


def _order(drug: str, use: str, request: Request) -> Strictness:
    return strictness(
        shipped(),
        f"{ID}drug/{drug}",
        f"{ID}condition/{use}",
        request=request,
        authority=Authority.ALL,
        as_of="2026-11-29",
    )


def test_what_z3_is_asked_is_made_while_no_other_thread_asks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads in z3 end the process: one that makes a model beside one that looks for a patient did."""

    def made(*args: Any) -> Model:
        assert module._ONE_AT_A_TIME._is_owned()  # type: ignore[attr-defined]
        return Model(*args)

    monkeypatch.setattr(module, "Model", made)
    order = strictness(LocalGraph(shipped().store, "another"), f"{ID}drug/rilonacept", f"{ID}condition/dira")
    first, second, *_ = [rule.id for rule in order.rules]
    assert order.implies(first, second) is not None


@pytest.mark.slow
@pytest.mark.parametrize(("drug", "use", "request_"), _USES)
def test_witness_is_met_by_the_one_and_not_by_the_other(drug: str, use: str, request_: Request) -> None:
    order = _order(drug, use, request_)
    apart = [pair for pair in permutations([rule.id for rule in order.rules], 2) if order.implies(*pair) is False]
    judge = Judge(shipped())
    for meets, fails in random.Random(14).sample(apart, min(5, len(apart))):
        witness = order.witness(meets, fails)
        assert witness is not None
        [(first, _), (second, _)] = judge(witness.case, [order[meets], order[fails]])
        assert first is Status.MET
        assert second is (Status.NOT_MET if witness.refused else Status.NOT_DOCUMENTED)
        assert witness.separating
        assert {lack.criterion for lack in witness.separating} <= set(order[fails].root.walk())
        parse_case(witness.case, shipped())


@pytest.mark.slow
@pytest.mark.parametrize(("drug", "use", "request_"), _USES)
def test_no_chart_contradicts_an_implication(drug: str, use: str, request_: Request) -> None:
    """Cases around the witnesses: whoever meets the stricter rule meets the wider one."""
    order = _order(drug, use, request_)
    ids = [rule.id for rule in order.rules]
    implied = [pair for pair in permutations(ids, 2) if order.implies(*pair)]
    apart = [pair for pair in permutations(ids, 2) if order.implies(*pair) is False]
    judge, chance, met = Judge(shipped()), random.Random(1), 0
    stricter_ones = {one for one, _ in implied}
    telling = [pair for pair in apart if pair[0] in stricter_ones] or apart
    for meets, fails in chance.sample(telling, min(4, len(telling))):
        witness = order.witness(meets, fails)
        assert witness is not None
        for case in _around(dict(witness.case), chance):
            # Whoever says that all diagnoses are listed lists what the drug is asked for.
            whole = (
                {"diagnoses": [{"condition": case["indication"]}]}
                | case
                | {field.key: True for field in FIELDS if field.key.endswith("Complete")}
            )
            states = dict(zip(ids, (state for state, _ in judge(whole, order.rules)), strict=True))
            for stricter, wider in implied:
                if states[stricter] is Status.MET:
                    assert states[wider] is not Status.NOT_MET, (stricter, wider, whole)
                    met += 1
    assert met or not implied


def _around(case: dict[str, Any], chance: random.Random) -> list[dict[str, Any]]:
    """The case, and ones that lack a list or a field of a row."""
    found = [case]
    for key, value in case.items():
        if isinstance(value, list) and value:
            found.append({**case, key: value[:-1]})
            found.append({**case, key: value[1:]})
            row = chance.choice(value)
            if isinstance(row, dict) and len(row) > 1:
                left_out = chance.choice(sorted(row))
                rows = [{k: v for k, v in one.items() if k != left_out} if one is row else one for one in value]
                if left_out in ("severity", "active", "outcome", "date"):
                    found.append({**case, key: rows})
    return found


def test_order_of_the_rules_for_anakinra_in_rheumatoid_arthritis() -> None:
    """Read by hand: Aetna asks for seropositive disease or a trial; what CareFirst asks is among it."""
    order = _order("anakinra", "rheumatoid-arthritis", Request.INITIAL)
    assert order.relation("carefirst-caremark-kineret/ra", "aetna-kineret-cpb-0595/ra") is Relation.STRICTER
    assert order.relation("aetna-kineret-cpb-0595/ra", "carefirst-caremark-kineret/ra") is Relation.WIDER
    cigna, molina = "cigna-ip0243/ra-employer-group", "molina-kineret/rheumatoid-arthritis"
    assert order.relation(cigna, molina) is Relation.INCOMPARABLE
    assert not order.as_far_as_shown("fda-label-kineret/ra", cigna)


def test_extremes() -> None:
    order = _order("anakinra", "rheumatoid-arthritis", Request.INITIAL)
    label = order.extremes("fda-label-kineret/ra")
    assert label is not None
    assert (label.therapies, label.youngest, label.oldest) == (1, 18, None)
    cigna = order.extremes("cigna-ip0243/ra-employer-group")
    assert cigna is not None
    assert cigna.therapies == 2
    assert cigna.youngest is None
