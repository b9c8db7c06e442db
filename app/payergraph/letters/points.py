"""What a policy asks, point by point, and the facts of the chart by which each point is met, with their pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..chart.case import Case
from ..chart.fields import PATHS
from ..criteria import Status
from ..policies.words import verbalize, wanted
from ..verdict.answers import Determination
from ..verdict.evidence import Effect, Evidence, Fact
from ..verdict.fold import Node, leaves
from ..verdict.ways import bearing
from ..wording import sentence

#: What it means that a list is complete, as a letter tells it: ``nothing else was tried and nothing else is taken``.
_ALL_LISTED = {
    path: field.help.removeprefix("Whether ").partition(", so that")[0]
    for path, field in PATHS.items()
    if path.endswith("Complete")
}


@dataclass(frozen=True)
class Shown:
    """A fact of the chart as a letter tells it.

    Attributes:
        page: where the packet shows it; empty where the chart does not say, None where it is no row of a list.
        note: what else the clinic says of it; empty for nothing.
    """

    words: str
    page: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Point:
    """One of the things that all have to hold for a policy to be met.

    Attributes:
        text: what is asked, in a sentence.
        place: where the document says it.
        by: of a point that can be met in several ways, those in which it is.
        facts: the facts on which it rests where it is met; none of another, for nothing is argued then.
        not_computed: what of it no program judges.
        leaves: the leaves of it, by their ids; ``bearing`` those by which it is met.
        is_use: whether it asks for nothing but the use.
    """

    text: str
    place: str
    status: Status
    by: tuple[str, ...]
    facts: tuple[Shown, ...]
    not_computed: tuple[str, ...]
    leaves: tuple[str, ...]
    bearing: tuple[str, ...]
    is_use: bool


def points(case: Case, item: Determination) -> tuple[Point, ...]:
    """What a policy asks of a request, in reading order; nothing where it shows no criteria."""
    if item.root is None:
        return ()
    judged = item.routed.criteria if item.routed is not None else item.root
    return tuple(_point(case, item, node) for node in _conjuncts(judged))


def _conjuncts(node: Node) -> Iterator[Node]:
    if node.criterion.kind != "AllOf":
        yield node
        return
    for child in node.children:
        yield from _conjuncts(child)


def _point(case: Case, item: Determination, node: Node) -> Point:
    met = node.status is Status.MET
    root = node.criterion
    named = bearing(node) if met else ()
    found = {leaf.criterion.id: leaf for leaf in leaves(node)}
    bear = [found[name] for name in named]
    facts = [fact for leaf in bear for fact in _facts(item.evidence.get(leaf.criterion.id, Evidence()), leaf.status)]
    return Point(
        text=verbalize(root),
        place=root.locator,
        status=node.status,
        by=tuple(wanted(root, leaf.criterion) for leaf in bear) if node.children else (),
        facts=tuple(shown(case, facts)),
        not_computed=tuple(leaf.criterion.not_computed for leaf in bear if leaf.criterion.not_computed),
        leaves=tuple(found),
        bearing=named,
        is_use=root.kind == "UseCriterion",
    )


def _facts(evidence: Evidence, status: Status) -> tuple[Fact, ...]:
    """What makes a leaf met, or not met where that is what is asked; that a list is complete comes last."""
    found = evidence.of(Effect.FOR if status is Status.MET else Effect.AGAINST)
    return tuple(sorted(found, key=lambda fact: fact.is_completeness))


def shown(case: Case, facts: Iterable[Fact]) -> Iterator[Shown]:
    """Facts as a letter tells them, each once."""
    for path, fact in {fact.path: fact for fact in facts}.items():
        beside = case.beside(path)
        words = sentence(_ALL_LISTED[path] if fact.is_completeness else fact.words)
        yield Shown(words) if beside is None else Shown(words, beside.get("page", ""), beside.get("note", ""))
