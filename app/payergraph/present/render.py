"""Determinations as JSON and as Markdown."""

from __future__ import annotations

from typing import Any

from .. import terms
from ..chart.case import Case
from ..store.names import Names
from ..verdict.answers import Answers, Determination
from ..verdict.fold import Node
from .sentences import (
    MARKS,
    Words,
    asides,
    cited,
    heading,
    missing_sentences,
    no_words,
    not_answered,
    not_computed_sentences,
    outcome_words,
    plain_in_source,
    quoted,
    readings,
    standing,
    ways_sentences,
)


def to_json(case: Case, determinations: Answers, version: str) -> dict[str, Any]:
    """The contract of ``payergraph check --format json``."""
    return {
        "case": case.id,
        "drug": terms.slug(case.drug),
        "requestDate": case.request_date.isoformat(),
        "determinations": [_determination_json(item, version) for item in determinations],
        "unanswered": [item.record() for item in determinations.unanswered],
    }


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
        "missing": list(item.missing),
        "waysToMet": [list(way.criteria) for way in item.ways],
        "waysComplete": item.ways_complete,
        "criteria": _node_json(item.root) if item.root else None,
    }
    if item.reason is not None:
        result["reason"] = {
            "text": item.reason.text,
            "source": terms.slug(item.reason.source),
            "locator": item.reason.locator,
        }
    return result


def _node_json(node: Node) -> dict[str, Any]:
    criterion = node.criterion
    return {
        "id": criterion.id,
        "kind": criterion.kind,
        "status": node.status.value,
        "summary": criterion.summary,
        "source": terms.slug(criterion.source),
        "locator": criterion.locator,
        "reading": criterion.reading or None,
        "notComputed": criterion.not_computed or None,
        "plainInSource": plain_in_source(criterion),
        "children": [_node_json(child) for child in node.children],
    }


def to_markdown(case: Case, determinations: Answers, names: Names, words: Words = no_words) -> str:
    """A page per case: outcome, criteria with their places, what is missing, ways to met; what was not answered."""
    lines = [f"# {case.id}: {names.label(case.drug)}, request of {case.request_date.isoformat()}", ""]
    for item in determinations:
        lines += [f"## {heading(item, names)}", "", f"**{outcome_words(item)}**", ""]
        lines += [standing(item), ""]
        lines += [text for reading in readings(item) for text in (reading, "")]
        if item.reason is not None:
            lines += [cited(item.reason), ""]
        if item.root is not None:
            lines += [*_markdown_tree(item.root, 0, words), ""]
        for title, sentences in (
            ("Not computed", not_computed_sentences(item)),
            ("Missing", missing_sentences(item)),
            ("Ways to met", ways_sentences(item)),
        ):
            if sentences:
                lines += [f"{title}:", "", *(f"- {sentence}" for sentence in sentences), ""]
    lines += [line for sentence in not_answered(determinations) for line in (sentence, "")]
    return "\n".join(lines)


def _markdown_tree(node: Node, depth: int, words: Words) -> list[str]:
    criterion = node.criterion
    line = f"{'  ' * depth}- {MARKS[node.status]} {node.status.words}: {criterion.summary} [{criterion.locator}]"
    beside = [f"{'  ' * depth}  {text}" for text in asides(criterion)]
    words_there = [f"{'  ' * depth}  > {text}" for text in quoted(criterion.iri, words)]
    return [
        line,
        *beside,
        *words_there,
        *(text for child in node.children for text in _markdown_tree(child, depth + 1, words)),
    ]
