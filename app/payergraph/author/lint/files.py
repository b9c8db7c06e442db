"""The Turtle files that are checked, and where a fault stands in one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from ... import terms
from ...files import below, is_folder, read, whole
from ...locate import folder, shown
from ...store.graph import Triple, data_files, graph_name

#: The graph of the shapes, which hold no facts.
SHAPES = "https://w3id.org/payergraph/shapes"


@dataclass(frozen=True)
class Fault:
    """One thing to mend.

    Attributes:
        file: the file's path, as given or from the root of the checkout.
        line: where the subject is described; None where that cannot be told.
        subject: what the fault is about, as people name it: ``condition/caps``, ``pg:Drug``; empty for a whole file.
        message: what is wrong and what to do, to follow the subject.
    """

    file: str
    line: int | None
    subject: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.subject} {self.message}" if self.subject else f"{place}: {self.message}"


@dataclass(frozen=True, eq=False)
class File:
    """One Turtle file.

    Attributes:
        place: the folder's name, from which follows what the file is: ontology, criteria, shapes, concepts, policies …
        chosen: whether its faults are asked for.
    """

    path: Path
    shown: str
    place: str
    chosen: bool = True

    @cached_property
    def content(self) -> bytes:
        """The bytes of the file.

        Raises:
            FileError: it cannot be read.
        """
        return whole(self.path)

    @cached_property
    def triples(self) -> list[Triple]:
        """What the file states. Blank nodes have names that no other file has.

        Raises:
            SyntaxError: the file is not Turtle.
        """
        parsed = ox.parse(self.content, ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        return [(q.subject, q.predicate, q.object) for q in parsed]

    @property
    def syntax_faults(self) -> list[Fault]:
        """That it is not Turtle, where it is none."""
        try:
            _ = self.triples
        except SyntaxError as error:
            reason = error.msg.split(": ", 1)[-1]
            return [Fault(self.shown, error.lineno, "", f"this is not Turtle: {reason}; correct the line.")]
        return []

    @property
    def graph(self) -> str:
        """The named graph that the file is loaded into."""
        if self.place == "ontology":
            return terms.ONTOLOGY
        if self.place in ("criteria", "shapes"):
            return SHAPES
        return graph_name(Path(self.place, self.path.name), Path())

    @cached_property
    def _text(self) -> str:
        return self.content.decode(errors="replace")

    @cached_property
    def _prefixes(self) -> list[tuple[str, str]]:
        return re.findall(r"^@prefix\s+([\w.-]*:)\s+<([^>]*)>", self._text, re.MULTILINE)

    def line(self, iri: str) -> int | None:
        """The line on which the description of a thing begins."""
        names = [f"<{iri}>", *(prefix + iri[len(base) :] for prefix, base in self._prefixes if iri.startswith(base))]
        for name in names:
            match = re.search(rf"^{re.escape(name)}(?=\s)", self._text, re.MULTILINE)
            if match:
                return self._text.count("\n", 0, match.start()) + 1
        return None

    def lines(self) -> Iterator[tuple[int, str, str | None]]:
        """Each line with its number and the subject whose description begins there, if one does."""
        bases = dict(self._prefixes)
        for number, line in enumerate(self._text.splitlines(), start=1):
            begins = re.match(r"<(?P<iri>[^>]*)>|(?P<prefix>[\w.-]*:)(?P<name>[\w./%-]+)", line)
            known = begins and (begins["iri"] or begins["prefix"] in bases)
            iri = (begins["iri"] or bases[begins["prefix"]] + begins["name"]) if begins and known else None
            yield number, line, iri


def files_of(paths: Sequence[Path] | None) -> list[File]:
    """Everything that ships, with the given files in the place of those of the same name.

    Raises:
        ValueError: a path has no Turtle file.
        FileError: there is no such file, or it cannot be read.
    """
    ours = _shipped()
    if paths is None:
        return ours
    places = {file.path.resolve(): file.place for file in ours}
    given: dict[Path, File] = {}
    for path in paths:
        # A case is checked when it is read, by shapes/case.ttl.
        if is_folder(path):
            found = [p for p in below(path, [".ttl"]) if p.parent.name != "cases"]
        else:
            read(path, 0)  # whether there is one
            found = [path] if path.suffix == ".ttl" else []
        if not found:
            raise ValueError(f"{path} has no Turtle file (.ttl)")
        for item in found:
            given[item.resolve()] = File(item, str(item), places.get(item.resolve(), item.absolute().parent.name))
    replaced = {(file.graph, file.path.name) for file in given.values()}
    others = [file for file in ours if (file.graph, file.path.name) not in replaced]
    return [*given.values(), *(File(file.path, file.shown, file.place, chosen=False) for file in others)]


def _shipped() -> list[File]:
    ontology, shapes, data = folder("ontology"), folder("shapes"), folder("data")
    places = [(path, "ontology") for path in ontology.glob("*.ttl")]
    places += [(path, path.parent.name) for path in shapes.rglob("*.ttl")]
    places += [(path, path.relative_to(data).parts[0]) for path in data_files(data)]
    return [File(path, shown(path, ontology.parent), place) for path, place in places]
