"""``payergraph lint``: faults of ontology, shapes and data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..wording import counted
from .base import fail, tell


def lint(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH...]", help="Files or folders; all by default.")
    ] = (None),
) -> None:
    """Check ontology, shapes and data for faults."""
    from ..author.lint import lint as find_faults
    from ..author.lint import unchecked

    for path in paths or ():
        if not path.exists():
            fail(f"{path} does not exist")
    try:
        faults = find_faults(paths or None)
    except ValueError as error:
        fail(str(error))
    for note in unchecked():
        tell(note)
    for fault in faults:
        typer.echo(str(fault))
    tell(counted(len(faults), "fault"))
    if faults:
        raise typer.Exit(1)
