"""``payergraph compare``: payers' criteria side by side."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..choice import Authority, Request
from ..choice import day as day_of
from ..errors import FileError, MissingExtra
from .base import CITED, AsOfOption, AuthorityOption, EndpointOption, console, fail, graph_at, say, tell

if TYPE_CHECKING:
    from ..comparison.model import Comparison


class CompareFormat(StrEnum):
    """Formats of ``compare``; ``html`` is a table that pastes into a paper, the last three are how to cite it."""

    table = "table"
    csv = "csv"
    json = "json"
    markdown = "markdown"
    html = "html"
    ris = "ris"
    csl = "csl"
    bibtex = "bibtex"


#: The formats that hold several comparisons, one below the other.
_SEVERAL = (CompareFormat.table, CompareFormat.markdown, CompareFormat.html)


def compare(
    drug: Annotated[list[str], typer.Option(help="A drug or a brand; repeat the option to compare several.")],
    indication: Annotated[list[str], typer.Option(help="A condition, by name or ICD-10-CM code; repeatable.")],
    request: Annotated[Request, typer.Option(help="The stage of the request.")] = Request.INITIAL,
    payer: Annotated[list[str] | None, typer.Option(help="Only these payers; repeat the option for several.")] = None,
    authority: AuthorityOption = Authority.PRIMARY,
    as_of: AsOfOption = None,
    label: Annotated[bool, typer.Option("--label", help="Add the FDA label as the first column.")] = False,
    format: Annotated[
        CompareFormat, typer.Option(help="How the comparison comes out; ris, csl and bibtex cite it.")
    ] = CompareFormat.table,
    figure: Annotated[
        Path | None, typer.Option(metavar="FILE.svg|.png|.pdf", help="Write a figure of it to this file too.")
    ] = None,
    endpoint: EndpointOption = None,
) -> None:
    """Lay payers' criteria side by side; of several drugs or uses, each pair below the other."""
    import payergraph

    from ..present.sentences import unanswered_sentence

    _drawable(figure)
    pairs = [(one, use) for one in drug for use in indication]
    if len(pairs) > 1 and format not in _SEVERAL:
        fail(f"--format {format.value} holds one comparison; give one --drug and one --indication")
    graph_at(endpoint)  # whose faults are told before those of names
    found = [
        payergraph.compare(
            drug=one,
            indication=use,
            request=request,
            payers=payer or (),
            authority=authority,
            as_of=day_of(as_of),
            label=label,
            endpoint=endpoint,
        )
        for one, use in pairs
    ]
    for comparison in found:
        if len(found) > 1 and format is not CompareFormat.html:  # which has a caption
            say(f"{'## ' if format is CompareFormat.markdown else ''}{comparison.title}\n")
        _print(comparison, format, endpoint)
        for silent in comparison.unanswered if payer or not comparison.columns else ():
            tell(unanswered_sentence(silent))
    if figure is not None:
        _draw(found, figure)


def _print(comparison: Comparison, format: CompareFormat, endpoint: str | None) -> None:
    import payergraph

    written = {
        CompareFormat.csv: comparison.to_csv,
        CompareFormat.json: lambda: comparison.to_json() + "\n",
        CompareFormat.markdown: comparison.to_markdown,
        CompareFormat.html: comparison.to_html,
    }
    if format in CITED:
        say(CITED[format](payergraph.cite(comparison, endpoint=endpoint)), nl=False)
    elif format in written:
        say(written[format](), nl=False)
    elif comparison.columns:
        from ..present.terminal import comparison_table

        screen = console()
        screen.print(comparison_table(comparison, screen.width))


def _drawable(figure: Path | None) -> None:
    """Stop where no figure could be drawn into this file, before anything is compared."""
    from ..extras import require
    from ..present.plots import ENDINGS

    if figure is None:
        return
    if figure.suffix.lower() not in ENDINGS:
        fail(f"--figure {str(figure)!r} must end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}")
    try:
        require("vl_convert")
    except MissingExtra as error:
        fail(f"no figure: {error}")


def _draw(found: Sequence[Comparison], figure: Path) -> None:
    import payergraph

    try:
        payergraph.figure(found, figure)
    except FileError as error:
        fail(f"--figure {error}")
    except ValueError as error:
        fail(f"no figure: {error}")
