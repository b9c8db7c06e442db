"""Which policy is stricter: the order of the rules for one drug, one use and one kind of request.

A rule is stricter than another where whoever meets it meets the other too, and not the other way round. It is an order
over complete charts, as far as the documents show their criteria and a chart settles them. z3 decides each pair; a pair
that is no implication has a witness, a case that the shapes judge likewise.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import date
from functools import cached_property
from itertools import permutations
from typing import TypeVar

import networkx as nx
import z3

from ..choice import Authority, Request, day
from ..store.graph import LocalGraph
from ..store.names import names
from ..store.once import once_a_graph
from . import formula as f
from .background import background
from .found import Extremes, Relation, Witness
from .rules import Ruled, documents, ruled
from .smt import Chart
from .witness import Judge, smallest, written

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")
#: z3 keeps one memory for all, which no two threads may use at once.
_ONE_AT_A_TIME = threading.RLock()
#: How long z3 may take for one pair, in milliseconds.
_TIME = 20_000
_OLDEST = 130


def _once(known: dict[_K, _V], key: _K, work_out: Callable[[], _V]) -> _V:
    """What is known under a key, worked out by one thread at a time."""
    if key not in known:
        with _ONE_AT_A_TIME:
            if key not in known:
                known[key] = work_out()
    return known[key]


class Strictness:
    """The order of some rules.

    Attributes:
        graph: where the documents and the concepts are.
        drug, use: IRIs.
        rules: those that show something that a chart settles, a label first.
        silent: those that show nothing of it.
    """

    def __init__(self, graph: LocalGraph, drug: str, use: str, request: Request, found: tuple[Ruled, ...]) -> None:
        self.drug, self.use, self.request = drug, use, request
        self.rules = tuple(rule for rule in found if rule.formula is not None)
        self.silent = tuple(rule for rule in found if rule.formula is None)
        self.graph = graph
        self._by_id = {rule.id: rule for rule in self.rules}
        first: dict[f.Formula, str] = {}
        #: Of each rule the first that asks the same, word for word.
        self._alike = {rule.id: first.setdefault(rule.formula, rule.id) for rule in self.rules if rule.formula}
        self._witnesses: dict[tuple[str, str], Witness | None] = {}
        self._extremes: dict[str, Extremes | None] = {}
        self._possible: dict[str, bool | None] = {}
        self._made: Model | None = None

    def __getitem__(self, rule: str) -> Ruled:
        return self._by_id[rule]

    # --- the order -------------------------------------------------------------------------------------

    def implies(self, one: str, other: str) -> bool | None:
        """Whether whoever meets the one rule meets the other; None where z3 does not decide it in its time."""
        first, second = self._alike[one], self._alike[other]
        return first == second or self._model.implies(first, second)

    def relation(self, one: str, other: str) -> Relation:
        """How the one rule stands to the other."""
        there, back = self.implies(one, other), self.implies(other, one)
        if there is None or back is None:
            return Relation.UNDECIDED
        if there:
            return Relation.EQUAL if back else Relation.STRICTER
        return Relation.WIDER if back else Relation.INCOMPARABLE

    def as_far_as_shown(self, one: str, other: str) -> bool:
        """Whether how two rules stand rests on something that is not shown, or left to a reviewer."""
        return not (self[one].whole and self[other].whole)

    @cached_property
    def equal(self) -> tuple[tuple[Ruled, ...], ...]:
        """The rules, those that are equal together, in the order of the first of each."""
        found: list[list[Ruled]] = []
        for rule in self.rules:
            alike = next((some for some in found if self.relation(some[0].id, rule.id) is Relation.EQUAL), None)
            if alike is None:
                found.append([rule])
            else:
                alike.append(rule)
        return tuple(map(tuple, found))

    @cached_property
    def next_wider(self) -> tuple[tuple[Ruled, Ruled], ...]:
        """Each rule with the next wider ones, of those that are equal the first: the lines of a Hasse diagram."""
        first = {some[0].id: some[0] for some in self.equal}
        graph = nx.DiGraph()
        graph.add_nodes_from(first)
        graph.add_edges_from(pair for pair in permutations(first, 2) if self.implies(*pair))
        return tuple((first[one], first[other]) for one, other in nx.transitive_reduction(graph).edges)

    # --- witnesses -------------------------------------------------------------------------------------

    def witness(self, meets: str, fails: str) -> Witness | None:
        """A smallest case that meets the one rule and not the other; None where there is none, or none in time.

        Raises:
            NotConfirmed: the shapes judge it otherwise.
        """
        return _once(self._witnesses, (meets, fails), lambda: self._found(self[meets], self[fails]))

    def _found(self, meets: Ruled, fails: Ruled) -> Witness | None:
        if self.implies(meets.id, fails.id) is not False:
            return None
        try:
            model = smallest(self._model.solver, self._model.chart, self._model.apart(meets.id, fails.id))
        except TimeoutError:
            return None
        if model is None:
            return None
        judge = Judge(self.graph)
        elsewhere = names(self.graph).slug(self._elsewhere)
        return written(self._model.chart, model, self.request.value, elsewhere, judge, meets, fails)

    @cached_property
    def _elsewhere(self) -> str:
        """A condition that has nothing to do with the use."""
        known = names(self.graph)
        related = {self.use, *self.asked}
        return next(
            one
            for one in known.of_kinds(("Condition",))
            if not any(known.subsumes(one, use) or known.subsumes(use, one) for use in related)
        )

    # --- each rule -------------------------------------------------------------------------------------

    def possible(self, rule: str) -> bool | None:
        """Whether any patient can meet it; None where z3 does not decide it in its time."""
        return _once(self._possible, rule, lambda: self._model.possible(rule))

    def extremes(self, rule: str) -> Extremes | None:
        """The fewest therapies and the ages with which it can be met; None where it cannot be, or not in time."""
        return _once(self._extremes, rule, lambda: self._model.extremes(rule))

    @property
    def asked(self) -> tuple[str, ...]:
        """The conditions for which a complete chart may ask for the drug."""
        return next((rule.asked for rule in (*self.rules, *self.silent)), (self.use,))

    @property
    def _model(self) -> Model:
        # Not a cached property: before Python 3.12 that has a lock of its own, and two locks can wait for each other.
        if self._made is None:
            with _ONE_AT_A_TIME:
                if self._made is None:
                    formulas = {rule.id: rule.formula for rule in self.rules if rule.formula is not None}
                    self._made = Model(self.graph, self.drug, self.asked, formulas)
        return self._made


class Model:
    """Formulas over one chart of z3.

    Args:
        drug: an IRI.
        asked: the conditions for which a chart may ask for it.
        formulas: by a name.
    """

    def __init__(self, graph: LocalGraph, drug: str, asked: tuple[str, ...], formulas: Mapping[str, f.Formula]) -> None:
        met = f.most(f.rows_needed(one) for one in formulas.values())
        failed = f.most(f.rows_needed(one, holds=False) for one in formulas.values())
        self.chart = Chart(background(graph), drug, asked, formulas.values(), met + failed)
        met_by = {one: z3.Bool(f"meets {name}") for name, one in formulas.items()}
        self.meets = {name: met_by[one] for name, one in formulas.items()}
        self.solver = z3.Solver()
        self.solver.set("timeout", _TIME)
        for one, holds in met_by.items():
            self.solver.add(holds == self.chart.formula(one))
        self.solver.add(self.chart.settled())
        self._implied: dict[tuple[str, str], bool | None] = {}

    def implies(self, one: str, other: str) -> bool | None:
        """Whether whoever meets the one meets the other; None where z3 does not decide it in its time."""

        def decided() -> bool | None:
            found = self.solver.check(*self.apart(one, other))
            return None if found == z3.unknown else found == z3.unsat

        return _once(self._implied, (one, other), decided)

    def apart(self, meets: str, fails: str) -> tuple[z3.BoolRef, z3.BoolRef]:
        """That the one is met and the other is not."""
        return self.meets[meets], z3.Not(self.meets[fails])

    def possible(self, rule: str) -> bool | None:
        """Whether any patient can meet a rule; None where z3 does not decide it in its time."""
        found = self.solver.check(self.meets[rule])
        return None if found == z3.unknown else found == z3.sat

    def extremes(self, rule: str) -> Extremes | None:
        """The fewest therapies and the ages with which a rule can be met."""
        meets = self.meets[rule]
        there = [(row.there, 1) for row in self.chart.therapies]
        for number in range(len(there) + 1):
            found = self.solver.check(meets, *([z3.PbLe(there, number)] if there else ()))
            if found == z3.unknown:
                return None
            if found == z3.sat:
                return Extremes(number, *self._ages(meets))
        return None

    def _ages(self, meets: z3.BoolRef) -> Iterator[int | None]:
        """The youngest and the oldest; None where any age does."""
        age = self.chart.age
        if age is None:
            return iter((None, None))
        optimize = z3.Optimize()
        optimize.add(*self.solver.assertions(), meets)
        found: list[int | None] = []
        for goal, bound in ((optimize.minimize, 0), (optimize.maximize, _OLDEST)):
            optimize.push()
            goal(age)
            value = optimize.model()[age].as_long() if optimize.check() == z3.sat else bound
            found.append(None if value == bound else value)
            optimize.pop()
        return iter(found)


def strictness(
    graph: LocalGraph,
    drug: str,
    indication: str,
    *,
    request: Request | str = Request.INITIAL,
    authority: Authority | str = Authority.PRIMARY,
    as_of: date | str | None = None,
) -> Strictness:
    """The order of the rules in force, the label's with them.

    It is worked out when it is asked for, a pair at a time, and kept as long as the graph.

    Args:
        drug, indication: IRIs.
        as_of: the day whose editions count; today where absent.

    Raises:
        CallError: a word is none of its list, or the day is none.
    """
    stage, on = Request(request), day(as_of) or date.today()
    every = documents(graph, drug, Authority(authority), on)
    key = drug, indication, stage, tuple(policy.iri for policy in every)
    kept = _kept(graph)
    if key not in kept:
        kept[key] = Strictness(graph, drug, indication, stage, ruled(graph, every, drug, indication, stage))
    return kept[key]


@once_a_graph
def _kept(graph: LocalGraph) -> dict[object, Strictness]:
    return {}
