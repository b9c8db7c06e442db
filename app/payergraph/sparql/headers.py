"""The header of a query file: comments ``# key: value`` before the first line that is none."""

from __future__ import annotations

from pathlib import Path


def header(path: Path) -> dict[str, list[str]]:
    """The values of each key, in the order of the file."""
    found: dict[str, list[str]] = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("# "):
                break
            key, _, value = line[2:].partition(":")
            found.setdefault(key, []).append(value.strip())
    return found
