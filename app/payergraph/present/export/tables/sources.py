"""The documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from .... import terms
from .reader import Reader, Row, every, one, word
from .table import AUTHORITY, Column, ExportTable, thing, things


def _sources(on: Reader) -> Iterator[Row]:
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for kind, column in (("Statement", "statements"), ("CoverageRule", "rules"), ("Criterion", "criteria")):
        of = "?x a/rdfs:subClassOf* pg:Criterion" if kind == "Criterion" else f"?x a pg:{kind}"
        for row in on.graph.rows(
            f"SELECT ?s (COUNT(DISTINCT ?x) AS ?n) WHERE {{ {of} . ?x pg:source ?s }} GROUP BY ?s"
        ):
            counts[row["s"].value][column] = int(row["n"].value)
    for iri, fact in on.sources.items():
        yield {
            "source": iri,
            "title": one(fact, terms.DCTERMS + "title"),
            **on.pair("publisher", one(fact, terms.DCTERMS + "publisher")),
            "authority": word(one(fact, "authority")),
            "complete": one(fact, "completeness") == terms.PG + "Complete",
            "completeness_note": one(fact, "completenessNote") or None,
            "source_kind": one(fact, "sourceKind") or None,
            "effective": one(fact, "effectiveDate") or None,
            "last_review": one(fact, "lastReviewDate") or None,
            "retrieved": one(fact, "retrieved") or None,
            "addresses": tuple(sorted(every(fact, terms.DCTERMS + "source"))),
            **on.pairs("cites", every(fact, "cites")),
            **{name: counts[iri].get(name, 0) for name in ("statements", "rules", "criteria")},
        }


SOURCES = ExportTable(
    "sources",
    "Source documents",
    "One published document from which facts were taken.",
    ("source",),
    (
        Column("source", "iri", "The document; also the name of its graph in TriG and JSON-LD.", required=True),
        Column("title", "text", "Its title.", required=True),
        *thing("publisher", "Who published it."),
        AUTHORITY,
        Column("complete", "boolean", "It was seen whole.", required=True),
        Column("completeness_note", "text", "What of it was seen and what was not."),
        Column("source_kind", "text", "How it reached the graph: the publisher's page, a copy, a summary, a guide."),
        Column("effective", "text", "Since when it is in force: an ISO 8601 day, month or year, as it says."),
        Column("last_review", "text", "Its last review: an ISO 8601 day, month or year, as it says."),
        Column("retrieved", "text", "When it was collected: an ISO 8601 day, month or year."),
        Column("addresses", "text", "Where it was found.", many=True),
        *things("cites", "The publications that it cites as a whole."),
        Column("statements", "integer", "How many statements it has in statements.", unit="statement", required=True),
        Column("rules", "integer", "How many rules it has in rules.", unit="rule", required=True),
        Column("criteria", "integer", "How many criteria it has in criteria.", unit="criterion", required=True),
    ),
    _sources,
)
