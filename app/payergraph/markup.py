"""The only place that makes HTML, and text for Markdown. Text goes in as text: it is shown, and never obeyed.

Only the elements and attributes named here can come out, and none of them runs anything or leads anywhere.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

_TAGS = frozenset(
    (
        *("article", "br", "caption", "dd", "details", "div", "dl", "dt", "em", "h3", "li", "nav", "ol", "p", "span"),
        *("strong", "summary", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    )
)
_ATTRIBUTES = frozenset(
    (
        *("aria-current", "aria-hidden", "aria-label", "aria-sort", "class", "colspan", "data-head", "data-label"),
        *("data-payer", "role", "scope", "tabindex", "title"),
    )
)
#: A notebook shows so many rows of a table; ``to_dataframe`` has all.
ROWS_SHOWN = 100


# What Markdown gives a meaning anywhere in a line, and at its beginning.
_MARKS = re.compile(r"[\\`*_\[\]<>|~]|&(?=#?\w+;)|^#")


def in_markdown(text: str) -> str:
    """A text as Markdown shows it: on one line, without markup, links, pictures or HTML of its own.

    >>> in_markdown("<b> ![x](http://x)")
    '\\\\<b\\\\> !\\\\[x\\\\](http://x)'
    """
    return _MARKS.sub(lambda found: f"\\{found[0]}", " ".join(text.split()))


class Html(str):
    """Markup that ``tag`` or ``joined`` made. Whatever else is done to it makes it plain text again."""

    __slots__ = ()


BREAK = Html("<br>")


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


def joined(content: Iterable[str]) -> Html:
    """Pieces of markup and of text in a row."""
    return Html("".join(piece if isinstance(piece, Html) else html.escape(piece) for piece in content))


def between(mark: str, pieces: Iterable[str]) -> Html:
    """Pieces of markup and of text in a row, with a mark between them."""
    return joined([part for piece in pieces for part in (mark, piece)][1:])


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str = "", named: bool = False) -> Html:
    """A table with a line for each row. ``named``: the first cell of a row is its name."""

    def cells(row: Sequence[str]) -> list[Html]:
        return [
            tag("th", cell, scope="row") if named and not place else tag("td", cell) for place, cell in enumerate(row)
        ]

    parts = [tag("caption", caption)] if caption else []
    head = tag("thead", tag("tr", *(tag("th", text, scope="col") for text in heads)))
    body = tag("tbody", "\n", *(part for row in rows for part in (tag("tr", *cells(row)), "\n")))
    return tag("table", *(part for piece in (*parts, head, body) for part in ("\n", piece)), "\n")


def shown(heads: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str = "") -> Html:
    """A table as a notebook shows it: the first rows of a long one, and how many there are."""
    found = table(heads, rows[:ROWS_SHOWN], caption=caption)
    if len(rows) <= ROWS_SHOWN:
        return found
    return joined([found, tag("p", f"The first {ROWS_SHOWN} of {len(rows):,} rows; to_dataframe() has all.")])
