"""What can be done after a denial, as people read it in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from ..wording import counted, sentence, written

if TYPE_CHECKING:
    from datetime import date

    from ..ladders.answer import Appeal
    from ..ladders.model import Fact
    from ..ladders.timeline import Deadline, StepDates, Timeline

#: How a step stands, in words and with a sign of its own.
STANDS = {
    "done": ("✓", "done"),
    "denied": ("✗", "denied"),
    "waiting": ("…", "asked for, not decided"),
    "late": ("!", "asked for; no decision came in time"),
    "due": ("➜", "next"),
    "open": ("➜", "open; no last day is known"),
    "passed": ("✗", "the last day has passed"),
    "later": ("·", "later"),
    "optional": ("○", "may be taken"),
}
#: What is told of a step beside its times, in this order, and how it is called.
TOLD = {
    "party": "Who may ask",
    "ground": "What can go to it",
    "exhaustion": "What must come first",
    "wait": "How long to wait",
    "channel": "How to ask",
    "contact": "Contact",
    "document": "What to send",
    "notice": "What the denial notice must hold",
    "cost": "Cost",
    "amount": "Amount in controversy",
    "expedited": "When it is faster",
    "extension": "Other times on the way",
    "silence": "If no decision comes",
    "binding": "Whom it binds",
    "effect": "After the decision",
    "late": "After the last day",
    "counting": "How the time is counted",
}


def appeal_text(appeal: Appeal) -> RenderableType:
    """The ladders, step below step, with days, what to do and the sources, which are listed at the end."""
    parts: list[RenderableType] = [Text(heading(appeal), style="bold")]
    if appeal.question:
        parts.append(Text(f"To know which of these holds: {appeal.question}"))
    if due := appeal.due:
        assert due.due is not None
        parts.append(Text(f"The safest day for the next step is {in_words(due.due, appeal.situation.today)}."))
        if over := when_over(appeal):
            parts.append(Text(over))
    if passed := where_over(appeal):
        parts.append(Text(passed))
    parts += [Text(one) for one in appeal.unknown]
    sources = Sources()
    for found in appeal:
        parts.append(Text())
        parts += _ladder(found, appeal.situation.today, sources)
    if sources.places:
        parts += [Text(), Text("Sources", style="bold underline")]
        parts += [Text(f"{number} {place}") for place, number in sources.places.items()]
    return Group(*parts)


class Sources:
    """The places that were named, each with its number."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def numbers(self, found: Iterable[Fact]) -> str:
        """The numbers of the places of some facts, each once."""
        some = dict.fromkeys(self.places.setdefault(place(fact), len(self.places) + 1) for fact in found)
        return f"[{', '.join(map(str, some))}]"


def place(fact: Fact) -> str:
    """Where a fact stands, and whether the document only retells it."""
    return f"{fact.title}, {fact.locator}{'' if fact.authority == 'primary' else ' (retold)'}"


def heading(appeal: Appeal) -> str:
    """What is known, in a line."""
    at, label = appeal.situation, appeal.names.label
    known = [label(iri) for iri in (at.payer, at.state, *sorted(at.lines)) if iri]
    where = f" ({', '.join(known)})" if known else ""
    speed = ", urgent" if at.urgent else ""
    when = f"Denied on {written(str(at.denied))}" if at.denied else "Before a denial"
    return f"{when}{where}{speed}; today is {written(str(at.today))}"


def in_words(day: date, today: date) -> str:
    """A day, and how far it is.

    >>> from datetime import date
    >>> in_words(date(2026, 12, 2), date(2026, 11, 30)), in_words(date(2026, 11, 29), date(2026, 11, 30))
    ('2 December 2026, in 2 days', '29 November 2026, 1 day ago')
    """
    left = (day - today).days
    far = "today" if left == 0 else f"in {counted(left, 'day')}" if left > 0 else f"{counted(-left, 'day')} ago"
    return f"{written(str(day))}, {far}"


