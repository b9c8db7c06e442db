"""What a payer does, or is told to do, against the law that binds its plans: clocks of appeals, steps, lengths.

A law binds by line of business, funding and state. Where these are not known of a plan, nothing is held against it: the
question that decides is told instead, at the lightest weight.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ... import terms
from ...ladders.model import Fact, Ladder
from ...ladders.reading import Ladders, ladders
from ...ladders.situation import Situation, candidates, question, together
from ...ladders.timeline import INSIDE, facts_of
from ...policies.lengths import Amount, Length
from ...policies.model import Policy, Rule
from ...store.facts import facts
from ..measures.therapies import Therapies
from . import telling
from .ground import Ground, aspect_iri
from .model import Conflict, Kind, Side, joined
from .statements import Statement

_CLOCKS = ("filing-deadline", "decision-time")
_SPEEDS = frozenset(f"{terms.ID}request-kind/{name}" for name in ("standard", "expedited"))
_OTHER_KINDS = frozenset(f"{terms.ID}request-kind/{name}" for name in ("payment", "post-service", "concurrent-care"))


def find(ground: Ground) -> Iterator[Conflict]:
    """Clocks of appeals, then therapies that must fail, then lengths of approvals, each beside the law."""
    known = ladders(ground.graph)
    by_iri = {item.iri: item for item in ground.statements}
    yield from _clocks(ground, known, by_iri)
    plans = _Plans(ground, known)
    yield from _steps(ground, plans)
    yield from _lengths(ground, plans)


# --- clocks -----------------------------------------------------------------------------------------------------------


def _clocks(ground: Ground, known: Ladders, by_iri: Mapping[str, Statement]) -> Iterator[Conflict]:
    for about in sorted(known.facts):
        if ground.types.get(about) not in ("Payer", "Plan"):
            continue
        alike: defaultdict[tuple[object, ...], list[Fact]] = defaultdict(list)
        for fact in known.facts[about]:
            # The time of the first decision has a rule of its own (clocks).
            if fact.tells in _CLOCKS and fact.stage in INSIDE - {"first-decision"} and _time(by_iri, fact) is not None:
                alike[fact.source, fact.aspect, fact.text, fact.states, fact.lines, fact.kinds].append(fact)
        for some in alike.values():
            yield from _clock(ground, known, by_iri, some)


def _clock(
    ground: Ground, known: Ladders, by_iri: Mapping[str, Statement], told_at: Sequence[Fact]
) -> Iterator[Conflict]:
    fact = told_at[0]
    payer = ground.names.payer(fact.about) or fact.about
    situation = Situation(
        today=date.today(),
        payer=payer,
        state=next(iter(fact.states), ""),
        lines=fact.lines or ground.lines(fact.about),
    )
    fitting = candidates(known, situation)
    broken: dict[Ladder, list[Fact]] = {}
    for ladder in fitting:
        laws = list(_laws(ladder, fact, situation, known, by_iri))
        if any(not _against(by_iri, fact, law) for law in laws):
            return  # It is what a law says that can be meant; that sources differ on the law has a rule of its own.
        if laws:
            broken[ladder] = laws
    if not broken:
        return
    against = list({law.iri: law for some in broken.values() for law in some}.values())
    undecided = "" if len(broken) == len(fitting) else question(fitting, situation, ground.names)
    sides = (
        *(telling.side(ground, by_iri[one.iri], one.states | one.lines) for one in told_at),
        *(telling.side(ground, by_iri[law.iri], law.lines | law.states) for law in against),
    )
    label = ground.label(fact.aspect)
    yield Conflict(
        Kind.POLICY_VS_LAW,
        ground.label(fact.about),
        f"{label} beside the law{_limits(ground, fact)}",
        _differs(undecided, f"{fact.text} against {joined(sorted({law.text for law in against}))} by law."),
        _matters(fact, against),
        sides,
        1 if undecided else 3,
        fact.about,
        *telling.concerned(ground, [by_iri[one.iri] for one in (*told_at, *against)]),
    )


def _laws(
    ladder: Ladder, fact: Fact, situation: Situation, known: Ladders, by_iri: Mapping[str, Statement]
) -> Iterator[Fact]:
    """What the law that binds a ladder says of the same clock, for the same kind of request."""
    at_law = replace(situation, payer="")
    for law in (
        law for step in ladder.steps if step.stage == fact.stage for law in facts_of(step, ladder, at_law, known)
    ):
        if (
            law.aspect == fact.aspect
            and not law.words
            and not law.kinds & _OTHER_KINDS
            and (law.kinds & _SPEEDS) == (fact.kinds & _SPEEDS)
            and _time(by_iri, law) is not None
        ):
            yield law


def _time(by_iri: Mapping[str, Statement], fact: Fact) -> Decimal | None:
    """How long a time is; None of months and business days, which are no fixed number of hours."""
    answer = by_iri[fact.iri].answer if fact.iri in by_iri else None
    return answer.high if answer is not None and answer.scale == "time" and isinstance(answer.high, Decimal) else None


def _against(by_iri: Mapping[str, Statement], fact: Fact, law: Fact) -> bool:
    """Whether somebody who goes by the one is too late by the other, or is given less than the law gives."""
    mine, its = _time(by_iri, fact), _time(by_iri, law)
    assert mine is not None and its is not None
    if fact.tells == "filing-deadline" and law.at_least:
        return mine < its
    return mine > its


def _matters(fact: Fact, against: Iterable[Fact]) -> str:
    if fact.tells == "decision-time":
        return "Whoever waits for the longer time does not learn that the payer is late."
    if any(law.at_least for law in against):
        return "Whoever goes by the shorter time may give up an appeal that the law still allows."
    return "Whoever goes by the longer time may ask too late."


def _limits(ground: Ground, fact: Fact) -> str:
    limits = ground.listed(fact.states | fact.lines | (fact.kinds & _SPEEDS))
    return f": {limits}" if limits else ""


def _differs(undecided: str, differs: str) -> str:
    return f"Whether they disagree is open: {undecided} If the law binds: {differs}" if undecided else differs


# --- steps and lengths ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Bound:
    """A rule of a policy in a state, and what is known of the lines of its plans."""

    policy: Policy
    rule: Rule
    lines: frozenset[str]


class _Plans:
    """The rules in force of payers that are of one state alone, or of policies for it."""

    def __init__(self, ground: Ground, known: Ladders) -> None:
        self.ground, self.known = ground, known
        self._policies = facts(ground.graph, "?s a pg:CoveragePolicy", ["lineOfBusiness", "state"])
        self._payers = facts(ground.graph, "?s a pg:Payer", ["state"])
        self._plans = facts(ground.graph, "?s a pg:Plan", ["state"])

    def bound(self, state: str) -> Iterator[_Bound]:
        """The rules in force for plans of a state, the payers' own and as others tell them."""
        for policy in self.ground.policies.all:
            if policy.iri in self.ground.replaced:
                continue
            own = self._policies[policy.iri]
            of_policy = own.texts("state") or self._payers[policy.payer].texts("state")
            for rule in policy.rules:
                states = {one for plan in rule.plans for one in self._plans[plan].texts("state")} or set(of_policy)
                if states == {state}:
                    lines = {one for plan in rule.plans for one in self.ground.lines(plan)}
                    yield _Bound(policy, rule, frozenset(lines or own.texts("lineOfBusiness")))

    def undecided(self, law: Statement, lines: frozenset[str]) -> str | None:
        """What would decide whether a law binds plans of some lines; empty where it does, None where it does not."""
        own = {scope for scope in law.scopes if terms.local(scope).startswith("line-of-business/")}
        if not together(own, lines, self.known):
            return None
        subsumes = self.ground.names.subsumes
        sure = bool(own) and bool(lines) and all(any(subsumes(one, line) for one in own) for line in lines)
        words = "; ".join(sorted(law.words))
        if sure and not words:
            return ""
        asked = []
        if not sure:
            kinds = joined(sorted(map(self.ground.label, own)), "or")
            asked.append(f"Is the plan {kinds}?" if own else "Does this law bind the plan?")
        if words:
            asked.append(f"Is this so: {words}?")
        return " ".join(asked)


