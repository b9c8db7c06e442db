"""Every thing of a graph as a page shows it: what it is, what is said of it, what points at it; and the search.

A thing is whatever has an IRI below ``terms.ID``. It is known by kind and slug (``policy/cigna-ip0243``) and always has
a label: its own, else a sentence for a criterion, rule or statement, else its slug in words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from .. import terms
from ..policies.model import Criterion, Policy, policies
from ..store.graph import LocalGraph
from ..store.names import names
from ..store.once import once_a_graph
from ..terms import Term
from ..wording import written


@dataclass(frozen=True)
class Thing:
    """A thing by name.

    Attributes:
        kinds: the classes in words, the most telling first.
        names: what else it is called: synonyms, brands, codes.
    """

    iri: str
    kinds: tuple[str, ...]
    label: str
    names: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """Kind and slug, as addresses name it."""
        return terms.local(self.iri)

    @property
    def kind(self) -> str:
        """What it is, in words."""
        words = ", ".join(self.kinds)
        return f"criterion ({words})" if self.id.startswith("criterion/") else words


@dataclass(frozen=True)
class Value:
    """A value of a property; ``thing`` is the IRI where it is a thing of the graph."""

    text: str
    thing: str = ""


@dataclass(frozen=True)
class Fact:
    """A property with its values, or a property by which other things point here, with those things.

    Attributes:
        of: for what points here, what sort of thing does so: ``statement``, ``policy`` …
    """

    name: str
    values: tuple[Value, ...]
    of: str = ""


@dataclass(frozen=True)
class Said:
    """A statement about the thing: what it answers, its sentence, what limits it, and its place."""

    iri: str
    aspect: Value
    text: str
    scopes: tuple[Value, ...]
    locator: str


@dataclass(frozen=True)
class Source:
    """What one document says about the thing, or the part of it whose ``authority`` is ``primary`` or ``secondary``."""

    document: Value
    authority: str
    statements: tuple[Said, ...]


@dataclass(frozen=True)
class Described:
    """All that a page shows of a thing.

    Attributes:
        classes: each class in words, with its definition.
        definition: of the thing itself, or the sentence of a criterion or a statement.
        criterion: the criterion that it is, if it is one.
        facts: the properties: what tells things apart comes first, the place in the document last.
        pointing: what points at the thing, statements about it aside, by property and sort.
    """

    thing: Thing
    classes: tuple[tuple[str, str], ...]
    definition: str
    criterion: Criterion | None
    facts: tuple[Fact, ...]
    sources: tuple[Source, ...]
    pointing: tuple[Fact, ...]


@once_a_graph
def things(graph: LocalGraph) -> Things:
    """The things of a graph, read once for each graph."""
    return Things(graph)


class Things:
    """The things of a graph by IRI, their labels, and the search over them."""

    def __init__(self, graph: LocalGraph) -> None:
        self._label = names(graph).label
        found: defaultdict[str, defaultdict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for predicate in _NAMING:
            for quad in graph.store.quads_for_pattern(None, ox.NamedNode(predicate), None):
                subject, value = quad.subject, quad.object
                if isinstance(subject, ox.NamedNode) and subject.value.startswith(terms.ID) and _is_term(value):
                    found[subject.value][predicate].append(value)
        own = dict(_sentences(graph))
        for conflict in [iri for iri in found if terms.local(iri).startswith("conflict/")]:
            del found[conflict]
        self.all = {iri: self._thing(iri, facts, own) for iri, facts in sorted(found.items())}
        self._index = [(item, _keys(item), _order(item)) for item in self.all.values()]

    def _thing(self, iri: str, facts: defaultdict[str, list[Term]], own: dict[str, str]) -> Thing:
        classes = {term.value for term in facts[_TYPE] if isinstance(term, ox.NamedNode)}
        kinds = sorted(self._label(name) for name in classes if name.startswith(terms.PG))
        label = own.get(iri, "")
        label = label or next((min(t.value for t in facts[name]) for name in (_LABEL, _TITLE) if facts[name]), "")
        for sort, name in (("statement/", _TOLD), ("exclusion/", _WHY)):
            if not label and terms.local(iri).startswith(sort):
                label = next((term.value for term in facts[name]), "")
        return Thing(
            iri,
            tuple(kinds) or (terms.local(iri).partition("/")[0].replace("-", " "),),
            label or terms.slug(iri).rpartition("/")[2].replace("-", " "),
            tuple(dict.fromkeys(term.value for name in (_ALSO, _CODE) for term in facts[name])),
        )

    def get(self, name: str) -> Thing | None:
        """The thing of this kind and slug, or of this IRI."""
        return self.all.get(name) or self.all.get(terms.ID + name)

    def owner(self, thing: Thing) -> Thing | None:
        """The document to which a criterion, a statement, a set … belongs; None for what everybody shares."""
        document, inside, _ = terms.slug(thing.iri).partition("/")
        return self.get(f"source/{document}") if inside else None

    def label(self, iri: str) -> str:
        """What a thing or a term is called."""
        return self.all[iri].label if iri in self.all else self._label(iri)

    def nearest(self, name: str, limit: int = 3) -> list[Thing]:
        """The things whose kind and slug, or whose label, are most like a text, best first."""
        known = [(text, item) for item in self.all.values() if _order(item) < 3 for text in (item.id, item.label)]
        ranked = process.extract(name, [text for text, _ in known], scorer=fuzz.ratio, limit=4 * limit)
        return list({known[place][1].iri: known[place][1] for _, _, place in ranked}.values())[:limit]

    def kinds(self) -> dict[str, int]:
        """How many things there are of each kind, the concepts and documents first."""
        counted: defaultdict[tuple[int, str], int] = defaultdict(int)
        for item, _, order in self._index:
            for kind in item.kinds:
                counted[order, kind] += 1
        return {kind: number for (_, kind), number in sorted(counted.items())}

    def search(self, text: str, kind: str = "") -> list[Thing]:
        """The things in whose names or sentence all words of a text stand, best first; all of a kind without a text.

        A name that is the text comes first, then one that begins with it, then one of whose words begins with it.
        Among equals, concepts and documents come before criteria, and these before statements.
        """
        whole = _folded(text)
        words = whole.split()
        ranked = []
        for item, keys, order in self._index:
            if kind and kind not in item.kinds:
                continue
            if all(any(word in key for key in keys) for word in words):
                ranked.append((_rank(whole, keys), order, len(item.label), item.label.casefold(), item.iri, item))
        return [found[-1] for found in sorted(ranked)]


def describe(graph: LocalGraph, thing: Thing) -> Described:
    """All that a page shows of a thing."""
    known, label = things(graph), names(graph).label
    node = ox.NamedNode(thing.iri)
    classes, definition = [], ""
    facts: defaultdict[str, list[Value]] = defaultdict(list)
    for predicate, value, place in _outgoing(graph, node):
        if predicate == _TYPE and value.value.startswith(terms.PG):
            classes.append((label(value.value), _definition(graph, value.value)))
        elif predicate in (_MEANING, _TOLD):
            definition = value.value
        elif _is_shown(predicate, place) and not isinstance(value, ox.BlankNode) and value != node:
            facts[predicate].append(_value(value, known))
    criterion = policies(graph).criterion(thing.iri)
    if criterion is not None:
        definition = "" if criterion.children else criterion.summary
        order = [child.iri for child in criterion.children]
        facts[_PART].sort(key=lambda value: order.index(value.thing))
    return Described(
        thing=thing,
        classes=tuple(sorted(classes)),
        definition=definition,
        criterion=criterion,
        facts=tuple(_facts(facts, known, keep=_PART)),
        sources=tuple(_said(graph, node, known)),
        pointing=tuple(_pointing(graph, node, known)),
    )


def turtle(graph: LocalGraph, thing: Thing) -> str:
    """What the files say of a thing, as Turtle: its triples and those of the blank nodes below them."""
    import rdflib

    from ..verdict.shacl import to_rdflib

    triples = rdflib.Graph()
    for prefix, space in terms.PREFIXES.items():
        if prefix != "id":
            triples.bind(prefix, space)
    todo: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(thing.iri)]
    while todo:
        for quad in graph.store.quads_for_pattern(todo.pop(), None, None):
            if isinstance(quad.graph_name, ox.NamedNode) and not quad.graph_name.value.startswith(terms.COMPUTED):
                triples.add(tuple(to_rdflib(term) for term in quad.triple))
                if isinstance(quad.object, ox.BlankNode):
                    todo.append(quad.object)
                for term in (quad.subject, quad.object):
                    if isinstance(term, ox.NamedNode) and term.value.startswith(terms.ID):
                        space = term.value[: term.value.rindex("/") + 1]
                        prefix = terms.local(space).strip("/").replace("/", "-")
                        triples.bind(prefix, space)
    return triples.serialize(format="turtle")


# --- reading --------------------------------------------------------------------------------------

_TYPE, _LABEL = terms.RDF + "type", terms.SKOS + "prefLabel"
_ALSO, _CODE, _MEANING = terms.SKOS + "altLabel", terms.SKOS + "notation", terms.SKOS + "definition"
_TITLE, _TOLD = terms.DCTERMS + "title", terms.DCTERMS + "description"
_PART, _SOURCE, _ABOUT, _WHOSE = (terms.PG + name for name in ("part", "source", "about", "authority"))
_WHY = terms.PG + "reason"
_NAMING = (_TYPE, _LABEL, _ALSO, _CODE, _TITLE, _TOLD, _WHY)
# What is added on demand stands on pages of its own; a page of a thing is the same before and after.
_ON_DEMAND = frozenset((terms.CONFLICTS, terms.MEASURES))
# Of what is added at load, this is worth a line on a page.
_WORTH = frozenset((_PART, _SOURCE, terms.PG + "ingredient"))
_UNSHOWN = frozenset((_TYPE, _LABEL, terms.SH + "and", terms.SH + "or"))
_FIRST = (
    *("payer", "drug", "indication", "plan", "policyNumber", "effectiveDate", "lastReviewDate", "authority"),
    *("completeness", "indicationsComplete", "coverageRule", "initialCriteria", "continuationCriteria", "part"),
    *("initialMonths", "continuationMonths", "exclusion", "about", "aspect", "hedge", "comparator", "value", "unit"),
    *("valueOf", "detail", "openEnded", "obligation", "scope", "scopeInWords", "joinedBy", "joinedTo", "evidence"),
)
_LAST = ("cites", "source", "section", "locator")
#: Properties of other vocabularies, in words.
_WORDS = {
    terms.SKOS + "altLabel": "also called",
    terms.SKOS + "notation": "code",
    terms.SKOS + "broader": "broader",
    terms.DCTERMS + "title": "title",
    terms.DCTERMS + "publisher": "publisher",
    terms.DCTERMS + "source": "address",
    terms.DCTERMS + "date": "date",
    terms.DCTERMS + "bibliographicCitation": "citation",
    terms.DCTERMS + "isReplacedBy": "replaced by",
    terms.RDFS + "seeAlso": "see also",
}
_DATES = frozenset(terms.XSD + name for name in ("date", "gYearMonth", "gYear"))


def _sentences(graph: LocalGraph) -> Iterator[tuple[str, str]]:
    """Labels for what has none of its own: rules, exclusions and criteria of all policies and labels."""
    read = policies(graph)
    name = names(graph).label
    owners: list[Policy] = [*read.all, *read.labels]
    roots: list[tuple[str, str]] = []
    for policy in owners:
        for exclusion in policy.exclusions:
            yield exclusion.iri, f"{policy.label}: {name(exclusion.indication)} not covered"
        for rule in policy.rules:
            plans = f" ({', '.join(name(plan) for plan in rule.plans)})" if rule.plans else ""
            title = f"{policy.label}: {name(rule.indication)}{plans}"
            yield rule.iri, title
            for root, request in ((rule.initial, "first request"), (rule.continuation, "renewal")):
                if root:
                    roots.append((root.iri, f"{title}, {request}"))
                    yield from ((criterion.iri, _summary(criterion)) for criterion in root.walk())
    # A root may also be a part of another one. What several rules share is called after the first of them.
    yield from reversed(roots)


def _summary(criterion: Criterion) -> str:
    """A criterion in a line: of a part with parts of its own, the beginning."""
    if not criterion.children:
        return _short(criterion.summary)
    word = "All" if criterion.kind == "AllOf" else "One"
    return _short(f"{word} of: {'; '.join(leaf.summary for leaf in criterion.leaves)}")


def _short(text: str, longest: int = 140) -> str:
    return text if len(text) <= longest else f"{text[:longest].rpartition(' ')[0]} …"


def _definition(graph: LocalGraph, iri: str) -> str:
    quads = graph.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(_MEANING), None)
    return next((quad.object.value for quad in quads if isinstance(quad.object, ox.Literal)), "")


def _is_term(value: object) -> TypeGuard[Term]:
    """Whether a value is no triple; the graph has none, and nothing here shows one."""
    return not isinstance(value, ox.Triple)


def _outgoing(graph: LocalGraph, node: ox.NamedNode) -> Iterator[tuple[str, Term, str]]:
    """The facts of a thing: predicate, value, and the graph that says so."""
    for quad in graph.store.quads_for_pattern(node, None, None):
        name = quad.graph_name
        if _is_term(quad.object) and isinstance(name, ox.NamedNode) and name.value not in _ON_DEMAND:
            yield quad.predicate.value, quad.object, name.value


def _incoming(graph: LocalGraph, node: ox.NamedNode) -> Iterator[tuple[str, str, str]]:
    """What points at a thing: subject, predicate, and the graph that says so."""
    for quad in graph.store.quads_for_pattern(None, None, node):
        name = quad.graph_name
        if isinstance(quad.subject, ox.NamedNode) and isinstance(name, ox.NamedNode) and name.value not in _ON_DEMAND:
            yield quad.subject.value, quad.predicate.value, name.value


def _is_shown(predicate: str, place: str) -> bool:
    if place == terms.DERIVED:
        return predicate in _WORTH
    return predicate not in _UNSHOWN and not place.startswith(f"{terms.ID}spans/")


def pointing_query(thing: Thing) -> str:
    """A query for all that points at a thing, for those who want the whole list."""
    name = terms.local(thing.iri).replace("/", "\\/")
    return f"SELECT ?thing ?property WHERE {{ ?thing ?property id:{name} }} ORDER BY ?property ?thing"


def _value(term: Term, known: Things) -> Value:
    if isinstance(term, ox.NamedNode):
        if term.value in known.all:
            return Value(known.label(term.value), term.value)
        return Value(known.label(term.value) if term.value.startswith((terms.PG, terms.ID)) else term.value)
    if not isinstance(term, ox.Literal):
        return Value("")
    datatype = term.datatype.value
    if datatype == terms.XSD + "boolean":
        return Value("yes" if term.value in ("true", "1") else "no")
    if datatype in _DATES:
        return Value(written(term.value))
    return Value(f"{term.value} ({known.label(datatype)})" if datatype.startswith(terms.PG) else term.value)


def _facts(found: Mapping[str, list[Value]], known: Things, keep: str = "") -> Iterator[Fact]:

    def order(predicate: str) -> tuple[int, str]:
        name = terms.local(predicate)
        place = _FIRST.index(name) if name in _FIRST else len(_FIRST) + (_LAST.index(name) + 1 if name in _LAST else 0)
        return place, _word(predicate, known)

    for predicate, values in sorted(found.items(), key=lambda pair: order(pair[0])):
        ordered = values if predicate == keep else sorted(values, key=lambda value: value.text.casefold())
        if ordered:
            yield Fact(_word(predicate, known), tuple(dict.fromkeys(ordered)))


def _word(predicate: str, known: Things) -> str:
    return _WORDS.get(predicate) or known.label(predicate)


def _said(graph: LocalGraph, node: ox.NamedNode, known: Things) -> Iterator[Source]:
    """The statements about a thing, the documents with most of them first."""
    by_source: defaultdict[tuple[str, str], list[Said]] = defaultdict(list)
    for statement in (subject for subject, predicate, _ in _incoming(graph, node) if predicate == _ABOUT):
        facts: defaultdict[str, list[Term]] = defaultdict(list)
        for predicate, value, _ in _outgoing(graph, ox.NamedNode(statement)):
            facts[predicate].append(value)
        scopes = [_value(term, known) for term in facts[terms.PG + "scope"]]
        said = Said(
            statement,
            _value(facts[terms.PG + "aspect"][0], known),
            facts[_TOLD][0].value,
            tuple(sorted(dict.fromkeys(scopes), key=lambda value: value.text.casefold())),
            next((term.value for term in facts[terms.PG + "locator"]), ""),
        )
        source = next((term.value for term in facts[_SOURCE]), "")
        of_document = (value for name, value, _ in _outgoing(graph, ox.NamedNode(source)) if name == _WHOSE)
        whose = [terms.local(value.value).lower() for value in (*facts[_WHOSE], *of_document)]
        by_source[source, whose[0] if whose else ""].append(said)
    for (source, authority), found in sorted(by_source.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        found.sort(key=lambda item: (item.aspect.text.casefold(), item.iri))
        title = Value(known.label(source), source if source in known.all else "")
        yield Source(title, authority, tuple(found))


def _pointing(graph: LocalGraph, node: ox.NamedNode, known: Things) -> Iterator[Fact]:
    found: defaultdict[tuple[str, str], set[Value]] = defaultdict(set)
    for subject, predicate, place in _incoming(graph, node):
        if predicate != _ABOUT and _is_shown(predicate, place) and subject in known.all and subject != node.value:
            sort = terms.local(subject).partition("/")[0].replace("-", " ")
            found[_word(predicate, known), sort].add(Value(known.label(subject), subject))
    for (word, sort), values in sorted(found.items()):
        yield Fact(word, tuple(sorted(values, key=lambda value: (value.text.casefold(), value.thing))), sort)


# --- searching ------------------------------------------------------------------------------------


_SIGNS = str.maketrans({"™": None, "®": None, "β": "beta"})


def _folded(text: str) -> str:
    """A text without regard to case, accents and trade mark signs, its words apart by one space."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_SIGNS).casefold())
    return " ".join(re.sub(r"[\u0300-\u036f'’]", "", decomposed).split())


def _keys(thing: Thing) -> tuple[str, ...]:
    """What a search looks at: label, other names, codes also without their dots, slug in words and as it is."""
    texts = [thing.label, *thing.names, *(name.replace(".", "") for name in thing.names)]
    if _order(thing) < 3:
        slug = terms.slug(thing.iri)
        texts += [slug.replace("-", " "), slug]
    return tuple(dict.fromkeys(_folded(text) for text in texts))


def _rank(whole: str, keys: Sequence[str]) -> int:
    if whole in keys:
        return 0
    if any(key.startswith(whole) for key in keys):
        return 1
    if any(f" {whole}" in key for key in keys):
        return 2
    return 3 if any(whole in key for key in keys) else 4


def _order(thing: Thing) -> int:
    """Concepts, payers and drugs; policies and documents; what belongs to one document; statements."""
    kind = thing.id.partition("/")[0]
    return _ORDERS.get(kind, 0)


_ORDERS = {"policy": 1, "source": 1, "label": 1, "plan": 1} | {
    **dict.fromkeys(("rule", "exclusion", "set", "group", "section", "aspect", "publication", "unit"), 2),
    "criterion": 3,
    "statement": 4,
}
