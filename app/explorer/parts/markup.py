"""What a page shows beside plain elements (``payergraph.markup``): links, and text for labels, which are Markdown.

Text goes in as text: it is shown whatever it holds, and never obeyed. Only ``link`` leads somewhere, and only to a page
of the explorer.
"""

from __future__ import annotations

import html
import re
import string
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import streamlit as st

from payergraph.markup import Html, between, joined, tag
from payergraph.wording import sentence

__all__ = ["PAGES", "Html", "between", "framed", "joined", "link", "plain", "plural", "sentence", "show", "tag"]

#: The pages that a link can lead to, and their addresses, seen from any of them.
PAGES = {"compare": "./"} | {
    name: name for name in ("order", "map", "disagreements", "check", "sparql", "thing", "search", "about")
}

# What Streamlit rewrites in the text of a label even where it is escaped: arrows, dashes, names of icons.
_REWRITTEN = re.compile(r"(?<=[-<>=~])(?=[-<>=~])|(?<=:)(?=\w)")
_WORD_JOINER = "\u2060"


def link(page: str, parameters: Mapping[str, str], *content: str, apart: bool = False, **attributes: str) -> Html:
    """A link to a page of the explorer, whatever its parameters hold; those that are empty are left out.

    Args:
        apart: whether it opens beside this page, so that what is filled in here stays.

    Raises:
        ValueError: there is no such page.
    """
    if page not in PAGES:
        raise ValueError(f"no page is called {page}")
    query = urlencode({name: value for name, value in parameters.items() if value}, quote_via=quote, safe="/")
    address = html.escape(f"{PAGES[page]}?{query}" if query else PAGES[page])
    inside = tag("span", *content, **attributes)
    target = ' target="_blank" rel="noopener"' if apart else ""
    return Html(f'<a href="{address}"{target}{inside.removeprefix("<span").removesuffix("</span>")}</a>')


def framed(table: Html, label: str, *classes: str) -> Html:
    """A table in a frame that scrolls by itself and that the keyboard reaches."""
    return tag("div", table, class_=" ".join(("pg-scroll", *classes)), role="region", tabindex=0, aria_label=label)


def show(markup: Html) -> None:
    """Put markup on the page."""
    if not isinstance(markup, Html):
        raise TypeError("only markup made here is shown as markup")
    if markup:
        st.html(markup)


def plain(text: str) -> str:
    """Text for a label or a message, which Streamlit reads as Markdown: every sign stands for itself."""
    line = _REWRITTEN.sub(_WORD_JOINER, " ".join(text.split()))
    return "".join(f"\\{sign}" if sign in string.punctuation else sign for sign in line)


def plural(word: str) -> str:
    """The plural of a sort of thing."""
    if word == "criterion":
        return "criteria"
    if word[-1] == "y" and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word[-1] in "sx" else f"{word}s"
