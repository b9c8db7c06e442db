"""The SHACL bundle: plain pySHACL with the page's code answers as `check` does, and no run passes for want of facts."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import rdflib
from command import HANGS, run
from rdflib.namespace import RDF, SH

from payergraph import terms
from payergraph.chart.case import parse_case, read_case
from payergraph.policies.library import policies
from payergraph.present.export import bundle, export
from payergraph.store.graph import load, shipped
from payergraph.verdict.answers import Determination
from payergraph.verdict.determination import determine

pytestmark = pytest.mark.xdist_group("export")

PG = rdflib.Namespace(terms.PG)
CASES = Path(__file__).resolve().parents[2] / "data" / "cases"
CHART = rdflib.Namespace("https://w3id.org/payergraph/shapes/chart#")

#: Cases and policies, with the outcomes that `check` has for them.
PAIRS = {
    ("going-on-with-kineret", "molina-kineret"): {"met"},
    ("only-a-sample", "medica-kineret"): {"not-met"},
    ("little-on-record", "minnesota-mhcp-immunomodulators-anakinra-2018"): {"not-documented"},
    ("dira-by-a-sign", "texas-medicaid-cytokine-cam-anakinra-2021-05-04"): {"unknown"},
}


@pytest.fixture(scope="session")
def answers(checkout: Path) -> Callable[[Path, str, Path], dict[str, str]]:
    """The function of the page, as it stands there."""
    [code] = re.findall(r"```python\n(.*?)```", page(checkout), flags=re.S)
    assert "payergraph" not in re.sub(r"w3id[.]org/payergraph|payergraph-data", "", code), (
        "the page needs no payergraph"
    )
    found: dict[str, Any] = {}
    exec(code[: code.index("\nfor rule, answer")], found)
    function: Callable[[Path, str, Path], dict[str, str]] = found["answers"]
    return function


def page(checkout: Path) -> str:
    return (checkout / "docs" / "validate-elsewhere.md").read_text(encoding="utf-8")


def determined(case: str, policy: str) -> list[Determination]:
    return determine(read_case(CASES / f"{case}.yaml", shipped()), shipped(), policy=policy)


def charted(case: str, place: Path) -> Path:
    """The chart that the command writes."""
    done = run("case", CASES / f"{case}.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    (place / "chart.ttl").write_text(done.stdout, encoding="utf-8")
    return place / "chart.ttl"


# --- the same answer ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("case", "policy"), PAIRS)
def test_the_code_of_the_page_answers_as_check_does(
    case: str, policy: str, exported: Path, answers: Callable[[Path, str, Path], dict[str, str]], tmp_path: Path
) -> None:
    found = answers(exported, policy, charted(case, tmp_path))
    expected = {item.rule.iri: item.outcome for item in determined(case, policy) if item.rule is not None}
    assert set(expected.values()) == PAIRS[case, policy]
    # What is not shown decides nothing for plain SHACL: the page says so.
    words = {"unknown": "not documented"}
    assert {rule: found[rule] for rule in expected} == {
        rule: words.get(outcome, outcome.replace("-", " ")) for rule, outcome in expected.items()
    }


def test_the_pairs_show_every_answer() -> None:
    assert set().union(*PAIRS.values()) == {"met", "not-met", "not-documented", "unknown"}


def test_the_page_runs_as_it_stands(exported: Path, checkout: Path, tmp_path: Path) -> None:
    shutil.copytree(exported / "shacl", tmp_path / "payergraph-data" / "shacl")
    charted("maria", tmp_path)
    [code] = re.findall(r"```python\n(.*?)```", page(checkout), flags=re.S)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=HANGS
    )
    assert (done.returncode, done.stderr) == (0, "")
    told = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert {rule for rule, answer in told.items() if answer == "met"} == {
        "cigna-ip0243/ra-employer-group",
        "cigna-ip0243/ra-individual-and-family",
    }
    assert set(told.values()) == {"met", "not met"} and len(told) == 6


def test_every_policy_has_its_file_with_every_criterion_and_a_target_on_each_root(exported: Path) -> None:
    files = {path.stem for path in (exported / "shacl" / "policies").iterdir()}
    assert files == {item.id for item in policies(shipped()).all}
    for item in policies(shipped()).all:
        shapes = rdflib.Graph().parse(exported / "shacl" / "policies" / f"{item.id}.ttl")
        roots = {root for rule in item.rules for root in (rule.initial, rule.continuation) if root is not None}
        assert {str(one) for one in shapes.subjects(SH.targetClass, PG.Case)} == {root.iri for root in roots}
        for node in (node for root in roots for node in root.walk()):
            iri = rdflib.URIRef(node.iri)
            assert (iri, RDF.type, PG[node.kind]) in shapes
            assert {name for name in node.parameters if (iri, PG[name], None) in shapes} == set(node.parameters)


# --- no run conforms for want of facts --------------------------------------------------------------------------------


def conforms(shapes: list[Path | str], data: list[Path | str]) -> tuple[bool, str]:
    graphs = []
    for sources in (shapes, data):
        graphs.append(rdflib.Graph())
        for source in sources:
            if isinstance(source, Path):
                graphs[-1].parse(source, format="turtle")
            else:
                graphs[-1].parse(data=source, format="turtle")
    met, _, text = pyshacl.validate(graphs[1], shacl_graph=graphs[0])
    return met, text


@pytest.fixture(scope="session")
def small(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The parts of a run that conforms: a policy that asks for the use alone, and a case that asks for it."""
    files = {path.stem: path.read_text(encoding="utf-8") for path in (exported / "shacl").glob("*.ttl")}
    files["chart"] = charted("maria", tmp_path_factory.mktemp("chart")).read_text(encoding="utf-8")
    guard = (exported / "shacl" / "policies" / "cigna-ip0243.ttl").read_text(encoding="utf-8")
    prefixes, own = guard[: guard.index("\n\n")], guard[guard.index("<https://w3id.org/payergraph/shapes/components") :]
    files["policy"] = f"""{prefixes}
        <https://example.org/root> a sh:NodeShape , pg:UseCriterion ;
            pg:use condition:rheumatoid-arthritis ; sh:targetClass pg:Case .
        {own}"""
    return files