def _steps(ground: Ground, plans: _Plans) -> Iterator[Conflict]:
    """Rules that need more therapies to have failed than a state's law allows."""
    therapies = Therapies(ground.graph)
    for law in ground.by_aspect[aspect_iri("step-therapy-limit")]:
        most = _count(law)
        if most is None or ground.types.get(law.about) != "State":
            continue
        broken: defaultdict[tuple[str, str], list[tuple[_Bound, int]]] = defaultdict(list)
        for bound in plans.bound(law.about):
            undecided = plans.undecided(law, bound.lines)
            if undecided is None or bound.rule.initial is None:
                continue
            fewest, _ = therapies.fewest(bound.rule.initial)
            if fewest > most:
                broken[bound.policy.iri, undecided].append((bound, fewest))
        for (_, undecided), some in broken.items():
            sides = [
                telling.rule_side(
                    ground, bound.policy, bound.rule, f"{ground.label(bound.rule.indication)}: {_fail(fewest)}"
                )
                for bound, fewest in some
            ]
            allowed = "no step therapy at all" if most == 0 else f"at most {_fail(most)}"
            yield _beside_law(
                ground, law, some[0][0].policy, "step therapy", f"the law allows {allowed}.", undecided, sides
            )


def _count(law: Statement) -> int | None:
    """How many drugs a law lets a protocol ask to have failed; None where it says something else."""
    answer = law.answer
    if answer is None or answer.measure != "count" or not isinstance(answer.high, Decimal):
        return None
    return int(answer.high)


