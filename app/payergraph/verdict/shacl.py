"""The W3C report of a case by pySHACL, with the SPARQL of the shapes answered by Oxigraph.

``leaves`` says the state of a leaf; the tests hold it equal to what pySHACL says. Plain pySHACL parses the text of
every validator anew with rdflib, which is some thirty times slower.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from .. import terms
from ..criteria.shapes import components, parameter_names, shape_files
from ..policies.model import Criterion
from ..terms import Term
from . import connectives
from .bench import Bench

if TYPE_CHECKING:
    import rdflib

#: The node of shapes/prefixes.ttl that declares the prefixes of the validators.
PREFIXES = "https://w3id.org/payergraph/shapes"

_PREFIX = f"PREFIX pg: <{terms.PG}>\n"
_XSD_STRING = ox.NamedNode(terms.XSD + "string")


# --- the text of a validator with its parameters filled in -----------------------------------------

_NAME = re.compile(r"\$(\w+)")


def bind(select: str, focus: str, values: Mapping[str, Term]) -> str:
    """The text of a SELECT validator with ``$this`` and its parameters filled in.

    Parameters are written as ``$name`` in shapes/, everything else as ``?name``. A parameter without a value stays an
    unbound variable. ``$this`` is also bound to ``?this``, so that it can be projected and grouped by.
    """
    head, body = select.split("{", 1)
    where, tail = body.rsplit("}", 1)

    def term(match: re.Match[str]) -> str:
        name = match[1]
        if name == "this":
            return f"<{focus}>"
        return str(values[name]) if name in values else f"?{name}"

    where = _NAME.sub(term, where)
    tail = tail.replace("$this", "?this")
    return f"{_PREFIX}{head.replace('$this', '?this')}{{ BIND (<{focus}> AS ?this) {where} }}{tail}"


def validate(on: Bench, focus: str, criteria: Sequence[Criterion], roots: Iterable[str]) -> rdflib.Graph:
    """The W3C validation report of pySHACL on the case, checked against the roots.

    Args:
        criteria: the criteria whose shapes the run needs, inner nodes included where a root is one.
        roots: IRIs of the shapes to check; the focus node is named, so that nothing conforms for want of a target.
    """
    import rdflib

    roots = list(roots)
    if not roots:
        raise ValueError("no shape is named, and a run without one would conform for want of anything to check")
    validator = _validator(on, tuple(dict.fromkeys(criteria)))  # a criterion may stand at several places of a tree
    shapes, executor = validator.shacl_graph, validator.make_executor()
    conforms, results = True, []
    for root in roots:
        # Not by the option `use_shapes`: pySHACL then passes over the parts of sh:and and sh:or, and all conforms.
        shape = shapes.lookup_shape_from_node(rdflib.URIRef(root))
        met, found = shape.validate(executor, validator.data_graph, focus=[rdflib.URIRef(focus)])
        conforms = conforms and met
        results += found
    report, _ = validator.create_validation_report(shapes, conforms, results)
    assert isinstance(report, rdflib.Graph)
    return report


@lru_cache(maxsize=64)
def _validator(on: Bench, criteria: tuple[Criterion, ...]) -> Any:
    """A pySHACL validator for some criteria. Making one costs more than a run, so it is kept."""
    from pyshacl import Validator
    from pyshacl.graph_abstraction import DataGraph

    validator = Validator(
        DataGraph.from_rdflib(_routed(on)),
        shacl_graph=_shapes(criteria),
        options={"inplace": True, "advanced": False, "use_js": False},
    )
    _ = validator.shacl_graph.shapes  # the shapes are read now: that takes the time, and nothing is looked up before
    return validator


@lru_cache(maxsize=1)
def _component_graph() -> rdflib.Graph:
    import rdflib

    graph = rdflib.Graph()
    for path in shape_files():
        graph.parse(path, format="turtle")
    # pySHACL scans each text for forbidden forms at each use, in time that grows with the square of its lines.
    select = rdflib.URIRef(terms.SH + "select")
    for validator, text in list(graph.subject_objects(select)):
        graph.set((validator, select, rdflib.Literal(" ".join(str(text).split()))))
    return graph


def _shapes(criteria: tuple[Criterion, ...]) -> rdflib.Graph:
    """The shapes graph of some criteria: the components of their kinds, and the criteria's own triples."""
    import rdflib

    sh = rdflib.Namespace(terms.SH)
    graph = rdflib.Graph()
    shipped = _component_graph()
    kinds = {criterion.kind for criterion in criteria}
    twins = {leaf.kind for leaf in connectives.negated(criteria)}
    graph += shipped.cbd(rdflib.URIRef(PREFIXES))
    for component in components():
        if component.kind in kinds:
            graph += shipped.cbd(rdflib.URIRef(component.iri))
        if component.kind in twins and component.bound == "Possible":
            add(graph, connectives.twins(triples(shipped.cbd(rdflib.URIRef(component.iri))), parameter_names()))
    for criterion in criteria:
        node = rdflib.URIRef(criterion.iri)
        graph.add((node, rdflib.RDF.type, sh.NodeShape))
        for name, value in criterion.parameters.items():
            graph.add((node, rdflib.URIRef(terms.PG + name), to_rdflib(value)))
    add(graph, connectives.shapes(criteria))
    return graph


def add(graph: rdflib.Graph, found: Iterable[ox.Triple]) -> None:
    """Add triples of pyoxigraph to a graph of rdflib."""
    for triple in found:
        graph.add(tuple(to_rdflib(term) for term in triple))


def triples(graph: rdflib.Graph) -> Iterable[ox.Triple]:
    """The triples of a graph of rdflib, as pyoxigraph has them."""
    return (ox.Triple(*map(_from_rdflib, triple)) for triple in graph)  # type: ignore[arg-type]


def to_rdflib(term: Term) -> Any:
    """A pyoxigraph term as an rdflib term."""
    import rdflib

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    return rdflib.Literal(
        term.value, datatype=None if term.datatype == _XSD_STRING else rdflib.URIRef(term.datatype.value)
    )


def _from_rdflib(term: Any) -> Term:
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    if term.language:
        return ox.Literal(str(term), language=term.language)
    return ox.Literal(str(term), datatype=ox.NamedNode(str(term.datatype)) if term.datatype else None)


def _routed(on: Bench) -> rdflib.Graph:
    """An rdflib graph whose SPARQL goes to the bench.

    pySHACL parses the text of each validator anew for every shape; Oxigraph does that some thirty times quicker.
    """
    import rdflib
    from rdflib.query import Result

    class Routed(rdflib.Graph):
        def query(
            self,
            query_object: Any,
            processor: Any = "sparql",
            result: Any = "sparql",
            initNs: Any = None,  # noqa: N803 - rdflib's name
            initBindings: Any = None,  # noqa: N803
            use_store_provided: bool = True,
            **kwargs: Any,
        ) -> Result:
            text = str(query_object)
            bindings = {str(k): _from_rdflib(v) for k, v in (initBindings or {}).items()}
            focus = bindings.pop("this")
            answer = Result("SELECT")
            answer.vars = [rdflib.Variable("this")]
            violates = any(on.rows(bind(_without_prologue(text), focus.value, bindings)))
            answer.bindings = [{rdflib.Variable("this"): rdflib.URIRef(focus.value)}] if violates else []
            return answer

    return Routed()


def _without_prologue(text: str) -> str:
    return text[text.index("SELECT") :]
