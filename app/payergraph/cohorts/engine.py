"""The predicates of criteria as one Ibis expression over the tables of facts, for whatever engine holds them.

Each table is read once: what is asked of its rows is grouped by unit, and the answers stand side by side in one row a
unit. The states of criteria are numbers: 0 not met, 1 not documented, 2 met.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..extras import needed
from ..meaning import relations as r
from .columns import Answer, Asked
from .facts import DOSES, ROW, TRIAL_ROWS, UNIT, UNITS, Codes, FactType, fact_tables
from .predicates import Mark, Marks, OneOf, Predicate, in_ibis, lists

#: How a column is held.
HELD: Mapping[FactType, str] = {"codes": "int32", "flag": "boolean", "truth": "int8", "number": "float64"}
#: The column of a code in a table of marks.
CODE = "code"
#: How many marks stand in a number, and how many codes are rather compared one by one.
_BITS, _SHORT = 62, 3


@dataclass(frozen=True)
class MarkTable:
    """What stands of each code of a column: which lists of codes hold it.

    Attributes:
        name: of the table.
        of: the column whose codes these are.
        numbers: by the name of a column, the number of each code; a bit of it says that a list holds the code.
    """

    name: str
    of: str
    numbers: Mapping[str, Mapping[int, int]]

    @property
    def unbound(self) -> Any:
        """The table, as Ibis knows it before an engine holds it."""
        return needed("ibis").table({CODE: "int32", **dict.fromkeys(self.numbers, "int64")}, name=self.name)

    def in_arrow(self) -> Any:
        """The table."""
        arrow = needed("pyarrow")
        codes = sorted({code for numbers in self.numbers.values() for code in numbers})
        columns = {name: [found.get(code, 0) for code in codes] for name, found in self.numbers.items()}
        return arrow.table(
            {CODE: arrow.array(codes, arrow.int32())}
            | {name: arrow.array(found, arrow.int64()) for name, found in columns.items()}
        )


class Query:
    """What is asked of the facts of all units, for the states of some criteria.

    Args:
        leaves: by the name of a column where a criterion is surely and possibly met, as ``Columns.leaf`` writes it.
        asked: what these ask of the tables.

    Raises:
        MissingExtra: Ibis is not installed.
    """

    def __init__(self, leaves: Mapping[str, tuple[Predicate, Predicate]], asked: Asked, codes: Codes) -> None:
        self._ibis = needed("ibis")
        self._leaves, self._asked_of, self._codes = leaves, asked, codes
        self._marks: dict[str, Marks] = {}
        self._tables: dict[str, Any] = {}
        self.mark_tables: list[MarkTable] = []
        predicates = self._predicates()
        for name, table in fact_tables().items():
            found = self._ibis.table(
                {UNIT: "int64"}
                | ({ROW: "int32"} if ROW in table.keys else {})
                | {column: HELD[type] for column, type in table.columns.items()},
                name=name,
            )
            marks, mark_tables = _marked(name, predicates[name])
            for one in mark_tables:
                found = _joined(found, one.unbound.rename({one.of: CODE}), [one.of])
            self._marks[name], self._tables[name] = marks, found
            self.mark_tables += mark_tables

    def _predicates(self) -> defaultdict[str, list[Predicate]]:
        """What is asked of the rows of each table."""
        found: defaultdict[str, list[Predicate]] = defaultdict(list)
        found[UNITS] = [one for pair in self._leaves.values() for one in pair]
        for answer in self._asked_of.answers:
            found[answer.table] += [answer.where, answer.never]
        found[DOSES] = [dose.where for dose in self._asked_of.doses]
        for beside in self._asked_of.beside:
            found[r.THERAPIES.name] += [beside.with_it, beside.companion]
        return found

    @cached_property
    def states(self) -> Any:
        """The states of the criteria, a column each, with a row a unit."""
        wide = self._answered()
        columns = {name: self._state(*predicates, wide) for name, predicates in self._leaves.items()}
        return wide.select(UNIT, "signature", **columns)

    def _asks(self, predicate: Predicate, table: str, rows: Any) -> Any:
        """A predicate over the rows of a table, as an expression also where it asks nothing."""
        found = in_ibis(predicate, rows, self._marks[table])
        return self._ibis.literal(found) if isinstance(found, bool) else found

    def _state(self, surely: Predicate, possibly: Predicate, wide: Any) -> Any:
        sure, perhaps = (self._asks(one, UNITS, wide) for one in (surely, possibly))
        # What is not even possible is not met, whatever else.
        return self._ibis.ifelse(perhaps, self._ibis.ifelse(sure, 2, 1), 0).cast("int8")

    def _answered(self) -> Any:
        """A row a unit with all answers."""
        by_table: defaultdict[str, dict[str, Answer]] = defaultdict(dict)
        for answer, name in self._asked_of.answers.items():
            by_table[answer.table][name] = answer
        wide = self._with_doses(UNITS)
        for table in sorted(by_table):
            wide = _joined(wide, self._grouped(table, by_table[table]), [UNIT])
        return wide

    def _grouped(self, table: str, answers: Mapping[str, Answer]) -> Any:
        """What is asked of the rows of a table, a row a unit."""
        rows = self._with_doses(table)
        if table == r.TRIALS.name:
            rows = self._with_beside(rows)
        of_units: dict[str, Any] = {}
        of_groups: defaultdict[str, dict[str, Answer]] = defaultdict(dict)
        for name, answer in answers.items():
            where = self._asks(answer.where, table, rows)
            if answer.group:
                of_groups[answer.group][name] = answer
            elif answer.count == ROW:
                of_units[name] = where.sum()
            elif answer.count:
                of_units[name] = rows[answer.count].nunique(where=where)
            else:
                of_units[name] = where.any()
        found = rows.group_by(UNIT).aggregate(**of_units) if of_units else rows.select(UNIT).distinct()
        for column, some in of_groups.items():
            found = _joined(found, self._in_a_group(table, rows, column, some), [UNIT])
        return found

    def _in_a_group(self, table: str, rows: Any, column: str, answers: Mapping[str, Answer]) -> Any:
        """Whether a group of rows with one code fulfils something that no row of it denies."""
        asked = {name: self._asks(answer.where, table, rows).any() for name, answer in answers.items()}
        asked |= {f"never {name}": self._asks(answer.never, table, rows).any() for name, answer in answers.items()}
        groups = rows.group_by([UNIT, column]).aggregate(**asked)
        found = {name: (groups[name] & ~groups[f"never {name}"]).any() for name in answers}
        return groups.group_by(UNIT).aggregate(**found)

    def _with_doses(self, table: str) -> Any:
        """The rows of a table, with what is asked of the doses of each."""
        rows = self._tables[table]
        for relation in sorted({dose.of for dose in self._asked_of.doses}):
            if table != (UNITS if relation in (r.DOSE.name, r.QUANTITY.name) else relation):
                continue
            doses = self._tables[DOSES]
            here = doses.filter(doses["of"] == self._codes.of((relation,)))
            keys = [UNIT] if table == UNITS else [UNIT, ROW]
            asked = {dose: name for dose, name in self._asked_of.doses.items() if dose.of == relation}
            columns = {name: self._asks(dose.where, DOSES, here).any() for dose, name in asked.items()}
            rows = _joined(rows, here.group_by(keys).aggregate(**columns), keys)
        return rows

    def _with_beside(self, trials: Any) -> Any:
        """The trials, with what was taken while one of their rows was."""
        therapies, links = self._tables[r.THERAPIES.name], self._tables[TRIAL_ROWS]
        for beside, name in self._asked_of.beside.items():
            own, other = therapies, therapies.view()
            low, high = ("Surely", "Possibly") if beside.surely else ("Possibly", "Surely")
            yes = 2 if beside.surely else 1
            row = links.join(own, [links[UNIT] == own[UNIT], links["therapy"] == own[ROW]]).select(
                links[UNIT],
                links[ROW],
                ended=own[f"daysAgo{low}"],
                started=own[f"startedDaysAgo{high}"],
                ongoing=own["ongoing"],
                with_it=self._asks(beside.with_it, r.THERAPIES.name, own),
            )
            companion = other.filter(self._asks(beside.companion, r.THERAPIES.name, other)).select(
                of=other[UNIT],
                stopped=other[f"daysAgo{low}"],
                begun=other[f"startedDaysAgo{high}"],
                still=other["ongoing"],
            )
            pairs = row.left_join(companion, row[UNIT] == companion["of"])
            overlap = ((pairs["begun"] > pairs["ended"]) | (pairs["ongoing"] >= yes)) & (
                (pairs["started"] > pairs["stopped"]) | (pairs["still"] >= yes)
            )
            at_once = overlap.fill_null(False) & pairs["of"].notnull()
            found = pairs.group_by([UNIT, ROW]).aggregate(**{name: (pairs["with_it"] | at_once).any()})
            trials = _joined(trials, found, [UNIT, ROW])
        return trials


def _marked(table: str, predicates: Iterable[Predicate]) -> tuple[Marks, list[MarkTable]]:
    """Marks for the lists of codes of which predicates over a table ask; a list that is short needs none."""
    numbers: defaultdict[str, defaultdict[str, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    marks: dict[OneOf, Mark] = {}
    counted: Counter[str] = Counter()
    asked = {found for predicate in predicates for found in lists(predicate) if len(found.codes) > _SHORT}
    for found in sorted(asked, key=lambda one: (one.column, sorted(one.codes), one.null)):
        place, shift = divmod(counted[found.column], _BITS)
        counted[found.column] += 1
        column = f"{found.column} mark {place}"
        marks[found] = Mark(column, 1 << shift)
        for code in found.codes:
            numbers[found.column][column][code] |= 1 << shift
    return marks, [MarkTable(f"marks of {table} {column}", column, found) for column, found in numbers.items()]


def _joined(left: Any, right: Any, keys: Iterable[str]) -> Any:
    """The rows of the first table, each with what the other has for it."""
    keys = list(keys)
    found = left.left_join(right, keys, rname="{name} of the other")
    return found.drop(*(f"{key} of the other" for key in keys if f"{key} of the other" in found.columns))
