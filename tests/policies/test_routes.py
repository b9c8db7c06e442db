"""The ways through a tree, and that what is cut off is said."""

from __future__ import annotations

from strategies import WRITTEN, all_of, any_of, at_least, if_then, none_of

from payergraph.policies.gates import Step
from payergraph.policies.routes import Routes, routes

A, B, C, D = (leaf.criterion() for leaf in list(WRITTEN.values())[:4])


def named(found: Routes) -> list[set[str]]:
    """The ids of the steps; of those that are to be not met, after a minus."""
    return [{step.criterion.id if step.met else f"-{step.criterion.id}" for step in route} for route in found.found]


def always(step: Step) -> bool:
    return not step.criterion.children


def test_a_route_takes_all_of_the_one_and_one_of_the_other() -> None:
    found = routes(all_of(A, any_of(B, all_of(C, D))), always, most=9)
    assert named(found) == [{A.id, B.id}, {A.id, C.id, D.id}] and found.complete


def test_to_fail_it_takes_one_of_the_one_and_all_of_the_other() -> None:
    found = routes(all_of(A, any_of(B, C)), always, most=9, holds=False)
    assert named(found) == [{f"-{A.id}"}, {f"-{B.id}", f"-{C.id}"}]


def test_a_route_that_names_all_that_another_names_is_no_route() -> None:
    assert named(routes(any_of(A, all_of(A, B)), always, most=9)) == [{A.id}]


def test_what_does_not_count_is_not_named() -> None:
    assert named(routes(all_of(A, any_of(B, C)), lambda step: step.criterion is A, most=9)) == [{A.id}]


def test_no_route_leads_through_what_is_closed() -> None:
    tree = any_of(all_of(A, B), C)
    assert named(routes(tree, always, most=9, closed=lambda step: step.criterion is A)) == [{C.id}]
    assert named(routes(all_of(A, tree), always, most=9, closed=lambda step: step.criterion is A)) == []


def test_a_connective_that_counts_stands_for_itself_where_none_of_its_parts_does() -> None:
    inner = any_of(B, C)
    tree = all_of(A, inner)
    assert named(routes(tree, lambda step: step.criterion is inner, most=9)) == [{inner.id}]
    assert named(routes(tree, lambda step: step.criterion in (inner, B, C), most=9)) == [{B.id}, {C.id}]


def test_what_is_over_the_limit_is_said_to_be_missing_and_the_shortest_are_kept() -> None:
    choice = any_of(all_of(A, B), C, D)
    assert routes(choice, always, most=3).complete
    found = routes(choice, always, most=2)
    assert not found.complete and sorted(map(len, found.found)) == [1, 1]
    assert not routes(all_of(any_of(A, B), any_of(C, D)), always, most=3).complete


def test_of_at_least_two_a_route_takes_any_two() -> None:
    tree = at_least(2, A, B, C)
    assert named(routes(tree, always, most=9)) == [{A.id, B.id}, {A.id, C.id}, {B.id, C.id}]
    assert named(routes(tree, always, most=9, holds=False)) == [
        {f"-{A.id}", f"-{B.id}"},
        {f"-{A.id}", f"-{C.id}"},
        {f"-{B.id}", f"-{C.id}"},
    ]
    assert not routes(tree, always, most=2).complete


def test_of_none_a_route_takes_all_to_be_not_met_and_to_fail_any_to_be_met() -> None:
    assert named(routes(none_of(A, B), always, most=9)) == [{f"-{A.id}", f"-{B.id}"}]
    assert named(routes(none_of(A, B), always, most=9, holds=False)) == [{A.id}, {B.id}]
    assert named(routes(none_of(none_of(A)), always, most=9)) == [{A.id}]


def test_a_condition_is_met_by_its_contrary_or_by_what_follows_from_it() -> None:
    assert named(routes(if_then(A, B), always, most=9)) == [{f"-{A.id}"}, {B.id}]


def test_no_route_takes_a_condition_both_ways() -> None:
    tree = if_then(A, B, C)
    assert named(routes(tree, always, most=9)) == [{f"-{A.id}", C.id}, {A.id, B.id}, {B.id, C.id}]
    # Also where it is on record, so that it does not count, to change it would ask for what holds otherwise.
    assert named(routes(tree, lambda step: step != Step(A), most=9)) == [{B.id}, {f"-{A.id}", C.id}]
    assert named(routes(all_of(A, none_of(A)), always, most=9)) == []
