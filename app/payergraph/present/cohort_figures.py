"""What policies do to a population, as figures for a paper: shares, attrition, criteria's shares of the stop, overlaps.

As ``figure`` does, Vega-Lite lays them out and vl-convert draws them, without a browser and without a network. Each
specification is a plain dict, which a page can draw too. Texts go in as data. What a colour says, a word or a number
says as well. Numbers are those of the answers: what must not be shown is taken out before.
"""

from __future__ import annotations

import textwrap
from collections.abc import Container, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..verdict.answers import Outcome
from ..version import VERSION
from ..wording import counted
from .cohort_words import interval, percent
from .plots import ACCENT, GREY, INK, Specification, config, line

if TYPE_CHECKING:
    from ..cohorts.attrition import Attrition, Shapley
    from ..cohorts.shares import Overlap, Share, Shares

#: Of more sets of policies, the largest are drawn.
MOST_SETS = 24

_ROW, _WIDTH, _SET = 34, 460, 30
# Letters of a name a line; two lines at most.
_LETTERS = 44
_CAPTION = 120
_PALE, _SILVER = "#b5d5da", "#a8b3b7"
# In the order of a bar. Light and dark alternate, so that they stay apart in black and white.
_FILLS = {
    Outcome.MET: ACCENT,
    Outcome.NOT_DOCUMENTED: _PALE,
    Outcome.NOT_MET: INK,
    Outcome.UNKNOWN: "white",
    Outcome.EXCLUDED: GREY,
    Outcome.NOT_LISTED: _SILVER,
}
_ON_DARK = frozenset({ACCENT, INK, GREY})
_STOPPED = "stopped here"
# Pixels that a letter takes inside a bar.
_LETTER = 6.0


# --- the figures --------------------------------------------------------------------------------------------


def of_shares(shares: Shares, title: str) -> Specification:
    """A bar a policy, of the shares of its outcomes; a line marks the interval of those that are met.

    Raises:
        ValueError: there are no charts or no policies.
    """
    _something(shares.charts and shares.by_policy)
    names = _names(shares.by_policy)
    bars, ends = [], []
    for name, found in zip(names, shares.by_policy.values(), strict=True):
        met = found[Outcome.MET]
        parts = [(outcome.words, found[outcome].count / shares.charts, fill) for outcome, fill in _FILLS.items()]
        drawn, rest = _stacked(name, parts, [percent(share) for _, share, _ in parts], {Outcome.MET.words})
        bars += drawn
        ends.append({"row": name, "low": met.low, "high": met.high, "text": [f"met {_with_interval(met)}", *rest]})
    used = [outcome for outcome in _FILLS if any(found[outcome].count for found in shares.by_policy.values())]
    legend = {outcome.words: _FILLS[outcome] for outcome in used}
    caption = "Line and brackets: Wilson's interval of 95 % of the share that is met."
    layers = [_bars(bars, names, legend), *_labels(bars, names), *_intervals(ends, names)]
    return _figure(title, _of_charts(shares.charts), caption, _plot(layers, names))


def of_attrition(attrition: Attrition, title: str) -> Specification:
    """A bar a step in the order of the document: who is left before it, and how many of them it stops.

    Raises:
        ValueError: there are no charts or no steps.
    """
    _something(attrition.charts and attrition.stages)
    names = _names(f"{place}. {stage.text}" for place, stage in enumerate(attrition.stages, 1))
    legend = {Outcome.MET.words: ACCENT, Outcome.NOT_DOCUMENTED.words: _PALE, _STOPPED: INK}
    bars, ends = [], []
    for name, stage in zip(names, attrition.stages, strict=True):
        counts = (stage.met, stage.not_documented, stage.stopped)
        parts = [
            (word, count / attrition.charts, fill) for (word, fill), count in zip(legend.items(), counts, strict=True)
        ]
        drawn, rest = _stacked(name, parts, [f"{count:,}" for count in counts], {_STOPPED})
        bars += drawn
        said = f"{_STOPPED} {stage.stopped:,}, so far {percent(stage.not_met / attrition.charts)}"
        ends.append({"row": name, "text": [said, *rest]})
    caption = "Each step with those whom no step before it stopped; met and not documented by all steps so far."
    layers = [_bars(bars, names, legend), *_labels(bars, names), _beside(ends, names)]
    return _figure(title, _of_charts(attrition.charts), caption, _plot(layers, names))


