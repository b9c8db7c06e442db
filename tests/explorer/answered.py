"""What tests read of the table of an answer, without a browser."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest
from words import text


def html(page: AppTest) -> list[str]:
    """What our own markup says."""
    return [found.value for found in page.get("html")]


def cells(page: AppTest) -> list[list[str]]:
    """The table as text: its headings without the sign of their order, then its rows."""
    [markup] = [value for value in html(page) if 'class="pg-rows pg-answer"' in value]
    lines = [
        [text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", markup)
    ]
    return [[heading.rstrip(" ▲▼") for heading in lines[0]], *lines[1:]]


def column(page: AppTest, heading: str) -> list[str]:
    """The cells below a heading."""
    head, *lines = cells(page)
    return [line[head.index(heading)] for line in lines]


def said(page: AppTest) -> str:
    """All that our own markup says, as text."""
    return " ".join(map(text, html(page)))
