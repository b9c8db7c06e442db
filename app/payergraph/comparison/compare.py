"""Payers side by side: what each asks for one drug and one indication, dimension by dimension."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from .. import terms
from ..choice import Authority, Request, day
from ..criteria import ASKED
from ..policies.editions import in_scope
from ..policies.library import Policies, policies
from ..policies.model import Policy, Rule
from ..policies.silence import unread
from ..policies.speaking import speaks_of
from ..policies.words import verbalize
from ..store.graph import LocalGraph
from ..store.names import names
from ..wording import sentence
from .model import (
    COVERAGE,
    INITIAL,
    LIMITS,
    NOT_COVERED,
    NOT_LABELED,
    NOT_REQUIRED,
    NOT_SHOWN,
    NOT_STATED,
    RENEWAL,
    Cell,
    Column,
    Comparison,
    Line,
    Requirement,
)

# The dimensions that can be compared, in the order in which they are listed.
_ORDER = (COVERAGE, *ASKED, INITIAL, RENEWAL, LIMITS)


def compare(
    graph: LocalGraph,
    asked: str,
    indication: str,
    *,
    request: Request | str = Request.INITIAL,
    payers: Sequence[str] = (),
    authority: Authority | str = Authority.PRIMARY,
    as_of: date | str | None = None,
    label: bool = False,
) -> Comparison:
    """Compare what the policies in scope ask.

    Args:
        asked: a drug, or a product of one, by IRI; policies for another product are left out, and told.
        indication: an IRI.
        payers: only these, by IRI; all where empty.
        as_of: the day whose editions are compared, also as ISO text; today where absent.
        label: whether the FDA label comes first, as a column of its own.

    Raises:
        CallError: a word is none of its list, the day is none, or the graph has no policy for the drug.
    """
    request, authority, on = Request(request), Authority(authority), day(as_of) or date.today()
    label_of, read = names(graph).label, policies(graph)
    drug = names(graph).ingredient(asked) or asked
    read.asked_of(drug)
    chosen = [item for item in read.labels if label and speaks_of(item, asked, names(graph)) is not False]
    chosen += [item for item in in_scope(graph, asked, None, authority, on) if not payers or item.payer in payers]
    columns = [column for policy in chosen for column in _columns(read, label_of, policy, indication, request, asked)]
    columns.sort(key=lambda column: column.order)
    by_column = [_entries(column, request) for column in columns]
    used = {dimension for entries in by_column for dimension in entries}
    if columns and not any(column.rule for column in columns):
        used = {COVERAGE}  # or nothing would tell those that do not cover it from those that do not show it
    lines = []
    for dimension in filter(used.__contains__, _ORDER):
        cells = tuple(
            _cell(column, entries, dimension, request) for column, entries in zip(columns, by_column, strict=True)
        )
        lines.append(Line(dimension, cells, _groups(read, cells)))
    lines.sort(key=lambda line: not line.differs)
    return Comparison(
        terms.slug(drug),
        terms.slug(indication),
        request,
        tuple(columns),
        tuple(lines),
        subject=f"{label_of(drug)} in {label_of(indication)}",
        authority=authority,
        as_of=on,
        graph_version=graph.version,
        unanswered=tuple(
            silent for payer in payers or (None,) for silent in unread(graph, asked, payer, authority, on)
        ),
    )


def _columns(
    read: Policies, label_of: Callable[[str], str], policy: Policy, indication: str, request: Request, asked: str
) -> Iterator[Column]:
    """The columns of a policy or a label: one for each set of rules that ask the same, or one without a rule."""
    payer = label_of(policy.payer) if policy.payer else "FDA label"
    excluded = read.uses.exclusion(policy, indication, asked=asked) is not None
    groups = read.uses.rules_for(policy, indication, request, asked=asked)
    for _, rules in groups:
        plans = tuple(sorted({plan for rule in rules for plan in rule.plans}))
        named = tuple(label_of(plan) for plan in plans)
        limits = [*named, *dict.fromkeys(label_of(product) for rule in rules for product in rule.products)]
        yield Column(policy, rules[0], payer, plans, named, _apart(groups, rules, limits, label_of), excluded)
    if not groups:
        yield Column(policy, None, payer, (), excluded=excluded)


def _apart(
    groups: Sequence[tuple[str, Sequence[Rule]]],
    rules: Sequence[Rule],
    limits: Sequence[str],
    label_of: Callable[[str], str],
) -> str:
    """What tells the column of these rules from the other columns of its policy; empty where it is the only one."""
    if len(groups) < 2:
        return ""
    uses = [indication for indication, _ in groups]
    use = rules[0].indication
    words = [label_of(use)] if len(set(uses)) > 1 else []
    if uses.count(use) > 1:
        alike = [found for indication, found in groups if indication == use]
        words.append(", ".join(limits) or str(1 + next(i for i, found in enumerate(alike) if found is rules)))
    return ", ".join(words)


def _entries(column: Column, request: Request) -> dict[str, list[Requirement]]:
    """What a column's rule asks, by dimension.

    A part of several dimensions stands whole under the first of them; the others point to it.
    """
    found: dict[str, list[Requirement]] = {}
    rule = column.rule
    if rule is None:
        return found
    root, premise = rule.criteria(request), rule.sent_on_by(request)
    if root is not None and premise is not None:
        text = f"By the criteria of a {request.other.words} where this holds: {verbalize(premise)}"
        routing = Requirement(text, root.source, root.locator, root.iri, reading=premise.reading)
        found[premise.leaves[0].dimension] = [routing]
        root = root.children[-1]  # what is asked of all others
    for part in root.conjuncts() if root else ():
        first, *others = part.dimensions
        whole = Requirement(verbalize(part), part.source, part.locator, part.iri, part, part.reading)
        found.setdefault(first, []).append(whole)
        for other in others:
            found.setdefault(other, []).append(replace(whole, text=f"See {first}", reading="", stands_under=first))
    for dimension in (INITIAL, RENEWAL):
        for length in column.lengths(dimension):
            told = Requirement(sentence(length.told), rule.source, rule.locator, rule.iri, length=length)
            found.setdefault(dimension, []).append(told)
    if limits := [*rule.limits, *column.policy.limits]:
        found[LIMITS] = [
            Requirement(note.text.rstrip("."), note.source, note.locator, note.iri, reading=note.reading)
            for note in limits
        ]
    return found


def _cell(column: Column, entries: Mapping[str, Sequence[Requirement]], dimension: str, request: Request) -> Cell:
    if column.rule is None:
        return Cell((NOT_COVERED if column.policy.payer else NOT_LABELED) if column.seen == "whole" else NOT_SHOWN)
    if dimension in entries:
        return Cell("required", tuple(entries[dimension]))
    if not column.rule.complete:
        return Cell(NOT_SHOWN)
    if dimension in (INITIAL, RENEWAL, LIMITS):
        return Cell(NOT_STATED)
    # A rule that says nothing of this kind of request, however whole it was seen, does not say that nothing is asked.
    return Cell(NOT_REQUIRED if column.rule.criteria(request) is not None else NOT_SHOWN)


def _groups(read: Policies, cells: Sequence[Cell]) -> tuple[int | None, ...]:
    """A number for each cell: equal where the same is asked, None where nothing was shown."""
    numbers: dict[Hashable, int] = {}
    return tuple(
        None if cell.state == NOT_SHOWN else numbers.setdefault((cell.state, _asked(read, cell)), len(numbers))
        for cell in cells
    )


def _asked(read: Policies, cell: Cell) -> Hashable:
    return frozenset(
        read.signature(entry.criterion) if entry.criterion else entry.length.asks if entry.length else entry.text
        for entry in cell.entries
    )
