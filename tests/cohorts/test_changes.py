"""Answers of a small drawn population, asked whole: what is told of a change, and where charts are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from payergraph.choice import Request
from payergraph.cohorts import run as runs
from payergraph.cohorts.answer import Cohort
from payergraph.cohorts.asking import ask
from payergraph.cohorts.sources import drawn
from payergraph.cohorts.whatif import numbers
from payergraph.store.graph import shipped
from payergraph.store.names import names

_CIGNA, _FAILED = "cigna-ip0243", "cigna-ip0243/ra-csdmard-failed"
_SIZE = 12


def asked(into: Path, told: list[tuple[str, int, int]]) -> Cohort:
    known = names(shipped())
    return ask(
        drawn("rheumatoid-arthritis", _SIZE, 1),
        into,
        shipped(),
        drug=known.resolve("anakinra", ["Drug"]),
        indication=known.resolve("rheumatoid arthritis", ["Condition"]),
        request=Request.INITIAL,
        policy=[_CIGNA],
        processes=1,
        progress=lambda *step: told.append(step),
    )


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return asked(tmp_path_factory.mktemp("cohort"), [])


def test_a_criterion_with_another_number_says_the_number(cohort: Cohort) -> None:
    leaf = next(one for one in cohort.asker(_CIGNA).root.walk() if one.id == _FAILED)  # type: ignore[union-attr]
    assert numbers(leaf) == {"minimumGroups": 1, "minimumMonths": 3}
    changed = cohort.loosened(_CIGNA, _FAILED, minimumMonths=1)
    new, _, old = changed.text.partition(", in the place of: ")
    assert "after at least 1 month" in new and "after at least 3 months" in old


def test_a_population_in_parts_is_told_part_by_part_and_answers_alike(
    cohort: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "FEWEST", 5)
    told: list[tuple[str, int, int]] = []
    found = asked(tmp_path, told)
    assert told == [
        *(("Reading charts", done, _SIZE) for done in (0, 5, 10, 12)),
        *(("Judging charts", done, _SIZE) for done in (0, 12)),
    ]
    assert found.shares() == cohort.shares()
