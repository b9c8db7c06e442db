"""``payergraph draft``: the Turtle of a first version, from an outline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .base import fail, tell


def draft(
    outline: Annotated[Path, typer.Argument(metavar="OUTLINE", help="An outline in YAML.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it here, not to stdout.")
    ] = None,
) -> None:
    """Write the Turtle of a first version from an outline; docs/add-a-policy.md tells how to go on."""
    from ..author.outline import draft as make
    from ..author.outline import is_untouched
    from ..errors import OutlineError
    from ..store.graph import shipped

    try:
        text = outline.read_text(encoding="utf-8-sig")
    except OSError as error:
        fail(f"{outline} cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        fail(f"{outline} is not UTF-8 text; save the file as UTF-8")
    try:
        made = make(text, str(outline), shipped())
    except OutlineError as error:  # a fault a line
        fail("\npayergraph: ".join(error.faults))
    if output is None:
        typer.echo(made, nl=False)
        return
    try:
        if output.exists() and not is_untouched(output.read_text(encoding="utf-8", errors="replace")):
            fail(f"--output {output} was changed since it was drafted, or is no draft; write the draft elsewhere")
        output.write_text(made, encoding="utf-8")
    except OSError as error:
        fail(f"--output {output} cannot be written: {error.strerror}")
    tell(f"payergraph lint {output} tells what is left and what is wrong")
