"""The SELECT validators of a meaning: rows where it is not surely, and not even possibly, true.

The text is what any SHACL-SPARQL engine runs: parameters as ``$name``, everything else as ``?name``; flat patterns and
EXISTS, no sub-select, VALUES or MINUS (SHACL 1.0, 5.2.1). IF keeps an EXISTS from being looked at whose parameter is
absent. The variables of one quantifier carry one number, for an inner EXISTS sees the outer pattern.
"""

from __future__ import annotations

from collections.abc import Iterable

from . import nodes as n
from .conditions import Conditions
from .expressions import FALSE, TRUE, Exists, Expression, If, Test, both, contrary, either, filters, group, indented
from .rows import POSSIBLY, SURELY, Reading, Row


def violation(meaning: n.Node, reading: Reading, booleans: frozenset[str], absent: frozenset[str] = frozenset()) -> str:
    """The text of a SELECT validator: it has a row when the meaning is not true at this reading.

    Args:
        booleans: the parameters that are true or false; false is as good as absent.
        absent: parameters that are known to be absent: what they would bring in is not written.
    """
    writer = Writer(booleans, absent)
    match meaning:
        case n.Unsettled(of):
            # Established always fails, Possible never does; rdflib lets FILTER (false) pass.
            return _select([f"BIND (${of} AS ?open)" if reading is SURELY else "FILTER (!true)"])
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


class Writer(Conditions):
    """One text in the making; all its variables are told apart."""

    # --- what counts, at the top of a text -------------------------------------------------------------

    def counted(self, meaning: n.Counted, reading: Reading) -> str:
        """The validator of what counts rows."""
        relation = meaning.relation
        row = self.row(relation, Row(member=self.member()))
        where = self.where((meaning.of, *meaning.where), reading, row)
        led, counts = counted_as(meaning, reading, row)
        found = group("OPTIONAL ", [*row.pattern(reading), *led, *where, f"BIND ({counts} AS ?counted)"])
        asked = [
            f"BIND (COALESCE(${meaning.at_least}, 1) AS ?asked)",
            f"BIND (COALESCE(${meaning.every}, false) AS ?every)",
        ]
        short = "COUNT(DISTINCT ?counted) < IF(SAMPLE(?every), COUNT(DISTINCT ?one), SAMPLE(?asked))"
        one = f"${meaning.of.of} pg:member ?one"
        if reading is SURELY:
            return _select([*asked, f"OPTIONAL {{ {one} }}", *found], f"COUNT(?one) = 0 || {short}")
        return _select([f"$this pg:{relation.complete} true .", *asked, f"{one} .", *found], short)

    def several(self, meaning: n.Several, reading: Reading) -> str:
        """The validator of what counts members."""
        member = self.member()
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
                return self._brought_in(self.is_chosen(node), part, reading, row, absent)
            case n.Some() | n.Present() | n.Recorded() | n.Latest() | n.Stated():
                return self._quantified(node, reading, row)
            case n.Each() | n.EachOf():
                return self._every(node, reading, row)
            case n.Declared() | n.Attested() | n.Conceivable() | n.Nonempty():
                return self._declared(node, reading, row)
        lines = self._triples(node, reading, row)
        return self._test(node, reading, row) if lines is None else Exists(tuple(lines)) if lines else TRUE

    def _given(self, parameter: str, part: n.Node, reading: Reading, row: Row, absent: bool) -> Expression:
        given = self.is_given(parameter)
        if isinstance(part, n.Compare) and part.of == parameter and given != FALSE:
            inner = self.truth(part, reading, row, absent)
            assert isinstance(inner, Test)
            # A parameter without a value is an error there.
            here, there = str(absent).lower(), str(not absent).lower()
            return Test(f"COALESCE({inner.text}, {here})", f"COALESCE({inner.contrary}, {there})")
        return self._brought_in(given, part, reading, row, absent)

    def _brought_in(self, given: Test, part: n.Node, reading: Reading, row: Row, absent: bool) -> Expression:
        """A part where a test of parameters holds, else what leaves it out; written only where it may hold."""
        if given == FALSE:
            return TRUE if absent else FALSE
        inner = self.truth(part, reading, row, absent)
        return inner if given == TRUE else _left_out(given, inner, absent)

    def _quantified(self, node: n.Node, reading: Reading, row: Row) -> Expression:
        match node:
            case n.Some(relation, where, closed_by):
                found = self._exists(relation, where, reading, row)
                if reading is SURELY:
                    return found
                return either(
                    found, contrary(either(self._complete(relation, where), self._closed(relation, closed_by, row)))
                )
            case n.Present(relation, where, denied_by):
                surely = self._exists(relation, where, SURELY, row)
                if reading is SURELY:
                    return surely
                possibly = self._exists(relation, where, POSSIBLY, row)
                denied = self._exists(relation, denied_by, SURELY, row)
                return either(
                    surely, both(contrary(denied), either(contrary(self._complete(relation, where)), possibly))
                )
            case n.Recorded():
                return self._recorded(node, reading, row)
            case n.Latest(relation, about, so, where):
                whole = (*node.candidates, so, *where)
                if reading is SURELY:
                    other = self._exists(relation, (*node.candidates, n.Not(so)), POSSIBLY, row)
                    return both(self._exists(relation, whole, SURELY, row), contrary(other))
                other = self._exists(relation, (*node.candidates, n.Not(so)), SURELY, row)
                return either(
                    self._exists(relation, whole, POSSIBLY, row),
                    contrary(either(self._complete(relation, (about,)), other)),
                )
            case n.Stated(relation, where):
                if reading is SURELY:
                    return self._exists(relation, where, SURELY, row)
                return contrary(self._exists(relation, (n.Not(n.All(where)),), SURELY, row))
        raise TypeError(node)

    def _recorded(self, node: n.Recorded, reading: Reading, row: Row) -> Expression:
        inner = self.row(node.relation, row)
        if node.so is None or node.latest is None:
            lines = self.where(node.where, reading, inner)
            return Exists((*inner.pattern(reading), *lines))
        lines = self.where((n.CURRENT, *node.where, node.so), reading, inner)
        if reading is SURELY:
            other = self.row(node.relation, inner)
            other.fields[node.latest.name] = inner.of(node.latest.name)
            differs = self.where((n.CURRENT, n.Not(node.so)), POSSIBLY, other)
            lines += filters(Exists((*other.pattern(reading), *differs), there=False))
        return Exists((*inner.pattern(reading), *lines))

    def _every(self, node: n.Each | n.EachOf, reading: Reading, row: Row) -> Expression:
        if isinstance(node, n.EachOf):
            inner = self.row(node.relation, row)
            inner.known[node.relation.name] = inner.variable
            fails = filters(contrary(self.truth(node.meaning, reading, inner)))
            return Exists((*inner.pattern(reading), *fails), there=False)
        member = self.member()
        fails = filters(contrary(self.truth(node.meaning, reading, Row(member=member, known=row.known))))
        return Exists((f"${node.of} pg:member {member} .", *fails), there=False)

    def _declared(self, node: n.Node, reading: Reading, row: Row) -> Expression:
        match node:
            case n.Declared(by, meaning):
                possibly = self.truth(meaning, POSSIBLY, row)
                if reading is POSSIBLY:
                    return possibly
                return both(possibly, either(_declaration(by), self.truth(meaning, SURELY, row)))
            case n.Attested(of):
                return Exists((f"$this pg:attests ${of} .",)) if reading is SURELY else TRUE
            case n.Conceivable(meaning):
                return self.truth(meaning, POSSIBLY, row)
            case n.Nonempty(of):
                return Exists((f"${of} pg:member {self.member()} .",)) if reading is SURELY else TRUE
        raise TypeError(node)

    def _complete(self, relation: n.Relation, where: Iterable[n.Node]) -> Expression:
        if relation.lists:
            return Exists(("$this pg:listsAll ?listed .", f"${named_by(where)} a ?listed ."))
        return Exists((f"$this pg:{relation.complete} true .",)) if relation.complete else FALSE

    def _closed(self, relation: n.Relation, by: n.Condition | n.Relation | None, row: Row) -> Expression:
        if by is None:
            return FALSE
        if isinstance(by, n.Relation):
            return self._exists(by, (), SURELY, row)
        return self._exists(relation, (by,), SURELY, row)


