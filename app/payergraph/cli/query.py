"""``payergraph query``: stored questions, and anything in SPARQL."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..choice import day as day_of
from ..files import read
from . import completion
from .base import CITED, EndpointOption, console, fail, graph_at, say

if TYPE_CHECKING:
    from ..table import Table


class QueryFormat(StrEnum):
    """Formats of ``query``; the last three are how to cite the answer."""

    table = "table"
    csv = "csv"
    json = "json"
    turtle = "turtle"
    ris = "ris"
    csl = "csl"
    bibtex = "bibtex"


def query(
    question: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|FILE.rq|-]",
            help="A stored question, a SPARQL file, or - for stdin.",
            autocompletion=completion.questions,
        ),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the stored questions.")] = False,
    param: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A parameter of the question.", autocompletion=completion.parameters),
    ] = None,
    cite: Annotated[
        bool, typer.Option("--cite", help="Add title, edition and address of its document to each row.")
    ] = False,
    in_force: Annotated[
        bool, typer.Option("--in-force", help="Only rows of editions in force today (stored questions).")
    ] = False,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="Only rows of editions in force on this day.")] = (
        None
    ),
    format: Annotated[
        QueryFormat, typer.Option(help="turtle for CONSTRUCT and DESCRIBE; ris, csl and bibtex cite the answer.")
    ] = QueryFormat.table,
    limit: Annotated[int, typer.Option(min=1, help="The most rows.")] = 10_000,
    timeout: Annotated[
        float | None,
        typer.Option(min=0.1, help="The most seconds. Else 10; a stored question takes what it needs."),
    ] = None,
    endpoint: EndpointOption = None,
) -> None:
    """Ask a stored question, or anything in SPARQL."""
    from ..present.cite import cite_table, with_documents
    from ..sparql import sandbox
    from ..sparql.questions import ask
    from .streams import UntilClosed

    if listed:
        _print_list(format)
        return
    if question is None:
        fail("say which question: a name of `payergraph query --list`, a file that ends in .rq, or - for stdin")
    values = _parameters(param or ())
    day = day_of(as_of) or (date.today() if in_force else None)
    graph = graph_at(endpoint)
    if question == "-" or question.endswith(".rq"):
        text = _query_text(question, values, day)
        seconds = timeout or sandbox.SECONDS
        if format is QueryFormat.csv and limit > sandbox.ROWS and not cite:
            # A long answer goes out as it comes, in little memory.
            with suppress(BrokenPipeError):
                _told_whole(not sandbox.stream_csv(text, graph, UntilClosed(), limit=limit, timeout=seconds), limit)
            return
        table = sandbox.run(text, graph, limit=limit, timeout=seconds)
    else:
        table = ask(question, graph, limit=limit, timeout=timeout, in_force=day, **_of_question(values))
    table = with_documents(graph, table) if cite else table
    if format in CITED:
        say(CITED[format](cite_table(graph, table)), nl=False)
        return
    _print(table, format)
    _told_whole(not table.truncated, limit)


def _told_whole(whole: bool, limit: int) -> None:
    """Stop with the exit code of a limit where there are more rows than were shown."""
    if not whole:
        fail(f"there are more rows than the {limit} shown; --limit takes a greater number", 3)


def _print_list(format: QueryFormat) -> None:
    from ..present.terminal import question_list
    from ..sparql.questions import library, to_csv, to_json

    if format is QueryFormat.csv:
        say(to_csv(library()), nl=False)
    elif format is QueryFormat.json:
        say(to_json(library()))
    elif format is QueryFormat.table:
        console().print(question_list(library()))
    else:
        fail(f"--format {format.value} is for answers; a list comes as table, csv or json")


def _print(table: Table, format: QueryFormat) -> None:
    if format is QueryFormat.csv:
        say(table.to_csv(), nl=False)
    elif format is QueryFormat.json:
        say(table.to_json())
    elif format is QueryFormat.turtle:
        if table.kind not in ("construct", "describe"):
            fail("--format turtle is for CONSTRUCT and DESCRIBE; take table, csv or json")
        say(table.to_turtle(), nl=False)
    else:
        from ..present.terminal import answer

        screen = console()
        screen.print(answer(table, screen.width))


def _parameters(texts: Sequence[str]) -> dict[str, str]:
    """What ``--param`` gives, each once."""
    values: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            fail(f"--param {text!r} is not NAME=VALUE, for example drug=anakinra")
        if name.strip() in values:
            fail(f"--param {name.strip()} is given twice; a parameter takes one value")
        values[name.strip()] = value.strip()
    return values


def _of_question(values: dict[str, str]) -> dict[str, str]:
    """The parameters of a stored question, none of which is one of our options."""
    for name in ("limit", "timeout", "in_force"):
        if name in values:
            fail(f"--param {name} is no parameter of a question; write --{name.replace('_', '-')}")
    return values


def _query_text(source: str, values: dict[str, str], day: date | None) -> str:
    """The SPARQL of a file or of stdin, to which the options of stored questions do not go."""
    from ..sparql.sandbox import QUERY_BYTES
    from .streams import read_stdin

    if values:
        fail("--param goes with a stored question; a query of your own holds its values itself")
    if day:
        fail("--in-force and --as-of go with a stored question; a query of your own says itself what it wants")
    content = read_stdin(QUERY_BYTES) if source == "-" else read(Path(source), QUERY_BYTES)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        fail(f"{source} is not UTF-8 text")
