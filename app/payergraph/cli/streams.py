"""What is printed, whatever stands behind it: a full disk, a closed pipe, a locale without UTF-8, nothing at all."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import IO

from ..errors import FileError
from ..files import reason


class Printed(io.TextIOWrapper):
    """stdout or stderr in UTF-8.

    Who reads it may stop early (``| head``): the command goes on, and its exit code is that of its answer. What cannot
    be printed for another reason is an error on stdout and nothing on stderr, of which nobody could be told.
    """

    gone = False

    def write(self, text: str) -> int:
        """Write, or notice that nobody can read it."""
        try:
            return super().write(text)
        except OSError as error:
            self._lost(error)
        return len(text)

    def flush(self) -> None:
        """Write what is held back, or notice that nobody can read it."""
        try:
            super().flush()
        except OSError as error:
            self._lost(error)

    def _lost(self, error: OSError) -> None:
        self.gone = True
        with suppress(OSError):  # what is still held back goes nowhere, instead of failing again at the end
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
        if self is sys.stdout and not isinstance(error, BrokenPipeError):
            raise FileError("the answer", "printed", reason(error)) from None


class UntilClosed:
    """stdout for an answer that comes in pieces: once nobody reads it, the next piece is an error."""

    def write(self, text: str) -> int:
        """Write a piece.

        Raises:
            BrokenPipeError: nobody reads it any more.
        """
        written = sys.stdout.write(text)
        if getattr(sys.stdout, "gone", False):
            raise BrokenPipeError
        return written


def settle() -> None:
    """Make stdout and stderr such streams. A closed one gets a place where nothing can be written."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream = getattr(sys, name)
        if stream is None:
            _fill(number)
            if number:
                stream = open(number, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - it has no path
        if number and isinstance(stream, io.TextIOWrapper) and not isinstance(stream, Printed):
            lines = stream.line_buffering
            printed = Printed(stream.detach(), encoding="utf-8", errors="backslashreplace", line_buffering=lines)
            setattr(sys, name, printed)


def _fill(number: int) -> None:
    """Hold the number of a closed stream, so that no file that is opened gets it."""
    place = os.open(os.devnull, os.O_RDONLY)
    if place != number:
        os.dup2(place, number)
        os.close(place)


def stdin() -> IO[bytes]:
    """What is piped in.

    Raises:
        FileError: it is closed.
    """
    if sys.stdin is None:
        raise FileError("stdin", "read", "it is closed")
    return sys.stdin.buffer


def read_stdin(most: int) -> bytes:
    """What is piped in; of more than ``most`` bytes, so many and one more.

    Raises:
        FileError: it cannot be read.
    """
    try:
        return stdin().read(most + 1)
    except FileError:
        raise
    except OSError as error:
        raise FileError("stdin", "read", reason(error)) from None
