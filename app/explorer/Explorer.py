"""The explorer: `payergraph explore` starts it. Each page is a file of views/."""

from __future__ import annotations

import logging
import re
import traceback
from pathlib import Path

import streamlit as st
from parts import address, data, links, markup, pages, seek

from payergraph.present.packet import DISCLAIMER

# Not "pages": beside a folder of that name Streamlit runs the pages by themselves, past this file.
_HERE = Path(__file__).parent
_SLUG = re.compile("[a-z0-9-]{1,60}")


def main() -> None:
    """Draw the page that the address names, between the menu and the footer."""
    views = {one.name: st.Page(_HERE / "views" / f"{one.name}.py", title=one.title) for one in pages.PAGES}
    # What has no place among the pages of the menu: its name, and the links of other pages, lead to it.
    home = st.Page(_HERE / "views" / "home.py", title="What payers ask before they pay", default=True)
    results = st.Page(_HERE / "views" / "search.py", title="Search")
    thing = st.Page(_HERE / "views" / "thing.py", title="A thing of the graph")
    page = st.navigation([home, *views.values(), results, thing], position="hidden")
    st.set_page_config(f"{page.title} · payergraph", page_icon=str(_HERE / "icon.svg"), layout="wide")
    _menu(page.url_path, address.given("q")[: seek.LONGEST] if page == results else "")
    try:
        page.run()
    except Exception as error:
        _report(error)
        st.error("This page cannot be shown because of a fault in payergraph. Reload it, or open another page.")
    _footer()
    links.followed()


def _menu(opened: str, text: str) -> None:
    """The name, the search and the pages. Streamlit's own menu hides on a phone and stays open over the page.

    Args:
        opened: the page that is open.
        text: what was looked for, where the results are open.
    """
    with st.container(key="menu"):
        markup.show(markup.link("home", {}, "payergraph", class_="pg-name"))
        seek.box("seek-menu", text, "Search", skips=True)
        carried = _carried()
        links = (
            markup.link(
                page.name,
                carried if page.of_a_drug else {},
                page.short,
                title=page.title,
                aria_current="page" if page.name == opened else None,
            )
            for page in pages.PAGES
        )
        items = (markup.tag("li", link) for link in links)
        markup.show(markup.tag("nav", markup.tag("ul", *items), aria_label="Pages", class_="pg-pages"))


def _carried() -> dict[str, str]:
    """The drug and the use that are chosen go on to other pages about one, in their addresses."""
    found = {name: address.given(name) for name in ("drug", "indication")}
    return {name: value for name, value in found.items() if _SLUG.fullmatch(value)} if found["drug"] else {}


def _report(error: Exception) -> None:
    """Log where a fault lies. Its message may hold a part of a case, so it is not logged."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    logging.getLogger("payergraph.explorer").error("%s at %s:%s", type(error).__name__, place.filename, place.lineno)


def _footer() -> None:
    markup.show(markup.tag("p", DISCLAIMER, f" Graph version {data.version()}.", class_="pg-footer"))


# The processes that read a population begin by reading this file, and draw nothing.
if __name__ == "__main__":
    main()
