"""Payers side by side: what each asks for one drug and one indication, dimension by dimension."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .. import terms
from ..choice import Authority, Request, day
from ..criteria import DIMENSIONS
from ..errors import CallError
from ..extras import needed
from ..policies.editions import editions, in_scope
from ..policies.library import policies
from ..policies.model import Criterion, Note, Policy, Rule
from ..policies.silence import Unanswered, unread
from ..store.graph import LocalGraph
from ..store.names import names
from ..table import tidy_csv
from ..wording import counted

if TYPE_CHECKING:
    import pandas

#: What a cell can say beside a requirement.
NOT_REQUIRED, NOT_SHOWN, NOT_COVERED, NOT_STATED = "not required", "not shown", "not covered", "not stated"
#: What a label's cell says of a use that the label does not have; a label covers nothing.
NOT_LABELED = "not labeled"

#: The stages of a request, in words.
REQUESTS = {Request.INITIAL: "first request", Request.CONTINUATION: "renewal"}

#: The one dimension of a use that no document covers.
COVERAGE = "coverage"
_INITIAL, _RENEWAL, _LIMITS = "initial approval", "renewed approval", "quantity and dose"


@dataclass(frozen=True)
class Requirement:
    """One requirement of a cell, with its place in the document."""

    text: str
    source: str
    locator: str
    criterion: str = ""
    reading: str = ""


@dataclass(frozen=True)
class Cell:
    """What one policy says on one dimension: ``required``, or one of the other states, never mixed up."""

    state: str
    entries: tuple[Requirement, ...] = ()

    @property
    def text(self) -> str:
        """The requirements in one line, or the state."""
        return ". ".join(entry.text for entry in self.entries) if self.entries else self.state

    @property
    def locator(self) -> str:
        """The places of all entries."""
        return "; ".join(dict.fromkeys(entry.locator for entry in self.entries))


@dataclass(frozen=True)
class Column:
    """One policy, for one set of plans where its rules differ by plan; or the drug's label.

    Attributes:
        plan_names: what the plans are called.
        apart: what tells the column from the policy's others: its rule's use, its plans.
        excluded: whether the policy names the use as not covered.
    """

    policy: Policy
    rule: Rule | None
    payer: str
    plans: tuple[str, ...]
    plan_names: tuple[str, ...] = ()
    apart: str = ""
    excluded: bool = False

    @property
    def title(self) -> str:
        """How the column is headed."""
        return f"{self.policy.label}: {self.apart}" if self.apart else self.policy.label

    @property
    def seen(self) -> str:
        """How much of what the document asks for this use was seen: ``whole``, ``part`` or ``nothing``."""
        if self.rule is None:
            return "whole" if self.excluded or self.policy.indications_complete else "nothing"
        return "whole" if self.rule.complete else "part"

    def months(self, dimension: str) -> int | None:
        """For how many months is approved, where the dimension is the one or the other approval."""
        if self.rule is None:
            return None
        return {_INITIAL: self.rule.initial_months, _RENEWAL: self.rule.continuation_months}.get(dimension)

    @property
    def _order(self) -> tuple[bool, bool, int, str, str]:
        """The label, then policies with criteria, those seen whole first; then those without, and by payer."""
        seen = ("whole", "part", "nothing").index(self.seen)
        return bool(self.policy.payer), self.rule is None, seen, self.payer.casefold(), self.policy.id


@dataclass(frozen=True)
class Line:
    """One dimension across all columns.

    Attributes:
        groups: a number for each cell; cells of equal number ask the same, and None is what was not shown.
    """

    dimension: str
    cells: tuple[Cell, ...]
    groups: tuple[int | None, ...]

    @property
    def differs(self) -> bool:
        """Whether what was shown differs."""
        return len(set(self.groups) - {None}) > 1


@dataclass(frozen=True)
class Comparison:
    """Columns are policies, lines are dimensions.

    Columns that were seen whole come first, and lines in which what was seen differs.

    Attributes:
        subject: drug and indication in words.
        as_of: the day whose editions are compared.
        unanswered: why nothing of the payers is compared, or which retellings were not read.
        graph_version: the version of the graph that was read.
    """

    drug: str
    indication: str
    request: Request
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    subject: str = ""
    authority: Authority = Authority.PRIMARY
    as_of: date | None = None
    graph_version: str = ""
    unanswered: tuple[Unanswered, ...] = ()

    @property
    def title(self) -> str:
        """What is compared, in words."""
        return f"What payers ask for {self.subject}"

    @property
    def scope(self) -> str:
        """The request, the documents that show something and their editions, in words."""
        retold = "" if self.authority is Authority.PRIMARY else " and retellings"
        shown = (self.columns[place].policy for place in self.shown)
        day = f"; {editions(shown, self.as_of)}" if self.as_of else ""
        return f"{REQUESTS[self.request]}; payers' own documents{retold}{day}"

    @cached_property
    def shown(self) -> tuple[int, ...]:
        """The places of the columns that show something on this use."""
        return tuple(
            place
            for place in range(len(self.columns))
            if any(line.cells[place].state != NOT_SHOWN for line in self.lines)
        )

    def records(self) -> list[dict[str, str]]:
        """One record per cell, tidy; ``indication`` is that of the policy's rule, which may be wider or narrower."""
        return [
            {
                "dimension": line.dimension,
                "differs": "yes" if line.differs else "no",
                "payer": column.payer,
                "policy": column.policy.id,
                "indication": terms.slug(column.rule.indication) if column.rule else "",
                "plans": " ".join(terms.slug(plan) for plan in column.plans),
                "authority": column.policy.authority,
                "state": cell.state,
                "requirement": cell.text if cell.entries else "",
                "locator": cell.locator,
                "source": terms.slug(column.policy.source),
            }
            for line in self.lines
            for column, cell in zip(self.columns, line.cells, strict=True)
        ]

    def to_dataframe(self) -> pandas.DataFrame:
        """Dimensions as rows, policies as columns, the requirement in each cell.

        Raises:
            MissingExtra: pandas is not installed.
        """
        pd = needed("pandas")
        found: pandas.DataFrame = pd.DataFrame(
            {column.title: [line.cells[i].text for line in self.lines] for i, column in enumerate(self.columns)},
            index=pd.Index([line.dimension for line in self.lines], name="dimension"),
        )
        return found

    def to_csv(self) -> str:
        """The tidy records as CSV."""
        records = self.records()
        return tidy_csv(list(records[0]) if records else ["dimension"], records)

    def to_json(self) -> str:
        """The records, with what was compared."""
        head = {
            "drug": self.drug,
            "indication": self.indication,
            "request": self.request,
            "authority": self.authority,
            "asOf": self.as_of.isoformat() if self.as_of else None,
            "graphVersion": self.graph_version,
        }
        unanswered = [item.record() for item in self.unanswered]
        return json.dumps(head | {"cells": self.records(), "unanswered": unanswered}, indent=2, ensure_ascii=False)

    def to_html(self) -> str:
        """A table for a paper: it keeps its rows and columns when it is pasted into a text or a sheet."""
        from ..present.notebook import of_comparison

        return str(of_comparison(self))

    def __repr__(self) -> str:
        sizes = f"{len(self.columns)} documents, {len(self.lines)} dimensions"
        return f"<Comparison: {self.subject}, {REQUESTS[self.request]}: {sizes}>"

    def _repr_html_(self) -> str:
        return self.to_html()

    @property
    def documents(self) -> str:
        """The document of each column, in one sentence."""
        return f"Sources: {'; '.join(f'{c.title}: {terms.slug(c.policy.source)}' for c in self.columns)}."

    def to_markdown(self) -> str:
        """A table with the place in the document in brackets after each requirement, and the documents below."""
        heads = ["Dimension", *(column.title for column in self.columns)]
        rows = [heads, ["---"] * len(heads)]
        for line in self.lines:
            mark = "**" if line.differs else ""
            cells = (f"{c.text} [{c.locator}]" if c.entries else f"*{c.state}*" for c in line.cells)
            rows.append([f"{mark}{line.dimension}{mark}", *cells])
        table = "\n".join("| " + " | ".join(text.replace("|", "\\|") for text in row) + " |" for row in rows)
        return f"{table}\n\n{self.documents}\n"


