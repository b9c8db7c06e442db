"""Things by their names, as links to their pages."""

from __future__ import annotations

from pathlib import Path

from payergraph import terms
from payergraph.browse.described import Value
from payergraph.browse.published import address

from . import data
from .markup import Html, link, outside, tag
from .scripted import component

_SCRIPT = Path(__file__).with_name("follow.js")


def thing(iri: str, text: str = "", *, apart: bool = False) -> Html:
    """A thing of the graph by its label, or by another text, leading to its page; text alone where it has none."""
    if iri not in data.things().all:
        return tag("span", text or data.thing_label(iri))
    return link("thing", {"thing": terms.local(iri)}, text or data.thing_label(iri), apart=apart)


def value(item: Value) -> Html:
    """The value of a property."""
    if item.thing:
        return thing(item.thing, item.text)
    found = address(item.text) if item.is_address else None
    return outside(found, item.text) if found else tag("span", item.text)


def followed() -> None:
    """Make the links of the page lead on in the session of the visitor."""
    component("links", _SCRIPT)(key="links")
