"""The functions of ``import payergraph``: what a notebook and a program meet."""

from __future__ import annotations

import ast
import html
import inspect
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import payergraph
from payergraph import api, extras
from payergraph.markup import ROWS_SHOWN, tag
from payergraph.table import Table
from payergraph.verdict.answers import Answers

ROOT = Path(__file__).resolve().parent.parent
CASE = ROOT / "data" / "cases" / "two-adalimumab-products.yaml"
FUNCTIONS = [name for name in payergraph.__all__ if inspect.isfunction(getattr(api, name, None))]
HOSTILE = "<script>alert(1)</script> & \"quoted\" 'too'"


@pytest.fixture(scope="module")
def answers() -> Answers:
    return payergraph.check(CASE, payers=["cigna"])


def outcomes(found: Answers) -> list[tuple[str, str]]:
    return [(item.policy.id, item.outcome.value) for item in found]


# --- the names ------------------------------------------------------------------------------------------------------


def test_every_public_name_is_there_and_nothing_else_is_offered() -> None:
    assert all(getattr(payergraph, name) is not None for name in payergraph.__all__)
    assert set(dir(payergraph)) == {*payergraph.__all__, "__version__"}
    with pytest.raises(AttributeError, match="payergraph has no 'chekc'"):
        payergraph.chekc  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_module_is_called_as_a_function(name: str) -> None:
    """Python would put the module in the function's place once it is imported."""
    assert find_spec(f"payergraph.{name}") is None


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_says_what_it_does_and_which_public_errors_it_raises(name: str) -> None:
    said = getattr(api, name).__doc__
    assert said
    raised = re.findall(r"^        ([A-Z]\w+)(?=[:,])", said.partition("Raises:")[2], flags=re.MULTILINE)
    assert all(hasattr(payergraph, error) or error == "ValueError" for error in raised), raised


def test_the_command_line_starts_without_what_only_some_calls_need() -> None:
    code = "import payergraph, sys; print(sorted({'rdflib', 'pandas', 'pyoxigraph', 'typer'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_types_are_seen_by_a_checker(tmp_path: Path) -> None:
    assert (ROOT / "app" / "payergraph" / "py.typed").is_file()
    script = tmp_path / "user.py"
    script.write_text("import payergraph\nreveal_type(payergraph.compare(drug='a', indication='b').columns[0].payer)\n")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(script)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert 'Revealed type is "str"' in done.stdout.replace("builtins.", ""), done.stdout


# --- the page -------------------------------------------------------------------------------------------------------


def test_the_code_of_the_page_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "data" / "cases", tmp_path / "data" / "cases")
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    held: dict[str, Any] = {}
    shown = []
    for block in re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL):
        for step in ast.parse(block).body:
            code = compile(ast.Module([step], []), "docs/python.md", "exec")
            if isinstance(step, ast.Expr):
                shown.append(eval(compile(ast.Expression(step.value), "docs/python.md", "eval"), held))
            else:
                exec(code, held)
    assert repr(shown[0]) == "<Answers: 1 not-met>"
    assert (tmp_path / "kineret.pdf").read_bytes().startswith(b"%PDF") and (tmp_path / "payergraph-data/csv").is_dir()
    for name in payergraph.__all__:
        if name.endswith("Error") or name in ("LimitReached", "UnknownName", "MissingExtra", "NotConfirmed"):
            assert f"`{name}`" in page


# --- cases ----------------------------------------------------------------------------------------------------------


def test_a_case_is_a_path_a_text_a_mapping_or_what_was_read(answers: Answers) -> None:
    text = CASE.read_text(encoding="utf-8")
    read = payergraph.read_case(CASE)
    for case in (str(CASE), text, text.encode(), read, read.record(), payergraph.parse_case(text)):
        assert outcomes(payergraph.check(case, payers=["cigna"])) == outcomes(answers)


def test_a_mapping_takes_days_and_numbers_as_python_has_them() -> None:
    case = {"drug": "Kineret", "requestDate": date(2026, 10, 1), "weightKg": Decimal("18.2"), "age": 7}
    assert payergraph.parse_case(case).record() == {
        "id": "case",
        "drug": "kineret",
        "requestDate": "2026-10-01",
        "weightKg": Decimal("18.2"),
        "age": 7,
    }
    with pytest.raises(payergraph.CaseError, match="age is a complex, which is no value of a field"):
        payergraph.parse_case({"drug": "Kineret", "age": 1j})
    with pytest.raises(payergraph.CaseError, match="durg is no field of a case"):
        payergraph.check({"durg": "Kineret"})


def test_a_name_of_a_file_that_is_not_there_is_no_text() -> None:
    with pytest.raises(payergraph.CaseError, match=r"no-such-file\.yaml"):
        payergraph.check("no-such-file.yaml")


