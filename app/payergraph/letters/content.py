"""A dossier as plain data: what a letter says, worked out once, for Markdown, Word and PDF alike.

Only what chart and graph hold is told. What is not documented is listed as missing, and is argued nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .. import terms
from ..chart.case import Case
from ..choice import Request
from ..criteria import Status
from ..errors import CallError
from ..policies.model import Policy
from ..present.sentences import (
    blocking_sentences,
    cited,
    missing_sentences,
    ways_sentences,
)
from ..store.facts import facts
from ..store.graph import LocalGraph
from ..store.names import Names, names
from ..verdict.answers import Answers, Determination, Outcome
from ..verdict.determination import determine
from ..wording import counted, sentence, written
from .checklist import NEEDED, NEEDED_OF_AN_APPEAL, Checklist
from .denial import Denial, Labeled, Reason, asked_of, contest, labeled
from .points import Point, points
from .said import Said, guidelines
from .tables import BLANK, Tables

#: Outcomes from the nearest to met.
_NEAREST = (
    *(Outcome.MET, Outcome.NOT_DOCUMENTED, Outcome.UNKNOWN, Outcome.NOT_MET, Outcome.NOT_LISTED, Outcome.EXCLUDED),
)
_STATUS = {Status.MET: "Met", Status.NOT_MET: "Not met", Status.NOT_DOCUMENTED: "Not documented"}


def content(
    graph: LocalGraph, case: Case, *, policy: str, denial: str | None = None, request: Request | str | None = None
) -> dict[str, Any]:
    """What a letter says for a case under a policy; an appeal where a reason for a denial is named.

    Raises:
        CallError: there is no such policy, or it is about another drug; no such reason; or the policy judges the case
            by several sets of criteria, and the case does not say by which.
    """
    item, answers = _determination(graph, case, policy, request)
    return _Writer(graph, case, item, answers, None if denial is None else contest(graph, case, item, denial)).content()


def _determination(
    graph: LocalGraph, case: Case, policy: str, request: Request | str | None
) -> tuple[Determination, Answers]:
    """What the policy says to the case; of alternatives that the case leaves open, the one that is nearest to met."""
    answers = determine(case, graph, policy=policy, request=request, authority="all")
    label = names(graph).label
    if not answers:
        raise CallError("policy", f"{policy} cannot be held against this case: it names no indication or diagnosis")
    uses = sorted({label(item.indication) for item in answers})
    if len(uses) > 1:
        raise CallError("policy", f"{policy} judges this case for {' and for '.join(uses)}; name one as indication")
    plans = sorted({label(plan) for item in answers for plan in item.plans})
    if len({item.plans for item in answers}) > 1 and case.plan is None:
        raise CallError("policy", f"{policy} asks different things on {' and on '.join(plans)}; name one as plan")
    return min(answers, key=lambda item: _NEAREST.index(item.outcome)), answers


@dataclass(frozen=True)
class _Writer:
    graph: LocalGraph
    case: Case
    item: Determination
    answers: Answers
    denial: Denial | None

    @property
    def names(self) -> Names:
        return names(self.graph)

    @property
    def tables(self) -> Tables:
        return Tables(self.graph, self.case, self.item)

    def content(self) -> dict[str, Any]:
        letter, asked, tables = self.case.letter(), asked_of(self.case, self.item), self.tables
        told = points(self.case, self.item)
        labels = self.denial.labels if self.denial else labeled(self.graph, self.case, self.item)
        guides = self.denial.guidelines if self.denial else tuple(guidelines(self.graph, asked))
        found = {
            "title": "Appeal of a denial" if self.denial else "Letter of medical necessity",
            "appeal": self.denial is not None,
            "drug": self.tables.drug(),
            "use": self.names.label(asked.use),
            "toClinic": list(self._to_clinic()),
            "letter": self._letter(letter),
            "policy": self._policy(self.item.policy),
            "request": list(tables.request()),
            "opening": self._opening(told, letter),
            "diagnoses": list(tables.diagnoses()),
            "criteria": [_criterion(point) for point in told],
            "therapies": list(tables.therapies()),
            "labs": list(tables.labs()),
            "screenings": list(tables.screenings()),
            "others": list(tables.others()),
            "support": [*self._label_sentences(labels), *_recommended(guides)],
            "denial": self._denial(self.denial) if self.denial else None,
            "monitoring": letter.get("monitoring", ""),
            "followUp": letter.get("followUp", ""),
            "enclosures": list(tables.enclosures(letter)),
        }
        checklist = Checklist(tables, self.answers, told, labels, guides, self.denial)
        return found | {"checklist": list(checklist.lines()), "graph": self.graph.version}

    def _letter(self, letter: dict[str, Any]) -> dict[str, str]:
        """Names and identifiers, with a line to fill in where one is needed and missing."""
        needed = NEEDED | (NEEDED_OF_AN_APPEAL if self.denial else {})
        keys = ("groupNumber", "credentials", "clinic", "address", "fax", "claimNumber", "denialDate")
        found = {key: letter.get(key, "") for key in keys} | {key: letter.get(key, BLANK) for key in needed}
        if letter.get("denialDate"):
            found["denialDate"] = written(letter["denialDate"])
        born = self.case.record().get("birthDate")
        return found | {"born": written(born) if born else BLANK, "payer": self.names.label(self.item.policy.payer)}

    def _policy(self, policy: Policy) -> dict[str, str]:
        source = facts(self.graph, f"VALUES ?s {{ <{policy.source}> }}")[policy.source]
        return {
            "id": policy.id,
            "name": _named(policy),
            "number": policy.number,
            "dated": policy.dated,
            "title": source.text(terms.DCTERMS + "title"),
            "address": source.text(terms.DCTERMS + "source"),
        }

    def _to_clinic(self) -> Iterator[str]:
        """Why this is not to be sent as it stands; nothing where the chart meets the policy."""
        item = self.item
        if item.outcome is Outcome.MET:
            return
        said = {
            Outcome.NOT_MET: "The chart does not meet the policy as it stands. What follows is a draft.",
            Outcome.NOT_DOCUMENTED: "The chart does not show all that the policy asks. What follows is a draft.",
            Outcome.EXCLUDED: "The policy names this use as not covered.",
            Outcome.NOT_LISTED: "The policy does not list this use.",
            Outcome.UNKNOWN: "Whether the chart meets the policy cannot be told.",
        }
        yield said[item.outcome]
        if item.reason is not None:
            yield cited(item.reason)
        if self.denial and (open_points := [one for one in self.denial.contested if one not in self.denial.shown]):
            every = len(self.denial.contested)
            yield f"Of the {every} points that the denial contests, the chart does not show {len(open_points)}."
        yield from (f"Not met: {text}" for text in blocking_sentences(item))
        yield from (f"Missing: {text}" for text in missing_sentences(item))
        if item.outcome is Outcome.NOT_MET:
            yield from (f"A way to met: {text}" for text in ways_sentences(item, 1))

    def _opening(self, told: Sequence[Point], letter: dict[str, Any]) -> list[str]:
        item = self.item
        use = self.names.label(self.case.indication or item.indication)
        patient = f"my patient {letter['patientName']}" if "patientName" in letter else f"my patient {BLANK}"
        under = f"{_named(item.policy)}, {item.policy.dated}"
        if self.denial:
            day = written(letter["denialDate"]) if "denialDate" in letter else BLANK
            first = (
                f"I appeal the denial of {day} of {self.tables.drug()} for {patient}, for {use}. "
                f"The reason that was given is: {self.denial.reason.label}."
            )
        else:
            first = f"I ask for the approval of {self.tables.drug()} for {patient}, for {use}."
        return [first, f"The request is held below against {under}. {self._count(told)}"]

    def _count(self, told: Sequence[Point]) -> str:
        counts = Counter(point.status for point in told)
        if not told:
            return "The document shows no criteria for it."
        seen = "" if self.item.rule and self.item.rule.complete else " that were seen of it"
        met, every = counts[Status.MET], len(told)
        if met == every:
            told_of = f"The chart meets {'the criterion' if every == 1 else f'all {every} criteria'}{seen}"
            far = ", as far as they can be computed" if self.item.not_computed else ""
            return f"{told_of}{far}; the table has each with its facts."
        return f"The chart shows {met} of the {every} criteria{seen}; the table has each."

    def _label_sentences(self, labels: Iterable[Labeled]) -> Iterator[dict[str, str]]:
        """That the label names the use, and how the patient fits it; of what the chart does not show, nothing."""
        for one in labels:
            if one.outcome is not Outcome.MET:
                continue
            use = self.names.label(one.indication)
            yield _support(f"The label names the use: {use}.{_patients(one)}", f"{one.label.label}, {one.place}")

    def _denial(self, denial: Denial) -> dict[str, Any]:
        """The reason answered: what of the policy it contests and the chart shows, and what speaks against it."""
        return {
            "reason": denial.reason.label,
            "meaning": denial.reason.definition,
            "points": [_criterion(point) for point in denial.shown],
            "arguments": list(self._arguments(denial)),
            "others": self._peers(denial),
        }

    def _arguments(self, denial: Denial) -> Iterator[dict[str, str]]:
        for one in denial.labels:
            if one.outcome is Outcome.MET:
                cite = f"{one.label.label}, {one.place}"
                yield from (_support(text, cite) for text in self._by_label(one, denial.reason))
        yield from _recommended(denial.guidelines)
        if not denial.contested and self.item.rule is not None and self.item.rule.complete:
            yield _support("The policy has no criterion that this reason contests.", _named(self.item.policy))
        for said in (*denial.policy, *denial.binding):
            if said.authority != "primary":
                continue
            limits = f" It holds for: {', '.join(said.limits)}." if said.limits else ""
            yield _support(f"{said.text}{limits}", said.cited)

    def _by_label(self, one: Labeled, reason: Reason) -> Iterator[str]:
        """What a label that the chart meets says to a reason; what it asks, only where it was seen whole."""
        use = self.names.label(one.indication)
        if reason.kinds and one.complete:
            yield from _of_this_kind(one, use)
        if not reason.kinds or "UseCriterion" in reason.kinds:
            meets = f" {_meets('The chart meets what the label asks.', one)}" if one.complete else ""
            yield f"The use is labeled: {use}.{meets}"

    def _peers(self, denial: Denial) -> dict[str, Any]:
        """How other payers judge the same: of the documents that were seen whole, those that do not ask it."""
        every, without = counted(len(denial.peers), "document"), denial.without
        met = [peer for peer in denial.peers if peer.status is Status.MET]
        said = []
        if without and denial.reason.kinds:
            verb = "does" if len(without) == 1 else "do"
            said.append(
                f"{len(without)} of {every} of other payers seen whole {verb} not ask this for the same drug and use."
            )
        if met:
            what = "this too" if denial.reason.kinds else "what the chart is held against here"
            ask = "asks" if len(met) == 1 else "ask"
            said.append(f"Of {every} of other payers seen whole, {len(met)} {ask} {what}, and the chart meets it.")
        documents = [
            {"name": peer.policy.label, "place": peer.place, "says": "does not ask this"} for peer in without
        ] + [
            {
                "name": peer.policy.label,
                "place": "; ".join(dict.fromkeys(point.place for point in peer.asks)),
                "says": "asks it, and the chart meets it",
            }
            for peer in met
        ]
        return {"sentence": " ".join(said), "documents": documents}


def _named(policy: Policy) -> str:
    """The policy with its number, where its name does not say it."""
    return f"{policy.label}, number {policy.number}" if policy.number not in policy.label else policy.label


def _of_this_kind(one: Labeled, use: str) -> Iterator[str]:
    """What a label asks of the kinds that a reason contests, in one sentence; that it asks for the use is told apart.

    What is not computed may be of this kind too, and then nothing is said of a label that shows none.
    """
    asked = "; ".join(point.text for point in one.contested if not point.is_use)
    if asked:
        yield f"Of this kind the label asks: {asked}. {_meets('The chart shows it.', one)}"
    elif not one.contested and not one.not_computed:
        yield f"The label names {use} and asks nothing of this kind."


def _patients(one: Labeled) -> str:
    """Which patients a label names, and that this is one; of one seen in part, what was seen."""
    asks = "; ".join(point.text for point in one.points if not point.is_use)
    if not asks:
        return ""
    if not one.complete:
        return f" Of what was seen of it, it asks: {asks}. {_meets('The chart shows it.', one)}"
    return f" It names these patients: {asks}. {_meets('The chart shows that the patient is one.', one)}"


def _meets(plainly: str, one: Labeled) -> str:
    """That the chart meets what a label asks, said plainly where all of it was computed."""
    return "The chart meets the label's criteria, as far as they can be computed." if one.not_computed else plainly


def _support(text: str, cite: str) -> dict[str, str]:
    return {"text": text, "cited": cite}


def _recommended(found: Iterable[Said]) -> Iterator[dict[str, str]]:
    for one in found:
        if one.recommends and one.authority == "primary":
            yield _support(one.text, one.cited)


def _criterion(point: Point) -> dict[str, Any]:
    met = point.status is Status.MET
    return {
        "criterion": point.text,
        "place": point.place,
        "status": _STATUS[point.status],
        "met": met,
        "by": list(point.by),
        "facts": [{"words": fact.words, "page": fact.page or "", "note": sentence(fact.note)} for fact in point.facts],
        "notComputed": list(point.not_computed),
    }
