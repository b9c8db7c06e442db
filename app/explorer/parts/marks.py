"""The marks that mean the same on every page: a retelling, an address outside, editions, the sections of a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from payergraph import terms
from payergraph.policies.editions import shown_on, undated, without_date
from payergraph.policies.model import Policy
from payergraph.present.sentences import RETOLD

from . import data, links
from .markup import Html, between, joined, outside, tag, within

_OWN = "Payer's own document"


def retelling() -> Html:
    """The mark of a document that only retells another."""
    sign = tag("span", RETOLD, aria_hidden="true")
    return tag("span", sign, " Retelling", class_="pg-retelling", title="Retells another document")


def of(iri: str) -> Html:
    """The mark behind the name of a thing that only retells; nothing behind another."""
    return joined([" ", retelling()]) if data.retells(iri) else Html()


def whose(authority: str) -> Html:
    """Whether a document speaks for itself, or retells another; a dash where nobody said."""
    if authority == "secondary":
        return retelling()
    return tag("span", "Speaks for itself" if authority == "primary" else "–", class_="pg-whose pg-primary")


def own(policy: Policy) -> Html:
    """Whose word a policy is, in its head."""
    if not policy.payer:
        return tag("span", "FDA label")
    return retelling() if policy.authority == "secondary" else tag("span", _OWN)


def opens(document: str, *, every: bool = False, apart: bool = False) -> Html:
    """Where a document, given by IRI, opens: its first address, or all; what to do where none is known.

    Args:
        apart: whether what leads to its page opens beside this one.
    """
    found = data.addresses(document)
    if not found:
        return tag("span", "No address of this document is known", class_="pg-nowhere")
    if every and len(found) > 1:
        return joined(["Opens at ", between(", ", (outside(one, one.short) for one in found))])
    shown = [outside(one, "Opens at ", one.host) for one in found[:1]]
    rest = len(found) - len(shown)
    more = links.thing(document, f"{rest} more address{'' if rest == 1 else 'es'}", apart=apart) if rest else ""
    return between(", ", [*shown, *([more] if more else [])])


def dated(chosen: Iterable[Policy], day: date) -> Html:
    """Which editions are shown, and which of these documents have no date."""
    found = list(chosen)
    said = tag("p", shown_on(day), class_="pg-place pg-dated")
    without = without_date(found)
    if not without:
        return said
    listed = (
        tag("li", links.thing(policy.iri, policy.label), f", {policy.dated}", of(policy.iri))
        for policy in undated(found)
    )
    return joined([said, tag("details", tag("summary", without), tag("ul", *listed), class_="pg-place pg-undated")])


def sections(found: Sequence[tuple[str, str]]) -> Html:
    """The sections of a long page, as anchors and titles, each leading to its heading; nothing of a short page."""
    if len(found) < 3:
        return Html()
    listed = between(" · ", (within(anchor, title) for anchor, title in found))
    return tag("p", "On this page: ", listed, class_="pg-sections")


def anchor(iri: str) -> str:
    """What the part of a page about a thing is called in its address."""
    return terms.slug(iri).replace("/", "-")
