"""What the commands share: options, exit codes, and how an error becomes a sentence.

Results go to stdout, everything else to stderr. Exit codes: 0 done; 1 done, and the answer is no; 2 the input or the
call is wrong; 3 a limit was hit.
"""

from __future__ import annotations

import io
import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, NoReturn, ParamSpec, Protocol, TypeVar

import typer

from .. import errors
from ..choice import Authority
from ..files import write

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

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


#: Letters of a sentence, at most: a name that somebody gave may have a hundred thousand.
_LONGEST = 2_000
#: What moves the cursor, rings or renames a terminal, or turns the direction of what follows.
_UNSEEN = re.compile(r"\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """A text in which what would steer a terminal is written out: ``\\x1b``."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def tell(text: str) -> None:
    """Say on stderr, in one line, what is no part of the answer."""
    line = visible(text.replace("\n", "\\n"))
    if len(line) > _LONGEST:
        line = f"{line[: _LONGEST // 2]} … {line[-_LONGEST // 2 :]}"
    typer.echo(f"payergraph: {line}", err=True)


def say(text: str, *, nl: bool = True) -> None:
    """Print an answer. A file or a program gets it as it is, a terminal what can be seen of it."""
    typer.echo(visible(text) if sys.stdout.isatty() else text, nl=nl)


def fail(message: str, code: int = 2) -> NoReturn:
    """Say in one sentence on stderr what is wrong, and stop."""
    tell(message)
    raise typer.Exit(code)


def fail_of(faults: Iterable[str]) -> NoReturn:
    """Say on stderr what is wrong, a fault a line, and stop."""
    for fault in faults:
        tell(fault)
    raise typer.Exit(2)


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
        except errors.FaultsError as error:
            fail_of(error.faults)
        except errors.LimitReached as error:
            fail(str(error), 3)
        except MemoryError:
            fail("this needs more memory than there is", 3)
        except RecursionError:
            fail("what is read here is nested too deep", 3)
        except (
            errors.CaseError,
            errors.DataError,
            errors.DossierError,
            errors.EndpointError,
            errors.ExportError,
            errors.FileError,
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


def resolved_drug(text: str | None, endpoint: str | None) -> str | None:
    """The drug that ``--drug`` names, by one of its brands too; a fault is told with the option."""
    import payergraph

    try:
        return payergraph.drug_iri(text, endpoint) if text is not None else None
    except errors.UnknownName as error:
        fail(f"--drug: {error}")


def named(text: str) -> Path:
    """The path that an argument names."""
    if not text:
        fail("an argument is empty where a file is to be named")
    return Path(text)


def console(file: IO[str] | None = None) -> Console:
    """Where tables are printed, stdout or a file, and of what they hold only what can be seen.

    Rich is read with the first one: the start need not wait for it.
    """
    from .screen import Screen

    return Screen(file=file, highlight=False)


class Told(Protocol):
    """Where a long work tells how far it is, and what it does now where that changes."""

    def __call__(self, done: int, of: int, now: str = ..., /) -> None:
        """So much is done of so much."""


@contextmanager
def progress(what: str) -> Iterator[Told]:
    """How far a long work is, on stderr, where somebody watches."""
    from rich.console import Console
    from rich.progress import Progress

    screen = Console(stderr=True)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def told(done: int, of: int, now: str = what) -> None:
            bar.update(task, completed=done, total=of, description=now)

        yield told


def put(text: str, output: Path | None) -> None:
    """An answer, on stdout or into the file of ``--output``."""
    if output is None:
        say(text, nl=False)
        return
    try:
        write(output, text.encode())
    except errors.FileError as error:
        fail(f"--output {error}")


def shown(what: RenderableType, output: Path | None) -> None:
    """A table, on stdout or into the file of ``--output``."""
    text = None if output is None else io.StringIO()
    console(text).print(what)
    if text is not None:
        put(text.getvalue(), output)


def end_cleanly() -> None:
    """Let the signals that end a program do what Ctrl-C does, so that nothing temporary is left behind.

    What ``nohup`` had ignored stays ignored.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)
