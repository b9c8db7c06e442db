"""All files as one graph: what is asked of it, and which file answers for a thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

import pyoxigraph as ox

from ... import terms
from ...near import hint, slips
from ...store import implied, outside
from ...store.graph import LocalGraph, Row
from ...store.rules import derive
from ...terms import Term
from .files import SHAPES, Fault, File

TYPE = ox.NamedNode(terms.RDF + "type")
#: Marks what is asked about where only some files are checked.
ASKED = ox.NamedNode(f"{SHAPES}#asked")


class Whole:
    """Ontology, shapes of criteria and data in one default graph, and which file describes what."""

    def __init__(self, files: Sequence[File]) -> None:
        named = ox.Store()
        self._files_of: defaultdict[Term, list[File]] = defaultdict(list)
        for file in files:
            if file.place == "shapes":  # the rules themselves, and what a case must hold
                continue
            name = ox.NamedNode(file.graph)
            named.bulk_extend(ox.Quad(s, p, o, name) for s, p, o in file.triples)
            classed = {s for s, p, _ in file.triples if p == TYPE}
            for subject in {s for s, _, _ in file.triples}:
                self._files_of[subject].insert(0 if subject in classed else len(self._files_of[subject]), file)
        facts = ox.Store()
        facts.bulk_extend(quad for quad in named if quad.graph_name != ox.NamedNode(SHAPES))
        #: What keeps the files from being read as a graph, with the thing that each stands in.
        self.unreadable = [*outside.faults(facts)]
        implied.add(named)
        derive(named)
        self.store = ox.Store()
        self.store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in named)
        #: Whether only some things are asked about. A graph beside the default one, which no rule sees, marks these.
        self.is_part = any(not file.chosen for file in files)
        if self.is_part:
            asked = {s for file in files if file.chosen for s, _, _ in file.triples}
            self.store.bulk_extend(ox.Quad(subject, ASKED, ASKED, ASKED) for subject in asked)

    def file_of(self, subject: Term) -> File | None:
        """The file that describes a thing; None where that file is not asked about."""
        return next((file for file in self._files_of[subject] if file.chosen), None)

    def fault(self, subject: Term, message: str) -> Fault | None:
        """A fault of a thing, in the file that describes it."""
        file = self.file_of(subject)
        return Fault(file.shown, file.line(subject.value), short(subject), message) if file else None

    @cached_property
    def local(self) -> LocalGraph:
        """The same as the graph of a check; of one that has faults not everything can be read."""
        return LocalGraph(self.store, "")

    def rows(self, query: str) -> list[Row]:
        """The solutions of a SELECT query."""
        return rows_of(self.store, query)

    def nearest(self, row: Row) -> str:
        """What could have been meant by a name that a fault found to be nothing, as a further sentence; or nothing."""
        for name in (row.get("value"), row.get("path")):
            if isinstance(name, ox.NamedNode) and not any(self.store.quads_for_pattern(name, TYPE, None)):
                space, own = _parts(name.value)
                # A class begins with a capital, a property does not.
                alike = (name for name in self._names[space] if name[:1].isupper() == own[:1].isupper())
                meant = [short(ox.NamedNode(space + name)) for name in slips(own, alike)]
                return f" T{hint(meant)[1:]}." if meant else ""
        return ""

    @cached_property
    def _names(self) -> defaultdict[str, list[str]]:
        """The names of what is described, by the space that they are in."""
        subjects = {quad.subject for quad in self.store.quads_for_pattern(None, TYPE, None)}
        found: defaultdict[str, list[str]] = defaultdict(list)
        for iri in sorted(subject.value for subject in subjects if isinstance(subject, ox.NamedNode)):
            space, own = _parts(iri)
            found[space].append(own)
        return found


def _parts(iri: str) -> tuple[str, str]:
    """An IRI up to the last sign that parts it, and what follows."""
    end = max(iri.rfind("/"), iri.rfind("#")) + 1
    return iri[:end], iri[end:]


def rows_of(store: ox.Store, query: str) -> list[Row]:
    """The solutions of a SELECT query."""
    result = store.query(terms.PROLOGUE + query)
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    return [
        {name: value for name, value in zip(names, solution, strict=True) if value is not None} for solution in result
    ]


def short(term: Term) -> str:
    """A term as people write it."""
    if isinstance(term, ox.BlankNode):
        return "a blank node"
    if isinstance(term, ox.Literal):
        return term.value if term.datatype.value != terms.XSD + "string" else f"“{term.value}”"
    if term.value.startswith(terms.ID):
        return terms.local(term.value)
    return terms.prefixed(term.value)
