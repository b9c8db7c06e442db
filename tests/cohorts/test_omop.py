"""Tables of OMOP as the tables of the layout, row by row, and what each bad one is told."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from cohort_records import as_parquet, cases, charts, columns, rows, told, write

from payergraph.chart import measured
from payergraph.cohorts import records
from payergraph.cohorts.left_out import LeftOut
from payergraph.cohorts.omop import read_omop
from payergraph.errors import CallError, FileError
from payergraph.store.graph import shipped

TODAY = date(2026, 6, 1)
CONCEPTS = """
    concept_id,concept_name,vocabulary_id,concept_code,concept_class_id
    0,No matching concept,None,No matching concept,Undefined
    8532,FEMALE,Gender,F,Gender
    1,Rheumatoid arthritis,SNOMED,69896004,Disorder
    2,Type 2 diabetes mellitus,ICD10CM,E11.9,4-char billing code
    3,Adult-onset whatever,MySite,77,Local
    10,methotrexate,RxNorm,6851,Ingredient
    11,methotrexate 2.5 MG Oral Tablet,RxNorm,105585,Clinical Drug
    12,tablet of our own,MySite,55,Local
    13,lisinopril and something 10 MG,RxNorm,1,Clinical Drug
    14,Humira by the carton,NDC,00074012402,11-digit NDC
    15,lisinopril,RxNorm,29046,Ingredient
    16,"Injection, adalimumab",HCPCS,J0139,HCPCS
    20,C reactive protein [Mass/volume] in Serum or Plasma,LOINC,1988-5,Lab Test
    21,Body mass index (BMI) [Ratio],LOINC,39156-5,Clinical Observation
    22,Stage of liver fibrosis,SNOMED,9,Observable Entity
    23,F3,SNOMED,10,Qualifier Value
    24,Sodium [Moles/volume] in Blood,LOINC,2947-0,Lab Test
    30,milligram per deciliter,UCUM,mg/dL,Unit
    31,kilogram per square meter,UCUM,kg/m2,Unit
    32,kilogram,UCUM,kg,Unit
    40,Rheumatology,Medicare Specialty,66,Physician Specialty
    41,Dermatology Physician,NUCC,207N00000X,Physician Specialty
    50,Phototherapy,SNOMED,31394004,Procedure
    51,Office visit,CPT4,99213,CPT4
    60,Preliminary diagnosis,Condition Status,x,Condition Status
    4171756,<,SNOMED,276139006,Qualifier Value
    """
PERSONS = """
    person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth
    1,8532,1984,3,2
    2,8507,1990,1,1
    """


def folder(at: Path, **tables: str) -> Path:
    return write(at / "omop", **{"person": PERSONS, "concept": CONCEPTS, **tables})


def read(at: Path, *, complete: bool = False, **tables: str) -> tuple[Path, LeftOut]:
    """The folder with the answer, and what was left out."""
    into = at / "into"
    left = read_omop(folder(at, **tables), into, shipped(), request_date=TODAY, complete=complete)
    cases(into, shipped())  # each chart is one that can be read
    return into, left


def test_conditions_are_diagnoses_since_the_first(tmp_path: Path) -> None:
    into, left = read(
        tmp_path,
        condition_occurrence="""
            person_id,condition_concept_id,condition_start_date,condition_source_concept_id,condition_source_value,condition_status_concept_id
            1,0,2024-04-15,0,M05.9,
            1,0,2023-04-15,,m059,
            1,1,2025-02-01,0,714.0,
            1,1,2024-02-01,0,714.0,60
            1,0,2025-03-01,2,ours,
            1,3,2025-03-01,,,
            1,0,2025-03-01,,V10.3,
            1,0,2025-03-01,,M06.90,
            2,2,2026-06-02,,,
            2,2,1989-12-31,,,
            9,2,2025-03-01,,,
            """,
    )
    assert columns(into, "diagnoses") == ["id", "icd10", "condition", "since"]
    assert rows(into, "diagnoses") == [
        ("1", "E11.9", None, "2025-03-01"),
        ("1", "M05.9", None, "2023-04-15"),
        ("1", None, "rheumatoid-arthritis", "2025-02-01"),
    ]
    assert rows(into, "patients") == [
        ("1", "2026-06-01", "1984-03-02", None, "female"),
        ("2", "2026-06-01", "1990-01-01", None, "male"),
    ]
    of = "condition_occurrence"
    assert told(left) == sorted(
        [
            (of, records.LATER, "ICD10CM", "E11.9", "Type 2 diabetes mellitus", 1),
            (of, records.EARLY, "ICD10CM", "E11.9", "Type 2 diabetes mellitus", 1),
            (of, records.UNKNOWN, "", "M06.90", "", 1),
            (of, records.UNKNOWN, "", "V10.3", "", 1),
            (of, records.UNKNOWN, "MySite", "77", "Adult-onset whatever", 1),
            (of, "it is a preliminary diagnosis", "SNOMED", "69896004", "Rheumatoid arthritis", 1),
            (of, records.NOBODY, "", "", "", 1),
        ]
    )
    assert left.nobody == 1 and left.rows == 7
    listed = duckdb.sql(f"FROM read_csv('{into / 'left-out.csv'}', all_varchar = true)").fetchall()
    assert sorted((table, reason, int(number)) for table, reason, _, _, _, number in listed) == sorted(
        (table, reason, number) for table, reason, _, _, _, number in told(left)
    )


def test_exposures_are_therapies(tmp_path: Path) -> None:
    into, left = read(
        tmp_path,
        concept_ancestor="""
            ancestor_concept_id,descendant_concept_id
            10,12
            10,13
            15,13
            """,
        drug_exposure="""
            person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_end_date,days_supply,stop_reason,drug_source_concept_id
            1,11,2025-01-01,2025-03-31,30,Lack of Efficacy,
            1,11,2025-04-01,,30,moved,
            1,11,2025-04-01,,30,moved,
            1,10,2026-05-15,2026-07-15,,,
            1,12,2025-05-01,2025-05-02,,,
            1,13,2025-05-01,2025-05-02,,,
            1,0,2025-06-01,2025-06-30,,not tolerated,14
            2,10,2025-06-01,2025-05-01,,,
            2,10,2025-06-01,,,,
            2,10,2026-06-02,,,,
            """,
    )
    assert columns(into, "therapies") == ["id", "product", "start", "end", "outcome"]
    assert rows(into, "therapies") == [
        ("1", "humira", "2025-06-01", "2025-06-30", "intolerance"),
        ("1", "methotrexate", "2025-01-01", "2025-03-31", "failure"),
        ("1", "methotrexate", "2025-04-01", "2025-05-01", None),
        ("1", "methotrexate", "2025-05-01", "2025-05-02", None),  # by the one ingredient of the site's own concept
        ("1", "methotrexate", "2026-05-15", None, None),  # supplied beyond the request: still taken
        ("2", "methotrexate", None, None, None),  # no end is told: neither ended nor still taken
    ]
    drug = "drug_exposure"
    assert told(left) == sorted(
        [
            (drug, records.LATER, "RxNorm", "6851", "methotrexate", 1),
            (drug, records.BACKWARDS, "RxNorm", "6851", "methotrexate", 1),
            (drug, records.UNKNOWN, "RxNorm", "1", "lisinopril and something 10 MG", 1),
            (drug, "the stop reason does not surely say how it went", "", "", "moved", 2),
        ]
    )


def test_how_a_therapy_ends_after_the_request_is_not_known_yet(tmp_path: Path) -> None:
    into, _ = read(
        tmp_path,
        drug_exposure="""
            person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_end_date,days_supply,stop_reason
            1,10,2025-01-01,2026-09-30,,lack of efficacy
            1,10,2025-02-01,,1000,not tolerated
            1,10,2025-03-01,2026-06-01,,lack of efficacy
            """,
    )
    assert rows(into, "therapies") == [
        ("1", "methotrexate", "2025-01-01", None, None),
        ("1", "methotrexate", "2025-02-01", None, None),
        ("1", "methotrexate", "2025-03-01", "2026-06-01", "failure"),
    ]


def test_eras_are_read_where_there_are_no_exposures(tmp_path: Path) -> None:
    era = """
        person_id,drug_concept_id,drug_era_start_date,drug_era_end_date
        1,10,2025-01-01,2025-03-31
        """
    into, _ = read(tmp_path, drug_era=era)
    assert rows(into, "therapies") == [("1", "methotrexate", "2025-01-01", "2025-03-31")]
    exposure = """
        person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_end_date
        1,10,2025-02-01,2025-02-28
        """
    (tmp_path / "both").mkdir()
    into, _ = read(tmp_path / "both", drug_era=era, drug_exposure=exposure)
    assert rows(into, "therapies") == [("1", "methotrexate", "2025-02-01", "2025-02-28", None)]


def test_values_are_labs_or_measurements_by_what_was_measured(tmp_path: Path) -> None:
    into, left = read(
        tmp_path,
        measurement="""
            person_id,measurement_concept_id,measurement_date,value_as_number,unit_concept_id,unit_source_value,operator_concept_id,value_as_concept_id,range_low,range_high
            1,20,2026-01-01,18.25,30,,4172703,,0,0.5
            1,20,2026-01-02,5,30,,4171756,,,
            1,20,2026-01-03,,30,,,,,
            1,20,2026-01-04,5,32,,,,,
            1,20,2026-01-05,5,0,mg/L,,,,
            1,20,2026-01-06,-5,0,mg/L,,,,
            1,20,2026-01-07,abc,0,mg/L,,,,
            1,20,2026-01-08,5,,,,,,
            1,24,2026-01-08,140,,mmol/L,,,,
            1,21,2026-01-09,31.2,31,,,,18.5,25
            1,22,2026-01-10,3,,,,23,,
            1,22,2026-01-11,3,,,,,,
            """,
        observation="""
            person_id,observation_concept_id,observation_date,value_as_number,unit_concept_id
            2,21,2026-01-09,27,31
            """,
    )
    assert columns(into, "labs") == ["id", "test", "value", "unit", "upperLimit", "date"]
    assert rows(into, "labs") == [
        ("1", "crp", 5.0, "mg-per-l", None, "2026-01-05"),
        ("1", "crp", 18.25, "mg-per-dl", 0.5, "2026-01-01"),
    ]
    assert columns(into, "measurements") == ["id", "of", "value", "unit", "upperLimit", "lowerLimit", "date"]
    assert rows(into, "measurements") == [
        ("1", "bmi", "31.2", "kg-per-m2", 25.0, 18.5, "2026-01-09"),
        ("1", "fibrosis-stage", "fibrosis-f3", None, None, None, "2026-01-10"),
        ("2", "bmi", "27.0", "kg-per-m2", None, None, "2026-01-09"),
    ]
    of, crp = "measurement", ("LOINC", "1988-5", "C reactive protein [Mass/volume] in Serum or Plasma")
    assert told(left) == sorted(
        [
            (of, "its value is a bound, such as below 5", *crp, 1),
            (of, records.NO_NUMBER, *crp, 3),
            (of, records.NO_UNIT, *crp[:2], f"{crp[2]} in kg", 1),
            (of, records.NO_UNIT, *crp[:2], f"{crp[2]} in no unit", 1),
            (of, records.NO_UNIT, "SNOMED", "9", "Stage of liver fibrosis in no unit", 1),
            (of, records.UNKNOWN, "LOINC", "2947-0", "Sodium [Moles/volume] in Blood", 1),
        ]
    )


def test_of_many_values_the_latest_are_taken(tmp_path: Path) -> None:
    lines = "\n".join(
        f"1,20,{date.fromordinal(TODAY.toordinal() - days)},{days},30" for days in range(records._MOST_VALUES + 2)
    )
    head = "person_id,measurement_concept_id,measurement_date,value_as_number,unit_concept_id"
    into = tmp_path / "into"
    place = folder(tmp_path, measurement=f"{head}\n{lines}")
    left = read_omop(place, into, shipped(), request_date=TODAY)
    assert records._MOST_VALUES == measured._MOST_VALUES  # to read so many takes long
    assert [len(rows(into, "labs")), min(row[5] for row in rows(into, "labs"))] == [1000, "2023-09-06"]
    assert told(left) == [("labs", records.TOO_MANY, "", "crp", "", 2)]


def test_procedures_are_therapies(tmp_path: Path) -> None:
    into, left = read(
        tmp_path,
        procedure_occurrence="""
            person_id,procedure_concept_id,procedure_date,procedure_end_date
            1,50,2025-01-01,2025-03-01
            1,16,2025-01-01,
            1,51,2025-01-01,
            """,
    )
    assert rows(into, "therapies") == [
        ("1", "adalimumab", "2025-01-01", "2025-01-01"),
        ("1", "phototherapy", "2025-01-01", "2025-03-01"),
    ]
    assert told(left) == [("procedure_occurrence", records.UNKNOWN, "CPT4", "99213", "Office visit", 1)]


def test_visits_are_consultations_and_events(tmp_path: Path) -> None:
    into, left = read(
        tmp_path,
        visit_occurrence="""
            person_id,visit_concept_id,visit_start_date,provider_id
            1,9202,2026-01-01,100
            1,9203,2026-01-02,101
            1,262,2026-01-03,
            1,9202,2026-01-04,102
            1,9202,2026-01-05,103
            1,9201,2026-07-05,103
            """,
        provider="""
            provider_id,specialty_concept_id,specialty_source_value
            100,40,
            101,0,207N00000X
            102,0,rheumatologist
            103,0,Basketry
            """,
    )
    assert rows(into, "consultations") == [
        ("1", "dermatology", "2026-01-02"),
        ("1", "rheumatology", "2026-01-01"),
        ("1", "rheumatology", "2026-01-04"),
    ]
    assert rows(into, "events") == [
        ("1", "emergency-visit", "2026-01-02"),
        ("1", "emergency-visit", "2026-01-03"),
        ("1", "hospital-admission", "2026-01-03"),
    ]
    assert told(left) == sorted(
        [
            ("visit_occurrence", records.LATER, "", "Basketry", "", 1),
            ("visit_occurrence", records.UNKNOWN, "", "Basketry", "", 1),
        ]
    )


def test_persons(tmp_path: Path) -> None:
    into, left = read(
        tmp_path,
        person="""
            person_id,gender_concept_id,year_of_birth,month_of_birth,day_of_birth
            1.0,8507,1984,3,2
            2,8532,1990,1,
            3,0,1990,6,
            4,8532,1990,,
            5,8532,2026,6,2
            6,8532,1850,1,1
            7,8532,1990,2,30
            8,8532,1990,1,1
            9,8532,,,
            10,8532,1895,12,1
            """,
        death="""
            person_id,death_date
            8,2026-05-31
            4,2026-06-01
            99,2026-05-31
            """,
        condition_occurrence="""
            person_id,condition_concept_id,condition_start_date
            1,1,2025-01-01
            5,1,2025-01-01
            8,1,2025-01-01
            """,
    )
    assert columns(into, "patients") == ["id", "requestDate", "birthDate", "age", "sex"]
    assert rows(into, "patients") == [
        ("1", "2026-06-01", "1984-03-02", None, "male"),
        ("10", "2026-06-01", None, None, "female"),
        ("2", "2026-06-01", None, 36, "female"),  # 36 on whatever day of January
        ("3", "2026-06-01", None, None, None),
        ("4", "2026-06-01", None, None, "female"),
        ("6", "2026-06-01", None, None, "female"),
        ("7", "2026-06-01", None, None, "female"),
        ("9", "2026-06-01", None, None, "female"),
    ]
    assert [row[0] for row in rows(into, "diagnoses")] == ["1"]
    assert told(left) == sorted(
        [
            ("condition_occurrence", records.NO_PATIENT, "", "", "", 2),
            ("death", records.NOBODY, "", "", "", 1),
            ("person", records.NO_BIRTH, "", "", "", 3),
            ("person", records.NO_AGE, "", "", "", 2),
            ("person", records.BORN_LATER, "", "", "", 1),
            ("person", records.DIED, "", "", "", 1),
            ("person", records.NO_SEX, "", "0", "No matching concept", 1),
        ]
    )


@pytest.mark.parametrize(("day", "age"), [("2026-12-31", 36), ("2026-12-30", None)])
def test_a_year_alone_tells_the_age_on_its_last_day(tmp_path: Path, day: str, age: int | None) -> None:
    tables = {
        "person": "person_id,gender_concept_id,year_of_birth\n1,8532,1990",
        "condition_occurrence": "person_id,condition_concept_id,condition_start_date\n1,1,2025-01-01",
    }
    into = tmp_path / "into"
    read_omop(folder(tmp_path, **tables), into, shipped(), request_date=date.fromisoformat(day))
    assert rows(into, "patients") == [("1", day, None, age, "female")]


def test_lists_are_complete_only_where_that_is_said_and_no_row_is_left_out(tmp_path: Path) -> None:
    tables = {
        "drug_exposure": """
            person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_end_date
            1,10,2025-01-01,2025-02-01
            1,13,2026-07-01,2026-08-01
            2,13,2025-01-01,2025-02-01
            """,
        "procedure_occurrence": "person_id,procedure_concept_id,procedure_date\n1,50,2025-01-01",
    }
    into, _ = read(tmp_path, **tables)
    assert not any("Complete" in key for chart in charts(into).values() for key in chart)
    (tmp_path / "claims").mkdir()
    into, _ = read(tmp_path / "claims", complete=True, **tables)
    # Of conditions there is no table; what the second was given is not known, and may be anything.
    assert [chart.get("therapiesComplete") for chart in charts(into).values()] == [True, None]
    assert not any("diagnosesComplete" in chart for chart in charts(into).values())


@pytest.mark.parametrize(
    ("procedures", "whole"),
    [
        ({"procedure_occurrence": "person_id,procedure_concept_id,procedure_date\n1,51,2025-01-01"}, [None, True]),
        ({"procedure_occurrence": "person_id,procedure_concept_id,procedure_date\n1,51,2026-07-01"}, [True, True]),
        ({}, [None, None]),
    ],
)
def test_therapies_are_whole_only_where_procedures_are(
    tmp_path: Path, procedures: dict[str, str], whole: list[bool | None]
) -> None:
    exposures = """
        person_id,drug_concept_id,drug_exposure_start_date,drug_exposure_end_date
        1,10,2025-01-01,2025-02-01
        2,10,2025-01-01,2025-02-01
        """
    into, _ = read(tmp_path, complete=True, drug_exposure=exposures, **procedures)
    assert [chart.get("therapiesComplete") for chart in charts(into).values()] == whole


def test_parquet_says_the_same_as_csv(tmp_path: Path) -> None:
    tables = {
        "condition_occurrence": "person_id,condition_concept_id,condition_start_date\n1,1,2025-01-01",
        "measurement": """
            person_id,measurement_concept_id,measurement_date,value_as_number,unit_concept_id,range_high
            1,20,2026-01-01,18.25,30,5
            2,20,2026-01-01,18.25,,5
            """,
    }
    into, left = read(tmp_path, **tables)
    again = tmp_path / "again"
    parquet = as_parquet(tmp_path / "omop", tmp_path / "parquet")
    assert told(read_omop(parquet, again, shipped(), request_date=TODAY)) == told(left)
    assert charts(again) == charts(into)


def test_parquet_of_frames_has_numbers_for_ids(tmp_path: Path) -> None:
    place = folder(tmp_path)
    duckdb.sql(f"""
        COPY (SELECT * FROM (VALUES (1.0::DOUBLE, 1.0::DOUBLE, 'nan'::DOUBLE, TIMESTAMP '2025-01-01 10:00:00'))
          t(person_id, condition_concept_id, condition_source_concept_id, condition_start_date))
        TO '{place}/condition_occurrence.parquet'""")
    read_omop(place, tmp_path / "into", shipped(), request_date=TODAY)
    assert rows(tmp_path / "into", "diagnoses") == [("1", None, "rheumatoid-arthritis", "2025-01-01")]


def test_dates_in_american_notation(tmp_path: Path) -> None:
    text = "person_id,condition_concept_id,condition_start_date\n1,1,03/15/2024\n2,1,4/5/2024"
    into, _ = read(tmp_path, condition_occurrence=text)
    assert [row[3] for row in rows(into, "diagnoses")] == ["2024-03-15", "2024-04-05"]


def test_vocabulary_with_tabs_and_bare_quotes(tmp_path: Path) -> None:
    concepts = CONCEPTS.replace('"Injection, adalimumab"', "so-called")
    folder(tmp_path, concept=concepts.replace(",", "\t").replace("so-called", 'so-called "adalimumab'))
    write(tmp_path / "omop", condition_occurrence="person_id,condition_concept_id,condition_start_date\n1,1,2025-01-01")
    read_omop(tmp_path / "omop", tmp_path / "into", shipped(), request_date=TODAY)
    assert rows(tmp_path / "into", "diagnoses") == [("1", None, "rheumatoid-arthritis", "2025-01-01")]


def test_a_generated_population_is_whole(tmp_path: Path) -> None:
    """Every row of thousands is in a chart or counted, and every chart can be read."""
    place = folder(tmp_path)
    (place / "person.csv").unlink()

    def make(name: str, select: str) -> None:
        duckdb.sql(f"COPY ({select}) TO '{place / name}.parquet' (FORMAT parquet)")

    someone, day = "1 + hash(range) % 320", "DATE '2015-01-01' + CAST(hash(range, 'day') % 4300 AS INTEGER)"

    def one_of(*concepts: int) -> str:
        return f"{list(concepts)}[CAST(1 + hash(range, 'concept') % {len(concepts)} AS BIGINT)]"

    make(
        "person",
        "SELECT range + 1 AS person_id, 8507 + 25 * (range % 2) AS gender_concept_id, "
        "1930 + range % 90 AS year_of_birth, 1 + range % 12 AS month_of_birth, 1 + range % 28 AS day_of_birth "
        "FROM range(300)",
    )
    make(
        "condition_occurrence",
        f"SELECT {someone} AS person_id, {one_of(1, 2, 3)} AS condition_concept_id, {day} AS condition_start_date "
        "FROM range(3000)",
    )
    make(
        "drug_exposure",
        f"SELECT {someone} AS person_id, {one_of(10, 11, 13, 14)} AS drug_concept_id, "
        f"{day} AS drug_exposure_start_date, "
        f"{day} + CAST(hash(range, 'end') % 90 AS INTEGER) - 3 AS drug_exposure_end_date FROM range(5000)",
    )
    make(
        "measurement",
        f"SELECT {someone} AS person_id, {one_of(20, 21, 24)} AS measurement_concept_id, {day} AS measurement_date, "
        f"range / 7 AS value_as_number, {one_of(30, 31, 32)} AS unit_concept_id FROM range(4000)",
    )
    into = tmp_path / "into"
    left = read_omop(place, into, shipped(), request_date=TODAY)
    # The same, worked out by plain joins: what is taken of each table, and that the rest is counted.
    born = "make_date(year_of_birth, month_of_birth, day_of_birth)"

    def taken(name: str, columns: str, where: str, day: str) -> list[tuple[object, ...]]:
        return duckdb.sql(f"""
            SELECT CAST(person_id AS VARCHAR), {columns}
            FROM '{place}/{name}.parquet' JOIN '{place}/person.parquet' USING (person_id)
            WHERE {where} AND {day} BETWEEN {born} AND DATE '{TODAY}'""").fetchall()

    drugs = taken(
        "drug_exposure",
        "CASE drug_concept_id WHEN 14 THEN 'humira' ELSE 'methotrexate' END, "
        "CAST(drug_exposure_start_date AS VARCHAR), CASE WHEN drug_exposure_end_date <= DATE '2026-06-01' "
        "THEN CAST(drug_exposure_end_date AS VARCHAR) END, NULL",
        "drug_concept_id <> 13 AND drug_exposure_end_date >= drug_exposure_start_date",
        "drug_exposure_start_date",
    )
    assert set(rows(into, "therapies")) == set(drugs) and len(drugs) > 3000
    value = "value_as_number, 'mg-per-dl', NULL, CAST(measurement_date AS VARCHAR)"
    labs = taken(
        "measurement", f"'crp', {value}", "measurement_concept_id = 20 AND unit_concept_id = 30", "measurement_date"
    )
    assert sorted(rows(into, "labs")) == sorted((id, of, round(number, 9), *more) for id, of, number, *more in labs)
    where = "measurement_concept_id = 21 AND unit_concept_id = 31"
    bmi = taken("measurement", "'bmi'", where, "measurement_date")
    assert len(rows(into, "measurements")) == len(bmi) > 300
    conditions = taken(
        "condition_occurrence",
        "condition_concept_id = 1, condition_start_date",
        "condition_concept_id < 3",
        "condition_start_date",
    )
    first: dict[tuple[object, object], str] = {}
    for id, is_ra, day in conditions:
        first[id, is_ra] = min(str(day), first.get((id, is_ra), "9"))
    found = {(id, condition == "rheumatoid-arthritis"): since for id, _, condition, since in rows(into, "diagnoses")}
    assert found == first
    for name, number, of in (
        ("drug_exposure", 5000, drugs),
        ("measurement", 4000, labs + bmi),
        ("condition_occurrence", 3000, conditions),
    ):
        assert len(of) + sum(one.rows for one in left.lines if one.table == name) == number
    assert left.nobody == sum(
        duckdb.sql(f"SELECT count(*) FROM '{place}/{name}.parquet' WHERE person_id > 300").fetchall()[0][0]
        for name in ("condition_occurrence", "drug_exposure", "measurement")
    )
    assert len(cases(into, shipped())) == 300


# --- bad input -----------------------------------------------------------------------------------

_CONDITIONS = "person_id,condition_concept_id,condition_start_date"


def _cut(path: Path, name: str) -> None:
    duckdb.sql(f"COPY (SELECT 1 AS person_id) TO '{path / name}' (FORMAT parquet)")
    whole = (path / name).read_bytes()
    (path / name).write_bytes(whole[: len(whole) // 2])


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "no person": (
        lambda at: (at / "person.csv").unlink(),
        "it has no person.csv or person.parquet, which OMOP CDM 5.4 has",
    ),
    "no concept": (lambda at: (at / "concept.csv").unlink(), "it has no concept.csv or concept.parquet"),
    "nothing happened": (
        lambda at: (at / "condition_occurrence.csv").unlink(),
        "it has none of the tables condition_occ",
    ),
    "no column": (
        lambda at: write(at, condition_occurrence="person_id,condition_concept_id\n1,1"),
        "condition_occurrence.csv cannot be read: it has no column condition_start_date, which condition_occurrence of",
    ),
    "empty": (
        lambda at: (at / "condition_occurrence.csv").write_text(""),
        "condition_occurrence.csv cannot be read: it is empty",
    ),
    "no persons": (lambda at: write(at, person=PERSONS.splitlines()[1]), "person.csv cannot be read: it has no row"),
    "a person twice": (
        lambda at: write(at, person=PERSONS + "1,8507,1990,1,1"),
        "1 of its 3 rows have no person_id of",
    ),
    "two tables": (lambda at: (at / "person.parquet").write_bytes(b"PAR1"), "person.csv is the same table; keep one"),
    "no parquet": (lambda at: (at / "death.parquet").write_text("person_id"), "it is no Parquet file, though its name"),
    "half a parquet": (
        lambda at: _cut(at, "death.parquet"),
        "death.parquet cannot be read: it is no whole Parquet file",
    ),
    "two notations": (
        lambda at: write(at, condition_occurrence=f"{_CONDITIONS}\n1,1,2024-03-15\n2,1,03/15/2024\n1,1,2024-03-16"),
        "column condition_start_date has dates as MM/DD/YYYY in row 2 and as YYYY-MM-DD in the others; expected one",
    ),
    "no date": (
        lambda at: write(at, condition_occurrence=f"{_CONDITIONS}\n1,1,2024-03-15\n" + "2,1,secret\n" * 7),
        "column condition_start_date has no date in rows 2, 3, 4, 5, 6 and 2 more; expected YYYY-MM-DD or MM/DD/YYYY",
    ),
    "no such day": (
        lambda at: write(at, condition_occurrence=f"{_CONDITIONS}\n1,1,2024-02-30"),
        "column condition_start_date has no date in row 1",
    ),
    "numbers for dates": (
        lambda at: duckdb.sql(f"COPY (SELECT 1 AS person_id, 20240101 AS death_date) TO '{at}/death.parquet'"),
        "death.parquet cannot be read: column death_date is of the type INTEGER; expected dates",
    ),
    "a cell too many": (
        lambda at: write(at, condition_occurrence=f"{_CONDITIONS}\n1,1,2024-02-03\n1,1,2024-02-03,secret"),
        "line 3 is not as the header has it",
    ),
    "a column twice": (
        lambda at: write(at, condition_occurrence=f"{_CONDITIONS},PERSON_ID\n1,1,2024-02-03,1"),
        "its header has person_id more than once",
    ),
    "not UTF-8": (lambda at: (at / "death.csv").write_bytes(b"person_id,death_date\n1,\xff\xfe\n"), "it is not UTF-8"),
}


@pytest.mark.parametrize("bad", BAD)
def test_bad_tables_are_told_in_a_sentence(tmp_path: Path, bad: str) -> None:
    place = folder(tmp_path, condition_occurrence=f"{_CONDITIONS}\n1,1,2025-01-01")
    spoil, sentence = BAD[bad]
    spoil(place)
    with pytest.raises(FileError) as caught:
        read_omop(place, tmp_path / "into", shipped(), request_date=TODAY)
    said = str(caught.value)
    assert sentence in said and "\n" not in said and "secret" not in said
    assert not (tmp_path / "into").exists()


def test_folders_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(CallError, match=r"where no folder is; expected one with tables of OMOP CDM 5\.4"):
        read_omop(tmp_path / "none", tmp_path / "into", shipped(), request_date=TODAY)
    read(tmp_path, condition_occurrence=f"{_CONDITIONS}\n1,1,2025-01-01")
    with pytest.raises(CallError, match=r"which holds patients\.parquet already; name a new folder"):
        read_omop(tmp_path / "omop", tmp_path / "into", shipped(), request_date=TODAY)
    with pytest.raises(FileError, match="cannot be written"):
        read_omop(tmp_path / "omop", tmp_path / "omop" / "person.csv" / "into", shipped(), request_date=TODAY)
