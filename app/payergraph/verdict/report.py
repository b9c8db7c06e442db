"""The W3C validation report of a case."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from .. import terms
from ..chart.case import Case
from ..criteria import Status
from ..policies.gates import Step
from ..store.graph import LocalGraph
from . import connectives, shacl
from .answers import Answers, Determination, Outcome
from .bench import bench
from .evidence import Evidence, Fact
from .fold import Node, leaves

if TYPE_CHECKING:
    import rdflib

_UNNAMED = f"{terms.ID}case/"


def report(case: Case, graph: LocalGraph, determinations: Answers) -> rdflib.Graph:
    """The W3C validation report of pySHACL on the roots of the determinations: conforms exactly where all are met.

    Where the outcome does not come from a root (an excluded use, nothing in scope), a result of the report's own says
    why the case does not conform. Beside it stand each leaf's reading, what is not computed of it and the facts on
    which it rests; what *met* leaves out, on the report too.
    """
    import rdflib

    sh = rdflib.Namespace(terms.SH)
    whole = rdflib.Graph()
    whole.bind("sh", sh)
    whole.bind("pg", terms.PG)
    node = rdflib.BNode()
    told: set[tuple[str, Fact]] = set()
    for item in determinations:
        if not _is_of_root(item):
            text = item.reason.text if item.reason else f"The outcome is {item.outcome}."
            _add_failure(whole, node, case, text, item.rule.iri if item.rule else item.policy.iri)
        if item.root is not None:
            _add_results(whole, node, _validated(case, graph, item.indication, item.root))
            _add_words(whole, node, item.root, item.not_computed)
            _add_facts(whole, case, item.root, item.evidence, told)
    for silent in determinations.unanswered if not determinations else ():
        _add_failure(whole, node, case, str(silent), None)
    whole.add((node, rdflib.RDF.type, sh.ValidationReport))
    conforms = (node, sh.result, None) not in whole
    whole.add((node, sh.conforms, rdflib.Literal(conforms)))
    return whole


def turtle(case: Case, graph: LocalGraph, determinations: Answers) -> str:
    """The report as Turtle: the same bytes for the same answers.

    A case has another name at every reading. Here it is named by what the report says of it, which tells nothing more;
    so are the nodes without a name, for several reports may be put into one file.
    """
    import rdflib

    held = ox.Dataset()
    for triple in shacl.triples(report(case, graph, determinations)):
        held.add(ox.Quad(*(_moved(term, case.iri.value, _UNNAMED) for term in triple)))
    held.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    triples = sorted((quad.triple for quad in held), key=str)
    name = hashlib.sha256("\n".join(map(str, triples)).encode()).hexdigest()[:16]
    whole = rdflib.Graph()
    whole.bind("sh", terms.SH)
    whole.bind("pg", terms.PG)
    for triple in triples:
        whole.add(tuple(shacl.to_rdflib(_moved(term, _UNNAMED, _UNNAMED + name, name)) for term in triple))
    return whole.serialize(format="turtle")


def _moved(term: Any, before: str, after: str, report: str = "") -> Any:
    """A term with the name of the case put in place of another, and a node without a name called after the report."""
    if isinstance(term, ox.NamedNode) and term.value.startswith(before):
        return ox.NamedNode(after + term.value.removeprefix(before))
    if isinstance(term, ox.Literal) and before in term.value:  # pySHACL's messages name it
        text = term.value.replace(before, after)
        return ox.Literal(text, language=term.language) if term.language else ox.Literal(text, datatype=term.datatype)
    if isinstance(term, ox.BlankNode) and report:
        return ox.BlankNode(f"r{report}n{int(term.value.removeprefix('c14n')):06}")
    return term


def _is_of_root(item: Determination) -> bool:
    """Whether the results of the root say why the case does not conform, or that it does."""
    return item.root is not None and (item.root.status is not Status.MET or item.outcome is Outcome.MET)


def _validated(case: Case, graph: LocalGraph, indication: str, tree: Node) -> rdflib.Graph:
    """The report of pySHACL on a root, with the results of its leaves; of those that have to be not met, where they are
    met or could be."""
    on, root = bench(graph), tree.criterion
    criteria = tuple(root.walk())
    unmet = [
        connectives.shape(step).value
        for leaf in leaves(tree)
        for step in (Step(leaf.criterion, met) for met in sorted(root.senses[leaf.criterion.id], reverse=True))
        if step.of(leaf.status) is not Status.MET
    ]
    with on.with_case(case.triples(ox.NamedNode(case.indication or indication))):
        found = shacl.validate(on, case.iri.value, criteria, [root.iri])
        if unmet:
            _add_details(found, shacl.validate(on, case.iri.value, criteria, dict.fromkeys(unmet)))
    return found


def _add_failure(whole: rdflib.Graph, node: rdflib.BNode, case: Case, message: str, shape: str | None) -> None:
    """Add a result of the report's own."""
    import rdflib

    sh, result = rdflib.Namespace(terms.SH), rdflib.BNode()
    whole.add((node, sh.result, result))
    whole.add((result, rdflib.RDF.type, sh.ValidationResult))
    whole.add((result, sh.focusNode, rdflib.URIRef(case.iri.value)))
    whole.add((result, sh.resultSeverity, sh.Violation))
    whole.add((result, sh.sourceConstraintComponent, sh.NodeConstraintComponent))
    whole.add((result, sh.resultMessage, rdflib.Literal(message, lang="en")))
    if shape:
        whole.add((result, sh.sourceShape, rdflib.URIRef(shape)))


