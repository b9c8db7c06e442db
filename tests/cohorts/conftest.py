"""A small population, drawn and asked once for all tests of cohorts."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cohorts_shared import asked

from payergraph.cohorts.answer import Cohort
from payergraph.cohorts.sources import drawn


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    """Sixty drawn patients."""
    return asked(drawn("rheumatoid-arthritis", 60, 5), tmp_path_factory.mktemp("cohort") / "run")


@pytest.fixture
def tables(small: Cohort, tmp_path: Path) -> Path:
    """The tables of the sixty, to be spoiled."""
    folder = tmp_path / "tables"
    shutil.copytree(small.run.into / "tables", folder)
    return folder
