"""Criteria as formulas: the nodes of a meaning with the parameters of a criterion put in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .. import terms
from ..meaning import nodes as n
from ..meaning import relations as r
from ..meaning.parts import Part
from ..policies.gates import Gate, Step
from ..policies.model import Criterion
from . import formula as f
from .background import Background
from .domains import DoseNumber
from .lacking import brought_in, is_settled

_ANY_OUTCOME = terms.PG + "AnyOutcome"
#: Where a case says the doses of which a node asks.
_DOSES = {r.TRIAL_DOSES: "therapies.dose", r.DOSES: "dose", r.LOADING_DOSES: "dose.loading", r.QUANTITIES: "quantity"}
assert r.ATTESTATIONS.bare is not None
DECLARATION = r.ATTESTATIONS.bare


@dataclass(frozen=True)
class Shown:
    """A rule's tree as a formula.

    Attributes:
        formula: what is computed of it; None where nothing is left.
        left_out: the criteria that no chart settles, which are left out: what is left to a reviewer's judgement, and
            what the document does not show.
    """

    formula: f.Formula | None
    left_out: tuple[Criterion, ...] = ()


class Grounder:
    """Writes criteria as formulas.

    Args:
        asked: the conditions for which the drug may be asked for.
    """

    def __init__(self, background: Background, asked: Sequence[str]) -> None:
        self._background = background
        self._asked = asked
        self._leaves: dict[str, f.Formula] = {}

    def rule(self, root: Criterion) -> Shown:
        """The tree of a rule. A part that no chart settles is left out of what it stands in."""
        left_out = tuple(leaf for leaf in root.leaves if not is_settled(leaf))
        found = self._tree(Step(root))
        return Shown(found, left_out)

    def _tree(self, part: Step | Gate) -> f.Formula | None:
        if isinstance(part, Step) and not part.criterion.children:
            if not is_settled(part.criterion):
                return None
            leaf = self.leaf(part.criterion)
            return leaf if part.met else f.contrary(leaf)
        gate = part if isinstance(part, Gate) else part.gate
        parts = [found for inner in gate.parts if (found := self._tree(inner)) is not None]
        if not parts:
            return None
        if gate.least == len(gate.parts):
            return f.both(parts)
        if gate.least == 1:
            return f.either(parts)
        return f.AtLeast(min(gate.least, len(parts)), tuple(parts))

    def leaf(self, criterion: Criterion) -> f.Formula:
        """A criterion without parts: all that its parameters bring in."""
        found = self._leaves.get(criterion.iri)
        if found is None:
            brought = brought_in(criterion)
            found = f.both(_Leaf(self._background, criterion, part, self._asked).formula() for part in brought)
            # What no part judges is never met: a tree that holds it cannot be, either.
            found = self._leaves[criterion.iri] = found if brought else f.FALSE
        return found


class _Leaf:
    """One part of a criterion in the making."""

    def __init__(self, background: Background, criterion: Criterion, part: Part, asked: Sequence[str]) -> None:
        self._known, self._given, self._asked = background, criterion.parameters, asked
        self._meaning = part.meaning

    def formula(self) -> f.Formula:
        """What it means."""
        return self._of(self._meaning, None, {})

    def _of(self, node: n.Node, member: str | None, values: Mapping[str, str], absent: bool = True) -> f.Formula:
        """A node.

        Args:
            member: the member of a set that is in question.
            values: what is known of rows outside, by property.
            absent: what a part is whose parameter is absent, so that it is left out of what it stands in.
        """

        def inner(part: n.Node, left_out: bool = True) -> f.Formula:
            return self._of(part, member, values, left_out)

        match node:
            case n.All(parts):
                return f.both(inner(part) for part in parts)
            case n.Any(parts):
                return f.either(inner(part, False) for part in parts)
            case n.Not(part):
                return f.contrary(inner(part, not absent))
            case n.Given(parameter, part):
                return inner(part, absent) if self._given.asks(parameter) else _left_out(absent)
            case n.Chosen(parameter, names, otherwise, part):
                chosen = self._given.local(parameter) or otherwise
                return inner(part, absent) if chosen in names else _left_out(absent)
        found = self._row(node, member, values)
        return found if found is not None else self._chart(node, member, values)

    # --- of the chart ----------------------------------------------------------------------------------

    def _chart(self, node: n.Node, member: str | None, values: Mapping[str, str]) -> f.Formula:
        match node:
            case n.Stated(r.LINES, where):  # the line of business follows from the plan
                return f.Exists(r.PLANS, self._all(where, member, values))
            case n.Some(r.EVENT_RECORDS, where):
                happened = self._all(where, member, values)
                return f.either(f.Exists(relation, happened) for relation in (r.OCCURRENCES, r.EVENT_RATES))
            case n.Some(relation, where) | n.Present(relation, where) | n.Stated(relation, where):
                return f.Exists(relation, self._all(where, member, values))
            case n.Recorded(relation, where, so):
                latest = (n.CURRENT, so) if so is not None else ()
                return f.Exists(relation, self._all((*latest, *where), member, values))
            case n.Latest(relation, _, so, where):
                meant = self._all(node.candidates, member, values)
                holds, more = (self._all(some, member, values) for some in ((so,), where))
                other = f.Exists(relation, f.both((meant, f.contrary(holds))))
                return f.both((f.Exists(relation, f.both((meant, holds, more))), f.contrary(other)))
            case n.Declared(_, meaning) | n.Conceivable(meaning):
                return self._of(meaning, member, values)
            case n.Attested(of):
                return f.Exists(r.ATTESTATIONS, f.Is(DECLARATION, f.Concepts(frozenset((self._given.iri(of),)))))
            case n.Nonempty(of):
                return f.TRUE if self._members(of) else f.FALSE
        return self._many(node, member, values)

    def _many(self, node: n.Node, member: str | None, values: Mapping[str, str]) -> f.Formula:
        """What is asked of several members, rows or values."""
        match node:
            case n.Each(of, meaning):
                return f.both(self._of(meaning, one, values) for one in self._members(of))
            case n.EachOf(relation, meaning):
                name = relation.name
                return f.both(
                    f.either((f.contrary(_asked_for(one)), self._of(meaning, member, {**values, name: one})))
                    for one in self._asked
                )
            case n.Several(of, meaning, least):
                parts = tuple(self._of(meaning, one, values) for one in self._members(of))
                return self._at_least(self._given.count(least), parts)
            case n.Counted():
                return self._counted(node)
            case n.CountedRows(relation, where, least, or_else):
                rows = f.Rows(self._given.count(least), relation, self._all(where, member, values))
                return f.either((rows, self._of(or_else, member, values)))
        raise TypeError(f"{type(node).__name__} has no formula")

    def _counted(self, node: n.Counted) -> f.Formula:
        members = self._members(node.of.of)
        chosen, ingredient, line = node.by
        by_member = {one: self._all((n.OfMember(node.of.field), *node.where), one, {}) for one in members}
        every = self._given.true(node.every)
        counted = {"ByIngredient": ingredient, "ByLine": line}.get(self._given.local(chosen))
        if counted is not None:
            asked = len(members) if every else self._given.count(node.at_least)
            return f.Rows(asked, node.relation, f.either(by_member.values()), by=counted)
        parts = tuple(f.Exists(node.relation, where) for where in by_member.values())
        if not parts:
            return f.FALSE
        return self._at_least(len(parts) if every else self._given.count(node.at_least), parts)

    @staticmethod
    def _at_least(least: int, parts: tuple[f.Formula, ...]) -> f.Formula:
        if least > len(parts):
            return f.FALSE
        if least == len(parts):
            return f.both(parts)
        return f.either(parts) if least == 1 else f.AtLeast(least, parts)

    def _all(self, where: Iterable[n.Node], member: str | None, values: Mapping[str, str]) -> f.Formula:
        return f.both(self._of(part, member, values) for part in where)

    # --- of a row --------------------------------------------------------------------------------------

    def _row(  # noqa: C901, PLR0912 - a case a node
        self, node: n.Node, member: str | None, values: Mapping[str, str]
    ) -> f.Formula | None:
        known = self._known
        match node:
            case n.In(r.LINE, of):
                return f.Is(r.PLAN, known.of_lines(self._members(of)))
            case n.In(field, of) if member:
                return f.Is(field, known.covered([member]))
            case n.In(field, of) | n.HasIn(field, of) | n.Among(field, of):
                return f.Is(field, known.held(self._given.iri(of)))
            case n.HasAll(field, of):
                return f.both(f.Is(field, known.covered([one])) for one in self._members(of))
            case n.Within(field, of):
                return f.Is(field, known.within(self._given.iri(of)))
            case n.OfMember(field, narrower):
                assert member is not None
                return f.Is(field, known.above(member) if narrower else known.covered([member]))
            case n.Under(field, of):
                return f.Is(field, known.below(self._named(of, values)))
            case n.Over(field, of):
                return f.Is(field, known.above(*self._named(of, values)))
            case n.OverAll(field, of):
                return f.Is(field, known.above(*self._members(of)))
            case n.Same(n.Flag() as field, of):
                return f.Yes(field) if self._given.true(of) else f.Not(f.Yes(field))
            case n.Same(field, of, listed):
                return f.Is(field, f.Concepts(frozenset(self._members(of) if listed else [self._given.iri(of)])))
            case n.WholeCourse():
                return f.TRUE  # a course of a complete chart here has one product and one outcome
            case n.Beside(of):
                product = f.Is(r.PRODUCT, known.covered(self._members(of)))
                return f.Beside(f.both((product, f.Yes(r.TAKEN))))
        return self._value(node)

    def _value(self, node: n.Node) -> f.Formula | None:
        """A condition on a value of a closed list, on a truth, or on a number."""
        known = self._known
        match node:
            case n.OneOf(field, names):
                return f.Is(field, _terms(names))
            case n.Includes(field, of):
                return f.Is(field, f.Concepts(known.included(self._given.iri(of))))
            case n.Accepted(field, of):
                return f.Is(field, f.Concepts(known.accepted(self._given.iri(of) or _ANY_OUTCOME)))
            case n.OutcomeIs(name):
                asked = "acceptedOutcomes" in self._given and self._given.iri("acceptedOutcomes") != _ANY_OUTCOME
                return f.Is(r.OUTCOME, _terms((name,))) if asked else f.FALSE
            case n.Holds(field):
                return f.Yes(field)
            case n.Allowed(parameter):
                return f.TRUE if self._given.asks(parameter) else f.FALSE
            case n.Ranked():
                return self._ranked(node)
            case n.Compare():
                return self._compared(node)
            case n.Dosed():
                return self._dosed(node)
        return None

    def _ranked(self, node: n.Ranked) -> f.Formula:
        named = self._given.iri(node.of) or (terms.PG + node.otherwise if node.otherwise else "")
        low, high = self._known.ranks(named)
        if node.at_most:
            return f.Compared(node.field, "<=", Decimal(low if node.exact else high))
        return f.Compared(node.field, ">=", Decimal(low))

    def _compared(self, node: n.Compare) -> f.Formula:
        bound = self._given.number(node.of) if isinstance(node.of, str) else node.of
        assert bound is not None
        bound *= node.times
        if node.unit:
            bound *= self._known.to_base(self._given.iri(node.unit) or node.unitless)
        if node.per is None:
            return f.Compared(node.field, node.sign, bound)
        number, parameter = node.per
        times = self._given.number(parameter)
        assert times is not None
        return f.Compared(node.field, node.sign, bound, times, number)

    def _dosed(self, node: n.Dosed) -> f.Formula:
        parameter, otherwise = node.unit
        unit = self._given.iri(parameter) or otherwise
        period = next((one for one in (node.days, node.months) if one and one in self._given), "")
        picked = {name: self._given.local(of) if of and of in self._given else usual for name, of, usual in node.picks}
        form = "single" if not period else "day" if period == node.days else "month"
        basis = picked.get("doseBasis", "WholePatient")
        field = DoseNumber.of(_DOSES[node.field], self._known.base_unit(unit), form, basis)
        bound, times = self._given.number(node.of), self._given.number(period) if period else Decimal(1)
        assert bound is not None and times is not None
        return f.Compared(field, node.sign, bound * self._known.to_base(unit), times)

    def _named(self, of: n.Target, values: Mapping[str, str]) -> tuple[str, ...]:
        """The concepts that a target names."""
        if isinstance(of, n.Field):
            return (values[of.name],)
        if isinstance(of, str):
            return (self._given.iri(of),)
        return self._known.led(self._given.iri(of.of), of.by)

    def _members(self, of: str) -> tuple[str, ...]:
        return self._known.members(self._given.iri(of)) if of in self._given else ()


def _left_out(absent: bool) -> f.Formula:
    return f.TRUE if absent else f.FALSE


def _asked_for(condition: str) -> f.Formula:
    return f.Exists(r.ASKED_FOR, f.Is(r.ASKED_CONDITION, f.Concepts(frozenset((condition,)))))


def _terms(names: Iterable[str]) -> f.Concepts:
    return f.Concepts(frozenset(terms.PG + name for name in names))
