"""A document's file as it is typed: what it says of each thing, before anything is added to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from ... import terms
from ...criteria import KINDS, tree
from ...errors import OutlineError
from ...store.facts import Facts, FactsByThing
from ...store.graph import data_files
from ...terms import Term

_TYPE = terms.RDF + "type"
_NIL = terms.RDF + "nil"
#: The folders of data/ whose files are no documents.
_NO_DOCUMENTS = ("concepts", "spans", "vocabulary")
_SETS = ("CoveragePolicy", "DrugLabel")
_ROOTS = ("initialCriteria", "continuationCriteria", "initialCriteriaWhen", "continuationCriteriaWhen")


class Document:
    """What the file of a document says.

    Attributes:
        slug: its name.
        facts: what is said of each of its things, by IRI, values in the order in which they are typed.
        policies: its policies, or its label, in the order of the file.
    """

    def __init__(self, path: Path) -> None:
        self.slug = path.stem
        said: defaultdict[str, defaultdict[str, dict[Term, None]]] = defaultdict(lambda: defaultdict(dict))
        self._cells: defaultdict[str, dict[str, Term]] = defaultdict(dict)
        try:
            for quad in ox.parse(path.read_bytes(), ox.RdfFormat.TURTLE):
                if isinstance(quad.subject, ox.NamedNode):
                    said[quad.subject.value][quad.predicate.value.removeprefix(terms.PG)][quad.object] = None
                else:
                    self._cells[str(quad.subject)][quad.predicate.value] = quad.object
        except SyntaxError as error:
            raise OutlineError([f"{path.name} is not Turtle: {error}"]) from None
        self.facts = FactsByThing((iri, Facts(of)) for iri, of in said.items())
        self.policies = [iri for iri in self.facts if set(self.kinds(iri)) & set(_SETS)]

    def kinds(self, iri: str) -> list[str]:
        """The classes of a thing, by their bare names."""
        return [terms.local(term.value) for term in self.facts[iri][_TYPE]]

    def kind(self, iri: str) -> str:
        """The kind of a criterion.

        Raises:
            OutlineError: it is none, or of several kinds.
        """
        found = [name for name in self.kinds(iri) if name in KINDS]
        if len(found) != 1:
            raise OutlineError([f"{terms.local(iri)} is no criterion of one kind; `payergraph lint` tells more"])
        return found[0]

    def parts(self, iri: str) -> list[str]:
        """The parts of a connective in reading order; of an IfThen the premise, the consequence, the otherwise."""
        kind = self.kind(iri)
        if kind == tree.IF_THEN.name:
            return [part for role in tree.ROLES for part in self.facts[iri].texts(role)]
        return list(self._list(self.facts[iri].one(tree.LISTS[kind]))) if kind in tree.LISTS else []

    def _list(self, head: Term | None) -> Iterator[str]:
        seen = set[str]()
        while head is not None and head.value != _NIL and str(head) not in seen:
            seen.add(str(head))
            cell = self._cells[str(head)]
            if terms.RDF + "first" in cell:
                yield cell[terms.RDF + "first"].value
            head = cell.get(terms.RDF + "rest")

    def owns(self, iri: str) -> bool:
        """Whether a thing is described here."""
        return iri in self.facts

    @cached_property
    def named_by(self) -> Counter[str]:
        """How many times each criterion is named, by other criteria, rules and exclusions."""
        found = Counter[str]()
        for iri in self.facts:
            if set(self.kinds(iri)) & set(KINDS):
                found.update(self.parts(iri))
            for name in (*_ROOTS, "expressedBy", "labeledDose"):
                found.update(self.facts[iri].texts(name))
        return found

    def sections(self) -> list[tuple[int, str, str]]:
        """The sections in reading order: position, IRI, heading."""
        found = []
        for iri, facts in self.facts.items():
            if "Section" in self.kinds(iri):
                found.append((int(facts.text("position") or 0), iri, facts.text(terms.SKOS + "prefLabel")))
        return sorted(found)


def document_of(name: str, data: Path) -> tuple[Document, list[str]]:
    """A document of a data folder, with those of its policies that a name means: all, or the one so called.

    Raises:
        OutlineError: no document and no policy has the name.
    """
    files = {path.stem: path for path in data_files(data) if path.parent.name not in _NO_DOCUMENTS}
    slug = name.removeprefix("policy/").removeprefix("label/").removeprefix("source/")
    if slug in files:
        document = Document(files[slug])
        if not document.policies:
            raise OutlineError([f"{slug} has no policy and no label, so that there is nothing to outline"])
        return document, document.policies
    for path in files.values():
        if f"policy:{slug} a " in (text := path.read_text(encoding="utf-8")) or f"label:{slug} a " in text:
            document = Document(path)
            return document, [iri for iri in document.policies if terms.slug(iri) == slug]
    from ...near import hint, slips

    near = slips(slug, files)
    raise OutlineError([f"{name!r} is no document and no policy in the graph" + (f"; {hint(near)}" if near else "")])
