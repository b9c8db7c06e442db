"""What can be done after a denial, or before one, as an answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..errors import AppealError
from ..extras import require
from ..store.graph import LocalGraph
from ..store.names import Names, names
from ..wording import counted
from .call import situation
from .model import Fact, Ladder
from .reading import Ladders, ladders
from .situation import Situation, at_any_time, candidates, question
from .timeline import Deadline, StepDates, Timeline, timeline

#: The version of the JSON: it rises when a key goes or means something else, and not when one is added.
FORMAT_VERSION = 1


@dataclass(frozen=True, eq=False)
class Appeal:
    """What can be done over a request for a drug, on the calendar.

    Attributes:
        timelines: the ladders that can be those of the plan, each on the calendar; one where all is known.
        question: what would decide between them; empty where one is left.
        unknown: what the graph does not know and an answer would need, a sentence each.
    """

    situation: Situation
    timelines: tuple[Timeline, ...]
    question: str
    unknown: tuple[str, ...]
    names: Names
    graph_version: str

    def __iter__(self) -> Iterator[Timeline]:
        return iter(self.timelines)

    def __len__(self) -> int:
        return len(self.timelines)

    def __repr__(self) -> str:
        due = self.due
        until = f", due {due.due}" if due else ""
        return f"<Appeal: {counted(len(self), 'ladder')}{until}>"

    def _repr_html_(self) -> str:
        from ..present.notebook import of_appeal

        return of_appeal(self)

    @property
    def due(self) -> Deadline | None:
        """The day by which to ask for the next step, the safest over all ladders that can be meant."""
        dated = [step.due for found in self.timelines if (step := found.next) and step.due]
        return min(dated, key=lambda one: one.due or date.max, default=None)

    @property
    def passed(self) -> tuple[tuple[Timeline, date], ...]:
        """The ladders that can be meant and on which the last day of a step has passed, each with that day."""
        found = ((one, step.latest) for one in self.timelines for step in one.steps if step.stands == "passed")
        return tuple((one, last.due) for one, last in found if last and last.due)

    def to_json(self) -> str:
        """All of it; days as ISO text, and null where none follows."""
        at = self.situation
        return json.dumps(
            {
                "formatVersion": FORMAT_VERSION,
                "graphVersion": self.graph_version,
                "today": str(at.today),
                "payer": at.payer or None,
                "state": at.state or None,
                "linesOfBusiness": sorted(at.lines),
                "denied": _iso(at.denied),
                "received": _iso(at.received),
                "asked": {stage: str(day) for stage, day in at.asked.items()},
                "decided": {stage: str(day) for stage, day in at.decided.items()},
                "urgent": at.urgent,
                "question": self.question or None,
                "unknown": list(self.unknown),
                "ladders": [self._ladder(found) for found in self.timelines],
            },
            ensure_ascii=False,
            indent=2,
        )

    def _ladder(self, found: Timeline) -> dict[str, Any]:
        return {
            "ladder": found.ladder.iri,
            "label": found.ladder.label,
            "applicability": list(found.ladder.applicability),
            "next": found.next.step.iri if found.next else None,
            "steps": [_step(step) for step in found.steps],
        }

    def to_ics(self) -> str:
        """The days by which something is to be done, as a calendar (RFC 5545), each with an alarm a week before.

        Raises:
            MissingExtra: icalendar is not installed.
        """
        from ..present.calendar import calendar_of

        return calendar_of(self)


def _iso(day: date | None) -> str | None:
    return str(day) if day else None


def _step(found: StepDates) -> dict[str, Any]:
    step = found.step
    return {
        "step": step.iri,
        "label": step.label,
        "stage": step.stage,
        "optional": step.optional,
        "stands": found.stands,
        "due": _iso(found.due.due) if found.due else None,
        "fileBy": [_deadline(one) for one in found.file_by],
        "keepBenefitsBy": [_deadline(one) for one in found.keep_by],
        "decideBy": [_deadline(one) for one in found.decide_by],
        "facts": {tells: [_fact(fact) for fact in some] for tells, some in found.facts.items()},
    }


def _deadline(one: Deadline) -> dict[str, Any]:
    return {
        "due": _iso(one.due),
        "start": _iso(one.start),
        "countedFrom": one.counted,
        "conditional": one.conditional,
        "notes": list(one.notes),
        **_fact(one.fact),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "text": fact.text,
        "says": fact.restated,
        "about": fact.about,
        "statement": fact.iri,
        "source": fact.source,
        "title": fact.title,
        "locator": fact.locator,
        "authority": fact.authority,
        "address": fact.address or None,
    }


def appeal_of(graph: LocalGraph, said: Mapping[str, Any]) -> Appeal:
    """Work out what can be done; ``said`` are the arguments of ``payergraph.appeal`` without the endpoint.

    Raises:
        AppealError: what was said is unknown, no day, contradicts itself, or has no ladder.
        MissingExtra: what counts days is not installed.
    """
    require("holidays")
    found, known, on = situation(graph, **said), ladders(graph), names(graph)
    fitting = candidates(known, found)
    if not fitting:
        raise AppealError([_no_ladder(found, known, on)])
    if faults := list(_stage_faults(found, fitting)):
        raise AppealError(faults)
    try:
        timelines = tuple(timeline(ladder, found, known) for ladder in fitting)
    except ValueError:
        raise AppealError([f"denied: no calendar has the days that follow from {found.denied}"]) from None
    asked = question(fitting, found, on)
    return Appeal(found, timelines, asked, tuple(_unknown(found, timelines, on)), on, graph.version)


def _no_ladder(found: Situation, known: Ladders, on: Names) -> str:
    """That the graph has no ladder for a plan, or none on the day of the denial."""
    lines = " or ".join(sorted(on.label(line) for line in found.lines)) or "any line of business"
    where = f" in {on.label(found.state)}" if found.state else ""
    when = f" on {found.denied}" if found.denied else ""
    others = at_any_time(known, found)
    if not others:
        return f"line_of_business: the graph has no ladder for {lines}{where}"
    day = found.denied or found.today
    times = "begin later" if any(one.applies_from and day < one.applies_from for one in others) else "end before"
    return f"denied: the graph has no ladder for {lines}{where} over a denial{when}; those it has {times}"


def _stage_faults(found: Situation, fitting: Iterable[Ladder]) -> Iterator[str]:
    """What was asked for or decided and is a step of no ladder that can be that of the plan."""
    steps = {step.stage: step.position for ladder in fitting for step in ladder.steps}
    there = ", ".join(sorted(steps, key=lambda stage: (steps[stage], stage)))
    for option, given in (("asked", found.asked), ("decided", found.decided)):
        for stage in given:
            if stage not in steps:
                yield f"{option} {stage}: no ladder that can be meant has this step; the steps are {there}"


def _unknown(found: Situation, timelines: tuple[Timeline, ...], on: Names) -> Iterator[str]:
    if found.state and any(one.ladder.elsewhere for one in timelines):
        yield (
            f"The graph does not have the external review of {on.label(found.state)}: what the state adds to the "
            "federal rule is not known here; the denial notice must name it."
        )
    silent = {
        step.step.label
        for one in timelines
        for step in one.steps
        if step.stands == "open" and step.step.stage not in ("first-decision",) and not step.file_by
    }
    for label in sorted(silent):
        yield f"No source at hand says by when to ask for: {label}."
