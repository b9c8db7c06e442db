"""The connectives of z3 over what is a truth already.

They make the same terms as ``z3.And`` and its like. These first compare the sorts of all parts with each other, which
took most of the time of a chart.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence

import z3


def all_of(*parts: z3.BoolRef) -> z3.BoolRef:
    """Whether all hold; of none, yes."""
    return _joined(z3.Z3_mk_and, parts)


def any_of(*parts: z3.BoolRef) -> z3.BoolRef:
    """Whether one holds; of none, no."""
    return _joined(z3.Z3_mk_or, parts)


def negated(part: z3.BoolRef) -> z3.BoolRef:
    """Whether it does not hold."""
    return z3.BoolRef(z3.Z3_mk_not(part.ctx.ref(), part.ast), part.ctx)


def follows(premise: z3.BoolRef, consequence: z3.BoolRef) -> z3.BoolRef:
    """Whether one holds, should the other."""
    return z3.BoolRef(z3.Z3_mk_implies(premise.ctx.ref(), premise.ast, consequence.ast), premise.ctx)


def at_least(least: int, *parts: z3.BoolRef) -> z3.BoolRef:
    """Whether so many hold."""
    return _counted(z3.Z3_mk_pbge, least, parts)


def one_of(*parts: z3.BoolRef) -> z3.BoolRef:
    """Whether exactly one holds."""
    return _counted(z3.Z3_mk_pbeq, 1, parts)


def _joined(connective: Callable[..., z3.Ast], parts: Sequence[z3.BoolRef]) -> z3.BoolRef:
    count, each, context = _array(parts)
    return z3.BoolRef(connective(context.ref(), count, each), context)


def _counted(connective: Callable[..., z3.Ast], number: int, parts: Sequence[z3.BoolRef]) -> z3.BoolRef:
    count, each, context = _array(parts)
    weights = (ctypes.c_int * count)(*[1] * count)
    return z3.BoolRef(connective(context.ref(), count, each, weights, number), context)


def _array(parts: Sequence[z3.BoolRef]) -> tuple[int, ctypes.Array[z3.Ast], z3.Context]:
    """The parts as C takes them. They are z3's own, as all of a process are: one context holds them."""
    each = [part.ast for part in parts]
    return len(each), (z3.Ast * len(each))(*each), z3.main_ctx()
