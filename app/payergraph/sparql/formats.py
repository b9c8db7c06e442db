"""The formats in which an answer can be written, and which of them an Accept header asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

import pyoxigraph as ox


class Format(NamedTuple):
    """A format.

    Attributes:
        engine: the engine's name for it.
        types: its media types; it is sent as the first, or as another that was asked for.
        iri: what a service description calls it.
    """

    engine: Any
    types: tuple[str, ...]
    iri: str


_FORMATS = "http://www.w3.org/ns/formats/"

#: How rows and yes or no are written, by the ending of a file's name; the first where nothing else is asked for.
RESULTS: dict[str, Format] = {
    "json": Format(
        ox.QueryResultsFormat.JSON,
        ("application/sparql-results+json", "application/json"),
        f"{_FORMATS}SPARQL_Results_JSON",
    ),
    "xml": Format(
        ox.QueryResultsFormat.XML,
        ("application/sparql-results+xml", "application/xml"),
        f"{_FORMATS}SPARQL_Results_XML",
    ),
    "csv": Format(ox.QueryResultsFormat.CSV, ("text/csv",), f"{_FORMATS}SPARQL_Results_CSV"),
    "tsv": Format(ox.QueryResultsFormat.TSV, ("text/tab-separated-values",), f"{_FORMATS}SPARQL_Results_TSV"),
}
#: How triples are written.
GRAPHS: dict[str, Format] = {
    "ttl": Format(ox.RdfFormat.TURTLE, ("text/turtle",), f"{_FORMATS}Turtle"),
    "nt": Format(ox.RdfFormat.N_TRIPLES, ("application/n-triples", "text/plain"), f"{_FORMATS}N-Triples"),
    "rdf": Format(ox.RdfFormat.RDF_XML, ("application/rdf+xml", "application/xml"), f"{_FORMATS}RDF_XML"),
    "jsonld": Format(ox.RdfFormat.JSON_LD, ("application/ld+json", "application/json"), f"{_FORMATS}JSON-LD"),
}
#: A page for people.
HTML = "text/html"

#: The names of formats, each with its media types.
Offer: TypeAlias = dict[str, tuple[str, ...]]


class Chosen(NamedTuple):
    """The name of a format, and the media type that it is sent as."""

    name: str
    type: str


def types(formats: Mapping[str, Format]) -> Offer:
    """The media types of formats."""
    return {name: found.types for name, found in formats.items()}


def choose(accept: str, offer: Offer) -> Chosen | None:
    """What an Accept header asks for most, the earlier one of equals; None where it takes none of them."""
    ranges = [_range(part) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]
    best: tuple[float, Chosen] | None = None
    for name, media in offer.items():
        for kind in media:
            weight = _weight(kind, ranges)
            if weight > 0 and (best is None or weight > best[0]):
                best = weight, Chosen(name, kind)
    return best[1] if best else None


def _range(part: str) -> tuple[str, float]:
    kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return kind, min(max(float(value), 0.0), 1.0)
            except ValueError:
                return kind, 0.0
    return kind, 1.0


def _weight(kind: str, ranges: list[tuple[str, float]]) -> float:
    """The weight of a media type: that of the range which names it most exactly."""
    for wanted in (kind, f"{kind.partition('/')[0]}/*", "*/*"):
        found = [weight for name, weight in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0
