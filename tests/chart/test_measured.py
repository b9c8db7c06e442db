"""What is measured: units and grades that are refused, and the place of each value among the others."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payergraph import terms
from payergraph.chart.case import Case, parse_case
from payergraph.errors import CaseError
from payergraph.store.graph import shipped
from payergraph.terms import pg, thing

RA = thing("condition", "rheumatoid-arthritis")


def read(*measurements: dict[str, Any], **case: Any) -> Case:
    """A case of anakinra, asked for on 2026-10-01."""
    whole = {"drug": "anakinra", "requestDate": "2026-10-01", "measurements": list(measurements), **case}
    return parse_case(whole, shipped())


def nodes(case: Case) -> defaultdict[str, dict[str, str]]:
    """What is said of each thing of a case."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for t in case.triples(RA):
        found[str(t.subject).strip("<>")][terms.local(t.predicate.value)] = terms.local(t.object.value)
    return found


def facts(case: Case, node: str) -> dict[str, str]:
    return nodes(case)[f"{case.iri.value}/{node}"]


def linked(case: Case, name: str) -> list[str]:
    prefix = case.iri.value + "/"
    return [
        t.object.value.removeprefix(prefix)
        for t in case.triples(RA)
        if (t.subject, t.predicate) == (case.iri, pg(name))
    ]


WEIGHT = {"of": "body weight", "unit": "kg"}


@pytest.mark.parametrize(
    ("measurement", "words"),
    [
        ({"of": "bmi", "value": 31}, "measurements[0].unit is missing; expected kg-per-m2"),
        ({"of": "bmi", "value": 31, "unit": "kg"}, "is 'kg', which is no unit of bmi; expected kg-per-m2"),
        ({"of": "DAS28", "value": 3, "unit": "kg"}, "which is no unit of das28; expected score-point"),
        ({"of": "bmi", "value": "F3"}, "is 'F3', which is no value of bmi; expected a number"),
        ({"of": "fibrosis stage", "value": 3}, "is '3', not a grade of fibrosis-stage; expected F0, F1, F2, F3, F4"),
        ({"of": "fibrosis stage", "value": "F5"}, "is 'F5', which is no grade in the graph"),
        ({"of": "bmi", "value": "31 kg/m2", "unit": "kg/m2"}, "is '31 kg/m2', not a number"),
        ({"of": "bmi", "unit": "kg/m2"}, "measurements[0].value is missing"),
        ({"of": "height of mood", "value": 1}, "is no observable or lab test in the graph"),
        ({"of": "bmi", "value": 31, "unit": "kg/m2", "phase": "latest"}, "which says that it is the latest on record"),
    ],
)
def test_what_is_no_value_of_an_observable_is_refused(measurement: dict[str, Any], words: str) -> None:
    with pytest.raises(CaseError) as refused:
        read(measurement)
    assert words in str(refused.value)


def test_a_value_is_told_in_base_units_and_as_multiples_of_its_limits() -> None:
    case = read({"of": "ldl-c", "value": 100, "unit": "mg/dL", "upperLimit": 80, "lowerLimit": 40})
    told = facts(case, "measurement/0")
    assert {told["resultSurely"], told["resultPossibly"]} == {"1000"}
    assert (told["timesUpperSurely"], told["timesLowerPossibly"]) == ("1.25", "2.5")
    assert told["observable"] == "lab/ldl-c"


def test_a_result_of_a_laboratory_is_a_measurement() -> None:
    case = read(labs=[{"test": "crp", "value": 12, "unit": "mg/L"}])
    assert linked(case, "measurement") == ["labResult/0"]


@pytest.mark.parametrize(
    ("said", "lists"),
    [
        ({"labsComplete": True}, {"LabTest"}),
        ({"measurementsComplete": True}, {"LabTest", "Observable"}),
        ({"measurementsComplete": True, "labsComplete": False}, {"Observable"}),
        ({"labsComplete": True, "measurementsComplete": False}, {"LabTest"}),
        ({"geneticsComplete": True}, {"Gene"}),
        ({"biomarkersComplete": True}, {"Gene", "Biomarker"}),
        ({"biomarkersComplete": True, "geneticsComplete": False}, {"Biomarker"}),
        ({"biomarkersComplete": True, "genetics": [{"gene": "ZEBRA7", "result": "negative"}]}, set()),
        ({"geneticsComplete": True, "biomarkers": [{"marker": "ZEBRA7", "result": "negative"}]}, set()),
    ],
)
def test_of_what_all_is_listed(said: dict[str, Any], lists: set[str]) -> None:
    told = read(**said).triples(RA)
    assert {terms.local(t.object.value) for t in told if t.predicate == pg("listsAll")} == lists


