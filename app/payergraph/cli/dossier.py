"""``payergraph dossier``: the letter that a clinic sends for a patient."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..choice import Request
from ..errors import CallError
from ..files import is_folder
from .base import EndpointOption, fail, graph_at, misused, named, say


def dossier(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="A case file, or - for stdin.", parser=named)],
    policy: Annotated[str, typer.Option(metavar="ID", help="The policy that the letter answers.")],
    denial: Annotated[
        str | None, typer.Option(metavar="REASON", help="An appeal of a denial for this reason, such as step-therapy.")
    ] = None,
    request: Annotated[Request | None, typer.Option(help="Instead of the case's own request.")] = None,
    template: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own template: .docx, or .typ for a PDF.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="A file that ends in .docx, .pdf or .md.")
    ] = None,
    endpoint: EndpointOption = None,
) -> None:
    """Write a letter of medical necessity, or an appeal, from the chart and the policy alone, with a checklist.

    What the chart does not show is listed as missing and argued nowhere. Without --output it prints Markdown.
    """
    from ..letters.answer import dossier_of
    from .check import cases_of

    if template is not None and output is None:
        fail("--template goes with --output")
    if is_folder(case):
        fail(f"{case} is a folder; a letter is about one case")
    graph = graph_at(endpoint)
    read = cases_of([case], graph)[0]
    try:
        found = dossier_of(graph, read, policy=policy, denial=denial, request=request)
        if output is None:
            say(found.to_markdown(), nl=False)
        else:
            found.write(output, template=template)
    except CallError as error:
        misused(CallError("output", error.problem) if error.argument == "path" else error)
