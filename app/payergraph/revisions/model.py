"""What changed between two editions of a document, as data. z3 is not read with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from .. import terms
from ..choice import Choice, Request
from ..order.found import Witness
from ..order.implication import Implication
from ..order.rules import Ruled
from ..policies.model import Criterion, Policy
from ..policies.words import verbalize
from ..verdict.answers import Outcome

# --- criteria --------------------------------------------------------------------------------------------


class Turn(Choice):
    """What became of a criterion."""

    ADDED = "added"
    DROPPED = "dropped"
    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    CHANGED = "changed"


@dataclass(frozen=True, eq=False)
class PartChange:
    """One criterion that changed.

    Attributes:
        older, newer: the criterion in each edition; None in the one that has it not.
        settled: whether a chart settles it. What a reviewer judges is compared by its words alone, and is never said to
            be tightened or loosened.
        as_far_as_shown: whether the edition that has it not is shown in part only, and may have it.
    """

    turn: Turn
    older: Criterion | None
    newer: Criterion | None
    settled: bool
    as_far_as_shown: bool

    @property
    def text(self) -> str:
        """What it asks now, or asked; of one that both have, both."""
        texts = [verbalize(one) for one in (self.older, self.newer) if one is not None]
        return " → ".join(texts)

    def record(self) -> dict[str, Any]:
        """The same in plain words, as JSON has it."""
        return {
            "turn": self.turn.value,
            "settled": self.settled,
            "asFarAsShown": self.as_far_as_shown,
            "older": _record(self.older),
            "newer": _record(self.newer),
        }


def _record(criterion: Criterion | None) -> dict[str, str] | None:
    if criterion is None:
        return None
    return {"id": criterion.id, "text": verbalize(criterion), "locator": criterion.locator}


# --- uses ------------------------------------------------------------------------------------------------


class Says(Choice):
    """What an edition says of a use at a stage."""

    CRITERIA = "criteria"
    NO_CRITERIA = "no-criteria"
    EXCLUDED = "excluded"
    NOT_LISTED = "not-listed"
    NOT_SHOWN = "not-shown"

    @property
    def words(self) -> str:
        """In a table."""
        return _SAYS[self]


_SAYS = {
    Says.CRITERIA: "covered, with criteria",
    Says.NO_CRITERIA: "covered, no criteria stated for this stage",
    Says.EXCLUDED: "not covered",
    Says.NOT_LISTED: "not listed",
    Says.NOT_SHOWN: "not shown",
}


class Effect(Choice):
    """What the change of a use does to who meets it."""

    STRICTER = "stricter"
    WIDER = "wider"
    BOTH = "stricter-and-wider"
    SAME = "same"
    UNDECIDED = "undecided"
    NOT_SHOWN = "not-shown"

    @property
    def words(self) -> str:
        """In a table."""
        return _EFFECTS[self]


_EFFECTS = {
    Effect.STRICTER: "stricter",
    Effect.WIDER: "wider",
    Effect.BOTH: "stricter for some, wider for others",
    Effect.SAME: "lets the same patients through",
    Effect.UNDECIDED: "not decided in time",
    Effect.NOT_SHOWN: "not shown",
}


@dataclass(frozen=True)
class TermChange:
    """What stands beside the criteria and changed: how long an approval lasts, a limit, the plans, the products."""

    what: str
    older: str
    newer: str

    @property
    def text(self) -> str:
        """In one line."""
        return f"{self.what}: {self.older or 'none stated'} → {self.newer or 'none stated'}"


@dataclass(frozen=True, eq=False)
class UseChange:
    """What became of a use at one stage of a request.

    Attributes:
        drug, uses: IRIs; several uses where both editions say the same of them.
        plans: of rules for some plans alone, these in words; else empty.
        older, newer: the rules; None where an edition has none.
        as_far_as_shown: whether the effect rests on something that is not shown, or left to a reviewer.
        parts, terms: none where an edition has no rule.
        witness: finds a patient who meets the one rule and not the other; None where an edition has no rule.
    """

    drug: str
    uses: tuple[str, ...]
    request: Request
    plans: str
    says_older: Says
    says_newer: Says
    older: Ruled | None
    newer: Ruled | None
    effect: Effect
    as_far_as_shown: bool
    parts: tuple[PartChange, ...]
    terms: tuple[TermChange, ...]
    witness: Callable[[Ruled, Ruled], Witness | None] | None

    @cached_property
    def refused(self) -> Implication | None:
        """A patient who met the older rule and does not meet the newer; None where there is none. Worked out here."""
        return self._apart(self.older, self.newer, Effect.STRICTER)

    @cached_property
    def admitted(self) -> Implication | None:
        """A patient who meets the newer rule and did not meet the older; None where there is none. Worked out here."""
        return self._apart(self.newer, self.older, Effect.WIDER)

    def _apart(self, meets: Ruled | None, fails: Ruled | None, effect: Effect) -> Implication | None:
        if self.witness is None or meets is None or fails is None or self.effect not in (effect, Effect.BOTH):
            return None
        return Implication(meets, fails, False, self.as_far_as_shown, self.witness(meets, fails))

    def record(self) -> dict[str, Any]:
        """The same in plain words, as JSON has it."""
        return {
            "drug": terms.slug(self.drug),
            "indications": [terms.slug(use) for use in self.uses],
            "request": self.request.value,
            "plans": self.plans,
            "older": {"says": self.says_older.value, "rules": ids_of(self.older)},
            "newer": {"says": self.says_newer.value, "rules": ids_of(self.newer)},
            "effect": self.effect.value,
            "asFarAsShown": self.as_far_as_shown,
            "criteria": [part.record() for part in self.parts],
            "terms": [{"what": term.what, "older": term.older, "newer": term.newer} for term in self.terms],
            "refused": self.refused.record() if self.refused else None,
            "admitted": self.admitted.record() if self.admitted else None,
        }


def ids_of(rule: Ruled | None) -> list[str]:
    """The ids of the rules that ask the same; none where there is none."""
    return [one.id for one in rule.rules] if rule is not None else []


# --- editions --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Flip:
    """An example case whose outcome is another one.

    Attributes:
        case: its name.
        older, newer: the outcomes by each edition, one for each use that the case may ask for.
    """

    case: str
    older: tuple[Outcome, ...]
    newer: tuple[Outcome, ...]

    @property
    def is_settled(self) -> bool:
        """Whether both documents show enough to tell."""
        return Outcome.UNKNOWN not in (*self.older, *self.newer)

    @property
    def text(self) -> str:
        """In one line."""
        return f"{self.case}: {' and '.join(self.older)} → {' and '.join(self.newer)}"

    def record(self) -> dict[str, Any]:
        """The same in plain words, as JSON has it."""
        return {"case": self.case, "older": list(self.older), "newer": list(self.newer)}


@dataclass(frozen=True, eq=False)
class EditionChange:
    """What a newer edition made of an older.

    Attributes:
        uses: what became of each use; none where nothing changed that is computed.
        flips: the example cases that fare otherwise.
        collected: the day on which the newer document was collected, in ISO 8601; empty where unknown.
    """

    older: Policy
    newer: Policy
    uses: tuple[UseChange, ...]
    flips: tuple[Flip, ...]
    collected: str

    @property
    def iri(self) -> str:
        """The name of the change."""
        return f"{terms.ID}change/{self.older.id}/{self.newer.id}"

    @property
    def since(self) -> date | None:
        """The first day of the newer edition; of a month or a year the first; None where it is not dated."""
        return self.newer.effective

    def record(self) -> dict[str, Any]:
        """The same in plain words, as JSON has it."""
        return {
            "id": terms.local(self.iri),
            "payer": terms.slug(self.newer.payer),
            "older": {"policy": self.older.id, "effective": self.older.edition or None},
            "newer": {"policy": self.newer.id, "effective": self.newer.edition or None},
            "changes": [use.record() for use in self.uses],
            "exampleCases": [flip.record() for flip in self.flips],
        }
