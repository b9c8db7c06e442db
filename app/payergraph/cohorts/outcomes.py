"""What policies say to charts: the trees of rules folded over the columns of states, as ``verdict.determination`` does.

Which rules there are for a chart follows from its signature; what is said without criteria is said to all charts of
one signature.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .. import terms
from ..chart.case import Case
from ..criteria import SettledBy
from ..extras import needed
from ..policies.gates import Gate, Step
from ..policies.model import Criterion
from ..store.graph import LocalGraph
from ..verdict import fold
from ..verdict.answers import Outcome
from ..verdict.at_once import alike
from ..verdict.determination import doubted, without_criteria
from ..verdict.scope import Check
from .facts import UNIT
from .predicates import Compared, Predicate, enough, in_ibis
from .scope import Asked, Signature, reviewed

#: The number of each outcome.
OUTCOMES = tuple(Outcome)


@dataclass(frozen=True)
class Question:
    """What is asked of charts in one way: the rules of a policy whose criteria are equal, for one indication.

    Attributes:
        rules: the ids of the rules; none where no rule applies.
        plans: slugs of the plans to which the answer applies; empty for all plans of the payer.
        root: the criteria; None where there are none, and what is said then is ``otherwise``.
        review: the indication under review.
        doubted: whether what is met is not documented all the same.
        product_open: whether what is not met is not documented all the same.
    """

    policy: str
    payer: str
    rules: tuple[str, ...]
    plans: tuple[str, ...]
    indication: str
    review: str
    request: str
    root: Criterion | None
    otherwise: Outcome | None
    doubted: bool
    product_open: bool


def questions(asked_of: Mapping[int, str], asked: Asked, graph: LocalGraph) -> dict[Question, frozenset[int]]:
    """All that is asked of charts, each with the codes of those of which it is.

    Args:
        asked_of: by its code, the text of a signature and an indication under review, as ``scope.asked_of`` writes it.
    """
    found: dict[Question, set[int]] = {}
    known: dict[Signature, tuple[tuple[str, Question], ...]] = {}
    for code, text in asked_of.items():
        signature, review = reviewed(text)
        if signature not in known:
            case = signature.case(graph, asked.day)
            known[signature] = tuple(
                (under, _question(check, under, case, graph)) for under, check in signature.checks(case, asked, graph)
            )
        for under, question in known[signature]:
            if under == review:
                found.setdefault(question, set()).add(code)
    return {question: frozenset(codes) for question, codes in found.items()}


def _question(check: Check, review: str, case: Case, graph: LocalGraph) -> Question:
    root = check.root
    return Question(
        policy=check.policy.id,
        payer=terms.slug(check.policy.payer),
        rules=tuple(rule.id for rule in check.rules),
        plans=tuple(sorted({terms.slug(plan) for rule in check.rules for plan in rule.plans})),
        indication=check.indication,
        review=review,
        request=check.request.value,
        root=root,
        otherwise=None if root is not None else without_criteria(check, case, graph).outcome,
        doubted=doubted(check, graph) is not None,
        product_open=check.product_open,
    )


def leaves_of(asked: Iterable[Question]) -> dict[str, Criterion]:
    """All leaves of the criteria, each by its id with the first that is equal but for its name."""
    return alike([leaf for question in asked if question.root is not None for leaf in question.root.leaves])


def outcome(question: Question, columns: Mapping[str, str], table: Any) -> Any:
    """The number of the outcome, over a table of states.

    Args:
        columns: by the id of a leaf, the column with its state.
    """
    ibis = needed("ibis")

    def number(found: Outcome) -> Any:
        return ibis.literal(OUTCOMES.index(found), "int8")

    if question.root is None:
        assert question.otherwise is not None
        return number(question.otherwise)
    tree = _Tree(question.root, columns)

    def holds(predicate: Predicate) -> Any:
        found = in_ibis(predicate, table, {})
        return ibis.literal(found) if isinstance(found, bool) else found

    is_open = number(Outcome.NOT_DOCUMENTED)
    unmet = is_open if question.product_open else number(Outcome.NOT_MET)
    met = is_open if question.doubted else number(Outcome.MET)
    if tree.hidden:
        is_open = ibis.ifelse(holds(tree.possibly(hidden=True)), is_open, number(Outcome.UNKNOWN))
    return ibis.ifelse(holds(tree.possibly()), ibis.ifelse(holds(tree.surely()), met, is_open), unmet)


class _Tree:
    """A tree over columns of states: where it is surely met, and where possibly."""

    def __init__(self, root: Criterion, columns: Mapping[str, str]) -> None:
        self._root, self._columns = root, columns
        self._doubted = fold.doubted(root)
        #: What only the whole document would show.
        self.hidden = {leaf.id for leaf in root.leaves if leaf.settled_by is SettledBy.WHOLE_DOCUMENT}

    def surely(self) -> Predicate:
        """Where it is met."""
        return self._value(Step(self._root), surely=True, hidden=False)

    def possibly(self, *, hidden: bool = False) -> Predicate:
        """Where it is not ruled out.

        Args:
            hidden: whether what only the whole document would show counts as not as asked.
        """
        return self._value(Step(self._root), surely=False, hidden=hidden)

    def _value(self, part: Step | Gate, *, surely: bool, hidden: bool) -> Predicate:
        if isinstance(part, Gate):
            return enough(part.least, (self._value(one, surely=surely, hidden=hidden) for one in part.parts))
        leaf = part.criterion
        if leaf.children:
            return self._value(part.gate, surely=surely, hidden=hidden)
        if hidden and leaf.id in self.hidden:
            return False
        column = self._columns[leaf.id]
        if part.met:
            return Compared(column, ">=", 2 if surely else 1)
        if leaf.id in self._doubted and not surely:
            return True
        return Compared(column, "<=", 0 if surely else 1)


def said(asked: Mapping[Question, Iterable[int]], columns: Mapping[str, str], table: Any) -> Any:
    """What is said to each unit, a row each: the unit, the number of the question and that of the outcome.

    Args:
        asked: in the order of their numbers, each with the codes of the signatures of which it is asked.
        table: the states of the units, with the code of the signature of each.
    """
    ibis = needed("ibis")
    parts = []
    for number, (question, codes) in enumerate(asked.items()):
        of_it = table.filter(table["signature"].isin(sorted(codes)))
        found = outcome(question, columns, of_it).cast("int8")
        parts.append(of_it.select(UNIT, question=ibis.literal(number, "int32"), outcome=found))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]
