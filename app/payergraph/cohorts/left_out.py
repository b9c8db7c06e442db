"""What a reader of a population left out, counted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Left:
    """Rows, or a cell of theirs, that were left out.

    Attributes:
        table: the table, by its name in the source.
        reason: why, in words.
        system: the code system, as the source names it; empty where there is none.
        code, name: the code and its name, each empty where the source has none.
        rows: how many.
    """

    table: str
    reason: str
    system: str
    code: str
    name: str
    rows: int


@dataclass(frozen=True)
class LeftOut:
    """What a reader left out: a line for each table, reason and code, those with the most rows first.

    Attributes:
        nobody: the rows whose person is in no person table.
    """

    lines: tuple[Left, ...]
    nobody: int

    @property
    def rows(self) -> int:
        """How many rows and cells were left out."""
        return sum(line.rows for line in self.lines)
