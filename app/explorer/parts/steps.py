"""What can be done over a request for a drug, step below step, with days, what to send and the sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from payergraph.comparison.conflicts import Conflict
from payergraph.ladders.answer import Appeal
from payergraph.ladders.appearing import Appearance, meaning
from payergraph.ladders.model import Fact, Ladder
from payergraph.ladders.situation import Situation
from payergraph.ladders.timeline import Deadline, StepDates, Timeline
from payergraph.present.appealed import STANDS, TOLD, alike, differing, in_words, same

from . import links, marks, sides
from .markup import Html, joined, link, sentence, tag

#: What is read at once; the rest of what sources tell of a step stands folded.
_FIRST = ("document", "contact", "channel", "cost")
#: More lines of one title are folded.
_LINES = 3
#: More sources of one line are folded.
_SOURCES = 1
#: Steps that nobody has to take now.
_FOLDED = frozenset(("denied", "done", "optional", "passed"))
#: More ladders of a thing are folded.
_LADDERS = 3
#: How the page calls what the function calls otherwise.
_PARAMETERS = {"line_of_business": "line"}


def timeline(found: Timeline, today: date, conflicts: Sequence[Conflict]) -> Html:
    """A ladder: its steps in order, those folded that are past or need not be taken."""
    steps = (tag("li", _step(number, step, today, conflicts)) for number, step in enumerate(found.steps, 1))
    for_plans = [tag("li", links.thing(iri)) for iri in found.ladder.applicability]
    summary = tag("summary", f"What says for which plans this is ({len(for_plans)})")
    parts = [
        tag("p", found.ladder.definition, class_="pg-place"),
        tag("details", summary, tag("ul", *for_plans), class_="pg-place") if for_plans else "",
        tag("ol", *steps, class_="pg-steps"),
    ]
    return joined(parts)


def _step(number: int, found: StepDates, today: date, conflicts: Sequence[Conflict]) -> Html:
    sign, words = STANDS[found.stands]
    state = tag("span", f"{sign} {sentence(words)}", class_=f"pg-stands pg-{found.stands}")
    head = tag("h3", f"{number}. {sentence(found.step.label)} ", state)
    inside = joined([tag("p", found.step.definition, class_="pg-place"), _body(found, today, conflicts)])
    if found.stands in _FOLDED:
        return tag("details", tag("summary", head), inside, class_="pg-step")
    return tag("article", head, inside, class_="pg-step")


def _body(found: StepDates, today: date, conflicts: Sequence[Conflict]) -> Html:
    asking = found.stands not in ("denied", "done", "waiting", "late")
    rows: list[Html] = []
    if asking:
        rows += _times("Ask", found.file_by, today)
        rows += _times("Ask that benefits go on", found.keep_by, today)
    if found.stands not in ("denied", "done"):
        rows += _times("Decided", found.decide_by, today)
    rows += [row for tells in _FIRST for row in _told(tells, found)]
    rest = [row for tells in TOLD if tells not in _FIRST for row in _told(tells, found)]
    number = sum(len(list(same(found.facts.get(tells, ())))) for tells in TOLD if tells not in _FIRST)
    more = tag("details", tag("summary", f"More about this step ({number})"), tag("dl", *rest)) if rest else ""
    if not rows and not rest:
        rows.append(tag("p", "No source at hand tells more of this step.", class_="pg-place"))
        return joined(rows)
    listed = tag("dl", *rows) if rows else ""
    return joined([_due(found, today) if asking else "", listed, more, _disagreeing(found, conflicts)])


def _due(found: StepDates, today: date) -> Html:
    """The safest day, large; of a step whose time does not run yet there is none."""
    day = _day(found)
    if not day:
        return Html()
    when = f"{'Ask by' if day >= today else 'It was to be asked for by'} {in_words(day, today)}"
    return tag("p", tag("strong", when), class_="pg-due")


def _times(act: str, deadlines: Sequence[Deadline], today: date) -> Iterator[Html]:
    """When to ask for a step, or when it must be decided: what holds without a condition before the rest."""
    plain = [one for one in deadlines if not one.conditional]
    rest = [one for one in deadlines if one.conditional]
    lines = [joined([sentence(line), _sources(some)]) for line, some in (*alike(plain, today), *alike(rest, today))]
    if times := differing(deadlines):
        differ = tag("span", "≠ Sources differ", class_="pg-weight")
        safe = "" if act == "Decided" else " The earliest day is the safe one."
        lines.insert(0, joined([differ, f": {', '.join(times[:-1])} or {times[-1]}.{safe}"]))
    return _row(act, lines)


def _told(tells: str, found: StepDates) -> Iterator[Html]:
    return _row(TOLD[tells], [joined([text, _sources(some)]) for text, some in same(found.facts.get(tells, ()))])


def _row(title: str, lines: Sequence[Html]) -> Iterator[Html]:
    """A title with the first of its lines, and the others folded; nothing without a line."""
    if not lines:
        return
    yield tag("dt", title)
    yield from (tag("dd", line) for line in lines[:_LINES])
    if rest := lines[_LINES:]:
        yield tag(
            "dd", tag("details", tag("summary", f"{len(rest)} more"), tag("ul", *(tag("li", one) for one in rest)))
        )


def _sources(found: Sequence[Fact]) -> Html:
    """Where something stands: the document, and the place in it."""
    places = list(dict.fromkeys(_place(fact) for fact in sorted(found, key=_retells)))
    shown = [tag("div", place) for place in places[:_SOURCES]]
    rest = [tag("div", place) for place in places[_SOURCES:]]
    more = tag("details", tag("summary", f"{len(rest)} more say so"), *rest) if rest else ""
    return tag("div", *shown, more, class_="pg-place")


def _retells(fact: Fact) -> bool:
    return fact.authority != "primary"


def _place(fact: Fact) -> Html:
    retold = joined([" ", marks.retelling()]) if _retells(fact) else ""
    return joined([links.thing(fact.source, fact.title), ", ", links.thing(fact.iri, fact.locator), retold])


def _disagreeing(found: StepDates, conflicts: Sequence[Conflict]) -> Html:
    """The disagreements in which two facts of the step are sides: one alone may contradict what is no fact of it."""
    told = {fact.iri for facts in found.facts.values() for fact in facts}
    told |= {one.fact.iri for one in (*found.file_by, *found.keep_by, *found.decide_by)}
    some = [item for item in conflicts if len(told.intersection(side.fact for side in item.sides)) > 1]
    if not some:
        return Html()
    summary = tag("summary", f"≠ What sources disagree about ({len(some)})")
    return tag("details", summary, *(sides.article(item, kind=True) for item in some))


# --- which ladder ---------------------------------------------------------------------------------


def by_safety(found: Appeal) -> list[Timeline]:
    """The ladders of an answer, that with the earliest day for its next step first."""

    def due(one: Timeline) -> date:
        return (_day(one.next) if one.next else None) or date.max

    return sorted(found, key=due)


def candidates(found: Iterable[Timeline], given: dict[str, str], at: Situation) -> Html:
    """The next step of each ladder that can be meant, side by side; each leads to the page that takes it."""
    return tag("ul", *(_candidate(one, given, at) for one in found), class_="pg-sides pg-candidates")


def _candidate(found: Timeline, given: dict[str, str], at: Situation) -> Html:
    label, chosen = sentence(found.ladder.label), given | narrowed(found.ladder)
    name = link("denied", chosen, label) if chosen != given else tag("span", label)
    return tag("li", tag("div", name), tag("div", _next(found, at)))


def _next(found: Timeline, at: Situation) -> Html:
    """The step that comes next, or is awaited, and by when; before a denial the first after one, and in what time."""
    awaited = next((one for one in found.steps if one.stands in ("waiting", "late")), None)
    step = awaited or (found.next if at.denied else next((one for one in found.steps if one.stands == "later"), None))
    if step is None:
        return tag("span", "No step is open now.")
    times = step.decide_by if awaited else step.file_by
    day = next((one.due for one in times if one.due and not one.conditional), None) if awaited else _day(step)
    act = f"{STANDS[step.stands][1]}, due " if awaited else ""
    if day:
        when = f"{act}by {in_words(day, at.today)}"
    elif awaited or at.denied or not times:
        when = STANDS[step.stands][1] if awaited else "no last day is known"
    else:
        when = f"within {times[0].fact.text}"
    return joined([f"{sentence(step.step.label)}: ", tag("strong", when)])


def _day(found: StepDates) -> date | None:
    return found.due.due if found.due else None


def narrowed(ladder: Ladder) -> dict[str, str]:
    """The parameters of the page that mean a ladder, as far as it says them."""
    said = meaning(ladder)
    return {_PARAMETERS.get(name, name): value for name, value in said.items()}


# --- where a thing appears ------------------------------------------------------------------------


def appearing(found: Sequence[Appearance], given: dict[str, str]) -> Html:
    """The ladders in which a thing appears with the steps, each leading to the page that is filled in for it."""
    items = [_appearing(one, given) for one in found]
    rest = items[_LADDERS:]
    folded = tag("details", tag("summary", f"{len(rest)} more"), tag("ul", *rest)) if rest else ""
    return tag("div", tag("ul", *items[:_LADDERS]), folded, class_="pg-leads")


def _appearing(found: Appearance, given: dict[str, str]) -> Html:
    # What is known of the thing itself goes before what the ladder would say.
    parameters = narrowed(found.ladder) | given
    steps = " → ".join(step.label for step in found.steps)
    return tag("li", link("denied", parameters, sentence(found.ladder.label)), tag("div", steps, class_="pg-place"))
