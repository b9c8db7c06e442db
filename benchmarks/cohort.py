"""What `make bench-cohort` prints: a population asked of all policies of a drug, beside other ways to ask it.

Everything is measured in one run, each part in a process of its own. Times are of the clock; the time of the
processors stands beside them, for others may work on the machine, and what they take is no cost of ours.

``python benchmarks/cohort.py [SIZE] [--judged CHARTS] [--beside OTHER ...]``
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet
import pyoxigraph as ox
from rich.console import Console
from rich.table import Table

from payergraph import terms
from payergraph.chart.case import Case
from payergraph.chart.options import SEVERITY
from payergraph.choice import Authority, Request
from payergraph.cohorts import run as runs
from payergraph.cohorts.charts import Charts
from payergraph.cohorts.engines import CHARTS, Duck, Engine, Spark
from payergraph.cohorts.facts import UNIT, fact_tables
from payergraph.cohorts.intake import REVIEWS, Taken
from payergraph.cohorts.known import concepts
from payergraph.cohorts.run import Run
from payergraph.cohorts.scope import Asked
from payergraph.cohorts.sources import Source, drawn
from payergraph.criteria import Status
from payergraph.errors import MissingExtra
from payergraph.policies.editions import in_scope
from payergraph.policies.library import policies
from payergraph.store.graph import Graph, LocalGraph, shipped
from payergraph.store.names import names
from payergraph.terms import ID
from payergraph.verdict import shacl
from payergraph.verdict.bench import bench
from payergraph.verdict.leaves import states

#: Of what there is for rheumatoid arthritis, the drug with the most policies in force.
DRUG, USE, DAY = "adalimumab", "rheumatoid-arthritis", date(2026, 11, 30)
SIZE, JUDGED = 20_000, 1_000_000
#: How many charts the others are asked, who take longer.
SHACL, OXIGRAPH, CQL, SPARK = 50, 1_000, 1_000, 200_000
BESIDE = ("pyshacl", "oxigraph", "cql", "spark")


@dataclass(frozen=True)
class Repeated:
    """The charts of a population, so many times over."""

    of: Charts
    times: int

    def told(self) -> list[Any]:
        """As of a source."""
        return ["repeated", str(self.of.folder), self.of.size, self.times]

    def charts(self, into: Path, graph: Graph, day: date) -> Charts:
        """As of a source; nobody reads them, for their facts are there."""
        return replace(self.of, size=self.of.size * self.times)


def asked(graph: LocalGraph) -> Asked:
    """All policies of the drug that are in force."""
    drug = f"{ID}drug/{DRUG}"
    found = tuple(policy.id for policy in in_scope(graph, drug, None, Authority.PRIMARY, DAY))
    return Asked(drug, f"{ID}condition/{USE}", Request.INITIAL, DAY, found)


def begun(into: Path, size: int) -> Run:
    """The run of so many drawn charts in a folder."""
    graph = shipped()
    return Run.begin(drawn(USE, size, 1), asked(graph), graph, into)


def repeated(run: Run, into: Path, times: int) -> Run:
    """A run of the same charts so many times over, under new numbers and ids, whose facts are all there."""
    size = run.charts.size
    own = sorted(run.into.glob("facts/*"))
    names = (*fact_tables(), CHARTS)
    facts = {name: pa.concat_tables([parquet.read_table(part / f"{name}.parquet") for part in own]) for name in names}
    facts = {name: table.sort_by(UNIT) for name, table in facts.items()}
    units = {name: table[UNIT].to_numpy() for name, table in facts.items()}
    found = Run.begin(Repeated(run.charts, times), run.asked, run.graph, into)
    taken = json.dumps(runs._written(Taken()))
    for number, first in enumerate(range(0, size * times, found.at_once)):
        part = into / "facts" / f"{number:05}"
        part.mkdir()
        (part / "taken.json").write_text(taken)
        pieces = list(_pieces(first, min(first + found.at_once, size * times), size))
        for name, table in facts.items():
            of_part = []
            for copy, start, stop in pieces:
                low, high = units[name].searchsorted([start * REVIEWS, stop * REVIEWS])
                of_part.append(_moved(table.slice(low, high - low), copy, size))
            parquet.write_table(pa.concat_tables(of_part), part / f"{name}.parquet", compression="zstd")
    (into / "codes.json").write_bytes((run.into / "codes.json").read_bytes())
    return Run.begin(found.source, run.asked, run.graph, into)


def _pieces(first: int, last: int, size: int) -> Iterator[tuple[int, int, int]]:
    """The charts from a number to before another: of which copy, and which of its charts."""
    while first < last:
        copy, start = divmod(first, size)
        stop = min(size, start + last - first)
        yield copy, start, stop
        first += stop - start


def _moved(table: Any, copy: int, size: int) -> Any:
    place = table.column_names.index(UNIT)
    table = table.set_column(place, UNIT, compute.add(table[UNIT], copy * size * REVIEWS))
    if "id" in table.column_names:
        ids = compute.binary_join_element_wise(table["id"], f"{copy:04}", "-")
        table = table.set_column(table.column_names.index("id"), "id", ids)
    return table


# --- what is measured, each in a process of its own -------------------------------------------------------


def read(folder: Path, size: int, judged: int) -> dict[str, Any]:
    """Reading drawn charts into facts."""
    run = begun(folder / "read", size)
    charts = run.charts.size  # they are drawn and checked before the clock runs
    clock = Clock.started()
    run.take_in()
    found = clock.read()
    run.judge()  # of charts that are all different, for the room that the answers take
    disk = {name: _size(folder / "read" / name) for name in ("tables", "facts", "states", "determinations")}
    times = max(1, judged // size)
    repeated(run, folder / "many", times)
    repeated(run, folder / "some", max(1, min(judged, SPARK) // size))
    return found | {"charts": charts, "disk": disk, "times": times}


def judge(folder: Path, size: int, judged: int) -> dict[str, Any]:
    """Judging facts in DuckDB."""
    return _judged(folder / "many", begun(folder / "read", size), Duck)


def _judged(folder: Path, run: Run, engine: Callable[[Path], Engine]) -> dict[str, Any]:
    """Judging the facts of a folder."""
    run = Run.begin(_source_of(folder, run), run.asked, run.graph, folder)
    for name in ("states", "determinations"):
        for path in (folder / name).glob("*.parquet"):
            path.unlink()
    units = sum(parquet.read_metadata(path).num_rows for path in folder.glob("facts/*/units.parquet"))
    clock, before, first = Clock.started(), _memory(), 0.0

    def told(what: str, done: int, of: int) -> None:
        nonlocal first
        if done and not first:
            first = _memory()

    run.judge(engine(folder), progress=told)
    found = clock.read()
    return found | {
        "units": units,
        "leaves": len(run.leaves),
        "policies": len(run.asked.policies),
        "a lot": first - before,
        "memory": _memory(),
    }


def _source_of(folder: Path, run: Run) -> Source:
    return Repeated(run.charts, json.loads((folder / "run.json").read_text())["charts"][-1])


def _memory() -> float:
    """The most memory that this process had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.parquet"))


