"""Criteria of a document as an outline writes them: a word, what it asks, the place, and a line for each detail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from ... import terms
from ...criteria import tree
from ...criteria.shapes import MINIMUM_PARTS
from ...errors import UnknownName
from ...store.facts import Facts
from ...terms import Term
from . import words
from .naming import Vocabulary, classes
from .phrases import DOSED, PHRASES, Given, NoPhrase, spanned, write_dose
from .places import Place, placed
from .sets import Set, extras, members_written, of_document, set_written
from .source import Document

_STRUCTURE = {*tree.LISTS.values(), *tree.ROLES, MINIMUM_PARTS.name, terms.RDF + "type", "section", "locator"}
_SPANNED = {name: (word, unit) for word, units in words.SPANS.items() for unit, name in units.items()}


class CriteriaWriter:
    """Writes the criteria of a document.

    Attributes:
        common: the criteria that stand in several places, by IRI: what an outline calls them there.
    """

    def __init__(self, document: Document, known: Vocabulary) -> None:
        self._document, self._known = document, known
        self._number = {iri: position for position, iri, _ in document.sections()}
        self.common: dict[str, str] = {}

    # --- what phrases ask of names ---

    def say(self, iri: str, kinds: Iterable[str], *, alone: bool = False) -> str:
        """See ``Vocabulary.say``."""
        return self._known.say(iri, kinds, alone=alone)

    def find(self, text: str, kinds: Iterable[str]) -> ox.NamedNode:
        """The thing that a name means."""
        try:
            return ox.NamedNode(self._known.resolve(text, kinds))
        except UnknownName:
            raise NoPhrase from None

    # --- trees ---

    def place(self, iri: str, above: Place) -> Place:
        """Where something stands; what does not say it stands where the thing above does."""
        facts = self._document.facts[iri]
        section = self._number.get(facts.text("section"), above.section)
        return Place(section, facts.text("locator") or above.locator)

    def root(self, key: str, iri: str, above: Place) -> dict[str, Any]:
        """A tree behind a key: its parts in a list where all of them are asked for, else a criterion."""
        if iri in self.common:
            return {key: self.common[iri]}
        facts = self._document.facts[iri]
        if self._document.kind(iri) == "AllOf" and set(facts) <= _STRUCTURE:
            place = self.place(iri, above)
            return placed({key: [self.criterion(part, place) for part in self._document.parts(iri)]}, place.told(above))
        return {key: self.criterion(iri, above)}

    def criterion(self, iri: str, above: Place) -> Any:
        """A criterion in a list: its name where it stands under ``common``, else what it asks."""
        return self.common.get(iri) or self.written(iri, above)

    def written(self, iri: str, above: Place) -> dict[str, Any]:
        """What a criterion asks, with its place."""
        kind, place = self._document.kind(iri), self.place(iri, above)
        facts, parts = self._document.facts[iri], self._document.parts(iri)
        if kind == tree.IF_THEN.name:
            premise, *others = parts
            # The place at "if" is that of the whole.
            inline = self.root("if", premise, place)
            found = inline if "if" in inline else {"if": self.criterion(premise, place)}
            for word, part in zip([*words.ROLES][1:], others, strict=False):
                found |= self.root(word, part, place)
            return placed(found, place.told(above)) | self._notes(facts, ())
        if kind in tree.LISTS:
            number = f"{facts.text(MINIMUM_PARTS.name)} of"
            key = next((word for word, name in words.CONNECTIVES.items() if name == kind), number)
            found = {key: [self.criterion(part, place) for part in parts]}
            return placed(found, place.told(above)) | self._notes(facts, ())
        given = {name: term for name in words.ranges(kind) if (term := facts.one(name)) is not None}
        found, said = self._leaf(kind, given)
        details = self._details(kind, {name: term for name, term in given.items() if name not in said})
        return placed(found, place.told(above)) | details | self._notes(facts, given)

    # --- leaves ---

    def _leaf(self, kind: str, given: Given) -> tuple[dict[str, Any], set[str]]:
        """The first line of a leaf, what its set bears, and the parameters that these say."""
        for form in words.FORMS:
            if form.kind == kind and (not form.implied or _is_true(given.get(form.implied))):
                found = self._phrase(form, given) if form.phrase else self._plain(form, given)
                if found:
                    return found[0], {*found[1], form.implied}
        return {"kind": kind}, set()

    def _phrase(self, form: words.Form, given: Given) -> tuple[dict[str, Any], set[str]] | None:
        phrase = PHRASES[form.phrase]
        said = {name: given[name] for name in phrase.says if name in given}
        try:
            text = phrase.write(said, self)
            return ({form.word: text}, set(said)) if phrase.read(text, self) == said else None
        except (NoPhrase, KeyError):
            return None

    def _plain(self, form: words.Form, given: Given) -> tuple[dict[str, Any], set[str]] | None:
        if form.main not in given:
            return None
        key, said = form.word, {form.main}
        if form.count:
            each, count = _is_true(given.get(form.each)), given.get(form.count)
            if each == (count is not None):
                return None
            key += " each of" if count is None else f" {count.value} of" if count.value != "1" else ""
            said.add(form.each if count is None else form.count)
        range = words.ranges(form.kind)[form.main]
        if range != terms.PG + "ConceptSet":
            return {key: self._one(form.kind, form.main, given[form.main])}, said
        of = of_document(self._document, given[form.main].value, self._known.label)
        return {key: members_written(of, self._sayer(form.kind, form.main))} | self._of_set(of, form), said

    def _of_set(self, of: Set, form: words.Form) -> dict[str, Any]:
        more = {"called": of.label} if of.label else {}
        return more | extras(of, self._sayer(form.kind, form.main))

    def _sayer(self, kind: str, parameter: str) -> Any:
        wanted = classes(kind, parameter, words.ranges(kind)[parameter])
        return lambda iri: self._known.say(iri, wanted)

    def _one(self, kind: str, name: str, term: Term) -> Any:
        """The value of a parameter."""
        range = words.ranges(kind)[name]
        if range == terms.PG + "ConceptSet":
            return set_written(of_document(self._document, term.value, self._known.label), self._sayer(kind, name))
        if isinstance(term, ox.NamedNode):
            return self._known.say(term.value, classes(kind, name, range), alone=True)
        return words.said(term) if range != terms.XSD + "string" else term.value

    def _details(self, kind: str, left: Given) -> dict[str, Any]:
        """The parameters that the first line does not say, a line each."""
        found: dict[str, Any] = {}
        if "minimumDose" in left:
            dose = {name: left[name] for name in ("minimumDose", *DOSED) if name in left}
            try:
                found["dose"] = write_dose(dose, self, "minimumDose")
                left = {name: term for name, term in left.items() if name not in dose}
            except NoPhrase:
                pass
        order = [*words.DETAILS, *_SPANNED]
        for name in sorted(left, key=lambda name: (order.index(name) if name in order else len(order), name)):
            if name in _SPANNED and _SPANNED[name][0] not in found:
                word, unit = _SPANNED[name]
                found[word] = spanned(left[name], unit)
            else:
                found[words.DETAILS.get(name, name)] = self._one(kind, name, left[name])
        return found

    def _notes(self, facts: Facts, said: Iterable[str]) -> dict[str, Any]:
        """What stands beside the parameters: marks, what is not computed, the reading, and whatever else there is."""
        found: dict[str, Any] = {}
        for word, name in words.NOTES.items():
            if name in facts:
                found[word] = words.said(facts[name][0])
        for name in facts:
            if name not in (*_STRUCTURE, *words.NOTES.values(), *said):
                found[name] = [value.value for value in facts[name]]
        return found


def _is_true(term: Term | None) -> bool:
    return term is not None and term.value == "true"
