"""The command line in this process: what a user would see, without the second that a new Python takes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from payergraph.cli import app

#: Seconds after which something hangs. No test fails earlier, for the machine may be busy; `make bench` knows times.
HANGS = 600


@dataclass(frozen=True)
class Done:
    """What a command printed, and how it ended."""

    returncode: int
    stdout: str
    stderr: str


def run(*words: str | Path, stdin: str | None = None, **environment: str) -> Done:
    """Run a command; a fault of the program itself is raised."""
    done = CliRunner().invoke(
        app, [str(word) for word in words], input=stdin, env=environment, prog_name="payergraph", catch_exceptions=False
    )
    return Done(done.exit_code, done.stdout, done.stderr)


def without_versions(text: str) -> str:
    """JSON apart from the version of the graph, which counts how blank nodes are called: servers differ in that."""
    return re.sub(r'"graphVersion": "\w+"', "", text)


def unescaped(markdown: str) -> str:
    """What Markdown shows of a text: without the backslashes that keep its signs from meaning something."""
    return re.sub(r"\\([^\w\s])", r"\1", markdown)
