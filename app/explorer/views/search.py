"""What a search finds among all things of the graph."""

from __future__ import annotations

import streamlit as st
from parts import address, data, links, markup

from payergraph.browse.things import Thing

#: More are not drawn; a longer text finds fewer.
_SHOWN = 60


def choose(kinds: dict[str, int], kind: str) -> None:
    """The kind to which the search is narrowed."""
    labels = {"": "All kinds"} | {name: f"{markup.sentence(name)} ({number:,})" for name, number in kinds.items()}
    st.session_state["search-kind"] = kind
    with st.container(key="choices"):
        column, _ = st.columns([4, 8])
    column.selectbox("Kind", labels, format_func=labels.__getitem__, key="search-kind", on_change=_chosen)


def _chosen() -> None:
    address.write({"q": address.given("q"), "kind": st.session_state["search-kind"]})


def result(thing: Thing) -> markup.Html:
    """One thing: its name, its kind, the document it belongs to, and what else it is called."""
    owner = data.things().owner(thing)
    others = ", ".join(name for name in thing.names if name != thing.label)
    also = f". Also called {others}" if others else ""
    place = f" of {owner.label}" if owner else ""
    kind = markup.tag("span", f"{markup.sentence(thing.kind)}{place}{also}", class_="pg-place")
    return markup.tag("li", links.thing(thing.iri), kind)


def nothing(text: str) -> None:
    """What to do where nothing is found."""
    st.info("Nothing is called so. Try fewer or other words, a brand, or a code such as M06.9. The nearest names:")
    near = data.things().nearest(text[:200])
    markup.show(markup.tag("ul", *(result(item) for item in near), class_="pg-results"))


def page() -> None:
    """The page."""
    st.title("Search", anchor=False)
    unknown: list[str] = []
    known = data.things()
    kinds = known.kinds()
    text = address.given("q").strip()
    kind = address.one_of("kind", kinds, "", unknown)
    choose(kinds, kind)
    address.note(unknown)
    if not text and not kind:
        st.info("Write what you look for into the box above: a drug, brand, payer, condition, code, or any word.")
        return
    found = known.search(text[:200], kind)
    if not found:
        nothing(text)
        return
    number = f"{len(found):,} thing{'' if len(found) == 1 else 's'}"
    st.caption(f"{number}, of which the first {_SHOWN} are shown." if len(found) > _SHOWN else f"{number}.")
    markup.show(markup.tag("ol", *(result(item) for item in found[:_SHOWN]), class_="pg-results"))


page()
