"""Trees in words: whole in one sentence, and what stands above the parts of a connective. No negation is left out."""

from __future__ import annotations

from ..criteria import tree
from .model import Criterion

_JOINS = {tree.ALL_OF.name: " AND ", tree.ANY_OF.name: " OR "}


def verbalize(criterion: Criterion) -> str:
    """A tree in one sentence, with brackets where connectives meet."""
    if not criterion.children:
        return criterion.summary
    parts = [f"({verbalize(c)})" if c.children else c.summary for c in criterion.children]
    if criterion.kind in _JOINS:
        return _JOINS[criterion.kind].join(parts)
    if criterion.kind == tree.IF_THEN.name:
        premise, consequence, *otherwise = parts
        return f"If {premise}, then {consequence}{''.join(f'; otherwise {part}' for part in otherwise)}"
    if criterion.kind == tree.NONE_OF.name and len(parts) == 1:
        return negation(parts[0])
    return f"{joint(criterion)} of: {'; '.join(parts)}"


def negation(text: str) -> str:
    """That something is not to be met."""
    return f"Not: {text}"


def joint(criterion: Criterion) -> str:
    """How many parts of a connective are to be met: ``All``, ``One``, ``None``, ``At least 2``."""
    if criterion.kind == tree.AT_LEAST.name:
        return f"At least {criterion.parameters.count('minimumParts')}"
    return {tree.ALL_OF.name: "All", tree.ANY_OF.name: "One", tree.NONE_OF.name: "None"}[criterion.kind]


def above(criterion: Criterion) -> str:
    """What stands above the parts of a connective: ``All of these``; of an IfThen, whose parts say what they are, that
    it depends."""
    return "It depends" if criterion.kind == tree.IF_THEN.name else f"{joint(criterion)} of these"


def wanted(root: Criterion, leaf: Criterion) -> str:
    """What a leaf of a tree asks for: its sentence, where the tree wants it so; the contrary, or either of them."""
    senses = root.senses[leaf.id]
    if senses == {True}:
        return leaf.summary
    return negation(leaf.summary) if senses == {False} else f"Whether or not: {leaf.summary}"
