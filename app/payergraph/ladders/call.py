"""What somebody says of a plan and a denial, read into a situation: names become things, texts become days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from .. import terms
from ..errors import AppealError, UnknownName
from ..extras import needed
from ..near import hint_or, slips
from ..store.facts import facts
from ..store.graph import LocalGraph
from ..store.names import Names, names
from .reading import Ladders, ladders
from .situation import Situation, together

#: What is asked for before a denial, too.
BEFORE_A_DENIAL = frozenset(("first-decision", "exception", "peer-to-peer"))
#: Who bears the cost of the benefits, and the line of business that it means.
FUNDING = {"insured": "state-regulated", "self-funded": "self-funded"}


@dataclass
class _Reader:
    """Reads one call, and gathers what is wrong with it."""

    graph: LocalGraph
    names: Names
    known: Ladders
    faults: list[str] = field(default_factory=list)

    def named(self, option: str, text: str | None, *kinds: str) -> str:
        if text is None:
            return ""
        try:
            return self.names.resolve(text, kinds)
        except UnknownName as error:
            self.faults.append(f"{option}: {error}")
            return ""

    def drug(self, text: str | None) -> str:
        found = self.named("drug", text, "Drug", "Product")
        return self.names.ingredient(found) or found

    def day(self, option: str, value: date | str | None) -> date | None:
        """A day; of a moment, the day that it is where it was told."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return datetime.fromisoformat(value).date()
        except (TypeError, ValueError):
            self.faults.append(f"{option}: {value!r} is no day; expected a date, or text like 2026-10-30")
            return None

    def stages(self, option: str, given: Mapping[str, date | str]) -> dict[str, date]:
        stages = sorted({step.stage for ladder in self.known.ladders for step in ladder.steps})
        found = {}
        for stage, text in given.items():
            if stage not in stages:
                nearest = slips(stage, stages)
                more = hint_or(nearest, f"expected one of {', '.join(stages)}")
                self.faults.append(f"{option}: {stage!r} is no stage; {more}")
            elif day := self.day(f"{option} {stage}", text):
                found[stage] = day
        return found


def situation(
    graph: LocalGraph,
    *,
    payer: str | None = None,
    plan: str | None = None,
    state: str | None = None,
    funding: str | None = None,
    line_of_business: str | None = None,
    regulator: str | None = None,
    drug: str | None = None,
    denied: date | str | None = None,
    received: date | str | None = None,
    asked: Mapping[str, date | str] | None = None,
    decided: Mapping[str, date | str] | None = None,
    urgent: bool = False,
    today: date | str | None = None,
) -> Situation:
    """Read what is known of a plan and a denial.

    Raises:
        AppealError: something is unknown, no day, or contradicts something else; a sentence for each.
    """
    read = _Reader(graph, names(graph), ladders(graph))
    of_plan = _Plan.read(read, plan)
    whose = read.named("payer", payer, "Payer")
    where = read.named("state", state, "State")
    if whose and of_plan.payer and whose != of_plan.payer:
        label = read.names.label
        read.faults.append(f"plan: {label(of_plan.iri)} is a plan of {label(of_plan.payer)}, not of {label(whose)}")
    if where and of_plan.state and where != of_plan.state:
        label = read.names.label
        read.faults.append(f"state: {label(of_plan.iri)} is a plan in {label(of_plan.state)}, not in {label(where)}")
    overseer = read.named("regulator", regulator, "Regulator")
    where = where or of_plan.state or _only_state(read.known, overseer)
    found = Situation(
        today=read.day("today", today) or _today(read.names.slug(where) if where else ""),
        payer=whose or of_plan.payer,
        state=where,
        oversight=overseer,
        drug=read.drug(drug),
        lines=_lines(read, funding, line_of_business, of_plan.lines),
        denied=read.day("denied", denied),
        received=read.day("received", received),
        asked=read.stages("asked", asked or {}),
        decided=read.stages("decided", decided or {}),
        urgent=urgent,
    )
    read.faults += _oversight_faults(read, found)
    read.faults += _day_faults(found)
    if read.faults:
        raise AppealError(read.faults)
    return found


@dataclass(frozen=True)
class _Plan:
    iri: str = ""
    payer: str = ""
    state: str = ""
    lines: frozenset[str] = frozenset()

    @classmethod
    def read(cls, read: _Reader, text: str | None) -> _Plan:
        iri = read.named("plan", text, "Plan")
        if not iri:
            return cls()
        said = facts(read.graph, f"VALUES ?s {{ <{iri}> }}")[iri]
        return cls(iri, said.text("payer"), said.text("state"), frozenset(said.texts("lineOfBusiness")))


