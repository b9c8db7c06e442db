"""How to cite a comparison or an answer: what was asked, the graph that answered, and the documents behind it.

For reference managers it comes as CSL-JSON, RIS and BibTeX. Where only rows are wanted, ``with_documents`` puts title,
edition and address of its document on each.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyoxigraph as ox

from .. import terms
from ..browse.catalogue import Catalogue, Document, catalogue, citation
from ..comparison.model import Comparison
from ..errors import QueryError
from ..policies.library import policies
from ..store.graph import LocalGraph
from ..table import Table, Value
from ..version import VERSION
from ..wording import sentence, written

_AUTHORS, _DATA = "The payergraph developers", "payergraph (data and ontology)"


@dataclass(frozen=True)
class Cited:
    """A document with its edition in ISO 8601, empty where it is undated, and what is known of it."""

    document: Document
    edition: str
    dated: str

    @property
    def text(self) -> str:
        """One line of a list of references."""
        item = self.document
        parts = (
            item.publisher,
            item.title,
            sentence(self.dated),
            *_notes(item),
            item.address,
        )
        return _line(". ".join(part.rstrip(".") for part in parts if part) + ("" if item.address else "."))


@dataclass(frozen=True)
class Citation:
    """What was asked, the graph that answered, the documents behind the answer, and the day of the answer.

    Attributes:
        id: a name for reference managers, the same for the same question to the same graph.
        title: what was asked, in words.
        graph: the graph in words; ``graph_version`` is its version.
        listed: what the list of documents is headed with.
        permalink: the address under which the answer stands; empty where it has none.
    """

    id: str
    title: str
    graph: str
    graph_version: str
    documents: tuple[Cited, ...]
    accessed: date
    listed: str = "Documents compared:"
    permalink: str = ""

    @property
    def text(self) -> str:
        """The citation, and below it the documents, a line each."""
        whole = _line(f"{self.title}. In: {self.graph} Accessed {written(self.accessed.isoformat())}. {self.permalink}")
        return "\n".join([whole, "", self.listed, *(cited.text for cited in self.documents)])

    def items(self) -> list[dict[str, Any]]:
        """The answer and its documents as items of CSL-JSON 1.0.2."""
        made: dict[str, Any] = {
            "id": self.id,
            "type": "dataset",
            "title": self.title,
            "container-title": _DATA,
            "author": [{"literal": _AUTHORS}],
            "version": f"{VERSION}, graph {self.graph_version}",
            "accessed": _date_parts(self.accessed.isoformat()),
            "note": "Licensed CC BY 4.0",
        }
        if self.permalink:
            made["URL"] = self.permalink
        return [made, *(_item(cited) for cited in self.documents)]

    def to_csl_json(self) -> str:
        """For Zotero, pandoc and other programs that know CSL."""
        return json.dumps(self.items(), indent=2, ensure_ascii=False)

    def to_ris(self) -> str:
        """For EndNote, Zotero, Mendeley and other reference managers."""
        return "".join(_ris(item) for item in self.items())

    def to_bibtex(self) -> str:
        """For LaTeX, in UTF-8: the fields of BibTeX, and ``urldate`` and ``version`` of biblatex."""
        return "\n".join(_bibtex(item) for item in self.items())


def cite(
    graph: LocalGraph, comparison: Comparison, found: Catalogue, accessed: date | None = None, permalink: str = ""
) -> Citation:
    """How to cite a comparison that was made from a graph; it names the documents that show something.

    Args:
        found: what the graph holds.
        accessed: today where it is left open.
        permalink: the address under which the comparison stands; none where empty.
    """
    by_iri = {item.iri: item for item in found.documents}
    policies = (comparison.columns[place].policy for place in comparison.shown)
    known = dict.fromkeys((item.source, item.edition, item.dated) for item in policies if item.source in by_iri)
    documents = tuple(Cited(by_iri[iri], edition, dated) for iri, edition, dated in known)
    version = comparison.graph_version
    name = f"payergraph-{version}-{comparison.drug}-{comparison.indication}-{comparison.request}"
    title = f"{comparison.title} ({comparison.scope})"
    day = accessed or date.today()
    return Citation(name, title, citation(graph), version, documents, day, permalink=permalink)


def cite_table(graph: LocalGraph, table: Table, accessed: date | None = None) -> Citation:
    """How to cite the answer to a query: it names the documents that its rows come from.

    Args:
        accessed: today where it is left open.

    Raises:
        QueryError: no column names a document.
    """
    _source_column(table)
    return cite_answer(graph, table, accessed)


def cite_answer(graph: LocalGraph, table: Table, accessed: date | None = None, permalink: str = "") -> Citation:
    """How to cite any answer to a query, with the documents that its rows come from, where a column names them.

    Args:
        accessed: today where it is left open.
        permalink: the address under which the answer stands; none where empty.
    """
    title = table.title or "Answer to a query in SPARQL"
    name = f"payergraph-{graph.version}-{re.sub(r'[^a-z0-9]+', '-', title.casefold()).strip('-')[:80]}"
    day = accessed or date.today()
    try:
        documents = _behind(graph, table, _source_column(table))
        listed = "Documents behind the rows:"
    except QueryError:
        documents, listed = (), "No row names a document."
    return Citation(name, title, citation(graph), graph.version, documents, day, listed, permalink)


def _behind(graph: LocalGraph, table: Table, column: int) -> tuple[Cited, ...]:
    """The documents that a column names, each with its editions."""
    read = _editions(graph)
    by_iri = {item.iri: item for item in catalogue(graph).documents}
    found = dict.fromkeys(
        (source.value, *read.edition(row, source.value))
        for row in table.rows
        if isinstance(source := row[column], ox.NamedNode) and source.value in by_iri
    )
    return tuple(Cited(by_iri[iri], edition, dated) for iri, edition, dated in found)


#: What ``with_documents`` adds to a row.
DOCUMENT_COLUMNS = ("title", "edition", "address")


def with_documents(graph: LocalGraph, table: Table) -> Table:
    """The same rows with title, edition and address of the document of each; a column that it has stays as it is.

    The edition is that of the row's policy, else the document's; empty where it is undated. The address is empty where
    none is known.

    Raises:
        QueryError: no column names a document.
    """
    column = _source_column(table)
    read = _editions(graph)
    by_iri = {item.iri: item for item in catalogue(graph).documents}
    added = [name for name in DOCUMENT_COLUMNS if name not in table.columns]

    def told(row: tuple[Value, ...]) -> tuple[Value, ...]:
        source = row[column]
        document = by_iri.get(source.value) if isinstance(source, ox.NamedNode) else None
        if document is None:
            return tuple(None for _ in added)
        found = {
            "title": document.title,
            "edition": read.edition(row, document.iri)[0],
            "address": document.address,
        }
        return tuple(ox.Literal(found[name]) if found[name] else None for name in added)

    rows = tuple((*row, *told(row)) for row in table.rows)
    return replace(table, columns=(*table.columns, *added), rows=rows)


def _source_column(table: Table) -> int:
    for name in ("source", "document"):
        if name in table.columns:
            return table.columns.index(name)
    raise QueryError(f"no column is called source, so no row can be cited; the columns are {', '.join(table.columns)}")


_Edition = tuple[str, str]


@dataclass(frozen=True)
class _Editions:
    """Editions, in ISO 8601 and in words, by document and policy; and by document where it has one alone."""

    of_policy: Mapping[tuple[str, str], _Edition]
    of_document: Mapping[str, _Edition]

    def edition(self, row: Iterable[Value], document: str) -> _Edition:
        """The edition of the policy of this document that the row names, else that of the document."""
        named = ((document, cell.value) for cell in row if isinstance(cell, ox.NamedNode))
        of_row = [self.of_policy[pair] for pair in named if pair in self.of_policy]
        return of_row[0] if of_row else self.of_document.get(document, ("", "undated"))


def _editions(graph: LocalGraph) -> _Editions:
    read = policies(graph)
    every = read.every
    by_source: defaultdict[str, set[_Edition]] = defaultdict(set)
    for policy in every:
        by_source[policy.source].add((policy.edition, policy.dated))
    alone = {iri: next(iter(found)) for iri, found in by_source.items() if len(found) == 1}
    rows = graph.rows("SELECT ?x ?day WHERE { ?x a pg:SourceDocument ; pg:effectiveDate ?day }")
    dated = {row["x"].value: (row["day"].value, f"effective {written(row['day'].value)}") for row in rows}
    return _Editions({(item.source, item.iri): (item.edition, item.dated) for item in every}, dated | alone)


def _item(cited: Cited) -> dict[str, Any]:
    document = cited.document
    name = "-".join(part for part in (terms.slug(document.iri), cited.edition) if part)
    found: dict[str, Any] = {"id": name, "type": "report", "title": document.title}
    if document.publisher:
        found["author"] = [{"literal": document.publisher}]
        found["publisher"] = document.publisher
    if cited.edition:
        found["issued"] = _date_parts(cited.edition)
    if document.address:
        found["URL"] = document.address
    if notes := _notes(document):
        found["note"] = ". ".join(notes)
    return found


def _notes(document: Document) -> list[str]:
    notes = (
        "Retelling" if document.authority == "secondary" else "",
        "Seen in part" if document.completeness == "excerpt" else "",
        f"Retrieved {document.retrieved}" if document.retrieved else "",
    )
    return [note for note in notes if note]


def _date_parts(text: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in text.split("-")]]}


_RIS_TYPES = {"dataset": "DATA", "report": "RPRT"}
_RIS_TEXTS = {"T2": "container-title", "PB": "publisher", "ET": "version", "UR": "URL", "N1": "note", "ID": "id"}


def _ris(item: dict[str, Any]) -> str:
    """An item as a RIS record: tag, two spaces, dash, space."""

    def dates(tag: str, name: str) -> Iterable[tuple[str, str]]:
        if name in item:
            parts = [f"{part:02}" for part in item[name]["date-parts"][0]]
            yield tag, "/".join([*parts, *[""] * (3 - len(parts)), ""])

    lines = [
        ("TY", _RIS_TYPES[item["type"]]),
        *(("AU", author["literal"]) for author in item.get("author", ())),
        ("TI", item["title"]),
        *((tag, item[name]) for tag, name in _RIS_TEXTS.items() if name in item),
        *(("PY", str(item["issued"]["date-parts"][0][0])) for _ in range("issued" in item)),
        *dates("DA", "issued"),
        *dates("Y2", "accessed"),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {_line(text)}\r\n" for tag, text in lines) + "\r\n"


_BIBTEX_TYPES = {"dataset": "misc", "report": "techreport"}
_BIBTEX_ESCAPES = {
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def _bibtex(item: dict[str, Any]) -> str:
    """An item as a BibTeX entry; names of publishers stand in braces of their own, for they are no persons."""

    def tex(text: str) -> str:
        return "".join(_BIBTEX_ESCAPES.get(sign, sign) for sign in _line(text))

    fields = {"author": " and ".join(f"{{{tex(author['literal'])}}}" for author in item.get("author", ()))}
    fields["title"] = f"{{{tex(item['title'])}}}"  # kept in its capitals
    texts = {"howpublished": "container-title", "institution": "publisher", "version": "version", "note": "note"}
    fields |= {name: tex(item[key]) for name, key in texts.items() if key in item}
    issued = item.get("issued", item.get("accessed"))
    if issued:
        parts = issued["date-parts"][0]
        fields |= {name: str(part) for name, part in zip(("year", "month", "day"), parts, strict=False)}
    if "URL" in item:
        fields["url"] = item["URL"].translate({ord(sign): f"%{ord(sign):02X}" for sign in "{}\\ "})
    if "accessed" in item:
        fields["urldate"] = "-".join(f"{part:02}" for part in item["accessed"]["date-parts"][0])
    lines = "".join(f"  {name} = {{{text}}},\n" for name, text in fields.items() if text)
    return f"@{_BIBTEX_TYPES[item['type']]}{{{re.sub(r'[^A-Za-z0-9:.-]', '-', item['id'])},\n{lines}}}\n"


def _line(text: str) -> str:
    return " ".join(text.split())
