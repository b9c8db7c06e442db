"""What a search finds among all things of the graph."""

from __future__ import annotations

import streamlit as st
from parts import address, data, first, leads, links, markup

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


def result(thing: Thing) -> markup.Html:
    """One thing: its name, its kind, the document it belongs to, and what else it is called."""
    owner = data.things().owner(thing)
    others = ", ".join(name for name in thing.names if name != thing.label)
    also = f". Also called {others}" if others else ""
    place = f" of {owner.label}" if owner else ""
    kind = markup.tag("span", f"{markup.sentence(thing.kind)}{place}{also}", class_="pg-place")
    return markup.tag("li", links.thing(thing.iri), kind)


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
    markup.show(markup.tag("ul", *(result(item) for item in near), class_="pg-results"))


def page() -> None:
    """The page."""
    st.title("Search", anchor=False)
    unknown: list[str] = []
    known = data.things()
    kinds = known.kinds()
    text = address.given("q").strip()[:200]
    kind = address.one_of("kind", kinds, "", unknown)
    choose(kinds, kind)
    found = known.search(text, kind) if text or kind else []
    shown = first.of(found, _FEW, unknown)
    address.note(unknown)
    if not text and not kind:
        st.info("Write what you look for into the box above: a drug, brand, payer, condition, code, or any word.")
        return
    if not kind:
        markup.show(leads.listed(data.leads(text)))
    if not found:
        nothing(text)
        return
    number = f"{len(found):,} thing{'' if len(found) == 1 else 's'}"
    st.caption(f"{number}, of which the first {len(shown)} are shown." if len(found) > len(shown) else f"{number}.")
    markup.show(markup.tag("ol", *map(result, shown), class_="pg-results"))
    markup.show(first.left("search", {"q": text, "kind": kind}, len(shown), len(found), _FEW))


page()
