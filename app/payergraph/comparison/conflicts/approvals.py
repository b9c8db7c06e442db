"""Approved uses: two lists in one document, and a use that is called approved against a label that does not have it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from . import telling
from .ground import Ground, aspect_iri, slug
from .model import Conflict, Kind
from .statements import Statement

_MATTERS = "A use that is taken for unapproved may be refused as experimental, and the contrary."


def find(ground: Ground) -> Iterator[Conflict]:
    """Lists within a document, then tables and lists against the label."""
    by_drug: defaultdict[tuple[str, str], list[Statement]] = defaultdict(list)
    for item in ground.by_aspect[aspect_iri("fda-approved-use")]:
        if item.answer is not None and item.answer.measure == "thing":
            by_drug[item.source, item.about].append(item)
    for items in by_drug.values():
        yield from _two_lists(ground, items)
    labels = {label.source for label in ground.policies.labels}
    denied: defaultdict[str, list[Statement]] = defaultdict(list)
    for item in ground.by_aspect[aspect_iri("not-approved-use")]:
        if item.answer is not None:
            denied[item.about].append(item)
    for items in by_drug.values():
        for item in items:
            for other in denied[item.about]:
                if (
                    (other.source == item.source or other.source in labels)
                    and ground.names.subsumes(_use(other), _use(item))
                    and not _excepted(ground, item, other)
                ):
                    yield _called_approved(ground, item, other)


def _two_lists(ground: Ground, items: Sequence[Statement]) -> Iterator[Conflict]:
    """Two sections that each list approved uses; one statement alone is no list, nor is one that says it is open."""
    sections: defaultdict[str, list[Statement]] = defaultdict(list)
    for item in items:
        sections[item.section].append(item)
    lists = [own for own in sections.values() if len(own) > 1]
    for number, one in enumerate(lists):
        for other in lists[number + 1 :]:
            missing = [*_missing(ground, one, other), *_missing(ground, other, one)]
            if missing:
                uses = ground.listed({_use(item) for item in missing})
                sides = tuple(
                    telling.joint_side(ground, own, f"approved for {ground.listed({_use(item) for item in own})}")
                    for own in (one, other)
                )
                yield Conflict(
                    Kind.CONTRADICTS_ITSELF,
                    ground.label(one[0].about),
                    "two lists of approved uses",
                    f"One list of the document has {uses}, the other does not.",
                    _MATTERS,
                    sides,
                    2,
                    one[0].about,
                    *telling.concerned(ground, [*one, *other]),
                )


def _missing(ground: Ground, one: Sequence[Statement], other: Sequence[Statement]) -> list[Statement]:
    if any(item.open_ended for item in other):
        return []
    return [item for item in one if not any(ground.related(_use(item), _use(there)) for there in other)]


def _excepted(ground: Ground, item: Statement, other: Statement) -> bool:
    """Whether the document that denies a broader use has itself the narrower one among those approved."""
    return _use(other) != _use(item) and any(
        ground.names.subsumes(_use(own), _use(item)) and ground.names.subsumes(_use(other), _use(own))
        for own in ground.said_in(other.source, "fda-approved-use")
        if own.about == other.about and own.answer is not None
    )


def _called_approved(ground: Ground, item: Statement, other: Statement) -> Conflict:
    kind = Kind.CONTRADICTS_ITSELF if item.source == other.source else Kind.SOURCES_DIFFER
    return Conflict(
        kind,
        ground.label(item.about),
        f"approved use: {ground.label(_use(item))}",
        f"Called an approved use by {slug(item.source)} and none by {slug(other.source)}: {ground.label(_use(item))}.",
        _MATTERS,
        (telling.titled(ground, item), telling.titled(ground, other)),
        2,
        item.about,
        *telling.concerned(ground, [item, other]),
    )


def _use(item: Statement) -> str:
    assert item.answer is not None
    return str(item.answer.low)
