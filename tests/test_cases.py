"""Every example case, with its expected outcome per policy: a new file and its rows are a new test.

After a change of a policy or of a case, run ``python tests/test_cases.py`` and read the diff against the documents.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from payergraph.chart.case import read_case
from payergraph.locate import folder
from payergraph.store.graph import shipped
from payergraph.terms import slug
from payergraph.verdict.determination import determine

CASES = folder("data") / "cases"
FILES = sorted(CASES.glob("*.yaml"))


def expected() -> dict[str, list[tuple[str, str, str]]]:
    rows: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    with (CASES / "expected.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows[row["case"]].append((row["policy"], row["indication"], row["outcome"]))
    return rows


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_case_has_its_expected_outcome_at_every_policy(path: Path) -> None:
    found = determine(read_case(path, shipped()), shipped(), authority="all")
    assert sorted((item.policy.id, slug(item.indication), item.outcome) for item in found) == sorted(
        expected()[path.stem]
    )


def test_every_expected_row_belongs_to_a_case() -> None:
    assert set(expected()) == {path.stem for path in FILES}


def test_every_case_says_in_its_first_line_what_it_shows() -> None:
    for path in FILES:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# ") and first.endswith("."), path.name


if __name__ == "__main__":
    with (CASES / "expected.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["case", "policy", "indication", "outcome"])
        for path in FILES:
            found = determine(read_case(path, shipped()), shipped(), authority="all")
            rows = [(item.policy.id, slug(item.indication), item.outcome) for item in found]
            writer.writerows((path.stem, *row) for row in sorted(rows))
