"""Things by their names, as links to their pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from payergraph import terms
from payergraph.browse.described import Value

from . import data
from .markup import Html, link, tag


def thing(iri: str, text: str = "", *, apart: bool = False) -> Html:
    """A thing of the graph by its label, or by another text, leading to its page; text alone where it has none."""
    if iri not in data.things().all:
        return tag("span", text or data.thing_label(iri))
    return link("thing", {"thing": terms.local(iri)}, text or data.thing_label(iri), apart=apart)


def value(item: Value) -> Html:
    """The value of a property."""
    return thing(item.thing, item.text) if item.thing else tag("span", item.text)


def followed() -> None:
    """Make the links of the page lead on in the session of the visitor."""
    # Registered anew at every run: a session of a test has a registry of its own.
    st.components.v2.component("payergraph-links", js=_script(), isolate_styles=False)(key="links")


@cache
def _script() -> str:
    return Path(__file__).with_name("follow.js").read_text(encoding="utf-8")
