"""Generated trees of criteria with the states of their leaves, for what is worked out over a cohort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from strategies import WRITTEN, all_of, any_of, at_least, if_then, none_of

from payergraph.policies.model import Criterion


def leaf(name: str = "") -> Criterion:
    """A leaf; its own each time, or of a name."""
    made = next(iter(WRITTEN.values())).criterion()
    return replace(made, id=name or made.id, summary=name or made.id)


@st.composite
def trees(draw: st.DrawFn, most: int = 6) -> Criterion:
    """A tree of any connectives, in which a leaf may stand at several places and leave a part out."""
    leaves = [
        replace(leaf(), not_computed="A part." if draw(st.integers(0, 3)) == 0 else "")
        for _ in range(draw(st.integers(1, most)))
    ]
    return draw(st.recursive(st.sampled_from(leaves), _connected, max_leaves=2 * most))


def _connected(parts: st.SearchStrategy[Criterion]) -> st.SearchStrategy[Criterion]:
    several = st.lists(parts, min_size=1, max_size=4)
    return st.one_of(
        several.map(lambda found: all_of(*found)),
        several.map(lambda found: any_of(*found)),
        several.map(lambda found: none_of(*found)),
        st.tuples(several, st.integers(0, 3)).map(lambda found: at_least(1 + found[1] % len(found[0]), *found[0])),
        st.tuples(parts, parts).map(lambda found: if_then(*found)),
        st.tuples(parts, parts, parts).map(lambda found: if_then(*found)),
    )


@st.composite
def charts(draw: st.DrawFn, root: Criterion, most: int = 12) -> list[tuple[int, ...]]:
    """The states of the leaves of a tree, a row a chart."""
    return draw(st.lists(st.tuples(*(st.integers(0, 2) for _ in root.leaves)), max_size=most))


def of(root: Criterion, rows: Sequence[Sequence[int]]) -> dict[str, npt.NDArray[Any]]:
    """The states by leaf."""
    columns = np.array(rows, np.int8).reshape(len(rows), len(root.leaves)).T
    return {one.id: column for one, column in zip(root.leaves, columns, strict=True)}
