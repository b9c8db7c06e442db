"""The coverage of one drug as a table: uses as rows, payers as columns, in each cell a tile for what is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from payergraph import terms
from payergraph.comparison.covered import STATES, Cell, Chart, Row

from . import data, links
from .marks import RETOLD
from .markup import Html, framed, joined, link, sentence, tag

#: The sign of each state. Its word stands in the legend and in the name of each cell. What is covered is so alike,
#: however much was seen: no sign is half of another, lest it reads as covered in part.
SIGNS = {
    "covered": "✓",
    "covered, criteria seen in part": "✓…",
    "covered, criteria not seen": "✓?",
    "narrower covered": "⊂",
    "excluded": "⊘",
    "not listed": "–",
    "not shown": "…",
}


def table(chart: Chart, scope: Mapping[str, str]) -> Html:
    """The chart in a frame that scrolls by itself; ``scope`` is what links hand on to a comparison."""
    caption = f"Which uses of {data.label(chart.drug)} the documents cover, by payer"
    head = (tag("th", tag("span", links.thing(payer)), scope="col") for payer in chart.payers)
    body = (_row(chart, row, scope) for row in chart.rows)
    whole = tag(
        "table",
        tag("caption", caption),
        tag("thead", tag("tr", tag("th", "Use", scope="col"), *head)),
        tag("tbody", *body),
        class_="pg-map",
    )
    return framed(whole, caption, "pg-fits")


_RETELLING = "Only a retelling says so; what the payer's own document says was not seen"

_THIN = "\u2009"
_HEADS = ("Drug", "Documents", "Payers", "Uses", "Uses with criteria seen whole")


def overview(charts: Iterable[Chart], scope: Mapping[str, str]) -> Html:
    """The drugs in a row each, with how many documents, payers and uses; the name leads to its chart."""
    head = tag("tr", *(tag("th", name, scope="col") for name in _HEADS))
    body = [_counted(chart, scope) for chart in charts]
    whole = tag("table", tag("thead", head), tag("tbody", *body), class_="pg-rows pg-overview")
    return framed(whole, "The drugs, and how much there is of them", "pg-fits")


def _counted(chart: Chart, scope: Mapping[str, str]) -> Html:
    documents = {entry.policy.iri for cell in chart.rows[0].cells for entry in cell.entries}
    whole = sum(1 for row in chart.rows if any("covered" in cell.states for cell in row.cells))
    named = link("map", {"drug": terms.slug(chart.drug), **scope}, data.drug_label(chart.drug))
    numbers = (len(documents), len(chart.payers), len(chart.rows), whole)
    return tag("tr", tag("td", named), *(tag("td", str(number)) for number in numbers))


def _row(chart: Chart, row: Row, scope: Mapping[str, str]) -> Html:
    asked = {"drug": terms.slug(chart.drug), "indication": terms.slug(row.indication), **scope}
    use = data.label(row.indication)
    compared = row.indication in data.compared(chart.drug)
    name = link("compare", asked, use) if compared else tag("span", use)
    cells = (
        _cell(cell, f"{data.label(payer)}, {use}", asked | {"payers": terms.slug(payer)} if compared else {})
        for payer, cell in zip(chart.payers, row.cells, strict=True)
    )
    return tag("tr", tag("th", name, scope="row"), *cells)


def _cell(cell: Cell, name: str, asked: Mapping[str, str]) -> Html:
    states = "; ".join(f"{state} (retelling)" if retold else state for state, retold in cell.retold.items())
    said = f"{name}: {states}" + (f" ({len(cell.entries)} documents)" if len(cell.entries) > 1 else "")
    tiles = joined(tile(state, retold=retold) for state, retold in cell.retold.items())
    if asked:
        return tag("td", link("compare", asked, tiles, aria_label=said, title=said))
    excluded = next((entry.fact for entry in cell.entries if entry.state == "excluded"), "")
    if excluded:
        return tag("td", link("thing", {"thing": terms.local(excluded)}, tiles, aria_label=said, title=said))
    return tag("td", tag("span", tiles, role="img", aria_label=said, title=said))


def tile(state: str, *, retold: bool = False) -> Html:
    """A state as a tile with its sign; hatched, with the sign of a retelling, where only retellings say so."""
    name = f"pg-tile pg-{state.replace(',', '').replace(' ', '-')}{' pg-retold' if retold else ''}"
    return tag("span", f"{SIGNS[state]}{_THIN}{RETOLD}" if retold else SIGNS[state], class_=name, aria_hidden="true")


def legend(charts: Iterable[Chart]) -> Html:
    """What the tiles mean, in words."""
    cells = [cell for chart in charts for row in chart.rows for cell in row.cells]
    used = {state for cell in cells for state in cell.states}
    pairs = [
        joined([tag("dt", tile(state), sentence(state)), tag("dd", sentence(meaning))])
        for state, meaning in STATES.items()
        if state in used
    ]
    if any(retold for cell in cells for retold in cell.retold.values()):
        hatched = tag("span", RETOLD, class_="pg-tile pg-retold", aria_hidden="true")
        pairs.append(joined([tag("dt", hatched, "Retelling"), tag("dd", _RETELLING)]))
    return tag("dl", *pairs, class_="pg-legend")
