"""What `make bench-growth` prints: loading, memory and the stored questions on graphs of 1 to 500 times the size.

A copy of all policies, labels, guides and regulators is the real thing under other names: new documents, payers, plans
and drugs, with the same shapes and the same share of each kind of fact. Concepts that documents share, such as
conditions, tests and units, stay one. Above ten times conflicts and measures are left out, and a question that takes
long runs fewer times. rdflib answers the same questions up to ten times the size, and each for ten seconds at most.
The work of a question is how many rows go through all steps of its plan: on ten times the graph it should be ten times
as much, whatever the machine is.

``python benchmarks/growth.py 1 10`` takes other sizes. Each runs in a process of its own, so that its memory is known.
"""

from __future__ import annotations

import json
import multiprocessing
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
from rich.console import Console
from rich.table import Table

from payergraph import terms
from payergraph.comparison.computed import add
from payergraph.sparql.questions import Question, library
from payergraph.store.graph import LocalGraph, load
from payergraph.store.rules import derive

SIZES = (1, 10, 100, 500)
#: Sizes that rdflib is asked for, and the seconds that one question may take it.
PLAIN_SIZES, PLAIN_SECONDS = (1, 10), 10
#: How often a question is asked, and after how many seconds no more.
RUNS, ENOUGH = 9, 6.0
#: Conflicts and measures are worked out up to this size only; above it takes minutes.
COMPUTED = 10

# What documents describe, and gets a name of its own in each copy: a fact in two documents would count as two.
_OWN = (
    *("source", "spans", "policy", "rule", "criterion", "set", "group", "exclusion", "statement", "section", "step"),
    *("payer", "plan", "label", "regulator", "publication"),
)
_DRUGS = ("anakinra", "canakinumab", "rilonacept")
_NAMING = frozenset(terms.SKOS + name for name in ("prefLabel", "altLabel", "notation"))
_OF_DOCUMENTS = rf"<{re.escape(terms.ID)}((?:{'|'.join(_OWN)})/(?!concepts>)[^/>]+"
_RENAMED = re.compile(rf"{_OF_DOCUMENTS}|drug/(?:{'|'.join(_DRUGS)}))".encode())
_RENAMED_BUT_DRUGS = re.compile(rf"{_OF_DOCUMENTS})".encode())


def copies(graph: LocalGraph, times: int, same_drugs: bool = False) -> Iterator[bytes]:
    """N-Quads of the facts: the graph as it is, then each further copy of what is not shared.

    Args:
        same_drugs: whether the further documents are about the same drugs.
    """
    renamed = _RENAMED_BUT_DRUGS if same_drugs else _RENAMED
    shared = {ox.NamedNode(terms.CONCEPTS), ox.NamedNode(terms.ONTOLOGY)}
    computed = {ox.NamedNode(terms.DERIVED)}
    facts = [quad for quad in graph.store if quad.graph_name not in computed]
    yield ox.serialize(facts, format=ox.RdfFormat.N_QUADS) or b""
    own = [quad for quad in facts if quad.graph_name not in shared or renamed.match(str(quad.subject).encode())]
    # A copy of a drug has no synonym and no code of the drug, and a label of its own.
    own = [quad for quad in own if quad.graph_name not in shared or quad.predicate.value not in _NAMING]
    text = ox.serialize(own, format=ox.RdfFormat.N_QUADS) or b""
    for number in range(2, times + 1):
        suffix = f"-x{number}".encode()
        copy = renamed.sub(lambda found, suffix=suffix: found[0] + suffix, text)
        yield copy.replace(b"_:", b"_:x%d" % number)
        for drug in () if same_drugs else _DRUGS:
            subject, label = f"<{terms.ID}drug/{drug}-x{number}>", f'"{drug} {number}"@en'
            yield f"{subject} <{terms.SKOS}prefLabel> {label} <{terms.CONCEPTS}> .\n".encode()


def grown(times: int, most: int | None = None, same_drugs: bool = False) -> tuple[LocalGraph, float]:
    """A graph of so many copies, of at most so many facts, and the seconds that loading it took."""
    graph = load()
    texts = copies(graph, times, same_drugs)
    store, taken = ox.Store(), 0.0
    for text in texts:
        if most is not None:
            text = b"".join(text.splitlines(keepends=True)[: most - len(store)])
        began = time.perf_counter()
        store.bulk_load(text, ox.RdfFormat.N_QUADS)
        taken += time.perf_counter() - began
    began = time.perf_counter()
    derive(store)
    taken += time.perf_counter() - began
    return LocalGraph(store, f"x{times}"), taken


def quantiles(times: list[float]) -> tuple[float, float]:
    """The p50 and the p95 of some times."""
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]


def asked(graph: LocalGraph, *, computed: bool, runs: int = RUNS) -> dict[str, tuple[float, float]]:
    """The p50 and the p95 of each stored question in milliseconds of processor time, warm.

    Args:
        computed: whether conflicts and measures are in the graph.
    """
    answers = {}
    for question in library():
        if question.needs and not computed:
            continue
        query = f"{question.filled(graph, {})}\nLIMIT 10001"
        taken: list[float] = []
        while not taken or (len(taken) <= runs and sum(taken) < ENOUGH * 1000):
            began = time.thread_time()  # what others do on the machine does not count
            graph.rows(query)
            taken.append((time.thread_time() - began) * 1000)
        answers[question.name] = quantiles(taken[1:] or taken)  # the first warms up
    return answers


