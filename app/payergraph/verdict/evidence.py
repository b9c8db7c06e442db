"""Which recorded facts made a criterion met or not met, which could, and how many of how many there are.

The facts are found by the texts of ``meaning.evidence``, in one query for each effect of a part of a kind, and only
those that a state shows. They are personal, as the case is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import pyoxigraph as ox

from .. import terms
from ..chart.case import Case
from ..chart.words import Recorded
from ..criteria import KINDS, Status
from ..meaning.evidence import Counts, Effect, Witness
from ..meaning.parts import Part
from ..policies.library import policies
from ..policies.model import Criterion
from ..store.graph import LocalGraph
from ..store.names import names
from .asked import reads
from .at_once import absent, alike, by_kind, of_all
from .bench import Bench, bench
from .fold import Node

__all__ = ["Effect", "Evidence", "Fact", "Ledger", "Member", "blocking"]

_PREFIX = f"PREFIX pg: <{terms.PG}>"
#: What settles a state; what is open has every effect to show.
_SETTLES = {Status.MET: Effect.FOR, Status.NOT_MET: Effect.AGAINST}
_IN_ORDER = tuple(Effect)
#: Of a fact that does several things in several parts of a criterion, what is told: what decides, or is open.
_FIRST = {
    Status.MET: _IN_ORDER,
    Status.NOT_MET: (Effect.AGAINST, Effect.COULD, Effect.FOR),
    Status.NOT_DOCUMENTED: (Effect.COULD, Effect.AGAINST, Effect.FOR),
}


@dataclass(frozen=True)
class Fact:
    """A recorded fact, and what it does for a criterion.

    Attributes:
        path: the field of the case, entries counted from 0: ``therapies[2]``.
        words: what is on record there, in one short phrase.
        gaps: of a fact that could be what is asked, what is not recorded of it that the criterion reads, in words.
        unlisted: whether it is not on the list that is asked for, and may count, for the document leaves that open.
    """

    path: str
    words: str
    effect: Effect
    gaps: tuple[str, ...] = ()
    unlisted: bool = False

    @property
    def is_completeness(self) -> bool:
        """Whether it is that a list is complete, so that what is not there is told by its absence."""
        return self.path.endswith("Complete")


@dataclass(frozen=True)
class Member:
    """What counts for one, with its facts, if any.

    Attributes:
        iri: of a member of the set that is asked for, or of an ingredient; the path of an entry that counts for itself;
            of lines of therapy ``line 1``.
    """

    iri: str
    label: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What a criterion rests on.

    Attributes:
        facts: for *met*, those for it; for *not met*, those that are about it and fall short, and what counts for all
            that; for *not documented*, all that are about it.
        asked: how many are asked for; None where nothing is counted.
        counting: what counts already.
        could: what may count, with what is not recorded.
        open: the other members of the set.
        distance: for *not met*, how far what is on record is from a bound, as a share of it, or how many of those
            asked for are lacking; None where it is not a number that fails.
        left_open: whether the document leaves the set open, so that what it does not name may count, too.
    """

    facts: tuple[Fact, ...] = ()
    asked: int | None = None
    counting: tuple[Member, ...] = ()
    could: tuple[Member, ...] = ()
    open: tuple[Member, ...] = ()
    distance: float | None = None
    left_open: bool = False

    def of(self, effect: Effect) -> tuple[Fact, ...]:
        """The facts that do this."""
        return tuple(fact for fact in self.facts if fact.effect is effect)


#: The effect of each fact that a witness found, by the fact and what it counts for.
_Found: TypeAlias = dict[tuple[ox.NamedNode | ox.Literal, str], Effect]
#: What a witness found for a leaf, and how far the nearest row is from the bounds.
_OfWitness: TypeAlias = tuple[Witness, _Found, float | None]


