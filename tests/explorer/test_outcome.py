"""A tree with counts, negations and conditions as the explorer shows it: nothing of it is left out."""

from __future__ import annotations

import re
from typing import Any

import mini
import pytest
from parts import matrix, outcome

from payergraph.browse.things import things
from payergraph.policies.library import policies
from payergraph.store.graph import LocalGraph
from payergraph.terms import ID

_TREE = f"""
{mini.LEAVES}c:part a pg:AllOf ; sh:and ( c:no-gout c:two c:by-age ) ; @@ .
c:two a pg:AtLeastOf ; pg:minimumParts 2 ; pg:parts ( c:heavy c:liked c:specialist ) ; @@ .
c:by-age a pg:IfThen ; pg:premise c:adult ; pg:consequence c:heavy ; pg:otherwise c:liked ; @@ .
"""


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> LocalGraph:
    return mini.graph(tmp_path_factory.mktemp("outcome"), mini.policy("rheumatoid-arthritis c:part", more=_TREE))


def text(html: Any) -> str:
    return re.sub(r"<[^>]*>", " ", str(html)).replace("&#39;", "'")


def test_an_answer_shows_what_is_negated_and_what_depends(of: LocalGraph) -> None:
    [open_] = mini.answers(of, {"indication": "rheumatoid-arthritis"})
    shown = re.sub(r" +", " ", text(outcome.details(open_, open_.outcome)))
    for words in ("None of these", "At least 2 of these", "It depends", "If: ", "Then: ", "Otherwise: "):
        assert words in shown
    assert "☐ Not: Diagnosis of gout" in shown and "☐ It depends If: Age 18 years or older" in shown
    gout = {"diagnoses": [{"condition": "rheumatoid-arthritis"}, {"condition": "gout"}]}
    [denied] = mini.answers(of, {"indication": "rheumatoid-arthritis", **gout})
    shown = re.sub(r" +", " ", text(outcome.details(denied, denied.outcome)))
    assert re.search(r"Cannot change Not: Diagnosis of gout", shown)
    assert re.search(r"Blocked by ✗ Not met Not: Diagnosis of gout", shown)


def test_a_requirement_shows_how_its_parts_are_joined(of: LocalGraph) -> None:
    tree = policies(of).criterion(f"{ID}criterion/test/part")
    assert tree is not None
    shown = re.sub(r" +", " ", text(matrix.requirement(tree, "nowhere")))
    assert "All of these None of these Diagnosis of gout At least 2 of these" in shown
    assert shown.index("It depends") < shown.index("If: ") < shown.index("Then: ") < shown.index("Otherwise: ")


def test_a_tree_in_a_line_keeps_its_negation(of: LocalGraph) -> None:
    assert things(of).all[f"{ID}criterion/test/no-gout"].label == "Not: Diagnosis of gout"
    assert things(of).all[f"{ID}criterion/test/part"].label.startswith("(Not: Diagnosis of gout) AND (At least 2 of: ")
