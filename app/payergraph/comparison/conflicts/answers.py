"""Statements of one question that answer it differently, between documents and within one.

A question is a thing, an aspect that has one value (``pg:singleValued``) and a set of scopes. A scope that is a state
may be missing on one side: what is said for every state is compared with what is said for one, but never one state
with another. What one document limits by two wordings answers two questions. Where an aspect is
``pg:comparedAcrossScopes``, only the state has to fit, and each side says what it counts. Two clocks with one limit are
no disagreement, though one begins earlier ("3 to 7 days" and "within 7"), nor are two rates said to be about so much of
which one is the other, rounded, nor what holds in one year and what holds in another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from ... import terms
from ...wording import numeral
from . import telling
from .ground import Ground
from .model import Conflict, Kind, Side, joined, told
from .statements import Answer, Statement

# Why a difference matters, by how the name of the aspect ends.
_MATTERS = {
    "phone": "A call may reach the wrong office, unless the numbers are for different calls.",
    "fax-number": "A letter may reach the wrong office.",
    "success-rate": "The chance of a review looks better or worse than it is.",
    "billing-unit": "A claim may be paid many times too much or too little.",
}
# How many days a unit of a scale of durations has, near enough to tell the longer from the shorter.
_DAYS = {"time": Decimal(1) / 1440, "calendar": Decimal("30.4"), "business time": Decimal("1.4")}


def find(ground: Ground) -> Iterator[Conflict]:
    """The statements of each question that disagree."""
    for aspect in sorted(ground.single):
        groups: defaultdict[Hashable, list[Statement]] = defaultdict(list)
        for item in ground.by_aspect[aspect]:
            if item.answer is not None:
                scopes = frozenset() if aspect in ground.across else item.scopes - ground.states(item)
                groups[item.about, scopes].append(item)
        for group in groups.values():
            general = [item for item in group if not ground.states(item)]
            yield from _differing(ground, aspect, general, lambda a, b: True)
            for state in sorted({state for item in group for state in ground.states(item)}):
                here = [item for item in group if state in ground.states(item)]
                yield from _differing(ground, aspect, here + general, lambda a, b: bool(a or b))


def _differing(
    ground: Ground, aspect: str, group: Sequence[Statement], wanted: Callable[[frozenset[str], frozenset[str]], bool]
) -> Iterator[Conflict]:
    """The conflicts in a group of statements that answer one question; a pair of general statements is left out
    where the group is a state's, for it has been seen."""
    pairs = [
        (a, b)
        for a, b in combinations(group, 2)
        if wanted(ground.states(a), ground.states(b)) and _disagree(ground, a, b)
    ]
    own: defaultdict[str, dict[str, Statement]] = defaultdict(dict)
    apart: dict[str, Statement] = {}
    for a, b in pairs:
        if a.source == b.source and not (a.cites and b.cites and a.cites.isdisjoint(b.cites)):
            if a.scopes == b.scopes and (not a.words or not b.words or a.words == b.words):
                own[a.source].update({a.iri: a, b.iri: b})
        else:
            apart.update({a.iri: a, b.iri: b})
    for found in own.values():
        yield _statement_conflict(ground, Kind.CONTRADICTS_ITSELF, aspect, found.values())
    if apart:
        yield _statement_conflict(ground, Kind.SOURCES_DIFFER, aspect, apart.values())


def _disagree(ground: Ground, a: Statement, b: Statement) -> bool:
    one, other = a.answer, b.answer
    if one is None or other is None or one.measure != other.measure or a.iri in b.alternatives or _apart(a, b):
        return False
    if one.measure == "thing":
        first, second = str(one.low), str(other.low)
        return not (ground.names.subsumes(first, second) or ground.names.subsumes(second, first))
    if one.measure == "date":
        return not (str(one.low).startswith(str(other.low)) or str(other.low).startswith(str(one.low)))
    if one.scale != other.scale:
        return True
    if one.measure == "duration":
        return one.high != other.high
    if a.hedged and b.hedged and (_rounds(one, other) or _rounds(other, one)):
        return False
    return (one.low, one.high) != (other.low, other.high)


def _apart(a: Statement, b: Statement) -> bool:
    """Whether one has ceased to hold before the other does."""
    return any(one.until and other.since and one.until < other.since for one, other in ((a, b), (b, a)))


