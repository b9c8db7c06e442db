"""Faults of how a file is written: what is left to do, named twice or not at all, or in the wrong place."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from ... import terms
from ...terms import pg
from .files import Fault, File
from .whole import TYPE, Whole, short

_FIRST = ox.NamedNode(terms.RDF + "first")
_NODE_SHAPE = ox.NamedNode(terms.SH + "NodeShape")
#: What ``store.rules`` adds; written by hand it would say the same twice, or the contrary.
_DERIVED = {pg(name) for name in ("subsumedBy", "ingredient", "covers", "mayCover", "unlisted", "part", "source")}
#: The folders that hold no facts.
_NO_DATA = ("ontology", "criteria", "shapes")


def unfinished(file: File) -> Iterator[Fault]:
    """What still says TODO, in a text or in a comment, with its own line (`payergraph new-policy` writes them).

    Its subject is what is described there; of a comment that begins its line, the whole file.
    """
    subject = file.graph
    for number, line, begins in file.lines():
        subject = begins or subject
        if found := re.search(r"\bTODO\b\W*([^\"]*)", line):
            what = found[1].strip().rstrip(" .;,:") or "nobody said what"
            comment = line.lstrip().startswith("#")
            remedy = "write it, or take the lines away" if comment else "write it in the place of the TODO"
            about = short(ox.NamedNode(file.graph if line.startswith("#") else subject))
            yield Fault(file.shown, number, about, f"is unfinished (TODO: {what}); {remedy}.")


def described_twice(file: File) -> Iterator[Fault]:
    """Two things under one name, which Turtle reads as one."""
    first: dict[str, int] = {}
    for number, line, iri in file.lines():
        if iri and re.match(r"\S+\s+a\s", line) and first.setdefault(iri, number) != number:
            subject = short(ox.NamedNode(iri))
            message = f"is described on line {first[iri]} already; give one of the two another name, or join them."
            yield Fault(file.shown, number, subject, message)


def blank_nodes(file: File, graph: Whole) -> Iterator[Fault | None]:
    """Things without a name in data; only the cells of lists may have none."""
    cells = {s for s, p, _ in file.triples if p == _FIRST}
    for subject, predicate, value in file.triples if file.place not in _NO_DATA else ():
        if isinstance(value, ox.BlankNode) and value not in cells:
            yield graph.fault(subject, f"has a {short(predicate)} without a name; give what stands in [ ] an IRI.")


def written_by_hand(file: File, graph: Whole) -> Iterator[Fault | None]:
    """What is added at load anyway."""
    for subject, predicate, value in file.triples:
        if predicate in _DERIVED:
            yield graph.fault(subject, f"has {short(predicate)}, which is added at load; take it away.")
        if value == _NODE_SHAPE and file.place not in _NO_DATA:
            yield graph.fault(subject, f"has {short(value)}, which is added at load to what has a kind; take it away.")


def misnamed_document(file: File, graph: Whole) -> Iterator[Fault | None]:
    """A file of facts describes the document that its graph is named after, and no other."""
    if file.place in (*_NO_DATA, "concepts"):
        return
    own = ox.NamedNode(file.graph)
    if own.value == terms.CONCEPTS:
        yield Fault(file.shown, None, "", "has the name of what all documents share; call the file otherwise.")
    documents = {s for s, p, o in file.triples if p == TYPE and o == pg("SourceDocument")}
    for document in documents - {own}:
        slug = terms.slug(document.value)
        yield graph.fault(document, f"is not the document of this file; call the file {slug}.ttl, or correct the IRI.")
    if not documents and any(p == pg("locator") for _, p, _ in file.triples):
        yield Fault(file.shown, None, short(own), "is described nowhere in this file; add it as a pg:SourceDocument.")
