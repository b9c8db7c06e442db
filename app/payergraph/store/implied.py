"""What follows from a file by itself and need not be typed, added to the file's own named graph when it is loaded.

- A criterion is a SHACL node shape: ``sh:NodeShape`` beside its kind.
- A parameter that takes a set may name a concept, a therapy group, a payer or a plan itself: the ``pg:ConceptSet`` that
  has it as its only member and is called as it is.
- A tree asks that the drug is asked for its rule's indication, a condition or a set of them: the ``pg:UseCriterion``,
  first among the parts of the root, with section and locator of the rule.
- An approval of so many months: the ``pg:ApprovalLength`` of at most so many; and what each such length is called.
- A rule that sends some requests of one stage to the criteria of the other: the ``pg:IfThen`` that says so, in the
  place of the criteria of that stage.
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
from ..wording import counted, least, numeral
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
#: The short form of a length of approval, and what takes its place.
_MONTHS = {pg("initialMonths"): pg("initialLength"), pg("continuationMonths"): pg("continuationLength")}
_INTEGER = ox.NamedNode(terms.XSD + "integer")
#: The dimensions of units of time, whose amounts are told first.
_TIME = ("calendar", "time")

#: What sends requests of a stage to the criteria of the other: the criteria in whose place the ``pg:IfThen`` stands,
#: how it is called, and the criteria to which it sends.
_ROUTES = {
    pg("initialCriteriaWhen"): (pg("continuationCriteria"), "-routed", pg("initialCriteria")),
    pg("continuationCriteriaWhen"): (pg("initialCriteria"), "-routed-initial", pg("continuationCriteria")),
}

#: A named graph and something that is named in it.
_Place: TypeAlias = tuple[ox.NamedNode, ox.NamedNode]


def add(store: ox.Store) -> None:
    """Add it to a store that holds the ontology and the files, a named graph each."""
    _name_sets(store)
    _ask_for_uses(store)
    _route(store)
    _lengths_of_months(store)
    _call_lengths(store)
    put_labeled_doses(store)
    store.extend(list(_shapes(store)))


def _shapes(store: ox.Store) -> Iterator[ox.Quad]:
    for kind in _below(store, pg("Criterion")):
        for criterion in store.quads_for_pattern(None, _TYPE, kind):
            yield ox.Quad(criterion.subject, _TYPE, _NODE_SHAPE, criterion.graph_name)


def _name_sets(store: ox.Store) -> None:
    """Put a set in the place of each concept, group, payer or plan that a parameter names where it takes a set.

    What is none of these, or finds no name for its set, stays as it is: lint faults it, and the criterion is never met.
    """
    kinds = {*_below(store, _CONCEPT), pg("TherapyGroup"), pg("Payer"), pg("Plan")}
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
    asked = indications[0].object
    is_set = any(store.quads_for_pattern(asked, _TYPE, pg("ConceptSet"))) if isinstance(asked, ox.NamedNode) else False
    store.add(ox.Quad(use, pg("uses" if is_set else "use"), asked, graph))
    for predicate in (pg("section"), pg("locator")):
        for place in store.quads_for_pattern(rule, predicate, None):
            store.add(ox.Quad(use, predicate, place.object, graph))


def _route(store: ox.Store) -> None:
    """Put an ``pg:IfThen`` in the place of the criteria of a rule that sends some of their requests elsewhere.

    It has the section and the locator of its premise. What is named twice or not at all has none: the criteria stay as
    they are, a reader of the rule sees that nothing routes (``policies.reading``), and lint faults it.
    """
    changes = []
    for when, (own, ending, other) in _ROUTES.items():
        for quad in store.quads_for_pattern(None, when, None):
            rule, premise, graph = quad.subject, quad.object, quad.graph_name
            if not isinstance(rule, ox.NamedNode) or not isinstance(premise, ox.NamedNode):
                continue
            found = [list(store.quads_for_pattern(rule, predicate, None)) for predicate in (when, own, other)]
            routed = terms.thing("criterion", terms.slug(rule.value) + ending)
            if all(len(some) == 1 for some in found) and not _is_described(store, routed):
                _, [mine], [theirs] = found
                added = [
                    ox.Quad(rule, own, routed, graph),
                    ox.Quad(routed, _TYPE, pg("IfThen"), graph),
                    ox.Quad(routed, pg("premise"), premise, graph),
                    ox.Quad(routed, pg("consequence"), theirs.object, graph),
                    ox.Quad(routed, pg("otherwise"), mine.object, graph),
                ]
                for name in (pg("section"), pg("locator")):
                    places = store.quads_for_pattern(premise, name, None)
                    added += [ox.Quad(routed, name, place.object, graph) for place in places]
                changes.append((mine, added))
    for taken, added in changes:
        store.remove(taken)
        store.extend(added)


def _lengths_of_months(store: ox.Store) -> None:
    """Put a length in the place of each number of months. What is no whole number stays, and lint faults it."""
    for short, long in _MONTHS.items():
        for quad in list(store.quads_for_pattern(None, short, None)):
            months, graph = quad.object, quad.graph_name
            if isinstance(months, ox.Literal) and months.datatype == _INTEGER and isinstance(graph, ox.NamedNode):
                length = terms.thing("length", f"{terms.slug(graph.value)}/at-most-{months.value}-months")
                store.remove(quad)
                store.add(ox.Quad(quad.subject, long, length, graph))
                store.add(ox.Quad(length, _TYPE, pg("ApprovalLength"), graph))
                store.add(ox.Quad(length, pg("value"), months, graph))
                store.add(ox.Quad(length, pg("unit"), terms.thing("unit", "month"), graph))
                store.add(ox.Quad(length, pg("comparator"), pg("AtMost"), graph))


def _call_lengths(store: ox.Store) -> None:
    """Label each length by what it says; lint faults those that say nothing."""
    for quad in list(store.quads_for_pattern(None, _TYPE, pg("ApprovalLength"))):
        length = quad.subject
        if isinstance(length, ox.NamedNode) and (amounts := sorted(_amounts(store, length, frozenset()))):
            up_to = any(store.quads_for_pattern(length, pg("comparator"), pg("AtMost")))
            label = ox.Literal(least([text for _, text in amounts], up_to=up_to), language="en")
            store.add(ox.Quad(length, _LABEL, label, quad.graph_name))


def _amounts(store: ox.Store, length: ox.NamedNode, above: frozenset[ox.NamedNode]) -> Iterator[tuple[bool, str]]:
    """The amounts of which a length is the least, in words, each with whether it is no time; none where one is none."""
    parts = [] if length in above else _named(store, length, pg("lesserOf"))
    told = [[*_amounts(store, part, above | {length})] for part in parts]
    yield from (amount for part in told for amount in part if all(told))
    for number in _texts(store, length, pg("value")):
        for unit in _named(store, length, pg("unit")):
            for dimension in _texts(store, unit, pg("dimension")):
                for label in _texts(store, unit, _LABEL):
                    own = _texts(store, unit, pg("asOne")) if number == "1" else []
                    yield dimension not in _TIME, own[0] if own else counted(numeral(number), label)


def _named(store: ox.Store, thing: ox.NamedNode, name: ox.NamedNode) -> list[ox.NamedNode]:
    values = (quad.object for quad in store.quads_for_pattern(thing, name, None))
    return [value for value in values if isinstance(value, ox.NamedNode)]


def _texts(store: ox.Store, thing: ox.NamedNode, name: ox.NamedNode) -> list[str]:
    values = (quad.object for quad in store.quads_for_pattern(thing, name, None))
    return [value.value for value in values if isinstance(value, ox.Literal)]


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
