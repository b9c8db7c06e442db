"""Whether whoever meets one rule meets another: in a sentence, with a case where it is not so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..chart.text import to_yaml
from .found import Witness
from .lacking import Lack
from .rules import Ruled


@dataclass(frozen=True, eq=False)
class Implication:
    """Whether whoever meets one rule meets another.

    Attributes:
        holds: None where it was not decided in time.
        as_far_as_shown: whether it rests on something that is not shown, or left to a reviewer.
        witness: where it does not hold, a smallest case that meets the first and not the second; None where it holds,
            and where none was found in time.
    """

    meets: Ruled
    other: Ruled
    holds: bool | None
    as_far_as_shown: bool
    witness: Witness | None

    @property
    def also_asked(self) -> tuple[Lack, ...]:
        """What the second rule asks and the witness does not meet."""
        return self.witness.separating if self.witness else ()

    @property
    def answer(self) -> str:
        """The answer in one sentence."""
        one, other = self.meets.name, self.other.name
        if self.holds is None:
            return f"Whether whoever meets {one} meets {other} too was not decided in time."
        word = "Whoever meets" if self.holds else "Not everyone who meets"
        return f"{word} {one} meets {other} too{', as far as shown' if self.as_far_as_shown else ''}."

    @property
    def separating(self) -> str:
        """What tells the two apart, in one sentence; empty where nothing does."""
        asked = "; ".join(lack.text for lack in self.also_asked)
        return f"{self.other.name} also asks: {asked}." if asked else ""

    @property
    def case(self) -> str:
        """The witness in YAML, which ``payergraph check`` takes; empty where there is none."""
        return to_yaml(self.witness.case) if self.witness else ""

    def to_yaml(self) -> str:
        """The same under a comment that says what it shows.

        Raises:
            ValueError: there is no witness.
        """
        if self.witness is None:
            raise ValueError(f"no case is known that meets {self.meets.id} and not {self.other.id}")
        shown = ", as far as shown" if self.as_far_as_shown else ""
        lines = [f"Meets {self.meets.name} and not {self.other.name}{shown}.", f"{self.other.name} also asks:"]
        lines += [f"- {lack.text}" for lack in self.also_asked]
        return "".join(f"# {' '.join(line.split())}\n" for line in lines) + self.case

    def record(self) -> dict[str, Any]:
        """The same in plain words, as JSON has it."""
        return {
            "meets": self.meets.id,
            "other": self.other.id,
            "holds": self.holds,
            "asFarAsShown": self.as_far_as_shown,
            "alsoAsked": [
                {"id": lack.criterion.id, "text": lack.text, "locator": lack.criterion.locator}
                for lack in self.also_asked
            ],
            "refused": self.witness.refused if self.witness else None,
            "witness": dict(self.witness.case) if self.witness else None,
        }

    def __repr__(self) -> str:
        word = {None: "undecided", True: "implies", False: "does not imply"}[self.holds]
        return f"<Implication: {self.meets.id} {word} {self.other.id}>"

    def _repr_html_(self) -> str:
        from ..present.notebook import of_implication

        return of_implication(self)
