"""``payergraph implies`` as a user meets it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import owlready2
import pytest
from command import run

import payergraph
from payergraph import extras
from payergraph.chart.case import read_case
from payergraph.criteria import Status
from payergraph.order import strictness
from payergraph.order.witness import Judge
from payergraph.store.graph import shipped

RA = ("implies", "--drug", "Kineret", "--indication", "RA")


def test_the_order_is_told_from_strictest_to_widest_with_what_is_left_out() -> None:
    done = run(*RA)
    assert (done.returncode, done.stderr) == (0, "")
    assert "anakinra in rheumatoid arthritis" in done.stdout and "From strictest to widest" in done.stdout
    assert "at least 2 therapies" in done.stdout and "Molina Healthcare ~" in done.stdout
    assert "Molina Healthcare leaves out:" in done.stdout and "Left open by the source" in done.stdout


def test_two_rules_are_told_both_ways_and_the_case_is_written(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    done = run(*RA, "cigna", "molina", "-o", file)
    assert (done.returncode, done.stderr) == (0, "")
    said = " ".join(done.stdout.split())
    assert "Not everyone who meets Cigna meets Molina Healthcare too, as far as shown." in said
    assert "Not everyone who meets Molina Healthcare meets Cigna too, as far as shown." in said
    assert said.count("also asks, and the case does not meet:") == 2
    assert read_case(file, shipped()).drug.endswith("anakinra")
    checked = json.loads(run("check", file, "--payer", "cigna", "--format", "json").stdout)
    assert [item["outcome"] for item in checked["determinations"]] == ["met"]


def test_where_one_implies_the_other_there_is_no_case_to_write(tmp_path: Path) -> None:
    done = run(*RA, "cigna", "minnesota-mhcp-kineret-2019", "-o", tmp_path / "case.yaml")
    assert done.returncode == 1 and "Whoever meets Cigna meets Minnesota" in done.stdout
    assert "is not written: no case is known" in done.stderr and not list(tmp_path.iterdir())


def test_the_order_as_data_and_as_a_diagram(tmp_path: Path) -> None:
    assert json.loads(run(*RA, "--format", "json").stdout)["formatVersion"] == 1
    assert json.loads(run(*RA, "cigna", "molina", "--format", "json").stdout)["relation"] == "incomparable"
    assert run(*RA, "--format", "dot").stdout.startswith("digraph order {")
    assert run(*RA, "--format", "svg", "-o", tmp_path / "order.svg").stdout == ""
    assert (tmp_path / "order.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_order_opens_as_owl(tmp_path: Path) -> None:
    file = tmp_path / "order.owl"
    done = run(*RA, "--format", "owl", "-o", file)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    world = owlready2.World()
    world.get_ontology("http://example.org/").load(fileobj=io.BytesIO(file.read_bytes()))
    labels = {str(label) for one in world.classes() for label in one.label}
    order = payergraph.strictness(drug="anakinra", indication="RA")
    assert {rule.name for rule in order.rules} <= labels
    cigna = next(one for one in world.classes() if "Cigna" in map(str, one.label))
    assert cigna.equivalent_to


def test_a_patient_whom_the_check_judges_otherwise_is_told_as_a_fault_of_payergraph(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(strictness, "_kept", lambda graph: {})  # what was found before
    monkeypatch.setattr(Judge, "__call__", lambda self, case, rules: [(Status.NOT_MET, {})] * 2)
    order = payergraph.strictness(drug="anakinra", indication="RA")
    with pytest.raises(payergraph.NotConfirmed, match="a fault of payergraph, please report it") as told:
        order.implies("cigna", "molina")
    assert (told.value.meets, told.value.fails) == (order.find("cigna").id, order.find("molina").id)
    done = run(*RA, "cigna", "molina")
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "cigna-ip0243/ra-employer-group and not molina-kineret/rheumatoid-arthritis" in done.stderr
    assert "the order itself stands" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*RA[:2], "Kinret", *RA[3:]), "'Kinret' is no drug or product in the graph; the nearest is kineret"),
        ((*RA[:4], "rheumatoid arthritsi"), "the nearest is rheumatoid-arthritis"),
        ((*RA, "cigna"), "name two rules or none, not 1"),
        ((*RA, "cigna", "molina", "--format", "dot"), "--format dot draws the order; leave out the two rules"),
        ((*RA, "cigna", "molina", "--format", "owl"), "--format owl writes the order; leave out the two rules"),
        ((*RA, "cigna", "cigan"), "'cigan' is no payer in the graph; the nearest is cigna"),
        ((*RA, "--as-of", "soon"), "--as-of 'soon' is no day"),
        ((*RA, "-o", "/no/such/folder/a.txt"), "cannot be written"),
    ],
)
def test_what_a_call_gets_wrong_is_one_sentence(words: tuple[str, ...], said: str) -> None:
    done = run(*words)
    assert done.returncode == 2 and said in done.stderr and len(done.stderr.splitlines()) == 1


def test_where_nothing_is_in_scope_it_says_so() -> None:
    done = run("implies", "--drug", "rilonacept", "--indication", "gout")
    assert done.returncode == 0 and "no document in scope has criteria for rilonacept" in done.stderr


def test_without_z3_it_says_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    done = run(*RA)
    assert done.returncode == 2 and "pip install -e '.[order]'" in done.stderr and done.stdout == ""
