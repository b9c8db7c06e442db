"""What a population shows of policies: whom each lets through, what stops whom, and what if it were otherwise."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from .. import terms
from ..criteria import KINDS, Parameters
from ..errors import CallError
from ..extras import needed
from ..files import write as write_file
from ..near import hint_or, slips
from ..policies.library import policies
from ..policies.model import Criterion
from ..verdict.answers import Answers, Outcome
from ..verdict.determination import determine
from .engines import Duck
from .facts import UNIT
from .outcomes import OUTCOMES
from .run import Run
from .sql import literal, quoted

if TYPE_CHECKING:
    from . import attrition as stops
    from . import shares as parts
    from . import whatif
    from .patterns import Patterns

#: Of several answers of one policy to one chart, the one that lets the most through counts.
_BEST = (
    Outcome.MET,
    Outcome.NOT_DOCUMENTED,
    Outcome.UNKNOWN,
    Outcome.NOT_MET,
    Outcome.EXCLUDED,
    Outcome.NOT_LISTED,
)
_PLACES = " ".join(f"WHEN '{outcome}' THEN {place}" for place, outcome in enumerate(_BEST))
_PLACE = f"CASE outcome {_PLACES} END"


@dataclass(frozen=True)
class Asker:
    """A policy on the plans for which it asks the same, of one kind of request.

    Attributes:
        policy: its id.
        payer: slug.
        plans: slugs; empty for all plans of the payer.
        root: the criteria that most charts are asked; None where none is shown.
        rules: the ids of the rules that ask them, parted by spaces.
        request: the kind of request at which they do: a rule may ask for other things when a therapy goes on.
        charts: how many charts are asked these.
    """

    policy: str
    payer: str
    plans: tuple[str, ...]
    root: Criterion | None
    rules: str
    request: str
    charts: int

    @property
    def name(self) -> str:
        """What it is called: the id of the policy, and the plans where it asks others otherwise."""
        return f"{self.policy} ({', '.join(self.plans)})" if self.plans else self.policy


class Cohort:
    """The answers of a population.

    Attributes:
        run: the charts and what was asked, with the folder in which everything is kept.
        size: how many charts were judged.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        # What stops whom is asked of one policy after the other, in several ways.
        self._last_patterns = lru_cache(maxsize=1)(self.patterns)
        self._shapley: dict[tuple[str, str, int], stops.Shapley] = {}
        self._database = needed("duckdb").connect()
        self._answered = any((run.into / "determinations").glob("*.parquet"))
        if self._answered:
            for name in ("states", "determinations"):
                files = literal(run.into / name / "*.parquet")
                self._database.sql(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({files})")
        self.size = self._rows("SELECT count(DISTINCT id) FROM determinations")[0][0] if self._answered else 0

    def __repr__(self) -> str:
        return f"<Cohort: {self.size} charts, {len(self.askers)} policies>"

    def _rows(self, text: str, *values: Any) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._database.execute(text, list(values)).fetchall()
        return found

    def _columns(self, text: str, *values: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._database.execute(text, list(values)).fetchnumpy()
        return found

    # --- what was asked, and of whom -------------------------------------------------------------------------

    @cached_property
    def askers(self) -> tuple[Asker, ...]:
        """The policies that were asked, by payer."""
        if not self._answered:
            return ()
        roots = {(" ".join(one.rules), one.request): one.root for one in self.run.questions}
        asked: dict[tuple[str, str, str], Counter[tuple[str, str]]] = {}
        for policy, payer, plans, rules, request, charts in self._rows(
            "SELECT policy, payer, plans, rules, request, count(DISTINCT id) FROM determinations "
            "GROUP BY ALL ORDER BY ALL"
        ):
            asked.setdefault((payer, policy, plans), Counter())[rules, request] += charts
        found = []
        for (payer, policy, plans), counted in sorted(asked.items()):
            most = max(counted, key=lambda one: (roots.get(one) is not None, counted[one], one))
            elsewhere = any(other[1] == policy and other[2] for other in asked)
            if plans or not elsewhere or roots.get(most) is not None:
                found.append(Asker(policy, payer, tuple(plans.split()), roots.get(most), *most, counted[most]))
        return tuple(found)

    def asker(self, name: str) -> Asker:
        """The policy of a name, as ``askers`` tells them, or of an id.

        Raises:
            CallError: none has it, or several have.
        """
        found = [one for one in self.askers if name in (one.name, one.policy)]
        if len(found) == 1:
            return found[0]
        named = [one.name for one in self.askers]
        if found:
            raise CallError(
                "policy",
                f"{name} asks on some plans for other things; expected {' or '.join(one.name for one in found)}",
            )
        raise CallError(
            "policy", f"{name!r} was not asked; {hint_or(slips(name, named), 'these were: ' + ', '.join(named))}"
        )

    @cached_property
    def ids(self) -> Any:
        """The ids of the charts that were judged, in order, as a numpy array."""
        return self._columns("SELECT DISTINCT id FROM determinations ORDER BY id")["id"]

    @cached_property
    def outcomes(self) -> dict[str, Any]:
        """By the name of each policy the outcome of each chart: int8, the place of an ``Outcome`` among its members."""
        codes = " ".join(f"WHEN {place} THEN {OUTCOMES.index(outcome)}" for place, outcome in enumerate(_BEST))
        text = f"""
            SELECT CAST(CASE coalesce(min({_PLACE}), {_BEST.index(Outcome.UNKNOWN)}) {codes} END
                AS TINYINT) AS code
            FROM (SELECT DISTINCT id FROM determinations)
            LEFT JOIN (SELECT * FROM determinations WHERE policy = ? AND plans IN (?, '')) USING (id)
            GROUP BY id ORDER BY id
        """
        return {one.name: self._columns(text, one.policy, " ".join(one.plans))["code"] for one in self.askers}

    # --- answers ---------------------------------------------------------------------------------------------

    def shares(self) -> parts.Shares:
        """The share of each outcome under each policy, with Wilson's intervals."""
        from . import shares as parts

        return parts.shares(self.outcomes)

    def overlap(self) -> parts.Overlap:
        """Which charts are met by which policies."""
        from . import shares as parts

        return parts.overlap(self.outcomes)

    def attrition(self, policy: str) -> stops.Attrition:
        """How many charts each step of a policy's rule stops, in the order of the document."""
        from . import attrition as stops

        asker = self.asker(policy)
        return stops.attrition(asker.root, self._last_patterns(asker))

    def shapley(self, policy: str, *, of: stops.Of | str = "not-met", seed: int = 0) -> stops.Shapley:
        """Each criterion's share of the stop, averaged over all orders of asking."""
        from . import attrition as stops

        asked = self.asker(policy).name, str(of), seed
        if asked not in self._shapley:
            asker = self.asker(policy)
            self._shapley[asked] = stops.shapley(asker.root, self._last_patterns(asker), of=of, seed=seed)
        return self._shapley[asked]

    def by_value(self, column: str, *, smallest: int | None = None) -> parts.Subgroups:
        """The shares by what a column of ``patients`` says, such as ``sex`` or ``state``.

        Args:
            smallest: the smallest number of charts that a cell shows; by the small-cell rule where absent.

        Raises:
            CallError: the population has no such column.
        """
        from . import shares as parts

        least = parts.SMALLEST_CELL if smallest is None else smallest
        return parts.by_value(self.outcomes, column, self._column(column), smallest=least)

    def by_age(self, edges: Sequence[int], *, smallest: int | None = None) -> parts.Subgroups:
        """The shares by the age on the day of the request, in bands from each edge on.

        Args:
            smallest: as of ``by_value``.
        """
        from . import shares as parts

        number = needed("numpy")
        files = [str(self.run.into / "facts" / "*" / f"{name}.parquet") for name in ("charts", "units")]
        text = f"""
            SELECT id, any_value("ageAtRequest") FROM read_parquet(?) JOIN read_parquet(?) USING ({UNIT}) GROUP BY id
        """
        ages = self._by_id(self._rows(text, *files))
        years = number.array([float("nan") if one is None else one for one in ages])
        least = parts.SMALLEST_CELL if smallest is None else smallest
        return parts.by_age(self.outcomes, years, edges, smallest=least)

    def without(self, policy: str, criterion: str) -> whatif.WhatIf:
        """What changes if a policy does not ask for a criterion, a leaf or a connective with its parts, by its id."""
        from . import whatif

        asker = self._with_criteria(policy)
        return whatif.dropped(asker.root, self._last_patterns(asker), criterion)

    def taking(self, policy: str, criterion: str, other: str, of: str) -> whatif.WhatIf:
        """What changes if a policy asks for a criterion of another in the place of its own.

        Args:
            other: the id of the criterion of the other policy.
            of: the other policy.
        """
        from . import whatif

        asker, lender = self._with_criteria(policy), self._with_criteria(of)
        lent = next((one for one in lender.root.walk() if one.id == other), None)
        if lent is None:
            raise CallError("other", f"{other!r} is no criterion of {lender.name}")
        return whatif.exchanged(asker.root, self.patterns(asker, lent), criterion, lent)

    def loosened(self, policy: str, criterion: str, **parameters: Any) -> whatif.WhatIf:
        """What changes if a criterion has other parameters, such as ``minimumMonths=2``; None leaves one out.

        The facts are asked anew for the changed criterion alone. Without any parameter it is not asked for.

        Raises:
            CallError: the criterion is a connective, or has no parameter of this name; or the parameter cannot have
                this value or be left out.
        """
        from . import whatif

        asker = self._with_criteria(policy)
        own = next((one for one in asker.root.walk() if one.id == criterion), None)
        if own is None or own.children:
            raise CallError("criterion", f"{criterion!r} is no leaf of {asker.name}")
        given = _changed(own, parameters)
        if not given:
            return self.without(policy, criterion)
        changed = policies(self.run.graph).changed(own, given)
        found = self.patterns(asker, states={changed.id: self._judged(asker, changed)})
        return whatif.exchanged(asker.root, found, criterion, changed)

    def explain(self, chart: str) -> Answers:
        """What each policy of the run says to one chart, by criteria, with the records that decide (``evidence``).

        Raises:
            CallError: no chart has this id, or it could not be read.
        """
        row = self.run.charts.find(chart)
        if row is None:
            raise CallError("chart", f"{chart!r} is the id of no patient of {self.run.charts.folder}")
        case, asked = self.run.case(row), self.run.asked
        told = (determine(case, self.run.graph, policy=name, as_of=asked.day) for name in asked.policies)
        return Answers([one for found in told for one in found], unheard=case.unheard)

    def stops_most(self, policy: str) -> str:
        """The criterion with the largest share of the stop of a policy, in words; empty where nobody is stopped."""
        portions = self.shapley(policy).portions
        most = max(portions, key=lambda one: one.value, default=None)
        return most.text if most is not None and most.value else ""

    @property
    def not_judged(self) -> dict[str, int]:
        """How many charts were not judged, by why; the rows of no patient, and the names that are not known."""
        taken = self.run.taken
        return {
            "refused": len(taken.refused),
            "elsewhere": len(taken.elsewhere),
            "without": len(taken.without),
            "strays": sum(self.run.charts.strays.values()),
            "unknown": len(taken.unknown),
        }

    # --- the states behind them ------------------------------------------------------------------------------

    def patterns(self, asker: Asker, *more: Criterion, states: Mapping[str, Any] | None = None) -> Patterns:
        """The charts that are asked the criteria of a policy, by their states.

        Args:
            more: criteria whose leaves are told, too.
            states: by its id, the states of a criterion that was judged apart, in the order of the ids of the charts.
        """
        from .patterns import patterns

        trees = [one for one in (asker.root, *more) if one is not None]
        leaves = list(dict.fromkeys(leaf.id for root in trees for leaf in root.leaves))
        columns = {leaf: self.run.columns[leaf] for leaf in leaves if leaf in self.run.columns}
        listed = ", ".join(f"s.{quoted(column)}" for column in dict.fromkeys(columns.values()))
        if not listed:
            return patterns({})
        table = self._columns(
            f"SELECT {listed} FROM states s JOIN ({self._reviews(asker)}) r ON s.id = r.id AND s.review = r.review "
            "ORDER BY s.id"
        )
        return patterns({leaf: table[column] for leaf, column in columns.items()} | dict(states or {}))

    def _reviews(self, asker: Asker) -> str:
        """A query for the charts that are asked the criteria of a policy, each with one review.

        Of several reviews that are asked the same, that counts of which the answer does.
        """
        of = {
            "policy": asker.policy,
            "payer": asker.payer,
            "plans": " ".join(asker.plans),
            "rules": asker.rules,
            "request": asker.request,
        }
        files = literal(self.run.into / "determinations" / "*.parquet")
        where = " AND ".join(f"{name} = {literal(value)}" for name, value in of.items())
        return (
            f"SELECT id, review FROM read_parquet({files}) WHERE {where} "
            f"QUALIFY row_number() OVER (PARTITION BY id ORDER BY {_PLACE}, review) = 1"
        )

    def _judged(self, asker: Asker, leaf: Criterion) -> Any:
        """The states of a criterion that was not asked, for the charts that are asked the criteria of a policy."""
        query = self.run.query({"state": leaf})
        engine = Duck(self.run.into)
        engine.database.execute("CREATE TEMP TABLE found (id VARCHAR, review VARCHAR, state TINYINT)")
        engine.prepare(query)
        for lot in self.run.lots:
            engine.read(lot)
            engine.keep("states", query.states)
            engine.database.execute(
                f"INSERT INTO found SELECT c.id, c.review, s.state FROM states s JOIN charts c USING ({UNIT})"
            )
        return engine.database.execute(
            f"SELECT f.state FROM found f JOIN ({self._reviews(asker)}) r ON f.id = r.id AND f.review = r.review "
            "ORDER BY f.id"
        ).fetchnumpy()["state"]

    def _with_criteria(self, policy: str) -> Any:
        asker = self.asker(policy)
        if asker.root is None:
            raise CallError("policy", f"{asker.name} shows no criteria for this use")
        return asker

    def _column(self, column: str) -> Any:
        known = self.run.charts.columns("patients")
        if column not in known:
            advice = hint_or(slips(column, known), f"it has {', '.join(known)}")
            raise CallError("column", f"{column!r} is no column of the table patients; {advice}")
        return self._by_id(list(self.run.charts.values(column).items()))

    def _by_id(self, rows: Iterable[tuple[Any, ...]]) -> Any:
        found = dict(rows)
        return needed("numpy").array([found.get(one) for one in self.ids], dtype=object)

    # --- tables ----------------------------------------------------------------------------------------------

    def write(self) -> list[Path]:
        """Write the answers as tables, beside the states and determinations.

        Returns:
            The files.

        Raises:
            FileError: one cannot be written.
        """
        from . import attrition as stops
        from . import shares as parts

        tables: dict[str, tuple[Sequence[Mapping[str, Any]], Sequence[str]]] = {
            "shares": (self.shares().records(), ("policy", "outcome", *parts.SHARE_COLUMNS)),
            "overlaps": (self.overlap().records(), parts.PAIR_COLUMNS),
            "criteria": (self._criteria(), ("criterion", "column", "policy", "kind", "summary", "locator")),
        }
        steps, share = [], []
        for asker in self.askers:
            steps += [{"policy": asker.name, **row} for row in self.attrition(asker.name).records()]
            share += [{"policy": asker.name, **row} for row in self.shapley(asker.name).records()]
        tables["attrition"] = (steps, ("policy", "step", *stops.Stage.__dataclass_fields__))
        tables["shapley"] = (share, ("policy", *stops.Portion.__dataclass_fields__, "charts", "of"))
        tables |= self._not_read()
        written = []
        for name, (rows, columns) in tables.items():
            text = io.StringIO()
            writer = csv.DictWriter(text, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            path = self.run.into / f"{name}.csv"
            write_file(path, text.getvalue().encode())
            written.append(path)
        return written

    def _criteria(self) -> list[dict[str, str]]:
        """What each column of the states is of."""
        found: dict[str, dict[str, str]] = {}
        for question in self.run.questions:
            for leaf in question.root.leaves if question.root else ():
                found[leaf.id] = {
                    "criterion": leaf.id,
                    "column": self.run.columns[leaf.id],
                    "policy": question.policy,
                    "kind": leaf.kind,
                    "summary": leaf.summary,
                    "locator": leaf.locator,
                }
        return [found[name] for name in sorted(found)]

    def _not_read(self) -> dict[str, tuple[Sequence[Mapping[str, Any]], Sequence[str]]]:
        """What was not judged, and what was named and is not known."""
        taken = self.run.taken
        out = [
            *({"id": name, "why": why} for name, why in sorted(taken.refused.items())),
            *({"id": name, "why": "it asks for another drug"} for name in sorted(taken.elsewhere)),
            *(
                {"id": name, "why": "it names no use, and no diagnosis that a policy names"}
                for name in sorted(taken.without)
            ),
        ]
        unknown = [{"field": path, "name": name, "times": times} for (path, name), times in taken.unknown.most_common()]
        return {"not-judged": (out, ("id", "why")), "not-known": (unknown, ("field", "name", "times"))}


# --- other parameters ----------------------------------------------------------------------------------------


def _changed(leaf: Criterion, parameters: Mapping[str, Any]) -> Parameters:
    """The parameters of a criterion with some changed.

    Raises:
        CallError: it does not give one of them, or one cannot have its new value or be left out.
    """
    given = dict(leaf.parameters)
    for name, value in parameters.items():
        if name not in given:
            raise CallError(
                "parameters", f"have {name}, which {leaf.id} does not give; it gives {', '.join(sorted(given))}"
            )
        if value is None:
            del given[name]
        else:
            given[name] = _term(name, given[name], value)
    idle = sorted(set(given) - _asking(leaf, given))
    if idle:
        gone = " and ".join(name for name in parameters if name not in given)
        raise CallError(
            "parameters", f"leave out {gone}, without which {leaf.id} cannot ask for {idle[0]}; expected a value"
        )
    return Parameters(given)


def _asking(leaf: Criterion, given: Collection[str]) -> set[str]:
    """The parameters of a criterion that ask for something, if it gives some."""
    parts = (part for part in KINDS[leaf.kind].parts if part.applies_to(given))
    return {parameter.name for part in parts for parameter in part.parameters}


def _term(name: str, was: Any, value: Any) -> ox.Literal | ox.NamedNode:
    """A new value in the place of another of its sort.

    Raises:
        CallError: it is of another sort.
    """
    text = str(value).lower() if isinstance(value, bool) else str(getattr(value, "value", value))
    kind = was.datatype.value.removeprefix(terms.XSD) if isinstance(was, ox.Literal) else ""
    wanted, is_one = _SORTS.get(kind, ("a text", bool)) if kind else (f"an IRI, such as {was.value}", _is_iri)
    if not is_one(text) or (isinstance(value, bool) and kind != "boolean"):
        raise CallError("parameters", f"have {name} as {value!r}; expected {wanted}")
    if kind in ("integer", "decimal"):
        text = f"{Decimal(text):f}"
    return ox.Literal(text, datatype=was.datatype) if kind else ox.NamedNode(text)


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite() and abs(Decimal(text)) <= _LARGEST
    except InvalidOperation:
        return False


def _is_whole(text: str) -> bool:
    return _is_number(text) and Decimal(text) % 1 == 0


def _is_iri(text: str) -> bool:
    try:
        return bool(ox.NamedNode(text))
    except ValueError:
        return False


#: Charts hold no larger numbers.
_LARGEST = 10**9
#: What a value of a datatype is called, and whether a text is one.
_SORTS: Mapping[str, tuple[str, Callable[[str], bool]]] = {
    "integer": ("a whole number, a billion at most", _is_whole),
    "decimal": ("a number, a billion at most", _is_number),
    "boolean": ("True or False", ("true", "false").__contains__),
}
