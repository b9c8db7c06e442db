"""What SHACL walks for the connectives: and, or, not.

A case that does not conform to a shape may be *not documented*, so ``sh:not`` over the shape says too little. A part
that has to be not met is asked by its *twin*, the shape of the contrary bound, to which the case conforms unless the
part is not met (in a run with *Possible*: only where it is met). The twin of a leaf has the leaf's parameters under
names of their own, for which there are components of the contrary bound; the twin of a connective joins the twins of
its parts. They are made when shapes are, for what stands under a negation alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import pyoxigraph as ox

from .. import terms
from ..policies.gates import Gate, Step
from ..policies.model import Criterion
from ..terms import Term

#: The namespace of the parameters and components of twins.
TWIN = terms.PG.replace("ontology#", "twin#")

_NIL = ox.NamedNode(terms.RDF + "nil")


def shape(step: Step) -> ox.NamedNode:
    """The shape to which a case conforms exactly when the step is met."""
    return ox.NamedNode(step.criterion.iri if step.met else f"{step.criterion.iri}#not")


def twin(step: Step) -> ox.NamedNode:
    """The same, by the contrary bound."""
    return ox.NamedNode(f"{step.criterion.iri}#{'twin' if step.met else 'not-twin'}")


def shapes(criteria: Iterable[Criterion]) -> Iterator[ox.Triple]:
    """The lists of the connectives among some criteria; all that these need of their parts, but the parts themselves.

    Args:
        criteria: whole trees.
    """
    done: set[tuple[Step, bool]] = set()
    todo = [(Step(criterion), False) for criterion in criteria]
    todo += [(Step(leaf, False), False) for leaf in negated(step.criterion for step, _ in todo)]
    while todo:
        step, is_twin = asked = todo.pop()
        if asked in done:
            continue
        done.add(asked)
        node = (twin if is_twin else shape)(step)
        if not step.met:
            yield ox.Triple(node, ox.NamedNode(terms.RDF + "type"), _sh("NodeShape"))
            yield ox.Triple(node, _sh("not"), (shape if is_twin else twin)(step.mirrored))
            todo.append((step.mirrored, not is_twin))
        elif step.criterion.children:
            if is_twin:
                yield ox.Triple(node, ox.NamedNode(terms.RDF + "type"), _sh("NodeShape"))
            yield from _joined(node, step.criterion.gate, is_twin)
            todo += [(inner, is_twin) for inner in _steps(step.criterion.gate)]
        elif is_twin:
            yield from _of_leaf(node, step.criterion)


def negated(criteria: Iterable[Criterion]) -> Iterator[Criterion]:
    """The leaves that have to be not met on some way through the trees."""
    for root in criteria:
        yield from (leaf for leaf in root.leaves if False in root.senses[leaf.id])


def twins(triples: Iterable[ox.Triple], parameters: Iterable[str]) -> list[ox.Triple]:
    """Components with the names of twins in the place of their own and of their parameters'.

    Args:
        triples: all that is said of the components.
        parameters: the names of all parameters.
    """
    renamed = {terms.PG + name for name in parameters}

    def of(term: Term) -> Term:
        if not isinstance(term, ox.NamedNode):
            return ox.BlankNode(f"{term.value}twin") if isinstance(term, ox.BlankNode) else term
        name = term.value
        is_component = name.startswith(terms.PG) and name.endswith("ConstraintComponent")
        return ox.NamedNode(TWIN + terms.local(name)) if name in renamed or is_component else term

    return [ox.Triple(of(t.subject), t.predicate, of(t.object)) for t in triples]  # type: ignore[arg-type]


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(terms.SH + name)


def _steps(gate: Gate) -> Iterator[Step]:
    for part in gate.parts:
        if isinstance(part, Gate):
            yield from _steps(part)
        else:
            yield part


def _of_leaf(node: ox.NamedNode, leaf: Criterion) -> Iterator[ox.Triple]:
    yield ox.Triple(node, ox.NamedNode(terms.RDF + "type"), _sh("NodeShape"))
    for name, value in leaf.parameters.items():
        yield ox.Triple(node, ox.NamedNode(TWIN + name), value)


def _joined(node: ox.NamedNode | ox.BlankNode, gate: Gate, is_twin: bool) -> Iterator[ox.Triple]:
    """At least so many of the parts: all of them, any of them, or any choice of so many."""
    if gate.least in (1, len(gate.parts)):
        word = "and" if gate.least == len(gate.parts) else "or"
        parts: Sequence[Step | Gate] = gate.parts
    else:
        word = "or"
        parts = [Gate(gate.least, chosen) for chosen in combinations(gate.parts, gate.least)]
    nodes: list[ox.NamedNode | ox.BlankNode] = []
    for part in parts:
        if isinstance(part, Gate):
            nodes.append(inner := ox.BlankNode())
            yield from _joined(inner, part, is_twin)
        else:
            nodes.append((twin if is_twin else shape)(part))
    cells: list[ox.NamedNode | ox.BlankNode] = [*(ox.BlankNode() for _ in nodes), _NIL]
    yield ox.Triple(node, _sh(word), cells[0])
    for cell, one, rest in zip(cells, nodes, cells[1:], strict=False):
        yield ox.Triple(cell, ox.NamedNode(terms.RDF + "first"), one)
        yield ox.Triple(cell, ox.NamedNode(terms.RDF + "rest"), rest)
