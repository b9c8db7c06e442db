"""What one clock is said to run from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from . import telling
from .ground import STARTS, Ground, aspect_iri
from .model import Conflict, Kind, told
from .statements import Statement


def find(ground: Ground) -> Iterator[Conflict]:
    """Each clock that documents start at different moments. A start is a text: the words have to be the same. Starts
    that a source gives as alternatives, each with its own number of days, do not differ."""
    for aspect in STARTS:
        clocks: defaultdict[tuple[str, frozenset[str]], list[Statement]] = defaultdict(list)
        for item in ground.by_aspect[aspect_iri(aspect)]:
            clocks[item.about, item.scopes].append(item)
        for (about, scopes), every in sorted(clocks.items(), key=lambda pair: (pair[0][0], sorted(pair[0][1]))):
            items = [item for item in every if any(_differ(item, other) for other in every)]
            if not items:
                continue
            single = len({item.source for item in items}) == 1 and not any(item.cites for item in items)
            sides = tuple(
                telling.side(ground, item) for item in sorted(items, key=lambda item: (item.authority, item.iri))
            )
            limits = ground.listed(scopes)
            label = ground.label(aspect_iri(aspect))
            yield Conflict(
                Kind.CONTRADICTS_ITSELF if single else Kind.SOURCES_DIFFER,
                ground.label(about),
                f"{label}: {limits}" if limits else label,
                told(sides),
                "Whoever counts from the later moment may file too late.",
                sides,
                2,
                about,
                *telling.concerned(ground, items),
            )


def _differ(one: Statement, other: Statement) -> bool:
    return one.text.casefold() != other.text.casefold() and other.iri not in one.alternatives