@dataclass(frozen=True)
class Clock:
    """Seconds since it was started: of the clock, and of the processors by this process and those it waited for."""

    wall: float
    work: float

    @classmethod
    def started(cls) -> Clock:
        """A clock that runs."""
        return cls(time.perf_counter(), _work())

    def read(self) -> dict[str, Any]:
        """What it shows."""
        return {"wall": time.perf_counter() - self.wall, "work": _work() - self.work}


def _work() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _leaf_by_leaf(folder: Path, size: int, number: int, ask: Callable[[Any, str, Sequence[Any]], object]) -> Any:
    """Asking the first charts one at a time for the states of all criteria, and apart from it reading them."""
    run = begun(folder / "read", size)
    leaves, on = list(run.leaves.values()), bench(run.graph)
    clock = Clock.started()
    cases = [run.case(chart) for chart in run.charts.read(0, min(number, size))]
    reading = clock.read()["work"]
    review = ox.NamedNode(f"{ID}condition/{USE}")

    def one(case: Case) -> None:
        with on.with_case(case.triples(review)):
            ask(on, case.iri.value, leaves)

    one(cases[0])  # what is made once is made
    clock = Clock.started()
    for case in cases:
        one(case)
    return clock.read() | {"charts": len(cases), "reading": reading}


def by_pyshacl(folder: Path, size: int, judged: int) -> dict[str, Any]:
    """The shapes of the criteria, run by pySHACL."""
    return _leaf_by_leaf(
        folder, size, SHACL, lambda on, focus, leaves: shacl.validate(on, focus, leaves, [one.iri for one in leaves])
    )


def by_oxigraph(folder: Path, size: int, judged: int) -> dict[str, Any]:
    """The same as SPARQL for one case at a time, as `payergraph check` does."""
    return _leaf_by_leaf(folder, size, OXIGRAPH, states)


