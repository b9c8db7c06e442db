"""The numbers of an answer as bars, as a figure for a paper."""

from __future__ import annotations

from collections.abc import Sequence

from ..version import VERSION
from .plots import ACCENT, GREY, INK, Specification, config, line

_ROW, _WIDTH = 26, 420
# Pixels that a name may take beside its bar.
_NAME = 260


def of_bars(
    names: Sequence[str], numbers: Sequence[float | None], title: str, counted: str, graph_version: str
) -> Specification:
    """A bar a name, in their order; a name without a number has no bar, and says so.

    Args:
        names: no two alike.
        title: what was asked, in words.
        counted: what the numbers are.

    Raises:
        ValueError: there are no names, or not as many numbers.
    """
    if not names:
        raise ValueError("there is nothing to draw")
    bars = [
        {"name": line(name), "number": number, "text": "no number" if number is None else f"{number:g}"}
        for name, number in zip(names, numbers, strict=True)
    ]
    name = {
        "field": "name",
        "type": "nominal",
        "sort": [bar["name"] for bar in bars],
        "title": None,
        "axis": {"labelLimit": _NAME},
    }
    text = {"align": "left", "dx": 4, "fontSize": 12, "color": INK}
    whole = all(number is None or number == int(number) for number in numbers)
    number = {
        "field": "number",
        "type": "quantitative",
        "title": line(counted),
        "axis": {"tickMinStep": 1} if whole else {},
    }
    return {
        "width": _WIDTH,
        "height": _ROW * len(bars),
        "data": {"values": bars},
        "title": {"text": line(title), "subtitle": f"payergraph {VERSION}, graph {graph_version}, CC BY 4.0"},
        "layer": [
            {"mark": {"type": "bar", "color": ACCENT, "height": _ROW - 8}, "encoding": {"x": number, "y": name}},
            {
                "mark": {"type": "text", **text},
                "encoding": {
                    "x": {"field": "number", "type": "quantitative"},
                    "y": name,
                    "text": {"field": "text"},
                },
                "transform": [{"filter": {"field": "number", "valid": True}}],
            },
            {
                "mark": {"type": "text", **text, "color": GREY, "x": 0},
                "encoding": {"y": name, "text": {"field": "text"}},
                "transform": [{"filter": {"field": "number", "valid": False}}],
            },
        ],
        "config": config(12, {}),
    }
