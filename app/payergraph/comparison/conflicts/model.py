"""What a disagreement is: its kind, its weight and its sides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ... import terms
from ...wording import sentence


class Kind(StrEnum):
    """How sources disagree."""

    SOURCES_DIFFER = "sources-differ"
    CONTRADICTS_ITSELF = "document-contradicts-itself"
    RETELLING_DIFFERS = "retelling-differs"
    POLICY_VS_LABEL = "policy-vs-label"
    POLICY_VS_LAW = "policy-vs-law"
    CODE_MEANS_OTHER = "code-means-other"
    GUIDELINE_OUTDATED = "guideline-outdated"


#: The kinds, in the order in which they are listed.
CONFLICT_KINDS: dict[Kind, str] = {
    Kind.SOURCES_DIFFER: "Two sources answer one question differently",
    Kind.CONTRADICTS_ITSELF: "One document contradicts itself",
    Kind.RETELLING_DIFFERS: "A retelling differs from the policy that it retells",
    Kind.POLICY_VS_LABEL: "A policy is wider or narrower than the FDA label",
    Kind.POLICY_VS_LAW: "A payer's clock, step or length is not what the law allows",
    Kind.CODE_MEANS_OTHER: "A code means something else, or nothing",
    Kind.GUIDELINE_OUTDATED: "A guideline that a later one replaced",
}

#: What hangs on a disagreement: a sign, a word and what it means.
WEIGHTS: dict[int, tuple[str, str, str]] = {
    3: ("■■■", "Heavy", "an approval or a deadline hangs on it"),
    2: ("■■□", "Middling", "a cost, a contact or a claim hangs on it"),
    1: ("■□□", "Light", "the sides overlap, hedge, or differ knowingly, or it is open whether they bind the same plan"),
}


@dataclass(frozen=True)
class Side:
    """What one source says.

    Attributes:
        value: the value, or the criterion in one sentence, as text.
        source: the slug of the document; empty for what the editors of the graph know.
        locator: the place in the document, in words.
        authority: ``primary`` or ``secondary``.
        fact: the IRI of the statement, criterion, rule or policy.
        citing: what the document names as its own source for this, where it collects several.
    """

    value: str
    source: str
    section: str
    locator: str
    authority: str
    fact: str
    citing: str = ""

    @property
    def id(self) -> str:
        """The slug of the fact."""
        return terms.slug(self.fact)


@dataclass(frozen=True)
class Conflict:
    """A disagreement.

    Attributes:
        subject: the label of what it is about.
        question: the aspect, with what limits it, or the dimension of the criteria.
        differs: what differs, in one sentence.
        matters: why that matters, in one sentence.
        weight: 3 where approval or a deadline hangs on it, 2 where a cost, a contact or a claim does, 1 where the two
            sides overlap, hedge, or differ knowingly, or where it is open whether they bind the same plan.
        about: the IRI of the subject.
        drugs, payers: the IRIs of those concerned.
        rule: the rule that found it, by its name and what it compares.
        aside: why a curator set it aside; empty for a disagreement that stands.
    """

    kind: Kind
    subject: str
    question: str
    differs: str
    matters: str
    sides: tuple[Side, ...]
    weight: int
    about: str = ""
    drugs: frozenset[str] = frozenset()
    payers: frozenset[str] = frozenset()
    rule: str = ""
    aside: str = ""

    def __repr__(self) -> str:
        return f"<Conflict: {self.kind}, {self.subject}: {self.question}, {len(self.sides)} sides>"

    def _repr_html_(self) -> str:
        from ...present.notebook import of_conflict

        return of_conflict(self)

    @property
    def primary(self) -> str:
        """Which side is primary, in one sentence."""
        whose: dict[str, list[str]] = {}
        for side in self.sides:
            names = whose.setdefault(side.authority, [])
            if side.source not in names:
                names.append(side.source)
        if len({side.source for side in self.sides}) == 1 and len(whose) == 1:
            return f"All sides stand in one {self.sides[0].authority} document."
        parts = [f"{key}: {joined(whose[key])}" for key in ("primary", "secondary") if key in whose]
        if "primary" not in whose:
            parts.insert(0, "no side is primary")
        if "" in whose:
            parts.append("known to the editors of the graph: one side")
        text = "; ".join(parts)
        return f"{sentence(text)}."

    @property
    def iri(self) -> str:
        """A name that stays while the sides stay where they are, whatever they say."""
        content = "\n".join((self.kind, self.about, self.question, *(side.fact for side in self.sides)))
        return f"{terms.ID}conflict/{self.kind}-{hashlib.sha256(content.encode()).hexdigest()[:10]}"


def place(side: Side) -> str:
    """Where a side stands: document, authority, locator, and what the document names as its own source."""
    parts = [f"{side.source} ({side.authority})" if side.source else "", side.locator]
    return ", ".join([*(part for part in parts if part), *([f"citing {side.citing}"] if side.citing else [])])


def joined(parts: Sequence[str], word: str = "and") -> str:
    """Words in a row: ``a, b and c``."""
    return f" {word} ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def told(sides: Iterable[Side]) -> str:
    """Who says what, in one sentence; those who say the same stand together."""
    by_value: dict[str, list[str]] = {}
    for side in sides:
        sources = by_value.setdefault(side.value, [])
        if side.source not in sources:
            sources.append(side.source)
    parts = [f"{value} by {joined(sources)}" for value, sources in by_value.items()]
    return f"Told as {joined(parts)}."