class Ledger:
    """The evidence of all leaves that were judged of a case under one review, worked out when first asked for.

    It has no ``repr`` of its own, so that no log shows a patient.
    """

    def __init__(
        self, case: Case, graph: LocalGraph, review: str, leaves: Sequence[Criterion], states: Mapping[str, Status]
    ) -> None:
        self._case, self._graph, self._review = case, graph, review
        self._leaves, self._states = leaves, states

    @cached_property
    def evidence(self) -> Mapping[str, Evidence]:
        """By the id of the leaf."""
        judged = alike(self._leaves)
        on = bench(self._graph)
        found: dict[str, Evidence] = {}
        with on.with_case(self._case.triples(ox.NamedNode(self._review))):
            self._unlisted = self._not_named(on, judged.values())
            for kind, some in by_kind(judged.values()).items():
                of_kind = self._of_kind(on, kind, some)
                found |= {leaf.iri: self._evidence(leaf, of_kind[leaf.iri]) for leaf in some}
        return {name: found[leaf.iri] for name, leaf in judged.items()}

    def _not_named(self, on: Bench, leaves: Iterable[Criterion]) -> Mapping[str, Collection[str]]:
        """The therapies of the case that a list does not name and may hold, for it is left open: by its IRI."""
        values = {term.value for leaf in leaves for term in leaf.parameters.values()}
        lists = [value for value in values if policies(self._graph).is_open(value)]
        found: defaultdict[str, set[str]] = defaultdict(set)
        if lists:
            listed = " ".join(f"<{one}>" for one in sorted(lists))
            query = f"""{_PREFIX} SELECT ?list ?fact WHERE {{ VALUES ?list {{ {listed} }}
                ?list pg:mayCover ?product . <{self._case.iri.value}> pg:therapy ?fact . ?fact pg:product ?product }}"""
            for row in on.rows(query):
                found[row["list"].value].add(row["fact"].value)
        return found

    def _of_kind(self, on: Bench, kind: str, leaves: Sequence[Criterion]) -> Mapping[str, Sequence[_OfWitness]]:
        """What the witnesses of each leaf find, by its IRI."""
        result: defaultdict[str, list[_OfWitness]] = defaultdict(list)
        for part in KINDS[kind].parts:
            some = [leaf for leaf in leaves if part.applies_to(leaf.parameters)]
            for witness in part.witnesses(absent(part, some)):
                asked = {leaf.iri: leaf for leaf in some if applies(witness, leaf)}
                found: dict[str, _Found] = {iri: {} for iri in asked}
                for number, (effect, text) in enumerate(witness.selects):
                    wanted = [leaf for leaf in asked.values() if self._wants(leaf, witness, number)]
                    if wanted:
                        query = of_all(text, part, self._case.iri.value, wanted)
                        for leaf, key in _rows(on, query):
                            found[leaf].setdefault(key, effect)
                short = self._short(on, part, witness, asked.values())
                for iri in asked:
                    result[iri].append((witness, found[iri], short.get(iri)))
        return result

    def _short(self, on: Bench, part: Part, witness: Witness, leaves: Iterable[Criterion]) -> Mapping[str, float]:
        """How far the nearest row is from the bounds of each leaf that is not met, by its IRI."""
        wanted = [leaf for leaf in leaves if self._states[leaf.id] is Status.NOT_MET]
        if not witness.short or not wanted:
            return {}
        query = of_all(witness.short, part, self._case.iri.value, wanted)
        found: dict[str, float] = {}
        for row in on.rows(query):
            leaf, short = row["leaf"].value, float(row["short"].value)
            if short > 0:
                found[leaf] = min(short, found.get(leaf, short))
        return found

    def _wants(self, leaf: Criterion, witness: Witness, number: int) -> bool:
        """Whether the state shows what a query finds, or what it finds keeps a later one from being shown."""
        shown = self._shown(leaf, witness)
        return any(effect in shown for effect, _ in witness.selects[number:])

    def _shown(self, leaf: Criterion, witness: Witness) -> Collection[Effect]:
        settles = _SETTLES.get(self._states[leaf.id])
        counted = witness.counts and settles is not Effect.FOR
        return _IN_ORDER if settles is None or counted else (settles,)

    def _evidence(self, leaf: Criterion, found: Sequence[_OfWitness]) -> Evidence:
        facts: dict[str, dict[Effect, Fact]] = defaultdict(dict)
        counted = Evidence()
        asked = tuple(reads(leaf, self._graph)) if any(Effect.COULD in of.values() for _, of, _ in found) else ()
        unlisted = {fact for term in leaf.parameters.values() for fact in self._unlisted.get(term.value, ())}
        distances = []
        for witness, rows, short in found:
            shown = self._shown(leaf, witness)
            by_of: defaultdict[str, dict[str, Fact]] = defaultdict(dict)
            whole: dict[str, Fact] = {}
            by_itself = witness.counts is not None and not witness.counts.of
            for effect in _ordered(witness):
                for (fact, of), does in rows.items():
                    if does is effect in shown:
                        for recorded in self._case.words.at(fact, _reads(witness), asked):
                            one = _fact(recorded, effect, fact.value in unlisted)
                            by_of[one.path if by_itself else self._line(of, one.path)].setdefault(one.path, one)
                            whole.setdefault(one.path, one)
            if said := self._complete(leaf, witness, rows):
                whole[said.path] = said
            for one in whole.values():
                facts[one.path].setdefault(one.effect, one)
            if witness.counts:
                counted = self._counted(leaf, witness.counts, by_of)
                short = _lacking(counted, short)
            distances += [short] if short is not None and self._states[leaf.id] is Status.NOT_MET else []
        first = _FIRST[self._states[leaf.id]]
        told = [next(does[effect] for effect in first if effect in does) for does in facts.values()]
        return replace(counted, facts=self._sorted(told), distance=max(distances, default=None))

    def _complete(self, leaf: Criterion, witness: Witness, rows: _Found) -> Fact | None:
        """That a list is complete, where this is what settles the state."""
        settles, effects = _SETTLES.get(self._states[leaf.id]), set(rows.values())
        if witness.complete is None or witness.complete is not settles:
            return None
        if not witness.counts and (effects - {settles} or (witness.decisive and effects)):
            return None
        keys = witness.relation.complete
        if witness.about:
            kinds = names(self._graph).kinds_of(leaf.parameters.iri(witness.about))
            keys = next((keys for kind, keys in witness.relation.lists if kind in kinds), "")
        recorded = self._case.words.complete(*keys.split())
        return _fact(recorded, settles) if recorded else None

    def _counted(self, leaf: Criterion, counts: Counts, by_of: Mapping[str, Mapping[str, Fact]]) -> Evidence:
        known = policies(self._graph)
        members = known.members(leaf.parameters.iri(counts.of)) if counts.of else ()
        every = counts.every and leaf.parameters.true(counts.every)
        asked = len(members) if every else leaf.parameters.count(counts.at_least)
        counting = self._members(by_of, Effect.FOR, ())
        could = self._members(by_of, Effect.COULD, {one.iri for one in counting})
        taken = {one.iri for one in (*counting, *could)}
        ingredient, label = names(self._graph).ingredient, names(self._graph).label

        def spent(member: str) -> bool:
            """Whether it counts or could; where ingredients are counted, whether all that it holds do."""
            return member in taken or all(ingredient(one) in taken for one in known.members(member) or (member,))

        # Of lines of therapy, no list tells which are left.
        by_line = counts.by and leaf.parameters.local(counts.by) == "ByLine"
        left = tuple(Member(one, label(one)) for one in members if not by_line and not spent(one))
        is_open = bool(counts.of) and known.is_open(leaf.parameters.iri(counts.of))
        return Evidence((), asked, counting, could, left, left_open=is_open)

    def _members(
        self, by_of: Mapping[str, Mapping[str, Fact]], effect: Effect, but: Collection[str]
    ) -> tuple[Member, ...]:
        found = {of: [fact for fact in facts.values() if fact.effect is effect] for of, facts in by_of.items()}
        kept = [Member(of, self._label(of, facts), self._sorted(facts)) for of, facts in found.items() if facts]
        kept = [one for one in kept if one.iri not in but]
        return tuple(sorted(kept, key=lambda one: (self._case.words.order(one.facts[0].path), one.iri)))

    def _label(self, of: str, facts: Iterable[Fact]) -> str:
        """What counts for itself is called by its words, and a line of therapy by its number."""
        told = next((fact.words for fact in facts if fact.path == of), None)
        return told or (names(self._graph).label(of) if ":" in of else of)

    def _line(self, of: str, path: str) -> str:
        """What a row counts as; of a part of the case, a line of therapy by its number, or the row itself."""
        if not of.startswith(self._case.iri.value):
            return of
        kind, number = of.removeprefix(f"{self._case.iri.value}/").split("/")
        return f"line {number}" if kind == "line" else path

    def _sorted(self, facts: Iterable[Fact]) -> tuple[Fact, ...]:
        return tuple(sorted(facts, key=lambda fact: (_IN_ORDER.index(fact.effect), self._case.words.order(fact.path))))