def named_by(where: Iterable[n.Node]) -> str:
    """The parameter that names what a row is about."""
    for condition in where:
        match condition:
            case n.All(parts):
                return named_by(parts)
            case n.Under(_, str(of)) | n.Same(_, of, False):
                return of
    raise ValueError("no parameter names what a row is about")


def counted_as(node: n.Counted, reading: Reading, row: Row) -> tuple[list[str], str]:
    """What a row counts as, with the pattern that leads there: the member, the field of what is told or the line.

    A line that is not known counts as none surely, and possibly as one of its own for each course.
    """
    chosen, field, line = node.by
    low, high = map(row.of, line.ends)
    led = [f"{row.of(node.of.field.name)} pg:{field.name} ?{field.name} .", f"{row.variable} pg:countedLine ?line ."]
    by = f"COALESCE(${chosen}, pg:ByGroup)"
    if reading is SURELY:
        line_of, group = f"IF({low} = {high}, ?line, ?unknown)", row.member
    else:
        # What a list that is left open does not name counts by its field; of every member, the list names all.
        line_of, group = "?line", f"IF({row.member} = ${node.of.of}, ?{field.name}, {row.member})"
        led.append(f"FILTER ({row.member} != ${node.of.of} || !COALESCE(${node.every}, false))")
    return led, f"IF({by} = pg:ByIngredient, ?{field.name}, IF({by} = pg:ByLine, {line_of}, {group}))"


def _left_out(given: Test, inner: Expression, absent: bool) -> Expression:
    """What a part is where it is brought in, else what leaves it out; IF, so that no EXISTS is looked at in vain."""
    if isinstance(inner, Test):
        return either(contrary(given), inner) if absent else both(given, inner)
    return If(given.text, inner, absent)


def _declaration(by: str | n.Fixed) -> Exists:
    if isinstance(by, n.Fixed):
        return Exists((f"$this pg:attests <{by.iri}> .",))
    # No declaration is pg:No, which stands for a parameter without a value.
    return Exists(("$this pg:attests ?attested .", f"FILTER (?attested = COALESCE(${by}, pg:No))"))
