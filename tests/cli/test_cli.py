"""The command line as a user meets it: what it prints, where, and with which exit code."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest
from command import HANGS, Done, run

from payergraph.errors import LimitReached
from payergraph.locate import VARIABLE, folder

CASES = folder("data") / "cases"


def process(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, as a shell starts it."""
    command = [sys.executable, "-m", "payergraph", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANGS)


def sentence(result: Done | subprocess.CompletedProcess[str]) -> str:
    """The one line on stderr that a wrong call must leave, and nothing else."""
    assert result.returncode == 2
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert "Traceback" not in line
    return line


def test_check_prints_the_json_of_the_contract() -> None:
    result = process("check", CASES / "maria.yaml", "--format", "json")
    assert (result.returncode, result.stderr) == (0, "")
    assert run("check", CASES / "maria.yaml", "--format", "json").stdout == result.stdout
    found = json.loads(result.stdout)
    assert (found["case"], found["drug"], found["requestDate"]) == ("maria", "anakinra", "2026-10-01")
    by_policy = {item["policy"]: item for item in found["determinations"]}
    cigna, molina = by_policy["cigna-ip0243"], by_policy["molina-kineret"]
    assert cigna["plans"] == ["cigna-employer-group", "cigna-individual-and-family"]
    assert (cigna["policy"], cigna["payer"], cigna["indication"]) == ("cigna-ip0243", "cigna", "rheumatoid-arthritis")
    assert (cigna["outcome"], cigna["authority"], cigna["edition"]) == ("met", "primary", "2024-06-01")
    assert molina["plans"] == []
    keys = {
        "id",
        "kind",
        "status",
        "summary",
        "source",
        "locator",
        "reading",
        "notComputed",
        "plainInSource",
        "evidence",
        "children",
    }
    assert found["formatVersion"] == 1
    todo = [cigna["criteria"]]
    while todo:
        node = todo.pop()
        assert set(node) == keys
        todo += node["children"]


FORMATS = Path(__file__).parents[1] / "chart" / "formats"


@pytest.mark.parametrize("ending", ["yaml", "json", "jsonld", "ttl"])
def test_check_of_stdin_says_the_same_as_of_a_file(ending: str) -> None:
    path = FORMATS / f"chart.{ending}"
    of_file = json.loads(run("check", path, "--payer", "cigna", "--format", "json").stdout)
    result = subprocess.run(
        [sys.executable, "-m", "payergraph", "check", "-", "--payer", "cigna", "--format", "json"],
        input=path.read_bytes(),
        capture_output=True,
        check=False,
        timeout=HANGS,
    )
    assert (result.returncode, result.stderr) == (0, b"")
    assert json.loads(result.stdout) == of_file | {"case": "stdin"}


def test_what_is_wrong_on_stdin_is_told_as_of_a_file() -> None:
    for text, told in (
        ("", "stdin: the case is empty; write at least 'drug: ' and a drug."),
        ("drug: Kinerett", "stdin, line 1: drug is 'Kinerett', which is no drug or product in the graph; "),
    ):
        result = subprocess.run(
            [sys.executable, "-m", "payergraph", "check", "-"],
            **{"input": text, "capture_output": True, "text": True, "check": False, "timeout": HANGS},
        )
        assert told in sentence(result)
    assert "goes with no file beside it" in sentence(process("check", "-", CASES / "maria.yaml"))


def test_check_of_a_folder_prints_an_array() -> None:
    found = json.loads(run("check", CASES, "--format", "json").stdout)
    assert [item["case"] for item in found] == [path.stem for path in sorted(CASES.glob("*.yaml"))]


def test_check_as_turtle_is_a_validation_report() -> None:
    import rdflib

    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    report = rdflib.Graph().parse(
        data=run("check", CASES / "two-adalimumab-products.yaml", "--payer", "cigna", "--format", "turtle").stdout
    )
    [node] = report.subjects(rdflib.RDF.type, sh.ValidationReport)
    assert report.value(node, sh.conforms) == rdflib.Literal(False)
    assert list(report.objects(node, sh.result))