def test_check_takes_the_filters_of_the_command(answers: Answers) -> None:
    both = payergraph.check(CASE, payers=["Molina", "cigna"])
    assert outcomes(both)[-1:] == outcomes(answers) and {item.policy.id for item in both} == {
        "molina-kineret",
        "cigna-ip0243",
    }
    assert outcomes(payergraph.check(CASE, policy="cigna-ip0243")) == outcomes(answers)
    assert payergraph.check(CASE, policy="cigna-ip0243", request="continuation")[0].request == "continuation"
    assert not payergraph.check(CASE, payers=["cigna"], as_of="2020-01-01")
    assert len(payergraph.check(CASE, authority="all")) > len(payergraph.check(CASE))
    assert payergraph.check(CASE, plan="cigna-employer-group")[0].plans


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"payers": "cigna"}, payergraph.CallError),
        ({"payers": ["cigan"]}, payergraph.UnknownName),
        ({"plan": "no-plan"}, payergraph.UnknownName),
        ({"policy": "no-policy"}, payergraph.CallError),
        ({"request": "again"}, payergraph.CallError),
        ({"authority": "foo"}, payergraph.CallError),
        ({"as_of": "yesterday"}, payergraph.CallError),
    ],
)
def test_a_wrong_filter_raises(wrong: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        payergraph.check(CASE, **wrong)


# --- what is shown --------------------------------------------------------------------------------------------------


def test_every_answer_says_in_one_short_line_what_it_is(answers: Answers) -> None:
    comparison = payergraph.compare(drug="Kineret", indication="RA")
    table = payergraph.query("age_limits")
    found = payergraph.conflicts(payer="cigna")
    order = payergraph.strictness(drug="Kineret", indication="DIRA")
    every: list[object] = [answers, answers[0], comparison, table, found, found[0], payergraph.graph()]
    every += [order, order.implies("cigna", "molina")]
    for answer in every:
        assert re.fullmatch(r"<.{10,200}>", repr(answer)), repr(answer)
    assert repr(answers[0]) == "<Determination: cigna-ip0243, rheumatoid-arthritis, initial: not-met>"
    assert repr(payergraph.check({"drug": "Kineret"})).startswith("<Answers: not answered: no indication")


def test_a_notebook_shows_a_table_of_each(answers: Answers) -> None:
    comparison = payergraph.compare(drug="Kineret", indication="RA", payers=["cigna", "molina"])
    assert "3.C; Employer Group Plans table]" in answers[0]._repr_html_() and "✗ not met" in answers[0]._repr_html_()
    assert "Not met" in answers._repr_html_() and "Cigna IP0243" in answers._repr_html_()
    assert "Not answered: " in payergraph.check({"drug": "Kineret"})._repr_html_()
    assert comparison._repr_html_() == comparison.to_html() and comparison.title in comparison.to_html()
    assert '<th scope="row">age</th>' in comparison.to_html()
    found = payergraph.conflicts(payer="cigna", drug="anakinra")
    order = payergraph.strictness(drug="Kineret", indication="DIRA")
    assert "<caption>anakinra in " in order._repr_html_() and "Cigna" in order._repr_html_()
    assert "also asks" in order.implies("label", "cigna")._repr_html_()
    assert found[0].question in found._repr_html_() and html.escape(found[0].sides[0].locator) in found[0]._repr_html_()


def test_a_long_table_is_cut_for_the_page_alone() -> None:
    rows = tuple((ox.Literal(str(place)),) for place in range(ROWS_SHOWN + 1))
    table = Table(("n",), rows)
    assert table._repr_html_().count("<tr>") == ROWS_SHOWN + 1 and f"of {ROWS_SHOWN + 1} rows" in table._repr_html_()
    assert len(table.to_dataframe()) == ROWS_SHOWN + 1
    assert "rows;" not in replace(table, rows=rows[:-1])._repr_html_()
    assert "cut off after" in replace(table, truncated=True)._repr_html_()


def test_a_text_of_the_graph_is_shown_and_never_obeyed(answers: Answers) -> None:
    policy = replace(answers[0].policy, label=HOSTILE)
    spoiled = replace(answers[0], policy=policy)
    conflict = replace(payergraph.conflicts(payer="cigna")[0], subject=HOSTILE)
    table = Table((HOSTILE,), ((ox.Literal(HOSTILE),),), title=HOSTILE)
    comparison = payergraph.compare(drug="Kineret", indication="RA", payers=["cigna"])
    compared = replace(comparison, subject=HOSTILE)
    shown = [
        spoiled._repr_html_(),
        Answers([spoiled])._repr_html_(),
        conflict._repr_html_(),
        payergraph.Conflicts([conflict])._repr_html_(),
        table._repr_html_(),
        compared._repr_html_(),
    ]
    for page in shown:
        assert "<script" not in page and "&lt;script&gt;" in page


def test_markup_has_no_element_that_runs_or_leads() -> None:
    for name in ("script", "a", "img", "iframe"):
        with pytest.raises(ValueError, match=name):
            tag(name, "x")
    with pytest.raises(ValueError, match="onclick"):
        tag("p", "x", onclick="alert(1)")


# --- data frames and extras -----------------------------------------------------------------------------------------


def test_every_answer_comes_as_a_data_frame(answers: Answers) -> None:
    frame = answers.to_dataframe()
    assert list(frame["outcome"]) == ["not-met"] and list(frame["policy"]) == ["cigna-ip0243"]
    empty = Answers().to_dataframe()
    assert list(empty.columns) == list(frame.columns) and not len(empty)
    table = payergraph.query("age_limits")
    assert len(table.to_dataframe()) == len(table.rows) > 0
    found = payergraph.conflicts(payer="cigna")
    assert len(found.to_dataframe()) == sum(len(item.sides) for item in found)
    assert not len(payergraph.Conflicts().to_dataframe())


@pytest.mark.parametrize(
    ("library", "call"),
    [
        ("pandas", lambda path: payergraph.query("age_limits").to_dataframe()),
        (
            "vl_convert",
            lambda path: payergraph.figure(payergraph.compare(drug="Kineret", indication="RA"), path / "a.pdf"),
        ),
        ("pyarrow", lambda path: payergraph.export(path / "data", formats=["parquet"])),
        ("z3", lambda path: payergraph.strictness(drug="Kineret", indication="RA")),
        ("z3", lambda path: payergraph.changes(payer="Oklahoma SoonerCare")),
    ],
)
def test_a_library_that_is_missing_is_told_with_the_line_that_brings_it(
    library: str, call: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    extra = re.escape(extras.EXTRAS[library])
    with pytest.raises(payergraph.MissingExtra, match=rf"{library}, .* pip install -e '\.\[{extra}\]'$"):
        call(tmp_path)
    assert list(tmp_path.iterdir()) == []


# --- questions ------------------------------------------------------------------------------------------------------


def test_a_query_is_a_stored_question_or_sparql() -> None:
    assert {question.name for question in payergraph.questions()} >= {"age_limits", "payers_compared"}
    stored = payergraph.query("age_limits", drug="Kineret")
    assert stored.title == "Age limits (drug: Kineret, request: initial)" and stored.rows
    own = payergraph.query("ASK { ?policy a pg:CoveragePolicy }")
    assert own.records() == [{"answer": "true"}]
    assert own.graph_version == stored.graph_version == payergraph.graph().version
    for wrong in ("age_limit", "SELECT * WHERE {", "DROP ALL"):
        with pytest.raises(payergraph.QueryError):
            payergraph.query(wrong)
    with pytest.raises(payergraph.QueryError, match="no parameter 'drugs'"):
        payergraph.query("age_limits", drugs="Kineret")
    with pytest.raises(payergraph.QueryError, match="go with a stored question"):
        payergraph.query("ASK { ?s ?p ?o }", drug="Kineret")


def test_conflicts_of_a_kind_that_is_none_raise() -> None:
    with pytest.raises(payergraph.CallError, match="expected sources-differ or "):
        payergraph.conflicts(kind="differ")


def test_a_figure_is_drawn_as_the_name_ends(tmp_path: Path) -> None:
    one = payergraph.compare(drug="Kineret", indication="dira", payers=["cigna"])
    for ending, begins in ((".svg", b"<svg"), (".png", b"\x89PNG"), (".pdf", b"%PDF")):
        payergraph.figure(one, tmp_path / f"one{ending}")
        assert (tmp_path / f"one{ending}").read_bytes().startswith(begins)
    with pytest.raises(payergraph.CallError, match=r"does not end in \.svg or \.png or \.pdf"):
        payergraph.figure(one, tmp_path / "one.jpg")


def test_an_export_takes_formats_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(payergraph.CallError, match="'xlsx' is not known"):
        payergraph.export(tmp_path / "data", formats=["xlsx"])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "error",
    [
        payergraph.CallError("authority", "is none"),
        payergraph.CaseError("no day", "case.yaml", "age", 3, ["7"]),
        payergraph.UnknownName("anakira", "is no drug", ["anakinra"]),
        payergraph.FileError("data.csv", "read", "it is a folder"),
        payergraph.CohortError(["one", "other"]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_comes_whole_from_another_process(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error) and str(again) == str(error) and vars(again) == vars(error)
