"""Which editions of policies there are on a day: those in force, the newest that are known, those that only retell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from ..choice import Authority, Standing, day
from ..store.graph import Graph
from ..wording import first_day, written
from .library import policies
from .model import Policy


def replaced(among: Iterable[Policy]) -> frozenset[str]:
    """The editions that one of these replaces, by IRI, whether or not they are among them."""
    return frozenset(old for policy in among for old in policy.supersedes)


def newest(graph: Graph) -> tuple[Policy, ...]:
    """The policies that no other edition in the graph replaces, whatever the day."""
    every = policies(graph).all
    old = replaced(every)
    return tuple(policy for policy in every if policy.iri not in old)


def in_scope(
    graph: Graph,
    asked: str,
    payer: str | None = None,
    authority: Authority | str = Authority.PRIMARY,
    as_of: date | str | None = None,
) -> tuple[Policy, ...]:
    """The policies for a drug or a product that are in force on a day, today where none is given.

    Those without a date count as in force, but not before what they name, nor up to the last known day of an edition
    that they replace, nor once a later edition is in force: whatever the authority of that edition, and also where it
    is itself replaced.

    Raises:
        CallError: this is no authority, or no day.
    """
    authority, on = Authority(authority), day(as_of) or date.today()
    known = {item.iri: item for item in policies(graph).of_drug(asked)}
    in_force = [item for item in known.values() if _has_begun(item, on, known)]
    old = replaced(in_force)
    found = [
        item
        for item in in_force
        if item.iri not in old
        and (authority is Authority.ALL or item.authority is Standing.PRIMARY)
        and (payer is None or item.payer == payer)
    ]
    return tuple(sorted(found, key=lambda item: (item.payer, item.id)))


def _has_begun(policy: Policy, day: date, known: Mapping[str, Policy]) -> bool:
    if policy.effective is not None:
        return policy.effective <= day
    if policy.not_before and day < first_day(policy.not_before):
        return False
    earlier = [known[iri] for iri in policy.supersedes if iri in known]
    seen = [first_day(text) for item in earlier for text in item.known_dates]
    return all(last < day for last in seen) and all(_has_begun(item, day, known) for item in earlier)


def retellings(graph: Graph, asked: str, payer: str | None = None, as_of: date | None = None) -> tuple[Policy, ...]:
    """The retellings in force on a day of payers that have no document of their own for it in force."""
    found = in_scope(graph, asked, payer, Authority.ALL, as_of)
    own = {item.payer for item in found if item.authority is Standing.PRIMARY}
    return tuple(item for item in found if item.payer not in own)


def editions(chosen: Iterable[Policy], day: date) -> str:
    """Which editions these are, in words: the latest that is known of each document, be it old or undated.

    >>> editions([], date(2026, 11, 29))
    'the latest editions known on 29 November 2026'
    """
    dates = {policy.iri: policy.edition for policy in chosen if policy.payer}
    undated = sum(1 for edition in dates.values() if not edition)
    rest = f" ({undated} of {len(dates)} undated)" if undated else ""
    return f"{_known_on(day)}{rest}"


def _known_on(day: date) -> str:
    return f"the latest editions known on {written(day.isoformat())}"


def undated(chosen: Iterable[Policy]) -> tuple[Policy, ...]:
    """Those of some policies of payers whose edition has no date, each once, in their order."""
    return tuple({policy.iri: policy for policy in chosen if policy.payer and not policy.edition}.values())


def shown_on(day: date) -> str:
    """Of which day the editions are that a page shows, in a sentence.

    >>> shown_on(date(2026, 11, 29))
    'Shown are the latest editions known on 29 November 2026.'
    """
    return f"Shown are {_known_on(day)}."


def without_date(chosen: Iterable[Policy]) -> str:
    """How many of some documents have no date, and what that means; empty where all have one."""
    found = list(chosen)
    every = {policy.iri for policy in found if policy.payer}
    number = len(undated(found))
    have = "has" if number == 1 else "have"
    return (
        f"{number} of {len(every)} {have} no date: nobody can say whether {_THEY[number == 1]} in force"
        if number
        else ""
    )


_THEY = {True: "it is", False: "they are"}


def told(chosen: Iterable[Policy], day: date) -> str:
    """The same in one line of text, with the documents that have no date by their names."""
    found = list(chosen)
    without = without_date(found)
    named = "; ".join(f"{policy.label}, {policy.dated}" for policy in undated(found))
    return f"{shown_on(day)} {without} ({named})." if without else shown_on(day)
