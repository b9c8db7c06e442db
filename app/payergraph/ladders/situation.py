"""What is known of a plan and of what has happened; which ladders can be its own, and what would tell them apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from ..store.names import Names
from .model import Fact, Ladder, within
from .reading import Ladders


@dataclass(frozen=True)
class Situation:
    """What is known.

    Attributes:
        payer, state, oversight, drug: IRIs; empty where not known.
        lines: the lines of business that the plan can be of, as IRIs; any where empty.
        denied: the date on the notice of the denial; None before one.
        received: when it was received; None where that is not known.
        asked, decided: by the slug of a stage, when it was asked for, and the date of the notice that denied it.
        urgent: whether waiting would endanger the patient, so that the expedited times hold.
        today: the day on which the question is asked.
    """

    today: date
    payer: str = ""
    state: str = ""
    oversight: str = ""
    drug: str = ""
    lines: frozenset[str] = frozenset()
    denied: date | None = None
    received: date | None = None
    asked: dict[str, date] = field(default_factory=dict)
    decided: dict[str, date] = field(default_factory=dict)
    urgent: bool = False


def together(some: Iterable[str], others: Iterable[str], known: Ladders) -> bool:
    """Whether a plan can be of one of some lines and of one of others; a missing list is no limit."""
    mine, theirs = list(some), list(others)
    return not mine or not theirs or any(other not in known.apart[line] for line in mine for other in theirs)


def candidates(known: Ladders, situation: Situation) -> tuple[Ladder, ...]:
    """The ladders that can be those of the plan on the day of the denial, as far as it is known."""
    day = situation.denied or situation.today
    fitting = at_any_time(known, situation)
    return tuple(ladder for ladder in fitting if within(day, ladder.applies_from, ladder.applies_until))


def at_any_time(known: Ladders, situation: Situation) -> tuple[Ladder, ...]:
    """The ladders that can be those of the plan, whenever they hold."""
    fitting = [ladder for ladder in known.ladders if together(ladder.lines, situation.lines, known)]
    if not situation.state:
        return tuple(fitting)
    named = frozenset[str]().union(*(ladder.states for ladder in known.ladders))
    return tuple(
        ladder
        for ladder in fitting
        if (situation.state in ladder.states if ladder.states else not ladder.elsewhere or situation.state not in named)
        and (not situation.oversight or not ladder.oversight or ladder.oversight == situation.oversight)
    )


def question(found: Iterable[Ladder], situation: Situation, names: Names) -> str:
    """The one question that decides most between ladders; empty where one is left."""
    ladders = list(found)
    if len(ladders) < 2:
        return ""
    families = {_family(ladder) for ladder in ladders}
    if len(families) > 1:
        return f"Which kind of plan is it: {_either(sorted(families))}?"
    if not situation.state and any(ladder.states or ladder.elsewhere for ladder in ladders):
        return "In which state is the plan?"
    overseers = sorted(names.label(ladder.oversight) for ladder in ladders if ladder.oversight)
    insured = [ladder for ladder in ladders if not _is_self_funded(ladder)]
    if len(insured) < len(ladders):
        return "Does the employer pay for the plan itself (self-funded), or does an insurer (insured)?"
    if overseers:
        return f"Which regulator oversees the plan: {_either(overseers)}?"
    return f"Which of these is the plan: {_either([ladder.label for ladder in ladders])}?"


def _is_self_funded(ladder: Ladder) -> bool:
    return any(line.endswith("/self-funded") for line in ladder.lines)


_FAMILIES = {
    "medicare-part-d": "Medicare Part D",
    "medicare-advantage": "Medicare Advantage (a drug under the medical benefit)",
    "medicaid-managed-care": "Medicaid managed care",
    "medicaid-fee-for-service": "Medicaid fee-for-service",
    "federal-employee-program": "federal employees",
}


def _family(ladder: Ladder) -> str:
    for line in ladder.lines:
        if (word := line.rpartition("/")[2]) in _FAMILIES:
            return _FAMILIES[word]
    return "insurance that an employer or a person buys"


def _either(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def holds(fact: Fact, ladder: Ladder, situation: Situation, known: Ladders) -> bool:
    """Whether a fact can hold for the plan, the day and the drug: nothing that limits it is known to be otherwise.

    What is said of a state, and of no line of business, is taken to be its law for the plans that it regulates.
    """
    if fact.about == situation.state and not fact.lines and not (ladder.states or ladder.elsewhere):
        return False
    # An amount in controversy is that of the year in which the step is asked for, which is not over yet.
    day = situation.today if fact.tells == "amount" else situation.denied or situation.today
    return (
        together(fact.lines, situation.lines, known)
        and together(fact.lines, ladder.lines, known)
        and (not fact.states or not situation.state or situation.state in fact.states)
        and (not fact.drugs or not situation.drug or situation.drug in fact.drugs)
        and within(day, fact.applies_from, fact.applies_until)
    )
