"""docs/security.md says the numbers that the code has, and names options that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from command import run

from payergraph.chart import text as case
from payergraph.sparql import guard, sandbox, server
from payergraph.sparql.web import asked, connection, desk, sent

_MIB, _GIB = 1024**2, 1024**3


@pytest.fixture
def page(checkout: Path) -> str:
    return " ".join((checkout / "docs" / "security.md").read_text(encoding="utf-8").split())


@pytest.mark.parametrize(
    "said",
    [
        f"| its text | {guard.QUERY_BYTES:,} bytes; {asked.BODY_BYTES:,} of a posted body; {server._HEAD_BYTES:,} of",
        f"| memory | {sandbox._MEMORY // _GIB} GiB",
        f"| rows or triples of its answer | {desk.ROWS:,} |",
        f"| {desk.ANSWER_BYTES // _MIB} MiB; of all answers that wait to be taken, {desk.ALL_BYTES // _GIB} GiB",
        f"| queries that wait | {desk.WAITING}, for {desk.PATIENCE:g} seconds each",
        f"| connections | {connection.CONNECTIONS};",
        f"| time to send a request | {connection.SECONDS_TO_ASK:g} seconds |",
        f"| {connection.SECONDS_STUCK:g} seconds; {sent.SECONDS_TO_TAKE:g} for a whole answer |",
        f"| a case | {case.MAX_BYTES:,} bytes, {case.MAX_VALUES:,} keys and values, {case._MAX_DEPTH} levels, "
        f"{case.MAX_LENGTH:,} characters",
        f"| a query | {guard.QUERY_BYTES:,} bytes, {sandbox.SECONDS:g} seconds, {sandbox._MEMORY // _GIB} GiB, "
        f"{sandbox.ROWS:,} rows |",
    ],
)
def test_a_limit_is_as_the_page_says(said: str, page: str) -> None:
    assert said in page


def test_the_options_of_the_page_are_options(page: str) -> None:
    helps = {command: run(command, "--help", COLUMNS="200").stdout for command in ("serve", "explore", "check")}
    for command, options in re.findall(r"`payergraph (serve|explore)([^`]*)`", page):
        for option in re.findall(r"--[a-z][a-z-]+", options):
            assert option in helps[command]
    for option in set(re.findall(r"--[a-z][a-z-]+", page)):
        assert any(option in text for text in helps.values()), option
