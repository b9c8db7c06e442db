"""What a visitor of the explorer meets, alone and among twenty: ``python benchmarks/visitors.py``.

A browser measures each page as the Web Vitals do: when something and when the largest text is painted, and how much of
the page moves. Twenty sessions ask for page after page without a browser, as its script does, over the same socket.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from growth import quantiles
from playwright.sync_api import Browser
from rich.console import Console
from rich.table import Table
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from payergraph.policies.library import policies
from payergraph.store.graph import shipped

#: Sessions at once, how many pages each asks for, and seconds that its visitor looks at one.
SESSIONS, ASKED, LOOKS = 20, 10, 3.0

#: The pages that are measured, each as somebody opens it.
PAGES = {
    "": "",
    "compare": "?drug=anakinra&indication=rheumatoid-arthritis",
    "order": "?drug=anakinra&indication=rheumatoid-arthritis",
    "map": "?drug=adalimumab",
    "disagreements": "",
    "check": "",
    "cohort": "",
    "denied": "?drug=canakinumab&payer=cigna&state=NC&funding=insured&denied=2026-10-30",
    "sparql": "",
    "thing": "?thing=policy/cigna-ip0243",
    "search": "?q=cigna+humira",
    "about": "",
}

#: What every page of Streamlit costs: one of a line.
_PLAIN = "import streamlit\nstreamlit.html('<p class=pg-footer>One line</p>')"

# Everything that moved without being asked to, and what was painted when, in milliseconds after the address was asked
# for. Movements that follow each other within a second, five seconds at most, are one; the largest counts.
_VITALS = """() => new Promise(done => {
  const paints = {}, shifts = [];
  new PerformanceObserver(list => list.getEntries().forEach(one => { paints.largest = one.startTime; }))
    .observe({type: 'largest-contentful-paint', buffered: true});
  new PerformanceObserver(list => list.getEntries().forEach(one => { paints[one.name] = one.startTime; }))
    .observe({type: 'paint', buffered: true});
  new PerformanceObserver(list => list.getEntries().forEach(one => { if (!one.hadRecentInput) shifts.push(one); }))
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => {
    let worst = 0, sum = 0, first = 0, last = -1e9;
    for (const one of shifts) {
      if (one.startTime - last > 1000 || one.startTime - first > 5000) { sum = 0; first = one.startTime; }
      sum += one.value; last = one.startTime; worst = Math.max(worst, sum);
    }
    done([paints['first-contentful-paint'], paints.largest, worst]);
  }, 200);
})"""


@dataclass(frozen=True)
class Vitals:
    """What a visitor sees of one page: milliseconds to the first and the largest paint, and the layout shift."""

    first: float
    largest: float
    shift: float


def vitals(address: str, browser: Browser, width: int, times: int = 3) -> Vitals:
    """The medians of a page, each time for a browser that has nothing of it."""
    seen = []
    for _ in range(times):
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        page.goto(address)
        page.locator("[data-testid=stApp][data-test-script-state=notRunning] .pg-footer").first.wait_for()
        page.locator("[data-testid=stSkeleton]").first.wait_for(state="detached")
        seen.append(page.evaluate(_VITALS))
        context.close()
    return Vitals(*(statistics.median(values) for values in zip(*seen, strict=True)))


@dataclass(frozen=True)
class Busy:
    """What many sessions at once met: milliseconds of each rerun, and the memory of the server in MiB."""

    times: list[float]
    memory: float

    def __str__(self) -> str:
        p50, p95 = quantiles(self.times)
        return f"{len(self.times)} pages, p50 {p50:.0f} ms, p95 {p95:.0f} ms, the server in {self.memory:,.0f} MiB"


def busy(address: str, process: int, sessions: int = SESSIONS) -> Busy:
    """Let sessions ask for pages, each after its visitor has looked at the one before."""
    times: list[float] = []
    drugs = sorted({drug.rpartition("/")[2] for policy in policies(shipped()).all for drug in policy.drugs})
    asyncio.run(_visitors(urlsplit(address).netloc, drugs, sessions, times))
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return Busy(times, next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024)


async def _visitors(place: str, drugs: list[str], sessions: int, times: list[float]) -> None:
    await asyncio.gather(*(_visitor(place, drugs, number, sessions, times) for number in range(sessions)))


async def _visitor(place: str, drugs: list[str], number: int, sessions: int, times: list[float]) -> None:
    """One visitor: a page with this drug, one with the next, and so on, from another page on than the others."""
    await asyncio.sleep(LOOKS * number / sessions)
    address = f"ws://{place}/_stcore/stream"
    origin = f"http://{place}"
    pages = islice(cycle(["compare", "map", "check", "order", "denied", "thing"]), number, number + ASKED)
    async with connect(address, origin=origin, subprotocols=["streamlit"], max_size=None) as socket:
        for turn, page in enumerate(pages):
            drug = drugs[(number + turn) % len(drugs)]
            query = f"thing=drug/{drug}" if page == "thing" else f"drug={drug}"
            started = time.perf_counter()
            await _asked(socket, page, query)
            times.append((time.perf_counter() - started) * 1000)
            await asyncio.sleep(LOOKS)


async def _asked(socket: ClientConnection, page: str, query: str) -> None:
    """Ask for a page and wait until it is drawn."""
    asking = BackMsg()
    asking.rerun_script.page_name = page
    asking.rerun_script.query_string = query
    await socket.send(asking.SerializeToString())
    async for message in socket:
        told = ForwardMsg.FromString(message if isinstance(message, bytes) else message.encode())
        if told.WhichOneof("type") == "script_finished" and told.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            return


def measured(console: Console) -> None:
    """Print what a visitor meets."""
    from served import chromium, served

    table = Table("page", "width", "first paint, ms", "largest paint, ms", "layout shift", box=None)
    with TemporaryDirectory() as own, chromium() as browser:
        script = Path(own) / "plain.py"
        script.write_text(_PLAIN)
        with served(("-m", "streamlit", "run", str(script), "--server.headless=true", "--server.port")) as plain:
            found = vitals(plain.address, browser, 1280)
            table.add_row(
                "a page of one line", "1280", f"{found.first:.0f}", f"{found.largest:.0f}", f"{found.shift:.3f}"
            )
    with served() as explorer:
        with chromium() as browser, console.status("pages in a browser"):
            for page, query in PAGES.items():
                for width in (1280, 390):
                    _row(table, page, width, vitals(f"{explorer.address}/{page}{query}", browser, width))
        console.print(table)
        with console.status("many sessions"):
            found = busy(explorer.address, explorer.process.pid)
        console.print(f"The explorer, {SESSIONS} sessions, each looking {LOOKS:g} s at a page: {found}")


def _row(table: Table, page: str, width: int, found: Vitals) -> None:
    late = "  over 1,500" if found.first > 1_500 else ""
    moved = "  over 0.1" if found.shift > 0.1 else ""
    words = (f"{found.first:.0f}{late}", f"{found.largest:.0f}", f"{found.shift:.3f}{moved}")
    table.add_row(page or "the first page", str(width), *words)


if __name__ == "__main__":
    import sys

    from payergraph.locate import folder

    sys.path[:0] = [str(folder("explorer")), str(Path(__file__).resolve().parents[1] / "tests" / "explorer")]
    measured(Console())