def _lines(read: _Reader, funding: str | None, line: str | None, of_plan: frozenset[str]) -> frozenset[str]:
    """The lines of business that the plan can be of: the narrowest of what is said."""
    said: list[tuple[str, str]] = [("plan", iri) for iri in sorted(of_plan)]
    if named := read.named("line_of_business", line, "LineOfBusiness"):
        said.append(("line_of_business", named))
    if funding is not None:
        if funding in FUNDING:
            said.append(("funding", terms.thing("line-of-business", FUNDING[funding]).value))
        else:
            read.faults.append(f"funding: {funding!r} is not known; expected {' or '.join(FUNDING)}")
    found: list[str] = []
    for option, iri in said:
        clash = next((other for other in found if not together([other], [iri], read.known)), None)
        if clash is not None and option != "plan":
            label = read.names.label
            read.faults.append(f"{option}: no plan is both {label(clash)} and {label(iri)}")
        found.append(iri)
    narrow = [iri for iri in found if not any(other != iri and read.names.subsumes(iri, other) for other in found)]
    # An employer's plan that is insured is of both lines: what says more is left.
    funded = [iri for iri in narrow if iri.rpartition("/")[2] in FUNDING.values()]
    return frozenset(funded or narrow)


def _oversight_faults(read: _Reader, found: Situation) -> list[str]:
    overseers = {ladder.oversight: ladder for ladder in read.known.ladders if ladder.oversight}
    if not found.oversight or (found.oversight in overseers and _covers(overseers[found.oversight].states, found)):
        return []
    some = sorted(read.names.slug(iri) for iri, ladder in overseers.items() if _covers(ladder.states, found))
    which = f"expected {' or '.join(some)}" if some else "leave it out"
    return [f"regulator: {read.names.label(found.oversight)} does not tell ladders apart here; {which}"]


def _covers(states: Iterable[str], found: Situation) -> bool:
    return not found.state or found.state in states


def _only_state(known: Ladders, overseer: str) -> str:
    """The state of the ladders of a regulator, where that is one alone."""
    states = {state for ladder in known.ladders if ladder.oversight == overseer for state in ladder.states}
    return next(iter(states)) if overseer and len(states) == 1 else ""


def _day_faults(found: Situation) -> list[str]:
    """What cannot be: a day in the future, an answer before its question."""
    faults = []
    dated = [("denied", found.denied), ("received", found.received)]
    dated += [(f"asked {stage}", day) for stage, day in found.asked.items()]
    dated += [(f"decided {stage}", day) for stage, day in found.decided.items()]
    faults += [
        f"{what}: {day} is in the future; today is {found.today}" for what, day in dated if day and day > found.today
    ]
    if found.received and not found.denied:
        faults.append("received: the date on the notice is missing; say when it was denied")
    if found.received and found.denied and found.received < found.denied:
        faults.append(f"received: {found.received} is before the date of the notice, {found.denied}")
    if (found.asked.keys() - BEFORE_A_DENIAL or found.decided) and not found.denied:
        faults.append("denied: the date on the notice of the denial is missing, which all that follows counts from")
    if "first-decision" in found.decided:
        faults.append("decided first-decision: its day is that of the denial; say it as that")
    for stage, day in found.decided.items():
        before = found.asked.get(stage) or found.denied
        if before and day < before:
            faults.append(f"decided {stage}: {day} is before {before}, when it was asked for or denied at first")
    for stage, day in found.asked.items():
        if found.denied and day < found.denied and stage not in BEFORE_A_DENIAL:
            faults.append(f"asked {stage}: {day} is before the denial of {found.denied}")
    return faults


def _today(state: str) -> date:
    """The day that it is in a state, in the most eastern of its zones; without a state, where this runs.

    In the east a day ends first: what is in time there is in time in the whole state.
    """
    place = needed("us").states.lookup(state) if state else None
    if place is None or not place.time_zones:
        return date.today()
    return _latest(datetime.now, place.time_zones)


def _latest(now: Callable[[ZoneInfo], datetime], zones: Iterable[str]) -> date:
    return max(now(ZoneInfo(zone)).date() for zone in zones)
