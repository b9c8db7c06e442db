"""How much of what payers ask was seen."""

from __future__ import annotations

from payergraph import terms
from payergraph.policies.library import policies
from payergraph.policies.seen import Seen, payers_by_seen, uses_by_documents
from payergraph.store.graph import shipped
from payergraph.store.names import names

DRUG = f"{terms.ID}drug/anakinra"


def test_payers_of_which_most_was_seen_come_first() -> None:
    found = payers_by_seen(policies(shipped()).of_drug(DRUG), DRUG, names(shipped()).label)
    order = [(-item.whole, -item.rules) for item in found.values()]
    assert order == sorted(order) and next(iter(found)).endswith("payer/cigna")
    rules = [rule for policy in policies(shipped()).of_drug(DRUG) for rule in policy.rules if DRUG in rule.drugs]
    assert sum(item.rules for item in found.values()) == len(rules)
    assert sum(item.whole for item in found.values()) == sum(rule.complete for rule in rules)


def test_how_much_is_said_in_words() -> None:
    assert [Seen(*numbers).words for numbers in ((0, 0), (1, 1), (3, 3), (3, 1), (1, 0))] == [
        "no criteria seen",
        "1 rule, seen whole",
        "3 rules, seen whole",
        "3 rules, 1 seen whole",
        "1 rule, seen in part",
    ]


def test_uses_of_most_documents_come_first_and_no_request_adds_any() -> None:
    found, label = policies(shipped()).of_drug(DRUG), names(shipped()).label
    every = uses_by_documents(found, DRUG, label)
    assert list(every.values()) == sorted(every.values(), reverse=True)
    asked = uses_by_documents(found, DRUG, label, "continuation")
    assert asked and all(number <= every[use] for use, number in asked.items())
