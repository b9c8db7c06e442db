"""A ladder on the calendar: of each step what holds, by when it is due, and what was not worked out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .. import terms
from .clocks import UNITS, after, next_working_day
from .model import Fact, Ladder, Step
from .reading import Ladders
from .situation import Situation, holds

#: What the plan itself decides; what is said of the payer holds for these.
INSIDE = frozenset(("first-decision", "exception", "peer-to-peer", "internal-appeal", "second-internal-appeal"))
_STANDARD, _EXPEDITED = "standard", "expedited"
_EXCEPTIONS = frozenset(("step-therapy-exception", "formulary-exception", "coverage-exception", "tiering-exception"))
# Kinds of requests that the question is not about; their times are told, and not worked out.
_OTHERS = frozenset(
    (
        *("payment", "post-service", "concurrent-care", "medical-item-or-service", "complex", "incomplete"),
        *("drug-already-received", "life-threatening-condition"),
    )
)
#: What is told with days of its own.
_TIMES = ("filing-deadline", "benefits-deadline", "decision-time")
_NOTICE = {"notice-date": "the date of the notice", "notice-sent": "the sending of the notice"}


@dataclass(frozen=True)
class Deadline:
    """A time that a source gives, and the day on which it ends.

    Attributes:
        due: the last day; None where the event is not on record from which it counts, or it is for a person to read.
        start: the day from which it was counted.
        counted: from what, in words.
        notes: what a reader should know: what was taken for what, what moved the day, what limits it.
        conditional: it holds only under what its source says in words, or for a kind of request that is not this one.
    """

    fact: Fact
    due: date | None
    start: date | None
    counted: str
    notes: tuple[str, ...]
    conditional: bool


@dataclass(frozen=True)
class StepDates:
    """A step of a ladder, as it stands on a day.

    Attributes:
        stands: ``done``, ``denied``, ``waiting``, ``late`` (no decision came in time), ``due``, ``passed``, ``open``
            (it may be taken, without a known last day), ``later`` or ``optional``.
        file_by: when to ask for it: the safest first.
        keep_by: when to ask that benefits go on meanwhile: the earliest first.
        decide_by: when it must be decided: the earliest first.
        facts: all else that sources say of it, by what they tell.
        pending: a step that it follows, asked for and not decided; None where there is none.
    """

    step: Step
    stands: str
    file_by: tuple[Deadline, ...]
    keep_by: tuple[Deadline, ...]
    decide_by: tuple[Deadline, ...]
    facts: Mapping[str, tuple[Fact, ...]]
    pending: Step | None

    @property
    def due(self) -> Deadline | None:
        """The safest day by which to ask for it; what holds without a condition comes before the rest."""
        dated = [one for one in self.file_by if one.due]
        return next((one for one in dated if not one.conditional), dated[0] if dated else None)

    @property
    def latest(self) -> Deadline | None:
        """The latest day that any source gives; what holds without a condition comes before the rest."""
        dated = [one for one in self.file_by if one.due]
        return next((one for one in reversed(dated) if not one.conditional), dated[-1] if dated else None)


@dataclass(frozen=True)
class Timeline:
    """A ladder on the calendar."""

    ladder: Ladder
    steps: tuple[StepDates, ...]

    @property
    def next(self) -> StepDates | None:
        """The step that is to be taken now."""
        return next((step for step in self.steps if step.stands in ("due", "open")), None)


def timeline(ladder: Ladder, situation: Situation, known: Ladders) -> Timeline:
    """Put a ladder on the calendar.

    Raises:
        MissingExtra: holidays is not installed.
        ValueError: no calendar has a day that follows from a date.
    """
    steps: list[StepDates] = []
    for step in ladder.steps:
        said = tuple(facts_of(step, ladder, situation, known))
        steps.append(_StepOnCalendar(step, ladder, situation, said, _day_rules(step, known)).worked_out())
    return Timeline(ladder, tuple(steps))


def _subjects(step: Step, situation: Situation, known: Ladders) -> tuple[str, ...]:
    """What the facts are about that hold for a step."""
    own = [*step.governed_by, *(known.run_by[one] for one in step.governed_by if one in known.run_by)]
    if situation.state:
        own.append(situation.state)
    if situation.payer and step.stage in INSIDE:
        own.append(situation.payer)
    return tuple(dict.fromkeys(own))


def facts_of(step: Step, ladder: Ladder, situation: Situation, known: Ladders) -> Iterator[Fact]:
    """What sources say of a step of a ladder, as far as it can hold for the plan."""
    own = (*step.governed_by, *(known.run_by.get(one, "") for one in step.governed_by))
    for subject in _subjects(step, situation, known):
        for fact in known.facts.get(subject, ()):
            if not holds(fact, ladder, situation, known):
                continue
            if _stage_of(fact) == step.stage if fact.stage else subject in own or step.stage in INSIDE:
                yield fact


def _stage_of(fact: Fact) -> str:
    """The stage that a fact tells of: a first decision on an exception is that of the exception."""
    return "exception" if fact.stage == "first-decision" and _for_exceptions(fact) else fact.stage


def _for_exceptions(fact: Fact) -> bool:
    return any(terms.slug(kind) in _EXCEPTIONS for kind in fact.kinds)


def _day_rules(step: Step, known: Ladders) -> dict[str, tuple[Fact, ...]]:
    """What sources say of how a time is counted, by what it is about, whatever the stage."""
    return {
        subject: tuple(fact for fact in known.facts.get(subject, ()) if fact.tells == "counting")
        for subject in step.governed_by
    }


@dataclass(frozen=True)
class _StepOnCalendar:
    step: Step
    ladder: Ladder
    situation: Situation
    said: Sequence[Fact]
    rules: Mapping[str, tuple[Fact, ...]]

    def worked_out(self) -> StepDates:
        file_by = sorted((self._file(fact) for fact in self._told("filing-deadline")), key=_safest)
        keep_by = sorted((self._file(fact) for fact in self._told("benefits-deadline")), key=_safest)
        decide_by = sorted((self._decide(fact) for fact in self._told("decision-time")), key=_safest)
        by: dict[str, list[Fact]] = {}
        for fact in self.said:
            if fact.tells not in _TIMES:
                by.setdefault(fact.tells, []).append(fact)
        stands = self._stands(file_by, decide_by)
        told = {tells: tuple(some) for tells, some in by.items()}
        pending = self._pending()
        return StepDates(self.step, stands, tuple(file_by), tuple(keep_by), tuple(decide_by), told, pending)

    def _told(self, tells: str) -> Iterator[Fact]:
        return (fact for fact in self.said if fact.tells == tells and not self._is_of_other_speed(fact))

    def _is_of_other_speed(self, fact: Fact) -> bool:
        other = _STANDARD if self.situation.urgent else _EXPEDITED
        same = _EXPEDITED if self.situation.urgent else _STANDARD
        kinds = {terms.slug(kind) for kind in fact.kinds}
        return other in kinds and same not in kinds

    def _stands(self, file_by: Sequence[Deadline], decide_by: Sequence[Deadline]) -> str:
        stage, now = self.step.stage, self.situation.today
        if stage == "first-decision" and (self.situation.denied or stage not in self.situation.asked):
            return "denied" if self.situation.denied else "open"
        if stage in self.situation.decided:
            return "denied"
        if stage in self.situation.asked:
            ends = [one.due for one in decide_by if one.due and not one.conditional]
            return "late" if ends and max(ends) < now else "waiting"
        if self._notice() is None:
            return "optional" if self.step.optional else "later"
        dues = [one.due for one in file_by if one.due and not one.conditional] or [
            one.due for one in file_by if one.due
        ]
        if self.step.optional:
            return "optional"
        if self._is_overtaken():
            return "done"
        return "open" if not dues else "passed" if max(dues) < now and self._pending() is None else "due"

    def _is_overtaken(self) -> bool:
        """Whether a later step was asked for already."""
        later = {step.stage for step in self.ladder.steps if step.position > self.step.position}
        return any(stage in later for stage in (*self.situation.asked, *self.situation.decided))

    def _notice(self) -> tuple[str, date] | None:
        """The stage and the date of the decision that this step reviews; None where there is none yet."""
        for before in self._followed():
            if when := self._decided(before.stage):
                return before.stage, when
        return None

    def _pending(self) -> Step | None:
        """A step that this one follows, asked for and not decided: its last day may yet count from there."""
        asked = (one for one in self._followed() if one.stage in self.situation.asked)
        return next((one for one in asked if self._decided(one.stage) is None), None)

    def _followed(self) -> Iterator[Step]:
        """The steps of the ladder that this one follows, the nearest first."""
        return (before for iri in self.step.follows if (before := self.ladder.step(iri)))

    def _decided(self, stage: str) -> date | None:
        if stage == "first-decision":
            return self.situation.denied
        return self.situation.decided.get(stage)

    def _file(self, fact: Fact) -> Deadline:
        start, counted, notes = self._start_to_file(fact)
        if start is not None and (pending := self._pending()) is not None:
            notes.append(f"The {pending.label} is not decided yet; a source may count from the final denial.")
        return self._ended(fact, start, counted, notes)

    def _start_to_file(self, fact: Fact) -> tuple[date | None, str, list[str]]:
        """The day from which the time to ask for a step counts, the safe one where it is not known."""
        notice, event = self._notice(), fact.counted_from
        if event == "first-level-decision":
            first = self.situation.decided.get("internal-appeal")
            return first, "the decision of the first level", []
        if notice is None:
            return None, fact.event or "the decision before it", []
        stage, day = notice
        if event == "notice-receipt":
            if stage == "first-decision" and self.situation.received is not None:
                return self.situation.received, "receipt of the notice", []
            presumed = next((rule for rule in self.rules.get(fact.about, ()) if _presumes(rule)), None)
            if presumed is None or presumed.low is None:
                return day, "the date of the notice", ["Counts from receipt; counted here from the notice's date."]
            later = after(after(day, presumed.low, presumed.unit), fact.low, fact.unit) if fact.low else None
            note = f"Receipt is presumed {presumed.text} after the date of the notice: then the last day is {later}."
            return day, "the date of the notice", ["Counts from receipt; counted here from the notice's date.", note]
        if event in _NOTICE or event == "decision":
            return day, _NOTICE.get(event, "the decision"), []
        if not event:
            return day, "the date of the notice", ["The source does not say from what day it counts."]
        return None, fact.event, []

    def _decide(self, fact: Fact) -> Deadline:
        asked = self.situation.asked.get(self.step.stage)
        event = fact.counted_from
        if event not in ("", "request-receipt", "complete-information"):
            return self._ended(fact, None, fact.event, [])
        notes = []
        if asked and event == "complete-information":
            notes.append("Counts from when all information is there; counted here from the request.")
        return self._ended(fact, asked, "the request" if asked else fact.event or "the request", notes)

    def _ended(self, fact: Fact, start: date | None, counted: str, notes: list[str]) -> Deadline:
        if fact.low is not None and fact.unit in UNITS and start is not None:
            first_of_next = self._day_rule(fact, "missing-day-rule") == "first-of-next-month"
            due = after(start, fact.low, fact.unit, missing_day_first_of_next=first_of_next)
            if self._day_rule(fact, "last-day-rule") == "next-working-day" and (moved := next_working_day(due)) != due:
                notes.append(f"The last day, {due}, is no working day; the source moves it.")
                due = moved
        else:
            due = None
            if start is not None:
                notes.append("The time has no number that can be counted.")
        conditions = [
            *fact.words,
            *(f"for {terms.slug(kind).replace('-', ' ')}" for kind in sorted(self._others(fact))),
        ]
        if fact.drugs and not self.situation.drug:
            conditions.append("said of one drug")
        notes += [f"Holds: {words}." for words in conditions]
        if fact.hedge:
            notes.append(f"The source says “{fact.hedge}”.")
        if fact.reading:
            notes.append(f"Reading: {fact.reading}")
        return Deadline(fact, due, start, counted, tuple(notes), bool(conditions))

    def _day_rule(self, fact: Fact, name: str) -> str:
        """What the same source says of last days at the same stage; empty where it says nothing."""
        rules = self.rules.get(fact.about, ())
        return next((rule.value for rule in rules if rule.stage == fact.stage and rule.aspect.endswith(name)), "")

    def _others(self, fact: Fact) -> Iterable[str]:
        return [kind for kind in fact.kinds if terms.slug(kind) in _OTHERS]


def _presumes(rule: Fact) -> bool:
    return terms.slug(rule.aspect) == "notice-receipt-presumption"


def _safest(deadline: Deadline) -> tuple[bool, date, bool, str, str]:
    """Earliest first; what has no day comes last; primary before secondary."""
    return (
        deadline.due is None,
        deadline.due or date.max,
        deadline.fact.authority != "primary",
        deadline.fact.title,
        deadline.fact.iri,
    )
