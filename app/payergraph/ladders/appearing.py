"""Where a thing appears in the ladders, and what somebody would say to mean one of them."""

from __future__ import annotations

from dataclasses import dataclass

from .. import terms
from ..store.graph import LocalGraph
from ..store.names import names
from .call import FUNDING, situation
from .model import Ladder, Step
from .reading import ladders
from .situation import candidates


@dataclass(frozen=True)
class Appearance:
    """A ladder, and the steps of it in which something appears; all of them where the ladder can be its own."""

    ladder: Ladder
    steps: tuple[Step, ...]


def appearances(graph: LocalGraph, iri: str) -> tuple[Appearance, ...]:
    """The steps in which a thing appears.

    A payer and a plan have the ladders that can be theirs, a state those of its plans. A regulator has the steps that a
    programme of its own runs, what else governs a step has that step.

    Raises:
        MissingExtra: what tells the day in a state is not installed.
    """
    kind = terms.local(iri).partition("/")[0]
    if kind in ("payer", "plan", "state") and iri in names(graph).of_kinds((kind.capitalize(),)):
        payer, plan, state = (iri if kind == sort else None for sort in ("payer", "plan", "state"))
        fitting = candidates(ladders(graph), situation(graph, payer=payer, plan=plan, state=state))
        own = [ladder for ladder in fitting if not state or ladder.states or ladder.elsewhere]
        return tuple(Appearance(ladder, ladder.steps) for ladder in own)
    known = ladders(graph)
    governed = {one for one, runs in known.run_by.items() if runs == iri} | {iri}
    found = (
        Appearance(ladder, tuple(step for step in ladder.steps if governed.intersection(step.governed_by)))
        for ladder in known.ladders
    )
    return tuple(one for one in found if one.steps)


def meaning(ladder: Ladder) -> dict[str, str]:
    """The arguments of ``payergraph.appeal`` that mean a ladder, as slugs; a state where it is for one."""
    lines = sorted(map(terms.slug, ladder.lines))
    said = {word: line for word, line in FUNDING.items() if line in lines}
    found = {"funding": next(iter(said))} if said else {"line_of_business": lines[0]} if lines else {}
    if len(ladder.states) == 1:
        found["state"] = terms.slug(next(iter(ladder.states)))
    if ladder.oversight:
        found["regulator"] = terms.slug(ladder.oversight)
    return found
