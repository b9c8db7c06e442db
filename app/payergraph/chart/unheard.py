"""What a case names and the graph does not know: it is kept, told once, and never the reason for a no.

It may be what a criterion asks for, under another name. So a list that names it is not complete, whatever the case
says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ..store import icd10
from ..store.names import Names
from .fields import FIELDS, Field
from .record import ChartEntry, Code

#: The list in which what another asks for may stand, too.
_TOLD_IN = {"biomarkers": "genetics", "genetics": "biomarkers", "measurements": "labs"}


@dataclass(frozen=True)
class Unheard:
    """A name that the graph does not know.

    Attributes:
        field: where it stands, such as ``therapies[2].product``.
        name: as it was written; a code too.
        title: what ICD-10-CM calls it, where it is a code of it; empty where it is none or cannot be looked up.
    """

    field: str
    name: str
    title: str = ""

    def __str__(self) -> str:
        return f"{self.name}{self.title and f' “{self.title}”'} ({self.field})"

    @property
    def not_looked_up(self) -> bool:
        """Whether it is a code that could not be looked up."""
        return self.field.endswith(".icd10") and not self.title


def unheard(entry: ChartEntry, names: Names, fields: Iterable[Field] = FIELDS, under: str = "") -> Iterator[Unheard]:
    """All that a case, or the entry of a field, names and the graph does not know, in the order of the table."""
    for field in fields:
        value = entry.values.get(field.key)
        for number, one in enumerate(value if isinstance(value, list) else [] if value is None else [value]):
            path = f"{under}{field.key}[{number}]" if field.many else f"{under}{field.key}"
            if isinstance(one, ChartEntry):
                yield from unheard(one, names, field.fields, f"{path}.")
            elif field.open and not names.knows(_iri(one)):
                name = one.text if isinstance(one, Code) else names.slug(one)
                yield Unheard(path, name, icd10.title(icd10.compact(name)) if "Condition" in field.kinds else "")


def complete(entry: ChartEntry, key: str, names: Names) -> bool:
    """Whether a list is said to be complete, and each of its entries is about something that the graph knows."""
    if not entry.one(f"{key}Complete", bool):
        return False
    lists = [field for field in FIELDS if field.key in (key, _TOLD_IN.get(key))]
    # What a therapy was for says nothing of which therapies there are.
    return all(one.field.endswith(".for") for one in unheard(entry, names, lists))


def _iri(value: Any) -> str:
    return value.condition if isinstance(value, Code) else str(value)