def by_spark(folder: Path, size: int, cores: int) -> dict[str, Any]:
    """Judging facts in Spark on some cores of this machine, its start apart, and what it shuffled; or why not."""
    run = begun(folder / "read", size)
    clock = Clock.started()
    try:
        engine = Spark(cores=cores)
    except MissingExtra as error:
        return {"missing": f"Spark was not asked: {error}"}
    engine.session.sql("SELECT 1").collect()
    start = clock.read()["wall"]
    found = _judged(folder / "some", run, lambda _: engine)
    context = engine.session.sparkContext
    none = context._gateway.new_array(context._gateway.jvm.double, 0)
    stages = context._jsc.sc().statusStore().stageList(None, False, False, none, None)
    shuffled = sum(stages.apply(number).shuffleWriteBytes() for number in range(stages.size()))
    engine.session.stop()
    return found | {"start": start, "shuffled": shuffled}


# --- CQL --------------------------------------------------------------------------------------------------

#: Criteria of policies that CQL is asked too: which, in what form, and which of their parameters has the codes.
CQL_CRITERIA = (
    ("aetna-adalimumab-cpb-0655/ra-age", "age", ""),
    ("aetna-adalimumab-cpb-0655/ra-diagnosis", "diagnosis", "conditions"),
    ("ohio-medicaid-humira-pathway-2023/ra-diagnosis", "diagnosis", "conditions"),
    ("ohio-medicaid-humira-pathway-2023/tb-negative", "screened", "screeningFor"),
    ("minnesota-mhcp-immunomodulators-2018/tier-1-failed", "failed", "therapyGroups"),
    ("bcbsnc-biologic-immunomodulators-2024-tocilizumab/ra-tried", "failed", "therapyGroups"),
    ("aetna-kineret-cpb-0595/ra-rheumatoid-factor-positive", "above", "measured"),
    ("aetna-kineret-cpb-0595/ra-anti-ccp-positive", "above", "measured"),
)


def by_cql(folder: Path, size: int, judged: int) -> dict[str, Any]:
    """Some of the criteria in CQL, by cql-execution in Node, and the same by ours; or why not."""
    here = Path(__file__).parent / "cql"
    if shutil.which("npm") is None:
        return {"missing": "CQL was not asked: Node, 20 or later with npm, is not installed."}
    install = ("npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")
    if subprocess.run(install, cwd=here, check=False, capture_output=True).returncode:
        return {"missing": "CQL was not asked: npm cannot install what benchmarks/cql/package.json names."}
    run = begun(folder / "read", size)
    leaves = {leaf.id: leaf for policy in policies(run.graph).all for leaf in _leaves_of(policy)}
    chosen = {name: leaves[name] for name, _, _ in CQL_CRITERIA}
    charts = list(run.charts.read(0, min(CQL, size)))
    criteria = [_in_cql(chosen[name], form, codes, charts, run) for name, form, codes in CQL_CRITERIA]
    (folder / "criteria.json").write_text(json.dumps({"day": DAY.isoformat(), "criteria": criteria}))
    lines = "\n".join(json.dumps(_bundle(chart)) for chart in charts)
    (folder / "bundles.ndjson").write_text(lines)
    command = ("node", str(here / "run.mjs"), str(folder))
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    theirs = json.loads((folder / "answers.json").read_text())
    ours, seconds, units = _met(run, chosen)
    differ = [name for name in theirs if set(theirs[name]) != ours[name]]
    if differ:
        return {"missing": f"CQL says otherwise than ours of {len(differ)} charts, {differ[0]} the first: no ratio."}
    return said | {"ours": units * len(chosen) / seconds}


def _leaves_of(policy: Any) -> Iterator[Any]:
    for rule in policy.rules:
        for root in (rule.initial, rule.continuation):
            yield from root.leaves if root is not None else ()


def _met(run: Run, leaves: dict[str, Any]) -> tuple[dict[str, set[str]], float, int]:
    """By the id of each chart that is read the criteria that it meets, and the seconds of a processor that it took."""
    parts = [part for lot in run.lots for part in lot]
    engine, query = Duck(), run.query(leaves)
    engine.prepare(query)
    engine.read(parts)
    engine.text(query.states)
    clock = Clock.started()
    found = engine.rows(query.states)
    seconds = clock.read()["work"]
    ids = {}
    for part in parts:
        table = parquet.read_table(part / f"{CHARTS}.parquet")
        ids |= dict(zip(table[UNIT].to_pylist(), table["id"].to_pylist(), strict=True))
    met = {ids[row[UNIT]]: {name for name in leaves if row[name] == Status.MET.rank} for row in found.to_pylist()}
    return met, seconds, len(met)


