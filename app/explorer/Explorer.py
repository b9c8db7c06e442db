"""The explorer: `payergraph explore` starts it. Each page is a file of views/."""

from __future__ import annotations

import logging
import re
import traceback
from pathlib import Path

import streamlit as st
from parts import address, data, links, markup
from streamlit.navigation.page import Page as StreamlitPage

# Not "pages": beside a folder of that name Streamlit runs the pages by themselves, past this file.
_HERE = Path(__file__).parent
_LONGEST_SEARCH = 200
_OF_A_DRUG = ("Compare payers", "Strictness", "Coverage map", "Disagreements")
_SLUG = re.compile("[a-z0-9-]{1,60}")


def main() -> None:
    """Draw the page that the address names, between the menu and the footer."""
    pages = [
        st.Page(_HERE / "views" / "compare.py", title="Compare payers", default=True),
        st.Page(_HERE / "views" / "order.py", title="Strictness"),
        st.Page(_HERE / "views" / "map.py", title="Coverage map"),
        st.Page(_HERE / "views" / "disagreements.py", title="Disagreements"),
        st.Page(_HERE / "views" / "check.py", title="Check a case"),
        st.Page(_HERE / "views" / "sparql.py", title="Ask in SPARQL"),
        st.Page(_HERE / "views" / "about.py", title="About the data"),
    ]
    # What has no place in the menu: the links of other pages lead to it.
    results = st.Page(_HERE / "views" / "search.py", title="Search")
    thing = st.Page(_HERE / "views" / "thing.py", title="A thing of the graph")
    page = st.navigation([*pages, results, thing], position="hidden")
    st.set_page_config(f"{page.title} · payergraph", page_icon=str(_HERE / "icon.svg"), layout="wide")
    st.html(_HERE / "look.css")
    _menu(pages, results, is_open=page == results)
    try:
        page.run()
    except Exception as error:
        _report(error)
        st.error("This page cannot be shown because of a fault in payergraph. Reload it, or open another page.")
    _footer()
    links.followed()


def _menu(pages: list[StreamlitPage], results: StreamlitPage, *, is_open: bool) -> None:
    """The name, the pages and the search. Streamlit's own menu hides on a phone and stays open over the page."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="menu"):
        markup.show(markup.link("compare", {}, "payergraph", class_="pg-name"))
        _search(results, is_open=is_open)
        carried = _carried()
        for page in pages:
            st.page_link(page, query_params=carried if page.title in _OF_A_DRUG else None)


def _carried() -> dict[str, str]:
    """The drug and the use that are chosen go on to other pages about one, in their addresses."""
    found = {name: address.given(name) for name in ("drug", "indication")}
    return {name: value for name, value in found.items() if _SLUG.fullmatch(value)} if found["drug"] else {}


def _search(results: StreamlitPage, *, is_open: bool) -> None:
    """The box that leads to the results. On their page it holds what was looked for."""
    st.session_state["search-text"] = address.given("q")[:_LONGEST_SEARCH] if is_open else ""
    st.text_input(
        "Search all things",
        key="search-text",
        placeholder="Search everything",
        label_visibility="collapsed",
        max_chars=_LONGEST_SEARCH,
        width=170,
        on_change=_wanted,
    )
    wanted = st.session_state.pop("search-wanted", "")
    if wanted:
        st.switch_page(results, query_params={"q": wanted})


def _wanted() -> None:
    # Only the page itself can be left; while the box reports its change there is none yet.
    st.session_state["search-wanted"] = st.session_state["search-text"].strip()


def _report(error: Exception) -> None:
    """Log where a fault lies. Its message may hold a part of a case, so it is not logged."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    logging.getLogger("payergraph.explorer").error("%s at %s:%s", type(error).__name__, place.filename, place.lineno)


def _footer() -> None:
    words = (
        "payergraph shows what documents say, as of their editions. It gives no medical or legal advice and decides "
        "nothing: the payer does. Check the document itself before you rely on it."
    )
    markup.show(markup.tag("p", words, f" Graph version {data.version()}.", class_="pg-footer"))


main()
