"""What the criteria read of a chart, in columns: the facts of ``chart.facts`` as rows of tables.

A *unit* is a chart under one indication that is under review. ``units`` has a row each: what a chart has at most once.
Every other relation of ``meaning.relations`` is a table with a row a fact. Which columns there are follows from what
the kinds of criteria ask of a relation. A column holds truth values, numbers, or *codes*: the number of a value, or of
a set of values, in the list of them that goes with the facts (``Codes``).

Numbers are doubles. Of two equal decimals the doubles are equal, and rounding never turns an order around, so that a
bound is met by itself; what a criterion asks of a quotient is a column of its own, rounded once.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Literal, TypeAlias

import pyoxigraph as ox

from .. import terms
from ..chart.case import Case
from ..criteria import KINDS
from ..meaning import nodes as n
from ..meaning import relations as r

#: codes: the number of a set of values; flag: true or false; truth: 0 no, 1 open, 2 yes.
FactType: TypeAlias = Literal["codes", "flag", "truth", "number"]

#: The table of what a unit has at most once, and the column that says whose a row is.
UNITS, UNIT = "units", "unit"
#: Doses and quantities, each of a row of another table.
DOSES = "doses"
#: Which therapies make a trial.
TRIAL_ROWS = "trialRows"
#: The number of a row among those of its unit.
ROW = "row"

#: Of what a chart has one at most. They stand in ``units``, under the name of the relation and a point.
SINGLE = (r.AGE_IN_MONTHS, r.RESPONSE, r.DOSE, r.QUANTITY)
#: What rows of a trial and of what was taken beside it are asked for together (``Beside``).
_TAKEN_BESIDE: dict[str, FactType] = {
    "product": "codes",
    "takenWith": "codes",
    "taken": "truth",
    "ongoing": "truth",
    "daysAgoSurely": "number",
    "daysAgoPossibly": "number",
    "startedDaysAgoSurely": "number",
    "startedDaysAgoPossibly": "number",
}
#: What is asked of a trial by conditions that name no field.
_OF_A_TRIAL: dict[str, FactType] = {
    **dict.fromkeys(("alsoProduct", "otherProduct", "alsoOutcome", "ingredient"), "codes"),
    "mixed": "flag",
    "numberOfLine": "number",
    "surely": "flag",
    "possibly": "flag",
}
_DOSE: dict[str, FactType] = {
    **dict.fromkeys(("inUnit", "doseForm", "doseBasis", "doseKind"), "codes"),
    **dict.fromkeys(("rateSurely", "ratePossibly"), "number"),
}
_TRUTHS = {terms.PG + "No": 0, terms.PG + "Maybe": 1, terms.PG + "Yes": 2}


@dataclass(frozen=True)
class FactTable:
    """A table of facts.

    Attributes:
        columns: beside the unit and, of a table of rows, the number of the row.
    """

    name: str
    columns: Mapping[str, FactType]

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that say which row it is."""
        return (UNIT,) if self.name == UNITS else (UNIT, ROW)


def ratio(number: str, by: str) -> str:
    """The column of a quotient of two numbers of a row."""
    return f"{number} by {by}"


def single(relation: n.Relation, name: str = "") -> str:
    """The column of ``units`` that holds a field of a relation of which a chart has one at most; bare: the value."""
    return f"{relation.name}.{name}" if name else relation.name


@cache
def fact_tables() -> Mapping[str, FactTable]:
    """Every table of facts by its name, with the columns that the kinds of criteria ask for."""
    asked = _asked_of_relations()
    units: dict[str, FactType] = {"signature": "codes", "listsAll": "codes", r.ATTESTATIONS.name: "codes"}
    tables: dict[str, dict[str, FactType]] = {}
    for relation, fields in asked.items():
        if relation.complete:
            units[relation.complete] = "flag"
        if relation.bare is not None:
            units[single(relation)] = "number" if isinstance(relation.bare, n.Number) else "codes"
        elif relation in SINGLE:
            units |= {single(relation, name): type for name, type in fields.items()} | {single(relation): "flag"}
        else:
            tables.setdefault(relation.name, {}).update(fields)
    tables[r.THERAPIES.name] |= _TAKEN_BESIDE
    tables[r.TRIALS.name] |= _OF_A_TRIAL
    tables[r.ON_DRUG.name] |= {"surely": "flag", "possibly": "flag"}
    tables |= {DOSES: _DOSE | {"of": "codes"}, TRIAL_ROWS: {"therapy": "number"}, UNITS: units}
    return {name: FactTable(name, columns) for name, columns in tables.items()}