def _in_cql(leaf: Any, form: str, of: str, charts: Sequence[Any], run: Run) -> dict[str, Any]:
    """What `benchmarks/cql/run.mjs` has to know of a criterion: its form, and its codes as a value set."""
    known, named, given = concepts(run.graph), names(run.graph), leaf.parameters
    found: dict[str, Any] = {"name": leaf.id, "form": form}

    def members(name: str) -> frozenset[str]:
        thing = given[name].value
        return known.of("member", thing) or frozenset((thing,))

    match form:
        case "age":
            return found | {"least": given.count("minimumAge")}
        case "diagnosis":
            least = known.numbers("rank", given["minimumSeverity"].value)[0]
            ranks = {one.word: known.numbers("rank", terms.PG + one.term)[0] for one in SEVERITY.options}
            severe = [name for name, rank in ranks.items() if rank >= least]
            found |= {"severities": severe, "active": given.true("activeDisease")}
        case "screened":
            found |= {"results": ["negative", "treated"]}
        case "above":
            found |= {"times": float(given["aboveTimesUpper"].value)}
    if form == "failed":
        products = {one["product"] for chart in charts for one in chart.get("therapies", ())}
        iris = {name: named.resolve(name, ["Drug", "Product"]) for name in products}
        asked_for = run.asked.drug  # it is no step before itself
        codes = [
            name
            for name, iri in iris.items()
            if any(known.covers(one, iri, surely=True) for one in members(of)) and not known.below(iri, asked_for)
        ]
    else:
        codes = [terms.slug(one) for one in members(of)]
    return found | {"codes": sorted(codes)}


def _bundle(chart: dict[str, Any]) -> dict[str, Any]:
    """A chart as a FHIR bundle of one patient, with the words of the chart as codes."""

    def said(code: str | None) -> Any:
        return {"coding": [{"system": "urn:payergraph", "version": "1", "code": code}]} if code else None

    found: list[dict[str, Any]] = [{"resourceType": "Patient", "id": chart["id"], "birthDate": chart.get("birthDate")}]
    for one in chart.get("diagnoses", ()):
        active = {True: "active", False: "inactive"}.get(one.get("active"))
        row = {"code": said(one["condition"]), "severity": said(one.get("severity")), "clinicalStatus": said(active)}
        found.append({"resourceType": "Condition", **row})
    for one in chart.get("therapies", ()):
        row = {"medicationCodeableConcept": said(one["product"])}
        if one.get("outcome"):
            row["statusReason"] = [said(one["outcome"])]
        found.append({"resourceType": "MedicationStatement", **row})
    for one in chart.get("screenings", ()):
        row = {"code": said(one["for"]), "valueCodeableConcept": said(one["result"])}
        found.append({"resourceType": "Observation", **row, "effectiveDateTime": one.get("date")})
    for one in chart.get("labs", ()):
        row = {"code": said(one["test"]), "valueQuantity": {"value": float(one["value"])}}
        if one.get("upperLimit") is not None:
            row["referenceRange"] = [{"high": {"value": float(one["upperLimit"])}}]
        found.append({"resourceType": "Observation", **row, "effectiveDateTime": one.get("date")})
    for row in found:
        for name in [name for name, value in row.items() if value is None]:
            del row[name]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": row} for row in found]}


# --- what is printed --------------------------------------------------------------------------------------


