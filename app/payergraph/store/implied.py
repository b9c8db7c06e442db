"""What follows from a file by itself and need not be typed, added to the file's own named graph when it is loaded.

- A criterion is a SHACL node shape: ``sh:NodeShape`` beside its kind.

Other readers of the graph (SHACL engines, queries, exports) find it as if it had been typed.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from .. import terms
from ..terms import pg

_TYPE = ox.NamedNode(terms.RDF + "type")
_SUBCLASS = ox.NamedNode(terms.RDFS + "subClassOf")
_NODE_SHAPE = ox.NamedNode(terms.SH + "NodeShape")


def add(store: ox.Store) -> None:
    """Add it to a store that holds the ontology and the files, a named graph each."""
    store.extend(list(_shapes(store)))


def _shapes(store: ox.Store) -> Iterator[ox.Quad]:
    for kind in store.quads_for_pattern(None, _SUBCLASS, pg("Criterion")):
        for criterion in store.quads_for_pattern(None, _TYPE, kind.subject):
            yield ox.Quad(criterion.subject, _TYPE, _NODE_SHAPE, criterion.graph_name)
