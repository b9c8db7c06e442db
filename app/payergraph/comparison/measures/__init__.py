"""What studies of coverage count, worked out for each rule; docs/measures.md defines each measure and names its source.

Everything is taken from the first request's criteria. A *route* is one way through a tree: of each ``AnyOf`` one part,
of each ``AllOf`` all. Routes that are open only to some are left aside where there is another: those that rest on an
intolerance or a contraindication, on having had the drug already, on an attestation, or on a reviewer's judgement. What
a kind of criterion counts as, it says itself (``criteria``).

``record`` adds the measures to a graph, for SPARQL. They depend on the graph alone, never on the day.
"""

from __future__ import annotations

from ...policies.library import policies
from ...store.graph import LocalGraph
from ...store.once import once_a_graph
from .agreement import agreements
from .labels import LabelMeter
from .model import CATEGORIES, POSITIONS, PRESCRIBERS, Agreement, LabelComparison, Measures, RuleMeasures
from .rules import of_rules
from .therapies import Therapies
from .writing import quads

__all__ = [
    "CATEGORIES",
    "POSITIONS",
    "PRESCRIBERS",
    "Agreement",
    "LabelComparison",
    "Measures",
    "RuleMeasures",
    "measures",
    "record",
]


@once_a_graph
def measures(graph: LocalGraph) -> Measures:
    """The measures of a graph, worked out once for each graph."""
    read, therapies = policies(graph), Therapies(graph)
    beside = LabelMeter(graph, read, therapies).comparisons()
    return Measures(tuple(of_rules(read, therapies)), tuple(beside), tuple(agreements(graph)))


@once_a_graph
def record(graph: LocalGraph) -> None:
    """Add the measures to the graph, in a named graph of their own; once for each graph."""
    graph.store.bulk_extend(quads(measures(graph)))
