"""What the graph holds, where it comes from, how to cite it, and what it is not."""

from __future__ import annotations

import streamlit as st
from parts import data, links, marks, markup
from parts.markup import framed, tag

from payergraph.browse.catalogue import Document, citation, facts

_SEEN = {"complete": "Whole", "excerpt": "In part"}
_KINDS = {
    "documents": "source document",
    "payers": "payer",
    "policies": "coverage policy",
    "statements": "statement",
    "drugs": "drug",
    "products": "product",
    "conditions": "condition",
}
_HEADS = ("Document", "Publisher", "Authority", "Seen", "Effective", "Retrieved", "Address", "Facts")

_WHAT = (
    "payergraph holds what US payers ask for before they pay for a drug, restated fact by fact from published "
    "documents. Each fact names its document, its section and its place there. Documents that disagree stand side by "
    "side; none is corrected, and a document that retells another is marked so."
)
_NOT = (
    "No medical advice and no legal advice. It decides nothing: the payer does, by its own current document.",
    "Not complete. A document that was seen in part may ask for more than is shown here, and what is not shown is "
    "never taken as not required.",
    "Not live. It holds the editions listed below, as they were on the day they were retrieved.",
    "Not endorsed by any payer, manufacturer or regulator named in it.",
    "No patient data. A case that you check stays in your session.",
)
_LICENCE = (
    "The data and the ontology are licensed under CC BY 4.0 (Creative Commons Attribution): use them for anything, and "
    "name the source. The code is licensed under Apache-2.0."
)


def counts(found: dict[str, int]) -> markup.Html:
    """Sorts and numbers; where all of a sort can be listed, the word leads there."""
    pairs = []
    for words, number in found.items():
        kind = _KINDS.get(words, "")
        named = markup.link("search", {"kind": kind}, words) if kind else tag("span", words)
        pairs.append(tag("div", tag("dt", f"{number:,}"), tag("dd", named)))
    return tag("dl", *pairs, class_="pg-counts")


def documents(found: tuple[Document, ...]) -> markup.Html:
    """The documents with date, authority and completeness, in a frame that scrolls by itself."""
    head = tag("tr", *(tag("th", name, scope="col") for name in _HEADS))
    whole = tag("table", tag("thead", head), tag("tbody", *map(_row, found)), class_="pg-rows pg-documents")
    return framed(whole, "Documents")


def _row(item: Document) -> markup.Html:
    note = tag("div", item.note, class_="pg-place") if item.note else ""
    return tag(
        "tr",
        tag("td", links.thing(item.iri, item.title)),
        tag("td", item.publisher or "–"),
        tag("td", marks.whose(item.authority)),
        tag("td", _SEEN.get(item.completeness, "Not stated"), note),
        tag("td", item.effective or "Undated"),
        tag("td", item.retrieved or "–"),
        tag("td", marks.opens(item.iri)),
        tag("td", f"{item.facts:,}"),
    )


def _beside(text: str) -> None:
    # Streamlit draws a caption before what is HTML: it would be moved.
    markup.show(tag("p", text, class_="pg-place"))


def page() -> None:
    """The page."""
    st.title("About the data", anchor=False)
    found = data.catalogue()
    markup.show(tag("p", _WHAT, class_="pg-meaning"))
    st.header("What is in it", anchor=False)
    markup.show(counts(found.counts | {"facts (triples)": facts(data.graph())}))
    _beside(f"Graph version {data.version()}: equal versions hold equal facts.")
    st.header("What it is not", anchor=False)
    markup.show(tag("ul", *(tag("li", words) for words in _NOT), class_="pg-meaning"))
    st.header("Licence, and how to cite", anchor=False)
    markup.show(tag("p", _LICENCE, class_="pg-meaning"))
    st.code(citation(data.graph()), language=None, wrap_lines=True)
    _beside("Cite the document itself beside it: the page of each fact names it, with the place.")
    st.header("Documents", anchor=False)
    whole = sum(1 for item in found.documents if item.completeness == "complete")
    opening = sum(1 for item in found.documents if data.addresses(item.iri))
    _beside(
        f"{len(found.documents)} documents, of which {whole} were seen whole. Of {opening} an address is known; what "
        "opens there today may be another edition."
    )
    markup.show(documents(found.documents))


page()
