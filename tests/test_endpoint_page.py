"""The examples of docs/endpoint.md, taken from the page and run against the real server."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from command import HANGS
from endpoint_server import Served, served
from http_client import ask
from playwright.sync_api import Page as Tab
from playwright.sync_api import Route, expect
from served import PATIENCE, chromium

import payergraph
from payergraph.comparison import computed
from payergraph.store.graph import shipped

pytestmark = pytest.mark.xdist_group("serve")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("serve"), "--cors") as found:
        yield found


@pytest.fixture
def page(checkout: Path) -> str:
    return (checkout / "docs" / "endpoint.md").read_text(encoding="utf-8")


def example(page: str, section: str, language: str, server: Served) -> str:
    """The one example in a language under a heading, sent to the server that runs."""
    [text] = re.findall(rf"^## {section}\n(.*?)(?=^## |\Z)", page, flags=re.M | re.S)
    found = re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.M | re.S)
    [code] = [one for one in found if not one.startswith("payergraph serve")]
    assert "127.0.0.1:7878" in code
    return str(code).replace("127.0.0.1:7878", f"127.0.0.1:{server.port}")


def labels(kind: str) -> set[str]:
    return {
        row["label"].value for row in shipped().rows(f"SELECT ?label WHERE {{ ?x a {kind} ; skos:prefLabel ?label }}")
    }


def test_curl(page: str, server: Served) -> None:
    curl, shell = shutil.which("curl"), shutil.which("sh")
    if curl is None or shell is None:
        pytest.skip("there is no curl here")
    code = example(page, "curl", "sh", server)
    result = subprocess.run([shell, "-c", code], capture_output=True, text=True, check=False, timeout=HANGS)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0] == "policy,payer"
    assert "https://w3id.org/payergraph/id/policy/cigna-ip0243,Cigna" in lines


def test_rdflib(page: str, server: Served) -> None:
    assert set(python(example(page, "rdflib", "python", server)).splitlines()) == labels("pg:Payer")


def test_pandas(page: str, server: Served) -> None:
    shown = python(example(page, "pandas", "python", server))
    assert re.search(r"^Cigna +\d+\.0$", shown, flags=re.M), shown


def test_pandas_reads_a_stored_question_without_a_header(page: str, server: Served) -> None:
    [address] = re.findall(r'read_csv\("(http://127[^"]*)"\)', page)
    import pandas

    frame = pandas.read_csv(address.replace("127.0.0.1:7878", f"127.0.0.1:{server.port}"))
    assert len(frame) > 0 and "policy" in frame.columns


def test_the_addresses_of_the_page_answer(page: str, server: Served) -> None:
    text = page.partition("| address |")[2].partition("\n\n")[0]
    found = [path.replace("NAME", "documents") for path in re.findall(r"`(/[^`]*)`", text)]
    assert len(found) == 6
    for path in found:
        path = path.replace("IRI", "https%3A%2F%2Fw3id.org%2Fpayergraph%2Fid%2Fsource%2Fcigna-ip0243")
        assert ask(f"http://127.0.0.1:{server.port}", path).status == 200, path


def test_payergraph(page: str, server: Served) -> None:
    code = example(page, "payergraph itself", "sh", server)
    command = [sys.executable, "-m", *shlex.split(code), "--format", "csv"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANGS)
    assert (result.returncode, result.stderr) == (0, "")
    expected = payergraph.compare(drug="kineret", indication="RA").to_csv()
    assert result.stdout == expected


def python(code: str) -> str:
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=HANGS)
    assert result.returncode == 0, result.stderr
    return result.stdout


class _Page(BaseHTTPRequestHandler):
    """An empty page, of another origin than the endpoint."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Another site</title>")

    def log_message(self, *words: object) -> None:
        pass


@contextmanager
def browser_tab() -> Iterator[tuple[Tab, list[str]]]:
    """A tab of the browser, and the addresses beyond this machine that it asked for, none of which was reached."""
    refused: list[str] = []

    def judge(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            refused.append(route.request.url)
            route.abort()

    with chromium() as browser:
        tab = browser.new_page()
        tab.route(re.compile("^https?:"), judge)
        yield tab, refused


def alone(work: Callable[[], None]) -> None:
    """Run in a thread of its own: the browser of other tests holds the event loop of this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def test_a_page_of_another_site(page: str, server: Served) -> None:
    alone(lambda: page_of_another_site(page, server))


def page_of_another_site(page: str, server: Served) -> None:
    code = example(page, "YASGUI and other pages", "js", server)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as other, browser_tab() as (tab, _):
        threading.Thread(target=other.serve_forever, daemon=True).start()
        tab.goto(f"http://127.0.0.1:{other.server_port}/")
        found = tab.evaluate(f"async () => {{ {code} }}")
        other.shutdown()
    computed.add(shipped())
    union = {(quad.subject, quad.predicate, quad.object) for quad in shipped().store}
    assert int(found) == len(union)


def test_the_editor_answers_and_asks_no_other_site(server: Served) -> None:
    alone(lambda: editor_answers(server))


def editor_answers(server: Served) -> None:
    with browser_tab() as (tab, refused):
        faults: list[str] = []
        tab.on("console", lambda message: faults.append(message.text))
        tab.on("pageerror", lambda error: faults.append(str(error)))
        tab.goto(server.addresses["editor"])
        editor = tab.locator(".cm-content")
        editor.click()
        tab.keyboard.press("Control+a")
        tab.keyboard.insert_text("SELECT ?payer { ?payer a pg:Payer }")
        tab.get_by_role("button", name="Ask").click()
        expect(tab.locator("table tbody tr")).to_have_count(len(labels("pg:Payer")), timeout=PATIENCE)
        tab.get_by_role("link", name="All questions").click()
        tab.get_by_role("link", name="Documents", exact=True).click()
        expect(tab.locator("table tbody tr").nth(10)).to_be_visible(timeout=PATIENCE)
    assert refused == [] and faults == []


def test_the_commands_of_the_page_are_commands(page: str) -> None:
    commands = [line for line in page.splitlines() if line.startswith("payergraph ")]
    assert [line.split(" --")[0] for line in commands] == ["payergraph serve"] * 2 + [
        "payergraph compare",
        "payergraph serve",
    ]
    text = subprocess.run(
        [sys.executable, "-m", "payergraph", "serve", "--help"], capture_output=True, text=True, check=True
    ).stdout
    assert all(option in text for option in ("--cors", "--host", "--allow-host", "--timeout"))
