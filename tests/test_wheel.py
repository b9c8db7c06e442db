"""An installed payergraph answers what a checkout answers, without the checkout."""

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

pytestmark = pytest.mark.xdist_group("wheel")  # building and installing is slow: once, in one worker

FOLDERS = {
    "ontology": "ontology",
    "shapes": "shapes",
    "data": "data",
    "queries": "queries",
    "app/explorer": "explorer",
    "app/payergraph": "",
}


@pytest.fixture(scope="session")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the sdist, as an index would serve both."""
    dist = tmp_path_factory.mktemp("dist")
    _run([sys.executable, "-m", "build", "--no-isolation", "--outdir", dist, checkout], folder=dist)
    [wheel] = dist.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def installed(checkout: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment that holds the wheel and its dependencies, and nothing else."""
    environment = tmp_path_factory.mktemp("installed")
    # pip runs from outside and compiles nothing, which saves half of the time.
    venv.create(environment, with_pip=False, symlinks=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", environment / "bin" / "python"]
    options = ["--quiet", "--no-compile", "-c", checkout / "constraints.txt"]
    _run([*pip, "install", *options, wheel], folder=environment)
    return environment / "bin"


@pytest.fixture
def elsewhere(checkout: Path, tmp_path: Path) -> Path:
    """A folder far from the checkout, with a sixth of the example cases in it."""
    (tmp_path / "cases").mkdir()
    for path in sorted((checkout / "data" / "cases").glob("*.yaml"))[::6]:
        shutil.copy(path, tmp_path / "cases")
    return tmp_path


def test_the_tests_of_a_group_run_in_one_worker(request: pytest.FixtureRequest, worker_id: str) -> None:
    assert worker_id == "master" or request.node.nodeid.endswith("@wheel")


def test_the_wheel_has_one_top_level_package(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"payergraph", "payergraph-0.1.0.dist-info"}


@pytest.mark.parametrize("source", FOLDERS)
def test_the_wheel_holds_every_file_of(source: str, wheel: Path, checkout: Path) -> None:
    root = checkout / source
    expected = {
        f"payergraph/{FOLDERS[source]}/{path.relative_to(root).as_posix()}".replace("//", "/"): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with ZipFile(wheel) as archive:
        held = {name: archive.read(name) for name in expected.keys() & set(archive.namelist())}
    assert expected, f"{source} is empty"
    assert sorted(expected.keys() - held.keys()) == []
    assert held == expected


def test_the_licenses_travel_with_the_wheel(wheel: Path) -> None:
    held = {name.rsplit("/", 1)[1] for name in ZipFile(wheel).namelist() if "/licenses/" in name}
    assert held == {"LICENSE", "LICENSE-DATA", "LICENSE-CODEMIRROR", "NOTICE"}


def test_an_editable_install_holds_no_copy_that_could_go_stale() -> None:
    files = importlib.metadata.files("payergraph")
    assert files
    assert [file for file in files if file.parts[0] == "payergraph"] == []


def test_an_installed_payergraph_finds_its_own_files(installed: Path, elsewhere: Path) -> None:
    code = "from payergraph.locate import folder; print(folder('data'))"
    printed = Path(_run([installed / "python", "-c", code], folder=elsewhere).strip())
    assert printed.is_relative_to(installed.parent.resolve())


def test_an_installed_payergraph_determines_the_cases_as_the_checkout_does(installed: Path, elsewhere: Path) -> None:
    arguments = ["check", "cases", "--format", "json"]
    ours = json.loads(_run([Path(sys.executable).parent / "payergraph", *arguments], folder=elsewhere))
    theirs = json.loads(_run([installed / "payergraph", *arguments], folder=elsewhere))
    assert any(case["determinations"] for case in ours)
    assert theirs == ours


def test_an_installed_payergraph_exports_its_licences(installed: Path, elsewhere: Path, checkout: Path) -> None:
    _run([installed / "payergraph", "export", "out", "--format", "questions"], folder=elsewhere)
    for name in ("LICENSE", "LICENSE-DATA", "NOTICE"):
        assert (elsewhere / "out" / name).read_bytes() == (checkout / name).read_bytes()


def test_an_installed_payergraph_lists_its_questions(installed: Path, elsewhere: Path, checkout: Path) -> None:
    listed = _run([installed / "payergraph", "query", "--list"], folder=elsewhere)
    questions = [path.stem for path in (checkout / "queries").rglob("*.rq")]
    assert questions
    assert [name for name in questions if name not in listed] == []


def test_what_an_extra_brings_is_not_needed_and_is_told_where_it_is_wanted(installed: Path, elsewhere: Path) -> None:
    names = ("pandas", "pyarrow", "streamlit", "vl_convert")
    code = f"from importlib.util import find_spec; print([name for name in {names} if find_spec(name)])"
    assert _run([installed / "python", "-c", code], folder=elsewhere).strip() == "[]"
    asked = ["compare", "--drug", "Kineret", "--indication", "RA", "--payer", "cigna"]
    assert "Cigna IP0243" in _run([installed / "payergraph", *asked], folder=elsewhere)
    for words, extra in (
        ([*asked, "--figure", "figure.svg"], "figures"),
        (["export", "data", "--format", "parquet"], "tables"),
        (["explore", "--headless"], "explorer"),
    ):
        done = subprocess.run(
            [installed / "payergraph", *words], cwd=elsewhere, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
        assert done.stderr.endswith(f"pip install -e '.[{extra}]'\n")


def _run(command: list[str | Path], *, folder: Path) -> str:
    """Run in `folder`, seeing nothing of the checkout through the environment; return stdout."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PAYERGRAPH_", "COV_"))}
    # Wide, so that no name in a table is cut.
    environment["COLUMNS"] = "250"
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command} exited with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout
