"""A comparison as a table: payers as columns, dimensions as rows, what differs first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from payergraph.comparison.model import (
    NOT_COVERED,
    NOT_LABELED,
    NOT_REQUIRED,
    NOT_SHOWN,
    NOT_STATED,
    Cell,
    Column,
    Comparison,
    Line,
    Requirement,
)
from payergraph.policies.model import Criterion
from payergraph.policies.words import above

from . import data, links, marks
from .markup import Html, between, framed, joined, sentence, tag

#: The sign before each state of an empty cell; its word always stands beside it.
SIGNS = {NOT_REQUIRED: "○", NOT_SHOWN: "…", NOT_COVERED: "⊘", NOT_LABELED: "⊘", NOT_STATED: "–"}
_MEANINGS = {
    NOT_REQUIRED: "the document was seen whole and asks for nothing here",
    NOT_SHOWN: "the document was seen in part, and this part is not in it: it may ask for it",
    NOT_COVERED: "the document names this use as not covered, or lists all that it covers and this is none of them",
    NOT_LABELED: "the label lists all uses that it has, and this is none of them",
    NOT_STATED: "the document gives no duration or quantity",
}


def table(comparison: Comparison) -> Html:
    """The whole comparison in a frame that scrolls by itself."""
    if not comparison.shown:
        return _left_out(comparison)
    # Who names the use covers it, though nothing of what is asked was seen: left out, it would count as if it did not.
    named = [place for place, one in enumerate(comparison.columns) if one.rule and place not in comparison.shown]
    places = [*comparison.shown, *named]
    columns = [comparison.columns[place] for place in places]
    several = len(columns) > 1
    caption = f"What {len(columns)} document{'s ask' if several else ' asks'} for, by dimension"
    head = tag(
        "tr",
        tag("th", "Dimension", scope="col"),
        *(_heading(comparison.columns[place], unseen=place in named) for place in places),
    )
    groups = [
        ("Where they differ" if several else "", [line for line in comparison.lines if line.differs]),
        (
            "Where they do not differ, as far as shown" if several else "",
            [x for x in comparison.lines if not x.differs],
        ),
    ]
    shown = [(title, [(line, [line.cells[place] for place in places]) for line in lines]) for title, lines in groups]
    bodies = [_body(title, lines, columns) for title, lines in shown if lines]
    whole = tag("table", tag("caption", caption), tag("thead", head), *bodies, class_="pg-matrix")
    used = {cell.state for _, lines in shown for _, cells in lines for cell in cells if not cell.entries}
    day = comparison.as_of or date.today()
    unseen = columns[len(comparison.shown) :]
    beside = [marks.dated([column.policy for column in columns], day), _named(unseen), _printed(len(columns))]
    return joined([*beside, framed(whole, caption), _legend(used), _readings(columns), _left_out(comparison)])


#: So many documents beside each other fit on a sheet of A4, turned, and stay readable.
_ON_PAPER = 5


def _printed(columns: int) -> Html:
    """What paper says of a table that is wider than it."""
    if columns <= _ON_PAPER:
        return Html()
    words = (
        f"On paper stand the first {_ON_PAPER} of {columns} documents. Choose payers to print others; the CSV has all."
    )
    return tag("p", words, class_="pg-place pg-on-paper")


def _named(columns: Sequence[Column]) -> Html:
    """Which documents in the last columns name the use, and nothing of what they ask was shown."""
    if not columns:
        return Html()
    one = len(columns) == 1
    words = "One more document names" if one else f"{len(columns)} more documents name"
    told = f"{words} this use, and nothing of what {'it asks' if one else 'they ask'} was shown (the last columns): "
    return tag("p", told, _titles(columns), ".", class_="pg-place pg-same")


def _readings(columns: Iterable[Column]) -> Html:
    """How documents and rules as a whole were read, folded away."""
    said = {
        (column.title, text): tag("li", f"{column.title}. Read as: {text}")
        for column in columns
        for text in (column.policy.reading, column.rule.reading if column.rule else "")
        if text
    }
    summary = tag("summary", f"How whole documents and rules were read ({len(said)})")
    return tag("details", summary, tag("ul", *said.values())) if said else Html()


def _left_out(comparison: Comparison) -> Html:
    """The documents of which a column would say nothing: they do not name the use in what was seen of them."""
    blank = [column for place, column in enumerate(comparison.columns) if place not in comparison.shown]
    listed = _titles(column for column in blank if column.rule) if not comparison.shown else Html()
    others = _titles(column for column in blank if not column.rule)
    return joined(
        tag("p", words, names, ".", class_="pg-place")
        for words, names in (
            ("Not in the table, because they name this use and what they ask for it was not shown: ", listed),
            ("Not in the table, because nothing on this use is in the part that was seen: ", others),
        )
        if names
    )


def _titles(columns: Iterable[Column]) -> Html:
    return between("; ", (links.thing(column.policy.iri, column.title) for column in columns))


def _heading(column: Column, *, unseen: bool) -> Html:
    policy = column.policy
    seen = {"whole": "Criteria seen whole.", "part": "Covered; criteria seen in part.", "nothing": ""}[column.seen]
    if unseen:
        seen = "Names this use; what it asks was not shown."
    elif column.rule is None and column.seen == "whole":
        seen = "Its list of uses was seen whole."
    elif not policy.payer:
        seen = f"Criteria seen {'whole' if column.seen == 'whole' else 'in part'}."
    plans = ", ".join(column.plan_names)
    return tag(
        "th",
        tag("div", links.thing(policy.payer, column.payer), class_="pg-payer"),
        tag("div", links.thing(policy.iri, column.title)),
        tag("div", marks.own(policy), f". {sentence(policy.dated)}. {seen}", class_="pg-place"),
        tag("div", marks.opens(policy.source), ".", class_="pg-place"),
        tag("div", f"Plans: {plans}", class_="pg-place") if plans else "",
        scope="col",
    )


_Lines = Sequence[tuple[Line, Sequence[Cell]]]


def _body(title: str, lines: _Lines, columns: Sequence[Column]) -> Html:
    heading = tag("th", tag("span", title), scope="rowgroup", colspan=len(columns) + 1)
    rows = [_row(line, cells, columns) for line, cells in lines]
    return tag("tbody", tag("tr", heading, class_="pg-group") if title else "", *rows)


def _row(line: Line, cells: Sequence[Cell], columns: Sequence[Column]) -> Html:
    mark = tag("span", "≠", class_="pg-differs", role="img", aria_label="differs") if line.differs else ""
    name = tag("th", mark, sentence(line.dimension), scope="row")
    return tag("tr", name, *(_cell(cell, column) for cell, column in zip(cells, columns, strict=True)))


def _cell(cell: Cell, column: Column) -> Html:
    content = [_entry(entry, column) for entry in cell.entries] or [state(cell.state)]
    return tag("td", *content, data_payer=column.payer)


def state(word: str) -> Html:
    """A state of an empty cell: a sign and its word."""
    sign = tag("span", SIGNS[word], aria_hidden="true")
    return tag("span", sign, f" {sentence(word)}", class_=f"pg-absent pg-{word.replace(' ', '-')}")


def _entry(entry: Requirement, column: Column) -> Html:
    criterion = None if entry.stands_under else entry.criterion
    what = requirement(criterion, entry.locator) if criterion else tag("span", entry.text)
    source = "" if entry.source == column.policy.source else f"{data.thing_label(entry.source)}, "
    place = tag("div", links.thing(entry.fact, f"{source}{entry.locator}"), class_="pg-place")
    reading = beside(criterion) if criterion else aside(entry.reading)
    return tag("div", what, place, reading, quoted(criterion.iri) if criterion else "", class_="pg-entry")


def aside(text: str, word: str = "Read as") -> Html:
    """How something was read, or what of it is not computed; nothing where there is no text."""
    return tag("div", f"{word}: {text}", class_="pg-reading") if text else Html()


def beside(criterion: Criterion) -> Html:
    """What is not computed of a criterion, and how it was read."""
    return joined([aside(criterion.not_computed, "Not computed"), aside(criterion.reading)])


def quoted(fact: str) -> Html:
    """The words of the source behind a fact, folded away; nothing where the text is not at hand."""
    found = data.words(fact)
    return tag("details", tag("summary", "The source's words"), tag("p", found), class_="pg-words") if found else Html()


def requirement(criterion: Criterion, around: str, lead: str = "") -> Html:
    """A tree as nested lists, which read easier than brackets. A part names its place where it is another."""
    named = links.thing(criterion.iri, criterion.locator)
    place = "" if criterion.locator in (around, "") else tag("span", " ", named, class_="pg-place")
    before = f"{lead}: " if lead else ""
    if not criterion.children:
        return joined([tag("span", before + criterion.summary), place])
    parts = (
        tag("li", requirement(child, criterion.locator, word), beside(child))
        for child, word in zip(criterion.children, criterion.leads, strict=True)
    )
    return joined([tag("span", before + above(criterion), class_="pg-join"), place, tag("ul", *parts)])


def _legend(used: set[str]) -> Html:
    pairs = (
        joined([tag("dt", state(word)), tag("dd", meaning)]) for word, meaning in _MEANINGS.items() if word in used
    )
    return tag("dl", *pairs, class_="pg-legend") if used else Html()
