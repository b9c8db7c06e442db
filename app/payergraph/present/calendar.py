"""Deadlines as a calendar, RFC 5545."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from ..extras import needed
from ..version import VERSION

if TYPE_CHECKING:
    from ..ladders.answer import Appeal
    from ..ladders.timeline import Deadline, StepDates, Timeline

_ALARM = timedelta(days=-7)


def calendar_of(appeal: Appeal) -> str:
    """The days on which a time ends, an event of a whole day each, with an alarm a week before.

    Of the step that comes next, and of a decision that is awaited, every source has its own event; the safest says so.

    Raises:
        MissingExtra: icalendar is not installed.
    """
    ical = needed("icalendar")
    found = ical.Calendar()
    found.add("prodid", f"-//payergraph//{VERSION}//EN")
    found.add("version", "2.0")
    for entry in _entries(appeal):
        event = ical.Event()
        event.add("uid", entry.uid)
        # A digest tells events apart; the stamp is the day of the answer, so that the same answer is the same file.
        event.add("dtstamp", datetime.combine(appeal.situation.today, time(), UTC))
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
        event.add("summary", entry.summary)
        event.add("description", entry.description)
        event.add("transp", "TRANSPARENT")
        alarm = ical.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"In a week: {entry.summary}")
        alarm.add("trigger", _ALARM)
        event.add_component(alarm)
        found.add_component(event)
    text: str = found.to_ical().decode()
    return text


class _Entry:
    def __init__(self, found: Timeline, step: StepDates, one: Deadline, act: str, first: bool) -> None:
        assert one.due is not None
        self.day: date = one.due
        safest = ", the safest day" if first and act == "file" else ""
        what = {"file": "Ask for", "keep": "Ask that benefits go on", "decide": "Decision due"}[act]
        self.summary = f"{what}: {step.step.label} ({found.ladder.label}{safest})"
        lines = [one.fact.restated, f"{one.fact.text}, counted from {one.counted}.", *one.notes]
        lines += [f"{one.fact.title}, {one.fact.locator} ({one.fact.authority})", one.fact.address]
        self.description = "\n".join(filter(None, lines))
        key = "|".join((found.ladder.iri, step.step.iri, act, one.fact.iri, str(one.due)))
        self.uid = f"{sha256(key.encode()).hexdigest()[:32]}@payergraph"


def _entries(appeal: Appeal) -> Iterator[_Entry]:
    for found in appeal:
        for step in found.steps:
            if step is found.next:
                dated = [one for one in step.file_by if one.due]
                yield from (_Entry(found, step, one, "file", one is step.due) for one in dated)
                yield from (
                    _Entry(found, step, one, "keep", False)
                    for one in step.keep_by
                    if one.due and one.due >= appeal.situation.today
                )
            elif step.stands in ("waiting", "late"):
                yield from (_Entry(found, step, one, "decide", False) for one in step.decide_by if one.due)
