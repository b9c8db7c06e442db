"""The answer to a query as a table for people: labels in place of IRIs."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

import pyoxigraph as ox

from payergraph import terms
from payergraph.table import Row, Table, Value
from payergraph.wording import written

from . import data, links
from .markup import Html, between, framed, joined, sentence, tag

#: More rows than these are not drawn; the downloads have all of them.
SHOWN = 200
_LABEL = "Label"
_FRACTIONS = frozenset(terms.XSD + name for name in ("decimal", "double", "float"))
_DAYS = frozenset(terms.XSD + name for name in ("date", "gYearMonth", "gYear"))
_YES = {"true": "yes", "1": "yes", "false": "no", "0": "no"}
_LONG = re.compile(r"-?\d+\.\d{5,}")


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


def table(answer: Table, *, headings: bool) -> Html:
    """The first rows of an answer, in a frame that scrolls by itself.

    Columns in which nothing stands are left out, and a column ``xLabel`` stands in its ``x`` where it says something.
    ``headings`` makes words of the names of the columns, and says once, above the table, what is the same in every row.
    """
    rows = answer.rows[:SHOWN]
    everywhere = _everywhere(answer) if headings else []
    shown = [column for column in columns(answer) if column not in everywhere]
    titles = (heading(column.name, words=headings) for column in shown)
    head = tag("tr", *(tag("th", title, scope="col") for title in titles))
    body = (tag("tr", *(tag("td", _cell(column.shown(row), column.thing(row))) for column in shown)) for row in rows)
    whole = tag("table", tag("thead", head), tag("tbody", *body), class_="pg-rows")
    return joined([_same(answer, everywhere), framed(whole, "Answer")])


def columns(answer: Table) -> list[Column]:
    """The columns that are shown."""
    found = (Column(answer.columns[values], values, labels) for values, labels in answer.pairs())
    return [column for column in found if any(column.shown(row) is not None for row in answer.rows[:SHOWN])]


def _everywhere(answer: Table) -> list[Column]:
    """The columns that say the same in every row; none where that leaves no others."""
    found = columns(answer)
    rows = answer.rows
    same = [one for one in found if len(rows) > 1 and len({(one.thing(row), one.shown(row)) for row in rows}) == 1]
    return same if len(same) < len(found) else []


def _same(answer: Table, columns: list[Column]) -> Html:
    if not columns:
        return Html()
    first = answer.rows[0]
    said = []
    for column in columns:
        name = heading(column.name, words=True).lower()
        said.append(joined([f"{name} ", _cell(column.shown(first), column.thing(first))]))
    return tag("p", "The same in every row: ", between("; ", said), ".", class_="pg-place pg-same")


def heading(name: str, *, words: bool) -> str:
    """What stands above a column: its name, or that in words."""
    return sentence(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix(_LABEL)).lower()) if words else name


def _cell(value: Value, thing: Value) -> Html | str:
    """A value, leading to the page of the thing that it is or names."""
    return links.thing(thing.value, text(value)) if isinstance(thing, ox.NamedNode) else text(value)


def counted(answer: Table) -> str:
    """How many rows there are, and which are shown."""
    rows = f"{len(answer.rows):,} row{'' if len(answer.rows) == 1 else 's'}"
    if answer.truncated:
        rows = f"There are more rows than the limit: these are the first {rows}"
    return (
        f"{rows}, of which {SHOWN} are shown; the downloads have them all." if len(answer.rows) > SHOWN else f"{rows}."
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
