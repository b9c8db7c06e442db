"""The checklist of a letter: what the clinic has to see to, missing first. It is no part of the letter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..criteria import Status
from ..present.sentences import (
    approval_sentences,
    blocking_sentences,
    missing_sentences,
    readings,
    unheard_sentence,
)
from ..verdict.answers import Answers, Outcome
from .denial import Denial, Labeled
from .points import Point
from .said import Said
from .tables import BLANK, Tables

#: What a letter needs of the section ``letter`` of a case, and how a checklist calls it.
NEEDED = {
    "patientName": "the name of the patient",
    "memberId": "the member number",
    "prescriberName": "the name of the prescriber",
    "npi": "the NPI of the prescriber",
    "telephone": "a telephone number for questions",
    "payerAddress": "the address of the payer's department",
}
NEEDED_OF_AN_APPEAL = {
    "claimNumber": "the number on the denial notice",
    "denialDate": "the date of the denial notice",
}
_ASKED_FOR = {"monitoring": "how the patient is monitored", "followUp": "when the patient is seen again"}
#: So many codes are listed to choose from.
_LISTED = 12


@dataclass(frozen=True, repr=False)
class Checklist:
    """What there is to see to of one letter.

    Attributes:
        told: what the policy asks, point by point.
        labels, guidelines: what they say, be it for the letter or against it.
    """

    tables: Tables
    answers: Answers
    told: tuple[Point, ...]
    labels: tuple[Labeled, ...]
    guidelines: tuple[Said, ...]
    denial: Denial | None

    def lines(self) -> Iterator[dict[str, str]]:
        """What is missing, what is to be checked, and what is shown."""
        met = [point for point in self.told if point.status is Status.MET]
        yield from (_check("missing", text) for text in self._missing())
        yield from (_check("check", text) for text in self._to_check())
        yield from (_check("shown", f"{point.text} [{point.place}]") for point in met)

    def _missing(self) -> Iterator[str]:
        item, letter, tables = self.tables.item, self.tables.case.letter(), self.tables
        for lead, found in (("Not met", blocking_sentences), ("Not documented", missing_sentences)):
            yield from (f"{lead}: {text}" for text in found(item))
        if self.denial:
            for said, what, held in self.denial.documents:
                if not held:
                    yield f"A source asks for this, and it is not in the chart: {what} ({said.cited})."
        needed = NEEDED | (NEEDED_OF_AN_APPEAL if self.denial else {}) | _ASKED_FOR
        yield from (f"To fill in: {what}." for key, what in needed.items() if key not in letter)
        empty = [row["label"].lower() for row in tables.request() if BLANK in row["text"]]
        if empty:
            yield f"To fill in: {', '.join(empty)}."
        yield from (text for one in tables.diagnoses() if (text := _no_code(one)))
        for one in tables.therapies():
            lacks = [name for name in ("dates", "dose", "outcome") if not one[name]]
            if one["outcome"] and not one["note"]:
                lacks.append("reason in words")
            if lacks:
                yield f"{one['therapy']}: not on record: {', '.join(lacks)}."

    def _to_check(self) -> Iterator[str]:
        item = self.tables.item
        for point in self.told:
            yield from (f"Judge this yourself: {text} [{point.place}]" for text in point.not_computed)
        if item.policy.authority != "primary":
            yield "This policy is told by somebody else; it is not the payer's own document."
        if item.rule is not None and not item.rule.complete:
            yield "The document was seen in part; it may ask more."
        yield from (*readings(item), *self._readings())
        yield from (text for text in approval_sentences(item) if "more than is approved" in text)
        if unheard := unheard_sentence(self.answers):
            yield unheard
        unpaged = dict.fromkeys(fact.words for point in self.told for fact in point.facts if fact.page == "")
        yield from (f"Without a page of the packet: {words}." for words in unpaged)
        yield from self._of_labels()
        yield from self._against()
        if self.denial:
            yield from self._to_check_of(self.denial)

    def _readings(self) -> Iterator[str]:
        """How vague words were read on which something hangs here."""
        item = self.tables.item
        on = {*item.missing, *item.blocking, *(name for point in self.told for name in point.bearing)}
        for leaf in item.root.criterion.leaves if item.root else ():
            if leaf.reading and leaf.id in on:
                yield f"Read as: {leaf.reading} [{leaf.locator}]"

    def _of_labels(self) -> Iterator[str]:
        """What labels that the chart meets ask, as far as no program judges it."""
        for one in self.labels:
            for text, place in one.not_computed:
                yield f"Judge this yourself, for the label asks it too: {text} [{one.label.label}, {place}]"

    def _against(self) -> Iterator[str]:
        """What speaks against the letter: the clinic has to know it before a reviewer says it."""
        for one in self.labels:
            if one.outcome is not Outcome.MET:
                yield f"The label does not support the letter: {one.label.label}, {one.outcome.words}."
        for said in self.guidelines:
            if said.recommends is False:
                yield f"A guideline does not support the letter: {said.text} [{said.cited}]"

    def _to_check_of(self, denial: Denial) -> Iterator[str]:
        for said in denial.answers:
            limits = f" Said of {', '.join(said.limits)}." if said.limits else ""
            yield f"How a source answers this denial: {said.text}{limits} [{said.cited}]"
        for said in denial.policy:
            if said.authority != "primary":
                yield f"Told by a third party, and not argued: {said.text} [{said.cited}]"
        for said in denial.law:
            if said not in denial.binding:
                limits = f" It holds for: {', '.join(said.limits)}." if said.limits else ""
                yield f"Law of the state, to be argued where it fits: {said.text}{limits} [{said.cited}]"
        if not denial.contested:
            yield "The policy, as far as it was seen, shows no criterion that this denial contests."
        if denial.law_note:
            yield denial.law_note
        if denial.law:
            yield "Whether the law of the state binds this plan: an employer that pays itself is not bound by it."
        for peer in denial.peers:
            if peer.status is not None and peer.status is not Status.MET:
                name, status = peer.policy.label, peer.status.words
                yield f"Another payer asks it too, and the chart does not show it: {name}, {status}."


def _no_code(diagnosis: dict[str, Any]) -> str:
    """What is to be seen to of the code of a diagnosis; nothing where the chart gives one that a claim may name."""
    name, codes, said = diagnosis["name"], diagnosis["codes"], diagnosis["written"]
    if len(codes) == 1:
        return (
            "" if said else f"The chart gives no code of {name}; the graph has one alone, {codes[0]}: see that it fits."
        )
    if not codes:
        return f"The chart gives no code of {name}, and the graph has none."
    more = f" and {len(codes) - _LISTED} more" if len(codes) > _LISTED else ""
    why = f"{said} is not exact enough for a claim" if said else "The chart gives no code"
    return f"{name}: {why}; choose one of {', '.join(codes[:_LISTED])}{more}."


def _check(mark: str, text: str) -> dict[str, str]:
    return {"mark": mark, "text": text}