def test_what_follows_from_weight_and_height_is_of_the_day_of_the_request() -> None:
    case = read(weightKg=97.2, heightCm=180)
    assert linked(case, "measurement") == ["weightKg/0", "heightCm/0"]
    bmi = facts(case, "heightCm/0")
    assert (bmi["observable"], bmi["resultSurely"], bmi["daysAgoSurely"]) == ("observable/bmi", "30", "0")
    assert linked(read(heightCm=180), "measurement") == []


def test_the_latest_replaces_the_earlier_and_of_several_that_may_be_each_stays() -> None:
    days = ("2025-01-01", "2026-03-02", "2026-03", None, "2026")
    rows = [{**WEIGHT, "value": 90 + n, **({"date": day} if day else {})} for n, day in enumerate(days)]
    case = read(*rows)
    assert [facts(case, f"measurement/{n}")["superseded"] for n in range(5)] == ["true", *["false"] * 4]


@pytest.mark.parametrize(
    ("phases", "superseded"),
    [
        (("baseline", "on-therapy"), ["true", "false"]),
        (("on-therapy", "current"), ["true", "false"]),
        (("current", "current"), ["false", "false"]),
        (("baseline", None), ["false", "false"]),
    ],
)
def test_without_dates_the_phases_tell_which_is_later(phases: tuple[str | None, ...], superseded: list[str]) -> None:
    case = read(*({**WEIGHT, "value": 90, **({"phase": phase} if phase else {})} for phase in phases))
    assert [facts(case, f"measurement/{n}")["superseded"] for n in range(2)] == superseded


def test_dates_beat_phases() -> None:
    rows = [{"date": "2026-05-01", "phase": "baseline"}, {"date": "2026-04-01", "phase": "current"}]
    case = read(*({**WEIGHT, "value": 90, **row} for row in rows))
    assert [facts(case, f"measurement/{n}")["superseded"] for n in range(2)] == ["false", "true"]


def test_a_change_is_told_of_each_two_values_that_may_follow_each_other() -> None:
    case = read(
        {**WEIGHT, "value": 90, "date": "2025-01-01", "phase": "baseline"},
        {**WEIGHT, "value": 80, "date": "2026-01-01"},
        {**WEIGHT, "value": 60, "date": "2026-02-01"},
    )
    changes = [facts(case, node) for node in linked(case, "change")]
    assert [change["changeSurely"] for change in changes] == ["-20000000", "-30000000", "-10000000"]
    assert [change["adjoining"] for change in changes] == ["true", "false", "true"]
    assert [change["superseded"] for change in changes] == ["false", "false", "true"]
    assert [change["fromBaseline"] for change in changes] == ["No", "Yes", "Yes"]
    thirds = changes[1]["percentChangeSurely"], changes[1]["percentChangePossibly"]
    assert thirds == ("-33.333333333333333334", "-33.333333333333333333")


def test_of_many_values_that_may_all_follow_each_other_one_change_stands_for_the_rest() -> None:
    few = read(*({**WEIGHT, "value": n} for n in range(1, 33)))
    assert len(linked(few, "change")) == 32 * 31
    case = read(*({**WEIGHT, "value": n} for n in range(1, 34)))
    said = nodes(case)
    changes = [said[f"{case.iri.value}/{node}"] for node in linked(case, "change")]
    assert len(changes) == 1001
    assert (changes[-1]["changeSurely"], changes[-1]["changePossibly"]) == ("-1" + 20 * "0", "1" + 20 * "0")
    assert (changes[-1]["inOrder"], changes[-1]["superseded"]) == ("Maybe", "false")


def test_a_value_of_every_day_of_a_year_is_read() -> None:
    days = [date(2026, 9, 30) - timedelta(n) for n in range(365)]
    rows = [{**WEIGHT, "value": 90, "date": str(day)} for day in days]
    assert len(linked(read(*rows, therapies=[{"product": "Kineret", "start": "2020-01-01"}]), "change")) == 364
    unknown = read(*rows)  # when the drug was begun is open, and with it which is the baseline
    said = nodes(unknown)
    told = [said[f"{unknown.iri.value}/{node}"]["superseded"] for node in linked(unknown, "change")]
    assert told == [*["false"] * 364, *["true"] * (1001 - 364)]


def test_more_values_than_anybody_reads_are_refused() -> None:
    with pytest.raises(CaseError, match="more than 1,000 values of body-weight"):
        read(*({**WEIGHT, "value": 90} for _ in range(1001)))


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from([4, 7, 10])), min_size=2, max_size=4))
def test_only_a_surely_later_value_replaces_another(drawn: list[tuple[int, int]]) -> None:
    days = [date(2026, 10, 1) - timedelta(ago) for ago, _ in drawn]
    texts = [str(day)[:length] for day, (_, length) in zip(days, drawn, strict=True)]
    case = read(*({**WEIGHT, "value": 90, "date": text} for text in texts))
    for n, day in enumerate(days):
        if facts(case, f"measurement/{n}")["superseded"] == "true":
            assert any(other > day for other in days)
