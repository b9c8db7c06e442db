"""The criteria of an outline, read into a draft."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pyoxigraph as ox

from ... import terms
from ...criteria import KINDS, tree
from ...criteria.shapes import parameter_names
from ...terms import Term, pg
from . import words
from .building import Draft, slugged
from .faults import NOTHING, Faults
from .listing import OF_SET, ListsReader
from .naming import Vocabulary, classes
from .phrases import PHRASES, Given, NoPhrase, read_dose, span
from .places import Place, split
from .text import Node
from .values import typed

_TYPE = terms.RDF + "type"
_COUNTED = re.compile(r"(?:(.+?) )?(each|\d+) of")
_COMMON = (*words.NOTES, *OF_SET, "at")
_WORD_OF = {name: word for word, name in words.CONNECTIVES.items()}


@dataclass(frozen=True)
class Where:
    """Where a criterion stands: the place of what it is a part of, and how names below it begin."""

    place: Place
    name: str


@dataclass(frozen=True)
class _Entry:
    """A pair of a mapping: its key without a place, its value without one, and where each stands."""

    key: str
    value: Node
    node: Node


class CriteriaReader:
    """Reads criteria into a draft.

    Attributes:
        common: the criteria that have a name of their own.
        lists: reads the lists of names.
    """

    def __init__(self, draft: Draft, faults: Faults, known: Vocabulary, sections: dict[int, ox.NamedNode]) -> None:
        self._draft, self._faults, self._known, self._sections = draft, faults, known, sections
        self.common: dict[str, ox.NamedNode] = {}
        self.lists = ListsReader(draft, faults)

    # --- places ---

    def located(self, thing: ox.NamedNode, place: Place, node: Node) -> None:
        """Say where something stands."""
        if not place.locator:
            self._faults.add(node, "has no place; end it with @ and the words by which a reader finds it")
        if place.section in self._sections:
            self._draft.say(thing, "section", self._sections[place.section])
        elif not self._sections:
            self._faults.add(node, "stands in a document without sections; list its headings under 'sections'")
        else:
            self._faults.add(node, f"stands in section {place.section}, which 'sections' does not list")
        self._draft.say(thing, "locator", ox.Literal(place.locator))

    def placed(self, node: Node, above: Place) -> tuple[list[_Entry], Place]:
        """The pairs of a mapping without the place that one of them bears, and the place."""
        entries: list[_Entry] = []
        place, seen = above, set[str]()
        for number, (key, value) in enumerate(node.pairs):
            name, section, locator = split(key.text or "")
            if number == 0 and not locator and value.text is not None:
                plain, section, locator = split(value.text)
                value = replace(value, of=plain) if locator else value
            elif name == "at" and value.text is not None:
                rest, section, locator = split(value.text)
                locator = locator if locator and not rest else value.text
            # What stands at another key is the place of what follows that key.
            if locator and (name == "at" or number == 0):
                place = Place(int(section) if section else above.section, locator)
            if name in seen:
                self._faults.add(key, f"{name!r} is given a second time; keep one of the two")
            seen.add(name)
            if name != "at":
                entries.append(_Entry(name, value, key))
        return entries, place

    # --- trees ---

    def root(self, node: Node, where: Where, name: str, key: Node) -> ox.NamedNode:
        """A tree: a list of what is all asked for, a criterion, or the name of one.

        Args:
            name: what it is called.
        """
        if not node.is_list:
            return self.criterion(node, where, name)
        thing = self._draft.new("criterion", name)
        self._draft.say(thing, _TYPE, pg("AllOf"))
        self._draft.say(thing, terms.SH + "and", self._parts(node, where))
        self.located(thing, where.place, key)
        return thing

    def _parts(self, node: Node, where: Where) -> tuple[Term, ...]:
        if not node.is_list or not node.items:
            self._faults.add(node, "needs a list of criteria")
            return ()
        return tuple(self.criterion(part, where) for part in node.items)

    def criterion(self, node: Node, where: Where, name: str = "") -> ox.NamedNode:
        """A criterion, or one of ``common`` by its name.

        Args:
            name: what it is called; else a name is made.
        """
        if node.text is not None:
            return self._named(node, where, name)
        if node.is_list:
            self._faults.add(node, "is a list in a list; say 'all of' or 'any of'")
            return NOTHING
        entries, place = self.placed(node, where.place)
        if not entries:
            self._faults.add(node, "asks nothing")
            return NOTHING
        here = Where(place, where.name)
        own = next((entry for entry in entries if entry.key == "name"), None)
        name = own.value.text or "" if own else name
        entries = [entry for entry in entries if entry is not own]
        first = entries[0]
        if first.key == "if":
            return self._if(entries, here, name, node)
        counted = _COUNTED.fullmatch(first.key)
        connective = "AtLeastOf" if counted and not counted[1] else words.CONNECTIVES.get(first.key)
        if connective:
            return self._connective(connective, counted, entries, here, name, node)
        return self._leaf(entries, here, name, node)

    def _named(self, node: Node, where: Where, name: str) -> ox.NamedNode:
        text = node.text or ""
        plain = split(text)[0]
        if text in self.common:
            return self.common[text]
        if plain == "responding":
            pair = (Node("responding", node.line), Node(text.replace("responding", "yes", 1), node.line))
            return self.criterion(Node((pair,), node.line, is_mapping=True), where, name)
        near = [*self.common, "responding"]
        self._faults.unknown_key(node, plain, near, "common, where criteria with a name stand")
        return NOTHING

    def _if(self, entries: list[_Entry], here: Where, name: str, node: Node) -> ox.NamedNode:
        thing = self._draft.new("criterion", name or f"{here.name}-if")
        self._draft.say(thing, _TYPE, pg("IfThen"))
        roles = {entry.key: entry for entry in entries if entry.key in words.ROLES}
        for word, role in words.ROLES.items():
            if word in roles:
                of = roles[word]
                inside = self._inside(node, word, here)
                part = self.root(of.value, inside, f"{here.name}-{word}", of.node)
                self._draft.say(thing, role, part)
            elif word != "else":
                self._faults.add(node, f"has 'if' and no '{word}'")
        rest = [entry for entry in entries if entry.key not in words.ROLES]
        self._notes(thing, rest, (), "'if'")
        self.located(thing, here.place, node)
        return thing

    def _inside(self, node: Node, word: str, here: Where) -> Where:
        """Where a part of an IfThen stands, whose key may bear a place of its own."""
        for key, _ in node.pairs:
            plain, section, locator = split(key.text or "")
            if plain == word and locator:
                return Where(Place(int(section) if section else here.place.section, locator), here.name)
        return here

    def _connective(
        self,
        kind: str,
        counted: re.Match[str] | None,
        entries: list[_Entry],
        here: Where,
        name: str,
        node: Node,
    ) -> ox.NamedNode:
        ending = slugged(_WORD_OF.get(kind, "at least"))
        thing = self._draft.new("criterion", name or f"{here.name}-{ending}", otherwise=self._by_place(here, ending))
        self._draft.say(thing, _TYPE, pg(kind))
        if kind == "AtLeastOf" and counted:
            self._draft.say(thing, "minimumParts", ox.Literal(int(counted[2])) if counted[2] != "each" else NOTHING)
        self._draft.say(thing, tree.LISTS[kind], self._parts(entries[0].value, here))
        self._notes(thing, entries[1:], (), repr(entries[0].key))
        self.located(thing, here.place, node)
        return thing

    def _by_place(self, here: Where, ending: str) -> str:
        """A name made of the end of a place: of "Criteria, 3.C" ``…-c``."""
        return f"{here.name}-{slugged(here.place.locator.rpartition(',')[2])}-{ending}"[:80].strip("-")

    # --- leaves ---

    def _leaf(self, entries: list[_Entry], here: Where, name: str, node: Node) -> ox.NamedNode:
        first, *rest = entries
        if first.key == "kind":
            kind = (first.value.text or "").removeprefix("pg:")
            if kind not in KINDS or kind in tree.LISTS or kind == tree.IF_THEN.name:
                self._faults.unknown_key(first.node, kind, (k for k in KINDS if k not in tree.LISTS), "the kinds")
                return NOTHING
            form, given = None, Given()
        else:
            found = self._form(first)
            if found is None:
                return NOTHING
            form, number = found
            kind, given = form.kind, self._main(form, number, first, rest)
        rest = self._parameters(kind, form, given, rest)
        # The name of the criterion that is made at load for a rule's use ends with the word.
        word = "indication" if kind == "UseCriterion" else form.word if form else kind.removesuffix("Criterion").lower()
        thing = self._draft.new(
            "criterion", name or slugged(f"{here.name}-{word}"), otherwise=self._by_place(here, slugged(word))
        )
        self._draft.say(thing, _TYPE, pg(kind))
        for parameter, term in given.items():
            self._draft.say(thing, parameter, term)
        self._notes(thing, rest, words.ranges(kind), repr(first.key))
        self.located(thing, here.place, node)
        return thing

    def _form(self, first: _Entry) -> tuple[words.Form, str] | None:
        """The form that a key begins, and the number after it."""
        if first.key in words.BY_WORD:
            return words.BY_WORD[first.key], ""
        counted = _COUNTED.fullmatch(first.key)
        form = words.BY_WORD.get(counted[1]) if counted else None
        if form and counted and (form.each if counted[2] == "each" else form.count):
            return form, counted[2]
        known = [*words.BY_WORD, *words.CONNECTIVES, "if", "kind"]
        self._faults.unknown_key(first.node, first.key, known, "a criterion")
        return None

    def _main(self, form: words.Form, number: str, first: _Entry, rest: list[_Entry]) -> Given:
        """What the first line of a leaf says."""
        given: Given = {form.implied: ox.Literal(True)} if form.implied else {}
        if form.phrase:
            phrase = PHRASES[form.phrase]
            try:
                return given | phrase.read(first.value.text or "", _Named(self._faults, first.value))
            except NoPhrase:
                said = f"{first.value.text!r} says nothing after {form.word!r}; write {phrase.example}"
                self._faults.add(first.value, said)
                return given
        if number == "each":
            given[form.each] = ox.Literal(True)
        elif form.count:
            given[form.count] = ox.Literal(int(number or 1))
        range = words.ranges(form.kind)[form.main]
        if range == terms.PG + "ConceptSet":
            bears = {entry.key: entry.value for entry in rest if entry.key in OF_SET}
            given[form.main] = self.lists.set_of(first.value, classes(form.kind, form.main, range), bears)
            rest[:] = [entry for entry in rest if entry.key not in OF_SET]
        else:
            given[form.main] = self._one(form.kind, form.main, first.value)
        return given

    def _parameters(self, kind: str, form: words.Form | None, given: Given, rest: list[_Entry]) -> list[_Entry]:
        """Take the parameters of a kind from the lines below its first; what is left are notes."""
        ranges, left = words.ranges(kind), []
        by_word = {words.DETAILS[name]: name for name in ranges if name in words.DETAILS} | {
            name: name for name in ranges
        }
        for entry in rest:
            units = {unit: name for unit, name in words.SPANS.get(entry.key, {}).items() if name in ranges}
            if entry.key == "dose" and "minimumDose" in ranges:
                found = self._dose(entry)
            elif units:
                found = self._span(entry, units)
            elif entry.key in by_word:
                found = {by_word[entry.key]: self._one(kind, by_word[entry.key], entry.value)}
            else:
                left.append(entry)
                continue
            for name in found.keys() & given.keys():
                self._faults.add(entry.node, f"{entry.key!r} says what is said before ({name}); keep one of the two")
            given |= found
        return left

    def _dose(self, entry: _Entry) -> Given:
        try:
            return read_dose(entry.value.text or "", _Named(self._faults, entry.value), "minimumDose")
        except NoPhrase:
            self._faults.add(entry.value, f"{entry.value.text!r} is no dose; write 15 mg a week")
            return {}

    def _span(self, entry: _Entry, units: dict[str, str]) -> Given:
        found = span(entry.value.text or "", units)
        if found is None:
            told = f"a number of {' or '.join(f'{unit}s' for unit in units)}"
            self._faults.add(entry.value, f"{entry.value.text!r} is no length after {entry.key!r}; write {told}")
            return {}
        return dict([found])

    def _one(self, kind: str, name: str, node: Node) -> Term:
        """The value of a parameter."""
        range = words.ranges(kind)[name]
        wanted = classes(kind, name, range)
        if range == terms.PG + "ConceptSet":
            return self.lists.set_of(node, wanted, {})
        if node.text is None:
            self._faults.add(node, f"{name} takes one value")
            return NOTHING
        if range.startswith(terms.PG):
            return self._faults.find(node.text, wanted, node)
        found = words.literal(node.text, range)
        if found is None:
            is_flag = range.endswith("boolean")
            self._faults.add(node, f"{node.text!r} is no {'yes or no' if is_flag else terms.prefixed(range)} of {name}")
        return found or NOTHING

    # --- notes ---

    def _is_property(self, name: str) -> bool:
        """Whether a name is a property of the vocabulary, and no parameter of another kind."""
        return name in self._known.properties and name not in parameter_names()

    def value(self, node: Node) -> Term:
        """A value of any property: a thing by kind and slug, an address, a number, a day, or a text."""
        value = node.text or ""
        if node.quoted and not value.startswith('"'):
            return ox.Literal(value)
        if value in self.common:
            return self.common[value]
        if value.startswith("pg:"):
            return self._faults.address(terms.PG + value[3:], node)
        if re.fullmatch(r"https?://\S+", value):
            return self._faults.address(value, node)
        if re.fullmatch(r"[a-z-]+/\S+", value):
            if not self._known.knows(terms.ID + value) and not value.startswith(("policy/", "source/", "label/")):
                return self._faults.find(value, ("Concept",), node)
            return self._faults.address(terms.ID + value, node)
        return typed(value)

    def _notes(self, thing: ox.NamedNode, entries: list[_Entry], parameters: Iterable[str], what: str) -> None:
        for entry in entries:
            name = words.NOTES.get(entry.key)
            if name is None and self._is_property(entry.key):
                self._draft.say(thing, entry.key, *(self.value(one) for one in entry.value.items))
            elif name is None or entry.value.text is None:
                by_word = [words.DETAILS.get(one, one) for one in parameters]
                self._faults.unknown_key(
                    entry.node, entry.key, [*by_word, *_COMMON, *words.SPANS], f"a criterion of {what}"
                )
            elif name in ("documentationRequired", "discretionary", "asPrinted"):
                if self.lists.flag(entry.value):
                    self._draft.say(thing, name, ox.Literal(True))
            else:
                self._draft.say(thing, name, ox.Literal(entry.value.text))


@dataclass(frozen=True)
class _Named:
    """Names for a phrase, with the line to which a fault belongs."""

    faults: Faults
    node: Node

    def find(self, text: str, kinds: Iterable[str]) -> ox.NamedNode:
        return self.faults.find(text, kinds, self.node)

    def say(self, iri: str, kinds: Iterable[str], *, alone: bool = False) -> str:
        raise NotImplementedError
