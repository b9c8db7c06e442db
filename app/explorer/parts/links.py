"""Things by their names on a page."""

from __future__ import annotations

from . import data
from .markup import Html, tag


def thing(iri: str, text: str = "") -> Html:
    """A thing of the graph by its label, or by another text."""
    return tag("span", text or data.thing_label(iri))
