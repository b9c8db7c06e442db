"""Synthea's files as the tables of the layout, row by row, and what each bad one is told."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from cohort_records import cases, charts, columns, rows, told, write

from payergraph.cohorts import records
from payergraph.cohorts.left_out import LeftOut
from payergraph.cohorts.synthea import read_synthea
from payergraph.errors import CallError, FileError
from payergraph.store.graph import shipped

TODAY = date(2026, 6, 1)
PATIENTS = """
    Id,BIRTHDATE,DEATHDATE,GENDER,STATE
    a,1984-03-02,,F,Massachusetts
    b,1990-01-01,,M,Atlantis
    """


def read(at: Path, *, complete: bool = False, **tables: str) -> tuple[Path, LeftOut]:
    """The folder with the answer, and what was left out."""
    into = at / "into"
    folder = write(at / "synthea", **{"patients": PATIENTS, **tables})
    left = read_synthea(folder, into, shipped(), request_date=TODAY, complete=complete)
    cases(into, shipped())  # each chart is one that can be read
    return into, left


def test_conditions_are_diagnoses_by_their_names(tmp_path: Path) -> None:
    into, left = read(
        tmp_path,
        conditions="""
            START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION
            2020-01-01,2020-02-01,a,e,http://snomed.info/sct,69896004,Rheumatoid arthritis (disorder)
            2019-01-01,,a,e,SNOMED-CT,69896004,Rheumatoid arthritis (disorder)
            2020-01-01,2020-02-01,a,e,,1,Gout
            2020-01-01,,a,e,,M05.9,Whatever
            2020-01-01,,a,e,ICD10CM,M45.9,Whatever
            2020-01-01,2020-01-05,a,e,SNOMED-CT,2,Acute bronchitis (disorder)
            2026-06-02,,b,e,SNOMED-CT,1,Gout
            2020-01-01,2019-01-01,b,e,SNOMED-CT,1,Gout
            1980-01-01,,b,e,SNOMED-CT,1,Gout
            2020-01-01,,c,e,SNOMED-CT,1,Gout
            """,
    )
    assert columns(into, "patients") == ["id", "requestDate", "birthDate", "age", "sex", "state"]
    assert rows(into, "patients") == [
        ("a", "2026-06-01", "1984-03-02", None, "female", "MA"),
        ("b", "2026-06-01", "1990-01-01", None, "male", None),
    ]
    assert columns(into, "diagnoses") == ["id", "condition", "active", "since"]
    assert rows(into, "diagnoses") == [
        ("a", "ankylosing-spondylitis", None, "2020-01-01"),
        ("a", "gout", False, "2020-01-01"),
        ("a", "rheumatoid-arthritis", None, "2019-01-01"),  # one of two episodes goes on
    ]
    assert told(left) == sorted(
        [
            ("patients", "the state is none of the graph", "", "", "Atlantis", 1),
            ("conditions", records.UNKNOWN, "SNOMEDCT", "M05.9", "Whatever", 1),
            ("conditions", records.UNKNOWN, "SNOMED-CT", "2", "Acute bronchitis (disorder)", 1),
            ("conditions", records.LATER, "SNOMED-CT", "1", "Gout", 1),
            ("conditions", records.BACKWARDS, "SNOMED-CT", "1", "Gout", 1),
            ("conditions", records.EARLY, "SNOMED-CT", "1", "Gout", 1),
            ("conditions", records.NOBODY, "", "", "", 1),
        ]
    )
    assert left.nobody == 1


def test_medications_are_therapies_by_their_names(tmp_path: Path) -> None:
    into, left = read(
        tmp_path,
        medications="""
            START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION,REASONCODE,REASONDESCRIPTION
            2020-01-01T10:00:00Z,,a,e,1,Methotrexate 2.5 MG Oral Tablet,2,Rheumatoid arthritis (disorder)
            2020-01-01T10:00:00Z,2020-03-01T23:59:00Z,a,e,3,Naproxen sodium 220 MG Oral Tablet,4,Sprain of wrist
            2020-01-01T10:00:00Z,2026-07-01T23:59:00Z,a,e,5,0.4 ML adalimumab 100 MG/ML Auto-Injector [Humira],,
            2020-01-01T10:00:00Z,,a,e,6,Acetaminophen 325 MG / methotrexate 2.5 MG Oral Tablet,,
            2020-01-01T10:00:00Z,,b,e,763450,Ilaris by its code,,
            """,
    )
    assert columns(into, "therapies") == ["id", "product", "start", "end", "for"]
    by_code = rows(into, "therapies")[-1]
    assert by_code[0] == "b" and by_code[2:] == ("2020-01-01", None, None)
    assert rows(into, "therapies")[:-1] == [
        ("a", "humira", "2020-01-01", None, None),
        ("a", "methotrexate", "2020-01-01", None, "rheumatoid-arthritis"),
        ("a", "naproxen", "2020-01-01", "2020-03-01", "Sprain of wrist"),
    ]
    assert [one for one in told(left) if one[0] == "medications"] == [
        ("medications", records.UNKNOWN, "RxNorm", "6", "Acetaminophen 325 MG / methotrexate 2.5 MG Oral Tablet", 1)
    ]


def test_observations_are_labs_or_measurements(tmp_path: Path) -> None:
    into, left = read(
        tmp_path,
        observations="""
            DATE,PATIENT,ENCOUNTER,CATEGORY,CODE,DESCRIPTION,VALUE,UNITS,TYPE
            2020-01-01T10:00:00Z,a,e,vital-signs,39156-5,Body mass index (BMI) [Ratio],27.3,kg/m2,numeric
            2020-01-01T10:00:00Z,a,e,laboratory,1988-5,Whatever,12,mg/L,numeric
            2020-01-01T10:00:00Z,a,e,laboratory,1988-5,Whatever,12,kg,numeric
            2020-01-01T10:00:00Z,a,e,laboratory,1988-5,Whatever,high,mg/L,text
            2020-01-01T10:00:00Z,a,e,survey,1,Stage of liver fibrosis,F3,,text
            2020-01-01T10:00:00Z,a,e,survey,72166-2,Tobacco smoking status,Never,,text
            """,
    )
    assert rows(into, "labs") == [("a", "crp", 12.0, "mg-per-l", "2020-01-01")]
    assert columns(into, "measurements") == ["id", "of", "value", "unit", "date"]
    assert rows(into, "measurements") == [
        ("a", "bmi", "27.3", "kg-per-m2", "2020-01-01"),
        ("a", "fibrosis-stage", "fibrosis-f3", None, "2020-01-01"),
    ]
    assert [one[1:] for one in told(left) if one[0] == "observations"] == [
        (records.NO_NUMBER, "LOINC", "1988-5", "Whatever", 1),
        (records.NO_UNIT, "LOINC", "1988-5", "Whatever in kg", 1),
        (records.UNKNOWN, "LOINC", "72166-2", "Tobacco smoking status", 1),
    ]


def test_procedures_and_encounters(tmp_path: Path) -> None:
    into, left = read(
        tmp_path,
        procedures="""
            START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION
            2020-01-01T10:00:00Z,2020-01-01T11:00:00Z,a,e,SNOMED-CT,31394004,Phototherapy (procedure)
            2020-01-01T10:00:00Z,,a,e,SNOMED-CT,3,Knitting (procedure)
            """,
        encounters="""
            Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,PAYER,ENCOUNTERCLASS,CODE,DESCRIPTION
            1,2020-01-01T10:00:00Z,,a,o,p,,ambulatory,1,Visit
            2,2020-01-02T10:00:00Z,,a,o,q,,emergency,1,Visit
            3,2020-01-03T10:00:00Z,,a,o,q,,inpatient,1,Visit
            4,2020-01-04T10:00:00Z,,a,o,q,,wellness,1,Visit
            5,2020-01-05T10:00:00Z,,a,o,,,wellness,1,Visit
            """,
        providers="""
            Id,ORGANIZATION,NAME,GENDER,SPECIALITY
            p,o,x,F,RHEUMATOLOGY
            q,o,x,F,GENERAL PRACTICE
            """,
    )
    assert rows(into, "therapies") == [("a", "phototherapy", "2020-01-01", "2020-01-01")]
    assert rows(into, "consultations") == [("a", "rheumatology", "2020-01-01")]
    assert rows(into, "events") == [("a", "emergency-visit", "2020-01-02"), ("a", "hospital-admission", "2020-01-03")]
    assert [one for one in told(left) if one[0] != "patients"] == [
        ("encounters", records.UNKNOWN, "", "", "GENERAL PRACTICE", 1),
        ("encounters", records.UNKNOWN, "SNOMEDCT", "1", "Visit", 1),
        ("procedures", records.UNKNOWN, "SNOMED-CT", "3", "Knitting (procedure)", 1),
    ]


def test_who_died_is_no_patient_and_lists_are_complete_where_that_is_said(tmp_path: Path) -> None:
    into, left = read(
        tmp_path,
        complete=True,
        patients=PATIENTS + "c,1950-01-01,2020-01-01,F,Texas",
        conditions="""
            START,STOP,PATIENT,ENCOUNTER,SYSTEM,CODE,DESCRIPTION
            2019-01-01,,a,e,SNOMED-CT,1,Gout
            2019-01-01,,b,e,SNOMED-CT,2,Sore thumb
            2019-01-01,,c,e,SNOMED-CT,1,Gout
            """,
    )
    assert [(id, chart.get("diagnosesComplete")) for id, chart in charts(into).items()] == [("a", True), ("b", None)]
    assert {(one.table, one.reason) for one in left.lines} >= {
        ("patients", records.DIED),
        ("conditions", records.NO_PATIENT),
    }


@pytest.mark.parametrize(
    ("procedures", "whole"),
    [
        ({"procedures": "START,STOP,PATIENT,CODE,DESCRIPTION\n2020-01-01,,a,3,Knitting"}, [None, True]),
        ({"procedures": "START,STOP,PATIENT,CODE,DESCRIPTION\n2020-01-01,,a,31394004,Phototherapy"}, [True, True]),
        ({}, [None, None]),
    ],
)
def test_therapies_are_whole_only_where_procedures_are(
    tmp_path: Path, procedures: dict[str, str], whole: list[bool | None]
) -> None:
    medications = """
        START,STOP,PATIENT,CODE,DESCRIPTION
        2020-01-01,,a,1,Methotrexate 2.5 MG Oral Tablet
        2020-01-01,,b,1,Methotrexate 2.5 MG Oral Tablet
        """
    into, _ = read(tmp_path, complete=True, medications=medications, **procedures)
    assert [chart.get("therapiesComplete") for chart in charts(into).values()] == whole


def test_a_generated_population_is_whole(tmp_path: Path) -> None:
    """Every row of thousands is in a chart or counted, and every chart can be read."""
    place = tmp_path / "synthea"
    place.mkdir()

    def make(name: str, select: str) -> None:
        duckdb.sql(f"COPY ({select}) TO '{place / name}.csv' (HEADER)")

    def one_of(*words: str) -> str:
        return f"{list(words)}[CAST(1 + hash(range, 'word') % {len(words)} AS BIGINT)]"

    someone = "'p' || hash(range) % 210 AS PATIENT"
    start = "DATE '2010-01-01' + CAST(hash(range, 'day') % 6200 AS INTEGER)"
    make(
        "patients",
        "SELECT 'p' || range AS Id, DATE '1950-01-01' + CAST(range * 100 AS INTEGER) AS BIRTHDATE, NULL AS DEATHDATE, "
        "CASE WHEN range % 2 = 0 THEN 'F' ELSE 'M' END AS GENDER, 'Ohio' AS STATE FROM range(200)",
    )
    named = one_of("Gout", "Rheumatoid arthritis (disorder)", "Stress (finding)")
    make(
        "conditions",
        f"SELECT {start} AS START, NULL AS STOP, {someone}, 'SNOMED-CT' AS SYSTEM, 1 AS CODE, {named} AS DESCRIPTION "
        "FROM range(2000)",
    )
    named = one_of("methotrexate 2.5 MG Oral Tablet", "predniSONE 5 MG Oral Tablet", "Water 1 MG Oral Tablet")
    make(
        "medications",
        f"SELECT {start} AS START, {start} + CAST(range % 400 AS INTEGER) AS STOP, {someone}, range AS CODE, "
        f"{named} AS DESCRIPTION FROM range(2000)",
    )
    into = tmp_path / "into"
    left = read_synthea(place, into, shipped(), request_date=TODAY)
    assert len(cases(into, shipped())) == 200

    def plain(name: str, columns: str, where: str) -> list[tuple[object, ...]]:
        return duckdb.sql(f"""
            SELECT PATIENT, {columns}
            FROM read_csv('{place}/{name}.csv') JOIN read_csv('{place}/patients.csv') ON Id = PATIENT
            WHERE START BETWEEN BIRTHDATE AND DATE '{TODAY}' AND {where}""").fetchall()

    product = "CASE WHEN DESCRIPTION LIKE 'meth%' THEN 'methotrexate' ELSE 'prednisone' END"
    end = f"CASE WHEN STOP <= DATE '{TODAY}' THEN CAST(STOP AS VARCHAR) END"
    drugs = plain("medications", f"{product}, CAST(START AS VARCHAR), {end}, NULL", "DESCRIPTION NOT LIKE 'Water%'")
    conditions = plain("conditions", "DESCRIPTION = 'Gout'", "DESCRIPTION NOT LIKE 'Stress%'")
    assert set(rows(into, "therapies")) == set(drugs) and len(drugs) > 1000
    assert {(id, condition == "gout") for id, condition, _, _ in rows(into, "diagnoses")} == set(conditions)
    for name, of in (("medications", drugs), ("conditions", conditions)):
        assert len(of) + sum(one.rows for one in left.lines if one.table == name) == 2000


# --- bad input -----------------------------------------------------------------------------------

_CONDITIONS = "START,STOP,PATIENT,SYSTEM,CODE,DESCRIPTION"

BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "no patients": (
        lambda at: (at / "patients.csv").unlink(),
        "it has no patients.csv or patients.parquet, which the CSV",
    ),
    "nothing happened": (
        lambda at: (at / "conditions.csv").unlink(),
        "it has none of the tables conditions, medications,",
    ),
    "no column": (
        lambda at: write(at, conditions="START,STOP,PATIENT,CODE\n2020-01-01,,a,1"),
        "conditions.csv cannot be read: it has no column DESCRIPTION, which conditions of the CSV of Synthea has",
    ),
    "empty": (lambda at: (at / "conditions.csv").write_bytes(b""), "conditions.csv cannot be read: it is empty"),
    "an unknown code system": (
        lambda at: write(at, conditions=f"{_CONDITIONS}\n2020-01-01,,a,Klingon,1,Gout"),
        "conditions.csv cannot be read: column SYSTEM has 'Klingon', which is no code system known here; expected one",
    ),
    "two notations": (
        lambda at: write(
            at, conditions=f"{_CONDITIONS}\n2020-01-01,03/15/2024,a,,1,Gout\n2020-01-01,2024-03-15,a,,1,Gout"
        ),
        "column STOP has dates as MM/DD/YYYY in row 1 and as YYYY-MM-DD in the others",
    ),
    "a patient twice": (
        lambda at: write(at, patients=PATIENTS + "a,1984-03-02,,F,Ohio"),
        "patients.csv cannot be read: 1 of its 3 rows have no Id of their own",
    ),
    "no parquet": (
        lambda at: (at / "providers.parquet").write_text("x"),
        "it is no Parquet file, though its name says so",
    ),
}


@pytest.mark.parametrize("bad", BAD)
def test_bad_files_are_told_in_a_sentence(tmp_path: Path, bad: str) -> None:
    place = write(
        tmp_path / "synthea",
        patients=PATIENTS,
        conditions=f"{_CONDITIONS}\n2020-01-01,,a,,1,Gout",
        encounters="PATIENT,PROVIDER,ENCOUNTERCLASS,CODE,DESCRIPTION,START\na,,wellness,1,Visit,2020-01-01",
    )
    if bad == "nothing happened":
        (place / "encounters.csv").unlink()
    spoil, sentence = BAD[bad]
    spoil(place)
    with pytest.raises(FileError) as caught:
        read_synthea(place, tmp_path / "into", shipped(), request_date=TODAY)
    assert sentence in str(caught.value) and "\n" not in str(caught.value)
    assert not (tmp_path / "into").exists()


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="where no folder is; expected one with tables of the CSV of Synthea"):
        read_synthea(tmp_path / "none", tmp_path / "into", shipped(), request_date=TODAY)
