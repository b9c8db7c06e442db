"""Where the charts of a run come from: tables of the layout, OMOP, Synthea or FHIR in a folder, or drawn ones."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from ..choice import Form
from ..errors import CallError, CohortError, FileError
from ..files import is_folder, reason
from ..store.graph import Graph
from . import synthetic
from .charts import Charts
from .layout import PATIENTS


class Source(Protocol):
    """Where charts come from."""

    def told(self) -> list[Any]:
        """All on which the charts depend."""

    def charts(self, into: Path, graph: Graph, day: date) -> Charts:
        """The charts, written into a folder first where they are no tables of the layout; that is done once."""


@dataclass(frozen=True)
class Folder:
    """A folder of files.

    Attributes:
        form: what it holds; where None, what its names tell.
        complete: whether it has every diagnosis and drug of its patients, as all claims of a plan may; of OMOP and
            Synthea alone.
    """

    path: Path
    form: Form | None = None
    complete: bool = False

    def told(self) -> list[Any]:
        """As of a source."""
        files = sorted(path for path in _listed(self.path) if path.is_file())
        return [self._form.value, self.complete] + [
            [path.name, path.stat().st_size, path.stat().st_mtime_ns] for path in files
        ]

    def charts(self, into: Path, graph: Graph, day: date) -> Charts:
        """As of a source."""
        if self._form is Form.TABLES:
            return Charts.open(self.path)

        def read(beside: Path) -> None:
            from .fhir import read_fhir
            from .omop import read_omop
            from .synthea import read_synthea

            if self._form is Form.FHIR:
                read_fhir(self.path, beside, graph, request_date=day)
            else:
                reads = read_omop if self._form is Form.OMOP else read_synthea
                reads(self.path, beside, graph, request_date=day, complete=self.complete)

        return _written_once(into, read)

    @property
    def _form(self) -> Form:
        return self.form or _form_of(self.path)


@dataclass(frozen=True)
class Drawn:
    """A synthetic population.

    Attributes:
        use: the slug of a condition, one of ``synthetic.uses()``.
    """

    use: str
    size: int
    seed: int = 0

    def told(self) -> list[Any]:
        """As of a source."""
        return ["synthetic", self.use, self.size, self.seed]

    def charts(self, into: Path, graph: Graph, day: date) -> Charts:
        """As of a source."""
        return _written_once(
            into, lambda beside: synthetic.generate(beside, self.use, self.size, self.seed, graph, request_date=day)
        )


def _written_once(into: Path, write: Any) -> Charts:
    """The charts that something writes into a folder; where it was done before, those."""
    tables, beside = into / "tables", into / ".tables"
    if not tables.exists():
        shutil.rmtree(beside, ignore_errors=True)
        write(beside)
        try:
            beside.rename(tables)
        except OSError as error:
            raise FileError(tables, "written", reason(error)) from None
    return Charts.open(tables)


def _form_of(folder: Path) -> Form:
    """What a folder holds, by the names of its files."""
    names = {path.name.lower() for path in _listed(folder)}
    stems = {name.partition(".")[0] for name in names}
    if "person" in stems:
        return Form.OMOP
    if any(name.startswith("patient") and ".ndjson" in name for name in names):
        return Form.FHIR
    if {"patients.csv", "encounters.csv"} <= names:
        return Form.SYNTHEA
    if PATIENTS in stems:
        return Form.TABLES
    if any(name.endswith(".json") for name in names):
        return Form.FHIR  # Bundles, a patient each
    expected = (
        "patients.parquet (docs/cohorts.md), person.parquet (OMOP), Patient.ndjson or Bundles (FHIR), or Synthea's CSV"
    )
    raise CohortError([f"{folder} holds no population that is known here; expected {expected}"])


def _listed(folder: Path) -> list[Path]:
    if not is_folder(folder):
        raise CohortError([f"{folder} is no folder; expected one with the tables of a population"])
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise FileError(folder, "read", reason(error)) from None


def drawn(text: str, size: int, seed: int) -> Drawn:
    """A synthetic population of a use.

    Raises:
        CallError: nothing is assumed of it, or it has no patients.
    """
    if text not in synthetic.uses():
        raise CallError(
            "synthetic", f"is {text!r}, of which nothing is assumed; expected {' or '.join(synthetic.uses())}"
        )
    if size < 1:
        raise CallError("size", f"is {size}; expected 1 or more")
    return Drawn(text, size, seed)
