"""``payergraph new-policy``: the skeleton of a policy's file."""

from __future__ import annotations

from typing import Annotated

import typer

from ..errors import NewPolicyError
from .base import tell


def new_policy(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The document's name and its file's: molina-kineret.")],
    payer: Annotated[str, typer.Option(help="Whose coverage it describes.")],
    drug: Annotated[list[str], typer.Option(help="A drug or a brand; repeat the option for several.")],
    indication: Annotated[list[str], typer.Option(help="A use it covers; repeat the option for several.")],
    title: Annotated[str | None, typer.Option(help="The document's title, as printed.")] = None,
    effective: Annotated[str | None, typer.Option(metavar="DATE", help="2026-01-31, 2026-01 or 2026.")] = None,
    secondary: Annotated[bool, typer.Option("--secondary", help="It retells somebody else's policy.")] = False,
    complete: Annotated[
        bool, typer.Option("--complete", help="All uses and criteria were seen; else what is not shown stays unknown.")
    ] = False,
) -> None:
    """Write the skeleton of a policy's file; docs/add-a-policy.md tells how to go on."""
    from ..author.skeleton import create
    from ..locate import folder, shown
    from ..store.graph import shipped

    try:
        path = create(
            slug,
            folder("data"),
            shipped(),
            payer=payer,
            drugs=drug,
            indications=indication,
            title=title,
            effective=effective,
            secondary=secondary,
            complete=complete,
        )
    except NewPolicyError as error:  # a reason a line
        for line in str(error).splitlines():
            tell(line)
        raise typer.Exit(2) from None
    where = shown(path)
    typer.echo(where)
    tell("now write what its TODOs ask for; docs/add-a-policy.md goes through them")
    tell(f"payergraph lint {where} tells what is left and what is wrong")
