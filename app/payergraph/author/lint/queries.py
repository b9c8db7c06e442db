"""Faults of the SPARQL in shapes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import pyoxigraph as ox

from ... import terms
from ...terms import Term, pg
from .files import Fault, File
from .whole import TYPE, Whole, rows_of, short


def faulty_queries(file: File, graph: Whole) -> Iterator[Fault | None]:
    """SPARQL of shapes that does not parse, names an undeclared term, or a parameter that its component lacks."""
    if file.place not in ("criteria", "shapes"):
        return
    store = ox.Store()
    store.extend(ox.Quad(s, p, o) for s, p, o in file.triples)
    parameters: defaultdict[Term, set[str]] = defaultdict(set)
    for row in rows_of(store, "SELECT ?component ?path WHERE { ?component sh:parameter/sh:path ?path }"):
        parameters[row["component"]].add(terms.local(row["path"].value))
    texts = rows_of(
        store,
        """SELECT ?owner ?text WHERE {
          ?owner (sh:sparql|sh:validator|sh:nodeValidator|sh:propertyValidator)/(sh:select|sh:ask) ?text }""",
    )
    for row in texts:
        owner, text = row["owner"], row["text"].value
        for problem in _problems(text, graph, parameters.get(owner)):
            yield Fault(file.shown, file.line(owner.value), short(owner), problem)


def _problems(query: str, graph: Whole, parameters: set[str] | None) -> Iterator[str]:
    try:
        ox.Store().query(terms.PROLOGUE + query)
    except SyntaxError as error:
        yield f"has a query that is not SPARQL ({error}); correct it."
    for name in sorted(set(re.findall(r"\bpg:(\w+)", query))):
        if not any(graph.store.quads_for_pattern(pg(name), TYPE, None)):
            yield f"has a query with pg:{name}, which ontology/ does not declare; correct the name."
    if parameters is not None:
        for name in sorted(set(re.findall(r"\$(\w+)", query)) - parameters - {"this"}):
            yield f"has a query with ${name}, which is none of its parameters; correct the name, or declare it."
