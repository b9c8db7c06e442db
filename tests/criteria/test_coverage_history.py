"""What a payer approved or paid before: by whom, which of the two, and how long ago."""

from __future__ import annotations

from typing import Any

import pytest
from evaluator import MET, NOT_DOCUMENTED, NOT_MET
from judges import read_error, says, sentence


def covered(*rows: dict[str, Any], complete: bool = False, kind: str = "pg:ApprovalOrClaim", **params: Any) -> str:
    """Whether Cigna, unless the row names another payer, covered the drug before 2026-10-01."""
    case = {"coverage": [{"payer": "cigna", **row} for row in rows], "coverageComplete": complete}
    return says("CoverageHistoryCriterion", case, coverageKind=kind, **params)


APPROVED, PAID = {"kind": "approval", "from": "2025-10-01", "to": "2026-09-30"}, {"kind": "claim", "from": "2026-08-01"}


def test_what_was_approved_or_paid_before_counts() -> None:
    assert covered(APPROVED) == covered(PAID) == MET
    assert covered() == NOT_DOCUMENTED
    assert covered(complete=True) == NOT_MET


def test_an_approval_is_no_claim() -> None:
    assert covered(APPROVED, kind="pg:Approval") == covered(PAID, kind="pg:Claim") == MET
    assert covered(APPROVED, kind="pg:Claim") == NOT_DOCUMENTED
    assert covered(PAID, kind="pg:Approval", complete=True) == NOT_MET


def test_another_payer_counts_where_none_is_named() -> None:
    other = {**APPROVED, "payer": "molina"}
    assert covered(other) == MET
    assert covered(other, coveringPayers="cigna") == NOT_DOCUMENTED
    assert covered(other, coveringPayers="cigna", complete=True) == NOT_MET
    assert covered(APPROVED, coveringPayers="cigna") == MET


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ({"kind": "claim", "from": "2026-07-03"}, MET),  # ninety days before
        ({"kind": "claim", "from": "2026-07-02"}, NOT_MET),
        ({"kind": "claim", "from": "2026-07"}, NOT_DOCUMENTED),
        ({"kind": "claim"}, NOT_DOCUMENTED),
        ({"kind": "claim", "from": "2026-01-01", "to": "2026-07-03"}, MET),
        ({"kind": "approval", "from": "2025-01-01", "to": "2026-07-03"}, MET),
        ({"kind": "approval", "from": "2025-01-01", "to": "2026-07-02"}, NOT_MET),
        ({"kind": "approval", "from": "2025-01-01", "to": "2027-01-01"}, MET),  # still holds
        ({"kind": "approval", "to": "2027"}, MET),
        ({"kind": "approval", "from": "2025-01-01"}, NOT_DOCUMENTED),  # it may have ended
        ({"kind": "approval", "from": "2026-07-03"}, MET),
        ({"kind": "approval", "from": "2026-08-01", "to": "2026"}, MET),
    ],
)
def test_the_last_day_that_it_covered_lies_in_the_period(row: dict[str, Any], value: str) -> None:
    assert covered(row, complete=True, withinDays=90) == value


def test_months_count_like_days() -> None:
    assert covered({"kind": "claim", "from": "2025-10-01"}, withinMonths=12, complete=True) == MET
    assert covered({"kind": "claim", "from": "2025-09-30"}, withinMonths=12, complete=True) == NOT_MET


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"from": "2026-10-02"}, "coverage[0].from is '2026-10-02', which is after the request on 2026-10-01"),
        ({"from": "2026-03-01", "to": "2026-02"}, "coverage[0].to is '2026-02', which is before 2026-03-01"),
    ],
)
def test_a_coverage_that_cannot_be_is_refused(row: dict[str, Any], told: str) -> None:
    assert told in read_error({"coverage": [{"payer": "cigna", "kind": "approval", **row}]})


def test_a_sentence_tells_what_by_whom_and_when() -> None:
    asked = {"coverageKind": "paid claim", "coveringPayers": "it", "withinDays": 130}
    assert sentence("CoverageHistoryCriterion", asked, ["Cigna"]) == (
        "Covered before: paid claim by Cigna within 130 days before the request"
    )
    assert sentence("CoverageHistoryCriterion", {"coverageKind": "approval"}) == "Covered before: approval"
