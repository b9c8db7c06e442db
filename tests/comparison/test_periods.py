"""What holds in one period does not disagree with what holds in another."""

from __future__ import annotations

from pathlib import Path

import mini
import pytest

from payergraph.comparison.conflicts import conflicts

AMOUNT = "line-of-business:medicare-part-d court-amount pg:value {} ; pg:unit unit:us-dollar"
FROM, UNTIL = ' ; pg:appliesFrom "{}"^^xsd:date', ' ; pg:appliesUntil "{}"^^xsd:date'


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("", "", True),
        (UNTIL.format("2025-12-31"), FROM.format("2026-01-01"), False),
        (UNTIL.format("2025-12-31"), FROM.format("2025-12-31"), True),
        (FROM.format("2026-01-01") + UNTIL.format("2026-12-31"), FROM.format("2027-01-01"), False),
        (FROM.format("2026-01-01"), "", True),
        (FROM.format("2026-01-01"), UNTIL.format("2025-12-31"), False),
    ],
)
def test_periods_apart_do_not_disagree(tmp_path: Path, one: str, other: str, differ: bool) -> None:
    of = mini.laws(tmp_path, AMOUNT.format(1900) + one, AMOUNT.format(1960) + other)
    assert any(item.question.startswith("amount for a court") for item in conflicts(of)) is differ
