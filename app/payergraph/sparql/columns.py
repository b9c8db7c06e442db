"""Which columns of an answer answer the question, and which say whose a row is and where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from ..table import Row, Table
from .questions import Question

#: What stands behind in every answer, unless a question names it as its answer (``# answer:`` in its header).
METADATA = frozenset(
    (
        *("authority", "completeness", "edition", "superseded", "listComplete", "retellsEdition"),
        *("criterion", "rule", "thanRule", "ruleIndication", "statement", "stated", "fact", "conflict", "primary"),
        *("reading", "notComputed", "locator", "labelLocator", "source", "document", "policyNumber"),
        *("obligation", "valueOf", "joinedBy", "evidence", "openEnded", "documentationRequired"),
    )
)
_LABEL = "Label"
_RESTATED = "restated"
# What a statement says part by part.
_PARTS = frozenset(("value", "low", "high", "unit", "hedge", "comparator", "detail", "scopeInWords", "scope"))
#: What a reader of any row is to know though the columns are folded: column, value, words.
_MARKS = (
    ("authority", "secondary", "retelling"),
    ("superseded", "true", "superseded edition"),
    ("completeness", "excerpt", "seen in part"),
)


def behind(columns: Sequence[str], question: Question | None = None) -> frozenset[str]:
    """The columns that stand behind, and those with their labels; none where none would be left."""
    answer = set(question.answer) if question else set()
    found = {name for name in columns if name.removesuffix(_LABEL) in METADATA - answer}
    return frozenset(found) if found < set(columns) else frozenset()


def arranged(names: Sequence[str]) -> tuple[str, ...]:
    """Columns with what a statement says in words before the parts of it, so that the answer is in sight."""
    if _RESTATED not in names:
        return tuple(names)
    rest = [name for name in names if name != _RESTATED]
    at = next((place for place, name in enumerate(rest) if name in _PARTS), len(rest))
    return (*rest[:at], _RESTATED, *rest[at:])


def marks(answer: Table, row: Row) -> tuple[str, ...]:
    """What is to be known of a row without its metadata: that it is retold, superseded or seen in part."""
    found = []
    for column, value, words in _MARKS:
        if column in answer.columns:
            cell = row[answer.columns.index(column)]
            if getattr(cell, "value", "") == value:
                found.append(words)
    return tuple(found)
