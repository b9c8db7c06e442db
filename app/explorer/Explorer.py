"""The explorer: `payergraph explore` starts it. Each page is a file of views/."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

import streamlit as st
from parts import data, markup
from streamlit.navigation.page import Page as StreamlitPage

# Not "pages": beside a folder of that name Streamlit runs the pages by themselves, past this file.
_HERE = Path(__file__).parent


def main() -> None:
    """Draw the page that the address names, between the menu and the footer."""
    pages = [
        st.Page(_HERE / "views" / "compare.py", title="Compare payers", default=True),
        st.Page(_HERE / "views" / "map.py", title="Coverage map"),
        st.Page(_HERE / "views" / "disagreements.py", title="Disagreements"),
        st.Page(_HERE / "views" / "check.py", title="Check a case"),
        st.Page(_HERE / "views" / "sparql.py", title="Ask in SPARQL"),
    ]
    # What has no place in the menu: the links of other pages lead to it.
    beside = [st.Page(_HERE / "views" / "thing.py", title="A thing of the graph")]
    page = st.navigation([*pages, *beside], position="hidden")
    st.set_page_config(f"{page.title} · payergraph", page_icon=str(_HERE / "icon.svg"), layout="wide")
    st.html(_HERE / "look.css")
    _menu(pages)
    try:
        page.run()
    except Exception as error:
        _report(error)
        st.error("This page cannot be shown because of a fault in payergraph. Reload it, or open another page.")
    _footer()


def _menu(pages: list[StreamlitPage]) -> None:
    """The name and the pages. Streamlit's own menu hides behind an arrow on a phone and stays open over the page."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="menu"):
        markup.show(markup.tag("span", "payergraph", class_="pg-name"))
        for page in pages:
            st.page_link(page)


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
