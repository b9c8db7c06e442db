"""Comparisons as a figure for a paper: documents as rows, dimensions as columns, a mark for each state.

Several comparisons, of other drugs, uses or days, stand below each other with one legend.

Vega-Lite lays it out and vl-convert draws it, without a browser and without a network. Texts of the graph go in as
data, which Vega-Lite never reads as markup or as an expression. The same comparison gives the same bytes, as a PDF the
same picture.

The specification is a plain dict. Altair was tried: its API says the same in fewer lines, but takes 1.2 seconds to
import and 0.2 to check a figure, where the whole figure takes 0.8; and so the extra ``figures`` needs vl-convert alone.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..comparison.model import NOT_COVERED, NOT_LABELED, NOT_REQUIRED, NOT_SHOWN, NOT_STATED
from ..policies.lengths import months_of
from ..version import VERSION
from ..wording import sentence, written
from . import plots
from .plots import ACCENT, GREY, INK, line

if TYPE_CHECKING:
    from ..comparison.model import Column, Comparison

_ROW, _COLUMN, _LINE_OF_TEXT = 24, 46, 6.2
_LONGEST_NAME = 72

# A duration or a quantity is stated, not required.
_ASKED = "required or stated"
# Each state by its shape, fill and stroke: they stay apart in black and white.
_RING = "M-1,0a1,1,0,1,0,2,0a1,1,0,1,0,-2,0"
_DOTS = "".join(f"M{x - 0.2},0a0.2,0.2,0,1,0,0.4,0a0.2,0.2,0,1,0,-0.4,0" for x in (-0.8, 0, 0.8))
_MARKS = {
    _ASKED: ("circle", ACCENT, ACCENT),
    NOT_REQUIRED: ("circle", "white", ACCENT),
    NOT_SHOWN: (_DOTS, GREY, GREY),
    NOT_STATED: ("M-0.8,0L0.8,0", "white", INK),
    NOT_COVERED: (f"{_RING}M-0.7,0.7L0.7,-0.7", "white", INK),
    NOT_LABELED: (f"{_RING}M-0.7,0.7L0.7,-0.7", "white", INK),
}


def to_svg(comparisons: Sequence[Comparison]) -> str:
    """The figure as SVG.

    Raises:
        ValueError: there is a comparison of which no document shows anything.
        MissingExtra: vl-convert is not installed.
    """
    return drawn(comparisons, ".svg").decode()


def to_png(comparisons: Sequence[Comparison]) -> bytes:
    """The figure as PNG, of 216 pixels an inch.

    Raises:
        ValueError, MissingExtra: as ``to_svg``.
    """
    return drawn(comparisons, ".png")


def to_pdf(comparisons: Sequence[Comparison]) -> bytes:
    """The figure as PDF.

    Raises:
        ValueError, MissingExtra: as ``to_svg``.
    """
    return drawn(comparisons, ".pdf")


def drawn(comparisons: Sequence[Comparison], ending: str) -> bytes:
    """The figure in the format of a file's ending, one of ``plots.ENDINGS``.

    Raises:
        ValueError, MissingExtra: as ``to_svg``.
    """
    return plots.drawn(_specification(comparisons), ending)


def _specification(comparisons: Sequence[Comparison]) -> dict[str, Any]:
    """The figure in Vega-Lite."""
    for comparison in comparisons:
        if not comparison.shown:
            raise ValueError(
                f"no document in scope shows what it asks for {comparison.subject}, so there is nothing to draw"
            )
    panels = [_Panel(comparison) for comparison in comparisons]
    used = {cell["state"] for panel in panels for cell in panel.cells if cell["months"] is None}
    states = [state for state in _MARKS if state in used]
    letters = max(panel.letters for panel in panels)
    numbers = any(cell["months"] for panel in panels for cell in panel.cells)
    caption = _wrapped(_caption(comparisons, states, numbers=numbers), letters)
    last = panels[-1]
    apart = dict.fromkeys(("shape", "fill", "stroke"), "independent")
    return {
        "background": "white",
        "padding": 16,
        "vconcat": [panel.drawn(states, letters, legend=panel is last) for panel in panels],
        **({"spacing": 30, "resolve": {"scale": apart, "legend": apart}} if len(panels) > 1 else {}),
        "title": {
            "text": caption,
            "orient": "bottom",
            "anchor": "start",
            "fontSize": 10.5,
            "fontWeight": "normal",
            "color": GREY,
            "offset": 14,
        },
        "config": plots.config(12, {"columns": len(states), "offset": 10}),
    }


class _Panel:
    """The part of a figure that draws one comparison.

    Attributes:
        letters: how many letters of a caption fit below it.
    """

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        columns = [comparison.columns[place] for place in comparison.shown]
        self._rows = _row_names(columns)
        self._dimensions = {line.dimension: _dimension(line.dimension, line.differs) for line in comparison.lines}
        self.cells: list[dict[str, Any]] = [
            {
                "row": row,
                "dimension": self._dimensions[line.dimension],
                "state": _ASKED if line.cells[place].entries else line.cells[place].state,
                "months": months_of(comparison.columns[place].lengths(line.dimension)),
            }
            for line in comparison.lines
            for row, place in zip(self._rows, comparison.shown, strict=True)
        ]
        self._editions = [
            {"row": row, "edition": _edition(column)} for row, column in zip(self._rows, columns, strict=True)
        ]
        self._width = _COLUMN * len(self._dimensions)
        self.letters = int((self._width + 8 * max(map(len, self._rows)) + 180) / _LINE_OF_TEXT)

    def drawn(self, states: Sequence[str], letters: int, *, legend: bool) -> dict[str, Any]:
        """The panel in Vega-Lite, under a title of so many letters a line."""
        x = {
            "field": "dimension",
            "type": "nominal",
            "sort": list(self._dimensions.values()),
            "title": None,
            "axis": {
                "orient": "top",
                "labelAngle": -40,
                "labelAlign": "left",
                "labelLimit": 0,
                "labelPadding": 8,
                "grid": False,
            },
        }
        plain_axis = {"labelLimit": 0, "labelPadding": 8}
        y = {"field": "row", "type": "nominal", "sort": self._rows, "title": None, "axis": plain_axis}

        def by_state(place: int) -> dict[str, Any]:
            look = {"symbolSize": 130, "symbolStrokeWidth": 1.4} if legend else None
            scale = {"domain": states, "range": [_MARKS[state][place] for state in states]}
            return {"field": "state", "type": "nominal", "scale": scale, "title": None, "legend": look}

        square = {"type": "point", "shape": "square", "size": 420, "filled": True, "color": "white", "opacity": 1}
        marks = {
            "transform": [{"filter": {"field": "months", "valid": False}}],
            "mark": {"type": "point", "size": 130, "strokeWidth": 1.4, "opacity": 1},
            "encoding": {"shape": by_state(0), "fill": by_state(1), "stroke": by_state(2)},
        }
        months = {
            "transform": [{"filter": {"field": "months", "valid": True}}],
            "mark": {"type": "text", "fontSize": 12, "fontWeight": 600, "color": ACCENT},
            "encoding": {"text": {"field": "months", "type": "quantitative"}},
        }
        edition = {
            "data": {"values": self._editions},
            "mark": {"type": "text", "align": "left", "fontSize": 11, "color": GREY},
            "encoding": {
                "x": {"value": self._width + 12},
                "y": y,
                "text": {"field": "edition", "type": "nominal"},
            },
        }
        cells = {
            "data": {"values": self.cells},
            "encoding": {"x": x, "y": y},
            "layer": [{"mark": square}, marks, months],
        }
        return {
            "width": self._width,
            "height": _ROW * len(self._rows),
            "title": {
                "text": _wrapped(self._comparison.title, int(letters * 0.8)),
                "subtitle": _wrapped(sentence(self._comparison.scope), letters),
            },
            "layer": [cells, edition],
        }


def _row_names(columns: list[Column]) -> list[str]:
    """A name for each column, no two alike; a long one keeps what tells it from the others of its document."""
    names: list[str] = []
    for column in columns:
        tail = _cut(f": {line(column.apart)}", _LONGEST_NAME // 2) if column.apart else ""
        name = _cut(line(column.policy.label), _LONGEST_NAME - len(tail)) + tail
        alike = sum(other == name or other.startswith(f"{name} [") for other in names)
        names.append(f"{name} [{alike + 1}]" if alike else name)
    return names


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _dimension(name: str, differs: bool) -> str:
    return f"{'≠ ' if differs else ''}{sentence(name)}"


def _edition(column: Column) -> str:
    edition = written(column.policy.edition) if column.policy.edition else "undated"
    retold = ", retelling" if column.policy.authority == "secondary" else ""
    return f"{edition}{retold}{', seen in part' if column.seen == 'part' else ''}"


def _caption(comparisons: Sequence[Comparison], states: Sequence[str], *, numbers: bool) -> str:
    left_out = sum(len(item.columns) - len(item.shown) for item in comparisons)
    documents = "document, which shows" if left_out == 1 else "documents, which show"
    use = "this use" if len(comparisons) == 1 else "the use"
    sentences = (
        ("≠: what was shown differs.", any(line.differs for item in comparisons for line in item.lines)),
        ("Numbers are months.", numbers),
        ("Not shown: not in what was seen, and may be asked for.", NOT_SHOWN in states),
        (f"Left out: {left_out} {documents} nothing on {use}.", left_out),
        (f"Source: payergraph {VERSION}, graph {comparisons[0].graph_version}, CC BY 4.0.", True),
    )
    return " ".join(sentence for sentence, holds in sentences if holds)


def _wrapped(text: str, letters: int) -> list[str]:
    return textwrap.wrap(line(text), max(letters, 40))
