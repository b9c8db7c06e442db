"""Another server than Oxigraph's holds the graph: Debian's Virtuoso, started on this machine for these tests."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from command import run, without_versions
from endpoint_server import free_port

from payergraph.endpoint import EndpointError, RemoteGraph, fetched
from payergraph.export import export
from payergraph.locate import folder
from payergraph.store import load, shipped

pytestmark = pytest.mark.xdist_group("virtuoso")

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


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the exported TriG."""
    found = tmp_path_factory.mktemp("virtuoso")
    export(shipped(), found / "data", ["trig"])
    return found


def started(place: Path, rows: int) -> Iterator[str]:
    """The endpoint of a Virtuoso that has loaded the TriG and gives so many rows at most."""
    home = place / f"rows-{rows}"
    home.mkdir()
    shutil.copy(place / "data" / "payergraph.trig", home)
    sql, http = free_port(), free_port()
    (home / "virtuoso.ini").write_text(_SETTINGS.format(place=home, sql=sql, http=http, rows=rows), encoding="utf-8")
    process = subprocess.Popen(["virtuoso-t", "+foreground", "+configfile", home / "virtuoso.ini"], cwd=home)
    try:
        commands = f"DB.DBA.TTLP(file_to_string_output('{home}/payergraph.trig'), '', 'urn:none', 256);\ncheckpoint;\n"
        _run_sql(sql, commands, process)
        yield f"http://127.0.0.1:{http}/sparql"
    finally:
        process.kill()
        process.wait()


def _run_sql(port: int, commands: str, process: subprocess.Popen[bytes]) -> None:
    """Run commands as soon as the server takes them."""
    for _ in range(300):
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


@pytest.fixture(scope="module")
def virtuoso(place: Path) -> Iterator[str]:
    yield from started(place, 1_000_000)


def test_it_gives_back_every_fact(virtuoso: str) -> None:
    assert len(fetched(virtuoso).store) == len(load().store)


def test_cases_are_judged_as_on_the_shipped_graph(virtuoso: str) -> None:
    call = ["check", folder("data") / "cases", "--authority", "all", "--format", "json"]
    there, here = run(*call, "--endpoint", virtuoso), run(*call)
    assert (there.returncode, there.stderr) == (0, "")
    assert without_versions(there.stdout) == without_versions(here.stdout) != ""


def test_a_server_that_gives_fewer_rows_than_there_are_is_refused(place: Path) -> None:
    for endpoint in started(place, 10_000):
        with pytest.raises(EndpointError, match=r"gives 10,000 of its \d\d,\d\d\d facts"):
            _ = RemoteGraph(endpoint).local
