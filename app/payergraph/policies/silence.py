"""Why the documents in scope say nothing, and which others would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..choice import Authority, Choice
from ..store.graph import Graph
from ..store.names import names
from ..wording import written
from .editions import in_scope, retellings
from .library import policies
from .model import Policy
from .speaking import subject


class Silence(Choice):
    """Why documents say nothing to a case."""

    NO_USE = "no-use"
    NO_POLICY = "no-policy"
    OTHER_PRODUCT = "other-product"
    NOT_IN_FORCE = "not-in-force"
    ONLY_RETELLINGS = "only-retellings"


@dataclass(frozen=True)
class Unanswered:
    """What was not answered, and why.

    Attributes:
        text: the same in a sentence.
        policies: the documents that would answer: those that wait for a use, or retellings of payers whose own
            document is missing; of another product, the one that speaks of it; empty where there are none.
    """

    silence: Silence
    text: str
    policies: tuple[Policy, ...] = ()

    def __str__(self) -> str:
        if self.silence is Silence.ONLY_RETELLINGS:
            return f"{self.text}: {', '.join(policy.id for policy in self.policies)}; authority 'all' reads them"
        return self.text

    def record(self) -> dict[str, Any]:
        """The same in plain words, as JSON has it."""
        return {"silence": self.silence, "text": self.text, "policies": [policy.id for policy in self.policies]}


def unread(graph: Graph, asked: str, payer: str | None, authority: Authority, as_of: date) -> Iterator[Unanswered]:
    """Why there is nothing in scope, and which retellings stand in for documents that payers have not in scope.

    Args:
        asked: a drug, or a product; policies for other products of the drug are told.
    """
    known = names(graph)
    label, drug = known.label, known.ingredient(asked) or asked
    found = in_scope(graph, asked, payer, authority, as_of)
    every = [item for item in policies(graph).of_drug(asked) if payer in (None, item.payer)]
    retold = () if authority is Authority.ALL else retellings(graph, asked, payer, as_of)
    about = f"{label(drug)} at {label(payer)}" if payer else label(drug)
    others = [item for item in in_scope(graph, drug, payer, authority, as_of) if item not in found]
    for item in others:
        text = f"{item.id} speaks of {subject(item, known)} and not of {label(asked)}"
        yield Unanswered(Silence.OTHER_PRODUCT, text, (item,))
    if not every and not others:
        yield Unanswered(Silence.NO_POLICY, f"the graph has no policy for {about}")
    elif retold:
        whose = "the payer" if payer else "some payers"
        text = f"for {about} there are only retellings of {whose} ({len(retold)}), which were not read"
        yield Unanswered(Silence.ONLY_RETELLINGS, text, retold)
    elif not found and not others:
        text = f"no document for {about} of the {len(every)} in the graph is in force on {written(as_of.isoformat())}"
        yield Unanswered(Silence.NOT_IN_FORCE, text)
