"""What a therapy beside the drug is taken for, where it counts for some uses alone."""

from __future__ import annotations

from pathlib import Path

import mini
import pytest

from payergraph.store.graph import LocalGraph
from payergraph.verdict.answers import Outcome

_ASKED = """c:it a pg:NoConcurrentTherapyCriterion ; pg:excludedGroups product:humira ;
    pg:takenForUses condition:rheumatoid-arthritis ; @@ ."""
_HUMIRA = {"product": "Humira", "start": "2026-01-10"}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> LocalGraph:
    """A rule that bars Humira for rheumatoid arthritis."""
    folder: Path = tmp_path_factory.mktemp("taken-for")
    return mini.graph(folder, mini.policy("rheumatoid-arthritis c:it", more=_ASKED))


@pytest.mark.parametrize(
    ("use", "outcome"),
    [
        ("rheumatoid arthritis", Outcome.NOT_MET),
        ("psoriasis", Outcome.MET),
        ("a disease that nobody has heard of", Outcome.NOT_DOCUMENTED),
        (None, Outcome.NOT_DOCUMENTED),
    ],
)
def test_a_use_that_is_not_told_or_not_known_leaves_it_open(
    graph: LocalGraph, use: str | None, outcome: Outcome
) -> None:
    therapy = _HUMIRA | ({"for": use} if use else {})
    case = {"indication": "rheumatoid-arthritis", "therapies": [therapy], "therapiesComplete": True}
    [found] = mini.answers(graph, case)
    assert found.outcome is outcome
