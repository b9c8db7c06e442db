"""What changed between editions, as people read it: in a terminal, in a notebook and in a feed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..policies.words import verbalize
from ..revisions.model import Effect, PartChange, Turn, UseChange
from ..wording import counted, sentence

if TYPE_CHECKING:
    from ..revisions.answer import Changes
    from ..revisions.model import EditionChange
    from ..store.names import Names

_SIGNS = {Turn.ADDED: "+", Turn.DROPPED: "-", Turn.TIGHTENED: ">", Turn.LOOSENED: "<", Turn.CHANGED: "~"}
#: What rests on a document that was seen in part.
SHOWN = "as far as shown"


@dataclass(frozen=True)
class Item:
    """A criterion, or a thing beside the criteria, that changed, with both sides in words; empty where one has none.

    Attributes:
        turn: what became of it: ``added``, ``tightened`` …; of a thing beside the criteria, what it is.
        older_fact, newer_fact: the criterion by IRI; empty of a thing beside the criteria.
    """

    turn: str
    settled: bool
    as_far_as_shown: bool
    older: str
    newer: str
    older_locator: str = ""
    newer_locator: str = ""
    older_fact: str = ""
    newer_fact: str = ""


@dataclass(frozen=True)
class Block:
    """What became of some uses alike.

    Attributes:
        title: the uses, the stage and the effect.
        lines: each criterion and each thing beside the criteria that changed.
        items: the same with both sides apart.
    """

    title: str
    lines: tuple[str, ...]
    items: tuple[Item, ...]


def heading(item: EditionChange) -> str:
    """Which edition replaces which."""
    older, newer = item.older, item.newer
    return f"{newer.label} ({newer.dated}) replaces {older.label} ({older.dated})"


def blocks(item: EditionChange, known: Names) -> list[Block]:
    """What changed, the uses that changed alike together."""
    alike = defaultdict[tuple[str, str, tuple[str, ...]], list[UseChange]](list)
    for use in item.uses:
        if use.effect is not Effect.NOT_SHOWN:
            alike[_stage(use), _effect(use), tuple(_lines(use))].append(use)
    return [
        Block(f"{_uses(some, known)}, {stage}: {effect}", lines, tuple(_items(some[0])))
        for (stage, effect, lines), some in alike.items()
    ]


def remarks(item: EditionChange, known: Names) -> Iterator[str]:
    """What cannot be told, and how example cases fare, a sentence each."""
    hidden = [use for use in item.uses if use.effect is Effect.NOT_SHOWN]
    if hidden:
        by_stage = defaultdict[str, list[UseChange]](list)
        for use in hidden:
            by_stage[_stage(use)].append(use)
        told = "; ".join(f"{stage}: {_uses(some, known)}" for stage, some in by_stage.items())
        yield f"Not shown in one of the two, so that nothing is said ({told})."
    if not item.uses:
        yield "No criterion changed, as far as both are shown."
    settled = [flip for flip in item.flips if flip.is_settled]
    if settled:
        yield f"Example cases that fare otherwise: {'; '.join(flip.text for flip in settled)}."
    if len(settled) < len(item.flips):
        number = counted(len(item.flips) - len(settled), "example case")
        yield f"For {number}, one of the two does not show enough to tell."


def counts(changes: Changes) -> list[tuple[str, ...]]:
    """A row a year: the editions that replaced another, and of their uses, by stage, how many each effect had."""
    return [
        (str(year.year or "no date"), str(year.editions), *(str(year.effects[effect]) for effect in Effect))
        for year in changes.per_year
    ]


#: The columns of ``counts``.
COUNTED = ("Year", "Editions", *(sentence(effect.value.replace("-", " ")) for effect in Effect))


def below(changes: Changes) -> Iterator[str]:
    """What is to be known beside the counts, a sentence each."""
    documents = counted(len(changes.documents), "document")
    yield f"{changes.without_date} of {documents} in scope have no date."
    if changes.undated and changes.since:
        left_out = ", ".join(policy.id for policy in changes.undated)
        yield f"Left out, for nobody knows whether they began since {changes.since.isoformat()}: {left_out}."


def changes_text(changes: Changes) -> RenderableType:
    """For a terminal."""
    parts: list[RenderableType] = []
    for item in changes:
        parts.append(Text(heading(item), style="bold"))
        for block in blocks(item, changes.names):
            parts.append(Padding(Text(block.title), (0, 0, 0, 2)))
            parts += [Padding(Text(line), (0, 0, 0, 4)) for line in block.lines]
        parts += [*(Padding(Text(line, style="dim"), (0, 0, 0, 2)) for line in remarks(item, changes.names)), ""]
    if changes.editions:
        table = Table(box=None, pad_edge=False)
        for place, title in enumerate(COUNTED):
            table.add_column(title, justify="right" if place else "left")
        for row in counts(changes):
            table.add_row(*row)
        parts += [Text("Editions that replaced another, and their uses by stage and effect", style="bold"), table]
    return Group(*parts, *map(Text, below(changes)))


# --- pieces ----------------------------------------------------------------------------------------------


def _uses(some: Sequence[UseChange], known: Names) -> str:
    return ", ".join(dict.fromkeys(known.label(use) for change in some for use in change.uses))


def _stage(use: UseChange) -> str:
    return f"{use.request.words} ({use.plans})" if use.plans else use.request.words


def _effect(use: UseChange) -> str:
    if use.older is None or use.newer is None:
        return f"{use.says_older.words} → {use.says_newer.words}"
    shown = f", {SHOWN}" if use.as_far_as_shown else ""
    return f"{use.effect.words}{shown}"


def _lines(use: UseChange) -> Iterator[str]:
    yield from map(_line, use.parts)
    yield from (f"~ {term.text}" for term in use.terms)


def _items(use: UseChange) -> Iterator[Item]:
    for part in use.parts:
        sides = {
            name: (verbalize(one), one.locator, one.iri) if one is not None else ("", "", "")
            for name, one in (("older", part.older), ("newer", part.newer))
        }
        (older, older_place, older_iri), (newer, newer_place, newer_iri) = sides["older"], sides["newer"]
        places = (older_place, newer_place, older_iri, newer_iri)
        yield Item(part.turn.value, part.settled, part.as_far_as_shown, older, newer, *places)
    for term in use.terms:
        yield Item(term.what, True, False, term.older or "none stated", term.newer or "none stated")


def _line(part: PartChange) -> str:
    places = " → ".join(one.locator for one in (part.older, part.newer) if one is not None)
    judged = "" if part.settled else ", left to a reviewer"
    shown = f", {SHOWN}" if part.as_far_as_shown else ""
    return f"{_SIGNS[part.turn]} {part.turn.value}{judged}{shown}: {part.text} [{places}]"
