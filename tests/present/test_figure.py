"""A comparison as a figure."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from PIL import Image

import payergraph
from payergraph.comparison.model import Cell, Comparison, Line, Requirement
from payergraph.present import figure


@pytest.fixture(scope="module")
def arthritis() -> Comparison:
    return payergraph.compare(drug="Kineret", indication="RA", authority="all", label=True)


@pytest.fixture(scope="module")
def drawn(arthritis: Comparison) -> list[str]:
    return texts(figure.to_svg([arthritis]))


@pytest.fixture(scope="module")
def few() -> Comparison:
    return payergraph.compare(drug="Kineret", indication="dira", payers=["cigna"])


def texts(svg: str) -> list[str]:
    root = ET.fromstring(svg)
    return [" ".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text")]


def test_the_figure_names_every_document_that_shows_something_and_every_dimension(
    arthritis: Comparison, drawn: list[str]
) -> None:
    found = set(drawn)
    assert {arthritis.columns[place].title for place in arthritis.shown} < found
    assert {f"{'≠ ' if line.differs else ''}{line.dimension.capitalize()}" for line in arthritis.lines} < found
    assert {"required or stated", "not required", "not shown", "not stated"} < found
    assert "1 June 2024" in found and "undated, seen in part" in found and "6" in found


def test_the_figure_says_what_it_shows_and_where_it_comes_from(arthritis: Comparison, drawn: list[str]) -> None:
    said = " ".join(drawn)
    assert "What payers ask for anakinra in rheumatoid arthritis" in said
    assert "First request; payers' own documents and retellings; the latest editions known on " in said
    left_out = len(arthritis.columns) - len(arthritis.shown)
    assert left_out and f"Left out: {left_out} documents" in said
    assert payergraph.__version__ in said and arthritis.graph_version in said


def test_each_state_has_a_shape_of_its_own() -> None:
    states = ("required", "not required", "not shown", "not stated", "not covered")
    whole = payergraph.compare(drug="Kineret", indication="RA", payers=["cigna", "molina"])
    [column] = [column for column in whole.columns if column.policy.id == "molina-kineret"]
    lines = tuple(
        Line(f"d{place}", (Cell(state, (Requirement("t", "s", "l"),) if state == "required" else ()),), (0,))
        for place, state in enumerate(states)
    )
    root = ET.fromstring(figure.to_svg([replace(whole, columns=(column,), lines=lines)]))
    marks = [
        (e.get("d"), e.get("fill"))
        for e in root.iter("{http://www.w3.org/2000/svg}path")
        if e.get("aria-roledescription") == "point" and "state: " in (e.get("aria-label") or "")
    ]
    assert len(marks) == len(set(marks)) == len(states)


def test_the_same_comparison_gives_the_same_bytes(few: Comparison) -> None:
    assert figure.to_svg([few]) == figure.to_svg([few])
    assert figure.to_png([few]) == figure.to_png([few])


def test_the_image_has_the_pixels_that_a_journal_wants(few: Comparison) -> None:
    with Image.open(io.BytesIO(figure.to_png([few]))) as image:
        assert image.format == "PNG" and image.width > 1200
        assert round(image.info["dpi"][0]) == 216


def test_forty_documents_and_alike_names_each_have_their_row(arthritis: Comparison) -> None:
    times = 40 // len(arthritis.shown) + 1
    lines = tuple(replace(x, cells=x.cells * times, groups=x.groups * times) for x in arthritis.lines)
    many = replace(arthritis, columns=arthritis.columns * times, lines=lines)
    assert len(many.shown) >= 40
    named = [text for text in texts(figure.to_svg([many])) if text.startswith("Cigna IP0243, Anakinra")]
    assert len(named) == len(set(named)) == times


def test_texts_of_the_graph_are_drawn_as_they_stand(few: Comparison) -> None:
    text = "<script>alert(1)</script> {{datum}} $f$ \"'\\ a.b[0]"
    policy = replace(few.columns[0].policy, label=f"{text}\x00\n")
    made = replace(few, subject=text, columns=(replace(few.columns[0], policy=policy),))
    svg = figure.to_svg([made])
    assert "<script" not in svg
    assert text in texts(svg) and any(f"What payers ask for {text}" in found for found in texts(svg))


def test_where_nothing_was_shown_there_is_no_figure(few: Comparison) -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        figure.to_svg([replace(few, columns=(), lines=())])


def test_several_comparisons_stand_below_each_other_under_one_legend(few: Comparison) -> None:
    other = payergraph.compare(drug="Ilaris", indication="caps", authority="all")
    said = texts(figure.to_svg([few, other]))
    assert said.count(few.title) == said.count(other.title) == 1
    assert {column.title for c in (few, other) for column in (c.columns[place] for place in c.shown)} <= set(said)
    assert said.count("required or stated") == 1
    left_out = sum(len(c.columns) - len(c.shown) for c in (few, other))
    assert f"Left out: {left_out} documents" in " ".join(said)


def test_a_figure_comes_as_pdf(few: Comparison) -> None:
    drawn = figure.to_pdf([few])
    assert drawn.startswith(b"%PDF") and len(drawn) > 1000


def test_a_comparison_of_which_nothing_is_shown_is_named(few: Comparison) -> None:
    empty = replace(few, columns=(), lines=(), subject="nothing in no use")
    with pytest.raises(ValueError, match="nothing in no use"):
        figure.to_svg([few, empty])
