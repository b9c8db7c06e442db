"""What changed between editions, as an answer.

z3 is read when it is worked out, not with this module, so that whoever has not installed it can do all else.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ..choice import Authority, Standing, day
from ..extras import frame, require
from ..policies.library import policies
from ..policies.model import Policy
from ..policies.words import verbalize
from ..store.graph import LocalGraph
from ..store.names import Names, names
from ..table import tidy_csv
from ..wording import counted
from .model import EditionChange, Effect, UseChange

if TYPE_CHECKING:
    import pandas

#: The version of the JSON: it rises when a key goes or means something else, and not when one is added.
FORMAT_VERSION = 1
COLUMNS = (
    *("older", "newer", "effective", "payer", "drug", "indications", "request", "olderSays", "newerSays", "effect"),
    *("asFarAsShown", "change", "olderText", "newerText", "olderLocator", "newerLocator"),
)


@dataclass(frozen=True)
class Year:
    """The editions that began in a year, and the uses that each effect had, counted by stage.

    Attributes:
        year: None of those without a date.
    """

    year: int | None
    editions: int
    effects: Counter[Effect]


@dataclass(frozen=True, eq=False)
class Changes:
    """What changed between editions.

    Attributes:
        editions: by payer and date; those without a date come last.
        since: the day since which the newer editions began; None for all.
        undated: the newer editions that were left out, because nobody knows whether they began since that day.
        documents: all policies of the payer and the drug that were asked for.
    """

    editions: tuple[EditionChange, ...]
    since: date | None
    authority: Authority
    undated: tuple[Policy, ...]
    documents: tuple[Policy, ...]
    names: Names
    graph_version: str

    def __iter__(self) -> Iterator[EditionChange]:
        return iter(self.editions)

    def __len__(self) -> int:
        return len(self.editions)

    @property
    def without_date(self) -> int:
        """How many of the documents in scope have no date."""
        return sum(not policy.edition for policy in self.documents)

    @property
    def per_year(self) -> tuple[Year, ...]:
        """How many editions replaced another in each year, and what they did; those without a date last."""
        years = sorted({_year(item) for item in self}, key=lambda year: (year is None, year))
        found = []
        for year in years:
            some = [item for item in self if _year(item) == year]
            effects = Counter(use.effect for item in some for use in item.uses)
            found.append(Year(year, len({item.newer.iri for item in some}), effects))
        return tuple(found)

    def records(self) -> list[dict[str, str]]:
        """One record for each criterion, and each thing beside the criteria, that changed; tidy."""
        return [record for item in self for use in item.uses for record in self._records(item, use)]

    def _records(self, item: EditionChange, use: UseChange) -> Iterator[dict[str, str]]:
        label = self.names.label
        same = {
            "older": item.older.id,
            "newer": item.newer.id,
            "effective": item.newer.edition,
            "payer": label(item.newer.payer),
            "drug": label(use.drug),
            "indications": "; ".join(map(label, use.uses)),
            "request": use.request.value,
            "olderSays": use.says_older.value,
            "newerSays": use.says_newer.value,
            "effect": use.effect.value,
            "asFarAsShown": "yes" if use.as_far_as_shown else "no",
        }
        for part in use.parts:
            sides = {"older": part.older, "newer": part.newer}
            told = {f"{side}Text": verbalize(one) for side, one in sides.items() if one is not None}
            places = {f"{side}Locator": one.locator for side, one in sides.items() if one is not None}
            yield dict.fromkeys(COLUMNS, "") | same | {"change": part.turn.value} | told | places
        for term in use.terms:
            yield (
                dict.fromkeys(COLUMNS, "")
                | same
                | {
                    "change": term.what,
                    "olderText": term.older,
                    "newerText": term.newer,
                }
            )
        if not use.parts and not use.terms:
            yield dict.fromkeys(COLUMNS, "") | same

    def to_dataframe(self) -> pandas.DataFrame:
        """The records as a table.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return frame(self.records(), COLUMNS)

    def to_csv(self) -> str:
        """The tidy records as CSV."""
        return tidy_csv(COLUMNS, self.records())

    def to_json(self) -> str:
        """All of it; of each effect a patient who shows it, which takes about a second for each."""
        counts = [
            {
                "year": one.year,
                "editions": one.editions,
                "effects": {e.value: n for e, n in sorted(one.effects.items())},
            }
            for one in self.per_year
        ]
        found = {
            "formatVersion": FORMAT_VERSION,
            "since": self.since.isoformat() if self.since else None,
            "authority": self.authority.value,
            "graphVersion": self.graph_version,
            "changes": [item.record() for item in self],
            "perYear": counts,
            "documents": len(self.documents),
            "withoutDate": self.without_date,
            "leftOutForTheirDate": [policy.id for policy in self.undated],
        }
        return json.dumps(found, indent=2, ensure_ascii=False)

    def to_atom(self) -> str:
        """A feed with an entry an edition."""
        from ..present.feed import atom

        return atom(self)

    def __repr__(self) -> str:
        return f"<Changes: {counted(len(self), 'pair')} of editions>"

    def _repr_html_(self) -> str:
        from ..present.notebook import of_changes

        return of_changes(self)


def _year(item: EditionChange) -> int | None:
    return item.since.year if item.since else None


def changes_between(graph: LocalGraph, older: Policy, newer: Policy) -> Changes:
    """What changed between two editions, of which the newer replaces the older.

    Raises:
        MissingExtra: z3 is not installed.
    """
    for library in ("z3", "networkx"):
        require(library)
    from .editions import edition_change

    found = edition_change(graph, older, newer)
    return Changes((found,), None, Authority.ALL, (), (older, newer), names(graph), graph.version)


def changes_of(
    graph: LocalGraph,
    *,
    payer: str | None = None,
    drug: str | None = None,
    since: date | str | None = None,
    authority: Authority | str = Authority.PRIMARY,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Changes:
    """What changed between the editions of the graph.

    Args:
        payer, drug: IRIs; all where absent.
        since: only newer editions that began on this day or later; all where absent.
        authority: of both editions.
        progress: is told how many pairs of how many are compared.

    Raises:
        CallError: a word is none of its list, or the day is none.
        MissingExtra: z3 is not installed.
    """
    for library in ("z3", "networkx"):
        require(library)
    from .editions import edition_change, may_be_since, pairs

    read, on = Authority(authority), day(since, "since")
    every = pairs(graph, payer, drug, read)
    since_then = [(older, newer, on is None or may_be_since(newer, on)) for older, newer in every]
    chosen = [(older, newer) for older, newer, known in since_then if known]
    found = []
    for done, (older, newer) in enumerate(chosen):
        progress(done, len(chosen))
        found.append(edition_change(graph, older, newer))
    progress(len(chosen), len(chosen))
    documents = tuple(
        policy
        for policy in policies(graph).all
        if payer in (None, policy.payer)
        and (drug is None or drug in policy.drugs)
        and (read is Authority.ALL or policy.authority is Standing.PRIMARY)
    )
    undated = tuple({newer.iri: newer for _, newer, known in since_then if known is None}.values())
    return Changes(tuple(found), on, read, undated, documents, names(graph), graph.version)