def test_a_case_that_is_met_conforms() -> None:
    import rdflib

    sh = rdflib.Namespace("http://www.w3.org/ns/shacl#")
    found = run("check", CASES / "maria.yaml", "--payer", "molina", "--format", "turtle").stdout
    report = rdflib.Graph().parse(data=found)
    assert [str(o) for o in report.objects(None, sh.conforms)] == ["true"]


def test_check_in_words_tells_each_state_by_word_and_shape() -> None:
    shown = run("check", CASES / "little-on-record.yaml").stdout
    assert "? not documented" in shown and "Not documented" in shown and "Missing:" in shown
    assert "https://" not in shown


def test_check_as_markdown_names_the_section_behind_each_criterion() -> None:
    shown = run("check", CASES / "maria.yaml", "--format", "markdown").stdout
    assert "Medical Necessity Criteria, 3.A.i" in shown and "**Met**" in shown


def test_the_words_of_the_source_stand_under_each_criterion_where_the_texts_are_at_hand(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAYERGRAPH_SOURCES", str(tmp_path))
    call = ["check", CASES / "maria.yaml", "--payer", "cigna", "--show-source"]
    assert "\n  > " not in run(*call).stdout
    monkeypatch.delenv("PAYERGRAPH_SOURCES")
    absent = run(*call)
    assert absent.returncode == 0 and "Medical Necessity Criteria, 3.A.i" in absent.stdout
    assert absent.stderr == "payergraph: the texts are not at hand; PAYERGRAPH_SOURCES names their folder\n"


def test_require_met_exits_with_one_when_the_answer_is_no() -> None:
    assert run("check", CASES / "maria.yaml", "--payer", "cigna", "--require-met").returncode == 0
    assert run("check", CASES / "two-adalimumab-products.yaml", "--payer", "cigna", "--require-met").returncode == 1


def test_payer_policy_plan_and_request_narrow_the_check() -> None:
    def policies(*options: str) -> list[tuple[str, str]]:
        found = json.loads(run("check", CASES / "maria.yaml", "--format", "json", *options).stdout)
        return [(item["policy"], item["request"]) for item in found["determinations"]]

    assert policies("--payer", "molina") == [("molina-kineret", "initial")]
    assert policies("--policy", "cigna-ip0243") == [("cigna-ip0243", "initial")]
    assert policies("--payer", "cigna", "--request", "continuation") == [("cigna-ip0243", "continuation")]
    before = policies("--as-of", "2024-05-31")
    assert ("molina-kineret", "initial") in before and ("cigna-ip0243", "initial") not in before
    assert ("cigna-kineret-california-guide", "initial") in policies("--authority", "all")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["check", CASES / "maria.yaml", "--payer", "ciigna"], "the nearest is cigna"),
        (["check", CASES / "maria.yaml", "--policy", "ip0243"], "cigna-ip0243"),
        (["check", CASES / "maria.yaml", "--as-of", "June"], "2026-10-01"),
        (["check", "no-such-file.yaml"], "no-such-file.yaml"),
        (["compare", "--drug", "anakinro", "--indication", "RA"], "anakinra"),
        (["compare", "--drug", "anakinra", "--indication", "RA", "--figure", "figure.jpg"], ".svg, .png or .pdf"),
        (["query", "age_limits", "--param", "drug=anakinra", "--param", "drug=canakinumab"], "given twice"),
        (["lint", "no-such-folder"], "no-such-folder"),
    ],
)
def test_a_wrong_call_gets_one_sentence_that_names_what_was_meant(words: list[str | Path], expected: str) -> None:
    assert expected in sentence(run(*words))


def test_a_wrong_call_ends_its_process_so() -> None:
    assert "anakinra" in sentence(process("compare", "--drug", "anakinro", "--indication", "RA"))


