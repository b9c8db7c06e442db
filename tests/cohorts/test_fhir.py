"""A bulk export of FHIR R4: its tables say of each patient what a Bundle of that patient says, and what is wrong."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from payergraph.chart.case import parse_case
from payergraph.cohorts.fhir import BORN_LATER, DIED, EARLY, LEFT_OUT, NO_PATIENT, TOO_MANY, read_fhir
from payergraph.cohorts.layout import TABLES, record
from payergraph.cohorts.left_out import LeftOut
from payergraph.errors import CallError, FileError
from payergraph.store.graph import LocalGraph, shipped

duckdb = pytest.importorskip("duckdb")

DAY = date(2026, 10, 1)
RXNORM, LOINC = "http://www.nlm.nih.gov/research/umls/rxnorm", "http://loinc.org"
#: Of what a Bundle says, what no population has: the request, and names that the graph does not know.
ASKED = ("id", "drug", "requestDate", "payer")


@pytest.fixture(scope="module")
def graph() -> LocalGraph:
    return shipped()


@pytest.fixture
def run(tmp_path: Path, graph: LocalGraph) -> Callable[..., LeftOut]:
    """Write files and read them: each by its name, with its resources or its text."""

    def of(day: date = DAY, **files: Any) -> LeftOut:
        folder = tmp_path / "export"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            text = content if isinstance(content, str) else "".join(json.dumps(one) + "\n" for one in content)
            (folder / f"{name.replace('__', '.')}.ndjson").write_text(text, encoding="utf-8")
        return read_fhir(folder, tmp_path / "into", graph, request_date=day)

    return of


def charts(into: Path) -> dict[str, dict[str, Any]]:
    """The charts of the tables, by the id of the patient."""
    read = {}
    for path in sorted(into.glob("*.parquet")):
        found = duckdb.sql(f"SELECT * FROM '{path}'")
        read[path.stem] = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    lists = {name: rows for name, rows in read.items() if name != "patients"}
    return {
        one["id"]: record(one, {name: [r for r in rows if r["id"] == one["id"]] for name, rows in lists.items()})
        for one in read["patients"]
    }


def lines(left: LeftOut) -> dict[tuple[str, str, str], int]:
    return {(line.table, line.reason, line.name): line.rows for line in left.lines}


def patient(id: str = "p", **more: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": id, "birthDate": "1980-05-05", **more}


def about(kind: str, id: str = "p", **more: Any) -> dict[str, Any]:
    subject = "patient" if kind == "AllergyIntolerance" else "subject"
    return {"resourceType": kind, subject: {"reference": f"Patient/{id}"}, **more}


KINDS = ("Condition", "MedicationStatement", "Observation", "AllergyIntolerance", "Procedure", "Encounter")


# --- patients as they come ------------------------------------------------------------------------------


def _generated(seed: int) -> list[dict[str, Any]]:
    """A patient with what a chart may hold, the known and the unknown; no two draws are alike."""
    chance = random.Random(seed)
    id = f"p{seed}"

    def some_day() -> str:
        whole = f"{chance.randint(2015, 2027)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        return chance.choice([whole, whole, f"{whole}T10:00:00Z", whole[:7], whole[:4]])

    def period() -> dict[str, str]:
        start = some_day()
        return chance.choice([{"start": start}, {"start": start, "end": some_day()}, {"end": start}, {}])

    def concept(*names: str) -> dict[str, Any]:
        name = chance.choice([*names, "A thing of the moon"])
        return chance.choice([{"text": name}, {"coding": [{"system": "urn:own", "code": "1", "display": name}]}])

    found = [
        patient(id, birthDate=f"{chance.randint(1940, 2014)}-01-31", gender=chance.choice(["male", "female", "x"]))
    ]
    for number in range(chance.randint(0, 12)):
        more: dict[str, Any] = {"id": f"{id}-{number}"}
        kind = chance.choice(KINDS)
        if kind == "Condition":
            more |= {"code": concept("Rheumatoid arthritis", "Asthma", "M05.9"), "onsetDateTime": some_day()}
            more |= {"clinicalStatus": {"coding": [{"code": chance.choice(["active", "resolved", "remission"])}]}}
        elif kind == "MedicationStatement":
            more |= {"status": chance.choice(["active", "completed", "stopped", "not-taken"])}
            more |= chance.choice(
                [
                    {"medicationCodeableConcept": concept("methotrexate 2.5 MG Oral Tablet", "Humira", "Enbrel")},
                    {"medicationReference": {"reference": f"Medication/{chance.choice(['m1', 'm2', 'nobody'])}"}},
                ]
            )
            more |= {"effectivePeriod": period(), "statusReason": [{"text": chance.choice(["ineffective", "moved"])}]}
            more |= {"dosage": [_dosage(chance)]} if chance.random() < 0.5 else {}
        elif kind == "Observation":
            more |= {"status": chance.choice(["final", "final", "preliminary"]), "effectiveDateTime": some_day()}
            more |= {"code": concept("CRP", "Body Mass Index", "Fever", "Body temperature")}
            more |= chance.choice(
                [
                    {"valueQuantity": {"value": chance.randint(1, 400) / 10, "unit": chance.choice(["mg/L", "kg/m2"])}},
                    {"valueQuantity": {"value": 5, "comparator": "<", "unit": "mg/L"}},
                    {"valueBoolean": True},
                ]
            )
        elif kind == "AllergyIntolerance":
            more |= {"code": concept("Humira"), "verificationStatus": {"coding": [{"code": "confirmed"}]}}
        elif kind == "Procedure":
            more |= {"status": "completed", "code": concept("Phototherapy"), "performedPeriod": period()}
        else:
            person = chance.choice(["Practitioner/d1", "PractitionerRole/r1", "Practitioner/d9"])
            more |= {"status": "finished", "period": {"start": some_day()}}
            more |= {"participant": [{"individual": {"reference": person}}]}
        found.append(about(kind, id) | more)
    return found


def _dosage(chance: random.Random) -> dict[str, Any]:
    repeat = {
        "frequency": chance.randint(1, 2),
        "period": chance.randint(1, 2),
        "periodUnit": chance.choice(["d", "wk"]),
    }
    return {"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": {"value": 2.5, "unit": "mg"}}]}


SHARED = [
    {"resourceType": "Medication", "id": "m1", "code": {"text": "Enbrel"}},
    {"resourceType": "Medication", "id": "m2", "code": {"coding": [{"system": RXNORM, "code": "763450"}]}},
    {"resourceType": "PractitionerRole", "id": "r1", "practitioner": {"reference": "Practitioner/d1"}}
    | {"specialty": [{"text": "Rheumatology"}]},
]


def _by_type(resources: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in resources:
        found.setdefault(one["resourceType"], []).append(one)
    return found


def test_the_tables_say_what_bundles_say(tmp_path: Path, graph: LocalGraph, run: Callable[..., LeftOut]) -> None:
    people = [_generated(seed) for seed in range(300)]
    left = run(**_by_type([*SHARED, *(one for person in people for one in person)]))
    found = charts(tmp_path / "into")
    assert len(found) == len(people)
    rows = 0
    for person in people[::3]:
        content = {"resourceType": "Bundle", "entry": [{"resource": one} for one in (*SHARED, *person)]}
        case = parse_case(json.dumps(content), graph, today=DAY, drug="anakinra")
        expected = {key: value for key, value in case.record().items() if key not in ASKED}
        unknown = {
            item.field.partition("[")[0] for item in case.unheard if "[" in item.field and ".for" not in item.field
        }
        mine = parse_case({**found[person[0]["id"]], "drug": "anakinra"}, graph, today=DAY).record()
        for key, value in expected.items():
            if isinstance(value, list) and key in unknown:
                assert _shown([row for row in value if "moon" not in str(row)]) == _shown(mine.get(key, []))
            else:
                assert _shown(value) == _shown(mine[key])
            rows += len(value) if isinstance(value, list) else 0
        assert not set(mine) - set(expected) - set(ASKED)
    assert rows > 100
    assert left.rows > 300
    assert left.nobody == 0
    written = (tmp_path / "into" / LEFT_OUT).read_text(encoding="utf-8").splitlines()
    assert written[0] == "table,reason,system,code,name,rows"
    assert len(written) == 1 + len(left.lines)


def _shown(value: Any) -> Any:
    """Rows without regard to their order, numbers by their value."""
    if isinstance(value, list):
        return sorted(json.dumps(_shown(item), sort_keys=True) for item in value)
    if isinstance(value, dict):
        return {key: _shown(item) for key, item in value.items()}
    return (
        value if isinstance(value, str | bool) else f"{value.normalize():f}" if hasattr(value, "normalize") else value
    )


# --- files ----------------------------------------------------------------------------------------------


def test_a_type_may_have_several_files_some_of_them_compressed(
    tmp_path: Path, graph: LocalGraph, run: Callable[..., LeftOut]
) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    with gzip.open(folder / "Condition_2.ndjson.gz", "wt") as file:
        file.write(json.dumps(about("Condition", "b", code={"text": "Asthma"})) + "\n\n")
    (folder / "Observations.ndjson").write_text("not read")
    (folder / "Conditioner.ndjson").write_text("not read")
    run(
        **{
            "Patient__000": [patient("a")],
            "Patient__001": [patient("b")],
            "Condition-part": [about("Condition", "a", code={"text": "RA"})],
        }
    )
    found = charts(tmp_path / "into")
    assert found["a"]["diagnoses"] == [{"condition": "rheumatoid-arthritis"}]
    assert found["b"]["diagnoses"] == [{"condition": "asthma"}]
    assert {path.name for path in (tmp_path / "into").iterdir()} == {"patients.parquet", "diagnoses.parquet", LEFT_OUT}


def test_the_columns_are_those_of_the_layout_in_which_anything_stands(
    tmp_path: Path, run: Callable[..., LeftOut]
) -> None:
    dosage = {"timing": {"repeat": {"period": 1, "periodUnit": "wk"}}}
    dosage |= {"doseAndRate": [{"doseQuantity": {"value": 7.50, "unit": "mg"}}]}
    taken = about("MedicationStatement", status="active", medicationCodeableConcept={"text": "MTX"}, dosage=[dosage])
    run(Patient=[patient()], MedicationStatement=[taken])
    [row] = (found := duckdb.sql(f"SELECT * FROM '{tmp_path}/into/therapies.parquet'")).fetchall()
    assert found.columns == ["id", "product", "dose.value", "dose.unit", "dose.per"]
    assert [str(cell) for cell in row] == ["p", "methotrexate", "7.500000000", "mg", "week"]
    assert all(TABLES["therapies"].column(name) for name in found.columns[1:])


def test_what_is_left_out_is_counted(tmp_path: Path, run: Callable[..., LeftOut]) -> None:
    crp = {"status": "final", "code": {"coding": [{"system": LOINC, "code": "1988-5", "display": "CRP"}]}}
    ask = about("MedicationRequest", status="draft", intent="proposal", medicationCodeableConcept={"text": "Humira"})
    left = run(
        Patient=[
            patient("p"),
            patient("dead", deceasedDateTime="2026-01-01"),
            patient("unborn", birthDate="2027-01-01"),
        ],
        Condition=[
            about("Condition", "q", code={"text": "RA"}),
            {"resourceType": "Condition", "code": {"text": "RA"}},
            about("Condition", "dead", code={"text": "RA"}),
            about("Condition", "p", code={"text": "RA"}, onsetDateTime="1979"),
            about("Condition", "p", code={"text": "A disease of the moon"}),
            about("Condition", "p", code={"text": "A disease of the moon"}),
            about("Condition", "p", code={"text": "RA"}, recordedDate="2026-10-02"),
        ],
        MedicationRequest=[ask],
        Observation=[
            about("Observation", **crp, valueQuantity={"value": 5, "comparator": "<", "unit": "mg/L"}),
            about("Observation", **crp, valueQuantity={"value": 5, "unit": "m"}),
            *(about("Observation", **crp, valueQuantity={"value": n, "unit": "mg/L"}) for n in range(1_002)),
        ],
    )
    assert lines(left) == {
        ("Patient", DIED, ""): 1,
        ("Patient", BORN_LATER, ""): 1,
        ("Patient", "the birth is no full date up to the request", ""): 1,
        ("Condition", "the person is in no Patient", ""): 2,
        ("Condition", NO_PATIENT, ""): 1,
        ("Condition", EARLY, ""): 1,
        ("Condition", "no concept of the graph has this code or this name", "A disease of the moon"): 2,
        ("Condition", "it is after the request date", "RA"): 1,
        ("Observation", "its value is a bound, such as below 5", "CRP"): 1,
        ("Observation", "its unit is none in which this is measured", "CRP in m"): 1,
        ("Observation", TOO_MANY, ""): 2,
    }
    assert left.lines[0].rows == 2
    assert left.nobody == 2
    assert left.rows == 14
    assert list(charts(tmp_path / "into")) == ["p"]


def test_what_a_therapy_is_for_stays_where_the_graph_does_not_know_it(
    tmp_path: Path, run: Callable[..., LeftOut]
) -> None:
    taken = about("MedicationStatement", status="completed", medicationCodeableConcept={"text": "MTX"})
    psoriasis = {"resourceType": "Condition", "id": "c", "code": {"text": "Psoriasis"}}
    run(
        Patient=[patient()],
        Condition=[psoriasis | {"subject": {"reference": "Patient/p"}}],
        MedicationStatement=[
            {**taken, "reasonCode": [{"text": "A disease of the moon"}]},
            {**taken, "reasonReference": [{"reference": "Condition/c"}]},
        ],
    )
    therapies = charts(tmp_path / "into")["p"]["therapies"]
    assert [row["for"] for row in therapies] == ["A disease of the moon", "psoriasis"]


# --- refusals -------------------------------------------------------------------------------------------

WHOLE = json.dumps(patient())


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"Condition": []},
            "export cannot be read: it has no Patient.ndjson, without which nobody knows whose the rows",
        ),
        ({"Patient": f"{WHOLE}\n" + WHOLE[:30]}, "Patient.ndjson cannot be read: line 2 is not JSON, because of"),
        ({"Patient": "[" * 200_000}, "Patient.ndjson cannot be read: line 1 is nested too deeply"),
        (
            {"Patient": WHOLE.replace('"p"', "NaN")},
            "Patient.ndjson cannot be read: line 1 holds NaN, which is no number",
        ),
        ({"Patient": '{"id": "p"}'}, "line 1 has no resourceType; expected Patient, as the name of the file says"),
        ({"Patient": "7"}, "line 1 has no resourceType; expected Patient"),
        (
            {"Patient": WHOLE, "Condition__1": WHOLE},
            "Condition.1.ndjson cannot be read: line 1 is a Patient; expected Condition, as the name of the file says",
        ),
        ({"Patient": f"{WHOLE}\n{WHOLE}"}, "it and the files beside it have the patient 'p' twice"),
        ({"Patient": WHOLE, "Medication": "x"}, "Medication.ndjson cannot be read: line 1 is not JSON"),
    ],
)
def test_what_cannot_be_read_is_told(files: dict[str, Any], said: str, run: Callable[..., LeftOut]) -> None:
    with pytest.raises(FileError) as caught:
        run(**files)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_broken_file_is_told(tmp_path: Path, graph: LocalGraph) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    whole = gzip.compress(WHOLE.encode() * 100)
    for content, said in [
        (whole[:40], "it is no whole gzip file, in line 1"),
        (b"plain", "it is no whole gzip file, in line 1"),
        (gzip.compress(b"\xff\xfe\n"), "line 1 is not UTF-8"),
    ]:
        (folder / "Patient.ndjson.gz").write_bytes(content)
        with pytest.raises(FileError, match=said):
            read_fhir(folder, tmp_path / "into", graph, request_date=DAY)


def test_folders_are_looked_at_first(tmp_path: Path, graph: LocalGraph, run: Callable[..., LeftOut]) -> None:
    with pytest.raises(CallError, match=r"folder is '.*nowhere', where no folder is; expected one with NDJSON"):
        read_fhir(tmp_path / "nowhere", tmp_path / "into", graph, request_date=DAY)
    run(Patient=[patient()])
    with pytest.raises(CallError, match=r"into is '.*into', which holds patients.parquet already; name a new folder"):
        run()


def test_nobody_is_a_population_too(tmp_path: Path, run: Callable[..., LeftOut]) -> None:
    left = run(Patient=[], Condition=[about("Condition", code={"text": "RA"})])
    assert (left.nobody, left.rows) == (1, 1)


# --- Bundles, a file each -----------------------------------------------------------------------------------


def test_bundles_of_a_folder_say_what_lines_say(tmp_path: Path, graph: LocalGraph, run: Callable[..., LeftOut]) -> None:
    condition = {"code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M05.9"}]}}
    of_it = {"recordedDate": "2024-05-01", **condition}
    lines_of = [{**about("Condition", one, **of_it), "id": f"c-{one}"} for one in "ab"]
    run(Patient=[patient("a"), patient("b")], Condition=lines_of)
    folder = tmp_path / "synthea"
    folder.mkdir()
    for one, resource in zip("ab", lines_of, strict=True):
        entries = [
            {"fullUrl": f"urn:uuid:{one}", "resource": patient(one)},
            {"fullUrl": f"urn:uuid:c-{one}", "resource": {**resource, "subject": {"reference": f"urn:uuid:{one}"}}},
        ]
        bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
        (folder / f"{one}.json").write_text(json.dumps(bundle), encoding="utf-8")
    read_fhir(folder, tmp_path / "of-bundles", graph, request_date=DAY)
    found = charts(tmp_path / "of-bundles")
    assert found == charts(tmp_path / "into") and found["b"]["diagnoses"][0]["since"] == "2024-05-01"


def write_bundles(folder: Path, **bundles: list[dict[str, Any]]) -> Path:
    """A folder of Bundles, each by its name with its entries."""
    folder.mkdir()
    for name, entries in bundles.items():
        content = {"resourceType": "Bundle", "type": "collection", "entry": entries}
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def resources(*found: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"resource": one} for one in found]


def test_an_id_may_stand_for_something_else_in_another_bundle(tmp_path: Path, graph: LocalGraph) -> None:
    """Of a drug, a reason and who was seen: each is that of the own Bundle."""

    def of(id: str, drug: str, use: str, specialty: str) -> list[dict[str, Any]]:
        given = {"medicationReference": {"reference": "Medication/med1"}, "status": "completed"}
        given |= {"reasonReference": [{"reference": "https://h.example/fhir/Condition/c/_history/2"}]}
        visit = {"status": "finished", "participant": [{"individual": {"reference": "Practitioner/d"}}]}
        role = {"resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "Practitioner/d"}}
        return resources(
            patient(id),
            {"resourceType": "Medication", "id": "med1", "code": {"text": drug}},
            about("Condition", id, code={"text": use}) | {"id": "c"},
            {"resourceType": "Practitioner", "id": "d"},
            role | {"specialty": [{"text": specialty}]},
            about("MedicationStatement", id, **given),
            about("Encounter", id, **visit),
        )

    folder = write_bundles(
        tmp_path / "export",
        a=of("a", "methotrexate", "Rheumatoid arthritis", "Rheumatology"),
        b=of("b", "adalimumab", "Psoriasis", "Dermatology"),
    )
    read_fhir(folder, tmp_path / "into", graph, request_date=DAY)
    found = charts(tmp_path / "into")
    told = [(chart["therapies"], chart["diagnoses"], chart["consultations"]) for chart in found.values()]
    assert told == [
        ([{"product": product, "for": use}], [{"condition": use}], [{"specialty": specialty}])
        for product, use, specialty in [
            ("methotrexate", "rheumatoid-arthritis", "rheumatology"),
            ("adalimumab", "psoriasis", "dermatology"),
        ]
    ]


def test_a_bundle_may_refer_to_what_another_has(tmp_path: Path, graph: LocalGraph) -> None:
    """But to nothing by an id that two others give to different drugs."""

    def of(id: str, medication: str) -> dict[str, Any]:
        drug = {"medicationReference": {"reference": f"Medication/{medication}"}}
        return about("MedicationStatement", id, status="completed", **drug)

    def medication(id: str, drug: str) -> dict[str, Any]:
        return {"resourceType": "Medication", "id": id, "code": {"text": drug}}

    folder = write_bundles(
        tmp_path / "export",
        a=resources(patient("a"), of("a", "m"), of("a", "n")),
        b=resources(medication("m", "methotrexate"), medication("n", "methotrexate")),
        c=resources(medication("m", "methotrexate"), medication("n", "adalimumab")),
    )
    left = read_fhir(folder, tmp_path / "into", graph, request_date=DAY)
    assert charts(tmp_path / "into")["a"]["therapies"] == [{"product": "methotrexate"}]
    assert lines(left) == {("MedicationStatement", "no concept of the graph has this code or this name", ""): 1}


def test_what_has_no_id_has_that_of_its_address(tmp_path: Path, graph: LocalGraph) -> None:
    first, second, third = (f"urn:uuid:{number * 8}-1111-4111-8111-111111111111" for number in "123")
    given = {"status": "completed", "medicationReference": {"reference": second}, "subject": {"reference": first}}
    entries = [
        {"fullUrl": first, "resource": {"resourceType": "Patient", "birthDate": "1980-01-01"}},
        {"fullUrl": second, "resource": {"resourceType": "Medication", "code": {"text": "methotrexate"}}},
        {"fullUrl": third, "resource": {"resourceType": "MedicationStatement", **given}},
        {
            "fullUrl": "https://h.example/fhir/Patient/q",
            "resource": {"resourceType": "Patient", "birthDate": "1981-01-01"},
        },
    ]
    folder = write_bundles(tmp_path / "export", one=entries)
    left = read_fhir(folder, tmp_path / "into", graph, request_date=DAY)
    found = charts(tmp_path / "into")
    assert list(found) == [first.rpartition(":")[2], "q"] and left.rows == 0
    assert found[first.rpartition(":")[2]]["therapies"] == [{"product": "methotrexate"}]


def test_that_there_is_no_patient_is_told(tmp_path: Path, graph: LocalGraph, run: Callable[..., LeftOut]) -> None:
    none = write_bundles(tmp_path / "none", one=resources(about("Condition", code={"text": "RA"})))
    nameless = write_bundles(tmp_path / "nameless", one=resources({"resourceType": "Patient"}))
    for folder, told in [
        (none, "none cannot be read: none of its Bundles has a Patient, without which nobody knows whose the rows are"),
        (nameless, "one.json cannot be read: entry[0] is a Patient without an id, so that nobody can refer to it"),
    ]:
        with pytest.raises(FileError, match=re.escape(told)):
            read_fhir(folder, tmp_path / "into", graph, request_date=DAY)
    with pytest.raises(FileError, match=r"Patient\.ndjson cannot be read: no Patient in it has an id, without which"):
        run(Patient=[{"resourceType": "Patient"}])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "it is not JSON"),
        ('{"resourceType": "Patient"}', "it is no Bundle; expected resourceType Bundle"),
        ('{"resourceType": "Bundle", "entry": [{}]}', r"entry\[0\] has no resource with a resourceType"),
    ],
)
def test_a_file_that_is_no_bundle_is_told(text: str, told: str, tmp_path: Path, graph: LocalGraph) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "one.json").write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=told):
        read_fhir(tmp_path / "export", tmp_path / "into", graph, request_date=DAY)
