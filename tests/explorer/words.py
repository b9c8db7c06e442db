"""What a person reads of markup and of labels."""

from __future__ import annotations

import html
import re


def text(shown: str) -> str:
    """The words of markup or of a label in Markdown, with single spaces."""
    plain = html.unescape(re.sub(r"<[^>]+>", " ", shown)).replace("**", "").replace("\u2060", "")
    return " ".join(re.sub(r"\\(?=[^\w\s])", "", plain).split())
