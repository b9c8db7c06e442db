"""Every error that a caller may meet: each says in one sentence what is wrong, where, and what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .near import hint

#: Where to look for the names of a graph.
LOOK_UP = "`payergraph query names` lists them"


class _Sent:
    """An error that comes whole from another process: it is made anew there from what it holds."""

    args: tuple[Any, ...]

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[Exception], args: tuple[Any, ...], held: dict[str, Any]) -> Exception:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(held)
    return error


class CallError(_Sent, ValueError):
    """What a call got wrong, in one sentence: which argument, what it was, what was expected.

    Attributes:
        argument: its name, as Python has it.
        problem: what is wrong with it, to follow the name.
    """

    def __init__(self, argument: str, problem: str) -> None:
        super().__init__(f"{argument} {problem}")
        self.argument, self.problem = argument, problem


class CaseError(_Sent, ValueError):
    """What is wrong with a case, in one sentence that names file, field, value and what was expected.

    Attributes:
        file: where the case was read from.
        field: the field, such as ``therapies[2].end``; empty where the file as a whole is at fault.
        line: the line of the field, where the format tells it.
        nearest: what could be meant, each of which the field would take; mostly empty, for a hint must not change
            the meaning.
    """

    def __init__(
        self, sentence: str, file: str, field: str = "", line: int | None = None, nearest: Sequence[str] = ()
    ) -> None:
        super().__init__(sentence)
        self.file, self.field, self.line, self.nearest = file, field, line, tuple(nearest)


class UnknownName(_Sent, ValueError):  # noqa: N818 - it says what it is
    """A text that names nothing of the wanted kinds, or more than one thing.

    Attributes:
        text: what was given.
        problem: what is wrong with it, to follow "which".
        nearest: of what it is a slip of the pen, or all that it may mean, as slugs; mostly nothing.
        hint: these, or else where to look, as the end of a sentence.
        unheard: whether nothing of any kind has this name or one near it.
    """

    def __init__(
        self, text: str, problem: str, nearest: Sequence[str], advice: str = "", *, unheard: bool = False
    ) -> None:
        self.text, self.problem, self.nearest, self.unheard = text, problem, tuple(nearest), unheard
        self.hint = hint(self.nearest) if nearest else advice or LOOK_UP
        super().__init__(f"{text!r} {problem}; {self.hint}")


class DataError(ValueError):
    """Data that no graph can be made of; one sentence says which file, and why."""


class FileError(_Sent, OSError):
    """A file, or what is printed, that cannot be read or written.

    Attributes:
        path: the file, as it was named.
        reason: why, in words that follow a colon.
    """

    def __init__(self, path: Path | str, done: str, reason: str) -> None:
        super().__init__(f"{path} cannot be {done}: {reason}")
        self.path, self.reason = path, reason


class QueryError(ValueError):
    """A query, a question or a parameter that cannot be answered; one sentence says why and, where known, where."""


class LimitReached(Exception):  # noqa: N818 - reaching a limit is no error of the caller's
    """Time, memory or size ran out. Nothing partial is returned."""


class EndpointError(ValueError):
    """An endpoint that cannot be used; one sentence says why."""


class ExportError(Exception):
    """A folder that cannot be written; one sentence says why."""


class MissingExtra(ImportError):  # noqa: N818 - it says what it is
    """A library that is not installed, and what brings it, in one sentence."""


class NewPolicyError(ValueError):
    """What is asked for cannot be written; a sentence for each reason says what to do, a line each."""


class FaultsError(_Sent, ValueError):
    """All that is wrong with what was given: a sentence a fault, a line each.

    Attributes:
        faults: the sentences.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class AppealError(FaultsError):
    """What is wrong with what was said of a plan and a denial."""


class DossierError(ValueError):
    """A template of a letter that cannot be filled in; one sentence says which, and why."""


class OutlineError(FaultsError):
    """What is wrong with an outline, or why there is none."""


class CohortError(FaultsError):
    """What is wrong with the tables of a population, or what it is made from."""


class ReasonerError(Exception):
    """The reasoner cannot run; one sentence says why."""


class NotConfirmed(Exception):  # noqa: N818 - it says what it is
    """A case was found that tells two rules apart, and the shapes judge it otherwise: a fault of payergraph.

    Attributes:
        meets, fails: the ids of the rules.
        detail: how the shapes judge them, and the case; for whoever mends it.
    """

    def __init__(self, meets: str, fails: str, detail: str) -> None:
        self.meets, self.fails, self.detail = meets, fails, detail
        super().__init__(
            f"no patient can be shown who meets {meets} and not {fails}, for the check judges the case that was found "
            "otherwise: a fault of payergraph, please report it with the two names; the order itself stands"
        )


class ServeError(Exception):
    """The server cannot run; one sentence says why."""
