"""``payergraph export``: the dataset as files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .base import end_cleanly, tell


class ExportFormat(StrEnum):
    """Formats of ``export``."""

    trig = "trig"
    turtle = "turtle"
    jsonld = "jsonld"
    csv = "csv"
    parquet = "parquet"
    shacl = "shacl"
    ontology = "ontology"
    questions = "questions"


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder: new, empty, or an earlier export.")],
    format: Annotated[list[ExportFormat] | None, typer.Option(help="Only this format; repeat for several.")] = None,
) -> None:
    """Write the dataset: RDF, tables, SHACL bundle, ontology, stored questions, and a description of it all."""
    from ..present.export import FORMATS
    from ..present.export import export as write
    from ..store.graph import shipped

    end_cleanly()
    for file in write(shipped(), folder, [item.value for item in format] if format else FORMATS, tell):
        typer.echo(f"{file.size:>12,}  {file.path}")
