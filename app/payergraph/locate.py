"""Where the graph, its queries and the explorer lie: in the checkout, else inside the installed package.

Who writes facts without a checkout works on a copy of ``data/``, which the variable ``PAYERGRAPH_DATA`` names.
"""

import os
import tomllib
from contextlib import suppress
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent

#: Names the folder that is read in the place of data/.
VARIABLE = "PAYERGRAPH_DATA"

# Each folder's place in a checkout. Installed, all of them lie in the package under their own name.
_IN_CHECKOUT = {
    "ontology": "ontology",
    "shapes": "shapes",
    "data": "data",
    "queries": "queries",
    "explorer": "app/explorer",
}


@cache
def folder(name: str) -> Path:
    """The folder `ontology`, `shapes`, `data`, `queries` or `explorer`, as an absolute path.

    The checkout comes first, so that an editable install always reads the files being edited; before it comes the
    copy of `data` that PAYERGRAPH_DATA names.

    Raises ValueError for another name, FileNotFoundError when the folder is nowhere, or the copy is none.
    """
    if name not in _IN_CHECKOUT:
        raise ValueError(f"payergraph has no folder {name!r}; it has {', '.join(_IN_CHECKOUT)}")
    if name == "data" and (named := os.environ.get(VARIABLE)):
        if not os.path.isdir(Path(named, "concepts")):  # noqa: PTH112 - Path.is_dir raises where this says no
            raise FileNotFoundError(f"{VARIABLE} names {named}, which is no copy of payergraph's folder data")
        return Path(named).resolve()
    root = _PACKAGE.parent.parent
    place = root / _IN_CHECKOUT[name] if _is_checkout(root) else _PACKAGE / name
    if not place.is_dir():
        raise FileNotFoundError(f"payergraph's folder {name!r} is missing: it should be at {place}")
    return place


def licence(name: str) -> str:
    """The text of LICENSE, LICENSE-DATA or NOTICE: from the checkout, else as it was installed with the package.

    Raises FileNotFoundError when it is nowhere.
    """
    from importlib.metadata import PackageNotFoundError, distribution

    place = folder("ontology").parent / name
    text = place.read_text(encoding="utf-8") if place.is_file() else None
    if text is None:
        with suppress(PackageNotFoundError):
            text = distribution("payergraph").read_text(f"licenses/{name}")
    if text is None:
        raise FileNotFoundError(f"payergraph's file {name} is missing: it should be at {place}")
    return text


def is_installed(path: Path) -> bool:
    """Whether a path lies inside the installed package, where the next update would overwrite it."""
    return path.is_relative_to(_PACKAGE)


def here() -> tuple[Path, ...]:
    """The working folder; nothing where somebody took it away."""
    try:
        return (Path.cwd(),)
    except OSError:
        return ()


def shown(path: Path, *roots: Path) -> str:
    """A path as people read it: from the first of the roots that holds it, or from the working folder, else whole."""
    roots += here()
    return next((path.relative_to(root).as_posix() for root in roots if path.is_relative_to(root)), str(path))


def _is_checkout(root: Path) -> bool:
    """Whether this is payergraph's own tree, not a stranger's project that our package happens to lie in."""
    settings = root / "pyproject.toml"
    if not settings.is_file() or not (root / "ontology").is_dir():
        return False
    project: object = tomllib.loads(settings.read_text(encoding="utf-8")).get("project", {})
    return isinstance(project, dict) and project.get("name") == "payergraph"
