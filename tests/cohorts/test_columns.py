"""Columns and shapes say the same, of generated charts and criteria of every kind, and of the tables of small charts.

``PAYERGRAPH_PAIRS`` says how many pairs of a chart and a criterion are compared; a seed that found a difference is a
line of ``SEEDS``.
"""

from __future__ import annotations

import os

import columns
import pytest
import strategies
from evaluator import ID
from strategies import REVIEW, cases, graph, leaves

from payergraph.criteria import CONNECTIVES, KINDS

_KINDS = [name for name in KINDS if name not in CONNECTIVES]
#: Of a million pairs, as many for each kind as for another.
_PAIRS = int(os.environ.get("PAYERGRAPH_PAIRS", "8000")) // len(_KINDS)
_LEAVES = 30
SEEDS = (1,)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", _KINDS)
def test_columns_and_shapes_agree_on_every_kind(kind: str, seed: int) -> None:
    asked = [leaf.criterion() for leaf in columns.drawn(leaves(kind), _LEAVES, seed)]
    number = max(1, _PAIRS // len(asked))
    charts = []
    for case in columns.drawn(cases(kind), number, seed):
        known = strategies.read(case)
        charts.append((known, known.indication or ID + REVIEW))
    found = columns.states(charts, asked, graph())
    for (case, review), states in zip(charts, found, strict=True):
        assert states == strategies.quick_states(case, asked, review), case.record()
