"""What is true of every chart: hierarchies, the members of sets, ranks and units, as every check reads them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal

from ..store.graph import LocalGraph
from ..store.names import Names, names
from ..store.once import once_a_graph
from ..verdict.bench import bench
from .formula import Concepts


class Background:
    """The shared facts of a graph."""

    def __init__(self, graph: LocalGraph) -> None:
        self.names: Names = names(graph)
        self._values: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for quad in bench(graph).store:
            self._values[quad.predicate.value.rpartition("#")[2]][quad.subject.value].add(quad.object.value)
        self._below: defaultdict[str, set[str]] = defaultdict(set)
        for narrow, wide in self._values["subsumedBy"].items():
            for one in wide:
                self._below[one].add(narrow)

        self._named = Counter(one for members in self._values["member"].values() for one in members)

    def named(self, concept: str) -> int:
        """How many sets name a concept."""
        return self._named[concept]

    def _of(self, predicate: str, thing: str) -> frozenset[str]:
        return frozenset(self._values[predicate].get(thing, ()))

    def members(self, of: str) -> tuple[str, ...]:
        """The members of a set."""
        return tuple(sorted(self._of("member", of)))

    def covered(self, members: Iterable[str]) -> Concepts:
        """What members of a set cover, and what they cover in part."""
        found = list(members)
        sure = frozenset().union(*(self._of("covers", one) for one in found))
        maybe = frozenset().union(*(self._of("mayCover", one) for one in found))
        return Concepts(sure, maybe - sure)

    def held(self, of: str) -> Concepts:
        """What a set covers; a list of therapies that is left open may hold others."""
        found = self.covered(self.members(of))
        unlisted = self._of("mayCover", of) if self._of("unlisted", of) else frozenset()
        return Concepts(found.sure, (found.open | unlisted) - found.sure)

    def within(self, of: str) -> Concepts:
        """What is in a set of uses and none of its exceptions; what may be one leaves it open."""
        return Concepts(frozenset(self._below.get(of, ())) - {of}, self._of("mayCover", of))

    def of_lines(self, lines: Iterable[str]) -> Concepts:
        """The plans whose line of business is among some; one of an unknown line leaves it open."""
        wanted, plans = self.covered(lines), self.names.of_kinds(("Plan",))
        line = {plan: self.names.line(plan) for plan in plans}
        return Concepts(
            frozenset(plan for plan in plans if line[plan] in wanted.sure),
            frozenset(plan for plan in plans if line[plan] is None or line[plan] in wanted.open),
        )

    def below(self, named: Iterable[str]) -> Concepts:
        """What is one of some concepts or narrower; what is broader leaves it open."""
        found = list(named)
        sure = frozenset().union(*(self._below.get(one, set()) | {one} for one in found))
        broader = frozenset().union(*(self._of("subsumedBy", one) for one in found))
        return Concepts(sure, broader - sure)

    def above(self, *named: str) -> Concepts:
        """What all of some concepts are, or are narrower than."""
        wide = [self._of("subsumedBy", one) | {one} for one in named]
        return Concepts(frozenset.intersection(*wide) if wide else frozenset())

    def ingredient(self, product: str) -> str:
        """The ingredient of a product; of what has none, itself."""
        return next(iter(self._of("ingredient", product)), product)

    def products(self, drug: str) -> tuple[str, ...]:
        """The products of a drug where it has several; none where one is all that there is."""
        return () if self.names.has_one_product(drug) else tuple(self.names.narrower(drug, "Product"))

    def accepted(self, outcomes: str) -> frozenset[str]:
        """The outcomes that a set of outcomes accepts."""
        return self._of("accepts", outcomes)

    def included(self, value: str) -> frozenset[str]:
        """The values of a closed list that a value includes."""
        return self._of("includes", value)

    def led(self, thing: str, by: str) -> tuple[str, ...]:
        """The concepts to which a property leads."""
        return tuple(sorted(self._of(by, thing)))

    def ranks(self, of: str) -> tuple[int, int]:
        """The rank of a term, and the highest that it can mean; of one without a rank, twice zero."""
        low = int(next(iter(self._of("rank", of)), 0))
        return low, int(next(iter(self._of("highestRank", of)), low))

    def to_base(self, unit: str) -> Decimal:
        """The factor to the base unit; of a unit that does not convert, one."""
        return Decimal(next(iter(self._of("toBase", unit)), 1))

    def base_unit(self, unit: str) -> str:
        """The base unit of a unit's dimension; of a unit that does not convert, itself."""
        dimension = self.names.dimension(unit)
        if self.names.to_base(unit) is None or dimension is None:
            return unit
        same = (one for one in self._values["toBase"] if self.names.dimension(one) == dimension)
        return min((one for one in same if self.to_base(one) == 1), default=unit)


@once_a_graph
def background(graph: LocalGraph) -> Background:
    """The background of a graph, read once."""
    return Background(graph)
