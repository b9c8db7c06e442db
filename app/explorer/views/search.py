"""What a search finds among all things of the graph."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st
from parts import address, data, first, leads, links, marks, markup

from payergraph import wording
from payergraph.browse.hits import Found, Hit
from payergraph.browse.leads import Denial
from payergraph.browse.things import Thing

#: So many are drawn at first.
_FEW = 60


def choose(kinds: dict[str, int], kind: str) -> None:
    """The kind to which the search is narrowed."""
    labels = {"": "All kinds"} | {name: f"{markup.sentence(name)} ({number:,})" for name, number in kinds.items()}
    st.session_state["search-kind"] = kind
    with st.container(key="choices"):
        column, _ = st.columns([4, 8])
    column.selectbox("Kind", labels, format_func=labels.__getitem__, key="search-kind", on_change=_chosen)


def _chosen() -> None:
    address.write({"q": address.given("q"), "kind": st.session_state["search-kind"]})


def result(hit: Hit) -> markup.Html:
    """One hit: its name, its kind, the document it belongs to, what else it is called, and what it lacks."""
    thing = hit.what
    lacks = f". Without {_quoted(hit.lacking)}" if hit.lacking else ""
    if not isinstance(thing, Thing):
        way = leads.way(hit)
        return markup.tag("li", way.link, markup.tag("span", f"{way.kind}{lacks}", class_="pg-place"))
    owner = data.things().owner(thing)
    others = ", ".join(name for name in thing.names if name != thing.label)
    also = f". Also called {others}" if others else ""
    place = f" of {owner.label}" if owner else ""
    kind = markup.tag("span", f"{markup.sentence(thing.kind)}{place}{also}{lacks}", class_="pg-place")
    return markup.tag("li", links.thing(thing.iri), marks.of(thing.iri), kind)


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)


def read(found: Found) -> None:
    """How the text was read: slips that were mended, and words that nothing has."""
    said = [f"Nothing is called “{word}”; it is read as “{known}”." for word, known in found.mended]
    if found.unknown and (found.leading or found.hits or found.some):
        said.append(f"Nothing has {_quoted(found.unknown)}; what the other words find is shown.")
    if found.without:
        said.append(
            f"No policy here speaks of {data.drug_label(found.without)}. The map shows the drugs that have some."
        )
    if said:
        st.info(markup.plain(" ".join(said)))
    if found.without:
        markup.show(markup.tag("p", markup.link("map", {}, "Coverage map")))


def partly(found: Found) -> None:
    """What has some of the words."""
    if found.some:
        st.subheader("With some of your words", anchor=False)
        markup.show(markup.tag("ol", *map(result, found.some), class_="pg-results"))


def counted(shown: int, number: int) -> str:
    """How many hits there are, and are shown."""
    words = wording.counted(f"{number:,}", "hit")
    return f"{words}, of which the first {shown} are shown." if number > shown else f"{words}."


def is_inside(hit: Hit) -> bool:
    """Whether a hit belongs to one document."""
    return isinstance(hit.what, Thing) and data.things().owner(hit.what) is not None


def nothing(text: str) -> None:
    """What to do where nothing is found: what a wider code means, or the nearest names."""
    known = data.things()
    near = known.wider(text)
    if near:
        st.info("Nothing has this code. What has the longest known beginning of it, and so means something wider:")
    else:
        st.info(
            "Nothing is called so. Try fewer or other words, a brand, or a code such as M06.9 (ICD-10-CM), J3262 "
            "(HCPCS), 1988-5 (LOINC) or 66658-234-07 (NDC). The nearest names:"
        )
        near = known.nearest(text[:200])
    markup.show(markup.tag("ul", *(result(Hit(item)) for item in near), class_="pg-results"))


def page() -> None:
    """The page."""
    st.title("Search", anchor=False)
    unknown: list[str] = []
    known = data.things()
    kinds = known.kinds()
    text = address.given("q").strip()[:200]
    kind = address.one_of("kind", kinds, "", unknown)
    choose(kinds, kind)
    found = data.found(text) if text and not kind else Found(text)
    hits = found.hits if text and not kind else tuple(map(Hit, known.search(text, kind) if kind else ()))
    shown = first.of(hits, _FEW, unknown)
    address.note(unknown)
    if not text and not kind:
        st.info("Write what you look for into the box above: a drug, brand, payer, condition, code, or any word.")
        return
    read(found)
    markup.show(leads.led(found.leading))
    if not (hits or found.some or any(isinstance(hit.what, Denial) for hit in found.leading)):
        nothing(text)
        return
    own = [hit for hit in shown if not is_inside(hit)]
    rest = [hit for hit in shown if is_inside(hit)]
    if own:
        st.caption(counted(len(shown), len(hits)))
        markup.show(markup.tag("ol", *map(result, own), class_="pg-results"))
    # A sentence of a document is what is meant where nothing else has all the words.
    if own or found.leading:
        partly(found)
    if rest:
        st.subheader("Inside documents", anchor=False)
        if not own:
            st.caption(counted(len(shown), len(hits)))
        markup.show(markup.tag("ol", *map(result, rest), class_="pg-results"))
    if not (own or found.leading):
        partly(found)
    markup.show(first.left("search", {"q": text, "kind": kind}, len(shown), len(hits), _FEW))


page()
