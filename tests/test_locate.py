from collections.abc import Iterator
from pathlib import Path

import pytest

from payergraph import locate
from payergraph.locate import folder


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package folder two levels below a tree of the test's making, in the place of our own."""
    package = tmp_path / "app" / "payergraph"
    package.mkdir(parents=True)
    monkeypatch.setattr(locate, "_PACKAGE", package)
    folder.cache_clear()
    yield package
    folder.cache_clear()


def test_the_checkout_comes_first(checkout: Path) -> None:
    assert folder("data") == checkout / "data"
    assert folder("explorer") == checkout / "app" / "explorer"


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"'drugs'.*ontology, shapes, data, queries, explorer"):
        folder("drugs")


def test_a_strangers_project_around_the_package_is_not_the_checkout(package: Path, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "another"\n', encoding="utf-8")
    (tmp_path / "ontology").mkdir()
    (package / "ontology").mkdir()
    assert folder("ontology") == package / "ontology"


def test_a_folder_that_is_nowhere_is_named_with_its_place(package: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"'queries'.*payergraph/queries"):
        folder("queries")