def when_over(appeal: Appeal) -> str:
    """Where the safest day has passed: until when other sources give time; else nothing."""
    due, today = appeal.due, appeal.situation.today
    if due is None or due.due is None or due.due >= today:
        return ""
    steps = [step for found in appeal if (step := found.next)]
    latest = max((one.due for step in steps if (one := step.latest) and one.due), default=due.due)
    if latest < today:
        return f"That day has passed.{_from_later(steps)}"
    return f"That day has passed; by another source there is time until {in_words(latest, today)}. Ask at once."


def _from_later(steps: Iterable[StepDates]) -> str:
    """That a day may yet count from a decision that is awaited; else nothing."""
    waited = dict.fromkeys(step.pending.label for step in steps if step.pending)
    if not waited:
        return ""
    return f" A source may count from a later denial, for this is not decided yet: {', '.join(waited)}."


def where_over(appeal: Appeal) -> str:
    """On which of several ladders that can be meant the last day has passed already; else nothing."""
    if len(appeal) < 2 or not appeal.passed:
        return ""
    by_day: dict[date, list[str]] = {}
    for found, day in appeal.passed:
        by_day.setdefault(day, []).append(found.ladder.label)
    said = (f"{', '.join(labels)} ({in_words(day, appeal.situation.today)})" for day, labels in sorted(by_day.items()))
    some = "some" if len({id(found) for found, _ in appeal.passed}) < len(appeal) else "all"
    return f"On {some} of these ladders the last day has passed already: {'; '.join(said)}."


def _ladder(found: Timeline, today: date, sources: Sources) -> Iterator[RenderableType]:
    yield Text(sentence(found.ladder.label), style="bold underline")
    for number, step in enumerate(found.steps, 1):
        sign, words = STANDS[step.stands]
        yield Text(f"{sign} {number} {sentence(step.step.label)}: {words}", style="bold" if step is found.next else "")
        if step.stands not in ("denied", "done"):
            yield Padding(Group(*_details(step, today, sources)), (0, 0, 0, 4))


def _details(step: StepDates, today: date, sources: Sources) -> Iterator[RenderableType]:
    for act, deadlines in (
        ("Ask", step.file_by),
        ("Ask that benefits go on", step.keep_by),
        ("Decided", step.decide_by),
    ):
        for line, some in alike(deadlines, today):
            yield Text(f"{act} {line} {sources.numbers(some)}")
    more = {title: step.facts[tells] for tells, title in TOLD.items() if step.facts.get(tells)}
    if step.stands in ("optional", "later"):
        if more:
            yield Text(f"Sources also say: {', '.join(title.lower() for title in more)}.")
        return
    for title, facts in more.items():
        yield Text(f"{title}:")
        said = (Text(f"- {line} {sources.numbers(some)}") for line, some in same(facts))
        yield Padding(Group(*said), (0, 0, 0, 2))


def alike(found: Iterable[Deadline], today: date) -> Iterator[tuple[str, list[Fact]]]:
    """Times that end on one day and are counted alike, in a line, with all their facts; the safest first."""
    groups: dict[tuple[date | None, str, str, tuple[str, ...]], list[Fact]] = {}
    for one in found:
        groups.setdefault((one.due, one.fact.text, one.counted, one.notes), []).append(one.fact)
    for (due, text, counted_from, notes), some in groups.items():
        bound = "at least " if some[0].at_least else ""
        head = f"by {in_words(due, today)}: " if due else "within "
        yield f"{head}{bound}{text} from {counted_from}.{''.join(f' {note}' for note in notes)}", some


def differing(found: Iterable[Deadline]) -> tuple[str, ...]:
    """The times that sources give without a condition, each once, the safest first; none where all give one."""
    texts = dict.fromkeys(one.fact.text for one in found if one.fact.text and not one.conditional)
    return tuple(texts) if len(texts) > 1 else ()


def same(found: Iterable[Fact]) -> Iterator[tuple[str, list[Fact]]]:
    """What facts say, each once, with all of them that say it."""
    groups: dict[str, list[Fact]] = {}
    for fact in found:
        groups.setdefault(fact.restated, []).append(fact)
    yield from groups.items()
