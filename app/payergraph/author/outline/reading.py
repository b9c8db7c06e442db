"""An outline, read into the Turtle of a first version."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyoxigraph as ox

from ... import terms
from ...criteria import either
from ...errors import OutlineError
from ...store.graph import Graph
from ...terms import Term, pg
from . import text
from .asking import CriteriaReader, Where
from .building import Draft, Reserved, slugged
from .building import text as english
from .faults import NOTHING, Faults
from .lasting import LengthsReader
from .naming import Vocabulary, vocabulary
from .places import Place, split
from .stamp import stamped
from .text import Node
from .values import day
from .writing import FIRST, LENGTHS, NAMED, NOTED, ROOTS, TEXTS, rule_name

_TYPE = terms.RDF + "type"
_LABEL = terms.SKOS + "prefLabel"
_DATED = ("effective", "reviewed", "not before", "retrieved")
_OF_HEAD = ("document", "title", "publisher", "authority", "seen", "sections", "common")
_OF_POLICY = (
    *("policy", "label", "called", "authority", "uses seen", "superseded by", "at", "rules", "not covered"),
    *("other uses", *NOTED),
)
_OF_RULE = ("use", "name", "seen", "at", *LENGTHS, *ROOTS, *NOTED)
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def draft(outline: str, file: str, graph: Graph) -> str:
    """The Turtle of an outline.

    Raises:
        OutlineError: all that is wrong with it, and every name that it does not know.
    """
    documents = text.read(outline, file)
    known = vocabulary(graph)
    faults = Faults(file, known)
    if not documents:
        raise OutlineError([f"{file} is empty; docs/outline.md tells how an outline begins"])
    for document in documents:
        if not document.is_mapping:
            raise OutlineError([f"{file}:{document.line}: is no outline; it begins with 'document: ' and a name"])
    head, *policies = documents
    reader = _Reader(head, faults, known)
    reader.read(head, policies)
    faults.raise_any()
    return reader.written()


class _Reader:
    """Reads the documents of an outline."""

    def __init__(self, head: Node, faults: Faults, known: Vocabulary) -> None:
        self._faults, self._known = faults, known
        slug = next((of.text or "" for key, of in head.pairs if key.text == "document"), "")
        if not _SLUG.fullmatch(slug):
            faults.add(head, f"{slug!r} is no name of a document; write 'document: ' and small letters with hyphens")
            slug = slugged(slug) or "document"
        self._slug = slug
        self._draft = Draft(slug, known.label)
        self._source = terms.thing("source", slug)
        self._sections: dict[int, ox.NamedNode] = {}
        self._criteria = CriteriaReader(self._draft, faults, known, self._sections)
        self._lengths = LengthsReader(self._draft, faults, known, self._criteria.value)
        self._authority: Term = pg("Primary")
        self._title = slug
        #: The criteria of ``common`` in which an excerpt breaks off.
        self._broken: set[str] = set()

    def written(self) -> str:
        """The Turtle."""
        return stamped(
            self._draft.turtle(f"{self._title}. A first version, drafted from an outline (docs/outline.md).")
        )

    def read(self, head: Node, policies: list[Node]) -> None:
        """Read the head, and then the policies."""
        self._head(head, policies)
        common = next((of for key, of in head.pairs if key.text == "common"), None)
        if common is not None:
            while more := {key.text or "" for key, of in common.pairs if self._breaks_off(of)} - self._broken:
                self._broken |= more
            for key, _ in common.pairs:
                name = slugged(key.text or "")
                self._criteria.common[key.text or ""] = self._draft.reserve("criterion", name)
        for policy in policies:
            self._policy(policy)
        nowhere = Place(min(self._sections, default=1), "")
        for key, of in common.pairs if common is not None else ():
            name = slugged(key.text or "")
            self._criteria.criterion(of, Where(nowhere, name), Reserved(name))

    # --- the head ---

    def _head(self, node: Node, policies: list[Node]) -> None:
        pairs = self._pairs(node, _OF_HEAD, "the head")
        say, source = self._draft.say, self._source
        say(source, _TYPE, pg("SourceDocument"))
        if "title" in pairs and pairs["title"].text:
            self._title = pairs["title"].text
            say(source, terms.DCTERMS + "title", english(self._title))
        else:
            self._faults.add(node, "has no 'title'")
        self._publisher(pairs, policies)
        self._authority = self._authority_of(pairs, pg("Primary"))
        say(source, "authority", self._authority)
        say(source, "completeness", self._completeness(pairs, pg("Complete")))
        self._named(source, pairs)
        sections = pairs.get("sections")
        if sections is None or not (sections.pairs or sections.is_list):
            self._faults.add(node, "has no 'sections': the headings that hold facts, numbered in reading order")
            return
        numbered = sections.pairs or tuple(
            (Node(str(number), of.line), of) for number, of in enumerate(sections.items, start=1)
        )
        for key, of in numbered:
            if not (key.text or "").isdigit() or of.text is None:
                self._faults.add(key, f"{key.text!r} is no number of a section with its heading behind it")
                continue
            section = self._draft.new("section", slugged(of.text))
            self._sections[int(key.text or "0")] = section
            say(section, _TYPE, pg("Section"))
            say(section, "sectionOf", source)
            say(section, "position", ox.Literal(int(key.text or "0")))
            say(section, _LABEL, english(of.text))

    def _publisher(self, pairs: dict[str, Node], policies: list[Node]) -> None:
        """Who published it: the payer, where nobody is named."""
        named = pairs.get("publisher") or next(
            (of for policy in policies for key, of in policy.pairs if key.text == "payer"), None
        )
        if named is not None and named.text:
            found = self._faults.find(named.text, ("Organization" if "publisher" in pairs else "Payer",), named)
            self._draft.say(self._source, terms.DCTERMS + "publisher", found)

    def _authority_of(self, pairs: dict[str, Node], otherwise: Term) -> Term:
        words = {"primary": pg("Primary"), "secondary": pg("Secondary")}
        return self._choice(pairs.get("authority"), words, otherwise)

    def _completeness(self, pairs: dict[str, Node], otherwise: Term) -> Term:
        return self._choice(pairs.get("seen"), {"whole": pg("Complete"), "in part": pg("Excerpt")}, otherwise)

    def _choice(self, node: Node | None, words: Mapping[str, Term], otherwise: Term) -> Term:
        if node is None:
            return otherwise
        if node.text not in words:
            self._faults.add(node, f"{node.text!r} is not known here; expected {either(words)}")
        return words.get(node.text or "", otherwise)

    # --- what all have ---

    def _pairs(self, node: Node, keys: tuple[str, ...], what: str) -> dict[str, Node]:
        """The pairs of a mapping by key, without places; what is neither a key nor a property is a fault."""
        found: dict[str, Node] = {}
        for key, of in node.pairs:
            name = split(key.text or "")[0]
            if name in found:
                self._faults.add(key, f"{name!r} is given a second time; keep one of the two")
            elif name not in (*keys, *NAMED, *TEXTS) and not self._is_property(name):
                self._faults.unknown_key(key, name, (*keys, *NAMED, *TEXTS), what)
            found[name] = of
        if not node.is_mapping:
            self._faults.add(node, f"is no mapping, as {what} is")
        return found

    def _is_property(self, name: str) -> bool:
        prefix, colon, rest = name.partition(":")
        return name in self._known.properties or bool(colon and prefix in terms.PREFIXES and rest.isalnum())

    def _named(self, thing: ox.NamedNode, pairs: dict[str, Node], said: tuple[str, ...] = ()) -> None:
        """The keys that name things or hold a text, and any other property."""
        for key, of in pairs.items():
            if key in said or key in (*_OF_HEAD, *_OF_POLICY, *_OF_RULE):
                continue
            if key in NAMED:
                name, kind = NAMED[key]
                listed = of.items if of.is_list else [Node(t.strip(), of.line) for t in (of.text or "").split(",")]
                self._draft.say(thing, name, *(self._faults.find(one.text or "", (kind,), of) for one in listed))
            elif key in TEXTS:
                values = [one.text or "" for one in of.items]
                for value in values:
                    self._draft.say(thing, TEXTS[key], self._text(key, value, of))
            else:
                prefix, colon, rest = key.partition(":")
                name = terms.PREFIXES.get(prefix, terms.PG) + rest if colon else key
                self._draft.say(thing, name, *(self._criteria.value(one) for one in of.items))

    def _text(self, key: str, value: str, node: Node) -> Term:
        if key == "web":
            return self._faults.address(value, node)
        return day(value) if key in _DATED else ox.Literal(value)

    def _place(self, node: Node, above: Place) -> Place:
        return self._criteria.placed(node, above)[1]

    # --- a policy ---

    def _policy(self, node: Node) -> None:
        pairs = self._pairs(node, _OF_POLICY, "a policy")
        kind = "label" if "label" in pairs else "policy"
        slug = (pairs[kind].text if kind in pairs else None) or self._slug
        if not _SLUG.fullmatch(slug):
            self._faults.add(node, f"{slug!r} is no name of a {kind}; write small letters with hyphens")
            slug = self._slug
        policy, say = terms.thing(kind, slug), self._draft.say
        say(policy, _TYPE, pg("DrugLabel" if kind == "label" else "CoveragePolicy"))
        say(policy, _LABEL, english(self._called(pairs)))
        self._named(policy, pairs)
        say(policy, "authority", self._authority_of(pairs, self._authority))
        whole = {"all": ox.Literal(True), "in part": ox.Literal(False)}
        if "uses seen" not in pairs:
            self._faults.add(node, "does not say which uses were seen; write 'uses seen: all' or 'uses seen: in part'")
        say(policy, "indicationsComplete", self._choice(pairs.get("uses seen"), whole, ox.Literal(False)))
        for later in _texts(pairs.get("superseded by")):
            found = self._faults.find(later.strip(), ("CoveragePolicy",), pairs["superseded by"])
            say(found, "supersedes", policy)
        place = self._place(node, Place(min(self._sections, default=1), ""))
        self._statements(policy, pairs, policy, place)
        if "other uses" in pairs:
            say(policy, "catchAll", self._statement(pairs["other uses"], policy, place))
        rules = pairs["rules"].items if "rules" in pairs else ()
        out = pairs["not covered"].items if "not covered" in pairs else ()
        named = [self._rule(rule, policy, place) for rule in rules]
        if named:
            say(policy, "coverageRule", *named)
        if out:
            say(policy, "exclusion", *(self._exclusion(one, place) for one in out))
        if place.locator:
            self._criteria.located(policy, place, node)

    def _called(self, pairs: dict[str, Node]) -> str:
        if "called" in pairs and pairs["called"].text:
            return pairs["called"].text
        return ", ".join(pairs[key].text or "" for key in ("payer", "drug", "class") if key in pairs)

    def _rule(self, node: Node, policy: ox.NamedNode, above: Place) -> ox.NamedNode:
        pairs, place = self._pairs(node, _OF_RULE, "a rule"), self._place(node, above)
        use: Term = NOTHING
        if "use" in pairs:
            # Its place stands at its end; the mapping was read with it.
            entries, _ = self._criteria.placed(node, above)
            of = next(entry.value for entry in entries if entry.key == "use")
            use = self._criteria.lists.set_of(of, ("Condition",), {})
        else:
            self._faults.add(node, "names no 'use'")
        plans = [self._faults.find(t.strip(), ("Plan",), pairs["plan"]) for t in _texts(pairs.get("plan"))]
        name = pairs["name"].text if "name" in pairs else rule_name(use.value, tuple(plan.value for plan in plans))
        rule, say = self._draft.new("rule", name or ""), self._draft.say
        name = rule.value.rpartition("/")[2]
        say(rule, _TYPE, pg("CoverageRule"))
        say(rule, "indication", use)
        self._named(rule, pairs)
        roots = {key: of for key, of in pairs.items() if key in ROOTS}
        shown = not any(self._breaks_off(of) for of in roots.values()) if roots else True
        say(rule, "completeness", self._completeness(pairs, pg("Complete" if shown else "Excerpt")))
        self._trees(rule, name, node, roots, place)
        for key, (short, long) in LENGTHS.items():
            for one in pairs[key].items if key in pairs else ():
                self._lengths.read(rule, one, short, long)
        self._statements(rule, pairs, policy, place)
        self._criteria.located(rule, place, node)
        return rule

    def _breaks_off(self, node: Node) -> bool:
        """Whether something is said to be not shown."""
        if node.text is not None:
            return node.text in self._broken
        said = any(split(key.text or "")[0] == "not shown" for key, _ in node.pairs)
        return said or any(map(self._breaks_off, [of for _, of in node.pairs] if node.is_mapping else node.items))

    def _trees(self, rule: ox.NamedNode, name: str, node: Node, roots: dict[str, Node], place: Place) -> None:
        if "first" not in roots:
            self._faults.add(node, "has no 'first': what is asked of a first request")
        common = dict(self._criteria.common)
        for key, of in roots.items():
            node_of_key = next(one for one, value in node.pairs if value is of)
            _, section, locator = split(node_of_key.text or "")
            at = Place(int(section) if section else place.section, locator) if locator else place
            tree = self._criteria.root(of, Where(at, name), f"{name}-{_ENDINGS[key]}", node_of_key)
            self._draft.say(rule, ROOTS[key], tree)
            if key == "first":
                self._criteria.common[FIRST] = tree
        self._criteria.common.clear()
        self._criteria.common.update(common)

    def _exclusion(self, node: Node, above: Place) -> ox.NamedNode:
        entries, place = self._criteria.placed(node, above)
        found = {entry.key: entry for entry in entries}
        words = [entry.value.text or "" for entry in entries if entry.key in ("use", "criterion", "reason")]
        thing, say = self._draft.new("exclusion", slugged(words[0] if words else "")), self._draft.say
        say(thing, _TYPE, pg("Exclusion"))
        for key, entry in found.items():
            if key == "use":
                say(thing, "indication", self._criteria.lists.set_of(entry.value, ("Condition",), {}))
            elif key == "criterion":
                say(thing, "expressedBy", self._criteria.criterion(entry.value, Where(place, "excluded")))
            elif key == "reason":
                say(thing, "reason", english(entry.value.text or ""))
            elif key == "reading":
                say(thing, "reading", ox.Literal(entry.value.text or ""))
            else:
                self._faults.unknown_key(
                    entry.node, key, ("use", "criterion", "reason", "reading", "at"), "an exclusion"
                )
        self._criteria.located(thing, place, node)
        return thing

    # --- statements ---

    def _statements(self, thing: ox.NamedNode, pairs: dict[str, Node], about: ox.NamedNode, place: Place) -> None:
        for key, name in NOTED.items():
            for one in pairs[key].items if key in pairs else ():
                self._draft.say(thing, name, self._statement(one, about, place))

    def _statement(self, node: Node, about: ox.NamedNode, above: Place) -> ox.NamedNode:
        entries, place = self._criteria.placed(node, above)
        found = {entry.key: entry.value for entry in entries}
        key = (about.value, place, tuple((name, tuple(one.text for one in of.items)) for name, of in found.items()))
        return self._draft.once(key, lambda: self._stated(node, found, about, place))

    def _stated(self, node: Node, found: dict[str, Node], about: ox.NamedNode, place: Place) -> ox.NamedNode:
        aspect = found.get("aspect")
        for needed in ("says", "aspect"):
            if needed not in found:
                self._faults.add(node, f"has no {needed!r}, which a statement needs")
        thing, say = self._draft.new("statement", (aspect.text if aspect else None) or "statement"), self._draft.say
        say(thing, _TYPE, pg("Statement"))
        say(thing, "about", self._criteria.value(found["about"]) if "about" in found else about)
        for name, of in found.items():
            if name == "aspect":
                say(thing, "aspect", self._faults.find(of.text or "", ("Aspect",), of))
            elif name == "says":
                say(thing, terms.DCTERMS + "description", english(of.text or ""))
            elif name == "unit" and "/" not in (of.text or ""):
                say(thing, "unit", self._faults.find(of.text or "", ("Unit",), of))
            elif name != "about":
                if name not in self._known.properties:
                    self._faults.add(of, f"{name!r} is no property of a statement")
                say(thing, name, *(self._criteria.value(one) for one in of.items))
        self._criteria.located(thing, place, node)
        return thing


#: How the roots of a rule's trees are called.
_ENDINGS = {
    "first": "initial",
    "renewal": "continuation",
    "first criteria when": "initial-when",
    "renewal criteria when": "continuation-when",
}


def _texts(node: Node | None) -> list[str]:
    return [] if node is None else [t for one in node.items for t in (one.text or "").split(",") if t.strip()]