def _rounds(one: Answer, other: Answer) -> bool:
    """Whether one rate is the other, rounded to tens or to fives."""
    if one.measure != "share" or one.low != one.high or other.low != other.high:
        return False
    assert isinstance(one.low, Decimal) and isinstance(other.low, Decimal)
    return any(one.low % step == 0 and abs(one.low - other.low) * 2 <= step for step in map(Decimal, (5, 10)))


def _statement_conflict(ground: Ground, kind: Kind, aspect: str, found: Iterable[Statement]) -> Conflict:
    items = sorted(found, key=lambda item: (item.authority, item.iri))
    shared = frozenset.intersection(*(item.scopes for item in items))
    merged: dict[tuple[str, str, frozenset[str]], Side] = {}
    for item in items:
        side = telling.side(ground, item, item.scopes - shared)
        key = (side.value, side.source, item.cites)
        if key not in merged:
            merged[key] = side
        elif side.locator not in merged[key].locator:
            merged[key] = replace(merged[key], locator=f"{merged[key].locator}; {side.locator}")
    limits = ", ".join(sorted(ground.label(scope) for scope in shared))
    about = items[0].about
    sides = tuple(merged.values())
    return Conflict(
        kind,
        ground.label(about),
        f"{ground.label(aspect)}: {limits}" if limits else ground.label(aspect),
        _told(aspect, items, sides),
        _matters(aspect, items),
        sides,
        _weight(ground, items),
        about,
        *telling.concerned(ground, items),
    )


def _told(aspect: str, items: Sequence[Statement], sides: Sequence[Side]) -> str:
    """Who says what; of many rates, from what to what."""
    if aspect.endswith("success-rate") and len(sides) > 4:
        rates = [rate for item in items if item.answer for rate in item.answer[2:]]
        low, high = (numeral(rate) for rate in (min(rates), max(rates)) if isinstance(rate, Decimal))  # type: ignore[type-var]
        return f"Told as anything from {low} to {high} percent, by {joined(sorted({side.source for side in sides}))}."
    return told(sides)


def _matters(aspect: str, items: Sequence[Statement]) -> str:
    name = aspect.removeprefix(f"{terms.ID}aspect/")
    if name.endswith("filing-deadline"):
        return _late(items)
    for ending, sentence in _MATTERS.items():
        if name.endswith(ending):
            counted = {(item.scopes, item.text.partition(" (")[2]) for item in items}
            differ = name.endswith("success-rate") and len(counted) > 1
            return f"{sentence} They do not all count the same." if differ else sentence
    measure = items[0].answer.measure if items[0].answer else ""
    if measure == "duration":
        return "Whoever goes by the wrong one waits too long, or complains too soon."
    return "Which of them holds cannot be told from these sources; the payer or the regulator has to be asked."


def _late(items: Sequence[Statement]) -> str:
    """What hangs on two deadlines: whose the longer one is decides whether whoever goes by it is late."""
    limits = {(item.authority, _days(item.answer)) for item in items if item.answer is not None}
    primary = {days for authority, days in limits if authority == "primary"}
    if len(primary) != 1:
        return "Whoever goes by the longer one may file too late, if a shorter one holds."
    (held,) = primary
    told_of = {days for _, days in limits}
    parts = []
    if any(days < held for days in told_of):
        parts.append("Whoever goes by a shorter one than the primary source's is not late, and gives up days.")
    if any(days > held for days in told_of):
        parts.append("Whoever goes by a longer one than the primary source's may file too late.")
    return " ".join(parts)


def _days(answer: Answer) -> Decimal:
    """The end of a time limit in days."""
    assert isinstance(answer.high, Decimal)
    return answer.high * _DAYS[answer.scale]


def _weight(ground: Ground, items: Sequence[Statement]) -> int:
    answers = [item.answer for item in items if item.answer is not None]
    weight = 3 if answers[0].measure in ("duration", "boolean") else 2
    overlap = all(
        a.scale == b.scale and a.low <= b.high and b.low <= a.high  # type: ignore[operator]
        for a, b in combinations(answers, 2)
        if isinstance(a.low, Decimal)
    ) and isinstance(answers[0].low, Decimal)
    return max(1, weight - (overlap or any(item.hedged for item in items)))
