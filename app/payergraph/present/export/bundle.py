"""The criteria as a SHACL bundle that a plain SHACL-SPARQL engine judges, and the chart of a case for it.

A run needs four files: the components of one bound, one policy with its targets, the concepts, and a chart. A SHACL
engine says *conforms* where it finds nothing to check, so that a run which lacks one of them would pass. Guards make
each such run fail: shapes that name their focus node, which is asked whether or not the data know it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import pyoxigraph as ox

from ... import terms
from ...chart.case import Case
from ...criteria import tree
from ...criteria.shapes import components, parameter_names, shape_files
from ...policies.library import policies
from ...policies.model import Criterion, Policy, Rule
from ...store.graph import LocalGraph
from ...terms import Term, pg
from ...verdict import connectives, shacl
from ...verdict.bench import bench
from . import rdf
from .description import DATASET

#: The bounds, as their files are called.
BOUNDS = ("established", "possible")

_SHAPES = terms.ID.replace("/id/", "/shapes")
_DCAT = "http://www.w3.org/ns/dcat#"
_TYPE = ox.NamedNode(terms.RDF + "type")
_CASE = pg("Case")


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(terms.SH + name)


_WALKED = (_sh("and"), _sh("or"))


def edition(graph: LocalGraph) -> ox.NamedNode:
    """The dataset in this version, which the files of a bundle and the charts for it name."""
    return ox.NamedNode(f"{DATASET}#{graph.version}")


def _guard(graph: LocalGraph) -> ox.NamedNode:
    return ox.NamedNode(f"{_SHAPES}/components#{graph.version}")


def _never(shape: ox.NamedNode, focus: ox.NamedNode, message: str) -> list[ox.Triple]:
    """A shape to which no data conform: its focus node, which is named, is not the value that it must be.

    It has no type, which a shape with a target does not need: what has it in a graph of ours is a criterion.
    """
    return [
        ox.Triple(shape, _sh("targetNode"), focus),
        ox.Triple(shape, _sh("hasValue"), shape),
        ox.Triple(shape, _sh("message"), ox.Literal(message, language="en")),
    ]


def warning() -> tuple[str, list[ox.Triple]]:
    """What stands beside the criteria of a dump, as a graph and its triples: a dump used as shapes never conforms."""
    message = "A dump of the graph holds criteria, not what judges them; take the bundle in shacl/ of the export."
    return _SHAPES, _never(ox.NamedNode(f"{_SHAPES}#dump"), pg("Criterion"), message)


def bound(graph: LocalGraph, name: str) -> str:
    """The constraint components of one bound and the guards, in Turtle.

    Args:
        name: one of ``BOUNDS``. Both in one run would tell *met* from the rest alone: what is established is possible.
    """
    import rdflib

    sh = rdflib.Namespace(terms.SH)
    shipped = rdflib.Graph(bind_namespaces="none")
    for path in (*shape_files(), shape_files()[0].with_name("chart.ttl")):
        shipped.parse(path, format="turtle")
    roots = [root for item in policies(graph).all for rule in item.rules for root in _roots(rule)]
    twinned = {leaf.kind for leaf in connectives.negated(roots)}
    for component in (one for one in components() if one.bound.lower() != name):
        described = shipped.cbd(rdflib.URIRef(component.iri))
        for triple in described:
            shipped.remove(triple)
        if component.kind in twinned:
            shacl.add(shipped, connectives.twins(shacl.triples(described), parameter_names()))
    for validator, text in list(shipped.subject_objects(sh.select)):
        # pySHACL scans each text for forbidden forms, in time that grows with the square of its lines.
        shipped.set((validator, sh.select, rdflib.Literal(" ".join(str(text).split()))))
    return rdf.long_turtle([*_guards(graph), *shacl.triples(shipped)], {"chart": f"{_SHAPES}/chart#"})


def _guards(graph: LocalGraph) -> Iterator[ox.Triple]:
    """Concepts and chart are of this version; and what a policy's file alone never conforms to is switched off."""
    here = edition(graph)
    concepts, chart = ox.NamedNode(f"{_SHAPES}/chart#Concepts"), ox.NamedNode(f"{_SHAPES}/chart#Edition")
    dataset, requires = ox.NamedNode(_DCAT + "Dataset"), ox.NamedNode(terms.DCTERMS + "requires")
    for shape, target, focus, path, value, message in (
        (concepts, "targetNode", here, _TYPE, dataset, "The data lack shacl/concepts.ttl"),
        (chart, "targetClass", _CASE, requires, here, "The chart is not one of `payergraph case FILE`"),
    ):
        part = ox.NamedNode(f"{shape.value}Named")
        said = ox.Literal(f"{message} as this version of payergraph writes it, {graph.version}.", language="en")
        yield ox.Triple(shape, _TYPE, _sh("NodeShape"))
        yield ox.Triple(shape, _sh(target), focus)
        yield ox.Triple(shape, _sh("property"), part)
        yield ox.Triple(part, _sh("path"), path)
        yield ox.Triple(part, _sh("hasValue"), value)
        yield ox.Triple(part, _sh("message"), said)
    yield ox.Triple(_guard(graph), _sh("deactivated"), ox.Literal(True))


