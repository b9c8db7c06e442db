"""A thing as a page shows it: what it is, what is said of it, what points at it; and its triples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from .. import terms
from ..policies.library import policies
from ..policies.model import Criterion
from ..store.graph import LocalGraph
from ..store.names import names
from ..terms import Term
from ..wording import written
from .things import ON_DEMAND, Thing, Things, is_term, things


@dataclass(frozen=True)
class Value:
    """A value of a property.

    Attributes:
        thing: its IRI where it is a thing of the graph.
        is_address: whether it is an IRI of elsewhere, such as that of a document.
    """

    text: str
    thing: str = ""
    is_address: bool = False


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

_TYPE, _MEANING, _TOLD = terms.RDF + "type", terms.SKOS + "definition", terms.DCTERMS + "description"
_PART, _SOURCE, _ABOUT, _WHOSE = (terms.PG + name for name in ("part", "source", "about", "authority"))
# Of what is added at load, this is worth a line on a page.
_WORTH = frozenset((_PART, _SOURCE, terms.PG + "ingredient"))
_UNSHOWN = frozenset((_TYPE, terms.SKOS + "prefLabel", terms.SH + "and", terms.SH + "or"))
_FIRST = (
    *("payer", "drug", "drugClass", "product", "indication", "plan"),
    *("policyNumber", "effectiveDate", "lastReviewDate", "authority"),
    *("completeness", "indicationsComplete", "coverageRule", "initialCriteria", "continuationCriteria", "part"),
    *(
        "initialLength",
        "continuationLength",
        "lesserOf",
        "exclusion",
        "about",
        "aspect",
        "hedge",
        "comparator",
        "value",
        "unit",
    ),
    *("value", "unit", "valueOf", "detail", "openEnded", "obligation", "scope", "scopeInWords", "joinedBy"),
    *("joinedTo", "evidence"),
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


def _definition(graph: LocalGraph, iri: str) -> str:
    quads = graph.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(_MEANING), None)
    return next((quad.object.value for quad in quads if isinstance(quad.object, ox.Literal)), "")


def _outgoing(graph: LocalGraph, node: ox.NamedNode) -> Iterator[tuple[str, Term, str]]:
    """The facts of a thing: predicate, value, and the graph that says so."""
    for quad in graph.store.quads_for_pattern(node, None, None):
        name = quad.graph_name
        if is_term(quad.object) and isinstance(name, ox.NamedNode) and name.value not in ON_DEMAND:
            yield quad.predicate.value, quad.object, name.value


def _incoming(graph: LocalGraph, node: ox.NamedNode) -> Iterator[tuple[str, str, str]]:
    """What points at a thing: subject, predicate, and the graph that says so."""
    for quad in graph.store.quads_for_pattern(None, None, node):
        name = quad.graph_name
        if isinstance(quad.subject, ox.NamedNode) and isinstance(name, ox.NamedNode) and name.value not in ON_DEMAND:
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
        if term.value.startswith((terms.PG, terms.ID)):
            return Value(known.label(term.value))
        return Value(term.value, is_address=True)
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
