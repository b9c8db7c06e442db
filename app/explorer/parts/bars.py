"""An answer as a bar chart, beside its table, where it fits."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from payergraph.sparql.lines import number
from payergraph.table import Table, Value

from . import rows

#: More bars than these are no picture any more.
MOST = 40
# So many columns together can name a bar.
_NAMING = 2
_UNIT = "unit"
# Stands out from light and dark, more than 3 to 1.
_COLOUR = "#3a8c9c"
# Pixels: of each bar, of the axis below them, of their names at most.
_BAR, _AXIS, _LABEL = 22, 60, 170


@dataclass(frozen=True)
class Bars:
    """What can be drawn of an answer.

    Attributes:
        naming: the columns that name the bars.
        names: of the bars, in the order of the rows; no two are equal.
        numbers: by column; None where a row has no number.
    """

    naming: tuple[str, ...]
    names: tuple[str, ...]
    numbers: dict[str, tuple[float | None, ...]]


def fitting(answer: Table) -> Bars | None:
    """The bars of an answer; None where no chart fits.

    A chart fits where there are some rows and not too many, where at least one column holds nothing but numbers, and
    where the first of the other columns tell the rows apart. Those that say the same in every row do not count. Numbers
    in different units share no axis.
    """
    if answer.kind != "select" or answer.truncated or not 2 <= len(answer.rows) <= MOST:
        return None
    columns = {column.name: list(map(column.shown, answer.rows)) for column in rows.columns(answer)}
    numbers = {name: tuple(map(number, column)) for name, column in columns.items() if _is_numeric(column)}
    texts = {name: list(map(rows.text, column)) for name, column in columns.items() if name not in numbers}
    texts = {name: column for name, column in texts.items() if len(set(column)) > 1}
    if not numbers or _UNIT in texts:
        return None
    first = tuple(texts)[:_NAMING]
    for count in range(1, len(first) + 1):
        names = tuple(", ".join(parts) for parts in zip(*(texts[name] for name in first[:count]), strict=True))
        if len(set(names)) == len(names):
            return Bars(first[:count], names, numbers)
    return None


def _is_numeric(column: list[Value]) -> bool:
    said = [value for value in column if value is not None]
    return len(said) > 1 and all(number(value) is not None for value in said)


def draw(bars: Bars, column: str, *, headings: bool) -> None:
    """The bars of one column, in the order of the rows; ``headings`` makes words of the names of the columns."""
    import altair as alt
    import pandas as pd

    named = ", ".join(rows.heading(name, words=headings) for name in bars.naming)
    counted = rows.heading(column, words=headings)
    # Fixed names of the fields: Vega reads dots and brackets in them as a path.
    table = pd.DataFrame({"name": bars.names, "number": bars.numbers[column]}).dropna()
    whole = alt.Axis(tickMinStep=1) if all(one == int(one) for one in table["number"]) else alt.Axis()
    chart = (
        alt.Chart(table, height=_AXIS + _BAR * len(table))
        .mark_bar(color=_COLOUR, height=_BAR - 6)
        .encode(
            x=alt.X("number:Q", title=counted, axis=whole),
            y=alt.Y("name:N", title=named, sort=None, axis=alt.Axis(labelLimit=_LABEL)),
            tooltip=[alt.Tooltip("name:N", title=named), alt.Tooltip("number:Q", title=counted)],
        )
        .configure_axis(labelFontSize=12, titleFontSize=13, titleFontWeight="normal")
    )
    # Streamlit's theme makes the text of the axes too pale to read.
    st.altair_chart(chart, theme=None)
