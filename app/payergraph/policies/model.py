"""Policies, rules and criteria as frozen dataclasses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ..choice import Request, Standing
from ..criteria import CONNECTIVES, KINDS, Parameters, SettledBy
from ..wording import first_day, written


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

    Raises:
        ValueError: a connective has no parts, or something else has; nothing would be asked, and all would be met.
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
    """What a policy asks for one indication, on the plans named or on all."""

    id: str
    iri: str
    indication: str
    plans: tuple[str, ...]
    complete: bool
    initial: Criterion | None
    continuation: Criterion | None
    initial_months: int | None
    continuation_months: int | None
    source: str
    locator: str
    reading: str = ""
    limits: tuple[Note, ...] = ()
    cautions: tuple[Note, ...] = ()

    def criteria(self, request: Request | str) -> Criterion | None:
        """The root criterion of a request at this stage.

        Raises:
            CallError: this is no stage of a request.
        """
        return self.initial if Request(request) is Request.INITIAL else self.continuation


@dataclass(frozen=True)
class Exclusion:
    """A use that a policy names as not covered."""

    id: str
    iri: str
    indication: str
    reason: str
    source: str
    locator: str


@dataclass(frozen=True, eq=False)
class Policy:
    """One edition of one document's conditions for one drug, or the drug's label, which has no payer.

    Attributes:
        edition: the effective date as the document gives it: a day, or a month or year alone (``2019-09``).
        reviewed: the last review, in the same way.
        not_before: when an undated edition can have begun at the earliest, in the same way.
    """

    id: str
    iri: str
    label: str
    payer: str
    drug: str
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
