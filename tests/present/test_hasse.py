"""The Hasse diagram: where boxes and lines stand, and that texts go in as texts."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

import payergraph
from payergraph.order.answer import Order
from payergraph.present.hasse import ages, facts_of, legend, named, to_dot, to_svg

SVG = "{http://www.w3.org/2000/svg}"
USES = [("Kineret", "RA"), ("Ilaris", "Still's disease"), ("Arcalyst", "recurrent pericarditis")]


@pytest.fixture(scope="module", params=USES, ids=lambda use: use[1])
def order(request: pytest.FixtureRequest) -> Order:
    drug, use = request.param
    return payergraph.strictness(drug=drug, indication=use)


def boxes(svg: ET.Element) -> dict[str, tuple[float, float, float, float]]:
    found = {}
    for box in svg.iter(f"{SVG}g"):
        rect = box.find(f"{SVG}rect")
        assert rect is not None
        x, y, width, height = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
        found[box.attrib["data-rule"]] = (x, y, x + width, y + height)
    return found


def test_each_group_has_a_box_and_no_two_lie_over_each_other(order: Order) -> None:
    found = boxes(ET.fromstring(to_svg(order)))
    assert list(found) == [group.rules[0].id for group in order.groups]
    for one, other in combinations(found.values(), 2):
        apart = one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
        assert apart


def test_every_line_leads_from_the_stricter_rightwards_to_the_wider(order: Order) -> None:
    svg = ET.fromstring(to_svg(order))
    found = boxes(svg)
    lines = list(svg.iter(f"{SVG}path"))
    assert len(lines) == len(order.next_wider)
    for line, (one, other) in zip(lines, order.next_wider, strict=True):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", line.attrib["d"])]
        assert numbers[0] == found[one.id][2] and numbers[-2] == found[other.id][0]
        assert numbers[0::2] == sorted(numbers[0::2])


def test_what_is_not_whole_is_told_by_a_sign_and_by_dashes(order: Order) -> None:
    svg = ET.fromstring(to_svg(order))
    for box, group in zip(svg.iter(f"{SVG}g"), order.groups, strict=True):
        part = not all(rule.whole for rule in group.rules)
        assert ("pg-hasse-part" in box.attrib["class"]) is part
        text = " ".join(line.text or "" for line in box.iter(f"{SVG}text"))
        assert ("~" in text) is part and ("as far as shown" in box.attrib["aria-label"]) is part


def test_a_retelling_is_marked_in_its_box_and_in_words() -> None:
    order = payergraph.strictness(drug="adalimumab", indication="rheumatoid-arthritis", authority="all")
    retold = {rule.id for rule in order.rules if rule.policy.authority == "secondary"}
    assert retold and all(named(rule).endswith("❝") is (rule.id in retold) for rule in order.rules)
    svg = ET.fromstring(to_svg(order))
    for box, group in zip(svg.iter(f"{SVG}g"), order.groups, strict=True):
        number = sum(rule.id in retold for rule in group.rules)
        assert box.attrib["aria-label"].count("(a retelling)") == number
        assert " ".join(line.text or "" for line in box.iter(f"{SVG}text")).count("❝") == number
    assert "❝ marks a retelling." in legend(order)
    assert "❝" not in " ".join(legend(payergraph.strictness(drug="anakinra", indication="RA")))


def test_dot_says_which_end_is_the_widest(order: Order) -> None:
    dot = to_dot(order)
    assert "rankdir=LR" in dot and "The strictest stand at the left, the widest at the right" in dot
    assert dot.count(" -> ") == len(order.next_wider)


def test_a_name_goes_in_as_text(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = '<script>alert(1)</script> "quoted" \\ & more'
    first = order.groups[0]
    spoiled = replace(first, rules=(replace(first.rules[0], name=hostile),), wider=())
    monkeypatch.setitem(order.__dict__, "groups", (spoiled,))
    assert "<script" not in to_svg(order) and "&lt;script&gt;" in to_svg(order)
    assert '\\"quoted\\" \\\\ & more' in to_dot(order)


def test_ages_are_told_in_words(order: Order) -> None:
    assert (ages(None, None), ages(18, None), ages(None, 17), ages(2, 17)) == (
        "any age",
        "age 18 or older",
        "age 17 or younger",
        "age 2 to 17",
    )
    assert all("therap" in facts_of(order, rule) for rule in order.rules)
