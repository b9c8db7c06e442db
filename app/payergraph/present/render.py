"""Determinations as JSON and as Markdown."""

from __future__ import annotations

from typing import Any

from .. import terms
from ..chart.case import Case
from ..chart.unheard import Unheard
from ..markup import in_markdown
from ..store.names import Names
from ..verdict.answers import Answers, Determination
from ..verdict.evidence import Evidence, Member
from ..verdict.fold import Node
from ..wording import numeral
from .sentences import (
    MARKS,
    Words,
    asides,
    beside,
    blocking_sentences,
    cited,
    evidence_sentences,
    heading,
    missing_sentences,
    no_words,
    not_answered,
    not_computed_sentences,
    outcome_words,
    plain_in_source,
    quoted,
    routing_sentence,
    ways_sentences,
)
from .why import why

#: The version of ``to_json``: it rises when a key goes or means something else, and not when one is added.
FORMAT_VERSION = 1


def to_json(case: Case, determinations: Answers, version: str) -> dict[str, Any]:
    """The contract of ``payergraph check --format json``."""
    return {
        "formatVersion": FORMAT_VERSION,
        "case": case.id,
        "drug": terms.slug(case.drug),
        **({} if case.asked == case.drug else {"product": terms.slug(case.asked)}),
        "requestDate": case.request_date.isoformat(),
        "determinations": [_determination_json(item, version) for item in determinations],
        "unanswered": [item.record() for item in determinations.unanswered],
        "notKnownHere": [_unheard(item) for item in determinations.unheard],
    }


def _unheard(item: Unheard) -> dict[str, str]:
    return {"field": item.field, "name": item.name, **({"title": item.title} if item.title else {})}


def _determination_json(item: Determination, version: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "policy": item.policy.id,
        "payer": terms.slug(item.policy.payer),
        "indication": terms.slug(item.indication),
        "request": item.request,
        "plans": [terms.slug(plan) for plan in item.plans],
        "authority": item.policy.authority,
        "rule": item.rule.id if item.rule else None,
        "edition": item.policy.edition or None,
        "graphVersion": version,
        "outcome": item.outcome,
        "notComputed": list(item.not_computed),
        "deciding": list(item.deciding),
        "blocking": list(item.blocking),
        "missing": list(item.missing),
        "waysToMet": [list(way.criteria) for way in item.ways],
        **_negated_json(item),
        "waysComplete": item.ways_complete,
        "approvals": [
            {"request": one.request, "length": one.length.told, "plans": [terms.slug(plan) for plan in one.plans]}
            for one in item.approvals
        ],
        "requestedMonths": None if item.requested_months is None else numeral(item.requested_months),
        "criteria": _node_json(item, item.root) if item.root else None,
    }
    if (routed := item.routed) is not None:
        by = {"judgedBy": routed.by, "premise": routed.premise.criterion.id, "status": routed.premise.status.value}
        result["routed"] = by | {"words": routing_sentence(item)}
    if item.reason is not None:
        result["reason"] = {
            "text": item.reason.text,
            "source": terms.slug(item.reason.source),
            "locator": item.reason.locator,
        }
    return result


def _negated_json(item: Determination) -> dict[str, Any]:
    """Of each way the criteria that have to be not met; only where there are any."""
    negated = [[name for name in way.criteria if name in way.negated] for way in item.ways]
    return {"waysNegated": negated} if any(negated) else {}


def _node_json(item: Determination, node: Node) -> dict[str, Any]:
    criterion = node.criterion
    return ({"role": node.lead.lower()} if node.lead else {}) | {
        "id": criterion.id,
        "kind": criterion.kind,
        "status": node.status.value,
        "summary": criterion.summary,
        "source": terms.slug(criterion.source),
        "locator": criterion.locator,
        "reading": criterion.reading or None,
        "notComputed": criterion.not_computed or None,
        "plainInSource": plain_in_source(criterion),
        "evidence": None if node.children else _evidence_json(item.evidence.get(criterion.id, Evidence())),
        "children": [_node_json(item, child) for child in node.children],
    }


def _evidence_json(evidence: Evidence) -> dict[str, Any]:
    """The facts with what they do, and what is counted, by the fields of the facts; null where nothing is."""

    def members(found: tuple[Member, ...]) -> list[dict[str, Any]]:
        return [{"of": terms.slug(one.iri), "fields": [fact.path for fact in one.facts]} for one in found]

    return {
        "facts": [
            {"field": fact.path, "words": fact.words, "effect": fact.effect.value, "notRecorded": list(fact.gaps)}
            | ({"unlisted": True} if fact.unlisted else {})
            for fact in evidence.facts
        ],
        "asked": evidence.asked,
        "counting": members(evidence.counting),
        "could": members(evidence.could),
        "open": [terms.slug(one.iri) for one in evidence.open],
    }


def to_markdown(case: Case, determinations: Answers, names: Names, words: Words = no_words) -> str:
    """A page per case: outcome, criteria with their places, what is missing, ways to met; what was not answered."""
    lines = [
        f"# {in_markdown(case.id)}: {in_markdown(names.label(case.asked))}, request of {case.request_date.isoformat()}",
        "",
    ]
    for item in determinations:
        lines += [f"## {in_markdown(heading(item, names))}", "", f"**{in_markdown(outcome_words(item))}**", ""]
        reason = item.reason.text if item.reason else ""
        lines += [in_markdown(" ".join(text for text in why(item) if text != reason)), ""]
        lines += [line for text in beside(item) for line in (in_markdown(text), "")]
        if item.reason is not None:
            lines += [in_markdown(cited(item.reason)), ""]
        if item.root is not None:
            lines += [*_markdown_tree(item, item.root, 0, words), ""]
        for title, sentences in (
            ("Blocked by", blocking_sentences(item)),
            ("Not computed", not_computed_sentences(item)),
            ("Missing", missing_sentences(item)),
            ("Ways to met", ways_sentences(item)),
        ):
            if sentences:
                lines += [f"{title}:", "", *(f"- {in_markdown(sentence)}" for sentence in sentences), ""]
    lines += [line for sentence in not_answered(determinations) for line in (in_markdown(sentence), "")]
    return "\n".join(lines)


def _markdown_tree(item: Determination, node: Node, depth: int, words: Words) -> list[str]:
    criterion = node.criterion
    needed = " Documentation required." if criterion.documentation_required else ""
    told = f"{in_markdown(node.text)} [{in_markdown(criterion.locator)}]{needed}"
    line = f"{'  ' * depth}- {MARKS[node.status]} {node.status.words}: {told}"
    # A list of its own, for Markdown would join the lines.
    facts = [f"{'  ' * depth}  - {in_markdown(text)}" for text in evidence_sentences(item, node)]
    beside = [f"{'  ' * depth}  {in_markdown(text)}" for text in asides(criterion)]
    words_there = [f"{'  ' * depth}  > {in_markdown(text)}" for text in quoted(criterion.iri, words)]
    return [
        line,
        *beside,
        *words_there,
        *facts,
        *(text for child in node.children for text in _markdown_tree(item, child, depth + 1, words)),
    ]
