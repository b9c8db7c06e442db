"""What follows from a file by itself and need not be typed, added to the file's own named graph when it is loaded.

- A criterion is a SHACL node shape: ``sh:NodeShape`` beside its kind.
- A parameter that takes a set may name a concept, a therapy group or a payer itself: the ``pg:ConceptSet`` that has it
  as its only member and is called as it is.
- A tree asks that the drug is asked for its rule's indication: the ``pg:UseCriterion``, first among the parts of the
  root, with section and locator of the rule.
- A dose as the label has it: what the label asks (``labeled``).

It stands beside what is typed, and not with what is worked out from all files together (``terms.DERIVED``), so that
queries, SHACL engines, exports and endpoints find one form.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import pyoxigraph as ox

from .. import terms
from ..terms import pg
from .labeled import put_labeled_doses

_TYPE = ox.NamedNode(terms.RDF + "type")
_SUBCLASS = ox.NamedNode(terms.RDFS + "subClassOf")
_RANGE = ox.NamedNode(terms.RDFS + "range")
_CONCEPT = ox.NamedNode(terms.SKOS + "Concept")
_LABEL = ox.NamedNode(terms.SKOS + "prefLabel")
_NODE_SHAPE = ox.NamedNode(terms.SH + "NodeShape")
_AND = ox.NamedNode(terms.SH + "and")
_OR = ox.NamedNode(terms.SH + "or")
_FIRST = ox.NamedNode(terms.RDF + "first")
_REST = ox.NamedNode(terms.RDF + "rest")
_NIL = ox.NamedNode(terms.RDF + "nil")
#: The trees of a rule, and how the criterion that asks for its use is called in each.
_TREES = {pg("initialCriteria"): "-use", pg("continuationCriteria"): "-use-continued"}

#: A named graph and something that is named in it.
_Place: TypeAlias = tuple[ox.NamedNode, ox.NamedNode]


def add(store: ox.Store) -> None:
    """Add it to a store that holds the ontology and the files, a named graph each."""
    _name_sets(store)
    _ask_for_uses(store)
    put_labeled_doses(store)
    store.extend(list(_shapes(store)))


def _shapes(store: ox.Store) -> Iterator[ox.Quad]:
    for kind in _below(store, pg("Criterion")):
        for criterion in store.quads_for_pattern(None, _TYPE, kind):
            yield ox.Quad(criterion.subject, _TYPE, _NODE_SHAPE, criterion.graph_name)


def _name_sets(store: ox.Store) -> None:
    """Put a set in the place of each concept, group or payer that a parameter names where it takes a set.

    What is none of these, or finds no name for its set, stays as it is: lint faults it, and the criterion is never met.
    """
    kinds = {*_below(store, _CONCEPT), pg("TherapyGroup"), pg("Payer")}
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


def _ask_for_uses(store: ox.Store) -> None:
    """Put the criterion that asks for the rule's indication first into each tree that asks for none.

    A tree that asks for a use somewhere has said what it means, rightly or not. One that has no ``pg:AllOf`` with parts
    at its root, or is shared by rules, has no place where it could stand. Lint faults the rules that are left without.
    """
    rules: defaultdict[ox.NamedNode, list[tuple[ox.NamedNode, str]]] = defaultdict(list)
    for predicate, ending in _TREES.items():
        for quad in store.quads_for_pattern(None, predicate, None):
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
                rules[quad.object].append((quad.subject, ending))
    trees = _trees(store, rules)
    asking = set(_subjects(store, _TYPE, pg("UseCriterion")))
    silent = {root for root, tree in trees.items() if not tree & asking}
    silent = {root for root in silent if len(rules[root]) == 1 and _parts(store, root)}
    for root in silent:
        if not trees[root] & silent - {root}:  # else it is asked further in: a renewal that repeats the first request
            [(rule, ending)] = rules[root]
            _ask_for_use(store, root, rule, terms.thing("criterion", terms.slug(rule.value) + ending))


def _ask_for_use(store: ox.Store, root: ox.NamedNode, rule: ox.NamedNode, use: ox.NamedNode) -> None:
    indications = list(store.quads_for_pattern(rule, pg("indication"), None))
    if len(indications) != 1 or _is_described(store, use):
        return
    [parts] = _parts(store, root)
    graph, cell = parts.graph_name, ox.BlankNode()
    store.remove(parts)
    store.add(ox.Quad(root, _AND, cell, graph))
    store.add(ox.Quad(cell, _FIRST, use, graph))
    store.add(ox.Quad(cell, _REST, parts.object, graph))
    store.add(ox.Quad(use, _TYPE, pg("UseCriterion"), graph))
    store.add(ox.Quad(use, pg("use"), indications[0].object, graph))
    for predicate in (pg("section"), pg("locator")):
        for place in store.quads_for_pattern(rule, predicate, None):
            store.add(ox.Quad(use, predicate, place.object, graph))


def _parts(store: ox.Store, root: ox.NamedNode) -> list[ox.Quad]:
    """The one list of a ``pg:AllOf`` that is not empty; else none."""
    lists = list(store.quads_for_pattern(root, _AND, None))
    whole = len(lists) == 1 and lists[0].object != _NIL and any(store.quads_for_pattern(root, _TYPE, pg("AllOf")))
    return lists if whole else []


def _trees(store: ox.Store, roots: Iterable[ox.NamedNode]) -> dict[ox.NamedNode, set[object]]:
    """What hangs on each root, itself and the cells of lists included; a list may be broken, or come back to itself."""
    below: defaultdict[object, list[object]] = defaultdict(list)
    for predicate in (_AND, _OR, _FIRST, _REST):
        for quad in store.quads_for_pattern(None, predicate, None):
            below[quad.subject].append(quad.object)
    trees = {}
    for root in roots:
        seen, todo = set[object](), list[object]([root])
        while todo:
            node = todo.pop()
            if node not in seen:
                seen.add(node)
                todo += below.get(node, ())
        trees[root] = seen
    return trees


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
