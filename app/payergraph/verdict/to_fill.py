"""In which fields of a case a person writes down what a criterion waits for."""

from __future__ import annotations

from ..chart.fields import FIELDS
from ..criteria import KINDS
from ..meaning.evidence import Effect
from ..policies.model import Criterion
from ..store.graph import LocalGraph
from .asked import belongs
from .at_once import absent
from .evidence import applies

_LISTS = frozenset(field.key for field in FIELDS if field.type == "entry" and field.many)


def to_fill(leaf: Criterion, graph: LocalGraph, *, met: bool = True) -> tuple[str, ...]:
    """The fields by their paths, in the order in which the criterion reads them; a list by its own: ``therapies``.

    That a list is complete is among them only where this would help.

    Args:
        met: whether the criterion is to be met, or to be not met.
    """
    found = dict.fromkeys(top if (top := path.partition(".")[0]) in _LISTS else path for path in belongs(leaf, graph))
    helps = _completeness_helps(leaf, met=met)
    return tuple(path for path in found if helps or not path.endswith("Complete"))


def _completeness_helps(leaf: Criterion, *, met: bool) -> bool:
    wanted = Effect.FOR if met else Effect.AGAINST
    return any(
        witness.complete is wanted
        for part in KINDS[leaf.kind].parts
        if part.applies_to(leaf.parameters)
        for witness in part.witnesses(absent(part, [leaf]))
        if applies(witness, leaf)
    )
