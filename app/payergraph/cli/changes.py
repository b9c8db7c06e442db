"""``payergraph changes``: what payers changed from one edition of a document to the next."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ..choice import Authority
from .base import AuthorityOption, EndpointOption, graph_at, progress, put, resolved, resolved_drug, shown, tell


class ChangesFormat(StrEnum):
    """Formats of ``changes``; ``json`` has patients who show each effect, ``atom`` is a feed."""

    table = "table"
    json = "json"
    csv = "csv"
    atom = "atom"


def changes(
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only editions that began on this day or later.")
    ] = None,
    payer: Annotated[str | None, typer.Option(help="Only this payer's documents.")] = None,
    drug: Annotated[str | None, typer.Option(help="Only documents about this drug or brand.")] = None,
    authority: AuthorityOption = Authority.PRIMARY,
    format: Annotated[
        ChangesFormat, typer.Option(help="json has a patient for each effect; atom is a feed.")
    ] = ChangesFormat.table,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it here.")] = None,
    endpoint: EndpointOption = None,
) -> None:
    """Tell what payers changed: criteria added, dropped, loosened and tightened, and example cases that fare otherwise.

    Which of two criteria asks more is decided by implication, over charts on which all is recorded.
    """
    from ..extras import require
    from ..revisions.answer import changes_of

    require("z3")
    graph = graph_at(endpoint)
    about = resolved_drug(drug, endpoint)
    whose = resolved(graph, payer, "Payer", "--payer")
    with progress("Comparing editions") as told:
        found = changes_of(graph, payer=whose, drug=about, since=since, authority=authority, progress=told)
    written: dict[ChangesFormat, Callable[[], str]] = {
        ChangesFormat.csv: found.to_csv,
        ChangesFormat.json: lambda: found.to_json() + "\n",
        ChangesFormat.atom: lambda: found.to_atom() + "\n",
    }
    if format in written:
        put(written[format](), output)
    else:
        from ..present.changed import changes_text

        shown(changes_text(found), output)
    if not found.editions:
        more = "; --authority all reads retellings too" if authority is Authority.PRIMARY else ""
        tell(f"no edition in scope replaces another{more}")
