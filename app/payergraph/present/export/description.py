"""What an export is, in Turtle: DCAT 3 for the catalogues, VoID for those who will query it.

The addresses of the files are relative to the description, so that the folder can be published anywhere.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ... import terms
from ...version import VERSION
from .files import LICENCE
from .rdf import distinct

DATASET = f"{terms.ID}dataset/payergraph"
#: What stands before the digest in the last line of a description, by which a change of it is seen.
SEAL = "\n# SHA-256 of the lines above: "

_HEAD = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": terms.DCTERMS,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": terms.XSD,
}
_MEDIA = "https://www.iana.org/assignments/media-types/"
_TITLE = "payergraph: prior-authorization criteria of US health plans"
_ABOUT = (
    "What US health plans ask for before they pay for a drug: policies, rules and criteria, and what documents say "
    "about appeals, deadlines and costs, each fact with the document and the section that say so."
)
_HOME = "https://w3id.org/payergraph"
_CODE = "https://www.apache.org/licenses/LICENSE-2.0"
_CODE_FILES = ("shacl/established.ttl", "shacl/possible.ttl", "questions.ttl")
_TYPE = ox.NamedNode(terms.RDF + "type")


@dataclass(frozen=True)
class File:
    """A file of an export.

    Attributes:
        path: its place in the folder, with ``/``.
        about: what it holds, as a noun phrase.
        size: in bytes.
        sha256: the digest of its bytes, in hexadecimal.
    """

    path: str
    about: str
    media_type: str
    size: int
    sha256: str


def describe(version: str, graphs: Mapping[str, Sequence[ox.Triple]], files: Iterable[File]) -> str:
    """The description of an export with these files."""
    triples = distinct(graphs)
    classes = Counter(t.object.value for t in triples if t.predicate == _TYPE and isinstance(t.object, ox.NamedNode))
    subjects = {t.subject for t in triples}
    things = [s.value for s in subjects if isinstance(s, ox.NamedNode) and s.value.startswith(terms.ID)]
    listed = sorted(files, key=lambda file: file.path)
    issued, modified = _days(triples, terms.DCTERMS + "issued"), _days(triples, terms.PG + "retrieved")
    lines = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in _HEAD.items())
    lines += f"""
<{DATASET}> a dcat:Dataset , void:Dataset ;
    dcterms:title "{_TITLE}"@en ;
    dcterms:description "{_ABOUT}"@en ;
    dcterms:license <{LICENCE}> ;
    dcterms:rights "Contains data from payergraph {VERSION} by the payergraph developers, CC BY 4.0."@en ;
    dcterms:creator <#developers> ;
    dcterms:publisher <#developers> ;
    dcat:contactPoint [ a vcard:Group ; vcard:fn "The payergraph developers" ; vcard:hasURL <{_HOME}> ] ;
    dcat:landingPage <{_HOME}> ;
    dcterms:language <http://id.loc.gov/vocabulary/iso639-1/en> ;
    dcterms:spatial <http://www.wikidata.org/entity/Q30> ;
    dcat:keyword "prior authorization"@en , "coverage policy"@en , "knowledge graph"@en ;
    dcat:version "{version}" ;
    void:uriSpace "{terms.ID}" ;
    void:vocabulary <{terms.PG}> , <{terms.SKOS}> , <{terms.SH}> , <{terms.DCTERMS}> ;
    void:exampleResource <{terms.ID}policy/cigna-ip0243> ;
    void:triples {len(triples)} ;
    void:entities {len(things)} ;
    void:distinctSubjects {len(subjects)} ;
    void:distinctObjects {len({t.object for t in triples})} ;
    void:properties {len({t.predicate for t in triples})} ;
    void:classes {len(classes)} ;
"""
    lines += "".join(f'    dcterms:issued "{day}"^^xsd:date ;\n' for day in issued[:1])
    # A document that was retrieved later is the newest thing in the data.
    lines += "".join(f'    dcterms:modified "{day}"^^xsd:date ;\n' for day in modified[-1:])
    dumps = [f"<{file.path}>" for file in listed if file.path.startswith("payergraph.")]
    if dumps:
        lines += f"    void:dataDump {' , '.join(dumps)} ;\n"
    partitions = " ,\n        ".join(
        f"[ void:class <{name}> ; void:entities {count} ]" for name, count in sorted(classes.items())
    )
    lines += f"    void:classPartition\n        {partitions} ;\n"
    parts = " ,\n        ".join(f"<#{_anchor(name)}>" for name in graphs)
    lines += f"    void:subset\n        {parts} ;\n"
    lines += f"    dcat:distribution {' , '.join(f'<#{file.path}>' for file in listed)} .\n"
    lines += '\n<#developers> a foaf:Agent ; foaf:name "The payergraph developers" .\n'
    for name, inside in graphs.items():
        lines += (
            f"\n<#{_anchor(name)}> a void:Dataset , sd:NamedGraph ;\n"
            f"    sd:name <{name}> ;\n    void:triples {len(inside)} .\n"
        )
    lines += "".join(_distribution(file) for file in listed)
    return f"{lines}{SEAL}{hashlib.sha256(lines.encode()).hexdigest()}\n"


def _days(triples: Iterable[ox.Triple], predicate: str) -> list[str]:
    """The days that some property gives, in order."""
    return sorted({triple.object.value for triple in triples if triple.predicate.value == predicate})  # type: ignore[union-attr]


def _anchor(name: str) -> str:
    return "graph-" + terms.local(name).removeprefix(f"{_HOME}/").replace("/", "-")


def _licence(path: str) -> str:
    """Shapes and queries are code; everything else is data."""
    return _CODE if path in _CODE_FILES else LICENCE


def _distribution(file: File) -> str:
    conforms = ""
    if file.media_type == "text/csv":
        conforms = "    dcterms:conformsTo <https://www.w3.org/TR/tabular-data-model/> ;\n"
    return f"""
<#{file.path}> a dcat:Distribution ;
    dcterms:title "{file.about}"@en ;
    dcat:downloadURL <{file.path}> ;
    dcat:mediaType <{_MEDIA}{file.media_type}> ;
    dcterms:license <{_licence(file.path)}> ;
{conforms}    dcat:byteSize "{file.size}"^^xsd:nonNegativeInteger ;
    spdx:checksum [ a spdx:Checksum ;
        spdx:algorithm spdx:checksumAlgorithm_sha256 ;
        spdx:checksumValue "{file.sha256}"^^xsd:hexBinary ] .
"""
