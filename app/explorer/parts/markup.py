"""The only place that makes HTML or Markdown. Text goes in as text: it is shown whatever it holds, and never obeyed.

Only the elements and attributes named here can come out, and none of them runs anything. Only ``link`` leads somewhere,
and only to a page of the explorer.
"""

from __future__ import annotations

import html
import re
import string
from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

import streamlit as st

_TAGS = frozenset(
    (
        *("article", "caption", "dd", "details", "div", "dl", "dt", "h3", "li", "ol", "p", "span", "summary"),
        *("table", "tbody", "td", "th", "thead", "tr", "ul"),
    )
)
_ATTRIBUTES = frozenset(
    ("aria-hidden", "aria-label", "class", "colspan", "data-payer", "role", "scope", "tabindex", "title")
)

#: The pages that a link can lead to, and their addresses, seen from any of them.
PAGES = {"compare": "./"} | {
    name: name for name in ("map", "disagreements", "check", "sparql", "thing", "search", "about")
}

# What Streamlit rewrites in the text of a label even where it is escaped: arrows, dashes, names of icons.
_REWRITTEN = re.compile(r"(?<=[-<>=~])(?=[-<>=~])|(?<=:)(?=\w)")
_WORD_JOINER = "\u2060"


class Html(str):
    """Markup that ``tag`` or ``joined`` made. Whatever else is done to it makes it plain text again."""

    __slots__ = ()


def tag(name: str, *content: str, **attributes: str | int | None) -> Html:
    """An element. Content that is not ``Html`` is escaped; ``class_`` and ``aria_label`` are written with their dashes.

    Raises:
        ValueError: the element or an attribute is not one of ours.
    """
    written = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items() if value is not None}
    unknown = ({name} - _TAGS) | (set(written) - _ATTRIBUTES)
    if unknown:
        raise ValueError(f"no page shows {', '.join(sorted(unknown))}")
    opening = "".join(f' {key}="{html.escape(str(value))}"' for key, value in written.items())
    return Html(f"<{name}{opening}>{joined(content)}</{name}>")


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


def joined(content: Iterable[str]) -> Html:
    """Pieces of markup and of text in a row."""
    return Html("".join(piece if isinstance(piece, Html) else html.escape(piece) for piece in content))


def between(mark: str, pieces: Iterable[str]) -> Html:
    """Pieces of markup and of text in a row, with a mark between them."""
    return joined([part for piece in pieces for part in (mark, piece)][1:])


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


def sentence(text: str) -> str:
    """Text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def plural(word: str) -> str:
    """The plural of a sort of thing."""
    if word == "criterion":
        return "criteria"
    if word[-1] == "y" and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word[-1] in "sx" else f"{word}s"
