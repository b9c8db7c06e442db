"""A ladder, its steps, and the facts of sources that hold for a step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


def within(day: date, first: date | None, last: date | None) -> bool:
    """Whether a day lies between two others, both counted; None bounds nothing."""
    return (first or day) <= day <= (last or day)


@dataclass(frozen=True)
class Fact:
    """What a source says that can hold for a step.

    Attributes:
        stage: the slug of the stage that it tells of; empty where it holds for every step of its subject.
        tells: the slug of what it tells: ``filing-deadline``, ``decision-time``, ``cost`` …
        text: its value as people read it.
        restated: the whole fact, in a sentence.
        low, high: the number or the ends of the range; None where the value is none.
        unit: the slug of the unit; of a thing's value, ``value`` is its slug.
        counted_from: the slug of the event; empty where the source does not say it. ``event`` is the same in words.
        kinds, lines, states, drugs: what it is limited to, as IRIs.
        words: what limits it and is no thing.
        applies_from, applies_until: the first and the last day of requests that fall under it.
        title, locator: the document and the place in it; ``address`` that of what it cites, else its own.
    """

    iri: str
    about: str
    aspect: str
    stage: str
    tells: str
    text: str
    restated: str
    value: str
    low: Decimal | None
    high: Decimal | None
    unit: str
    at_least: bool
    counted_from: str
    event: str
    kinds: frozenset[str]
    lines: frozenset[str]
    states: frozenset[str]
    drugs: frozenset[str]
    words: tuple[str, ...]
    applies_from: date | None
    applies_until: date | None
    hedge: str
    reading: str
    source: str
    title: str
    locator: str
    authority: str
    address: str


@dataclass(frozen=True)
class Step:
    """A step of a ladder.

    Attributes:
        stage: the slug of its stage.
        stage_label: the stage in words.
        follows: the steps whose decision it reviews, nearest first, as IRIs.
        governed_by: what the facts are about that hold for it, as IRIs.
    """

    iri: str
    label: str
    definition: str
    stage: str
    stage_label: str
    position: int
    follows: tuple[str, ...]
    governed_by: tuple[str, ...]
    optional: bool


@dataclass(frozen=True)
class Ladder:
    """The steps over a request to a kind of plan, in order.

    Attributes:
        lines, states: for which lines of business and states it is, as IRIs; any state where empty.
        oversight: the regulator whose plans it is for, where a state has several.
        applies_from, applies_until: the first and the last day of denials that it is for; None where no source at hand
            says it.
        elsewhere: it is for the states that no other ladder of its lines names.
        applicability: statements that say for which plans it is or is not, as IRIs.
    """

    iri: str
    label: str
    definition: str
    lines: frozenset[str]
    states: frozenset[str]
    oversight: str
    applies_from: date | None
    applies_until: date | None
    elsewhere: bool
    applicability: tuple[str, ...]
    steps: tuple[Step, ...]

    def step(self, iri: str) -> Step | None:
        """The step with an IRI; None where the ladder does not have it."""
        return next((step for step in self.steps if step.iri == iri), None)