def concepts(graph: LocalGraph) -> str:
    """What a check reads beside the case, in Turtle: closures of the concepts, members of the policies' sets."""
    shared = (ox.Triple(q.subject, q.predicate, q.object) for q in bench(graph).store)
    return _turtle([*shared, ox.Triple(edition(graph), _TYPE, ox.NamedNode(_DCAT + "Dataset"))])


def policy(graph: LocalGraph, item: Policy) -> str:
    """A policy with its rules and their criteria, in Turtle. The root of every rule targets the case."""
    found = _about(graph, item.iri, ("payer", "drug", "drugClass", "product", "authority", "coverageRule"))
    for rule in item.rules:
        scope = ("indication", "plan", "drug", "product", "completeness")
        found += _about(graph, rule.iri, (*scope, "initialCriteria", "continuationCriteria"))
        for root in _roots(rule):
            found.append(ox.Triple(ox.NamedNode(root.iri), _sh("targetClass"), _CASE))
            for node in root.walk():
                found += _described(graph, ox.NamedNode(node.iri))
                # Of one whose description is faulty, that it cannot be judged: a shape that asks nothing conforms.
                found += [ox.Triple(ox.NamedNode(node.iri), pg(name), one) for name, one in node.parameters.items()]
    roots = (root for rule in item.rules for root in _roots(rule))
    found += connectives.shapes([node for root in roots for node in root.walk()])
    missing = "The components of a bound are missing or of another version; add shacl/established.ttl or possible.ttl."
    own = {name: f"{terms.ID}{name}/{terms.slug(item.source)}/" for name in ("criterion", "rule", "section", "set")}
    return _turtle([*found, *_never(_guard(graph), _CASE, missing)], own)


def _roots(rule: Rule) -> list[Criterion]:
    return [root for root in (rule.initial, rule.continuation) if root is not None]


def _about(graph: LocalGraph, iri: str, names: Iterable[str]) -> list[ox.Triple]:
    subject = ox.NamedNode(iri)
    predicates = [_TYPE, ox.NamedNode(terms.SKOS + "prefLabel"), *map(pg, names)]
    return [q.triple for name in predicates for q in graph.store.quads_for_pattern(subject, name, None)]


def _described(graph: LocalGraph, subject: ox.NamedNode | ox.BlankNode) -> list[ox.Triple]:
    """What a criterion is and asks, and where it stands; lists whole, but those that SHACL walks."""
    told = {*parameter_names(), *tree.LISTS.values(), *tree.ROLES, "locator", "reading", "section", "source"}
    found = [
        q.triple
        for q in graph.store.quads_for_pattern(subject, None, None)
        if q.predicate not in _WALKED
        if not q.predicate.value.startswith(terms.PG) or terms.local(q.predicate.value) in told
    ]
    cells = [triple.object for triple in found if isinstance(triple.object, ox.BlankNode)]
    return [*found, *(triple for cell in cells for triple in _described(graph, cell))]


def chart(case: Case, review: str, graph: LocalGraph, format: str = "turtle") -> str:
    """The facts of a case that the criteria are judged on, for one indication under review.

    The case has a name made of its facts: the same case gives the same text, and two charts are never taken for one.

    Args:
        review: the IRI of the indication; of a case that states one, that one.
        format: ``turtle`` or ``jsonld``.
    """
    requires = ox.Triple(case.iri, ox.NamedNode(terms.DCTERMS + "requires"), edition(graph))
    triples = [*case.triples(ox.NamedNode(review)), requires]
    digest = hashlib.sha256("\n".join(sorted(map(str, _named(triples, case.iri.value, "")))).encode()).hexdigest()
    named = {"case": rdf.stable("case", _named(triples, case.iri.value, f"{terms.ID}case/{digest[:32]}"))}
    return rdf.turtle(named) if format == "turtle" else rdf.nodes(named["case"])


def _named(triples: Iterable[ox.Triple], old: str, new: str) -> list[ox.Triple]:
    """The triples with a case and its parts renamed."""

    def renamed(term: Term) -> Term:
        if isinstance(term, ox.NamedNode) and term.value.startswith(old):
            return ox.NamedNode((new or "case:") + term.value[len(old) :])
        return term

    return [ox.Triple(renamed(t.subject), t.predicate, renamed(t.object)) for t in triples]  # type: ignore[arg-type]


def _turtle(triples: Iterable[ox.Triple], prefixes: Mapping[str, str] = MappingProxyType({})) -> str:
    return rdf.turtle({"shacl": rdf.stable("shacl", triples)}, prefixes)


def bundle(graph: LocalGraph) -> Iterator[tuple[str, str, str]]:
    """The files: path, what each holds, content."""
    for name in BOUNDS:
        yield f"shacl/{name}.ttl", f"Constraint components of SHACL, bound {name}", bound(graph, name)
    yield "shacl/concepts.ttl", "What the components read of concepts", concepts(graph)
    for item in policies(graph).all:
        yield f"shacl/policies/{item.id}.ttl", f"Criteria of {item.label} as shapes", policy(graph, item)
