"""A thing in parts: what it is, its facts, its neighbourhood, what is said of it, what points at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from payergraph.browse.described import Described, Fact, Said, Source, Value, pointing_query

from . import data, links, marks
from .markup import Html, joined, link, plural, sentence, tag
from .matrix import quoted, requirement

#: Longer lists of values are folded.
_FOLDED = 8
#: Longer lists of what points at a thing are cut; a query has them all.
_LISTED = 60
# The neighbourhood shows so many of each property, and so many in all on either side.
_OF_ONE, _OF_ALL = 2, 7
#: What is one fact of a document, and not a whole or a concept.
_FACTS = frozenset(("criterion", "exclusion", "rule", "statement"))
_APART = frozenset(("section", "locator"))


def head(item: Described, *, laid_out: bool = False) -> Html:
    """What kind of thing it is, what the kind means, and what the thing itself means.

    Args:
        laid_out: whether the page itself says whose word it is, and shows the criterion or the rule as a whole.
    """
    kinds = (tag("p", tag("span", sentence(name), class_="pg-kind"), f" {told}") for name, told in item.classes)
    told = item.definition if item.definition != item.thing.label else ""
    meaning = tag("p", told, class_="pg-meaning") if told else ""
    if item.criterion and item.criterion.children:
        meaning = tag("div", requirement(item.criterion, item.criterion.locator), class_="pg-meaning")
    retold = tag("p", marks.retelling()) if not laid_out and data.retells(item.thing.iri) else ""
    kinds = tag("div", retold, *kinds, class_="pg-kinds pg-place")
    return joined([kinds, meaning, quoted(item.thing.iri) or _unquoted(item)])


def _unquoted(item: Described) -> Html:
    """Where a fact stands in its document, where the words themselves are not shown."""
    places = [fact for fact in item.facts if fact.name in _APART]
    if not places or item.thing.id.partition("/")[0] not in _FACTS:
        return Html()
    document = data.things().owner(item.thing)
    where = ", ".join(value.text for fact in places for value in fact.values)
    named = joined([links.thing(document.iri), ", "]) if document else ""
    opens = joined([". ", marks.opens(document.iri)]) if document else ""
    return tag("p", "Place: ", named, where, opens, ". The document's words are not shown here.", class_="pg-place")


def facts(found: Iterable[Fact]) -> Html:
    """A table of properties and values."""
    rows = (tag("tr", tag("th", sentence(fact.name), scope="row"), tag("td", _values(fact.values))) for fact in found)
    return tag("table", tag("tbody", *rows), class_="pg-facts")


def _values(values: Sequence[Value]) -> Html:
    if len(values) == 1:
        return links.value(values[0])
    shown = tag("ul", *(tag("li", links.value(value)) for value in values[:_FOLDED]))
    rest = values[_FOLDED:]
    if not rest:
        return shown
    more = tag("ul", *(tag("li", links.value(value)) for value in rest))
    return joined([shown, tag("details", tag("summary", f"{len(rest)} more"), more)])


def neighbourhood(item: Described) -> Html:
    """The thing between what points at it and what it points to; each neighbour leads on."""
    into = _edges(item.pointing, from_here=False)
    if not into:  # What is only spoken of shows who speaks.
        into = [_edge("says so about it", links.value(source.document), False) for source in item.sources[:_OF_ALL]]
    out = _edges([fact for fact in item.facts if fact.name not in _APART], from_here=True)
    centre = tag("div", tag("div", item.thing.label, class_="pg-centre"), class_="pg-middle")
    columns = (
        tag("ul", *into, class_="pg-in") if into else "",
        centre,
        tag("ul", *out, class_="pg-out") if out else "",
    )
    name = f"The neighbourhood of {item.thing.label}"
    return tag("div", *columns, class_="pg-graph", role="group", aria_label=name) if into or out else Html()


def _edges(found: Iterable[Fact], *, from_here: bool) -> list[Html]:
    edges = []
    for fact in found:
        near = [value for value in fact.values if value.thing]
        shown = near[:_OF_ONE] if len(near) > _OF_ONE + 1 else near
        edges += [_edge(fact.name, links.value(value), from_here) for value in shown]
        if len(near) > len(shown):
            more = f"{len(near) - len(shown)} more"
            edges.append(_edge(fact.name, tag("span", more), from_here))
    return edges[:_OF_ALL]


def _edge(name: str, node: Html, from_here: bool) -> Html:
    label = tag("span", tag("span", name), class_="pg-edge")
    box = tag("span", node, class_="pg-node")
    return tag("li", label, box) if from_here else tag("li", box, label)


def said(sources: Sequence[Source]) -> Html:
    """The statements about a thing, each document folded; the first is open where there are few."""
    return joined(_source(source) for source in sources)


def _source(source: Source) -> Html:
    number = f" ({len(source.statements)}) "
    summary = tag("summary", source.document.text, number, marks.whose(source.authority) if source.authority else "")
    opens = joined([". ", marks.opens(source.document.thing), "."]) if source.document.thing else ""
    document = (
        tag("p", "The document: ", links.value(source.document), opens, class_="pg-place")
        if source.document.thing
        else ""
    )
    return tag("details", summary, document, tag("ul", *map(_said, source.statements)), class_="pg-said")


def _said(item: Said) -> Html:
    scopes: list[str] = []
    for scope in item.scopes:
        scopes += [", " if scopes else " For ", links.value(scope)]
    aspect = joined([links.value(item.aspect), "."])
    place = tag("span", aspect, *scopes, "." if scopes else "", f" {item.locator}", class_="pg-place")
    return tag("li", links.thing(item.iri, item.text), place, quoted(item.iri))


def pointing(item: Described) -> Html:
    """What points at a thing, each property folded."""
    return joined(_pointing(fact, item) for fact in item.pointing)


def _pointing(fact: Fact, item: Described) -> Html:
    number = len(fact.values)
    things = fact.of if number == 1 else plural(fact.of)
    summary = tag("summary", f"{number} {things} through “{fact.name}”")
    listed = tag("ul", *(tag("li", links.value(value)) for value in fact.values[:_LISTED]))
    rest = len(fact.values) - _LISTED
    asked = {"question": "own", "query": pointing_query(item.thing)}
    more = tag("p", f"{rest} more: ", link("sparql", asked, "ask for all in SPARQL"), class_="pg-place")
    return tag("details", summary, listed, more if rest > 0 else "", class_="pg-said")
