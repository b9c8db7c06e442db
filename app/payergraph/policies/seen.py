"""How much of what payers ask for a drug was seen, and for which uses: the order in which they are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..choice import Request
from ..wording import counted
from .model import Policy


@dataclass(frozen=True)
class Seen:
    """How many rules of a payer's documents for a drug there are, and how many of them were seen whole."""

    rules: int = 0
    whole: int = 0

    @property
    def words(self) -> str:
        """The same in words."""
        if not self.rules:
            return "no criteria seen"
        rules = counted(self.rules, "rule")
        if self.whole == self.rules:
            return f"{rules}, seen whole"
        return f"{rules}, {self.whole} seen whole" if self.whole else f"{rules}, seen in part"


def payers_by_seen(found: Iterable[Policy], drug: str, label: Callable[[str], str]) -> dict[str, Seen]:
    """The payers of some documents, by IRI: those with most rules for a drug seen whole first, then with most rules."""
    rules: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for policy in found:
        of_drug = [rule for rule in policy.rules if drug in rule.drugs]
        rules[policy.payer] += len(of_drug)
        whole[policy.payer] += sum(rule.complete for rule in of_drug)
    ordered = sorted(rules, key=lambda payer: (-whole[payer], -rules[payer], label(payer).casefold(), payer))
    return {payer: Seen(rules[payer], whole[payer]) for payer in ordered}


def uses_by_documents(
    found: Iterable[Policy], drug: str, label: Callable[[str], str], request: Request | str = ""
) -> dict[str, int]:
    """The uses for which some documents have rules for a drug, by IRI, with how many of them: most first.

    Args:
        request: only rules that show what they ask for such a request count; all where empty.
    """
    counted = Counter(use for policy in found for use in _uses(policy, drug, request))
    ordered = sorted(counted, key=lambda use: (-counted[use], label(use).casefold(), use))
    return {use: counted[use] for use in ordered}


def _uses(policy: Policy, drug: str, request: Request | str) -> set[str]:
    rules = [rule for rule in policy.rules if drug in rule.drugs]
    return {use for rule in rules if not request or rule.criteria(request) is not None for use in rule.uses}
