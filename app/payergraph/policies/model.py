"""Policies, rules and criteria as frozen dataclasses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ..choice import Request, Standing
from ..criteria import CONNECTIVES, KINDS, Parameters, SettledBy, tree
from ..wording import first_day, written
from .gates import Gate, Step, gate_of
from .lengths import Length


@dataclass(frozen=True, eq=False)
class Criterion:
    """One node of a rule's tree.

    Attributes:
        id: the slug, as commands show it: ``cigna-ip0243/ra-prescriber``.
        kind: the class, such as ``AllOf`` or ``PriorTherapyCriterion``.
        parameters: the parameters, by name; a name that no shape declares is an error (``Parameters``).
        summary: the requirement in one sentence.
        dimension: what it is about, for comparing payers: ``prior therapy``, ``prescriber`` …
        changeable: whether a test, a document or a trial can still change it (not age, not a gene).
        reading: how a vague wording of the source was read.
        not_computed: what the source asks for here and the judgement of a case leaves out; empty where nothing is.
        children: the parts in reading order; of an ``IfThen`` those of ``ROLES``, in their order.

    Raises:
        ValueError: a connective has no parts, or fewer than it asks for, or something else has; nothing would be asked,
            and all would be met.
    """

    id: str
    iri: str
    kind: str
    parameters: Parameters
    summary: str
    dimension: str
    changeable: bool
    source: str
    section: str
    locator: str
    reading: str = ""
    not_computed: str = ""
    documentation_required: bool = False
    discretionary: bool = False
    children: tuple[Criterion, ...] = ()

    def __post_init__(self) -> None:
        if (self.kind in CONNECTIVES) != bool(self.children):
            raise ValueError(f"{self.id} is of the kind {self.kind} and has {len(self.children)} parts")
        if self.kind == tree.IF_THEN.name and len(self.children) not in (2, 3):
            raise ValueError(f"{self.id} is of the kind {self.kind} and has {len(self.children)} parts")
        if self.kind == tree.AT_LEAST.name and not 1 <= self.parameters.count("minimumParts", 0) <= len(self.children):
            raise ValueError(f"{self.id} does not ask for 1 to {len(self.children)} of its parts")

    @property
    def settled_by(self) -> SettledBy:
        """Where it is found out whether a leaf holds."""
        return KINDS[self.kind].settled_by

    @cached_property
    def leaves(self) -> tuple[Criterion, ...]:
        """The leaves of the tree, each once, in reading order."""
        found: dict[str, Criterion] = {}
        for node in self.walk():
            if not node.children:
                found.setdefault(node.id, node)
        return tuple(found.values())

    @property
    def lasting(self) -> bool:
        """Whether it stays met once it was."""
        return KINDS[self.kind].lasting

    @cached_property
    def gate(self) -> Gate:
        """What has to hold of the parts of a connective."""
        return gate_of(self)

    @cached_property
    def senses(self) -> Mapping[str, frozenset[bool]]:
        """Of each leaf, by its id, how it has to be: met, not met, or either by the way that is taken."""
        found: defaultdict[str, set[bool]] = defaultdict(set)
        todo: list[Step | Gate] = [Step(self)]
        seen: set[Step | Gate] = set()
        while todo:
            part = todo.pop()
            if part in seen:
                continue
            seen.add(part)
            todo += part.parts
            if isinstance(part, Step) and not part.parts:
                found[part.criterion.id].add(part.met)
        return {leaf.id: frozenset(found[leaf.id]) for leaf in self.leaves}

    @cached_property
    def affirmed(self) -> tuple[Criterion, ...]:
        """The leaves that are asked for themselves: none that is to be not met, or that only a condition names."""
        return tuple(leaf for leaf in self.leaves if self.senses[leaf.id] == {True})

    @property
    def dimensions(self) -> tuple[str, ...]:
        """What its leaves are about: what is asked for itself comes before what only makes a condition."""
        return tuple(dict.fromkeys(leaf.dimension for leaf in (*self.affirmed, *self.leaves)))

    @property
    def leads(self) -> tuple[str, ...]:
        """The word before each part: ``If``, ``Then`` and ``Otherwise`` of an ``IfThen``; none of another."""
        words = tuple(tree.ROLES.values()) if self.kind == tree.IF_THEN.name else ("",) * len(self.children)
        return words[: len(self.children)]

    def conjuncts(self) -> Iterator[Criterion]:
        """The parts that all have to hold: those of nested ``AllOf`` too, or the node itself."""
        if self.kind != "AllOf":
            yield self
            return
        for child in self.children:
            yield from child.conjuncts()

    def walk(self) -> Iterator[Criterion]:
        """This node and everything below it, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Note:
    """A statement that is shown beside an outcome and decides nothing: a limit, a caution, a referral."""

    id: str
    text: str
    source: str
    locator: str
    reading: str = ""
    iri: str = ""


