"""The states of leaves: the SPARQL of ``shapes/criteria/`` in Oxigraph, one query for all leaves of a kind.

The texts are written from the meanings, as those of the shapes are, but for what none of these leaves asks. pySHACL
runs the shapes leaf by leaf; the tests hold the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..criteria import KINDS, Status
from ..meaning.parts import Part
from ..meaning.rows import Reading
from ..policies.model import Criterion
from .at_once import absent, alike, by_kind, of_all
from .bench import Bench


def states(on: Bench, focus: str, leaves: Sequence[Criterion]) -> dict[str, Status]:
    """The state of each leaf on the case that lies on the bench, by its id.

    Of leaves that are equal but for their names, one is judged. What no component judges conforms to everything, and is
    not met for all that.

    Args:
        focus: the IRI of the case.
    """
    judged = alike(leaves)
    found: dict[str, Status] = {}
    for kind, some in by_kind(judged.values()).items():
        found |= _states_of_kind(on, focus, KINDS[kind].parts, some)
    return {name: found[leaf.iri] for name, leaf in judged.items()}


def _states_of_kind(on: Bench, focus: str, parts: Sequence[Part], leaves: Sequence[Criterion]) -> dict[str, Status]:
    judged = {leaf.iri for leaf in leaves if any(part.applies_to(leaf.parameters) for part in parts)}
    unmet = _fails(on, focus, parts, Reading.ESTABLISHED, leaves)
    # What is established is possible: of most leaves there is nothing more to ask.
    ruled_out = _fails(on, focus, parts, Reading.POSSIBLE, [leaf for leaf in leaves if leaf.iri in unmet])

    def state(leaf: str) -> Status:
        if leaf in ruled_out:
            return Status.NOT_MET
        return Status.MET if leaf in judged - unmet else Status.NOT_DOCUMENTED

    return {leaf.iri: state(leaf.iri) for leaf in leaves}


def _fails(
    on: Bench, focus: str, parts: Iterable[Part], reading: Reading, leaves: Sequence[Criterion]
) -> frozenset[str]:
    """The leaves that a validator of this reading faults."""
    found: set[str] = set()
    for part in parts:
        some = [leaf for leaf in leaves if part.applies_to(leaf.parameters)]
        if some:
            text = of_all(part.violation(reading, absent(part, some)), part, focus, some)
            found.update(row["leaf"].value for row in on.rows(text))
    return frozenset(found)
