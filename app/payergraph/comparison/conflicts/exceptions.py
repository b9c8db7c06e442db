"""What one source says without exception, and another with one: yes for all, and no for some requests or denials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from . import telling
from .ground import Ground, slug
from .model import Conflict, Kind, joined
from .statements import Statement


def find(ground: Ground) -> Iterator[Conflict]:
    """Each yes or no of a document against the contrary that another says of a narrower scope, where the first neither
    knows the exception nor says in words that there are any. A state may be missing on one side."""
    for aspect in sorted(ground.single):
        items = [item for item in ground.by_aspect[aspect] if item.answer and item.answer.measure == "boolean"]
        for about in sorted({item.about for item in items}):
            yield from _left_out(ground, aspect, [item for item in items if item.about == about])


def _left_out(ground: Ground, aspect: str, items: Sequence[Statement]) -> Iterator[Conflict]:
    for source in sorted({item.source for item in items}):
        own = [item for item in items if item.source == source]
        others = [item for item in items if item.source != source]
        flat = [item for item in own if not item.limited and not item.hedged]
        exceptions = [
            other
            for other in others
            if any(_narrows(ground, other, item) for item in flat) and not _known(ground, other, own)
        ]
        if not exceptions:
            continue
        said = [item for item in flat if any(_narrows(ground, other, item) for other in exceptions)]
        rule = [
            other
            for other in others
            if any(other.source == one.source and _narrows(ground, one, other) for one in exceptions)
        ]
        about = said[0].about
        shared = frozenset.intersection(*(item.scopes for item in said))
        sides = (
            *(telling.side(ground, item, item.scopes - shared) for item in said),
            *(telling.side(ground, item, item.scopes - shared) for item in (*rule, *exceptions)),
        )
        others_told = joined(sorted({slug(one.source) for one in exceptions}))
        narrower = "; ".join(dict.fromkeys(ground.listed(one.scopes - shared) for one in exceptions))
        yield Conflict(
            Kind.SOURCES_DIFFER,
            ground.label(about),
            f"{ground.label(aspect)}: exceptions",
            f"Told as {said[0].text} without exception by {slug(source)}, and as {exceptions[0].text} by {others_told} "
            f"for: {narrower}.",
            "Whoever goes by the one without exception does not learn of the other way.",
            sides,
            3,
            about,
            *telling.concerned(ground, [*said, *rule, *exceptions]),
        )


def _narrows(ground: Ground, one: Statement, other: Statement) -> bool:
    """Whether a statement says the contrary of another, of less."""
    here, there = ground.states(one), ground.states(other)
    if here and there and not here & there:
        return False
    return one.answer != other.answer and one.scopes - here > other.scopes - there


def _known(ground: Ground, exception: Statement, own: Sequence[Statement]) -> bool:
    """Whether a document names an exception itself."""
    limits = exception.scopes - ground.states(exception)
    return any(item.answer == exception.answer and item.scopes & limits for item in own)