def of_shapley(shapley: Shapley, title: str) -> Specification:
    """A bar a criterion, the largest share of the stop first; a line marks two standard errors to either side.

    Raises:
        ValueError: no chart is stopped.
    """
    _something(shapley.stopped)
    told = sorted((item for item in shapley.portions if item.value > 0), key=lambda item: -item.value)
    names = _names(item.text for item in told)
    bars = [_bar(name, "share", 0.0, item.value, "", ACCENT) for name, item in zip(names, told, strict=True)]
    ends = [
        {
            "row": name,
            "low": max(item.value - 2 * item.error, 0) if item.error else None,
            "high": min(item.value + 2 * item.error, 1) if item.error else None,
            "text": [percent(item.value) + (f" ± {max(200 * item.error, 0.01):.2f}" if item.error else "")],
        }
        for name, item in zip(names, told, strict=True)
    ]
    left_out = len(shapley.portions) - len(told)
    caption = "Each criterion's share of the stop: Shapley's value, the average over all orders of asking."
    if shapley.sampled:
        caption += f" Line and ±: two standard errors, for orders were drawn for {_of_charts(shapley.sampled)}."
    if left_out:
        caption += f" Left out: {left_out} {'criterion' if left_out == 1 else 'criteria'} with no share."
    scope = f"{shapley.stopped:,} of {_of_charts(shapley.charts)} are {shapley.of.words}"
    layers = [_bars(bars, names, None), *_intervals(ends, names)]
    return _figure(title, scope, caption, _plot(layers, names))


def of_overlap(overlap: Overlap, title: str) -> Specification:
    """An UpSet plot: above, how many charts exactly these policies let through; below, which policies these are.

    Raises:
        ValueError: there are no charts or no policies.
    """
    _something(overlap.charts and overlap.policies)
    states = ["met", "another outcome"]
    shown = overlap.sets[:MOST_SETS]
    met = {policy: sum(item.count for item in overlap.sets if policy in item.policies) for policy in overlap.policies}
    names = _names(f"{policy} (met {met[policy]:,})" for policy in overlap.policies)
    sizes = [{"set": place, "count": item.count, "text": f"{item.count:,}"} for place, item in enumerate(shown)]
    dots = [
        {"set": place, "row": name, "inside": states[policy not in item.policies]}
        for place, item in enumerate(shown)
        for policy, name in zip(overlap.policies, names, strict=True)
    ]
    x = {"field": "set", "type": "ordinal", "axis": None}
    top = {
        "data": {"values": sizes},
        "width": _SET * len(shown),
        "height": 150,
        "encoding": {
            "x": x,
            "y": {
                "field": "count",
                "type": "quantitative",
                "title": None,
                "axis": {"tickCount": 4, "format": ",d", "tickMinStep": 1},
            },
        },
        "layer": [
            {"mark": {"type": "bar", "color": ACCENT, "width": _SET - 12}},
            {
                "mark": {"type": "text", "baseline": "bottom", "dy": -3, "fontSize": 10.5, "color": INK},
                "encoding": {"text": {"field": "text", "type": "nominal"}},
            },
        ],
    }

    def by_state(values: Sequence[str], legend: dict[str, Any] | None) -> dict[str, Any]:
        scale = {"domain": states, "range": list(values)}
        return {"field": "inside", "type": "nominal", "scale": scale, "title": None, "legend": legend}

    bottom = {
        "data": {"values": dots},
        "width": _SET * len(shown),
        "height": 26 * len(names),
        "mark": {"type": "point", "size": 110, "strokeWidth": 1.4, "opacity": 1},
        "encoding": {
            "x": x,
            "y": _rows(names),
            # A ring and a disc stay apart in black and white.
            "fill": by_state([ACCENT, "white"], {"symbolSize": 110, "symbolStrokeWidth": 1.4}),
            "stroke": by_state([ACCENT, _SILVER], None),
        },
    }
    left_out = len(overlap.sets) - len(shown)
    rest = sum(item.count for item in overlap.sets[MOST_SETS:])
    caption = "A column for each set of policies: the charts that these let through and no other does."
    if left_out:
        caption += f" Left out: {counted(left_out, 'smaller set')} of {_of_charts(rest)} together."
    body = {"vconcat": [top, bottom], "spacing": 8}
    return _figure(title, _of_charts(overlap.charts), caption, body)


# --- parts --------------------------------------------------------------------------------------------------


def _figure(title: str, scope: str, caption: str, body: Specification) -> Specification:
    """A plot under its title, with a caption below, in the look of the house."""
    about = {
        "text": textwrap.wrap(line(title), 80),
        "subtitle": textwrap.wrap(line(scope), _CAPTION),
    }
    below = {
        "text": textwrap.wrap(f"{caption} Made with payergraph\N{NO-BREAK SPACE}{VERSION}.", _CAPTION),
        "orient": "bottom",
        "fontSize": 10.5,
        "fontWeight": "normal",
        "color": GREY,
        "offset": 14,
    }
    return {
        "background": "white",
        "padding": 16,
        # A plot has one title; the caption is that of the whole.
        "vconcat": [{**body, "title": about}],
        "title": below,
        "config": config(11.5, {}),
    }


def _plot(layers: Sequence[Specification], names: Sequence[str]) -> Specification:
    return {"width": _WIDTH, "height": _ROW * len(names), "layer": list(layers)}


def _stacked(
    row: str, parts: Sequence[tuple[str, float, str]], numbers: Sequence[str], told: Container[str]
) -> tuple[list[dict[str, Any]], list[str]]:
    """A bar of parts, and a line for those that have no room to say what they are.

    Args:
        parts: the word of each, its share of the whole length, and its fill.
        told: the words of those that are said beside the bar anyway.
    """
    bars, rest, start = [], [], 0.0
    for (word, share, fill), number in zip(parts, numbers, strict=True):
        whole, room = f"{word} {number}", (share * _WIDTH - 6) / _LETTER
        text = next((found for found in (whole, number) if len(found) <= room), "")
        bars.append(_bar(row, word, start, start + share, text, fill))
        start += share
        if share and text != whole and word not in told:
            rest.append(whole)
    return bars, [", ".join(rest)] if rest else []


