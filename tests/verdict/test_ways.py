"""What decides, what is missing and the ways to met, where there are more sets of criteria than are followed."""

from __future__ import annotations

from dataclasses import replace

from strategies import WRITTEN, all_of, any_of

from payergraph.criteria import Status
from payergraph.criteria.not_shown import KIND as NOT_SHOWN
from payergraph.verdict.fold import fold
from payergraph.verdict.ways import (
    WAYS_LIMIT,
    forcing,
    hangs_on_what_is_not_shown,
    missing,
    settling,
    ways_to_met,
)

LEAVES = [leaf.criterion() for leaf in list(WRITTEN.values())[:15]]
NAMES = tuple(leaf.id for leaf in LEAVES)
#: Three parts of five leaves each, and so 125 choices of one leaf from each part.
PARTS = (LEAVES[:5], LEAVES[5:10], LEAVES[10:])
CHOICES = all_of(*(any_of(*part) for part in PARTS))
LISTS = any_of(*(all_of(*part) for part in PARTS))


def test_ways_over_the_limit_are_said_to_be_missing_and_no_criterion_is() -> None:
    tree = fold(CHOICES, dict.fromkeys(NAMES, Status.NOT_DOCUMENTED))
    ways, complete = ways_to_met(tree)
    assert len(ways) == WAYS_LIMIT and not complete
    assert missing(tree, ways, complete) == NAMES == settling(tree)


def test_what_is_on_record_is_not_missing_however_many_ways_there_are() -> None:
    states = dict.fromkeys(NAMES, Status.NOT_DOCUMENTED) | {NAMES[0]: Status.NOT_MET}
    tree = fold(CHOICES, states)
    ways, complete = ways_to_met(tree)
    assert not complete and missing(tree, ways, complete) == NAMES[1:] == settling(tree)


def test_every_failure_decides_however_many_sets_of_them_there_are() -> None:
    assert forcing(fold(LISTS, dict.fromkeys(NAMES, Status.NOT_MET))) == NAMES
    assert forcing(fold(all_of(LISTS), dict.fromkeys(NAMES, Status.NOT_MET))) == NAMES


def test_over_the_limit_a_failure_that_another_makes_needless_is_told_too() -> None:
    """Where the first two fail, the third and fourth force nothing more; all sets would have to be followed to know."""
    beside = any_of(LISTS, all_of(*LEAVES[:2]))
    states = dict.fromkeys(NAMES, Status.NOT_MET) | {NAMES[4]: Status.MET}
    assert forcing(fold(beside, states)) == tuple(name for name in NAMES if name != NAMES[4])
    fewer = any_of(all_of(*LEAVES[:5]), all_of(*LEAVES[:2]))
    assert forcing(fold(fewer, states)) == NAMES[:2]


def test_whether_all_hangs_on_what_is_not_shown_is_told_of_any_number_of_ways() -> None:
    hidden = replace(LEAVES[0], id="hidden", kind=NOT_SHOWN.name)
    states = dict.fromkeys((*NAMES, "hidden"), Status.NOT_DOCUMENTED)
    assert hangs_on_what_is_not_shown(fold(all_of(CHOICES, hidden), states))
    assert not hangs_on_what_is_not_shown(fold(any_of(CHOICES, hidden), states))
    assert not hangs_on_what_is_not_shown(fold(CHOICES, states))
