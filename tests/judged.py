"""What a criterion says to a few facts, by SHACL in both engines and by the evaluator, which must agree."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from evaluator import evaluate
from strategies import REVIEW, Leaf, concepts, shacl_states

#: The case to which the facts are added.
BASE = {"drug": "anakinra", "requestDate": "2026-10-01", "indication": "rheumatoid-arthritis"}


def says(kind: str, facts: Mapping[str, Any], **asked: Any) -> str:
    """The value of a criterion for a case with these facts; a number with a point is a decimal."""
    given = {name: Decimal(str(value)) if isinstance(value, float) else value for name, value in asked.items()}
    leaf, case = Leaf(kind, given), {**BASE, **facts}
    criterion = leaf.criterion()
    answer = shacl_states(case, [criterion], REVIEW)[criterion.id]
    assert answer == evaluate(kind, leaf.params, case, concepts(), REVIEW)
    return answer