def _asked(part: str, folder: Path, size: int, number: int) -> dict[str, Any]:
    """What a part of the benchmark finds, in a process of its own."""
    command = (sys.executable, __file__, "--one", part, str(folder), str(size), str(number))
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{part} ended with code {done.returncode}:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Measure, and print a table of what it costs and one of how often quicker it is than what else there is."""
    if sys.argv[1:2] == ["--one"]:
        part, folder, size, number = sys.argv[2:]
        works = {"read": read, "judge": judge, "pyshacl": by_pyshacl, "oxigraph": by_oxigraph}
        works |= {"cql": by_cql, "spark": by_spark}
        print(json.dumps(works[part](Path(folder), int(size), int(number))))
        return
    parser = argparse.ArgumentParser(description="Measure what a population costs.")
    parser.add_argument("size", nargs="?", type=int, default=SIZE, help="how many charts are drawn and read")
    parser.add_argument("--judged", type=int, default=JUDGED, help="how many are judged")
    parser.add_argument("--beside", nargs="*", choices=BESIDE, default=BESIDE, help="what else is asked")
    given = parser.parse_args()
    console = Console(width=120)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with console.status("reading"):
            taken = _asked("read", folder, given.size, given.judged)
        with console.status("judging"):
            found = _asked("judge", folder, given.size, given.judged)
        _costs(console, taken, found)
        _beside(console, folder, given, taken, found)


def _costs(console: Console, taken: dict[str, Any], found: dict[str, Any]) -> None:
    answers = found["units"] * found["policies"]
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    console.print(
        f"{taken['charts']:,} drawn charts were read; these, {taken['times']} times over under new ids, were judged: "
        f"{found['units']:,} under {found['policies']} policies for {DRUG} with {found['leaves']} different criteria. "
        f"{os.cpu_count()} cores; load {load}."
    )
    table = Table("work", "seconds", "of a processor", "a second", "a second of a processor", box=None)
    for work, cost, number in (
        ("reading charts", taken, taken["charts"]),
        ("judging charts x policies", found, answers),
    ):
        a_second = (f"{number / cost[of]:,.0f}" for of in ("wall", "work"))
        table.add_row(work, f"{cost['wall']:.1f}", f"{cost['work']:.1f}", *a_second)
    console.print(table)
    disk = ", ".join(f"{size / taken['charts']:,.0f} of {name}" for name, size in taken["disk"].items())
    console.print(
        f"Memory of judging: {found['memory']:,.0f} MiB at most, {found['a lot']:,.0f} of it for a lot of "
        f"{runs.JUDGED_AT_ONCE:,} charts. Disk a chart that was read, in bytes: {disk}."
    )


def _beside(console: Console, folder: Path, given: Any, taken: dict[str, Any], found: dict[str, Any]) -> None:
    """The ratios: how many times as much ours judges in a second, on the same charts and criteria."""
    ours = found["units"] * found["policies"] / found["wall"]
    alone = found["units"] * found["policies"] / found["work"]
    table = Table("beside", "charts x policies a second", "ours", "ours / theirs", box=None)
    said: list[str] = []
    for part in ("pyshacl", "oxigraph"):
        if part in given.beside:
            with console.status(part):
                other = _asked(part, folder, given.size, given.judged)
            theirs = other["charts"] * found["policies"] / other["work"]
            name = f"{part}, {other['charts']:,} charts, a second of a processor"
            table.add_row(name, f"{theirs:,.0f}", f"{alone:,.0f}", f"{alone / theirs:,.0f}")
            whole = taken["work"] / taken["charts"] + found["work"] / found["units"]
            ratio = (other["work"] + other["reading"]) / other["charts"] / whole
            said.append(f"{part}: from charts as they are written, reading included, the ratio is {ratio:,.1f}.")
    if "cql" in given.beside:
        with console.status("CQL"):
            other = _asked("cql", folder, given.size, given.judged)
        if "missing" in other:
            said.append(other["missing"])
        else:
            name = f"CQL (cql-execution), {other['patients']:,} charts x {other['criteria']} criteria, as above"
            table.add_row(
                name, f"{other['a_second']:,.0f}", f"{other['ours']:,.0f}", f"{other['ours'] / other['a_second']:,.0f}"
            )
            asked_of = ", ".join(criterion for criterion, _, _ in CQL_CRITERIA)
            said.append(f"CQL and ours were asked the same criteria of policies, and said the same: {asked_of}.")
    for cores in (1, 2) if "spark" in given.beside else ():
        with console.status(f"Spark on {cores}"):
            other = _asked("spark", folder, given.size, cores)
        if "missing" in other:
            said.append(other["missing"])
            continue
        theirs = other["units"] * found["policies"] / other["wall"]
        table.add_row(
            f"Spark on {cores} cores, {other['units']:,} charts",
            f"{theirs:,.0f}",
            f"{ours:,.0f}",
            f"{ours / theirs:,.1f}",
        )
        shuffled = other["shuffled"] / other["units"]
        said.append(
            f"Spark on {cores}: {other['start']:.0f} s to start, apart; {shuffled:,.0f} bytes a chart shuffled."
        )
    if given.beside:
        console.print(table)
    for sentence in said:
        console.print(sentence)


if __name__ == "__main__":
    main()
