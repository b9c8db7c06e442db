"""How to cite a comparison: what was asked, the graph that answered, and the documents that stand side by side.

For reference managers it comes as CSL-JSON and as RIS.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from . import __version__, terms
from .catalogue import Catalogue, Document, citation
from .comparison import Comparison
from .policy import written
from .store import LocalGraph

_AUTHORS, _DATA = "The payergraph developers", "payergraph (data and ontology)"


@dataclass(frozen=True)
class Cited:
    """A document of a comparison with its edition in ISO 8601, empty where it is undated, and what is known of it."""

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
            self.dated[0].upper() + self.dated[1:],
            *_notes(item),
            item.address,
        )
        return _line(". ".join(part.rstrip(".") for part in parts if part) + ("" if item.address else "."))


@dataclass(frozen=True)
class Citation:
    """A comparison, the graph behind it in words, its documents, and the day on which it was made."""

    comparison: Comparison
    graph: str
    documents: tuple[Cited, ...]
    accessed: date

    @property
    def text(self) -> str:
        """The citation, and below it the documents, a line each."""
        found = self.comparison
        said = f"{found.title} ({found.scope})"
        whole = _line(f"{said}. In: {self.graph} Accessed {written(self.accessed.isoformat())}.")
        return "\n".join([whole, "", "Documents compared:", *(cited.text for cited in self.documents)])

    def items(self) -> list[dict[str, Any]]:
        """The comparison and its documents as items of CSL-JSON 1.0.2."""
        found = self.comparison
        made: dict[str, Any] = {
            "id": f"payergraph-{found.graph_version}-{found.drug}-{found.indication}-{found.request}",
            "type": "dataset",
            "title": f"{found.title} ({found.scope})",
            "container-title": _DATA,
            "author": [{"literal": _AUTHORS}],
            "version": f"{__version__}, graph {found.graph_version}",
            "accessed": _date_parts(self.accessed.isoformat()),
            "note": "Licensed CC BY 4.0",
        }
        return [made, *(_item(cited) for cited in self.documents)]

    def to_csl_json(self) -> str:
        """For Zotero, pandoc and other programs that know CSL."""
        return json.dumps(self.items(), indent=2, ensure_ascii=False)

    def to_ris(self) -> str:
        """For EndNote, Zotero, Mendeley and other reference managers."""
        return "".join(_ris(item) for item in self.items())


def cite(graph: LocalGraph, comparison: Comparison, found: Catalogue, accessed: date | None = None) -> Citation:
    """How to cite a comparison that was made from a graph; it names the documents that show something.

    Args:
        found: what the graph holds.
        accessed: today where it is left open.
    """
    by_iri = {item.iri: item for item in found.documents}
    policies = (comparison.columns[place].policy for place in comparison.shown)
    known = dict.fromkeys((item.source, item.edition, item.dated) for item in policies if item.source in by_iri)
    documents = tuple(Cited(by_iri[iri], edition, dated) for iri, edition, dated in known)
    return Citation(comparison, citation(graph), documents, accessed or date.today())


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


def _line(text: str) -> str:
    return " ".join(text.split())
