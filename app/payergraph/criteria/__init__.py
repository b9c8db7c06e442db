"""One module per kind of criterion: its dimension, its sentence, what it reads of a case, what studies count it as.

How a kind is judged stands in ``shapes/criteria/``, and nowhere else.
"""

from __future__ import annotations

from . import (
    absent_finding,
    adherence,
    age,
    attestation,
    concurrent_therapy,
    diagnosis,
    document,
    dose,
    finding,
    flare,
    formulary,
    genetic,
    lab,
    no_concurrent_therapy,
    not_shown,
    prescriber,
    prior_therapy,
    response,
    reviewer,
    screening,
    tree,
    use,
    weight,
)
from ._kind import Kind, Parameters, Read, SettledBy, Status, Values
from ._studied import Bound, Burden, Narrowing, Restriction

__all__ = [
    "ASKED",
    "CONNECTIVES",
    "DIMENSIONS",
    "KINDS",
    "Bound",
    "Burden",
    "Kind",
    "Narrowing",
    "Parameters",
    "Read",
    "Restriction",
    "SettledBy",
    "Status",
    "Values",
]

_IN_ORDER = (
    tree.ALL_OF,
    tree.ANY_OF,
    use.KIND,
    diagnosis.KIND,
    age.KIND,
    weight.KIND,
    prescriber.KIND,
    prior_therapy.KIND,
    no_concurrent_therapy.KIND,
    concurrent_therapy.KIND,
    lab.KIND,
    finding.KIND,
    absent_finding.KIND,
    genetic.KIND,
    screening.KIND,
    attestation.KIND,
    document.KIND,
    flare.KIND,
    response.KIND,
    adherence.KIND,
    dose.KIND,
    formulary.KIND,
    reviewer.KIND,
    not_shown.KIND,
)

#: Every kind by the name of its class.
KINDS: dict[str, Kind] = {kind.name: kind for kind in _IN_ORDER}

#: The dimensions of a comparison, in the order in which people look for them.
DIMENSIONS: tuple[str, ...] = tuple(dict.fromkeys(kind.dimension for kind in _IN_ORDER[2:]))

#: Those in which something is asked of a request, beside what it is for and what an excerpt does not show.
ASKED: tuple[str, ...] = tuple(
    dict.fromkeys(kind.dimension for kind in _IN_ORDER if kind.restriction is not Restriction.NONE)
)

#: The connectives, and what SHACL calls their lists.
CONNECTIVES: dict[str, str] = {tree.ALL_OF.name: "and", tree.ANY_OF.name: "or"}
