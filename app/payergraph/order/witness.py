"""A smallest patient whom one rule lets through and another does not: found by z3, judged by the shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import pyoxigraph as ox
import z3

from ..chart.case import parse_case
from ..criteria import Status
from ..errors import CaseError, NotConfirmed
from ..meaning import nodes as n
from ..meaning import relations as r
from ..policies.gates import Step
from ..store.graph import LocalGraph
from ..verdict.bench import bench
from ..verdict.leaves import states
from .found import Witness
from .lacking import lacking, value
from .rules import Ruled
from .smt import Chart, Row
from .writing import Writer


class Judge:
    """Judges cases by the shapes."""

    def __init__(self, graph: LocalGraph) -> None:
        self._graph = graph

    def __call__(
        self, case: Mapping[str, Any], rules: Sequence[Ruled]
    ) -> list[tuple[Status | None, dict[str, Status]]]:
        """The state of each rule, and of its leaves.

        Raises:
            CaseError: the case is none.
        """
        read = parse_case(case, self._graph)
        on = bench(self._graph)
        leaves = {leaf.id: leaf for rule in rules for leaf in rule.root.leaves}
        with on.with_case(read.triples(ox.NamedNode(read.indication or ""))):
            found = states(on, read.iri.value, list(leaves.values()))
        return [(value(Step(rule.root), lambda step: step.of(found[step.criterion.id])), found) for rule in rules]


def preferences(chart: Chart) -> Iterator[z3.BoolRef]:
    """What makes a chart plausible and plain, the most important first."""
    therapies = chart.therapies
    yield from (z3.Implies(row.there, row.for_use) for row in therapies)
    yield chart.usual_day
    for therapy in therapies:
        yield z3.Implies(z3.And(therapy.there, therapy.flag(r.TAKEN)), therapy.days >= 90)
        unusual = (r.PLANNED, r.STOPS, r.SAMPLE, r.TOLERATED)
        flags = ((field, holds) for field, holds in therapy.flags.items() if field in unusual)
        yield from (z3.Implies(therapy.there, z3.Not(holds)) for field, holds in flags)
        yield therapy.began <= 730
    for row in chart.single:
        for field, variable in row.numbers.items():
            usual = _USUAL.get(field)
            yield from (usual(variable) if usual else ())
    rows: list[Row] = [*chart.single, *chart.optional]
    for row in rows:
        yield from (z3.IsInt(variable) for variable in row.numbers.values() if variable.is_real())


#: Values that are plausible where the rules leave a choice.
_USUAL: Mapping[n.Number, Callable[[z3.ArithRef], tuple[z3.BoolRef, ...]]] = {
    r.YEARS: lambda years: (years == 45, z3.And(years >= 18, years <= 75)),
    r.KILOGRAMS: lambda weight: (weight == 70,),
}


def smallest(solver: z3.Solver, chart: Chart, wanted: Sequence[z3.BoolRef]) -> z3.ModelRef | None:
    """A model with the fewest rows, as plausible as can be; None where there is none.

    Raises:
        TimeoutError: z3 does not decide it in its time.
    """
    rows = [(row.there, 1) for row in chart.optional]
    for number in range(len(rows) + 1):
        assumed = [*wanted, z3.PbLe(rows, number)] if rows else list(wanted)
        found = solver.check(*assumed)
        if found == z3.sat:
            return _plausible(solver, chart, assumed)
        if found == z3.unknown:
            raise TimeoutError
    return None


def _plausible(solver: z3.Solver, chart: Chart, assumed: list[z3.BoolRef]) -> z3.ModelRef:
    model = solver.model()
    for wish in preferences(chart):
        if z3.is_true(model.eval(wish, model_completion=True)):
            assumed.append(wish)
        elif solver.check(*assumed, wish) == z3.sat:
            assumed.append(wish)
            model = solver.model()
    return model


def written(
    chart: Chart, model: z3.ModelRef, request: str, elsewhere: str, judge: Judge, meets: Ruled, fails: Ruled
) -> Witness:
    """The witness of a model, with all left out that does not matter.

    Raises:
        NotConfirmed: the shapes judge the case otherwise.
    """
    case = Writer(chart, model, elsewhere).case(request)
    both = (meets, fails)

    def states_of(some: Mapping[str, Any]) -> tuple[Status | None, Status | None]:
        [(first, _), (second, _)] = judge(some, both)
        return first, second

    first, second = states_of(case)
    if first is not Status.MET or second is Status.MET or second is None:
        raise NotConfirmed(meets.id, fails.id, f"{first}; {second}; {case}")
    case = _shrunk(case, lambda some: states_of(some) == (first, second))
    [_, (_, leaves)] = judge(case, both)
    separating = lacking(fails.root, lambda step: step.of(leaves[step.criterion.id]))
    return Witness(meets.id, fails.id, case, separating, second is Status.NOT_MET)


_ALWAYS = frozenset(("drug", "indication", "request", "requestDate"))
_Path: TypeAlias = "tuple[str | int, ...]"


def _shrunk(case: Mapping[str, Any], same: Callable[[Mapping[str, Any]], bool]) -> dict[str, Any]:
    """The case without any field whose absence changes nothing: whole lists first, then rows, then fields of rows."""
    found = dict(case)
    for path in sorted(_paths(found), key=_order):
        smaller = _without(found, path)
        try:
            if same(smaller):
                found = smaller
        except CaseError:  # a row without what it is about
            continue
    return found


def _order(path: _Path) -> tuple[object, ...]:
    """The last of a list first, so that the places of the others stay."""
    return len(path), [f"{999 - key:03}" if isinstance(key, int) else key for key in path]


def _paths(value: Any, path: _Path = ()) -> Iterator[_Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if path or key not in _ALWAYS:
            yield (*path, key)
            yield from _paths(item, (*path, key))


def _without(value: Any, path: Sequence[Any]) -> Any:
    """A case without what stands at a place, and without what is empty then; the same where nothing stands there."""
    key, *rest = path
    if (isinstance(value, list) and key >= len(value)) or (isinstance(value, dict) and key not in value):
        return value
    items = dict(enumerate(value)) if isinstance(value, list) else dict(value)
    inner = _without(items[key], rest) if rest else None
    if inner:
        items[key] = inner
    else:
        del items[key]
    return list(items.values()) if isinstance(value, list) else items
