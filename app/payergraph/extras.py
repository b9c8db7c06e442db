"""Libraries that only some answers need: which extra brings each, and what is said where one is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

#: The extra that brings a library.
EXTRAS = {
    "altair": "explorer",
    "pandas": "tables",
    "pyarrow": "tables",
    "streamlit": "explorer",
    "vl_convert": "figures",
}


class MissingExtra(ImportError):  # noqa: N818 - it says what it is
    """A library that is not installed, and what brings it, in one sentence."""


def needed(library: str) -> Any:
    """A library of an extra.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        return import_module(library)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != library:
            raise  # something else is missing inside it
        raise MissingExtra(
            f"this needs {library}, which is not installed; in the folder of payergraph: "
            f"pip install -e '.[{EXTRAS[library]}]'",
            name=library,
        ) from None


def frame(records: Sequence[Mapping[str, str]], columns: Sequence[str]) -> pandas.DataFrame:
    """Records as a data frame, with its columns also where there are none.

    Raises:
        MissingExtra: pandas is not installed.
    """
    found: pandas.DataFrame = needed("pandas").DataFrame(list(records), columns=list(columns))
    return found
