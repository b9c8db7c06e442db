"""What `make bench` prints: times measured in one run, each beside the plain way to do the same work.

Medians, warm. Targets stand in DEVELOPERS.md. The ratio says how many times quicker than the plain way we are.
"""

from __future__ import annotations

import logging
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from growth import asked, grown, quantiles
from load import CLIENTS, SECONDS
from load import measured as loaded
from order import measured
from rich.console import Console
from rich.table import Table
from visitors import measured as visitors

from payergraph import terms
from payergraph.chart.case import read_case
from payergraph.comparison import computed
from payergraph.locate import folder
from payergraph.policies.library import policies
from payergraph.store.graph import load, shipped
from payergraph.verdict.determination import determine

# Streamlit puts the folder of the entry first on the path; the tests know how to serve and to look.
sys.path[:0] = [str(folder("explorer")), str(Path(__file__).resolve().parents[1] / "tests" / "explorer")]

CASE = folder("data") / "cases" / "maria.yaml"

#: Pages that are measured with each drug; and what the address of another says, where it shows little without.
OF_A_DRUG = ("compare", "map", "order", "disagreements", "denied")
ADDRESSES = {
    "search": {"q": "cigna"},
    "thing": {"thing": "drug/anakinra"},
    "sparql": {"question": "exclusions"},
}


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

    from payergraph.verdict import shacl
    from payergraph.verdict.bench import bench

    graph = shipped()
    case = read_case(CASE, graph)
    assert case.indication is not None
    data = rdflib.Graph()
    for quad in bench(graph).store:
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


def page_rerun(page: str) -> list[float]:
    """Reruns of an explorer page in milliseconds: of one about a drug, with each drug."""
    from streamlit import config
    from streamlit.testing.v1 import AppTest

    # The explorer sets both, in a file that a test does not read.
    config.set_option("browser.gatherUsageStats", False)
    config.set_option("runner.magicEnabled", False)
    # It warns that there is no server.
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").disabled = True
    app = AppTest.from_file(folder("explorer") / "Explorer.py", default_timeout=600).run()
    if page != "home":
        app.switch_page(f"views/{page}.py")
    drugs = sorted({terms.slug(drug) for policy in policies(shipped()).all for drug in policy.drugs})
    addresses = [{"drug": drug} for drug in drugs] if page in OF_A_DRUG else [ADDRESSES.get(page, {})] * 7
    times = []
    for address in addresses:
        app.query_params.clear()
        app.query_params.update(address)
        app.run()
        start = time.perf_counter()
        app.run()
        times.append((time.perf_counter() - start) * 1000)
    return times


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
            5,
            measure(lambda: plain_check(["cigna-ip0243"]), times=1),
        )
    with console.status("one case, every policy of the drug"):
        row(
            f"one case, every policy of the drug ({len(drug_policies)})",
            measure(lambda: determine(case, graph, authority="all")),
            60,
            measure(lambda: plain_check(drug_policies), times=1),
        )
    with console.status("stored questions"):
        large, _ = grown(2, most=78_200)  # with what follows from the facts, just above 100,000 triples
        computed.add(large)
        slowest = sorted((p95, name) for name, (_, p95) in asked(large, computed=True, runs=20).items())
        at = f"p95 at {len(large.store):,} triples"
        row(f"the slowest stored question, {slowest[-1][1]}, {at}", slowest[-1][0], 100, None)
        row(f"the median stored question, {at}", slowest[len(slowest) // 2][0], 100, None)
    with console.status("order of strictness"):
        rules, cold, cached = measured(load())
        row(f"the order of {rules} rules, cold", cold * 1000, 10_000, None)
        row(f"the order of {rules} rules, cached", cached * 1000, 200, None)
    row("read a case file", measure(lambda: read_case(CASE, graph)), 50, None)
    for page in sorted((folder("explorer") / "views").glob("*.py")):
        with console.status(f"page {page.stem}"):
            name = f"rerun of the page {page.stem}, p95{' of all drugs' if page.stem in OF_A_DRUG else ''}"
            row(name, quantiles(page_rerun(page.stem))[1], 120 if page.stem == "check" else 300, None)
    console.print(f"graph {graph.version}: {len(graph.store):,} triples")
    console.print(table)
    with console.status("many clients of the endpoint"):
        console.print(f"The endpoint, {CLIENTS} clients for {SECONDS:g} seconds: {loaded()}")
    from served import CHROMIUM

    if CHROMIUM:
        visitors(console)
    else:
        console.print("What a visitor meets is not measured: there is no Chromium.")


if __name__ == "__main__":
    main()
