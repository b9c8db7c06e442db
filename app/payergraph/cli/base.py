"""What the commands share: options, exit codes, and how an error becomes a sentence.

Results go to stdout, everything else to stderr. Exit codes: 0 done; 1 done, and the answer is no; 2 the input or the
call is wrong; 3 a limit was hit.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, ParamSpec, TypeVar

import typer

from .. import errors
from ..choice import Authority

if TYPE_CHECKING:
    from rich.console import Console

    from ..present.cite import Citation
    from ..store.graph import LocalGraph

P = ParamSpec("P")
T = TypeVar("T")

PayerOption = Annotated[str | None, typer.Option(help="Only this payer's policies.")]
AuthorityOption = Annotated[Authority, typer.Option(help="primary: the payers' own documents; all: retellings too.")]
EndpointOption = Annotated[
    str | None,
    typer.Option(
        metavar="URL", envvar="PAYERGRAPH_ENDPOINT", help="Take the graph from this SPARQL endpoint, and work here."
    ),
]
AsOfOption = Annotated[str | None, typer.Option(metavar="DATE", help="The day whose editions count.")]

#: How an answer is cited, by the word of ``--format``.
CITED: dict[str, Callable[[Citation], str]] = {
    "ris": lambda cited: cited.to_ris(),
    "csl": lambda cited: cited.to_csl_json() + "\n",
    "bibtex": lambda cited: cited.to_bibtex(),
}


def tell(text: str) -> None:
    """Say on stderr what is no part of the answer."""
    typer.echo(f"payergraph: {text}", err=True)


def fail(message: str, code: int = 2) -> NoReturn:
    """Say in one sentence on stderr what is wrong, and stop."""
    tell(message)
    raise typer.Exit(code)


def misused(error: errors.CallError, case: str = "") -> NoReturn:
    """Say what a call got wrong, with its option as people typed it."""
    fail(f"{case}--{error.argument.replace('_', '-')} {error.problem}")


def in_sentences(command: Callable[P, T]) -> Callable[P, T]:
    """A command whose errors, those that a caller may meet, become a sentence and an exit code.

    A command itself catches only what needs more words than the error has.
    """

    @wraps(command)
    def told(*args: P.args, **options: P.kwargs) -> T:
        try:
            return command(*args, **options)
        except errors.CallError as error:
            misused(error)
        except errors.LimitReached as error:
            fail(str(error), 3)
        except (
            errors.CaseError,
            errors.EndpointError,
            errors.ExportError,
            errors.MissingExtra,
            errors.NotConfirmed,
            errors.QueryError,
            errors.ReasonerError,
            errors.ServeError,
            errors.UnknownName,
        ) as error:
            fail(str(error))

    return told


def graph_at(endpoint: str | None) -> LocalGraph:
    """The graph that a command reads: the one that ships, or the one at an endpoint."""
    if endpoint is not None:
        from ..store.remote import fetched

        return fetched(endpoint)
    from ..store.graph import shipped

    return shipped()


def resolved(graph: LocalGraph, text: str | None, kind: str, option: str) -> str | None:
    """The thing that an option names; a fault is told with the option."""
    from ..store.names import names

    if text is None:
        return None
    try:
        return names(graph).resolve(text, [kind])
    except errors.UnknownName as error:
        fail(f"{option}: {error}")


def console() -> Console:
    """Where tables are printed. Rich is read with the first one: the start need not wait for it."""
    from rich.console import Console

    return Console(highlight=False)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """How far a long work is, on stderr, where somebody watches."""
    from rich.console import Console
    from rich.progress import Progress

    screen = Console(stderr=True)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def put(text: str, output: Path | None) -> None:
    """An answer, on stdout or into the file of ``--output``."""
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"--output {output} cannot be written: {error.strerror}")


def end_cleanly() -> None:
    """Let the signals that end a program do what Ctrl-C does, so that nothing temporary is left behind.

    What ``nohup`` had ignored stays ignored.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
