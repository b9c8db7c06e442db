"""A dose that a policy wants as the label has it: what the drug's label asks for the use takes its place at load.

The label says it once, in the criterion to which ``pg:labeledDose`` leads from its rule for the use. A criterion of a
policy with ``pg:dosing pg:AsLabeled`` becomes a ``pg:AllOf`` of it. Where no label of the graph says it, or rules that
share the criterion have different doses, it stays, is never met and never not met, and says that it is not computed.
"""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from .. import terms
from ..terms import pg

_TYPE = ox.NamedNode(terms.RDF + "type")
_NOT_COMPUTED = "The dose that the label of the drug gives for this use, which the graph does not hold."
_ASKED = """
PREFIX pg: <https://w3id.org/payergraph/ontology#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?asked ?rule ?dose WHERE {
  ?asked pg:dosing pg:AsLabeled .
  ?rule pg:initialCriteria|pg:continuationCriteria ?root .
  ?root (((sh:and|sh:or|pg:parts)/rdf:rest*/rdf:first)|pg:premise|pg:consequence|pg:otherwise)* ?asked .
  OPTIONAL {
    ?rule pg:indication ?use . ?policy pg:coverageRule ?rule ; pg:drug ?drug .
    ?label a pg:DrugLabel ; pg:drug ?drug ; pg:coverageRule ?labeled .
    ?labeled pg:indication ?use ; pg:labeledDose ?dose .
    FILTER NOT EXISTS { ?later pg:supersedes ?label }
  }
}"""


def put_labeled_doses(store: ox.Store) -> None:
    """Put what labels ask in the place of the criteria that refer to them."""
    asked = list(store.quads_for_pattern(None, pg("dosing"), pg("AsLabeled")))
    if not asked:
        return
    doses = _doses(store)
    for quad in asked:
        node, graph = quad.subject, quad.graph_name
        if (dose := doses.get(node)) is None:
            if not any(store.quads_for_pattern(node, pg("notComputed"), None)):
                store.add(ox.Quad(node, pg("notComputed"), ox.Literal(_NOT_COMPUTED), graph))
            continue
        store.remove(quad)
        store.remove(ox.Quad(node, _TYPE, pg("DoseCriterion"), graph))
        cell = ox.BlankNode()
        store.add(ox.Quad(node, _TYPE, pg("AllOf"), graph))
        store.add(ox.Quad(node, ox.NamedNode(terms.SH + "and"), cell, graph))
        store.add(ox.Quad(cell, ox.NamedNode(terms.RDF + "first"), dose, graph))
        store.add(ox.Quad(cell, ox.NamedNode(terms.RDF + "rest"), ox.NamedNode(terms.RDF + "nil"), graph))


def _doses(store: ox.Store) -> dict[object, ox.NamedNode]:
    """The one dose of each criterion that all its rules have."""
    by_rule: defaultdict[object, defaultdict[object, set[object]]] = defaultdict(lambda: defaultdict(set))
    found = store.query(_ASKED, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    for row in found:
        by_rule[row["asked"]][row["rule"]].add(row["dose"])
    doses = {asked: set().union(*rules.values()) for asked, rules in by_rule.items()}
    return {
        asked: one for asked, some in doses.items() if len(some) == 1 and isinstance(one := some.pop(), ox.NamedNode)
    }