def test_a_faulty_case_among_good_ones_prints_nothing_half_done(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("drug: anakinra\nweightKg: -3\n", encoding="utf-8")
    line = sentence(run("check", CASES / "maria.yaml", wrong, "--format", "json"))
    assert "weightKg" in line and "wrong.yaml" in line


def test_compare_prints_payers_side_by_side_in_every_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call = ["compare", "--drug", "anakinra", "--indication", "rheumatoid-arthritis", "--format"]
    below = run(*call, "table").stdout  # in 80 columns
    assert "≠ prior therapy" in below and "┏" not in below
    assert "nothing on this use was shown: Minnesota" in below
    monkeypatch.setenv("COLUMNS", "160")
    assert "┏" in run(*call, "table").stdout
    figure = tmp_path / "figure.svg"
    assert run(*call, "csv", "--figure", figure).stdout.startswith("dimension,differs,payer")
    assert figure.read_text(encoding="utf-8").startswith("<svg")
    assert json.loads(run(*call, "json").stdout)["indication"] == "rheumatoid-arthritis"
    assert run(*call, "markdown").stdout.startswith("| Dimension |")


@pytest.mark.slow
def test_lint_of_a_sound_file_prints_nothing() -> None:
    result = run("lint", folder("data") / "policies" / "cigna-ip0243.ttl")
    assert (result.returncode, result.stdout) == (0, "")


def test_the_version_is_printed() -> None:
    assert process("--version").stdout == "payergraph 0.1.0\n"


@pytest.mark.slow
def test_the_questions_are_listed_for_people_and_for_programs() -> None:
    names = {path.stem for path in folder("queries").glob("*.rq")}
    assert all(f"\n  {name}\n" in run("query", "--list").stdout for name in names)
    found = {item["name"]: item for item in json.loads(run("query", "--list", "--format", "json").stdout)}
    assert set(found) == names
    assert [item["name"] for item in found["age_limits"]["parameters"]][:1] == ["drug"]
    rows = {row["name"]: row for row in csv.DictReader(run("query", "--list", "--format", "csv").stdout.splitlines())}
    assert set(rows) == names
    assert rows["age_limits"]["parameters"].split() == [item["name"] for item in found["age_limits"]["parameters"]]
    assert "table, csv or json" in sentence(run("query", "--list", "--format", "turtle"))


# --- what the shell offers --------------------------------------------------------------------------------------------


def offered(shell: str, **environment: str) -> str:
    """What a shell is told when the key is pressed, as its completion script asks for it."""
    code = "import sys; sys.argv[0] = 'payergraph'; from payergraph.cli import main; main()"
    asked = {"_PAYERGRAPH_COMPLETE": f"complete_{shell}", **environment}
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ | asked, timeout=60
    )
    assert result.stderr == ""
    return result.stdout


def in_bash(*words: str) -> list[str]:
    """What bash is offered for the last word."""
    return offered("bash", COMP_WORDS=" ".join(words), COMP_CWORD=str(len(words) - 1)).split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("query", "age"), ["age_limits"]),
        (("query", "no-such"), []),
        (("query", "age_limits", "--param", "re"), ["request="]),
        (("query", "documents", "--param", ""), ["drug=", "payer="]),
        (("query", "../age_limits", "--param", ""), []),
        # bash cuts words at the sign and replaces the last piece only
        (("query", "age_limits", "--param", "request", "="), ["initial", "continuation"]),
        (("query", "age_limits", "--param", "request", "=", "con"), ["continuation"]),
        (("query", "age_limits", "--param", "payer", "=", "moli"), ["molina"]),
        (("query", "age_limits", "--param", "drug", "=", "kineret", "--param", "au"), ["authority="]),
        (("query", "age_limits", "--param", "nothing", "=", ""), []),
        (("query", "no-such", "--param", "drug", "=", ""), []),
    ],
)
def test_bash_is_offered_questions_parameters_and_values(words: tuple[str, ...], expected: list[str]) -> None:
    assert in_bash("payergraph", *words) == expected


