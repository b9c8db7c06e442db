"""The answer to a query as a table for people: labels in place of IRIs, a page of its rows, headings that sort.

A table of HTML and not Streamlit's own, which is drawn on a canvas: here cells are links, a screen reader and the
keyboard reach them, and they are printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pyoxigraph as ox

from payergraph import terms
from payergraph.sparql.columns import arranged, marks
from payergraph.table import Row, Table, Value
from payergraph.wording import written

from . import data, links
from .markup import Html, between, framed, joined, sentence, tag

_LABEL = "Label"
_FRACTIONS = frozenset(terms.XSD + name for name in ("decimal", "double", "float"))
_DAYS = frozenset(terms.XSD + name for name in ("date", "gYearMonth", "gYear"))
_YES = {"true": "yes", "1": "yes", "false": "no", "0": "no"}
_LONG = re.compile(r"-?\d+\.\d{5,}")
_SORTED = {"ascending": " ▲", "descending": " ▼"}


@dataclass(frozen=True)
class Column:
    """What stands under one heading: values, and labels in place of those that have one."""

    name: str
    values: int
    labels: int | None

    def thing(self, row: Row) -> Value:
        """What the cell of a row is or names."""
        return row[self.values]

    def shown(self, row: Row) -> Value:
        """What the cell of a row shows."""
        label = None if self.labels is None else row[self.labels]
        return row[self.values] if label is None else label


@dataclass(frozen=True)
class Look:
    """How an answer is shown.

    Attributes:
        headings: whether names of columns become words, and what is the same in every row is said once, above.
        hidden: the columns that are folded away.
        sort, falling: the name of the column by which the rows are in order, and whether from the last; empty for none.
        sorting: makes the link of a heading, of the parameter that is to sort by it and of its text; None for no link.
        iris: whether things stand by their IRIs, which else are told on hovering.
    """

    headings: bool = True
    hidden: frozenset[str] = frozenset()
    sort: str = ""
    falling: bool = False
    sorting: Callable[[Mapping[str, str], str], Html] | None = None
    iris: bool = False


def table(answer: Table, shown: Sequence[Row], look: Look) -> Html:
    """Some rows of an answer, in a frame that scrolls by itself, with the columns of all of it.

    Columns in which nothing stands are left out, and a column ``xLabel`` stands in its ``x`` where it says something.
    A row that is retold, superseded or seen in part says so below its first cell, where the columns of it are folded.
    """
    by_name = {column.name: column for column in columns(answer) if column.name not in look.hidden}
    every = [by_name[name] for name in (arranged(tuple(by_name)) if look.headings else by_name)]
    everywhere = _everywhere(answer, every) if look.headings else []
    places = [column for column in every if column not in everywhere]
    titles = [heading(column.name, words=look.headings) for column in places]
    head = tag("tr", *(_heading(column, title, look) for column, title in zip(places, titles, strict=True)), role="row")
    of_rows = {id(row): marks(answer, row) if look.hidden else () for row in answer.rows}
    common = set.intersection(*map(set, of_rows.values())) if of_rows else set()

    def line(row: Row) -> Html:
        said = ", ".join(mark for mark in of_rows[id(row)] if mark not in common)
        note = tag("div", f"{sentence(said)}.", class_="pg-place") if said else ""
        cells = (
            _data(column, row, title, look, note if not at else "")
            for at, (column, title) in enumerate(zip(places, titles, strict=True))
        )
        return tag("tr", *cells, role="row")

    whole = tag(
        "table",
        tag("thead", head, role="rowgroup"),
        tag("tbody", *map(line, shown), role="rowgroup"),
        class_="pg-rows pg-answer",
        role="table",
    )
    return joined([_same(answer, everywhere, common, look), framed(whole, "Answer")])


def columns(answer: Table) -> list[Column]:
    """The columns that are shown: those in which something stands."""
    found = (Column(answer.columns[values], values, labels) for values, labels in answer.pairs())
    return [column for column in found if any(column.shown(row) is not None for row in answer.rows)]


def _everywhere(answer: Table, found: list[Column]) -> list[Column]:
    """The columns that say the same in every row; none where that leaves no others."""
    rows = answer.rows
    same = [one for one in found if len(rows) > 1 and len({(one.thing(row), one.shown(row)) for row in rows}) == 1]
    return same if len(same) < len(found) else []


def _same(answer: Table, columns: list[Column], common: set[str], look: Look) -> Html:
    said: list[Html | str] = []
    for column in columns:
        name = heading(column.name, words=True).lower()
        said.append(joined([f"{name} ", _cell(column, answer.rows[0], look)]))
    said += sorted(common)
    return tag("p", "The same in every row: ", between("; ", said), ".", class_="pg-place pg-same") if said else Html()


def heading(name: str, *, words: bool) -> str:
    """What stands above a column: its name, or that in words."""
    return sentence(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix(_LABEL)).lower()) if words else name


def _heading(column: Column, title: str, look: Look) -> Html:
    if look.sorting is None:
        return tag("th", title, scope="col", role="columnheader")
    now = ("descending" if look.falling else "ascending") if column.name == look.sort else None
    # Up, down, and as it was asked.
    wanted = {None: column.name, "ascending": f"-{column.name}", "descending": ""}[now]
    sign = tag("span", _SORTED[now], aria_hidden="true") if now else ""
    content = joined([look.sorting({"sort": wanted}, title), sign])
    return tag("th", content, scope="col", role="columnheader", aria_sort=now)


def _data(column: Column, row: Row, title: str, look: Look, note: str) -> Html:
    thing = column.thing(row)
    iri = thing.value if isinstance(thing, ox.NamedNode) and not look.iris else None
    return tag("td", _cell(column, row, look), note, role="cell", data_head=title, title=iri)


def _cell(column: Column, row: Row, look: Look) -> Html | str:
    """A value, leading to the page of the thing that it is or names."""
    value, thing = column.shown(row), column.thing(row)
    if not isinstance(thing, ox.NamedNode):
        return text(value)
    return links.thing(thing.value, thing.value if look.iris else text(value))


def told(answer: Table, hidden: frozenset[str]) -> Callable[[Row], str]:
    """What is shown of a row, as it is read."""
    places = [column for column in columns(answer) if column.name not in hidden]
    return lambda row: " ".join(
        [*(text(column.shown(row)) for column in places), *(marks(answer, row) if hidden else ())]
    )


def text(value: Value) -> str:
    """A value as people read it: a day with its month in letters, yes or no, a long fraction rounded."""
    if value is None:
        return ""
    if isinstance(value, ox.BlankNode):
        return "(no name)"
    if isinstance(value, ox.NamedNode):
        return named(value.value)
    if isinstance(value, ox.Triple):
        return " ".join(text(part) for part in (value.subject, value.predicate, value.object))
    if value.datatype.value in _FRACTIONS and _LONG.fullmatch(value.value):
        return f"{float(value.value):.4f}"
    if value.datatype.value == terms.XSD + "boolean":
        return _YES.get(value.value, value.value)
    if value.datatype.value in _DAYS:
        with suppress(ValueError):  # a query can call anything a day
            return written(value.value)
    return value.value


def named(iri: str) -> str:
    """A thing by its label, by its slug where it belongs to a document, by a prefixed name where it is not ours."""
    if iri.startswith((terms.ID, terms.PG)):
        slug = terms.slug(iri)
        return slug if "/" in slug or iri.startswith(f"{terms.ID}source/") else data.label(iri)
    return terms.prefixed(iri)
