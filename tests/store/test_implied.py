"""What files need not say is in the graph as if it had been typed."""

from __future__ import annotations

from payergraph.store.graph import shipped


def test_every_criterion_is_a_shape_in_the_graph_of_its_document() -> None:
    rows = shipped().rows("""
        SELECT ?criterion (EXISTS { GRAPH ?graph { ?criterion a sh:NodeShape } } AS ?shape) {
          ?kind rdfs:subClassOf pg:Criterion .
          GRAPH ?graph { ?criterion a ?kind }
        }""")
    assert len(rows) > 1000
    assert [row["criterion"] for row in rows if row["shape"].value != "true"] == []
