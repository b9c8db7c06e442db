"""What a law allows, against what a payer is told to take: days for a decision, authorizations a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from decimal import Decimal

from ... import terms
from ...policies.lengths import of_months
from . import telling
from .ground import Ground, aspect_iri
from .model import Conflict, Kind, told
from .statements import Statement

_EXPEDITED = f"{terms.ID}request-kind/expedited"
_ORDINARY = {_EXPEDITED, *(f"{terms.ID}request-kind/{name}" for name in ("standard", "complex", "pre-service"))}
_PUBLIC = tuple(f"{terms.ID}line-of-business/{name}" for name in ("medicare", "medicaid"))


def find(ground: Ground) -> Iterator[Conflict]:
    """Payers' clocks that are longer than the law's, and months that need more authorizations than it allows."""
    clocks = ground.by_aspect[aspect_iri("prior-authorization-decision-time")]
    places: defaultdict[Hashable, list[Statement]] = defaultdict(list)
    for item in clocks:
        if ground.types.get(item.about) in ("Payer", "Plan") and item.answer is not None:
            places[item.about, item.source, item.scopes, item.answer].append(item)
    for told_at in places.values():
        item = told_at[0]
        laws = [law for law in clocks if law.answer and _longer(item, law) and _binds(ground, law, item)]
        if laws:
            yield _beside(ground, told_at, laws)
    for item in ground.by_aspect[aspect_iri("authorization-frequency")]:
        if item.answer is not None and terms.local(item.about).startswith("publication/") and ground.states(item):
            yield from _too_often(ground, item)


def _beside(ground: Ground, told_at: Sequence[Statement], laws: Sequence[Statement]) -> Conflict:
    """All places where a document tells a clock, against the laws and by how much those let a plan prolong it."""
    longer = [
        more
        for more in ground.by_aspect[aspect_iri("prior-authorization-decision-extension")]
        if any((more.about, more.scopes) == (law.about, law.scopes) for law in laws)
    ]
    places, limits = (
        [telling.side(ground, item) for item in told_at],
        [telling.side(ground, law, _lines(law)) for law in laws],
    )
    item = told_at[0]
    return Conflict(
        Kind.SOURCES_DIFFER,
        ground.label(item.about),
        f"decision time beside the law: {ground.listed(item.scopes)}",
        told([places[0], *limits]),
        _matters(ground, laws, longer),
        (*places, *limits, *(telling.titled(ground, item) for item in longer)),
        3,
        item.about,
        *telling.concerned(ground, [*told_at, *laws, *longer]),
    )


def _matters(ground: Ground, laws: Sequence[Statement], longer: Sequence[Statement]) -> str:
    """What follows of a clock that is missed: that the request is granted, only where the law is known to say so."""
    unless = ", unless the law lets the plan prolong it" if longer else ""
    told_wrong = f"Whoever goes by the longer time does not learn that the limit has passed{unless}."
    if lines := {line for law in laws for line in _lines(law) if terms.local(law.about).startswith("publication/")}:
        told_wrong = f"{told_wrong} The limit holds for these plans alone: {ground.listed(lines)}."
    granting = {
        (deemed.about, deemed.scopes) for deemed in ground.by_aspect[aspect_iri("deemed-approval")] if deemed.answer
    }
    if all((law.about, law.scopes) in granting for law in laws):
        return f"{told_wrong} By this law a request that is not answered in time is deemed granted."
    return told_wrong


def _binds(ground: Ground, law: Statement, item: Statement) -> bool:
    """Whether a law is about what a payer is told to do: the same kind of request, in the state, or in the plan's line
    of business for the drug of the document. A state's law does not bind a plan of Medicare or Medicaid; a federal one
    for a line of business binds its plans, and what is told of a payer without a line."""
    if (_EXPEDITED in law.scopes) != (_EXPEDITED in item.scopes):
        return False
    kinds = {scope for scope in law.scopes if terms.local(scope).startswith("request-kind/")}
    if not kinds <= _ORDINARY:
        return False
    lines = ground.lines(item.about)
    public = any(ground.names.subsumes(one, line) for line in lines for one in _PUBLIC)
    if terms.local(law.about).startswith("publication/"):
        if own := _lines(law):
            told_of = lines | _lines(item)
            return not ground.states(law) and all(any(ground.names.subsumes(x, y) for x in own) for y in told_of)
        return bool(ground.states(law) & ground.states(item)) and not public
    if not terms.local(law.about).startswith("line-of-business/"):
        return False
    drugs = {ground.names.ingredient(scope) for scope in law.scopes} - {None}
    of_document = {drug for policy in ground.policies_in(item.source) for drug in policy.drugs}
    return bool(drugs & of_document) and any(_akin(ground, line, law.about) for line in lines)


def _lines(item: Statement) -> set[str]:
    """The lines of business to which a statement is limited."""
    return {scope for scope in item.scopes if terms.local(scope).startswith("line-of-business/")}


def _akin(ground: Ground, line: str, other: str) -> bool:
    """Whether two lines of business are both of Medicare, or both of Medicaid."""
    return any(ground.names.subsumes(one, line) and ground.names.subsumes(one, other) for one in _PUBLIC)


def _longer(item: Statement, law: Statement) -> bool:
    mine, theirs = item.answer, law.answer
    assert mine is not None and theirs is not None
    if mine.measure != theirs.measure or not isinstance(mine.high, Decimal) or not isinstance(theirs.high, Decimal):
        return False
    return mine.scale == theirs.scale and mine.high > theirs.high


def _too_often(ground: Ground, law: Statement) -> Iterator[Conflict]:
    """Rules of the document that cites a law of so many authorizations a year, with approvals too short for it."""
    if law.answer is None or not isinstance(law.answer.high, Decimal) or law.answer.high <= 0:
        return  # It does not say how many.
    if law.section in ground.signposted:
        return  # The document sends its reader there.
    for policy in ground.policies_in(law.source):
        if policy.iri in ground.replaced:
            continue
        # The law allows so many a year: a first approval that is surely shorter than a year's part needs one more.
        enough = of_months(12 / law.answer.high)
        lengths = ((rule, length) for rule in policy.rules for length in rule.initial_lengths)
        short = next(((rule, length) for rule, length in lengths if enough.is_longer(length)), None)
        if short is not None:
            rule, lasts = short[0], short[1].told
            same = [
                item
                for item in ground.by_aspect[law.aspect]
                if item.about == law.about and item.answer == law.answer and item.iri != law.iri
            ]
            sides = (
                telling.rule_side(ground, policy, rule, f"first approval for {lasts}"),
                *(telling.side(ground, item, item.scopes) for item in (law, *same)),
            )
            yield Conflict(
                Kind.CONTRADICTS_ITSELF,
                policy.label,
                f"authorizations a year: {ground.listed(ground.states(law))}",
                f"A first approval of {lasts} needs another authorization within the year; the law that the document "
                f"cites allows: {law.text}.",
                "A second request within the year, and a refusal of it, may be against the law there.",
                sides,
                2,
                policy.iri,
                *telling.concerned(ground, [law, *same]),
            )
