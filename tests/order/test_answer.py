"""The order as an answer: what it says of real documents, and cases that the check judges likewise."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import payergraph
from payergraph.choice import Authority
from payergraph.criteria import Status
from payergraph.order.answer import Order, order_of
from payergraph.order.lacking import lacking
from payergraph.policies.gates import Step
from payergraph.policies.library import policies
from payergraph.policies.model import Criterion
from payergraph.store.graph import shipped
from payergraph.store.names import names


@pytest.fixture(scope="module")
def order() -> Order:
    return payergraph.strictness(drug="Kineret", indication="RA")


@pytest.fixture(scope="module")
def renewal() -> Order:
    return payergraph.strictness(drug="Kineret", indication="CAPS", request="continuation")


def test_every_rule_is_in_one_group_and_each_group_after_all_that_are_stricter(order: Order) -> None:
    rules = [rule for group in order.groups for rule in group.rules]
    assert sorted(rule.id for rule in rules) == sorted(rule.id for rule in order.rules)
    assert [group.number for group in order.groups] == list(range(1, len(order.groups) + 1))
    assert all(number > group.number for group in order.groups for number in group.wider)


def test_a_rule_that_asks_for_the_diagnosis_alone_is_the_widest(order: Order) -> None:
    widest = order.find("minnesota-mhcp-kineret-2019")
    assert all(order.implies(rule, widest).holds for rule in order.rules)
    assert not any(order.implies(widest, rule).holds for rule in order.rules if rule is not widest)
    assert order.groups[-1].rules == (widest,)


def test_a_rule_implies_itself_without_a_witness(order: Order) -> None:
    found = order.implies("cigna", "cigna")
    assert found.holds and found.witness is None and not found.separating
    with pytest.raises(ValueError, match="no case is known"):
        found.to_yaml()


def test_a_rule_is_named_by_id_policy_payer_or_label(order: Order) -> None:
    cigna = order.find("cigna-ip0243/ra-employer-group")
    assert all(order.find(text) is cigna for text in ("cigna", "Cigna", "CIGNA", "cigna-ip0243"))
    assert order.find("label") is order.find("FDA label") is order.find("fda-label-kineret/ra")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cigan", "is no payer in the graph; the nearest is cigna"),
        ("minnesota-mhcp", "has several rules here; name one of minnesota-mhcp-"),
        ("uhc", "has no rule here; those in the order are fda-label-kineret/ra, "),
    ],
)
def test_a_name_that_means_no_rule_here_is_told_in_one_sentence(order: Order, text: str, said: str) -> None:
    with pytest.raises(payergraph.UnknownName, match=said):
        order.find(text)


@pytest.mark.parametrize(("one", "other"), [("cigna", "label"), ("label", "cigna"), ("cigna", "molina")])
def test_a_witness_is_a_case_that_the_check_judges_likewise(order: Order, one: str, other: str) -> None:
    found = order.implies(one, other)
    assert found.holds is False and found.witness is not None
    case = payergraph.parse_case(found.to_yaml())
    outcomes = {item.policy.id: item.outcome.value for item in payergraph.check(case)}
    for name, expected in ((found.meets, "met"), (found.other, "not-met")):
        if name.whole and name.policy.payer:
            assert outcomes[name.policy.id] == expected
    assert found.to_yaml().startswith(f"# Meets {found.meets.name} and not {found.other.name}")


def test_what_separates_two_rules_is_what_the_other_also_asks(order: Order) -> None:
    found = order.implies("molina", "cigna")
    asked = [lack.text for lack in found.also_asked]
    assert any(text.startswith("Failure of, intolerance or contraindication to two of") for text in asked)
    assert found.separating.startswith("Cigna also asks: ") and found.separating.endswith(".")
    assert all(lack.criterion.locator for lack in found.also_asked)


def test_a_renewal_can_be_met_and_is_put_in_order(renewal: Order) -> None:
    assert all(renewal.possible(rule) for rule in renewal.rules)
    assert renewal.implies("molina", "aetna").holds and not renewal.implies("aetna", "molina").holds


def test_what_is_not_whole_holds_as_far_as_shown(order: Order) -> None:
    assert order.implies("cigna", "aetna").as_far_as_shown and not order.implies("cigna", "label").as_far_as_shown
    assert "as far as shown" in order.implies("cigna", "aetna").answer


def test_json_has_a_format_version_and_its_keys(order: Order) -> None:
    found = json.loads(order.to_json())
    assert found["formatVersion"] == 1
    assert list(found) == [
        *("formatVersion", "drug", "indication", "request", "authority", "asOf", "graphVersion"),
        *("rules", "equal", "stricterThan", "undecided", "showNothing", "unanswered"),
    ]
    assert list(found["rules"][0]) == [
        *("id", "name", "policy", "alsoRules", "whole", "leftOut", "authority", "source", "locator"),
        *("possible", "fewestTherapies", "youngest", "oldest"),
    ]
    cigna = next(rule for rule in found["rules"] if rule["policy"] == "cigna-ip0243")
    assert (cigna["fewestTherapies"], cigna["possible"], cigna["whole"]) == (2, True, True)
    pairs = {(item["rule"], item["than"]) for item in found["stricterThan"]}
    assert ("cigna-ip0243/ra-employer-group", "minnesota-mhcp-kineret-2019/ra") in pairs


def test_json_of_two_rules_has_both_directions(order: Order) -> None:
    there, back = order.implies("cigna", "molina"), order.implies("molina", "cigna")
    found = json.loads(order.pair_json(there, back))
    assert found["formatVersion"] == 1 and found["relation"] == "incomparable"
    for key in ("implies", "impliedBy"):
        assert list(found[key]) == ["meets", "other", "holds", "asFarAsShown", "alsoAsked", "refused", "witness"]
        assert payergraph.parse_case(found[key]["witness"]).drug.endswith("anakinra")


def test_a_record_a_rule(order: Order) -> None:
    frame = order.to_dataframe()
    assert len(frame) == len(order.rules) + len(order.silent)
    assert set(frame["whole"]) <= {"yes", "no"}
    label = frame[frame["rule"] == "fda-label-kineret/ra"].iloc[0]
    assert (label["youngest"], label["oldest"], label["fewestTherapies"]) == ("18", "", "1")


def test_progress_tells_each_rule() -> None:
    graph, told = shipped(), list[tuple[int, int]]()
    use = names(graph).resolve("DIRA", ["Condition"])
    found = order_of(graph, payergraph.drug_iri("Kineret"), use, progress=lambda *done: told.append(done))
    assert told == [(number, len(found.rules)) for number in range(1, len(found.rules) + 1)]


def test_the_authority_and_the_day_choose_the_documents() -> None:
    every = payergraph.strictness(drug="Kineret", indication="DIRA", authority="all")
    assert len(every.rules) > len(payergraph.strictness(drug="Kineret", indication="DIRA").rules)
    assert every.authority is Authority.ALL and "retellings" in every.scope
    with pytest.raises(payergraph.CallError, match="has no policy in the graph"):
        payergraph.strictness(drug="methotrexate", indication="RA")


# --- what a case lacks ----------------------------------------------------------------------------------------------


def root(policy: str, use: str) -> Criterion:
    rules = policies(shipped())[policy].rules
    found = next(rule for rule in rules if rule.indication.endswith(f"/{use}")).initial
    assert found is not None
    return found


def states(of: dict[str, Status], otherwise: Status) -> Callable[[Step], Status]:
    return lambda step: step.of(of.get(step.criterion.id.rpartition("/")[2], otherwise))


def test_only_the_requirements_that_fail_are_told_with_all_alternatives_of_each() -> None:
    cigna = root("cigna-ip0243", "rheumatoid-arthritis")
    every = [lack.text for lack in lacking(cigna, states({}, Status.NOT_MET))]
    assert len(every) == len(cigna.children)
    assert [text.count(" OR ") for text in every] == [0, 2, 0, 0, 0]
    assert lacking(cigna, states({}, Status.MET)) == ()


def test_of_an_alternative_with_parts_only_those_that_fail_are_told() -> None:
    molina = root("molina-kineret", "rheumatoid-arthritis")
    failing: dict[str, Any] = {}
    for leaf in molina.leaves:
        if leaf.summary.startswith(("Failure of methotrexate", "Trial of")):
            failing[leaf.id.rpartition("/")[2]] = Status.NOT_MET
    [lack] = lacking(molina, states(failing, Status.MET))
    assert "Intolerance or contraindication to methotrexate" not in lack.text
    assert lack.text.startswith("Failure of methotrexate") and lack.text.count(" OR ") == 2
