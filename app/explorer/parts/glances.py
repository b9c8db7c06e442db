"""The compared documents at a glance, a row each: what their rules add up to, and how they stand to the label."""

from __future__ import annotations

from collections.abc import Sequence

from payergraph.comparison.glance import NO_LABEL, NOT_COMPARED, Glance, Labeled
from payergraph.comparison.model import NOT_LABELED, NOT_SHOWN
from payergraph.wording import counted

from . import links, marks
from .markup import Html, between, framed, joined, link, sentence, tag

_HEADS = (
    *("Document", "Fewest therapies tried before", "Position", "Prescriber"),
    *("First approval", "Renewal", "Beside the FDA label"),
)
_CATEGORIES = {
    NOT_LABELED: "the label does not have this use",
    NOT_COMPARED: "a later edition, or a rule nearer to the labeled use, is compared in its place",
    NO_LABEL: "the label of this drug is not in the graph",
}


def table(found: Sequence[Glance]) -> Html:
    """All rows, in a frame that scrolls by itself."""
    caption = f"{counted(len(found), 'document')} at a glance"
    head = tag("tr", *(tag("th", name, scope="col") for name in _HEADS))
    whole = tag(
        "table",
        tag("caption", caption),
        tag("thead", head),
        tag("tbody", *map(_row, found)),
        class_="pg-rows pg-glance",
    )
    return framed(whole, caption)


def meaning(found: Sequence[Glance]) -> Html:
    """What the numbers are, and what some words mean."""
    in_part = any(item.column.seen == "part" for item in found)
    questions = (
        link("questions", {"question": name}, text)
        for name, text in (
            ("fewest_steps", "fewest therapies"),
            ("prescriber_demands", "prescriber"),
            ("label_consistency", "against the label"),
        )
    )
    words = tag(
        "p",
        "Worked out from the criteria for a first request: the way through them with the fewest therapies, and the one "
        "that asks the least of the prescriber. ",
        "Where a document was seen in part, the numbers are the least that it may ask. " if in_part else "",
        "The same for all drugs: ",
        between(", ", questions),
        ".",
        class_="pg-place",
    )
    used = {one.category for item in found for one in item.labeled}
    pairs = [joined([tag("dt", sentence(word)), tag("dd", text)]) for word, text in _CATEGORIES.items() if word in used]
    return joined([words, tag("dl", *pairs, class_="pg-legend") if pairs else ""])


def _row(item: Glance) -> Html:
    column, found, rule = item.column, item.measured, item.column.rule
    plans = ", ".join(column.plan_names)
    notes = [
        column.payer,
        sentence(column.policy.dated),
        f"Plans: {plans}" if plans else "",
        "" if item.covered else "Does not cover this use",
        "Covered; criteria seen in part: the least it may ask" if column.seen == "part" else "",
    ]
    head = tag(
        "th",
        links.thing(column.policy.iri, column.title),
        marks.of(column.policy.iri),
        tag("div", f"{'. '.join(note for note in notes if note)}.", class_="pg-place"),
        scope="row",
    )
    stages = (rule.initial_lengths, rule.continuation_lengths) if rule else ()
    durations = [item.duration(lengths) for lengths in stages] or ["–", "–"]
    unknown = sentence(NOT_SHOWN) if item.covered else "–"
    therapies = tag("div", found.therapies, class_="pg-place") if found and found.therapies else ""
    return tag(
        "tr",
        head,
        tag("td", sentence(item.fewest) or "–", therapies),
        tag("td", sentence(found.position) if found else unknown),
        tag("td", sentence(found.prescriber) if found else unknown),
        *(tag("td", sentence(text), class_="pg-short") for text in durations),
        tag("td", *(_labeled(one, several=len(item.labeled) > 1) for one in item.labeled)),
    )


def _labeled(one: Labeled, *, several: bool) -> Html:
    use = f"{sentence(one.use)}: " if several else ""
    changes = [f"{words}: {', '.join(kinds)}" for words, kinds in (("More", one.more), ("Less", one.less)) if kinds]
    category = one.category if several else sentence(one.category)
    return joined([tag("div", f"{use}{category}"), *(tag("div", text, class_="pg-place") for text in changes)])
