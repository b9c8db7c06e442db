"""One thing of the graph: what it is, what is said of it by which document, and what it hangs together with."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from parts import address, data, leads, links, markup, portrait, sides

from payergraph import terms
from payergraph.browse.leads import of_payer
from payergraph.browse.things import Thing

#: So many disagreements stand open, and so many uses of a drug are named.
_FEW = 5
_USES = 6


def unknown(name: str) -> None:
    """What to do where nothing has this name."""
    st.title("Not in the graph", anchor=False)
    shown = markup.plain(address.shortened([name]))
    st.warning(f"Nothing in the graph is called {shown}. The nearest names are below.")
    near = data.things().nearest(name[:200])
    markup.show(markup.tag("ul", *(markup.tag("li", links.thing(item.iri), f", {item.kind}") for item in near)))


def none() -> None:
    """What to do where the address names nothing."""
    st.title("A thing of the graph", anchor=False)
    st.info("The address names no thing. Search for one in the box above, or begin with one of these.")
    known = data.things()
    begin = [
        found
        for name in ("drug/dupilumab", "drug/anakinra", "payer/cigna", "policy/cigna-ip0243")
        if (found := known.get(name))
    ]
    markup.show(markup.tag("ul", *(markup.tag("li", links.thing(item.iri), f", {item.kind}") for item in begin)))


def disagreements(thing: Thing) -> None:
    """What documents disagree about where this thing is the subject or one of the sides."""
    found = [
        item for item in data.conflicts() if item.about == thing.iri or thing.iri in (side.fact for side in item.sides)
    ]
    concerned = sum(1 for item in data.conflicts() if thing.iri in item.drugs | item.payers)
    if not found and not concerned:
        return
    st.header("Disagreements", anchor=False)
    kind, _, slug = thing.id.partition("/")
    if concerned:
        text = f"{concerned} disagreement{'' if concerned == 1 else 's'}"
        linked = markup.link("disagreements", {kind: slug}, text)
        markup.show(markup.tag("p", linked, f" concern{'s' if concerned == 1 else ''} this {kind}."))
    markup.show(markup.joined(sides.article(item, kind=True) for item in found[:_FEW]))
    if rest := found[_FEW:]:
        summary = markup.tag("summary", f"{len(rest)} more")
        markup.show(markup.tag("details", summary, *(sides.article(item, kind=True) for item in rest)))


def onwards(thing: Thing) -> None:
    """Where a drug, policy, rule or condition leads on: the map, or the comparison of payers."""
    known = data.policies()
    onward: list[markup.Html] = []
    if known.of_drug(thing.iri):
        drug = data.names().ingredient(thing.iri) or thing.iri
        onward.append(_map(drug))
        uses = data.uses(drug, "all") if drug in data.drugs().values() else None
        for slug, use in list(uses.all.items())[:_USES] if uses else ():
            words = f"What payers ask for {data.label(drug)} in {uses.words[slug]}" if uses else ""
            onward.append(_compare({"drug": drug, "indication": use}, words))
        if uses and len(uses.all) > _USES:
            words = f"All {len(uses.all)} uses of {data.label(drug)} for which a document has criteria"
            onward.append(_compare({"drug": drug}, words))
    for policy in known.all:
        if policy.iri == thing.iri:
            onward += map(_map, policy.drugs)
        for rule in policy.rules:
            pairs = [(drug, use) for drug in rule.drugs for use in rule.uses] if rule.iri == thing.iri else []
            for drug, use in pairs:
                asked = {"drug": drug, "indication": use, "payers": policy.payer}
                of = f", {data.label(drug)} in {data.label(use)}" if len(pairs) > 1 else ""
                onward.append(_compare(asked, f"What it asks, dimension by dimension{of}"))
    for drug in data.by_label({drug for policy in known.all for drug in policy.drugs}).values():
        if thing.iri in data.compared(drug):
            asked = {"drug": drug, "indication": thing.iri}
            onward.append(_compare(asked, f"What payers ask for {data.label(drug)} in {thing.label}"))
    markup.show(markup.tag("ul", *(markup.tag("li", lead) for lead in onward)) if onward else markup.Html())
    if thing.id.startswith("payer/"):
        markup.show(leads.listed(of_payer(data.graph(), thing.iri)))


def _map(drug: str) -> markup.Html:
    asked = {"drug": terms.slug(drug), "sources": "all"}
    return markup.link("map", asked, f"Who covers {data.label(drug)}, on the coverage map")


def _compare(asked: Mapping[str, str], words: str) -> markup.Html:
    slugs = {name: terms.slug(iri) for name, iri in asked.items()}
    return markup.link("compare", slugs | {"sources": "all"}, words)


def page() -> None:
    """The page."""
    name = address.given("thing")
    thing = data.things().get(name) if name else None
    if thing is None:
        unknown(name) if name else none()
        return
    st.set_page_config(f"{thing.label[:80]} · payergraph")
    item = data.described(thing)
    st.title(markup.plain(thing.label), anchor=False)
    markup.show(portrait.head(item))
    onwards(thing)
    if item.facts:
        st.header("Facts", anchor=False)
        markup.show(portrait.facts(item.facts))
    around = portrait.neighbourhood(item)
    if around:
        st.header("Neighbourhood", anchor=False)
        markup.show(around)
    if item.sources:
        st.header("What documents say about it", anchor=False)
        markup.show(portrait.said(item.sources))
    disagreements(thing)
    if item.pointing:
        st.header("What points at it", anchor=False)
        markup.show(portrait.pointing(item))
    st.header("Its triples", anchor=False)
    text = data.as_turtle(thing)
    file = f"{thing.id.replace('/', '-')}.ttl"
    st.download_button("Download Turtle", text, file, "text/turtle", on_click="ignore")
    with st.expander("As Turtle, to copy"):
        st.code(text, language=None, wrap_lines=True)


page()
