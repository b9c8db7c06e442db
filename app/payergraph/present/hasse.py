"""The order of strictness as a Hasse diagram: the strictest at the left, the widest at the right.

A line leads from rules to the next wider ones. Rules that are comparable with none stand below. It is laid out in
layers with places kept free for lines that pass one (Sugiyama's method), written as SVG, and as DOT for Graphviz.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ..choice import Standing
from .sentences import RETOLD

if TYPE_CHECKING:
    from ..order.answer import Group, Order
    from ..order.rules import Ruled

_LETTERS, _WIDE, _LINE, _PAD, _ACROSS, _DOWN, _EDGE = 28, 216, 17, 9, 84, 18, 12
_SWEEPS = 8
_HEADING = 26
#: A mark behind the name of a rule that is not shown whole.
PART = "~"
#: The look of a file; a page has its own.
_STYLE = """
text{font:13px Liberation Sans,Arial,Helvetica,sans-serif;fill:#1c2326}.pg-hasse-small{font-size:11px;fill:#5f6b70}
rect{fill:#fff;stroke:#0b6170;stroke-width:1.4}.pg-hasse-part rect,.pg-hasse-line.pg-hasse-part{stroke-dasharray:5 3}
.pg-hasse-line{fill:none;stroke:#5f6b70;stroke-width:1.3}"""


def legend(order: Order) -> tuple[str, ...]:
    """How the diagram is read, a sentence each."""
    retold = (f"{RETOLD} marks a retelling.",) if any(map(_is_retold, order.rules)) else ()
    return (
        "The strictest stand at the left, the widest at the right; a line leads to the next wider.",
        f"Dashes and {PART} mark what is not shown whole.",
        *retold,
    )


def facts_of(order: Order, rule: Ruled) -> str:
    """The fewest therapies and the ages with which a rule can be met."""
    if order.possible(rule) is False:
        return "cannot be met"
    bounds = order.extremes(rule)
    if bounds is None:
        return "not decided in time"
    fewest = bounds.therapies
    therapies = f"at least {fewest} {'therapy' if fewest == 1 else 'therapies'}" if fewest else "no therapy needed"
    return f"{therapies}, {ages(bounds.youngest, bounds.oldest)}"


def ages(youngest: int | None, oldest: int | None) -> str:
    """The ages of patients, in words."""
    if youngest is None:
        return "any age" if oldest is None else f"age {oldest} or younger"
    return f"age {youngest} or older" if oldest is None else f"age {youngest} to {oldest}"


def named(rule: Ruled) -> str:
    """The name of a rule, marked where it is not shown whole, and where a retelling tells it."""
    return " ".join([rule.name, *([] if rule.whole else [PART]), *([RETOLD] if _is_retold(rule) else [])])


def _is_retold(rule: Ruled) -> bool:
    return rule.policy.authority is Standing.SECONDARY


# --- DOT -------------------------------------------------------------------------------------------------


def to_dot(order: Order) -> str:
    """The diagram for Graphviz."""
    lines = [
        "digraph order {",
        f"  label={_quoted(' '.join([f'{order.subject}, {order.scope}.', *legend(order)]))};",
        "  rankdir=LR;",
        '  node [shape=box, fontname="Helvetica"];',
        "  edge [arrowhead=none];",
    ]
    for group in order.groups:
        text = "\n".join([*map(named, group.rules), facts_of(order, group.rules[0])])
        lines.append(f"  {_quoted(group.rules[0].id)} [label={_quoted(text)}{_dashed(not _is_whole(group))}];")
    for one, other in order.next_wider:
        dashed = ' [style="dashed"]' if order.as_far_as_shown(one, other) else ""
        lines.append(f"  {_quoted(one.id)} -> {_quoted(other.id)}{dashed};")
    return "\n".join([*lines, "}"]) + "\n"


def _dashed(wanted: bool) -> str:
    return ', style="dashed"' if wanted else ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _is_whole(group: Group) -> bool:
    return all(rule.whole for rule in group.rules)


# --- where each stands -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    """Where a group stands, or a line that passes through a layer."""

    x: float
    y: float
    height: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


class _Layout:
    """The places of the groups and of the lines between them.

    Attributes:
        places: by the number of a group.
        lines: of each pair of groups the points that the line passes.
        alone: the groups that are comparable with none.
        below: how far down those begin.
    """

    def __init__(self, groups: Sequence[Group], heights: Mapping[int, float]) -> None:
        self._heights = heights
        linked = {number for group in groups if group.wider for number in (group.number, *group.wider)}
        self.alone = [group for group in groups if group.number not in linked]
        self._wider = {group.number: group.wider for group in groups if group.number in linked}
        self._layers, self._links = self._layered()
        for _ in range(_SWEEPS):
            self._sweep(range(1, len(self._layers)), back=True)
            self._sweep(range(len(self._layers) - 2, -1, -1), back=False)
        self.places: dict[int, _Place] = {}
        self._through: dict[tuple[int, ...], _Place] = {}
        self._put()
        self.lines = {(one, two): self._line(one, two) for one, wider in self._wider.items() for two in wider}

    def _layered(self) -> tuple[list[list[tuple[int, ...]]], dict[tuple[int, ...], list[tuple[int, ...]]]]:
        """The layers from left to right; what passes one has a place in it, named by the pair and the layer."""
        far: dict[int, int] = {}

        def to_widest(number: int) -> int:
            if number not in far:
                far[number] = max((to_widest(one) + 1 for one in self._wider[number]), default=0)
            return far[number]

        deepest = max(map(to_widest, self._wider), default=0)
        layers: list[list[tuple[int, ...]]] = [[] for _ in range(deepest + 1)]
        at = {number: deepest - to_widest(number) for number in self._wider}
        for number, layer in at.items():
            layers[layer].append((number,))
        links: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
        for one, wider in self._wider.items():
            for two in wider:
                chain = [(one,), *((one, two, layer) for layer in range(at[one] + 1, at[two])), (two,)]
                for layer, passing in enumerate(chain[1:-1], at[one] + 1):
                    layers[layer].append(passing)
                for left, right in pairwise(chain):
                    links.setdefault(left, []).append(right)
                    links.setdefault(right, []).append(left)
        return layers, links

    def _sweep(self, order: Sequence[int], *, back: bool) -> None:
        """Each layer in the order of the middle of what its places are joined to in the layer before."""
        for layer in order:
            before = {one: place for place, one in enumerate(self._layers[layer - 1 if back else layer + 1])}

            def middle(one: tuple[int, ...], before: Mapping[tuple[int, ...], int] = before) -> float:
                joined = [before[other] for other in self._links[one] if other in before]
                return sum(joined) / len(joined) if joined else len(before) / 2

            self._layers[layer].sort(key=middle)

    def _height(self, one: tuple[int, ...]) -> float:
        return self._heights[one[0]] if len(one) == 1 else 0

    def _put(self) -> None:
        """The fullest layer first; in the others each as near as can be to what it is joined to."""
        totals = [sum(self._height(one) + _DOWN for one in layer) for layer in self._layers]
        tallest = max(totals, default=0)
        fullest = totals.index(tallest) if totals else 0
        middles: dict[tuple[int, ...], float] = {}
        for column in sorted(range(len(self._layers)), key=lambda column: abs(column - fullest)):
            left = tallest - totals[column]  # what can still be left free
            y = float(_EDGE)
            for one in self._layers[column]:
                joined = [middles[other] for other in self._links[one] if other in middles]
                wanted = sum(joined) / len(joined) - self._height(one) / 2 if joined else y
                free = min(max(wanted - y, 0), left)
                left, y = left - free, y + free
                place = _Place(_EDGE + column * (_WIDE + _ACROSS), y, self._height(one))
                middles[one] = place.middle
                if len(one) == 1:
                    self.places[one[0]] = place
                else:
                    self._through[one] = place
                y += place.height + _DOWN
        self.below = tallest + _EDGE
        self._put_alone()

    def _put_alone(self) -> None:
        across = max(len(self._layers), 3)
        y = self.below + (_HEADING if self.places else 0)
        for first in range(0, len(self.alone), across):
            row = self.alone[first : first + across]
            for column, group in enumerate(row):
                x = _EDGE + column * (_WIDE + _ACROSS)
                self.places[group.number] = _Place(x, y, self._heights[group.number])
            y += max(self._heights[group.number] for group in row) + _DOWN

    def _line(self, one: int, two: int) -> list[tuple[float, float]]:
        start, end = self.places[one], self.places[two]
        passing = [place for name, place in self._through.items() if name[:2] == (one, two)]
        points = [(start.x + _WIDE, start.middle)]
        for place in sorted(passing, key=lambda place: place.x):
            points += [(place.x, place.middle), (place.x + _WIDE, place.middle)]
        return [*points, (end.x, end.middle)]

    @property
    def size(self) -> tuple[float, float]:
        """How wide and how high all of it is."""
        right = max((place.x + _WIDE for place in self.places.values()), default=0)
        down = max((place.y + place.height for place in self.places.values()), default=0)
        return right + _EDGE, down + _EDGE


# --- SVG -------------------------------------------------------------------------------------------------


def to_svg(order: Order, *, look: bool = True) -> str:
    """The diagram as SVG.

    Args:
        look: whether it brings its own colours; a page has its own.
    """
    lines = {group.number: _words(order, group) for group in order.groups}
    heights = {number: len(words) * _LINE + 2 * _PAD for number, words in lines.items()}
    layout = _Layout(order.groups, heights)
    width, height = (f"{value:g}" for value in layout.size)
    root = ET.Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width} {height}", "width": width, "height": height},
    )
    ET.SubElement(root, "title").text = f"{order.subject}: which rules are stricter. {' '.join(legend(order))}"
    if look:
        ET.SubElement(root, "style").text = _STYLE
        ET.SubElement(root, "rect", {"width": width, "height": height, "style": "stroke:none"})
    by_number = {group.number: group for group in order.groups}
    for (one, two), points in layout.lines.items():
        part = order.as_far_as_shown(by_number[one].rules[0], by_number[two].rules[0])
        ET.SubElement(root, "path", {"class": _classes("pg-hasse-line", part), "d": _curve(points)})
    if layout.alone and layout.lines:
        at = {"x": f"{_EDGE}", "y": f"{layout.below + _HEADING / 2:g}", "class": "pg-hasse-small"}
        ET.SubElement(root, "text", at).text = "Comparable with none of the others:"
    for group in order.groups:
        _box(root, order, group, layout.places[group.number], lines[group.number])
    return ET.tostring(root, encoding="unicode") + "\n"


def _box(root: ET.Element, order: Order, group: Group, place: _Place, lines: Sequence[str]) -> None:
    names = "; ".join(f"{rule.name} (a retelling)" if _is_retold(rule) else rule.name for rule in group.rules)
    wider = [other.name for one, other in order.next_wider if one is group.rules[0]]
    said = f"{names}: {facts_of(order, group.rules[0])}{'' if _is_whole(group) else ', as far as shown'}"
    said += f"; stricter than {', '.join(wider)}" if wider else ""
    about = {"class": _classes("pg-hasse-box", not _is_whole(group)), "data-rule": group.rules[0].id}
    box = ET.SubElement(root, "g", about | {"aria-label": said})
    x, y, height = f"{place.x:g}", f"{place.y:g}", f"{place.height:g}"
    ET.SubElement(box, "rect", {"x": x, "y": y, "width": f"{_WIDE}", "height": height, "rx": "6"})
    for number, line in enumerate(lines):
        at = {"x": f"{place.x + _PAD:g}", "y": f"{place.y + _PAD + 13 + number * _LINE:g}"}
        small = {"class": "pg-hasse-small"} if number == len(lines) - 1 else {}
        ET.SubElement(box, "text", at | small).text = line


def _words(order: Order, group: Group) -> list[str]:
    """The names of the rules of a group, and what patients they let through."""
    found = [line for rule in group.rules for line in textwrap.wrap(named(rule), _LETTERS, subsequent_indent="  ")]
    return [*found, facts_of(order, group.rules[0])]


def _classes(name: str, part: bool) -> str:
    return f"{name} pg-hasse-part" if part else name


def _curve(points: Sequence[tuple[float, float]]) -> str:
    """A line that leaves and reaches each point level."""
    (x, y), *others = points
    drawn = [f"M{x:g},{y:g}"]
    for to_x, to_y in others:
        half = (x + to_x) / 2
        drawn.append(f"L{to_x:g},{to_y:g}" if y == to_y else f"C{half:g},{y:g} {half:g},{to_y:g} {to_x:g},{to_y:g}")
        x, y = to_x, to_y
    return "".join(drawn)
