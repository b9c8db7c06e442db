"""A list of disagreements as a notebook works with it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ..extras import frame
from .conflicts import Conflict, records

if TYPE_CHECKING:
    import pandas


class Conflicts(tuple[Conflict, ...]):
    """Disagreements, the weightiest of each kind first."""

    __slots__ = ()

    def __repr__(self) -> str:
        counts = Counter(str(item.kind) for item in self)
        return f"<Conflicts: {', '.join(f'{count} {kind}' for kind, count in counts.items()) or 'none'}>"

    def _repr_html_(self) -> str:
        from ..present.notebook import of_conflicts

        return of_conflicts(self)

    def records(self) -> list[dict[str, str]]:
        """One record a side, tidy; the sides of one disagreement share its number."""
        return records(self)

    def to_dataframe(self) -> pandas.DataFrame:
        """The records as a table.

        Raises:
            MissingExtra: pandas is not installed.
        """
        found = self.records()
        return frame(found, list(found[0]) if found else ["conflict", "kind"])
