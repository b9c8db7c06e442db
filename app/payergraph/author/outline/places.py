"""Where something stands in a document: ``@ 1.A`` in the section of what it is a part of, ``@5 1.A`` in section 5."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_PLACED = re.compile(r"(.*?)(?:^|\s)@(\d*)\s+(\S.*)")


@dataclass(frozen=True)
class Place:
    """A section, by its number, and the words and numbers by which a reader finds the place in it."""

    section: int
    locator: str

    def told(self, above: Place) -> str:
        """The place beside that of what it is a part of; empty where it is the same."""
        if self == above:
            return ""
        return f"@{'' if self.section == above.section else self.section} {self.locator}"


def placed(pairs: dict[str, Any], told: str) -> dict[str, Any]:
    """Pairs whose first bears a place: at the end of its text, else of its key; else the place is a pair itself."""
    if not told:
        return pairs
    (key, value), *rest = pairs.items()
    if told.count("@") > 1 or " @" in key or (isinstance(value, str) and " @" in value):
        return {key: value, "at": told, **dict(rest)}
    if isinstance(value, str) and value:
        return {key: f"{value} {told}", **dict(rest)}
    return {f"{key} {told}": value, **dict(rest)}


def split(text: str) -> tuple[str, str, str]:
    """A text without its place, the number of the section, empty where none is said, and the locator."""
    found = _PLACED.fullmatch(text)
    return (found[1].strip(), found[2], found[3]) if found else (text, "", "")
