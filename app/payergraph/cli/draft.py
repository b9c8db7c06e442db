"""``payergraph draft``: the Turtle of a first version, from an outline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..files import whole
from .base import fail, named, put, tell


def draft(
    outline: Annotated[Path, typer.Argument(metavar="OUTLINE", help="An outline in YAML.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it here, not to stdout.")
    ] = None,
) -> None:
    """Write the Turtle of a first version from an outline; docs/add-a-policy.md tells how to go on."""
    from ..author.outline import draft as make
    from ..author.outline import is_untouched
    from ..store.graph import shipped

    try:
        text = whole(named(str(outline))).decode("utf-8-sig")
    except UnicodeDecodeError:
        fail(f"{outline} is not UTF-8 text; save the file as UTF-8")
    made = make(text, str(outline), shipped())
    if output is not None and output.is_file() and not is_untouched(whole(output).decode(errors="replace")):
        fail(f"--output {output} was changed since it was drafted, or is no draft; write the draft elsewhere")
    put(made, output)
    if output is not None:
        tell(f"payergraph lint {output} tells what is left and what is wrong")
