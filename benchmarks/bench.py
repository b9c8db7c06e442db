"""What `make bench` prints: times measured in one run, each beside the plain way to do the same work.

Medians, warm. Targets stand in DEVELOPERS.md. The ratio says how many times quicker than the plain way we are.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from payergraph.case import read_case
from payergraph.determination import determine
from payergraph.locate import folder
from payergraph.policy import policies
from payergraph.store import load, shipped

# Streamlit puts the folder of the entry first on the path.
sys.path.insert(0, str(folder("explorer")))

CASE = folder("data") / "cases" / "maria.yaml"


def measure(work: Callable[[], object], times: int = 15) -> float:
    """The median in milliseconds, after one run to warm up."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def fresh(code: str) -> float:
    """The median in milliseconds of a line of Python in a process of its own."""
    return measure(lambda: subprocess.run([sys.executable, "-c", code], check=True, capture_output=True), times=5)


def plain_check(policy_ids: list[str]) -> None:
    """The same determinations by plain pyshacl.validate() over rdflib, as its documentation shows it."""
    import pyoxigraph as ox
    import pyshacl
    import rdflib

    from payergraph import shacl

    graph = shipped()
    case = read_case(CASE, graph)
    assert case.indication is not None
    data = rdflib.Graph()
    for quad in shacl.bench(graph).store:
        data.add(tuple(shacl.to_rdflib(term) for term in quad.triple))
    for triple in case.triples(ox.NamedNode(case.indication)):
        data.add(tuple(shacl.to_rdflib(term) for term in triple))
    for policy_id in policy_ids:
        for rule in policies(graph)[policy_id].rules:
            if rule.indication == case.indication and rule.initial is not None:
                leaves = rule.initial.leaves
                shapes = shacl._shapes(tuple(leaves))
                names = [leaf.iri for leaf in leaves]
                pyshacl.validate(data, shacl_graph=shapes, focus_nodes=[case.iri.value], use_shapes=names, inplace=True)


def page_rerun(page: str) -> float:
    """A rerun of an explorer page in milliseconds."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(folder("explorer") / "Explorer.py", default_timeout=60).run()
    if page != "compare.py":
        app.switch_page(f"views/{page}")
    return measure(lambda: app.run(), times=7)


def main() -> None:
    """Measure, and print one table."""
    console = Console()
    graph = shipped()
    case = read_case(CASE, graph)
    drug_policies = [item.id for item in policies(graph).of_drug(case.drug)]
    table = Table("work", "ours, ms", "target, ms", "plain, ms", "plain / ours", box=None)

    def row(work: str, ours: float, target: float, plain: float | None) -> None:
        ratio = f"{plain / ours:.1f}" if plain else ""
        late = "" if ours <= target else "  over target"
        table.add_row(work, f"{ours:.0f}", f"{target:.0f}", f"{plain:.0f}" if plain else "", ratio + late)

    with console.status("import and load"):
        row(
            "import and load the graph",
            fresh("import payergraph; payergraph.graph()"),
            1000,
            fresh(
                "import rdflib, pathlib; g = rdflib.Graph();\n"
                f"for p in pathlib.Path({str(folder('data'))!r}).rglob('*.ttl'): g.parse(p)"
            ),
        )
        row("load the graph, imports done", measure(lambda: load(), times=5), 1000, None)
    with console.status("one case, one policy"):
        row(
            "one case, one policy",
            measure(lambda: determine(case, graph, policy="cigna-ip0243")),
            50,
            measure(lambda: plain_check(["cigna-ip0243"]), times=1),
        )
    with console.status("one case, every policy of the drug"):
        row(
            f"one case, every policy of the drug ({len(drug_policies)})",
            measure(lambda: determine(case, graph, authority="all")),
            250,
            measure(lambda: plain_check(drug_policies), times=1),
        )
    row("read a case file", measure(lambda: read_case(CASE, graph)), 50, None)
    for page in sorted((folder("explorer") / "views").glob("*.py")):
        with console.status(f"page {page.stem}"):
            row(f"rerun of the page {page.stem}", page_rerun(page.name), 300, None)
    console.print(f"graph {graph.version}: {len(graph.store):,} triples")
    console.print(table)


if __name__ == "__main__":
    main()
