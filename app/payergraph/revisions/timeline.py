"""The editions of documents in time: which followed which, and how many began in which year. z3 is not read with it.

What is unknown is counted beside what is known: most documents of the graph do not say when they began.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from .. import terms
from ..choice import Authority, Standing
from ..policies.library import policies
from ..policies.model import Policy
from ..store.graph import LocalGraph
from ..store.names import Names, names
from ..table import tidy_csv
from ..wording import first_day

COLUMNS = (
    *("timeline", "payer", "policy", "title", "drugs", "authority", "from", "until", "lastReview", "notBefore"),
    *("replaces", "replacedBy", "source"),
)


@dataclass(frozen=True, eq=False)
class Edition:
    """An edition with those beside it.

    Attributes:
        replaces, replaced_by: the editions next to it, whatever their authority.
        until: the first day that an edition which replaces it prints, in ISO 8601; empty where none is known.
    """

    policy: Policy
    replaces: tuple[Policy, ...]
    replaced_by: tuple[Policy, ...]

    @property
    def until(self) -> str:
        """The start of the first edition that replaces it; empty where that is not known."""
        return min((one.edition for one in self.replaced_by if one.edition), default="")


@dataclass(frozen=True, eq=False)
class Timeline:
    """The editions of one document, or of documents that replace one another, the oldest first.

    Attributes:
        editions: an edition stands after those that it replaces; what is left open is in the order of their dates.
    """

    editions: tuple[Edition, ...]

    @property
    def payer(self) -> str:
        """The payer of the newest edition, by IRI."""
        return self.editions[-1].policy.payer

    @property
    def id(self) -> str:
        """The id of the newest edition."""
        return self.editions[-1].policy.id


@dataclass(frozen=True)
class YearCount:
    """What a year brought, as far as documents are dated.

    Attributes:
        began: editions whose printed start is in the year.
        replacing: how many of these replace another edition of the graph.
        ended: editions that one with a start in the year replaces.
    """

    year: int
    began: int
    replacing: int
    ended: int


@dataclass(frozen=True, eq=False)
class Timelines:
    """The timelines in scope, with what is counted over their editions.

    Attributes:
        all: those of several editions first, then by payer and newest edition.
        in_scope: the editions that are counted.
    """

    all: tuple[Timeline, ...]
    in_scope: tuple[Policy, ...]
    names: Names
    graph_version: str

    @property
    def of_several(self) -> tuple[Timeline, ...]:
        """The timelines of more than one edition."""
        return tuple(one for one in self.all if len(one.editions) > 1)

    @property
    def years(self) -> tuple[YearCount, ...]:
        """The years in which something is known to have begun or ended, in order."""
        scope = {policy.iri for policy in self.in_scope}
        editions = [one for timeline in self.all for one in timeline.editions if one.policy.iri in scope]
        began = Counter(one.policy.effective.year for one in editions if one.policy.effective)
        replacing = Counter(one.policy.effective.year for one in editions if one.policy.effective and one.replaces)
        ended = Counter(first_day(one.until).year for one in editions if one.until)
        years = sorted({*began, *ended})
        return tuple(YearCount(year, began[year], replacing[year], ended[year]) for year in years)

    @property
    def without_date(self) -> int:
        """How many editions do not say when they began."""
        return sum(not policy.edition for policy in self.in_scope)

    @property
    def without_any_date(self) -> int:
        """How many of these have no day at all: no last review, and nothing before which they cannot have begun."""
        return sum(not policy.known_dates for policy in self.in_scope)

    @property
    def replaced_without_day(self) -> int:
        """How many editions are replaced by one that does not say when it began."""
        scope = {policy.iri for policy in self.in_scope}
        editions = (one for timeline in self.all for one in timeline.editions if one.policy.iri in scope)
        return sum(bool(one.replaced_by) and not one.until for one in editions)

    def records(self) -> list[dict[str, str]]:
        """One record an edition, tidy; days as the documents print them, empty where they do not."""
        return [record for timeline in self.all for record in self._records(timeline)]

    def _records(self, timeline: Timeline) -> Iterator[dict[str, str]]:
        label = self.names.label
        for one in timeline.editions:
            policy = one.policy
            yield {
                "timeline": timeline.id,
                "payer": label(policy.payer),
                "policy": policy.id,
                "title": policy.label,
                "drugs": "; ".join(map(label, policy.drugs)),
                "authority": policy.authority.value,
                "from": policy.edition,
                "until": one.until,
                "lastReview": policy.reviewed,
                "notBefore": policy.not_before,
                "replaces": " ".join(older.id for older in one.replaces),
                "replacedBy": " ".join(newer.id for newer in one.replaced_by),
                "source": terms.slug(policy.source),
            }

    def to_csv(self) -> str:
        """The tidy records as CSV."""
        return tidy_csv(COLUMNS, self.records())

    def to_json(self) -> str:
        """The records, with the counts and what they leave open."""
        found = {
            "graphVersion": self.graph_version,
            "editions": self.records(),
            "years": [
                {"year": one.year, "began": one.began, "replacing": one.replacing, "ended": one.ended}
                for one in self.years
            ],
            "counted": len(self.in_scope),
            "withoutStart": self.without_date,
            "withoutAnyDate": self.without_any_date,
            "replacedWithoutDay": self.replaced_without_day,
        }
        return json.dumps(found, indent=2, ensure_ascii=False)


def timelines(
    graph: LocalGraph,
    *,
    drug: str | None = None,
    payer: str | None = None,
    policy: str | None = None,
    authority: Authority = Authority.PRIMARY,
) -> Timelines:
    """The timelines with an edition in scope, whole: an edition out of scope stays in the one that it belongs to.

    Args:
        drug, payer: IRIs; all where absent.
        policy: an id; only its timeline.
        authority: of the editions that are in scope.
    """
    every = {one.iri: one for one in policies(graph).all}
    newer: dict[str, list[Policy]] = {}
    for one in every.values():
        for iri in one.supersedes:
            newer.setdefault(iri, []).append(one)

    def edition(one: Policy) -> Edition:
        before = [every[iri] for iri in one.supersedes if iri in every]
        # An edition may name all that it replaces; next to it stands what none of the others replaces.
        between = {iri for older in before for iri in older.supersedes}
        after = newer.get(one.iri, [])
        far = {later.iri for later in after if any(mid.iri in later.supersedes for mid in after)}
        return Edition(
            one,
            tuple(older for older in before if older.iri not in between),
            tuple(later for later in after if later.iri not in far),
        )

    editions = {iri: edition(one) for iri, one in every.items()}
    chosen = [
        one
        for one in every.values()
        if (drug is None or drug in one.drugs)
        and payer in (None, one.payer)
        and policy in (None, one.id)
        and (authority is Authority.ALL or one.authority is Standing.PRIMARY)
    ]
    found: dict[str, Timeline] = {}
    for one in chosen:
        together = _together(one.iri, editions)
        found.setdefault(min(together), Timeline(tuple(_in_time(editions[iri] for iri in together))))
    known = names(graph)
    ordered = sorted(
        found.values(), key=lambda one: (len(one.editions) == 1, known.label(one.payer).casefold(), one.id)
    )
    return Timelines(tuple(ordered), tuple(chosen), known, graph.version)


def _together(start: str, editions: dict[str, Edition]) -> set[str]:
    """The editions that are joined to one by what replaces what, itself among them."""
    found, left = {start}, [start]
    while left:
        at = editions[left.pop()]
        for beside in (*at.replaces, *at.replaced_by):
            if beside.iri not in found:
                found.add(beside.iri)
                left.append(beside.iri)
    return found


def _in_time(editions: Iterable[Edition]) -> Iterator[Edition]:
    """Each edition after those that it replaces; among those that are free, by date, and those without one by id."""
    left = {one.policy.iri: one for one in editions}
    while left:
        free = [one for one in left.values() if not any(older.iri in left for older in one.replaces)] or [
            *left.values()
        ]
        first = min(free, key=lambda one: (one.policy.effective or date.max, one.policy.id))
        yield left.pop(first.policy.iri)
