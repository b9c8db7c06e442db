"""Why an answer is what it is, in one or two sentences: what decides, counted where it is counted."""

from __future__ import annotations

from collections.abc import Sequence

from ..criteria import SettledBy, Status
from ..policies.words import negation
from ..verdict.answers import Determination, Outcome
from ..verdict.evidence import Effect, Evidence
from ..verdict.lacking import Lack, blocking, lacks
from ..wording import counted, sentence, spelled
from .sentences import counting

#: So many of what is lacking are told in a sentence; the others are counted.
_TOLD = 2


def why(item: Determination) -> list[str]:
    """One or two sentences; where no criterion was judged, the reason that the document gives."""
    if item.outcome is Outcome.MET:
        what = "All that is computed of what" if item.not_computed else "All that"
        return [f"{what} the document asks for is on record."]
    reason = [_reason(item)] if _reason(item) else []
    found = lacks(item)
    if not found:
        return reason
    blocked, hidden, others = _by_state(item, found)
    if blocked:
        lead = "Blocked by" if item.outcome is Outcome.NOT_MET else "If the document speaks of the request, blocked by"
        beside = [f"{_number(others + hidden, 'other')} not on record either."] if others + hidden else []
        return [f"{lead}: {_listed(item, blocked)}.", *beside, *reason]
    if item.outcome is Outcome.UNKNOWN and hidden:
        beside = [f"{_number(others, 'other')} still to be shown: {_listed(item, others)}."] if others else []
        return [f"What decides was not seen. {_listed(item, hidden)}.", *beside, *reason]
    needed = f"{_number(others + hidden)} still to be shown: {_listed(item, others + hidden)}."
    return [f"Nothing on record rules it out. {needed}", *reason]


def briefly(item: Determination) -> str:
    """The same for a table: what blocks or is missing first, and how many more there are."""
    found = lacks(item)
    if item.outcome is Outcome.MET:
        return "Nothing, as far as computed" if item.not_computed else "Nothing"
    if not found:
        return _reason(item)
    blocked, hidden, others = _by_state(item, found)
    first = (*blocked, *(hidden if item.outcome is Outcome.UNKNOWN else ()), *others, *hidden)[0]
    rest = len(found) - 1
    return sentence(said(item, first, most=1)) + (f" (and {counted(rest, 'other requirement')})" if rest else "")


def _reason(item: Determination) -> str:
    """What the document says beside criteria."""
    if item.reason is not None:
        return item.reason.text
    listed = "The document lists the uses that it covers, and this is none of them."
    return listed if item.outcome is Outcome.NOT_LISTED else ""


def _number(found: Sequence[Lack], other: str = "") -> str:
    """``Two other requirements are``."""
    unit = f"{other} requirement".lstrip()
    return f"{sentence(spelled(len(found)))} {unit}{' is' if len(found) == 1 else 's are'}"


def _by_state(
    item: Determination, found: Sequence[Lack]
) -> tuple[tuple[Lack, ...], tuple[Lack, ...], tuple[Lack, ...]]:
    """What is not met, the first to look at first; what only the whole document shows; what is not on record."""
    others = [one for one in found if one.status is not Status.NOT_MET]
    hidden = [one for one in others if _settled(one) == {SettledBy.WHOLE_DOCUMENT}]
    # What a chart can show comes before what no field says.
    shown = sorted((one for one in others if one not in hidden), key=lambda one: SettledBy.JUDGEMENT in _settled(one))
    return tuple(blocking(item, found)), tuple(hidden), tuple(shown)


def _settled(one: Lack) -> set[SettledBy]:
    return {leaf.leaf.settled_by for leaf in one.leaves if leaf.leaf is not None}


def _listed(item: Determination, found: Sequence[Lack]) -> str:
    told = [said(item, one, most=_TOLD if len(found) == 1 else 1) for one in found[:_TOLD]]
    rest = len(found) - len(told)
    return "; and ".join(told) if not rest else f"{'; '.join(told)}; and {counted(rest, 'other')}"


def said(item: Determination, one: Lack, *, most: int = _TOLD) -> str:
    """What is lacking, in a few words: a count where something counts already, the alternatives of a choice.

    Args:
        most: how many alternatives are told; the others are counted.
    """
    if one.leaf is not None:
        return _leaf(item, one)
    parts = [said(item, part, most=most) for part in one.parts if part is not None]
    if one.depends:
        return f"what is asked depends on this: {parts[0]}"
    if not one.is_choice:
        return " and ".join(f"({part})" if " or " in part else part for part in parts)
    rest = len(parts) - most
    more = [counted(rest, "other way")] if rest > 0 else []
    mark = "; or " if one.need == 1 else "; "
    return f"{chosen(one)}: {mark.join(parts[:most] + more)}"


def chosen(one: Lack) -> str:
    """How many parts of a choice are needed: ``one of these``, ``1 of 2 met, one more of these``."""
    if not one.done:
        return f"{spelled(one.need)} of these"
    return f"{one.done} of {one.done + one.need} met, {spelled(one.need)} more of these"


def _leaf(item: Determination, one: Lack) -> str:
    assert one.leaf is not None
    asked = (one.leaf.summary if one.met else negation(one.leaf.summary)).rstrip(".")
    evidence = item.evidence.get(one.leaf.id, Evidence())
    if count := count_of(item, one):
        return f"{one.leaf.dimension}, {count}"
    against = evidence.of(Effect.AGAINST if one.met else Effect.FOR)
    facts = "; ".join(fact.words for fact in against if not fact.is_completeness)
    return f"{asked} (on record: {facts})" if facts and one.status is Status.NOT_MET else asked


def count_of(item: Determination, one: Lack) -> str:
    """How many of how many count for a leaf, and which could; empty where nothing counts yet or nothing is counted."""
    if one.leaf is None or not one.met:
        return ""
    return next(iter(counting(one.status, item.evidence.get(one.leaf.id, Evidence()))), "")
