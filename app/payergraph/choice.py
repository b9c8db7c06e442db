"""Words that are chosen from a closed list, and what a call got wrong: a typo raises, it never decides.

What the command line needs to know of the graph before it reads any.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from .errors import CallError


class Choice(StrEnum):
    """One word of a closed list. ``Request("initial")`` is the word; of any other text it raises.

    Raises:
        CallError: this is none of the words; it names them all.
    """

    @classmethod
    def _missing_(cls, value: object) -> Choice:
        name = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in cls.__name__).strip()
        raise CallError(name, f"{value!r} is not known; expected {' or '.join(cls)}")


class Request(Choice):
    """The stage of a request."""

    INITIAL = "initial"
    CONTINUATION = "continuation"

    @property
    def other(self) -> Request:
        """The other stage."""
        return Request.CONTINUATION if self is Request.INITIAL else Request.INITIAL

    @property
    def words(self) -> str:
        """``first request``, ``renewal``."""
        return "first request" if self is Request.INITIAL else "renewal"


class Authority(Choice):
    """Whose words count: those of the payers' own documents, or those of retellings too."""

    PRIMARY = "primary"
    ALL = "all"


class Standing(Choice):
    """Whether a document speaks for itself or retells another."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


class Form(Choice):
    """What a folder with the charts of a population holds."""

    TABLES = "tables"
    OMOP = "omop"
    SYNTHEA = "synthea"
    FHIR = "fhir"


class EngineName(Choice):
    """What judges the charts of a population."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def day(value: date | str | None, argument: str = "as_of") -> date | None:
    """A day, given as one or as ISO text (``2026-10-01``).

    Raises:
        CallError: it is neither.
    """
    if value is None or type(value) is date:  # a datetime is a date too, and does not compare with one
        return value
    try:
        return date.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise CallError(argument, f"{value!r} is no day; expected a date, or text like '2026-10-01'") from None


def several(values: Iterable[str], argument: str) -> tuple[str, ...]:
    """A list of words; a single text is no list of its letters.

    Raises:
        CallError: it is one text.
    """
    if isinstance(values, str):
        raise CallError(argument, f"{values!r} is one text; expected a list, such as [{values!r}]")
    return tuple(values)