def _fail(number: int) -> str:
    return f"{number} {'therapy' if number == 1 else 'therapies'} that must have been tried"


def _lengths(ground: Ground, plans: _Plans) -> Iterator[Conflict]:
    """First approvals that are shorter than a state's law lets an authorization hold."""
    for law in ground.by_aspect[aspect_iri("authorization-validity")]:
        answer = law.answer
        if answer is None or answer.measure != "duration" or ground.types.get(law.about) != "State":
            continue
        assert isinstance(answer.high, Decimal)
        least = Length("", law.text, frozenset({Amount(answer.scale, "", answer.high)}))
        broken: defaultdict[tuple[str, str], list[Side]] = defaultdict(list)
        policies: dict[str, Policy] = {}
        for bound in plans.bound(law.about):
            undecided = plans.undecided(law, bound.lines)
            short = [one for one in bound.rule.initial_lengths if least.is_longer(one)]
            if undecided is None or not short:
                continue
            policies[bound.policy.iri] = bound.policy
            said = f"{ground.label(bound.rule.indication)}: first approval for {short[0].told}"
            broken[bound.policy.iri, undecided].append(telling.rule_side(ground, bound.policy, bound.rule, said))
        for (iri, undecided), sides in broken.items():
            held = f"by law an authorization holds {law.text}."
            yield _beside_law(ground, law, policies[iri], "length of the approval", held, undecided, sides)


def _beside_law(
    ground: Ground, law: Statement, policy: Policy, what: str, says: str, undecided: str, sides: Sequence[Side]
) -> Conflict:
    return Conflict(
        Kind.POLICY_VS_LAW,
        policy.label,
        f"{what} beside the law: {ground.label(law.about)}",
        _differs(undecided, f"{sides[0].value}; {says}"),
        "A denial that rests on it can be challenged by the law of the state.",
        (*sides, telling.side(ground, law, law.scopes)),
        1 if undecided else 3,
        policy.iri,
        frozenset(policy.drugs),
        frozenset({policy.payer} - {""}),
    )