def test_a_whole_run_conforms(small: Mapping[str, str]) -> None:
    for bound in bundle.BOUNDS:
        assert conforms([small[bound], small["policy"]], [small["chart"], small["concepts"]]) == (
            True,
            "Validation Report\nConforms: True\n",
        )


@pytest.mark.parametrize(
    ("shapes", "data", "told"),
    [
        (["policy"], ["chart", "concepts"], "components of a bound are missing"),
        (["established", "policy"], ["chart"], "lack shacl/concepts.ttl"),
        (["established", "policy"], ["concepts"], "hold no case, or more than one"),
        (["possible", "policy"], [], "hold no case, or more than one"),
        (["policy"], [], "components of a bound are missing"),
        (["established", "policy"], ["as written", "concepts"], "chart is not one of"),
        (["established", "policy"], ["chart", "other chart", "concepts"], "hold no case, or more than one"),
        (["established", "policy"], ["chart of old", "concepts"], "chart is not one of"),
        (["established", "policy"], ["chart", "concepts of old"], "lack shacl/concepts.ttl as this version"),
        (["components of old", "policy"], ["chart", "concepts"], "components of a bound are missing"),
    ],
)
def test_a_run_that_lacks_a_file_does_not_conform(
    shapes: list[str], data: list[str], told: str, small: Mapping[str, str], tmp_path: Path
) -> None:
    version = shipped().version
    parts = {
        **small,
        "as written": read_case(CASES / "maria.yaml", shipped()).to_turtle(),
        "other chart": charted("only-a-sample", tmp_path).read_text(encoding="utf-8"),
        "chart of old": small["chart"].replace(version, "0123456789ab"),
        "concepts of old": small["concepts"].replace(version, "0123456789ab"),
        "components of old": small["established"].replace(version, "0123456789ab"),
    }
    met, text = conforms([parts[name] for name in shapes], [parts[name] for name in data])
    assert not met
    assert told in text


def test_a_dump_taken_as_shapes_does_not_conform(few: Path, small: Mapping[str, str], tmp_path: Path) -> None:
    """A child of three with nothing tried conformed to every policy of a dump."""
    export(load(few), tmp_path / "data", ["trig", "turtle", "jsonld"])
    dumps = sorted((tmp_path / "data").glob("payergraph.*"))
    assert [dump.suffix for dump in dumps] == [".jsonld", ".trig", ".ttl"]
    for dump in dumps:
        shapes = rdflib.Graph() if dump.suffix == ".ttl" else rdflib.Dataset(default_union=True)
        shapes.parse(dump)
        guards = rdflib.Graph()
        for triple in shapes.triples((rdflib.URIRef("https://w3id.org/payergraph/shapes#dump"), None, None)):
            guards.add(triple[:3])
        met, _, text = pyshacl.validate(rdflib.Graph().parse(data=small["chart"]), shacl_graph=guards)
        assert not met and "take the bundle in shacl/" in text


