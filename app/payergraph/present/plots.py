"""What the figures share: their look, and how a specification in Vega-Lite becomes a file.

vl-convert draws it, without a browser and without a network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from ..extras import needed

Specification: TypeAlias = dict[str, Any]

#: How the end of a file's name tells its format.
ENDINGS = (".svg", ".png", ".pdf")
INK, GREY, RULE, ACCENT = "#1c2326", "#5f6b70", "#d9dfe1", "#0b6170"

_VEGA_LITE = "6.4"
_PIXELS_AN_INCH = 216
# What XML 1.0 cannot hold, and a label has no use for.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def drawn(specification: Specification, ending: str) -> bytes:
    """A figure in the format of a file's ending, one of ``ENDINGS``; PNG has 216 pixels an inch.

    Raises:
        MissingExtra: vl-convert is not installed.
    """
    convert = needed("vl_convert")
    if ending == ".svg":
        svg: str = convert.vegalite_to_svg(specification, vl_version=_VEGA_LITE)
        return svg.encode()
    found: bytes = (
        convert.vegalite_to_png(specification, vl_version=_VEGA_LITE, ppi=_PIXELS_AN_INCH)
        if ending == ".png"
        else convert.vegalite_to_pdf(specification, vl_version=_VEGA_LITE)
    )
    return found


def config(label_size: float, legend: Mapping[str, Any]) -> dict[str, Any]:
    """The look of a figure.

    Args:
        label_size: of the letters along the axes, in pixels.
        legend: what its legend has beside its place and its letters.
    """
    return {
        "font": "Liberation Sans, Arial, Helvetica, sans-serif",
        "view": {"stroke": None},
        "axis": {
            "grid": True,
            "gridColor": RULE,
            "domain": False,
            "ticks": False,
            "labelColor": INK,
            "labelFontSize": label_size,
        },
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "color": INK,
            "fontSize": 15,
            "offset": 14,
            "subtitleColor": GREY,
            "subtitleFontSize": 12,
            "subtitlePadding": 6,
        },
        "legend": {"orient": "bottom", "direction": "horizontal", "labelColor": INK, "labelFontSize": 12, **legend},
    }


def line(text: str) -> str:
    """A text in one line, without what no label can hold."""
    return " ".join(_CONTROL.sub(" ", text).split())