def work(times: int) -> dict[str, int]:
    """How many rows go through the steps of each question's plan, as the Oxigraph server's program counts them."""
    sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
    from oxigraph_server import find_program

    graph, _ = grown(times)
    add(graph)
    program, counts = find_program(), {}
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        facts, query, plan = place / "facts.nq", place / "query.rq", place / "plan.json"
        graph.store.dump(str(facts), format=ox.RdfFormat.N_QUADS)
        location = ("--location", str(place / "store"))
        subprocess.run([program, "load", *location, "--file", str(facts)], check=True, capture_output=True)
        asking = (program, "query", *location, "--union-default-graph", "--query-file", str(query))
        told = ("--results-file", str(place / "rows.csv"), "--stats", "--explain-file", str(plan))
        for question in library():
            query.write_text(question.filled(graph, {}), encoding="utf-8")
            subprocess.run([*asking, *told], check=True, capture_output=True)
            counts[question.name] = _rows(json.loads(plan.read_text(encoding="utf-8"))["plan"])
    return counts


def _rows(step: dict) -> int:
    return step["number of results"] + sum(_rows(child) for child in step.get("children", ()))


def ours(times: int) -> dict[str, object]:
    """Loading, memory and questions of one size."""
    graph, loaded = grown(times)
    computed = times <= COMPUTED
    computing = time.perf_counter()
    if computed:
        add(graph)
    computing = time.perf_counter() - computing
    answers = asked(graph, computed=computed)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "triples": len(graph.store),
        "load": loaded,
        "computing": computing if computed else None,
        "memory": memory,
        "questions": answers,
    }


def plain(times: int) -> dict[str, object]:
    """The same questions by rdflib's own store; None where one took too long."""
    import rdflib

    graph, _ = grown(times)
    add(graph)
    began = time.perf_counter()
    union = rdflib.Graph()
    union.parse(data=b"".join(b"%s .\n" % str(quad.triple).encode() for quad in graph.store), format="nt")
    loaded = time.perf_counter() - began
    answers: dict[str, float | None] = {}
    for question in library():
        answers[question.name] = _bounded(union, question, question.filled(graph, {}))
    return {"load": loaded, "questions": answers}


def _bounded(union: object, question: Question, query: str) -> float | None:
    """Milliseconds, in a fork that is killed when time is up; a query of rdflib cannot be stopped from within."""
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)

    def work() -> None:
        began = time.perf_counter()
        for _ in union.query(query):  # type: ignore[attr-defined]
            pass
        sender.send((time.perf_counter() - began) * 1000)

    process = fork.Process(target=work)
    process.start()
    found = receiver.recv() if receiver.poll(PLAIN_SECONDS) else None
    process.kill()
    process.join()
    return found


def main() -> None:
    """Run each size in a process of its own, and print one table."""
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps({"ours": ours, "plain": plain, "work": work}[sys.argv[2]](int(sys.argv[3]))))
        return
    sizes = [int(text) for text in sys.argv[1:]] or list(SIZES)
    console = Console(width=200)
    results: dict[tuple[str, int], dict] = {}
    few = [size for size in sizes if size in PLAIN_SIZES]
    runs = [("ours", size) for size in sizes] + [(kind, size) for kind in ("plain", "work") for size in few]
    for kind, size in runs:
        with console.status(f"{kind}, {size} times"):
            command = [sys.executable, __file__, "--one", kind, str(size)]
            done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode == 0:
            results[kind, size] = json.loads(done.stdout)
        else:
            console.print(f"{kind}, {size} times: ended with code {done.returncode}")
    sizes = [size for size in sizes if ("ours", size) in results]
    head = Table("size", "triples", "load, s", "conflicts and measures, s", "memory, MiB", "rdflib load, s", box=None)
    for size in sizes:
        found, other = results["ours", size], results.get(("plain", size))
        computing = f"{found['computing']:.1f}" if found["computing"] is not None else ""
        head.add_row(
            f"{size}x",
            f"{found['triples']:,}",
            f"{found['load']:.1f}",
            computing,
            f"{found['memory']:,.0f}",
            f"{other['load']:.1f}" if other else "",
        )
    console.print(head)
    table = Table("question, ms", *(f"{size}x p50 / p95" for size in sizes), box=None)
    for size in sizes:
        if ("plain", size) in results:
            table.add_column(f"rdflib {size}x")
    worked = [results["work", size] for size in PLAIN_SIZES if ("work", size) in results]
    if len(worked) == len(PLAIN_SIZES):
        table.add_column(f"work at {PLAIN_SIZES[1]}x / {PLAIN_SIZES[0]}x")
    for question in library():
        cells = [results["ours", size]["questions"].get(question.name) for size in sizes]
        row = [f"{cell[0]:.1f} / {cell[1]:.1f}" if cell else "" for cell in cells]
        for size in sizes:
            if ("plain", size) in results:
                slow = results["plain", size]["questions"][question.name]
                row.append(f"{slow:,.0f}" if slow is not None else f"over {PLAIN_SECONDS:,} s")
        if len(worked) == len(PLAIN_SIZES):
            row.append(f"{worked[1][question.name] / worked[0][question.name]:.1f}")
        table.add_row(question.name, *row)
    console.print(table)


if __name__ == "__main__":
    main()
