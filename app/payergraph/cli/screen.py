"""The terminal that tables are printed on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from .base import visible


class Screen(Console):
    """Rich's terminal, to which texts go without what would steer it."""

    def print(self, *objects: Any, **options: Any) -> None:
        """See rich."""
        shown = (visible(item) if isinstance(item, str) else _Visible(item) for item in objects)
        super().print(*shown, **options)


class _Visible:
    """Something to print, of which only what can be seen is printed; colours are no part of a text."""

    def __init__(self, content: RenderableType) -> None:
        self._content = content

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self._content, options):
            yield segment if segment.control else segment._replace(text=visible(segment.text))
