"""The command line: a module a command, and in ``base`` what they share.

A module here reads at its top only what its options need; the rest is read when the command runs, so that ``--help``
and the shell's completion need not wait for the graph.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated

import typer

from ..locate import folder
from ..version import VERSION
from . import (
    case,
    changes,
    check,
    compare,
    completion,
    conflicts,
    draft,
    explore,
    export,
    implies,
    lint,
    new_policy,
    outline,
    query,
    serve,
)
from .base import fail, in_sentences

app = typer.Typer(
    help="Prior-authorization criteria of US health plans: compare payers, check a case, ask in SPARQL.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"payergraph {VERSION}")
        raise typer.Exit()


@app.callback()
def main_options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = (
        False
    ),
) -> None:
    """Options of all commands."""
    try:
        folder("data")
    except FileNotFoundError as error:
        fail(str(error))


#: The commands, in the order in which the help lists them.
COMMANDS = (
    check.check,
    compare.compare,
    implies.implies,
    changes.changes,
    query.query,
    conflicts.conflicts,
    lint.lint,
    new_policy.new_policy,
    outline.outline,
    draft.draft,
    case.case,
    export.export,
    serve.serve,
    explore.explore,
)
for command in COMMANDS:
    app.command()(in_sentences(command))


def main() -> None:
    """The entry point. What is printed is UTF-8 whatever the locale; a closed pipe (``| head``) is no error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    try:
        if os.environ.get("_PAYERGRAPH_COMPLETE") == "complete_bash":
            offered = completion.bash(os.environ)
            if offered is not None:
                typer.echo("\n".join(offered))
                return
        app()
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
