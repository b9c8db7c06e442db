"""``payergraph implies`` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import run

from payergraph import extras
from payergraph.chart.case import read_case
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


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*RA[:2], "Kinret", *RA[3:]), "'Kinret' is no drug or product in the graph; the nearest is kineret"),
        ((*RA[:4], "rheumatoid arthritsi"), "the nearest is rheumatoid-arthritis"),
        ((*RA, "cigna"), "name two rules or none, not 1"),
        ((*RA, "cigna", "molina", "--format", "dot"), "--format dot draws the order; leave out the two rules"),
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
