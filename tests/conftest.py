import gc
import re
import shlex
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from command import run
from hypothesis import settings

from payergraph import locate
from payergraph.present.export import export
from payergraph.store import graph as store

# Two workers share two cores with a browser: how long one example takes says nothing about the code.
settings.register_profile("payergraph", deadline=None)
settings.load_profile("payergraph")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """The tests of a group run in one worker: what takes longest begins first, so that no worker ends up alone.

    What such a group shares is slow to make, and so are the explorer's pages: these tests are marked ``slow``, which
    `make check` leaves out.
    """
    order = ("browser", "jobs", "cohort", "lint", "serve", "export", "stored", "wheel", "ontology")

    def place(item: pytest.Item) -> int:
        mark = item.get_closest_marker("xdist_group")
        return order.index(mark.args[0]) if mark else len(order)

    for item in items:
        if item.get_closest_marker("xdist_group") or item.path.parent.name == "explorer":
            item.add_marker(pytest.mark.slow)
    yield  # others choose and shuffle
    items.sort(key=place)


def pytest_collection_finish() -> None:
    """Eight thousand tests stay to the end: they need not be looked through for garbage a hundred times."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the working tree."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """A whole export, for the group ``export``: made once, by the command of the README, which tells its progress."""
    [line] = re.findall(r"^payergraph export payergraph-data .*$", (checkout / "README.md").read_text("utf-8"), re.M)
    place = tmp_path_factory.mktemp("export") / "payergraph-data"
    result = run(*shlex.split(line.replace("payergraph-data", str(place)), comments=True)[1:])
    assert result.returncode == 0 and result.stdout.strip()
    assert all(re.match(r"payergraph: (reading|writing|making) ", told) for told in result.stderr.splitlines())
    return place


#: The documents of `few`: the founding policies, a label and a guide.
FEW = ("cigna-ip0243", "molina-kineret", "fda-label-kineret", "seed-cigna-kineret-california-guide")


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Path:
    """A copy of data/ with what all documents share and four of them: where more would only take longer."""
    data = tmp_path_factory.mktemp("few") / "data"
    apart = shutil.ignore_patterns("cases", "order", "spans", "set-aside.ttl", "provenance.ttl")
    shutil.copytree(checkout / "data", data, ignore=apart)
    for path in [*data.glob("policies/*"), *data.glob("labels/*"), *data.glob("guides/*"), *data.glob("regulators/*")]:
        if path.stem not in (*FEW, "regulators"):
            path.unlink()
    return data


@pytest.fixture(scope="session")
def few_trig(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The few documents as an export has them: for stores that take a minute to load all."""
    place = tmp_path_factory.mktemp("few-trig") / "data"
    export(store.load(few), place, ["trig"])
    return place / "payergraph.trig"


@pytest.fixture
def few_documents(few: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Lint, loading and commands find the few documents, not all that ship."""
    store.shipped()  # read once in a process: not now
    monkeypatch.setenv(locate.VARIABLE, str(few))
    locate.folder.cache_clear()
    yield few
    monkeypatch.undo()
    locate.folder.cache_clear()