def _add_results(whole: rdflib.Graph, node: rdflib.BNode, found: rdflib.Graph) -> None:
    """Add the results of a report, without its own node."""
    import rdflib

    sh = rdflib.Namespace(terms.SH)
    [head] = found.subjects(rdflib.RDF.type, sh.ValidationReport)
    for subject, predicate, value in found:
        if subject != head:
            whole.add((subject, predicate, value))
        elif predicate == sh.result:
            whole.add((node, predicate, value))


def _add_words(whole: rdflib.Graph, node: rdflib.BNode, tree: Node, not_computed: Collection[str]) -> None:
    """Add how the leaves were read and what is not computed of them; what *met* leaves out, to the report too."""
    import rdflib

    pg = rdflib.Namespace(terms.PG)
    for leaf in (one.criterion for one in leaves(tree)):
        if leaf.reading:
            whole.add((rdflib.URIRef(leaf.iri), pg.reading, rdflib.Literal(leaf.reading)))
        if leaf.not_computed:
            whole.add((rdflib.URIRef(leaf.iri), pg.notComputed, rdflib.Literal(leaf.not_computed)))
            if leaf.id in not_computed:
                whole.add((node, pg.notComputed, rdflib.Literal(leaf.not_computed)))


def _add_facts(
    whole: rdflib.Graph, case: Case, tree: Node, evidence: Mapping[str, Evidence], told: set[tuple[str, Fact]]
) -> None:
    """Add the facts on which the leaves rest, each with the case that it is of; ``told`` are those that are there."""
    import rdflib

    sh, pg = rdflib.Namespace(terms.SH), rdflib.Namespace(terms.PG)
    for leaf in (one.criterion for one in leaves(tree)):
        for fact in evidence[leaf.id].facts:
            if (leaf.iri, fact) not in told:
                told.add((leaf.iri, fact))
                node = rdflib.BNode()
                whole.add((rdflib.URIRef(leaf.iri), pg.restsOn, node))
                whole.add((node, rdflib.RDF.type, pg.RecordedFact))
                whole.add((node, rdflib.RDFS.label, rdflib.Literal(fact.words, lang="en")))
                whole.add((node, pg.inField, rdflib.Literal(fact.path)))
                whole.add((node, pg.effect, rdflib.Literal(fact.effect.value)))
                whole.add((node, sh.focusNode, rdflib.URIRef(case.iri.value)))


def _add_details(report: rdflib.Graph, details: rdflib.Graph) -> None:
    """Hang the results of the leaves on those of the root as sh:detail (SHACL 3.6.2.5): sh:and reports no insides."""
    import rdflib

    sh = rdflib.Namespace(terms.SH)
    outer, inner = list(report.objects(None, sh.result)), list(details.objects(None, sh.result))
    for result in inner:
        for triple in details.triples((result, None, None)):
            report.add(triple)
        for whole in outer:
            report.add((whole, sh.detail, result))
