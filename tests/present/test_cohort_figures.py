"""What policies do to a population, as figures."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from strategies import all_of, any_of
from trees import leaf, of

import payergraph
from payergraph.cohorts.attrition import attrition, shapley
from payergraph.cohorts.patterns import patterns
from payergraph.cohorts.shares import overlap, shares
from payergraph.present import cohort_figures as figures
from payergraph.present import plots

_ROOT = all_of(leaf("age"), leaf("prescriber"), any_of(leaf("humira"), leaf("enbrel")))
_STATES = patterns(
    of(_ROOT, [(0, 2, 2, 2)] * 10 + [(2, 2, 0, 0)] * 40 + [(2, 1, 2, 0)] * 20 + [(2, 2, 2, 2)] * 29 + [(0, 0, 0, 0)])
)
_OUTCOMES = {
    "cigna": np.repeat([0, 1, 2, 3, 4, 5], [30, 40, 20, 7, 2, 1]),
    "molina": np.repeat([0, 1, 0], [30, 60, 10]),
}
_MADE: dict[str, Callable[[], plots.Specification]] = {
    "shares": lambda: figures.of_shares(shares(_OUTCOMES), "What payers say"),
    "attrition": lambda: figures.of_attrition(attrition(_ROOT, _STATES), "What payers say"),
    "shapley": lambda: figures.of_shapley(shapley(_ROOT, _STATES), "What payers say"),
    "overlap": lambda: figures.of_overlap(overlap(_OUTCOMES), "What payers say"),
}


def texts(specification: plots.Specification) -> list[str]:
    root = ET.fromstring(plots.drawn(specification, ".svg"))
    lines = [" ".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text")]
    parts = [e.text or "" for e in root.iter("{http://www.w3.org/2000/svg}tspan")]
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in (*lines, *parts)]


@pytest.mark.parametrize("name", _MADE)
def test_each_figure_has_its_title_how_many_charts_and_what_made_it(name: str) -> None:
    said = " ".join(texts(_MADE[name]()))
    assert "What payers say" in said and "100 charts" in said
    assert f"payergraph {payergraph.__version__}" in said


def test_shares_tell_every_outcome_in_words_and_the_interval_of_what_is_met() -> None:
    said = texts(_MADE["shares"]())
    assert {"cigna", "molina", "met 30.0 %", "not met 40.0 %", "met 30.0 % (21.9 % to 39.6 %)"} <= set(said)
    assert "not documented 20.0 %, unknown 1.0 %, excluded 7.0 %, not listed 2.0 %" in said
    assert {"met", "not met", "not documented", "excluded", "not listed", "unknown"} <= set(said)
    assert any("Wilson's interval of 95 %" in text for text in said)


def test_outcomes_that_no_chart_has_are_not_in_the_legend() -> None:
    said = texts(figures.of_shares(shares({"molina": _OUTCOMES["molina"]}), "What payers say"))
    assert {"met", "not met"} <= set(said) and not {"excluded", "unknown"} & set(said)


def test_attrition_tells_who_is_left_and_who_is_stopped_at_each_step() -> None:
    said = texts(_MADE["attrition"]())
    assert {"1. age", "2. prescriber", "3. humira OR enbrel"} <= set(said)
    assert {"stopped here 11, so far 11.0 %", "stopped here 0, so far 11.0 %", "stopped here 40, so far 51.0 %"} <= set(
        said
    )
    assert {"met 89", "met 69", "met 29"} <= set(said) and "not documented 20" in set(said)


def test_shares_of_the_stop_stand_in_the_order_of_their_size() -> None:
    drawn = texts(_MADE["shapley"]())
    said = [text for text in drawn if text in ("age", "prescriber", "humira", "enbrel")]
    assert said.index("humira") < said.index("age") < said.index("prescriber")
    assert any("51 of 100 charts are not met" in text for text in drawn)
    assert not any("±" in text for text in drawn)


def test_drawn_orders_show_their_errors_and_what_has_no_share_is_counted() -> None:
    root = all_of(*(leaf() for _ in range(14)), leaf("never"))
    found = shapley(root, patterns(of(root, [(*[0] * 14, 2)])))
    said = " ".join(texts(figures.of_shapley(found, "What stops")))
    assert (
        "± 0.20" in said
        and "for orders were drawn for 1 chart." in said
        and "Left out: 1 criterion with no share" in said
    )


def test_an_upset_plot_has_a_column_a_set_and_says_what_is_left_out() -> None:
    said = texts(_MADE["overlap"]())
    assert {"cigna (met 30)", "molina (met 40)", "30", "60", "10", "met", "another outcome"} <= set(said)
    many = {f"payer {place}": ((np.arange(64) >> place) & 1).astype(np.int8) for place in range(6)}
    left = " ".join(texts(figures.of_overlap(overlap(many), "Many")))
    assert f"Left out: {64 - figures.MOST_SETS} smaller sets of {64 - figures.MOST_SETS} charts together." in left


def test_each_part_of_a_bar_has_a_fill_of_its_own() -> None:
    for name, legend in (("shares", 6), ("attrition", 3)):
        [plot] = _MADE[name]()["vconcat"]
        scale = plot["layer"][0]["encoding"]["color"]["scale"]
        assert len(set(scale["range"])) == len(scale["domain"]) == legend


@pytest.mark.parametrize("name", _MADE)
def test_the_same_answer_gives_the_same_bytes_in_each_format(name: str) -> None:
    made = _MADE[name]
    assert plots.drawn(made(), ".svg") == plots.drawn(made(), ".svg")
    assert plots.drawn(made(), ".pdf").startswith(b"%PDF")
    with Image.open(io.BytesIO(plots.drawn(made(), ".png"))) as image:
        assert image.format == "PNG" and round(image.info["dpi"][0]) == 216


def test_texts_are_drawn_as_they_stand_and_alike_names_have_a_row_each() -> None:
    text = "<script>x</script> {{datum}} $f$ \"'\\ a.b[0]"
    svg = plots.drawn(figures.of_shares(shares({f"{text}\x00": _OUTCOMES["cigna"]}), text), ".svg").decode()
    assert "<script" not in svg
    found = texts(figures.of_shares(shares({f"{text}\x00": _OUTCOMES["cigna"]}), text))
    assert found.count(text) >= 2
    long = "a very long name of a policy " * 8
    alike = texts(figures.of_shares(shares({long + "1": _OUTCOMES["cigna"], long + "2": _OUTCOMES["cigna"]}), "t"))
    assert sum(item.startswith("a very long name") for item in alike) >= 2 and any("[2]" in item for item in alike)


@pytest.mark.parametrize(
    "make",
    [
        lambda: figures.of_shares(shares({}), "t"),
        lambda: figures.of_shares(shares({"a": np.array([], np.int8)}), "t"),
        lambda: figures.of_attrition(attrition(None, _STATES), "t"),
        lambda: figures.of_attrition(attrition(_ROOT, patterns(of(_ROOT, []))), "t"),
        lambda: figures.of_shapley(shapley(_ROOT, patterns(of(_ROOT, [(2, 2, 2, 2)]))), "t"),
        lambda: figures.of_overlap(overlap({}), "t"),
    ],
)
def test_where_there_is_nothing_there_is_no_figure(make: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        make()