def compare(
    graph: LocalGraph,
    drug: str,
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
        drug, indication: IRIs.
        payers: only these, by IRI; all where empty.
        as_of: the day whose editions are compared, also as ISO text; today where absent.
        label: whether the FDA label comes first, as a column of its own.

    Raises:
        CallError: a word is none of its list, the day is none, or the graph has no policy for the drug.
    """
    request, authority, on = Request(request), Authority(authority), day(as_of) or date.today()
    label_of = names(graph).label
    read = policies(graph)
    if not read.of_drug(drug):
        known = ", ".join(sorted({terms.slug(policy.drug) for policy in read.all}))
        raise CallError("drug", f"{terms.slug(drug)!r} has no policy in the graph; those with one are {known}")
    chosen = [item for item in read.labels if label and item.drug == drug]
    chosen += [item for item in in_scope(graph, drug, None, authority, on) if not payers or item.payer in payers]
    columns: list[Column] = []
    for policy in chosen:
        payer = label_of(policy.payer) if policy.payer else "FDA label"
        groups = read.uses.rules_for(policy, indication, request)
        for rules in [group for _, group in groups] or [()]:
            plans = tuple(sorted({plan for rule in rules for plan in rule.plans}))
            named = tuple(label_of(plan) for plan in plans)
            columns.append(
                Column(
                    policy,
                    rules[0] if rules else None,
                    payer,
                    plans,
                    named,
                    _apart(groups, rules, named, label_of),
                    read.uses.exclusion(policy, indication) is not None,
                )
            )
    columns.sort(key=lambda column: column._order)
    by_column = [_entries(column, request) for column in columns]
    used = {dimension for entries in by_column for dimension in entries} - {"use", "not shown"}
    if columns and not any(column.rule for column in columns):
        used = {COVERAGE}  # or nothing would tell those that do not cover it from those that do not show it
    order = [COVERAGE, *DIMENSIONS, _INITIAL, _RENEWAL, _LIMITS]
    lines = []
    for dimension in sorted(used, key=order.index):
        cells = tuple(
            _cell(column, entries, dimension, request) for column, entries in zip(columns, by_column, strict=True)
        )
        numbers: dict[Hashable, int] = {}
        alike = tuple(
            numbers.setdefault((cell.state, _key(read.signature, entries.get(dimension, ()))), len(numbers))
            if cell.state != NOT_SHOWN
            else None
            for cell, entries in zip(cells, by_column, strict=True)
        )
        lines.append(Line(dimension, cells, alike))
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
        unanswered=tuple(silent for payer in payers or (None,) for silent in unread(graph, drug, payer, authority, on)),
    )


def _apart(
    groups: Sequence[tuple[str, Sequence[Rule]]],
    rules: Sequence[Rule],
    plans: Sequence[str],
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
        words.append(", ".join(plans) or str(1 + next(i for i, found in enumerate(alike) if found is rules)))
    return ", ".join(words)


_Found = tuple[Requirement, Criterion | None]


def _entries(column: Column, request: Request) -> dict[str, list[_Found]]:
    """What a column's rule asks, by dimension.

    A part whose leaves are of several dimensions stands whole under that of its first leaf; the others point to it.
    """
    found: dict[str, list[_Found]] = {}
    rule = column.rule
    if rule is None:
        return found
    root = rule.criteria(request)
    for part in root.conjuncts() if root else ():
        dimensions = list(dict.fromkeys(leaf.dimension for leaf in part.leaves))
        entry = Requirement(verbalize(part), part.source, part.locator, part.id, part.reading)
        found.setdefault(dimensions[0], []).append((entry, part))
        for other in dimensions[1:]:
            found.setdefault(other, []).append(
                (Requirement(f"See {dimensions[0]}", part.source, part.locator, part.id), part)
            )
    for dimension, months in ((_INITIAL, rule.initial_months), (_RENEWAL, rule.continuation_months)):
        if months is not None:
            found[dimension] = [(Requirement(f"Up to {counted(months, 'month')}", rule.source, rule.locator), None)]
    limits: list[Note] = [*rule.limits, *column.policy.limits]
    if limits:
        found[_LIMITS] = [
            (Requirement(note.text.rstrip("."), note.source, note.locator, note.id, note.reading), None)
            for note in limits
        ]
    return found


def _cell(column: Column, entries: dict[str, list[_Found]], dimension: str, request: Request) -> Cell:
    if column.rule is None:
        return Cell((NOT_COVERED if column.policy.payer else NOT_LABELED) if column.seen == "whole" else NOT_SHOWN)
    if dimension in entries:
        return Cell("required", tuple(entry for entry, _ in entries[dimension]))
    if not column.rule.complete:
        return Cell(NOT_SHOWN)
    if dimension in (_INITIAL, _RENEWAL, _LIMITS):
        return Cell(NOT_STATED)
    # A rule that says nothing of this kind of request, however whole it was seen, does not say that nothing is asked.
    return Cell(NOT_REQUIRED if column.rule.criteria(request) is not None else NOT_SHOWN)


def _key(signature: Any, found: Iterable[_Found]) -> Hashable:
    return frozenset(signature(part) if part is not None else entry.text for entry, part in found)


def verbalize(criterion: Criterion) -> str:
    """A tree in one sentence, with brackets where AND and OR meet."""
    if not criterion.children:
        return criterion.summary
    word = " AND " if criterion.kind == "AllOf" else " OR "
    return word.join(f"({verbalize(c)})" if c.children else c.summary for c in criterion.children)
