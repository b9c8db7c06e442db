"""What no patient can meet: rules, and branches of rules, in which parts stand that contradict each other.

A branch is an alternative, or what follows from a condition. It is tried inside its rule, with all that has to hold on
this way. What no chart settles may be either way here, so that nothing is called a contradiction for what is not known;
and what z3 does not decide in its time is let pass.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeAlias

import z3

from ..choice import Request
from ..criteria import tree
from ..policies.gates import Gate, Step
from ..policies.library import policies
from ..policies.model import Criterion, Exclusion, Policy, Rule
from ..store.graph import LocalGraph
from . import formula as f
from .background import background
from .ground import Grounder
from .lacking import is_settled
from .logic import all_of, any_of, at_least, negated
from .rules import not_asked_for, told_apart
from .smt import Chart

#: How long z3 may take for one question, in milliseconds.
_TIME = 5_000
_Part: TypeAlias = Step | Gate


@dataclass(frozen=True, eq=False)
class Unmet:
    """A rule, or a branch of it, that no patient can meet.

    Attributes:
        branch: None where it is the whole rule.
        against: the criteria, to be met or not to be met, and the exclusions that cannot all hold; those of the branch
            among them.
    """

    rule: Rule
    request: Request
    branch: Criterion | None
    against: tuple[Step | Exclusion, ...]


def unmet(graph: LocalGraph, documents: Collection[str] | None = None) -> list[Unmet]:
    """The rules that no patient can meet for any drug, and the branches that none can meet in any rule that has them.

    Args:
        documents: the IRIs of those whose rules are looked at; all where absent.
    """
    read, looked = policies(graph), _Looked()
    for policy in read.every:
        for rule in policy.rules if documents is None or policy.source in documents else ():
            for drug in rule.drugs:
                for request in Request:
                    looked.at(graph, policy, rule, drug, request)
    return [*looked.rules.values(), *looked.branches.values()]


class _Looked:
    """What was seen so far.

    Attributes:
        rules, branches: what nobody was found to meet yet, with where it was seen first.
    """

    def __init__(self) -> None:
        self.rules: dict[tuple[str, Request], Unmet] = {}
        self.branches: dict[str, Unmet] = {}
        self._met: set[object] = set()
        self._sound: set[object] = set()

    def at(self, graph: LocalGraph, policy: Policy, rule: Rule, drug: str, request: Request) -> None:
        """Look at what a rule asks of one drug at one stage."""
        root, key = rule.criteria(request), (rule.iri, request)
        met = key in self._met
        if root is None or (met and not self._leaves_open(key)):
            return
        tried = _Tried(graph, policy, rule, drug, request, root)
        if tried.shape not in self._sound and not tried.possible():
            if not met:
                self.rules.setdefault(key, Unmet(rule, request, None, tried.against((Step(root),))))
            return
        self._met.add(key)
        self.rules.pop(key, None)
        dead = self._dead(tried)
        if not dead:
            self._sound.add(tried.shape)
        for branch in dead:
            iri = branch.step.criterion.iri
            self.branches.setdefault(iri, Unmet(rule, request, branch.step.criterion, tried.against(branch.all)))

    def _leaves_open(self, key: tuple[str, Request]) -> bool:
        """Whether a branch of the rule was met for none of the drugs so far; it may be for another."""
        return any((one.rule.iri, one.request) == key for one in self.branches.values())

    def _dead(self, tried: _Tried) -> list[_Branch]:
        """The branches of a tree that nobody meets in it, and nobody was found to meet elsewhere."""
        left = tried.branches
        while left := [branch for branch in left if branch.step.criterion.iri not in self._met]:
            met = left if tried.shape in self._sound else tried.met_by_one(left)
            if not met:
                return [] if met is None else _topmost(left)
            for branch in met:
                self._met.add(branch.step.criterion.iri)
                self.branches.pop(branch.step.criterion.iri, None)
        return []


@dataclass(frozen=True)
class _Branch:
    """A step that is one way of several.

    Attributes:
        beside: what else has to hold on this way.
        above: the branches in which it stands, and the condition on which it follows.
    """

    step: Step
    beside: tuple[Step, ...]
    above: tuple[Step, ...]

    @property
    def all(self) -> tuple[Step, ...]:
        """All that has to hold."""
        return (self.step, *self.beside)


def _topmost(branches: Sequence[_Branch]) -> list[_Branch]:
    """Those of which nothing that they stand in, or follow on, is among them."""
    every = {branch.step for branch in branches}
    return [branch for branch in branches if every.isdisjoint(branch.above)]


def _branches(step: Step, beside: tuple[Step, ...] = (), above: tuple[Step, ...] = ()) -> Iterator[_Branch]:
    """The branches below a step that has to hold."""
    if step.criterion.kind == tree.IF_THEN.name:
        yield from _conditional(step, beside, above) if step.met else ()
        return
    parts = [part for part in step.parts if isinstance(part, Step)]
    if step.gate.least == len(parts):
        for part in parts:
            yield from _branches(part, (*beside, *(one for one in parts if one is not part)), above)
        return
    for part in parts:
        yield from _way(part, (*beside, step) if step.gate.least > 1 else beside, above)


def _conditional(step: Step, beside: tuple[Step, ...], above: tuple[Step, ...]) -> Iterator[_Branch]:
    """The condition, what follows from it, and what follows otherwise."""
    premise, consequence, *otherwise = (Step(child) for child in step.criterion.children)
    yield from _way(premise, beside, above)
    yield from _way(consequence, (*beside, premise), (*above, premise))
    for part in otherwise:
        yield from _way(part, (*beside, premise.mirrored), above)


def _way(step: Step, beside: tuple[Step, ...], above: tuple[Step, ...]) -> Iterator[_Branch]:
    """A way, and those below it. That something fails is no branch: whoever wrote it asked for nothing there."""
    if step.met:
        yield _Branch(step, beside, above)
    if step.criterion.children:
        yield from _branches(step, beside, (*above, step))


class _Tried:
    """What a rule asks, over one chart of z3.

    Attributes:
        branches: those of its tree.
        shape: of what asks the same it is the same.
    """

    def __init__(
        self, graph: LocalGraph, policy: Policy, rule: Rule, drug: str, request: Request, root: Criterion
    ) -> None:
        known, uses = background(graph), policies(graph).uses
        asked = told_apart(graph, rule.uses, [root])
        grounder = Grounder(known, asked)
        self._root, self.branches = Step(root), list(_branches(Step(root))) if root.children else []
        self._leaves = {leaf.iri: grounder.leaf(leaf) for leaf in root.leaves if is_settled(leaf)}
        items = {one: uses.exclusion(policy, one, asked=drug) for one in asked}
        self._excluded = {
            item: not_asked_for(one for one, of in items.items() if of is item) for item in items.values() if item
        }
        self.shape = (drug, asked, tuple(self._excluded.values()), self._shape(root))
        self._new_chart = partial(Chart, known, drug, asked)

    def _shape(self, criterion: Criterion) -> object:
        if not criterion.children:
            return self._leaves.get(criterion.iri)
        return criterion.kind, criterion.gate.least, tuple(map(self._shape, criterion.children))

    @cached_property
    def _solver(self) -> z3.Solver:
        """With the truth of each leaf and exclusion under its IRI."""
        ways = [(self._root,), *(branch.all for branch in self.branches)]
        rows = f.most(f.rows_needed(f.both(map(self._formula, way))) for way in ways)
        named = self._leaves | {item.iri: formula for item, formula in self._excluded.items()}
        chart, solver = self._new_chart(named.values(), rows), z3.Solver()
        solver.set("timeout", _TIME)
        solver.add(*(z3.Bool(iri) == chart.formula(formula) for iri, formula in named.items()))
        solver.add(chart.settled())
        return solver

    @cached_property
    def _ways(self) -> dict[_Branch, z3.BoolRef]:
        return {branch: all_of(*(self._holds(part) for part in branch.all)) for branch in self.branches}

    def possible(self) -> bool:
        """Whether somebody meets the rule; so also where it was not decided in time."""
        return bool(self._checked([self._holds(self._root)]) != z3.unsat)

    def met_by_one(self, branches: Sequence[_Branch]) -> list[_Branch] | None:
        """The branches that one patient meets who meets one of some; None where it was not decided in time."""
        found = self._checked([any_of(*(self._ways[branch] for branch in branches))])
        if found == z3.sat:
            model = self._solver.model()
            return [one for one in branches if z3.is_true(model.eval(self._ways[one], model_completion=True))]
        return [] if found == z3.unsat else None

    def against(self, steps: Sequence[Step]) -> tuple[Step | Exclusion, ...]:
        """As few as can be of those that cannot all hold."""
        needed: dict[Step | Exclusion, z3.BoolRef] = {
            one: self._holds(one) for step in steps for one in _conjuncts(step)
        }
        needed |= {item: z3.Bool(item.iri) for item in self._excluded}
        for one in list(needed):
            rest = [holds for other, holds in needed.items() if other is not one]
            if self._solver.check(*rest) == z3.unsat:
                del needed[one]
        return tuple(needed)

    def _checked(self, wanted: Sequence[z3.BoolRef]) -> z3.CheckSatResult:
        return self._solver.check(*wanted, *(z3.Bool(item.iri) for item in self._excluded))

    def _formula(self, part: _Part) -> f.Formula:
        """What a part asks, for the number of rows that it needs: none for what no chart settles."""
        if isinstance(part, Step) and not part.criterion.children:
            leaf = self._leaves.get(part.criterion.iri)
            return f.TRUE if leaf is None else leaf if part.met else f.contrary(leaf)
        gate = part.gate if isinstance(part, Step) else part
        parts = tuple(map(self._formula, gate.parts))
        if gate.least == len(parts):
            return f.both(parts)
        return f.either(parts) if gate.least == 1 else f.AtLeast(gate.least, parts)

    def _holds(self, part: _Part) -> z3.BoolRef:
        """Whether a part holds, over the truth of the leaves."""
        if isinstance(part, Step) and not part.criterion.children:
            leaf = z3.Bool(part.criterion.iri)
            return leaf if part.met else negated(leaf)
        gate = part.gate if isinstance(part, Step) else part
        return at_least(gate.least, *(self._holds(one) for one in gate.parts))


def _conjuncts(step: Step) -> Iterator[Step]:
    """The steps of a step that all have to hold, as small as can be."""
    steps = [one for one in step.parts if isinstance(one, Step)]
    if steps and step.gate.least == len(steps):
        for one in steps:
            yield from _conjuncts(one)
    else:
        yield step
