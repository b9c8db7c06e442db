"""Synthetic populations: the same seed draws the same patients, as their assumptions say; each number has a source."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from math import inf, log
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from payergraph.chart.case import parse_case
from payergraph.cohorts.layout import record
from payergraph.cohorts.synthetic import LABEL, assumptions, generate, uses
from payergraph.cohorts.synthetic.drawing import BLOCK, Block, Class, Draws
from payergraph.cohorts.synthetic.model import Amount, Assumption, Assumptions, Share, Spread
from payergraph.cohorts.synthetic.reading import read
from payergraph.errors import CallError, CohortError, ExportError
from payergraph.locate import folder
from payergraph.store.graph import shipped
from payergraph.store.names import names

DAY = date(2026, 10, 1)
DRUGS = {"rheumatoid-arthritis": "adalimumab", "overweight-or-obesity": "Wegovy"}
SIZE = 2 * BLOCK
Rows = list[dict[str, Any]]


def written(place: Path) -> dict[str, Rows]:
    return {path.stem: pq.read_table(path).to_pylist() for path in sorted(place.glob("*.parquet"))}


def drawn(place: Path, use: str, size: int, seed: int = 7) -> dict[str, Rows]:
    generate(place, use, size, seed, shipped(), request_date=DAY)
    return written(place)


@pytest.fixture(scope="module", params=uses())
def use(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def stated(use: str) -> Assumptions:
    return assumptions(use, shipped())


@pytest.fixture(scope="module")
def place(use: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("population") / use
    generate(place, use, SIZE, 7, shipped(), request_date=DAY)
    return place


@pytest.fixture(scope="module")
def tables(place: Path) -> dict[str, Rows]:
    return written(place)


def test_the_uses_are_those_of_the_drugs_tried_here() -> None:
    assert set(uses()) == set(DRUGS)


def test_the_same_seed_writes_the_same_bytes(use: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(tmp_path / name, use, 400, 11, shipped(), request_date=DAY)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "two").iterdir())
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in files)


def test_another_seed_draws_others(use: str, tmp_path: Path) -> None:
    assert drawn(tmp_path / "one", use, 50, 1)["patients"] != drawn(tmp_path / "two", use, 50, 2)["patients"]


@pytest.mark.parametrize("size", [300, BLOCK + 7])
def test_the_first_patients_of_a_larger_population_are_those_of_a_smaller(
    use: str, size: int, tables: dict[str, Rows], tmp_path: Path
) -> None:
    smaller = drawn(tmp_path / "smaller", use, size)
    kept = {row["id"] for row in tables["patients"][:size]}
    assert smaller == {name: [row for row in rows if row["id"] in kept] for name, rows in tables.items()}


def test_each_file_says_that_it_is_synthetic(use: str, place: Path, stated: Assumptions) -> None:
    for path in place.glob("*.parquet"):
        said = json.loads(pq.read_schema(path).metadata[LABEL.encode()])
        assert said == {
            "use": use,
            "seed": 7,
            "size": SIZE,
            "requestDate": "2026-10-01",
            "version": stated.version,
        }
    assert "No patient here is real" in (place / "README.md").read_text(encoding="utf-8")


def test_ids_say_it_too_and_rows_of_a_patient_stand_together(tables: dict[str, Rows]) -> None:
    ids = [row["id"] for row in tables["patients"]]
    assert all(one.startswith("synthetic-") for one in ids)
    assert ids == sorted(set(ids)) and len(ids) == SIZE
    for rows in tables.values():
        assert all(one["id"] <= other["id"] for one, other in pairwise(rows))


def test_charts_are_cases_of_which_every_name_is_known(use: str, tables: dict[str, Rows]) -> None:
    for chart in charts(tables, 300):
        case = parse_case({**chart, "drug": DRUGS[use], "requestDate": DAY}, shipped())
        assert not case.unheard


def charts(tables: Mapping[str, Rows], many: int) -> Iterable[dict[str, Any]]:
    lists: defaultdict[str, defaultdict[str, Rows]] = defaultdict(lambda: defaultdict(list))
    for name, rows in tables.items():
        for row in rows if name != "patients" else ():
            lists[row["id"]][name].append(row)
    for patient in tables["patients"][:many]:
        yield record(patient, lists[patient["id"]])


def test_nothing_lies_after_the_request_and_nothing_ends_before_it_begins(tables: dict[str, Rows]) -> None:
    last = DAY.isoformat()
    for rows in tables.values():
        for row in rows:
            days = [row.get(key) for key in ("date", "since", "start", "end", "birthDate")]
            assert all(day[:10] <= last[: len(day)] for day in days if day is not None)
            assert row.get("start") is None or row.get("end") is None or row["start"] <= row["end"]


def test_a_diagnosis_is_as_old_as_the_first_therapy(stated: Assumptions, tables: dict[str, Rows]) -> None:
    common = {name for each in stated.diagnosis.condition.of.values() for name in each}
    since = {row["id"]: row["since"] for row in tables["diagnoses"] if row["condition"] in common and row["since"]}
    started = [row for row in tables["therapies"] if row["start"] and row["id"] in since]
    assert started
    assert all(since[row["id"]][: len(row["start"])] <= row["start"] for row in started)


def test_a_list_of_which_a_row_is_left_out_is_not_said_to_be_complete(
    stated: Assumptions, tables: dict[str, Rows]
) -> None:
    common = {name for each in stated.diagnosis.condition.of.values() for name in each}
    with_it = {row["id"] for row in tables["diagnoses"] if row["condition"] in common}
    without = [row for row in tables["patients"] if row["id"] not in with_it]
    assert without
    assert all(row["diagnosesComplete"] is None for row in without)


def test_no_drug_is_taken_in_two_steps(stated: Assumptions, tables: dict[str, Rows]) -> None:
    options = {value for course in stated.steps for each in course.options.of.values() for value in each}
    taken = [(row["id"], row["product"]) for row in tables["therapies"] if row["product"] in options]
    assert len(taken) == len(set(taken))


# --- shares -------------------------------------------------------------------------------------------


def far(found: int, of: int, share: float) -> float:
    """How unlikely a count is: by Chernoff's bound a binomial one reaches x or more with a probability of at most
    2 exp(-x), where x is the count times the divergence of the found share from the true one."""
    seen = found / of
    parts = [
        0.0 if one == 0 else inf if other == 0 else one * log(one / other)
        for one, other in ((seen, share), (1 - seen, 1 - share))
    ]
    return of * sum(parts)


def test_the_bound_is_what_it_is_said_to_be() -> None:
    assert far(500, 1000, 0.5) == 0
    assert far(1, 1000, 0.0) == inf
    # 600 of 1000 where 500 are awaited: the binomial tail is 2e-10.
    assert 1e-10 < 2 * np.exp(-far(600, 1000, 0.5)) < 1e-8


def test_shares_are_those_that_are_stated(stated: Assumptions, tables: dict[str, Rows]) -> None:
    counted = list(counts(stated, tables))
    assert len(counted) > 30
    bound = log(2 * len(counted) / 1e-9)
    wrong = [one for one in counted if far(*one[1:]) > bound]
    assert not wrong


def test_every_share_is_drawn_as_it_is_stated(stated: Assumptions) -> None:
    n, found = 50_000, list[tuple[str, int, float]]()
    for one in stated.stated:
        for value, of in one.of.items():
            context = {one.by: Class((value,), np.zeros(n, dtype=np.int64))} if one.by else {}
            if isinstance(of, Mapping):
                drawn = Draws(5, 0).shares(one, context, n)
                found += [(f"{one.path} {name}", int(drawn.are(name).sum()), share) for name, share in of.items()]
            elif isinstance(of, float) and not one.unit:
                found.append((one.path, int(Draws(5, 0).share(one, context, n).sum()), of))
    bound = log(2 * len(found) / 1e-9)
    assert len(found) > 100
    assert not [(path, count, share) for path, count, share in found if far(count, n, share) > bound]


def counts(stated: Assumptions, tables: Mapping[str, Rows]) -> Iterable[tuple[str, int, int, float]]:
    """What was counted, how often it was found, among how many, and how often it is stated."""
    patients = tables["patients"]
    told = [row["sex"] for row in patients if row["sex"] is not None]
    for sex, share in stated.sex.of[""].items():
        yield f"sex {sex}", told.count(sex), len(told), share
    yield "sex recorded", len(told), SIZE, stated.recorded["sex"].of[""]
    for column in ("attestations", "documents"):
        for name, one in getattr(stated, column).items():
            yield name, sum(name in row[column] for row in patients), SIZE, one.of[""]
    for name, result in {**stated.labs, **stated.measurements}.items():
        rows = [
            row for row in tables.get("labs", []) + tables["measurements"] if name in (row.get("test"), row.get("of"))
        ]
        yield name, len(rows), SIZE, result.measured.of[""]
    for name, seen in stated.findings.items():
        rows = [row for row in tables["findings"] if row["finding"] == name]
        yield f"{name} told", len(rows), SIZE, seen.told.of[""]
        if not seen.present.by:
            yield name, sum(row["present"] for row in rows), len(rows), seen.present.of[""]
    for name, screening in stated.screenings.items():
        results = [row["result"] for row in tables["screenings"] if row["for"] == name]
        yield name, len(results), SIZE, screening.done.of[""]
        for value, share in screening.result.of[""].items():
            yield f"{name} {value}", results.count(value), len(results), share
    yield from counts_by_class(stated, tables)
    yield from counts_of_therapies(stated, tables)


def counts_by_class(stated: Assumptions, tables: Mapping[str, Rows]) -> Iterable[tuple[str, int, int, float]]:
    conditions = [row["condition"] for row in tables["diagnoses"]]
    for name, one in stated.comorbidities.items():
        yield name, conditions.count(name), SIZE, overall(one, stated)


def overall(one: Share, stated: Assumptions) -> float:
    """A share of all, of one that depends on a class."""
    if not one.by:
        return one.of[""]
    parts = stated.sex if one.by == "sex" else stated.classes[one.by]
    return sum(part * one.of[value] for value, part in parts.of[""].items())


def counts_of_therapies(stated: Assumptions, tables: Mapping[str, Rows]) -> Iterable[tuple[str, int, int, float]]:
    rows = [row for row in tables["therapies"] if not row["planned"]]
    recorded = [row for row in rows if row["outcome"] is not None]
    yield "outcomes recorded", len(recorded), len(rows), stated.recorded["therapies.outcome"].of[""]
    # The products of the last step are drawn first, so that none of them is barred.
    for course in stated.steps[-1:]:
        share = stated.recorded["therapies"].of[""] * sum(stated.classes["stage"].of[""][one] for one in course.stages)
        only = set(course.options.of[""]) - {v for other in stated.steps[:-1] for v in other.options.of[""]}
        for value in only:
            yield value, sum(row["product"] == value for row in rows), SIZE, share * course.options.of[""][value]
    for course in stated.beside:
        assert course.taken is not None
        options = set(course.options.of[""])
        share = overall(course.taken, stated) * stated.recorded["therapies"].of[""]
        yield course.name, sum(row["product"] in options for row in rows), SIZE, share


@pytest.mark.parametrize(
    ("spread", "mean"),
    [
        (Spread("normal", -1e9, 1e9, 10, 3, 6), 10),
        (Spread("lognormal", 0, 1e9, 10, 9, 6), 10),
        (Spread("uniform", 2, 6, 0, 0, 6), 4),
    ],
)
def test_amounts_have_their_mean(spread: Spread, mean: float) -> None:
    amount: Amount = Assumption("a", "", {"": spread}, "u", (), "for a test")
    values = Draws(3, 0).amount(amount, {}, 100_000)
    # Six and a half standard errors: of means of so many values fewer than one in 1e10 is farther off.
    assert abs(values.mean() - mean) < 6.5 * values.std() / 100_000**0.5
    if spread.sd:
        assert abs(values.std() - spread.sd) < 0.1 * spread.sd


# --- assumptions --------------------------------------------------------------------------------------


def test_every_assumption_has_a_source_or_a_reason_and_every_source_is_used(stated: Assumptions) -> None:
    assert all(one.sources or one.assumed for one in stated.stated)
    assert {key for one in stated.stated for key in one.sources} == set(stated.sources)


def test_what_is_wrong_is_told_all_at_once() -> None:
    text = (folder("data") / "synthetic" / "rheumatoid-arthritis.yaml").read_text(encoding="utf-8")
    wrong = {
        "asthma: {share: 0.066, source: comora-2014}": "asthma: {share: 1.2, source: comora-2014}",
        "copd: {share: 0.035, source: comora-2014}": "copt: {share: 0.035, source: comora-2015}",
        "sex: {shares: {female: 0.767, male: 0.233}, source: peasah-2024}": "sex: {shares: {female: 0.767, male: 0.3}}",
        "share: {low: 0.1, moderate: 0.95, high: 1}": "share: {low: 0.1, middling: 0.95, high: 1}",
        "stages: [three-biologics]": "stages: [four-biologics]",
        "prednisone: 0.9": "methotrexat: 0.9",
        "unit: IU/mL": "unit: smoots",
        "by: inflammation": "by: inflamation",
        "therapies.outcome: {share: 0.492": "therapies.end: {share: 0.492",
        "{shape: lognormal, mean: 27.0, sd: 5.4, low: 15, high: 60, decimals: 1}": "{shape: round, low: 60, high: 15}",
        "diagnosesComplete: {share: 0.5,": "diagnosesDone: {share: 0.5,",
        "labs.date: {share: 0.95": "labs.value: {share: 0.95",
    }
    for right, other in wrong.items():
        assert right in text
        text = text.replace(right, other, 1)
    with pytest.raises(CohortError) as caught:
        read(text, "wrong.yaml", names(shipped()))
    assert [fault.removeprefix("wrong.yaml: ") for fault in caught.value.faults] == [
        "sex has neither a source nor assumed with a reason.",
        "sex has shares that add up to 1.067; expected 1.",
        "bmi is from 60 to 15, which ends before it begins.",
        "bmi.shape is 'round'; expected normal, lognormal, uniform.",
        "diagnosis.active does not say what holds of activity moderate.",
        "diagnosis.active speaks of activity middling, which there is not.",
        "comorbidities names 'copt', which is the short name of no Condition of the graph.",
        "comorbidities.asthma is 1.2; expected a number from 0 to 1.",
        "comorbidities.copt.source is 'comora-2015', which is not among the sources.",
        "steps.third-biologic.stages names 'four-biologics', which is no value of the class stage.",
        "beside.glucocorticoid.options names 'methotrexat', which is the short name of no Drug or Product or Procedure "
        "or CareProgramme or Device of the graph.",
        "labs.crp.value.by is 'inflamation', which is no class above it.",
        "labs.rheumatoid-factor.unit is 'smoots', which is no unit of the graph.",
        "complete.diagnosesDone is no column that says that a list is complete.",
        "recorded.therapies.end is said under dating, for one date of two would say something else.",
        "recorded.labs.value is a column without which its row says nothing; name the table.",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[", "is not YAML, because"),
        ("- 1", "the file is [1]; expected names, each with what it holds."),
        ("use: gout-flare", "the file has no version."),
        ("use: mars", "use names 'mars', which is the short name of no Condition of the graph."),
        ("colour: red", "the file has 'colour'; expected "),
    ],
)
def test_what_is_no_such_file_is_told(text: str, sentence: str) -> None:
    with pytest.raises(CohortError) as caught:
        read(text, "wrong.yaml", names(shipped()))
    assert any(sentence in fault for fault in caught.value.faults)
    assert all(fault.startswith("wrong.yaml: ") for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("use", "size", "seed", "sentence"),
    [
        (
            "gout",
            10,
            1,
            "use is 'gout', of which nothing is assumed; expected overweight-or-obesity or rheumatoid-arthritis",
        ),
        ("../cases/maria", 10, 1, "use is '../cases/maria', of which nothing is assumed"),
        ("rheumatoid-arthritis", 0, 1, "size is 0; expected 1 or more"),
        ("rheumatoid-arthritis", 10, -1, "seed is -1; expected 0 or more"),
    ],
)
def test_what_cannot_be_drawn_is_told(use: str, size: int, seed: int, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(CallError, match=sentence.replace(".", r"\.")):
        generate(tmp_path / "new", use, size, seed, shipped(), request_date=DAY)
    assert not (tmp_path / "new").exists()


def test_what_is_broken_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Block, "tables", full)
    with pytest.raises(ExportError, match="cannot be written: the disk is full"):
        generate(tmp_path / "new", "rheumatoid-arthritis", 10, 1, shipped(), request_date=DAY)
    assert not list((tmp_path / "new").iterdir())


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match="holds something already"):
        generate(tmp_path, "rheumatoid-arthritis", 10, 1, shipped(), request_date=DAY)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
