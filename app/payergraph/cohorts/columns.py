"""Criteria as predicates over the tables of facts: the nodes of a meaning with the parameters of a criterion put in.

What is asked of the rows of a relation is worked out for all units at once, in one pass over its table: a boolean of
each unit, or a number of rows, of members or of things counted. These are *answers*, columns of a table with one row a
unit, and a meaning is a predicate over them. What ``meaning.sparql`` writes as a pattern is here a test of codes: which
sets of values that a column holds fulfil it is looked up in the graph beforehand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from .. import terms
from ..meaning import nodes as n
from ..meaning import relations as r
from ..meaning.parts import Part
from ..meaning.rows import POSSIBLY, SURELY, Reading
from ..meaning.sparql import named_by
from ..policies.model import Criterion
from .facts import DOSES, ROW, SINGLE, UNITS, Codes, Values, fact_tables, ratio, single
from .known import Known
from .predicates import (
    Compared,
    OneOf,
    Predicate,
    SameNumber,
    There,
    Yes,
    both,
    contrary,
    either,
    enough,
)

_CONTRARY = {">=": "<", ">": "<=", "<=": ">", "<": ">="}
_ANY_OUTCOME, _UNKNOWN_OUTCOME = terms.PG + "AnyOutcome", terms.PG + "UnknownOutcome"


@dataclass(frozen=True)
class Answer:
    """What is asked of the rows of a table, for each unit.

    Attributes:
        where: which rows.
        count: empty: whether there is such a row; ``ROW``: how many; a column: how many different codes it holds.
        group: the column whose codes part the rows of a unit into groups of which one has to do; empty for none.
        never: which rows no group may have that does.
    """

    table: str
    where: Predicate
    count: str = ""
    group: str = ""
    never: Predicate = False


@dataclass(frozen=True)
class OfDose:
    """Whether a row has a dose or a quantity of which something is true."""

    of: str
    where: Predicate


@dataclass(frozen=True)
class TakenBeside:
    """Whether a row of a trial was taken together with a product, or while another therapy was."""

    with_it: Predicate
    companion: Predicate
    surely: bool


@dataclass
class Asked:
    """All that is asked of the tables by some criteria, each once, under the name of a column."""

    answers: dict[Answer, str] = field(default_factory=dict)
    doses: dict[OfDose, str] = field(default_factory=dict)
    beside: dict[TakenBeside, str] = field(default_factory=dict)

    def answer(self, answer: Answer) -> str:
        """The column of an answer."""
        return self.answers.setdefault(answer, f"answer{len(self.answers)}")

    def dose(self, dose: OfDose) -> str:
        """The column, beside those of the rows, of what is asked of their doses."""
        return self.doses.setdefault(dose, f"dose{len(self.doses)}")

    def taken_beside(self, beside: TakenBeside) -> str:
        """The column, beside those of trials, of what was taken at the same time."""
        return self.beside.setdefault(beside, f"beside{len(self.beside)}")


@dataclass(frozen=True)
class _At:
    """Where a node is asked: of a row, or of the unit.

    Attributes:
        relation: None for the unit.
        member: the member of a set that is in question.
        values: what is known of rows outside, by property.
        accepted: the outcome that was accepted of the row.
        fields: the columns that the row has to hold, filled in as they are asked for.
    """

    relation: n.Relation | None = None
    member: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    accepted: str = ""
    fields: set[str] = field(default_factory=set)

    @property
    def table(self) -> str:
        """The table of its row."""
        relation = self.relation
        assert relation is not None
        return UNITS if relation.bare is not None or relation in SINGLE else relation.name

    def column(self, name: str) -> str:
        """The column of a field of the row, which has to hold something."""
        found = self.unneeded(name)
        self.fields.add(found)
        return found

    def unneeded(self, name: str) -> str:
        """The column of a field that may hold nothing."""
        relation = self.relation
        assert relation is not None
        if relation.bare is not None:
            return single(relation)
        return single(relation, name) if relation in SINGLE else name


class Columns:
    """Writes criteria as predicates.

    Args:
        codes: the codes of the facts, with those that each column holds.
    """

    def __init__(self, known: Known, codes: Codes) -> None:
        self.known, self.codes, self.asked = known, codes, Asked()

    def leaf(self, criterion: Criterion, parts: Sequence[Part]) -> tuple[Predicate, Predicate]:
        """Where a criterion is surely and possibly met. What no part judges is not met, and not ruled out."""
        brought = [part for part in parts if part.applies_to(criterion.parameters)]
        writers = [_Leaf(self, criterion, part) for part in brought]
        surely = both(one.truth(one.meaning, SURELY, _At()) for one in writers) if brought else False
        return surely, both(one.truth(one.meaning, POSSIBLY, _At()) for one in writers)


class _Leaf:
    """A part of a criterion in the making."""

    def __init__(self, on: Columns, criterion: Criterion, part: Part) -> None:
        self._known, self._codes, self._asked = on.known, on.codes, on.asked
        self._given, self.meaning = criterion.parameters, part.meaning

    # --- nodes ---------------------------------------------------------------------------------------------

    def truth(self, node: n.Node, reading: Reading, at: _At, absent: bool = True) -> Predicate:
        """Where a node is true, at a reading.

        Args:
            absent: what a part is whose parameter is absent, so that it is left out of what it stands in.
        """
        match node:
            case n.All(parts):
                return both([self.truth(part, reading, at) for part in parts])
            case n.Any(parts):
                return either([self.truth(part, reading, at, False) for part in parts])
            case n.Not(part):
                return contrary(self.truth(part, reading.other, at, not absent))
            case n.Given(parameter, part):
                return self.truth(part, reading, at, absent) if self._given.asks(parameter) else absent
            case n.Chosen(parameter, names, otherwise, part):
                chosen = (self._given.local(parameter) or otherwise) in names
                return self.truth(part, reading, at, absent) if chosen else absent
            case n.Some() | n.Present() | n.Recorded() | n.Latest() | n.Stated():
                return self._quantified(node, reading, at)
        found = self._several(node, reading, at)
        return self._row(node, reading, at) if found is None else found

    def _quantified(self, node: n.Node, reading: Reading, at: _At) -> Predicate:
        surely = reading is SURELY
        match node:
            case n.Some(relation, where, closed_by):
                found = self._exists(relation, where, reading, at)
                if surely:
                    return found
                closed = either((self._complete(relation, where), self._closed(relation, closed_by, at)))
                return either((found, contrary(closed)))
            case n.Present(relation, where, denied_by):
                there = self._exists(relation, where, SURELY, at)
                if surely:
                    return there
                perhaps = self._exists(relation, where, POSSIBLY, at)
                denied = self._exists(relation, denied_by, SURELY, at)
                missing = contrary(self._complete(relation, where))
                return either((there, both((contrary(denied), either((missing, perhaps))))))
            case n.Recorded():
                return self._recorded(node, reading, at)
            case n.Latest(relation, about, so, where):
                whole, other = (*node.candidates, so, *where), (*node.candidates, n.Not(so))
                if surely:
                    differs = self._exists(relation, other, POSSIBLY, at)
                    return both((self._exists(relation, whole, SURELY, at), contrary(differs)))
                settled = either((self._complete(relation, (about,)), self._exists(relation, other, SURELY, at)))
                return either((self._exists(relation, whole, POSSIBLY, at), contrary(settled)))
            case n.Stated(relation, where):
                if surely:
                    return self._exists(relation, where, SURELY, at)
                return contrary(self._exists(relation, (n.Not(n.All(where)),), SURELY, at))
        raise TypeError(f"{type(node).__name__} is asked of no rows")

    def _recorded(self, node: n.Recorded, reading: Reading, at: _At) -> Predicate:
        if node.so is None or node.latest is None:
            return self._exists(node.relation, node.where, reading, at)
        where = (n.CURRENT, *node.where, node.so)
        if reading is POSSIBLY:
            return self._exists(node.relation, where, reading, at)
        row = replace(at, relation=node.relation, fields=set())
        about = row.column(node.latest.name)
        never = self._where((n.CURRENT, n.Not(node.so)), POSSIBLY, row)
        found = self._where(where, reading, row)
        return found is not False and Yes(self._asked.answer(Answer(row.table, found, group=about, never=never)))

    def _several(  # noqa: C901, PLR0912 - a case a node
        self, node: n.Node, reading: Reading, at: _At
    ) -> Predicate | None:
        """What is asked of several members, rows or values, or declared; None for a condition of a row."""
        surely = reading is SURELY
        match node:
            case n.Each(of, meaning):
                return both([self.truth(meaning, reading, replace(at, member=one)) for one in self._members(of)])
            case n.EachOf(relation, meaning):
                column = single(relation)
                alike: defaultdict[Predicate, set[int]] = defaultdict(set)
                for code, values in self._codes.in_column(UNITS, column):
                    for value in values:
                        inner = replace(at, values={**at.values, relation.name: value})
                        alike[self.truth(meaning, reading, inner)].add(code)
                return both([either((contrary(OneOf(column, frozenset(some))), one)) for one, some in alike.items()])
            case n.Several(of, meaning, least):
                found = [self.truth(meaning, reading, replace(at, member=one)) for one in self._members(of)]
                return enough(self._given.count(least), found)
            case n.Counted():
                return self._counted(node, reading)
            case n.CountedRows(relation, where, least, or_else):
                row = replace(at, relation=relation, fields=set())
                where_so = self._where(where, reading, row)
                number = self._asked.answer(Answer(row.table, where_so, count=ROW)) if where_so is not False else ""
                counted = enough(self._given.count(least), (), (number,) if number else ())
                return either((counted, self.truth(or_else, reading, at)))
            case n.Declared(by, meaning):
                possibly = self.truth(meaning, POSSIBLY, at)
                if not surely:
                    return possibly
                return both((possibly, either((self._declared(by), self.truth(meaning, SURELY, at)))))
            case n.Attested(of):
                return self._attests(self._given.iri(of)) if surely else True
            case n.Conceivable(meaning):
                return self.truth(meaning, POSSIBLY, at)
            case n.Nonempty(of):
                return bool(self._members(of)) if surely else True
            case n.Unsettled():
                return not surely
        return None

    def _counted(self, node: n.Counted, reading: Reading) -> Predicate:
        """So many different things, as ``meaning.sparql.counted_as`` counts them."""
        surely = reading is SURELY
        members = self._members(node.of.of)
        chosen, _, _ = node.by
        by, every = self._given.local(chosen) or "ByGroup", self._given.true(node.every)
        asked = len(members) if every else self._given.count(node.at_least)
        if not members:
            return not surely
        named = {one: self._of_member(node, reading, one) for one in members}
        unlisted = either(
            [] if surely or every else [self._of_member(node, reading, one) for one in self._unlisted(node.of.of)]
        )
        if by == "ByGroup":
            parts, numbers = self._by_group(node.relation.name, named, unlisted)
            found = enough(asked, parts, numbers)
        else:
            rows = either([*named.values(), unlisted])
            if by == "ByLine" and surely:
                rows = both((rows, SameNumber(*node.by[2].ends)))
            column = "ingredient" if by == "ByIngredient" else "numberOfLine"
            numbers = () if rows is False else (self._asked.answer(Answer(node.relation.name, rows, count=column)),)
            found = enough(asked, (), numbers)
        if surely:
            return found
        return either((found, contrary(Yes(node.relation.complete))))

    def _by_group(
        self, table: str, named: Mapping[str, Predicate], unlisted: Predicate
    ) -> tuple[list[Predicate], tuple[str, ...]]:
        """The members counted, and what else is: ingredients that a list left open may mean and that are no members."""
        if unlisted is False:
            return [self._any(table, where) for where in named.values()], ()
        codes = dict(self._codes.in_column(table, "ingredient"))
        own = {one: frozenset(code for code, values in codes.items() if values == (one,)) for one in named}
        parts = []
        for one, where in named.items():
            as_ingredient = both((unlisted, OneOf("ingredient", own[one]))) if own[one] else False
            parts.append(self._any(table, either((where, as_ingredient))))
        others = frozenset(codes) - frozenset().union(*own.values())
        if not others:
            return parts, ()
        rest = both((unlisted, OneOf("ingredient", others)))
        return parts, (self._asked.answer(Answer(table, rest, count="ingredient")),)

    def _of_member(self, node: n.Counted, reading: Reading, member: str) -> Predicate:
        row = _At(node.relation, member=member)
        return self._where((node.of, *node.where), reading, row, led=True)

    # --- quantifiers ---------------------------------------------------------------------------------------

    def _exists(self, relation: n.Relation, where: Iterable[n.Node], reading: Reading, at: _At) -> Predicate:
        where = tuple(where)
        of_chart = [node for node in where if _of_the_chart(node)]
        if of_chart:
            return self._exists_beside(
                relation, [node for node in where if node not in of_chart], of_chart, reading, at
            )
        row = replace(at, relation=relation, fields=set())
        if relation.bare is not None and not isinstance(relation.bare, n.Number):
            return self._among_values(where, reading, row)
        found = self._where(where, reading, row)
        if relation in SINGLE:
            return both((found, Yes(single(relation))))
        if relation.bare is not None:
            return both((found, There(single(relation))))
        return self._any(row.table, found)

    def _exists_beside(
        self, relation: n.Relation, where: Sequence[n.Node], of_chart: Sequence[n.Node], reading: Reading, at: _At
    ) -> Predicate:
        """Whether there is such a row, and something holds of the chart: of one concept to which a property leads."""
        led = next((one for node in where for one in _led(node)), None)
        concepts = self._named(led, at) if led is not None else ("",)
        found = []
        for concept in concepts:
            inner = replace(at, values={**at.values, led.by: concept}) if led is not None else at
            parts = [self.truth(node, reading, inner) for node in of_chart]
            found.append(both([self._exists(relation, where, reading, inner), *parts]))
        return either(found)

    def _any(self, table: str, where: Predicate) -> Predicate:
        return False if where is False else Yes(self._asked.answer(Answer(table, where)))

    def _among_values(self, where: tuple[n.Node, ...], reading: Reading, row: _At) -> Predicate:
        """Bare values stand in one column as a set: one of them has to fulfil all conditions."""
        column, found = row.unneeded(""), set()
        for code, values in self._codes.in_column(UNITS, column):
            for value in values:
                alone = _Alone(self, column, code, value)
                if both([alone.truth(part, reading, row) for part in where]) is True:
                    found.add(code)
        return OneOf(column, frozenset(found)) if found else False

    def _where(self, where: Iterable[n.Node], reading: Reading, row: _At, led: bool = False) -> Predicate:
        """Which rows fulfil all conditions: of the outcomes that are accepted, for one of them.

        Args:
            led: whether the product of the row leads to its ingredient, as where rows are counted.
        """
        where = tuple(where)
        accepting = next((one for one in where if isinstance(one, n.Accepted)), None)
        outcomes: Iterable[str] = ("",)
        if accepting is not None:
            outcomes = sorted(self._known.of("accepts", self._given.iri(accepting.of) or _ANY_OUTCOME))
        found = either(
            [both([self.truth(part, reading, replace(row, accepted=one)) for part in where]) for one in outcomes]
        )
        relation = row.relation
        assert relation is not None
        if relation.possible:
            found = both((found, Yes("surely" if reading is SURELY else "possibly")))
        if led:
            row.fields.add("ingredient")
        return both((found, *(There(name) for name in sorted(row.fields)))) if found is not False else False

    def _complete(self, relation: n.Relation, where: Iterable[n.Node]) -> Predicate:
        if relation.lists:
            kinds = self._known.of("a", self._given.iri(named_by(where)))
            return self._in_column(UNITS, "listsAll", lambda values: not kinds.isdisjoint(values))
        return Yes(relation.complete) if relation.complete else False

    def _closed(self, relation: n.Relation, by: n.Condition | n.Relation | None, at: _At) -> Predicate:
        if by is None:
            return False
        if isinstance(by, n.Relation):
            return self._exists(by, (), SURELY, at)
        return self._exists(relation, (by,), SURELY, at)

    def _declared(self, by: str | n.Fixed) -> Predicate:
        return self._attests(by.iri if isinstance(by, n.Fixed) else self._given.iri(by))

    def _attests(self, iri: str) -> Predicate:
        return self._in_column(UNITS, r.ATTESTATIONS.name, lambda values: iri in values)

    # --- conditions of a row -------------------------------------------------------------------------------

    def _row(self, node: n.Node, reading: Reading, at: _At) -> Predicate:  # noqa: C901, PLR0912 - a case a node
        surely, known = reading is SURELY, self._known

        def test(of: n.Field, holds: Callable[[str], bool]) -> Predicate:
            return self._value(at, of, holds)

        match node:
            case n.In(_, _, True) if not surely:
                return True
            case n.In(of_field, of):
                holders = self._holders(of_field, of, reading, at.member)
                return test(of_field, lambda value: any(known.covers(m, value, surely=surely) for m in holders))
            case n.OfMember(of_field, narrower):
                if narrower:
                    return test(of_field, lambda value: known.below(at.member, value))
                return test(of_field, lambda value: known.covers(at.member, value, surely=surely))
            case n.Under(of_field, of, either_way):
                named = self._named(of, at)
                both_ways = either_way and not surely
                return test(
                    of_field,
                    lambda value: any(known.below(value, t) or (both_ways and known.below(t, value)) for t in named),
                )
            case n.Within(of_field, of):
                whole = self._given.iri(of)
                return test(
                    of_field,
                    lambda value: known.below(value, whole) or (not surely and value in known.of("mayCover", whole)),
                )
            case n.Over(of_field, of):
                named = self._named(of, at)
                return test(of_field, lambda value: any(known.below(t, value) for t in named))
            case n.OverAll(of_field, of):
                members = self._members(of)
                return test(of_field, lambda value: all(known.below(m, value) for m in members))
            case n.Includes(of_field, of):
                named_one = self._given.iri(of)
                return test(
                    of_field,
                    lambda value: (
                        value in known.of("includes", named_one)
                        or (not surely and named_one in known.of("includes", value))
                    ),
                )
            case n.Same(n.Flag(name), of):
                column = Yes(at.column(name))
                return column if self._given.true(of) else contrary(column)
            case n.Same(of_field, of, listed):
                wanted = self._members(of) if listed else (self._given.iri(of),)
                return test(of_field, lambda value: value in wanted)
            case n.OneOf(of_field, names):
                return test(of_field, lambda value: terms.local(value) in names)
            case n.Accepted(of_field):
                fits = (at.accepted,) if surely else (at.accepted, _UNKNOWN_OUTCOME)
                return test(of_field, lambda value: value in fits)
            case n.OutcomeIs(name):
                asked = self._given.iri("acceptedOutcomes") or _ANY_OUTCOME
                return asked != _ANY_OUTCOME and at.accepted == terms.PG + name
            case n.Holds(n.Flag(name)):
                return Yes(at.column(name))
            case n.Holds(n.Truth(name)):
                return Compared(at.column(name), "==", 2) if surely else Compared(at.column(name), ">=", 1)
            case n.Allowed(parameter, is_open):
                return (is_open and not surely) or self._given.asks(parameter)
        return self._of_several(node, reading, at)

    def _of_several(self, node: n.Node, reading: Reading, at: _At) -> Predicate:
        """What is asked of a list of values, of a number or of rows below the row."""
        surely, known = reading is SURELY, self._known
        match node:
            case n.Among(of_field, of) | n.HasAll(of_field, of) if not surely:
                return True
            case n.Among(of_field, of):
                members = self._members(of)
                return self._values(
                    at, of_field, lambda values: any(known.covers(m, v, surely=True) for m in members for v in values)
                )
            case n.HasAll(of_field, of):
                members = self._members(of)
                return self._values(
                    at,
                    of_field,
                    lambda values: all(any(known.covers(m, v, surely=True) for v in values) for m in members),
                )
            case n.HasIn(of_field, of, closed_by):
                holders = self._holders(of_field, of, reading, "")
                found = self._values(
                    at,
                    of_field,
                    lambda values: any(known.covers(m, v, surely=surely) for m in holders for v in values),
                )
                return found if surely else either((contrary(Yes(at.column(closed_by.name))), found))
            case n.WholeCourse(of):
                return self._whole_course(of, reading, at)
            case n.Beside(of):
                return self._beside(of, reading)
            case n.Ranked():
                return self._ranked(node, reading, at)
            case n.Compare():
                return self._compared(node, reading, at)
            case n.Dosed():
                return self._dosed(node, reading, at)
        raise TypeError(f"{type(node).__name__} is no condition")

    def _whole_course(self, of: str, reading: Reading, at: _At) -> Predicate:
        covered = self._known.of("covers", at.member)
        mixed = Yes(at.column("mixed"))
        apart = self._in_column(at.table, "otherProduct", lambda values: covered.isdisjoint(values))
        if reading is POSSIBLY:
            return either((contrary(mixed), apart))
        accepts = self._known.of("accepts", self._given.iri("acceptedOutcomes") or _ANY_OUTCOME)
        parts = [apart, self._in_column(at.table, "alsoOutcome", lambda values: accepts.issuperset(values))]
        if at.member in self._members(of):
            parts += [
                self._in_column(at.table, name, lambda values: covered.issuperset(values))
                for name in ("product", "alsoProduct")
            ]
        return either((contrary(mixed), both(parts)))

    def _beside(self, of: str, reading: Reading) -> Predicate:
        surely = reading is SURELY
        holders = self._holders(r.PRODUCT, of, reading, "")

        def held(values: Values) -> bool:
            return any(self._known.covers(m, v, surely=surely) for m in holders for v in values)

        taken = Compared("taken", "==", 2) if surely else Compared("taken", ">=", 1)
        with_it = self._in_column(r.THERAPIES.name, "takenWith", held)
        companion = both((self._in_column(r.THERAPIES.name, "product", held), taken))
        return Yes(self._asked.taken_beside(TakenBeside(with_it, companion, surely)))

    def _ranked(self, node: n.Ranked, reading: Reading, at: _At) -> Predicate:
        sign = "<=" if node.at_most else ">="
        order = "highestRank" if node.at_most and not node.exact else "rank"
        named = self._given.iri(node.of) or (terms.PG + node.otherwise if node.otherwise else "")
        column = at.column(_end(node.field, sign, reading))
        bounds = self._known.numbers(order, named)
        return either([Compared(column, sign, float(bound)) for bound in bounds])

    def _compared(self, node: n.Compare, reading: Reading, at: _At) -> Predicate:
        bound = self._given.number(node.of) if isinstance(node.of, str) else node.of
        if bound is None:
            return False
        exact = Fraction(bound) * node.times
        if node.unit:
            factors = self._known.numbers("toBase", self._given.iri(node.unit) or node.unitless)
            if not factors:
                return False
            exact *= Fraction(factors[0])
        name = _end(node.field, node.sign, reading)
        if node.per is not None:
            number, parameter = node.per
            times = self._given.number(parameter)
            if times is None:
                return False
            name, exact = ratio(name, number.name), exact / Fraction(times)
        return Compared(at.column(name), node.sign, float(exact))

    def _dosed(self, node: n.Dosed, reading: Reading, at: _At) -> Predicate:
        surely = reading is SURELY
        sign = node.sign if surely else _CONTRARY[node.sign]
        rate = "rateSurely" if sign in (">=", ">") else "ratePossibly"
        parameter, otherwise = node.unit
        period, form = Decimal(1), "SingleDose"
        for name, of_period in ((node.days, "DoseByDay"), (node.months, "DoseByMonth")):
            if name and name in self._given:
                period, form = self._given.number(name) or period, of_period
                break
        bound = self._given.number(node.of)
        assert bound is not None
        picks = {"inUnit": self._given.iri(parameter) or otherwise, "doseForm": terms.PG + form}
        for name, of, usual in node.picks:
            picks[name] = (self._given.iri(of) if of else "") or terms.PG + usual
        relation = at.relation
        assert relation is not None
        tests = [self._in_column(DOSES, name, (is_,).__eq__) for name, is_ in picks.items()]
        where = both((*tests, Compared(rate, sign, float(Fraction(bound) / Fraction(period)))))
        if where is False:
            return not surely
        found = Yes(self._asked.dose(OfDose(relation.name, where)))
        return found if surely else contrary(found)

    # --- values and sets -----------------------------------------------------------------------------------

    def _value(self, at: _At, of: n.Field, holds: Callable[[str], bool]) -> Predicate:
        """Whether a value of a field that the row has to hold fulfils something."""
        column = at.column(of.name)
        return self._in_column(at.table, column, lambda values: any(map(holds, values)))

    def _values(self, at: _At, of: n.Field, holds: Callable[[Values], bool]) -> Predicate:
        """Whether the values of a field, of which there may be none, fulfil something."""
        return self._in_column(at.table, at.unneeded(of.name), holds)

    def _in_column(self, table: str, column: str, holds: Callable[[Values], bool]) -> Predicate:
        assert fact_tables()[table].columns[column] == "codes", (table, column)
        codes = list(self._codes.in_column(table, column))
        found, null = frozenset(code for code, values in codes if holds(values)), holds(())
        if not found:
            return contrary(There(column)) if null else False
        return True if null and len(found) == len(codes) else OneOf(column, found, null)

    def _members(self, of: str) -> tuple[str, ...]:
        return tuple(sorted(self._known.of("member", self._given.iri(of)))) if of in self._given else ()

    def _unlisted(self, of: str) -> tuple[str, ...]:
        return tuple(sorted(self._known.of("unlisted", self._given.iri(of))))

    def _holders(self, of_field: n.Concept, of: str, reading: Reading, member: str) -> tuple[str, ...]:
        """What of a set may hold a value: its members, and possibly what a list left open may have beside them."""
        found = self._members(of)
        if of_field.unlisted and reading is POSSIBLY:
            found += self._unlisted(of)
        return (member,) if member in found else () if member else found

    def _named(self, of: n.Target, at: _At) -> tuple[str, ...]:
        """The concepts that a target names."""
        if isinstance(of, n.Field):
            return (at.values[of.name],)
        if isinstance(of, str):
            return (self._given.iri(of),)
        if of.by in at.values:
            return (at.values[of.by],)
        return tuple(sorted(self._known.of(of.by, self._given.iri(of.of))))


class _Alone(_Leaf):
    """The conditions of a bare value: each is true of it, or is not."""

    def __init__(self, leaf: _Leaf, column: str, code: int, value: str) -> None:
        self._known, self._codes, self._asked, self._given = leaf._known, leaf._codes, leaf._asked, leaf._given
        self._value_alone = value

    def _in_column(self, table: str, column: str, holds: Callable[[Values], bool]) -> Predicate:
        return holds((self._value_alone,))


def _of_the_chart(node: n.Node) -> bool:
    """Whether a node that stands among the conditions of a row is asked of the chart."""
    match node:
        case n.All(parts) | n.Any(parts):
            return any(map(_of_the_chart, parts))
        case n.Not(part) | n.Given(part=part) | n.Chosen(part=part):
            return _of_the_chart(part)
    return hasattr(node, "relation")


def _led(node: n.Node) -> Iterator[n.Led]:
    """The targets of a condition to which a property leads."""
    match node:
        case n.Under(_, n.Led() as of) | n.Over(_, of):
            yield of
        case n.All(parts) | n.Any(parts):
            for part in parts:
                yield from _led(part)
        case n.Not(part):
            yield from _led(part)


def _end(of: n.Number, sign: str, reading: Reading) -> str:
    """The column of the end of a number that decides: of ``x >= b`` surely the low one, possibly the high one."""
    low, high = of.ends
    return low if (sign in (">=", ">")) == (reading is SURELY) else high
