"""Boolean expressions of SPARQL: what they fold to, and what their contrary is."""

from __future__ import annotations

from itertools import product

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payergraph.meaning.expressions import (
    FALSE,
    TRUE,
    Exists,
    Expression,
    If,
    Test,
    both,
    contrary,
    either,
    filters,
)

A, B = Test("?a", "!?a"), Test("?b", "!?b")
#: Of a graph with one triple, a pattern that is there and one that is not.
THERE, ELSEWHERE = Exists(("<x:s> <x:p> ?o .",)), Exists(("<x:s> <x:q> ?o .",))


def expressions() -> st.SearchStrategy[Expression]:
    """Expressions over two variables and two patterns."""
    leaves = st.sampled_from([A, B, THERE, ELSEWHERE, TRUE, FALSE])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: both(*parts)),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: either(*parts)),
            st.tuples(inner, st.booleans()).map(lambda pair: If("?a", *pair)),
            inner.map(contrary),
        ),
        max_leaves=8,
    )


def holds(expression: Expression, a: bool, b: bool) -> bool:
    """Whether SPARQL says that the expression is true."""
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.Literal(1)))
    values = f"VALUES (?a ?b) {{ ({str(a).lower()} {str(b).lower()}) }}"
    return bool(list(store.query("SELECT * WHERE {\n" + "\n".join([values, *filters(expression)]) + "\n}")))


@given(expressions())
def test_a_contrary_is_true_exactly_when_the_expression_is_not(expression: Expression) -> None:
    for a, b in product((True, False), repeat=2):
        assert holds(expression, a, b) is not holds(contrary(expression), a, b)


@given(st.lists(expressions(), min_size=1, max_size=4))
def test_a_fold_is_true_when_all_or_one_of_its_parts_are(parts: list[Expression]) -> None:
    for a, b in product((True, False), repeat=2):
        each = [holds(part, a, b) for part in parts]
        assert holds(both(*parts), a, b) is all(each)
        assert holds(either(*parts), a, b) is any(each)


@pytest.mark.parametrize(
    ("expression", "folded"), [(both(A, TRUE), A), (both(A, FALSE), FALSE), (either(A, TRUE), TRUE)]
)
def test_what_decides_nothing_is_left_out_and_what_decides_all_stands_alone(
    expression: Expression, folded: Expression
) -> None:
    assert expression == folded


def test_what_is_true_needs_no_filter() -> None:
    assert filters(TRUE) == []
