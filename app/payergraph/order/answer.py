"""The order of strictness as an answer: from strictest to widest, what each rule lets through, and cases that part two.

z3 is read when an order is worked out, not with this module, so that whoever has not installed it can do all else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from .. import terms
from ..choice import Authority, Request, day
from ..errors import UnknownName
from ..extras import frame, require
from ..policies.editions import editions
from ..policies.library import policies
from ..policies.silence import Unanswered, unread
from ..store.graph import LocalGraph
from ..store.names import names
from .found import Extremes, Relation
from .implication import Implication
from .records import COLUMNS, as_json, pair, tidy, whole
from .rules import Ruled

if TYPE_CHECKING:
    import pandas

    from .strictness import Strictness

_LABEL = ("label", "fda label")


@dataclass(frozen=True, eq=False)
class Group:
    """Rules that let the same patients through.

    Attributes:
        number: its place in the order, from 1; no rank, for many groups are incomparable.
        wider: the numbers of the next wider groups.
    """

    number: int
    rules: tuple[Ruled, ...]
    wider: tuple[int, ...]


class Order:
    """The rules for one drug, one use and one kind of request, from the strictest to the widest.

    Attributes:
        drug, indication: slugs.
        subject: both in words.
        as_of: the day whose editions count.
        unanswered: why documents say nothing, or which retellings were not read.
    """

    def __init__(self, graph: LocalGraph, found: Strictness, authority: Authority, as_of: date) -> None:
        label = names(graph).label
        self.drug, self.indication, self.request = terms.slug(found.drug), terms.slug(found.use), found.request
        self.subject = f"{label(found.drug)} in {label(found.use)}"
        self.authority, self.as_of, self.graph_version = authority, as_of, graph.version
        self.unanswered: tuple[Unanswered, ...] = tuple(unread(graph, found.drug, None, authority, as_of))
        self._found, self._names = found, names(graph)

    # --- what is in it ---------------------------------------------------------------------------------

    @property
    def rules(self) -> tuple[Ruled, ...]:
        """The rules that are put in order: those that show something that a chart settles."""
        return self._found.rules

    @property
    def silent(self) -> tuple[Ruled, ...]:
        """The rules that show nothing that a chart settles."""
        return self._found.silent

    @property
    def scope(self) -> str:
        """The request and the documents, in words."""
        retold = "" if self.authority is Authority.PRIMARY else " and retellings"
        chosen = (rule.policy for rule in (*self.rules, *self.silent))
        return f"{self.request.words}; payers' own documents{retold}; {editions(chosen, self.as_of)}"

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The rules that are equal together, each group after all that are stricter."""
        first = {rules[0].id: rules for rules in self._found.equal}
        wider: dict[str, list[str]] = {name: [] for name in first}
        stricter: dict[str, list[str]] = {name: [] for name in first}
        for one, other in self._found.next_wider:
            wider[one.id].append(other.id)
            stricter[other.id].append(one.id)
        ordered = list(TopologicalSorter(stricter).static_order())
        number = {name: place for place, name in enumerate(ordered, 1)}
        return tuple(
            Group(number[name], first[name], tuple(sorted(number[one] for one in wider[name]))) for name in ordered
        )

    @property
    def next_wider(self) -> tuple[tuple[Ruled, Ruled], ...]:
        """Each rule with the next wider ones; of those that are equal the first."""
        first = {group.number: group.rules[0] for group in self.groups}
        return tuple((group.rules[0], first[number]) for group in self.groups for number in group.wider)

    @cached_property
    def undecided(self) -> tuple[tuple[Ruled, Ruled], ...]:
        """The pairs of which z3 did not decide in its time whether the one implies the other."""
        rules = self.rules
        return tuple((a, b) for a in rules for b in rules if a is not b and self._found.implies(a.id, b.id) is None)

    def possible(self, rule: Ruled) -> bool | None:
        """Whether any patient can meet a rule; None where it was not decided in time."""
        return self._found.possible(rule.id)

    def extremes(self, rule: Ruled) -> Extremes | None:
        """The fewest therapies and the ages with which a rule can be met; None where it cannot be."""
        return self._found.extremes(rule.id)

    # --- two rules -------------------------------------------------------------------------------------

    def find(self, text: str) -> Ruled:
        """The rule that a text means: its id, that of its policy, its name here, a payer's name, or ``label``.

        Raises:
            UnknownName: no rule here has this name, or several have; they are named.
        """
        found = self._named(text, self.rules)
        if len(found) == 1:
            return found[0]
        known = _listed(found or self.rules)
        if found:
            raise UnknownName(text, "has several rules here", (), f"name one of {known}")
        shown = "shows nothing of this that a chart settles" if self._named(text, self.silent) else "has no rule here"
        raise UnknownName(text, shown, (), f"those in the order are {known or 'none'}")

    def _named(self, text: str, rules: Sequence[Ruled]) -> list[Ruled]:
        told = text.strip().casefold()
        for rule in rules:
            if told in (rule.id, rule.name.casefold()):
                return [rule]
        if told in _LABEL:
            return [rule for rule in rules if not rule.policy.payer]
        if any(rule.policy.id == told for rule in (*self.rules, *self.silent)):
            return [rule for rule in rules if rule.policy.id == told]
        payer = self._names.resolve(text, ["Payer"])
        return [rule for rule in rules if rule.policy.payer == payer]

    def relation(self, one: Ruled, other: Ruled) -> Relation:
        """How one rule stands to another."""
        return self._found.relation(one.id, other.id)

    def as_far_as_shown(self, one: Ruled, other: Ruled) -> bool:
        """Whether how two rules stand rests on something that is not shown, or left to a reviewer."""
        return self._found.as_far_as_shown(one.id, other.id)

    def implies(self, one: Ruled | str, other: Ruled | str) -> Implication:
        """Whether whoever meets one rule meets another; if not, with a patient.

        Args:
            one, other: rules of the order, or what ``find`` takes.

        Raises:
            UnknownName: no rule here has this name, or several have.
            NotConfirmed: the shapes judge the patient otherwise.
        """
        meets, fails = (rule if isinstance(rule, Ruled) else self.find(rule) for rule in (one, other))
        return Implication(
            meets,
            fails,
            meets is fails or self._found.implies(meets.id, fails.id),
            self.as_far_as_shown(meets, fails),
            None if meets is fails else self._found.witness(meets.id, fails.id),
        )

    # --- as data ---------------------------------------------------------------------------------------

    def to_json(self) -> str:
        """The rules, those that are equal, and of the others which is directly stricter than which."""
        return as_json(whole(self))

    def pair_json(self, there: Implication, back: Implication) -> str:
        """How two rules stand to each other, with a case either way."""
        return as_json(pair(self, there, back))

    def records(self) -> list[dict[str, str]]:
        """One record a rule, tidy, from strictest to widest; those that show nothing last, without a group."""
        return tidy(self)

    def to_dataframe(self) -> pandas.DataFrame:
        """The records as a table.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return frame(self.records(), COLUMNS)

    def to_dot(self) -> str:
        """A Hasse diagram for Graphviz: the widest on top, a line from each rule up to the next wider ones."""
        from ..present.hasse import to_dot

        return to_dot(self)

    def to_svg(self) -> str:
        """The same diagram, drawn."""
        from ..present.hasse import to_svg

        return to_svg(self)

    def to_owl(self) -> str:
        """The rules and their criteria as classes of charts in OWL 2 (RDF/XML), which Protégé opens.

        Raises:
            MissingExtra: owlready2 is not installed.
        """
        require("owlready2")
        from .document import rdf_xml

        return rdf_xml(self._found)

    def __repr__(self) -> str:
        return f"<Order: {self.subject}, {self.request.words}: {len(self.rules)} rules>"

    def _repr_html_(self) -> str:
        from ..present.notebook import of_order

        return of_order(self)


def _listed(rules: Sequence[Ruled]) -> str:
    return ", ".join(rule.id for rule in rules)


def order_of(
    graph: LocalGraph,
    drug: str,
    indication: str,
    *,
    request: Request | str = Request.INITIAL,
    authority: Authority | str = Authority.PRIMARY,
    as_of: date | str | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Order:
    """The order of the rules in force, the label's with them, worked out.

    Args:
        drug, indication: IRIs.
        as_of: the day whose editions count; today where absent.
        progress: is told how many rules of how many are compared with those before.

    Raises:
        CallError: a word is none of its list, the day is none, or the graph has no policy for the drug.
        MissingExtra: z3 is not installed.
    """
    for library in ("z3", "networkx"):
        require(library)
    from .strictness import strictness

    on = day(as_of) or date.today()
    policies(graph).asked_of(drug)
    found = strictness(graph, drug, indication, request=request, authority=authority, as_of=on)
    for done, one in enumerate(found.rules, 1):
        progress(done, len(found.rules))
        for other in found.rules[: done - 1]:
            found.relation(one.id, other.id)
    return Order(graph, found, Authority(authority), on)
