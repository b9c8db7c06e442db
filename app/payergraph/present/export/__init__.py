"""The whole dataset as files: RDF, tables, SHACL, ontology, questions, and a description that says what each is.

The same graph gives the same bytes, on every run. A folder is written whole or not at all: everything is made beside
it and put in its place at the end. An earlier export is replaced; nothing else is ever overwritten.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pyoxigraph as ox

from ...comparison import computed
from ...errors import ExportError
from ...extras import require
from ...files import reason
from ...locate import folder, here, licence
from ...store.graph import LocalGraph
from . import bundle, description, examples, files, ontology, rdf
from .description import File
from .tables import TABLES

__all__ = ["DESCRIPTION", "FORMATS", "ExportError", "File", "export"]

#: The formats, in the order in which they are written.
FORMATS = ("trig", "turtle", "jsonld", "csv", "parquet", "shacl", "ontology", "questions")
#: The description of an export; by its checksums an earlier export is known.
DESCRIPTION = "dataset.ttl"

_DCAT = "http://www.w3.org/ns/dcat#"
_SPDX = "http://spdx.org/rdf/terms#"
_RDF = {
    "trig": ("payergraph.trig", "application/trig", "The graph as TriG, a named graph a document", rdf.trig),
    "turtle": ("payergraph.ttl", "text/turtle", "The graph as Turtle, all documents in one graph", rdf.turtle),
    "jsonld": ("payergraph.jsonld", "application/ld+json", "The graph as JSON-LD, a graph a document", rdf.jsonld),
}


#: What every export holds: under what it is taken.
_LICENCES = {
    "LICENSE-DATA": "Licence of the data and the ontology",
    "LICENSE": "Licence of shapes and queries",
    "NOTICE": "Notices of the makers of codes",
}


def export(
    graph: LocalGraph,
    target: Path,
    formats: Collection[str] = FORMATS,
    progress: Callable[[str], None] = lambda step: None,
) -> tuple[File, ...]:
    """Write the dataset into a folder that is new, empty, or an earlier export.

    Args:
        progress: is told each step before it begins.

    Returns:
        The files, the description last.

    Raises:
        ExportError: the folder holds something else, or cannot be written; it is as it was.
        MissingExtra: Parquet is wanted, and pyarrow is not installed.
    """
    if "parquet" in formats:
        require("pyarrow")
    stage = None
    try:
        place = Path(os.path.realpath(target))
        _check(place, target)
        stage = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
        stage.mkdir()
        written = tuple(_write(graph, stage, [name for name in FORMATS if name in formats], progress))
        _check(place, target)
        _put(stage, place)
    except OSError as error:
        raise ExportError(f"{target} cannot be written: {reason(error)}") from None
    finally:
        if stage is not None:
            shutil.rmtree(stage, ignore_errors=True)
    return written


def _write(graph: LocalGraph, stage: Path, formats: Collection[str], progress: Callable[[str], None]) -> Iterator[File]:
    found: list[File] = []

    def write(path: str, media_type: str, about: str, content: bytes) -> File:
        (stage / path).parent.mkdir(parents=True, exist_ok=True)
        (stage / path).write_bytes(content)
        found.append(File(path, about, media_type, len(content), hashlib.sha256(content).hexdigest()))
        return found[-1]

    progress("reading the graph")
    computed.add(graph)
    graphs = rdf.named_graphs(graph) if any(name in formats for name in _RDF) else rdf.apart(graph)
    graphs |= dict([bundle.warning()])
    for name, (path, media_type, about, serialize) in _RDF.items():
        if name in formats:
            progress(f"writing {path}")
            yield write(path, media_type, about, serialize(graphs).encode())
    if "csv" in formats or "parquet" in formats:
        progress("making the tables")
        tables = [(table, table.rows(graph)) for table in TABLES]
        if "csv" in formats:
            progress("writing csv/")
            for table, rows in tables:
                about = f"{table.title} as CSV"
                yield write(f"csv/{table.name}.csv", "text/csv", about, files.to_csv(table.columns, rows).encode())
            yield write("csv/dictionary.csv", "text/csv", "Dictionary of tables and columns", _dictionary())
            about = "Metadata of the CSV files (CSV on the Web)"
            metadata = files.csvw(graph.version).encode()
            yield write("csv/csv-metadata.json", "application/csvm+json", about, metadata)
        if "parquet" in formats:
            progress("writing parquet/")
            for table, rows in tables:
                content = files.to_parquet(table, rows, graph.version)
                path, about = f"parquet/{table.name}.parquet", f"{table.title} as Parquet"
                yield write(path, "application/vnd.apache.parquet", about, content)
            if "csv" not in formats:
                yield write("parquet/dictionary.csv", "text/csv", "Dictionary of tables and columns", _dictionary())
    yield from (write(*one[:3], one[3].encode()) for one in _for_tools(graph, formats, progress))
    for path, about in _LICENCES.items():
        yield write(path, "text/plain", about, licence(path).encode())
    about = "This description: DCAT and VoID"
    yield write(DESCRIPTION, "text/turtle", about, description.describe(graph.version, graphs, found).encode())


def _for_tools(
    graph: LocalGraph, formats: Collection[str], progress: Callable[[str], None]
) -> Iterator[tuple[str, str, str, str]]:
    """What other tools read: path, media type, what it holds, content."""
    if "shacl" in formats:
        progress("writing shacl/")
        for path, about, content in bundle.bundle(graph):
            yield path, "text/turtle", about, content
    if "ontology" in formats:
        progress("writing ontology/")
        found = ontology.triples(graph)
        yield "ontology/payergraph.ttl", "text/turtle", "The ontology as Turtle", ontology.turtle(found)
        yield "ontology/payergraph.owl", "application/rdf+xml", "The ontology as RDF/XML", ontology.rdf_xml(found)
        about = "The JSON-LD context of a case"
        context = (folder("ontology") / "case.context.jsonld").read_text(encoding="utf-8")
        yield "ontology/case.context.jsonld", "application/ld+json", about, context
        about = "Rules by which w3id.org leads to these files"
        yield "ontology/w3id.htaccess", "text/plain", about, ontology.redirects()
    if "questions" in formats:
        progress("writing questions.ttl")
        about = "The stored questions, as sparql-examples has them"
        yield "questions.ttl", "text/turtle", about, examples.turtle(graph)


def _dictionary() -> bytes:
    return files.dictionary().encode()


def _check(place: Path, shown: Path) -> None:
    """Raise ExportError unless the folder is absent, empty, or an earlier export and nothing more."""
    if not place.parent.is_dir():
        raise ExportError(f"{shown} cannot be written: there is no folder {shown.parent}")
    if place.is_symlink():  # what is left when all links are followed leads in a circle
        raise ExportError(f"{shown} cannot be written: its links lead in a circle")
    if not place.exists():
        return
    if not place.is_dir():
        raise ExportError(f"{shown} is a file; name a folder")
    if any(place == at or place in at.parents for at in here()):
        raise ExportError(f"{shown} is the folder in which you are; name another, for example payergraph-data")
    held = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_symlink() or not path.is_dir()}
    if not held:
        return
    ours = _checksums(place)
    if not ours:
        raise ExportError(f"{shown} holds other files, and nothing is overwritten; name a new folder or empty it")
    for path in sorted(held):
        if path not in ours:
            raise ExportError(f"{shown} holds {path}, which no export wrote; move it, or name a new folder")
        if hashlib.sha256((place / path).read_bytes()).hexdigest() != ours[path]:
            raise ExportError(f"{shown} holds {path}, changed since it was exported; move it, or name a new folder")


def _checksums(place: Path) -> dict[str, str]:
    """The files that an earlier export wrote, with the digests of their bytes; none where there was no export."""
    base = "https://example.org/"
    store = ox.Store()
    try:
        content = (place / DESCRIPTION).read_bytes()
        store.bulk_load(content, ox.RdfFormat.TURTLE, base_iri=base)
    except (OSError, SyntaxError):
        return {}
    rows = store.query(
        f"""SELECT ?file ?digest WHERE {{ <{description.DATASET}> <{_DCAT}distribution> ?d .
          ?d <{_DCAT}downloadURL> ?file ; <{_SPDX}checksum>/<{_SPDX}checksumValue> ?digest }}"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    found = {row["file"].value.removeprefix(base): row["digest"].value for row in rows}
    above, _, seal = content.rpartition(description.SEAL.encode())
    if found:  # of the description itself the digest is known if it is sealed by that of its other lines
        sealed = hashlib.sha256(above).hexdigest() == seal.decode(errors="replace").strip()
        found[DESCRIPTION] = hashlib.sha256(content).hexdigest() if sealed else ""
    return found


def _put(stage: Path, place: Path) -> None:
    """Put the new folder in the place of the old one; if that fails, the old one stays."""
    old = place.with_name(f"{stage.name}.old")
    try:
        if place.exists():
            place.rename(old)
        stage.rename(place)
    except BaseException:  # Ctrl-C, too
        if old.exists() and not place.exists():
            old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)
