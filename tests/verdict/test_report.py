"""The report in Turtle: the same bytes at every run, and what the report says."""

from __future__ import annotations

import os
import subprocess
import sys

import pyoxigraph as ox
import pytest

from payergraph import terms
from payergraph.chart.case import Case, read_case
from payergraph.locate import folder
from payergraph.store.graph import shipped
from payergraph.verdict import shacl
from payergraph.verdict.answers import Answers
from payergraph.verdict.determination import determine
from payergraph.verdict.report import report, turtle

CASES = folder("data") / "cases"
FOCUS = ox.NamedNode(terms.SH + "focusNode")
NAMES = ("maria", "two-adalimumab-products")


def example(name: str) -> tuple[Case, Answers]:
    case = read_case(CASES / f"{name}.yaml", shipped())
    return case, determine(case, shipped(), policy="cigna-ip0243")


def written(name: str) -> str:
    case, found = example(name)
    return turtle(case, shipped(), found)


def read(text: str) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)}


def test_the_report_of_a_case_is_the_same_bytes_at_every_run() -> None:
    call = [sys.executable, "-m", "payergraph", "check", CASES / f"{NAMES[0]}.yaml", "--format", "turtle"]
    runs = [
        subprocess.run(call, capture_output=True, check=True, env=os.environ | {"PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] and len(runs[0]) > 10_000


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_the_report_says_under_another_name_of_the_case(name: str) -> None:
    case, found = example(name)
    text = turtle(case, shipped(), found)
    [given] = {triple.object.value for triple in read(text) if triple.predicate == FOCUS}
    assert given.startswith(f"{terms.ID}case/") and case.iri.value not in text
    written, said = ox.Dataset(), ox.Dataset()
    for triple in read(text.replace(given, case.iri.value)):
        written.add(ox.Quad(*triple))
    for triple in shacl.triples(report(case, shipped(), found)):
        said.add(ox.Quad(*triple))
    for dataset in (written, said):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert set(map(str, written)) == set(map(str, said))


def test_reports_of_several_cases_in_one_file_stay_apart() -> None:
    texts = [written(name) for name in NAMES]
    one, other = map(read, texts)
    together = read("\n".join(texts))
    blank = {term for triple in one & other for term in triple if isinstance(term, ox.BlankNode)}
    assert not blank and len(together) == len(one | other)
    focus = {triple.object for triple in together if triple.predicate == FOCUS}
    assert len(focus) == 2