def test_every_fact_that_is_worked_out_is_missed_when_it_is_not_there(checkout: Path) -> None:
    """Of the facts of the charts of all cases, those that a chart need not have are listed here."""
    free = {
        *("specialty", "attests", "hasDocument", "formulary", "ageAtRequest", "weightKg", "indication", "askedAs"),
        *("positive", "adherencePercent", "interruption", "askedFor"),
        *("dose", "response", "flares", "prescriber", "for", "manner"),
        *("diagnosis", "therapy", "consultation", "labResult", "findingRecord", "geneticTest", "screening"),
        *(
            "state",
            "plan",
            "lineOfBusiness",
            "trial",
            "possibleTrial",
            "onDrug",
            "possiblyOnDrug",
            "alsoProduct",
            "otherProduct",
            "alsoOutcome",
        ),
        *("eventRecord", "occurrence", "eventRate", "biomarkerRecord", "biomarkerTest"),
        *("coverageRecord", "site"),
        *("patientAge", "sex", "attributeRecord", "hasStatus", "confirmingSpecialty", "confirmingMethod"),
        *("heightCm", "measurement", "measuredOn", "change", "listsAll"),
        *("requestedQuantity", "doseFact", "takenWith", "enrolledIn"),
    }
    shapes = rdflib.Graph().parse(checkout / "shapes" / "chart.ttl")
    declared = {str(path).removeprefix(PG) for path in shapes.objects(None, SH.path) if isinstance(path, rdflib.URIRef)}
    tried = set()
    screened = """{drug: anakinra, indication: sJIA, requestDate: 2026-10-01, pregnant: false,
        screenings: [{for: tuberculosis, result: negative, date: 2026-08-30}],
        events: [{event: migraine-day, date: 2026-08-30}, {event: migraine-day, count: 12, perDays: 30}],
        biomarkers: [{marker: HER2, result: negative}], coverage: [{payer: cigna, kind: claim}],
        measurements: [{of: DAS28, value: 5, phase: baseline}, {of: DAS28, value: 3, phase: current}]}"""
    for source in (*sorted(CASES.glob("*.yaml")), screened):
        case = parse_case(source, shipped(), format="yaml") if isinstance(source, str) else read_case(source, shipped())
        text = bundle.chart(case, case.indication or case.conditions[0], shipped())
        chart = rdflib.Graph().parse(data=text)
        assert pyshacl.validate(chart, shacl_graph=shapes)[0], source
        for subject, predicate, value in list(chart):
            name = predicate.removeprefix(PG)
            needed = name in declared or not name.endswith("Complete")
            if predicate.startswith(PG) and name not in free | tried and needed:
                tried.add(name)
                chart.remove((subject, predicate, value))
                assert not pyshacl.validate(chart, shacl_graph=shapes)[0], name
                chart.add((subject, predicate, value))
    assert tried == declared - {"specialty"}


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_same_case_gives_the_same_chart_and_json_ld_holds_what_turtle_holds() -> None:
    texts = [run("case", CASES / "maria.yaml", "--format", name).stdout for name in ("turtle", "turtle", "jsonld")]
    assert texts[0] == texts[1]
    turtle, jsonld = (
        rdflib.Graph().parse(data=text, format=name)
        for text, name in zip(texts[1:], ("turtle", "json-ld"), strict=True)
    )
    assert len(turtle) > 60 and set(turtle) == set(jsonld)


def test_a_chart_has_no_name_of_the_patient(tmp_path: Path) -> None:
    text = (CASES / "maria.yaml").read_text(encoding="utf-8")
    (tmp_path / "jane-doe.yaml").write_text(re.sub(r"^id:.*$", "id: Jane Doe", text, flags=re.M), encoding="utf-8")
    chart = run("case", tmp_path / "jane-doe.yaml").stdout
    assert chart and "jane" not in chart.lower()


def test_a_case_without_an_indication_needs_one_and_one_with_it_keeps_it(tmp_path: Path) -> None:
    done = run("case", CASES / "caps-code-alone.yaml")
    assert (done.returncode, done.stdout) == (2, "") and "--indication" in done.stderr
    assert "underReview condition:nomid" in run("case", CASES / "caps-code-alone.yaml", "--indication", "NOMID").stdout
    done = run("case", CASES / "maria.yaml", "--indication", "sJIA")
    assert (done.returncode, done.stdout) == (2, "") and "is not what the case names" in done.stderr
    assert run("case", tmp_path / "none.yaml").returncode == 2
