"""The first page: what payergraph is, the search, and what can be done here."""

from __future__ import annotations

import streamlit as st
from parts import address, data, markup, seek

_IS = (
    "Before a US health plan pays for an expensive drug, the patient must meet written criteria. payergraph holds the "
    "criteria of many payers as a graph that can be compared, asked and checked, with the place in the document behind "
    "every fact."
)
_IS_NOT = (
    "It is no medical and no legal advice, and not all policies are in it. What was not seen is called not shown, and "
    "never not required."
)
_HINT = "Drug, payer, condition or code"
#: Where each job begins: the page, what is done there, and for whom.
_JOBS = (
    ("compare", "Compare payers", "What each payer asks for a drug and a use, side by side, to read and to cite."),
    ("check", "Check a case before you fax", "What of the criteria is met, what is not, and what the record lacks."),
    ("denied", "Denied? What now", "The steps that are open to you, with their days, and where each is written."),
)


def jobs() -> markup.Html:
    """The three jobs, as large links."""
    items = (
        markup.tag("li", markup.link(page, {}, title), markup.tag("span", words, class_="pg-place"))
        for page, title, words in _JOBS
    )
    return markup.tag("ul", *items, class_="pg-jobs")


def drugs() -> markup.Html:
    """The drugs that have criteria, each leading to its comparison and its map."""
    items = (
        markup.tag(
            "li",
            markup.link("compare", {"drug": slug}, data.drug_label(iri)),
            " · ",
            markup.link("map", {"drug": slug, "sources": "all"}, "map", aria_label=f"map of {data.label(iri)}"),
        )
        for slug, iri in data.drugs().items()
    )
    return markup.tag("ul", *items, class_="pg-drugs")


def extent() -> str:
    """How much the graph holds, in a line."""
    held = data.extent()
    seen = f"{held.whole} of them seen whole, the others in part"
    holds = f"{held.policies} policies of {held.payers} payers for {held.drugs} drugs, from {held.documents} documents"
    if not held.first:
        return f"{holds}, {seen}. No policy gives the day of its edition."
    undated = f"; {held.undated} policies give no day" if held.undated else ""
    return f"{holds}, {seen}. Editions from {held.first} to {held.last}{undated}."


def page() -> None:
    """The page."""
    missing = address.given("missing")
    if missing:
        named = markup.plain(address.shortened([missing]))
        st.warning(f"There is no page “{named}”. The menu has all pages, and the search finds all things.")
    st.title("What payers ask before they pay", anchor=False)
    markup.show(markup.tag("p", _IS, class_="pg-lead"))
    seek.box("seek-first", "", _HINT)
    markup.show(jobs())
    st.header("Drugs in the graph", anchor=False)
    markup.show(drugs())
    markup.show(markup.joined([markup.tag("p", extent()), markup.tag("p", _IS_NOT)]))


page()
