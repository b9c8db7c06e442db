"""Another server than Oxigraph's holds the graph: Debian's Virtuoso, started on this machine for these tests."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from command import HANGS
from endpoint_server import free_port

from payergraph.chart.case import read_case
from payergraph.errors import EndpointError
from payergraph.locate import folder
from payergraph.present.render import to_json
from payergraph.store import remote as endpoint
from payergraph.store.graph import LocalGraph, load
from payergraph.store.remote import RemoteGraph, fetched
from payergraph.verdict.determination import determine

_SETTINGS = """
[Database]
DatabaseFile = {place}/virtuoso.db
ErrorLogFile = {place}/virtuoso.log
TransactionFile = {place}/virtuoso.trx
LockFile = {place}/virtuoso.lck
xa_persistent_file = {place}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {place}/temporary.db
TransactionFile = {place}/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {place}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
[SPARQL]
ResultSetMaxRows = {rows}
"""


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """How quickly Virtuoso answers beside other tests says nothing about us."""
    monkeypatch.setattr(endpoint, "SECONDS", float(HANGS))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, few_trig: Path) -> Path:
    """The folder of a Virtuoso that has loaded the exported TriG, and was ended."""
    home = tmp_path_factory.mktemp("virtuoso")
    shutil.copyfile(few_trig, home / "payergraph.trig")
    # What an attempt left that ended in a deadlock goes first.
    text = f"file_to_string_output('{home}/payergraph.trig')"
    load_it = f"RDF_GLOBAL_RESET();\nDB.DBA.TTLP({text}, '', 'urn:none', 256);\ncheckpoint;\n"
    with started(home, 1, load_it):
        return home


@contextmanager
def started(home: Path, rows: int, commands: str = "status();\n") -> Iterator[str]:
    """The endpoint of a Virtuoso that gives so many rows at most, once it has run the commands."""
    sql, http = free_port(), free_port()
    (home / "virtuoso.ini").write_text(_SETTINGS.format(place=home, sql=sql, http=http, rows=rows), encoding="utf-8")
    process = subprocess.Popen(["virtuoso-t", "+foreground", "+configfile", home / "virtuoso.ini"], cwd=home)
    try:
        _run_sql(sql, commands, process)
        yield f"http://127.0.0.1:{http}/sparql"
    finally:
        process.terminate()
        process.wait()


def _run_sql(port: int, commands: str, process: subprocess.Popen[bytes]) -> None:
    """Run commands as soon as the server takes them."""
    until = time.monotonic() + HANGS
    while time.monotonic() < until:
        assert process.poll() is None, "virtuoso-t does not start"
        done = subprocess.run(
            ["isql-vt", f"127.0.0.1:{port}", "dba", "dba", "ERRORS=STDOUT"],
            input=commands,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0 and "Error" not in done.stdout:
            return
        time.sleep(0.2)
    raise AssertionError(done.stdout + done.stderr)


def test_it_gives_back_every_fact_and_cases_are_judged_as_on_the_graph_that_it_holds(place: Path, few: Path) -> None:
    here = load(few)
    with started(place, 1_000_000) as url:
        there = fetched(url)
    assert len(there.store) == len(here.store)
    for name in ("maria", "two-adalimumab-products", "little-on-record"):
        assert judged(name, there) == judged(name, here)


def judged(name: str, graph: LocalGraph) -> dict[str, Any]:
    case = read_case(folder("data") / "cases" / f"{name}.yaml", graph)
    answers = determine(case, graph, authority="all")
    assert answers
    return to_json(case, answers, "")


def test_a_server_that_gives_fewer_rows_than_there_are_is_refused(place: Path) -> None:
    with started(place, 10_000) as url, pytest.raises(EndpointError, match=r"gives 10,000 of its \d+,\d\d\d facts"):
        _ = RemoteGraph(url).local