@dataclass(frozen=True, eq=False)
class Rule:
    """What a policy asks for one indication, on the plans named or on all.

    Attributes:
        indication: a condition, or a set of conditions with what it excepts.
        uses: the conditions that it names: the indication, or the members of the set.
        drugs: those of the policy's of which it speaks, and in ``products`` the products of these, where not of all.
        initial_lengths, continuation_lengths: how long a first and a renewed approval last: one for all, others for
            some.
        initial_when: what sends a request to go on to the initial criteria, where anything does. ``continuation`` is
            then an ``IfThen`` over it and both trees.
        continuation_when: the same of a first request, the continuation criteria and ``initial``.
    """

    id: str
    iri: str
    indication: str
    uses: tuple[str, ...]
    plans: tuple[str, ...]
    drugs: tuple[str, ...]
    products: tuple[str, ...]
    complete: bool
    initial: Criterion | None
    continuation: Criterion | None
    initial_lengths: tuple[Length, ...]
    continuation_lengths: tuple[Length, ...]
    source: str
    locator: str
    reading: str = ""
    limits: tuple[Note, ...] = ()
    cautions: tuple[Note, ...] = ()
    initial_when: Criterion | None = None
    continuation_when: Criterion | None = None

    def criteria(self, request: Request | str) -> Criterion | None:
        """The root criterion of a request at this stage.

        Raises:
            CallError: this is no stage of a request.
        """
        return self.initial if Request(request) is Request.INITIAL else self.continuation

    def lengths(self, request: Request | str) -> tuple[Length, ...]:
        """How long an approval lasts at this stage; none where the document does not say.

        Raises:
            CallError: this is no stage of a request.
        """
        return self.initial_lengths if Request(request) is Request.INITIAL else self.continuation_lengths

    def sent_on_by(self, request: Request) -> Criterion | None:
        """What sends a request at this stage to the criteria of the other, where anything does."""
        return self.continuation_when if request is Request.INITIAL else self.initial_when


@dataclass(frozen=True)
class Exclusion:
    """A use that a policy names as not covered.

    Attributes:
        indication, uses: as of a rule.
    """

    id: str
    iri: str
    indication: str
    uses: tuple[str, ...]
    reason: str
    source: str
    locator: str


@dataclass(frozen=True, eq=False)
class Policy:
    """One edition of one document's conditions for a drug or several, or a drug's label, which has no payer.

    Attributes:
        drugs: the drugs of which it speaks; of a class, all that the graph has.
        drug_class: the class of drugs that it is about; empty where it names drugs.
        products: the products of these drugs of which alone it speaks; of a drug without one, of all.
        edition: the effective date as the document gives it: a day, or a month or year alone (``2019-09``).
        reviewed: the last review, in the same way.
        not_before: when an undated edition can have begun at the earliest, in the same way.
    """

    id: str
    iri: str
    label: str
    payer: str
    drugs: tuple[str, ...]
    drug_class: str
    products: tuple[str, ...]
    number: str
    edition: str
    reviewed: str
    not_before: str
    authority: Standing
    indications_complete: bool
    source: str
    rules: tuple[Rule, ...]
    exclusions: tuple[Exclusion, ...]
    faulty_exclusions: tuple[Exclusion, ...]
    catch_all: Note | None
    supersedes: tuple[str, ...]
    restates: tuple[str, ...]
    limits: tuple[Note, ...]
    cautions: tuple[Note, ...]
    reading: str = ""

    @property
    def effective(self) -> date | None:
        """The first day in force; a month or a year alone counts from its first day."""
        return first_day(self.edition) if self.edition else None

    @property
    def known_dates(self) -> tuple[str, ...]:
        """What is known of when it was in force: its edition, its last review, the earliest that it can be."""
        return tuple(text for text in (self.edition, self.reviewed, self.not_before) if text)

    @property
    def dated(self) -> str:
        """What is known of its date: ``effective 1 June 2024``, ``undated, last reviewed 22 January 2019``."""
        if self.edition:
            return f"effective {written(self.edition)}"
        known = (("last reviewed", self.reviewed), ("not before", self.not_before))
        return ", ".join(["undated", *(f"{word} {written(day)}" for word, day in known if day)])
