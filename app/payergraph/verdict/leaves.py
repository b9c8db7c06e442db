"""The states of leaves: the SPARQL of ``shapes/criteria/`` in Oxigraph, one query for all leaves of a kind.

pySHACL runs the same texts leaf by leaf; the tests hold the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..criteria import Status
from ..criteria.shapes import Component, components_of
from ..policies.model import Criterion
from .at_once import alike, by_kind, of_all
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
        found |= _states_of_kind(on, focus, components_of().get(kind, ()), some)
    return {name: found[leaf.iri] for name, leaf in judged.items()}


def _states_of_kind(
    on: Bench, focus: str, components: Iterable[Component], leaves: Sequence[Criterion]
) -> dict[str, Status]:
    judged: set[str] = set()
    fails: dict[str, set[str]] = {"Established": set(), "Possible": set()}
    for component in components:
        some = [leaf for leaf in leaves if component.applies_to(leaf.parameters)]
        judged.update(leaf.iri for leaf in some)
        if some:
            text = of_all(component.select, (one.name for one in component.parameters), focus, some)
            fails[component.bound].update(row["leaf"].value for row in on.rows(text))
    return {leaf.iri: _state(leaf.iri, judged, fails) for leaf in leaves}


def _state(leaf: str, judged: set[str], fails: dict[str, set[str]]) -> Status:
    if leaf in fails["Possible"]:
        return Status.NOT_MET
    return Status.MET if leaf in judged and leaf not in fails["Established"] else Status.NOT_DOCUMENTED
