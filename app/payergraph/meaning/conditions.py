"""Conditions of a row in SPARQL: a condition is a pattern that the row has to match, or a test of its fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count

from . import nodes as n
from .expressions import FALSE, TRUE, Exists, Expression, If, Test, both, either, filters
from .rows import SURELY, Reading, Row

_CONTRARY = {">=": "<", ">": "<=", "<=": ">", "<": ">="}


class Conditions:
    """The conditions of one text in the making, whose variables are all told apart."""

    def __init__(self, booleans: frozenset[str], absent: frozenset[str] = frozenset()) -> None:
        self._booleans, self._absent = booleans, absent
        self._rows, self._members = count(1), count(1)

    def truth(self, node: n.Node, reading: Reading, row: Row, absent: bool = True) -> Expression:
        """The expression that is true when a node is; ``sparql.Writer`` knows all of them."""
        raise NotImplementedError

    def is_given(self, parameter: str) -> Test:
        """Whether a parameter has a value, and one that is not false."""
        if parameter in self._absent:
            return FALSE
        value = f"${parameter}" if parameter in self._booleans else f"${parameter} = ${parameter}"
        return Test(f"COALESCE({value}, false)", f"!COALESCE({value}, false)")

    def is_chosen(self, node: n.Chosen) -> Test:
        """Whether a parameter has one of the values, or none and one of them holds then."""
        if node.parameter in self._absent:
            return TRUE if node.otherwise in node.names else FALSE
        return _one_of(f"COALESCE(${node.parameter}, pg:{node.otherwise})", [f"pg:{name}" for name in node.names])

    def row(self, relation: n.Relation, outside: Row) -> Row:
        """A new row, with what is known where its quantifier stands."""
        return Row(relation, _numbered(self._rows), outside.member, {**outside.known})

    def member(self) -> str:
        """A new variable for the member of a set."""
        return f"?member{_numbered(self._members)}"

    def _exists(self, relation: n.Relation, where: Iterable[n.Node], reading: Reading, row: Row) -> Exists:
        inner = self.row(relation, row)
        lines = self.where(where, reading, inner)
        return Exists((*inner.pattern(reading), *lines))

    def where(self, where: Iterable[n.Node], reading: Reading, row: Row) -> list[str]:
        """The lines that a row has to match: triples first, then what is filtered."""
        triples: list[str] = []
        tests: list[Expression] = []
        for condition in where:
            lines = self._triples(condition, reading, row)
            if lines is None:
                tests.append(self.truth(condition, reading, row))
            else:
                triples += lines
        return triples + filters(both(*tests))

    def _triples(self, node: n.Node, reading: Reading, row: Row) -> list[str] | None:  # noqa: C901, PLR0912 - a case a node
        """What a condition asks that is a pattern; None for one that is a test."""
        surely, covers = reading is SURELY, _covers(reading)
        match node:
            case n.In(_, _, True) if not surely:
                return []
            case n.In(of_field, of) if row.member:
                return [_held(of_field, row.of(of_field.name), of, row.member, reading)]
            case n.OfMember(of_field, narrower):
                value = row.of(of_field.name)
                return [f"{row.member} pg:subsumedBy {value} ." if narrower else f"{row.member} {covers} {value} ."]
            case n.Under(of_field, of, either_way):
                led, target = self._target(of, row)
                value = row.of(of_field.name)
                if either_way and not surely:
                    return [*led, f"{{ {value} pg:subsumedBy {target} }} UNION {{ {target} pg:subsumedBy {value} }}"]
                return [*led, f"{value} pg:subsumedBy {target} ."]
            case n.Within(of_field, of):
                value = row.of(of_field.name)
                if surely:
                    return [f"{value} pg:subsumedBy ${of} ."]
                return [f"{{ {value} pg:subsumedBy ${of} }} UNION {{ ${of} pg:mayCover {value} }}"]
            case n.Over(of_field, of):
                led, target = self._target(of, row)
                return [*led, f"{target} pg:subsumedBy {row.of(of_field.name)} ."]
            case n.Includes(of_field, of):
                value = row.of(of_field.name)
                if surely:
                    return [f"${of} pg:includes {value} ."]
                return [f"{{ ${of} pg:includes {value} }} UNION {{ {value} pg:includes ${of} }}"]
            case n.Same(of_field, of, True):
                return [f"${of} pg:member {row.of(of_field.name)} ."]
            case n.Ranked():
                return _ranked(node, reading, row)
            case n.Accepted(of_field, of):
                outcome, same = row.of(of_field.name), f"?accepted = {row.of(of_field.name)}"
                fits = same if surely else f"({same} || {outcome} = pg:UnknownOutcome)"
                is_it = f"?outcomes = COALESCE(${of}, pg:AnyOutcome)"
                return ["?outcomes pg:accepts ?accepted .", f"FILTER ({is_it} && {fits})"]
        return None

    def _target(self, of: n.Target, row: Row) -> tuple[list[str], str]:
        """What leads to a concept, and the concept."""
        if isinstance(of, n.Field):
            return [], row.known[of.name]
        if isinstance(of, str):
            return [], f"${of}"
        if of.by in row.known:
            return [], row.known[of.by]
        row.known[of.by] = f"?{of.by}"
        return [f"${of.of} pg:{of.by} ?{of.by} ."], f"?{of.by}"

    def _test(self, node: n.Node, reading: Reading, row: Row) -> Expression:  # noqa: C901, PLR0912 - a case a node
        surely = reading is SURELY
        match node:
            case n.Holds(n.Flag(name)):
                return Test(row.of(name), f"!{row.of(name)}")
            case n.Holds(n.Truth(name)):
                value = row.of(name)
                return (
                    Test(f"{value} = pg:Yes", f"{value} != pg:Yes")
                    if surely
                    else Test(f"{value} != pg:No", f"{value} = pg:No")
                )
            case n.Same(of_field, of):
                return Test(f"{row.of(of_field.name)} = ${of}", f"{row.of(of_field.name)} != ${of}")
            case n.In(of_field, of):
                # By itself: Oxigraph looks up all that the set holds anew where it is joined to a row of an EXISTS.
                return Exists((_held(of_field, row.of(of_field.name), of, self.member(), reading),))
            case n.OverAll(of_field, of):
                member = self.member()
                outside = f"FILTER NOT EXISTS {{ {member} pg:subsumedBy {row.of(of_field.name)} }}"
                return Exists((f"${of} pg:member {member} .", outside), there=False)
            case n.OneOf(of_field, names):
                return _one_of(row.of(of_field.name), [f"pg:{name}" for name in names])
            case n.Allowed(parameter, is_open):
                return TRUE if is_open and not surely else self.is_given(parameter)
            case n.Compare():
                return _compared(node, reading, row)
            case n.Dosed():
                return _dosed(node, row.variable, surely)
            case n.Among(of_field, of):
                if not surely:
                    return TRUE
                one = self.member()
                found = f"?{of_field.name}{one.removeprefix('?member')}"
                return Exists(
                    (
                        f"{row.variable} pg:{of_field.name} {found} . ${of} pg:member {one} .",
                        f"{one} pg:covers {found} .",
                    )
                )
            case n.HasAll(of_field, of):
                if not surely:
                    return TRUE
                member = self.member()
                value = f"?{of_field.name}{member.removeprefix('?member')}"
                held = f"{row.variable} pg:{of_field.name} {value} . {member} pg:covers {value} ."
                outside = f"FILTER NOT EXISTS {{ {held} }}"
                return Exists((f"${of} pg:member {member} .", outside), there=False)
            case n.OutcomeIs(name):
                return both(
                    Test("?outcomes != pg:AnyOutcome", "?outcomes = pg:AnyOutcome"),
                    _one_of("?accepted", [f"pg:{name}"]),
                )
            case n.WholeCourse(of):
                return _whole_course(row.variable, row.member, of, surely, row.of("mixed"))
            case n.Beside(of):
                return _beside(row.variable, of, surely)
            case n.HasIn():
                return self._has_in(node, reading, row)
        raise TypeError(f"{type(node).__name__} is no condition")

    def _has_in(self, node: n.HasIn, reading: Reading, row: Row) -> Expression:
        member = self.member()
        value = f"?{node.field.name}{member.removeprefix('?member')}"
        listed = f"{row.variable} pg:{node.field.name} {value} ."
        found = Exists((listed, _held(node.field, value, node.of, member, reading)))
        if reading is SURELY:
            return found
        closed = row.of(node.closed_by.name)
        return either(Test(f"!{closed}", closed), found)


def _numbered(numbers: Iterable[int]) -> str:
    number = next(iter(numbers))
    return "" if number == 1 else str(number)


def _covers(reading: Reading) -> str:
    return "pg:covers" if reading is SURELY else "(pg:covers|pg:mayCover)"


def _held(field: n.Concept, value: str, of: str, member: str, reading: Reading) -> str:
    """That a member of the set that a parameter names holds the value; possibly, one that a list left open may have."""
    held = "(pg:member|pg:unlisted)" if field.unlisted and reading is not SURELY else "pg:member"
    return f"${of} {held} {member} . {member} {_covers(reading)} {value} ."


def _end(of: n.Number, sign: str, reading: Reading) -> str:
    """The property of the end of a number that decides: of ``x >= b`` surely the low one, possibly the high one."""
    low, high = of.ends
    return low if (sign in (">=", ">")) == (reading is SURELY) else high


def _ranked(node: n.Ranked, reading: Reading, row: Row) -> list[str]:
    sign, end = ("<=", "most") if node.at_most else (">=", "least")
    order = "highestRank" if node.at_most and not node.exact else "rank"
    number, bound = row.of(_end(node.field, sign, reading)), f"?{end}{row.number}"
    if not node.otherwise:
        bound = f"?{node.of}Rank{row.number}"
        return [f"${node.of} pg:{order} {bound} .", f"FILTER ({number} {sign} {bound})"]
    named = f"?{node.of}Degree{row.number}"  # told apart from the parameter
    is_it = f"{named} = COALESCE(${node.of}, pg:{node.otherwise})"
    return [f"{named} pg:{order} {bound} .", f"FILTER ({is_it} && {number} {sign} {bound})"]


def _one_of(value: str, names: Sequence[str]) -> Test:
    if len(names) == 1:
        return Test(f"{value} = {names[0]}", f"{value} != {names[0]}")
    return Test(f"{value} IN ({', '.join(names)})", f"{value} NOT IN ({', '.join(names)})")


def _whole_course(trial: str, member: str, of: str, surely: bool, mixed: str) -> Expression:
    others = Exists((f"{trial} pg:otherProduct ?other . {member} pg:covers ?other .",), there=False)
    if not surely:
        return If(mixed, others, True)

    def all_covered(name: str, variable: str) -> Exists:
        there = f"${of} pg:member {member} . {trial} pg:{name} {variable} ."
        return Exists((there, f"FILTER NOT EXISTS {{ {member} pg:covers {variable} }}"), there=False)

    outcomes = Exists(
        (
            f"?outcomes pg:accepts ?accepted . {trial} pg:alsoOutcome ?also .",
            "FILTER NOT EXISTS { ?outcomes pg:accepts ?also }",
        ),
        there=False,
    )
    return If(mixed, both(all_covered("product", "?more"), all_covered("alsoProduct", "?less"), others, outcomes), True)


def _beside(trial: str, of: str, surely: bool) -> Expression:
    covers, low, high = (
        ("pg:covers", "Surely", "Possibly") if surely else ("(pg:covers|pg:mayCover)", "Possibly", "Surely")
    )
    among = "pg:member" if surely else "(pg:member|pg:unlisted)"
    had, yes = ("= pg:Yes", "= pg:Yes") if surely else ("!= pg:No", "!= pg:No")
    overlapping = Exists(
        (
            f"{trial} pg:row ?row .",
            f"?row pg:daysAgo{low} ?ended ; pg:startedDaysAgo{high} ?started ; pg:ongoing ?on .",
            f"${of} {among} ?beside . ?beside {covers} ?with .",
            "$this pg:therapy ?companion .",
            f"?companion pg:product ?with ; pg:taken ?had ; pg:daysAgo{low} ?stopped ;",
            f"  pg:startedDaysAgo{high} ?begun ; pg:ongoing ?still .",
            f"FILTER (?had {had})",
            f"FILTER ((?begun > ?ended || ?on {yes}) && (?started > ?stopped || ?still {yes}))",
        )
    )
    held = f"${of} {among} ?beside . ?beside {covers} ?with ."
    return either(Exists((f"{trial} pg:row ?row . ?row pg:takenWith ?with .", held)), overlapping)


def _dosed(node: n.Dosed, row: str, surely: bool) -> Exists:
    """Surely, where a fact tells so; possibly, unless a fact tells the contrary."""
    sign = node.sign if surely else _CONTRARY[node.sign]
    amount, over = ("Surely", "Surely") if sign in (">=", ">") else ("Possibly", "Possibly")
    given = [f"${name} = ${name}" for name in (node.days, node.months) if name]
    forms = ["DoseByDay", "DoseByMonth"][: len(given)]
    form = "pg:SingleDose"
    for test, name in reversed(list(zip(given, forms, strict=True))):
        form = f"IF(COALESCE({test}, false), pg:{name}, {form})"
    picks = [("doseForm", form), *((name, _picked(of, other)) for name, of, other in node.picks)]
    unit, otherwise = node.unit
    asked = f"COALESCE(${unit}, <{otherwise}>)" if otherwise else f"${unit}"
    said = " ; ".join([f"pg:{name} ?{name}" for name, _ in picks])
    tests = [f"FILTER (?{name} = {value})" for name, value in (("inUnit", asked), *picks)]
    periods = ", ".join([*(f"${name}" for name in (node.days, node.months) if name), "1"])
    return Exists(
        (
            f"{row} pg:{node.field.name} ?doseOf . ?doseOf pg:inUnit ?inUnit ; {said} ;",
            f"  pg:amount{amount} ?amount ; pg:over{over} ?over .",
            *tests,
            f"FILTER (?amount * COALESCE({periods}) {sign} ${node.of} * ?over)",
        ),
        there=surely,
    )


def _picked(parameter: str, otherwise: str) -> str:
    return f"COALESCE(${parameter}, pg:{otherwise})" if parameter else f"pg:{otherwise}"


def sides(node: n.Compare, reading: Reading, row: Row) -> tuple[str, str]:
    """The number that is compared, and what it is compared to, in one unit."""
    left = row.of(_end(node.field, node.sign, reading))
    right = f"${node.of}" if isinstance(node.of, str) else str(node.of)
    if node.times != 1:
        right += f" * {node.times}"
    if node.unit:
        row.unitless[node.unit] = node.unitless
        right += f" * {row.units.setdefault(node.unit, f'?factor{row.number}')}"
    if node.per:
        number, parameter = node.per
        left, right = f"{left} * ${parameter}", f"{right} * {row.of(number.name)}"
    return left, right


def _compared(node: n.Compare, reading: Reading, row: Row) -> Test:
    left, right = sides(node, reading, row)
    return Test(f"{left} {node.sign} {right}", f"{left} {_CONTRARY[node.sign]} {right}")
