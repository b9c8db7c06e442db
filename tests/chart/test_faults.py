"""All that is wrong with a case that somebody fills in is told at once, each thing at its field."""

from __future__ import annotations

from payergraph.chart.faults import read
from payergraph.store.graph import shipped

_CASE = {"drug": "anakinra", "indication": "caps", "requestDate": "2026-10-01"}


def test_a_case_without_faults_is_read() -> None:
    case, faults = read(_CASE, shipped())
    assert case is not None and case.record()["drug"] == "anakinra" and faults == {}


def test_every_fault_is_told_by_the_path_that_the_reader_of_the_case_knows() -> None:
    therapies = [
        {"start": "2024"},
        {"product": "humira", "start": "last spring", "end": "03/15/2024"},
        {"product": "enbrel", "start": "03/04/2024"},
    ]
    case, faults = read({**_CASE, "birthDate": "soon", "age": "x", "therapies": therapies}, shipped())
    assert case is None
    assert sorted(faults) == [
        *("age", "birthDate", "therapies[0].product", "therapies[1].end", "therapies[1].start", "therapies[2].start"),
    ]
    assert "may be 2024-03-04 or 2024-04-03" in str(faults["therapies[2].start"])


def test_what_nothing_can_be_left_out_for_ends_the_search() -> None:
    assert list(read({}, shipped())[1]) == ["drug"]
    assert list(read({"drug": ["anakinra"]}, shipped())[1]) == ["drug"]
    assert list(read({**_CASE, "payer": "molina", "plan": "cigna-employer-group"}, shipped())[1]) == ["plan"]


def test_what_was_given_stays_as_it_is() -> None:
    given = {**_CASE, "therapies": [{"product": "humira", "start": "soon"}]}
    read(given, shipped())
    assert given["therapies"] == [{"product": "humira", "start": "soon"}]
