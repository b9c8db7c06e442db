"""What is said to a case: an outcome for each policy and use, what decides it, what is missing, the ways to met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from .. import terms
from ..chart.unheard import Unheard
from ..choice import Choice, Request
from ..criteria import Status
from ..extras import frame
from ..policies.lengths import Length
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
class Routed:
    """By which criteria a request is judged, where its rule sends some requests to those of the other stage.

    Attributes:
        premise: what sends a request there, with its state.
        by: the stage whose criteria judge it; None while the premise is not documented.
        criteria: those that judge it, or all while that is open.
    """

    premise: Node
    by: Request | None
    criteria: Node

    @classmethod
    def of(cls, rule: Rule | None, request: Request, root: Node | None) -> Routed | None:
        """How a request of a rule is routed; None where the rule sends none elsewhere."""
        if rule is None or root is None or rule.sent_on_by(request) is None:
            return None
        premise, other, own = root.children
        found = {Status.MET: (request.other, other), Status.NOT_MET: (request, own)}
        return cls(premise, *found.get(premise.status, (None, root)))


@dataclass(frozen=True)
class Approval:
    """How long an approval lasts at most.

    Attributes:
        request: the stage whose criteria were met for it.
        plans: the plans on which it lasts so long; empty for all plans of the answer.
    """

    request: Request
    length: Length
    plans: tuple[str, ...] = ()


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
        missing: leaves that are not documented and stand on some way to met; of a request that is routed, those of the
            criteria that judge it.
        ways_complete: whether these are all ways. What decides and what is missing is whole even where they are not.
        reason: why a use is excluded, may be excluded, or is not listed, and why the outcome is unknown, with its place
            in the document.
        not_computed: for *met*, the leaves on which it rests and of which a part is left out: met as far as computed.
        rules: all rules that were checked; their criteria are equal, and their approvals may differ.
        requested_months: for how many months the drug is asked for; None where the case does not say.
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
    rules: tuple[Rule, ...] = ()
    requested_months: Decimal | None = None
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
        found = blocking(self.root, self.deciding, self.evidence)
        # By which criteria the request is judged is told apart; what blocks it is among these.
        premise = {leaf.criterion.id for leaf in leaves(self.routed.premise)} if self.routed else set[str]()
        return tuple(name for name in found if name not in premise) or found

    @property
    def routed(self) -> Routed | None:
        """By which criteria the request is judged; None where the rule sends none of them elsewhere."""
        return Routed.of(self.rule, self.request, self.root)

    @property
    def approvals(self) -> tuple[Approval, ...]:
        """How long an approval lasts: after the criteria by which the request is judged, or after either where that is
        open. Empty where the document does not say."""
        routed = self.routed
        stages = [self.request] if routed is None else [routed.by] if routed.by else list(Request)
        return tuple(approval for stage in stages for approval in self._approvals(stage))

    def _approvals(self, stage: Request) -> Iterator[Approval]:
        plans: dict[Length, set[str]] = {}
        for rule in self.rules:
            for length in rule.lengths(stage):
                plans.setdefault(length, set()).update(rule.plans)
        alike = all(rule.lengths(stage) == self.rules[0].lengths(stage) for rule in self.rules)
        for length, named in plans.items():
            yield Approval(stage, length, () if alike else tuple(sorted(named)))

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
