"""The answer to a query as a table for people: labels in place of IRIs, nothing in place of blank nodes."""

from __future__ import annotations

import re
from contextlib import suppress

import pyoxigraph as ox

from payergraph import terms
from payergraph.policy import written
from payergraph.table import Table, Value

from . import data, links
from .markup import Html, between, framed, joined, sentence, tag

#: More rows than these are not drawn; the downloads have all of them.
SHOWN = 200
_LABEL = "Label"
_FRACTIONS = frozenset(terms.XSD + name for name in ("decimal", "double", "float"))
_DAYS = frozenset(terms.XSD + name for name in ("date", "gYearMonth", "gYear"))
_YES = {"true": "yes", "1": "yes", "false": "no", "0": "no"}
_LONG = re.compile(r"-?\d+\.\d{5,}")


def table(answer: Table, *, headings: bool) -> Html:
    """The first rows of an answer, in a frame that scrolls by itself.

    Columns in which nothing stands are left out, and a column ``xLabel`` takes the place of its ``x``. ``headings``
    makes words of the names of the columns, and says once, above the table, what is the same in every row.
    """
    rows = answer.rows[:SHOWN]
    everywhere = _everywhere(answer) if headings else []
    shown = [place for place in places(answer) if place not in everywhere]
    titles = (heading(answer.columns[place], words=headings) for place in shown)
    head = tag("tr", *(tag("th", title, scope="col") for title in titles))
    named = {place: _named(answer, place) for place in shown}
    body = (tag("tr", *(tag("td", _cell(row[place], row[named[place]])) for place in shown)) for row in rows)
    whole = tag("table", tag("thead", head), tag("tbody", *body), class_="pg-rows")
    return joined([_same(answer, everywhere), framed(whole, "Answer")])


def _everywhere(answer: Table) -> list[int]:
    """The columns that say the same in every row; none where that leaves no others."""
    found = places(answer)
    same = [place for place in found if len(answer.rows) > 1 and len({row[place] for row in answer.rows}) == 1]
    return same if len(same) < len(found) else []


def _same(answer: Table, columns: list[int]) -> Html:
    if not columns:
        return Html()
    first = answer.rows[0]
    said = []
    for place in columns:
        name = heading(answer.columns[place], words=True).lower()
        said.append(joined([f"{name} ", _cell(first[place], first[_named(answer, place)])]))
    return tag("p", "The same in every row: ", between("; ", said), ".", class_="pg-place pg-same")


def places(answer: Table) -> list[int]:
    """The columns that are shown."""
    rows = answer.rows[:SHOWN]
    unlabelled = (place for place, name in enumerate(answer.columns) if name + _LABEL not in answer.columns)
    return [place for place in unlabelled if any(row[place] is not None for row in rows)]


def heading(name: str, *, words: bool) -> str:
    """What stands above a column: its name, or that in words."""
    return sentence(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix(_LABEL)).lower()) if words else name


def _named(answer: Table, place: int) -> int:
    """The column that names the thing whose label stands in a column; else the column itself."""
    name = answer.columns[place].removesuffix(_LABEL)
    return answer.columns.index(name) if name in answer.columns else place


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
