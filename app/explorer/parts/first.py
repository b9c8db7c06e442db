"""Long lists: the first of them, how many are left, and a way to see all. The address says how many are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from . import address
from .markup import Html, joined, link, tag

_T = TypeVar("_T")
_ALL = "all"
#: More are never drawn at once: a browser takes seconds for them.
MOST = 1_000


def of(found: Sequence[_T], few: int, unknown: list[str]) -> Sequence[_T]:
    """As many as the address says; a few where it does not."""
    given = address.given("show")
    number = int(given) if given.isdecimal() and len(given) < 6 else 0
    if given and given != _ALL and not number:
        unknown.append(given)
    return found[: min(MOST, len(found) if given == _ALL else max(number, few))]


def left(page: str, parameters: Mapping[str, str], shown: int, every: int, few: int) -> Html:
    """How many are left, and links to more and to all; nothing where none is left."""
    rest = every - shown
    if rest <= 0:
        return Html()
    more: list[Html] = []
    if shown < MOST and rest > few:
        more.append(link(page, {**parameters, "show": str(shown + few)}, f"Show {few} more"))
    if every <= MOST:
        more.append(link(page, {**parameters, "show": _ALL}, f"Show all {every:,}"))
    said = f"{shown:,} of {every:,} are shown, {rest:,} are left."
    return tag("p", said, *(joined([" ", one, "."]) for one in more), class_="pg-place")
