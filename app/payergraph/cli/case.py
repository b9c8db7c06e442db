"""``payergraph case``: a case as RDF, and what helps to write one."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .base import fail, named, resolved, say


class CaseFormat(StrEnum):
    """Formats of ``case``."""

    turtle = "turtle"
    jsonld = "jsonld"


def case(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A case file.", parser=named)] = None,
    indication: Annotated[
        str | None, typer.Option(help="What the case is reviewed for, where it does not say.")
    ] = None,
    format: Annotated[CaseFormat, typer.Option(help="How the facts come out.")] = CaseFormat.turtle,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of a case.")] = False,
    template: Annotated[bool, typer.Option("--template", help="Print a case in YAML to fill in.")] = False,
) -> None:
    """Write the facts that a case is judged on as RDF, for SHACL engines elsewhere; or help to write a case."""
    if (file is not None) + schema + template != 1:
        fail("name a case file, or ask for --template or --schema: one of the three")
    if file is not None:
        say(_facts(file, indication, format), nl=False)
        return
    from ..chart import schema as of_case

    if schema:
        say(json.dumps(of_case.schema(), indent=2, ensure_ascii=False))
    else:
        say(of_case.template(), nl=False)


def _facts(file: Path, indication: str | None, format: CaseFormat) -> str:
    from ..chart.case import read_case
    from ..present.export import bundle
    from ..store.graph import shipped

    graph = shipped()
    found = read_case(file, graph)
    named = resolved(graph, indication, "Condition", "--indication")
    if found.indication and named not in (None, found.indication):
        fail(f"--indication {indication!r} is not what the case names; leave the option out, or correct the case")
    review = found.indication or named
    if review is None:
        fail(f"{file} names no indication; name what it is reviewed for, for example --indication 'sJIA'")
    return bundle.chart(found, review, graph, format.value)
