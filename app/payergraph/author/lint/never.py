"""Rules, and branches of rules, that no patient can meet; and what is said to be printed so and can be met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ...policies.gates import Step
from ...policies.model import Exclusion
from .files import Fault, File
from .whole import Whole, short

if TYPE_CHECKING:
    from ...order.unmet import Unmet


def never_met(graph: Whole, files: Sequence[File]) -> Iterator[Fault | None]:
    """What no patient can meet, but what is marked ``pg:asPrinted``; asked of a graph without other faults."""
    if find_spec("z3") is None:
        return
    from ...order.unmet import unmet

    printed = {row["this"].value for row in graph.rows("SELECT ?this { ?this pg:asPrinted true }")}
    accounted: set[str] = set()
    for found in unmet(graph.local, {file.graph for file in files if file.chosen}):
        about = found.branch or found.rule
        marked = printed & {about.iri, *(_iri(one) for one in found.against)}
        accounted |= marked
        if not marked:
            yield graph.fault(ox.NamedNode(about.iri), _told(found))
    for iri in sorted(printed - accounted):
        yield graph.fault(
            ox.NamedNode(iri),
            "is marked pg:asPrinted, and nothing rests on it that no patient can meet; take the mark away.",
        )


def _told(found: Unmet) -> str:
    where = "" if found.branch is None else f" in {short(ox.NamedNode(found.rule.iri))}"
    return (
        f"can be met by no patient{where}, {found.request.words}: {_sides(found.against)}; correct it, or mark it "
        "pg:asPrinted where the document prints it so."
    )


def _sides(against: Sequence[Step | Exclusion]) -> str:
    """What contradicts each other, each with its place in the document."""
    told = [_side(one) for one in against]
    if len(told) == 1:
        return f"nobody for whom the drug is asked for this use meets {told[0]}"
    return f"{', '.join(told[:-1])} and {told[-1]} cannot hold together"


def _side(one: Step | Exclusion) -> str:
    locator, negated = (one.criterion.locator, not one.met) if isinstance(one, Step) else (one.locator, False)
    return f"{'not ' if negated else ''}{short(ox.NamedNode(_iri(one)))} ({locator})"


def _iri(one: Step | Exclusion) -> str:
    return one.criterion.iri if isinstance(one, Step) else one.iri
