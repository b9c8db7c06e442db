"""All that is wrong with a case that somebody is filling in, not its first fault alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ..errors import CaseError
from ..store.graph import Graph
from .case import Case, parse_case

#: So many faults are told at once.
_MOST = 20
_STEP = re.compile(r"(\w+)|\[(\d+)\]")
_GONE = object()


def read(record: Mapping[str, Any], graph: Graph, *, name: str = "case") -> tuple[Case | None, dict[str, CaseError]]:
    """A case in the words of the format, or what is wrong with it.

    Returns:
        The case where nothing is wrong; else None, and for each field that is, by its path such as
        ``therapies[0].start``, the first thing that is wrong with it. What is wrong with no field stands under ``""``.
    """
    left: Any = deepcopy(dict(record))
    found: dict[str, CaseError] = {}
    while len(found) < _MOST:
        try:
            case = parse_case(_without_gaps(left), graph, name=name)
        except CaseError as error:
            path = _as_given(error.field, left)
            found.setdefault(path, error)
            if not path or not _take_out(left, path):
                return None, found
        else:
            return (None, found) if found else (case, {})
    return None, found


def _without_gaps(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_gaps(item) for key, item in value.items() if item is not _GONE}
    if isinstance(value, list):
        return [_without_gaps(item) for item in value if item is not _GONE]
    return value


def _as_given(path: str, left: Any) -> str:
    """A path with the numbers that entries have where none was taken out."""
    steps, here = [], left
    for key, number in _STEP.findall(path):
        if key:
            here = here.get(key) if isinstance(here, Mapping) else None
            steps.append(f".{key}")
        else:
            there = [place for place, item in enumerate(here or ()) if item is not _GONE]
            place = there[int(number)] if int(number) < len(there) else int(number)
            here = here[place] if isinstance(here, list) and place < len(here) else None
            steps.append(f"[{place}]")
    return "".join(steps).lstrip(".")


def _take_out(left: Any, path: str) -> bool:
    """Leave a field out; where it is not there, the entry that cannot be without it. Whether anything was left out."""
    steps = [key or int(number) for key, number in _STEP.findall(path)]
    while steps:
        here = left
        try:
            for step in steps[:-1]:
                here = here[step]
            if here[steps[-1]] is not _GONE:
                here[steps[-1]] = _GONE
                return True
        except (KeyError, IndexError, TypeError):
            pass
        steps.pop()
    return False
