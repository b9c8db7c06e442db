"""The SELECT validators of a meaning: rows where it is not surely, and not even possibly, true.

The text is what any SHACL-SPARQL engine runs: parameters as ``$name``, everything else as ``?name``; flat patterns and
EXISTS, no sub-select, VALUES or MINUS (SHACL 1.0, 5.2.1). IF keeps an EXISTS from being looked at whose parameter is
absent. The variables of one quantifier carry one number, for an inner EXISTS sees the outer pattern.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import count

from . import nodes as n
from .expressions import FALSE, TRUE, Exists, Expression, If, Test, both, contrary, either, filters, group, indented


class Reading(Enum):
    """The two readings of a meaning, named as the constraint components are."""

    ESTABLISHED = "Established"
    POSSIBLE = "Possible"

    @property
    def other(self) -> Reading:
        """The reading that ``not`` needs."""
        return _POSSIBLY if self is _SURELY else _SURELY


_SURELY, _POSSIBLY = Reading.ESTABLISHED, Reading.POSSIBLE
_CONTRARY = {">=": "<", ">": "<=", "<=": ">", "<": ">="}


def violation(meaning: n.Node, reading: Reading, booleans: frozenset[str]) -> str:
    """The text of a SELECT validator: it has a row when the meaning is not true at this reading.

    Args:
        booleans: the parameters that are true or false; false is as good as absent.
    """
    writer = Writer(booleans)
    match meaning:
        case n.Unsettled(of):
            # Established always fails, Possible never does; rdflib lets FILTER (false) pass.
            return _select([f"BIND (${of} AS ?open)" if reading is _SURELY else "FILTER (!true)"])
        case n.Counted():
            return writer.counted(meaning, reading)
        case n.Several():
            return writer.several(meaning, reading)
        case n.CountedRows():
            return writer.counted_rows(meaning, reading)
    return _select(filters(contrary(writer.truth(meaning, reading, Row()))))


def _select(lines: Iterable[str], having: str = "") -> str:
    tail = ["GROUP BY $this", f"HAVING ({having})"] if having else []
    return "\n".join(["SELECT $this WHERE {", *indented(lines), "}", *tail])


@dataclass
class Row:
    """The row that conditions are asked of; one without a relation is the chart.

    Attributes:
        number: of its quantifier; empty for the first.
        member: the variable of the member of a set that is in question.
        known: the variables of what is known outside, by the property that led there.
        fields: the variables of the fields that conditions ask for, by property.
        units: the variables of the factors to the base unit, by the parameter that names the unit.
        unitless: the units that are meant where a parameter names none; empty where none is.
    """

    relation: n.Relation | None = None
    number: str = ""
    member: str = ""
    known: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    unitless: dict[str, str] = field(default_factory=dict)

    @property
    def variable(self) -> str:
        """The variable of the row; of a bare one, of its value."""
        assert self.relation is not None
        return f"?{self.relation.name}{self.number}"

    def of(self, name: str) -> str:
        """The variable of a field, by its property."""
        assert self.relation is not None
        return self.variable if self.relation.bare else self.fields.setdefault(name, f"?{name}{self.number}")

    def pattern(self, reading: Reading) -> list[str]:
        """The triples that lead from the case to the row, its fields, and the units of what they are compared to."""
        relation = self.relation
        assert relation is not None
        link = relation.possible if reading is _POSSIBLY and relation.possible else relation.name
        lines = [f"$this pg:{link} {self.variable} ."]
        if relation.through:
            between = f"?{relation.through}{self.number}"
            lines = [f"$this pg:{relation.through} {between} . {between} pg:{link} {self.variable} ."]
        if self.fields:
            lines += _listed(self.variable, [f"pg:{name} {variable}" for name, variable in self.fields.items()])
        for unit, factor in self.units.items():
            if otherwise := self.unitless[unit]:
                named = f"?base{unit[0].upper()}{unit[1:]}{self.number}"  # told apart from the parameter
                lines += [f"{named} pg:toBase {factor} .", f"FILTER ({named} = COALESCE(${unit}, <{otherwise}>))"]
            else:
                lines.append(f"${unit} pg:toBase {factor} .")
        return lines


def _listed(subject: str, pairs: Sequence[str]) -> list[str]:
    """Predicates and objects of one subject, in lines that can be read."""
    lines, line = [], subject
    for number, pair in enumerate(pairs, start=1):
        line += f" {pair} {';' if number < len(pairs) else '.'}"
        if number == len(pairs) or len(line) + len(pairs[number]) > 100:
            lines.append(line)
            line = " "
    return lines


class Writer:
    """One text in the making; all its variables are told apart."""

    def __init__(self, booleans: frozenset[str]) -> None:
        self._booleans = booleans
        self._rows, self._members = count(1), count(1)

    # --- what counts, at the top of a text -------------------------------------------------------------

    def counted(self, meaning: n.Counted, reading: Reading) -> str:
        """The validator of what counts rows."""
        relation, (chosen, counted) = meaning.relation, meaning.by
        row = self.row(relation, Row(member=self._member()))
        where = self.where((meaning.of, *meaning.where), reading, row)
        counts = f"IF(COALESCE(${chosen}, pg:ByGroup) = pg:ByIngredient, ?{counted.name}, {row.member})"
        found = group(
            "OPTIONAL ",
            [
                *row.pattern(reading),
                f"{row.of(meaning.of.field.name)} pg:{counted.name} ?{counted.name} .",
                *where,
                f"BIND ({counts} AS ?counted)",
            ],
        )
        asked = [
            f"BIND (COALESCE(${meaning.at_least}, 1) AS ?asked)",
            f"BIND (COALESCE(${meaning.every}, false) AS ?every)",
        ]
        short = "COUNT(DISTINCT ?counted) < IF(SAMPLE(?every), COUNT(DISTINCT ?one), SAMPLE(?asked))"
        one = f"${meaning.of.of} pg:member ?one"
        if reading is _SURELY:
            return _select([*asked, f"OPTIONAL {{ {one} }}", *found], f"COUNT(?one) = 0 || {short}")
        return _select([f"$this pg:{relation.complete} true .", *asked, f"{one} .", *found], short)

    def several(self, meaning: n.Several, reading: Reading) -> str:
        """The validator of what counts members."""
        member = self._member()
        holds = filters(self.truth(meaning.meaning, reading, Row(member=member)))
        found = group("OPTIONAL ", [f"${meaning.of} pg:member {member} .", *holds])
        asked = f"BIND (COALESCE(${meaning.at_least}, 1) AS ?asked)"
        return _select([asked, *found], f"COUNT(DISTINCT {member}) < SAMPLE(?asked)")

    def counted_rows(self, meaning: n.CountedRows, reading: Reading) -> str:
        """The validator of what counts rows as such. Where something else suffices, no group is left to fall short."""
        row = self.row(meaning.relation, Row())
        where = self.where(meaning.where, reading, row)
        found = group("OPTIONAL ", [*row.pattern(reading), *where])
        instead = filters(contrary(self.truth(meaning.or_else, reading, Row())))
        asked = f"BIND (${meaning.at_least} AS ?asked)"
        return _select([asked, *found, *instead], f"COUNT(DISTINCT {row.variable}) < SAMPLE(?asked)")

    # --- meanings ---------------------------------------------------------------------------------------

    def truth(self, node: n.Node, reading: Reading, row: Row, absent: bool = True) -> Expression:
        """The expression that is true when the node is, at this reading.

        Args:
            absent: what a part is whose parameter is absent, so that it is left out of what it stands in.
        """
        match node:
            case n.All(parts):
                return both(*(self.truth(part, reading, row) for part in parts))
            case n.Any(parts):
                return either(*(self.truth(part, reading, row, False) for part in parts))
            case n.Not(part):
                return contrary(self.truth(part, reading.other, row, not absent))
            case n.Given(parameter, part):
                return self._given(parameter, part, reading, row, absent)
            case n.Chosen(part=part):
                return _left_out(self.is_chosen(node), self.truth(part, reading, row, absent), absent)
            case n.Some() | n.Present() | n.Recorded() | n.Latest() | n.Stated():
                return self._quantified(node, reading, row)
            case n.Each() | n.EachOf():
                return self._every(node, reading, row)
            case n.Declared() | n.Attested() | n.Conceivable() | n.Nonempty():
                return self._declared(node, reading, row)
        lines = self._triples(node, reading, row)
        return self._test(node, reading, row) if lines is None else Exists(tuple(lines)) if lines else TRUE

    def _given(self, parameter: str, part: n.Node, reading: Reading, row: Row, absent: bool) -> Expression:
        inner = self.truth(part, reading, row, absent)
        if isinstance(part, n.Compare) and part.of == parameter and isinstance(inner, Test):
            # A parameter without a value is an error there.
            here, there = str(absent).lower(), str(not absent).lower()
            return Test(f"COALESCE({inner.text}, {here})", f"COALESCE({inner.contrary}, {there})")
        return _left_out(self.is_given(parameter), inner, absent)

    def is_given(self, parameter: str) -> Test:
        """Whether a parameter has a value, and one that is not false."""
        value = f"${parameter}" if parameter in self._booleans else f"${parameter} = ${parameter}"
        return Test(f"COALESCE({value}, false)", f"!COALESCE({value}, false)")

    def is_chosen(self, node: n.Chosen) -> Test:
        """Whether a parameter has one of the values, or none and one of them holds then."""
        return _one_of(f"COALESCE(${node.parameter}, pg:{node.otherwise})", [f"pg:{name}" for name in node.names])

    def _quantified(self, node: n.Node, reading: Reading, row: Row) -> Expression:
        match node:
            case n.Some(relation, where, closed_by):
                found = self._exists(relation, where, reading, row)
                if reading is _SURELY:
                    return found
                return either(found, contrary(either(self._complete(relation), self._closed(relation, closed_by, row))))
            case n.Present(relation, where, denied_by):
                surely = self._exists(relation, where, _SURELY, row)
                if reading is _SURELY:
                    return surely
                possibly = self._exists(relation, where, _POSSIBLY, row)
                denied = self._exists(relation, denied_by, _SURELY, row)
                return either(surely, both(contrary(denied), either(contrary(self._complete(relation)), possibly)))
            case n.Recorded():
                return self._recorded(node, reading, row)
            case n.Latest(relation, _, so, where):
                whole = (*node.candidates, so, *where)
                if reading is _SURELY:
                    other = self._exists(relation, (*node.candidates, n.Not(so)), _POSSIBLY, row)
                    return both(self._exists(relation, whole, _SURELY, row), contrary(other))
                other = self._exists(relation, (*node.candidates, n.Not(so)), _SURELY, row)
                return either(
                    self._exists(relation, whole, _POSSIBLY, row), contrary(either(self._complete(relation), other))
                )
            case n.Stated(relation, where):
                if reading is _SURELY:
                    return self._exists(relation, where, _SURELY, row)
                return contrary(self._exists(relation, (n.Not(n.All(where)),), _SURELY, row))
        raise TypeError(node)

    def _recorded(self, node: n.Recorded, reading: Reading, row: Row) -> Expression:
        inner = self.row(node.relation, row)
        if node.so is None or node.latest is None:
            lines = self.where(node.where, reading, inner)
            return Exists((*inner.pattern(reading), *lines))
        lines = self.where((n.CURRENT, *node.where, node.so), reading, inner)
        if reading is _SURELY:
            other = self.row(node.relation, inner)
            other.fields[node.latest.name] = inner.of(node.latest.name)
            differs = self.where((n.CURRENT, n.Not(node.so)), _POSSIBLY, other)
            lines += filters(Exists((*other.pattern(reading), *differs), there=False))
        return Exists((*inner.pattern(reading), *lines))

    def _every(self, node: n.Each | n.EachOf, reading: Reading, row: Row) -> Expression:
        if isinstance(node, n.EachOf):
            inner = self.row(node.relation, row)
            inner.known[node.relation.name] = inner.variable
            fails = filters(contrary(self.truth(node.meaning, reading, inner)))
            return Exists((*inner.pattern(reading), *fails), there=False)
        member = self._member()
        fails = filters(contrary(self.truth(node.meaning, reading, Row(member=member, known=row.known))))
        return Exists((f"${node.of} pg:member {member} .", *fails), there=False)

    def _declared(self, node: n.Node, reading: Reading, row: Row) -> Expression:
        match node:
            case n.Declared(by, meaning):
                possibly = self.truth(meaning, _POSSIBLY, row)
                if reading is _POSSIBLY:
                    return possibly
                return both(possibly, either(_declaration(by), self.truth(meaning, _SURELY, row)))
            case n.Attested(of):
                return Exists((f"$this pg:attests ${of} .",)) if reading is _SURELY else TRUE
            case n.Conceivable(meaning):
                return self.truth(meaning, _POSSIBLY, row)
            case n.Nonempty(of):
                return Exists((f"${of} pg:member {self._member()} .",)) if reading is _SURELY else TRUE
        raise TypeError(node)

    def _complete(self, relation: n.Relation) -> Expression:
        return Exists((f"$this pg:{relation.complete} true .",)) if relation.complete else FALSE

    def _closed(self, relation: n.Relation, by: n.Condition | n.Relation | None, row: Row) -> Expression:
        if by is None:
            return FALSE
        if isinstance(by, n.Relation):
            return self._exists(by, (), _SURELY, row)
        return self._exists(relation, (by,), _SURELY, row)

    # --- rows and conditions ------------------------------------------------------------------------------

    def row(self, relation: n.Relation, outside: Row) -> Row:
        """A new row, with what is known where its quantifier stands."""
        return Row(relation, _numbered(self._rows), outside.member, {**outside.known})

    def _member(self) -> str:
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

    def _triples(self, node: n.Node, reading: Reading, row: Row) -> list[str] | None:
        """What a condition asks that is a pattern; None for one that is a test."""
        surely = reading is _SURELY
        covers = "pg:covers" if surely else "(pg:covers|pg:mayCover)"
        match node:
            case n.In(_, _, True) if not surely:
                return []
            case n.In(of_field, of):
                member = row.member or self._member()
                return [f"${of} pg:member {member} . {member} {covers} {row.of(of_field.name)} ."]
            case n.OfMember(of_field, narrower):
                value = row.of(of_field.name)
                return [f"{row.member} pg:subsumedBy {value} ." if narrower else f"{row.member} {covers} {value} ."]
            case n.Under(of_field, of, either_way):
                led, target = self._target(of, row)
                value = row.of(of_field.name)
                if either_way and not surely:
                    return [*led, f"{{ {value} pg:subsumedBy {target} }} UNION {{ {target} pg:subsumedBy {value} }}"]
                return [*led, f"{value} pg:subsumedBy {target} ."]
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

    def _test(self, node: n.Node, reading: Reading, row: Row) -> Expression:
        surely = reading is _SURELY
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
            case n.OverAll(of_field, of):
                member = self._member()
                outside = f"FILTER NOT EXISTS {{ {member} pg:subsumedBy {row.of(of_field.name)} }}"
                return Exists((f"${of} pg:member {member} .", outside), there=False)
            case n.OneOf(of_field, names):
                return _one_of(row.of(of_field.name), [f"pg:{name}" for name in names])
            case n.Allowed(parameter, is_open):
                return TRUE if is_open and not surely else self.is_given(parameter)
            case n.Compare():
                return self._compare(node, reading, row)
            case n.Among(of_field, of):
                if not surely:
                    return TRUE
                one = self._member()
                found = f"?{of_field.name}{one.removeprefix('?member')}"
                return Exists(
                    (
                        f"{row.variable} pg:{of_field.name} {found} . ${of} pg:member {one} .",
                        f"{one} pg:covers {found} .",
                    )
                )
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
        member = self._member()
        value = f"?{node.field.name}{member.removeprefix('?member')}"
        covers = "pg:covers" if reading is _SURELY else "(pg:covers|pg:mayCover)"
        listed = f"{row.variable} pg:{node.field.name} {value} ."
        found = Exists((listed, f"${node.of} pg:member {member} . {member} {covers} {value} ."))
        if reading is _SURELY:
            return found
        closed = row.of(node.closed_by.name)
        return either(Test(f"!{closed}", closed), found)

    def _compare(self, node: n.Compare, reading: Reading, row: Row) -> Test:
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
        return Test(f"{left} {node.sign} {right}", f"{left} {_CONTRARY[node.sign]} {right}")


def _left_out(given: Test, inner: Expression, absent: bool) -> Expression:
    """What a part is where it is brought in, else what leaves it out; IF, so that no EXISTS is looked at in vain."""
    if isinstance(inner, Test):
        return either(contrary(given), inner) if absent else both(given, inner)
    return If(given.text, inner, absent)


def _numbered(numbers: Iterable[int]) -> str:
    number = next(iter(numbers))
    return "" if number == 1 else str(number)


def _end(of: n.Number, sign: str, reading: Reading) -> str:
    """The property of the end of a number that decides: of ``x >= b`` surely the low one, possibly the high one."""
    low, high = of.ends
    return low if (sign in (">=", ">")) == (reading is _SURELY) else high


def _ranked(node: n.Ranked, reading: Reading, row: Row) -> list[str]:
    sign, end = ("<=", "most") if node.at_most else (">=", "least")
    order = "highestRank" if node.at_most and not node.exact else "rank"
    number, bound = row.of(_end(node.field, sign, reading)), f"?{end}{row.number}"
    if not node.otherwise:
        bound = f"?{node.of}Rank{row.number}"
        return [f"${node.of} pg:{order} {bound} .", f"FILTER ({number} {sign} {bound})"]
    named = f"?{node.of}{row.number}"
    is_it = f"{named} = COALESCE(${node.of}, pg:{node.otherwise})"
    return [f"{named} pg:{order} {bound} .", f"FILTER ({is_it} && {number} {sign} {bound})"]


def _one_of(value: str, names: Sequence[str]) -> Test:
    if len(names) == 1:
        return Test(f"{value} = {names[0]}", f"{value} != {names[0]}")
    return Test(f"{value} IN ({', '.join(names)})", f"{value} NOT IN ({', '.join(names)})")


def _declaration(by: str | n.Fixed) -> Exists:
    if isinstance(by, n.Fixed):
        return Exists((f"$this pg:attests <{by.iri}> .",))
    # No declaration is pg:No, which stands for a parameter without a value.
    return Exists(("$this pg:attests ?attested .", f"FILTER (?attested = COALESCE(${by}, pg:No))"))


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
    had, yes = ("= pg:Yes", "= pg:Yes") if surely else ("!= pg:No", "!= pg:No")
    return Exists(
        (
            f"{trial} pg:row ?row .",
            f"?row pg:daysAgo{low} ?ended ; pg:startedDaysAgo{high} ?started ; pg:ongoing ?on .",
            f"${of} pg:member ?beside . ?beside {covers} ?with .",
            "$this pg:therapy ?companion .",
            f"?companion pg:product ?with ; pg:taken ?had ; pg:daysAgo{low} ?stopped ;",
            f"  pg:startedDaysAgo{high} ?begun ; pg:ongoing ?still .",
            f"FILTER (?had {had})",
            f"FILTER ((?begun > ?ended || ?on {yes}) && (?started > ?stopped || ?still {yes}))",
        )
    )
