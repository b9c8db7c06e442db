"""Which day it is in a state, whatever the clock of the machine says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from payergraph.ladders import call


def at(moment: str) -> date:
    """The day in Texas, whose zones are Central and Mountain, at a moment."""
    now = datetime.fromisoformat(moment).astimezone(UTC)
    return call._latest(lambda zone: now.astimezone(zone), ["America/Chicago", "America/Denver"])


def test_the_day_ends_first_in_the_most_eastern_zone() -> None:
    assert at("2026-11-30T23:59:00-06:00") == date(2026, 11, 30)
    assert at("2026-12-01T00:01:00-06:00") == date(2026, 12, 1)  # still November in El Paso
    assert at("2026-12-01T03:00:00+00:00") == date(2026, 11, 30)  # December in Greenwich


def test_every_state_has_a_day() -> None:
    today = {datetime.now(ZoneInfo(zone)).date() for zone in ("America/New_York", "Pacific/Honolulu")}
    assert {call._today(state) for state in ("NC", "CA", "TX", "HI", "AK", "DC")} <= {*today, date.today()}
