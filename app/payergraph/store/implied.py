"""What follows from a file by itself and need not be typed, added to the file's own named graph when it is loaded.

- A criterion is a SHACL node shape: ``sh:NodeShape`` beside its kind.
- A parameter that takes a set may name a concept or a therapy group itself: the ``pg:ConceptSet`` that has it as its
  only member and is called as it is.

It stands beside what is typed, and not with what is worked out from all files together (``terms.DERIVED``), so that
queries, SHACL engines, exports and endpoints find one form.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TypeAlias

import pyoxigraph as ox

from .. import terms
from ..terms import pg

_TYPE = ox.NamedNode(terms.RDF + "type")
_SUBCLASS = ox.NamedNode(terms.RDFS + "subClassOf")
_RANGE = ox.NamedNode(terms.RDFS + "range")
_CONCEPT = ox.NamedNode(terms.SKOS + "Concept")
_LABEL = ox.NamedNode(terms.SKOS + "prefLabel")
_NODE_SHAPE = ox.NamedNode(terms.SH + "NodeShape")

#: A named graph and something that is named in it.
_Place: TypeAlias = tuple[ox.NamedNode, ox.NamedNode]


def add(store: ox.Store) -> None:
    """Add it to a store that holds the ontology and the files, a named graph each."""
    _name_sets(store)
    store.extend(list(_shapes(store)))


def _shapes(store: ox.Store) -> Iterator[ox.Quad]:
    for kind in _below(store, pg("Criterion")):
        for criterion in store.quads_for_pattern(None, _TYPE, kind):
            yield ox.Quad(criterion.subject, _TYPE, _NODE_SHAPE, criterion.graph_name)


def _name_sets(store: ox.Store) -> None:
    """Put a set in the place of each concept or group that a parameter names where it takes a set.

    What is neither, or finds no name for its set, stays as it is: lint faults it, and the criterion is never met.
    """
    kinds = {*_below(store, _CONCEPT), pg("TherapyGroup")}
    found = [
        (quad, quad.graph_name, quad.object)
        for parameter in _subjects(store, _RANGE, pg("ConceptSet"))
        for quad in store.quads_for_pattern(None, parameter, None)
        if isinstance(quad.graph_name, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
        if any(kind.object in kinds for kind in store.quads_for_pattern(quad.object, _TYPE, None))
    ]
    names = _names_of_sets(store, {(graph, member) for _, graph, member in found})
    for quad, graph, member in found:
        if name := names.get((graph, member)):
            store.remove(quad)
            store.add(ox.Quad(quad.subject, quad.predicate, name, graph))
            store.add(ox.Quad(name, _TYPE, pg("ConceptSet"), graph))
            store.add(ox.Quad(name, pg("member"), member, graph))
            for label in store.quads_for_pattern(member, _LABEL, None):
                store.add(ox.Quad(name, _LABEL, label.object, graph))


def _names_of_sets(store: ox.Store, wanted: set[_Place]) -> dict[_Place, ox.NamedNode]:
    """``set/<document>/<slug of the member>``, so that all criteria of a document that name it share one set.

    Where two members would share a name, or something that is typed has it, the member's kind stands before the slug.
    """

    def named(graph: ox.NamedNode, slug: str) -> ox.NamedNode:
        return terms.thing("set", f"{terms.slug(graph.value)}/{slug}")

    plain = {(graph, member): named(graph, member.value.rsplit("/", 1)[-1]) for graph, member in wanted}
    shared = Counter(plain.values())
    names = {}
    for (graph, member), name in plain.items():
        full = named(graph, terms.local(member.value).replace("/", "-"))
        free = [one for one in (name, full) if shared[one] < 2 and not _is_described(store, one)]
        if free:
            names[graph, member] = free[0]
    return names


def _below(store: ox.Store, top: ox.NamedNode) -> set[ox.NamedNode]:
    """The classes under a class, itself included."""
    found, todo = set[ox.NamedNode](), [top]
    while todo:
        kind = todo.pop()
        if kind not in found:
            found.add(kind)
            todo += _subjects(store, _SUBCLASS, kind)
    return found


def _subjects(store: ox.Store, predicate: ox.NamedNode, value: ox.NamedNode) -> Iterator[ox.NamedNode]:
    for quad in store.quads_for_pattern(None, predicate, value):
        if isinstance(quad.subject, ox.NamedNode):
            yield quad.subject


def _is_described(store: ox.Store, thing: ox.NamedNode) -> bool:
    return any(store.quads_for_pattern(thing, None, None))
