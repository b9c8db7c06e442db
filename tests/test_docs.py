"""The pages made from the graph are current, no section is empty, and the README's commands work."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from types import ModuleType

import pytest
from command import run
from scripts import script

from payergraph.sparql.questions import ask
from payergraph.store.graph import shipped

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def build() -> ModuleType:
    return script("build")


@pytest.mark.parametrize(
    "name",
    ["case.md", "cohorts.md", "coverage.md", "questions.md", "synthetic-population.md", "../ontology/case.schema.json"],
)
def test_the_page_is_what_the_graph_says(build: ModuleType, name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == build.PAGES[name](), "run: python docs/build.py"


def test_the_pages_of_the_criteria_are_what_their_tables_say(build: ModuleType) -> None:
    there = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "criteria").iterdir()}
    assert there == build.kinds.pages(), "run: python docs/build.py"


def test_the_pages_of_the_drugs_are_what_the_graph_says(build: ModuleType) -> None:
    there = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "coverage").iterdir()}
    assert there == build.coverage_pages(), "run: python docs/build.py"


def test_every_document_stands_on_a_page_that_the_index_links(build: ModuleType) -> None:
    index, pages = build.coverage(), build.coverage_pages()
    assert set(re.findall(r"\(coverage/(.*?)\)", index)) == set(pages)
    headed = {name for text in pages.values() for name in re.findall(r"^## (.+)$", text, flags=re.M)}
    assert headed == {
        row["document"].removeprefix("source/") for row in ask("coverage_by_section", shipped()).records()
    }
    assert len(index.splitlines()) < 100


def test_no_section_of_a_document_is_without_facts() -> None:
    rows = ask("coverage_by_section", shipped()).records()
    empty = [
        (row["document"], row["section"])
        for row in rows
        if not any(
            int(row[kind]) for kind in ("statements", "criteria", "rules", "exclusions", "appealSteps", "policies")
        )
    ]
    assert empty == []


def commands() -> list[str]:
    """The one-line payergraph commands of the README that end by themselves."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^payergraph .*$", text, flags=re.M)
    return [line for line in found if "<<" not in line and not line.startswith("payergraph serve")]


# The export of everything is made once, by tests/conftest.py.
@pytest.mark.parametrize("line", [line for line in commands() if "payergraph-data" not in line])
def test_a_command_of_the_readme_works(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = shlex.split(re.sub(r"payergraph-(data|tables)", rf"{tmp_path}/\1", line), comments=True)[1:]
    monkeypatch.chdir(ROOT)
    result = run(*words)
    if words[0] == "export":  # which tells its progress
        assert all(re.match(r"payergraph: (reading|writing|making) ", told) for told in result.stderr.splitlines())
    else:
        assert result.stderr == ""
    assert result.returncode == 0
    assert result.stdout.strip()


def test_no_export_of_the_readme_replaces_another() -> None:
    folders = [shlex.split(line, comments=True)[2] for line in commands() if line.startswith("payergraph export")]
    assert len(folders) == len(set(folders)) == 2


def test_the_sparql_of_the_readme_has_rows() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    [query] = re.findall(r"<<'SPARQL'\n(.*?)\nSPARQL", text, flags=re.S)
    result = run("query", "-", "--format", "csv", stdin=query)
    assert result.returncode == 0
    assert "molina-kineret" in result.stdout and "rheumatology" in result.stdout


def test_the_readme_stays_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 120