def blocking(tree: Node, deciding: Iterable[str], evidence: Mapping[str, Evidence]) -> tuple[str, ...]:
    """The leaves that decide that a tree is not met, the one to look at first before the others.

    A failure on record comes before a gap in a list that is said to be complete, then what stands higher in the tree,
    then what is nearer to its bound, as a share of it, then what stands earlier. What is no number is as far as one
    that is not there at all.
    """
    depths: dict[str, int] = {}
    for name, depth in _depths(tree, 0):
        depths[name] = min(depth, depths.get(name, depth))

    def key(name: str) -> tuple[bool, int, float]:
        found = evidence[name]
        is_gap = all(fact.is_completeness for fact in found.of(Effect.AGAINST))
        return is_gap, depths[name], 1 if found.distance is None else found.distance

    return tuple(sorted(deciding, key=key))


def _lacking(counted: Evidence, short: float | None) -> float | None:
    """How many of those asked for are lacking, as a share; what is nearest to count lacks what it is short of."""
    lacking = (counted.asked or 0) - len(counted.counting)
    if lacking <= 0 or counted.asked is None:
        return None
    return (lacking - 1 + min(1 if short is None else short, 1)) / counted.asked


def _depths(tree: Node, depth: int) -> Iterator[tuple[str, int]]:
    if not tree.children:
        yield tree.criterion.id, depth
    for child in tree.children:
        yield from _depths(child, depth + 1)


def _rows(on: Bench, query: str) -> Iterator[tuple[str, tuple[ox.NamedNode | ox.Literal, str]]]:
    for row in on.rows(query):
        fact, of = row["fact"], row["of"]
        assert isinstance(fact, ox.NamedNode | ox.Literal)
        yield row["leaf"].value, (fact, of.value if of is not None else "")


def applies(witness: Witness, leaf: Criterion) -> bool:
    """Whether the parameters of a leaf bring a quantifier in."""
    given = leaf.parameters
    return all(map(given.asks, witness.given)) and all(given.local(name) in of for name, of in witness.chosen)


def _ordered(witness: Witness) -> tuple[Effect, ...]:
    return tuple(dict.fromkeys(effect for effect, _ in witness.selects))


def _reads(witness: Witness) -> str:
    """The fields of a case behind the values of a relation of bare values."""
    return witness.relation.bare.reads if witness.relation.bare else ""


def _fact(recorded: Recorded, effect: Effect, unlisted: bool = False) -> Fact:
    """A fact; of one that could be what is asked, what it lacks and whether the list leaves it open."""
    could = effect is Effect.COULD
    return Fact(recorded.path, recorded.words, effect, recorded.gaps if could else (), could and unlisted)
