"""Tables in CSV: read as their header has them, and what is wrong with them is one sentence without a cell of a row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from payergraph.cohorts.charts import Charts
from payergraph.errors import CohortError

duckdb = pytest.importorskip("duckdb")

HEADER = "id,age,sex\n"
MANY = "".join(f"p{number},50,female\n" for number in range(30_000))


def written(folder: Path, patients: str | bytes, **lists: str) -> Path:
    """A folder with tables in CSV."""
    content = patients if isinstance(patients, bytes) else patients.encode()
    (folder / "patients.csv").write_bytes(content)
    for name, text in lists.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def read(folder: Path) -> list[dict[str, Any]]:
    charts = Charts.open(folder)
    return list(charts.read(0, charts.size))


def refused(folder: Path) -> list[str]:
    with pytest.raises(CohortError) as caught:
        read(folder)
    return [fault.removeprefix(f"{folder}/") for fault in caught.value.faults]


@pytest.mark.parametrize("before", ["", MANY[:200], MANY], ids=["first", "early", "late"])
@pytest.mark.parametrize("row", ["secret,60", "secret,60,male,x"], ids=["short", "long"])
def test_a_row_with_another_number_of_cells_is_told_by_its_line(before: str, row: str, tmp_path: Path) -> None:
    before = before[: before.rfind("\n") + 1]
    [said] = refused(written(tmp_path, f"{HEADER}{before}{row}\nz,1,male\n"))
    line = before.count("\n") + 2
    assert said == f"patients.csv cannot be read: line {line} is not as the header has it"


def test_so_is_one_of_a_list(tmp_path: Path) -> None:
    therapies = "id,product,start,end\na,methotrexate,2025-01-01\nb,methotrexate,2025-01-01,2025-05-01\n"
    said = refused(written(tmp_path, "id,age\na\n", therapies=therapies))
    assert said == [
        "patients.csv cannot be read: line 2 is not as the header has it",
        "therapies.csv cannot be read: line 2 is not as the header has it",
    ]


@pytest.mark.parametrize("before", ["", MANY], ids=["early", "late"])
def test_what_is_no_utf_8_is_told(before: str, tmp_path: Path) -> None:
    [said] = refused(written(tmp_path, f"{HEADER}{before}secret,50,".encode() + b"\xe9\n"))
    assert said == f"patients.csv cannot be read: it is not UTF-8, in line {before.count(chr(10)) + 2}"
    [said] = refused(written(tmp_path, b"id,\xe9\na,b\n"))
    assert said == "patients.csv cannot be read: it is not UTF-8, in line 1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1 is empty; expected the names of the columns"),
        ("\nid,age\na,50\n", "line 1 is empty; expected the names of the columns"),
        ("id,age,\na,50,\n", "line 1 has a cell without a name; expected the names of the columns"),
        ("id,age,Age\na,50,51\n", "its header has age more than once"),
        ("id,age\r\na,50\nb,60\r\n", "its lines do not all end in the same way"),
        ('id,state\na,"secret\n', "line 2 is not as the header has it"),
    ],
)
def test_a_header_that_is_none(text: str, said: str, tmp_path: Path) -> None:
    assert refused(written(tmp_path, text)) == [f"patients.csv cannot be read: {said}"]


@pytest.mark.parametrize(
    "text",
    [
        "id,state\n#1,CA\n",
        "id;state\n#1;CA\n",
        "id\tstate\n#1\tCA\n",
        "id|state\n#1|CA\n",
        'id, "state"\r\n"#1",CA\r\n',
        "\ufeffid,state\n#1,CA",
        "id,state,sex\n\n#1,CA,\n",
    ],
)
def test_what_is_written_otherwise_says_the_same(text: str, tmp_path: Path) -> None:
    assert read(written(tmp_path, text)) == [{"id": "#1", "state": "CA"}]


def test_a_file_that_is_changed_while_it_is_read_is_told(tmp_path: Path) -> None:
    charts = Charts.open(written(tmp_path, f"{HEADER}a,50,female\n"))
    written(tmp_path, f"{HEADER}secret,50\n")
    for asked in (lambda: list(charts.read(0, 1)), lambda: charts.find("a"), lambda: charts.values("age")):
        with pytest.raises(CohortError, match=r"/patients\.csv cannot be read: line 2 is not as the header"):
            asked()