def _bar(row: str, part: str, start: float, end: float, text: str, fill: str) -> dict[str, Any]:
    """A part of a bar, from and to a share of its length."""
    on = "white" if fill in _ON_DARK else INK
    return {"row": row, "part": part, "start": start, "end": end, "middle": (start + end) / 2, "text": text, "on": on}


def _bars(bars: Sequence[dict[str, Any]], names: Sequence[str], legend: dict[str, str] | None) -> Specification:
    """The bars; ``legend`` has the fill of each part by its word, or they have one part alone."""
    shown = [bar for bar in bars if bar["end"] > bar["start"]]
    mark = {"type": "bar", "height": _ROW - 14, "stroke": INK, "strokeWidth": 0.6}
    x = {
        "field": "start",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, 1 if legend else _round_up(max((bar["end"] for bar in shown), default=1))]},
        "axis": {"labelExpr": "format(datum.value * 100, '.0f') + ' %'", "tickCount": 5},
    }
    encoding: dict[str, Any] = {"x": x, "x2": {"field": "end"}, "y": _rows(names), "color": {"value": ACCENT}}
    if legend:
        scale = {"domain": list(legend), "range": list(legend.values())}
        look = {"symbolType": "square", "symbolStrokeColor": INK, "symbolStrokeWidth": 0.6, "columns": len(legend)}
        encoding["color"] = {"field": "part", "type": "nominal", "scale": scale, "title": None, "legend": look}
    return {"data": {"values": shown}, "mark": mark, "encoding": encoding}


def _labels(bars: Sequence[dict[str, Any]], names: Sequence[str]) -> list[Specification]:
    """What the parts of the bars are, inside them, where it fits."""
    return [
        {
            "data": {"values": [bar for bar in bars if bar["text"] and bar["on"] == on]},
            "mark": {"type": "text", "fontSize": 10.5, "color": on},
            "encoding": {
                "x": {"field": "middle", "type": "quantitative"},
                "y": _rows(names),
                "text": {"field": "text", "type": "nominal"},
            },
        }
        for on in dict.fromkeys(bar["on"] for bar in bars if bar["text"])
    ]


def _intervals(ends: Sequence[dict[str, Any]], names: Sequence[str]) -> list[Specification]:
    """A line from the lower to the upper end of each interval, below the middle of its bar, and its text."""
    found = [end for end in ends if end["low"] is not None]
    below = {"yOffset": (_ROW - 14) / 2 + 3}
    line = {
        "data": {"values": found},
        "mark": {"type": "rule", "strokeWidth": 2, "color": INK, **below},
        "encoding": {
            "x": {"field": "low", "type": "quantitative"},
            "x2": {"field": "high"},
            "y": _rows(names),
        },
    }
    return [*([line] if found else []), _beside(ends, names)]


def _beside(ends: Sequence[dict[str, Any]], names: Sequence[str]) -> Specification:
    """A line or two at the right of each bar."""
    return {
        "data": {"values": [{"row": end["row"], "text": end["text"]} for end in ends]},
        "mark": {
            "type": "text",
            "align": "left",
            "fontSize": 11,
            "lineHeight": 13,
            "dy": {"expr": "length(datum.text) > 1 ? -7 : 0"},
            "color": GREY,
        },
        "encoding": {
            "x": {"value": _WIDTH + 12},
            "y": _rows(names),
            "text": {"field": "text", "type": "nominal"},
        },
    }


def _rows(names: Sequence[str]) -> dict[str, Any]:
    lines = "split(datum.label, '\\n')"
    # The first of two lines stands as much too high as the second too low.
    up = {"condition": {"test": f"length({lines}) > 1", "value": -7}, "value": 0}
    axis = {"labelLimit": 0, "labelPadding": 8, "labelExpr": lines, "labelOffset": up, "grid": False}
    return {"field": "row", "type": "nominal", "sort": list(names), "title": None, "axis": axis}


def _names(texts: Iterable[str]) -> list[str]:
    """A name for each row, in two lines at most, no two alike."""
    names: list[str] = []
    for text in texts:
        lines = textwrap.wrap(line(text), _LETTERS, max_lines=2, placeholder=" …")
        name = "\n".join(lines)
        alike = sum(other == name or other.startswith(f"{name} [") for other in names)
        names.append(f"{name} [{alike + 1}]" if alike else name)
    return names


def _with_interval(share: Share) -> str:
    return f"{percent(share.share)} ({interval(share)})" if share.of else percent(share.share)


def _round_up(share: float) -> float:
    """The end of an axis: the next tenth."""
    return min(int(share * 10) + 1, 10) / 10


def _of_charts(charts: int) -> str:
    return counted(f"{charts:,}", "chart")


def _something(there: object) -> None:
    if not there:
        raise ValueError("there is nothing to draw: no chart, or nothing that is asked of one")
