"""The two readings of the nodes: what is surely true is possibly true, and Not swaps the two."""

from __future__ import annotations

import pytest

from payergraph.criteria import KINDS
from payergraph.meaning import nodes as n
from payergraph.meaning.evidence import Effect, witnesses
from payergraph.meaning.reads import reads_of
from payergraph.meaning.relations import (
    EVENT,
    EVENT_RATES,
    MEASUREMENTS,
    OBSERVABLE,
    ONGOING,
    PRODUCT,
    RATE_COUNT,
    THERAPIES,
)
from payergraph.meaning.rows import Reading
from payergraph.meaning.sparql import violation

NONE: frozenset[str] = frozenset()
MANY = n.Some(EVENT_RATES, (n.In(EVENT, "eventKinds"), n.Compare(RATE_COUNT, ">=", "minimumEvents")))


def text(meaning: n.Node, reading: Reading, *booleans: str) -> str:
    """A validator in one line."""
    return " ".join(violation(meaning, reading, frozenset(booleans)).split())


def test_a_list_that_is_not_complete_leaves_the_rest_open() -> None:
    assert "eventsComplete" not in text(MANY, Reading.ESTABLISHED)
    assert "FILTER EXISTS { $this pg:eventsComplete true }" in text(MANY, Reading.POSSIBLE)


def test_which_list_has_to_be_complete_is_told_by_the_class_of_what_is_asked_for() -> None:
    meaning = n.Some(MEASUREMENTS, (n.Under(OBSERVABLE, "measured"),))
    assert "{ $this pg:listsAll ?listed . $measured a ?listed }" in text(meaning, Reading.POSSIBLE)
    with pytest.raises(ValueError, match="no parameter names what a row is about"):
        text(n.Some(MEASUREMENTS, ()), Reading.POSSIBLE)


def test_not_swaps_the_readings() -> None:
    taken = n.Recorded(THERAPIES, (n.Holds(ONGOING), n.In(PRODUCT, "therapyGroups")))
    assert "?ongoing != pg:No" in text(n.Not(taken), Reading.ESTABLISHED)
    assert "?ongoing = pg:Yes" in text(n.Not(taken), Reading.POSSIBLE)


@pytest.mark.parametrize("reading", Reading)
def test_what_is_given_is_left_out_of_what_it_stands_in(reading: Reading) -> None:
    bound = n.Given("minimumEvents", n.Compare(RATE_COUNT, ">=", "minimumEvents"))
    among = n.Some(EVENT_RATES, (n.Any((bound, n.Allowed("plannedCounts"))),))
    assert "COALESCE(?count >= $minimumEvents, true)" in text(n.Some(EVENT_RATES, (bound,)), reading)
    assert "COALESCE(?count >= $minimumEvents, false)" in text(among, reading, "plannedCounts")


@pytest.mark.parametrize("reading", Reading)
def test_what_nobody_asks_is_not_written(reading: Reading) -> None:
    bound = n.Given("minimumEvents", n.Compare(RATE_COUNT, ">=", "minimumEvents"))
    absent = frozenset({"minimumEvents"})
    asked = n.Some(EVENT_RATES, (n.In(EVENT, "eventKinds"), bound))
    plain = n.Some(EVENT_RATES, (n.In(EVENT, "eventKinds"),))
    assert violation(asked, reading, NONE, absent) == violation(plain, reading, NONE)
    negated = n.Not(n.Any((plain, n.Not(bound), n.Allowed("minimumEvents"))))
    assert violation(negated, reading, NONE, absent) == violation(n.Not(plain), reading, NONE)
    assert witnesses(n.Given("minimumEvents", MANY), NONE, absent) == ()


@pytest.mark.parametrize("reading", Reading)
def test_of_a_choice_that_nobody_makes_the_default_is_written_alone(reading: Reading) -> None:
    def chosen(name: str) -> n.Chosen:
        return n.Chosen("choice", (name,), otherwise="Latest", part=MANY)

    absent = frozenset({"choice"})
    both = n.All((chosen("Latest"), chosen("First")))
    assert violation(both, reading, NONE, absent) == violation(MANY, reading, NONE)


def test_the_rows_of_a_negation_speak_against_it() -> None:
    [witness] = witnesses(MANY, NONE)
    [negated] = witnesses(n.Not(MANY), NONE)
    assert [effect for effect, _ in witness.selects] == [Effect.FOR, Effect.COULD, Effect.AGAINST]
    assert [effect for effect, _ in negated.selects] == [Effect.AGAINST, Effect.COULD, Effect.FOR]


def test_a_parameter_that_is_always_given_is_no_condition_of_what_is_read() -> None:
    assert {read.when for read in reads_of(MANY, frozenset({"minimumEvents"}))} == {frozenset()}
    assert frozenset({"minimumEvents"}) in {read.when for read in reads_of(MANY, NONE)}


def test_what_is_no_node_is_no_meaning() -> None:
    with pytest.raises(TypeError):
        violation(n.Some(EVENT_RATES, ("eventKinds",)), Reading.POSSIBLE, NONE)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS.values() if kind.parts])
def test_every_kind_names_its_rows_or_says_that_none_settle_it(kind: str) -> None:
    for part in KINDS[kind].parts:
        found = witnesses(part.meaning, NONE)
        assert bool(found) is not isinstance(part.meaning, n.Unsettled)