@cache
def _asked_of_relations() -> Mapping[n.Relation, dict[str, FactType]]:
    """The fields that the kinds of criteria ask for, by relation."""
    asked: defaultdict[n.Relation, dict[str, FactType]] = defaultdict(dict)
    for kind in KINDS.values():
        for part in kind.parts:
            _collect(part.meaning, None, asked)
    return asked


def _collect(node: Any, relation: n.Relation | None, asked: dict[n.Relation, dict[str, FactType]]) -> None:
    """The fields of each relation of which a node asks."""
    if isinstance(node, n.Relation):
        asked[node].update({})
    elif isinstance(node, n.Field):
        assert relation is not None
        asked[relation].update(_columns(node))
    elif isinstance(node, n.Compare) and node.per is not None:
        assert relation is not None
        asked[relation][ratio(node.field.name, node.per[0].name)] = "number"
    elif isinstance(node, n.Under | n.Over):
        _collect(node.field, relation, asked)  # what it is compared to is of no row
    elif isinstance(node, tuple):
        for part in node:
            _collect(part, relation, asked)
    elif dataclasses.is_dataclass(node):
        inner = getattr(node, "relation", relation)
        if isinstance(node, n.Latest | n.Recorded):
            _collect(n.CURRENT, inner, asked)
        for field in dataclasses.fields(node):
            _collect(getattr(node, field.name), inner, asked)


def _columns(field: n.Field) -> dict[str, FactType]:
    match field:
        case n.Number():
            return dict.fromkeys(field.ends, "number")
        case n.Truth(name):
            return {name: "truth"}
        case n.Flag(name):
            return {name: "flag"}
        case n.Concept(name) | n.Code(name):
            return {name: "codes"}
    return {}  # doses are rows of their own


#: A set of values, in order; one value is a set of one.
Values: TypeAlias = tuple[str, ...]
#: A row of a table: its values by column; codes are sets of values still.
FactRow: TypeAlias = dict[str, Any]


#: By the subject and the bare name of a property, what is said.
_Said: TypeAlias = "defaultdict[str, defaultdict[str, list[str]]]"


