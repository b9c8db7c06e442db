"""What is said to a case: an outcome for each policy and use, what decides it, what is missing, the ways to met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from .. import terms
from ..chart.unheard import Unheard
from ..choice import Choice, Request
from ..extras import frame
from ..policies.model import Note, Policy, Rule
from ..policies.silence import Unanswered
from .evidence import Evidence, Ledger, blocking
from .fold import Node, leaves
from .ways import Way

if TYPE_CHECKING:
    import pandas


class Outcome(Choice):
    """What a policy says to a case."""

    MET = "met"
    NOT_MET = "not-met"
    NOT_DOCUMENTED = "not-documented"
    EXCLUDED = "excluded"
    NOT_LISTED = "not-listed"
    UNKNOWN = "unknown"

    @property
    def words(self) -> str:
        """``not met``."""
        return self.value.replace("-", " ")


@dataclass(frozen=True)
class Determination:
    """What one policy says to one case for one indication.

    Attributes:
        outcome: what the policy says. A use that may fall under an exclusion, because it is on record less exactly than
            the exclusion names it, is not *met*: it is *not documented*, and the reason says so. So is what hangs on
            the product, where the document speaks of some products and the case names none.
        rule: the rule that was checked; of several with equal criteria, the first. None where no rule applies.
        plans: the plans to which this answer applies; empty for all plans of the payer.
        deciding: for *not met*, the leaves of every minimal set whose failure forces it; for *not documented* and
            *unknown*, those whose documentation could settle it.
        missing: leaves that are not documented and stand on some way to met.
        ways_complete: whether these are all ways. What decides and what is missing is whole even where they are not.
        reason: why a use is excluded, may be excluded, or is not listed, and why the outcome is unknown, with its place
            in the document.
        not_computed: for *met*, the leaves on which it rests and of which a part is left out: met as far as computed.
    """

    policy: Policy
    indication: str
    request: Request
    outcome: Outcome
    rule: Rule | None = None
    plans: tuple[str, ...] = ()
    root: Node | None = None
    deciding: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    ways_complete: bool = True
    reason: Note | None = None
    not_computed: tuple[str, ...] = ()
    _ledger: Ledger | None = field(default=None, repr=False, compare=False)

    @cached_property
    def evidence(self) -> Mapping[str, Evidence]:
        """For each leaf, by its id, the recorded facts that it rests on. They are looked for when first asked for."""
        if self.root is None or self._ledger is None:
            return {}
        found = self._ledger.evidence
        return {leaf.criterion.id: found[leaf.criterion.id] for leaf in leaves(self.root)}

    @cached_property
    def blocking(self) -> tuple[str, ...]:
        """For *not met*, the leaves that decide, the one to look at first before the others; else none."""
        if self.root is None or self.outcome is not Outcome.NOT_MET:
            return ()
        return blocking(self.root, self.deciding, self.evidence)

    def __repr__(self) -> str:
        return f"<Determination: {self.policy.id}, {terms.slug(self.indication)}, {self.request}: {self.outcome}>"

    def _repr_html_(self) -> str:
        from ..present.notebook import of_determination

        return of_determination(self)


class Answers(list[Determination]):
    """The determinations of a case, and beside them what was not answered: an empty list is never the whole answer.

    Attributes:
        unanswered: why documents say nothing, and which others would.
        unheard: what the case names and the graph does not know; a list that names it counts as not complete.
    """

    def __init__(
        self,
        found: Iterable[Determination] = (),
        unanswered: Iterable[Unanswered] = (),
        unheard: Iterable[Unheard] = (),
    ) -> None:
        super().__init__(found)
        self.unanswered, self.unheard = tuple(unanswered), tuple(unheard)

    def __repr__(self) -> str:
        counts = Counter(item.outcome for item in self)
        parts = [f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome]]
        parts += [f"not answered: {item}" for item in self.unanswered]
        parts += [f"not known here: {item}" for item in self.unheard]
        return f"<Answers: {'; '.join(parts) or 'none'}>"

    def _repr_html_(self) -> str:
        from ..present.notebook import of_answers

        return of_answers(self)

    def records(self) -> list[dict[str, str]]:
        """One record a determination, tidy; what is missing and what decides are ids of criteria, parted by spaces."""
        return [
            {
                "policy": item.policy.id,
                "payer": terms.slug(item.policy.payer),
                "indication": terms.slug(item.indication),
                "plans": " ".join(terms.slug(plan) for plan in item.plans),
                "request": item.request.value,
                "authority": item.policy.authority.value,
                "edition": item.policy.edition,
                "outcome": item.outcome.value,
                "deciding": " ".join(item.deciding),
                "missing": " ".join(item.missing),
                "reason": item.reason.text if item.reason else "",
            }
            for item in self
        ]

    def to_dataframe(self) -> pandas.DataFrame:
        """The records as a table; what was not answered stands in ``unanswered`` alone.

        Raises:
            MissingExtra: pandas is not installed.
        """
        return frame(self.records(), _ANSWER_COLUMNS)


_ANSWER_COLUMNS = (
    *("policy", "payer", "indication", "plans", "request", "authority", "edition", "outcome", "deciding", "missing"),
    "reason",
)
