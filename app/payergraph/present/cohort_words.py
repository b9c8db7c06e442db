"""What is told of a population in words: shares with their intervals, and what was not judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..cohorts.answer import Cohort
    from ..cohorts.shares import Share

# By the names of ``Cohort.not_judged``, what is told of a number.
_NOT_JUDGED = {
    "refused": "Charts that cannot be read: {:,}. not-judged.csv says why.",
    "elsewhere": "Charts that ask for another drug, and were not judged: {:,}.",
    "without": "Charts that name no use, and no diagnosis that a policy names: {:,}.",
    "strays": "Rows of no patient, which were not read: {:,}.",
    "unknown": "Names and codes that are not known: {:,}. not-known.csv counts them.",
}


def percent(share: float | None) -> str:
    """A share from 0 to 1 as ``12.3 %``; empty of none.

    >>> percent(0.1234), percent(0.0001), percent(None)
    ('12.3 %', '<0.1 %', '')
    """
    if share is None:
        return ""
    return "<0.1 %" if 0 < share < 0.0005 else f"{100 * share:.1f} %"


def interval(share: Share) -> str:
    """The interval of a share, ``3.1 % to 5.2 %``; empty of none."""
    return "" if share.low is None else f"{percent(share.low)} to {percent(share.high)}"


def not_judged(found: Cohort) -> list[str]:
    """What was not judged and what was not known, a sentence each; none of what there is none of."""
    return [said.format(found.not_judged[name]) for name, said in _NOT_JUDGED.items() if found.not_judged[name]]
