"""A run of a cohort: what it says is what a check says, it goes on where it was interrupted, and nothing is lost."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import duckdb
import pyarrow.parquet as parquet
import pytest
from cohorts_shared import DAY, asked

from payergraph import terms
from payergraph.cohorts import run as runs
from payergraph.cohorts.answer import Cohort
from payergraph.cohorts.sources import Folder, drawn
from payergraph.errors import CallError, CohortError, FileError
from payergraph.verdict.determination import determine

pytestmark = pytest.mark.xdist_group("cohort")


def rows(cohort: Cohort, table: str) -> list[tuple[object, ...]]:
    """All rows of a table that a run wrote, in order."""
    found: list[tuple[object, ...]] = duckdb.sql(
        f"SELECT * FROM read_parquet('{cohort.run.into / table / '*.parquet'}') ORDER BY ALL"
    ).fetchall()
    return found


def test_each_chart_is_told_what_a_check_tells_it(small: Cohort) -> None:
    told = {
        (name, policy, rules, indication): outcome
        for name, _, policy, _, _, indication, _, rules, outcome in rows(small, "determinations")
    }
    compared = 0
    for chart in small.run.charts.read(0, small.run.charts.size):
        case = small.run.case(chart)
        for one in determine(case, small.run.graph, as_of=DAY):
            key = (case.id, one.policy.id, " ".join(rule.id for rule in one.rules), terms.slug(one.indication))
            assert told.pop(key) == one.outcome.value, key
            compared += 1
    assert not told and compared > 400
    assert len(set(small.outcomes["cigna-ip0243 (cigna-employer-group, cigna-individual-and-family)"])) > 1


def test_an_interrupted_run_goes_on_and_ends_the_same(
    small: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "AT_ONCE", 10)
    monkeypatch.setattr(runs, "FEWEST", 10)
    monkeypatch.setattr(runs, "JUDGED_AT_ONCE", 20)
    seen: list[tuple[str, int]] = []

    def interrupted(what: str, done: int, of: int) -> None:
        seen.append((what, done))
        if (what, done) in [("Reading charts", 30), ("Judging charts", 40)] and seen.count((what, done)) == 1:
            raise KeyboardInterrupt

    source = drawn("rheumatoid-arthritis", 60, 5)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            asked(source, tmp_path / "run", progress=interrupted)
    found = asked(source, tmp_path / "run", progress=interrupted)
    assert seen.count(("Reading charts", 10)) == 1  # what was read is not read again
    assert rows(found, "determinations") == rows(small, "determinations")
    assert rows(found, "states") == rows(small, "states")
    assert (found.run.into / "shares.csv").read_text() == (small.run.into / "shares.csv").read_text()


def test_several_processes_read_what_one_reads(small: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "FEWEST", 30)
    found = asked(drawn("rheumatoid-arthritis", 60, 5), tmp_path / "run", processes=2)
    assert rows(found, "determinations") == rows(small, "determinations")


def test_a_process_that_ends_is_told_and_the_run_goes_on(
    small: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "FEWEST", 30)
    source = Folder(small.run.into / "tables")
    with monkeypatch.context() as ended:
        # As where the script asks again in each process that it begins.
        ended.setattr(runs, "begin", os._exit)
        with pytest.raises(CohortError, match="a process that reads charts ended; in a script, put the call under"):
            asked(source, tmp_path / "run", processes=2)
    found = asked(source, tmp_path / "run")
    assert rows(found, "determinations") == rows(small, "determinations")


def test_a_full_disk_is_told_and_the_run_goes_on(
    small: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:

        def refused(*args: object, **options: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        full.setattr(parquet, "write_table", refused)
        with pytest.raises(FileError, match="cannot be written: the disk is full"):
            asked(Folder(small.run.into / "tables"), tmp_path / "run")
    found = asked(Folder(small.run.into / "tables"), tmp_path / "run")
    assert rows(found, "determinations") == rows(small, "determinations")


def test_a_folder_of_another_run_is_refused(small: Cohort, tmp_path: Path) -> None:
    shutil.copytree(small.run.into, tmp_path / "run")
    with pytest.raises(CohortError, match=r"holds a run of other charts and drug and policies; choose another folder"):
        asked(Folder(small.run.into / "tables"), tmp_path / "run", drug="adalimumab")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(CohortError, match=r"mine is not empty, and holds no run; choose another folder"):
        asked(drawn("rheumatoid-arthritis", 10, 1), tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


# --- charts that cannot be judged ---------------------------------------------------------------------------------


def spoil(tables: Path, table: str, change: str) -> None:
    """Put a table in the place of another: ``change`` is what to select of it."""
    path = tables / f"{table}.parquet"
    duckdb.sql(f"COPY (SELECT {change} FROM '{path}') TO '{path}.new' (FORMAT parquet)")
    Path(f"{path}.new").replace(path)


def test_what_is_not_judged_is_counted_and_told(tables: Path, tmp_path: Path) -> None:
    treated = f"SELECT DISTINCT id FROM '{tables / 'therapies.parquet'}' ORDER BY id LIMIT 3"
    first, second, third = (name for [name] in duckdb.sql(treated).fetchall())
    spoil(
        tables,
        "patients",
        f"* EXCLUDE (weightKg), CASE id WHEN '{first}' THEN 1000 ELSE weightKg END AS weightKg, "
        f"CASE id WHEN '{second}' THEN 'Humira' END AS drug",
    )
    spoil(
        tables,
        "therapies",
        f"* REPLACE (CASE id WHEN '{third}' THEN 'a potion' ELSE product END AS product, "
        f"CASE id WHEN '{first}' THEN 'nobody' ELSE id END AS id)",
    )
    found = asked(Folder(tables), tmp_path / "run")
    assert found.size == 58
    counted = found.not_judged
    assert (counted["refused"], counted["elsewhere"], counted["unknown"]) == (1, 1, 1) and counted["strays"] > 0
    told = (found.run.into / "not-judged.csv").read_text()
    assert f"{first},\"{first}: weightKg is '1000', not a number from 0.1 to 700.\"" in told
    assert f"{second},it asks for another drug" in told
    assert "therapies.product,a-potion," in (found.run.into / "not-known.csv").read_text().replace(" ", "-")


def test_charts_without_a_use_are_asked_for_their_diagnoses(tables: Path, tmp_path: Path, small: Cohort) -> None:
    found = asked(Folder(tables), tmp_path / "run", indication=None)
    told = {(row[0], row[2], row[8]) for row in rows(small, "determinations")}
    assert {(row[0], row[2], row[8]) for row in rows(found, "determinations")} >= told
    (tables / "diagnoses.parquet").unlink()
    without = asked(Folder(tables), tmp_path / "without", indication=None)
    assert without.size == 0 and without.not_judged["without"] == 60
    assert without.shares().charts == 0 and without.askers == ()


# --- bad input ----------------------------------------------------------------------------------------------------


def refused(source: Folder, into: Path) -> list[str]:
    """The sentences with which a population is refused; nothing of it is judged."""
    with pytest.raises(CohortError) as caught:
        asked(source, into)
    assert not (into / "determinations").exists()
    return list(caught.value.faults)


def test_a_folder_that_holds_no_population_is_told(tmp_path: Path) -> None:
    into = tmp_path / "run"
    assert refused(Folder(tmp_path / "none"), into) == [
        f"{tmp_path / 'none'} is no folder; expected one with the tables of a population"
    ]
    (tmp_path / "empty").mkdir()
    [said] = refused(Folder(tmp_path / "empty"), into)
    assert "empty holds no population that is known here; expected patients.parquet" in said


def test_all_faults_of_the_tables_are_told_at_once(tables: Path, tmp_path: Path) -> None:
    spoil(tables, "labs", "* RENAME (value AS vlaue)")
    spoil(tables, "diagnoses", "* EXCLUDE (id)")
    (tables / "therapies.parquet").write_text("not a table")
    said = refused(Folder(tables), tmp_path / "run")
    assert len(said) == 3
    assert any("labs.parquet has a column vlaue, which is none of labs; the nearest is value" in one for one in said)
    assert any("diagnoses.parquet has no column id; expected one that says whose row it is" in one for one in said)
    assert any("therapies.parquet cannot be read: it is no PARQUET" in one for one in said)


def test_a_patient_stands_once_and_has_a_name(tables: Path, tmp_path: Path) -> None:
    spoil(tables, "patients", "* REPLACE (CASE WHEN id LIKE '%7' THEN 'twice' ELSE id END AS id)")
    [said] = refused(Folder(tables), tmp_path / "run")
    assert said.endswith("patients.parquet has the id twice more than once; expected a row a patient")
    spoil(tables, "patients", "* REPLACE (CASE WHEN id = 'twice' THEN NULL ELSE id END AS id)")
    [said] = refused(Folder(tables), tmp_path / "other")
    assert said.endswith("patients.parquet has rows without id; expected the name of a patient in each")


def test_tables_of_csv_say_the_same(tables: Path, tmp_path: Path, small: Cohort) -> None:
    lists = {"VARCHAR[]"}
    for path in list(tables.glob("*.parquet")):
        columns = duckdb.sql(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
        cells = [
            f'array_to_string("{name}", \'; \') AS "{name}"' if type in lists else f'"{name}"'
            for name, type, *_ in columns
        ]
        duckdb.sql(f"COPY (SELECT {', '.join(cells)} FROM '{path}') TO '{path.with_suffix('.csv')}' (HEADER)")
        path.unlink()
    found = asked(Folder(tables), tmp_path / "run")
    assert rows(found, "determinations") == rows(small, "determinations")


def test_a_policy_that_was_not_asked_is_told(small: Cohort, tmp_path: Path) -> None:
    with pytest.raises(CallError, match="'cigna-ip0234' was not asked"):
        small.attrition("cigna-ip0234")
    with pytest.raises(CallError, match="'nonsense' is no policy of the graph"):
        asked(drawn("rheumatoid-arthritis", 10, 1), tmp_path / "run", policy=["nonsense"])
    with pytest.raises(CallError, match=r"medica-zepbound is about"):
        asked(drawn("rheumatoid-arthritis", 10, 1), tmp_path / "run", policy=["medica-zepbound"])
