"""Cases in JSON-LD and Turtle: read into the tree that YAML is read into, and written back.

Nothing is fetched: of contexts, only the shipped one may be named, and whatever a document carries in itself.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from itertools import islice
from typing import Any, Literal, TypeAlias

import pyoxigraph as ox

from .. import terms
from ..locate import folder
from ..near import slips
from ..store.names import Names
from ..terms import pg
from ..wording import numeral
from .dates import Span
from .fields import BESIDE, FIELDS, LETTER, Field
from .record import ChartEntry, Code, record
from .text import MAX_VALUES, Keyed, Number, Pairs, Place, Tree, Words, shown, tree_of_json, word

#: The context that ships with payergraph, by its name; its file is ``ontology/case.context.jsonld``.
CONTEXT = terms.ONTOLOGY + "/case.context.jsonld"
_CONTEXT_NAMES = (CONTEXT, CONTEXT.rsplit("/", 1)[1])
# What a letter alone reads has no place in RDF.
_NOT_RDF = frozenset(field.key for field in (LETTER, *BESIDE))
_PREFIX = {terms.PG: "pg:", terms.DCTERMS: "dcterms:"}

# A subject, predicate or object: its kind, and its IRI, label or lexical form.
_Node: TypeAlias = tuple[Literal["iri", "blank", "literal"], str]
_Statement: TypeAlias = tuple[_Node, str, _Node]


@cache
def context() -> dict[str, Any]:
    """The shipped JSON-LD context."""
    text = (folder("ontology") / "case.context.jsonld").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)["@context"]
    return loaded


# --- JSON-LD --------------------------------------------------------------------------------------------


def is_jsonld(parsed: Any) -> bool:
    """Whether parsed JSON is JSON-LD: a list of nodes, or an object with a key that JSON-LD gives a meaning."""
    if isinstance(parsed, Pairs):
        return any(key[:1] == "@" for key, _ in parsed)
    return isinstance(parsed, list)


def tree_of_jsonld(parsed: Any, place: Place) -> Tree | None:
    """The tree of a JSON-LD document.

    A document that names the shipped context and uses its words is that tree already. Any other is expanded by
    rdflib, with every value kept as the text that it is.

    Raises:
        CaseError: it names another context, or it is no JSON-LD.
    """
    tree_of_json(parsed, place)  # duplicate keys, depth, characters
    _refuse_contexts(parsed, place)
    _refuse_words(parsed, place)
    if isinstance(parsed, Pairs) and _in_our_words(parsed):
        for kind in _kinds(parsed):
            if kind not in ("Case", "pg:Case", terms.PG + "Case"):
                raise place.error(f"is a {shown(str(kind))}; expected Case")
        return tree_of_json(_unwrapped(parsed), place)
    return _tree(_expanded(parsed, place), place)


def _refuse_contexts(value: Any, place: Place) -> None:
    if isinstance(value, Pairs):
        for key, item in value:
            if key == "@import":
                raise place.key(key).error(f"is {shown(str(item))}; nothing is imported, the nearest is {CONTEXT}")
            if key == "@context":
                for named in [item] if isinstance(item, str) else item if isinstance(item, list) else []:
                    if isinstance(named, str) and named not in _CONTEXT_NAMES:
                        raise place.key(key).error(
                            f"is {shown(named)}, which is not the shipped context and is not fetched; "
                            f"the nearest is {CONTEXT}"
                        )
            _refuse_contexts(item, place.key(key))
    elif isinstance(value, list):
        for item in value:
            _refuse_contexts(item, place)


#: The words of JSON-LD that a case may use.
_KEYWORDS = ("@context", "@graph", "@id", "@language", "@list", "@set", "@type", "@value")


def _refuse_words(value: Any, place: Place) -> None:
    """Refuse what JSON-LD leaves out in silence: words with an @ that are none, and terms that mean nothing."""
    if isinstance(value, Pairs):
        for key, item in value:
            if key[:1] == "@" and key not in _KEYWORDS:
                raise place.key(key).error(
                    "is no word of JSON-LD that a case may use", slips(key[1:], [field.key for field in FIELDS])
                )
            if key != "@context":
                _refuse_words(item, place.key(key))
                continue
            for context in item if isinstance(item, list) else [item]:
                for term, meaning in context if isinstance(context, Pairs) else ():
                    if meaning is None and term not in ("@base", "@language"):
                        raise place.key(key).key(term).error("is null, so that the word would mean nothing")
    elif isinstance(value, list):
        for item in value:
            _refuse_words(item, place)


def _in_our_words(document: Pairs) -> bool:
    """Whether the shipped context is the only one and no key asks for more than dropping what JSON-LD adds."""
    given = [item for key, item in document if key == "@context"]
    if len(given) != 1 or not (given[0] in _CONTEXT_NAMES or _dicts(given[0]) == context()):
        return False

    def simple(value: Any) -> bool:
        if isinstance(value, Pairs):
            return all(
                (k in ("@type", "@id", "@value") or not (k[:1] == "@" or ":" in k or k in _NOT_RDF)) and simple(v)
                for k, v in value
            )
        return not isinstance(value, list) or all(simple(item) for item in value)

    return simple(Pairs(pair for pair in document if pair[0] != "@context"))


def _unwrapped(value: Any) -> Any:
    """Without what JSON-LD adds to our words: contexts, types, names of nodes, value objects."""
    if isinstance(value, Pairs):
        members = dict(value)
        if "@value" in members:
            return members["@value"]
        if set(members) == {"@id"}:
            return members["@id"]
        return Pairs((key, _unwrapped(item)) for key, item in value if key[:1] != "@")
    return [_unwrapped(item) for item in value] if isinstance(value, list) else value


def _kinds(document: Pairs) -> list[Any]:
    """What a document says to be."""
    return [kind for key, item in document if key == "@type" for kind in (item if isinstance(item, list) else [item])]


def _dicts(value: Any) -> Any:
    if isinstance(value, Pairs):
        return {key: _dicts(item) for key, item in value}
    if isinstance(value, list):
        return [_dicts(item) for item in value]
    return float(value) if isinstance(value, Number) else value


# What no IRI may hold, and the "@" that would make a value a keyword: rdflib drops such values without a word, or logs
# them. They travel through the expansion as private characters.
_HIDDEN = {ord(c): 0xE000 + ord(c) for c in ' <>"{}|\\^`@'}
_SHOWN = {hidden: plain for plain, hidden in _HIDDEN.items()}


def _expanded(document: Any, place: Place) -> list[_Statement]:
    import rdflib
    from rdflib.term import Node

    # Words without a term become terms of the vocabulary, where the table of fields refuses them by name.
    ready = {"@context": {"@vocab": terms.PG}, "@graph": _ready(document)}
    graph = rdflib.Dataset()
    try:
        graph.parse(data=json.dumps(ready), format="json-ld", base=terms.ID)
    except Exception as error:  # the parser of rdflib raises whatever it stumbles on
        raise place.error(f"is no JSON-LD, because of {shown(str(error))}") from None

    def node(term: Node) -> _Node:
        kind: Literal["iri", "blank", "literal"] = "literal"
        if isinstance(term, rdflib.URIRef | rdflib.BNode):
            kind = "iri" if isinstance(term, rdflib.URIRef) else "blank"
        return kind, str(term).translate(_SHOWN)

    return [(node(s), str(p).translate(_SHOWN), node(o)) for s, p, o, _ in graph.quads()]


def _ready(value: Any, key: str = "") -> Any:
    """A document for rdflib: no typed values, no numbers, our context in place of its name."""
    if key == "@context":
        return _untyped(value)
    if isinstance(value, Pairs):
        members = dict(value)
        if "@value" in members:
            return {"@value": _ready(members["@value"])}
        return {k if k[:1] == "@" else _hidden(k): _ready(v, k) for k, v in value}
    if isinstance(value, list):
        return [_ready(item, key) for item in value]
    return _hidden(value, key) if isinstance(value, str) else value


def _hidden(text: str, key: str = "") -> str:
    if text.startswith("_:") or (key == "@type" and text.startswith("@")):
        return text[:2] + text[2:].translate(_HIDDEN)
    return text.translate(_HIDDEN)


def _untyped(value: Any) -> Any:
    """A context that coerces to IRIs as before, and to no datatype."""
    if isinstance(value, Number):
        return float(value)
    if isinstance(value, str):
        return _untyped(context()) if value in _CONTEXT_NAMES else value
    if isinstance(value, Pairs | dict):
        pairs = dict(value).items()
        kept = ((k, v) for k, v in pairs if not (k == "@type" and isinstance(v, str) and v[:1] != "@"))
        return {k if k[:1] == "@" else _hidden(k): _untyped(v) for k, v in kept}
    return [_untyped(item) for item in value] if isinstance(value, list) else value


# --- Turtle -----------------------------------------------------------------------------------------------


def tree_of_turtle(text: str, place: Place) -> Tree:
    """The tree of a Turtle document that describes one ``pg:Case``.

    Raises:
        CaseError: it is not Turtle, or describes anything but one case.
    """
    try:
        found = ox.parse(text.encode(), ox.RdfFormat.TURTLE, base_iri=terms.ID)
        parsed = list(islice(found, MAX_VALUES + 1))
    except SyntaxError as error:
        raise Place(place.file, line=error.lineno).error(f"is not Turtle, because of {error.msg[:300]!r}") from None

    if len(parsed) > MAX_VALUES:
        raise place.error(f"holds more than the {MAX_VALUES:,} values that a case may have")

    def node(term: Any) -> _Node:
        if isinstance(term, ox.Literal):
            return "literal", term.value
        return ("iri", term.value) if isinstance(term, ox.NamedNode) else ("blank", str(term))

    return _tree([(node(q.subject), q.predicate.value, node(q.object)) for q in parsed], place)


# --- statements to a tree -----------------------------------------------------------------------------------


def _tree(statements: Iterable[_Statement], place: Place) -> Tree:
    about: defaultdict[_Node, list[tuple[str, _Node]]] = defaultdict(list)
    for subject, predicate, value in statements:
        about[subject].append((predicate, value))
    case: _Node = ("iri", terms.PG + "Case")
    typed = [s for s, said in about.items() if (terms.RDF + "type", case) in said]
    cases = typed or [s for s, said in about.items() if any(predicate == terms.PG + "drug" for predicate, _ in said)]
    if len(cases) != 1:
        raise place.error(f"is described {len(cases)} times; give one pg:Case a file")
    for predicate, kind in about[cases[0]]:
        if predicate == terms.RDF + "type" and kind != case:
            raise place.error(f"is a {shown(_short(kind[1]))}; expected pg:Case")
    used: set[_Node] = set()
    tree = _keyed(cases[0], about, FIELDS, place, used)
    for subject in about:
        if subject not in used:
            raise place.error(
                f"does not lead to {shown(subject[1])}, of which the file says something; link it or drop it"
            )
    return tree


def _keyed(
    subject: _Node, about: dict[_Node, list[tuple[str, _Node]]], fields: Iterable[Field], place: Place, used: set[_Node]
) -> Keyed:
    if subject in used:
        raise place.error(f"is {shown(subject[1])}, which stands in two places; give each its own node")
    used.add(subject)
    by_property = {field.prop: field for field in fields}
    given: defaultdict[str, list[_Node]] = defaultdict(list)
    for predicate, value in about[subject]:
        if predicate == terms.RDF + "type":
            continue
        if predicate not in by_property:
            nearest = slips(_short(predicate), map(_short, by_property))
            raise place.key(_short(predicate)).error("is no property of a case", nearest)
        given[predicate].append(value)
    entries: dict[str, Tree] = {}
    for prop, values in given.items():
        field, here = by_property[prop], place.key(by_property[prop].key)
        if field.many:
            items = [_value(value, about, field, here.item(n), used) for n, value in enumerate(values)]
            entries[field.key] = Words(tuple(items), here)
        elif len(values) > 1:
            raise here.error(
                f"is given {len(values)} times, as {' and '.join(sorted(shown(v) for _, v in values))}; keep one"
            )
        else:
            entries[field.key] = _value(values[0], about, field, here, used)
    return Keyed(entries, place)


def _value(
    node: _Node, about: dict[_Node, list[tuple[str, _Node]]], field: Field, place: Place, used: set[_Node]
) -> Tree:
    kind, text = node
    if field.type == "entry" and kind != "literal":
        return _keyed(node, about, field.fields, place, used)
    if kind == "blank":
        raise place.error(f"is a node without a name; expected {field.help[0].lower()}{field.help[1:-1]}")
    if field.type == "choice" and kind == "iri":
        text = next((choice for choice, term in field.choices.items() if term == text), _short(text))
    if field.type == "flag":
        text = {"1": "true", "0": "false"}.get(text, text)
    return word(text, place)


def _short(iri: str) -> str:
    return next((prefix + iri.removeprefix(space) for space, prefix in _PREFIX.items() if iri.startswith(space)), iri)


# --- writing ------------------------------------------------------------------------------------------------


def jsonld(entry: ChartEntry, names: Names) -> str:
    """A case as JSON-LD under the shipped context, named and not inlined.

    Decimals are strings, for 18.2 as a JSON number would become 1.82E1. A name whose kind is not its field's usual
    one (a drug as ``product``) is a full IRI, a partial date has its own datatype.
    """
    document = {"@context": CONTEXT, "@type": "Case", **_jsonld(entry, names, FIELDS, context())}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _jsonld(entry: ChartEntry, names: Names, fields: Iterable[Field], scope: dict[str, Any]) -> dict[str, Any]:
    words = record(entry, names, fields)
    by_key = {field.key: field for field in fields}

    def value(checked: Any, spelled: Any, field: Field) -> Any:
        if isinstance(checked, list):
            return [value(one, other, field) for one, other in zip(checked, spelled, strict=True)]
        if isinstance(checked, ChartEntry):
            return _jsonld(checked, names, field.fields, scope[field.key]["@context"])
        if isinstance(checked, Decimal):
            number = numeral(checked)
            return {"@value": number, "@type": terms.XSD + "decimal"} if field.type == "value" else number
        if isinstance(checked, Span) and len(checked.text) < 10:
            return {"@value": checked.text, "@type": terms.XSD + _datatype(checked.text)}
        if field.type in ("name", "value") and checked != scope[field.key]["@context"][-1]["@vocab"] + spelled:
            return checked
        return spelled

    return {key: value(entry.values[key], words[key], by_key[key]) for key in words}


def turtle(entry: ChartEntry) -> str:
    """A case as Turtle, as a person would write it."""
    case = ox.BlankNode()
    triples = [ox.Triple(case, ox.NamedNode(terms.RDF + "type"), pg("Case")), *_triples(case, entry, FIELDS)]
    prefixes = {p: iri for p, iri in terms.PREFIXES.items() if p in ("pg", "xsd", "dcterms")}
    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    assert text is not None
    return text.decode()


def _triples(subject: ox.BlankNode, entry: ChartEntry, fields: Iterable[Field]) -> Iterator[ox.Triple]:
    for field in fields:
        values = entry.values.get(field.key)
        for value in values if isinstance(values, list) else [] if values is None else [values]:
            predicate = ox.NamedNode(field.prop)
            if isinstance(value, ChartEntry):
                node = ox.BlankNode()
                yield ox.Triple(subject, predicate, node)
                yield from _triples(node, value, field.fields)
            else:
                yield ox.Triple(subject, predicate, _term(value, field))


def _term(value: Any, field: Field) -> ox.NamedNode | ox.Literal:
    if field.type in ("name", "choice") or (field.type == "value" and isinstance(value, str)):
        return ox.NamedNode(value)
    if isinstance(value, bool | int | str):
        return ox.Literal(value)
    text, datatype = str(value), "date"
    if isinstance(value, Decimal):
        text, datatype = numeral(value), "decimal"
    elif isinstance(value, Code):
        return ox.Literal(value.text)
    elif isinstance(value, Span):
        text, datatype = value.text, _datatype(value.text)
    return ox.Literal(text, datatype=ox.NamedNode(terms.XSD + datatype))


def _datatype(text: str) -> str:
    return {4: "gYear", 7: "gYearMonth", 10: "date"}[len(text)]
