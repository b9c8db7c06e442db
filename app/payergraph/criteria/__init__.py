"""One module per kind of criterion: its dimension, its sentence, what it means, what studies count it as.

``shapes/criteria/`` is written from the meanings, and what a form asks for follows from them.
"""

from __future__ import annotations

from ..meaning.reads import Read
from . import (
    absent_finding,
    adherence,
    age,
    attestation,
    biomarker,
    change,
    concurrent_therapy,
    coverage_history,
    diagnosis,
    document,
    dose,
    event,
    finding,
    formulary,
    measurement,
    no_concurrent_therapy,
    no_prior_therapy,
    not_shown,
    patient,
    plan,
    prescriber,
    prior_therapy,
    response,
    reviewer,
    screening,
    site,
    time_on_drug,
    tree,
    use,
    weight,
)
from ._kind import Kind, Parameters, SettledBy, Status, Values, either
from ._studied import Bound, Burden, Narrowing, Restriction

__all__ = [
    "ASKED",
    "CONNECTIVES",
    "DIMENSIONS",
    "KINDS",
    "MODULES",
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
    "either",
]

#: The modules of the kinds that are no connective.
MODULES = (
    use,
    diagnosis,
    age,
    weight,
    patient,
    prescriber,
    prior_therapy,
    no_prior_therapy,
    time_on_drug,
    no_concurrent_therapy,
    concurrent_therapy,
    measurement,
    change,
    finding,
    absent_finding,
    biomarker,
    screening,
    attestation,
    document,
    event,
    response,
    adherence,
    dose,
    formulary,
    plan,
    site,
    coverage_history,
    reviewer,
    not_shown,
)
_IN_ORDER = (*tree.KINDS, *(module.KIND for module in MODULES))

#: Every kind by the name of its class.
KINDS: dict[str, Kind] = {kind.name: kind for kind in _IN_ORDER}

#: The dimensions of a comparison, in the order in which people look for them.
DIMENSIONS: tuple[str, ...] = tuple(dict.fromkeys(name for module in MODULES for name in module.KIND.dimensions))

#: Those in which something is asked of a request, beside what it is for and what an excerpt does not show.
ASKED: tuple[str, ...] = tuple(
    dict.fromkeys(name for kind in _IN_ORDER if kind.restriction is not Restriction.NONE for name in kind.dimensions)
)

#: The connectives.
CONNECTIVES = frozenset(kind.name for kind in tree.KINDS)
