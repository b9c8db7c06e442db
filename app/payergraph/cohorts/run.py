"""A run: the charts of a population asked of the policies of a drug, in a folder that an interrupted run goes on in.

The folder holds ``facts``, with a folder for each part of the population; ``states`` (a row a unit, a column a
criterion: 0 not met, 1 not documented, 2 met) and ``determinations`` (a row a chart and question), in lots; and
``run.json``, which says what was asked. A part that is there is whole: it is written beside its place, and then moved.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from .. import terms
from ..chart.case import Case, parse_case
from ..criteria import KINDS
from ..errors import CohortError, FileError
from ..extras import needed
from ..files import is_folder, reason, whole
from ..files import write as write_file
from ..policies.model import Criterion
from ..store.graph import LocalGraph
from .charts import Charts
from .columns import Columns
from .engine import Query
from .engines import Duck, Engine
from .facts import UNIT, UNITS, Codes
from .intake import Intake, Taken, as_asked, begin, take
from .known import concepts
from .outcomes import OUTCOMES, Question, leaves_of, questions, said
from .scope import Asked
from .sources import Source

#: So many patients are read at once at most: what is lost of a run that is interrupted, and what is held in memory.
AT_ONCE = 5_000
#: So many parts there are of a population that is not small, for all cores to read and for progress to be told.
PARTS = 16
#: A part has so many patients at least; with fewer, writing it would cost more than reading it.
FEWEST = 250
#: So many are judged at once; what an engine holds of them grows with it, and the query is planned anew for each lot.
JUDGED_AT_ONCE = 100_000

#: What a run tells of how far it is: what it does, how much is done, and of how much.
Progress = Callable[[str, int, int], None]
#: The columns of a question, its number first.
_QUESTION = ("question", "policy", "payer", "plans", "indication", "request", "rules")
#: Each process runs the script that asks from its beginning; it ends where that asks again, or where memory runs out.
_ENDED = (
    'a process that reads charts ended; in a script, put the call under `if __name__ == "__main__":`, or say '
    "processes=1"
)
_FACTS, _STATES, _DETERMINATIONS = "facts", "states", "determinations"


def silent(what: str, done: int, of: int) -> None:
    """Tell nothing."""


@dataclass
class Run:
    """Charts asked of policies.

    Attributes:
        into: the folder in which all of it is kept.
        taken: what was read of the charts; known when all are read.
    """

    source: Source
    asked: Asked
    graph: LocalGraph
    into: Path
    taken: Taken = field(default_factory=Taken)
    _codes: Codes = field(default_factory=Codes)

    @classmethod
    def begin(cls, source: Source, asked: Asked, graph: LocalGraph, into: Path) -> Run:
        """A run in a folder that is new or empty, or in which the same run was begun.

        Raises:
            CohortError: the folder holds something else.
            FileError: it cannot be written.
        """
        run = cls(source, asked, graph, into)
        told = run._told()
        manifest = into / "run.json"
        try:
            if manifest.exists():
                before = json.loads(whole(manifest))
                differs = [name for name in told if before.get(name) != told[name]]
                if differs:
                    other = " and ".join(differs)
                    raise CohortError([f"{into} holds a run of other {other}; choose another folder, or remove it"])
            elif is_folder(into) and any(into.iterdir()):
                raise CohortError([f"{into} is not empty, and holds no run; choose another folder"])
            (into / _FACTS).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(into, "written", reason(error)) from None
        write_file(manifest, json.dumps(told, indent=1).encode())
        if (into / "codes.json").exists():
            kept = json.loads(whole(into / "codes.json"))
            run._codes = Codes([tuple(values) for values in kept["values"]], kept["used"])
        return run

    def _told(self) -> dict[str, Any]:
        """All on which the answers depend, as text."""
        asked = self.asked
        return {
            "graph": self.graph.version,
            "charts": self.source.told(),
            "drug": asked.drug,
            "indication": asked.indication,
            "request": asked.request.value,
            "day": asked.day.isoformat(),
            "policies": list(asked.policies),
        }

    @cached_property
    def charts(self) -> Charts:
        """The tables of the population.

        Raises:
            CohortError: all that is wrong with them.
        """
        return self.source.charts(self.into, self.graph, self.asked.day)

    # --- reading the charts ------------------------------------------------------------------------------

    @cached_property
    def _parts(self) -> Sequence[range]:
        size, step = self.charts.size, self.at_once
        return [range(first, min(first + step, size)) for first in range(0, size, step)]

    @property
    def at_once(self) -> int:
        """How many patients a part has."""
        return min(AT_ONCE, max(FEWEST, -(-self.charts.size // PARTS)))

    def _part(self, number: int) -> Path:
        return self.into / _FACTS / f"{number:05}"

    def take_in(self, *, processes: int | None = None, progress: Progress = silent) -> None:
        """Read all charts that are not read yet.

        Args:
            processes: how many read at once; as many as there are cores where absent. One is this process itself,
                which need not read the graph anew.

        Raises:
            CohortError: a process ended; what was read until then is kept.
        """
        todo = [number for number in range(len(self._parts)) if not self._part(number).exists()]
        done = self.charts.size - sum(len(self._parts[number]) for number in todo)
        progress("Reading charts", done, self.charts.size)
        for number, (tables, codes, taken) in self._read(todo, processes or os.cpu_count() or 1):
            self._keep(number, tables, codes, taken)
            done += len(self._parts[number])
            progress("Reading charts", done, self.charts.size)
        self.taken = self._all_taken()

    def _read(self, todo: Sequence[int], processes: int) -> Iterator[tuple[int, Any]]:
        """What is read of the parts, as they end; no more is asked of the processes than they can hold.

        Raises:
            CohortError: a process ended.
        """
        if min(processes, len(todo)) <= 1:
            intake = Intake(self.graph, self.asked)
            for number in todo:
                part = self._parts[number]
                yield number, intake.part(self.charts, part.start, part.stop)
            return
        try:
            yield from self._read_apart(todo, processes)
        except BrokenProcessPool:
            raise CohortError([_ENDED]) from None

    def _read_apart(self, todo: Sequence[int], processes: int) -> Iterator[tuple[int, Any]]:
        """The same, in processes of their own.

        Raises:
            BrokenProcessPool: one ended.
        """
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(
            min(processes, len(todo)), mp_context=context, initializer=begin, initargs=(self.asked, self.charts)
        ) as pool:
            waiting: dict[Future[Any], int] = {}
            left = iter({number: self._parts[number] for number in todo}.items())
            while True:
                # No more is asked of them at once than they soon take: what they have read waits in memory.
                for number, part in left:
                    waiting[pool.submit(take, part.start, part.stop)] = number
                    if len(waiting) > 2 * processes:
                        break
                if not waiting:
                    return
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    yield waiting.pop(future), future.result()

    def _keep(self, number: int, tables: Mapping[str, Any], codes: Codes, taken: Taken) -> None:
        """Write the facts of a part, with the codes that all parts share."""
        parquet, compute = needed("pyarrow.parquet"), needed("pyarrow.compute")
        shared = needed("pyarrow").array([self._codes.of(values) for values in codes.values], "int32")
        beside = self.into / _FACTS / f".{number:05}"
        try:
            shutil.rmtree(beside, ignore_errors=True)
            beside.mkdir()
            for name, table in tables.items():
                for column in [one for one in table.column_names if f"{name}.{one}" in codes.used]:
                    place = table.column_names.index(column)
                    found = compute.take(shared, table[column])
                    table = table.set_column(place, column, found)
                    self._codes.used[f"{name}.{column}"].update(compute.unique(found).drop_null().to_pylist())
                parquet.write_table(table, beside / f"{name}.parquet", compression="zstd")
            arrow = needed("pyarrow")
            units = [unit for unit, _, _ in taken.units]
            ids, reviews = [name for _, name, _ in taken.units], [terms.slug(review) for _, _, review in taken.units]
            found = arrow.table(
                {
                    UNIT: arrow.array(units, "int64"),
                    "id": arrow.array(ids, "string"),
                    "review": arrow.array(reviews, "string"),
                }
            )
            parquet.write_table(found, beside / "charts.parquet", compression="zstd")
            write_file(beside / "taken.json", json.dumps(_written(taken)).encode())
            used = {column: sorted(found) for column, found in self._codes.used.items()}
            write_file(self.into / "codes.json", json.dumps({"values": self._codes.values, "used": used}).encode())
            beside.rename(self._part(number))
        except OSError as error:
            raise FileError(beside, "written", reason(error)) from None

    def _all_taken(self) -> Taken:
        found = Taken()
        for number in range(len(self._parts)):
            kept = json.loads(whole(self._part(number) / "taken.json"))
            found.refused |= kept["refused"]
            found.elsewhere += kept["elsewhere"]
            found.without += kept["without"]
            found.unknown += Counter({(path, name): times for path, name, times in kept["unknown"]})
        return found

    def case(self, chart: dict[str, Any]) -> Case:
        """A chart as a case that asks what the run asks.

        Raises:
            CaseError: it cannot be read.
        """
        return parse_case(as_asked(chart, self.asked, self.graph), self.graph, name=chart["id"])

    # --- judging them ------------------------------------------------------------------------------------

    @cached_property
    def questions(self) -> dict[Question, frozenset[int]]:
        """All that is asked of charts, with the codes of the signatures of those of which it is."""
        texts = {code: values[0] for code, values in self._codes.in_column(UNITS, "signature")}
        return questions(texts, self.asked, self.graph)

    @cached_property
    def _judged(self) -> dict[str, Criterion]:
        """By the id of a criterion, the one that is judged: the first that is equal but for its name."""
        return leaves_of(self.questions)

    @cached_property
    def columns(self) -> dict[str, str]:
        """By the id of a criterion, the column of its state: that of the one that is judged."""
        return {name: leaf.id for name, leaf in self._judged.items()}

    @cached_property
    def leaves(self) -> dict[str, Criterion]:
        """By its column, the criterion that is judged."""
        return {leaf.id: leaf for leaf in self._judged.values()}

    def query(self, leaves: Mapping[str, Criterion]) -> Query:
        """What has to be asked of the facts for the states of some criteria."""
        columns = Columns(concepts(self.graph), self._codes)
        predicates = {name: columns.leaf(leaf, KINDS[leaf.kind].parts) for name, leaf in leaves.items()}
        return Query(predicates, columns.asked, self._codes)

    @property
    def lots(self) -> list[list[Path]]:
        """The parts that are judged together."""
        parts = [self._part(number) for number in range(len(self._parts))]
        step = max(1, JUDGED_AT_ONCE // self.at_once)
        return [parts[first : first + step] for first in range(0, len(parts), step)]

    def judge(self, engine: Engine | None = None, *, progress: Progress = silent) -> None:
        """Judge all charts that are read and not judged yet.

        Raises:
            FileError: what is judged cannot be written.
        """
        done = 0
        progress("Judging charts", 0, self.charts.size)
        if not self.questions:
            return
        lots = {self.into / _DETERMINATIONS / f"{number:05}.parquet": parts for number, parts in enumerate(self.lots)}
        left = [place for place in lots if not place.exists()]
        engine = engine or Duck(self.into)
        if left:
            query, tables = self.query(self.leaves), self._tables()
            engine.prepare(query)
            engine.hold("questions", self._in_words())
            for name in tables:
                (self.into / name).mkdir(exist_ok=True)
        for place, parts in lots.items():
            if place in left:
                engine.read(parts)
                engine.keep("states", query.states)
                for name, expression in tables.items():
                    engine.write(expression, self.into / name / place.name)
            done += self.at_once * len(parts)
            progress("Judging charts", min(done, self.charts.size), self.charts.size)

    def _tables(self) -> dict[str, Any]:
        """What is written of a lot, by the name of its folder, over the states, the charts and the questions."""
        ibis = needed("ibis")
        columns = {UNIT: "int64", "signature": "int32", **dict.fromkeys(self.leaves, "int8")}
        table = ibis.table(columns, name="states")
        charts = ibis.table({UNIT: "int64", "id": "string", "review": "string"}, name="charts")
        words = {name: "int32" if name == "question" else "string" for name in _QUESTION}
        asked = ibis.table(words, name="questions")
        states = charts.join(table.drop("signature"), UNIT).drop(UNIT).order_by("id", "review")
        # What is alike stands together and takes little room. It is sorted before the words are there: they cost most.
        found = said(self.questions, self.columns, table).order_by(UNIT, "question")
        told = (
            found.join(charts, UNIT)
            .join(asked, "question")
            .select("id", "review", *_QUESTION[1:], outcome=_words(ibis, found["outcome"]))
        )
        return {_STATES: states, _DETERMINATIONS: told}

    def _in_words(self) -> Any:
        """The questions, a row each."""
        rows = [
            (
                number,
                one.policy,
                one.payer,
                " ".join(one.plans),
                terms.slug(one.indication),
                one.request,
                " ".join(one.rules),
            )
            for number, one in enumerate(self.questions)
        ]
        arrow = needed("pyarrow")
        columns = {name: [row[place] for row in rows] for place, name in enumerate(_QUESTION)}
        return arrow.table(
            {name: arrow.array(found, "int32" if name == "question" else "string") for name, found in columns.items()}
        )


def _words(ibis: Any, outcome: Any) -> Any:
    return outcome.cases(*((number, one.value) for number, one in enumerate(OUTCOMES)))


def _written(taken: Taken) -> dict[str, Any]:
    return {
        "refused": taken.refused,
        "elsewhere": taken.elsewhere,
        "without": taken.without,
        "unknown": [[path, name, times] for (path, name), times in taken.unknown.items()],
    }
