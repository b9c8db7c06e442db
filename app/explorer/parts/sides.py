"""A disagreement with all its sides, each with its value, its document and its place."""

from __future__ import annotations

from payergraph import terms
from payergraph.comparison.conflicts import CONFLICT_KINDS, WEIGHTS, Conflict, Side, reading

from . import links, marks
from .markup import Html, joined, sentence, tag
from .matrix import quoted


def article(item: Conflict, *, kind: bool) -> Html:
    """One disagreement; ``kind`` says of which kind it is."""
    sign, word, meaning = WEIGHTS[item.weight]
    weight = tag("span", tag("span", sign, aria_hidden="true", class_="pg-sign"), f" {word}", class_="pg-weight")
    head = tag("h3", links.thing(item.about, item.subject) if item.about else item.subject)
    about = tag("p", weight, f": {meaning}. ", f"{CONFLICT_KINDS[item.kind]}." if kind else "", class_="pg-place")
    sides = (_side(side) for side in item.sides)
    question = tag("p", sentence(item.question), class_="pg-question")
    lines = (part for name, text in reading(item) for part in (tag("dt", name), tag("dd", text)))
    read = tag("dl", *lines, class_="pg-alarm")
    return tag("article", head, question, about, read, tag("ul", *sides, class_="pg-sides"), class_="pg-conflict")


def _side(side: Side) -> Html:
    place = [side.locator]
    if side.section and side.section not in side.locator:
        place.insert(0, side.section)
    if side.citing:
        place.append(f"citing {side.citing}")
    source = f"{terms.ID}source/{side.source}" if side.source else ""
    editors = tag("span", "Known to the editors of the graph", class_="pg-whose pg-editors")
    whose = marks.whose(side.authority) if side.authority else editors
    return tag(
        "li",
        tag("div", links.thing(side.fact, sentence(side.value))),
        tag("div", whose, class_="pg-place"),
        tag("div", joined([links.thing(source), ", "]) if source else "", ", ".join(place), class_="pg-place"),
        quoted(side.fact),
    )
