"""Lists that documents give of one thing: the contraindications of a drug, the specialty pharmacies of a payer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from . import telling
from .ground import Ground, aspect_iri, slug
from .model import Conflict, Kind, Side, joined
from .statements import Statement


def find(ground: Ground) -> Iterator[Conflict]:
    """Each list of which one document names what another's lacks; one that says usually, or most, is open."""
    drugs: defaultdict[str, list[Statement]] = defaultdict(list)
    for item in ground.by_aspect[aspect_iri("contraindication")]:
        drugs[item.about].append(item)
    for drug, items in sorted(drugs.items()):
        matters = "A request may be refused for what the label does not forbid, or made for whom it warns of."
        yield from _apart(ground, drug, "contraindications", matters, items, 2)
    payers: defaultdict[str, list[Statement]] = defaultdict(list)
    for item in ground.by_aspect[aspect_iri("specialty-pharmacy")]:
        for payer in {item.about, *item.scopes}:
            if ground.types.get(payer) == "Payer":
                payers[payer].append(item)
    for payer, items in sorted(payers.items()):
        matters = "A prescription that is sent to the wrong pharmacy is not filled."
        # A pharmacy without a name, such as an approved partner, leaves the list open.
        yield from _apart(ground, payer, "specialty pharmacies", matters, items, 2, open_by_text=True)


def _apart(
    ground: Ground,
    about: str,
    question: str,
    matters: str,
    items: Sequence[Statement],
    weight: int,
    *,
    open_by_text: bool = False,
) -> Iterator[Conflict]:
    by_source: defaultdict[str, list[Statement]] = defaultdict(list)
    for item in items:
        by_source[item.source].append(item)
    lists: dict[str, dict[str, str]] = {}
    left_open: set[str] = set()
    for source, own in by_source.items():
        named = [item for item in own if isinstance(item.value, ox.NamedNode) or not open_by_text]
        lists[source] = {_text(ground, item).casefold(): _text(ground, item) for item in named}
        if len(named) < len(own) or any(item.open_ended or item.hedged for item in own):
            left_open.add(source)
    alone: dict[str, list[str]] = {}
    for source, mine in lists.items():
        others = [lists[other] for other in lists.keys() - left_open - {source}]
        alone[source] = [text for key, text in mine.items() if any(key not in other for other in others)]
    if not any(alone.values()):
        return
    sides = tuple(_side(ground, own) for own in by_source.values())
    parts = [f"{joined(sorted(texts))} by {slug(source)}" for source, texts in sorted(alone.items()) if texts]
    differs = f"One list lacks what another names: {'; '.join(parts)}."
    hedged = any(item.hedged for item in items)
    yield Conflict(
        Kind.SOURCES_DIFFER,
        ground.label(about),
        question,
        differs,
        matters,
        sides,
        weight - hedged,
        about,
        *telling.concerned(ground, items),
    )


def _text(ground: Ground, item: Statement) -> str:
    if isinstance(item.value, ox.NamedNode):
        return ground.label(item.value.value)
    return item.value.value if item.value is not None else item.text


def _side(ground: Ground, items: Sequence[Statement]) -> Side:
    """What one document names, at all its places."""
    values = list(dict.fromkeys(item.text for item in items))
    return telling.joint_side(ground, items, joined(values))
