"""The command line: a module a command, and in ``base`` what they share.

A module here reads at its top only what its options need; the rest is read when the command runs, so that ``--help``
and the shell's completion need not wait for the graph.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from ..errors import DataError, FileError
from ..locate import folder
from ..version import VERSION
from ..wording import opening
from . import (
    appeal,
    case,
    changes,
    check,
    cohort,
    compare,
    completion,
    conflicts,
    dossier,
    draft,
    explore,
    export,
    implies,
    lint,
    new_policy,
    outline,
    query,
    serve,
    streams,
)
from .base import fail, in_sentences, tell

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
    cohort.cohort,
    query.query,
    conflicts.conflicts,
    dossier.dossier,
    appeal.appeal,
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
    app.command(help=opening(command))(in_sentences(command))


def main() -> None:
    """The entry point. What is printed is UTF-8 whatever the locale; a closed pipe (``| head``) is no error."""
    streams.settle()
    code = _run()
    try:
        sys.stdout.flush()
    except FileError as error:
        tell(str(error))
        code = code or 2
    sys.exit(code)


def _run() -> int:
    """Run the command, and return its exit code."""
    try:
        if os.environ.get("_PAYERGRAPH_COMPLETE") == "complete_bash":
            offered = completion.bash(os.environ)
            if offered is not None:
                typer.echo("\n".join(offered))
                return 0
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except (DataError, FileError) as error:
        tell(str(error))
        return 2
    return 0
