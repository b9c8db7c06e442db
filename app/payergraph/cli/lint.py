"""``payergraph lint``: faults of ontology, shapes and data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..wording import counted
from .base import fail, named, say, tell, visible


def lint(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH...]", help="Files or folders; all by default.", parser=named)
    ] = (None),
) -> None:
    """Check ontology, shapes and data for faults."""
    from ..author.lint import lint as find_faults
    from ..author.lint import unchecked

    try:
        faults = find_faults(paths or None)
    except ValueError as error:
        fail(str(error))
    for note in unchecked():
        tell(note)
    for fault in faults:
        say(visible(str(fault)))
    tell(counted(len(faults), "fault"))
    if faults:
        raise typer.Exit(1)