def test_every_question_is_offered() -> None:
    assert in_bash("payergraph", "query", "") == sorted(path.stem for path in folder("queries").glob("*.rq"))


def test_zsh_is_offered_whole_words_with_what_they_mean() -> None:
    shown = offered("zsh", _TYPER_COMPLETE_ARGS="payergraph query age_limits --param au")
    assert '"authority="' in shown.replace("\\", "") and "Only what documents say for themselves" in shown
    shown = offered("zsh", _TYPER_COMPLETE_ARGS="payergraph query age_limits --param request=i")
    assert "request=initial" in shown and "continuation" not in shown
    shown = offered("zsh", _TYPER_COMPLETE_ARGS="payergraph query appeal_r")
    assert "Appeal routes" in shown


def test_names_are_offered_without_the_graph() -> None:
    code = (
        "import sys, payergraph.cli; from payergraph.cli import completion; completion.questions('');"
        "assert not {'pyoxigraph', 'rdflib', 'pandas', 'payergraph.sparql.questions'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=HANGS)


def test_a_long_answer_of_a_query_is_streamed_and_its_limit_is_an_exit_code(tmp_path: Path) -> None:
    query = tmp_path / "long.rq"
    query.write_text("SELECT ?a ?b WHERE { ?a a pg:Statement . ?b a pg:Payer }", encoding="utf-8")
    done = process("query", query, "--format", "csv", "--limit", "20000")
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) == 20_001
    assert done.stdout.splitlines()[0] == "a,b,cut off after 20000 rows"
    assert done.stderr == "payergraph: there are more rows than the 20000 shown; --limit takes a greater number\n"


@pytest.mark.parametrize(("given", "expected"), [(["--timeout", "0.5"], 0.5), ([], None)])
def test_a_stored_question_keeps_to_the_time_that_is_given(
    given: list[str], expected: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*_: object, timeout: float | None, **__: object) -> NoReturn:
        assert timeout == expected
        raise LimitReached("stopped")

    monkeypatch.setattr("payergraph.sparql.questions.ask", late)
    assert run("query", "age_limits", *given).returncode == 3


@pytest.mark.parametrize(
    "words", ["check data/cases/maria.yaml --payer cigna", "conflicts --payer cigna", "query --list"]
)
@pytest.mark.parametrize("locale", [{"PYTHONIOENCODING": "cp1252"}, {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}])
@pytest.mark.slow
def test_what_is_printed_is_utf_8_whatever_the_locale(
    words: str, locale: dict[str, str], checkout: Path, few: Path
) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONUTF8", "PYTHONIOENCODING")}
    environment[VARIABLE] = str(few)
    command = [sys.executable, "-m", "payergraph", *words.split()]
    found = [
        subprocess.run(command, capture_output=True, check=False, cwd=checkout, env=environment | wanted)
        for wanted in (locale | {"PYTHONUTF8": "0"}, {"PYTHONUTF8": "1"})
    ]
    assert found[0].returncode == 0, found[0].stderr.decode()
    assert found[0].stdout.decode("utf-8") == found[1].stdout.decode("utf-8") != ""


def test_the_explorer_that_is_not_installed_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("payergraph.extras.find_spec", lambda name: None)
    done = run("explore", "--headless")
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "streamlit" in done.stderr and "pip install -e '.[explorer]'" in done.stderr


def test_a_figure_is_written_of_several_drugs(tmp_path: Path) -> None:
    target = tmp_path / "figure.pdf"
    words = ("compare", "--drug", "Kineret", "--drug", "Ilaris", "--indication", "caps", "--authority", "all")
    done = run(*words, "--format", "markdown", "--figure", target)
    assert done.returncode == 0 and target.read_bytes().startswith(b"%PDF")
    assert re.findall(r"^## What payers ask for (\w+) ", done.stdout, flags=re.MULTILINE) == ["anakinra", "canakinumab"]
