"""What a page shows beside plain elements (``payergraph.markup``): links, and text for labels, which are Markdown.

Text goes in as text: it is shown whatever it holds, and never obeyed. ``link`` leads only to a page of the explorer,
``within`` only to a part of the same page, and ``outside`` only to an address of the web where a document stood.
"""

from __future__ import annotations

import html
import re
import string
import struct
from base64 import b64encode
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import streamlit as st

from payergraph.browse.published import Address
from payergraph.browse.published import address as known
from payergraph.markup import Html, between, joined, tag
from payergraph.wording import sentence

__all__ = [
    "PAGES",
    "Html",
    "address",
    "between",
    "framed",
    "joined",
    "link",
    "outside",
    "picture",
    "plain",
    "plural",
    "reaching",
    "sentence",
    "show",
    "tag",
    "within",
]

#: The pages that a link can lead to, and their addresses, seen from any of them.
PAGES = {"home": "./"} | {
    name: name
    for name in (
        *("compare", "order", "map", "changes", "disagreements", "check", "cohort", "denied", "questions", "sparql"),
        *("thing", "search", "about"),
    )
}

# What Streamlit rewrites in the text of a label even where it is escaped: arrows, dashes, names of icons.
_REWRITTEN = re.compile(r"(?<=[-<>=~])(?=[-<>=~])|(?<=:)(?=\w)")
_ANCHOR = re.compile(r"[A-Za-z0-9-]+")
# Streamlit makes a class of a key by a dash for each of these.
_UNCLASSED = re.compile(r"[^a-zA-Z0-9_-]")
_WORD_JOINER = "\u2060"


def link(
    page: str, parameters: Mapping[str, str], *content: str, apart: bool = False, **attributes: str | None
) -> Html:
    """A link to a page of the explorer, whatever its parameters hold; those that are empty are left out.

    Args:
        apart: whether it opens beside this page, so that what is filled in here stays.

    Raises:
        ValueError: there is no such page.
    """
    inside = tag("span", *content, **attributes)
    target = ' target="_blank" rel="noopener"' if apart else ""
    opening = f'<a href="{html.escape(address(page, parameters))}"{target}'
    return Html(f"{opening}{inside.removeprefix('<span').removesuffix('</span>')}</a>")


def address(page: str, parameters: Mapping[str, str]) -> str:
    """The address of a page of the explorer, seen from any of them; parameters that are empty are left out.

    Raises:
        ValueError: there is no such page.
    """
    if page not in PAGES:
        raise ValueError(f"no page is called {page}")
    query = urlencode({name: value for name, value in parameters.items() if value}, quote_via=quote, safe="/")
    return f"{PAGES[page]}?{query}" if query else PAGES[page]


def outside(address: Address, *content: str) -> Html:
    """A link to where a document was published: a sign marks it, and words say to who hears it where it opens.

    Raises:
        ValueError: this is no address of the web.
    """
    if known(address.url) != address:
        raise ValueError("no page leads to what is no address of the web")
    told = tag("span", f" (opens {address.host}, outside the explorer, in a new tab)", class_="pg-unseen")
    inside = joined([*content, tag("span", " ↗", aria_hidden="true"), told])
    href = html.escape(address.url)
    return Html(f'<a href="{href}" target="_blank" rel="noopener noreferrer" class="pg-outside">{inside}</a>')


def within(anchor: str, *content: str) -> Html:
    """A link to a part of the same page.

    Raises:
        ValueError: this is no name of a part.
    """
    if not _ANCHOR.fullmatch(anchor):
        raise ValueError(f"no part of a page is called {anchor}")
    return Html(f'<a href="#{anchor}">{joined(content)}</a>')


def reaching(key: str, *content: str, **attributes: str) -> Html:
    """A button that opens, brings into sight and focuses what was drawn with a key; ``print`` prints the page."""
    inside = tag("span", *content, **attributes).removeprefix("<span").removesuffix("</span>")
    return Html(f'<button type="button" data-reach="{_UNCLASSED.sub("-", key.strip())}"{inside}</button>')


def framed(table: Html, label: str, *classes: str) -> Html:
    """A table in a frame that scrolls by itself and that the keyboard reaches."""
    return tag("div", table, class_=" ".join(("pg-scroll", *classes)), role="region", tabindex=0, aria_label=label)


def picture(png: bytes, label: str) -> Html:
    """A drawing in a frame that scrolls by itself, with three of its pixels to one of the page.

    As an image it runs nothing and leads nowhere, whatever it holds; and its letters are those that it was laid out by,
    which a browser may not have for an SVG.
    """
    [width] = struct.unpack(">I", png[16:20])
    source = f"data:image/png;base64,{b64encode(png).decode()}"
    return framed(Html(f'<img src="{source}" alt="{html.escape(label)}" width="{width // 3}">'), label, "pg-picture")


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