class Written:
    """The facts of one unit after another, as rows.

    Args:
        ingredients: what each product is made of, by IRI.
    """

    def __init__(self, ingredients: Callable[[str], Iterable[str]]) -> None:
        self._ingredients = ingredients
        self.rows: dict[str, list[FactRow]] = {name: [] for name in fact_tables()}

    def add(self, unit: int, case: Case, review: str, signature: str) -> None:
        """Write the facts of a chart under an indication."""
        said: _Said = defaultdict(lambda: defaultdict(list))
        for triple in case.triples(ox.NamedNode(review)):
            name = _local(triple.predicate.value)
            said[triple.subject.value][name].append(triple.object.value)  # type: ignore[union-attr]
        of_case = said[case.iri.value]
        unit_row: FactRow = {UNIT: unit, "signature": (signature,)}
        for relation in _relations():
            if relation.bare is not None:
                self._bare(unit_row, relation, of_case, said)
            elif relation in SINGLE:
                for node in of_case.get(relation.name, [])[:1]:
                    unit_row[single(relation)] = True
                    unit_row.update(self._row(UNITS, said[node], f"{relation.name}."))
                    self._doses(unit, relation.name, 0, said[node], said)
            else:
                self._rows(unit, relation, of_case, said)
        for name, type in fact_tables()[UNITS].columns.items():
            if type == "flag" and "." not in name and name in of_case and name not in unit_row:
                unit_row[name] = of_case[name][0] == "true"
        for name in ("listsAll", r.ATTESTATIONS.name):
            unit_row[name] = _values(of_case.get(name, []))
        self.rows[UNITS].append(unit_row)

    def _bare(self, row: FactRow, relation: n.Relation, of_case: Mapping[str, list[str]], said: _Said) -> None:
        found = of_case.get(relation.name, [])
        if relation.through:
            found = [value for node in of_case.get(relation.through, []) for value in said[node].get(relation.name, [])]
        number = isinstance(relation.bare, n.Number)
        if found:
            row[single(relation)] = float(found[0]) if number else _values(found)

    def _rows(self, unit: int, relation: n.Relation, of_case: Mapping[str, list[str]], said: _Said) -> None:
        links = {"surely": of_case.get(relation.name, [])}
        if relation.possible:
            links["possibly"] = of_case.get(relation.possible, [])
        nodes = dict.fromkeys(node for found in links.values() for node in found)
        for number, node in enumerate(nodes):
            row = {UNIT: unit, ROW: number, **self._row(relation.name, said[node], "")}
            if relation.possible:
                row |= {name: node in found for name, found in links.items()}
            if relation == r.TRIALS:
                self._trial(unit, number, row, said[node])
            self._doses(unit, relation.name, number, said[node], said)
            self.rows[relation.name].append(row)

    def _row(self, table: str, said: Mapping[str, list[str]], under: str) -> FactRow:
        columns = fact_tables()[table].columns
        row: FactRow = {}
        for name, found in said.items():
            type = columns.get(under + name)
            if type is not None:
                row[under + name] = _read(type, found)
        for column, number, by in _ratios(table):
            if number in said and by in said:
                row[column] = float(Fraction(said[number][0]) / Fraction(said[by][0]))
        return row

    def _trial(self, unit: int, number: int, row: FactRow, said: Mapping[str, list[str]]) -> None:
        row["ingredient"] = tuple(sorted({one for product in row["product"] for one in self._ingredients(product)}))
        line = said["countedLine"][0].split("/")
        # A line of therapy has its number; a course of a line that is not known one that no line has.
        row["numberOfLine"] = float(line[-1]) + (0 if line[-2] == "line" else 1000)
        for node in said.get("row", []):
            therapy = float(node.rpartition("/")[2])
            self.rows[TRIAL_ROWS].append({UNIT: unit, ROW: number, "therapy": therapy})

    def _doses(self, unit: int, relation: str, number: int, said: Mapping[str, list[str]], all_said: _Said) -> None:
        for node in said.get("doseFact", []):
            fact = {name: found[0] for name, found in all_said[node].items()}
            row: FactRow = {UNIT: unit, ROW: number, "of": (relation,)}
            row |= {name: (fact[name],) for name in ("inUnit", "doseForm", "doseBasis", "doseKind")}
            for end in ("Surely", "Possibly"):
                row[f"rate{end}"] = float(Fraction(fact[f"amount{end}"]) / Fraction(fact[f"over{end}"]))
            self.rows[DOSES].append(row)


@cache
def _local(name: str) -> str:
    return terms.local(name)


@cache
def _ratios(table: str) -> tuple[tuple[str, str, str], ...]:
    """The columns of quotients of a table, each with what is divided by what."""
    split = [(column, column.partition(" by ")) for column in fact_tables()[table].columns]
    return tuple((column, number, by) for column, (number, _, by) in split if by)


@cache
def _relations() -> tuple[n.Relation, ...]:
    return tuple(relation for relation in _asked_of_relations() if relation != r.ATTESTATIONS)


def _read(type: FactType, found: list[str]) -> Any:
    match type:
        case "codes":
            return _values(found)
        case "truth":
            return _TRUTHS[found[0]]
        case "flag":
            return found[0] == "true"
    return float(found[0])


def _values(found: list[str]) -> Values:
    return (found[0],) if len(found) == 1 else tuple(sorted(set(found)))


class Codes:
    """The numbers of sets of values: which set a code stands for, and which codes each column holds."""

    def __init__(self, known: Iterable[Values] = (), used: Mapping[str, Iterable[int]] | None = None) -> None:
        self.values: list[Values] = list(known)
        self._codes = {values: code for code, values in enumerate(self.values)}
        self.used: defaultdict[str, set[int]] = defaultdict(set)
        for column, codes in (used or {}).items():
            self.used[column] = set(codes)

    def of(self, values: Values) -> int:
        """The code of a set of values, a new one where it has none."""
        code = self._codes.get(values)
        if code is None:
            code = self._codes[values] = len(self.values)
            self.values.append(values)
        return code

    def in_column(self, table: str, column: str) -> Iterator[tuple[int, Values]]:
        """The codes that a column holds, each with its values."""
        return ((code, self.values[code]) for code in sorted(self.used[f"{table}.{column}"]))
